"""The line that appears after a write: what was done, 撤销, and whatever else the page offers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from .. import theme
from .labels import button, label, tool


class UndoBar(QWidget):
    """Words the last operation and stays until the next one or until it is closed; `undo_wanted` on 撤销."""

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
        self.hide()

    def tell(self, text: str, *, undo: bool = True, actions: tuple[tuple[str, Callable[[], object]], ...] = ()) -> None:
        """Show what was done; `actions` are more buttons such as 看报告."""
        for old in self._extra:
            old.deleteLater()
        self._extra = [button(words, done) for words, done in actions]
        for place, made in enumerate(self._extra):
            self._row.insertWidget(2 + place, made)
        self.text.setText(text)
        self.text.setToolTip(text)
        self.undo.setVisible(undo)
        self.show()

    def page_left(self) -> None:
        """Go when another page comes to the front, unless there is something to undo."""
        if self.undo.isHidden():
            self.hide()
