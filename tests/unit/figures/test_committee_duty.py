"""支委会 duty: every month by its own head-count and by whether there was a committee then."""

from __future__ import annotations

from typing import Any

import pytest

from dangjian_desktop.domain.life.meeting_duty import HELD, MISSED, NOT_DUE, DutyLine
from unit.figures.small_street import meeting, person, snapshot, stay, street_survey, unit

_UNITS = [unit("street", "工委", None), unit("first", "631", founded_on="2019-01-01")]


def _line(kind: str = "ZWH", **changes: Any) -> DutyLine | None:
    """The branch's line for the nine months of 2026 that are over."""
    rows = {"organisations": _UNITS, "meetings": [], "entries": [], "categories": []} | changes
    duty = next(duty for duty in street_survey("2026", **rows).duties if duty.rule.kind == kind)
    return next((line for line in duty.lines if line.unit == "first"), None)


def _people(count: int) -> list[Any]:
    return [person(f"党员{number}") for number in range(count)]


def _stays(count: int, **more: Any) -> list[Any]:
    return [stay(f"党员{number}", "first", **(more if number == 0 else {})) for number in range(count)]


def test_each_month_is_judged_by_its_own_head_count() -> None:
    # Seven until one died in June; six since.
    line = _line(members=_people(7), stays=_stays(7, to_on="2026-06-10", out_kind="O3"))
    assert line is not None
    assert [slot.state for slot in line.slots] == [MISSED] * 5 + [NOT_DUE] * 7
    line = _line(members=_people(7), stays=_stays(7, from_on="2026-06-10", in_kind="I5"))
    assert line is not None
    assert [slot.state for slot in line.slots] == [NOT_DUE] * 5 + [MISSED] * 4 + [NOT_DUE] * 3


def test_a_probationary_member_counts_from_the_month_of_confirmation() -> None:
    history = {"党员0": [("member_class", "2026-04-15", "2")]}
    line = _line(members=_people(7), stays=_stays(7), history=history)
    assert line is not None
    assert [slot.state for slot in line.slots] == [NOT_DUE] * 3 + [MISSED] * 6 + [NOT_DUE] * 3


def test_a_committee_set_up_or_given_up_within_the_year_is_dated() -> None:
    units = [_UNITS[0], _UNITS[1]._replace(committee=True)]
    history = {"first": [("committee", "2026-03-10", False)]}
    meetings = [meeting("m", "ZWH", "first", "2026-03-20")]
    line = _line(organisations=units, members=_people(3), stays=_stays(3), history=history, meetings=meetings)
    assert line is not None
    assert [slot.state for slot in line.slots] == [NOT_DUE] * 2 + [HELD] + [MISSED] * 6 + [NOT_DUE] * 3
    assert (line.due, line.done) == (7, 1)


def test_a_branch_without_anyone_in_a_month_is_not_asked_for_that_month() -> None:
    line = _line("ZTDR", members=_people(1), stays=_stays(1, from_on="2026-05-04", in_kind="I5"))
    assert line is not None
    assert [slot.state for slot in line.slots] == [NOT_DUE] * 4 + [MISSED] * 5 + [NOT_DUE] * 3


@pytest.mark.parametrize(("count", "asked"), [(6, False), (7, True)])
def test_seven_full_members_make_a_committee_where_nobody_said(count: int, asked: bool) -> None:
    assert (_line(members=_people(count), stays=_stays(count)) is not None) is asked


def test_the_street_of_the_tests_has_no_history() -> None:
    assert snapshot().history == {}
