"""Privacy clearing in the log: which versions a clearing covers, and what is taken out of them.

A clearing covers every version of the field that its maker had seen, and whatever those replaced:
also versions that reach another machine only after the clearing. What was entered without knowing
of the clearing is not covered; it stands beside the clearing as a conflict for a person to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Final

from dangjian_desktop.domain.records.changes import CLEARED, Change, Creation, FieldKey, Operation, OpId

CLEAR: Final = "clear"
"""The nature of a clearing; its changes are born with nothing before and nothing after."""


OPERATION: Final = "operation"
"""The kind of a clearing's change that takes out an operation's worded label; its record is `origin:number`."""

LABEL_CLEARED: Final = "说明已按期清除"
"""Stands where a worded label was."""


def label_key(operation: OpId) -> FieldKey:
    """What a clearing names to take out the label of an operation, which may hold a person's name."""
    return FieldKey(OPERATION, f"{operation.origin}:{operation.seq}", "label")


def _takes_before(operation: OpId, change: Change, gone: Collection[OpId]) -> bool:
    # `before` repeats what the replaced version held, so it must go when that version goes.
    return operation in gone or any(version in gone for version in change.replaces)


def emptied_change(operation: OpId, change: Change, gone: Collection[OpId]) -> Change:
    """`change` without the values of the versions in `gone`."""
    return replace(
        change,
        before=CLEARED if _takes_before(operation, change, gone) else change.before,
        after=CLEARED if operation in gone else change.after,
    )


def emptied_creation(operation: OpId, creation: Creation, gone: Mapping[FieldKey, Collection[OpId]]) -> Creation:
    """`creation` without the first values that were cleared since."""
    return replace(
        creation,
        values={
            path: CLEARED if operation in gone.get(FieldKey(creation.kind, creation.record, path), ()) else value
            for path, value in creation.values.items()
        },
    )


def emptied(operation: Operation, gone: Mapping[FieldKey, Collection[OpId]]) -> Operation:
    """`operation` as the log keeps it once the versions in `gone` (by field) were cleared."""
    return replace(
        operation,
        creations=tuple(emptied_creation(operation.id, creation, gone) for creation in operation.creations),
        changes=tuple(
            emptied_change(operation.id, change, gone[change.key]) if change.key in gone else change
            for change in operation.changes
        ),
    )


def unfounded(operation: Operation, gone: Callable[[FieldKey], Collection[OpId]]) -> bool:
    """Whether `operation` came emptied of a value by a clearing that is not known here.

    `gone` tells the versions of a field that the clearings known here took out. An unfounded
    operation must wait: taken in now, it would hide a value that nobody here was told is cleared.
    """
    if operation.nature == CLEAR:
        return False
    firsts = any(
        value is CLEARED and operation.id not in gone(FieldKey(creation.kind, creation.record, path))
        for creation in operation.creations
        for path, value in creation.values.items()
    )
    return firsts or any(
        (change.after is CLEARED and operation.id not in gone(change.key))
        or (change.before is CLEARED and not _takes_before(operation.id, change, gone(change.key)))
        for change in operation.changes
    )
