"""Every way of writing a date that `office-habits` §3 lists, and the date rules."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.values import partial_dates as pd


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2021-07-16", "2021-07-16"),
        ("2021/7/16", "2021-07-16"),
        ("2021.7.16", "2021-07-16"),
        ("2021年7月16日", "2021-07-16"),
        ("2021 年 7 月 16 日", "2021-07-16"),
        ("20210716", "2021-07-16"),
        (20210716.0, "2021-07-16"),
        ("２０２１．７．１６", "2021-07-16"),
        ("2021、7、16", "2021-07-16"),
        ("2021年7月16日 星期五", "2021-07-16"),
        ("2021/7/16（周五）", "2021-07-16"),
        ("二〇二一年七月十六日，星期五", "2021-07-16"),
        ("2021-07-18星期天", "2021-07-18"),
        ("2021-07-16 00:00:00", "2021-07-16"),
        ("'2021.07.16", "2021-07-16"),
        ("2021\\7\\16", "2021-07-16"),
        ("2021.7.16.", "2021-07-16"),
        ("2021年7月16号", "2021-07-16"),
        ("2021.07", "2021-07"),
        ("2021-07", "2021-07"),
        ("2021/7", "2021-07"),
        ("2021年7月", "2021-07"),
        ("2021年07月份", "2021-07"),
        ("202107", "2021-07"),
        (202107, "2021-07"),
        (2021.7, "2021-07"),
        (2021.07, "2021-07"),
        (2021.11, "2021-11"),
        ("1998", "1998"),
        (1998.0, "1998"),
        ("1998年", "1998"),
        (44393, "2021-07-16"),
        (44393.0, "2021-07-16"),
        ("44393", "2021-07-16"),
        (44393.75, "2021-07-16"),
        ("二〇二一年七月", "2021-07"),
        ("一九九八年", "1998"),
        ("二O二一年十二月三十一日", "2021-12-31"),
        ("二○二一年七月十六日", "2021-07-16"),
        ("二零二一年十月二十日", "2021-10-20"),
        ("一九五一年十一月廿三日", "1951-11-23"),
        ("2O21.7", "2021-07"),
        (datetime(2021, 7, 16), "2021-07-16"),
        (date(2021, 7, 16), "2021-07-16"),
    ],
)
def test_plain_forms_are_read_without_remark(cell: object, value: str) -> None:
    assert pd.parse_date(cell) == pd.ParsedDate(value)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("98.7", "1998-07"),
        ("98年7月", "1998-07"),
        (98.7, "1998-07"),
        ("05.3.1", "2005-03-01"),
        ("九八年七月", "1998-07"),
        ("Jul-98", "1998-07"),
        ("2021.1", "2021-01"),
    ],
)
def test_inferred_forms_keep_their_text_and_say_so(cell: object, value: str) -> None:
    parsed = pd.parse_date(cell)
    assert parsed.value == value
    assert parsed.warning and parsed.original == str(cell)
    assert parsed.error is None


def test_a_day_of_another_weekday_is_left_to_the_person() -> None:
    assert pd.parse_date("2021年7月16日 星期四") == pd.ParsedDate(
        original="2021年7月16日 星期四", error="2021-07-16是星期五，不是星期四，请核对"
    )
    assert pd.parse_date("2021年7月 星期四").value is None


@pytest.mark.parametrize("cell", ["1949.10（约）", "1978年底", "建国前", "不详", "至今", "长期", "1965年春"])
def test_vague_dates_stay_as_text(cell: str) -> None:
    parsed = pd.parse_date(cell)
    assert (parsed.value, parsed.original, parsed.error) == (None, cell, None)
    assert parsed.warning


@pytest.mark.parametrize("cell", ["/", "—", "无", "N/A"])
def test_blank_marks_are_no_date_and_no_complaint(cell: str) -> None:
    assert pd.parse_date(cell) == pd.ParsedDate(original=cell)


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        ("2021.6.31", "6月没有31日"),
        ("2021.13", "13月"),
        ("2021.2.29", "2月没有29日"),
        (2021.13, "13月"),
        (2021.1, "10月"),
        (60, "1900年2月29日"),
        ("0021.3.4", "年份"),
        ("98", "看不出"),
        ("16.7.2021", "年份"),
        ("张三", "看不出"),
        (True, "不是日期"),
        ("#REF!", "看不出"),
    ],
)
def test_unreadable_dates_are_errors_that_say_why(cell: object, part: str) -> None:
    parsed = pd.parse_date(cell)
    assert parsed.value is None
    assert parsed.error and part in parsed.error
    assert parsed.original


def test_the_shown_text_tells_october_from_january_and_a_month_from_its_first_day() -> None:
    assert pd.parse_date(2021.1, display="2021.10").value == "2021-10"
    assert pd.parse_date(2021.1, display="2021.1").error
    assert pd.parse_date(datetime(2021, 7, 1), display="2021年7月").value == "2021-07"
    assert pd.parse_date(datetime(2021, 7, 1), display="Jul-21").value == "2021-07"
    assert pd.parse_date(datetime(2021, 7, 1)).value == "2021-07-01"


def test_workbooks_counted_from_1904() -> None:
    assert pd.parse_date(44393 - 1462, date1904=True).value == "2021-07-16"


days = st.dates(min_value=date(1900, 3, 1), max_value=date(2099, 12, 31))


@given(days)
def test_every_written_form_of_a_day_reads_back(day: date) -> None:
    # A cell that holds a day of 1905 is taken for a bare year in a column of days.
    forms: list[object] = [
        *([] if day.year == 1905 else [day]),
        day.isoformat(),
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        day.strftime("%Y%m%d"),
        pd.format_date(day.isoformat(), "chinese"),
        pd.format_date(day.isoformat(), "dotted"),
    ]
    assert {pd.parse_date(form).value for form in forms} == {day.isoformat()}


@given(days)
def test_serial_numbers_of_later_days_read_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    if serial > 2099:
        assert pd.parse_date(serial).value == day.isoformat()


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers()))
def test_no_cell_breaks_the_reader_and_every_value_is_a_true_date(cell: object) -> None:
    parsed = pd.parse_date(cell)
    assert not (parsed.value and parsed.error)
    if parsed.value:
        assert pd.first_day(parsed.value) <= pd.last_day(parsed.value)


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_months_span_their_days_and_print_without_one(year: int, month: int) -> None:
    text = f"{year}-{month:02d}"
    assert pd.first_day(text) == date(year, month, 1)
    assert pd.add_months(pd.first_day(text), 1).toordinal() - 1 == pd.last_day(text).toordinal()
    assert "日" not in pd.format_date(text, "chinese")


@given(days, st.integers(-1200, 600))
def test_moving_by_months_lands_in_the_right_month(day: date, months: int) -> None:
    moved = pd.add_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day


def test_month_ends_are_clamped() -> None:
    assert pd.add_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert pd.add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        ("2003-05-11", date(2021, 5, 10), 17),
        ("2003-05-11", date(2021, 5, 11), 18),
        ("2003-05", date(2021, 5, 1), 18),
        ("2004-02-29", date(2022, 2, 28), 18),
        ("1998", date(2026, 1, 1), 28),
        (None, date(2026, 1, 1), None),
    ],
)
def test_full_years(birth: str | None, day: date, age: int | None) -> None:
    assert pd.age_on(birth, day) == age


def test_printing() -> None:
    assert pd.format_date("2021-07-16") == "2021年7月16日"
    assert pd.format_date("2021-07", "dotted") == "2021.07"
    assert pd.format_date("2021-07-16", "month") == "2021.07"
    assert pd.format_date("1998", "iso") == "1998"
    assert pd.format_date(None) == ""
