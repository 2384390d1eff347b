"""Cell styles, made once per look: giving every cell its own font and border object is what makes openpyxl slow."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from dangjian_desktop.documents.model import Align, ColumnKind

_FORMATS = {
    ColumnKind.TEXT: "General",
    ColumnKind.CODE: "@",
    ColumnKind.DATE: "@",
    ColumnKind.INTEGER: "0",
    ColumnKind.MONEY: "#,##0.00",
    ColumnKind.PERCENT: "0.0%",
}
_THIN = Side(style="thin")


@dataclass(frozen=True, slots=True)
class WrittenLook:
    """How a cell looks."""

    size: float = 10.5
    bold: bool = False
    font: str = "宋体"
    align: Align = Align.LEFT
    border: bool = False
    wrap: bool = False
    grey: bool = False


class CellStyles:
    """Applies looks to the cells of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._scratch = SheetCell(book.create_sheet("scratch"), row=1, column=1)
        book.remove(self._scratch.parent)
        self._known: dict[tuple[WrittenLook, ColumnKind, bool], Any] = {}

    def apply(self, cell: Any, look: WrittenLook, kind: ColumnKind, prefix: bool) -> None:
        """Give a cell its look and number format; `prefix` marks text that Excel must not read as a formula."""
        key = (look, kind, prefix)
        style = self._known.get(key)
        if style is None:
            style = self._known[key] = self._made(look, kind, prefix=prefix)
        cell._style = copy(style)

    def _made(self, look: WrittenLook, kind: ColumnKind, *, prefix: bool) -> Any:
        cell = self._scratch
        cell.font = Font(name=look.font, size=look.size, bold=look.bold)
        cell.alignment = Alignment(horizontal=look.align.value, vertical="center", wrap_text=look.wrap)
        cell.border = Border(_THIN, _THIN, _THIN, _THIN) if look.border else Border()
        cell.fill = PatternFill("solid", fgColor="EDEDED") if look.grey else PatternFill()
        cell.number_format = _FORMATS[kind]
        style = copy(cell._style)
        style.quotePrefix = int(prefix)
        return style
