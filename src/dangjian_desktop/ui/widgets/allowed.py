"""Buttons of what an account may not do are off from the start, not refused after the work was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from dangjian_desktop.domain.records.permissions import EXPORT, IMPORT, REMOVE, WRITE, Actor

from .empty_state import EmptyState

W = TypeVar("W", bound=QWidget)

_NEEDS = {
    "new": WRITE,
    "save": WRITE,
    "confirm": WRITE,
    "import": IMPORT,
    "export": EXPORT,
    "remove": REMOVE,
    "fill_down": WRITE,
}


def allowed(widget: W, actor: Actor, action: str, kind: str) -> W:
    """The widget, switched off with the reason as its tip unless the account may do `action` on `kind`."""
    if not actor.may(action, kind):
        widget.setEnabled(False)
        widget.setToolTip(actor.why_not(action, kind))
    return widget


def guiding(state: EmptyState, actor: Actor, kind: str) -> EmptyState:
    """What an empty list says, to an account that may add something and to one that may not."""
    if not actor.may(WRITE, kind):
        state.only_read(actor.why_not(WRITE, kind))
    return state


def allowed_entries(menu: QMenu, actor: Actor, needs: Mapping[str, str], kind: str) -> None:
    """Switch off the entries that the account may not use: `needs` is words they begin with → action."""
    for words, action in needs.items():
        if actor.may(action, kind):
            continue
        for entry in menu.actions():
            if entry.text().startswith(words):
                _refuse(entry, actor.why_not(action, kind))


def _refuse(entry: QAction, why: str) -> None:
    entry.setEnabled(False)
    entry.setToolTip(why)


def allowed_commands(
    commands: Mapping[str, Callable[[], object]], actor: Actor, kind: str
) -> dict[str, Callable[[], object]]:
    """Those of a page's commands that the account may use on the page's kind of record."""
    return {key: run for key, run in commands.items() if key not in _NEEDS or actor.may(_NEEDS[key], kind)}
