"""Small parts that the panes of 系统 share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ... import theme
from ...shell.context import PageContext

_CLOSE_FROM = 1.4


class Pane(QWidget):
    """One part of 系统; `enter` is called each time it comes to the front."""

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context

    def enter(self) -> None:
        """Fetch what is shown."""


def plain_table(
    name: str, heads: Sequence[str], widths: Sequence[int], *, several: bool = False, wide: Sequence[int] = ()
) -> QTableWidget:
    """A read-only table of whole rows; the columns `wide`, else the last, share the room that is left."""
    px = theme.current().px
    table = QTableWidget(0, len(heads))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(heads))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    mode = QAbstractItemView.SelectionMode
    table.setSelectionMode(mode.ExtendedSelection if several else mode.SingleSelection)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    # At the largest sizes an office's screen has few lines to give: rows stand closer.
    table.verticalHeader().setDefaultSectionSize(px(30 if theme.current().scale < _CLOSE_FROM else 23))
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setHighlightSections(False)
    head.setStretchLastSection(not wide)
    for column in wide:
        # In a narrow window these give way, so that all columns stay in sight.
        head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, px(width))
    return table


def offer_on_rows(table: QTableWidget, buttons: Sequence[QAbstractButton]) -> None:
    """A right click on a row, or the menu key, offers what these buttons do, as far as they are on just then."""
    table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    def ask(place: QPoint) -> None:
        menu = rows_menu(table, buttons)
        menu.exec(table.viewport().mapToGlobal(place))
        menu.deleteLater()

    table.customContextMenuRequested.connect(ask)


def rows_menu(table: QTableWidget, buttons: Sequence[QAbstractButton]) -> QMenu:
    """The menu that `offer_on_rows` opens."""
    menu = QMenu(table)
    for each in buttons:
        made = menu.addAction(each.text())
        made.setEnabled(each.isEnabled())
        made.setToolTip(each.toolTip())
        made.triggered.connect(lambda _checked=False, pressed=each: pressed.click())
    return menu


def fill(
    table: QTableWidget, rows: Sequence[Sequence[str]], data: Sequence[object], *, faint: Sequence[bool] = ()
) -> None:
    """Put rows into a table; `data` goes with each row (see `chosen`), `faint` rows are grey."""
    table.clearSelection()
    table.setRowCount(len(rows))
    grey = theme.current().colour("ink_soft")
    for at, texts in enumerate(rows):
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setToolTip(text if len(text) > 14 else "")
            if column == 0:
                item.setData(Qt.ItemDataRole.UserRole, data[at])
            if faint and faint[at]:
                item.setForeground(grey)
            table.setItem(at, column, item)


def chosen(table: QTableWidget) -> list[object]:
    """What goes with the chosen rows, from top to bottom."""
    rows = sorted({index.row() for index in table.selectedIndexes()})
    items = [table.item(row, 0) for row in rows]
    return [item.data(Qt.ItemDataRole.UserRole) for item in items if item is not None]
