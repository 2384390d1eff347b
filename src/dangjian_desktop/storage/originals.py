"""What records were created with: not kept twice, but the row as it is, wound back where a field moved on."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from dangjian_desktop.domain.records.changes import CLEARED, Value
from dangjian_desktop.sync.layout import UNIT, Layout, Leaf

from . import changelog, layouts, tables
from .derive import chunks
from .reach import unit_of
from .reading import read_records
from .shape import BINNED, SHAPES, KindShape, flat_values

_CHANGE = tables.change


def told(path: str, logged: str | None) -> Value:
    """A value of the log; not lying in the bin is no value, as at creation."""
    value = changelog.load(logged)
    return None if path == BINNED and value is False else value


def first_values(connection: Connection, kind: str, records: Sequence[str]) -> dict[str, dict[str, Value]]:
    """What each record was created with, by path; `CLEARED` for what a clearing took out, whether or not it was there.

    Raises `KeyError` for an unknown record.
    """
    shape = SHAPES[kind]
    found: dict[str, dict[str, Value]] = {}
    for piece in chunks(records):
        makers: dict[str, int] = {}
        for record, row in read_records(connection, shape, piece).items():
            found[record] = flat_values(shape, row)
            makers[record] = row["op"]
        wound: set[tuple[str, str]] = set()
        for record, path, before, cleared in _first_moves(connection, piece, makers):
            if (record, path) not in wound:
                wound.add((record, path))
                _wind(found[record], path, CLEARED if cleared else told(path, before))
    return found


def _wind(values: dict[str, Value], path: str, value: Value) -> None:
    values.pop(path, None)
    if value is not None:
        values[path] = value


def _first_moves(
    connection: Connection, records: Sequence[str], makers: Mapping[str, int]
) -> Iterable[tuple[str, str, str | None, bool]]:
    """The moves that started from the creation itself, as (record, path, before, cleared)."""
    rows = connection.execute(
        select(_CHANGE.c.record, _CHANGE.c.path, _CHANGE.c.before, _CHANGE.c.replaces, _CHANGE.c.cleared)
        .where(_CHANGE.c.record.in_(records), _CHANGE.c.path.is_not(None))
        .order_by(_CHANGE.c.operation, _CHANGE.c.ordinal)
    )
    for row in rows:
        replaced = changelog.load(row.replaces)
        if replaced is None or makers[row.record] in replaced:
            yield row.record, row.path, row.before, bool(row.cleared)


def leaves_of(shape: KindShape, values: Mapping[str, Value], row: Any, cuts: Mapping[int, Layout]) -> list[Leaf]:
    """The leaves of a creation in their order, with what is left of their values; `row` is the creation's in the log.

    `values` are its first values; what was cleared is left out.
    """
    left = {path: value for path, value in values.items() if value is not CLEARED}
    if row.leaves is None:
        return layouts.cut_again(shape, cuts[row.layout], nested(shape, left), left)
    return [picked(shape, left, name, paths) for name, paths in json.loads(row.leaves)]


def picked(shape: KindShape, values: Mapping[str, Value], name: str, paths: Sequence[str]) -> Leaf:
    """One leaf with those of its paths that have a value."""
    leaf = Leaf(name, {path: values[path] for path in paths if path in values})
    if UNIT in paths and (unit := unit_of(shape, nested(shape, values))) is not None:
        leaf.values[UNIT] = unit
    return leaf


def nested(shape: KindShape, values: Mapping[str, Value]) -> dict[str, Any]:
    """Flat values as a row with its sets."""
    row: dict[str, Any] = defaultdict(dict)
    for path, value in values.items():
        name, _, key = path.partition(".")
        if key and name in shape.sets:
            row[name][key] = value
        elif not key:
            row[name] = value
    return dict(row)


def makers_of(connection: Connection, moves: Iterable[Any]) -> dict[str, int]:
    """The operation that created each record of moves that replace the creation alone."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for entry in moves:
        if entry.replaces is None and entry.kind in SHAPES:
            by_kind[entry.kind].add(entry.record)
    found: dict[str, int] = {}
    for kind, records in by_kind.items():
        table = SHAPES[kind].table
        for piece in chunks(sorted(records)):
            rows = connection.execute(select(table.c.id, table.c.op).where(table.c.id.in_(piece)))
            found.update({row.id: row.op for row in rows})
    return found
