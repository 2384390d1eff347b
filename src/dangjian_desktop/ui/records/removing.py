"""Asking before records go to the recycle bin: which, how many, and what hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from dangjian_desktop.services.records import hanging, records
from dangjian_desktop.services.records.records import Saved

from ..shell.context import PageContext

_COUNTED = {
    "member": ("名", "党员"),
    "organisation": ("个", "党组织"),
    "meeting": ("次", "会议"),
    "ledger_entry": ("条", "台账"),
}


def remove_records(
    context: PageContext,
    kind: str,
    ids: Sequence[str],
    owner: QObject,
    *,
    title: str = "",
    done: Callable[[Saved], None] | None = None,
) -> None:
    """Ask, then put the records into the bin as one operation; `title` names a single one.

    `done` is called after a write, else the window says what was done.
    """
    office, wanted = context.office, list(ids)
    if not wanted:
        return

    def say(saved: Saved) -> None:
        if saved.change_set is not None:
            context.shell.done(saved.change_set.label)

    def ask(found: list[str]) -> None:
        detail = _detail(kind, wanted, found)
        if context.dialogs.confirm(_question(kind, wanted, title), detail, yes="移到回收站", danger=True):
            context.runner.fetch(
                lambda: records.remove_many(office, kind, wanted),
                done or say,
                failed=context.dialogs.error,
                owner=owner,
                writes=True,
            )

    context.runner.fetch(lambda: hanging.of(office, kind, wanted), ask, failed=context.dialogs.error, owner=owner)


def _question(kind: str, ids: Sequence[str], title: str) -> str:
    measure, noun = _COUNTED[kind]
    if len(ids) == 1:
        return f"把{f'“{title}”' if title else f'这{measure}{noun}'}移到回收站？"
    return f"把选中的 {len(ids)} {measure}{noun}移到回收站？"


def _detail(kind: str, ids: Sequence[str], found: Sequence[str]) -> str:
    measure, noun = _COUNTED[kind]
    whose = f"这{measure}{noun}" if len(ids) == 1 else f"这些{noun}"
    hung = f"与{whose}有关的资料会留下：{'、'.join(found)}。" if found else ""
    return f"{hung}移走后列表和统计里不再有；可以撤销，也可以在“系统·回收站”里恢复。"
