"""The merge plan: what the operations that another machine brings would do here, before anything is done.

Operations come in any order, doubled, late or with holes. What was had is skipped; what starts
beyond what was had, or builds on what has not come, is a gap that is named and waits for a later
delivery, so nothing has to be kept of it here.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from dangjian_desktop.domain.records.changes import FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.clearing import LABEL_CLEARED, OPERATION, unfounded
from dangjian_desktop.sync.log import Conflict, LogState, stamp
from dangjian_desktop.sync.versions import RecordKey


class GapReason(StrEnum):
    """Why the operations of an incarnation could not be taken further."""

    MISSING = "missing"
    CLEARING = "clearing"


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers `first` to `last` of an incarnation that are needed before anything later of it.

    The reason `clearing` means: number `first` came emptied by a clearing that has not come.
    """

    origin: str
    first: int
    last: int
    reason: GapReason = GapReason.MISSING


@dataclass(frozen=True, slots=True)
class MergePlan:
    """What a merge would do; `merged` does it.

    `apply` is in the common order. `clashes` are numbers given twice to different operations (a file
    that was copied and kept its incarnation): nothing more of that incarnation is taken. `values`
    are the shown values that would change; `conflicts` are new or grew, `decided` are over;
    `pending` are records whose changes wait for a creation that has not come; `doubled` are records
    that an operation creates though an earlier one has: that creation counts for nothing.
    """

    apply: tuple[Operation, ...]
    had: tuple[OpId, ...]
    gaps: tuple[Gap, ...]
    clashes: tuple[OpId, ...]
    values: Mapping[FieldKey, Value]
    conflicts: tuple[Conflict, ...]
    decided: tuple[FieldKey, ...]
    pending: frozenset[RecordKey]
    doubled: tuple[tuple[OpId, RecordKey], ...] = ()


def plan(local: LogState, incoming: Sequence[Operation]) -> MergePlan:
    """What `incoming` would do to `local`."""
    clashes = _clashes(local, incoming)
    refused = {clash.origin for clash in clashes}
    offered = [operation for operation in incoming if operation.id.origin not in refused]
    fresh, gaps = _contiguous(local, offered)
    founded, result, waiting = _founded(local, fresh)
    touched = _touched(local, result, founded)
    before = {key: local.conflict(key) for key in touched}
    after = {key: result.conflict(key) for key in touched}
    return MergePlan(
        apply=tuple(sorted(founded, key=stamp)),
        had=tuple(sorted({operation.id for operation in offered if local.has(operation.id)})),
        gaps=tuple(dict.fromkeys(gaps + waiting)),
        clashes=clashes,
        values={
            key: result.value(key)
            for key in touched
            if RecordKey(key.kind, key.record) in result.creations and _shown(local, key) != result.value(key)
        },
        conflicts=tuple(now for key in touched if (now := after[key]) and now != before[key]),
        decided=tuple(key for key in touched if before[key] and not after[key]),
        pending=result.pending(),
        doubled=_doubled(local, result, founded),
    )


def merged(state: LogState, merge: MergePlan) -> LogState:
    """`state` after the plan that was made for it; doing it again changes nothing."""
    return state.adding(merge.apply)


def _doubled(local: LogState, result: LogState, taken: Iterable[Operation]) -> tuple[tuple[OpId, RecordKey], ...]:
    """Second creations of one id: those that come now, and those here that an earlier one coming now sets aside."""
    given = {(op.id, RecordKey(new.kind, new.record)) for op in taken for new in op.creations}
    given |= {(maker, key) for key, (maker, _) in local.creations.items()}
    return tuple(sorted((maker, key) for maker, key in given if result.creations[key][0] != maker))


def _identity(operation: Operation) -> Operation:
    # What a clearing leaves alone and what comes in every part.
    return replace(operation, label="", account="", creations=(), changes=())


