"""Terms of office (任期): when a term ends and which organisations have to elect soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from .findings import INFO, WARNING, Finding
from .kinds import ORGANISATIONAL

# 任期意见2018: committees 5 years, other branches 3, those of villages and communities 5.
_YEARS, _COMMITTEE_YEARS, _COMMUNITY_YEARS = 3, 5, 5
_COMMUNITY_FIELDS = frozenset({"village", "community", "rural"})

NOTICE_DAYS = 180
"""How long before its end a term counts as due: superiors remind six months ahead (支部条例2018)."""


@dataclass(frozen=True, slots=True)
class Term:
    """One organisation's current term; `expires_on` is a partial date, `state` one of `running`, `soon`, `overdue`.

    `assumed` tells that nobody entered the years and the usual ones were taken; `extended` that a later end was
    approved.
    """

    elected_on: str
    years: int
    expires_on: str
    state: str
    assumed: bool
    extended: bool


def usual_years(kind: str, field: str | None) -> int:
    """The years of a term where the approval does not say otherwise."""
    if kind == "611":
        return _COMMITTEE_YEARS
    return _COMMUNITY_YEARS if field in _COMMUNITY_FIELDS else _YEARS


def has_term(kind: str) -> bool:
    """Whether organisations of this kind elect for a term."""
    return kind in ORGANISATIONAL


def term_of(
    kind: str, field: str | None, elected_on: str | None, years: int | None, extended_to: str | None, day: date
) -> Term | None:
    """The term that holds on `day`, or None when the election date is unknown or later than that day."""
    if not elected_on or first_day(elected_on) > day:
        return None
    length = years or usual_years(kind, field)
    expires = _years_later(elected_on, length)
    extended = bool(extended_to) and last_day(extended_to or "") > last_day(expires)
    if extended and extended_to:
        expires = extended_to
    return Term(elected_on, length, expires, _state(expires, day), years is None, extended)


def election_findings(due: int | None, present: int | None) -> list[Finding]:
    """What stands out in who was entitled to vote and who of them came when the term began."""
    if not due or present is None:
        return []
    if present > due:
        told, severity = "选举实到人数比应到人数多，请核对。", WARNING
    elif present * 5 < due * 4:
        told, severity = "选举实到人数不到应到人数的五分之四，请核对选举是否有效。", WARNING
    elif present * 5 == due * 4:
        told, severity = "选举实到人数恰好是应到人数的五分之四，请按经批准的选举办法核对。", INFO
    else:
        return []
    return [Finding("ELECTION_QUORUM", severity, told, "term_present", article="选举条例2020")]


def _state(expires: str, day: date) -> str:
    if last_day(expires) < day:
        return "overdue"
    return "soon" if (first_day(expires) - day).days <= NOTICE_DAYS else "running"


def _years_later(partial: str, years: int) -> str:
    """The same day years later, as exactly as it is known; 29 February becomes 28."""
    moved = f"{int(partial[:4]) + years:04d}{partial[4:]}"
    if moved.endswith("-02-29"):
        return last_day(moved[:7]).isoformat()
    return moved
