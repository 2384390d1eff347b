"""The figures of 报表文书 with their definitions, and in their place the records behind one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from .behind import BehindFigure
from .figure_list import FigureList

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue


class FiguresPane(QStackedWidget):
    """The list of figures; one that is opened shows what it counts until the person goes back."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self.behind: BehindFigure | None = None
        margin = theme.current().px(16)
        made = QWidget()
        box = QVBoxLayout(made)
        box.setContentsMargins(margin, theme.current().px(12), margin, theme.current().px(8))
        box.setSpacing(theme.current().px(8))
        self.head = label("统计数", "title")
        box.addWidget(self.head)
        self.list = FigureList()
        self.list.opened.connect(self.open)
        self.list.moved.connect(self._define)
        box.addWidget(self.list, 1)
        foot = QHBoxLayout()
        self.definition = label("", "soft", wrap=True)
        foot.addWidget(self.definition, 1)
        foot.addWidget(button("看名单", lambda: self.open(self.list.current())))
        box.addLayout(foot)
        self.addWidget(made)

    def put(self, found: Sequence[FigureValue], period: str) -> None:
        """Show figures of a period."""
        self.head.setText(f"统计数　{period}")
        rows = self.list.figures
        rows.put(found)
        self.list.clearSpans()
        for row in range(len(rows.rows)):
            if rows.figure(row) is None:
                self.list.setSpan(row, 0, 1, rows.columnCount())
        if found:
            self.list.setCurrentIndex(rows.index(1, 0))

    def open(self, figure: FigureValue | None) -> None:
        """Show the records behind a figure."""
        if figure is None:
            return
        self.close_behind()
        self.behind = BehindFigure(self.context, figure)
        self.behind.left.connect(self.close_behind)
        self.addWidget(self.behind)
        self.setCurrentWidget(self.behind)

    def close_behind(self) -> None:
        """Back to the figures."""
        if self.behind is not None:
            self.removeWidget(self.behind)
            self.behind.deleteLater()
            self.behind = None

    def _define(self, figure: FigureValue | None) -> None:
        """On a narrow window the column of definitions is too small to read."""
        self.definition.setText(f"{figure.label}：{figure.definition}双击看名单。" if figure else "")
