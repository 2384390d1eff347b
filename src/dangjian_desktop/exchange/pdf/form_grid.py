"""A ruled form of labels and values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dangjian_desktop.documents.line_breaking import break_balanced, break_text
from dangjian_desktop.documents.model import KeyValue, KeyValueGrid
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, TextFace
from dangjian_desktop.exchange.pdf.flow import Box, Repeater
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, PdfPage

_SIZE = 11.0
_LEADING = 1.5 * _SIZE
_PAD = 0.5  # em
_ROW_PAD = 1.1 * _SIZE
_LABEL = 6.0  # em, the widest label on one line
# A value of more lines than this may go on over a page break; shorter rows are kept whole.
_WHOLE = 8
_OUTER = 0.9


@dataclass(frozen=True, slots=True)
class _Pair:
    left: float
    value_left: float
    right: float
    label: list[str]
    value: list[str]


class GridLayout(Repeater):
    """A form on its way to paper."""

    def __init__(self, grid: KeyValueGrid, fonts: FontSet, width: float) -> None:
        self._grid, self._width = grid, width
        self._bold, self._body = fonts.face(Role.HEADING), fonts.face(Role.BODY)
        widest = max((self._bold.width(item.label) for item in grid.items), default=4.0)
        self._label = (min(max(widest, 4.0), _LABEL) + 2 * _PAD) * _SIZE
        self._x = self._top = 0.0

    def boxes(self) -> Iterator[Box]:
        """The form row by row, long values line by line."""
        for items in self._rows():
            pairs = [self._pair(items, index) for index in range(len(items))]
            count = max(max(len(pair.label), len(pair.value)) for pair in pairs)
            if count <= _WHOLE:
                yield self._whole(pairs, count)
            else:
                yield from self._line_by_line(pairs, count)

    def open_page(self, sheet: PdfPage, x: float, top: float) -> None:  # noqa: ARG002 - the form has no header
        """Remember where the form begins on this page."""
        self._x, self._top = x, top

    def close_page(self, sheet: PdfPage, bottom: float) -> None:
        """Draw the outer frame of this page's part."""
        right = self._x + self._width
        for x in (self._x, right):
            sheet.rule(x, self._top, x, bottom, _OUTER)
        for y in (self._top, bottom):
            sheet.rule(self._x, y, right, y, _OUTER)

    def _rows(self) -> Iterator[list[KeyValue]]:
        waiting: list[KeyValue] = []
        for item in self._grid.items:
            if item.wide and waiting:
                yield waiting
                waiting = []
            waiting.append(item)
            if item.wide or len(waiting) == self._grid.across:
                yield waiting
                waiting = []
        if waiting:
            yield waiting

    def _pair(self, items: list[KeyValue], index: int) -> _Pair:
        step = self._width / (1 if items[0].wide else self._grid.across)
        left = index * step
        # A row that is not full gives the rest to its last value.
        right = self._width if index == len(items) - 1 else left + step
        label = break_balanced(items[index].label, self._bold.width, self._label / _SIZE - 2 * _PAD)
        value = break_text(items[index].value, self._body.width, (right - left - self._label) / _SIZE - 2 * _PAD)
        return _Pair(left, left + self._label, right, label, value)

    def _whole(self, pairs: list[_Pair], count: int) -> Box:
        height = count * _LEADING + _ROW_PAD

        def paint(sheet: PdfPage, x: float, top: float) -> None:
            self._ground(sheet, x, top, height, pairs)
            for pair in pairs:
                self._label_text(sheet, x, top - height / 2, pair)
                y = top - height / 2 - MIDDLE * _SIZE + (len(pair.value) - 1) / 2 * _LEADING
                self._value_text(sheet, x, y, pair.value_left, pair.value)
            sheet.rule(x, top - height, x + self._width, top - height)

        return Box(height, paint, owner=self)

    def _line_by_line(self, pairs: list[_Pair], count: int) -> Iterator[Box]:
        for line in range(count):
            yield self._one_line(pairs, line, first=line == 0, last=line == count - 1)

    def _one_line(self, pairs: list[_Pair], line: int, *, first: bool, last: bool) -> Box:
        above = _ROW_PAD / 2 if first else 0.0
        height = above + _LEADING + (_ROW_PAD / 2 if last else 0.0)

        def paint(sheet: PdfPage, x: float, top: float) -> None:
            self._ground(sheet, x, top, height, pairs)
            y = top - above - _LEADING / 2 - MIDDLE * _SIZE
            for pair in pairs:
                if line < len(pair.label):
                    self._centred(sheet, self._bold, x, y, pair, pair.label[line])
                self._value_text(sheet, x, y, pair.value_left, pair.value[line : line + 1])
            if last:
                sheet.rule(x, top - height, x + self._width, top - height)

        return Box(height, paint, keep=first, owner=self)

    def _ground(self, sheet: PdfPage, x: float, top: float, height: float, pairs: list[_Pair]) -> None:
        for pair in pairs:
            sheet.shade(x + pair.left, top - height, pair.value_left - pair.left, height, 0.95)
            for left in (pair.left, pair.value_left):
                sheet.rule(x + left, top, x + left, top - height)

    def _label_text(self, sheet: PdfPage, x: float, middle: float, pair: _Pair) -> None:
        y = middle - MIDDLE * _SIZE + (len(pair.label) - 1) / 2 * _LEADING
        for text in pair.label:
            self._centred(sheet, self._bold, x, y, pair, text)
            y -= _LEADING

    def _centred(self, sheet: PdfPage, face: TextFace, x: float, y: float, pair: _Pair, text: str) -> None:
        free = pair.value_left - pair.left - face.width(text) * _SIZE
        sheet.text(face, _SIZE, x + pair.left + free / 2, y, face.encode(text))

    def _value_text(self, sheet: PdfPage, x: float, y: float, left: float, lines: list[str]) -> None:
        for line in lines:
            sheet.text(self._body, _SIZE, x + left + _PAD * _SIZE, y, self._body.encode(line))
            y -= _LEADING
