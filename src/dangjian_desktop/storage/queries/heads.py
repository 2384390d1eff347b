"""How many people there are, by unit and class, in one pass of the table: what must be there before anything else.

A member with a single stay says in its own row where it is; those are counted by the database. All others (more than
one stay, a class that was another on the day) are told apart and counted one by one with the functions that count
everybody (`domain.figures.census`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from dangjian_desktop.domain.figures.bands import OLDEST
from dangjian_desktop.domain.figures.census import MemberRow, StayRow
from dangjian_desktop.domain.figures.headline import HeadCount

from .. import tables
from .snapshot import members_on, stays_of, stays_where
from .spans import BEGUN, STANDING

_MEMBER = tables.member


class Heads(NamedTuple):
    """The people of a day: counted in `groups`, those told `apart` with their `stays`, and who is `binned`."""

    groups: Sequence[HeadCount]
    apart: Sequence[MemberRow]
    stays: Sequence[StayRow]
    binned: frozenset[str]


_APART = """
    SELECT record FROM membership GROUP BY record HAVING count(*) > 1
    UNION SELECT record FROM former WHERE until > :day AND attribute = 'member_class'
"""
_HEADS = f"""
    SELECT organisation, member_class, leap, count(*),
           coalesce(sum(iif(old >= 0 AND old < :oldest, old, 0)), 0), coalesce(sum(old >= 0 AND old < :oldest), 0),
           group_concat(gone)
    FROM (
        SELECT organisation, member_class, iif(substr(birth_on, 6) = '02-29', birth_on, NULL) AS leap,
               CAST(substr(:day, 1, 4) AS INTEGER) - CAST(substr(birth_on, 1, 4) AS INTEGER)
               - (substr(birth_on || '-01-01', 6, 5) > substr(:day, 6)) AS old,
               iif(binned, id, NULL) AS gone
        FROM member
        WHERE binned OR (standing IS NOT NULL AND {BEGUN.format("entered_on")} AND {STANDING.format("left_on")}
              AND id NOT IN (SELECT value FROM json_each(:apart)))
    ) GROUP BY gone IS NOT NULL, organisation, member_class, leap
"""
_MOVED = "WHERE (from_on >= ? AND in_kind IS NOT ?) OR to_on >= ?"


def heads(connection: Connection, day: date) -> Heads:
    """Everybody in force on `day`, in whatever organisation."""
    apart = list(connection.execute(text(_APART), {"day": day.isoformat()}).scalars())
    asked = {"day": day.isoformat(), "oldest": OLDEST, "apart": json.dumps(apart)}
    groups, gone = [], set[str]()
    for row in connection.execute(text(_HEADS), asked):
        if row[6] is None:
            groups.append(HeadCount(*row[:6]))
        else:
            gone.update(row[6].split(","))
    return Heads(groups, members_on(connection, day, apart), stays_of(connection, apart), frozenset(gone))


def moved(connection: Connection, start: date, opening: str, binned: frozenset[str]) -> list[StayRow]:
    """Stays that began (but as `opening`) or ended in the year of `start` or later; of members not in the bin."""
    year = str(start.year)
    return [stay for stay in stays_where(connection, _MOVED, [year, opening, year]) if stay.member not in binned]


def anybody(connection: Connection, scope: frozenset[str] | None) -> bool:
    """Whether there is any member who is not in the bin, in force or not."""
    asked = select(_MEMBER.c.id).where(_MEMBER.c.binned.is_(False))
    if scope is not None:
        asked = asked.where(_MEMBER.c.organisation.in_(scope))
    return connection.execute(asked.limit(1)).first() is not None
