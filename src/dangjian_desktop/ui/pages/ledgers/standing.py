"""Where an entry stands: its state, its deadline in words, and the moves it can make, told anew as one types."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, may_move, reopens, transitions_from
from dangjian_desktop.domain.ledgers.passages import passage_words, steps
from dangjian_desktop.domain.values.partial_dates import last_day

from ... import theme
from ...widgets.labels import button, label, restyle
from .columns import LATE_MARK, SOON_MARK, days_left

_LEAST_LOOK = "soft"


class DeadlineLine(NamedTuple):
    """The deadline in a sentence, and the role of the style sheet that colours it; no words where there is none."""

    words: str
    role: str


def deadline_line(template: LedgerTemplate, values: Mapping[str, Any], settled: str, today: date) -> DeadlineLine:
    """期限2026-10-31，还剩31天: always told, also while there is time and when the entry is settled.

    `values` are the entry's as they stand in the form, `settled` the day on which it was settled, empty while open.
    """
    if not template.due:
        return DeadlineLine("", _LEAST_LOOK)
    name, due = template.column(template.due).label, str(values.get(template.due) or "")
    left = days_left(due, today)
    if left is None:
        return DeadlineLine("" if settled else f"{SOON_MARK} 还没有填{name}", "warning")
    told = f"{name}{due}"
    if settled:
        late = (last_day(settled) - last_day(due)).days
        ended = f"{settled}办结"
        if late > 0:
            return DeadlineLine(f"{LATE_MARK} {told}，{ended}，超期{late}天", "error")
        return DeadlineLine(f"✓ {told}，{ended}，按期", "good")
    if left < 0:
        return DeadlineLine(f"{LATE_MARK} {told}，已超期{-left}天", "error")
    if left == 0:
        return DeadlineLine(f"{SOON_MARK} {told}，今天到期", "warning")
    soon = left <= max(template.lead_days, default=0)
    return DeadlineLine(f"{f'{SOON_MARK} ' if soon else ''}{told}，还剩{left}天", "warning" if soon else _LEAST_LOOK)


class StandingPanel(QWidget):
    """The head of the drawer of an entry; `move_wanted(state, its name)`."""

    move_wanted = Signal(str, str)

    def __init__(self, template: LedgerTemplate, *, role: str, person: str, today: date) -> None:
        super().__init__()
        self._template, self._role, self._person, self._today = template, role, person, today
        self._state = self._settled = ""
        self._buttons: dict[str, tuple[QPushButton, QLabel]] = {}
        self.setObjectName("drawer_foot")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(8), px(16), px(10))
        box.setSpacing(px(4))
        self.state = label("", "heading")
        self.deadline = label("", "warning", wrap=True)
        # On one line with the way it came: where the window is low the form needs the height.
        self.way = button("流转记录", self._show_way, role="link")
        head = QHBoxLayout()
        head.addWidget(self.state)
        head.addStretch(1)
        head.addWidget(self.way)
        box.addLayout(head)
        box.addWidget(self.deadline)
        self._moves = QVBoxLayout()
        self._moves.setSpacing(px(2))
        box.addLayout(self._moves)
        self.passed = label("", "small", wrap=True)
        box.addWidget(self.passed)

    def show_nothing(self) -> None:
        """A new entry stands nowhere yet."""
        self._state = self._settled = ""
        self._clear()
        self.hide()

    def show_entry(self, values: Mapping[str, Any], passages: Mapping[str, Mapping[str, Any]]) -> None:
        """An entry as it is kept, with the passages that led there."""
        self._state, self._settled = str(values.get("state") or ""), str(values.get("settled_on") or "")
        known = self._template.state_of(self._state)
        self.state.setText(f"状态：{known.label if known else self._state}")
        self._clear()
        came_from = _came_from(passages)
        moves = [
            (move.target == came_from or reopens(self._template, move), move.target)
            for move in transitions_from(self._template, self._state)
        ]
        # The way back stands last and at the other side: where the last move was pressed nothing takes it back.
        for back, target in sorted(moves, key=lambda each: each[0]):
            self._add(target, back=back, word="退回" if target == came_from else "改为")
        self.passed.setText("\n".join(passage_words(self._template, passages[key]) for key in sorted(passages)))
        self.way.setVisible(bool(passages))
        self.passed.setVisible(False)
        self.way.setText(f"流转记录 {len(passages)} 条")
        self.follow(values)
        self.show()

    def follow(self, values: Mapping[str, Any]) -> None:
        """Tell anew what is missing and how the deadline stands, of the values as they stand in the form now."""
        line = deadline_line(self._template, values, self._settled, self._today)
        self.deadline.setText(line.words)
        self.deadline.setVisible(bool(line.words))
        restyle(self.deadline, "role", line.role)
        for target, (made, said) in self._buttons.items():
            found = may_move(self._template, values, self._state, target, role=self._role, person=self._person)
            refusal = found.message if found else ""
            made.setEnabled(not refusal)
            made.setToolTip(refusal)
            made.setAccessibleDescription(refusal)
            said.setText(refusal)
            said.setVisible(bool(refusal))

    def _add(self, target: str, *, back: bool, word: str) -> None:
        name = self._template.state(target).label
        made = button(f"{word}“{name}”", partial(self.move_wanted.emit, target, name))
        said = label("", "small", wrap=True)
        row = QHBoxLayout()
        if back:
            row.addStretch(1)
            restyle(made, "role", "link")
        row.addWidget(made, 0 if back else 1)
        holder = QWidget()
        holder.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self._moves.addWidget(holder)
        self._moves.addWidget(said)
        self._buttons[target] = (made, said)

    def _clear(self) -> None:
        self._buttons = {}
        while (item := self._moves.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _show_way(self) -> None:
        self.passed.setVisible(not self.passed.isVisible())


def _came_from(passages: Mapping[str, Mapping[str, Any]]) -> str:
    """The state in which the entry was before the one it is in."""
    states = [step.state for step in steps(passages)]
    return next((state for state in reversed(states) if state != states[-1]), "")
