"""Bars drawn in the colours of the theme: each is a way to its list, by mouse or by keys, and says its value."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QBrush,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QWidget

from ...services.home import Bar, Picture
from .. import theme
from ..widgets.card import Card, write

HEIGHT = 248
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class BarChart(Card):
    """Keeps its room while empty. `opened(chart, bar)` on a click, Enter or Space; arrow keys go from bar to bar.

    Lying bars are for names, upright ones for time. A second series is hatched, so that it is told apart in black and
    white too; every value stands beside its bar.
    """

    opened = Signal(object, object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart: Picture | None = None
        self.current = 0
        self._title = title
        self._hover = -1
        self._places: list[QRect] = []
        self.setMouseTracking(True)
        self.setFixedHeight(theme.current().px(HEIGHT))
        self.setMinimumWidth(theme.current().px(280))
        self.setAccessibleName(title)
        self.pressed.connect(self._chosen)

    def put(self, chart: Picture) -> None:
        """Draw another chart in the same room."""
        self.chart, self._title = chart, chart.title
        self.current = min(self.current, max(len(chart.bars) - 1, 0))
        told = "，".join(self.said(bar) for bar in chart.bars)
        self.setAccessibleDescription(f"{told or chart.empty}方向键选一条，回车打开名单。" if told else chart.empty)
        self._name()
        self.update()

    def said(self, bar: Bar) -> str:
        """One bar in words."""
        assert self.chart is not None
        names = self.chart.series
        if names and bar.second is not None:
            told = f"{names[0]} {bar.value}、{names[1]} {bar.second}"
        else:
            told = f"{bar.value} {self.chart.unit}"
        return f"{bar.label} {told}" + (f"（{bar.note}）" if bar.note else "")

    # Choosing

    def _chosen(self) -> None:
        bar = self._bar(self.current)
        if self.chart is not None and bar is not None and bar.records:
            self.opened.emit(self.chart, bar)

    def _bar(self, place: int) -> Bar | None:
        bars = self.chart.bars if self.chart else ()
        return bars[place] if 0 <= place < len(bars) else None

    def _name(self) -> None:
        bar = self._bar(self.current)
        self.setAccessibleName(f"{self._title}：{self.said(bar)}" if bar else self._title)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar, Enter and Space open."""
        bars = len(self.chart.bars) if self.chart else 0
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or not bars:
            super().keyPressEvent(event)
            return
        self.current = max(0, min(bars - 1, self.current + step))
        self._name()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The bar below the pointer says itself."""
        hover = self._at(event.position().toPoint())
        if hover != self._hover:
            self._hover = hover
            bar = self._bar(hover)
            self.setToolTip(self.said(bar) if bar else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No bar is below the pointer any more."""
        super().leaveEvent(event)
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the list of the bar it was on."""
        place = self._at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.current = place
            self._name()
            self._chosen()

    def _at(self, point: QPoint) -> int:
        return next((place for place, room in enumerate(self._places) if room.contains(point)), -1)

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Title, legend, and the bars with their names and values."""
        super().paintEvent(event)
        px = theme.current().px
        painter = QPainter(self)
        head = QRect(px(12), px(6), self.width() - px(24), px(24))
        used = write(painter, head, self._title, 14, bold=True)
        room = QRect(px(12), px(36), self.width() - px(24), self.height() - px(44))
        chart = self.chart
        self._places = []
        if chart is None or not chart.bars:
            told = "正在汇总…" if chart is None else chart.empty
            write(painter, room, told, 13, "ink_soft", centre=True)
        else:
            if chart.series:
                self._legend(painter, head.adjusted(used + px(12), 0, 0, 0), chart.series)
            (self._upright if chart.upright else self._lying)(painter, room, chart)
        painter.end()

    def _legend(self, painter: QPainter, room: QRect, names: tuple[str, str]) -> None:
        px = theme.current().px
        left = room.right() - px(128)
        for place, name in enumerate(names):
            start = left + place * px(66)
            self._fill(painter, QRect(start, room.center().y() - px(5), px(12), px(11)), second=bool(place))
            write(painter, QRect(start + px(16), room.y(), px(46), room.height()), name, 12, "ink_soft")

    def _fill(self, painter: QPainter, bar: QRect, *, second: bool = False, marked: bool = False) -> None:
        look = theme.current()
        colour = look.colour("ink" if marked else "accent_fill")
        if bar.width() <= 0 or bar.height() <= 0:
            return
        if second:
            painter.setPen(colour)
            painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
            painter.drawRect(bar.adjusted(0, 0, -1, -1))
        else:
            painter.fillRect(bar, colour)

    def _marked(self, place: int) -> bool:
        return place == self._hover or (self.hasFocus() and place == self.current)

    def _lying(self, painter: QPainter, room: QRect, chart: Picture) -> None:
        px = theme.current().px
        high = min(px(28), room.height() // len(chart.bars))
        most = max(bar.value for bar in chart.bars) or 1
        told = [f"{bar.value} {chart.unit}" + (f"，{bar.note}" if bar.note else "") for bar in chart.bars]
        bold = QFontMetrics(theme.current().font(12, bold=True))
        values = px(16) + max(bold.horizontalAdvance(each) for each in told)
        names = min(px(132), room.width() * 2 // 5)
        for place, bar in enumerate(chart.bars):
            row = QRect(room.x(), room.y() + place * high, room.width(), high)
            self._places.append(row)
            marked = self._marked(place)
            write(painter, QRect(row.x(), row.y(), names, high), bar.label, 12, "accent" if marked else "ink")
            left = row.x() + names + px(8)
            long = (room.width() - names - values) * bar.value // most
            thick = min(px(14), high - px(4))
            self._fill(painter, QRect(left, row.y() + (high - thick) // 2, max(long, 1), thick), marked=marked)
            beside = QRect(left + long + px(6), row.y(), row.right() - left - long - px(6), high)
            write(painter, beside, told[place], 12, bold=marked)

    def _upright(self, painter: QPainter, room: QRect, chart: Picture) -> None:
        look = theme.current()
        px = look.px
        noted = any(bar.note for bar in chart.bars)
        foot = px(36 if noted else 20)
        top, ground = room.y() + px(18), room.bottom() - foot
        most = max(max(bar.value, bar.second or 0) for bar in chart.bars) or 1
        wide = room.width() // len(chart.bars)
        painter.setPen(look.colour("line_strong"))
        painter.drawLine(room.x(), ground, room.right(), ground)
        for place, bar in enumerate(chart.bars):
            column = QRect(room.x() + place * wide, room.y(), wide, room.height())
            self._places.append(column)
            marked = self._marked(place)
            values = [bar.value] if bar.second is None else [bar.value, bar.second]
            part = (wide - px(8)) // len(values)
            for which, value in enumerate(values):
                left = column.x() + px(4) + which * part
                tall = (ground - top) * value // most
                thick = min(part - px(4), px(34))
                bar_room = QRect(left + (part - thick) // 2, ground - tall, thick, tall)
                self._fill(painter, bar_room, second=bool(which), marked=marked)
                above = QRect(left, ground - tall - px(18), part, px(18))
                write(painter, above, f"{value}", 12, centre=True, bold=marked)
            below = QRect(column.x(), ground + px(2), wide, px(16))
            write(painter, below, bar.label, 12, "accent" if marked else "ink", centre=True)
            if bar.note:
                write(painter, below.translated(0, px(16)), bar.note, 12, "ink_soft", centre=True)
