"""Editors that look up people and units in the background while one types."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .editors import ChoiceEditor
from .job import JobRunner
from .lookups import Choice, Lookups

PICK_PAUSE = 120  # ms of rest before people or units are looked up
_BETWEEN_NAMES = re.compile(r"[、，,；;\s]+")


def _nowhere() -> str | None:
    return None


class PickEditor(ChoiceEditor):
    """A person or unit; those of the unit that `near` tells come first, else of the one chosen in the tree."""

    def __init__(self, spec: FieldSpec, lookups: Lookups, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(spec, (), parent)
        self._lookups = lookups
        self._runner = runner
        self.near: Callable[[], str | None] = _nowhere
        self.setPlaceholderText("输入名称或拼音首字母")
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PICK_PAUSE)
        self._pause.timeout.connect(self._look)

    def show_all(self) -> None:
        """Offer the first entries of all."""
        self._look()

    def _typed(self, _text: str) -> None:
        self._pause.start()

    def _asked(self) -> str:
        """What is looked up: nothing in particular while a picked entry stands there."""
        text = self.text().strip()
        return "" if self._picked is not None and self._picked.label == text else text

    def _look(self) -> None:
        spec, text, near = self.spec, self._asked(), self.near() or self._lookups.chosen()
        self._runner.fetch(lambda: list(self._lookups.find(spec, text, near)), self._answer, owner=self)

    def _answer(self, choices: list[Choice]) -> None:
        self._choices = choices
        if self.hasFocus():
            self._offer(choices)


class PeopleEditor(PickEditor):
    """Names as free text, with members suggested for the one being typed; who is no member is just as good."""

    def __init__(self, spec: FieldSpec, lookups: Lookups, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(spec, lookups, runner, parent)
        self.setPlaceholderText("姓名或拼音首字母，几个人之间写顿号")

    def value(self) -> Any:
        """The names as they stand, None when empty."""
        return self.text().strip() or None

    def problem(self) -> str:
        """Any text is fine."""
        return ""

    def settle(self) -> None:
        """Nothing typed is taken for one of the suggestions."""

    def put(self, value: object, shown: str) -> None:
        """Show the names as they are stored."""
        self._picked = None
        self.setText(shown or ("" if value is None else str(value)))
        self.setCursorPosition(0)

    def _look(self) -> None:
        if self._asked() or not self.text().strip():
            super()._look()

    def _asked(self) -> str:
        return _BETWEEN_NAMES.split(self.text())[-1].strip()

    def _pick(self, choice: Choice) -> None:
        before = self.text()[: len(self.text()) - len(self._asked())]
        self._picked = None
        self.setText(before + choice.label)
        self.changed.emit()


PICKED = (FieldType.ORGANISATION, FieldType.MEMBER, FieldType.ENTRY)
"""Types whose value is looked up, and not typed."""
