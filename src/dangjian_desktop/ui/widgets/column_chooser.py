"""Choosing and ordering the columns of a table."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.records.fields import FieldSpec

from .. import theme
from .fitting import resize_within
from .labels import button, label
from .lookups import initials


class ColumnChooser(QDialog):
    """Ticks columns and drags them into order; `fields()` is the answer after it was accepted."""

    def __init__(self, specs: Sequence[FieldSpec], shown: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("选择列")
        px = theme.current().px
        resize_within(self, 400, 520)
        self._defaults = [spec.name for spec in specs if spec.table]
        self._specs = {spec.name: spec for spec in specs}
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(16), px(16), px(16))
        box.setSpacing(px(8))
        box.addWidget(label("勾选要显示的列；次序用“上移”“下移”或拖动调整。", "soft"))
        self._search = QLineEdit()
        self._search.setPlaceholderText("查找列：文字或拼音首字母")
        self._search.setAccessibleName("查找列")
        self._search.textChanged.connect(self._narrow)
        box.addWidget(self._search)
        self.list = QListWidget()
        self.list.setAccessibleName("列")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        box.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(button("恢复默认", lambda: self._fill(self._defaults)))
        row.addWidget(button("上移", lambda: self.move_current(-1)))
        row.addWidget(button("下移", lambda: self.move_current(1)))
        row.addStretch(1)
        row.addWidget(button("取消", self.reject))
        accept = button("确定", self.accept, role="primary")
        accept.setDefault(True)
        row.addWidget(accept)
        box.addLayout(row)
        self._fill(shown)

    def fields(self) -> list[str]:
        """Names of the ticked columns in their order; never empty."""
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [
            str(item.data(Qt.ItemDataRole.UserRole)) for item in items if item.checkState() == Qt.CheckState.Checked
        ]
        return ticked or self._defaults

    def move_current(self, step: int) -> None:
        """Move the column under the cursor up (-1) or down (1)."""
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + step < self.list.count():
            item = self.list.takeItem(row)
            self.list.insertItem(row + step, item)
            self.list.setCurrentRow(row + step)

    def _fill(self, shown: Sequence[str]) -> None:
        self.list.clear()
        order = [*shown, *(name for name in self._specs if name not in shown)]
        for name in order:
            item = QListWidgetItem(self._specs[name].label)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in shown else Qt.CheckState.Unchecked)
            # With a tick the style sheet's padding is left out of the height that Qt reckons.
            item.setSizeHint(QSize(0, theme.current().px(30)))
            self.list.addItem(item)

    def _narrow(self, text: str) -> None:
        typed = text.strip().lower()
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(typed not in item.text().lower() and typed not in initials(item.text()))
