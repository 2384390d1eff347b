"""What was typed and not saved: kept in the file on this PC, and told in one sentence, by every editor alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from dangjian_desktop.domain.values.masking import mask_numbers

from ..shell.context import Shell
from ..widgets.form import RecordForm
from ..widgets.pick_editors import PickEditor

MOST_DRAFTS = 20
"""Of one list; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields that were touched, what chosen units and people are called, what the record is called and when."""

    values: Mapping[str, Any]
    names: Mapping[str, str] = field(default_factory=dict)
    called: str = ""
    at: str = ""

    def words(self) -> str:
        """Which draft this is, as it is offered."""
        when = f"（{self.at} 存）" if self.at else ""
        return f"接着没有保存的草稿：{self.called or '没有写名称'}{when}"


def of_form(form: RecordForm, called: str) -> Draft | None:
    """The draft of a form, or None while a person has changed nothing in it; hidden numbers are not kept."""
    if not form.is_touched():
        return None
    values = {name: value for name, value in form.changes().items() if "*" not in str(value or "")}
    if not values:
        return None
    return Draft(values, names_of(form, values), mask_numbers(called), now())


def names_of(form: RecordForm, values: Mapping[str, Any]) -> dict[str, str]:
    """What the units and people chosen in a form are called."""
    editors = {name: form.fields[name].editor for name in values}
    return {name: editor.text() for name, editor in editors.items() if isinstance(editor, PickEditor)}


def now() -> str:
    """The hour on the clock, as a draft is dated."""
    return datetime.now().strftime("%m-%d %H:%M")


def keep(shell: Shell, key: str, draft: Draft | None) -> None:
    """Keep a draft, or forget the one that was."""
    if draft is not None or shell.remembered(key):
        shell.remember(key, asdict(draft) if draft is not None else None)


def kept(shell: Shell, key: str) -> Draft | None:
    """The draft that was kept, None where there is none or nothing that can be read."""
    found = shell.remembered(key)
    if not isinstance(found, Mapping) or not isinstance(found.get("values"), Mapping):
        return None
    return Draft(found["values"], found.get("names") or {}, found.get("called") or "", found.get("at") or "")


def tell_kept(shell: Shell, called: str) -> None:
    """Say in one line what was kept; the same words wherever somebody leaves."""
    shell.done(f"没有保存，已留作草稿：{called or '没有写名称'}。再打开时接着填。", undo=False)
