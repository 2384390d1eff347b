"""In the reader's process: a stranger's workbook of which only the refused rows are kept, with all their looks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any

import openpyxl

from dangjian_desktop.domain.values.characters import cleaned
from dangjian_desktop.exchange.apart import wire

from .book_bytes import book_bytes
from .bounds import check_archive
from .reject_report import RefusedSheet, add_reasons


def copied_in_child(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The .xlsx in `content` with the rows of `sheets` only, as bytes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_archive(archive, len(content), arguments["name"])
    return wire.pack(book_bytes(_copied(content, wire.unpack(list[RefusedSheet], arguments["sheets"]))))


def _copied(content: bytes, refused: Sequence[RefusedSheet]) -> Any:
    # Values instead of formulas: a formula would point at rows that are no longer there.
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    wanted = {sheet.name: sheet for sheet in refused}
    for name in book.sheetnames:
        if cleaned(name) in wanted:
            position = book.sheetnames.index(name)
            _copy_sheet(book, position, wanted[cleaned(name)])
        else:
            del book[name]
    if not book.sheetnames:
        book.create_sheet("没有退回的行")
    book.active = 0
    return book


def _copy_sheet(book: Any, position: int, refused: RefusedSheet) -> None:
    old = book.worksheets[position]
    new = book.create_sheet("退回", position)
    kept = [*range(1, refused.header_row + 1), *refused.numbers]
    for target_row, source_row in enumerate(kept, start=1):
        height = old.row_dimensions[source_row].height
        if height and source_row <= refused.header_row:
            new.row_dimensions[target_row].height = height
        for column in range(1, min(old.max_column, len(refused.headers)) + 1):
            _copy_cell(old.cell(source_row, column), new.cell(target_row, column))
    for letter, dimension in old.column_dimensions.items():
        new.column_dimensions[letter].width = dimension.width
    for block in old.merged_cells.ranges:
        if block.max_row <= refused.header_row:
            new.merge_cells(block.coord)
    new.freeze_panes = old.freeze_panes
    book.remove(old)
    new.title = refused.name
    add_reasons(new, refused)


def _copy_cell(old: Any, new: Any) -> None:
    if old.value is not None:
        new.value = old.value
        # Text that begins with "=" must stay text.
        new.data_type = old.data_type
    if old.has_style:
        new._style = copy(old._style)
