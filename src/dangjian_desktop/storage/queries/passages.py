"""Ledger entries as they stood on a day, read from their passages; most rows say themselves what still holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, case, exists, func, or_, select

from dangjian_desktop.domain.ledgers import passages as rules

from .. import tables

_ENTRY, _PASSAGE = tables.ledger_entry, tables.passage
_PIECE = 900
_COLUMNS = ("id", "template", "state", "due_on", "opened_on", "state_on", "settled_on")


class EntryOnDay(NamedTuple):
    """What held of one entry on a day."""

    id: str
    state: str | None
    due: str | None
    opened_on: str | None
    settled_on: str | None


def standing(
    connection: Connection, day: date, terminal: Mapping[str, Collection[str]], ids: Sequence[str] | None = None
) -> list[EntryOnDay]:
    """The entries (all, or those of `ids`) that were opened by `day`, as they stood then.

    `terminal` names the settling states by ledger. Entries of an unknown ledger are told, as never settled.
    """
    seen = day.isoformat()
    found: list[EntryOnDay] = []
    moved: list[Row[Any]] = []
    for row in _entries(connection, ids):
        if row.state_on is None or row.state_on <= seen:
            found.append(EntryOnDay(row.id, row.state, row.due_on, row.opened_on, row.settled_on))
        elif row.opened_on <= seen:
            moved.append(row)
    sets = _passages(connection, [row.id for row in moved])
    for row in moved:
        known = rules.steps(sets[row.id], row.due_on)
        step = rules.on_day(known, seen)
        if step is not None:
            settled = rules.settled_on(known, terminal.get(row.template, ()), seen)
            found.append(EntryOnDay(row.id, step.state, step.due, row.opened_on, settled))
    return found


def changed_since(connection: Connection, day: date) -> bool:
    """Whether any entry was opened or moved after `day`: if none was, the rows say what held then."""
    later = select(_ENTRY.c.rid).where(_ENTRY.c.state_on > day.isoformat()).limit(1)
    return connection.execute(later).first() is not None


DATED = ("state", "due_on")
"""Columns of an entry that its passages tell for a day."""


def then(name: str, day: date) -> ColumnElement[Any]:
    """The state or the deadline of an entry on a day, for conditions and order of a list; nothing before it opened.

    It is the newest passage whose own day has come, as `domain.ledgers.passages.steps` has it.
    """
    seen, one, earlier = day.isoformat(), _PASSAGE.alias(), _PASSAGE.alias()
    first = ~exists().where(earlier.c.record == one.c.record, earlier.c.key < one.c.key)
    come = case((first, _first_day(one.c.day)), else_=_last_day(one.c.day)) <= seen
    told = one.c.state if name == "state" else one.c.due
    held = select(told).where(one.c.record == _ENTRY.c.id, come).order_by(one.c.key.desc()).limit(1).scalar_subquery()
    moved_on = _ENTRY.c.state_on > seen
    return case((moved_on, held), else_=_ENTRY.c[name])


def _first_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.substr(column + "-01-01", 1, 10)


def _last_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    month = func.date(column + "-01", "+1 month", "-1 day")
    return case((func.length(column) == 7, month), (func.length(column) == 4, column + "-12-31"), else_=column)


def opened_by(day: date) -> ColumnElement[bool]:
    """The condition that an entry was opened by a day."""
    return or_(_ENTRY.c.opened_on.is_(None), _ENTRY.c.opened_on <= day.isoformat())


def _entries(connection: Connection, ids: Sequence[str] | None) -> Iterable[Row[Any]]:
    columns = select(*(_ENTRY.c[name] for name in _COLUMNS))
    if ids is None:
        yield from connection.execute(columns.where(_ENTRY.c.binned.is_(False)))
        return
    for start in range(0, len(ids), _PIECE):
        yield from connection.execute(columns.where(_ENTRY.c.id.in_(ids[start : start + _PIECE]))).all()


def _passages(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for start in range(0, len(ids), _PIECE):
        rows = connection.execute(select(_PASSAGE).where(_PASSAGE.c.record.in_(ids[start : start + _PIECE])))
        for row in rows.mappings():
            found[row["record"]][row["key"]] = dict(row)
    return found
