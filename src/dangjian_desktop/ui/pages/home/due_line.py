"""One thing to see to: a mark and a word for its weight, what it is, and a click that opens it."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ....domain.records.findings import Finding
from ... import theme
from ...widgets.card import Card, write
from ...widgets.icons import pixmap

MARKS = {
    "error": ("error", "danger", "要紧"),
    "warning": ("warning", "amber", "提醒"),
    "info": ("info", "ink_soft", "提示"),
}
"""By severity: icon, colour and word."""


class DueLine(Card):
    """A place of fixed height for one finding; empty until it is given one. The whole text is its tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.due: Finding | None = None
        self.setFixedHeight(theme.current().px(46))
        self.put(None)

    def put(self, due: Finding | None) -> None:
        """Show a finding, or nothing in the same room."""
        self.due = due
        self.show_frame(due is not None)
        self.setAccessibleName(f"{MARKS[due.severity][2]}：{due.text}　{due.detail}" if due else "")
        self.setToolTip(f"{due.text}\n{due.detail}\n{due.article}".strip() if due else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark, what it is about, and below it what the rule says."""
        if self.due is None:
            return
        super().paintEvent(event)
        px, due = theme.current().px, self.due
        painter = QPainter(self)
        name, colour, word = MARKS[due.severity]
        painter.drawPixmap(px(10), px(7), pixmap(name, colour, 16, self.devicePixelRatioF()))
        left, width = px(34), self.width() - px(44)
        above, below, beside = lines(due)
        aside = write(painter, QRect(left, px(24), width, px(18)), beside, 12, colour, right=True)
        write(painter, QRect(left, px(4), width, px(20)), f"{word}　{above}", 14)
        write(painter, QRect(left, px(24), width - aside - px(10), px(18)), below, 12, "ink_soft")
        painter.end()


def lines(due: Finding) -> tuple[str, str, str]:
    """What stands above, below, and at the right of the lower line, where nothing is said twice."""
    above, below = (due.subject, due.message) if due.subject else (due.message, due.detail)
    beside = due.detail.split("　")[0] if due.due_on else ""
    return above, "" if below == beside else below, beside
