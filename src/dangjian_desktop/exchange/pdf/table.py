"""Tables in PDF: columns fitted to content and paper, the header repeated on each page, no row parted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.column_widths import column_needs, sized_widths
from dangjian_desktop.documents.line_breaking import break_balanced, break_text
from dangjian_desktop.documents.model import Align, Cell, Column, Row, RowGroup, Table, cell_text
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, TextFace
from dangjian_desktop.exchange.pdf.flow import Box, Repeater
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, PdfPage
from dangjian_desktop.exchange.pdf.table_header import TableHeader

_PAD = 0.35  # em at either side of a cell
_LEADING = 1.22
ROW_PAD, TIGHT = 0.75, 0.45  # em above and below the text of a row, together; and where rows are drawn closer
_INNER, _OUTER = 0.4, 0.9
# Texts wrapped so far are remembered per column up to this many.
_REMEMBERED = 20_000

# One cell's lines as (offset from the column's left edge, encoded text).
Lines = list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Measures:
    """The size of type and the columns (left edge from the table's, width), in points."""

    size: float
    lefts: list[float]
    widths: list[float]
    row_pad: float = ROW_PAD

    @property
    def leading(self) -> float:
        """From base line to base line."""
        return self.size * _LEADING

    @property
    def pad(self) -> float:
        """Free space at either side of a cell."""
        return self.size * _PAD

    def row_height(self, lines: int) -> float:
        """How tall a row of so many lines is."""
        return lines * self.leading + self.size * self.row_pad


def measure_table(table: Table, width: float, face: TextFace, bold: TextFace, row_pad: float = ROW_PAD) -> Measures:
    """The largest size of type at which the columns fit, and their widths."""
    size, fitted = sized_widths(column_needs(table, face.width, bold.width), width, 2 * _PAD)
    widths = [(each + 2 * _PAD) * size for each in fitted]
    lefts = [sum(widths[:index]) for index in range(len(widths))]
    return Measures(size, lefts, widths, row_pad)


class ColumnSetter:
    """Wraps and aligns the cells of one column, remembering what it has set."""

    def __init__(self, column: Column, face: TextFace, measures: Measures, index: int) -> None:
        self._kind, self._align = column.kind, column.aligned
        self._face, self._size, self._pad = face, measures.size, measures.pad
        self._room = measures.widths[index] - 2 * measures.pad
        self._known: dict[Cell, Lines] = {}

    def set(self, cell: Cell) -> Lines:
        """The lines of a cell."""
        known = self._known.get(cell)
        if known is None:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            known = self._known[cell] = self._lines(cell_text(cell, self._kind))
        return known

    def _lines(self, text: str) -> Lines:
        if not text:
            return []
        face, size, room = self._face, self._size, self._room
        width = face.width(text) * size
        if width <= room and "\n" not in text:
            return [(self._offset(width), face.encode(text))]
        # A centred cell looks torn when its last line holds one character.
        breaker = break_balanced if self._align is Align.CENTER else break_text
        lines = breaker(text, face.width, room / size)
        return [(self._offset(face.width(line) * size), face.encode(line)) for line in lines]

    def _offset(self, width: float) -> float:
        if self._align is Align.LEFT:
            return self._pad
        free = self._room - width
        return self._pad + (free / 2 if self._align is Align.CENTER else free)


class TableLayout(Repeater):
    """One table on its way to paper; `boxes` yields it row by row."""

    def __init__(
        self, table: Table, fonts: FontSet, width: float, page_height: float, row_pad: float = ROW_PAD
    ) -> None:
        self._table = table
        self._width = width
        self._body, self._bold = fonts.face(Role.BODY), fonts.face(Role.HEADING)
        self._m = measure_table(table, width, self._body, self._bold, row_pad)
        self._setters = [ColumnSetter(c, self._body, self._m, i) for i, c in enumerate(table.columns)]
        self._bold_setters = [ColumnSetter(c, self._bold, self._m, i) for i, c in enumerate(table.columns)]
        self._header = TableHeader(table.columns, self._bold, self._m.size, self._m.lefts, self._m.widths)
        self.header_height = self._header.height
        # Below the header a page may also begin with a group's heading, of two lines at most as a rule.
        heading = self._m.row_height(2) if any(group.label for group in table.groups) else 0.0
        room = page_height - self.header_height - heading
        self._most_lines = max(1, int(room / self._m.leading - row_pad / _LEADING))
        # On the page at hand: where the table began, and the stretches (top, bottom) ruled into columns.
        self._top = 0.0
        self._stretches: list[tuple[float, float]] = []

    @property
    def size(self) -> float:
        """The size of type that was chosen, in points."""
        return self._m.size

    def boxes(self) -> Iterator[Box]:
        """The rows in order; a group's heading stays with its first row, subtotal and totals with the last one."""
        table = self._table
        groups = [group for group in table.sections() if group.rows or group.label or group.subtotal is not None]
        if not groups and table.empty_text:
            yield self._wide(table.empty_text, Align.CENTER, self._body, keep=bool(table.totals))
        for index, group in enumerate(groups):
            yield from self._group(group, keep_last=bool(table.totals) and index == len(groups) - 1)
        for index, row in enumerate(table.totals):
            yield from self._row(row, self._bold_setters, self._bold, keep=index < len(table.totals) - 1)

    def _group(self, group: RowGroup, *, keep_last: bool) -> Iterator[Box]:
        if group.label:
            yield self._wide(group.label, Align.LEFT, self._bold, keep=bool(group.rows or group.subtotal), shade=True)
        end = len(group.rows) - 1
        bound = keep_last or group.subtotal is not None
        setters, face = self._setters, self._body
        for index, row in enumerate(group.rows):
            for box in self._row(row, setters, face, keep=bound and index == end):
                box.group = group.label
                yield box
        if group.subtotal is not None:
            for box in self._row(group.subtotal, self._bold_setters, self._bold, keep=keep_last):
                box.group = group.label
                yield box

    def _row(self, row: Row, setters: Sequence[ColumnSetter], face: TextFace, *, keep: bool) -> Iterator[Box]:
        cells = [setter.set(cell) for setter, cell in zip(setters, row, strict=True)]
        count = max(*map(len, cells), 1)
        if count > self._most_lines:
            yield from self._tall_row(cells, count, face, keep=keep)
        else:
            yield self._row_box(cells, count, face, keep=keep)

    def _tall_row(self, cells: list[Lines], count: int, face: TextFace, *, keep: bool) -> Iterator[Box]:
        """A row taller than a page: the only one that parts."""
        step = self._most_lines
        for start in range(0, count, step):
            part = [lines[start : start + step] for lines in cells]
            last = start + step >= count
            yield self._row_box(part, min(step, count - start), face, keep=keep and last)

    def _row_box(self, cells: list[Lines], count: int, face: TextFace, *, keep: bool) -> Box:
        m = self._m
        height = m.row_height(count)

        def paint(sheet: PdfPage, x: float, top: float) -> None:
            # Cells with fewer lines stand in the middle of the row.
            first = top - height / 2 - MIDDLE * m.size
            placed: list[tuple[float, float, str]] = []
            for left, lines in zip(m.lefts, cells, strict=True):
                if len(lines) == 1:
                    placed.append((x + left + lines[0][0], first, lines[0][1]))
                elif lines:
                    y = first + (len(lines) - 1) / 2 * m.leading
                    placed += [(x + left + dx, y - n * m.leading, text) for n, (dx, text) in enumerate(lines)]
            sheet.texts(face, m.size, placed)
            sheet.rule(x, top - height, x + self._width, top - height, _INNER)
            self._ruled(top, top - height)

        return Box(height, paint, keep, self)

    def continued(self, text: str) -> Box:
        """The heading of a group again, where a page begins inside it."""
        return self._wide(f"{text}（续）", Align.LEFT, self._bold, keep=False, shade=True)

    def _wide(self, text: str, align: Align, face: TextFace, *, keep: bool, shade: bool = False) -> Box:
        """A row over all columns."""
        m = self._m
        lines = break_text(text, face.width, (self._width - 2 * m.pad) / m.size)
        height = m.row_height(len(lines))

        def paint(sheet: PdfPage, x: float, top: float) -> None:
            if shade:
                sheet.shade(x, top - height, self._width, height, 0.96)
            y = top - height / 2 - MIDDLE * m.size + (len(lines) - 1) / 2 * m.leading
            for line in lines:
                free = self._width - face.width(line) * m.size - 2 * m.pad
                sheet.text(face, m.size, x + m.pad + (free / 2 if align is Align.CENTER else 0), y, face.encode(line))
                y -= m.leading
            sheet.rule(x, top - height, x + self._width, top - height, _INNER)

        return Box(height, paint, keep, self)

    def _ruled(self, top: float, bottom: float) -> None:
        if self._stretches and abs(self._stretches[-1][1] - top) < 0.01:
            self._stretches[-1] = (self._stretches[-1][0], bottom)
        else:
            self._stretches.append((top, bottom))

    def open_page(self, sheet: PdfPage, x: float, top: float) -> None:
        """Draw the header and remember where the table began on this page."""
        self._x, self._top, self._stretches = x, top, []
        self._header.paint(sheet, x, top)

    def close_page(self, sheet: PdfPage, bottom: float) -> None:
        """Draw the upright rules and the outer frame of this page's part."""
        for top, low in self._stretches:
            for left in self._m.lefts[1:]:
                sheet.rule(self._x + left, top, self._x + left, low, _INNER)
        right = self._x + self._width
        for x in (self._x, right):
            sheet.rule(x, self._top, x, bottom, _OUTER)
        for y in (self._top, bottom):
            sheet.rule(self._x, y, right, y, _OUTER)
