"""Parts that list pages are put together from: head line, menu button, flat figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from .. import theme
from .labels import button, label, restyle

Entry = tuple[str, Callable[[], object]]


class PaddedCells(QStyledItemDelegate):
    """Cells of a small table painted as in the long lists: air at the sides, colour of the model, visible focus."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        look, model = theme.current(), index.model()
        align = model.data(index, Qt.ItemDataRole.TextAlignmentRole)
        pad = look.px(2 if align else 8)
        rect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("selected"))
        painter.setPen(model.data(index, Qt.ItemDataRole.ForegroundRole) or look.colour("ink"))
        shown = rect.adjusted(pad, 0, -pad, 0)
        metrics: QFontMetrics = option.fontMetrics  # type: ignore[attr-defined]
        text = metrics.elidedText(
            str(model.data(index, Qt.ItemDataRole.DisplayRole) or ""), Qt.TextElideMode.ElideRight, shown.width()
        )
        painter.drawText(shown, align or int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), text)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))


def choose_rows(view: QTableView, name: str) -> None:
    """Make a small table one of whole rows, of which one is chosen; `name` is what a screen reader says."""
    view.setItemDelegate(PaddedCells(view))
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.setAccessibleName(name)


def head_line(*buttons: QWidget, title: str = "") -> tuple[QHBoxLayout, QLabel]:
    """A line with the page's title at the left and its buttons at the right; returns the title's label too."""
    row = QHBoxLayout()
    row.setSpacing(theme.current().px(8))
    made = label(title, "title")
    row.addWidget(made)
    row.addStretch(1)
    for each in buttons:
        row.addWidget(each)
    return row, made


def menu_button(text: str, entries: Sequence[Entry | None] = (), *, icon_name: str = "") -> QPushButton:
    """A button with a small arrow that opens a menu of these entries; `fill_menu` puts in others later."""
    made = button(text, icon_name=icon_name)
    restyle(made, "menu", "true")
    menu = QMenu(made)
    fill_menu(menu, entries)
    made.setMenu(menu)
    return made


def fill_menu(menu: QMenu, entries: Sequence[Entry | None]) -> None:
    """Put entries (words, what it does) into a menu anew; None is a rule between."""
    menu.clear()
    add_entries(menu, entries)


def add_entries(menu: QMenu, entries: Sequence[Entry | None]) -> None:
    """Put entries (words, what it does) below those that a menu has; None is a rule between."""
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry[0]).triggered.connect(_caller(entry[1]))


def _caller(call: Callable[[], object]) -> Callable[..., None]:
    def run(*_checked: object) -> None:
        call()

    return run
