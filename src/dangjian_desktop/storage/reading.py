"""Whole records as the unit of work sees them: columns, sets and maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from .derive import chunks
from .shape import KindShape


def read_records(connection: Connection, shape: KindShape, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Records by id with their sets (`{key: value}`) and maps; raises `KeyError` for an unknown id."""
    found: dict[str, dict[str, Any]] = {}
    for piece in chunks(ids):
        for row in connection.execute(select(shape.table).where(shape.table.c.id.in_(piece))).mappings():
            found[row["id"]] = dict(row) | {name: {} for name in shape.sets}
        for name, child in shape.sets.items():
            rows = connection.execute(
                select(child.table).where(child.table.c.record.in_(piece)).order_by(child.table.c.rid)
            ).mappings()
            for row in rows:
                if row["record"] in found:
                    found[row["record"]][name][row["key"]] = {c: row[c] for c in child.columns if row[c] is not None}
    missing = [i for i in ids if i not in found]
    if missing:
        raise KeyError(missing[0])
    return found


def value_at(shape: KindShape, record: Mapping[str, Any], path: str) -> Any:
    """The value of a path in a record as read by `read_records`."""
    name, key = shape.split(path)
    if key is None:
        return record[name]
    return (record.get(name) or {}).get(key)
