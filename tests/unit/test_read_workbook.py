"""Every file an office may bring is read by its content, or refused in one plain sentence."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.exchange.excel.read_formats import Shown, shown_as
from dangjian_desktop.exchange.excel.read_sheet import MergedRange
from dangjian_desktop.exchange.excel.read_text import read_separated
from dangjian_desktop.exchange.excel.read_workbook import read_block, read_workbook


def xlsx(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名册"
    sheet.append(["某支部党员花名册"])
    sheet.append(["姓名", "入党时间", "转正时间", "备注"])
    sheet.append(["张三", datetime(2021, 7, 1), 2021.1, "#REF!"])
    sheet.append(["李四", datetime(2021, 7, 1), 2021.1, "012"])
    sheet["B3"].number_format = 'yyyy"年"m"月"'
    sheet["B4"].number_format = "yyyy-mm-dd"
    sheet["C4"].number_format = "0.00"
    sheet["D3"].data_type = "e"
    sheet.merge_cells("A1:D1")
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("第二张").append(["只有一格"])
    book.save(path)
    return path


def test_xlsx_tells_hidden_rows_merges_broken_formulas_and_shown_months(tmp_path: Path) -> None:
    first, second = read_workbook(xlsx(tmp_path / "名册 一.xlsx"))
    assert (first.name, second.name) == ("名册", "第二张")
    assert first.hidden_rows == {4}
    assert first.merged == [MergedRange(0, 0, 0, 3)]
    assert first.rows[2][3] == "#REF!"
    assert first.rows[3][3] == "012"
    assert first.displays == {(2, 1): "2021-07", (3, 2): "2021.10"}
    assert first.rows[3][1] == date(2021, 7, 1)
    assert not first.date1904


def test_workbooks_counted_from_1904_say_so(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active["A1"] = datetime(2021, 7, 16)
    book.save(tmp_path / "mac.xlsx")
    sheet = read_workbook(tmp_path / "mac.xlsx")[0]
    assert sheet.date1904
    assert sheet.rows == [[date(2021, 7, 16)]]


def test_rows_keep_their_numbers_when_the_top_is_empty(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["C5"] = "值"
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx")[0].rows[4][2] == "值"


def test_xls_tells_as_much(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("九十墩社区党支部")
    for column, text in enumerate(("姓名", "入党时间", "转正时间")):
        sheet.write(0, column, text)
    sheet.write(1, 0, "张三")
    sheet.write(1, 1, date(2021, 7, 1), xlwt.easyxf(num_format_str='yyyy"年"m"月"'))
    sheet.write(1, 2, 2021.1, xlwt.easyxf(num_format_str="0.00"))
    sheet.write_merge(2, 2, 0, 2, "合计")
    sheet.row(1).hidden = True
    book.save(str(tmp_path / "旧.xls"))
    read = read_workbook(tmp_path / "旧.xls")[0]
    assert read.name == "九十墩社区党支部"
    assert read.hidden_rows == {2}
    assert read.displays == {(1, 1): "2021-07", (1, 2): "2021.10"}
    assert read.merged == [MergedRange(2, 0, 2, 2)]


def _ods_cell(text: str, value: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {value}><text:p>{text}</text:p></table:table-cell>"


_ODS_DATE = _ods_cell("2021年7月", 'office:value-type="date" office:date-value="2021-07-01"')
_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
ODS = (
    f'<office:document-content xmlns:office="{_NAMESPACE}:office:1.0" xmlns:table="{_NAMESPACE}:table:1.0" '
    f'xmlns:text="{_NAMESPACE}:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
    f'<table:table table:name="名册"><table:table-row>{_ods_cell("姓名")}{_ods_cell("入党时间")}</table:table-row>'
    f'<table:table-row table:visibility="collapse">{_ods_cell("张三")}{_ODS_DATE}</table:table-row>'
    "</table:table></office:spreadsheet></office:body></office:document-content>"
)


def test_ods(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    sheet = read_workbook(tmp_path / "a.ods")[0]
    assert (sheet.name, sheet.rows[1][0], sheet.hidden_rows) == ("名册", "张三", {2})
    assert sheet.displays == {(1, 1): "2021年7月"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_separated_text_in_any_usual_encoding(tmp_path: Path, encoding: str, separator: str) -> None:
    lines = ['"名册，共2人"', "姓名,编号,备注", '张三,012,"两行\n说明,有逗号"', '㛃䶮,="0123",']
    if separator != ",":
        lines = [line.replace(",", separator) for line in lines]
    path = tmp_path / "名册.csv"
    path.write_bytes("\r\n".join(lines).encode(encoding))
    sheet = read_workbook(path)[0]
    assert sheet.name == "名册"
    assert sheet.rows[1] == ["姓名", "编号", "备注"]
    assert sheet.rows[2][:2] == ["张三", "012"]
    assert sheet.rows[3] == ["㛃䶮", "0123", ""]


def test_damaged_text_shows_as_replacement_characters(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("姓名,性别\n张三,男".encode("gb18030") + b"\xff\xff,\n")
    assert "\ufffd" in str(read_workbook(tmp_path / "a.csv")[0].rows)


HTML = """<html><head><meta charset="gb2312"><title>花名册</title><style>td{}</style></head><body><table>
<tr><td colspan=3>某支部党员花名册</td></tr><tr><th>所在支部</th><th>姓名</th><th>出生&nbsp;年月</th></tr>
<tr><td rowspan="2">春天社区党支部</td><td>张<br>三</td><td>1970.01</td></tr>
<tr style="display:none"><td>李四</td><td>1980.01</td></tr></table><p>完</p></body></html>"""


def test_web_pages_called_xls(tmp_path: Path) -> None:
    (tmp_path / "名册.xls").write_bytes(HTML.encode("gb18030"))
    (sheet,) = read_workbook(tmp_path / "名册.xls")
    assert sheet.name == "花名册"
    assert sheet.rows == [
        ["某支部党员花名册", "", ""],
        ["所在支部", "姓名", "出生 年月"],
        ["春天社区党支部", "张\n三", "1970.01"],
        ["", "李四", "1980.01"],
    ]
    assert sheet.merged == [MergedRange(0, 0, 0, 2), MergedRange(2, 0, 3, 0)]
    assert sheet.hidden_rows == {4}


def test_a_block_from_the_clipboard() -> None:
    sheet = read_block('姓名\t备注\n张三\t"两行\n说明"\n李四\t"含""引号"""\n')
    assert sheet.rows == [["姓名", "备注"], ["张三", "两行\n说明"], ["李四", '含"引号"']]
    with pytest.raises(UserError) as refused:
        read_block(" \n")
    assert refused.value.code == "file_empty"


