"""Days of a member: each is told from its lead time on, and turns on its very day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.rules.registry import findings_of
from dangjian_desktop.domain.rules.shipped import rules

PERSON: dict[str, Any] = {"id": "m", "name": "王五", "member_class": "1"}


def said(code: str, day: str, **row: Any) -> list[Finding]:
    return findings_of("member", PERSON | row, Ask(rules(), date.fromisoformat(day)), {code})


@pytest.mark.parametrize(
    ("since", "day", "told"),
    [
        ("1976-07-01", "2026-02-28", False),
        ("1976-07-01", "2026-03-01", True),
        ("1976-07-01", "2026-07-01", True),
        ("1976-07-01", "2026-07-02", False),
        ("1976-07-02", "2026-06-01", False),
        ("1975-07-02", "2026-06-01", True),
        ("1975-07-01", "2026-06-01", False),
        ("1976-06", "2026-06-01", True),
        (None, "2026-06-01", False),
    ],
)
def test_fifty_years_are_told_from_march_to_the_first_of_july_of_their_year(
    since: str | None, day: str, told: bool
) -> None:
    found = said("M50", day, seniority=since)
    assert bool(found) is told
    assert all("50" in one.message and "3月1日" in one.article for one in found)
    assert not said("M50", day, seniority=since, left_on="2026-01-01")


@pytest.mark.parametrize(
    ("joined", "day", "years"),
    [
        ("1995-07-01", "2026-06-23", None),
        ("1995-07-01", "2026-06-24", 31),
        ("1995-07-01", "2026-07-01", 31),
        ("1995-07-01", "2026-07-02", None),
        ("2000-01-03", "2026-12-30", 27),
        ("2004-02-29", "2026-02-28", 22),
        ("1995-07", "2026-07-01", None),
        ("2026-07-01", "2026-07-01", None),
    ],
)
def test_the_day_of_joining_is_a_reminder_in_its_week(joined: str, day: str, years: int | None) -> None:
    found = said("BIRTH", day, joined_on=joined)
    assert [one.severity for one in found] == ([] if years is None else ["info"])
    assert all(f" {years} 周年" in one.message for one in found)


@pytest.mark.parametrize(("category", "rule"), [("F1", "FLOW"), ("F2", "LOST")])
@pytest.mark.parametrize(
    ("day", "step"),
    [("2026-08-31", None), ("2026-09-01", 30), ("2026-10-01", 0), ("2026-10-02", 0)],
)
def test_half_a_year_away_or_out_of_contact(category: str, rule: str, day: str, step: int | None) -> None:
    found = said(rule, day, held=[(category, "2026-04-01")])
    assert [(one.rule, one.step, one.due_on) for one in found] == (
        [(rule, step, "2026-10-01")] if step is not None else []
    )
    assert not said(rule, day, held=[("F4", "2026-04-01")])
    assert not said(rule, day, held=[(category, None)])


def test_after_its_day_the_sentence_leaves_the_decision_to_people() -> None:
    (late,) = said("LOST", "2026-12-01", held=[("F2", "2026-04-01")])
    assert late.severity == "warning"
    assert "党组织研究" in late.message
    assert "不自动" in late.message
    (away,) = said("FLOW", "2026-12-01", held=[("F1", "2026-04-01")])
    assert away.severity == "info"
