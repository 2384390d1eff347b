"""Reading members: who a text means, finding by part of a name, matching by ID number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, or_, select, text

from dangjian_desktop.domain.records.members import IN_FORCE
from dangjian_desktop.domain.values.masking import digits_of

from .. import tables
from . import listing, shown

_MEMBER = tables.member
_NUMBERS = 20_000  # ID numbers asked for at once


class FoundMember(NamedTuple):
    """One member found."""

    id: str
    name: str
    organisation: str | None
    id_number: str | None
    standing: str | None
    birth_on: str | None = None


def candidates(connection: Connection, typed: str, scope: frozenset[str] | None) -> list[tuple[str, str]]:
    """Members of `scope` a text can mean, as (id, name): by id or ID number, else by the whole name."""
    number = digits_of(typed) or typed.upper()
    rows = connection.execute(
        select(_MEMBER.c.id, _MEMBER.c.name, _MEMBER.c.organisation).where(
            _MEMBER.c.binned.is_(False), or_(_MEMBER.c.id == typed, _MEMBER.c.id_number == number)
        )
    ).all()
    if not rows:
        expression = listing.find_expression(typed)
        if expression and not typed.isascii():
            rows = connection.execute(
                text(
                    "SELECT m.id, m.name, m.organisation FROM member_find f JOIN member m ON m.rid = f.rowid"
                    " WHERE member_find MATCH :find AND NOT m.binned AND m.name = :name"
                ),
                {"find": expression, "name": typed},
            ).all()
    return [(r[0], r[1]) for r in rows if scope is None or r.organisation in scope]


def find(
    connection: Connection,
    typed: str,
    limit: int,
    scope: frozenset[str] | None = None,
    *,
    hidden: bool = False,
    first: frozenset[str] = frozenset(),
) -> list[FoundMember]:
    """Members by part of a name, pinyin initials or reading, or by digits of an ID number or phone.

    With `hidden` digits match what a list shows of a number, or the whole number. Members of the units `first` come
    first; without a text they are all that is found, in the order of their names.
    """
    typed = typed.strip()
    most = limit if scope is None else 10_000
    if not typed:
        found = _of_units(connection, first, most)
    elif len(digits_of(typed)) >= listing.FEWEST_DIGITS:
        fits = shown.matches([_MEMBER.c.id_number, _MEMBER.c.phone], typed, hidden=hidden)
        found = _rows(connection, fits, most)
    else:
        found = _named(connection, typed, most, first)
    return [f for f in found if scope is None or f.organisation in scope][:limit]


_FOUND = tuple(_MEMBER.c[name] for name in FoundMember._fields)


def _rows(connection: Connection, fits: ColumnElement[bool], most: int) -> list[FoundMember]:
    statement = select(*_FOUND).where(_MEMBER.c.binned.is_(False), fits).limit(most)
    return [FoundMember(*row) for row in connection.execute(statement)]


def _of_units(connection: Connection, units: frozenset[str], most: int) -> list[FoundMember]:
    if not units:
        return []
    here = or_(_MEMBER.c.organisation.in_(units), _MEMBER.c.group.in_(units))
    statement = select(*_FOUND).where(_MEMBER.c.binned.is_(False), _MEMBER.c.standing == IN_FORCE, here)
    return [FoundMember(*row) for row in connection.execute(statement.order_by(_MEMBER.c.name_key).limit(most))]


def _named(connection: Connection, typed: str, most: int, first: frozenset[str]) -> list[FoundMember]:
    expression = listing.find_expression(typed)
    if expression is None:
        return []
    columns = ", ".join(f"m.{name}" for name in FoundMember._fields)
    # A common surname fits thousands: those of the units asked for must not be cut off with the rest.
    here = (
        'm.organisation IN (SELECT value FROM json_each(:first)) OR m."group" IN (SELECT value FROM json_each(:first))'
    )
    statement = (
        f"SELECT {columns} FROM member_find f JOIN member m ON m.rid = f.rowid"  # noqa: S608 (names of fields)
        f" WHERE member_find MATCH :find AND NOT m.binned{f' ORDER BY ({here}) DESC' if first else ''} LIMIT :limit"
    )
    asked: dict[str, object] = {"find": expression, "limit": most}
    asked |= {"first": json.dumps(sorted(first))} if first else {}
    return [FoundMember(*row) for row in connection.execute(text(statement), asked)]


def by_id_numbers(connection: Connection, numbers: Sequence[str]) -> dict[str, list[str]]:
    """Ids of standing members by ID number."""
    found: dict[str, list[str]] = {}
    statement = text(
        "SELECT id_number, id FROM member WHERE id_number IN (SELECT value FROM json_each(:numbers)) AND NOT binned"
        " ORDER BY rid"
    )
    for start in range(0, len(numbers), _NUMBERS):
        piece = json.dumps(numbers[start : start + _NUMBERS])
        for number, record in connection.execute(statement, {"numbers": piece}):
            found.setdefault(number, []).append(record)
    return found


def units_with_history(connection: Connection, *, besides: str | None = None) -> set[str]:
    """Units that a standing member has belonged to: their next roster is no opening balance.

    People in the bin do not count, so a first roster that was undone can come again. `besides` leaves out stays
    that began in that way.
    """
    rows = connection.execute(
        text(
            "SELECT DISTINCT membership.organisation FROM membership JOIN member ON member.id = membership.record"
            " WHERE NOT member.binned AND (:besides IS NULL OR membership.in_kind IS NOT :besides)"
        ),
        {"besides": besides},
    )
    return set(rows.scalars())


def by_original(connection: Connection, key: str) -> dict[str, str]:
    """Ids of standing members by a text kept under `originals.<key>`."""
    rows = connection.execute(
        text(
            "SELECT json_extract(originals, :path) AS original, id FROM member"
            " WHERE NOT binned AND json_extract(originals, :path) IS NOT NULL"
        ),
        {"path": f'$."{key}"'},
    )
    return {row.original: row.id for row in rows}


def namesakes(connection: Connection, names: Sequence[str]) -> dict[str, list[tuple[str | None, str | None]]]:
    """Birth date and joining date of standing members, by name."""
    found: dict[str, list[tuple[str | None, str | None]]] = {}
    wanted = list(dict.fromkeys(names))
    for start in range(0, len(wanted), 900):
        for row in connection.execute(
            select(_MEMBER.c.name, _MEMBER.c.birth_on, _MEMBER.c.joined_on).where(
                _MEMBER.c.name.in_(wanted[start : start + 900]), _MEMBER.c.binned.is_(False)
            )
        ):
            found.setdefault(row.name, []).append((row.birth_on, row.joined_on))
    return found
