"""Charts drawn for black-and-white printers: grounds and lines told apart by pattern, every value printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dangjian_desktop.documents.charts import Chart, ChartKind, scale_of, value_text
from dangjian_desktop.documents.line_breaking import break_balanced
from dangjian_desktop.documents.model import Align
from dangjian_desktop.exchange.pdf.chart_marks import bar, line, marker
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, TextFace
from dangjian_desktop.exchange.pdf.flow import Box, Paint, Repeater
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage
from dangjian_desktop.exchange.pdf.text_blocks import ends_box, line_box

_SIZE, _TITLE = 9.0, 12.0
_LEADING = 1.2 * _SIZE
_FAINT = "0.75 G 0.4 w"
# Bars of one category take this share of its room, more of it where values need it.
_BARS, _MOST_BARS, _WIDEST_BAR = 0.66, 0.9, 34.0
# Values are set no smaller than this; wider than their bars they stand upright.
_LEAST, _UPRIGHT = 7.0, 7.5
# Free space between the values of neighbours.
_APART = 2.5
_ROW, _ROW_BAR = 15.0, 9.5
_LONGEST_NAME = 0.36
_KEY = 12.0


def chart_boxes(chart: Chart, fonts: FontSet, width: float, page_height: float) -> Iterator[Box]:
    """The chart with title, unit, key and note; never parted, save lying bars too many for a page."""
    face = fonts.face(Role.BODY)
    yield Box(2 * MM, keep=True, blank=True)
    if chart.kind is ChartKind.ROWS:
        yield from _rows(chart, fonts, width, page_height)
    else:
        yield from _head(chart, fonts, width)
        yield _upright(chart, face, width)
    note = "".join(filter(None, (chart.note, _axis_note(chart))))
    if note:
        yield line_box(face, _SIZE, note, width, Align.LEFT, _SIZE * 1.8, keep=False)
    yield Box(2 * MM, blank=True)


def _head(chart: Chart, fonts: FontSet, width: float, title: str = "") -> list[Box]:
    """Title, unit and key."""
    face, bold = fonts.face(Role.BODY), fonts.face(Role.HEADING)
    boxes = [line_box(bold, _TITLE, title or chart.title, width, Align.CENTER, _TITLE * 1.75, keep=True)]
    if chart.unit:
        boxes.append(ends_box(face, _SIZE, "", chart.unit, width))
    if len(chart.series) > 1:
        boxes.append(_key(chart, face, width))
    return boxes


class _RowsHead(Repeater):
    """The head of lying bars, repeated with （续） where they go on over a page."""

    def __init__(self, chart: Chart, fonts: FontSet, width: float) -> None:
        self._first = _head(chart, fonts, width)
        self._later = _head(chart, fonts, width, f"{chart.title}（续）")
        self.header_height = sum(box.height for box in self._first)
        self._begun = False

    def open_page(self, sheet: PdfPage, x: float, top: float) -> None:
        """Draw title, unit and key."""
        for box in self._later if self._begun else self._first:
            if box.paint is not None:
                box.paint(sheet, x, top)
            top -= box.height
        self._begun = True

    def close_page(self, sheet: PdfPage, bottom: float) -> None:
        """Nothing is drawn below the bars."""


def _axis_note(chart: Chart) -> str:
    """A reader must know where an axis does not begin at nothing."""
    low = scale_of(chart).low
    return f"纵轴从{value_text(low)}起。" if low and chart.kind is ChartKind.LINES else ""


def _key(chart: Chart, face: TextFace, width: float) -> Box:
    """What each pattern means, in the middle above the drawing."""
    gap = 2 * _SIZE
    widths = [_KEY * 1.6 + 4 + face.width(series.name) * _SIZE for series in chart.series]
    start = (width - sum(widths) - gap * (len(widths) - 1)) / 2

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        at, middle = x + start, top - _SIZE
        for index, (series, each) in enumerate(zip(chart.series, widths, strict=True)):
            if chart.kind is ChartKind.LINES:
                sheet.draw(line(index, [(at, middle), (at + _KEY * 1.6, middle)]))
                sheet.draw(marker(index, at + _KEY * 0.8, middle))
            else:
                sheet.draw(bar(index, at, middle - 4, _KEY * 1.6, 8))
            sheet.text(face, _SIZE, at + _KEY * 1.6 + 4, middle - MIDDLE * _SIZE, face.encode(series.name))
            at += each + gap

    return Box(_SIZE * 2, paint, keep=True)


def _upright(chart: Chart, face: TextFace, width: float) -> Box:
    scale = scale_of(chart)
    labels = max((face.width(value_text(mark)) for mark in scale.marks), default=0) * _SIZE + 6
    slot = (width - labels) / max(len(chart.categories), 1)
    names = [break_balanced(name, face.width, max(slot / _SIZE - 0.4, 1.0)) for name in chart.categories]
    below = max(map(len, names), default=1) * _LEADING + 4
    height = max(chart.height * MM, below + 60)
    # Room for a value above the tallest bar.
    drawn = height - below - _room_above(chart, face, slot)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        left, bottom = x + labels, top - height + below
        for mark in scale.marks:
            y = bottom + scale.share(mark) * drawn
            sheet.draw(f"{_FAINT} {left:.2f} {y:.2f} m {x + width:.2f} {y:.2f} l S")
            _right(sheet, face, left - 4, y, value_text(mark))
        sheet.rule(left, bottom, x + width, bottom, 0.8)
        for index, lines in enumerate(names):
            y = bottom - 4 - 0.5 * _LEADING
            for text in lines:
                _middle(sheet, face, left + (index + 0.5) * slot, y, text)
                y -= _LEADING
        points = [
            [None if value is None else bottom + scale.share(value) * drawn for value in series.values]
            for series in chart.series
        ]
        draw = _lines if chart.kind is ChartKind.LINES else _columns
        draw(sheet, face, chart, points, left, slot, bottom)

    return Box(height, paint, keep=bool(chart.note or _axis_note(chart)))


def _widest(chart: Chart, face: TextFace) -> float:
    """The width of the widest value in em."""
    return max((face.width(value_text(value)) for series in chart.series for value in series.values), default=1.0)


def _bar_width(chart: Chart, face: TextFace, slot: float) -> float:
    """Bars as wide as usual, or as their values need where there is room for that."""
    count = len(chart.series)
    usual, most = min(slot * _BARS / count, _WIDEST_BAR), slot * _MOST_BARS / count
    needed = _widest(chart, face) * _LEAST + _APART
    if count == 1 or needed <= usual:
        return usual
    return min(needed, most) if needed <= most else most


def _stand_upright(chart: Chart, face: TextFace, slot: float) -> bool:
    """Whether values do not fit side by side above their bars."""
    room = slot if len(chart.series) == 1 else _bar_width(chart, face, slot)
    return chart.kind is ChartKind.COLUMNS and _widest(chart, face) * _LEAST + _APART > room + 0.01


def _room_above(chart: Chart, face: TextFace, slot: float) -> float:
    upright = _stand_upright(chart, face, slot)
    return _widest(chart, face) * _UPRIGHT + 6 if upright else 1.6 * _SIZE


def _columns(
    sheet: PdfPage,
    face: TextFace,
    chart: Chart,
    tops: list[list[float | None]],
    left: float,
    slot: float,
    bottom: float,
) -> None:
    count, upright = len(chart.series), _stand_upright(chart, face, slot)
    wide = _bar_width(chart, face, slot)
    room = slot if count == 1 else wide
    for at, series in enumerate(chart.series):
        for index, (value, top) in enumerate(zip(series.values, tops[at], strict=True)):
            if top is None:
                continue
            middle = left + (index + 0.5) * slot + (at - (count - 1) / 2) * wide
            if top > bottom:
                sheet.draw(bar(at, middle - wide * 0.46, bottom, wide * 0.92, top - bottom))
            text = value_text(value)
            if upright:
                size = min(_UPRIGHT, wide)
                sheet.upright(face, size, middle + MIDDLE * size, top + 3, face.encode(text))
            else:
                size = min(_SIZE, (room - _APART) / max(face.width(text), 0.1))
                _middle(sheet, face, middle, top + 0.65 * _SIZE, text, size)


def _lines(
    sheet: PdfPage,
    face: TextFace,
    chart: Chart,
    tops: list[list[float | None]],
    left: float,
    slot: float,
    bottom: float,
) -> None:
    for at in range(len(chart.series)):
        points = [None if y is None else (left + (i + 0.5) * slot, y) for i, y in enumerate(tops[at])]
        for first, second in pairwise(points):
            if first is not None and second is not None:
                sheet.draw(line(at, [first, second]))
        for point in filter(None, points):
            sheet.draw(marker(at, *point))
    for index in range(len(chart.categories)):
        _values(sheet, face, chart, tops, index, left + (index + 0.5) * slot, bottom)


def _values(
    sheet: PdfPage, face: TextFace, chart: Chart, tops: list[list[float | None]], index: int, x: float, bottom: float
) -> None:
    """The values of one category: the highest above its point, the lowest below, all at least a line apart."""
    found = sorted(
        ((y, value_text(series.values[index])) for series, row in zip(chart.series, tops, strict=True)
         if (y := row[index]) is not None),
        reverse=True,
    )  # fmt: skip
    limit = float("inf")
    for place, (y, text) in enumerate(found):
        under = len(found) > 1 and place == len(found) - 1 and y - bottom > 1.6 * _SIZE
        at = min(y - 0.9 * _SIZE if under else y + 0.9 * _SIZE, limit)
        width = face.width(text) * _SIZE + 2
        centre = x + _aside(tops[0], index) * width / 2 if len(tops) == 1 else x
        sheet.draw(f"1 g {centre - width / 2:.2f} {at - 0.45 * _SIZE:.2f} {width:.2f} {0.9 * _SIZE:.2f} re f")
        _middle(sheet, face, centre, at, text)
        limit = at - _SIZE


def _aside(points: Sequence[float | None], index: int) -> int:
    """Where a value stands clear of a single line: -1 left of a point from which it rises, 1 right where it falls."""
    here = points[index]
    before = points[index - 1] if index else None
    after = points[index + 1] if index + 1 < len(points) else None
    if here is None or (after is not None and after > here and (before is None or before <= here)):
        return -1 if here is not None and before is not None else 0
    return 1 if before is not None and before > here and after is not None and after <= here else 0


def _rows(chart: Chart, fonts: FontSet, width: float, page_height: float) -> Iterator[Box]:
    """A box for each category with its bars; the names' column is as wide as they need."""
    face, owner = fonts.face(Role.BODY), _RowsHead(chart, fonts, width)
    broken = [break_balanced(name, face.width, width * _LONGEST_NAME / _SIZE) for name in chart.categories]
    names = max((face.width(line) for lines in broken for line in lines), default=0) * _SIZE + 6
    values = max((face.width(value_text(v)) for s in chart.series for v in s.values), default=1) * _SIZE + 6
    count, last = len(chart.series), len(chart.categories) - 1
    room = (names, width - names - values, scale_of(chart).high)
    heights = [max(count * _ROW_BAR + _ROW - _ROW_BAR, len(lines) * _LEADING + 3) for lines in broken]
    whole = sum(heights) + owner.header_height + _ROW * 2 <= page_height
    for index, (lines, height) in enumerate(zip(broken, heights, strict=True)):
        # Of more than a page the first two rows and the last two stay together, and with the note.
        keep = (whole and index < last) or index in (0, last - 1) or (index == last and bool(chart.note))
        yield Box(height, _row_paint(chart, face, index, lines, height, room), keep, owner)


