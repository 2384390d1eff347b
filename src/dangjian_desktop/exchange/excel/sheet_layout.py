"""One sheet of a document being laid out with openpyxl: title, words, table, signature and print settings."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.column_widths import column_needs, sized_widths
from dangjian_desktop.documents.line_breaking import break_text
from dangjian_desktop.documents.model import (
    Align,
    Cell,
    Column,
    ColumnKind,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    PageSetup,
    Paper,
    Row,
    SignatureBlock,
    Table,
    cell_text,
    chinese_date,
    header_cells,
)
from dangjian_desktop.exchange.excel.cell_styles import CellStyles, WrittenLook
from dangjian_desktop.exchange.excel.export_rows import clean_text

# Excel's column width is in digits; a Chinese character at 10.5 pt takes two and a bit.
_DIGITS_PER_EM = 2.05
_PAD_EM = 0.8
# What Excel itself leaves free in a cell, for guessing how many lines a text takes.
_INSIDE_EM = 0.5
_SIZE = 10.5
_EM_MM = _SIZE * 25.4 / 72
_LINE = 15.0
_ROW_PAD = 5.0
_MAX_HEIGHT = 400.0
_SEAL_HEIGHT = 45 * 72 / 25.4
_WORD_COLUMNS = 12
_LABEL_COLUMNS = 2
_MARGIN_INCHES = 25.4
_REPORT_EVERY = 500
_CHART_ROW = 18.0


def display_width(text: str) -> float:
    """The width of a text on the sheet in em: a Chinese character is one, a Latin letter half."""
    return sum(1.0 if ord(char) > 0x2E7F or char in "“”‘’…—·" else 0.52 for char in text)


class SheetWriter:
    """Writes blocks from top to bottom; `finish` adds signature line and print settings."""

    def __init__(self, book: Workbook, name: str, document: Document, setup: PageSetup, widths: list[float]) -> None:
        self._sheet = book.create_sheet(name)
        self._document, self._setup = document, setup
        self._styles = CellStyles(book)
        self._widths = widths
        self._columns = len(widths)
        self._row = 1
        for index, width in enumerate(widths, 1):
            self._sheet.column_dimensions[get_column_letter(index)].width = round(width * _DIGITS_PER_EM, 2)

    @classmethod
    def for_table(cls, book: Workbook, name: str, document: Document, setup: PageSetup, table: Table) -> SheetWriter:
        """A sheet whose columns are the table's."""
        needs = column_needs(table, display_width, display_width)
        # Widths are chosen as for the printed page. Where its type is smaller than the sheet's, the columns stand out
        # of the page by as much and printing shrinks them to its width.
        _, fitted = sized_widths(needs, _page_em(setup) * _SIZE, _PAD_EM)
        widths = [max(width, need.least) for width, need in zip(fitted, needs, strict=True)]
        return cls(book, name, document, setup, [width + _PAD_EM for width in widths])

    @classmethod
    def for_words(cls, book: Workbook, name: str, document: Document, setup: PageSetup) -> SheetWriter:
        """A sheet for running text and forms: twelve equal columns over the page."""
        return cls(book, name, document, setup, [_page_em(setup) / _WORD_COLUMNS] * _WORD_COLUMNS)

    def title(self, title: str, subtitle: str) -> None:
        """The title over all columns."""
        self._across(title, WrittenLook(size=20, bold=True, font="宋体", align=Align.CENTER), scale=20 / 10.5, least=34)
        if subtitle:
            self._across(subtitle, WrittenLook(size=14, font="楷体", align=Align.CENTER), scale=14 / 10.5, least=24)

    def ends(self, document: Document) -> None:
        """填报单位 at the left, 填报日期 at the right."""
        left = f"填报单位：{document.unit}" if document.unit else ""
        right = f"填报日期：{chinese_date(document.filled_on)}" if document.filled_on else ""
        if not left and not right:
            return
        # The column border nearest to the middle of the sheet parts the two.
        middle = sum(self._widths) / 2
        half = min(range(1, self._columns), key=lambda at: abs(sum(self._widths[:at]) - middle), default=1)
        self._merged(self._row, 1, half, left, WrittenLook(wrap=True))
        if self._columns > half:
            self._merged(self._row, half + 1, self._columns, right, WrittenLook(align=Align.RIGHT, wrap=True))
        self._next(20.0 * max(self._lines(left, 1, half), self._lines(right, half + 1, self._columns)))

    def caption(self, text: str) -> None:
        """A table's caption above it."""
        self._across(text, WrittenLook(size=12, bold=True, font="黑体", align=Align.CENTER), scale=12 / 10.5, least=22)

    def heading(self, heading: Heading) -> None:
        """A heading in the words."""
        font = {1: "黑体", 2: "楷体"}.get(heading.level, "宋体")
        self._across(heading.text, WrittenLook(size=14, bold=heading.level != 2, font=font), scale=14 / 10.5, least=26)

    def paragraph(self, text: str, *, indent: bool = True, align: Align = Align.LEFT) -> None:
        """Running text over all columns; a row cannot be taller than Excel allows, so long text takes several."""
        shown = f"\u3000\u3000{text}" if indent and align is Align.LEFT else text
        room = sum(self._widths) / (12 / 10.5)
        most = int(room * (_MAX_HEIGHT / 20))
        for start in range(0, max(len(shown), 1), most):
            self._across(
                shown[start : start + most], WrittenLook(size=12, align=align, wrap=True), scale=12 / 10.5, least=20
            )

    def grid(self, grid: KeyValueGrid) -> None:
        """A ruled form; each pair takes its share of the columns, a long value as many rows as Excel needs for it."""
        across = grid.across if _WORD_COLUMNS % grid.across == 0 else 2
        share = self._columns // across
        waiting: list[KeyValue] = []
        for item in self._fitting(grid):
            if item.wide and waiting:
                self._grid_row(waiting, share)
                waiting = []
            waiting.append(item)
            if item.wide or len(waiting) == across:
                self._grid_row(waiting, share)
                waiting = []
        if waiting:
            self._grid_row(waiting, share)

    def _fitting(self, grid: KeyValueGrid) -> Iterator[KeyValue]:
        """The items, those too tall for one row cut into several wide ones: Excel shows no row above 409 points."""
        most = int((_MAX_HEIGHT - 2 * _ROW_PAD) / _LINE) - 1
        room = sum(self._widths[_LABEL_COLUMNS:]) - _PAD_EM
        for item in grid.items:
            lines = break_text(item.value, display_width, room)
            if len(lines) <= most // 2 or (item.wide and len(lines) <= most):
                yield item
                continue
            for start in range(0, len(lines), most):
                yield KeyValue("" if start else item.label, "\n".join(lines[start : start + most]), wide=True)

    def _grid_row(self, items: list[KeyValue], share: int) -> None:
        lines = 1
        label_look = WrittenLook(bold=True, align=Align.CENTER, border=True, wrap=True, grey=True)
        for place, item in enumerate(items):
            first = place * share + 1
            start = first + max(1, min(_LABEL_COLUMNS, share - 1))
            last = self._columns if place == len(items) - 1 else first + share - 1
            self._merged(self._row, first, start - 1, item.label, label_look)
            self._merged(self._row, start, last, item.value, WrittenLook(border=True, wrap=True))
            lines = max(lines, self._lines(item.label, first, start - 1), self._lines(item.value, start, last))
        self._next(min(lines * _LINE + 2 * _ROW_PAD, _MAX_HEIGHT))

    def table(self, table: Table, progress: Progress) -> int:
        """The table with merged header, repeated on each page; columns must be this sheet's.

        Returns the sheet's row that the first body row stands in.
        """
        if table.unit:
            self._merged(self._row, 1, self._columns, table.unit, WrittenLook(size=9, align=Align.RIGHT))
            self._next(16)
        self._header(table)
        first = self._row
        if not table.count and not table.groups and table.empty_text:
            self._merged(self._row, 1, self._columns, table.empty_text, WrittenLook(border=True, align=Align.CENTER))
            self._next(20)
        done = 0
        for group in table.sections():
            if group.label:
                self._merged(self._row, 1, self._columns, group.label, WrittenLook(border=True, bold=True, grey=True))
                self._next(20)
            for row in group.rows:
                self._body_row(table.columns, row, bold=False)
                done += 1
                if done % _REPORT_EVERY == 0:
                    progress.report(done, table.count, f"已写 {done} 行")
            if group.subtotal is not None:
                self._body_row(table.columns, group.subtotal, bold=True)
        for row in table.totals:
            self._body_row(table.columns, row, bold=True)
        if table.note:
            self._across(table.note, WrittenLook(size=9, wrap=True), scale=9 / 10.5, least=16)
        return first

    def form_table(self, table: Table) -> None:
        """A table among the words of a form, over this sheet's columns; at most one of its columns for each."""
        ends = _shared_out([column_share(column) for column in table.columns], self._columns)
        spans = list(zip([1, *(end + 1 for end in ends)], ends, strict=False))
        head = WrittenLook(bold=True, font="黑体", align=Align.CENTER, border=True, wrap=True, grey=True)
        self._cells_over(spans, [column.label for column in table.columns], [head] * len(spans))
        looks = [WrittenLook(border=True, wrap=True, align=column.aligned) for column in table.columns]
        for group in table.sections():
            for row in group.rows:
                texts = [cell_text(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]
                self._cells_over(spans, texts, looks)
        if not table.count:
            self._cells_over([(1, self._columns)], [table.empty_text], [WrittenLook(border=True, align=Align.CENTER)])

    def _cells_over(self, spans: list[tuple[int, int]], texts: list[str], looks: list[WrittenLook]) -> None:
        lines = 1
        for (first, last), text, look in zip(spans, texts, looks, strict=True):
            self._merged(self._row, first, last, text, look)
            lines = max(lines, self._lines(text, first, last))
        self._next(min(lines * _LINE + _ROW_PAD, _MAX_HEIGHT))

    def reserve(self, height: float) -> tuple[int, int]:
        """Leave rows free for a drawing of so many millimetres; the first of them and the row after the last."""
        first = self._row
        for _ in range(math.ceil(height / 25.4 * 72 / _CHART_ROW)):
            self._next(_CHART_ROW)
        last = self._row
        self._next(8)
        return first, last

    def place(self, chart: Any, rows: tuple[int, int]) -> None:
        """Put a chart of Excel's own over reserved rows and the whole width, whatever that is on the screen."""
        start = AnchorMarker(col=0, row=rows[0] - 1)
        chart.anchor = TwoCellAnchor(_from=start, to=AnchorMarker(col=self._columns, row=rows[1] - 1))
        self._sheet.add_chart(chart)

    def signature_block(self, block: SignatureBlock) -> None:
        """署名 over date at the right, with room for the seal."""
        first = max(1, self._columns * 2 // 3)
        date = chinese_date(block.date_text) if block.date_text else "      年   月   日"
        tall = _SEAL_HEIGHT / 2 if block.seal else 24
        for text, height in ((block.signer, tall), (date, tall)):
            self._merged(self._row, first, self._columns, text, WrittenLook(size=12, align=Align.CENTER, wrap=True))
            self._next(height)

    def finish(self, *, signature: bool = True) -> None:
        """Signature line, paper, print area, footer."""
        if signature and self._document.signature is not None:
            self._signature_line()
        sheet, setup = self._sheet, self._setup
        sheet.print_area = f"A1:{get_column_letter(self._columns)}{max(self._row - 1, 1)}"
        sheet.page_setup.paperSize = 8 if setup.paper is Paper.A3 else 9
        sheet.page_setup.orientation = "landscape" if setup.landscape else "portrait"
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.top, margins.right, margins.bottom, margins.left = (m / _MARGIN_INCHES for m in setup.margins)
        margins.header = margins.footer = 8 / _MARGIN_INCHES
        if self._document.page_numbers:
            sheet.oddFooter.center.text = "第&P页 共&N页"
        if self._document.masked_note:
            # The footer's own codes begin with &.
            sheet.oddFooter.left.text = self._document.masked_note.replace("&", "&&")

    def _signature_line(self) -> None:
        line = self._document.signature
        assert line is not None
        self._next(8)
        third = max(1, self._columns // 3)
        texts = (f"填表人：{line.filled_by}", f"审核人：{line.checked_by}", f"单位（盖章）：{line.unit}")
        spans = ((1, third), (third + 1, 2 * third), (2 * third + 1, self._columns))
        if self._columns < 3:
            self._across("    ".join(texts), WrittenLook(wrap=True), scale=1.0, least=_SEAL_HEIGHT if line.seal else 22)
            return
        for (first, last), text in zip(spans, texts, strict=True):
            self._merged(self._row, first, last, text, WrittenLook(size=11, wrap=True))
        self._next(_SEAL_HEIGHT if line.seal else 24)

    def _header(self, table: Table) -> None:
        top, depth = self._row, table.header_depth
        heights = [20.0] * depth
        for cell in header_cells(table.columns):
            row, first = top + cell.level, cell.first + 1
            last = first + cell.span - 1
            look = WrittenLook(bold=True, font="黑体", align=Align.CENTER, border=True, wrap=True, grey=True)
            self._merged(row, first, last, cell.text, look, rows=cell.depth)
            needed = self._lines(cell.text, first, last) * _LINE + _ROW_PAD
            lack = needed - sum(heights[cell.level : cell.level + cell.depth])
            if lack > 0:
                for level in range(cell.level, cell.level + cell.depth):
                    heights[level] += lack / cell.depth
        for height in heights:
            self._next(height)
        self._sheet.print_title_rows = f"{top}:{self._row - 1}"
        self._sheet.freeze_panes = f"A{self._row}"

    def _body_row(self, columns: tuple[Column, ...], row: Row, *, bold: bool) -> None:
        lines = 1
        for index, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            self._put(index, value, column, bold=bold)
            if isinstance(value, str) and len(value) * 1.0 > self._widths[index - 1] / 2:
                lines = max(lines, self._lines(cell_text(value, column.kind), index, index))
        self._next(min(lines * _LINE + _ROW_PAD, _MAX_HEIGHT))

    def _put(self, index: int, value: Cell, column: Column, *, bold: bool) -> None:
        cell = self._sheet.cell(self._row, index)
        kind = column.kind
        if isinstance(value, str):
            prefix = value[:1] in ("=", "+", "-", "@")
            kind = kind if kind in (ColumnKind.CODE, ColumnKind.DATE) else ColumnKind.TEXT
            self._styles.apply(cell, WrittenLook(bold=bold, align=column.aligned, border=True, wrap=True), kind, prefix)
            _set_text(cell, value)
            return
        self._styles.apply(
            cell, WrittenLook(bold=bold, align=column.aligned, border=True, wrap=True), kind, prefix=False
        )
        if value is not None:
            cell.value = value / 100 if kind is ColumnKind.MONEY else value

    def _across(self, text: str, look: WrittenLook, *, scale: float, least: float) -> None:
        lines = self._lines(text, 1, self._columns, scale)
        self._merged(self._row, 1, self._columns, text, look)
        self._next(min(max(lines * _LINE * scale + _ROW_PAD, least), _MAX_HEIGHT))

    def _merged(self, row: int, first: int, last: int, text: str, look: WrittenLook, rows: int = 1) -> None:
        for line in range(row, row + rows):
            for index in range(first, last + 1):
                self._styles.apply(self._sheet.cell(line, index), look, ColumnKind.TEXT, prefix=False)
        _set_text(self._sheet.cell(row, first), text)
        if last > first or rows > 1:
            self._sheet.merge_cells(start_row=row, end_row=row + rows - 1, start_column=first, end_column=last)

    def _lines(self, text: str, first: int, last: int, scale: float = 1.0) -> int:
        room = max((sum(self._widths[first - 1 : last]) - _INSIDE_EM) / scale, 0.5)
        return sum(max(1, math.ceil(display_width(part) / room - 0.01)) for part in text.splitlines() or [""])

    def _next(self, height: float) -> None:
        self._sheet.row_dimensions[self._row].height = round(height, 1)
        self._row += 1


def column_share(column: Column) -> float:
    """How much room a column of a form asks for beside its neighbours."""
    return 3.0 * column.weight if column.kind is ColumnKind.TEXT else 2.0


def _shared_out(shares: list[float], columns: int) -> list[int]:
    """The last sheet column of each of the shares, at least one column for each."""
    total, ends, at = sum(shares), list[int](), 0.0
    for index, share in enumerate(shares):
        at += share
        least, most = (ends[-1] if ends else 0) + 1, columns - (len(shares) - index - 1)
        ends.append(min(max(round(at / total * columns), least), most))
    return ends


def _set_text(cell: Any, text: str) -> None:
    """Write a text as text: whatever it begins with, it is never a formula or an error value."""
    if text:
        cell.value = clean_text(text)
        cell.data_type = "s"


def _page_em(setup: PageSetup) -> float:
    width, _ = setup.size
    return (width - setup.margins[1] - setup.margins[3]) / _EM_MM
