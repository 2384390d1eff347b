"""Blocks of cells to and from the clipboard, the way spreadsheets write them."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

# Above this many rows only plain text is offered: the HTML would be slow to build and to paste.
HTML_ROWS = 5_000
_FORMULA = ("=", "+", "@", "\t")


@dataclass(frozen=True, slots=True)
class PasteBlock:
    """A pasted block and where it lands: `ids` and `fields` from the anchor on, as far as the table reaches.

    `cells[i][j]` belongs to `ids[i]`, `fields[j]`. `overflow` holds the rows below the last record (new
    records, if the page wants them); columns right of the last one are counted in `dropped_columns`.
    """

    ids: tuple[str, ...]
    fields: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    overflow: tuple[tuple[str, ...], ...] = ()
    dropped_columns: int = 0
    text: str = field(default="", repr=False)

    def edits(self) -> dict[str, dict[str, str]]:
        """The block as `edit_many` takes it; blank cells are left out, since a blank never erases."""
        made = {}
        for record, row in zip(self.ids, self.cells, strict=False):
            values = {name: text for name, text in zip(self.fields, row, strict=False) if text}
            if values:
                made[record] = values
        return made


def parse_block(text: str) -> list[list[str]]:
    """Cells of a tab-separated block; quoted cells may hold line breaks, cells are trimmed."""
    rows = list(csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter="\t"))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return [[cell.strip() for cell in row] for row in rows]


def tiled(cells: list[list[str]], rows: int, columns: int) -> list[list[str]]:
    """The block as often as it fits a selection of a whole multiple of its size, like a spreadsheet; else as it is."""
    height, width = len(cells), max(map(len, cells))
    if (rows, columns) == (height, width) or rows % height or columns % width:
        return cells
    even = [[*line, *[""] * (width - len(line))] for line in cells]
    return [line * (columns // width) for line in even] * (rows // height)


def write_block(rows: Sequence[Sequence[str]]) -> str:
    """Cells as tab-separated text; a cell that a spreadsheet would take for a formula is kept a text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter="\t", lineterminator="\r\n")
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def block_mime(rows: Sequence[Sequence[str]]) -> QMimeData:
    """The block as text and, when it is small enough, as a table whose cells Excel keeps as text."""
    data = QMimeData()
    data.setText(write_block(rows))
    if len(rows) <= HTML_ROWS:
        lines = (
            "<tr>"
            + "".join(f"<td style=\"mso-number-format:'\\@'\">{html.escape(cell)}</td>" for cell in row)
            + "</tr>"
            for row in rows
        )
        data.setHtml('<meta charset="utf-8"><table>' + "".join(lines) + "</table>")
    return data


def table_of(rows: Sequence[Mapping[str, str]], fields: Sequence[str]) -> list[list[str]]:
    """Plain rows of the given fields, in order."""
    return [[row.get(name, "") or "" for name in fields] for row in rows]


def clipboard_text() -> str:
    """What another program put on the clipboard, as text."""
    return QGuiApplication.clipboard().text()


def _harmless(cell: str) -> str:
    if cell.startswith(_FORMULA) or (cell.startswith("-") and not cell[1:].replace(".", "", 1).isdigit()):
        return "'" + cell
    return cell
