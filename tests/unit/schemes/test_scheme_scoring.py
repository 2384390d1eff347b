"""Totals, bands at their edges, ties, bad years, stars: exact, and what is missing is never a zero."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.ledgers.own_templates import shipped_templates
from dangjian_desktop.domain.schemes.reading import read_scheme
from dangjian_desktop.domain.schemes.schemes import Scheme
from dangjian_desktop.domain.schemes.scoring import Ratio, Score, bad_runs, score
from dangjian_desktop.domain.schemes.standing import Scored, Standing, combined, placed, star_count
from dangjian_desktop.services.schemes.schemes import shipped_texts

TODAY = date(2026, 9, 30)
TENTHS = st.integers(0, 1000).map(lambda n: f"{n // 10}.{n % 10}")


def shipped(key: str) -> Scheme:
    return read_scheme(shipped_texts()[key], shipped_templates())


APPRAISAL, PERFORMANCE, WEEKLY, STARS = map(
    shipped, ("worker-appraisal", "unit-performance", "weekly-supervision", "five-stars")
)


def deducted(*points: str) -> dict[str, Any]:
    return {f"deductions.{n:03}": {"item": f"第{n}项", "points": p, "reason": "迟报"} for n, p in enumerate(points)}


def typed(marks: dict[str, Any], kind: str = "得分") -> dict[str, Any]:
    return {f"items.{n:03}": {"indicator": k, "kind": kind, "points": v} for n, (k, v) in enumerate(marks.items())}


def scored(name: str, found: Score, on: str = "2026-05-01") -> Scored:
    return Scored(f"entry-{name}-{on}", "DF-1", name, name, on, found, True)


def standing(scheme: Scheme, name: str, *scores: Score) -> Standing:
    held = tuple(scored(name, found, f"2026-05-{n:02}") for n, found in enumerate(scores, 1))
    return Standing(name, name, held, *combined(scheme, held))


@given(TENTHS, TENTHS)
def test_six_to_four_is_exact(ordinary: str, year_end: str) -> None:
    found = score(PERFORMANCE, {"ordinary": ordinary, "year_end": year_end}, TODAY)
    assert found.total == Fraction(ordinary) * Fraction(6, 10) + Fraction(year_end) * Fraction(4, 10)
    assert found.missing == ()


def test_the_arithmetic_is_shown() -> None:
    assert score(PERFORMANCE, {"ordinary": "92", "year_end": "88"}, TODAY).arithmetic == "92×0.6＋88×0.4＝90.4"
    half = score(PERFORMANCE, {"ordinary": "92"}, TODAY)
    assert (half.total, half.given, half.missing) == (None, Fraction("55.2"), ("年终评优",))
    assert half.arithmetic == "92×0.6＋缺＝待补"


@given(st.lists(st.one_of(st.none(), st.integers(0, 20)), min_size=5, max_size=5))
def test_a_total_is_the_sum_and_missing_is_not_zero(points: list[int | None]) -> None:
    found = score(WEEKLY, {f"s{n}": p for n, p in enumerate(points, 1) if p is not None}, TODAY)
    known = [p for p in points if p is not None]
    assert found.given == sum(known)
    assert found.total == (sum(known) if len(known) == len(points) else None)
    assert len(found.missing) == points.count(None)
    if None in points:
        assert (found.level, found.bad) == ("", False)


@pytest.mark.parametrize(
    ("taken", "level", "bad"),
    [
        ("0", "奖励", False),
        ("10", "奖励", False),
        ("10.1", "称职", False),
        ("30", "称职", False),
        ("30.1", "不称职", True),
    ],
)
def test_bands_at_their_edges(taken: str, level: str, bad: bool) -> None:
    found = score(APPRAISAL, deducted(taken), TODAY)
    assert (found.level, found.bad) == (level, bad)


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_higher_total_never_has_a_lower_band(one: int, other: int) -> None:
    low, high = sorted((one, other))
    labels = [band.label for band in APPRAISAL.bands]
    bands = [score(APPRAISAL, deducted(str(100 - total)), TODAY).level for total in (low, high)]
    assert labels.index(bands[0]) >= labels.index(bands[1])


def test_deductions_are_lines_with_their_arithmetic_and_cut_the_bonus() -> None:
    found = score(APPRAISAL, deducted("5", "3.5") | {"bonus": 120_000}, TODAY)
    assert found.total == Fraction("91.5")
    assert found.arithmetic == "100－5－3.5＝91.5"
    assert [line.reason for line in found.marks[0].lines] == ["迟报", "迟报"]
    assert found.paid == 109_800
    assert found.paid_text == "1200.00元×91.5÷100＝1098.00元"


def test_a_deduction_without_points_leaves_the_total_open() -> None:
    found = score(APPRAISAL, {"deductions.1": {"item": "甲", "reason": "x"}, "bonus": 100}, TODAY)
    assert found.total is None
    assert found.paid is None
    assert "待补" in found.paid_text


def test_marks_beyond_the_full_one_are_told_and_not_cut() -> None:
    found = score(WEEKLY, {"s1": 21, "s2": 20, "s3": 20, "s4": 20, "s5": 20}, TODAY)
    assert found.total == 101
    assert found.beyond == ("宣传",)
    assert score(APPRAISAL, deducted("101"), TODAY).beyond == ("全年工作",)


def test_typed_lines_add_take_and_a_strange_one_counts_for_nothing() -> None:
    scheme = shipped("grid-branches")
    values = typed({"组织生活": "25", "members": "18", "visits": "20", "matters": "20", "papers": "15"})
    values["items.100"] = {"indicator": "papers", "kind": "扣分", "points": "2", "reason": "缺签到"}
    values["items.101"] = {"indicator": "visits", "kind": "加分", "points": "3", "reason": "受表扬"}
    values["items.102"] = {"indicator": "没有的", "points": "50"}
    found = score(scheme, values, TODAY)
    assert found.total == 25 + 18 + 23 + 20 + 13
    assert found.beyond == ()
    assert found.strange == ("没有的",)


def test_a_figure_gives_its_share_of_the_full_mark_with_numerator_and_denominator() -> None:
    text = json.dumps(
        {"key": "x", "title": "x", "edition": "1", "source": "x", "ledger": "scores", "subjects": "organisation",
         "per": "year", "indicators": [{"key": "a", "label": "按期率", "full": 20, "figure": "on_time"}]}
    )  # fmt: skip
    scheme = read_scheme(text, shipped_templates())
    found = score(scheme, {}, TODAY, lambda _: Ratio(Fraction(3), Fraction(4)))
    assert (found.total, found.marks[0].ratio) == (Fraction(15), Ratio(Fraction(3), Fraction(4)))
    assert score(scheme, {}, TODAY, lambda _: Ratio(Fraction(0), Fraction(0))).missing == ("按期率",)
    assert score(scheme, {}, TODAY, lambda _: None).missing == ("按期率",)


@given(st.lists(st.one_of(st.none(), st.integers(0, 8)), max_size=12))
def test_equal_totals_share_a_place_and_missing_has_none(totals: list[int | None]) -> None:
    given = [{} if t is None else dict.fromkeys(("s1", "s2", "s3", "s4", "s5"), t) for t in totals]
    ones = [standing(WEEKLY, f"社区{n:02}", score(WEEKLY, marks, TODAY)) for n, marks in enumerate(given)]
    found = placed(WEEKLY, ones)
    for one in found:
        above = sum(other.total is not None and one.total is not None and other.total > one.total for other in found)
        assert one.place.place == (None if one.total is None else above + 1)
        if one.total is not None:
            assert one.place.tied == (sum(other.total == one.total for other in found) > 1)
    known = [one.place.place for one in found]
    assert known == sorted(known, key=lambda place: (place is None, place or 0))


def test_an_average_is_of_whole_scores_and_the_last_one_counts_elsewhere() -> None:
    marks = [score(WEEKLY, dict.fromkeys(("s1", "s2", "s3", "s4", "s5"), n), TODAY) for n in (20, 15)]
    one = standing(WEEKLY, "甲", *marks, score(WEEKLY, {"s1": 1}, TODAY))
    assert (one.total, one.level) == (Fraction("87.5"), "较好")
    assert list(one.trend) == [100, 75]
    last = standing(APPRAISAL, "乙", score(APPRAISAL, deducted("40"), TODAY), score(APPRAISAL, deducted("5"), TODAY))
    assert (last.total, last.level) == (Fraction(95), "奖励")


@given(st.dictionaries(st.integers(2015, 2030), st.booleans()), st.integers(2, 4))
def test_bad_years_run_up_to_the_newest_without_a_gap(years: dict[int, bool], least: int) -> None:
    found = bad_runs(years, least)
    if found:
        assert len(found) >= least
        assert found[-1] == max(years)
        assert all(years[year] for year in found)
        assert list(found) == list(range(found[0], found[-1] + 1))
        assert not years.get(found[0] - 1, False)


def test_two_bad_years_need_both() -> None:
    assert bad_runs({2025: True, 2026: True}, 2) == (2025, 2026)
    assert bad_runs({2024: True, 2026: True}, 2) == ()
    assert bad_runs({2025: True, 2026: False}, 2) == ()
    assert bad_runs({}, 2) == ()


def star_values(**short: Any) -> dict[str, Any]:
    return typed(
        {one.key: short.get(one.key, str(one.full)) for one in STARS.indicators if short.get(one.key, 0) != ""}
    )


def test_a_star_is_reached_at_its_share_and_what_keeps_it_away_is_named() -> None:
    assert score(STARS, star_values(), TODAY).level == "5星"
    edge = score(STARS, star_values(branch_team="20"), TODAY)
    assert "支部过硬星" in edge.stars
    below = score(STARS, star_values(branch_team="19.9"), TODAY)
    assert (below.level, below.failing) == ("4星", {"支部过硬星": ("班子和队伍",)})
    open_one = score(STARS, star_values(branch_team=""), TODAY)
    assert (open_one.level, open_one.failing) == ("", {"支部过硬星": ("班子和队伍没有打分",)})


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), max_size=20))
def test_levels_and_stars_always_make_the_same_sum(rows: list[list[bool]]) -> None:
    goals = shipped("star-goals")
    ones = [
        standing(goals, f"社区{n}", score(goals, {f"s{i}": won for i, won in enumerate(row, 1)}, TODAY))
        for n, row in enumerate(rows)
    ]
    count = star_count(goals, ones)
    assert count.by_levels == count.by_stars == sum(map(sum, rows))
