"""The figures of a street of nine, each known by hand."""

from __future__ import annotations

from datetime import date

import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.figures import bands
from dangjian_desktop.domain.figures.figures import figures_of, percent
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import age_on
from dangjian_desktop.domain.values.periods import parse_period, recent_quarters
from unit.figures.small_street import BANDS, CODES, ORGANISATIONS, STAYS, person, snapshot, stay, street_survey, unit


def values(**changes: object) -> dict[str, object]:
    return {key: figure.value for key, figure in figures_of(street_survey(**changes)).items()}  # type: ignore[arg-type]


def test_people_on_the_day() -> None:
    found = values()
    # 己 died in September, 壬 is only in a functional branch, 庚 came on the very day, 辛 goes the day after.
    assert found["members"] == 7
    assert (found["members_full"], found["members_probationary"]) == (6, 1)
    assert (found["members_female"], found["members_minority"]) == (1, 1)
    assert found["members_35_and_under"] == 2
    assert found["members_college_and_above"] == 5
    assert found["members_mobile"] == 1
    assert found["members_out_of_contact"] == 1
    assert found["members_ungrouped"] == 6


def test_the_list_behind_a_figure_is_the_figure() -> None:
    for figure in figures_of(street_survey()).values():
        if figure.unit in ("人", "个", "次") and figure.key != "ledger_care_visits_members":
            assert figure.value == len(figure.records), figure.key
        assert figure.definition.endswith("。"), figure.key
        assert not figure.is_share or figure.numerator is not None


def test_birthdays_decide_the_band_on_the_day() -> None:
    found = figures_of(street_survey())
    assert list(found["age_1"].records) == ["乙"]
    assert list(found["age_2"].records) == ["甲"]
    assert list(found["age_unknown"].records) == ["丁"]
    # (31 + 30 + 46 × 4) / 6
    assert found["average_age"].value == 40.8
    assert (found["average_age"].numerator, found["average_age"].denominator) == (245, 6)


def test_bands_join_where_the_joining_periods_meet() -> None:
    found = figures_of(street_survey())
    assert list(found["joining_3"].records) == ["甲"]
    assert list(found["joining_4"].records) == ["乙"]
    assert list(found["joining_9"].records) == ["丙"]


@pytest.mark.parametrize("prefix", ["age_", "education_", "joining_", "members_field_"])
def test_every_structure_adds_up_to_all(prefix: str) -> None:
    found = figures_of(street_survey())
    parts = [f for key, f in found.items() if key.startswith(prefix)]
    listed = [member for figure in parts for member in figure.records]
    assert sorted(listed) == sorted(found["members"].records)


def test_organisations_are_counted_both_ways_and_plans_never() -> None:
    found = values()
    # 战线 is a layer the street does not count; the closed branch and the planned one are not there.
    assert found["organisations_street"] == 4
    assert found["organisations_statistical"] == 5
    assert (found["committees"], found["general_branches"], found["branches"], found["groups"]) == (0, 2, 3, 1)
    assert found["organisations_planned"] == 1
    assert found["organisations_field_village"] == 3


def test_field_comes_from_the_nearest_above() -> None:
    found = values()
    assert (found["members_field_village"], found["members_field_two_new"]) == (6, 1)


def test_comings_and_goings_balance() -> None:
    found = values()
    # On 30 June: 甲 乙 丁 戊 己 辛. Came: 丙 admitted, 庚 transferred in. Left: 己. 戊 only moved inside.
    assert (found["opening"], found["joined"], found["left"], found["members"]) == (6, 2, 1, 7)
    assert (found["joined_admitted"], found["joined_transferred_in"], found["joined_moved_in"]) == (1, 1, 0)
    assert (found["left_deceased"], found["imbalance"]) == (1, 0)


def test_a_move_is_in_and_out_for_the_branches_but_not_for_what_is_above() -> None:
    second = values(scope=frozenset({"second"}))
    assert (second["opening"], second["joined"], second["members"]) == (0, 2, 2)
    assert second["joined_moved_in"] == 1
    closed = values(scope=frozenset({"closed"}))
    assert (closed["opening"], closed["left_moved_out"], closed["members"]) == (1, 1, 0)


