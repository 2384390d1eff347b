"""What stands in the place of a list that shows nothing: empty, filtered to nothing, or not for this account."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from ...base.errors import UserError
from .. import theme
from .labels import button, label

LIST, EMPTY, NARROWED, REFUSED = range(4)


class ListStates(QStackedLayout):
    """The list and what can stand in its place; `clear` takes all limits away.

    `empty` is the page's own word on a list that nothing was ever put into.
    """

    def __init__(self, view: QWidget, empty: QWidget | None, clear: Callable[[], object]) -> None:
        super().__init__()
        self._title = _centred("", "heading")
        self._limits = _centred("", "soft")
        self._fault = _centred("", "heading")
        self._advice = _centred("", "soft")
        clearing = button("清除全部条件", clear, role="primary")
        self.addWidget(view)
        self.addWidget(empty or QWidget())
        self.addWidget(_column(self._title, self._limits, clearing))
        self.addWidget(_column(self._fault, self._advice))

    def show_count(self, count: int, limits: Sequence[str]) -> None:
        """Show the list, or say why it is empty: `limits` are what it is narrowed to, in words."""
        if count or not limits:
            self.setCurrentIndex(LIST if count else EMPTY)
            return
        self._title.setText("没有符合条件的记录。")
        self._limits.setText(
            f"现在的条件：{'；'.join(limits)}。去掉几个条件，或全部清除再看；条件只管显示，不改动资料。"
        )
        self.setCurrentIndex(NARROWED)

    def refuse(self, error: UserError) -> None:
        """Say why the list cannot be shown and what to do."""
        self._fault.setText(error.message)
        self._advice.setText(error.advice)
        self.setCurrentIndex(REFUSED)


def _centred(text: str, role: str) -> QLabel:
    made = label(text, role, wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made


def _column(*parts: QWidget) -> QWidget:
    made = QWidget()
    box = QVBoxLayout(made)
    box.setSpacing(theme.current().px(8))
    box.addStretch(2)
    for part in parts:
        if isinstance(part, QLabel):
            box.addWidget(part)
        else:
            box.addWidget(part, 0, Qt.AlignmentFlag.AlignCenter)
    box.addStretch(3)
    return made
