"""One pass over the file for everything that is counted: plain rows, dated values as they were on a day.

The driver's cursor is used as it is: at 100,000 members wrapping every row would cost more than reading it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from dangjian_desktop.domain.figures.census import (
    CategoryRow,
    EntryRow,
    MeetingRow,
    MemberRow,
    OrganisationRow,
    Snapshot,
    StayRow,
)

from . import passages
from .spans import former_history, former_values

T = TypeVar("T")
R = TypeVar("R", OrganisationRow, MemberRow)

_ORGANISATIONS = """
    SELECT id, name, short_name, kind, field, parent, stage, street_counted, founded_on, dissolved_on, committee,
           term_elected_on, term_years, term_extended_to
    FROM organisation WHERE NOT binned ORDER BY rid
"""
_MEMBERS = """
    SELECT id, name, sex, birth_on, ethnic_group, education, member_class, joined_on
    FROM member WHERE NOT binned ORDER BY rid
"""
_STAYS = """
    SELECT record, organisation, "group", from_on, in_kind, to_on, out_kind, counterpart, destination, "key"
    FROM membership ORDER BY rid
"""
_CATEGORIES = "SELECT record, category, from_on, to_on FROM category WHERE category IN ({marks})"
_MEETINGS = """
    SELECT id, meeting_kind, also_kinds, organisation, "group", substr(started_at, 1, 10)
    FROM meeting WHERE NOT binned AND started_at >= ? AND started_at < ? ORDER BY started_at
"""
_ENTRIES = """
    SELECT id, template, organisation, number, "values" FROM ledger_entry WHERE NOT binned ORDER BY number, rid
"""


def read_snapshot(
    connection: Connection,
    *,
    start: date,
    day: date,
    kinds_of: Callable[[str, str | None], frozenset[str]],
    categories: Iterable[str],
    terminal: Mapping[str, Collection[str]] | None = None,
) -> Snapshot:
    """Everything that figures need: people and organisations as of `day`, meetings from `start` to `day`.

    `kinds_of` reads a meeting's kind and its 兼作 as codes; only the named `categories` are read.
    `terminal` names the states that settle an entry, by ledger.
    """
    if not connection.in_transaction():
        # The driver's cursor begins nothing by itself, and all statements must see the same state.
        connection.begin()
    wanted = sorted(categories)
    former = former_values(connection, day)
    statement = _CATEGORIES.format(marks=",".join("?" * len(wanted)))
    return Snapshot(
        day,
        _as_of(_read(connection, _ORGANISATIONS, _as(OrganisationRow)), former),
        _as_of(_read(connection, _MEMBERS, _as(MemberRow)), former),
        _read(connection, _STAYS, _as(StayRow)),
        _read(connection, statement, _as(CategoryRow), wanted),
        _read(
            connection,
            _MEETINGS,
            lambda row: MeetingRow(row[0], kinds_of(row[1], row[2]), row[3], row[4], date.fromisoformat(row[5])),
            # Moments sort as text: everything of the last day comes before the bare text of the next sign.
            [start.isoformat(), f"{day.isoformat()}~"],
        ),
        _entries(connection, day, terminal or {}),
        former_history(connection, start, ("member_class", "committee")),
    )


def _entries(connection: Connection, day: date, terminal: Mapping[str, Collection[str]]) -> list[EntryRow]:
    """The entries that were opened by the day, with the state and the deadline that they had then."""
    then = {entry.id: entry for entry in passages.standing(connection, day, terminal)}
    rows = _read(connection, _ENTRIES, lambda row: (row, then.get(row[0])))
    return [
        EntryRow(
            row[0],
            row[1],
            row[2],
            row[3],
            entry.state or "",
            json.loads(row[4]) if row[4] else {},
            entry.opened_on or "",
            entry.settled_on,
            entry.due,
        )
        for row, entry in rows
        if entry is not None
    ]


def organisations_on(connection: Connection, day: date) -> list[OrganisationRow]:
    """The organisations alone, as of `day`."""
    return _as_of(_read(connection, _ORGANISATIONS, _as(OrganisationRow)), former_values(connection, day))


def members_on(connection: Connection, day: date, ids: Sequence[str]) -> list[MemberRow]:
    """Some members, as of `day`; those in the bin are left out."""
    statement = _MEMBERS.replace("NOT binned", "NOT binned AND id IN (SELECT value FROM json_each(?))")
    rows = _read(connection, statement, _as(MemberRow), [json.dumps(list(ids))])
    return _as_of(rows, former_values(connection, day, ids)) if rows else rows


def stays_of(connection: Connection, members: Sequence[str]) -> list[StayRow]:
    """All stays of some members."""
    return stays_where(connection, "WHERE record IN (SELECT value FROM json_each(?))", [json.dumps(list(members))])


def stays_where(connection: Connection, condition: str, parameters: Sequence[str]) -> list[StayRow]:
    """The stays of a condition in text, which begins with WHERE."""
    return _read(connection, _STAYS.replace("ORDER BY", f"{condition} ORDER BY"), _as(StayRow), parameters)


def _read(
    connection: Connection, statement: str, make: Callable[[Sequence[Any]], T], parameters: Sequence[str] = ()
) -> list[T]:
    raw = connection.connection.cursor()
    try:
        raw.execute(statement, tuple(parameters))
        return list(map(make, raw.fetchall()))
    finally:
        raw.close()


def _as(kind: type[T]) -> Callable[[Sequence[Any]], T]:
    """Makes named rows of bare ones; `_make` is a call in Python for each of some hundred thousand rows."""
    made: Callable[[Sequence[Any]], T] = partial(tuple.__new__, kind)  # type: ignore[type-var]
    return made


def _as_of(rows: list[R], former: dict[str, dict[str, Any]]) -> list[R]:
    """The rows with what dated fields were on the day; most files have few such records."""
    if not former:
        return rows
    for position, row in enumerate(rows):
        past = former.get(row.id)
        if past:
            known: dict[str, Any] = {name: value for name, value in past.items() if name in row._fields}
            rows[position] = row._replace(**known)
    return rows
