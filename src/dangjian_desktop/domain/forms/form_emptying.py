"""Which cells of a superior's form were filled: they are emptied before the form is kept and shared.

A form may come as last quarter's filled copy. What the superior printed stays: labels, headings, formulas, row numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dangjian_desktop.domain.values.cell_text import BLANK_MARKS

from .form_mapping import TEXTS, FormMapping, ListTarget
from .form_sheets import Form, FormCell, FormSheet, Place, Value

Cell = tuple[str, Place]

_PERSONAL = re.compile(r"\d{17}[\dXx]|1\d{10}")
_BELOW_A_LIST = re.compile(r"合计|总计|小计|填表|制表|审核|负责人|说明|备注[:：]|注[:：]")
_COLONS = ("：", ":")


def filled_cells(form: Form, mapping: FormMapping) -> dict[Cell, Value]:
    """What must not be kept, by (sheet, place), with what stands there instead: nothing, or the label before a colon.

    Cells that the mapping fills, the rows of its lists, and numbers of persons wherever they stand.
    """
    found: dict[Cell, Value] = {}
    for sheet in form.sheets:
        found |= {(sheet.name, place): None for place, cell in sheet.cells.items() if _personal(cell)}
    for where, key in mapping.cells.items():
        spot = form.find(where)
        if spot is not None:
            found |= _mapped(spot[0], spot[1], key)
    for target in mapping.lists:
        listed = form.sheet(target.sheet)
        if listed is not None:
            found |= {(listed.name, place): None for place in _of_list(listed, target)}
    return found


def _personal(cell: FormCell) -> bool:
    value = int(cell.value) if isinstance(cell.value, float) and cell.value.is_integer() else cell.value
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return is_text and not cell.formula and _PERSONAL.fullmatch(str(value).strip()) is not None


def _mapped(sheet: FormSheet, place: Place, key: str) -> dict[Cell, Value]:
    cell = sheet.cell(place)
    if cell.formula or cell.empty:
        return {}
    if not cell.text:
        return {(sheet.name, place): None}
    if key in TEXTS:
        for colon in _COLONS:
            label, found, rest = cell.text.partition(colon)
            if found and rest.strip():
                return {(sheet.name, place): f"{label}{colon}"}
    # Other words in a mapped cell are the superior's: such a cell is refused when the form is filled.
    return {}


def _of_list(sheet: FormSheet, target: ListTarget) -> Iterator[Place]:
    """The cells of the rows that a list was written into, as far as they follow each other."""
    row = target.first
    while target.last is None or row <= target.last:
        cells = sheet.by_row.get(row, [])
        own = [cell for (_, column), cell in cells if column in target.columns]
        words = " ".join(cell.text for _, cell in cells)
        merged = any(sheet.anchor(place)[0] != row or sheet.block(place).left != place[1] for place, _ in cells)
        if not any(not cell.empty for cell in own) or any(cell.formula for cell in own):
            return
        if merged or _BELOW_A_LIST.search(words):
            return
        for (_, column), cell in cells:
            said = cell.text and cell.text not in BLANK_MARKS
            if not cell.formula and (column in target.columns or said):
                yield row, column
        row += 1
