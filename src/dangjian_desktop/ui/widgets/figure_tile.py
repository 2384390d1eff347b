"""A figure on the home page: its number, its name, what it means, and a click to the list behind it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from .. import theme
from .card import Card, write


class FigureTile(Card):
    """Shows one figure in a place of fixed height; `opened(key)` on a click, Enter or Space."""

    opened = Signal(str)

    def __init__(
        self,
        key: str = "",
        title: str = "",
        value: str = "",
        detail: str = "",
        definition: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.key, self.title, self.value, self.detail = "", "", "", ""
        px = theme.current().px
        self.setFixedHeight(px(58))
        self.setMinimumWidth(px(132))
        self.pressed.connect(self._chosen)
        self.put(key, title, value, detail, definition)

    def put(self, key: str, title: str, value: str, detail: str = "", definition: str = "") -> None:
        """Show another figure in the same place."""
        self.key, self.title, self.value, self.detail = key, title, value, detail
        self.setToolTip(definition)
        self.setAccessibleName(f"{title} {value} {detail}".strip())
        self.update()

    def _chosen(self) -> None:
        if self.key:
            self.opened.emit(self.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Name above, number and what it is counted in below."""
        super().paintEvent(event)
        px = theme.current().px
        painter = QPainter(self)
        left, width = px(9), self.width() - px(14)
        write(painter, QRect(left, px(6), width, px(18)), self.title, 12, "ink_soft")
        used = write(painter, QRect(left, px(24), width, px(28)), self.value, 22, bold=True)
        beside = left + used + px(6)
        write(painter, QRect(beside, px(29), self.width() - px(8) - beside, px(22)), self.detail, 12, "ink_soft")
        painter.end()
