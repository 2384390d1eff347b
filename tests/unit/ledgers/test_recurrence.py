"""What comes again, and which times were missed; working days with and without a table."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.recurrence import Recurrence, read_recurrence
from dangjian_desktop.domain.values.working_days import WorkCalendar, holiday_year, read_years

SHIPPED = WorkCalendar(
    {y.year: y for y in read_years(resource("calendar").joinpath("holidays.toml").read_text("utf-8"))}
)
NOTHING = WorkCalendar({})
DAY = timedelta(days=1)


def recurring(every: str, **more: Any) -> Recurrence:
    return read_recurrence({"key": "k", "label": "例会", "every": every, **more})


def test_working_days_follow_the_holiday_table() -> None:
    assert SHIPPED.after(date(2026, 9, 30), 1).day == date(2026, 10, 8)
    assert SHIPPED.after(date(2026, 9, 30), 3).day == date(2026, 10, 10)  # a Saturday on which people work
    assert SHIPPED.after(date(2026, 9, 30), 4).day == date(2026, 10, 12)
    assert SHIPPED.between(date(2026, 9, 30), date(2026, 10, 9)).days == 2
    assert SHIPPED.after(date(2026, 9, 30), 1).remark == ""


def test_without_a_table_the_count_says_that_it_is_provisional() -> None:
    reckoned = SHIPPED.after(date(2026, 12, 30), 5)
    assert reckoned.day == date(2027, 1, 6)
    assert reckoned.remark == "暂算：没有2027年的放假安排，只除去了双休日"


@given(st.dates(date(2022, 1, 1), date(2027, 6, 1)), st.integers(0, 60))
def test_counting_there_and_back_agree(day: date, count: int) -> None:
    for calendar in (SHIPPED, NOTHING):
        later = calendar.after(day, count)
        assert calendar.works(later.day)
        if count:
            assert calendar.between(day, later.day).days == count
            assert calendar.between(day, later.day - DAY).days == count - 1


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"off": ["2027-01-01"], "source": "通知"}, "哪一年"),
        ({"year": 2027, "off": ["2027-01-01"]}, "依据"),
        ({"year": 2027, "off": [], "source": "通知"}, "一天假也没有"),
        ({"year": 2027, "off": ["2026-01-01"], "source": "通知"}, "不在2027年"),
        ({"year": 2027, "off": ["元旦"], "source": "通知"}, "看不懂"),
        ({"year": 2027, "off": ["2027-01-03/2027-01-01"], "source": "通知"}, "颠倒"),
        ({"year": 2027, "off": ["2027-01-02"], "on": ["2027-01-02"], "source": "通知"}, "又放假又上班"),
        ({"year": 2027, "off": ["2027-01-01"], "on": ["2027-01-04"], "source": "通知"}, "不是双休日"),
    ],
)
def test_a_year_that_cannot_be_is_refused(table: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        holiday_year(table)


def test_days_ending_in_eight_and_the_holidays_among_them() -> None:
    eights = recurring("digit", on=8)
    found = eights.occurrences(date(2026, 2, 1), date(2026, 2, 28), SHIPPED)
    assert [one.first.day for one in found] == [8, 18, 28]
    put_off = recurring("digit", on=8, on_holiday="next").occurrences(date(2026, 2, 1), date(2026, 2, 28), SHIPPED)
    assert [one.first for one in put_off] == [date(2026, 2, 9), date(2026, 2, 24), date(2026, 2, 28)]
    left_out = recurring("digit", on=8, on_holiday="skip").occurrences(date(2026, 2, 1), date(2026, 2, 28), SHIPPED)
    assert [one.first.day for one in left_out] == [28]


def test_once_a_quarter_until_a_day_of_its_last_month() -> None:
    quarters = recurring("quarter", until="20").occurrences(date(2026, 1, 1), date(2026, 12, 31), NOTHING)
    assert [(one.first, one.last) for one in quarters][:2] == [
        (date(2026, 1, 1), date(2026, 3, 20)),
        (date(2026, 4, 1), date(2026, 6, 20)),
    ]
    assert quarters[3].label == "2026年第四季度"
    yearly = recurring("year", until="04-05").occurrences(date(2026, 1, 1), date(2026, 12, 31), NOTHING)
    assert [(one.first, one.last) for one in yearly] == [(date(2026, 1, 1), date(2026, 4, 5))]


def test_a_month_is_missed_only_when_it_is_over() -> None:
    monthly = recurring("month")
    expected = monthly.occurrences(date(2026, 1, 1), date(2026, 3, 31), NOTHING)
    held = ["2026-01-31", "2026-03"]
    assert [one.label for one in monthly.missed(held, expected, date(2026, 2, 28))] == []
    assert [one.label for one in monthly.missed(held, expected, date(2026, 3, 1))] == ["2026年2月"]
    assert monthly.next_due(held, expected, date(2026, 2, 28)) == expected[1]


def test_slack_counts_what_came_a_little_late() -> None:
    monday = recurring("week", on=1, slack_days=1)
    expected = monday.occurrences(date(2026, 11, 23), date(2026, 11, 23), NOTHING)
    assert monday.missed(["2026-11-24"], expected, date(2026, 11, 30)) == []
    assert monday.missed(["2026-11-25"], expected, date(2026, 11, 30)) == expected
    assert monday.missed([], expected, date(2026, 11, 24)) == []


RULES = st.one_of(
    st.builds(lambda on: recurring("week", on=on), st.integers(1, 7)),
    st.builds(lambda on: recurring("digit", on=on), st.integers(0, 9)),
    st.builds(lambda on: recurring("month", on=on), st.integers(1, 31)),
    st.sampled_from([recurring(every) for every in ("week", "month", "quarter", "year")]),
)


@given(RULES, st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(0, 400), st.integers(0, 400))
def test_times_are_in_order_apart_and_the_same_however_the_span_is_cut(
    rule: Recurrence, start: date, one: int, other: int
) -> None:
    middle, end = start + one * DAY, start + (one + other) * DAY
    whole = rule.occurrences(start, end, SHIPPED)
    assert whole == rule.occurrences(start, middle, SHIPPED) + rule.occurrences(middle + DAY, end, SHIPPED)
    assert all(earlier.last < later.first for earlier, later in zip(whole, whole[1:], strict=False))
    assert all(start <= each.first <= end and each.first <= each.last for each in whole)
    # Held on each of its days, none is missed; held on none, all are.
    after = end + timedelta(days=800)
    assert rule.missed([each.first.isoformat() for each in whole], whole, after) == []
    assert rule.missed([], whole, after) == whole


@given(st.integers(1, 31))
def test_every_month_has_its_day(on: int) -> None:
    days = recurring("month", on=on).occurrences(date(2023, 1, 1), date(2024, 12, 31), NOTHING)
    assert len(days) == 24


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"every": "day"}, "every 只能是"),
        ({"every": "week", "on": 8}, "1 到 7"),
        ({"every": "digit"}, "逢几办要写 on"),
        ({"every": "quarter", "on": 8}, "不写 on"),
        ({"every": "year", "until": "13-40"}, "until"),
        ({"every": "month", "until": "40"}, "until"),
        ({"every": "month", "on_holiday": "never"}, "on_holiday"),
        ({"every": "month", "slack_days": -1}, "slack_days"),
        ({"every": "month", "since": "去年"}, "since"),
        ({"every": "month", "colour": 1}, "不认识“colour”"),
    ],
)
def test_a_recurrence_that_means_nothing_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        recurring(more.pop("every"), **more)


@pytest.mark.parametrize(
    "text", ["year = 1", 'year = "2027"', "year = [1]", "x = [", '[[year]]\nyear = 2027\nsource = "通知"\noff = 1']
)
def test_a_holiday_table_of_another_make_is_refused_in_chinese(text: str) -> None:
    with pytest.raises(ValueError, match="[\u4e00-\u9fff]") as refused:
        read_years(text)
    assert "Invalid" not in str(refused.value)
