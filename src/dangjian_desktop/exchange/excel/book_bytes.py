"""A workbook of openpyxl as bytes: made in memory, where openpyxl itself lays every sheet as plain text into /tmp."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from dangjian_desktop.base.files import replace_file


class _Writer(ExcelWriter):  # type: ignore[misc]
    """Writes each sheet into memory; otherwise as openpyxl does."""

    def write_worksheet(self, ws: Any) -> None:
        """Put one sheet into the archive."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts = ws._charts
        ws._drawing.images = ws._images
        out = io.BytesIO()
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], out.getvalue())
        self.manifest.append(ws)


def book_bytes(book: Any) -> bytes:
    """The .xlsx of a workbook (one that is not write-only)."""
    book.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(book, archive).write_data()
    return out.getvalue()


def write_book(book: Any, target: Path) -> None:
    """Write a workbook to `target`; raises `EnvironmentFault` as `replace_file`."""
    content = book_bytes(book)
    replace_file(target, lambda path: _put(path, content))


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
