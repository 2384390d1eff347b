"""Which versions of a field there are in the log and which of them stand, as numbers of operations in this file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection, select, text

from . import changelog, tables
from .shape import SHAPES

_CHANGE, _HEAD, _OPERATION = tables.change, tables.head, tables.operation
_UNDONE = _OPERATION.alias("undone")

Cell = tuple[str, str]
"""Record and path."""


def heads(connection: Connection, records: Sequence[str]) -> dict[Cell, set[int]]:
    """The standing versions of every field of `records` that moved on from its creation."""
    found: dict[Cell, set[int]] = defaultdict(set)
    for row in connection.execute(
        select(_HEAD.c.record, _HEAD.c.path, _HEAD.c.operation).where(_HEAD.c.record.in_(records))
    ):
        found[(row.record, row.path)].add(row.operation)
    return found


def written(connection: Connection, records: Sequence[str]) -> dict[Cell, dict[int, bool]]:
    """By field the operations that moved it, and whether what they wrote has been cleared."""
    found: dict[Cell, dict[int, bool]] = defaultdict(dict)
    marks = {f"r{i}": record for i, record in enumerate(records)}
    rows = connection.execute(
        text(
            "SELECT c.record, c.path, c.cleared, c.operation FROM change c"
            f" WHERE c.path IS NOT NULL AND c.record IN ({', '.join(f':{mark}' for mark in marks)})"
        ),
        marks,
    )
    for record, path, cleared, operation in rows:
        found[(record, path)][operation] = bool(cleared)
    return found


def stands(connection: Connection, kind: str, record: str, path: str, standing: set[int], operation: int) -> bool:
    """Whether the field, with the heads `standing`, is still at the version that `operation` gave it.

    An undo stands for what it went back to, as `sync.edits` has it: otherwise undoing the newest edit of
    a field would bar the way to the one before it.
    """
    if standing == {operation}:
        return True
    return _originals(connection, kind, record, path, standing) == _originals(
        connection, kind, record, path, {operation}
    )


def _originals(connection: Connection, kind: str, record: str, path: str, versions: set[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(versions)
    while waiting:
        version = waiting.pop()
        undone = connection.execute(
            select(_CHANGE.c.replaces)
            .join(_UNDONE, _CHANGE.c.operation == _UNDONE.c.id)
            .join(_OPERATION, _OPERATION.c.undoes == _UNDONE.c.id)
            .where(_OPERATION.c.id == version, _CHANGE.c.record == record, _CHANGE.c.path == path)
        ).one_or_none()
        if undone is None:
            found.add(version)
        elif undone.replaces is None:
            table = SHAPES[kind].table
            waiting.append(connection.execute(select(table.c.op).where(table.c.id == record)).scalar_one())
        else:
            waiting.extend(changelog.load(undone.replaces))
    return found
