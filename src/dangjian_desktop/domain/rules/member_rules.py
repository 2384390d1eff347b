"""What one member's record says about itself: identity, dates, probation, 党龄, stays (members.md §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.members import FULL, PROBATIONARY
from dangjian_desktop.domain.values.id_numbers import check_id_number
from dangjian_desktop.domain.values.partial_dates import add_months, age_on, first_day, last_day

from .asking import Ask, Row
from .rulebook import Edition

EXTENDED = "延长"


def identity(row: Row, ask: Ask) -> Iterator[Finding]:
    """The ID number, and what it says about birth and sex."""
    number = row.get("id_number")
    if not number:
        yield ask.say("ID_MISSING", row, "id_number")
        return
    check = check_id_number(number, on=ask.day)
    if not check.ok:
        yield ask.say("ID_BAD", row, "id_number", text=check.error)
        return
    birth = row.get("birth_on")
    if birth and check.birth_on and not check.birth_on.startswith(birth):
        yield ask.say("BIRTH_DIFFERS", row, "birth_on")
    if row.get("sex") and check.sex and row["sex"] != check.sex:
        yield ask.say("SEX_DIFFERS", row, "sex")


def life(row: Row, ask: Ask) -> Iterator[Finding]:
    """Birth against age and work."""
    birth, work = row.get("birth_on"), row.get("work_started_on")
    if not birth:
        return
    limit = ask.book["AGE_HIGH"].on(ask.day).number("max_age")
    # Nearly everybody is plainly younger: the year tells it without reckoning days.
    if ask.day.year - int(birth[:4]) > limit and not row.get("left_on"):
        age = age_on(birth, ask.day) or 0
        if age > limit:
            yield ask.say("AGE_HIGH", row, "birth_on", age=age, limit=limit)
    if work and last_day(work) <= first_day(birth):
        yield ask.say("WORK_BEFORE_BIRTH", row, "work_started_on")


def standing(row: Row, ask: Ask) -> Iterator[Finding]:
    """人员类别, and stays that cannot both be true."""
    if not row.get("member_class") and not row.get("left_on"):
        yield ask.say("CLASS_MISSING", row, "member_class")
    stays = row.get("stays") or ()
    is_open = [stay for stay in stays if not stay.get("to_on")]
    if len(is_open) > 1:
        yield ask.say("STAYS_OPEN", row, "organisation", number=len(is_open))
    elif stays and _overlapping(stays):
        yield ask.say("STAYS_OVERLAP", row, "entered_on")


def _overlapping(stays: Sequence[Row]) -> bool:
    until: date | None = None
    for stay in sorted(stays, key=lambda each: each.get("from_on") or ""):
        begun, ended = stay.get("from_on"), stay.get("to_on")
        if begun and ended and last_day(ended) < first_day(begun):
            return True
        if until is not None and begun and last_day(begun) < until:
            return True
        until = first_day(ended) if ended else date.max
    return False


def joining(row: Row, ask: Ask) -> Iterator[Finding]:
    """Joining against today and birth."""
    birth, joined = row.get("birth_on"), row.get("joined_on")
    if joined and first_day(joined) > ask.day:
        yield ask.say("JOINED_LATER", row, "joined_on")
    if not birth or not joined:
        return
    months = ask.book["JOINED_YOUNG"].on(first_day(joined)).number("adult_months")
    if int(joined[:4]) - int(birth[:4]) > months // 12:
        return
    if last_day(joined) < add_months(first_day(birth), months):
        yield ask.say("JOINED_YOUNG", row, "joined_on", of=first_day(joined))


def confirmation(row: Row, ask: Ask) -> Iterator[Finding]:
    """Confirmation against joining, and whether it is known where 党龄 hangs on it."""
    joined, confirmed = row.get("joined_on"), row.get("confirmed_on")
    if confirmed:
        if joined and last_day(confirmed) < first_day(joined):
            yield ask.say("CONFIRMED_BEFORE", row, "confirmed_on")
    elif row.get("member_class") == FULL and row.get("confirmation") != "未记载":
        if joined and _without_probation(joined, ask.book["NO_PROBATION"].newest):
            yield ask.say("NO_PROBATION", row, "confirmed_on")
        else:
            yield ask.say("CONFIRMED_MISSING", row, "confirmed_on")


def _without_probation(joined: str, edition: Edition) -> bool:
    return edition.text("from") <= f"{joined}-01"[:7] and f"{joined}-12"[:7] <= edition.text("to")


def probation(row: Row, ask: Ask) -> Iterator[Finding]:
    """Whether the time between joining and confirmation is as long as the rules of its day have it."""
    joined, confirmed = row.get("joined_on"), row.get("confirmed_on")
    if not joined or not confirmed or last_day(confirmed) < first_day(joined):
        return
    done = first_day(confirmed)
    edition = ask.book["PROBATION_SHORT"].on(done)
    if first_day(joined) < first_day(edition.text("checked_from")):
        return
    if _extended(row):
        edition = ask.book["PROBATION_EXTENDED"].on(done)
        least, most = edition.number("min_months"), edition.number("max_months")
        low, high = add_months(first_day(joined), least), add_months(last_day(joined), most)
        if last_day(confirmed) < low or done > high:
            yield ask.say("PROBATION_EXTENDED", row, "confirmed_on", of=done, least=least, most=most)
    elif last_day(confirmed) < add_months(first_day(joined), edition.number("months")):
        yield ask.say("PROBATION_SHORT", row, "confirmed_on", of=done)


def _extended(row: Row) -> bool:
    return bool(row.get("extended_to")) or EXTENDED in (row.get("confirmation") or "")


def expired(row: Row, ask: Ask) -> Iterator[Finding]:
    """Whose probation ends, or has ended without confirmation (ADM_PROB)."""
    joined = row.get("joined_on")
    if row.get("member_class") != PROBATIONARY or row.get("confirmed_on") or row.get("left_on") or not joined:
        return
    months = ask.book["ADM_PROB"].on(first_day(joined)).number("months")
    due = row.get("extended_to") or add_months(last_day(joined), months).isoformat()
    found = ask.due("ADM_PROB", row, due, "confirmed_on")
    if found:
        yield found


def seniority(row: Row, ask: Ask) -> Iterator[Finding]:
    """An adjustment that is longer than 党龄 itself."""
    months, since = row.get("seniority_adjustment"), row.get("confirmed_on") or row.get("joined_on")
    if not months or not since or first_day(since) > ask.day:
        return
    held = (ask.day.year - int(since[:4])) * 12 + ask.day.month - first_day(since).month
    held -= ask.day.day < first_day(since).day
    if abs(months) > held:
        yield ask.say("SENIORITY_NEGATIVE", row, "seniority_adjustment", months=months)
