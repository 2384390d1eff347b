"""Writing many rows past SQLAlchemy, which costs more than the database: column by column, not row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Connection, Table, text

from .derive import Templates, entry_columns, index_names, member_columns
from .shape import BINNED, KindShape, SetShape


def insert_columns(connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Insert rows given as equally long columns by name."""
    # Binding None takes the driver ten times as long as binding a text: columns that are empty throughout are left out.
    kept = {name: values for name, values in columns.items() if any(value is not None for value in values)}
    named = ", ".join(f'"{name}"' for name in kept)
    marks = ", ".join("?" * len(kept))
    rows = list(zip(*kept.values(), strict=True))
    if rows:
        connection.exec_driver_sql(f'INSERT INTO "{table.name}" ({named}) VALUES ({marks})', rows)


def insert_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows given as mappings that all have the same keys."""
    if rows:
        insert_columns(connection, table, {name: [row[name] for row in rows] for name in rows[0]})


def insert_created(
    connection: Connection,
    shape: KindShape,
    ids: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    operation: int,
    templates: Templates,
) -> None:
    """Insert new records of one kind with their keyed sets, derived columns and search entries."""
    table = shape.table
    first_rid = connection.execute(text(f"SELECT coalesce(max(rid), 0) + 1 FROM {table.name}")).scalar_one()
    derived = _derived(shape, rows, templates)
    columns: dict[str, Sequence[Any]] = {
        "rid": range(first_rid, first_rid + len(rows)),
        "id": ids,
        "op": [operation] * len(rows),
    }
    given = set().union(*rows)
    for column in table.columns:
        name = column.name
        if name in derived[0]:
            columns[name] = [values[name] for values in derived]
        elif name == BINNED:
            columns[name] = [bool(row.get(name)) for row in rows]
        elif name in given and name not in columns:
            values = [row.get(name) for row in rows]
            columns[name] = _as_json(values) if isinstance(column.type, JSON) else values
    insert_columns(connection, table, columns)
    for name, child in shape.sets.items():
        _insert_children(connection, child, [(i, row[name]) for i, row in zip(ids, rows, strict=True) if row.get(name)])
    if shape.name == "member":
        names = [(first_rid + i, str(row["name"])) for i, row in enumerate(rows)]
        index_names(connection, names, fresh=True)


def _as_json(values: Sequence[Any]) -> list[str | None]:
    # An empty map is no map, as `none_as_null` says of the column.
    return [json.dumps(value, ensure_ascii=False) if value else None for value in values]


def _insert_children(
    connection: Connection, child: SetShape, sets: Sequence[tuple[str, Mapping[str, Mapping[str, Any]]]]
) -> None:
    found = [(record, key, value) for record, members in sets for key, value in members.items()]
    columns: dict[str, list[Any]] = {"record": [f[0] for f in found], "key": [f[1] for f in found]}
    for name in child.columns:
        columns[name] = [value.get(name) for _, _, value in found]
    insert_columns(connection, child.table, columns)


def _derived(shape: KindShape, rows: Sequence[Mapping[str, Any]], templates: Templates) -> list[dict[str, Any]]:
    if shape.name == "member":
        return [
            member_columns(
                row["name"],
                [{**stay, "key": key} for key, stay in (row.get("memberships") or {}).items()],
                (row.get("categories") or {}).values(),
            )
            for row in rows
        ]
    if shape.name == "ledger_entry":
        return [entry_columns(row["template"], row.get("values"), templates) for row in rows]
    return [{}]
