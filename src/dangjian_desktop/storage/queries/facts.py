"""What rules look at beside a record's own fields, read for many records at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.members import FULL
from dangjian_desktop.domain.records.spans import OnDay, former_on
from dangjian_desktop.domain.values.partial_dates import first_day

from . import listing, spans
from .spans import former_values, in_force_text
from .terms import terms_to_come

Facts = dict[str, Any]

MEMBER_FIELDS = ("name", "id_number", "birth_on", "sex", "joined_on", "confirmed_on", "member_class", "confirmation",
                 "extended_to", "seniority_adjustment", "work_started_on", "left_on", "seniority")  # fmt: skip


def organisations(connection: Connection, ids: Sequence[str], day: date, seats: Iterable[str]) -> list[Facts]:
    """Organisations as of `day` with the people counted in them and on their committees."""
    found = listing.rows_on(connection, "organisation", ids, KINDS["organisation"].names(), day)
    counted = people_counted(connection, day, ids)
    held = holders(connection, day, seats, ids)
    later = terms_to_come(connection, day)
    for row in found:
        classes = counted.get(row["id"], {})
        if row["id"] in later:
            row["term_later"] = later[row["id"]]
        row |= {"members": sum(classes.values()), "full": classes.get(FULL, 0), "seats": held.get(row["id"], 0)}
    return found


def people_counted(connection: Connection, day: date, units: Sequence[str]) -> dict[str, dict[str | None, int]]:
    """Members in force on `day` by unit and 人员类别 of that day."""
    rows = connection.execute(
        text(
            "SELECT s.organisation, m.id, m.member_class FROM membership s JOIN member m ON m.id = s.record"
            f" WHERE NOT m.binned AND s.organisation IN (SELECT value FROM json_each(:units)) AND {in_force_text('s')}"
        ),
        {"units": json.dumps(list(units)), "day": day.isoformat()},
    ).all()
    past = former_values(connection, day)
    found: dict[str, dict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for unit, member, now in rows:
        found[unit][past[member].get("member_class", now) if member in past else now] += 1
    return found


def holders(connection: Connection, day: date, posts: Iterable[str], units: Sequence[str]) -> dict[str, int]:
    """How many people hold one of `posts` on `day`, by organisation."""
    rows = connection.execute(
        text(
            "SELECT p.organisation, count(DISTINCT coalesce(p.member, p.person_name)) FROM post p WHERE NOT p.binned"
            " AND p.post IN (SELECT value FROM json_each(:posts))"
            f" AND p.organisation IN (SELECT value FROM json_each(:units)) AND {in_force_text('p')}"
            " GROUP BY p.organisation"
        ),
        {"posts": json.dumps(list(posts)), "units": json.dumps(list(units)), "day": day.isoformat()},
    )
    return {row[0]: int(row[1]) for row in rows}


def members(connection: Connection, ids: Sequence[str]) -> list[Facts]:
    """Members with the stays of those who have more than one."""
    found = listing.rows(connection, "member", ids, MEMBER_FIELDS)
    stays: dict[str, list[Facts]] = defaultdict(list)
    rows = connection.execute(
        text(
            "SELECT record, from_on, to_on FROM membership m WHERE record IN (SELECT value FROM json_each(:ids))"
            " AND EXISTS (SELECT 1 FROM membership o WHERE o.record = m.record AND o.rid <> m.rid)"
        ),
        {"ids": json.dumps(list(ids))},
    )
    for record, from_on, to_on in rows:
        stays[record].append({"from_on": from_on, "to_on": to_on})
    held = _held(connection, ids)
    for row in found:
        row["stays"], row["held"] = stays.get(row["id"], ()), held.get(row["id"], ())
    return found


def _held(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[str, str | None]]]:
    """The classifications that members still have, with the day from which."""
    rows = connection.execute(
        text(
            "SELECT record, category, from_on FROM category WHERE to_on IS NULL"
            " AND record IN (SELECT value FROM json_each(:ids)) ORDER BY rid"
        ),
        {"ids": json.dumps(list(ids))},
    )
    found: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for record, category, from_on in rows:
        found[record].append((category, from_on))
    return found


def posts(connection: Connection, ids: Sequence[str], day: date, heads: Iterable[str]) -> list[Facts]:
    """Posts with who holds them, what the holder was when they began, and how many hold the unit's first post."""
    found = listing.rows(connection, "post", ids, KINDS["post"].names())
    units = list(dict.fromkeys(str(row["organisation"]) for row in found if row["organisation"]))
    people = list(dict.fromkeys(str(row["member"]) for row in found if row["member"]))
    known = {row["id"]: row for row in listing.rows(connection, "member", people, ("name", "member_class", "left_on"))}
    names, first = listing.titles(connection, "organisation", units), holders(connection, day, heads, units)
    past = spans.former_history(connection, None, ("member_class",), people)
    for row in found:
        person = known.get(row["member"] or "", {})
        row["holder"] = person.get("name") or row["person_name"] or ""
        row["holder_left_on"] = person.get("left_on")
        row["holder_class"] = _class_then(past.get(row["member"] or "", ()), row["from_on"], person.get("member_class"))
        row |= {"unit": names.get(row["organisation"] or "", ""), "heads": first.get(row["organisation"] or "", 0)}
    return found


