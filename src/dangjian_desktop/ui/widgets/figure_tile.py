"""A figure on the home page: its number, its name, what it means, and a click to the list behind it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from .. import theme
from .labels import label


class FigureTile(QFrame):
    """Shows one figure; `opened(key)` on a click, Enter or Space."""

    opened = Signal(str)

    def __init__(
        self, key: str, title: str, value: str, detail: str = "", definition: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.key = key
        self.setObjectName("tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(definition)
        self.setAccessibleName(f"{title} {value}")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(12))
        box.setSpacing(px(2))
        box.addWidget(label(title, "soft"))
        self.value = label(value, "figure")
        box.addWidget(self.value)
        self.detail = label(detail, "small", wrap=True)
        self.detail.setVisible(bool(detail))
        box.addWidget(self.detail)
        self.setMinimumWidth(px(148))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens the list."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.key)
        else:
            super().keyPressEvent(event)
