"""Operations read back from the log as the domain knows them: what a package carries to another office.

A creation is not kept twice: its values are the row, wound back by the `before` of what moved since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, text

from dangjian_desktop.domain.records.changes import CLEARED, Change, Creation, FieldKey, Operation, OpId
from dangjian_desktop.sync.header import decode

from . import changelog, tables
from .originals import first_values, makers_of, told

_CHANGE, _OPERATION, _ORIGIN = tables.change, tables.operation, tables.origin


def origins(connection: Connection) -> dict[str, int]:
    """Every incarnation this file has operations of, with the highest number it has."""
    rows = connection.execute(
        text("SELECT g.incarnation, max(o.seq) FROM operation o JOIN origin g ON g.id = o.origin GROUP BY g.id")
    )
    return {row[0]: row[1] for row in rows}


def operations_since(connection: Connection, origin: str, seq: int, limit: int | None = None) -> list[Operation]:
    """The operations of one incarnation after number `seq`, in their order, as clearings left them.

    `limit` caps how many; an import of a whole street is one operation. What a clearing emptied is
    `CLEARED`; a creation then does not tell whether the cleared field had a value at first.
    """
    statement = (
        select(_OPERATION)
        .join(_ORIGIN, _ORIGIN.c.id == _OPERATION.c.origin)
        .where(_ORIGIN.c.incarnation == origin, _OPERATION.c.seq > seq)
        .order_by(_OPERATION.c.seq)
        .limit(limit)
    )
    names = _names(connection)
    return [_operation(connection, row, names) for row in connection.execute(statement).all()]


def _names(connection: Connection) -> dict[int, OpId]:
    rows = connection.execute(
        text("SELECT o.id, g.incarnation, o.seq FROM operation o JOIN origin g ON g.id = o.origin")
    )
    return {number: OpId(incarnation, seq) for number, incarnation, seq in rows}


def _operation(connection: Connection, row: Any, names: Mapping[int, OpId]) -> Operation:
    logged = connection.execute(select(_CHANGE).where(_CHANGE.c.operation == row.id).order_by(_CHANGE.c.ordinal)).all()
    created: dict[str, list[str]] = defaultdict(list)
    for entry in logged:
        if entry.path is None:
            created[entry.kind].append(entry.record)
    born = {kind: first_values(connection, kind, records) for kind, records in created.items()}
    moves = [entry for entry in logged if entry.path is not None]
    makers = makers_of(connection, moves)
    return Operation(
        names[row.id],
        row.lamport,
        row.at,
        row.account,
        row.label,
        row.nature,
        tuple(
            Creation(entry.kind, entry.record, born[entry.kind][entry.record]) for entry in logged if entry.path is None
        ),
        tuple(_change(entry, names, makers) for entry in moves),
        None if row.undoes is None else names[row.undoes],
        decode(row.header).depends,
    )


def _change(entry: Any, names: Mapping[int, OpId], makers: Mapping[str, int]) -> Change:
    replaced = changelog.load(entry.replaces) or [makers[entry.record]]
    return Change(
        FieldKey(entry.kind, entry.record, entry.path),
        CLEARED if entry.cleared else told(entry.path, entry.before),
        CLEARED if entry.cleared else told(entry.path, entry.after),
        frozenset(names[number] for number in replaced),
    )