@pytest.mark.parametrize(
    ("name", "content", "code", "part"),
    [
        ("a.xlsx", b"", "file_empty", "空文件"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "file_empty", "空文件"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "file_unreadable", "不是完好的"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_unreadable", "不是完好的"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_encrypted",
            "打开密码",
        ),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "file_unreadable", "Word"),
        ("a.xls", b"<html><frameset></frameset></html>", "file_unreadable", "网页格式"),
        ("a.mht", b"MIME-Version: 1.0\nX: y", "file_unreadable", "网页存档"),
        ("a.pdf", b"%PDF-1.4", "file_unreadable", "PDF"),
        ("a.xls", b"\x00\x01\x02\x00binary", "file_unreadable", "不是完好的"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, code: str, part: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError) as refused:
        read_workbook(tmp_path / name)
    assert refused.value.code == code
    assert part in refused.value.message and refused.value.message.endswith("。")


def test_missing_files_and_files_held_by_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError) as refused:
        read_workbook(tmp_path / "没有.xlsx")
    assert refused.value.code == "file_not_found"

    def held(*_: object) -> object:
        raise PermissionError

    path = xlsx(tmp_path / "a.xlsx")
    monkeypatch.setattr(Path, "open", held)
    with pytest.raises(EnvironmentFault) as fault:
        read_workbook(path)
    assert fault.value.code in ("no_permission", "file_in_use")
    (tmp_path / "~$a.xlsx").touch()
    with pytest.raises(EnvironmentFault) as fault:
        read_workbook(path)
    assert fault.value.code == "file_in_use" and "请关闭后再试" in fault.value.message


def test_an_open_file_that_can_be_read_is_read(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx")
    (tmp_path / "~$a.xlsx").touch()
    assert len(read_workbook(path)) == 2


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"', Shown.MONTH),
        ('[DBNum1][$-804]yyyy"年"m"月"', Shown.MONTH),
        ("yyyy\\-mm", Shown.MONTH),
        ("mmm\\-yy", Shown.MONTH),
        ("yyyy", Shown.YEAR),
        ("yyyy-mm-dd", None),
        ("yyyy/m/d h:mm", None),
        ("0.00", Shown.TWO_DECIMALS),
        ("#,##0.00;[Red]-#,##0.00", Shown.TWO_DECIMALS),
        ("0.00_ ", Shown.TWO_DECIMALS),
        ("General", None),
        ("0.00E+00", None),
        ("@", None),
        ("h:mm", None),
    ],
)
def test_formats_that_show_less_than_a_day(code: str, shown: Shown | None) -> None:
    assert shown_as(code) == shown


# Control characters are left out on reading: nobody typed them, and no workbook may hold them.
CONTROLS = "".join(map(chr, {*range(32), 127} - {9, 10}))
CELL = st.text(st.characters(exclude_characters=f"{CONTROLS}\ufeff", exclude_categories=["Cs"]), max_size=5)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=5))
def test_what_a_sheet_puts_on_the_clipboard_reads_back(rows: list[list[str]]) -> None:
    text = "\n".join("\t".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    read = read_separated(text, "\t")
    width = max(map(len, rows))
    wanted = [row + [""] * (width - len(row)) for row in rows]
    while wanted and not any(wanted[-1]):
        wanted.pop()
    assert [list(row) for row in read] == [row[: len(read[0])] for row in wanted]
