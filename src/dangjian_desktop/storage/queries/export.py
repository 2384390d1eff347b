"""Rows for a bulk export: column by column as stored, in the order asked for, a few thousand at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from ..shape import SHAPES

_PIECE = 4_000


def stored_rows(
    connection: Connection, kind: str, ids: Sequence[str], columns: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    """Tuples of the wanted columns (derived ones too), in the order of `ids`; ids that are gone are left out.

    The driver's cursor is used as it is: rows go straight into a file, and there may be 100,000 of them.
    """
    table = SHAPES[kind].table
    unknown = [name for name in columns if name not in table.c]
    if unknown:
        raise KeyError(unknown[0])
    names = ", ".join(f'"{name}"' for name in ("id", *columns))
    statement = f"SELECT {names} FROM {table.name} WHERE id IN (SELECT value FROM json_each(?))"
    raw = connection.connection.cursor()
    try:
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            raw.execute(statement, (json.dumps(piece),))
            found = {row[0]: row for row in raw.fetchall()}
            for record in piece:
                if record in found:
                    yield found[record][1:]
    finally:
        raw.close()
