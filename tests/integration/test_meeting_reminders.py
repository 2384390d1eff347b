"""Meetings are told before their month or quarter ends: in the last week, on the last day, and only then as missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.services.home import todo
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import categories, records
from dangjian_desktop.services.rules import findings, whole
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path, base=date(2026, 8, 1))
    branch = add_branch(opened, "第一党支部")
    add_member(opened, "王五", branch)
    yield opened
    opened.close()


def told(office: Office, day: str, code: str = "MEET_M") -> list[Finding]:
    office.clock = Clock(date.fromisoformat(day))
    office.cache.clear()
    return [each for each in whole.every(office, rule=code) if "主题党日" in each.message or code != "MEET_M"]


@pytest.mark.parametrize(
    ("day", "message", "step"),
    [
        ("2026-08-23", None, None),
        ("2026-08-24", "2026年8月还没有开主题党日", 7),
        ("2026-08-26", "2026年8月还没有开主题党日", 7),
        ("2026-08-31", "2026年8月还没有开主题党日", 0),
        ("2026-09-01", "未按时开主题党日", None),
    ],
)
def test_a_month_without_a_meeting(office: Office, day: str, message: str | None, step: int | None) -> None:
    found = told(office, day)
    assert [(one.message, one.step, one.subject) for one in found] == (
        [(message, step, "第一党支部")] if message else []
    )
    assert all(one.due_on == "2026-08-31" for one in found)


def test_a_meeting_that_was_held_is_asked_for_no_more(office: Office) -> None:
    office.clock = Clock(date(2026, 8, 25))
    branch = records.query(office, "organisation", text="第一党支部")[0]
    records.add(
        office,
        "meeting",
        {"meeting_kind": "主题党日", "organisation": branch, "title": "学习", "started_at": "2026-08-20T09:00"},
    )
    assert told(office, "2026-08-31") == told(office, "2026-09-01") == []
    assert [one.step for one in told(office, "2026-09-30")] == [0]


def test_the_home_page_names_what_is_coming_and_what_is_missed_apart(office: Office) -> None:
    office.clock = Clock(date(2026, 9, 30))
    topics = {matter.topic for matter in todo.matters(office, todo.others(office))}
    assert {"本期还没有开会", "未按时开会"} <= topics


def test_a_quarter_counts_only_when_it_began_after_the_base_date(office: Office) -> None:
    assert told(office, "2026-09-30", "MEET_Q") == []
    assert {one.due_on for one in told(office, "2026-12-11", "MEET_Q")} == {"2026-12-31"}
    assert told(office, "2026-12-10", "MEET_Q") == []


def test_who_is_out_of_contact_is_told_from_the_day_of_the_classification(office: Office) -> None:
    (member,) = records.query(office, "member")
    categories.begin(office, member, "失联党员", since="2026-08-05")
    office.clock = Clock(date(2027, 1, 6))
    (found,) = [one for one in findings.of_record(office, "member", member) if one.rule == "LOST"]
    assert (found.due_on, found.step) == ("2027-02-05", 30)
