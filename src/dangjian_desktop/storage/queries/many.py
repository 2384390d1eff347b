"""Very many rows of a query in pieces: objects of their own for each would cost more than reading them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select

_PIECE = 2_000


def rows(connection: Connection, statement: Select[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows as the driver gives them: plain texts and numbers, nothing made of them."""
    result = connection.execute(statement)
    cursor = result.cursor
    assert cursor is not None
    try:
        while piece := cursor.fetchmany(_PIECE):
            yield from piece
    finally:
        result.close()
