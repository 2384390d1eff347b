"""Stays of one person never overlap and never run backwards, whatever is typed one after another."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.spans import OnDay
from dangjian_desktop.domain.records.stays import clash
from dangjian_desktop.services.records import stays

FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 360).map(lambda n: (FIRST + timedelta(n)).isoformat())
PARTIAL = st.one_of(DAYS, DAYS.map(lambda day: day[:7]))
UNITS = st.sampled_from(["a", "b", "c"])
EDITS = st.one_of(
    st.fixed_dictionaries({"organisation": UNITS}, optional={"entered_on": PARTIAL}),
    st.fixed_dictionaries({"left_kind": st.sampled_from(["O2", "O4", "O15"])}, optional={"left_on": PARTIAL}),
    st.fixed_dictionaries({"organisation": UNITS, "entered_kind": st.sampled_from(["I3", "I5"])}),
    st.fixed_dictionaries({"entered_on": PARTIAL}),
    st.fixed_dictionaries({"left_on": st.one_of(PARTIAL, st.none())}),
)


def applied(held: dict[str, dict[str, Any]], values: dict[str, Any], since: str) -> dict[str, dict[str, Any]]:
    moved = stays.edits({"memberships": held}, values, since)
    return held | {path.removeprefix("memberships."): value for path, value in moved.items()}


@given(st.lists(st.tuples(EDITS, PARTIAL), max_size=8))
def test_stays_follow_each_other_through_any_edits(steps: list[tuple[dict[str, Any], str]]) -> None:
    held = {"first": {"organisation": "a", "from_on": "2026-01-01", "in_kind": "opening"}}
    for values, since in steps:
        try:
            held = applied(held, values, since)
        except UserError:
            continue
        assert clash(held.values()) is None
        day = FIRST
        for _ in range(400):
            on = OnDay.of(day)
            assert sum(on.in_force(s.get("from_on"), s.get("to_on")) for s in held.values()) <= 1, held
            day += timedelta(1)


LEFT = {"first": {"organisation": "a", "from_on": "2026-01-01", "to_on": "2026-03-01", "out_kind": "O2"}}


def test_who_was_suspended_comes_back_to_the_same_branch() -> None:
    held = applied(LEFT, {"organisation": "a"}, "2026-06-01")
    assert held["first"] == LEFT["first"]
    assert [s for key, s in held.items() if key != "first"] == [
        {"organisation": "a", "from_on": "2026-06-01", "in_kind": "I4"}
    ]


def test_restored_after_a_suspension_is_told_apart_whatever_the_form_says() -> None:
    for said, kept in (("I3", "I4"), ("I4", "I4"), ("I2", "I2")):
        held = applied(LEFT, {"organisation": "a", "entered_kind": said}, "2026-06-01")
        assert [s["in_kind"] for key, s in held.items() if key != "first"] == [kept]


def test_dates_without_a_day_that_leave_the_order_open_say_so() -> None:
    held = {"first": LEFT["first"] | {"to_on": "2026-03"}}
    for since in ("2026-03", "2026-03-15", "2026"):
        with pytest.raises(UserError, match="没有写到日"):
            applied(held, {"organisation": "a"}, since)
    with pytest.raises(UserError, match="早于上一段"):
        applied(held, {"organisation": "a"}, "2026-02")


def test_the_same_branch_from_an_earlier_day_is_not_passed_over() -> None:
    held = {"memberships": {"first": {"organisation": "a", "from_on": "2026-05-01"}}}
    with pytest.raises(UserError, match="2026-05-01进入"):
        stays.edits(held, {"organisation": "a"}, "2026-04-01", named=True)
    assert stays.edits(held, {"organisation": "a"}, "2026-06-01", named=True) == {}
    assert stays.edits(held, {"organisation": "a"}, "2026-04-01") == {}


def test_the_day_typed_with_the_branch_begins_the_new_stay_and_leaves_the_old_one() -> None:
    held = applied(LEFT, {"organisation": "a", "entered_on": "2026-05-01"}, "2026-06-01")
    assert held["first"] == LEFT["first"]
    assert {s["from_on"] for s in held.values()} == {"2026-01-01", "2026-05-01"}


@pytest.mark.parametrize(
    ("left", "values", "since"),
    [
        ("2026-03-01", {"organisation": "a"}, "2026-02-01"),
        ("2026-03", {"organisation": "a"}, "2026-03"),
        ("2026-03", {"organisation": "a"}, "2026-03-15"),
        ("2026-03-01", {"entered_on": "2026-06-01"}, "2026-06-01"),
        ("2026-03-01", {"left_on": "2025-12-01"}, "2026-06-01"),
    ],
)
def test_what_runs_backwards_is_refused(left: str, values: dict[str, Any], since: str) -> None:
    held = {"first": LEFT["first"] | {"to_on": left}}
    with pytest.raises(UserError) as refused:
        applied(held, values, since)
    assert refused.value.code == "stays"


def test_the_dead_do_not_come_back_and_the_expelled_say_how() -> None:
    with pytest.raises(UserError, match="已故"):
        applied({"first": LEFT["first"] | {"out_kind": "O3"}}, {"organisation": "a"}, "2026-06-01")
    expelled = {"first": LEFT["first"] | {"out_kind": "O11"}}
    with pytest.raises(UserError, match="怎么回来"):
        applied(expelled, {"organisation": "a"}, "2026-06-01")
    assert len(applied(expelled, {"organisation": "a", "entered_kind": "I2"}, "2026-06-01")) == 2


def test_a_move_before_the_entry_is_refused_unless_it_corrects_the_entry() -> None:
    held = {"first": {"organisation": "a", "from_on": "2026-05-01"}}
    with pytest.raises(UserError, match="早于"):
        applied(held, {"organisation": "b"}, "2026-04-01")
    assert applied(held, {"organisation": "b", "entered_on": "2026-04-01"}, "2026-06-01") == {
        "first": {"organisation": "b", "from_on": "2026-04-01"}
    }


def test_two_open_stays_are_a_clash() -> None:
    found = clash([{"from_on": "2026-01-01"}, {"from_on": "2026-02-01"}])
    assert found is not None
    assert "没有结束" in found.message


def test_emptying_the_day_of_leaving_takes_the_leaving_back() -> None:
    assert applied(LEFT, {"left_on": None}, "2026-06-01")["first"] == LEFT["first"] | {
        "to_on": None,
        "out_kind": None,
        "destination": None,
    }
