"""Undo as a new operation: reverts what still stands at the undone operation's version, lists the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from dangjian_desktop.domain.records.changes import CLEARED, FieldKey
from dangjian_desktop.sync.versions import BINNED, KeptReason, Moved, RecordKey, created, field_of, reversal

from . import changelog, tables
from .derive import CHUNK
from .references import referring
from .unit_of_work import UnitOfWork
from .versions import FileLog

_CHANGE = tables.change
_OPERATION = tables.operation

Choice = tuple[str, str | None]
"""A chosen row or cell of an operation: record id and path, or None for the whole record."""


@dataclass(slots=True)
class Undone:
    """What an undo reverted and what it left, as (kind, record, path or None)."""

    reverted: int = 0
    kept: list[tuple[str, str, str | None]] = field(default_factory=list)


def revert(work: UnitOfWork, operation: int, chosen: Collection[Choice] | None = None) -> Undone:
    """Revert `operation`, whole or only the chosen cells, inside the undo operation `work`.

    Only fields that still stand at that operation's version go back; a record it created goes to the
    bin unless something outside the operation refers to it.
    """
    result = Undone()
    held = _held(work.connection, _created(work.connection, operation, chosen))
    for rows in _pieces(work.connection, operation):
        picked = [r for r in rows if chosen is None or {(r.record, _cell(r.path)), (r.record, None)} & set(chosen)]
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for row in picked:
            by_kind[row.kind].append(row)
        for kind, of_kind in by_kind.items():
            _revert(work, operation, kind, of_kind, held, result)
    return result


def _cell(path: str | None) -> str | None:
    """The field that a person who chose a change meant."""
    return None if path is None else field_of(path)


def _revert(
    work: UnitOfWork, operation: int, kind: str, rows: Sequence[Any], held: Collection[str], result: Undone
) -> None:
    log = FileLog(work.connection, kind, sorted({row.record for row in rows}))
    moves = [
        created(RecordKey(kind, row.record))
        if row.path is None
        else Moved(FieldKey(kind, row.record, row.path), CLEARED if row.cleared else changelog.load(row.before))
        for row in rows
    ]
    found = reversal(log, operation, moves, {RecordKey(kind, record) for record in held})
    for key, why in found.kept.items():
        result.kept.append((kind, key.record, None if why is KeptReason.REFERRED_TO else key.path))
    born = {row.record for row in rows if row.path is None}
    binned = [key.record for key in found.back if key.path == BINNED and key.record in born]
    edits: dict[str, dict[str, Any]] = defaultdict(dict)
    for key, value in found.back.items():
        if key.path != BINNED or key.record not in born:
            edits[key.record][key.path] = value
    result.reverted += work.change_many(kind, edits) if edits else 0
    result.reverted += work.bin(kind, binned) if binned else 0


def _pieces(connection: Connection, operation: int) -> Iterator[Sequence[Any]]:
    after = -1
    while True:
        rows = connection.execute(
            select(_CHANGE)
            .where(_CHANGE.c.operation == operation, _CHANGE.c.ordinal > after)
            .order_by(_CHANGE.c.ordinal)
            .limit(CHUNK)
        ).all()
        if not rows:
            return
        # A record is not cut in two: what a dated field was before goes or stays with the field.
        last, end = rows[-1].record, len(rows)
        while len(rows) == CHUNK and end and rows[end - 1].record == last:
            end -= 1
        yield rows[: end or None]
        after = rows[end - 1].ordinal


def _created(connection: Connection, operation: int, chosen: Collection[Choice] | None) -> dict[str, set[str]]:
    created: dict[str, set[str]] = defaultdict(set)
    for kind, record in connection.execute(
        select(_CHANGE.c.kind, _CHANGE.c.record).where(_CHANGE.c.operation == operation, _CHANGE.c.path.is_(None))
    ):
        if chosen is None or (record, None) in chosen:
            created[kind].add(record)
    return created


def _held(connection: Connection, created: dict[str, set[str]]) -> set[str]:
    """The created records that a standing record refers to which this undo does not take away, or which stays so."""
    inside = {record for records in created.values() for record in records}
    held: set[str] = set()
    within: dict[str, list[str]] = defaultdict(list)
    for kind, records in created.items():
        for found in referring(connection, kind, records):
            if found.record in inside:
                within[found.record].append(found.target)
            else:
                held.add(found.target)
    # A member who is kept keeps the branch that came with him.
    waiting = list(held)
    while waiting:
        for target in within[waiting.pop()]:
            if target not in held:
                held.add(target)
                waiting.append(target)
    return held


UNDOABLE = ("edit", "import", "redo", "restore")


def undone_by(connection: Connection, operation: int) -> int | None:
    """The standing undo (or redo, for an undo) of an operation, or None."""
    for (candidate,) in connection.execute(
        select(_OPERATION.c.id)
        .where(_OPERATION.c.undoes == operation, _OPERATION.c.nature.in_(("undo", "redo")))
        .order_by(_OPERATION.c.id.desc())
    ):
        if undone_by(connection, candidate) is None:
            return int(candidate)
    return None


def newest_undoable(connection: Connection, account: str, origins: Sequence[int]) -> Any | None:
    """The newest operation of this account on this device that stands and can be undone."""
    rows = connection.execute(
        select(_OPERATION)
        .where(_OPERATION.c.account == account, _OPERATION.c.origin.in_(origins), _OPERATION.c.nature.in_(UNDOABLE))
        .order_by(_OPERATION.c.id.desc())
    )
    return next((row for row in rows if undone_by(connection, row.id) is None), None)


def newest_redoable(connection: Connection, account: str, origins: Sequence[int]) -> Any | None:
    """The newest standing undo of this account on this device with no newer edit after it."""
    rows = connection.execute(
        select(_OPERATION)
        .where(_OPERATION.c.account == account, _OPERATION.c.origin.in_(origins))
        .order_by(_OPERATION.c.id.desc())
    )
    for row in rows:
        if row.nature == "undo" and undone_by(connection, row.id) is None:
            return row
        if row.nature not in ("undo", "redo"):
            return None
    return None
