"""An .xls (or .et) workbook, BIFF2 to BIFF8: cells, hidden rows and columns, months typed into date cells, errors."""

from __future__ import annotations

import io
import re
from typing import Any

import xlrd

from dangjian_desktop.base.errors import UserError

from .bounds import settle
from .read_binary import native_sheets
from .read_formats import BUILT_IN, BUILT_IN_KINDS, NumberKind, Shown, kind_of, shown_as, shown_text
from .read_sheet import MergedRange, Sheet
from .xlsx_cells import moment

_PICTURE = re.compile(r"=?\s*(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_DOUBT = "这个旧格式（xls）文件有损坏的地方，只读到了格子里的值，请逐行核对"
_CHINESE = "gb18030"
_DEFAULT_CODE_PAGES = frozenset((None, 0, 367, 1252, 20127))


def read_old(content: bytes, name: str) -> list[Sheet]:
    """The worksheets in order.

    Raises `UserError` (`file_encrypted`, and for one out of proportion) and whatever a damaged file causes.
    """
    try:
        book = _open(content, name)
    except UserError:
        raise
    except Exception:
        # What is damaged around the cells, or laid out in a way xlrd does not know, must not cost the whole file.
        sheets = list(native_sheets(io.BytesIO(content)))
        for sheet in sheets:
            sheet.doubt = _DOUBT
        return sheets
    formats = [_format(book, xf) for xf in book.xf_list]
    return [_sheet(source, formats, bool(book.datemode), name) for source in book.sheets()]


def _open(content: bytes, name: str) -> Any:
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True)
        if book.biff_version < 80 and book.codepage in _DEFAULT_CODE_PAGES:
            # Before Unicode a file says in which code page it is; one that does not was written on a Chinese PC.
            book = xlrd.open_workbook(file_contents=content, formatting_info=True, encoding_override=_CHINESE)
        return book
    except xlrd.XLRDError as problem:
        if "encrypt" in str(problem).lower():
            raise UserError(
                "file_encrypted", f"“{name}”设了打开密码，读不出来。", advice="请用WPS打开，去掉密码另存后再导入。"
            ) from None
        raise


def _format(book: Any, xf: Any) -> tuple[NumberKind | None, Shown | None]:
    number = xf.format_key
    known = book.format_map.get(number)
    code = known.format_str if known is not None else ""
    # The formats 27 to 58 are built in for Chinese, and the file need not spell them out.
    if number in BUILT_IN_KINDS or number in BUILT_IN:
        return BUILT_IN_KINDS.get(number), BUILT_IN.get(number)
    return kind_of(code), shown_as(code)


def _sheet(source: Any, formats: list[tuple[NumberKind | None, Shown | None]], date1904: bool, name: str) -> Sheet:
    cells: dict[int, dict[int, object]] = {}
    displays, pictures = {}, []
    mentioned = 0
    for row in range(source.nrows):
        kinds, values, styles = source.row_types(row), source.row_values(row), source._cell_xf_indexes[row]
        mentioned += len(kinds)
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) or value == "":
                continue
            if kind == xlrd.XL_CELL_TEXT and _PICTURE.match(value):
                pictures.append((row, column))
                continue
            of_number, shown = formats[styles[column]] if styles[column] < len(formats) else (None, None)
            read = _value(kind, value, of_number, date1904)
            cells.setdefault(row, {})[column] = read
            text = shown_text(shown, read) if shown is not None else None
            if text is not None:
                displays[row, column] = text
    rows, far = settle(cells, mentioned, name)
    sheet = Sheet(source.name, rows, date1904=date1904, visible=source.visibility == 0, far=far)
    _mark(sheet, source, displays, pictures)
    return sheet


def _value(kind: int, value: Any, of_number: NumberKind | None, date1904: bool) -> object:
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return moment(value, of_number, date1904) if of_number is not None else value
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#N/A")
    return bool(value) if kind == xlrd.XL_CELL_BOOLEAN else value


def _mark(sheet: Sheet, source: Any, displays: dict[tuple[int, int], str], pictures: list[tuple[int, int]]) -> None:
    height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
    sheet.displays = {place: text for place, text in displays.items() if place[0] < height and place[1] < width}
    sheet.pictures = [place for place in pictures if place[0] < height and place[1] < width]
    sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden and row < height}
    sheet.hidden_columns = {column for column, info in source.colinfo_map.items() if info.hidden and column < width}
    for top, bottom, left, right in source.merged_cells:
        if top < height and left < width:
            sheet.merged.append(MergedRange(top, left, bottom - 1, right - 1))
