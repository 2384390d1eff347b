"""What a form's cells are filled with, as a table: looked over, changed, taken out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from dangjian_desktop.domain.forms.form_mapping import FormMapping
from dangjian_desktop.domain.forms.form_sheets import Form, Place, address, ref_of

from ... import theme
from ...widgets.labels import button
from .form_report import CellTable

_HEADS = ("格子", "标题", "填的是", "现在")


class MappingTable(QWidget):
    """`went(address)` to look at a cell, `wanted(address)` to choose something else, `cleared(addresses)`."""

    went = Signal(str)
    wanted = Signal(str)
    cleared = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._places: list[str] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        self.table = CellTable(_HEADS)
        inner = self.table.table
        inner.setAccessibleName("这张表的填法")
        inner.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        head = inner.horizontalHeader()
        head.setStretchLastSection(False)
        for column in (1, 2):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        inner.setColumnWidth(0, px(50))
        inner.setColumnWidth(3, px(60))
        self.table.went.connect(self.went)
        inner.itemSelectionChanged.connect(self._show_buttons)
        inner.itemActivated.connect(lambda _item: self._want())
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        self.change = button("改填别的…", self._want, tip="到“填什么”里另选一样")
        self.drop = button("选中的不填", self._clear, tip="按住Ctrl、Shift可以选几行；可以退回")
        row.addWidget(self.change)
        row.addWidget(self.drop)
        row.addStretch(1)
        box.addLayout(row)
        self._show_buttons()

    def put(
        self, form: Form, mapping: FormMapping, texts: Mapping[tuple[str, Place], str], name: Callable[[str], str]
    ) -> None:
        """List every cell and list column with what it is filled with and comes to now."""
        several = sum(sheet.visible for sheet in form.sheets) > 1
        lines = []
        for where, key in mapping.cells.items():
            found = form.find(where)
            if found is None:
                lines.append((where, [where, "▲ 表里没有这一格", name(key), ""]))
                continue
            sheet, place = found
            ref = where if several else ref_of(place)
            lines.append((where, [ref, sheet.label(place), name(key), texts.get((sheet.name, place), "")]))
        for target in mapping.lists:
            listed = form.sheet(target.sheet)
            for column, key in target.columns.items():
                place = (target.first, column)
                where = address(target.sheet, place)
                ref = f"{where if several else ref_of(place)}起"
                words = listed.label(place) if listed else "▲ 表里没有这一列"
                lines.append((where, [ref, words, f"名单：{name(key)}", texts.get((target.sheet, place), "")]))
        self._places = [where for where, _ in lines]
        told = f"填 {len(lines)} 处。" if lines else "还没有指定填什么。"
        self.table.put(f"{told}要加，在表上点一格，到“填什么”里选；改好点“记住填法”。", lines)
        self._show_buttons()

    def _chosen(self) -> list[str]:
        rows = sorted({index.row() for index in self.table.table.selectedIndexes()})
        return [self._places[row] for row in rows if row < len(self._places)]

    def _want(self) -> None:
        if len(chosen := self._chosen()) == 1:
            self.wanted.emit(chosen[0])

    def _clear(self) -> None:
        if chosen := self._chosen():
            self.cleared.emit(chosen)

    def _show_buttons(self) -> None:
        count = len(self._chosen())
        self.change.setEnabled(count == 1)
        self.drop.setEnabled(count > 0)
