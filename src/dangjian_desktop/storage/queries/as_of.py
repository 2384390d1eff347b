"""What lists print of other records: heads of organisations on a day, posts held then, attendance in numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, bindparam, text

from .spans import in_force_text

_HELD = in_force_text("p")


def heads(connection: Connection, day: date, post: str) -> dict[str, str]:
    """Who holds `post` on `day`, by organisation; the one longest in office where records name several."""
    rows = connection.execute(
        text(
            "SELECT p.organisation, coalesce(m.name, p.person_name) FROM post p LEFT JOIN member m ON m.id = p.member"
            f" WHERE p.post = :post AND NOT p.binned AND {_HELD} ORDER BY p.from_on DESC, p.rid DESC"
        ),
        {"post": post, "day": day.isoformat()},
    )
    return {unit: name for unit, name in rows if unit and name}


def posts_in_force(connection: Connection, day: date) -> set[str]:
    """Ids of the posts that are held on `day`."""
    rows = connection.execute(text(f"SELECT p.id FROM post p WHERE NOT p.binned AND {_HELD}"), {"day": day.isoformat()})
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
