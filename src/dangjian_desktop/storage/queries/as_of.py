"""What stood on a day beside the current rows: dated values, stays, heads of organisations, attendance in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, text

from .terms import former_terms

_STARTED = "({0}.from_on IS NULL OR substr({0}.from_on || '-01-01', 1, 10) <= :day)"
_STANDING = "({0}.to_on IS NULL OR substr({0}.to_on || '-99-99', 1, 10) > :day)"
_IN_FORCE = f"{_STARTED} AND {_STANDING}"

STAY_COLUMNS = ("organisation", "group", "from_on", "in_kind", "counterpart", "to_on", "out_kind", "destination")


def former_values(connection: Connection, day: date) -> dict[str, dict[str, str | None]]:
    """Dated fields that were something else on `day` than they are now: record → field → value then."""
    found: dict[str, dict[str, str | None]] = {}
    # The nearest end after `day` comes last and stays.
    for record, attribute, value in connection.execute(
        text(
            "SELECT record, attribute, value FROM former WHERE substr(until || '-01-01', 1, 10) > :day"
            " ORDER BY until DESC"
        ),
        {"day": day.isoformat()},
    ):
        found.setdefault(record, {})[attribute] = value
    for unit, then in former_terms(connection, day).items():
        found[unit] = found.get(unit, {}) | then
    return found


def stays(connection: Connection, day: date) -> dict[str, dict[str, Any]]:
    """The newest stay in force on `day` by member."""
    columns = ", ".join(f's."{c}"' for c in STAY_COLUMNS)
    rows = connection.execute(
        text(
            f"SELECT s.record, {columns} FROM membership s WHERE {_IN_FORCE.format('s')} ORDER BY s.from_on NULLS FIRST"
        ),
        {"day": day.isoformat()},
    )
    return {row[0]: dict(zip(STAY_COLUMNS, row[1:], strict=True)) for row in rows}


def heads(connection: Connection, day: date, post: str) -> dict[str, str]:
    """Who holds `post` on `day`, by organisation; the one longest in office where records name several."""
    rows = connection.execute(
        text(
            "SELECT p.organisation, coalesce(m.name, p.person_name) FROM post p LEFT JOIN member m ON m.id = p.member"
            f" WHERE p.post = :post AND NOT p.binned AND {_IN_FORCE.format('p')} ORDER BY p.from_on DESC, p.rid DESC"
        ),
        {"post": post, "day": day.isoformat()},
    )
    return {unit: name for unit, name in rows if unit and name}


def posts_in_force(connection: Connection, day: date) -> set[str]:
    """Ids of the posts that are held on `day`."""
    rows = connection.execute(
        text(f"SELECT p.id FROM post p WHERE NOT p.binned AND {_IN_FORCE.format('p')}"), {"day": day.isoformat()}
    )
    return set(rows.scalars())


def attendance_numbers(connection: Connection, meetings: Sequence[str] | None = None) -> dict[str, dict[str, int]]:
    """How many were present, excused and absent, by meeting; only of these meetings where given."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    if meetings is None:
        asked = text("SELECT record, presence, count(*) FROM attendance GROUP BY record, presence")
    else:
        asked = text(
            "SELECT record, presence, count(*) FROM attendance WHERE record IN :meetings GROUP BY record, presence"
        ).bindparams(bindparam("meetings", list(meetings), expanding=True))
    for meeting, presence, number in connection.execute(asked):
        found[meeting][presence] = number
    return found