def test_opening_entries_of_the_period_are_opening_not_joined() -> None:
    found = street_survey("2026Q1")
    assert found.movement.booked == {"甲", "乙", "戊", "己", "辛"}
    year = values(period="2026")
    # Of the year: 5 booked and 丁, whose start nobody knows.
    assert (year["opening"], year["joined"], year["left"], year["imbalance"]) == (6, 2, 1, 0)


def test_an_imbalance_names_its_person() -> None:
    # In force in two branches after a transfer that left the first stay open.
    doubled = [*STAYS, stay("乙", "firm", from_on="2026-09-01", in_kind="I5")]
    found = street_survey(stays=doubled)
    assert [(i.member, i.expected, i.found) for i in found.movement.imbalances] == [("乙", 2, 1)]
    assert list(found.census.doubled) == ["乙"]
    assert figures_of(found)["members"].value == 7
    # Came and went on impossible days: never there, so coming and going do not cancel out.
    reversed_stay = [*STAYS, stay("壬", "first", from_on="2026-08-01", in_kind="I5", to_on="2026-06-01", out_kind="O4")]
    assert [i.member for i in street_survey(stays=reversed_stay).movement.imbalances] == ["壬"]


def test_people_without_a_counted_branch_are_told() -> None:
    assert list(street_survey().census.informal) == ["壬"]
    unplaced = street_survey(stays=[*STAYS, stay("壬", None)])
    assert "壬" in [p.id for p in unplaced.census.people]


def test_terms_that_run_out() -> None:
    found = figures_of(street_survey())
    # front: 2027-01-10, 102 days; firm: December 2026; community: 5 years, over on 2026-09-01.
    assert sorted(found["terms_due"].records) == ["community", "firm", "front"]
    assert list(found["terms_overdue"].records) == ["community"]
    assert sorted(found["terms_unknown"].records) == ["first", "second"]


@pytest.mark.parametrize(
    ("elected", "years", "extended", "day", "expires", "state"),
    [
        ("2021-07-16", 5, None, "2026-07-16", "2026-07-16", "soon"),
        ("2021-07-16", 5, None, "2026-07-17", "2026-07-16", "overdue"),
        ("2021-07-16", 5, "2027-01-16", "2026-07-16", "2027-01-16", "running"),
        ("2021-07", 5, None, "2026-07-31", "2026-07", "soon"),
        ("2021-07", 5, None, "2026-08-01", "2026-07", "overdue"),
        ("2024-02-29", 3, None, "2026-08-31", "2027-02-28", "running"),
        ("2024-02-29", 3, None, "2026-09-01", "2027-02-28", "soon"),
    ],
)
def test_term_ends(elected: str, years: int, extended: str | None, day: str, expires: str, state: str) -> None:
    term = terms.term_of(rules(), "631", None, elected, years, extended, date.fromisoformat(day))
    assert term is not None
    assert (term.expires_on, term.state) == (expires, state)


def test_usual_years_follow_kind_and_field() -> None:
    assert terms.usual_years(rules(), "611", None, "2021-06-30") == 5
    assert terms.usual_years(rules(), "631", "village", "2021-06-30") == 5
    assert terms.usual_years(rules(), "631", "two_new", "2021-06-30") == 3
    assert terms.usual_years(rules(), "631", None, "2021-06-30") == 3
    assert terms.term_of(rules(), "631", None, "2027-01-01", 3, None, date(2026, 9, 30)) is None


def test_meetings_count_once_for_each_kind() -> None:
    found = values()
    assert [found[f"meetings_{kind}"] for kind in ("dydh", "zwh", "dxzh", "dk", "ztdr")] == [2, 1, 1, 1, 1]


def test_what_was_due_leaves_out_what_the_rules_leave_out() -> None:
    found = figures_of(street_survey())
    # 党员大会 in the quarter: first held, firm not; second was founded in the quarter; closed gone before its end.
    rate = found["meetings_dydh_rate"]
    assert (rate.numerator, rate.denominator) == (1, 2)
    # 支委会: only the first branch has a committee; three months, one held.
    assert (found["meetings_zwh_rate"].numerator, found["meetings_zwh_rate"].denominator) == (1, 3)
    assert (found["meetings_dxzh_rate"].numerator, found["meetings_dxzh_rate"].denominator) == (1, 3)
    # 主题党日: first and firm three months, second September alone, closed July alone.
    assert (found["meetings_ztdr_rate"].numerator, found["meetings_ztdr_rate"].denominator) == (1, 8)


