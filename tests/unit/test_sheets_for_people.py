"""Sheets that go to people and come back: the empty one to fill, and the one with refused rows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.errors import EnvironmentFault
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.records.kinds import MEETING, MEMBER, ORGANISATION, POST
from dangjian_desktop.domain.values import codes as code_lists
from dangjian_desktop.domain.values.values import Problem
from dangjian_desktop.exchange.excel.empty_sheet import write_empty_sheet
from dangjian_desktop.exchange.excel.layout import SheetLayout, find_layout
from dangjian_desktop.exchange.excel.read_workbook import read_block, read_workbook
from dangjian_desktop.exchange.excel.reject_report import REASON_HEADER, RefusedSheet, write_refused

CODES = code_lists.load(resource("codes"))
ALIASES = header_aliases.load(resource("codes"))
ROSTER = header_aliases.with_aliases(MEMBER, ALIASES)
LEDGER = KindSpec(
    "ledger:visits",
    "走访慰问登记",
    (
        FieldSpec("who", "走访对象", required=True),
        FieldSpec("visited_on", "走访日期", FieldType.DATE, required=True),
        FieldSpec("amount", "慰问金（元）", FieldType.MONEY),
    ),
)


@pytest.mark.parametrize("kind", [ROSTER, ORGANISATION, POST, MEETING, LEDGER], ids=lambda kind: kind.name)
def test_an_empty_sheet_is_understood_and_holds_no_record(tmp_path: Path, kind: KindSpec) -> None:
    write_empty_sheet(tmp_path / "空表.xlsx", kind, CODES)
    sheets = read_workbook(tmp_path / "空表.xlsx")
    layouts = [layout for sheet in sheets if (layout := find_layout(sheet, kind))]
    assert [layout.sheet.name for layout in layouts] == [kind.label]
    fields = [spec.name for spec in kind.fields if spec.importable and spec.editable]
    assert [name for name in layouts[0].fields if name] == fields
    assert layouts[0].data == []


def test_an_empty_sheet_protects_numbers_and_offers_lists(tmp_path: Path) -> None:
    write_empty_sheet(tmp_path / "空表.xlsx", ROSTER, CODES)
    book = openpyxl.load_workbook(tmp_path / "空表.xlsx")
    sheet = book["党员"]
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.column_dimensions[letters["*公民身份号码"]].number_format == "@"
    assert sheet[f"{letters['*姓名']}1"].comment is not None
    offered = {str(rule.sqref).split(":")[0][:-1]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert offered[letters["*性别"]] == '"男,女"'
    assert "可选内容" in offered[letters["民族"]]
    assert book["可选内容"].sheet_state == "hidden"
    assert book["填写说明"]["A1"].value == "党员：怎样填写"
    book.close()


def roster(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    sheet.append(["某支部党员花名册"])
    sheet.append(["序号", "姓名", "身份证号", "入党时间", "备注"])
    sheet.append([1, "张三", "429900", datetime(2021, 7, 16), "=1+1"])
    sheet.append([2, "李四", "好的", "2021.6.31", ""])
    sheet.append([3, "王五", "429901", 2021.1, "=留意"])
    sheet["E5"].data_type = "s"
    sheet["D5"].number_format = "0.00"
    sheet["D3"].number_format = "yyyy/m/d"
    sheet.merge_cells("A1:E1")
    sheet.column_dimensions["C"].width = 33
    book.create_sheet("没有问题的表").append(["姓名", "性别"])
    book.save(path)
    return path


def layout_of(path: Path) -> SheetLayout:
    layout = find_layout(read_workbook(path)[0], ROSTER)
    assert layout is not None
    return layout


REFUSED = {
    3: [Problem(3, "身份证号", "429900", "应为18位", "error", "名册")],
    5: [
        Problem(5, "身份证号", "429901", "应为18位", "error", "名册"),
        Problem(5, "入党时间", "2021.1", "是1月还是10月", "warning", "名册"),
    ],
}


def test_refused_rows_come_back_in_the_users_own_workbook(tmp_path: Path) -> None:
    source = roster(tmp_path / "名册.xlsx")
    layout = layout_of(source)
    refused = [RefusedSheet("名册", layout.header_row, layout.headers, REFUSED)]
    write_refused(tmp_path / "退回.xlsx", source, read_workbook(source), refused)
    book = openpyxl.load_workbook(tmp_path / "退回.xlsx")
    assert book.sheetnames == ["名册"]
    sheet = book["名册"]
    assert [cell.value for cell in sheet[2]] == ["序号", "姓名", "身份证号", "入党时间", "备注", REASON_HEADER]
    assert [sheet.cell(row, 2).value for row in (3, 4)] == ["张三", "王五"]
    assert sheet["F3"].value == "身份证号：应为18位"
    assert sheet["F4"].value == "身份证号：应为18位；入党时间：是1月还是10月"
    assert sheet["C3"].fill.fgColor.rgb == "00FFD9D9" and sheet["C3"].comment.text == "应为18位"
    assert sheet["B3"].fill.fgColor.rgb != "00FFD9D9"
    assert sheet["D3"].number_format == "yyyy/m/d" and sheet["D3"].value == datetime(2021, 7, 16)
    assert (sheet["E4"].value, sheet["E4"].data_type) == ("=留意", "s")
    assert [str(block) for block in sheet.merged_cells.ranges] == ["A1:E1"]
    assert sheet.column_dimensions["C"].width == 33
    book.close()


def test_what_came_back_can_be_imported_again(tmp_path: Path) -> None:
    source = roster(tmp_path / "名册.xlsx")
    layout = layout_of(source)
    refused = [RefusedSheet("名册", layout.header_row, layout.headers, REFUSED)]
    write_refused(tmp_path / "退回.xlsx", source, read_workbook(source), refused)
    again = layout_of(tmp_path / "退回.xlsx")
    assert again.columns == {**layout.columns, REASON_HEADER: None}
    assert again.cells("name") == ["张三", "王五"]
    assert again.displays("joined_on") == {1: "2021.10"}


def test_a_pasted_block_comes_back_as_a_workbook_of_texts(tmp_path: Path) -> None:
    sheet = read_block("姓名\t身份证号\t备注\n张三\t0123\t=1+1\n李四\t456\t")
    layout = find_layout(sheet, ROSTER)
    assert layout is not None
    rows = {2: [Problem(2, "身份证号", "0123", "应为18位", "error", sheet.name)]}
    refused = [RefusedSheet(sheet.name, layout.header_row, layout.headers, rows)]
    write_refused(tmp_path / "退回.xlsx", None, [sheet], refused)
    back = openpyxl.load_workbook(tmp_path / "退回.xlsx")
    page = back.worksheets[0]
    assert [cell.value for cell in page[2]] == ["张三", "0123", "=1+1", "身份证号：应为18位"]
    assert page["C2"].data_type == "s"
    assert page.max_row == 2
    back.close()


def test_a_report_that_is_open_elsewhere_is_not_touched(tmp_path: Path) -> None:
    source = roster(tmp_path / "名册.xlsx")
    layout = layout_of(source)
    (tmp_path / "~$退回.xlsx").touch()
    refused = [RefusedSheet("名册", layout.header_row, layout.headers, REFUSED)]
    with pytest.raises(EnvironmentFault) as fault:
        write_refused(tmp_path / "退回.xlsx", source, read_workbook(source), refused)
    assert fault.value.code == "file_in_use"
    assert not (tmp_path / "退回.xlsx").exists()
