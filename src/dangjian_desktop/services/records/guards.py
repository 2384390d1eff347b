"""The one place that every write passes before it is kept: forms, imports, undo and redo, the bin and services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FORMER
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import guarding
from dangjian_desktop.storage.shape import BINNED, SHAPES
from dangjian_desktop.storage.unit_of_work import UnitOfWork, value_at

from .policies import POLICIES
from .policies.base import CHANGING

LONGEST_ID = 64

UNASKED = ("clear", "merge")
"""Natures of operations that are never refused: what a merge brings and cannot be is a finding."""


def settle(office: Office, work: UnitOfWork) -> None:
    """Ask every kind's policy about what an operation leaves; raises `UserError`, and then nothing is kept."""
    if work.nature in UNASKED:
        return
    _refuse_binned(office, work)
    _refuse_gone(work)
    for kind, policy in POLICIES.items():
        if work.moved(kind) or work.created(kind):
            policy.settle(office, work)


def _refuse_binned(office: Office, work: UnitOfWork) -> None:
    """What lies in the bin is restored or undone; nothing else changes it, whichever service asks."""
    for kind, policy in POLICIES.items() if work.nature in CHANGING else ():
        changed = [record for record, paths in work.moved(kind).items() if BINNED not in paths]
        binned = guarding.binned(work.connection, kind, changed) if changed else []
        if binned:
            row = work.read(kind, binned[:1])[binned[0]]
            raise UserError(
                "removed",
                f"{policy.called(office, row)}在回收站里，不能修改。",
                effect="没有修改，数据没有改动。",
                advice="请先恢复它，再修改。",
            )


def _refuse_gone(work: UnitOfWork) -> None:
    """Refuse what newly refers to a unit or a member in the bin."""
    named = {value for kind in KINDS for value in _newly_named(work, kind)}
    if named and (gone := guarding.in_bin(work.connection, named)):
        raise UserError(
            "removed",
            f"“{gone[0]}”在回收站里，不能再归到它名下。",
            effect="没有保存，数据没有改动。",
            advice="请先恢复它，或者改选别的。",
        )


def _newly_named(work: UnitOfWork, kind: str) -> Iterator[str]:
    moved = work.moved(kind)
    restored = [record for record, paths in moved.items() if BINNED in paths]
    if restored:
        yield from guarding.units_named(work.connection, kind, restored)
    if work.nature != "edit":
        return
    created = work.created(kind)
    for row in work.read(kind, created).values() if created else ():
        for path in [*SHAPES[kind].columns, *_inner(row, kind)]:
            yield from _texts(value_at(SHAPES[kind], row, path))
            yield path.partition(".")[2]
    for record, row in work.read(kind, list(moved)).items() if moved else ():
        for path in moved[record]:
            if not path.startswith(FORMER):
                yield from _texts(value_at(SHAPES[kind], row, path))


def _inner(row: Mapping[str, Any], kind: str) -> Iterator[str]:
    for name in (*SHAPES[kind].sets, *SHAPES[kind].maps):
        yield from (f"{name}.{key}" for key in row.get(name) or {} if name != FORMER)


def _texts(value: Any) -> Iterator[str]:
    """What may be the id of a record; a stay that has ended is let end, wherever it was."""
    if isinstance(value, str) and len(value) <= LONGEST_ID:
        yield value
    elif isinstance(value, Mapping) and not value.get("to_on"):
        yield from (each for each in value.values() if isinstance(each, str))
