"""What follows from one member's record: standing, kinds of entry, the highest level of study, the start of 党龄."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dangjian_desktop.domain.rules.rulebook import RuleBook
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day

FULL, PROBATIONARY = "1", "2"
IN_FORCE = "A"
"""The standing (党籍状态) of everybody whose newest stay has no end."""
STUDY_GROUPS = ("fulltime", "inservice")
_STUDY_FIELDS = frozenset(f"{group}_{name}" for group in STUDY_GROUPS for name in ("education", "degree", "school"))
OPENING, MOVE, ADMITTED, TRANSFERRED_IN, TRANSFERRED_OUT = "opening", "move", "I1", "I5", "O4"


def highest_study(values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """学历, 学位 and 毕业院校 as the 全日制 and 在职 ones tell them: what to add to `values` that does not say itself.

    `known` is what stood there before: it gives way to something higher only. In both code lists a smaller code is
    the higher level.
    """
    told: dict[str, Any] = {}
    # Most rosters have neither, and there may be 100,000 rows.
    if _STUDY_FIELDS.isdisjoint(values):
        return told
    for name in ("education", "degree"):
        codes = [code for group in STUDY_GROUPS if (code := values.get(f"{group}_{name}"))]
        if codes and not values.get(name) and (not known.get(name) or min(codes) < known[name]):
            told[name] = min(codes)
    groups = [group for group in STUDY_GROUPS if values.get(f"{group}_school")]
    if groups and not values.get("school") and ("education" in told or not known.get("school")):
        highest = min(groups, key=lambda group: values.get(f"{group}_education") or "99")
        told["school"] = values[f"{highest}_school"]
    return told


def counted_from(
    rules: RuleBook,
    member_class: str | None,
    joined_on: str | None,
    confirmed_on: str | None,
    adjustment: int | None,
) -> str | None:
    """The day from which 党龄 counts: that of confirmation, moved by the adjustment in months; None where it does not.

    A probationary member has none. Who joined in the months without probation counts from joining where no
    confirmation is recorded (发展细则2026 第33条; rule NO_PROBATION).
    """
    since = confirmed_on
    if not since and joined_on and _without_probation(rules, joined_on):
        since = joined_on
    if member_class == PROBATIONARY or not since:
        return None
    return add_months(first_day(since), -(adjustment or 0)).isoformat()


def _without_probation(rules: RuleBook, joined_on: str) -> bool:
    """Whether all that a joining date can mean lies in the months in which there was as a rule no probation."""
    edition = rules["NO_PROBATION"].newest
    first, last = edition.text("from"), edition.text("to")
    return first <= f"{joined_on}-01"[:7] and f"{joined_on}-12"[:7] <= last


def known_entry(values: Mapping[str, Any], *, base_date: date, on: date) -> tuple[str | None, str | None]:
    """How a member came in (a code) and on which day, as far as stored values tell it without a guess.

    Who was here on 建账日 is of the opening balance, which begins on that day; who is admitted is so on the day of
    joining. None stands for what has to be asked.
    """
    kind, day, joined = values.get("entered_kind"), values.get("entered_on"), values.get("joined_on")
    if not kind and (on <= base_date or (day and last_day(day) <= base_date)):
        kind = OPENING
    elif not kind and day and day == joined:
        kind = ADMITTED
    if not day and kind == OPENING:
        day = base_date.isoformat()
    elif not day and kind == ADMITTED:
        day = joined
    return kind, day


def entry_kind(joined_on: str | None, *, base_date: date, on: date, first_of_unit: bool) -> str:
    """How a member who was not known before came in.

    The first roster of a unit, and everything taken in on 建账日 or before, is the opening balance; one
    admitted since is 发展党员; everyone else 转入组织关系.
    """
    if on <= base_date or first_of_unit:
        return OPENING
    if joined_on and first_day(joined_on) >= base_date:
        return ADMITTED
    return TRANSFERRED_IN
