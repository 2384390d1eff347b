"""Meetings that were begun and not recorded: each has a draft of its own, and none costs another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dangjian_desktop.base.ids import new_id

from ...records.drafts import MOST_DRAFTS
from ...shell.context import Shell
from ...widgets.dialogs import DialogService

DRAFTS = "meetings.drafts"
BEFORE = "meetings.draft"
"""Where the one draft was that there used to be."""


def new_draft_id() -> str:
    """The key of the draft of a new meeting; a recorded meeting's is its own id."""
    return f"new:{new_id()}"


def drafts(shell: Shell) -> dict[str, Mapping[str, Any]]:
    """All drafts, oldest first."""
    found = dict(shell.remembered(DRAFTS, {}) or {})
    old = shell.remembered(BEFORE)
    return ({str(old.get("meeting") or "new:"): old} if old else {}) | found


def keep(shell: Shell, key: str, draft: Mapping[str, Any] | None) -> None:
    """Keep one draft as the newest, or forget it."""
    found = drafts(shell)
    known = found.pop(key, None)
    if draft is not None:
        found[key] = draft
    elif known is None:
        return
    if shell.remembered(BEFORE):
        shell.remember(BEFORE, None)
    shell.remember(DRAFTS, dict(list(found.items())[-MOST_DRAFTS:]))


def called(draft: Mapping[str, Any]) -> str:
    """Which meeting a draft is of, and when it was kept."""
    return f"{draft.get('called') or '没有写名称的会议'}（{draft.get('at', '')} 存）"


def sentence(found: Mapping[str, Mapping[str, Any]]) -> str:
    """What the list offers, the newest by name."""
    newest = called(list(found.values())[-1])
    more = f"，另有{len(found) - 1}份草稿" if len(found) > 1 else ""
    return f"没有记完的会议：{newest}{more}。"


def choose(dialogs: DialogService, found: Mapping[str, Mapping[str, Any]], question: str) -> str | None:
    """The key of the draft that is meant; asked where there are several, None when that was left."""
    if len(found) < 2:
        return next(iter(found), None)
    return dialogs.choose(question, tuple((key, called(found[key])) for key in reversed(list(found))))