def test_nothing_is_due_before_the_books_were_opened() -> None:
    found = figures_of(street_survey(base_date=date(2026, 9, 1)))
    assert found["meetings_dydh_rate"].denominator == 0
    assert found["meetings_dydh_rate"].value is None
    assert found["meetings_dydh_rate"].printed == "—（0/0）"
    assert found["meetings_ztdr_rate"].denominator == 3
    assert found["meetings_dydh"].value == 2


def test_ledger_figures_come_from_the_template() -> None:
    found = figures_of(street_survey())
    assert found["ledger_rectification_total"].value == 4
    assert found["ledger_rectification_closed"].value == 2
    assert list(found["ledger_rectification_overdue"].records) == ["ZG-2026-003"]
    assert found["ledger_rectification_on_time_rate"].printed == "50.0%（1/2）"
    assert figures_of(street_survey(scope=frozenset({"firm"})))["ledger_rectification_total"].value == 0


def test_keys_that_are_promised() -> None:
    promised = [
        "members",
        "members_full",
        "members_probationary",
        "members_female",
        "members_minority",
        "members_35_and_under",
        "members_college_and_above",
        "members_mobile",
        "members_out_of_contact",
        "organisations_street",
        "organisations_statistical",
        "committees",
        "general_branches",
        "branches",
        "groups",
        "joined",
        "left",
        "terms_due",
    ]
    assert set(promised) <= set(figures_of(street_survey()))


def test_a_loop_of_superiors_ends() -> None:
    loop = [*ORGANISATIONS, unit("a", "631", "b"), unit("b", "631", "a")]
    assert figures_of(street_survey(organisations=loop))["branches"].value == 5


def test_rounding_is_done_once_from_whole_numbers() -> None:
    assert percent(1, 3) == "33.3%"
    assert percent(1, 2000) == "0.1%"
    assert percent(2126, 2126) == "100.0%"


def test_bands_take_their_upper_limit_in() -> None:
    assert [BANDS.age_band(age) for age in (0, 30, 31, 70, 71, 199)] == [0, 0, 1, 8, 9, 9]
    assert BANDS.age_band(None) is BANDS.age_band(-1) is BANDS.age_band(250) is None
    assert bands.age("2030-01-01", date(2026, 9, 30)) is None
    assert [BANDS.joining_period(day) for day in ("1937-07-06", "1937-07-07", "2012-10", "2012-11-01")] == [0, 1, 7, 8]


@pytest.mark.parametrize(
    "birth", ["1990", "1990-10", "1990-09", "1990-09-30", "1990-10-01", "2004-02-29", "1890-01-01"]
)
def test_age_by_text_is_age_by_date(birth: str) -> None:
    for day in (date(2026, 9, 30), date(2026, 2, 28), date(2026, 3, 1), date(2024, 2, 29), date(2026, 1, 1)):
        assert bands.age(birth, day) == age_on(birth, day)


def test_periods() -> None:
    quarter = parse_period("2026Q3")
    assert (quarter.start, quarter.end, quarter.eve) == (date(2026, 7, 1), date(2026, 9, 30), date(2026, 6, 30))
    assert [p.label for p in quarter.months()] == ["2026年7月", "2026年8月", "2026年9月"]
    assert [p.text for p in parse_period("2026").quarters()] == ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]
    assert parse_period("2026-02").end == date(2026, 2, 28)
    assert quarter.as_of(date(2026, 8, 5)) == date(2026, 8, 5)
    assert quarter.as_of(date(2027, 1, 1)) == date(2026, 9, 30)
    assert [p.text for p in recent_quarters(date(2026, 2, 1), 3)] == ["2026Q1", "2025Q4", "2025Q3"]
    for wrong in ("2026Q5", "2026-13", "202609", "九月", "２０２６"):
        with pytest.raises(UsageError):
            parse_period(wrong)
    with pytest.raises(UserError) as refusal:
        quarter.as_of(date(2026, 6, 30))
    assert refusal.value.code == "period_future"


def test_categories_are_found_by_code() -> None:
    assert CODES.name("category", "F1") == "流动党员"
    assert person("x").id not in {p.id for p in street_survey().census.people}
    assert snapshot().members[0].name == "甲"
