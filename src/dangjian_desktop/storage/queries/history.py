"""Reading the log: operations, their changes, one record's history."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, text

from .. import changelog, undo
from ..models import ChangeRow, OperationRow, Origin
from ..shape import SHAPES, table_of

_CHANGE, _OPERATION, _ORIGIN = table_of(ChangeRow), table_of(OperationRow), table_of(Origin)


class OperationLine(NamedTuple):
    """One operation as listed; `records` counts what it touched by kind."""

    id: int
    label: str
    nature: str
    at: str
    by: str
    device: str
    undone: bool
    records: dict[str, int]


class ChangeLine(NamedTuple):
    """One change as listed; `path` None is the creation."""

    operation: int
    label: str
    at: str
    by: str
    device: str
    kind: str
    record: str
    path: str | None
    before: Any
    after: Any
    cleared: bool


def operations(connection: Connection, limit: int, before: int | None = None) -> list[OperationLine]:
    """The newest operations first."""
    statement = (
        select(_OPERATION, _ORIGIN.c.name.label("device"))
        .join(_ORIGIN, _ORIGIN.c.id == _OPERATION.c.origin)
        .order_by(_OPERATION.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_OPERATION.c.id < before)
    return [
        OperationLine(
            r.id,
            r.label,
            r.nature,
            r.at,
            r.account,
            r.device,
            undo.undone_by(connection, r.id) is not None,
            json.loads(r.touched),
        )
        for r in connection.execute(statement)
    ]


def operation(connection: Connection, number: int) -> Any | None:
    """The row of one operation, or None."""
    return connection.execute(select(_OPERATION).where(_OPERATION.c.id == number)).one_or_none()


def changes_of(connection: Connection, number: int, limit: int = 2_000) -> list[ChangeLine]:
    """The changes of one operation in their order."""
    row = operation(connection, number)
    if row is None:
        return []
    last = min(row.last_change, row.first_change + limit - 1)
    return _lines(connection, "c.id BETWEEN :first AND :last", {"first": row.first_change, "last": last}, "c.id")


def history(connection: Connection, kind: str, record: str) -> list[ChangeLine]:
    """Everything that happened to one record, oldest first, its creation included."""
    table = SHAPES[kind].table
    created = connection.execute(
        text(
            "SELECT c.id FROM change c JOIN operation o ON c.id BETWEEN o.first_change AND o.last_change"
            f" WHERE o.id = (SELECT op FROM {table.name} WHERE id = :record) AND c.record = :record AND c.path IS NULL"
        ),
        {"record": record},
    ).scalar_one_or_none()
    lines = _lines(connection, "c.id = :id", {"id": created}, "c.id") if created is not None else []
    return lines + _lines(connection, "c.record = :record AND c.path IS NOT NULL", {"record": record}, "c.id")


def _lines(connection: Connection, where: str, marks: dict[str, Any], order: str) -> list[ChangeLine]:
    rows = connection.execute(
        text(
            "SELECT o.id, o.label, o.at, o.account, g.name, c.kind, c.record, c.path, c.before, c.after, c.cleared"
            " FROM change c"
            " JOIN operation o ON o.id = (SELECT p.id FROM operation p WHERE p.first_change <= c.id"
            " ORDER BY p.first_change DESC, p.id DESC LIMIT 1)"
            f" JOIN origin g ON g.id = o.origin WHERE {where} ORDER BY {order}"
        ),
        marks,
    )
    return [
        ChangeLine(
            r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], changelog.load(r[8]), changelog.load(r[9]), bool(r[10])
        )
        for r in rows
    ]


def own_origins(connection: Connection) -> Sequence[int]:
    """The incarnations of this device in this file."""
    return list(
        connection.execute(
            text(
                "SELECT id FROM origin WHERE device = (SELECT json_extract(value, '$') FROM setting"
                " WHERE key = 'device.id')"
            )
        ).scalars()
    )
