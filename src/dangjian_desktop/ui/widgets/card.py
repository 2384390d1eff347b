"""A framed piece of a page that is one button: a click, Enter or Space opens what is behind it."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QFrame, QWidget

from .. import theme
from .eliding import elided
from .labels import restyle


class Card(QFrame):
    """Paints its own words, so that a page of them is quickly there; `pressed` when it was chosen."""

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tile")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_frame(self, shown: bool) -> None:
        """Draw the frame, or keep the room without one."""
        self.setEnabled(shown)
        restyle(self, "vacant", not shown)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space open."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)


def write(
    painter: QPainter,
    room: QRect,
    text: str,
    size: float,
    colour: str = "ink",
    *,
    bold: bool = False,
    right: bool = False,
    centre: bool = False,
) -> int:
    """Write one line into a rectangle, shortened by words where it does not fit; returns its width."""
    look = theme.current()
    font = look.font(size, bold=bold)
    painter.setFont(font)
    painter.setPen(look.colour(colour))
    told = elided(text, QFontMetrics(font), room.width())
    flag = Qt.AlignmentFlag
    side = flag.AlignHCenter if centre else flag.AlignRight if right else flag.AlignLeft
    painter.drawText(room, side | flag.AlignVCenter, told)
    return QFontMetrics(font).horizontalAdvance(told)
