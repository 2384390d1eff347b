"""What one member's record says about itself: consistency by `domain/members.md` §5, standing, kinds of entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dangjian_desktop.domain.rules.rulebook import RuleBook
from dangjian_desktop.domain.values.id_numbers import check_id_number
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day

from .findings import ERROR, INFO, WARNING, Finding

FULL, PROBATIONARY = "1", "2"
IN_FORCE = "A"
"""The standing (党籍状态) of everybody whose newest stay has no end."""
STUDY_GROUPS = ("fulltime", "inservice")
_STUDY_FIELDS = frozenset(f"{group}_{name}" for group in STUDY_GROUPS for name in ("education", "degree", "school"))
OPENING, MOVE, ADMITTED, TRANSFERRED_IN, TRANSFERRED_OUT = "opening", "move", "I1", "I5", "O4"

ADULT_MONTHS = 18 * 12
PROBATION_MONTHS = 12
PROBATION_CHECKED_FROM = date(1982, 9, 1)


def findings(values: Mapping[str, Any], on: date) -> list[Finding]:
    """What stands out in one member's stored values on a day; never refuses, only tells."""
    return [*_identity(values, on), *date_findings(values, on)]


def date_findings(values: Mapping[str, Any], on: date) -> list[Finding]:
    """What stands out in birth, joining and confirmation alone."""
    return [*_dates(values, on), *_probation(values)]


def _identity(values: Mapping[str, Any], on: date) -> list[Finding]:
    number = values.get("id_number")
    if not number:
        return [Finding("ID_MISSING", WARNING, "没有公民身份号码，不能与其他名册对上。", "id_number")]
    check = check_id_number(number, on=on)
    if not check.ok:
        return [Finding("ID_BAD", ERROR, f"公民身份号码有误：{check.error}。", "id_number", article="GB 11643-1999")]
    found = []
    birth = values.get("birth_on")
    if birth and check.birth_on and not check.birth_on.startswith(birth):
        text = "出生日期与公民身份号码不一致，以组织认定的为准。"
        found.append(Finding("BIRTH_DIFFERS", WARNING, text, "birth_on"))
    if values.get("sex") and check.sex and values["sex"] != check.sex:
        found.append(Finding("SEX_DIFFERS", WARNING, "性别与公民身份号码第17位不一致，请核对。", "sex"))
    return found


def _dates(values: Mapping[str, Any], on: date) -> list[Finding]:
    found = []
    birth, joined, confirmed = values.get("birth_on"), values.get("joined_on"), values.get("confirmed_on")
    if joined and first_day(joined) > on:
        found.append(Finding("JOINED_LATER", WARNING, "入党日期晚于今天，请核对。", "joined_on"))
    # Nearly everybody is plainly of age: the year tells it without reckoning days.
    adult = birth and joined and int(joined[:4]) - int(birth[:4]) > ADULT_MONTHS // 12
    if birth and joined and not adult and last_day(joined) < add_months(first_day(birth), ADULT_MONTHS):
        text = "入党时未满18周岁，请核对档案。"
        found.append(Finding("JOINED_YOUNG", INFO, text, "joined_on", article="发展细则2026 第5条"))
    if joined and confirmed and last_day(confirmed) < first_day(joined):
        found.append(Finding("CONFIRMED_BEFORE", ERROR, "转正日期早于入党日期。", "confirmed_on"))
    if values.get("member_class") == FULL and not confirmed and values.get("confirmation") != "未记载":
        found.append(Finding("CONFIRMED_MISSING", WARNING, "正式党员没有转正日期，党龄无法计算。", "confirmed_on"))
    return found


def _probation(values: Mapping[str, Any]) -> list[Finding]:
    joined, confirmed = values.get("joined_on"), values.get("confirmed_on")
    if not joined or not confirmed or first_day(joined) < PROBATION_CHECKED_FROM:
        return []
    years = int(confirmed[:4]) - int(joined[:4])
    # Two calendar years apart, or the same day of the next year or later: no need to reckon days.
    if years > 1 or (years == 1 and len(confirmed) == len(joined) == 10 and confirmed[5:] >= joined[5:]):
        return []
    if last_day(confirmed) < add_months(first_day(joined), PROBATION_MONTHS):
        text = "转正距入党不满12个月，请核对档案。"
        return [Finding("PROBATION_SHORT", WARNING, text, "confirmed_on", article="发展细则2026 第31条")]
    return []


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
