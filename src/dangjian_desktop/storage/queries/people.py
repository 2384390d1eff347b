"""Reading members: who a text means, finding by part of a name, matching by ID number."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select, text

from .. import tables
from . import listing

_MEMBER = tables.member
_NUMBERS = 20_000  # ID numbers asked for at once


class Found(NamedTuple):
    """One member found."""

    id: str
    name: str
    organisation: str | None
    id_number: str | None
    standing: str | None


def candidates(connection: Connection, typed: str, scope: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """Members a text can mean, as (id, name): by id or ID number, else by the whole name among those of `scope`."""
    rows = connection.execute(
        select(_MEMBER.c.id, _MEMBER.c.name).where(
            _MEMBER.c.binned.is_(False), or_(_MEMBER.c.id == typed, _MEMBER.c.id_number == typed.upper())
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
            rows = [r for r in rows if scope is None or r.organisation in scope]
    return [(r[0], r[1]) for r in rows]


def find(connection: Connection, typed: str, limit: int, scope: frozenset[str] | None = None) -> list[Found]:
    """Members by part of a name, pinyin initials or reading, or a fragment of an ID number or phone."""
    typed = typed.strip()
    digits = typed.upper() if len(typed) >= 3 and all(c.isdigit() or c in "Xx" for c in typed) else ""
    columns = "m.id, m.name, m.organisation, m.id_number, m.standing"
    if digits:
        statement = (
            f"SELECT {columns} FROM member m WHERE NOT m.binned AND"
            " (instr(m.id_number, :digits) > 0 OR instr(m.phone, :digits) > 0) LIMIT :limit"
        )
        marks: dict[str, Any] = {"digits": digits, "limit": limit if scope is None else 10_000}
    else:
        expression = listing.find_expression(typed)
        if expression is None:
            return []
        statement = (
            f"SELECT {columns} FROM member_find f JOIN member m ON m.rid = f.rowid"
            " WHERE member_find MATCH :find AND NOT m.binned LIMIT :limit"
        )
        marks = {"find": expression, "limit": limit if scope is None else 10_000}
    found = [Found(*row) for row in connection.execute(text(statement), marks)]
    return [f for f in found if scope is None or f.organisation in scope][:limit]


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
