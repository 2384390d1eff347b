"""Makes three superior's forms as they come by mail: merged headers, formulas, locks, print settings. Run it anew.

Beside what a spreadsheet library writes, the forms hold what such libraries lose on a round trip: words in two fonts,
a text box, printer settings and a newer kind of validation. Every invented name is nobody's.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

FORMS = Path(__file__).parent / "forms"
COUNTS, ROSTER, QUARTER = (
    "附件2：基层党组织和党员基本情况统计表.xlsx",
    "党员名册（报区委组织部）.xlsx",
    "组织生活和党员队伍情况季报.xlsx",
)
UNIT_ROWS = 20

_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEAD = Font(name="黑体", size=11)
_BODY = Font(name="仿宋_GB2312", size=12)
_OPEN = PatternFill("solid", fgColor="FFF9E5")


def put(sheet: Any, ref: str, value: object, *, merge: str = "", head: bool = False, border: bool = True) -> None:
    """Write one cell (and merge from it)."""
    cell = sheet[ref]
    cell.value = value
    cell.font = _HEAD if head else _BODY
    cell.alignment = _CENTRE
    for row in sheet[merge or f"{ref}:{ref}"]:
        for part in row:
            if border:
                part.border = _BORDER
    if merge:
        sheet.merge_cells(merge)


def title(sheet: Any, text: str, width: str) -> None:
    """The line at the top, over the whole width."""
    put(sheet, "A1", text, merge=f"A1:{width}1", border=False)
    sheet["A1"].font = Font(name="方正小标宋简体", size=20)
    sheet.row_dimensions[1].height = 36


def page(sheet: Any, area: str, rows: str) -> None:
    """Paper, margins, repeated rows, footer."""
    sheet.print_area = area
    sheet.print_title_rows = rows
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.47
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def counts(path: Path) -> None:
    """One row for each unit below, two-row header, sums and a control column, locked but for the cells to fill."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "统计表"
    title(sheet, "基层党组织和党员队伍基本情况统计表（2026年第三季度）", "M")
    put(sheet, "A2", "填报单位（盖章）：", merge="A2:C2", border=False)
    put(sheet, "D2", None, merge="D2:G2", border=False)
    put(sheet, "H2", "填报日期：", merge="H2:I2", border=False)
    put(sheet, "J2", None, merge="J2:M2", border=False)
    for ref, text, merge in (
        ("A3", "序号", "A3:A5"),
        ("B3", "党组织名称", "B3:B5"),
        ("C3", "党组织数（个）", "C3:C5"),
        ("D3", "党员总数（人）", "D3:D5"),
        ("E3", "其中", "E3:K3"),
        ("E4", "正式党员", "E4:E5"),
        ("F4", "预备党员", "F4:F5"),
        ("G4", "女", "G4:G5"),
        ("H4", "少数民族", "H4:H5"),
        ("I4", "年龄和学历", "I4:J4"),
        ("I5", "35岁以下", ""),
        ("J5", "大专以上", ""),
        ("K4", "流动党员", "K4:K5"),
        ("L3", "正式、预备合计核对", "L3:L5"),
        ("M3", "备注", "M3:M5"),
    ):
        put(sheet, ref, text, merge=merge, head=True)
    first, last = 6, 5 + UNIT_ROWS
    for row in range(first, last + 1):
        for column in "ABCDEFGHIJKM":
            put(sheet, f"{column}{row}", None)
            sheet[f"{column}{row}"].protection = Protection(locked=False)
            sheet[f"{column}{row}"].fill = _OPEN
        put(sheet, f"L{row}", f'=IF(D{row}="","",IF(E{row}+F{row}=D{row},"√","×"))')
    total = last + 1
    put(sheet, f"A{total}", "合计", merge=f"A{total}:B{total}", head=True)
    for column in "CDEFGHIJK":
        put(sheet, f"{column}{total}", f"=SUM({column}{first}:{column}{last})")
    put(sheet, f"L{total}", f"=E{total}+F{total}-D{total}")
    put(sheet, f"M{total}", None)
    put(
        sheet,
        f"A{total + 1}",
        "注：党员总数应等于正式党员与预备党员之和。",
        merge=f"A{total + 1}:M{total + 1}",
        border=False,
    )
    put(sheet, f"A{total + 2}", "填表人：", merge=f"A{total + 2}:D{total + 2}", border=False)
    put(sheet, f"F{total + 2}", "审核人：", merge=f"F{total + 2}:I{total + 2}", border=False)
    for ref in ("D2", "J2"):
        sheet[ref].protection = Protection(locked=False)
    sheet["J2"].number_format = 'yyyy"年"m"月"d"日"'
    sheet.conditional_formatting.add(
        f"L{first}:L{last}", CellIsRule(operator="equal", formula=['"×"'], font=Font(color="FF0000"))
    )
    rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
    rule.add(f"C{first}:K{last}")
    sheet.add_data_validation(rule)
    sheet["D3"].comment = Comment("不含流入党员", "组织部")
    for column, width in zip("ABCDEFGHIJKLM", (6, 30, 10, 10, 10, 10, 8, 8, 9, 9, 9, 12, 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "C6"
    sheet.protection.sheet = True
    sheet.protection.password = "zzb"
    book.defined_names["填报区"] = DefinedName("填报区", attr_text=f"统计表!$A${first}:$K${last}")
    page(sheet, f"A1:M{total + 2}", "1:5")
    save(book, path)


def roster(path: Path) -> None:
    """A list to fill downward: running numbers printed before, text columns, a count at the end."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    title(sheet, "中共党员名册", "J")
    put(sheet, "A2", "填报单位：", merge="A2:J2", border=False)
    sheet["A2"].alignment = Alignment(horizontal="left", vertical="center")
    for ref, text, merge in (
        ("A3", "序号", "A3:A4"),
        ("B3", "姓名", "B3:B4"),
        ("C3", "性别", "C3:C4"),
        ("D3", "民族", "D3:D4"),
        ("E3", "出生年月", "E3:E4"),
        ("F3", "学历", "F3:F4"),
        ("G3", "党籍", "G3:H3"),
        ("G4", "入党时间", ""),
        ("H4", "转正时间", ""),
        ("I3", "公民身份证号", "I3:I4"),
        ("J3", "群众评议得票", "J3:J4"),
    ):
        put(sheet, ref, text, merge=merge, head=True)
    for row in range(5, 17):
        put(sheet, f"A{row}", row - 4)
        for column in "BCDEFGHIJ":
            put(sheet, f"{column}{row}", None)
            sheet[f"{column}{row}"].number_format = "@" if column in "EI" else "General"
        sheet[f"G{row}"].number_format = "yyyy-mm-dd"
    put(sheet, "A17", "合计", head=True)
    put(sheet, "B17", "=COUNTA(B5:B16)")
    put(sheet, "C17", None, merge="C17:I17")
    put(sheet, "J17", "=SUM(J5:J16)")
    put(sheet, "A18", "填表人：　　　　　　　　　　　审核人：", merge="A18:J18", border=False)
    for column, width in zip("ABCDEFGHIJ", (6, 11, 6, 9, 11, 13, 12, 12, 22, 10), strict=True):
        sheet.column_dimensions[column].width = width
    page(sheet, "A1:J18", "1:4")
    save(book, path)


def quarter(path: Path) -> None:
    """Pairs of label and cell, shares, rounding, a second sheet that adds up the first, one of instructions."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "季 报"
    title(sheet, "组织生活和党员队伍情况季报表", "F")
    put(sheet, "A2", "填报单位", border=False)
    put(sheet, "B2", None, merge="B2:C2", border=False)
    put(sheet, "D2", "统计期间", border=False)
    put(sheet, "E2", None, merge="E2:F2", border=False)
    for ref, text in (("A3", "项　目"), ("C3", "数量"), ("D3", "项　目"), ("F3", "数量")):
        put(sheet, ref, text, head=True, merge={"A3": "A3:B3", "D3": "D3:E3"}.get(ref, ""))
    left = (
        "一、党员总数（人）",
        "其中：正式党员",
        "　　　预备党员",
        "　　　女党员",
        "　　　35岁及以下党员",
        "女党员占比（%）",
    )
    for row, text in enumerate(left, start=4):
        put(sheet, f"A{row}", text, merge=f"A{row}:B{row}")
        put(sheet, f"C{row}", None)
    sheet["C9"].value = "=IF(C4=0,0,ROUND(C7/C4*100,1))"
    right = (
        "二、支部党员大会（次）",
        "支委会（次）",
        "党课（次）",
        "主题党日（次）",
        "三会一课次数合计",
        "支部党员大会完成率",
    )
    for row, text in enumerate(right, start=4):
        put(sheet, f"D{row}", text, merge=f"D{row}:E{row}")
        put(sheet, f"F{row}", None)
    sheet["F8"].value = "=SUM(F4:F6)"
    sheet["F9"].number_format = "0.0%"
    for row, (text, ref) in enumerate(
        (("三、增减情况", ""), ("期初党员数", "C11"), ("本期增加", "C12"), ("本期减少", "C13"), ("期末党员数", "C14")),
        start=10,
    ):
        put(sheet, f"A{row}", text, merge=f"A{row}:B{row}", head=not ref)
        put(sheet, f"C{row}", "=C11+C12-C13" if ref == "C14" else None)
    for row, text in enumerate(
        ("四、上年同期党员总数", "本年计划发展党员", "报到单位", "党员志愿服务队（支）", "负责人签字"), start=10
    ):
        put(sheet, f"D{row}", text, merge=f"D{row}:E{row}")
        put(sheet, f"F{row}", None)
    for column, width in zip("ABCDEF", (14, 14, 12, 14, 14, 12), strict=True):
        sheet.column_dimensions[column].width = width
    page(sheet, "A1:F14", "1:1")
    sheet.page_setup.orientation = "portrait"
    second = book.create_sheet("汇总")
    put(second, "A1", "期末党员数是否等于党员总数", head=True)
    put(second, "B1", "='季 报'!C14='季 报'!C4")
    put(second, "A2", "正式与预备之和", head=True)
    put(second, "B2", "='季 报'!C5+'季 报'!C6")
    put(second, "A3", "说明字数", head=True)
    put(second, "B3", "=LEN(填写说明!A1)")
    guide = book.create_sheet("填写说明")
    put(guide, "A1", "本表一季一报，次月5日前报区委组织部。灰格由系统计算，不要改动。")
    guide.column_dimensions["A"].width = 70
    save(book, path)


def save(book: Any, path: Path) -> None:
    """Save with fixed times, then add what the library cannot write."""
    book.properties.creator = "区委组织部"
    book.properties.created = book.properties.modified = datetime(2026, 7, 1)
    out = BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    # The library stamps the moment of saving.
    stamp = rb"(<dcterms:modified[^>]*>)[^<]*"
    parts["docProps/core.xml"] = re.sub(stamp, rb"\g<1>2026-07-01T00:00:00Z", parts["docProps/core.xml"])
    enrich(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name, (2026, 7, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)


_SPACES = "http://schemas.openxmlformats.org/drawingml/2006"
_BOX = (
    f'<xdr:wsDr xmlns:xdr="{_SPACES}/spreadsheetDrawing" xmlns:a="{_SPACES}/main"><xdr:twoCellAnchor>'
    "<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:to><xdr:col>1</xdr:col><xdr:colOff>300000</xdr:colOff><xdr:row>0</xdr:row><xdr:rowOff>250000</xdr:rowOff>"
    '</xdr:to><xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="密级框"/><xdr:cNvSpPr txBox="1"/>'
    '</xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="800000" cy="250000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r>'
    '<a:rPr lang="zh-CN" sz="1000"/><a:t>内部资料</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>'
    "</xdr:twoCellAnchor></xdr:wsDr>"
)
_NEWER = (
    '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="textLength" '
    'operator="lessThanOrEqual" allowBlank="1"><x14:formula1><xm:f>200</xm:f></x14:formula1>'
    "<xm:sqref>XFD1</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def enrich(parts: dict[str, bytes]) -> None:
    """A text box, printer settings, a validation of 2009 and a title in two fonts, on the first sheet."""
    sheet, rels = "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"
    known = parts.get(rels, f'<Relationships xmlns="{_RELATIONS.replace("officeDocument", "package")}"/>'.encode())
    known = known.replace(b"/>", b"></Relationships>", 1) if b"</Relationships>" not in known else known
    added = (
        f'<Relationship Id="rIdBox" Type="{_RELATIONS}/drawing" Target="../drawings/drawing9.xml"/>'
        f'<Relationship Id="rIdPrinter" Type="{_RELATIONS}/printerSettings" '
        'Target="../printerSettings/printerSettings1.bin"/></Relationships>'
    )
    parts[rels] = known.replace(b"</Relationships>", added.encode())
    parts["xl/drawings/drawing9.xml"] = _BOX.encode()
    parts["xl/printerSettings/printerSettings1.bin"] = b"HP LaserJet\x00" * 20
    types = parts["[Content_Types].xml"]
    parts["[Content_Types].xml"] = types.replace(
        b"</Types>",
        b'<Override PartName="/xl/drawings/drawing9.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
        b'<Default Extension="bin" '
        b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
        b"</Types>",
    )
    xml = parts[sheet]
    spaces = f'<worksheet xmlns:r="{_RELATIONS}" '.encode() if b"xmlns:r=" not in xml[:600] else b"<worksheet "
    xml = xml.replace(b"<worksheet ", spaces, 1)
    xml = re.sub(rb"(<pageSetup [^>]*?)\s*/>", rb'\1 r:id="rIdPrinter"/>', xml)
    box = b'<drawing r:id="rIdBox"/>'
    legacy = b"<legacyDrawing" in xml
    xml = (
        xml.replace(b"<legacyDrawing", box + b"<legacyDrawing", 1)
        if legacy
        else xml.replace(b"</worksheet>", box + b"</worksheet>")
    )
    parts[sheet] = xml.replace(b"</worksheet>", _NEWER.encode() + b"</worksheet>")
    share_texts(parts)


def share_texts(parts: dict[str, bytes]) -> None:
    """Move the texts into the common list, as Excel and WPS keep them; the title is written in two fonts."""
    texts: dict[bytes, int] = {}

    def shared(match: re.Match[bytes]) -> bytes:
        number = texts.setdefault(match[2], len(texts))
        return match[1] + f't="s"><v>{number}</v></c>'.encode()

    for name in [name for name in parts if name.startswith("xl/worksheets/sheet")]:
        found = rb'(<c [^>]*?)t="inlineStr"\s*><is><t[^>]*>([^<]*)</t></is></c>'
        parts[name] = re.sub(found, shared, parts[name])
    words = [f'<si><t xml:space="preserve">{text.decode()}</t></si>' for text in texts]
    first = next(iter(texts)).decode()
    words[0] = f'<si><r><t>{first[:2]}</t></r><r><rPr><b/><sz val="22"/></rPr><t>{first[2:]}</t></r></si>'
    main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{main_space}">{"".join(words)}</sst>'.encode()
    relation = (
        f'<Relationship Id="rIdTexts" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    book = "xl/_rels/workbook.xml.rels"
    parts[book] = parts[book].replace(b"</Relationships>", relation.encode())
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())


def main() -> None:
    """Write all forms."""
    FORMS.mkdir(parents=True, exist_ok=True)
    made: tuple[tuple[Callable[[Path], None], str], ...] = ((counts, COUNTS), (roster, ROSTER), (quarter, QUARTER))
    for make, name in made:
        make(FORMS / name)


if __name__ == "__main__":
    main()