def _class_then(past: Iterable[tuple[str, str, Any]], begun: str | None, now: str | None) -> str | None:
    """人员类别 on the day something began; where that is not known the first that is."""
    then = OnDay.of(first_day(begun) if begun else date.min)
    found: str | None = former_on(past, then).get("member_class", now)
    return found


def meetings(connection: Connection, ids: Sequence[str]) -> list[Facts]:
    """Meetings with the names of who was there, and of who was at another one in the same hours."""
    fields = ("organisation", "title", "started_at", "ended_at", "guests", "entered_on")
    found = listing.rows(connection, "meeting", ids, fields)
    with_guests = [row["id"] for row in found if row["guests"]]
    present: dict[str, list[str]] = defaultdict(list)
    rows = connection.execute(
        text(
            "SELECT a.record, m.name FROM attendance a JOIN member m ON m.id = a.key WHERE a.presence = 'present'"
            " AND a.record IN (SELECT value FROM json_each(:ids)) ORDER BY a.rid"
        ),
        {"ids": json.dumps(with_guests)},
    )
    for record, name in rows:
        present[record].append(name)
    elsewhere = _elsewhere(connection, [row["id"] for row in found])
    for row in found:
        # A meeting is called by its day where it has no title.
        row["name"] = row["title"] or (row["started_at"] or "")[:10]
        row |= {"present": present.get(row["id"], ()), "elsewhere": elsewhere.get(row["id"], ())}
    return found


_BUSY = """
    WITH asked AS (SELECT value AS id FROM json_each(:ids)),
         days AS (SELECT DISTINCT substr(started_at, 1, 10) AS day FROM meeting WHERE id IN (SELECT id FROM asked)),
         held AS (SELECT id, organisation, title, started_at, ended_at FROM meeting WHERE NOT binned
                  AND length(started_at) > 10 AND substr(started_at, 1, 10) IN (SELECT day FROM days)),
         there AS (SELECT a.key, h.* FROM attendance a JOIN held h ON h.id = a.record WHERE a.presence = 'present'),
         twice AS (SELECT key, substr(started_at, 1, 10) AS day FROM there GROUP BY 1, 2 HAVING count(*) > 1)
    SELECT t.key, m.name, t.id, t.organisation, t.title, t.started_at, coalesce(t.ended_at, t.started_at)
    FROM there t JOIN twice w ON w.key = t.key AND w.day = substr(t.started_at, 1, 10) JOIN member m ON m.id = t.key
    ORDER BY t.key, t.started_at, t.id
"""


def _elsewhere(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[Sequence[str], str, str]]]:
    """By meeting: names of who was at another one in the same hours, what that is called, and its unit."""
    by_person: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(text(_BUSY), {"ids": json.dumps(list(ids))}).all():
        by_person[row[0]].append(row)
    wanted = set(ids)
    pairs: dict[tuple[str, str], tuple[list[str], Any]] = {}
    for busy in by_person.values():
        for one in busy:
            for other in busy:
                if one[2] != other[2] and one[2] in wanted and _at_once(one, other):
                    pairs.setdefault((one[2], other[2]), ([], other))[0].append(one[1])
    found: dict[str, list[tuple[Sequence[str], str, str]]] = defaultdict(list)
    for (meeting, _), (names, other) in pairs.items():
        found[meeting].append((names, f"{other[5].replace('T', ' ')} {other[4] or ''}".strip(), other[3] or ""))
    return found


def _at_once(one: Any, other: Any) -> bool:
    """Whether two meetings share an hour; one without an end is known by its beginning alone."""
    return bool(one[5] == other[5] or (one[5] < other[6] and other[5] < one[6]))


def same_numbers(connection: Connection) -> dict[str, list[str]]:
    """ID numbers that several members have, with their ids."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = connection.execute(
        text(
            "SELECT id_number, id FROM member WHERE NOT binned AND id_number IN (SELECT id_number FROM member"
            " WHERE NOT binned AND id_number IS NOT NULL GROUP BY id_number HAVING count(*) > 1) ORDER BY rid"
        )
    )
    for number, record in rows:
        found[number].append(record)
    return found