def _clashes(local: LogState, incoming: Iterable[Operation]) -> tuple[OpId, ...]:
    known: dict[OpId, Operation] = {}
    clashes = set()
    for operation in incoming:
        other = local.operations.get(operation.id) or known.setdefault(operation.id, operation)
        labels = {other.label, operation.label} - {"", LABEL_CLEARED}
        accounts = {other.account, operation.account} - {""}
        if _identity(other) != _identity(operation) or len(labels) > 1 or len(accounts) > 1:
            clashes.add(operation.id)
    return tuple(sorted(clashes))


def _contiguous(local: LogState, offered: Iterable[Operation]) -> tuple[list[Operation], list[Gap]]:
    """The offered operations that follow without a hole on what was had, and the first hole of each origin."""
    by_origin: defaultdict[str, dict[int, Operation]] = defaultdict(dict)
    for operation in offered:
        if not local.has(operation.id):
            by_origin[operation.id.origin][operation.id.seq] = operation
    fresh: list[Operation] = []
    gaps: list[Gap] = []
    for origin, numbered in sorted(by_origin.items()):
        following = local.seen.get(origin, 0) + 1
        while following in numbered:
            fresh.append(numbered.pop(following))
            following += 1
        if numbered:
            gaps.append(Gap(origin, following, min(numbered) - 1))
    return fresh, gaps


def _founded(local: LogState, fresh: list[Operation]) -> tuple[list[Operation], LogState, list[Gap]]:
    """`fresh` without what builds on something that is neither here nor among them, and the result.

    That is a clearing that emptied an operation, or an operation that the writer had seen.
    """
    stops: dict[str, int] = {}
    emptied: dict[str, int] = {}
    needed: set[OpId] = set()
    while True:
        taken = [operation for operation in fresh if operation.id.seq < stops.get(operation.id.origin, sys.maxsize)]
        seen = dict(local.seen)
        for operation in taken:
            seen[operation.id.origin] = max(seen.get(operation.id.origin, 0), operation.id.seq)
        lacking = [
            (operation.id, OpId(origin, seq))
            for operation in taken
            for origin, seq in operation.depends.items()
            if seq > seen.get(origin, 0)
        ]
        if lacking:
            needed.update(wanted for _, wanted in lacking)
            _stop(stops, (number for number, _ in lacking))
            continue
        result = local.adding(taken)
        stopped = [operation.id for operation in taken if unfounded(operation, result.gone)]
        if not stopped:
            return taken, result, _waiting(seen, emptied, needed)
        _stop(stops, stopped)
        _stop(emptied, stopped)


def _stop(stops: dict[str, int], numbers: Iterable[OpId]) -> None:
    """The lowest number of each incarnation counts."""
    for origin, seq in numbers:
        stops[origin] = min(seq, stops.get(origin, seq))


def _waiting(seen: Mapping[str, int], emptied: Mapping[str, int], needed: Iterable[OpId]) -> list[Gap]:
    """What is waited for, by name: nothing waits without one."""
    gaps = [Gap(origin, seq, seq, GapReason.CLEARING) for origin, seq in sorted(emptied.items())]
    most: dict[str, int] = {}
    for origin, seq in needed:
        most[origin] = max(seq, most.get(origin, 0))
    missing = {origin: seq for origin, seq in most.items() if origin not in emptied}
    return gaps + [Gap(origin, seen.get(origin, 0) + 1, seq) for origin, seq in sorted(missing.items())]


def _touched(local: LogState, result: LogState, applied: Iterable[Operation]) -> list[FieldKey]:
    """Every field that may look different afterwards, in a steady order."""
    keys: set[FieldKey] = set()
    for operation in applied:
        keys.update(change.key for change in operation.changes)
        for creation in operation.creations:
            keys.update(FieldKey(creation.kind, creation.record, path) for path in creation.values)
    arrived = result.creations.keys() - local.creations.keys()
    keys.update(key for key in local.changes if RecordKey(key.kind, key.record) in arrived)
    return sorted(key for key in keys if key.kind != OPERATION)


def _shown(local: LogState, key: FieldKey) -> Value:
    return local.value(key) if RecordKey(key.kind, key.record) in local.creations else None
