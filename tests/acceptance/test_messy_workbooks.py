"""The shipped roster and three more as they lie on office disks go in, every refusal explained, one undo each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import ImportPlan
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from import_kit import again, counts, listed, members, take
from office_kit import STREET, new_office

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
SHIPPED = resource("samples", "党员花名册（去年）.xlsx")
TWO_BRANCHES = SAMPLES / "两个支部.xls"
TEXT = SAMPLES / "春天社区党支部党员名册.csv"
WEB_PAGE = SAMPLES / "刘口社区党支部党员信息表.xls"

REFUSED = {
    (11, "身份证号"): "末几位已丢失",
    (12, "身份证号"): "末位应为6",
    (24, "身份证号"): "没有公民身份号码",
    (26, "姓名"): "没有姓名",
    (39, "身份证号"): "与第38行的“尤德”重复",
}
DOUBTFUL = {
    (5, "入党时间"): "未满18周岁",
    (10, "入党时间"): "6月没有31日",
    (13, "性别"): "第17位不一致",
    (14, "入党时间"): "推断为1998年",
    (14, "转正时间"): "推断为1999年",
    (15, "入党时间"): "不是确切日期",
    (15, "转正时间"): "不是确切日期",
    (18, "入党时间"): "10月",
    (20, "联系电话"): "11位手机号",
    (21, "工作单位及职务"): "#REF!",
    (22, "所在党支部"): "只差一个字",
    (28, "学历"): "不是认识的学历",
    (32, "入党时间"): "未满18周岁",
    (34, "联系电话"): "取第一个",
    (38, "出生年月"): "与公民身份号码不一致",
    (38, "性别"): "第17位不一致",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    assert integrity.check(made) == []
    made.close()


def said(plan: ImportPlan, severity: str) -> dict[tuple[int, str], str]:
    found = {(p.row, p.column): p.reason for p in plan.problems if p.severity == severity}
    assert len(found) == sum(p.severity == severity for p in plan.problems)
    return found


def test_the_shipped_roster_gives_exactly_these_problems(office: Office) -> None:
    plan = importing.prepare(office, "roster", SHIPPED, create_orgs_under=STREET)
    assert counts(plan) == [55, 0, 0, 0, 5]
    for expected, severity in ((REFUSED, "error"), (DOUBTFUL, "warning")):
        found = said(plan, severity)
        assert found.keys() == expected.keys()
        for place, words in expected.items():
            assert words in found[place], place
    assert {p.sheet for p in plan.problems} == {"花名册"}
    assert [(s.sheet, s.header_row, s.rows, s.hidden_rows) for s in plan.sheets] == [
        ("花名册", 4, 52, [46, 47]),
        ("刘口社区党支部", 2, 8, []),
    ]
    assert [unit["name"] for unit in plan.new_organisations] == [
        "九十墩社区党支部",
        "九十敦社区党支部",
        "春天社区党支部",
        "刘口社区党支部",
    ]


def test_it_goes_in_comes_back_corrected_and_is_undone(office: Office, tmp_path: Path) -> None:
    plan = take(office, "roster", SHIPPED, create_orgs_under=STREET)
    again(office, "roster", SHIPPED)
    people = members(office, "joined_on", "ethnic_group", "id_number")
    assert len(people) == 55
    assert people["周𬭎"][1] == "土家族"
    assert people["阿依努尔·吐尔逊"][1] == "维吾尔族"
    assert people["张伟"][0] == "1998-07"
    assert all(len(person[2]) == 18 for person in people.values())
    back = tmp_path / "退回.xlsx"
    importing.write_rejects(plan, back)
    book = openpyxl.load_workbook(back)
    sheet = book["花名册"]
    assert [sheet.cell(row, 1).value for row in range(5, 10)] == [7, 8, 19, 21, 34]
    sheet.cell(6, 6).value = "429900199004308376"
    sheet.cell(8, 2).value = "补名"
    book.save(back)
    plan = take(office, "roster", back)
    # The row that was refused as a double has the number of another person who is in the file by now.
    assert counts(plan) == [2, 0, 0, 1, 2]
    assert "补名" in members(office)
    for _ in range(2):
        history.undo(office)
    assert records.query(office, "member") == []
    assert list(listed(office, "organisation", "name")) == [STREET]


def test_three_more_go_into_the_same_street(office: Office) -> None:
    take(office, "roster", SHIPPED, create_orgs_under=STREET)
    units = listed(office, "organisation", "name")
    plan = take(office, "roster", TWO_BRANCHES)
    assert (counts(plan), plan.problems) == ([20, 0, 0, 0, 0], [])
    assert [(s.sheet, s.hidden_rows) for s in plan.sheets] == [("九十墩社区党支部", [5]), ("春天社区党支部", [5])]
    plan = take(office, "roster", TEXT)
    assert counts(plan) == [8, 0, 0, 0, 1]
    assert said(plan, "error").keys() == {(7, "身份证号码")}
    assert said(plan, "warning").keys() == {(5, "入党时间"), (6, "入党时间")}
    plan = take(office, "roster", WEB_PAGE)
    assert (counts(plan), plan.problems) == ([7, 0, 0, 0, 0], [])
    assert listed(office, "organisation", "name") == units
    for source in (SHIPPED, TWO_BRANCHES, TEXT, WEB_PAGE):
        again(office, "roster", source)
    assert len(records.query(office, "member")) == 90
