"""A sheet that goes to a secretary without a PC and comes back: locked but for the cells to fill, with a hidden id."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.values.cell_text import cell_text

from .book_bytes import write_book
from .read_sheet import Sheet

HIDDEN_SHEET = "_党建工作台"
_MARK = "dangjian-desktop:returned-form"
_LISTS = "_可选内容"
_HEADER_ROW = 4
_INLINE = 200
_LINE_HEIGHT = 14.0
_THIN = Side(style="thin")
_BORDER = Border(_THIN, _THIN, _THIN, _THIN)
_GREY = PatternFill("solid", fgColor="EDEDED")
_PAPER = PatternFill("solid", fgColor="FFFDE7")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: its header, whether it is to fill, what may be chosen, its width in characters."""

    key: str
    header: str
    fillable: bool = False
    choices: Sequence[str] = ()
    width: float = 12.0


@dataclass(frozen=True)
class ReturnedForm:
    """A form to fill: `rows` are texts by column behind the id of the record that each row stands for.

    `about` is kept hidden: the form's id, kind, day and whatever else the sender wants to see again.
    """

    title: str
    notes: Sequence[str]
    columns: Sequence[FormColumn]
    rows: Sequence[tuple[str, Mapping[str, str]]]
    about: Mapping[str, str]
    sheet: str = "更正表"


@dataclass
class ReturnedRow:
    """One row that came back: its number on the sheet, the record, what was sent out and what is there now."""

    row: int
    record: str
    now: dict[str, str]
    sent: dict[str, str] = field(default_factory=dict)


@dataclass
class ReturnedSheet:
    """A form that came back."""

    about: dict[str, str]
    sheet: str
    header_row: int
    headers: dict[str, str]
    """Header text by column key."""
    order: list[str]
    """The key of every column of the sheet, "" for the hidden one and strangers."""
    rows: list[ReturnedRow]


def write_form(form: ReturnedForm, target: Path) -> None:
    """Write the form as .xlsx; raises `EnvironmentFault` as `replace_file`."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = form.sheet
    _write_head(sheet, form)
    _write_rows(sheet, form)
    lists = book.create_sheet(_LISTS)
    _offer(sheet, lists, form)
    lists.sheet_state = "hidden"
    _hide(book.create_sheet(HIDDEN_SHEET), form)
    _page(sheet, form)
    write_book(book, target)


def _write_head(sheet: Any, form: ReturnedForm) -> None:
    last = len(form.columns) + 1
    for row, text in enumerate((form.title, *form.notes), start=1):
        sheet.cell(row, 2, text)
        sheet.merge_cells(start_row=row, start_column=2, end_row=row, end_column=last)
        cell = sheet.cell(row, 2)
        cell.font = Font(name="宋体", bold=row == 1, size=16 if row == 1 else 10.5)
        cell.alignment = Alignment(horizontal="center" if row == 1 else "left", vertical="center", wrap_text=True)
        sheet.row_dimensions[row].height = 28 if row == 1 else 30
    sheet.cell(_HEADER_ROW, 1, "编号")
    for number, column in enumerate(form.columns, start=2):
        cell = sheet.cell(_HEADER_ROW, number, column.header)
        cell.font = Font(name="宋体", bold=True, size=10.5)
        cell.fill, cell.border = _GREY, _BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[_HEADER_ROW].height = 30
    sheet.column_dimensions["A"].hidden = True


def _write_rows(sheet: Any, form: ReturnedForm) -> None:
    font, align = Font(name="宋体", size=10.5), Alignment(vertical="center", wrap_text=True)
    for row, (record, values) in enumerate(form.rows, start=_HEADER_ROW + 1):
        sheet.cell(row, 1, record).number_format = "@"
        for number, column in enumerate(form.columns, start=2):
            cell = sheet.cell(row, number)
            text = values.get(column.key, "")
            cell.value = int(text) if column.key == "number" else text or None
            if cell.data_type == "f":
                cell.data_type = "s"  # a text that begins with "=" stays a text
            cell.number_format = "General" if column.key == "number" else "@"
            cell.font, cell.alignment, cell.border = font, align, _BORDER
            cell.protection = Protection(locked=not column.fillable)
            if column.fillable:
                cell.fill = _PAPER
        lines = max(_lines(values.get(c.key, ""), c.width) for c in form.columns)
        sheet.row_dimensions[row].height = _LINE_HEIGHT * lines + 4


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column; a Chinese character is two letters wide."""
    return max(1, ceil(sum(1 if character.isascii() else 2 for character in text) / (width - 1)))


