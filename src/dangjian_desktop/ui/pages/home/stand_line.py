"""One line of the running month or quarter: what, how many done of how many due, a bar, and what is missing."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ....services.home import Stand
from ... import theme
from ...widgets.card import Card, write


class StandLine(Card):
    """A place of fixed height for one `Stand`; empty until it is given one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.stand: Stand | None = None
        self.setObjectName("stand")
        self.setFixedHeight(theme.current().px(34))
        self.put(None)

    @property
    def told(self) -> str:
        """The line in words."""
        if self.stand is None:
            return ""
        one = self.stand
        return f"{one.span}{one.label}：应办 {one.due}，已办 {one.done}，{self._left()}"

    def put(self, stand: Stand | None) -> None:
        """Show one, or nothing in the same room."""
        self.stand = stand
        self.show_frame(stand is not None)
        self.setAccessibleName(self.told)
        self.setToolTip(f"{self.told}\n点一下看还没有办的。" if stand and stand.missing else self.told)
        self.update()

    def _left(self) -> str:
        assert self.stand is not None
        return f"还缺 {len(self.stand.missing)}" if self.stand.missing else "办齐了"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Words, a bar that fills up, and the numbers."""
        super().paintEvent(event)
        if self.stand is None:
            return
        look, one = theme.current(), self.stand
        px = look.px
        painter = QPainter(self)
        high = self.height()
        write(painter, QRect(px(4), 0, px(34), high), one.span, 12, "ink_soft")
        write(painter, QRect(px(38), 0, px(116), high), one.label, 13)
        left, right = px(160), px(150)
        room = QRect(left, (high - px(8)) // 2, max(px(24), self.width() - left - right), px(8))
        painter.setPen(look.colour("line_strong"))
        painter.setBrush(look.colour("sunken"))
        painter.drawRect(room.adjusted(0, 0, -1, -1))
        done = QRect(room)
        done.setWidth(room.width() * one.done // max(one.due, 1))
        painter.fillRect(done, look.colour("accent_fill"))
        numbers = QRect(self.width() - right + px(8), 0, px(66), high)
        write(painter, numbers, f"{one.done}/{one.due}", 13, right=True)
        colour = "amber" if one.missing else "good"
        rest = QRect(numbers.right() + px(8), 0, self.width() - numbers.right() - px(12), high)
        write(painter, rest, self._left(), 12, colour, bold=bool(one.missing), right=True)
        painter.end()
