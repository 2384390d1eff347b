"""Whole records as the unit of work sees them: columns, sets and maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from .derive import chunks
from .shape import KindShape, among


def read_records(connection: Connection, shape: KindShape, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Records by id with their sets (`{key: value}`) and maps; raises `KeyError` for an unknown id."""
    found: dict[str, dict[str, Any]] = {}
    for piece in chunks(ids):
        rows = connection.execute(select(shape.table).where(among(shape.table.c.id, piece)))
        columns = tuple(rows.keys())
        for row in rows.all():
            record = dict(zip(columns, row, strict=True))
            for name in shape.sets:
                record[name] = {}
            found[record["id"]] = record
        for name, child in shape.sets.items():
            members = connection.execute(
                select(child.table.c.record, child.table.c.key, *(child.table.c[c] for c in child.columns))
                .where(among(child.table.c.record, piece))
                .order_by(child.table.c.rid)
            )
            for owner, key, *values in members.all():
                if owner in found:
                    told = zip(child.columns, values, strict=True)
                    found[owner][name][key] = {column: value for column, value in told if value is not None}
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
