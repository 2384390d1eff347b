"""Workbooks read back: text stays text, nothing becomes a formula, print settings are set."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from dangjian_desktop.base.errors import EnvironmentFault
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.documents.model import (
    Column,
    ColumnKind,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    PageBreak,
    PageSetup,
    Paper,
    Paragraph,
    RowGroup,
    SignatureBlock,
    SignatureLine,
    Table,
)
from dangjian_desktop.exchange.excel.export_rows import export_rows, sheet_title, unique_headers
from dangjian_desktop.exchange.excel.read_workbook import read_workbook
from dangjian_desktop.exchange.excel.write_document import render_xlsx

NASTY = ["=1+1", "+86", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "#REF!", "TRUE", "1e5", "00123", "a\x01b"]
COLUMNS = (
    Column("姓名"),
    Column("公民身份号码", ColumnKind.CODE),
    Column("人数", ColumnKind.INTEGER, groups=("数量",)),
    Column("金额", ColumnKind.MONEY, groups=("数量",)),
    Column("占比", ColumnKind.PERCENT),
    Column("入党日期", ColumnKind.DATE),
)


def sheet_xml(path: Path) -> str:
    """The XML of all sheets of a workbook."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return "".join(archive.read(name).decode() for name in names)


def sample(**more: object) -> Document:
    groups = [
        RowGroup(
            "第一组", [("张三", "429900199001010014", 3, 12345, 0.5, "2021-07")], ("小计", None, 3, 12345, None, "")
        ),
        RowGroup("第二组", [("李四", "013800138000", 4, -5, 0.25, "1998")]),
    ]
    table = Table(COLUMNS, groups=groups, totals=[("合计", None, 7, 12340, 1.0, "")], note="注：样表")
    return Document("党员花名册", (table,), unit="某某街道", filled_on="2026-09-30", **more)  # type: ignore[arg-type]


