"""Portraits as they are kept: a small JPEG that fits a two-inch print, with nothing in it but the picture."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.exchange.apart import parent, wire

PRINT_SIZE = (413, 579)
"""Two inches as photo shops cut them (35 × 49 mm) at 300 dots an inch."""


def portrait(content: bytes, name: str) -> bytes:
    """A picture turned upright and made to fit `PRINT_SIZE`, never enlarged; `name` is the file's, for the reason.

    It is drawn anew, in a process of its own: what a camera wrote beside the picture (place, time, device) is not
    kept. Raises `UserError` `bad_photo`.
    """
    arguments = {"name": name, "width": PRINT_SIZE[0], "height": PRINT_SIZE[1]}
    try:
        # A picture takes as much memory as it has pixels, however small its file.
        told = parent.ask("portrait", arguments, name=name, content=content, size=max(len(content), _ROOM))
    except parent.ReaderDied as death:
        why = "尺寸太大" if death.why == "memory" else "不是能用的照片文件，或者已经损坏"
        raise UserError("bad_photo", f"“{name}”{why}。", advice="请换一张 JPG 或 PNG 格式的照片。") from death
    return wire.unpack(bytes, told)


_ROOM = 4 << 20
