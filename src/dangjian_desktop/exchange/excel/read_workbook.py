"""Any table file an office may have becomes plain sheets: cells, hidden rows, merged ranges, shown texts."""

from __future__ import annotations

import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from dangjian_desktop.base.errors import EnvironmentFault, UserError

from . import read_marks, read_text
from .read_sheet import MergedRange, Sheet

__all__ = ["MergedRange", "Sheet", "read_block", "read_workbook"]

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
_ADVICE = "请用WPS或Excel打开后另存为xlsx，再导入。"


def read_workbook(path: Path) -> list[Sheet]:
    """All sheets of a file, told by its content and not by its name.

    Takes .xlsx, .xls, .ods, CSV or tab-separated text (UTF-8, UTF-16, GB18030) and web pages saved as .xls. Raises
    `UserError` (`file_not_found`, `file_empty`, `file_encrypted`, `file_unreadable`) or `EnvironmentFault`, each one
    plain sentence.
    """
    path = Path(path)
    content = _content(path)
    if content.startswith(_ZIP):
        return _read_zip(path)
    if content.startswith(_OLE):
        return _read_ole(path, content)
    if content.startswith(_PDF):
        raise UserError("file_unreadable", f"“{path.name}”是PDF，不是表格，不能导入。", advice="请找到原来的表格文件。")
    return _read_text(path, content)


def _content(path: Path) -> bytes:
    """The whole of a text or old file, the head of a packed one."""
    try:
        with path.open("rb") as file:
            head = file.read(8)
            content = head if head.startswith(_ZIP) else head + file.read()
    except FileNotFoundError:
        raise UserError("file_not_found", f"找不到文件“{path.name}”。", advice="请核对路径和U盘。") from None
    except IsADirectoryError:
        raise UserError("file_unreadable", f"“{path.name}”是文件夹，不是表格。") from None
    except PermissionError:
        raise _not_permitted(path) from None
    except OSError as problem:
        raise UserError("file_unreadable", f"“{path.name}”读不出来：{problem.strerror or '磁盘出错'}。") from None
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UserError("file_empty", f"“{path.name}”是空文件，里面没有内容。")
    return content


def _not_permitted(path: Path) -> EnvironmentFault:
    # Windows answers the same whether another program holds the file or the account may not read it.
    beside = [path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")]
    if os.name == "nt" or any(mark.exists() for mark in beside):
        return EnvironmentFault("file_in_use", f"“{path.name}”正被WPS或Excel打开，请关闭后再试。")
    return EnvironmentFault("no_permission", f"没有读取“{path.name}”的权限。")


def _encrypted(path: Path) -> UserError:
    return UserError(
        "file_encrypted", f"“{path.name}”设了打开密码，读不出来。", advice="请用WPS打开，去掉密码另存后再导入。"
    )


def _damaged(path: Path) -> UserError:
    return UserError("file_unreadable", f"“{path.name}”不是完好的表格文件，读不出来。", advice=_ADVICE)


def _read_zip(path: Path) -> list[Sheet]:
    # The XML is searched while calamine, which needs no interpreter lock, parses it.
    with ThreadPoolExecutor(1) as beside:
        scanned = beside.submit(read_marks.scan_packed, path)
        sheets = _read_calamine(path)
    try:
        scanned.result()(sheets)
    except (KeyError, ValueError, OSError, zipfile.BadZipFile, ElementTree.ParseError) as problem:
        raise _damaged(path) from problem
    return sheets


def _read_ole(path: Path, content: bytes) -> list[Sheet]:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _encrypted(path)
    if "WordDocument".encode("utf-16-le") in content:
        raise UserError("file_unreadable", f"“{path.name}”是Word文档，不是表格，不能导入。", advice=_ADVICE)
    from . import read_old  # only old files need it

    sheets = _read_calamine(path)
    read_old.mark_old(path, sheets)
    return sheets


def _read_calamine(path: Path) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [
                _sheet(book, index, meta.visible == SheetVisibleEnum.Visible)
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise _encrypted(path) from None
    except (CalamineError, OSError, ValueError) as problem:
        raise _damaged(path) from problem
    if not any(sheet.rows for sheet in sheets):
        raise UserError("file_empty", f"“{path.name}”里没有任何内容。")
    return sheets


def _sheet(book: CalamineWorkbook, index: int, visible: bool) -> Sheet:
    source = book.get_sheet_by_index(index)
    rows: list[list[object]] = source.to_python(skip_empty_area=False)  # type: ignore[assignment]
    merged = [MergedRange(*start, *end) for start, end in source.merged_cell_ranges or []]
    return Sheet(source.name, rows, merged=merged, visible=visible)


def _read_text(path: Path, content: bytes) -> list[Sheet]:
    text = read_text.decode(content)
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("mime-version"):
        raise UserError("file_unreadable", f"“{path.name}”是网页存档，请用WPS另存为xlsx。", advice=_ADVICE)
    if start.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text[:4000]:
        raise UserError("file_unreadable", f"“{path.name}”是XML表格，请用WPS另存为xlsx。", advice=_ADVICE)
    if start.startswith("<"):
        sheets = read_text.read_html(text)
        if not sheets:
            raise UserError(
                "file_unreadable", f"“{path.name}”是网页格式，里面没有表格，请用WPS另存为xlsx。", advice=_ADVICE
            )
        return sheets
    if "\x00" in text:
        raise _damaged(path)
    return [Sheet(path.stem, read_text.read_separated(text))]


def read_block(text: str) -> Sheet:
    """A block copied from a sheet: cells parted by tabs, quoted where they hold line breaks.

    Raises `UserError` (`file_empty`) when there is nothing in it.
    """
    rows = read_text.read_separated(text, "\t" if "\t" in text else None)
    if not text.strip():
        raise UserError(
            "file_empty", "剪贴板里没有表格内容。", advice="请在WPS或Excel里选中要导入的格子，复制后再粘贴。"
        )
    return Sheet("粘贴的内容", rows)
