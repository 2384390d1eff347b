"""The period that a superior's form names itself, and the times in its headers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.forms.form_period import (
    LAST_YEAR,
    NOW,
    OTHER,
    PERIOD_START,
    YEAR_AGO,
    YEAR_START,
    other_periods,
    split_time,
    split_times,
    stated,
)
from dangjian_desktop.domain.forms.form_sheets import Block, CellStyle, Form, FormCell, FormSheet, Place
from dangjian_desktop.domain.values.periods import parse_period


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("基层党组织情况统计表（2026年第三季度）", "2026-07-01", "2026-09-30"),
        ("2026年三季度党建报表", "2026-07-01", "2026-09-30"),
        ("2026年前三季度党员情况", "2026-01-01", "2026-09-30"),
        ("2026年1-9月党员发展情况", "2026-01-01", "2026-09-30"),
        ("2026年上半年工作统计", "2026-01-01", "2026-06-30"),
        ("2026年度下半年", "2026-07-01", "2026-12-31"),
        ("二〇二六年上半年工作统计", "2026-01-01", "2026-06-30"),
        ("2025年党内统计年报", "2025-01-01", "2025-12-31"),
        ("2025年度党内统计年报", "2025-01-01", "2025-12-31"),
        ("2026年9月份月报", "2026-09-01", "2026-09-30"),
        ("2026年九月月报", "2026-09-01", "2026-09-30"),
        ("2026年元月月报", "2026-01-01", "2026-01-31"),
        ("月报 2026.9", "2026-09-01", "2026-09-30"),
        ("2026Q3统计", "2026-07-01", "2026-09-30"),
        ("党员统计表（截至2026年9月底）", None, "2026-09-30"),
        ("党员统计表（截至2026年9月30日）", None, "2026-09-30"),
        ("党员统计表（截止2025年底）", None, "2025-12-31"),
        ("2025年末党员情况", None, "2025-12-31"),
        ("2026年第三季度统计表（截至9月30日）", None, "2026-09-30"),
        ("（2026年9月30日）", None, "2026-09-30"),
    ],
)
def test_a_title_says_its_period(text: str, start: str | None, end: str) -> None:
    found = stated(text)
    assert found is not None
    assert (found.start.isoformat() if found.start else None, found.end.isoformat()) == (start, end)


@pytest.mark.parametrize("text", ["党员基本情况统计表", "30人以上党支部", "2025年和2026年对比", "2024—2026年规划", ""])
def test_a_title_without_one_period_says_none(text: str) -> None:
    assert stated(text) is None


@pytest.mark.parametrize(
    ("text", "period", "on", "against"),
    [
        ("第三季度", "2026Q3", "2026-09-30", False),
        ("第三季度", "2026Q4", "2026-12-31", True),
        ("第三季度", "2025Q3", "2025-09-30", False),
        ("2026年第三季度", "2025Q3", "2025-09-30", True),
        ("上半年", "2026Q2", "2026-06-30", True),
        ("截至9月底", "2026Q3", "2026-09-30", False),
        ("截至9月底", "2026-09", "2026-09-30", False),
        ("截至8月底", "2026Q3", "2026-08-31", False),
        ("截至8月底", "2026Q3", "2026-09-30", True),
        ("截至2月底", "2026-02", "2026-02-28", False),
        ("2025年", "2026", "2026-09-30", True),
        ("2026年", "2026", "2026-09-30", False),
    ],
)
def test_it_is_compared_with_the_one_being_filled(text: str, period: str, on: str, against: bool) -> None:
    found = stated(text)
    assert found is not None
    assert found.against(parse_period(period), date.fromisoformat(on)) is against


@given(st.integers(2001, 2098), st.integers(1, 4), st.integers(2001, 2098), st.integers(1, 4))
def test_a_quarter_in_a_title_is_against_every_other_quarter(year: int, quarter: int, other: int, number: int) -> None:
    found = stated(f"{year}年第{'一二三四'[quarter - 1]}季度统计表")
    period = parse_period(f"{other}Q{number}")
    assert found is not None
    assert found.against(period, period.end) is ((year, quarter) != (other, number))


def _sheet(rows: list[list[str]], name: str = "表", merged: tuple[Block, ...] = ()) -> FormSheet:
    cells: dict[Place, FormCell] = {
        (row, column): FormCell(text, "", CellStyle())
        for row, line in enumerate(rows, 1)
        for column, text in enumerate(line, 1)
        if text
    }
    return FormSheet(name, cells, merged)


def _told(sheet: FormSheet, period: str = "2026Q4", file: str = "表.xlsx") -> list[tuple[str, str]]:
    asked = parse_period(period)
    return [(each.where, each.words) for each in other_periods(Form(file, [sheet]), asked, asked.end, named=True)]


HEAD = ["项目", "2025年", "2026年第三季度", "上年同期"]


def test_titles_count_and_headers_and_the_day_of_filling_do_not() -> None:
    assert _told(_sheet([["统计表（2026年第三季度）"], HEAD])) == [("表!A1", "2026年第三季度")]
    assert _told(_sheet([["统计表"], ["2026年9月"], HEAD])) == [("表!A2", "2026年9月")]
    assert _told(_sheet([["统计表"], ["填报日期：2026年9月30日"], HEAD])) == []
    assert _told(_sheet([["统计表"], ["单位：", "统计期间：2026年第三季度"], HEAD])) == [("表!B2", "2026年第三季度")]
    assert _told(_sheet([["统计表"], ["统计期间：", "2026年第三季度"], HEAD])) == [("表!A2", "2026年第三季度")]


@pytest.mark.parametrize(
    "words",
    [
        "本表一季一报，次月5日前报区委组织部。灰格由系统计算，不要改动。",
        "一月一报",
        "请于10月5日前报送",
        "2026年5月底前上报",
    ],
)
def test_a_line_about_reporting_names_no_period(words: str) -> None:
    assert _told(_sheet([["统计表"], [words], HEAD])) == []


def test_names_of_sheet_and_file_count_where_the_cells_say_nothing() -> None:
    assert _told(_sheet([["统计表"], HEAD], "三季度")) == [("三季度!A1", "三季度")]
    assert _told(_sheet([["统计表"], HEAD]), file="2026年三季度.xlsx") == [("", "2026年三季度")]
    assert _told(_sheet([["统计表（2026年第四季度）"], HEAD]), file="2026年三季度.xlsx") == []


@pytest.mark.parametrize(
    ("header", "when", "rest"),
    [
        ("2026年", NOW, ""),
        ("2025年", LAST_YEAR, ""),
        ("2025年末", LAST_YEAR, ""),
        ("2025年12月31日", LAST_YEAR, ""),
        ("2025年底人数", LAST_YEAR, ""),
        ("上年", LAST_YEAR, ""),
        ("上年末数", LAST_YEAR, ""),
        ("去年底", LAST_YEAR, ""),
        ("上年同期", YEAR_AGO, ""),
        ("去年同期数", YEAR_AGO, ""),
        ("上年末党员总数", LAST_YEAR, "党员总数"),
        ("2026年发展党员数", NOW, "发展党员数"),
        ("2024年", OTHER, ""),
        ("2027年", OTHER, ""),
        ("人数", NOW, "人数"),
        ("年初", YEAR_START, ""),
        ("年初数", YEAR_START, ""),
        ("本年年初党员总数", YEAR_START, "党员总数"),
        ("2026年初", YEAR_START, ""),
        ("2025年初", OTHER, ""),
        ("期初人数", PERIOD_START, ""),
        ("上季末", PERIOD_START, ""),
        ("四、上年同期党员总数", YEAR_AGO, "党员总数"),
        ("（二）去年底", LAST_YEAR, ""),
        ("其中：年初数", YEAR_START, ""),
        ("3.女党员", NOW, "3.女党员"),
    ],
)
def test_the_time_in_a_header(header: str, when: str, rest: str) -> None:
    assert split_time(header, 2026) == (when, rest)


def test_two_times_over_one_cell_are_not_counted() -> None:
    assert split_times(["人数", "2025年末"], 2026) == (LAST_YEAR, ["人数"])
    assert split_times(["上年同期", "2025年"], 2026) == (OTHER, [])
    assert split_time("2025年", None) == (OTHER, "")
