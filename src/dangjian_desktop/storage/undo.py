"""Undo as a new operation: reverts what still stands at the undone operation's version, lists the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from . import changelog, tables, versions
from .derive import CHUNK
from .references import referring
from .shape import BINNED
from .unit_of_work import UnitOfWork

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
    connection = work.connection
    held = _held(connection, _created(connection, operation, chosen))
    for rows in _pieces(connection, operation):
        picked = [r for r in rows if chosen is None or {(r.record, _cell(r.path)), (r.record, None)} & set(chosen)]
        _revert_changes(work, operation, [r for r in picked if r.path is not None], result)
        _bin_created(work, operation, [r for r in picked if r.path is None], held, result)
    return result


def _cell(path: str | None) -> str | None:
    """The field that a change belongs to: what a dated field was before goes back with the field, or stays with it."""
    if path is None or not path.startswith("former."):
        return path
    return path.removeprefix("former.").partition("@")[0]


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
        yield rows
        after = rows[-1].ordinal


def _created(connection: Connection, operation: int, chosen: Collection[Choice] | None) -> dict[str, set[str]]:
    created: dict[str, set[str]] = defaultdict(set)
    for kind, record in connection.execute(
        select(_CHANGE.c.kind, _CHANGE.c.record).where(_CHANGE.c.operation == operation, _CHANGE.c.path.is_(None))
    ):
        if chosen is None or (record, None) in chosen:
            created[kind].add(record)
    return created


def _revert_changes(work: UnitOfWork, operation: int, rows: Sequence[Any], result: Undone) -> None:
    if not rows:
        return
    connection = work.connection
    heads = versions.heads(connection, sorted({r.record for r in rows}))
    edits: dict[str, dict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    moved_on = {
        (r.record, r.path)
        for r in rows
        if r.cleared or not versions.stands(connection, r.kind, r.record, r.path, heads[(r.record, r.path)], operation)
    }
    for row in rows:
        if (row.record, row.path) not in moved_on and (row.record, _cell(row.path)) not in moved_on:
            edits[row.kind][row.record][row.path] = changelog.load(row.before)
        elif _cell(row.path) == row.path:
            result.kept.append((row.kind, row.record, row.path))
    for kind, by_record in edits.items():
        result.reverted += work.change_many(kind, by_record)


def _bin_created(work: UnitOfWork, operation: int, rows: Sequence[Any], held: set[str], result: Undone) -> None:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row.record)
    for kind, records in by_kind.items():
        moved = {
            record
            for (record, path), heads in versions.heads(work.connection, records).items()
            if path == BINNED and not versions.stands(work.connection, kind, record, path, heads, operation)
        }
        result.kept.extend((kind, r, BINNED) for r in records if r in moved)
        result.kept.extend((kind, r, None) for r in records if r in held - moved)
        result.reverted += work.bin(kind, [r for r in records if r not in held | moved])


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
