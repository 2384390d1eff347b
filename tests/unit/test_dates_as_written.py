"""Dates without a year, old names of months, times of day, and remarks beside a name."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.values.cell_text import split_remark
from dangjian_desktop.domain.values.clock_text import split_span
from dangjian_desktop.domain.values.partial_dates import parse_date

DAYS = st.dates(date(1930, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "text", ["11.20", "11月20日", "3月", "7-16", "元月5日", "11.2", "05.07", "11月20", 11.25, 9.5, 11.2]
)
def test_a_date_without_a_year_is_refused_in_a_history(text: object) -> None:
    found = parse_date(text)
    assert found.value is None
    assert "缺年份" in (found.error or "")
    assert "月这个月份" not in (found.error or "")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11.20", "2026-11-20"),
        ("11月20日", "2026-11-20"),
        ("3月", "2026-03"),
        ("元月5日", "2026-01-05"),
        (11.25, "2026-11-25"),
    ],
)
def test_it_is_this_years_where_that_is_meant(text: object, value: str) -> None:
    found = parse_date(text, year=2026)
    assert found.value == value
    assert "没有写年份" in (found.warning or "")
    assert parse_date("2.30", year=2026).value is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("2008年元月", "2008-01"), ("2009年元月1日", "2009-01-01"), ("2008.元月", "2008-01"), ("2008年元月份", "2008-01")],
)
def test_the_first_month_by_its_other_name(text: str, value: str) -> None:
    assert parse_date(text).value == value


@pytest.mark.parametrize("text", ["2008年正月", "2008年腊月初八", "农历2008年3月"])
def test_the_lunar_calendar_is_told_and_not_read(text: str) -> None:
    assert parse_date(text).value is None
    assert "农历" in (parse_date(text).error or "")


@given(
    DAYS,
    st.sampled_from(
        [
            "{y}-{m}-{d}",
            "{y}.{m:02}.{d:02}",
            "{y}年{m}月{d}日",
            "{y}/{m}/{d}",
            "{y}{m:02}{d:02}",
            "{y}年{m:02}月{d:02}号",
        ]
    ),
)
def test_every_full_writing_gives_its_day(day: date, form: str) -> None:
    found = parse_date(form.format(y=day.year, m=day.month, d=day.day))
    assert (found.value, found.error, found.warning) == (day.isoformat(), None, None)


@given(DAYS, st.sampled_from(["{m}月{d}日", "{m}.{d:02}", "{m}-{d}", "{m:02}月{d:02}日", "{m}/{d}"]))
def test_without_its_year_it_is_never_another_day(day: date, form: str) -> None:
    text = form.format(m=day.month, d=day.day)
    assert parse_date(text).value is None
    assert parse_date(text, year=day.year).value == day.isoformat()


@given(st.text(alphabet="0123456789.年月日元-/ 上下午点", max_size=12))
def test_no_text_gives_a_day_that_is_not_written(text: str) -> None:
    found = parse_date(text)
    if found.value is not None:
        digits = [int(part) for part in found.value.split("-")]
        assert len(digits) in (1, 2, 3)
        assert date(*(digits + [1, 1])[:3])
    elif text.strip(" -/"):
        assert found.error or found.warning or found.original is not None


@pytest.mark.parametrize(
    ("text", "day", "start", "end"),
    [
        ("2026年9月3日下午2:30", "2026年9月3日", "14:30", None),
        ("2026-09-03 下午3点", "2026-09-03", "15:00", None),
        ("2026-09-03 14:30-16:00", "2026-09-03", "14:30", "16:00"),
        ("9月3日（周四）14：30～16：00", "9月3日", "14:30", "16:00"),
        ("9月3日晚7点半", "9月3日", "19:30", None),
        ("2026-9-3 上午9点至11点", "2026-9-3", "09:00", "11:00"),
        ("9月3日下午2-4点", "9月3日", "14:00", "16:00"),
        ("9月3日下午三点一刻到五点", "9月3日", "15:15", "17:00"),
        ("2026-09-03", "2026-09-03", None, None),
    ],
)
def test_times_of_day(text: str, day: str, start: str | None, end: str | None) -> None:
    assert split_span(text) == (day, start, end)


@pytest.mark.parametrize("text", ["9月3日晚12点", "2026-09-03 16:00-14:30", "2026-09-03 25:00"])
def test_what_is_no_time_of_day_is_not_guessed(text: str) -> None:
    assert split_span(text).start is None


@given(st.times(), st.sampled_from(["2026-09-03 {h}:{m:02}", "2026年9月3日{h}点{m}分", "9月3日 {h:02}：{m:02}"]))
def test_every_minute_is_read(moment: object, form: str) -> None:
    hour, minute = moment.hour, moment.minute  # type: ignore[attr-defined]
    assert split_span(form.format(h=hour, m=minute)).start == f"{hour:02d}:{minute:02d}"


@pytest.mark.parametrize(
    ("text", "name", "remark"),
    [
        ("王丽（女）", "王丽", "（女）"),
        ("李四(预备)", "李四", "(预备)"),
        ("★周九", "周九", "★"),
        ("1.王丽", "王丽", "1."),
        ("王丽-预备", "王丽", "-预备"),
        ("阿依古丽·买买提", "阿依古丽·买买提", ""),
        ("Anna-Maria", "Anna-Maria", ""),
        ("张*", "张*", ""),
    ],
)
def test_a_remark_beside_a_name(text: str, name: str, remark: str) -> None:
    assert split_remark(text) == (name, remark)
