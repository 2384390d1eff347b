"""What lists print of other records: heads of organisations on a day, posts held then, attendance in numbers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, text

from dangjian_desktop.domain.records.spans import OnDay

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


NO_SEAT = ("组长", "楼栋长", "党建指导员", "党建联络员", "组织员", "兼职委员")
"""Posts whose holders do not sit in the committee of the branch."""


def committee_on(connection: Connection, unit: str, day: date) -> list[str]:
    """Ids of the members who sat in a unit's committee on `day`, in the order of entry; without posts nobody.

    Who belonged to no branch that day (had not come, had left or died) is not expected, whatever the post says.
    """
    rows = connection.execute(
        text(
            "SELECT DISTINCT p.member FROM post p JOIN member m ON m.id = p.member"
            f" WHERE p.organisation = :unit AND NOT p.binned AND NOT m.binned AND {_HELD} AND p.post NOT IN :others"
            f" AND EXISTS (SELECT 1 FROM membership s WHERE s.record = p.member AND {in_force_text('s')})"
            " ORDER BY m.rid"
        ).bindparams(bindparam("others", list(NO_SEAT), expanding=True)),
        {"unit": unit, "day": day.isoformat()},
    )
    return list(rows.scalars())


class DueNumbers:
    """For meetings how many were due on their day, and of them present, excused, absent and not marked."""

    def __init__(self, connection: Connection, meetings: Sequence[str] | None = None) -> None:
        """For all meetings of the file, or for these by id."""
        asked, marks = "", {}
        if meetings is not None:
            asked, marks = "WHERE id IN (SELECT value FROM json_each(:ids))", {"ids": json.dumps(list(meetings))}
        self._meetings = {
            row["id"]: row
            for row in connection.execute(
                text(f'SELECT id, organisation, "group", meeting_kind, started_at FROM meeting {asked}'), marks
            ).mappings()
        }
        units = f"(SELECT organisation FROM meeting {asked})"
        self._stays: dict[str, list[Any]] = defaultdict(list)
        for unit, *stay in connection.execute(
            text(
                'SELECT s.organisation, s.record, s."group", s.from_on, s.to_on FROM membership s'
                f" JOIN member m ON m.id = s.record WHERE NOT m.binned AND s.organisation IN {units}"
            ),
            marks,
        ):
            self._stays[unit].append(stay)
        self._seats: dict[str, list[Any]] = defaultdict(list)
        posts = text(
            "SELECT p.organisation, p.member, p.from_on, p.to_on FROM post p JOIN member m ON m.id = p.member"
            f" WHERE NOT p.binned AND NOT m.binned AND p.post NOT IN :others AND p.organisation IN {units}"
        ).bindparams(bindparam("others", list(NO_SEAT), expanding=True))
        for unit, *seat in connection.execute(posts, marks):
            self._seats[unit].append(seat)
        self._spans: dict[str, list[Any]] = defaultdict(list)
        for member, *span in connection.execute(
            text("SELECT record, from_on, to_on FROM membership WHERE record IN (SELECT member FROM post)")
        ):
            self._spans[member].append(span)
        self._marks: dict[str, dict[str, str]] = defaultdict(dict)
        where = asked.replace("id IN", "record IN")
        for meeting, member, presence in connection.execute(
            text(f'SELECT record, "key", presence FROM attendance {where}'), marks
        ):
            self._marks[meeting][member] = presence

    @property
    def known(self) -> Sequence[str]:
        """Ids of the meetings asked for."""
        return list(self._meetings)

    def of(self, meeting: str) -> dict[str, Any]:
        """`due`, `attendance` by presence, and `unmarked`.

        Of a committee that nobody entered those who were marked are due.
        """
        marks = self._marks.get(meeting, {})
        due = self._due(self._meetings[meeting])
        if due is None:
            due = set(marks)
        counted = dict.fromkeys(("present", "excused", "absent", "unmarked"), 0)
        for member in due:
            counted[marks.get(member, "unmarked")] += 1
        unmarked = counted.pop("unmarked")
        return {"attendance": counted, "due": len(due), "unmarked": unmarked}

    def _due(self, meeting: Mapping[Any, Any]) -> set[str] | None:
        unit, day = meeting.get("organisation") or "", (meeting.get("started_at") or "")[:10]
        if not day:
            return None
        then = OnDay.of(date.fromisoformat(day))
        if meeting.get("meeting_kind") == "ZWH":
            seated = {member for member, *span in self._seats.get(unit, ()) if then.in_force(*span)}
            return {m for m in seated if any(then.in_force(*span) for span in self._spans.get(m, ()))} or None
        group = meeting.get("group")
        return {
            member
            for member, own, *span in self._stays.get(unit, ())
            if then.in_force(*span) and (not group or own == group)
        }
