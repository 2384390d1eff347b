"""Numbers of the streets' own papers, recomputed from recorded entries, and the contradictions among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dangjian_desktop.services.ledgers import child_rows, ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures, reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.rules import findings
from import_kit import block, take
from office_kit import TODAY, add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def fill(office: Office, key: str, rows: list[Mapping[str, object]]) -> None:
    """Rows of a sheet into a ledger; a column that a row does not name stays empty."""
    headers = list(dict.fromkeys(name for row in rows for name in row))
    plan = take(office, f"ledger:{key}", block([headers, *([row.get(name, "") for name in headers] for row in rows)]))
    assert [p.reason for p in plan.problems if p.severity == "error"] == []


def value(office: Office, key: str, figure: str) -> object:
    return figures.values_of(office, period="2026", on=TODAY)[f"ledger_{key.replace('-', '_')}_{figure}"].value


def said(office: Office, code: str) -> list[str]:
    return [one.message for one in findings.every(office, rule=code)]


def printed(office: Office, key: str, folder: Path) -> set[str]:
    [path] = reports.make(office, ReportRequest(key), folder, formats=["xlsx"]).paths
    return {str(c) for s in openpyxl.load_workbook(path) for row in s.iter_rows(values_only=True) for c in row}


def test_six_opinions_are_four_closed_and_two_open(office: Office) -> None:
    states = ["已公示", "已办结", "已办结", "已办结", "在办", "已收集"]
    fill(
        office,
        "opinions",
        [
            {"意见建议": f"路灯不亮{n}", "收到日期": "2026-03-01", "转办单位": "城管办", "办理期限": "2026-12-01",
             "答复内容": "已修", "答复日期": "2026-04-01", "公示日期": "2026-04-02",
             "公示到": "2026-05-02", "状态": state}
            for n, state in enumerate(states)
        ],
    )  # fmt: skip
    assert [value(office, "opinions", key) for key in ("total", "closed", "open")] == [6, 4, 2]


def test_fifteen_communities_have_thirty_three_stars_and_a_wrong_level_is_asked_about(office: Office) -> None:
    levels = [5, 4, 3, 3, *[2] * 7, *[1] * 4]
    stars = {"支部过硬星": 1, "宜业兴业星": 15, "平安法治星": 2, "共建共享星": 10, "幸福和谐星": 5}
    left = dict(stars)
    rows: list[Mapping[str, object]] = []
    for number, level in enumerate(levels):
        add_branch(office, f"第{number + 1}社区党支部")
        chosen = sorted(left, key=lambda name: -left[name])[:level]
        for name in chosen:
            left[name] -= 1
        given = {name: "是" if name in chosen else "否" for name in stars}
        rows.append({"党组织": f"第{number + 1}社区党支部", "规划日期": "2026-01-10", "目标星级": level} | given)
    assert set(left.values()) == {0}
    fill(office, "star-targets", rows)
    assert [value(office, "star-targets", key) for key in ("total", "levels")] == [15, 33]
    assert [value(office, "star-targets", f"star{n}") for n in range(1, 6)] == list(stars.values())
    assert said(office, "star-targets.stars_agree") == []
    add_branch(office, "第16社区党支部")
    fill(
        office,
        "star-targets",
        [{"党组织": "第16社区党支部", "规划日期": "2026-01-10", "目标星级": 3, "支部过硬星": "是"}],
    )
    assert len(said(office, "star-targets.stars_agree")) == 1


def workers(office: Office) -> None:
    kinds = ["两委"] * 98 + ["网格员"] * 70 + ["红色物业大学生"] * 4
    fill(
        office,
        "community-workers",
        [
            {"人员类别": kind, "姓名": f"某{n}", "初审结果": "不合格" if n < 2 else "合格",
             "拟聘决定": "拟淘汰" if n < 1 else "拟纳入",
             "出生日期": "1991-09-30" if kind == "网格员" else "1980-01-01"}
            for n, kind in enumerate(kinds)
        ],
    )  # fmt: skip


def test_workers_add_up_by_kind_review_and_decision_and_one_kept_is_asked_about(office: Office) -> None:
    workers(office)
    sums = [("committee", "grid", "students"), ("qualified", "unqualified", "pending"), ("admitted", "dropped")]
    told = [[value(office, "community-workers", key) for key in keys] for keys in sums]
    assert told == [[98, 70, 4], [170, 2, 0], [171, 1]]
    assert value(office, "community-workers", "total") == 172
    assert value(office, "community-workers", "average_age") == 35
    assert len(said(office, "community-workers.kept_unqualified")) == 1


def test_ordinary_and_year_end_count_six_to_four_and_a_missing_part_is_no_zero(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "第一党支部")
    for serial, name in enumerate(("王小明", "李小红"), 1):
        add_member(office, name, branch, serial)
    usual: dict[str, object] = {"党组织": "第一党支部", "评定日期": "2026-01-10"}
    rows = [usual | {"党员": "王小明", "平时表现得分": "90", "年终评优得分": "85"}]
    fill(office, "score-feedback", [*rows, usual | {"党员": "李小红", "平时表现得分": "90"}])
    shown = printed(office, "score-feedback", tmp_path)
    assert shown & {"88", "88.0"}
    assert not shown & {"54", "54.0"}
    assert len(said(office, "score-feedback.part_missing")) == 1


def test_eighteen_workers_for_each_ten_thousand_are_rounded_up(office: Office, tmp_path: Path) -> None:
    add_branch(office, "第一社区党支部")
    row = {"党组织": "第一社区党支部", "统计月份": "2026-06", "城镇常住人口": 13000, "社区工作者数": 20}
    fill(office, "staffing", [row])
    assert {"24", "4"} <= printed(office, "staffing", tmp_path)
    assert len(said(office, "staffing.short")) == 1


def test_bands_of_the_hundred_points_and_two_bad_years(office: Office) -> None:
    rows: list[Mapping[str, object]] = []
    for year in (2025, 2026):
        for name, full in (("甲", 95), ("乙", 80), ("丙", 69)):
            rows.append({"考核对象": name, "考核日期": f"{year}-01-20", "满分": full})
    fill(office, "appraisals", rows)
    ids = [one for f in findings.every(office, rule="appraisals.below_seventy") for one in f.records]
    assert len(ids) == 2
    assert len(said(office, "appraisals.two_years")) == 1


def test_points_may_not_fall_below_zero_and_a_taken_room_is_told(office: Office) -> None:
    usual: dict[str, object] = {"志愿者": "甲", "本人自愿参加": "是", "事由": "巡逻"}
    fill(
        office,
        "points",
        [
            usual | {"类别": "服务得分", "日期": "2026-01-01", "得分": 10},
            usual | {"类别": "兑换", "日期": "2026-02-01", "兑换分": 12},
        ],
    )
    assert len(said(office, "points.negative")) == 1
    booked: dict[str, object] = {"场地": "会议室", "日期": "2026-10-01", "使用单位": "甲"}
    times = [("2026-10-01 09:00", "2026-10-01 11:00"), ("2026-10-01 10:00", "2026-10-01 12:00")]
    fill(office, "bookings", [booked | {"开始时间": a, "结束时间": b, "用途": a} for a, b in times])
    assert said(office, "bookings.clash") != []


def test_votes_of_a_review_add_up_to_the_valid_ones(office: Office) -> None:
    usual: dict[str, object] = {"类别": "年度述职", "述职日期": "2026-01-20", "发出票数": 20, "有效票数": 18}
    good = usual | {"述职人": "甲", "好": 10, "较好": 6, "一般": 2, "差": 0}
    fill(office, "secretary-reviews", [good, usual | {"述职人": "乙", "好": 10, "较好": 6, "一般": 1, "差": 0}])
    assert len(said(office, "secretary-reviews.votes_agree")) == 1


def test_a_shipped_ledger_that_nobody_keeps_asks_nobody(office: Office) -> None:
    add_branch(office, "第一党支部")
    assert [one.rule for one in findings.every(office) if "." in one.rule] == []
    fill(office, "branch-problems", [{"列入日期": "2026-03-01", "突出问题": "学习不经常", "完成时限": "2026-12-01"}])
    assert len(said(office, "branch-problems.branch_has_none")) == 1


def test_no_check_of_a_shipped_ledger_fails_to_be_worked_out(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    add_member(office, "王小明", branch)
    for template in ledgers.templates(office):
        typed: dict[str, Any] = {}
        for column in template.columns:
            if column.required and column.type.value in ("text", "long_text"):
                typed[column.name] = "甲"
            elif column.required and column.type.value == "date":
                typed[column.name] = "2026-01-05"
            elif column.required and column.type.value == "integer":
                typed[column.name] = getattr(column, "least", None) or 1
            elif column.required and column.type.value == "code":
                typed[column.name] = (column.codes or "").removeprefix("choices:").split("|")[0]
            elif column.required:
                typed = {}
                break
        if typed:
            ledgers.add(office, template.key, typed)
    assert [one.message for one in findings.every(office) if "查不了" in one.message] == []


def test_computed_columns_places_and_child_rows_are_on_the_paper(office: Office, tmp_path: Path) -> None:
    rows: list[Mapping[str, object]] = [
        {"考核对象": name, "考核日期": "2026-01-20", "满分": 100} for name in ("甲", "乙", "丙")
    ]
    fill(office, "appraisals", rows)
    [first, *_] = records.query(office, "ledger_entry", template="appraisals")
    child_rows.add(office, first, "deductions", {"item": "材料迟报", "points": "31", "reason": "迟报两次"})
    shown = printed(office, "appraisals", tmp_path)
    assert {"69", "100", "1（并列）", "3", "不称职", "奖励"} <= shown
    assert any("材料迟报" in text and "迟报两次" in text for text in shown)