def _row_paint(
    chart: Chart, face: TextFace, index: int, lines: list[str], height: float, room: tuple[float, float, float]
) -> Paint:
    names, wide, high = room
    count = len(chart.series)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        y = top - height / 2 + (len(lines) - 1) / 2 * _LEADING
        for text in lines:
            _right(sheet, face, x + names - 5, y, text)
            y -= _LEADING
        sheet.rule(x + names, top, x + names, top - height, 0.8)
        for at, series in enumerate(chart.series):
            value = series.values[index]
            if value is None:
                continue
            upper = top - (height - count * _ROW_BAR) / 2 - at * _ROW_BAR
            long = value / high * wide
            if long:
                sheet.draw(bar(at, x + names, upper - _ROW_BAR * 0.92, long, _ROW_BAR * 0.84))
            shown = face.encode(value_text(value))
            sheet.text(face, _SIZE, x + names + long + 4, upper - _ROW_BAR / 2 - MIDDLE * _SIZE, shown)

    return paint


def _middle(sheet: PdfPage, face: TextFace, x: float, y: float, text: str, size: float = _SIZE) -> None:
    """A text centred on a point."""
    sheet.text(face, size, x - face.width(text) * size / 2, y - MIDDLE * size, face.encode(text))


def _right(sheet: PdfPage, face: TextFace, x: float, y: float, text: str) -> None:
    """A text that ends at a point."""
    sheet.text(face, _SIZE, x - face.width(text) * _SIZE, y - MIDDLE * _SIZE, face.encode(text))
