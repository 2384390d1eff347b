"""Ctrl+K: one field that finds people, units, pages and commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from .. import theme
from .icons import icon
from .job import JobRunner
from .labels import label

PAUSE = 60  # ms


@dataclass(frozen=True, slots=True)
class PaletteEntry:
    """One thing found: its kind (`member`, `organisation`, `page`, `action` …), id, name, grey detail and icon."""

    kind: str
    id: str
    name: str
    detail: str = ""
    icon_name: str = "search"


Search = Callable[[str], Sequence[PaletteEntry]]


class SearchPalette(QFrame):
    """Asks `quick` at once (pages, commands) and `search` in a worker thread; `chosen(Found)` on Enter or click."""

    chosen = Signal(object)

    def __init__(self, search: Search, runner: JobRunner, quick: Search, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self._search, self._runner, self._quick = search, runner, quick
        px = theme.current().px
        self.setFixedWidth(px(560))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(12), px(12), px(12), px(8))
        box.setSpacing(px(8))
        self.field = QLineEdit()
        self.field.setAccessibleName("搜索姓名、拼音、证号")
        self.field.setPlaceholderText("姓名、拼音首字母、证号片段、党组织、功能")
        sign = self.field.addAction(icon("search", "ink_faint", 18), QLineEdit.ActionPosition.LeadingPosition)
        sign.setText("查找")
        box.addWidget(self.field)
        self.list = QListWidget()
        self.list.setFixedHeight(px(344))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.addWidget(self.list)
        self.hint = label("↑↓ 选择　回车 打开　Esc 关闭", "small")
        box.addWidget(self.hint)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self._ask)
        self._asked = 0
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self.list.itemClicked.connect(lambda _item: self._choose())

    def open(self) -> None:
        """Show under the middle of the window's top, empty."""
        parent = self.parentWidget()
        assert parent is not None
        self.field.clear()
        self._fill(self._quick(""))
        place = parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, theme.current().px(56)))
        self.move(place)
        self.show()
        self.field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, down and Enter while the cursor stays in the field."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            count = self.list.count()
            if count:
                self.list.setCurrentRow((self.list.currentRow() + step) % count)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        else:
            super().keyPressEvent(event)

    def _ask(self) -> None:
        text = self.field.text().strip()
        self._asked += 1
        asked = self._asked
        quick = list(self._quick(text))
        if not text:
            self._fill(quick)
            return

        def answer(found: Sequence[PaletteEntry]) -> None:
            if asked == self._asked:
                self._fill([*found, *quick])

        self._runner.fetch(lambda: self._search(text), answer, owner=self)

    def _fill(self, found: Sequence[PaletteEntry]) -> None:
        self.list.clear()
        for each in found:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, each)
            item.setSizeHint(QSize(0, theme.current().px(36)))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.name} {each.detail}")
            self.list.addItem(item)
            self.list.setItemWidget(item, _line(each))
        self.list.setCurrentRow(0 if found else -1)
        nothing = bool(self.field.text().strip()) and not found
        self.hint.setText(
            "没有找到。可试姓名的一部分、拼音首字母或证号后四位。" if nothing else "↑↓ 选择　回车 打开　Esc 关闭"
        )

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            self.hide()
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))


def _line(found: PaletteEntry) -> QWidget:
    made = QWidget()
    made.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    row = QHBoxLayout(made)
    px = theme.current().px
    row.setContentsMargins(px(8), 0, px(8), 0)
    row.setSpacing(px(10))
    mark = label("")
    mark.setPixmap(icon(found.icon_name).pixmap(QSize(px(18), px(18))))
    row.addWidget(mark)
    row.addWidget(label(found.name))
    row.addWidget(label(found.detail, "small"), 1, Qt.AlignmentFlag.AlignRight)
    return made
