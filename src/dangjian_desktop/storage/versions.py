"""The log of a data file as the rules of `sync.versions` ask it: versions are numbers of operations in this file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from dangjian_desktop.domain.records.changes import FieldKey
from dangjian_desktop.sync.versions import RecordKey

from . import changelog, tables
from .shape import SHAPES, among

_CHANGE, _HEAD, _OPERATION = tables.change, tables.head, tables.operation

Cell = tuple[str, str]
"""Record and path."""


class FileLog:
    """Answers for the records it was given beforehand in few queries, and goes to the tables for the rare rest."""

    def __init__(self, connection: Connection, kind: str, records: Collection[str]) -> None:
        self._connection = connection
        self._kind = kind
        self._heads: dict[Cell, set[int]] = defaultdict(set)
        self._replaces: dict[FieldKey, dict[int, frozenset[int]]] = {}
        self._asked: set[str] = set()
        self._undone: dict[int, int | None] = {}
        table = SHAPES[kind].table
        makers = connection.execute(select(table.c.id, table.c.op).where(among(table.c.id, records))).all()
        self._makers: dict[str, int] = {record: operation for record, operation in makers}  # noqa: C416 (rows)
        for record, path, operation in connection.execute(
            select(_HEAD.c.record, _HEAD.c.path, _HEAD.c.operation).where(among(_HEAD.c.record, records))
        ).all():
            self._heads[(record, path)].add(operation)

    def moved_heads(self, record: str, path: str) -> set[int] | None:
        """The standing versions of a field that moved on from its creation, else None."""
        return self._heads.get((record, path))

    def heads(self, key: FieldKey) -> frozenset[int]:
        """The standing versions of the field."""
        moved = self._heads.get((key.record, key.path))
        return frozenset(moved or [self._makers[key.record]])

    def creation(self, record: RecordKey) -> int | None:
        """The operation that created the record."""
        return self._makers.get(record.record)

    def undone(self, version: int) -> int | None:
        """The operation that `version` undid, if it is an undo."""
        if version not in self._undone:
            self._undone[version] = self._connection.execute(
                select(_OPERATION.c.undoes).where(_OPERATION.c.id == version)
            ).scalar_one_or_none()
        return self._undone[version]

    def replaces(self, key: FieldKey) -> Mapping[int, frozenset[int]]:
        """What each change of the field replaced."""
        if key.path not in self._asked:
            # Whoever asks this of one record mostly asks it of all: a redo would go to the table for each of them.
            self._asked.add(key.path)
            rows = self._connection.execute(
                select(_CHANGE.c.record, _CHANGE.c.operation, _CHANGE.c.replaces).where(
                    among(_CHANGE.c.record, self._makers), _CHANGE.c.path == key.path
                )
            )
            for record, operation, replaces in rows:
                found = self._replaces.setdefault(FieldKey(self._kind, record, key.path), {})
                found[operation] = frozenset(changelog.load(replaces) or [self._makers[record]])
        return self._replaces.get(key, {})


def kept_values(connection: Connection, records: Collection[str]) -> set[Cell]:
    """The fields of `records` whose changes still hold values that no clearing took out."""
    rows = connection.execute(
        select(_CHANGE.c.record, _CHANGE.c.path)
        .where(among(_CHANGE.c.record, records), _CHANGE.c.path.is_not(None), _CHANGE.c.cleared.is_(False))
        .distinct()
    )
    return {(row.record, row.path) for row in rows}
