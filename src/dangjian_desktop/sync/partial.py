"""Operations in part: what a reader may have of one, and the leaves of it that come late.

Every number travels, as a shell where nothing of it is for the receiver, so a gap always means loss. That a part
belongs to the whole is proven by the tree over the leaves (`leaves.partial_root`), not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from dangjian_desktop.domain.records.changes import Change, Creation, FieldKey, Operation, OpId
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.versions import RecordKey

Allowed = Callable[[FieldKey], bool]
"""Whether a reader may have what is said about a field."""


@dataclass(frozen=True, slots=True)
class Late:
    """Leaves of an operation that was had without them; empty texts for a label and account that stay withheld."""

    operation: OpId
    label: str = ""
    account: str = ""
    creations: tuple[Creation, ...] = ()
    changes: tuple[Change, ...] = ()


def part_of(operation: Operation, allowed: Allowed, *, words: bool = False) -> Operation:
    """What a reader gets of `operation`; `words` tells whether its label and account are for him too."""
    creations = (_part(creation, allowed) for creation in operation.creations)
    return replace(
        operation,
        label=operation.label if words else "",
        account=operation.account if words else "",
        creations=tuple(creation for creation in creations if creation is not None),
        changes=tuple(change for change in operation.changes if allowed(change.key)),
    )


def _part(creation: Creation, allowed: Allowed) -> Creation | None:
    values = {
        path: value
        for path, value in creation.values.items()
        if allowed(FieldKey(creation.kind, creation.record, path))
    }
    # An empty creation is told to whoever may know of the record at all.
    told = values or (not creation.values and allowed(FieldKey(creation.kind, creation.record, "")))
    return replace(creation, values=values) if told else None


def late(operation: Operation, before: Allowed, now: Allowed, *, words: bool = False) -> Late | None:
    """The leaves that a reader may have now and did not get before; None where there are none."""
    added = part_of(operation, lambda key: now(key) and not before(key), words=words)
    if not (added.creations or added.changes or words):
        return None
    return Late(operation.id, added.label, added.account, added.creations, added.changes)


def with_late(state: LogState, came: Iterable[Late]) -> LogState:
    """`state` with leaves that came late; leaves of operations that are not here are left, they come with those.

    Doing it again changes nothing. What a clearing known here covers comes in emptied.
    """
    operations = dict(state.operations)
    for each in came:
        if each.operation in operations:
            operations[each.operation] = _joined(operations[each.operation], each)
    return state if operations == state.operations else LogState().adding(operations.values())


def _joined(operation: Operation, came: Late) -> Operation:
    creations = {RecordKey(creation.kind, creation.record): creation for creation in operation.creations}
    for creation in came.creations:
        key = RecordKey(creation.kind, creation.record)
        had = creations[key].values if key in creations else {}
        creations[key] = replace(creation, values={**creation.values, **had})
    changes = {change.key: change for change in came.changes} | {change.key: change for change in operation.changes}
    return replace(
        operation,
        label=operation.label or came.label,
        account=operation.account or came.account,
        creations=tuple(creations.values()),
        changes=tuple(changes.values()),
    )
