"""A binary workbook (.xlsb), which only the native reader knows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .bounds import check_archive
from .read_sheet import MergedRange, Sheet


def read_binary(path: Path, name: str) -> Iterator[Sheet]:
    """Its worksheets in order; raises `UserError` for one out of proportion and whatever a damaged one causes."""
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, path.stat().st_size, name)
    with path.open("rb") as file:
        yield from native_sheets(file)


def native_sheets(file: IO[bytes]) -> Iterator[Sheet]:
    """The worksheets of a file as the native reader has them, without what is hidden or how it is shown."""
    book = CalamineWorkbook.from_filelike(file)
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ == SheetTypeEnum.WorkSheet:
            source = book.get_sheet_by_index(index)
            rows = cast(list[list[object]], source.to_python(skip_empty_area=False))
            merged = [MergedRange(*start, *end) for start, end in source.merged_cell_ranges or []]
            yield Sheet(source.name, rows, merged=merged, visible=meta.visible == SheetVisibleEnum.Visible)
