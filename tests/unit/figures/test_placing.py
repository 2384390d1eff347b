"""What is reckoned from the census and from who moved is what placing everybody anew would give."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.figures.census import StayRow, UnitTree, belonging
from dangjian_desktop.domain.life.head_counts import HeadCounts
from unit.figures.small_street import BASE, person, snapshot, stay, street_survey, unit

_UNITS = [unit("street", "工委", None), unit("a", "631"), unit("b", "631"), unit("t", "临时")]
_PARTIAL = st.builds(
    lambda day, length: day.isoformat()[:length],
    st.dates(date(2025, 10, 1), date(2026, 12, 1)),
    st.sampled_from([4, 7, 10]),
)
_STAY = st.builds(
    lambda member, where, start, end, key: stay(member, where, from_on=start, to_on=end, key=key),
    st.sampled_from(["甲", "乙", "丙"]),
    st.sampled_from(["a", "b", "t", None]),
    st.none() | _PARTIAL,
    st.none() | _PARTIAL,
    st.sampled_from("123456"),
)
_SCOPE = st.none() | st.just(frozenset({"a"}))


@given(st.lists(_STAY, max_size=7), _SCOPE, st.sampled_from(["2026", "2026Q3", "2026-09"]))
def test_the_opening_is_who_was_there_on_the_eve(
    stays: list[StayRow], scope: frozenset[str] | None, period: str
) -> None:
    rows: dict[str, Any] = {
        "organisations": _UNITS,
        "members": [person("甲"), person("乙"), person("丙")],
        "stays": stays,
    }
    survey = street_survey(period, scope, meetings=[], entries=[], categories=[], **rows)
    told = belonging(snapshot(**rows), UnitTree(_UNITS), survey.period.eve).stays
    expected = {m: s.organisation for m, s in told.items() if scope is None or s.organisation in scope}
    booked = survey.movement.booked
    assert {m: unit for m, unit in survey.movement.opening.items() if m not in booked} == expected


@given(st.lists(_STAY, max_size=7), st.integers(0, 272), st.sampled_from(["1", "2"]), st.none() | _PARTIAL)
def test_head_counts_of_a_day_are_those_of_the_day(
    stays: list[StayRow], days: int, before: str, until: str | None
) -> None:
    day = BASE + timedelta(days=days)
    history = {"甲": [("member_class", until, before)]} if until else {}
    members = [person("甲"), person("乙", member_class="2"), person("丙")]
    rows: dict[str, Any] = {"organisations": _UNITS, "members": members, "stays": stays, "history": history}
    survey = street_survey("2026", meetings=[], entries=[], categories=[], **rows)
    whole = snapshot(**rows)
    everyone, full = HeadCounts(whole, survey.census, BASE).on(day)
    expected: Counter[str | None] = Counter()
    expected_full: Counter[str | None] = Counter()
    for member, held in belonging(whole, UnitTree(_UNITS), day).stays.items():
        then = before if until and member == "甲" and until > day.isoformat() else {"乙": "2"}.get(member, "1")
        expected[held.organisation] += 1
        expected_full[held.organisation] += then == "1"
    assert +Counter(everyone) == +expected
    assert +Counter(full) == +expected_full
