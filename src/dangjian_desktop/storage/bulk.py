"""Writing many rows past SQLAlchemy, which costs more than the database: column by column, not row by row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Table, text

from . import pump
from .derive import Templates, entry_columns, index_names, member_columns, organisation_columns
from .shape import BINNED, KindShape, SetShape


def insert_columns(
    connection: Connection, table: Table, columns: Mapping[str, Sequence[Any]], fixed: Mapping[str, Any] | None = None
) -> None:
    """Insert rows given as equally long columns by name; `fixed` are values that all of the rows share."""
    # Binding None takes the driver ten times as long as binding a text: a column that is empty throughout is left
    # out, and in one that is empty in places an empty text stands for nothing, where the column holds none of its own.
    kept: dict[str, Sequence[Any]] = {}
    marks: list[str] = []
    for name, values in columns.items():
        missing = values.count(None) if isinstance(values, list) else 0
        if missing == len(values):
            continue
        stands_in = missing > 0 and "" not in values
        kept[name] = ["" if value is None else value for value in values] if stands_in else values
        marks.append("NULLIF(?, '')" if stands_in else "?")
    if kept:
        fixed = fixed or {}
        named = ", ".join(f'"{name}"' for name in (*fixed, *kept))
        pump.insert(connection, f'"{table.name}" ({named})', marks, list(kept.values()), tuple(fixed.values()))


LOAD_ROWS = 20_000
"""From so many new rows on, building an index anew is cheaper than adding to it row by row."""


@contextmanager
def loading(connection: Connection, tables: Sequence[Table], rows: int) -> Iterator[None]:
    """Put in `rows` rows of `tables` the faster way: through a pump, and without the plain indexes meanwhile.

    Within the one transaction: nobody else sees the tables without their indexes, and a cut brings them back.
    Inside the block the connection may be used only by the functions of this module.
    """
    if rows < LOAD_ROWS:
        yield
        return
    dropped: list[str] = []
    for table in tables:
        if connection.execute(text(f'SELECT count(*) FROM "{table.name}"')).scalar_one() < rows:
            dropped += _drop_indexes(connection, table.name)
    with pump.pumping(connection):
        yield
    for statement in dropped:
        connection.exec_driver_sql(statement)


def _drop_indexes(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL"),
        {"table": table},
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [sql for _, sql in found]


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
    first_rid = pump.first_rid(connection, table.name, len(rows))
    derived = derived_columns(shape, rows, templates)
    columns: dict[str, Sequence[Any]] = {
        "rid": range(first_rid, first_rid + len(rows)),
        "id": ids,
    }
    given = set().union(*rows)
    for column in table.columns:
        name = column.name
        if name in derived:
            columns[name] = derived[name]
        elif name == BINNED and name in given:
            columns[name] = [bool(row.get(name)) for row in rows]
        elif name in given and name not in columns and name != "op":
            values = [row.get(name) for row in rows]
            columns[name] = _as_json(values) if isinstance(column.type, JSON) else values
    insert_columns(connection, table, columns, {"op": operation} | ({} if BINNED in given else {BINNED: False}))
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
    given = set().union(*(value for _, _, value in found))
    for name in child.columns:
        if name in given:
            columns[name] = [value.get(name) for _, _, value in found]
    insert_columns(connection, child.table, columns)


def derived_columns(shape: KindShape, rows: Sequence[Mapping[str, Any]], templates: Templates) -> dict[str, list[Any]]:
    """The derived columns of new records, as equally long columns by name."""
    if shape.name == "member":
        found = [
            member_columns(row, _stays(row.get("memberships") or {}), (row.get("categories") or {}).values())
            for row in rows
        ]
    elif shape.name == "organisation":
        found = [organisation_columns(row, row.get("terms") or {}) for row in rows]
    elif shape.name == "ledger_entry":
        found = [entry_columns(row["template"], row.get("values"), row.get("passages"), templates) for row in rows]
    else:
        return {}
    names = tuple(found[0])
    return dict(zip(names, map(list, zip(*map(itemgetter(*names), found), strict=True)), strict=True))


def _stays(memberships: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    if len(memberships) == 1:
        return list(memberships.values())
    return [{**stay, "key": key} for key, stay in memberships.items()]
