"""What one organisation's record says: its term, its size, its committee, the units it covers (organisations.md §2, 3).

A row holds, beside its fields, `members` and `full` (those counted in it on the day, 正式党员 apart), `seats` (who
holds a committee post on the day), and `term_later`, the 当选日 of a term that begins after the day; each is left
out where nobody counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.values.partial_dates import first_day, format_date, last_day

from .asking import Ask, Row

_SEPARATORS = re.compile(r"[\n；;、，,]+")
_ASIDE = re.compile(r"[（(][^）)]*[）)]")


def stands(row: Row, ask: Ask) -> bool:
    """Whether the organisation is established and not dissolved by the day."""
    dissolved = row.get("dissolved_on")
    return row.get("stage") != "planned" and not (dissolved and last_day(dissolved) <= ask.day)


def term(row: Row, ask: Ask) -> Iterator[Finding]:
    """When the term ends, whether an extension holds, and whether the day of the election is known."""
    if not terms.has_term(ask.book, row["kind"]) or not stands(row, ask):
        return
    elected, later = row.get("term_elected_on"), row.get("term_later")
    if later:
        yield ask.say("TERM_LATER", row, "term_elected_on", elected=format_date(later))
    if not elected:
        yield ask.say("TERM_UNKNOWN", row, "term_elected_on")
        return
    founded = row.get("founded_on")
    if founded and last_day(elected) < first_day(founded):
        yield ask.say("TERM_EARLY", row, "term_elected_on")
    years, extended = row.get("term_years"), row.get("term_extended_to")
    held = terms.term_of(ask.book, row["kind"], row.get("field"), elected, years, extended, ask.day)
    if held is None:
        return
    if held.too_long:
        until, due = format_date(extended), format_date(held.expires_on)
        yield ask.say("TERM_EXT_LONG", row, "term_extended_to", extended=until, due=due)
    elif extended and not held.extended:
        until, due = format_date(extended), format_date(held.expiry)
        yield ask.say("TERM_EXT_SHORT", row, "term_extended_to", extended=until, due=due)
    found = ask.due("TERM_EXT" if held.extended else "TERM", row, held.expires_on, "term_ends_on")
    if found:
        yield found


def election(row: Row, ask: Ask) -> Iterator[Finding]:
    """Who was entitled to vote and who of them came when the term began."""
    due, present, elected = row.get("term_due"), row.get("term_present"), row.get("term_elected_on")
    if not due or present is None:
        return
    edition = ask.book["ELECTION_QUORUM"].on(first_day(elected) if elected else ask.day)
    came, asked = present * edition.number("denominator"), due * edition.number("numerator")
    if present > due:
        yield ask.say("ELECTION_NUMBERS", row, "term_present")
    elif came <= asked:
        day = first_day(elected) if elected else None
        yield ask.say("ELECTION_QUORUM", row, "term_present", of=day, late=came == asked)


def size(row: Row, ask: Ask) -> Iterator[Finding]:
    """A branch of more than fifty members."""
    edition, members = ask.book["BRANCH_SIZE"].on(ask.day), row.get("members")
    if members is None or row["kind"] not in edition.texts("kinds") or not stands(row, ask):
        return
    limit = edition.number("max_members")
    if members > limit:
        yield ask.say("BRANCH_SIZE", row, members=members, limit=limit)


def committee(row: Row, ask: Ask) -> Iterator[Finding]:
    """A committee that should be there or should not, and its seats."""
    edition, full = ask.book["COMMITTEE"].on(ask.day), row.get("full")
    if full is None or row["kind"] not in edition.texts("kinds") or not stands(row, ask):
        return
    limit, has, seats = edition.number("min_full_members"), row.get("committee"), row.get("seats") or 0
    least = ask.book["COMMITTEE_SEATS"].on(ask.day).number("min_seats")
    if full >= limit and not has and seats < least:
        yield ask.say("COMMITTEE", row, "committee", members=full, limit=limit)
    elif full < limit and has:
        yield ask.say("COMMITTEE", row, "committee", late=True, members=full, limit=limit)
    if has is not False:
        yield from _seats(row, ask, seats)


def _seats(row: Row, ask: Ask, held: int) -> Iterator[Finding]:
    edition = ask.book["COMMITTEE_SEATS"].on(ask.day)
    least, most = edition.number("min_seats"), edition.number("max_seats")
    for seats, field in ((row.get("committee_planned") or 0, "committee_planned"), (held, "committee")):
        # Nobody entered is no committee of nobody; without the word that there is one, few posts are none either.
        few = 0 < seats < least and bool(row.get("committee"))
        if few or seats > most:
            yield ask.say("COMMITTEE_SEATS", row, field, seats=seats, least=least, most=most)
            return


def covered(row: Row, ask: Ask) -> Iterator[Finding]:
    """A joint branch that covers more than five units."""
    edition, told = ask.book["JOINT_UNITS"].on(ask.day), row.get("units")
    if not told or row["kind"] not in edition.texts("kinds") or not stands(row, ask):
        return
    units, limit = (
        len([unit for unit in _SEPARATORS.split(_ASIDE.sub("", told)) if unit.strip()]),
        edition.number("max_units"),
    )
    if units > limit:
        yield ask.say("JOINT_UNITS", row, "units", units=units, limit=limit)


def field_known(row: Row, ask: Ask) -> Iterator[Finding]:
    """An organisation that no 领域 counts."""
    if terms.has_term(ask.book, row["kind"]) and stands(row, ask) and not row.get("field"):
        yield ask.say("FIELD_MISSING", row, "field")


def dissolved(row: Row, ask: Ask) -> Iterator[Finding]:
    """Members left in what was dissolved."""
    day = row.get("dissolved_on")
    if day and last_day(day) <= ask.day and row.get("members"):
        yield ask.say("DISSOLVED_WITH_MEMBERS", row, "dissolved_on", day=format_date(day), members=row["members"])
