"""Portraits as they are kept: a small JPEG that fits a two-inch print, with nothing in it but the picture."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.exchange.apart import parent, wire

PRINT_SIZE = (413, 579)
"""Two inches as photo shops cut them (35 × 49 mm) at 300 dots an inch."""

SCREEN_SIZE = (1920, 1920)
"""What a photo of a place or a paper is kept as: enough to read and to print, a fraction of what a camera makes."""

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".gif")
"""Names by which a file is known to be a picture."""


def portrait(content: bytes, name: str) -> bytes:
    """A picture turned upright and made to fit `PRINT_SIZE`, never enlarged; raises as `redrawn`."""
    return redrawn(content, name, PRINT_SIZE)


def redrawn(content: bytes, name: str, size: tuple[int, int] = SCREEN_SIZE) -> bytes:
    """A picture turned upright and made to fit `size`, never enlarged, as JPEG; `name` is the file's, for the reason.

    It is drawn anew, in a process of its own: what a camera wrote beside the picture (place, time, device) is not
    kept. Raises `UserError` `bad_photo`.
    """
    arguments = {"name": name, "width": size[0], "height": size[1]}
    try:
        # A picture takes as much memory as it has pixels, however small its file.
        told = parent.ask("portrait", arguments, name=name, content=content, size=max(len(content), _ROOM))
    except parent.ReaderDied as death:
        why = "尺寸太大" if death.why == "memory" else "不是能用的照片文件，或者已经损坏"
        raise UserError("bad_photo", f"“{name}”{why}。", advice="请换一张 JPG 或 PNG 格式的照片。") from death
    return wire.unpack(bytes, told)


_ROOM = 4 << 20