def _offer(sheet: Any, lists: Any, form: ReturnedForm) -> None:
    last = _HEADER_ROW + len(form.rows)
    for number, column in enumerate(form.columns, start=2):
        if not column.choices or not form.rows:
            continue
        source = ",".join(column.choices)
        if len(source) > _INLINE or "," in "".join(column.choices):
            for row, choice in enumerate(column.choices, start=1):
                lists.cell(row, number, choice)
            letter = get_column_letter(number)
            formula = f"{quote_sheetname(_LISTS)}!${letter}$1:${letter}${len(column.choices)}"
        else:
            formula = f'"{source}"'
        rule = DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning")
        rule.errorTitle, rule.error = "不在列表里", "列表里没有这一项，请从列表中选。"
        letter = get_column_letter(number)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}{_HEADER_ROW + 1}:{letter}{last}")


def _hide(sheet: Any, form: ReturnedForm) -> None:
    """What tells the form when it comes back: its id, and every row as it was sent out."""
    sheet.append([_MARK, json.dumps(dict(form.about), ensure_ascii=False)])
    sheet.append(["", json.dumps({c.key: c.header for c in form.columns}, ensure_ascii=False)])
    for record, values in form.rows:
        sent = {c.key: values.get(c.key, "") for c in form.columns if c.fillable}
        sheet.append([record, json.dumps(sent, ensure_ascii=False)])
    sheet.sheet_state = "veryHidden"


def _page(sheet: Any, form: ReturnedForm) -> None:
    last = get_column_letter(len(form.columns) + 1)
    sheet.freeze_panes = f"D{_HEADER_ROW + 1}"
    sheet.print_title_rows = f"{_HEADER_ROW}:{_HEADER_ROW}"
    sheet.print_area = f"B1:{last}{_HEADER_ROW + len(form.rows)}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.oddFooter.center.text = "第&P页 共&N页"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def is_returned_form(sheets: Sequence[Sheet]) -> bool:
    """Whether these are the sheets of one of our forms."""
    return any(sheet.name == HIDDEN_SHEET for sheet in sheets)


def read_returned(found: Sequence[Sheet], name: str) -> ReturnedSheet:
    """A form that came back from its sheets; rows may have been sorted, and columns moved. `name` is the file's.

    Raises `UserError` (`form_damaged`).
    """
    sheets = {sheet.name: sheet for sheet in found}
    hidden = sheets.get(HIDDEN_SHEET)
    damaged = UserError(
        "form_damaged",
        f"“{name}”里的回填信息不全了，认不出是哪张更正表。",
        effect="没有导入任何内容。",
        advice="请重新导出更正表再填，不要删除表头和隐藏的内容。",
    )
    try:
        if hidden is None or hidden.rows[0][0] != _MARK:
            raise damaged
        about: dict[str, str] = json.loads(str(hidden.rows[0][1]))
        headers: dict[str, str] = json.loads(str(hidden.rows[1][1]))
        sent = {str(row[0]): json.loads(str(row[1])) for row in hidden.rows[2:] if row and row[0]}
    except (IndexError, ValueError) as problem:
        raise damaged from problem
    own = [sheet for sheet in sheets.values() if sheet.visible and sheet.name not in (HIDDEN_SHEET, _LISTS)]
    for sheet in own:
        position = _header_row(sheet, headers)
        if position is not None:
            return _rows(sheet, position, about, headers, sent)
    raise damaged


def _header_row(sheet: Sheet, headers: Mapping[str, str]) -> int | None:
    wanted = set(headers.values())
    for index, row in enumerate(sheet.rows[:20]):
        texts = {cell_text(cell) for cell in row}
        if "编号" in texts and len(wanted & texts) >= max(2, len(wanted) // 2):
            return index
    return None


def _rows(
    sheet: Sheet,
    position: int,
    about: dict[str, str],
    headers: dict[str, str],
    sent: Mapping[str, dict[str, str]],
) -> ReturnedSheet:
    keys = {header: key for key, header in headers.items()}
    texts = [cell_text(cell) for cell in sheet.rows[position]]
    order = [keys.get(text, "") for text in texts]
    place = texts.index("编号")
    rows = []
    for index, row in enumerate(sheet.rows[position + 1 :], start=position + 2):
        now = {
            key: _shown(sheet, index - 1, column, cell)
            for column, (key, cell) in enumerate(zip(order, row, strict=False))
            if key
        }
        record = cell_text(row[place]) if place < len(row) else ""
        if record or any(text for key, text in now.items() if key != "number"):
            rows.append(ReturnedRow(index, record, now, sent.get(record, {})))
    return ReturnedSheet(about, sheet.name, position + 1, headers, order, rows)


def _shown(sheet: Sheet, row: int, column: int, cell: object) -> str:
    return sheet.displays.get((row, column)) or cell_text(cell)
