"""All figures of a scope and period, each with its definition and the list behind it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from ... import theme
from ...widgets.page_parts import choose_rows

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue

AnyIndex = QModelIndex | QPersistentModelIndex
_HEADS = ("统计数", "数值", "口径")
LABEL, VALUE, DEFINITION = range(3)
_LEAST_LABEL, _LEAST_DEFINITION = 200, 140


class FigureModel(QAbstractTableModel):
    """Figures by topic; a topic's name is a row of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[FigureValue | str] = []

    def put(self, figures: Sequence[FigureValue]) -> None:
        """Show figures in their order, each topic under its name."""
        self.beginResetModel()
        self.rows = []
        for topic, within in groupby(figures, key=lambda figure: figure.topic):
            self.rows += [topic, *within]
        self.endResetModel()

    def figure(self, row: int) -> FigureValue | None:
        """The figure of a row, or None for a topic."""
        found = self.rows[row] if 0 <= row < len(self.rows) else None
        return None if isinstance(found, str) else found

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Figures and topics."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Label, value, definition."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column heads."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words of a cell."""
        row = self.rows[index.row()]
        if isinstance(row, str):
            shown = row if index.column() == LABEL else ""
            if role == Qt.ItemDataRole.ForegroundRole:
                return theme.current().colour("accent")
            return shown if role == Qt.ItemDataRole.DisplayRole else None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (row.label, row.printed, row.definition)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == DEFINITION:
            return theme.current().colour("ink_soft")
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """A topic cannot be chosen."""
        enabled = Qt.ItemFlag.ItemIsEnabled
        chosen = index.isValid() and self.figure(index.row()) is not None
        return enabled | Qt.ItemFlag.ItemIsSelectable if chosen else enabled


class FigureList(QTableView):
    """The list; `opened(FigureValue)` on Enter or a double click, `moved(FigureValue or None)` with the current row."""

    opened = Signal(object)
    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.figures = FigureModel(self)
        self.setModel(self.figures)
        choose_rows(self, "统计数")
        px = theme.current().px
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(DEFINITION, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(LABEL, px(_LEAST_LABEL))
        self.setColumnWidth(VALUE, px(150))
        rows = self.verticalHeader()
        rows.hide()
        rows.setDefaultSectionSize(px(30))
        self.activated.connect(self._open)

    def current(self) -> FigureValue | None:
        """The chosen figure."""
        return self.figures.figure(self.currentIndex().row())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Without the definitions where no sentence has room; the chosen figure's stands below the list."""
        px, head, mode = theme.current().px, self.horizontalHeader(), QHeaderView.ResizeMode
        narrow = event.size().width() < self.columnWidth(VALUE) + px(_LEAST_LABEL + _LEAST_DEFINITION)
        if narrow != self.isColumnHidden(DEFINITION):
            self.setColumnHidden(DEFINITION, narrow)
            head.setSectionResizeMode(LABEL, mode.Stretch if narrow else mode.Interactive)
            if not narrow:
                self.setColumnWidth(LABEL, px(_LEAST_LABEL))
        super().resizeEvent(event)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell which figure is current."""
        super().currentChanged(current, previous)
        self.moved.emit(self.figures.figure(current.row()))

    def _open(self, index: QModelIndex) -> None:
        figure = self.figures.figure(index.row())
        if figure is not None:
            self.opened.emit(figure)
