"""An .xlsx workbook: the native reader where a sheet is plain, the exact one where it is not."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import cast

from python_calamine import CalamineError, CalamineWorkbook

from .bounds import check_archive
from .read_formats import shown_text
from .read_sheet import MergedRange, Sheet
from .xlsx_book import Book, Formats, SheetEntry, read_book, read_formats, read_texts
from .xlsx_cells import read_cells
from .xlsx_look import SheetMarkup, look_at

_LARGE = 2 << 20
"""Bytes from which on looking and reading go side by side; below, nothing is unpacked before it was looked at."""


def read_xlsx(path: Path, name: str, *, careful: bool) -> Iterator[Sheet]:
    """The worksheets in order; `careful` is for a file on which the native reader died.

    Raises `UserError` and, for a damaged file, `zipfile.BadZipFile`, `KeyError`, `ValueError` and whatever else.
    """
    size = path.stat().st_size
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, size, name)
        book, formats = read_book(archive, name), read_formats(archive)
        reader = _Reader(archive, book, formats, name)
        if careful:
            yield from (reader.exactly(entry) for entry in book.sheets)
            return
        with ThreadPoolExecutor(1) as beside:
            first = book.sheets[0].name if book.sheets else ""
            native = beside.submit(_Native, path, first) if size >= _LARGE else None
            looks = [look_at(archive, entry.part, formats.shown) for entry in book.sheets]
            if any(look.plain for look in looks):
                native = native or beside.submit(_Native, path, "")
            for entry, look in zip(book.sheets, looks, strict=True):
                yield reader.read(entry, look, native)


_Found = tuple[list[list[object]], list[MergedRange]]


class _Native:
    """The workbook as the native reader has it; the sheet called `first`, mostly the only one, is read at once."""

    def __init__(self, path: Path, first: str) -> None:
        self._book: CalamineWorkbook | None = None
        # By its content: given a path, it would go by the ending.
        with path.open("rb") as file, suppress(CalamineError, OSError, ValueError):
            self._book = CalamineWorkbook.from_filelike(file)
        self._ahead = {first: self._read(first)} if first else {}

    def take(self, name: str) -> _Found | None:
        """Cells and merged blocks of a sheet, or None where it cannot be read this way."""
        return self._ahead.pop(name) if name in self._ahead else self._read(name)

    def _read(self, name: str) -> _Found | None:
        if self._book is None:
            return None
        try:
            sheet = self._book.get_sheet_by_name(name)
            rows = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
            return rows, [MergedRange(*start, *end) for start, end in sheet.merged_cell_ranges or []]
        except (CalamineError, OSError, ValueError):
            return None


class _Reader:
    def __init__(self, archive: zipfile.ZipFile, book: Book, formats: Formats, name: str) -> None:
        self._archive, self._book, self._formats, self._name = archive, book, formats, name
        self._texts: list[str] | None = None

    def exactly(self, entry: SheetEntry) -> Sheet:
        """A sheet read from its XML."""
        if self._texts is None:
            self._texts = read_texts(self._archive)
        return read_cells(
            self._archive, entry, self._texts, self._formats, date1904=self._book.date1904, name=self._name
        )

    def read(self, entry: SheetEntry, look: SheetMarkup, native: Future[_Native] | None) -> Sheet:
        """A sheet by the native reader where that reads it as it is, else exactly."""
        found = native.result().take(entry.name) if native is not None and look.plain else None
        if found is None:
            return self.exactly(entry)
        rows, merged = found
        sheet = Sheet(entry.name, rows, merged=merged, visible=entry.visible, date1904=self._book.date1904)
        _mark(sheet, look)
        return sheet


def _mark(sheet: Sheet, look: SheetMarkup) -> None:
    height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
    sheet.hidden_rows = {row for row in look.hidden_rows if row <= height}
    sheet.hidden_columns = {
        column for first, last in look.hidden_columns for column in range(first, min(last, width - 1) + 1)
    }
    sheet.merged = [block for block in sheet.merged if block.top < height and block.left < width]
    for row, column, error in look.errors:
        if row < height and column < width:
            sheet.rows[row][column] = error
    for row, column, shown in look.styled:
        if row < height and column < width:
            text = shown_text(shown, sheet.rows[row][column])
            if text is not None:
                sheet.displays[row, column] = text
