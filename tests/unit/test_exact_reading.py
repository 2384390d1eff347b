"""What lies in strangers' tables is read as it is meant: each input that once went wrong, and others of its kind."""

from __future__ import annotations

import shutil
import zipfile
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.characters import cleaned, unknown_private
from dangjian_desktop.domain.values.codes import CodeTables
from dangjian_desktop.domain.values.partial_dates import parse_date
from dangjian_desktop.domain.values.values import read_cell
from dangjian_desktop.exchange.excel import read_xlsx, remarks
from dangjian_desktop.exchange.excel.read_formats import NumberKind, Shown, kind_of, shown_as
from dangjian_desktop.exchange.excel.read_sheet import FarCells, Sheet
from dangjian_desktop.exchange.excel.read_workbook import read_block, read_workbook
from sheet_kit import SHEET, packed, sheet_xml

CASES = Path(__file__).parents[1] / "data" / "cases"
FORMS = Path(__file__).parents[1] / "data" / "forms"


def case(name: str) -> Sheet:
    return read_workbook(CASES / name)[0]


def texts(sheet: Sheet) -> str:
    return " ".join(remark.text for remark in remarks.told(sheet))


@pytest.mark.parametrize(
    ("name", "kept", "far"), [("c14c_corner.xlsx", 3, 16383), ("c14f_stray_AZ_last_row.xlsx", 31, 51)]
)
def test_a_stray_far_cell_is_left_out_and_told(name: str, kept: int, far: int) -> None:
    sheet = case(name)
    assert (len(sheet.rows), len(sheet.rows[0])) == (kept, 10)
    assert sheet.far == FarCells(1_048_575, far, 1)
    assert f"第1048576行第{far + 1}列有一个离得很远的单元格" in texts(sheet)


@pytest.mark.parametrize("ref", ["XFD1048576", "A99999999", "ZZ900000", "A1048576", "XFD3"])
@pytest.mark.parametrize("row", [3, 1_048_576])
def test_a_cell_that_lies_about_its_place_costs_nothing(tmp_path: Path, ref: str, row: int) -> None:
    path = packed(tmp_path / "a.xlsx", sheet_xml(f'<row r="{row}"><c r="{ref}"><v>1</v></c></row>'))
    sheet = read_workbook(path)[0]
    assert sheet.rows == [["姓名", "性别"], ["王五", "男"]] or ref == "XFD3"
    assert sheet.rows[1][0] == "王五" and len(sheet.rows) <= 3


@pytest.mark.parametrize("name", ["o01_spill.xlsx", "o07_spill_other_sheet.xlsx"])
def test_newer_errors_cost_one_cell(name: str) -> None:
    sheets = read_workbook(CASES / name)
    assert "#SPILL!" in {cell for sheet in sheets for row in sheet.rows for cell in row}
    assert sheets[0].rows[2][0] == "王甲丑"


@pytest.mark.parametrize("error", ["#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!"])
def test_every_error_text_stays_in_its_cell(tmp_path: Path, error: str) -> None:
    body = f'<row r="3"><c r="A3" t="e"><v>{error}</v></c><c r="B3" t="inlineStr"><is><t>女</t></is></c></row>'
    sheet = read_workbook(packed(tmp_path / "a.xlsx", sheet_xml(body)))[0]
    assert sheet.rows[2] == [error, "女"]
    read = read_cell(FieldSpec("name", "姓名", FieldType.TEXT), error, codes(), on=date(2026, 9, 1))
    assert read.value is None and "公式错误" in (read.error or "")


@pytest.mark.parametrize("name", ["c28_no_refs.xlsx", "c30_single_quotes.xlsx"])
def test_hidden_rows_and_months_are_seen_however_the_xml_is_spelled(name: str) -> None:
    sheet = case(name)
    assert sheet.hidden_rows == {3} and sheet.displays == {(1, 5): "2010-07"}


