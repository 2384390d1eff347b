"""Terms of office (任期) as a history: what stands in each, which one holds on a day, and when it ends.

A stored term holds `elected_on`, `years`, `extended_to`, `method`, `due`, `present` and `doc`, each left out where it
is not known, under the day on which it was first said to have begun. The form and lists show the newest one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.rules.rulebook import Edition, RuleBook
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, format_date, last_day

Stored = Mapping[str, Any]
"""One term as it is stored."""
Terms = Mapping[str, Stored]

TERM_FIELDS = {
    "term_elected_on": "elected_on",
    "term_years": "years",
    "term_extended_to": "extended_to",
    "term_method": "method",
    "term_due": "due",
    "term_present": "present",
    "term_doc": "doc",
}
"""Fields of the form and of imports that live in the newest term."""

TERM_COLUMNS = (*TERM_FIELDS, "term_expiry", "term_ends_on")
_UNDATED = "undated"
_ABSURD = 100
"""So many years are a slip of the pen, and no day of the calendar."""


@dataclass(frozen=True, slots=True)
class Term:
    """The term of one organisation on a day; `expires_on` is a partial date, `state` `running`, `soon` or `overdue`.

    `expiry` is its end without an extension. `assumed` tells that nobody entered the years and the usual ones were
    taken; `extended` that a later end was approved; `too_long` that it was approved for longer than the rule allows,
    which does not count: the alarm goes on as without it.
    """

    elected_on: str
    years: int
    expires_on: str
    state: str
    assumed: bool
    extended: bool
    expiry: str
    too_long: bool


def edition_of(rules: RuleBook, elected_on: str) -> Edition:
    """The edition of the rule on terms that an election of that day is judged by."""
    return rules["TERM"].on(first_day(elected_on))


def usual_years(rules: RuleBook, kind: str, field: str | None, elected_on: str) -> int:
    """The years of a term where the approval does not say otherwise (任期意见2018).

    `field` is the unit's own 领域: a branch below a community is a community branch only where it says so itself.
    """
    edition = edition_of(rules, elected_on)
    if kind == "611":
        return edition.number("committee_years")
    return edition.number("community_years" if field in edition.texts("community_fields") else "branch_years")


def has_term(rules: RuleBook, kind: str) -> bool:
    """Whether organisations of this kind elect for a term."""
    return kind in rules["TERM"].newest.texts("elective_kinds")


def term_of(
    rules: RuleBook,
    kind: str,
    field: str | None,
    elected_on: str | None,
    years: int | None,
    extended_to: str | None,
    day: date,
) -> Term | None:
    """The term that holds on `day`, or None when the election date is unknown or later than that day."""
    if not elected_on or first_day(elected_on) > day:
        return None
    length = years if years and 0 < years < _ABSURD else usual_years(rules, kind, field, elected_on)
    expiry = _years_later(elected_on, length)
    ends, extended, too_long = _extended(rules, expiry, extended_to)
    return Term(elected_on, length, ends, _state(rules, ends, day), length != years, extended, expiry, too_long)


def _extended(rules: RuleBook, expiry: str, extended_to: str | None) -> tuple[str, bool, bool]:
    """The end with an approved extension, whether it was extended, and whether for longer than the rule lets it."""
    if not extended_to or last_day(extended_to) <= last_day(expiry):
        return expiry, False, False
    limit = add_months(last_day(expiry), rules["TERM_EXT"].newest.number("limit_months"))
    if first_day(extended_to) > limit:
        return expiry, False, True
    return extended_to, True, False


def _state(rules: RuleBook, ends: str, day: date) -> str:
    if last_day(ends) < day:
        return "overdue"
    return "soon" if (first_day(ends) - day).days <= rules["TERM"].lead_days[0] else "running"


def _years_later(partial: str, years: int) -> str:
    """The same day years later, as exactly as it is known; 29 February becomes 28."""
    moved = f"{int(partial[:4]) + years:04d}{partial[4:]}"
    if moved.endswith("-02-29"):
        return last_day(moved[:7]).isoformat()
    return moved


def _began(key: str, term: Stored) -> str:
    """Where a term stands in the order of terms; one whose date was emptied stays where it was."""
    first = key.partition("~")[0]
    return str(term.get("elected_on") or (first if first[:4].isdecimal() else _UNDATED))


def newest(terms: Terms) -> tuple[str, Stored] | None:
    """The newest term with its key, None where there is none."""
    key = max(terms, key=lambda each: _began(each, terms[each]), default=None)
    return None if key is None else (key, terms[key])


def in_force(terms: Terms, day: date) -> tuple[str, Stored] | None:
    """The term that had begun by `day` and was the newest then, with its key."""
    return newest({k: t for k, t in terms.items() if (b := _began(k, t)) == _UNDATED or first_day(b) <= day})


def columns(rules: RuleBook, kind: str, field: str | None, terms: Terms) -> dict[str, Any]:
    """The fields that show the newest term of an organisation, and when it ends."""
    found = newest(terms)
    shown: dict[str, Any] = dict.fromkeys(TERM_COLUMNS)
    if found is None:
        return shown
    held = found[1]
    shown |= {name: held.get(part) for name, part in TERM_FIELDS.items()}
    elected = held.get("elected_on")
    if elected and has_term(rules, kind):
        term = term_of(rules, kind, field, elected, held.get("years"), held.get("extended_to"), first_day(elected))
        if term is not None:
            shown |= {"term_expiry": term.expiry, "term_ends_on": term.expires_on}
    return shown


def creation(values: Mapping[str, Any]) -> dict[str, Any]:
    """The row of a new organisation with what was said about its term as the first of its history."""
    row = {name: value for name, value in values.items() if name not in TERM_FIELDS}
    first = _known({part: values.get(name) for name, part in TERM_FIELDS.items()})
    if first:
        row["terms"] = {str(first.get("elected_on") or _UNDATED): first}
    return row


def edits(rules: RuleBook, current: Mapping[str, Any], values: Mapping[str, Any], since: str | None) -> dict[str, Any]:
    """The paths that an edit of an organisation's values moves, those of its term in the history of terms.

    An 当选日 more than a year after that of the newest term begins a new term, which takes over only the years; any
    other corrects the newest one. With `since` the term of that day is meant, and a later 当选日 corrects it. Raises
    `UserError` (`term_known`) for the 当选日 of an earlier term.
    """
    moved = {name: value for name, value in values.items() if name not in TERM_FIELDS}
    given = {TERM_FIELDS[name]: value for name, value in values.items() if name in TERM_FIELDS}
    if not given:
        return moved
    terms: Terms = current.get("terms") or {}
    meant = in_force(terms, last_day(since)) if since else newest(terms)
    if meant is None or _begins(rules, meant[1], given.get("elected_on"), since):
        first = _known({"years": meant[1].get("years") if meant else None, **given})
        if first:
            _refuse_known(terms, None, first.get("elected_on"))
            moved[f"terms.{_free(terms, str(first.get('elected_on') or _UNDATED))}"] = first
        return moved
    key, held = meant
    _refuse_known(terms, key, given.get("elected_on"))
    left = _known({**held, **given})
    # Taking back the date of a re-election that has nothing else to it takes back the re-election.
    gone = not left or (len(terms) > 1 and set(left) <= {"years"})
    moved[f"terms.{key}"] = None if gone else left
    return moved


def _begins(rules: RuleBook, held: Stored, elected_on: str | None, since: str | None) -> bool:
    before = held.get("elected_on")
    if not elected_on or not before or (since and last_day(since) < first_day(elected_on)):
        return False
    apart = edition_of(rules, elected_on).number("new_term_months")
    return first_day(elected_on) > add_months(first_day(before), apart)


def _refuse_known(terms: Terms, key: str | None, elected_on: str | None) -> None:
    if elected_on and any(k != key and term.get("elected_on") == elected_on for k, term in terms.items()):
        raise UserError(
            "term_known",
            f"当选日{format_date(elected_on)}是以前一届的，已经在任期历史里。",
            effect="没有修改，数据没有改动。",
            advice="要改以前那一届，请写明从哪天起（那一届当时的当选日）。",
        )


def _free(terms: Terms, key: str) -> str:
    number = 2
    free = key
    while free in terms:
        free, number = f"{key}~{number}", number + 1
    return free


def _known(term: Stored) -> dict[str, Any]:
    return {name: value for name, value in term.items() if value is not None}
