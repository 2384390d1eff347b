"""Workbooks that go back to people: refused rows with their reasons, and empty sheets to fill."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office.office import Office
from import_kit import HEADERS, Rows, block, counts, person, take, web_page, workbook
from office_kit import STREET, add_branch, add_member, id_number, new_office

KINDS = ("roster", "organisations", "posts", "meetings", "ledger:rectification", "ledger:care-visits",
         "ledger:unit-registration")  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, "第一党支部")
    yield made
    made.close()


def rows_of(path: Path) -> list[list[object]]:
    sheet = openpyxl.load_workbook(path).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_refused_rows_come_back_in_the_users_own_workbook(office: Office, tmp_path: Path) -> None:
    add_member(office, "钱七", "第一党支部", 7)
    rows: Rows = [
        ["第一党支部党员花名册"],
        ["", *HEADERS],
        [1, *person("王小明", 1)],
        [2, *person("李小红", 2, 公民身份号码="123")],
        [3, *person("孙八", 7)],
        ["合计", "3人"],
    ]
    source = workbook(tmp_path / "我的名册.xlsx", {"花名册": rows, "别的": [["无关"]]})
    book = openpyxl.load_workbook(source)
    book["花名册"].merge_cells("A1:H1")
    book["花名册"]["C4"].font = openpyxl.styles.Font(name="楷体", bold=True)
    book.save(source)
    plan = take(office, "roster", source)
    assert counts(plan) == [1, 0, 0, 1, 1]
    target = tmp_path / "退回.xlsx"
    importing.write_rejects(plan, target)
    back = openpyxl.load_workbook(target)
    assert back.sheetnames == ["花名册"]
    sheet = back["花名册"]
    assert [str(m) for m in sheet.merged_cells.ranges] == ["A1:H1"]
    # A column without header in front shifts nothing: reason and marks stand where they belong.
    assert [c.value for c in sheet[2]] == [None, *HEADERS, "退回原因"]
    assert [sheet.cell(r, 2).value for r in (3, 4)] == ["李小红", "孙八"]
    assert "3位" in sheet["I3"].value and "钱七" in sheet["I4"].value
    assert sheet["D3"].comment is not None and sheet["D3"].fill.fgColor.rgb == "00FFD9D9"
    assert sheet["B4"].comment is not None
    # Corrected, it goes in as it is.
    sheet["D3"].value = id_number(serial=2)
    sheet["B4"].value = "钱七"
    back.save(target)
    plan = take(office, "roster", target)
    assert (counts(plan), plan.problems) == ([1, 0, 1, 0, 0], [])


@pytest.mark.parametrize("form", ["block", "web"])
def test_refused_rows_of_what_is_no_workbook_are_laid_out_anew(office: Office, tmp_path: Path, form: str) -> None:
    rows = [["第一党支部党员花名册"], HEADERS, person("王小明", 1), person("=1+1", 2, 公民身份号码="")]
    source = block(rows) if form == "block" else web_page(tmp_path / "网页.xls", rows)
    plan = importing.prepare(office, "roster", source)
    importing.write_rejects(plan, tmp_path / "退回.xlsx")
    back = rows_of(tmp_path / "退回.xlsx")
    assert [row[0] for row in back] == ["第一党支部党员花名册", "姓名", "=1+1"]
    assert back[1][-1] == "退回原因" and "公民身份号码" in str(back[2][-1])


def test_the_users_own_workbook_is_never_written_over(office: Office, tmp_path: Path) -> None:
    source = workbook(tmp_path / "名册.xlsx", {"一": [HEADERS, person("王小明", 1, 公民身份号码="")]})
    before = source.read_bytes()
    plan = importing.prepare(office, "roster", source)
    with pytest.raises(UserError) as refused:
        importing.write_rejects(plan, source)
    assert (refused.value.code, source.read_bytes()) == ("same_file", before)
    (tmp_path / "~$退回.xlsx").write_bytes(b"")
    (tmp_path / "退回.xlsx").write_bytes(b"old")
    with pytest.raises(EnvironmentFault) as held:
        importing.write_rejects(plan, tmp_path / "退回.xlsx")
    assert (held.value.code, (tmp_path / "退回.xlsx").read_bytes()) == ("file_in_use", b"old")
    source.unlink()
    with pytest.raises(UserError) as gone:
        importing.write_rejects(plan, tmp_path / "另存.xlsx")
    assert gone.value.code == "file_not_found"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_sheet_reads_back_with_every_column(office: Office, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "空表.xlsx"
    importing.write_empty_sheet(kind, target)
    plan = importing.prepare(office, kind, target)
    (sheet,) = plan.sheets
    assert (counts(plan), sheet.header_row) == ([0, 0, 0, 0, 0], 1)
    assert [header for header, field in sheet.columns.items() if field is None] == ["序号"]
    wanted = [f for f in importing.fields(office, kind).fields if f.importable and f.editable]
    assert [field for field in sheet.columns.values() if field] == [f.name for f in wanted]
    starred = [header for header in sheet.headers if header.startswith("*")]
    assert starred == [f"*{f.label}" for f in wanted if f.required]


def test_a_filled_empty_sheet_goes_in(office: Office, tmp_path: Path) -> None:
    target = tmp_path / "空表.xlsx"
    importing.write_empty_sheet("ledger:rectification", target)
    book = openpyxl.load_workbook(target)
    sheet = book.active
    column = {cell.value: cell.column for cell in sheet[1]}
    lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    state = openpyxl.utils.get_column_letter(column["状态"])
    assert "待制定措施" in lists[f"{state}3"]
    for header, value in (("*来源", "巡察"), ("*问题表述", "台账不全"), ("状态", "整改中"), ("党组织", STREET)):
        sheet.cell(3, column[header], value)
    book.save(target)
    plan = take(office, "ledger:rectification", target)
    assert (counts(plan), plan.problems) == ([1, 0, 0, 0, 0], [])
    (passage,) = plan.rows[0].values["passages"].values()
    assert passage["state"] == "working"


def test_an_empty_sheet_of_nothing(tmp_path: Path) -> None:
    for kind in ("dues", "ledger:nothing"):
        with pytest.raises(UserError) as refused:
            importing.write_empty_sheet(kind, tmp_path / "空.xlsx")
        assert refused.value.code == "unknown_kind"
    assert list(tmp_path.iterdir()) == []
