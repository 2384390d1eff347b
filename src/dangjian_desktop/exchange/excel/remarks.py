"""What a reader must tell of a sheet beside its cells: what is hidden, was not read, or has no value."""

from __future__ import annotations

from typing import NamedTuple

from dangjian_desktop.domain.forms.form_sheets import column_name

from .read_sheet import Sheet

_LISTED = 5


class Remark(NamedTuple):
    """One sentence about a sheet, the row it begins at (1-based), and the cells it is about as a person names them."""

    row: int
    cells: str
    text: str


def told(sheet: Sheet) -> list[Remark]:
    """Everything that a person must know before trusting what was read of a sheet.

    That rows or the whole sheet are hidden is told where it is known which rows are records and whether they go in.
    """
    found = []
    if sheet.doubt:
        found.append(Remark(1, "", sheet.doubt))
    if sheet.hidden_columns:
        letters = [column_name(column + 1) for column in sorted(sheet.hidden_columns)]
        found.append(Remark(1, _some(letters), f"第{_some(letters)}列在表里是隐藏的，里面的内容也读了，请核对"))
    if sheet.far is not None:
        row, column, number = sheet.far
        more = f"等{number}个" if number > 1 else "有一个"
        text = f"第{row + 1}行第{column + 1}列{more}离得很远的单元格没有读，像是误点留下的，请核对"
        found.append(Remark(row + 1, _ref(row, column), text))
    if sheet.uncached:
        cells = _some([_ref(*place) for place in sheet.uncached])
        text = f"{cells}是公式，文件里没有存下它的结果，按空白读入，请用WPS或Excel打开并保存一次再导入"
        found.append(Remark(sheet.uncached[0][0] + 1, cells, text))
    if sheet.pictures:
        cells = _some([_ref(*place) for place in sheet.pictures])
        text = f"{cells}里是WPS放进单元格的图片，按空白读入"
        found.append(Remark(sheet.pictures[0][0] + 1, cells, text))
    return found


def _ref(row: int, column: int) -> str:
    return f"{column_name(column + 1)}{row + 1}"


def _some(names: list[str]) -> str:
    return "、".join(names[:_LISTED]) + (f"等{len(names)}处" if len(names) > _LISTED else "")
