"""Refused rows go back as the user's own workbook: their rows, their layout, and why each did not go in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.domain.values.cell_text import cell_text
from dangjian_desktop.domain.values.values import Problem
from dangjian_desktop.exchange.apart import parent, wire

from .book_bytes import book_bytes
from .export_rows import clean_text, sheet_title
from .read_sheet import Sheet

REASON_HEADER = "退回原因"
_AUTHOR = "党建工作台"
_MARK = PatternFill("solid", fgColor="FFD9D9")
_REASON_WIDTH = 48
_LARGEST_COPY = 3_000_000  # bytes; opening a bigger workbook with all its styles takes minutes
_LINE = 15.0
_THIN = Side(style="thin")
_BOX = Border(_THIN, _THIN, _THIN, _THIN)


@dataclass(frozen=True, slots=True)
class RefusedSheet:
    """The refused rows of one sheet: `headers` as in its layout, `rows` the problems by 1-based row number.

    `lines` are rows that go with them and have nothing wrong, such as the one that names their unit.
    """

    name: str
    header_row: int
    headers: Sequence[str]
    rows: Mapping[int, Sequence[Problem]]
    lines: Sequence[int] = field(default=())

    @property
    def numbers(self) -> list[int]:
        """All rows below the header that are written, in their order."""
        return sorted({*self.rows, *(line for line in self.lines if line > self.header_row)})


def write_refused(target: Path, source: Path | None, sheets: Sequence[Sheet], refused: Sequence[RefusedSheet]) -> None:
    """Write the refused rows with a last column 退回原因 to `target` (.xlsx).

    A small .xlsx `source` keeps its looks; any other (or none, for a pasted block) is rebuilt from `sheets` as they
    were read. Titles and headers stay, accepted rows and untouched sheets are left out, refused cells are marked by
    colour and by a note. The result can be corrected and imported as it is. Raises `EnvironmentFault` as
    `replace_file`.
    """
    refused = [sheet for sheet in refused if sheet.rows]
    content = _copied(source, refused) if source is not None and _is_small_xlsx(source) else None
    if content is None:
        content = book_bytes(_rebuilt(sheets, refused))
    whole = content
    replace_file(target, lambda path: _put_bytes(path, whole))


def _put_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _is_small_xlsx(source: Path) -> bool:
    if source.stat().st_size > _LARGEST_COPY:
        return False
    with source.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


def _copied(source: Path, refused: Sequence[RefusedSheet]) -> bytes | None:
    """The source with only its refused rows, made in a process of its own; None where its looks cannot be kept."""
    content = source.read_bytes()
    arguments = {"name": source.name, "sheets": wire.pack(refused)}
    try:
        return wire.unpack(bytes, parent.ask("refused rows", arguments, name=source.name, content=content))
    except parent.ReaderDied:
        return None


def _rebuilt(sheets: Sequence[Sheet], refused: Sequence[RefusedSheet]) -> Any:
    book = openpyxl.Workbook()
    book.remove(book.active)
    by_name = {sheet.name: sheet for sheet in sheets}
    for entry in refused:
        source = by_name[entry.name]
        new = book.create_sheet(sheet_title(entry.name))
        kept = [*range(1, entry.header_row + 1), *entry.numbers]
        for target_row, source_row in enumerate(kept, start=1):
            for column, value in enumerate(source.rows[source_row - 1]):
                cell = new.cell(target_row, column + 1)
                _put(cell, value, source.displays.get((source_row - 1, column)))
                if source_row >= entry.header_row:
                    cell.border = _BOX
                if source_row <= entry.header_row:
                    cell.font = Font(bold=True)
                    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        for block in source.merged:
            if block.bottom < entry.header_row:
                new.merge_cells(
                    start_row=block.top + 1,
                    start_column=block.left + 1,
                    end_row=block.bottom + 1,
                    end_column=block.right + 1,
                )
        _fit_columns(new, entry)
        add_reasons(new, entry)
    if not book.sheetnames:
        book.create_sheet("没有退回的行")
    return book


def _put(cell: Any, value: object, display: str | None) -> None:
    if value is None or value == "":
        return
    if display is not None:
        value = display
    if isinstance(value, str):
        cell.value = clean_text(value)
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"


def _fit_columns(new: Any, entry: RefusedSheet) -> None:
    for column in range(1, len(entry.headers) + 1):
        texts = (new.cell(row, column).value for row in range(entry.header_row, new.max_row + 1))
        longest = max((_width(cell_text(text)) for text in texts), default=8)
        new.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, 8), 40)


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def add_reasons(new: Any, refused: RefusedSheet) -> None:
    """Put the last column of reasons on a sheet, and mark the refused cells."""
    _set_page(new, refused.header_row)
    last = len(refused.headers) + 1
    beside = new.cell(refused.header_row, len(refused.headers))
    header = new.cell(refused.header_row, last, REASON_HEADER)
    if beside.has_style:
        header._style = copy(beside._style)
    header.font = Font(bold=True, color="C00000")
    header.alignment = Alignment(horizontal="center", vertical="center")
    header.border = _BOX
    new.column_dimensions[get_column_letter(last)].width = _REASON_WIDTH
    for target_row, number in enumerate(refused.numbers, start=refused.header_row + 1):
        problems = refused.rows.get(number)
        if problems is None:
            continue
        reason = new.cell(target_row, last, clean_text("；".join(_sentences(problems))))
        reason.data_type = "s"
        reason.alignment = Alignment(wrap_text=True, vertical="center")
        reason.border = _BOX
        lines = -(-_width(reason.value) // _REASON_WIDTH)
        if lines > 1:
            new.row_dimensions[target_row].height = lines * _LINE
        for problem in problems:
            if problem.column in refused.headers:
                cell = new.cell(target_row, refused.headers.index(problem.column) + 1)
                cell.fill = _MARK
                cell.comment = Comment(clean_text(problem.reason), _AUTHOR)


def _set_page(new: Any, header_row: int) -> None:
    """One page wide, the header on every page: people print it and correct it by hand first."""
    new.page_setup.orientation = "landscape"
    new.page_setup.paperSize = new.PAPERSIZE_A4
    new.page_setup.fitToHeight = 0
    new.sheet_properties.pageSetUpPr.fitToPage = True
    new.print_title_rows = f"1:{header_row}"


def _sentences(problems: Sequence[Problem]) -> Iterator[str]:
    for problem in problems:
        yield f"{problem.column}：{problem.reason}" if problem.column else problem.reason
