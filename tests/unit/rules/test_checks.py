"""Each rule fires, is silent where it should be, and turns on its very day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.rules.registry import CHECKS, ELSEWHERE, STANDARDS, findings_of
from dangjian_desktop.domain.rules.shipped import rules

DAY = "2026-09-30"
BRANCH = {"id": "u", "name": "第一党支部", "kind": "631", "field": "two_new", "term_elected_on": "2025-01-10"}
PERSON = {
    "id": "m",
    "name": "王五",
    "id_number": None,
    "birth_on": "1970-01-01",
    "member_class": "1",
    "joined_on": "1995-07-01",
    "confirmed_on": "1996-07-01",
}
POST = {"id": "p", "holder": "王五", "post": "书记", "unit": "第一党支部", "from_on": "2025-01-10", "heads": 1}
MEETING = {"id": "x", "name": "学习", "started_at": "2026-09-03T09:00", "ended_at": "2026-09-03T10:00"}
FULL: dict[str, Any] = {"full": 7, "members": 8, "seats": 3, "committee": True}


def codes(about: str, day: str = DAY, **row: Any) -> set[str]:
    kinds: dict[str, dict[str, Any]] = {"organisation": BRANCH, "member": PERSON, "post": POST, "meeting": MEETING}
    found = findings_of(about, kinds[about] | row, Ask(rules(), date.fromisoformat(day)))
    return {finding.rule for finding in found} - {"ID_MISSING"}


def test_every_rule_of_the_book_has_a_check() -> None:
    checked = {code for checks in CHECKS.values() for check in checks for code in check.codes}
    assert checked | ELSEWHERE | STANDARDS == set(rules().rules)
    assert not checked & (ELSEWHERE | STANDARDS)
    for kind, checks in CHECKS.items():
        assert {rules()[code].applies_to for check in checks for code in check.codes} == {kind}


def test_what_is_in_order_is_not_told() -> None:
    assert codes("organisation", **FULL) == codes("member") == codes("post") == codes("meeting") == set()


@pytest.mark.parametrize(
    ("day", "step", "severity"),
    [
        ("2027-07-13", None, ""),
        ("2027-07-14", 180, "warning"),
        ("2027-09-12", 120, "warning"),
        ("2027-10-12", 90, "warning"),
        ("2027-12-11", 30, "warning"),
        ("2028-01-10", 0, "warning"),
        ("2028-01-11", 0, "error"),
        ("2028-02-09", -30, "error"),
        ("2028-03-11", -60, "error"),
    ],
)
def test_a_term_is_told_from_its_first_lead_time_and_every_month_after(
    day: str, step: int | None, severity: str
) -> None:
    found = findings_of("organisation", BRANCH, Ask(rules(), date.fromisoformat(day)))
    assert [(f.rule, f.step, f.severity, f.due_on) for f in found] == (
        [("TERM", step, severity, "2028-01-10")] if step is not None else []
    )
    assert all("任期意见2018" in f.article and f.edition == "任期意见2018" for f in found)


@pytest.mark.parametrize(
    ("extended", "day", "found"),
    [
        ("2028-06-30", "2028-02-01", set()),
        ("2028-06-30", "2028-04-01", {"TERM_EXT"}),
        ("2028-06-30", "2028-07-01", {"TERM_EXT"}),
        ("2029-01-10", "2028-02-01", set()),
        ("2029-01-11", "2028-02-01", {"TERM_EXT_LONG", "TERM"}),
        ("2028-01-10", "2027-01-01", {"TERM_EXT_SHORT"}),
        ("2028-01", "2027-01-01", set()),
        ("2027-12", "2027-01-01", {"TERM_EXT_SHORT"}),
        ("2031-01-10", "2029-01-11", {"TERM_EXT_LONG", "TERM"}),
    ],
)
def test_an_extension_holds_for_a_year_at_most(extended: str, day: str, found: set[str]) -> None:
    assert codes("organisation", day, term_extended_to=extended) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"term_elected_on": None}, {"TERM_UNKNOWN"}),
        ({"term_elected_on": None, "stage": "planned"}, set()),
        ({"founded_on": "2025-02"}, {"TERM_EARLY"}),
        ({"founded_on": "2025-01"}, set()),
        ({"term_later": "2027-01"}, {"TERM_LATER"}),
        ({"term_later": "2027-01", "stage": "planned"}, set()),
        ({"field": None}, {"FIELD_MISSING"}),
        ({"members": 50}, set()),
        ({"members": 51}, {"BRANCH_SIZE"}),
        ({"members": 51, "kind": "621"}, set()),
        (FULL | {"committee": False, "seats": 0}, {"COMMITTEE"}),
        (FULL | {"committee": None, "seats": 0}, {"COMMITTEE"}),
        (FULL | {"committee": False, "seats": 0, "full": 6}, set()),
        (FULL | {"full": 6}, {"COMMITTEE"}),
        (FULL | {"seats": 2}, {"COMMITTEE_SEATS"}),
        (FULL | {"seats": 7}, set()),
        (FULL | {"seats": 8}, {"COMMITTEE_SEATS"}),
        (FULL | {"committee_planned": 9}, {"COMMITTEE_SEATS"}),
        ({"kind": "632", "units": "甲\n乙\n丙\n丁\n戊"}, set()),
        ({"kind": "632", "units": "甲（社会组织，从业8人）\n乙\n丙、丁，戊"}, set()),
        ({"kind": "632", "units": "甲\n乙\n丙\n丁\n戊\n己"}, {"JOINT_UNITS"}),
        ({"dissolved_on": "2026-09", "members": 1}, {"DISSOLVED_WITH_MEMBERS"}),
        ({"dissolved_on": "2026-09", "members": 0}, set()),
        ({"term_due": 20, "term_present": 15}, {"ELECTION_QUORUM"}),
        ({"term_due": 20, "term_present": 17}, set()),
    ],
)
def test_organisations(row: dict[str, Any], found: set[str]) -> None:
    assert codes("organisation", **row) == found


PROBATION = {"member_class": "2", "joined_on": "2025-10-20", "confirmed_on": None}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"birth_on": "1916-09-30"}, set()),
        ({"birth_on": "1915-09-30", "joined_on": "1995-07-01"}, {"AGE_HIGH"}),
        ({"work_started_on": "1970"}, set()),
        ({"work_started_on": "1969-12"}, {"WORK_BEFORE_BIRTH"}),
        ({"member_class": None}, {"CLASS_MISSING"}),
        ({"member_class": None, "left_on": "2026-03-01"}, set()),
        ({"stays": [{"from_on": "2026-01-01"}, {"from_on": "2026-02-01"}]}, {"STAYS_OPEN"}),
        (
            {"stays": [{"from_on": "2026-01-01", "to_on": "2026-03-01"}, {"from_on": "2026-02-01"}]},
            {"STAYS_OVERLAP"},
        ),
        ({"stays": [{"from_on": "2026-01-01", "to_on": "2026-02"}, {"from_on": "2026-02-01"}]}, set()),
        ({"stays": [{"from_on": "2026-05-01", "to_on": "2026-03-01"}]}, {"STAYS_OVERLAP"}),
        ({"joined_on": "1987-12-31", "confirmed_on": "1988-12-31"}, {"JOINED_YOUNG"}),
        ({"joined_on": "1988-01-01", "confirmed_on": "1989-01-01"}, set()),
        ({"confirmed_on": None}, {"CONFIRMED_MISSING"}),
        ({"birth_on": "1950-01-01", "joined_on": "1969-03", "confirmed_on": None}, {"CONFIRMED_MISSING"}),
        ({"birth_on": "1950-01-01", "joined_on": "1969-04", "confirmed_on": None}, {"NO_PROBATION"}),
        ({"birth_on": "1950-01-01", "joined_on": "1977-08-31", "confirmed_on": None}, {"NO_PROBATION"}),
        ({"birth_on": "1950-01-01", "joined_on": "1977-09-01", "confirmed_on": None}, {"CONFIRMED_MISSING"}),
        ({"confirmed_on": "1996-06-30"}, {"PROBATION_SHORT"}),
        ({"birth_on": "1950-01-01", "joined_on": "1982-08-31", "confirmed_on": "1983-01-01"}, set()),
        ({"extended_to": "1997-01-01", "confirmed_on": "1997-01-01"}, set()),
        ({"extended_to": "1997-01-01", "confirmed_on": "1996-12-31"}, {"PROBATION_EXTENDED"}),
        ({"confirmation": "延长转正", "confirmed_on": "1997-07-02"}, {"PROBATION_EXTENDED"}),
        ({"confirmation": "延长转正", "confirmed_on": "1997-07-01"}, set()),
        (PROBATION, {"ADM_PROB"}),
        (PROBATION | {"joined_on": "2025-11-29"}, {"ADM_PROB"}),
        (PROBATION | {"joined_on": "2025-11-30"}, set()),
        (PROBATION | {"extended_to": "2027-04-20"}, set()),
        (PROBATION | {"left_on": "2026-09-01"}, set()),
        ({"seniority_adjustment": -362}, set()),
        ({"seniority_adjustment": -363}, {"SENIORITY_NEGATIVE"}),
    ],
)
def test_members(row: dict[str, Any], found: set[str]) -> None:
    assert codes("member", **row) == found


def test_an_expired_probation_is_serious_and_judged_by_its_own_edition() -> None:
    ask = Ask(rules(), date(2026, 10, 21))
    (found,) = [f for f in findings_of("member", PERSON | PROBATION, ask) if f.rule == "ADM_PROB"]
    assert (found.severity, found.due_on, found.edition, found.records) == (
        "error",
        "2026-10-20",
        "发展细则2026",
        ("m",),
    )
    (short,) = findings_of("member", PERSON | {"confirmed_on": "1996-06-30"}, ask, {"PROBATION_SHORT"})
    assert short.edition == "发展细则2014"


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"to_on": "2025-01-09"}, {"POST_BACKWARDS"}),
        ({"to_on": "2025-01"}, set()),
        ({"holder_left_on": "2026-03-01"}, {"POST_AFTER_LEAVING"}),
        ({"holder_left_on": "2026-03-01", "to_on": "2026-03-01"}, set()),
        ({"holder_class": "2"}, {"POST_PROBATIONARY"}),
        ({"holder_class": "2", "post": "党建联络员"}, set()),
        ({"heads": 2}, {"POST_SECOND_HEAD"}),
        ({"heads": 2, "post": "副书记"}, set()),
        ({"heads": 2, "to_on": "2026-09-30"}, set()),
    ],
)
def test_posts(row: dict[str, Any], found: set[str]) -> None:
    assert codes("post", **row) == found


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"ended_at": "2026-09-03T09:00"}, {"MEETING_BACKWARDS"}),
        ({"ended_at": "2026-09-03T08:00"}, {"MEETING_BACKWARDS"}),
        ({"ended_at": "2026-09-03"}, set()),
        ({"started_at": "2026-09-03", "ended_at": "2026-09-02T10:00"}, {"MEETING_BACKWARDS"}),
        ({"ended_at": "2026-09-04T08:00"}, set()),
        ({"entered_on": "2026-09-18"}, set()),
        ({"entered_on": "2026-09-19"}, {"BACK_ENTRY"}),
        ({"guests": "张三、李四", "present": ["李四"]}, {"GUEST_PRESENT"}),
        ({"guests": "张三丰", "present": ["张三"]}, set()),
        ({"elsewhere": [(["王五"], "2026-09-03 别的会")]}, {"MEETING_OVERLAP"}),
    ],
)
def test_meetings(row: dict[str, Any], found: set[str]) -> None:
    assert codes("meeting", **row) == found