def test_values_formats_and_merged_header(tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    render_xlsx(sample(signature=SignatureLine(unit="某某街道"), masked_note="电话&住址已隐去"), path)
    book = openpyxl.load_workbook(path)
    (sheet,) = book.worksheets
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells["429900199001010014"].number_format == "@"
    assert cells["429900199001010014"].data_type == "s"
    assert cells["013800138000"].value == "013800138000"
    assert cells["2021-07"].number_format == "@"
    assert (cells[123.45].number_format, cells[0.5].number_format) == ("#,##0.00", "0.0%")
    assert cells["张三"].border.left.style == "thin"
    merged = {str(area) for area in sheet.merged_cells.ranges}
    header = cells["数量"].row
    assert f"C{header}:D{header}" in merged
    assert f"A{header}:A{header + 1}" in merged
    assert "单位（盖章）：某某街道" in cells


def test_print_settings(tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    render_xlsx(sample(page=PageSetup(Paper.A3, landscape=True), masked_note="电话&住址已隐去"), path)
    (sheet,) = openpyxl.load_workbook(path).worksheets
    header = next(cell.row for cell in sheet["C"] if cell.value == "数量")
    assert sheet.print_title_rows == f"${header}:${header + 1}"
    assert sheet.freeze_panes == f"A{header + 2}"
    assert sheet.print_area == f"'{sheet.title}'!$A$1:$F${sheet.max_row}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == ("8", "landscape") or (
        int(sheet.page_setup.paperSize) == 8 and sheet.page_setup.orientation == "landscape"
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert "&P" in sheet.oddFooter.center.text and "&N" in sheet.oddFooter.center.text
    assert sheet.oddFooter.left.text == "电话&&住址已隐去"


def test_no_text_of_a_document_becomes_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "册.xlsx"
    table = Table((Column("姓名"), Column("号", ColumnKind.CODE), Column("数", ColumnKind.INTEGER), Column("备注")))
    rows = [(text, text, text, text) for text in NASTY]
    note = Document("=1+1", (Table(table.columns, rows, note="=2", caption="@x"), Paragraph("=3+3", indent=False)))
    render_xlsx(note, path)
    xml = sheet_xml(path)
    assert "<f>" not in xml and "<f " not in xml
    assert 't="e"' not in xml
    sheet = openpyxl.load_workbook(path).worksheets[0]
    dangerous = [cell for row in sheet.iter_rows() for cell in row if cell.value in NASTY[:5] and cell.row > 3]
    assert len(dangerous) == 5 * 4
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in dangerous)


def test_words_and_several_tables_get_sheets_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "报告.xlsx"
    table = Table((Column("年龄段"), Column("人数", ColumnKind.INTEGER)), [("35岁及以下", 3)], caption="表1 年龄:结构")
    record = "\n".join(f"第{n}项议程，讨论并一致通过。" for n in range(80))
    document = Document(
        "季度报告",
        (
            Heading("一、基本情况"),
            Paragraph("共有党员3名。"),
            table,
            PageBreak(PageSetup(landscape=True)),
            table,
            KeyValueGrid((KeyValue("时间", "9月"), KeyValue("地点", "会议室"), KeyValue("记录", record, True))),
            SignatureBlock("某某支部", "2026-09-30"),
        ),
    )
    render_xlsx(document, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["正文", "表1 年龄 结构", "表1 年龄 结构（2）"]
    assert book.worksheets[1].page_setup.orientation == "portrait"
    assert book.worksheets[2].page_setup.orientation == "landscape"
    words = [str(cell.value) for row in book["正文"].iter_rows() for cell in row if cell.value]
    assert "一、基本情况" in words and "2026年9月30日" in words
    assert all(f"第{n}项议程" in "".join(words) for n in range(80))
    # Excel shows no row above 409 points; taller text would be cut off on paper.
    assert all((dimension.height or 0) <= 409 for dimension in book["正文"].row_dimensions.values())


def test_document_target_open_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".~lock.册.xlsx#").touch()
    with pytest.raises(EnvironmentFault) as caught:
        render_xlsx(sample(), tmp_path / "册.xlsx")
    assert caught.value.code == "file_in_use"


HEADERS = ["姓名", "电话", "人数", "备注"]


Rows = Sequence[Sequence[object]]


def read_sheets(path: Path) -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_bulk_rows_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "全部.xlsx"
    rows = [
        (None, "013800138000", 3, None),
        ("𠅤某", None, None, "字"),
        ("李", "1", 2.5, 7),
        *[(t, t, 1, t) for t in NASTY[:9]],
    ]
    assert export_rows(path, HEADERS, rows, {1}, "党员") == len(rows)
    sheet = read_sheets(path)["党员"]
    assert sheet[0] == HEADERS
    assert sheet[1:] == [["" if cell is None else cell for cell in row] for row in rows]
    assert "<f>" not in sheet_xml(path)
    cells = openpyxl.load_workbook(path).worksheets[0]
    assert cells["B2"].number_format == "@" and cells["B2"].data_type == "s"
    assert cells.freeze_panes == "A2"


def test_more_rows_than_a_sheet_holds_go_on_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "全部.xlsx"
    export_rows(path, ["号"], ((n,) for n in range(25)), sheet_name="党员", sheet_rows=11)
    sheets = read_sheets(path)
    assert list(sheets) == ["党员", "党员（2）", "党员（3）"]
    assert [len(rows) for rows in sheets.values()] == [11, 11, 6]
    assert [row[0] for rows in sheets.values() for row in rows[1:]] == list(range(25))
    assert all(rows[0] == ["号"] for rows in sheets.values())


def test_no_rows_leave_the_header(tmp_path: Path) -> None:
    path = tmp_path / "空.xlsx"
    assert export_rows(path, HEADERS, []) == 0
    assert read_sheets(path)["数据"][0] == HEADERS


def test_over_long_text_is_cut_to_what_a_cell_holds(tmp_path: Path) -> None:
    path = tmp_path / "长.xlsx"
    export_rows(path, ["文"], [("字" * 40_000,), ("短",)])
    rows = read_sheets(path)["数据"]
    assert [len(str(row[0])) for row in rows] == [1, 32_767, 1]


def test_csv_has_a_byte_order_mark_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "全部.csv"
    rows = [("张\n三", "013800138000", 3, None), ('李"四', "1,2", 2.5, "=1+1")]
    assert export_rows(path, HEADERS, rows) == 2
    assert path.read_bytes().startswith(b'\xef\xbb\xbf"')
    with path.open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream)) == [
            HEADERS,
            ["张\n三", "013800138000", "3", ""],
            ['李"四', "1,2", "2.5", "'=1+1"],
        ]
    assert read_workbook(path)[0].rows[2] == ['李"四', "1,2", "2.5", "=1+1"]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_stopping_leaves_the_old_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"全部.{suffix}"
    path.write_bytes(b"old")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        export_rows(path, ["号"], [(1,)], progress=progress)
    assert path.read_bytes() == b"old"


@pytest.mark.parametrize(
    "words",
    [
        'Couldn\'t write to xml file: Os { code: 28, kind: StorageFull, message: "No space left on device" }',
        "Excel write error: No space left on device (os error 28)",
    ],
)
def test_full_disk_in_the_bulk_writer_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    def fail(*args: object, **more: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr("rustpy_xlsxwriter.write_worksheets", fail)
    with pytest.raises(EnvironmentFault) as caught:
        export_rows(tmp_path / "全部.xlsx", ["号"], [(1,)])
    assert caught.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []


def test_names_that_a_workbook_accepts() -> None:
    assert unique_headers(["备注", "备注", "", "备注"]) == ["备注", "备注（2）", "列", "备注（3）"]
    assert sheet_title("a/b:c*[d]?\\") == "a b c  d"
    assert len(sheet_title("党" * 40)) == 31
    assert sheet_title("'") == "数据"
