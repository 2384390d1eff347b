"""The log of operations and what it says: which versions of a field stand, and where two disagree.

`LogState` is the reference that the tables of a data file mirror. What it says depends only on which
operations were seen, never on the order in which they came:

- a change names every version that it replaces; the *heads* of a field are the versions that no
  seen change replaces. A field that never moved has one head: the creation of its record;
- one head is the value. Several heads that disagree are a conflict; until a person decides, every
  machine shows the *winner*, the head with the largest `(lamport, origin)`;
- a change may come before the creation of its record, or before a version that it replaces. It
  counts at once; the record is *pending*, or the conflict *awaits*, until the rest has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from dangjian_desktop.domain.records.changes import CLEARED, Change, Creation, FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.clearing import (
    CLEAR,
    LABEL_CLEARED,
    OPERATION,
    emptied,
    emptied_change,
    emptied_creation,
    label_key,
)
from dangjian_desktop.sync.versions import RecordKey, covered, heads_among

Stamp: TypeAlias = tuple[int, str]
"""`(lamport, origin)`: the order of display, and who wins until a person decides."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one operation says about one field; `cleared` when the value was taken out for privacy."""

    operation: OpId
    lamport: int
    at: str
    account: str
    label: str
    value: Value
    cleared: bool

    @property
    def stamp(self) -> Stamp:
        """The place of this version in the common order."""
        return self.lamport, self.operation.origin


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field with versions that disagree, the winner first.

    `awaits` names versions that some of them replaced and that have not come: ask a person only
    when it is empty, because what comes may settle the question.
    """

    key: FieldKey
    versions: tuple[Version, ...]
    awaits: frozenset[OpId] = frozenset()


def stamp(operation: Operation) -> Stamp:
    """The place of `operation` in the common order."""
    return operation.lamport, operation.id.origin


@dataclass(frozen=True, slots=True)
class LogState:
    """Every operation that one machine has seen, indexed by record and field; never altered in place.

    `seen` gives the highest number had of each incarnation, without holes below it. Operations are
    kept as clearings left them.
    """

    operations: Mapping[OpId, Operation] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)
    lamport: int = 0
    creations: Mapping[RecordKey, tuple[OpId, Creation]] = field(default_factory=dict)
    changes: Mapping[FieldKey, Mapping[OpId, Change]] = field(default_factory=dict)

    def has(self, operation: OpId) -> bool:
        """Whether the operation was seen."""
        return operation.seq <= self.seen.get(operation.origin, 0)

    def vector(self, origin: str) -> dict[str, int]:
        """What the newest operation of an incarnation had seen of the others: all that its operations depend on."""
        found: dict[str, int] = {}
        for seq in range(1, self.seen.get(origin, 0) + 1):
            found.update(self.operations[OpId(origin, seq)].depends)
        return found

    def adding(self, operations: Iterable[Operation]) -> LogState:
        """This state after `operations`; those already seen are skipped.

        Raises `ValueError` when one starts beyond what was seen of its incarnation.
        """
        return _adding(self, operations)

    def replaces(self, key: FieldKey) -> Mapping[OpId, frozenset[OpId]]:
        """What each seen change of the field replaced."""
        return {version: change.replaces for version, change in self.changes.get(key, {}).items()}

    def creation(self, record: RecordKey) -> OpId | None:
        """The operation that created the record, if it was seen."""
        born = self.creations.get(record)
        return born[0] if born else None

    def undone(self, version: OpId) -> OpId | None:
        """The operation that `version` undid, if it is an undo."""
        source = self.operations.get(version)
        return source.undoes if source else None

    def heads(self, key: FieldKey) -> frozenset[OpId]:
        """The standing versions of the field; empty when nothing is known of it."""
        replaces = self.replaces(key)
        if replaces:
            return heads_among(replaces)
        born = self.creations.get(RecordKey(key.kind, key.record))
        return frozenset({born[0]}) if born else frozenset()

    def standing(self, key: FieldKey) -> tuple[Version, ...]:
        """The heads of the field with what they say, the winner first."""
        versions = (self.version(key, head) for head in self.heads(key))
        return tuple(sorted(versions, key=lambda version: version.stamp, reverse=True))

    def version(self, key: FieldKey, operation: OpId) -> Version:
        """What the seen `operation` says about the field."""
        value = self._written(key, operation)
        source = self.operations[operation]
        shown = None if value is CLEARED else value
        return Version(operation, source.lamport, source.at, source.account, source.label, shown, value is CLEARED)

    def _written(self, key: FieldKey, operation: OpId) -> Value:
        change = self.changes.get(key, {}).get(operation)
        if change is not None:
            return change.after
        _, creation = self.creations[RecordKey(key.kind, key.record)]
        return creation.values.get(key.path)

    def value(self, key: FieldKey) -> Value:
        """The value shown: that of the only head, or of the winner."""
        standing = self.standing(key)
        return standing[0].value if standing else None

    def paths(self, record: RecordKey) -> set[str]:
        """Every path of the record that ever had a value."""
        _, creation = self.creations.get(record, (None, Creation(*record, {})))
        return {*creation.values, *(key.path for key in self.changes if (key.kind, key.record) == record)}

    def record(self, record: RecordKey) -> dict[str, Value] | None:
        """The record's non-empty values by path; None when its creation was not seen."""
        if record not in self.creations:
            return None
        values = {path: self.value(FieldKey(*record, path)) for path in self.paths(record)}
        return {path: value for path, value in values.items() if value is not None}

    def pending(self) -> frozenset[RecordKey]:
        """Records that changes speak of and whose creation has not come."""
        moved = frozenset(RecordKey(key.kind, key.record) for key in self.changes if key.kind != OPERATION)
        return moved - self.creations.keys()

    def conflict(self, key: FieldKey) -> Conflict | None:
        """The disagreement about the field, if any; heads that say the same do not disagree."""
        standing = self.standing(key)
        if all(version.value == standing[0].value for version in standing):
            return None
        replaced = frozenset().union(*self.replaces(key).values())
        return Conflict(key, standing, frozenset(version for version in replaced if not self.has(version)))

    def conflicts(self) -> Iterator[Conflict]:
        """All disagreements."""
        return (conflict for conflict in map(self.conflict, self.changes) if conflict)

    def gone(self, key: FieldKey) -> frozenset[OpId]:
        """The versions of the field that clearings took out."""
        replaces = self.replaces(key)
        return covered(replaces, [version for version in replaces if self.operations[version].nature == CLEAR])

    def history(self, key: FieldKey) -> tuple[Version, ...]:
        """Every version of the field in the common order, its creation first."""
        born = self.creations.get(RecordKey(key.kind, key.record))
        sources = {*self.changes.get(key, ()), *([born[0]] if born else [])}
        return tuple(sorted((self.version(key, source) for source in sources), key=lambda version: version.stamp))


