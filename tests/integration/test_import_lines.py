"""Lines between the rows of a roster: whom they are about is understood, or told and refused, never guessed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office.office import Office
from import_kit import HEADERS, Rows, block, counts, members, person, reasons, take, workbook
from office_kit import STREET, add_branch, id_number, new_office

HEAD = ["序号", "姓名", "性别", "公民身份号码"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def row(serial: int, name: str) -> list[object]:
    return [serial, name, "男" if serial % 2 else "女", id_number(serial=serial)]


def sheet(*lines: list[object]) -> Rows:
    """Two people below the first branch, the lines, two people more."""
    first: Rows = [["第一党支部"], row(1, "王甲子"), row(2, "王甲丑")]
    return [HEAD, *first, *lines, row(3, "王甲寅"), row(4, "王甲卯")]


def where(office: Office) -> dict[str, str]:
    return {name: unit for name, (unit,) in members(office, "organisation").items()}


@pytest.mark.parametrize(
    "line",
    [
        ["第二党支部（2人）"],
        ["第二党支部 共2名党员"],
        ["二、第二党支部"],
        ["（二）第二党支部："],
        ["2．第二党支部"],
        ["②第二党支部"],
        ["第二党支部（书记：李四）"],
        ["第二党支部", "书记", "李四", "13900000000"],
        ["第二党支部", "书记：李四"],
        ["", "第二党支部"],
        ["", "第二党支部", "2人"],
        ["第二党支部", "", "", 2],
        ["单位：第二党支部"],
        ["党支部名称：", "第二党支部"],
        ["单位：", "第二党支部", "书记：", "李四"],
        ["支部书记：李四", "第二党支部"],
        ["第二党支部党员花名册（2026年）"],
        ["【第二党支部】"],
        ["以下为第二党支部："],
    ],
)
def test_a_line_that_names_a_unit_takes_the_rows_below_into_it(office: Office, line: list[object]) -> None:
    plan = take(office, "roster", block(sheet(line)), create_orgs_under=STREET)
    assert counts(plan) == [4, 0, 0, 0, 0], plan.problems
    assert where(office) == dict.fromkeys(("王甲子", "王甲丑"), "第一党支部") | dict.fromkeys(
        ("王甲寅", "王甲卯"), "第二党支部"
    )


def test_a_unit_in_the_column_of_names_is_nobody_whatever_stands_beside_it(office: Office) -> None:
    head = ["姓名", "性别", "公民身份号码", "民族"]
    people = [[*row(n, f"王甲{n}")[1:], "汉族"] for n in (1, 2, 3, 4)]
    line = ["第二党支部", "书记", "王强", "13900000000"]
    rows: Rows = [["第一党支部党员名册"], head, *people[:2], line, *people[2:]]
    plan = take(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [4, 0, 0, 0, 0], plan.problems
    assert sorted(where(office).values()) == ["第一党支部", "第一党支部", "第二党支部", "第二党支部"]


@pytest.mark.parametrize("line", [["第二党支部与第三党支部合编"], ["本表以下是支部里的人"], ["第二党支部 张三等"]])
def test_a_line_that_may_name_a_unit_refuses_the_rows_below(office: Office, line: list[object]) -> None:
    plan = take(office, "roster", block(sheet(line)), create_orgs_under=STREET)
    assert counts(plan) == [2, 0, 0, 0, 2]
    assert set(where(office).values()) == {"第一党支部"}
    assert [(p.row, p.value) for p in plan.unread] == [(5, "".join(str(line[0]).split()))]
    assert "没有看懂的行" in plan.unread[0].reason
    assert "第6至第7行" in plan.unread[0].reason
    assert "没有看懂" in reasons(plan, 6)


def test_a_line_about_a_unit_that_is_not_there_refuses_its_rows(office: Office) -> None:
    add_branch(office, "第一党支部")
    plan = importing.prepare(office, "roster", block(sheet(["第二党支部（2人）"])), scope="第一党支部")
    assert counts(plan) == [2, 0, 0, 0, 2]
    assert "第二党支部" in reasons(plan, 6)


def test_other_lines_are_told_with_their_text(office: Office) -> None:
    plan = take(office, "roster", block(sheet(["以上为正式党员"])), create_orgs_under=STREET)
    assert counts(plan) == [4, 0, 0, 0, 0]
    assert [(p.row, p.value, p.severity) for p in plan.unread] == [(5, "以上为正式党员", "warning")]


def test_numbers_below_two_general_branches_stay_apart(office: Office) -> None:
    rows: Rows = [
        HEAD,
        ["一、春天社区党总支"],
        ["（一）第一党支部"],
        row(1, "王甲子"),
        ["二、秋天社区党总支"],
        ["（一）第一党支部"],
        row(2, "王甲丑"),
    ]
    plan = take(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [2, 0, 0, 0, 0]
    units = {r.title: r.values["organisation"] for r in plan.rows}
    assert units["王甲子"] != units["王甲丑"]
    above = {u["id"]: u["parent"] for u in plan.new_organisations}
    names = {u["id"]: u["name"] for u in plan.new_organisations}
    assert [names[above[units[name]]] for name in ("王甲子", "王甲丑")] == ["春天社区党总支", "秋天社区党总支"]


def test_groups_are_those_of_the_branch_above(office: Office) -> None:
    rows: Rows = [
        HEAD,
        ["第一党支部"],
        ["第一党小组"],
        row(1, "王甲子"),
        ["第二党支部"],
        ["第一党小组"],
        row(2, "王甲丑"),
    ]
    take(office, "roster", block(rows), create_orgs_under=STREET)
    assert where(office) == {"王甲子": "第一党支部", "王甲丑": "第二党支部"}


def test_numbering_is_no_part_of_a_name(office: Office, tmp_path: Path) -> None:
    for name in ("第一党支部", "第二党支部"):
        add_branch(office, name)
    head = HEAD[1:]
    sheets: dict[str, Rows] = {
        "1.第一党支部": [head, row(1, "王甲子")[1:]],
        "二、第二党支部": [head, row(2, "王甲丑")[1:]],
        "(3)第一党支部": [head, row(3, "王甲寅")[1:]],
        "名册": [[*head, "所在党支部"], [*row(4, "王甲卯")[1:], "（2）第二党支部"]],
    }
    plan = take(office, "roster", workbook(tmp_path / "表.xlsx", sheets), create_orgs_under=STREET)
    assert (counts(plan), plan.new_organisations) == ([4, 0, 0, 0, 0], [])
    assert where(office) == {
        "王甲子": "第一党支部",
        "王甲丑": "第二党支部",
        "王甲寅": "第一党支部",
        "王甲卯": "第二党支部",
    }


@pytest.mark.parametrize("written", ["中共测试街道春天社区支部委员会", "测试街道春天社区支部委员会"])
def test_titles_names_of_sheets_lines_and_cells_go_one_road(office: Office, tmp_path: Path, written: str) -> None:
    add_branch(office, "中共测试街道春天社区支部委员会")
    head = HEAD[1:]
    sheets: dict[str, Rows] = {
        written: [head, row(1, "王甲子")[1:]],
        "甲": [[f"{written}党员花名册"], head, row(2, "王甲丑")[1:]],
        "乙": [head, [f"三、{written}（1人）"], row(3, "王甲寅")[1:]],
        "丙": [[*head, "所在党支部"], [*row(4, "王甲卯")[1:], written]],
    }
    plan = take(office, "roster", workbook(tmp_path / "表.xlsx", sheets))
    assert counts(plan) == [4, 0, 0, 0, 0], plan.problems
    assert set(where(office).values()) == {"中共测试街道春天社区支部委员会"}


def test_two_tables_beside_each_other_are_both_read(office: Office) -> None:
    rows = [
        ["第一党支部通讯录"],
        ["姓名", "身份证号", "手机", "", "姓名", "身份证号", "手机"],
        ["王甲子", id_number(serial=1), "13900001000", "", "王甲卯", id_number(serial=4), "13900001003"],
        ["第二党支部"],
        ["王甲丑", id_number(serial=2), "13900001001", "", "王甲辰", id_number(serial=5), "13900001004"],
    ]
    plan = take(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [4, 0, 0, 0, 0]
    assert where(office) == {
        "王甲子": "第一党支部",
        "王甲卯": "第一党支部",
        "王甲丑": "第二党支部",
        "王甲辰": "第二党支部",
    }
    assert any("左右并排有2张表" in p.reason for p in plan.notes)


def test_a_second_column_of_names_that_is_no_table_is_told(office: Office) -> None:
    rows = [["姓名", "公民身份号码", "所在党支部", "姓名"], ["王甲子", id_number(serial=1), "第一党支部", "李四"]]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert any("第4列又有一个“姓名”" in p.reason for p in plan.notes)


def test_a_table_below_with_another_header_is_read_by_its_own(office: Office) -> None:
    rows = [
        ["第一党支部党员名册"],
        ["姓名", "性别", "公民身份号码"],
        ["王甲子", "男", id_number(serial=1)],
        ["第二党支部党员名册"],
        ["姓名", "公民身份号码", "性别"],
        ["王甲丑", id_number(serial=2), "女"],
    ]
    plan = take(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [2, 0, 0, 0, 0], plan.problems
    assert where(office) == {"王甲子": "第一党支部", "王甲丑": "第二党支部"}


def test_three_rows_of_header_are_read(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for cells in (
        ["党员花名册"],
        ["姓名", "性别", "公民身份号码", "所在党支部", "学历学位", "", "", "", "联系方式", ""],
        ["", "", "", "", "全日制教育", "", "在职教育", "", "手机", "住址"],
        ["", "", "", "", "学历", "学位", "学历", "学位", "", ""],
        ["王甲子", "男", id_number(serial=1), "第一党支部", "大专", "", "大学本科", "", "13800001000", "路1号"],
    ):
        page.append(cells)
    for block_ in ("A1:J1", "A2:A4", "B2:B4", "C2:C4", "D2:D4", "E2:H2", "I2:J2", "E3:F3", "G3:H3", "I3:I4", "J3:J4"):
        page.merge_cells(block_)
    book.save(tmp_path / "三层.xlsx")
    plan = take(office, "roster", tmp_path / "三层.xlsx", create_orgs_under=STREET)
    assert (counts(plan), plan.sheets[0].header_row) == ([1, 0, 0, 0, 0], 4)
    (found,) = members(office, "fulltime_education", "inservice_education", "phone", "address").values()
    assert found == ("大学专科", "大学本科", "13800001000", "路1号")


@pytest.mark.parametrize(
    "line",
    [
        ["必填", "必填", "必填，18位", "选填", "如1970.01", "下拉选择", "选填"],
        ["如：张三", "男/女", "必填", "格式：1970-01-01", "同左", "填写全称", ""],
    ],
)
def test_a_row_of_instructions_is_no_person(office: Office, line: list[object]) -> None:
    rows = [HEADERS, line, person("王甲子", 1)]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [1, 0, 0, 0, 0]


def test_a_hidden_sheet_is_told_and_can_be_left_out(office: Office, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "表.xlsx", {"花名册": [HEADERS, person("王甲子", 1)], "去年": [HEADERS, person("王甲巳", 2)]}
    )
    book = openpyxl.load_workbook(path)
    book["去年"].sheet_state = "hidden"
    book.save(path)
    plan = importing.prepare(office, "roster", path, create_orgs_under=STREET)
    assert counts(plan) == [2, 0, 0, 0, 0]
    assert plan.hidden_sheets == ["去年"]
    assert any(p.sheet == "去年" and "隐藏" in p.reason for p in plan.problems)
    plan = importing.prepare(office, "roster", path, create_orgs_under=STREET, skip_hidden=True)
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert any(p.sheet == "去年" and "没有读" in p.reason for p in plan.problems)


def test_refused_rows_go_back_with_the_line_of_their_unit(office: Office, tmp_path: Path) -> None:
    path = workbook(tmp_path / "表.xlsx", {"名册": sheet(["第二党支部（2人）"], ["", "王甲辰", "男", "12345"])})
    plan = take(office, "roster", path, create_orgs_under=STREET)
    assert counts(plan) == [4, 0, 0, 0, 1]
    importing.write_rejects(plan, tmp_path / "退回.xlsx")
    page = openpyxl.load_workbook(tmp_path / "退回.xlsx")["名册"]
    assert [cell.value for cell in page["A"]] == ["序号", "第二党支部（2人）", None]
    page["D3"] = id_number(serial=9)
    page.parent.save(tmp_path / "退回.xlsx")
    take(office, "roster", tmp_path / "退回.xlsx")
    assert where(office)["王甲辰"] == "第二党支部"


def test_a_remark_beside_a_name_is_told_and_left_off(office: Office) -> None:
    rows = [HEADERS, person("王丽（女）", 2), person("★周九", 1), person("李四(预备)", 3)]
    plan = take(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [3, 0, 0, 0, 0]
    assert set(where(office)) == {"王丽", "周九", "李四"}
    assert [(p.row, p.column, p.severity) for p in plan.problems] == [(n, "姓名", "warning") for n in (2, 3, 4)]
