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
    if phone_picture(content):
        raise UserError(
            "bad_photo",
            f"“{name}”是苹果手机的HEIC照片，程序读不了。",
            effect=_NOTHING,
            advice="请在手机或看图软件里另存为JPG；用微信“原图”以外的方式传来的一般就是JPG。",
        )
    arguments = {"name": name, "width": size[0], "height": size[1]}
    try:
        # A picture takes as much memory as it has pixels, however small its file.
        told = parent.ask("portrait", arguments, name=name, content=content, size=max(len(content), _ROOM))
    except parent.ReaderDied as death:
        why = "尺寸太大" if death.why == "memory" else "不是能用的照片文件，或者已经损坏"
        raise UserError("bad_photo", f"“{name}”{why}。", advice="请换一张 JPG 或 PNG 格式的照片。") from death
    return wire.unpack(bytes, told)


def phone_picture(content: bytes) -> bool:
    """Whether it is a HEIC or AVIF picture by its content; phones and chats send them under any name."""
    return content[4:8] == b"ftyp" and content[8:12] in _PHONE


_ROOM = 4 << 20
_NOTHING = "没有附上，数据没有改动。"
_PHONE = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
