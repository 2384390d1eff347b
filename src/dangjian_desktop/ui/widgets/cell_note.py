"""One quiet line at a cell: why it is not changed here, or why what was typed is not taken."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLabel

from .. import theme
from .labels import restyle

_WIDEST = 420


class CellNote(QLabel):
    """Lies under a cell, above it where there is no room, and goes with the next key."""

    def __init__(self, view: QAbstractScrollArea) -> None:
        super().__init__(view.viewport())
        self._view = view
        self.setObjectName("cellnote")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, cell: QRect, *, error: bool = False) -> None:
        """Show a sentence at a cell, given by its place in the view."""
        px, area = theme.current().px, self._view.viewport().rect()
        self.setText(f"× {text}" if error else text)
        restyle(self, "level", "error" if error else "")
        self.setMaximumWidth(min(px(_WIDEST), area.width()))
        one_line = self.fontMetrics().horizontalAdvance(self.text()) + px(24)
        width = min(one_line, self.maximumWidth())
        height = self.heightForWidth(width)
        left = max(min(cell.left(), area.right() - width), 0)
        below = cell.bottom() + px(3)
        top = below if below + height <= area.bottom() else max(cell.top() - height - px(3), 0)
        self.setGeometry(left, top, width, height)
        self.setAccessibleName(text)
        self.show()
        self.raise_()
