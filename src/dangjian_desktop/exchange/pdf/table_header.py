"""The header of a table with its merged cells, drawn at the top of each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.line_breaking import break_balanced
from dangjian_desktop.documents.model import Column, header_cells
from dangjian_desktop.exchange.pdf.faces import TextFace
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, PdfPage

_LEADING = 1.2
_PAD = 0.25  # em at either side
_ROW_PAD = 0.9


@dataclass(frozen=True, slots=True)
class _Placed:
    left: float
    width: float
    level: int
    depth: int
    lines: list[str]


class TableHeader:
    """Merged header cells with their places; `paint` draws them on a grey ground."""

    def __init__(
        self, columns: Sequence[Column], face: TextFace, size: float, lefts: list[float], widths: list[float]
    ) -> None:
        self._face, self._size = face, size
        self._width = sum(widths)
        self._cells = []
        for cell in header_cells(columns):
            width = sum(widths[cell.first : cell.first + cell.span])
            lines = break_balanced(cell.text, face.width, width / size - 2 * _PAD)
            self._cells.append(_Placed(lefts[cell.first], width, cell.level, cell.depth, lines))
        self._levels = self._level_heights(max(cell.level + cell.depth for cell in self._cells))
        self.height = sum(self._levels)

    def _level_heights(self, depth: int) -> list[float]:
        heights = [self._needed(1)] * depth
        for cell in sorted(self._cells, key=lambda each: each.depth):
            span = slice(cell.level, cell.level + cell.depth)
            lack = self._needed(len(cell.lines)) - sum(heights[span])
            if lack > 0:
                heights[span] = [height + lack / cell.depth for height in heights[span]]
        return heights

    def _needed(self, lines: int) -> float:
        return (lines * _LEADING + _ROW_PAD) * self._size

    def paint(self, sheet: PdfPage, x: float, top: float) -> None:
        """Draw with the upper left corner at (x, top)."""
        size = self._size
        sheet.shade(x, top - self.height, self._width, self.height)
        for cell in self._cells:
            upper = top - sum(self._levels[: cell.level])
            height = sum(self._levels[cell.level : cell.level + cell.depth])
            y = upper - height / 2 - MIDDLE * size + (len(cell.lines) - 1) / 2 * _LEADING * size
            for line in cell.lines:
                offset = (cell.width - self._face.width(line) * size) / 2
                sheet.text(self._face, size, x + cell.left + offset, y, self._face.encode(line))
                y -= _LEADING * size
            lower, left = upper - height, x + cell.left
            sheet.rule(left, lower, left + cell.width, lower)
            if cell.left:
                sheet.rule(left, upper, left, lower)
