"""The line that appears after a write: what was done, 撤销, and whatever else the page offers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from .. import theme
from .labels import button, label, tool

STAYS = 12_000
"""Milliseconds a message stays after nobody has pointed at it; undoing goes on by Ctrl+Z and in the log."""


class UndoBar(QWidget):
    """Words the last operation, lies over the page and goes by itself; `undo_wanted` on 撤销.

    It stays while the pointer or the focus is in it, so that a person who is reading is not hurried.
    """

    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("undo")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(16), px(6), px(8), px(6))
        self._row.setSpacing(px(8))
        self.text = label("")
        # A long text must not widen the window.
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.addWidget(self.text, 1)
        self.undo = button("撤销", self.undo_wanted.emit, tip="Ctrl+Z")
        self._row.addWidget(self.undo)
        self._extra: list[QPushButton] = []
        close = tool("close", "收起", self.hide, colour="line_strong")
        self._row.addWidget(close)
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.setInterval(STAYS)
        self.timer.timeout.connect(self._go)
        self.hide()

    def tell(self, text: str, *, undo: bool = True, actions: tuple[tuple[str, Callable[[], object]], ...] = ()) -> None:
        """Show what was done; `actions` are more buttons such as 看报告."""
        for old in self._extra:
            self._row.removeWidget(old)
            old.deleteLater()
        self._extra = [button(words, done) for words, done in actions]
        for place, made in enumerate(self._extra):
            self._row.insertWidget(2 + place, made)
        self.text.setText(text)
        self.text.setToolTip(text)
        self.setAccessibleName(text)
        self.undo.setVisible(undo)
        self.show()
        self.timer.start()

    def wanted_width(self) -> int:
        """How wide the whole text with its buttons is."""
        return self.sizeHint().width() + self.text.fontMetrics().horizontalAdvance(self.text.text())

    def page_left(self) -> None:
        """Go with the page that it told of; the operation stays undoable by Ctrl+Z."""
        self.hide()

    def _go(self) -> None:
        focus = self.window().focusWidget()
        if self.underMouse() or (focus is not None and self.isAncestorOf(focus)):
            self.timer.start()
        else:
            self.hide()
