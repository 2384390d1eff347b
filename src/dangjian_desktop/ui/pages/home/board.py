"""The frame of the page: every place stands from the start, so that nothing jumps when it is filled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from dangjian_desktop.domain.figures.figures import FigureValue, percent

from ....domain.records.findings import Finding
from ....services.home import MOST_PRESSING, SHOWN, Outlook, Topic
from ... import theme
from ...records.bar_chart import BarChart
from ...widgets.figure_tile import FigureTile
from ...widgets.labels import label
from .due_line import DueLine
from .matter_row import MatterRow
from .stand_line import StandLine

NARROW = 720
STANDS = 7
TILES_ACROSS = 4
CHARTS = (("ages", "党员年龄"), ("quarters", "各季度的增减和季末人数"), ("meetings", "今年各月开会次数"),
          ("overdue", "各单位超期的台账事项"))  # fmt: skip


class Board(QWidget):
    """Places for the figures, what is to be done, the quarter and the charts; told what to show, it asks nothing."""

    SUMMING = "正在汇总…"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("paper")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(16))
        box.setSpacing(px(10))
        self.title, self.day = label("", "title", wrap=True), label("", "soft")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.day)
        box.addLayout(head)
        self.tiles = [FigureTile() for _key in SHOWN]
        box.addLayout(_grid(self.tiles, TILES_ACROSS, px(8)))
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(px(20))
        self.matters = MatterRow()
        self.lines = [DueLine() for _place in range(MOST_PRESSING)]
        self._columns.addLayout(_column("要办的事", self.matters, *self.lines, gap=px(5)), 3)
        self.stands = [StandLine() for _place in range(STANDS)]
        # A text from the start keeps the room of one.
        self._quarter = label(self.SUMMING, "soft")
        self._columns.addLayout(_column("本月本季", self._quarter, *self.stands, gap=0), 2)
        box.addLayout(self._columns)
        self.charts = {key: BarChart(title) for key, title in CHARTS}
        self._charts = _grid(list(self.charts.values()), 2, px(12))
        box.addLayout(self._charts)
        box.addStretch(1)

    def show_head(self, name: str, day: str) -> None:
        """Whose page it is and of which day."""
        self.title.setText(name)
        self.day.setText(day)

    def show_figures(self, figures: Sequence[FigureValue]) -> None:
        """The numbers at the head."""
        for tile, figure in zip(self.tiles, figures, strict=True):
            tile.put(figure.key, figure.label, _number(figure), _detail(figure), figure.definition)

    def show_due(self, pressing: Sequence[Finding], matters: Sequence[Topic], *, waiting: bool) -> None:
        """The topics with their counts, and the most pressing findings."""
        self.matters.put(matters, waiting=waiting)
        for place, line in enumerate(self.lines):
            line.put(pressing[place] if place < len(pressing) else None)

    def show_outlook(self, outlook: Outlook, quarter: str) -> None:
        """The quarter and the charts."""
        self._quarter.setText(quarter if outlook.stands else f"{quarter}没有应办的会和到期的事项。")
        for place, line in enumerate(self.stands):
            line.put(outlook.stands[place] if place < len(outlook.stands) else None)
        for chart in outlook.charts:
            self.charts[chart.key].put(chart)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room, one below the other where not."""
        super().resizeEvent(event)
        wide = self.width() >= theme.current().px(NARROW)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != (across if wide else down):
            self._columns.setDirection(across if wide else down)
            for place, chart in enumerate(self.charts.values()):
                self._charts.removeWidget(chart)
                self._charts.addWidget(chart, place // 2 if wide else place, place % 2 if wide else 0)


def _grid(widgets: Sequence[QWidget], across: int, gap: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(gap)
    for place, widget in enumerate(widgets):
        grid.addWidget(widget, place // across, place % across)
    return grid


def _column(title: str, *widgets: QWidget, gap: int) -> QVBoxLayout:
    """A heading with its places below."""
    made = QVBoxLayout()
    made.setSpacing(gap)
    heading: QLabel = label(title, "heading")
    made.addWidget(heading)
    for widget in widgets:
        made.addWidget(widget)
    made.addStretch(1)
    return made


def _number(figure: FigureValue) -> str:
    return "—" if figure.value is None else f"{figure.value}"


def _detail(figure: FigureValue) -> str:
    if figure.denominator and figure.unit == "人" and figure.numerator is not None:
        return f"占 {percent(figure.numerator, figure.denominator)}"
    return figure.unit
