"""The rules about versions of a field: which stand, what an undo puts back, what a clearing covers.

The one implementation of them. A log answers through `Log`: the `State` of a merge, whose versions are names of
operations, and the tables of a data file, whose versions are its own small numbers for the same operations.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypeVar

from dangjian_desktop.domain.records.changes import CLEARED, FieldKey, Value

V = TypeVar("V", bound=Hashable)
"""A version: an operation, as the log at hand names it."""

BINNED: Final = "binned"
"""The path that tells whether a record lies in the recycle bin: deletion is an edit like any other."""

_FORMER = "former."


class RecordKey(NamedTuple):
    """One record."""

    kind: str
    record: str


class Log(Protocol[V]):
    """What the rules ask of a log."""

    def heads(self, key: FieldKey) -> frozenset[V]:
        """The standing versions of the field; empty when nothing is known of it."""

    def replaces(self, key: FieldKey) -> Mapping[V, frozenset[V]]:
        """What each change of the field that is here replaced."""

    def creation(self, record: RecordKey) -> V | None:
        """The operation that created the record, if it is here."""

    def undone(self, version: V) -> V | None:
        """The operation that `version` undid, if it is an undo."""


class KeptReason(StrEnum):
    """Why undo left a field alone."""

    CHANGED_SINCE = "changed_since"
    CLEARED = "cleared"
    PENDING = "pending"
    REFERRED_TO = "referred_to"


class Moved(NamedTuple):
    """What an operation did to a field: what it was before (`CLEARED` where that was taken out since)."""

    key: FieldKey
    before: Value


@dataclass(frozen=True, slots=True)
class Reversal:
    """What undoing an operation puts back, and the fields that it leaves alone."""

    back: dict[FieldKey, Value] = field(default_factory=dict)
    kept: dict[FieldKey, KeptReason] = field(default_factory=dict)


def heads_among(replaces: Mapping[V, Collection[V]]) -> frozenset[V]:
    """The standing versions of one field, given what each change of it replaced."""
    return frozenset(replaces).difference(*replaces.values())


def covered(replaces: Mapping[V, Collection[V]], clearings: Collection[V]) -> frozenset[V]:
    """The versions of one field that `clearings` took out; `replaces` is what each change of it replaced."""
    reached: set[V] = set()
    waiting = [version for clearing in clearings for version in replaces[clearing]]
    while waiting:
        version = waiting.pop()
        if version not in reached:
            reached.add(version)
            waiting.extend(replaces.get(version, ()))
    return frozenset(reached)


def covering(log: Log[V], key: FieldKey) -> frozenset[V]:
    """What a clearing of the field names: every version here and all that those replaced.

    So it also empties versions that reach another machine later than the clearing.
    """
    replaces = log.replaces(key)
    born = log.creation(RecordKey(key.kind, key.record))
    return frozenset(replaces).union(*replaces.values(), [] if born is None else [born])


def created(record: RecordKey) -> Moved:
    """What an operation did that created a record: undoing it puts the record into the bin."""
    return Moved(FieldKey(*record, BINNED), True)


def reversal(log: Log[V], target: V, moves: Iterable[Moved], referred_to: Collection[RecordKey] = ()) -> Reversal:
    """What undoing `target` puts back of what it moved: wherever the field is still at that version.

    A created record goes to the bin unless it is in `referred_to`. What a dated field was before goes back with the
    field, or stays with it.
    """
    given = list(moves)
    kept = {move.key: why for move in given if (why := _kept(log, target, move, referred_to)) is not None}
    result = Reversal()
    for key, before in given:
        field_key = key._replace(path=field_of(key.path))
        if key not in kept and field_key not in kept:
            result.back[key] = before
        elif field_key == key:
            result.kept[key] = kept[key]
    return result


def _kept(log: Log[V], target: V, move: Moved, referred_to: Collection[RecordKey]) -> KeptReason | None:
    record = RecordKey(move.key.kind, move.key.record)
    if log.creation(record) is None:
        return KeptReason.PENDING
    if move.before is CLEARED:
        return KeptReason.CLEARED
    if not stands(log, move.key, target):
        return KeptReason.CHANGED_SINCE
    if move.key.path == BINNED and move.before is True and record in referred_to:
        return KeptReason.REFERRED_TO
    return None


def field_of(path: str) -> str:
    """The field that a path belongs to: what a dated field was before belongs to the field."""
    return path.removeprefix(_FORMER).partition("@")[0] if path.startswith(_FORMER) else path


def stands(log: Log[V], key: FieldKey, target: V) -> bool:
    """Whether the field is still at the version that `target` gave it."""
    standing = log.heads(key)
    return standing == {target} or originals(log, key, standing) == originals(log, key, [target])


def originals(log: Log[V], key: FieldKey, versions: Iterable[V]) -> frozenset[V]:
    """The versions of the field that `versions` stand for: an undo stands for what it went back to.

    Without this, undoing the newest operation would bar the way to the one before it.
    """
    found: set[V] = set()
    waiting, met = list(versions), set[V]()
    while waiting:
        version = waiting.pop()
        if version in met:
            continue
        met.add(version)
        undone = log.undone(version)
        replaced = None if undone is None else log.replaces(key).get(undone)
        if replaced is None:
            found.add(version)
        else:
            waiting.extend(replaced)
    return frozenset(found)
