"""What the checks of ledgers look at, each read in one pass: entries of a ledger, those that are due, who is who."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, text

from dangjian_desktop.domain.ledgers.checks.spec import SeenEntry

from .spans import in_force_text

_COLUMNS = "id, organisation, number, title, state, due_on, opened_on, settled_on"


class PostHolder(NamedTuple):
    """Somebody who holds a post: the member, or the name of somebody who is none."""

    unit: str
    member: str | None
    name: str


def entries(
    connection: Connection, template: str, *, open_only: bool = False, within: Collection[str] | None = None
) -> list[SeenEntry]:
    """The standing entries of a ledger in the order in which they came, of these organisations only where given.

    `open_only` leaves out what is settled.
    """
    statement = f'SELECT {_COLUMNS}, "values" FROM ledger_entry WHERE template = ? AND NOT binned'
    if open_only:
        statement += " AND settled_on IS NULL"
    return list(_entries(connection, f"{statement} ORDER BY rid", (template,), within))


def due(
    connection: Connection, templates: Collection[str], horizon: date, within: Collection[str] | None = None
) -> dict[str, list[SeenEntry]]:
    """By ledger the open entries whose deadline lies before a day, without what their columns say."""
    statement = (
        f"SELECT {_COLUMNS}, NULL, template FROM ledger_entry"
        " WHERE NOT binned AND due_on <= ? AND settled_on IS NULL"
        " AND template IN (SELECT value FROM json_each(?)) ORDER BY due_on, rid"
    )
    found: dict[str, list[SeenEntry]] = {}
    asked = (horizon.isoformat(), orjson.dumps(sorted(templates)).decode())
    for row in _rows(connection, statement, asked):
        if within is None or row[1] in within:
            found.setdefault(row[9], []).append(_entry(row, {}))
    return found


def _entries(
    connection: Connection, statement: str, asked: tuple[str, ...], within: Collection[str] | None
) -> Iterator[SeenEntry]:
    loads = orjson.loads
    for row in _rows(connection, statement, asked):
        if within is None or row[1] in within:
            yield _entry(row, loads(row[8]) if row[8] else {})


def _entry(row: Any, values: dict[str, Any]) -> SeenEntry:
    return SeenEntry(
        row[0], row[1] or "", row[2] or "", row[3] or "", row[4] or "", row[5], row[6] or "", row[7], values
    )


def _rows(connection: Connection, statement: str, asked: tuple[str, ...]) -> Iterator[Any]:
    # The driver's own cursor: wrapping half a million rows would cost more than reading them.
    raw = connection.connection.cursor()
    try:
        raw.execute(statement, asked)
        while piece := raw.fetchmany(5_000):
            yield from piece
    finally:
        raw.close()


def holders(connection: Connection, post: str, day: date) -> list[PostHolder]:
    """Who holds a post on a day."""
    rows = connection.execute(
        text(
            "SELECT p.organisation, p.member, coalesce(m.name, p.person_name, '') FROM post p"
            " LEFT JOIN member m ON m.id = p.member"
            f" WHERE NOT p.binned AND p.post = :post AND {in_force_text('p')} ORDER BY p.rid"
        ),
        {"post": post, "day": day.isoformat()},
    )
    return [PostHolder(*row) for row in rows]


def members(connection: Connection, day: date, categories: Collection[str] | None = None) -> list[PostHolder]:
    """Members in force on a day by unit, of one of these categories only where given."""
    in_category = (
        " AND EXISTS (SELECT 1 FROM category c WHERE c.record = m.id"
        " AND c.category IN (SELECT value FROM json_each(:categories))"
        f" AND {in_force_text('c')})"
        if categories is not None
        else ""
    )
    rows = connection.execute(
        text(
            "SELECT s.organisation, m.id, m.name FROM membership s JOIN member m ON m.id = s.record"
            f" WHERE NOT m.binned AND {in_force_text('s')}{in_category} ORDER BY m.rid"
        ),
        {"day": day.isoformat(), "categories": orjson.dumps(sorted(categories or ())).decode()},
    )
    return [PostHolder(row[0] or "", row[1], row[2]) for row in rows]


def fields(connection: Connection) -> dict[str, str | None]:
    """What every organisation has for its 领域, by id."""
    return {row[0]: row[1] for row in connection.execute(text("SELECT id, field FROM organisation WHERE NOT binned"))}


def member_names(connection: Connection, ids: Collection[str] | None = None) -> dict[str, str]:
    """Names of members by id: everybody's, or those of `ids`."""
    among = "" if ids is None else " AND id IN (SELECT value FROM json_each(:ids))"
    asked = {} if ids is None else {"ids": orjson.dumps(sorted(ids)).decode()}
    rows = connection.execute(text(f"SELECT id, name FROM member WHERE NOT binned{among}"), asked)
    return {row[0]: row[1] or "" for row in rows}
