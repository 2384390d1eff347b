"""Meetings whose day and hour stand apart, and ends that name no day: in sheets and in the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.values.clock_text import end_on
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from office_kit import add_branch, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, "第一党支部")
    yield made
    made.close()


def taken(office: Office, heads: Sequence[str], cells: Sequence[str]) -> tuple[dict[str, Any], list[str]]:
    """What one row of a copied block comes to, and what is told about it."""
    lines = (("党支部", "会议类型", "主题", *heads), ("第一党支部", "支委会", "学习", *cells))
    plan = importing.prepare(office, "meetings", "\n".join("\t".join(line) for line in lines))
    return plan.rows[0].values, [problem.reason for problem in plan.problems]


@pytest.mark.parametrize(
    ("heads", "cells", "start", "end"),
    [
        (["日期", "时间"], ["2026-09-03", "14:30"], "2026-09-03T14:30", None),
        (["时间", "日期"], ["14:30", "2026-09-03"], "2026-09-03T14:30", None),
        (["会议日期", "会议时间"], ["2026年9月3日", "下午2点半"], "2026-09-03T14:30", None),
        (["日期", "时间"], ["9月3日", "14:30-16:00"], "2026-09-03T14:30", "2026-09-03T16:00"),
        (["日期", "开始时间", "结束时间"], ["2026.9.3", "14:30", "16:00"], "2026-09-03T14:30", "2026-09-03T16:00"),
        (["日期", "开始时间", "结束时间"], ["2026.9.3", "下午2:30", "4点"], "2026-09-03T14:30", "2026-09-03T16:00"),
        (["会议时间", "结束时间"], ["2026-09-03 14:30", "16:00"], "2026-09-03T14:30", "2026-09-03T16:00"),
        (["会议时间", "结束时间"], ["2026-09-03 14:30", "2026-09-03 16:00"], "2026-09-03T14:30", "2026-09-03T16:00"),
        (["会议时间", "填报时间"], ["2026-09-03", "14:30"], "2026-09-03", None),
    ],
)
def test_day_and_hour_are_joined(
    office: Office, heads: list[str], cells: list[str], start: str, end: str | None
) -> None:
    values, _ = taken(office, heads, cells)
    assert (values.get("started_at"), values.get("ended_at")) == (start, end)


def test_joining_two_columns_is_told_once(office: Office) -> None:
    _, told = taken(office, ["日期", "时间"], ["2026-09-03", "14:30"])
    assert told == ["“日期”和“时间”两列合起来读作“开始时间”，请核对"]


def test_cells_of_a_workbook_are_joined_too(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["党支部", "会议类型", "日期", "开始时间", "结束时间", "主题"])
    sheet.append(["第一党支部", "支委会", date(2026, 9, 3), time(14, 30), time(16, 0), "学习"])
    sheet.append(["第一党支部", "党课", datetime(2026, 9, 4), time(9, 0), None, "党课"])
    book.save(tmp_path / "会议.xlsx")
    plan = importing.prepare(office, "meetings", tmp_path / "会议.xlsx")
    importing.apply(office, plan)
    found = [records.get(office, "meeting", each).values for each in records.query(office, "meeting")]
    assert sorted((values["started_at"], values.get("ended_at") or "") for values in found) == [
        ("2026-09-03T14:30", "2026-09-03T16:00"),
        ("2026-09-04T09:00", ""),
    ]


def test_an_end_before_the_start_is_refused_and_not_guessed(office: Office) -> None:
    _, told = taken(office, ["会议时间", "结束时间"], ["2026-09-03 14:30", "4:00"])
    assert any("结束早于开始" in reason for reason in told)


def test_an_end_without_a_day_may_be_typed(office: Office) -> None:
    branch = records.query(office, "organisation")[-1]
    typed = {"organisation": branch, "meeting_kind": "ZWH", "title": "学习"}
    made = records.add(office, "meeting", {**typed, "started_at": "2026-09-03 下午2点半", "ended_at": "4点"})
    assert records.get(office, "meeting", made.id).values["ended_at"] == "2026-09-03T16:00"
    with pytest.raises(UserError):
        records.add(office, "meeting", {**typed, "started_at": "2026-09-04", "ended_at": "25:00"})


def test_an_end_that_names_a_day_is_left_alone() -> None:
    assert end_on("2026-09-03T14:30", "2026-09-03 14:30", "2026-09-04 9:00") is None
    assert end_on("2026-09-03T14:30", "2026-09-03 14:30", "14:30-16:00") is None
    assert end_on("2026-09-03T14:30", "2026-09-03 14:30", "16:00") == "2026-09-03T16:00"


@pytest.mark.parametrize(
    ("begun", "end", "read"),
    [
        ("14:30", "4点", "16:00"),
        ("14:30", "4点半", "16:30"),
        ("09:00", "2点", "14:00"),
        ("14:30", "16点", "16:00"),
        ("09:00", "10点", "10:00"),
        ("14:30", "上午9点", "09:00"),
        ("14:30", "4:00", "04:00"),
    ],
)
def test_an_hour_alone_is_after_noon_where_only_that_comes_after_the_beginning(begun: str, end: str, read: str) -> None:
    assert end_on(f"2026-09-03T{begun}", f"2026-09-03 {begun}", end) == f"2026-09-03T{read}"
    assert end_on(f"2026-09-03T{begun}", f"2026-09-03T{begun}", end) == f"2026-09-03T{read}"
