"""What a person does on one machine, as operations: create, edit, bin, decide, clear, undo.

These functions make the operation and change nothing; `State.adding` takes it in. Each gives None
when there is nothing to record. The unit of work of a data file follows the same rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from dangjian_desktop.domain.records.changes import CLEARED, Change, Creation, FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.clearing import CLEAR
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.versions import BINNED, KeptReason, Moved, RecordKey, covering, created, reversal


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes where: the incarnation of this device, the account's display name, the moment."""

    origin: str
    account: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class UndoOutcome:
    """The operation that undoes, if anything could be undone, and the fields that were left alone."""

    operation: Operation | None
    kept: Mapping[FieldKey, KeptReason]


def create(state: LogState, author: Author, label: str, creations: Iterable[Creation]) -> Operation | None:
    """New records; a creation carries final values, so nothing else in the operation changes them."""
    return _operation(state, author, label, "edit", creations=tuple(creations))


def edit(state: LogState, author: Author, label: str, values: Mapping[FieldKey, Value]) -> Operation | None:
    """New values; a field in conflict is decided by it, because its writer saw what stands."""
    moved = {
        key: value for key, value in values.items() if value != state.value(key) or state.conflict(key) is not None
    }
    return _operation(state, author, label, "edit", changes=_changes(state, moved))


def move_to_bin(state: LogState, author: Author, label: str, records: Iterable[RecordKey]) -> Operation | None:
    """Put records into the recycle bin; nothing of them is lost."""
    return edit(state, author, label, {FieldKey(*record, BINNED): True for record in records})


def resolve(state: LogState, author: Author, label: str, decisions: Mapping[FieldKey, Value]) -> Operation | None:
    """A person's decisions about fields in conflict; decisions about other fields are dropped."""
    asked = {key: value for key, value in decisions.items() if state.conflict(key) is not None}
    return _operation(state, author, label, "merge", changes=_changes(state, asked))


def clear(state: LogState, author: Author, label: str, keys: Iterable[FieldKey]) -> Operation | None:
    """Take values out of the fields, here and wherever the operation comes; it cannot be undone.

    It names what `versions.covering` says.
    """
    changes = []
    for key in keys:
        history = state.history(key)
        if all(version.cleared or version.value is None for version in history):
            continue
        changes.append(Change(key, CLEARED, CLEARED, covering(state, key)))
    return _operation(state, author, label, CLEAR, changes=tuple(changes))


def undo(
    state: LogState,
    author: Author,
    label: str,
    target: OpId,
    *,
    keys: Collection[FieldKey] | None = None,
    referred_to: Collection[RecordKey] = (),
) -> UndoOutcome:
    """Put back what `target` changed, wherever the field is still at that version; of `keys` only, if given.

    A created record goes to the bin unless it is in `referred_to`. Undoing an undo is redo.
    """
    source = state.operations[target]
    moves = [created(RecordKey(new.kind, new.record)) for new in source.creations]
    moves += [Moved(change.key, change.before) for change in source.changes]
    found = reversal(state, target, [move for move in moves if keys is None or move.key in keys], referred_to)
    nature = "redo" if source.nature == "undo" else "undo"
    return UndoOutcome(
        _operation(state, author, label, nature, changes=_changes(state, found.back), undoes=target), found.kept
    )


def _changes(state: LogState, values: Mapping[FieldKey, Value]) -> tuple[Change, ...]:
    for key in values:
        if RecordKey(key.kind, key.record) not in state.creations:
            raise KeyError(key)
    return tuple(Change(key, state.value(key), value, state.heads(key)) for key, value in values.items())


def _operation(
    state: LogState,
    author: Author,
    label: str,
    nature: str,
    *,
    creations: tuple[Creation, ...] = (),
    changes: tuple[Change, ...] = (),
    undoes: OpId | None = None,
) -> Operation | None:
    if not creations and not changes:
        return None
    number = OpId(author.origin, state.seen.get(author.origin, 0) + 1)
    known = state.vector(author.origin)
    advanced = {
        origin: seq for origin, seq in state.seen.items() if origin != author.origin and seq > known.get(origin, 0)
    }
    stamp = state.lamport + 1
    return Operation(number, stamp, author.at, author.account, label, nature, creations, changes, undoes, advanced)
