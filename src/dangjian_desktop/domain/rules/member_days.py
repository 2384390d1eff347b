"""Days of a member that come round or draw near: fifty years, the day of joining, half a year away or out of contact.

All of them are reminders to people: who is honoured, visited, transferred or suspended is decided by the organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day

from .asking import Ask, Row

_WHOLE = len("2026-07-01")
MOBILE, LOST = "F1", "F2"
AWAY = {MOBILE: "FLOW", LOST: "LOST"}
"""Classifications with a term of their own, and the rule that tells it."""


def fifty_years(row: Row, ask: Ask) -> Iterator[Finding]:
    """Who reaches the years of the medal by the first of July of this year (M50); silent after that day."""
    since = row.get("seniority")
    if not since or row.get("left_on"):
        return
    edition = ask.book["M50"].on(ask.day)
    month, day = edition.number("month"), edition.number("day")
    reference, years = date(ask.day.year, month, day), edition.number("years")
    if ask.day > reference or ask.day.year - int(since[:4]) not in (years, years + 1):
        return
    reached = add_months(last_day(since), years * 12)
    # Who reached them by the first of July of the last year was on the list of that year.
    if date(reference.year - 1, month, day) < reached <= reference:
        found = ask.due("M50", row, reference.isoformat(), "joined_on", years=years)
        if found:
            yield found


def joining_day(row: Row, ask: Ask) -> Iterator[Finding]:
    """The day of joining as it comes round (BIRTH); one of which only the month is known is no day."""
    joined = row.get("joined_on")
    if not joined or len(joined) != _WHOLE or row.get("left_on"):
        return
    joined_day = first_day(joined)
    years = ask.day.year - joined_day.year
    # In the last days of a year that of the next January is near.
    coming = next((each for each in (years, years + 1) if add_months(joined_day, each * 12) >= ask.day), None)
    if coming is None or coming < 1:
        return
    found = ask.due("BIRTH", row, add_months(joined_day, coming * 12).isoformat(), "joined_on", years=coming)
    if found:
        yield found


def away(row: Row, ask: Ask) -> Iterator[Finding]:
    """Who is mobile or out of contact for as long as the rules speak of (FLOW, LOST), counted from its first day."""
    if row.get("left_on"):
        return
    for code, since in row.get("held") or ():
        rule = AWAY.get(code)
        if rule is None or not since:
            continue
        months = ask.book[rule].on(first_day(since)).number("months")
        due = add_months(last_day(since), months).isoformat()
        if found := ask.due(rule, row, due, "categories", since=since, months=months):
            yield found
