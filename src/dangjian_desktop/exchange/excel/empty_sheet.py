"""An empty sheet to fill: headers that import finds, lists to choose from, notes, and one example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from dangjian_desktop.domain.ledgers.columns import choices
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.values.codes import CodeTables
from dangjian_desktop.domain.values.id_numbers import check_character

from .book_bytes import write_book
from .row_kinds import EXAMPLE_MARK

_AUTHOR = "党建工作台"
_LISTS = "可选内容"
_HELP = "填写说明"
_ROWS = 2000  # how far down the drop-down lists reach
_RULED = 30  # rows that carry a frame, for those who print it first
_ONE_PAGE = 18  # so many columns still fit on the width of a page
_INLINE = 200  # a longer list has to lie on a sheet of its own
_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_GREY = PatternFill("solid", fgColor="EDEDED")

_EXAMPLE_BIRTH, _EXAMPLE_ID = "1970-01-01", "42990019700101001"

_FORMATS = {
    FieldType.TEXT: "文字",
    FieldType.LONG_TEXT: "文字，可以换行",
    FieldType.CODE: "从列表中选择，常用的别的写法（如“本科”“汉”）也认得",
    FieldType.DATE: "如 2021-07-16；只知道月份写 2021.07，只知道年份写 2021",
    FieldType.MOMENT: "如 2026-09-03 14:30",
    FieldType.INTEGER: "整数",
    FieldType.MONEY: "元，最多两位小数，如 30.00",
    FieldType.BOOLEAN: "是 或 否",
    FieldType.ID_NUMBER: "18位，按文本填写；表格把它变成科学计数法后末几位会丢失，只能重填",
    FieldType.PHONE: "11位手机号，或带区号的固定电话",
    FieldType.ORGANISATION: "党组织的全称或简称，与本软件里的名称一致",
    FieldType.MEMBER: "党员姓名",
    FieldType.DECIMAL: "数字，可以有小数",
    FieldType.CODES: "从右边的选项里选，几个的用“；”隔开",
    FieldType.MEMBERS: "党员姓名，几名的用“；”隔开",
    FieldType.ENTRY: "那一条的编号",
}
_EXAMPLES = {
    FieldType.DATE: "2021-07-16",
    FieldType.MOMENT: "2026-09-03 14:30",
    FieldType.INTEGER: "3",
    FieldType.MONEY: "30.00",
    FieldType.BOOLEAN: "否",
    FieldType.PHONE: "13900000000",
    FieldType.ORGANISATION: "春天社区党支部",
    FieldType.MEMBER: "张三",
    FieldType.DECIMAL: "1.5",
    FieldType.MEMBERS: "张三；李四",
    FieldType.ID_NUMBER: _EXAMPLE_ID + check_character(_EXAMPLE_ID),
}


def write_empty_sheet(target: Path, kind: KindSpec, codes: CodeTables) -> None:
    """Write an .xlsx to fill for any kind or ledger: one sheet with headers, one that explains them.

    Required headers carry a star; columns of numbers that are names (identity, phone, codes, dates) are text columns.
    The example row is left out by the import. Raises `EnvironmentFault` as `replace_file`.
    """
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = kind.label
    fields = [spec for spec in kind.fields if spec.importable and spec.editable]
    lists = book.create_sheet(_LISTS)
    _write_headers(sheet, fields)
    for column, spec in enumerate(fields, start=2):
        _prepare_column(sheet, lists, column, spec, codes)
    _write_help(book.create_sheet(_HELP, 1), kind, fields, codes)
    if lists.max_column == 1 and lists.cell(1, 1).value is None:
        book.remove(lists)
    else:
        lists.sheet_state = "hidden"
    write_book(book, target)


def _write_headers(sheet: Any, fields: list[FieldSpec]) -> None:
    sheet.append(["序号", *(f"*{spec.label}" if spec.required else spec.label for spec in fields)])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = _GREY
        cell.border = _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 32
    sheet.column_dimensions["A"].width = 16
    sheet.cell(2, 1, f"{EXAMPLE_MARK}（此行不导入）").font = Font(italic=True, color="808080")
    sheet.freeze_panes = "C2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    for row in sheet.iter_rows(min_row=2, max_row=_RULED, max_col=len(fields) + 1):
        for cell in row:
            cell.border = _BORDER
    if len(fields) <= _ONE_PAGE:
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _prepare_column(sheet: Any, lists: Any, column: int, spec: FieldSpec, codes: CodeTables) -> None:
    letter = get_column_letter(column)
    sheet.cell(1, column).comment = Comment(_note(spec), _AUTHOR, width=260, height=120)
    width = max(len(spec.label) * 2 + 4, {FieldType.ID_NUMBER: 22, FieldType.LONG_TEXT: 30}.get(spec.type, 12))
    sheet.column_dimensions[letter].width = width
    if spec.type not in (FieldType.INTEGER, FieldType.MONEY, FieldType.DECIMAL):
        sheet.column_dimensions[letter].number_format = "@"
    example = sheet.cell(2, column, _example(spec, codes))
    example.number_format = "@"
    example.font = Font(italic=True, color="808080")
    answers = _choices(spec, codes)
    if answers:
        _offer(sheet, lists, letter, answers)


def _offer(sheet: Any, lists: Any, letter: str, choices: list[str]) -> None:
    source = ",".join(choices)
    if len(source) > _INLINE or any("," in choice for choice in choices):
        column = lists.max_column + (lists.cell(1, 1).value is not None)
        for row, choice in enumerate(choices, start=1):
            lists.cell(row, column, choice)
        place = get_column_letter(column)
        formula = f"{quote_sheetname(_LISTS)}!${place}$1:${place}${len(choices)}"
    else:
        formula = f'"{source}"'
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
    rule.errorTitle, rule.error = "不在列表里", "列表里没有这一项。常用的别的写法也认得；仍要填写请选“是”。"
    sheet.add_data_validation(rule)
    rule.add(f"{letter}3:{letter}{_ROWS}")


def _choices(spec: FieldSpec, codes: CodeTables) -> list[str]:
    if spec.type is FieldType.BOOLEAN:
        return ["是", "否"]
    if answers := choices(spec):
        return list(answers)
    if spec.type is FieldType.CODE and spec.codes:
        return [name for _, name in codes.choices(spec.codes)]
    return []


def _example(spec: FieldSpec, codes: CodeTables) -> str:
    if spec.type is FieldType.TEXT:
        return "张三" if "姓名" in spec.label else ""
    if spec.name == "birth_on":
        return _EXAMPLE_BIRTH
    answers = _choices(spec, codes)
    return _EXAMPLES.get(spec.type) or (answers[0] if answers else "")


def _note(spec: FieldSpec) -> str:
    parts = ["必填。" if spec.required else "可以不填。", f"{_FORMATS[spec.type]}。", spec.rule]
    return "\n".join(part for part in parts if part)


def _write_help(sheet: Any, kind: KindSpec, fields: list[FieldSpec], codes: CodeTables) -> None:
    rows = [
        [f"{kind.label}：怎样填写"],
        ["一行填一条。带*的列必填；不用的列可以整列删去，列的先后可以变动，列名不要改。"],
        ["示例行和空行不会导入；不知道的内容留空，不要写0。填好后在软件里选“导入”，导入前会先列出每一行的结果。"],
        [],
        ["列", "要求", "写法", "可填的内容"],
    ]
    rows += [
        [spec.label, "必填" if spec.required else "", _FORMATS[spec.type], "、".join(_choices(spec, codes))]
        for spec in fields
    ]
    for row in rows:
        sheet.append(row)
    sheet["A1"].font = Font(bold=True, size=14)
    for cell in sheet[5]:
        cell.font = Font(bold=True)
        cell.fill = _GREY
    for letter, width in zip("ABCD", (24, 8, 52, 80), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=5):
        for cell in row:
            cell.border = _BORDER
            cell.alignment = Alignment(wrap_text=True, vertical="center")
