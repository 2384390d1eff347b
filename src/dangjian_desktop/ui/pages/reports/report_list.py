"""The list of reports: under headings, with whole names, and a field that finds one among many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ... import theme
from ...widgets.lookups import initials
from ...widgets.search_field import make_clearable

_NAME, _GROUP = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
MANY = 12
"""From so many reports on there is a field to find one."""


class ReportLine(NamedTuple):
    """One line: the name by which it is chosen, its words, what it is for, and the heading that it stands under."""

    name: str
    title: str
    description: str
    group: str = ""


class ReportList(QWidget):
    """Names that can be chosen; `chosen` when another one is."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找报表、台账")
        self.search.setAccessibleName("查找报表")
        make_clearable(self.search)
        self.search.hide()
        self.search.installEventFilter(self)
        self.search.textChanged.connect(self._find)
        box.addWidget(self.search)
        self.list = QListWidget()
        self.list.setAccessibleName("报表")
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.currentRowChanged.connect(lambda _row: self.chosen.emit() if self.name() else None)
        box.addWidget(self.list, 1)

    def fill(self, entries: Sequence[ReportLine]) -> None:
        """Show these, each run of one group under its heading; nothing is chosen."""
        was = self.list.blockSignals(True)
        self.list.clear()
        for group, within in groupby(entries, key=lambda entry: entry.group):
            if group:
                self.list.addItem(self._heading(group))
            for entry in within:
                item = QListWidgetItem(entry.title)
                item.setData(_NAME, entry.name)
                item.setData(_GROUP, group)
                item.setToolTip(entry.description)
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, entry.description)
                self.list.addItem(item)
        self.list.setCurrentRow(-1)
        self.list.blockSignals(was)
        self.search.setVisible(len(entries) > MANY)

    def name(self) -> str:
        """The name of the chosen line, empty where none is."""
        item = self.list.currentItem()
        return str(item.data(_NAME) or "") if item else ""

    def choose(self, name: str) -> bool:
        """Choose a line by its name; whether there is one."""
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_NAME) == name:
                if item.isHidden():
                    self.search.clear()
                self.list.setCurrentRow(row)
                self.list.scrollToItem(item)
                return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the field Down and Enter go on to the lines that were found."""
        keys = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in keys:
                self._go_to_first()
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _go_to_first(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_NAME) and not item.isHidden():
                self.list.setCurrentRow(row)
                self.list.setFocus()
                return

    def _heading(self, group: str) -> QListWidgetItem:
        look = theme.current()
        item = QListWidgetItem(group)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setData(_GROUP, group)
        item.setFont(look.font(12))
        item.setForeground(look.colour("ink_soft"))
        return item

    def _find(self, text: str) -> None:
        typed = text.strip().lower()
        items = [self.list.item(row) for row in range(self.list.count())]
        shown = set()
        for item in items:
            if item.data(_NAME):
                title = item.text().lower()
                item.setHidden(typed not in title and typed not in initials(title))
                shown |= set() if item.isHidden() else {item.data(_GROUP)}
        for item in items:
            if not item.data(_NAME):
                item.setHidden(item.data(_GROUP) not in shown)
