"""Windows that never grow beyond the screen: an old PC at 150 % has some 910 × 510 to give."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from .. import theme

FRAME = 48  # pixels left for title bar and task bar


def resize_within(window: QWidget, width: int, height: int) -> None:
    """Give a window a size of the 100 % design, cut to what the screen has."""
    room = window.screen().availableGeometry()
    px = theme.current().px
    window.resize(min(px(width), room.width()), min(px(height), room.height() - FRAME))


def centre(window: QWidget) -> None:
    """Put a window in the middle of its screen, title bar visible: one as tall as the screen slips off its top."""
    room = window.screen().availableGeometry()
    left = room.left() + max(0, (room.width() - window.width()) // 2)
    window.move(left, room.top() + max(0, (room.height() - FRAME - window.height()) // 2))
