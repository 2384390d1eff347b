"""In the reader's process: any table file an office may have, told apart by its content and not by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError

from .read_sheet import Sheet
from .sheet_frames import parts_of

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
# The first record of a workbook older than the compound file: BIFF2 to BIFF5 without a container.
_BARE_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")
_ADVICE = "请用WPS或Excel打开后另存为xlsx，再导入。"


def read_file(arguments: Mapping[str, Any], _content: bytes, emit: Callable[[Any], None]) -> int:
    """Tell of all sheets of the file at `arguments["path"]`, called `name`; returns how many there are.

    Raises `UserError` (`file_empty`, `file_encrypted`, `file_unreadable`), each one plain sentence.
    """
    path, name = Path(arguments["path"]), str(arguments["name"])
    filled, count = False, 0
    for sheet in _sheets(path, name, careful=bool(arguments.get("careful"))):
        filled = filled or bool(sheet.rows)
        count += 1
        for part in parts_of(sheet):
            emit(part)
    if not filled:
        raise UserError("file_empty", f"“{name}”里没有任何内容。")
    return count


def _sheets(path: Path, name: str, *, careful: bool) -> Iterator[Sheet]:
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(_ZIP):
        return _packed(path, name, careful=careful)
    if head.startswith(_PDF):
        raise UserError("file_unreadable", f"“{name}”是PDF，不是表格，不能导入。", advice="请找到原来的表格文件。")
    content = path.read_bytes()
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UserError("file_empty", f"“{name}”是空文件，里面没有内容。")
    if head.startswith(_OLE) or head[:2] in _BARE_BIFF:
        return _old(content, name)
    from .read_text import read_any_text

    return iter(read_any_text(content, name))


def _packed(path: Path, name: str, *, careful: bool) -> Iterator[Sheet]:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        from .read_xlsx import read_xlsx

        return read_xlsx(path, name, careful=careful)
    if "content.xml" in names:
        from .read_ods import read_ods

        return iter(read_ods(path, name))
    if "xl/workbook.bin" in names:
        from .read_binary import read_binary

        return read_binary(path, name)
    if "word/document.xml" in names:
        raise UserError("file_unreadable", f"“{name}”是Word文档，不是表格，不能导入。", advice=_ADVICE)
    raise UserError("file_unreadable", f"“{name}”是压缩包，不是表格。", advice="请先解压，再选里面的表格。")


def _old(content: bytes, name: str) -> Iterator[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted(name)
    if "WordDocument".encode("utf-16-le") in content:
        raise UserError("file_unreadable", f"“{name}”是Word文档，不是表格，不能导入。", advice=_ADVICE)
    from .read_old import read_old  # only old files need it

    return iter(read_old(content, name))


def encrypted(name: str) -> UserError:
    """The refusal of a file with a password to open it."""
    return UserError(
        "file_encrypted", f"“{name}”设了打开密码，读不出来。", advice="请用WPS打开，去掉密码另存后再导入。"
    )
