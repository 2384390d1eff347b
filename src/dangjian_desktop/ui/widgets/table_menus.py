"""The two menus of a list: of its column heads, and of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from .record_table import RecordTable


def head_menu(table: RecordTable, column: int) -> QMenu:
    """Order, filter, select or hide the column under the pointer (-1: beside them all), and choose columns."""
    menu = QMenu(table)
    if column >= 0:
        name = table.model.fields[column]
        menu.addAction("升序", lambda: table.sort(name, False))
        menu.addAction("降序", lambda: table.sort(name, True))
        menu.addAction("筛选…", lambda: table.open_filter(column))
        menu.addAction("选中这一列", lambda: table.view.selectColumn(column))
        menu.addSeparator()
        others = [field for field in table.visible_fields() if field != name]
        menu.addAction("隐藏这一列", lambda: table.set_columns(others)).setEnabled(bool(others))
    menu.addAction("选择列…", table.choose_columns)
    return menu


def row_menu(table: RecordTable) -> QMenu:
    """What the selected rows offer: the actions of the list, what the page adds, then copying and pasting."""
    menu = QMenu(table)
    menu.addActions(table.actions_of_rows)
    menu.addSeparator()
    table.row_offers(menu)
    menu.addSeparator()
    menu.addAction("复制\tCtrl+C", table.copy)
    menu.addAction("连同表头复制", lambda: table.copy(heads=True))
    menu.addAction("粘贴…\tCtrl+V", table.paste)
    return menu
