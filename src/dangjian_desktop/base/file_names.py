"""Names that a file can have on every PC it may be carried to, and that leave room for what lies beside it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from .errors import UsageError

_DEVICES = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/\x00-\x1f]')
_LONGEST = 255
"""Bytes of a name on Linux, UTF-16 units on Windows."""


def refuse_name(path: Path, *, room: int = 0) -> None:
    """Raise `UsageError` (`bad_name`) for a name that some Windows PC takes for something else, or that is too long.

    `room` is how many bytes the names of the files beside it add to this one.
    """
    name = path.name
    if _DEVICES.fullmatch(name.partition(".")[0].rstrip()):
        raise _bad(f"“{_shown(name)}”是 Windows 留作设备的名称，不能作文件名。", "请换一个名称，例如加上单位名称。")
    if found := _FORBIDDEN.search(name):
        sign = f"“{found[0]}”" if found[0].isprintable() else "看不见的字符"
        raise _bad(f"文件名“{_shown(name)}”里有不能用的{sign}。", '文件名里不能有 < > : " | ? * 和斜杠，请换一个名称。')
    if name != name.rstrip(" ."):
        raise _bad(
            f"文件名“{_shown(name)}”以空格或句点结尾，Windows 会把它认成另一个名称。", "请去掉末尾的空格或句点。"
        )
    if length(name) + room > _LONGEST:
        raise too_long(path, room)


def length(name: str) -> int:
    """How long this system takes a name to be."""
    return len(name.encode("utf-16-le", "surrogatepass")) // 2 if sys.platform == "win32" else len(os.fsencode(name))


def too_long(path: Path, room: int = 0) -> UsageError:
    """The refusal of a name with which the files beside it no longer fit."""
    most = (_LONGEST - room) // 3
    return _bad(f"文件名太长（“{path.name[:12]}…”），放不下。", f"请缩短到{most}个汉字以内，或者换一个上层文件夹。")


def _shown(name: str) -> str:
    """A name on one line of a sentence."""
    return "".join(sign if sign.isprintable() else "□" for sign in name)[:40]


def _bad(message: str, advice: str) -> UsageError:
    return UsageError("bad_name", message, effect="没有建立任何文件。", advice=advice)