def respelled(path: Path, target: Path, change: str) -> Path:
    """The same workbook with its sheets' XML in another spelling."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename.startswith("xl/worksheets/sheet"):
                text = content.decode()
                if change == "prefix":
                    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t", "f", "cols", "col"):
                        text = text.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>")
                        text = text.replace(f"</{name}>", f"</x:{name}>").replace(f"<{name}/>", f"<x:{name}/>")
                    text = text.replace("xmlns=", "xmlns:x=", 1)
                elif change == "spaces":
                    text = text.replace('<c r="', '<c\n  r = "').replace('<row r="', '<row\tr= "')
                elif change == "comment":
                    text = text.replace("<sheetData>", "<sheetData><!-- made by hand -->")
                content = text.encode()
            new.writestr(entry, content)
    return target


@pytest.mark.parametrize("change", ["prefix", "spaces", "comment"])
@pytest.mark.parametrize("name", ["o02_month36.xlsx", "c15_hidden_sheet.xlsx", "c14c_corner.xlsx"])
def test_another_spelling_reads_the_same(tmp_path: Path, name: str, change: str) -> None:
    assert read_workbook(respelled(CASES / name, tmp_path / "a.xlsx", change)) == read_workbook(CASES / name)


@pytest.mark.parametrize("path", sorted([*CASES.glob("*.xlsx"), *FORMS.glob("*.xlsx")]), ids=lambda path: path.stem)
def test_the_quick_and_the_exact_reader_agree(path: Path) -> None:
    quick = list(read_xlsx.read_xlsx(path, path.name, careful=False))
    exact = list(read_xlsx.read_xlsx(path, path.name, careful=True))
    for one, other in zip(quick, exact, strict=True):
        one.merged.sort(key=repr)
        other.merged.sort(key=repr)
        assert one == other


def test_a_month_that_is_shown_stays_a_month_and_a_hidden_day_is_kept(tmp_path: Path) -> None:
    sheet = case("o02_month36.xlsx")
    assert sheet.displays == {(1, 5): "2010-07", (1, 6): "2011-07"}
    book = openpyxl.Workbook()
    book.active.append([date(2010, 7, 1), date(2010, 7, 18), date(2010, 1, 1), date(2010, 7, 1)])
    for cell, code in zip(book.active[1], ('yyyy"年"m"月"', "yyyy.mm", "yyyy", 'yyyy"年元月"'), strict=True):
        cell.number_format = code
    book.save(tmp_path / "a.xlsx")
    shown = read_workbook(tmp_path / "a.xlsx")[0].displays
    assert shown == {(0, 0): "2010-07", (0, 2): "2010", (0, 3): "2010-07"}


@pytest.mark.parametrize("name", ["g01_biff5_936.xls", "g21_xls_builtin57.xls"])
def test_old_workbooks_are_read(name: str) -> None:
    sheet = case(name)
    assert sheet.name == "花名册" and sheet.rows[0][:3] == ["姓名", "性别", "公民身份号码"]
    assert sheet.rows[1][:2] == ["王甲子", "男"]
    if name.startswith("g21"):
        assert sheet.displays == {(1, 5): "2010-07", (2, 5): "2010-07"} and sheet.rows[1][5] == date(2010, 7, 1)


def test_formats_of_chinese_programs() -> None:
    assert shown_as('[$-804]yyyy"年"m"月"') is shown_as("e.m") is Shown.MONTH
    assert kind_of("[h]:mm") is NumberKind.SPAN and kind_of('上午/下午h"时"mm"分"') is NumberKind.DATE
    assert kind_of("0.00E+00") is kind_of("General") is kind_of("#,##0.00_ ") is None


def test_an_opendocument_sheet_says_its_words_and_nothing_beside_them() -> None:
    sheet = case("h01.ods")
    words = [str(cell) for row in sheet.rows for cell in row]
    assert "赵六" in words and not any("pinyin" in word or "1899" in word for word in words)
    assert sheet.hidden_rows == {4} and sheet.displays[1, 6] == "2011.10"
    assert [s.visible for s in read_workbook(CASES / "h01.ods")] == [True, False]


def test_formulas_without_a_result_and_pictures_are_blank_and_told() -> None:
    sheet = case("o04_uncached.xlsx")
    assert sheet.uncached == [(1, 3), (1, 9), (2, 0)] and sheet.rows[1][3] == ""
    assert "D2、J2、A3是公式" in texts(sheet) and "打开并保存一次" in texts(sheet)
    sheet = case("o05_dispimg_text.xlsx")
    assert sheet.pictures == [(1, 10), (1, 11)] and sheet.rows[1][10:] == ["", ""]
    assert "K2、L2里是WPS放进单元格的图片" in texts(sheet)


def test_what_is_hidden_is_told(tmp_path: Path) -> None:
    assert [sheet.visible for sheet in read_workbook(CASES / "c15_hidden_sheet.xlsx")] == [True, False, False]
    book = openpyxl.Workbook()
    book.active.append(["姓名", "备注", "电话"])
    book.active.column_dimensions["B"].hidden = True
    book.save(tmp_path / "a.xlsx")
    sheet = read_workbook(tmp_path / "a.xlsx")[0]
    assert sheet.hidden_columns == {1} and "第B列在表里是隐藏的" in texts(sheet)


@pytest.mark.parametrize(
    ("source", "ending"),
    [
        ("o02_month36.xlsx", "xls"),
        ("o02_month36.xlsx", "et"),
        ("o02_month36.xlsx", "ods"),
        ("o02_month36.xlsx", "csv"),
        ("g21_xls_builtin57.xls", "xlsx"),
        ("g21_xls_builtin57.xls", "et"),
        ("h01.ods", "xlsx"),
        ("h01.ods", "xls"),
    ],
)
def test_content_decides_and_not_the_ending(tmp_path: Path, source: str, ending: str) -> None:
    shutil.copy(CASES / source, tmp_path / f"a.{ending}")
    assert read_workbook(tmp_path / f"a.{ending}") == read_workbook(CASES / source)


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_text_under_another_ending_is_read_as_text(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a.{ending}").write_text("姓名,性别\n王五,男\n", "gb18030")
    assert read_workbook(tmp_path / f"a.{ending}")[0].rows == [["姓名", "性别"], ["王五", "男"]]


def test_lookalikes_become_what_they_look_like() -> None:
    assert [row[0] for row in case("e04a_radicals.xlsx").rows[1:4]] == ["黄子明", "文小玉", "王甲寅"]
    assert case("e04a_radicals.xlsx").rows[3][7] == "第一党支部"
    assert [row[0] for row in case("e03a_pua.xlsx").rows[1:3]] == ["刘䶮", "陈龴华"]
    assert cleaned("⻢⻓⻔⻰⺟⻳") == "马长门龙母龟"
    rare = "𠅤𬸚𪨶龑喆䶮〇ｶ①㈠ﬁ"
    assert cleaned(rare) == rare


INVISIBLE = [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD]


@pytest.mark.parametrize("code", INVISIBLE, ids=hex)
def test_signs_that_nobody_sees_are_gone_everywhere(tmp_path: Path, code: int) -> None:
    sign = chr(code)
    (tmp_path / "a.csv").write_text(f"姓{sign}名,{sign}性别\n王{sign}五,男{sign}\n", "utf-8")
    assert read_workbook(tmp_path / "a.csv")[0].rows == [["姓名", "性别"], ["王五", "男"]]
    assert read_block(f"姓{sign}名\t性别\n王五{sign}\t男").rows[1] == ["王五", "男"]
    name = FieldSpec("name", "姓名", FieldType.TEXT)
    assert read_cell(name, f"王{sign}五", codes(), on=date(2026, 9, 1)).value == "王五"


def codes() -> CodeTables:
    from dangjian_desktop.services.office.office import default_codes

    return default_codes()


def test_a_character_of_one_machine_is_told() -> None:
    found = read_cell(FieldSpec("name", "姓名", FieldType.TEXT), "王\ue000", codes(), on=date(2026, 9, 1))
    assert found.value == "王\ue000" and "自造" in (found.warning or "")
    assert unknown_private("王五") == "" and unknown_private("\U000f0001")


def test_january_has_a_name_of_its_own() -> None:
    assert [parse_date(text).value for text in ("2008年元月", "2009年元月1日", "2008.元月", "二〇〇八年元月")] == [
        "2008-01",
        "2009-01-01",
        "2008-01",
        "2008-01",
    ]
    assert parse_date("2008年正月").value is None


def test_day_nought_is_no_day() -> None:
    assert parse_date(time()) == parse_date(None)


def test_a_bare_year_in_a_date_cell_is_offered_as_the_year() -> None:
    found = parse_date(date(1905, 6, 30))
    assert found.value == "2008" and found.original == "1905-06-30" and "2008年" in (found.warning or "")
    assert parse_date(date(1909, 7, 1), date1904=True).value == "2008"
    assert parse_date(date(1909, 7, 1)).value == "1909-07-01"


def test_the_kit_makes_a_sheet_as_programs_write_it(tmp_path: Path) -> None:
    assert read_workbook(packed(tmp_path / "a.xlsx", SHEET))[0].rows == [["姓名", "性别"], ["王五", "男"]]
