"""One thing to see to: a mark and a word for its weight, what it is, and a click that opens it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ....domain.records.findings import Finding
from ... import theme
from ...widgets.icons import pixmap
from ...widgets.labels import label

_MARKS = {
    "error": ("error", "danger", "要紧"),
    "warning": ("warning", "amber", "提醒"),
    "info": ("info", "ink_soft", "提示"),
}


class DueLine(QFrame):
    """Wraps its words at the width there is; `opened` on a click, Enter or Space."""

    opened = Signal()

    def __init__(self, due: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.due = due
        self.setObjectName("tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name, colour, word = _MARKS[due.severity]
        self.setAccessibleName(f"{word}：{due.text}")
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(10))
        mark = QLabel()
        mark.setPixmap(pixmap(name, colour, 18, 2.0))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(px(1))
        words.addWidget(label(f"{word}　{due.text}", wrap=True))
        if due.detail:
            words.addWidget(label(due.detail, "small", wrap=True))
        row.addLayout(words, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