def _adding(state: LogState, operations: Iterable[Operation]) -> LogState:
    log, seen, lamport = dict(state.operations), dict(state.seen), state.lamport
    creations, changes = dict(state.creations), dict(state.changes)
    touched: set[FieldKey] = set()
    for operation in sorted(operations, key=lambda operation: operation.id):
        origin, seq = operation.id
        had = seen.get(origin, 0)
        if seq <= had:
            continue
        if seq > had + 1:
            raise ValueError(f"operation {seq} of {origin} starts beyond {had}")
        log[operation.id], seen[origin], lamport = operation, seq, max(lamport, operation.lamport)
        for creation in operation.creations:
            key = RecordKey(creation.kind, creation.record)
            # A second creation of one id is none: every machine holds to the earlier one, whichever came first here.
            if key not in creations or stamp(operation) < stamp(log[creations[key][0]]):
                creations[key] = operation.id, creation
            touched.update(FieldKey(creation.kind, creation.record, path) for path in creation.values)
        for change in operation.changes:
            changes[change.key] = {**changes.get(change.key, {}), operation.id: change}
            touched.add(change.key)
    for number, operation in log.items():
        if operation.label != LABEL_CLEARED and label_key(number) in changes:
            log[number] = replace(operation, label=LABEL_CLEARED)
    return _cleared(LogState(log, seen, lamport, creations, changes), touched)


def _cleared(state: LogState, touched: Iterable[FieldKey]) -> LogState:
    """`state` without the values of `touched` fields that its clearings cover."""
    gone = {key: versions for key in touched if (versions := state.gone(key))}
    if not gone:
        return state
    creations, changes = dict(state.creations), dict(state.changes)
    sources: set[OpId] = set()
    for key, versions in gone.items():
        sources.update(changes[key])
        changes[key] = {source: emptied_change(source, change, versions) for source, change in changes[key].items()}
        record = RecordKey(key.kind, key.record)
        if record in creations:
            source, creation = creations[record]
            sources.add(source)
            creations[record] = source, emptied_creation(source, creation, gone)
    log = {**state.operations, **{source: emptied(state.operations[source], gone) for source in sources}}
    return LogState(log, state.seen, state.lamport, creations, changes)
