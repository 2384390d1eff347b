"""Cells that are put right in the review: written over what the sheet says, before anything of it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.exchange.excel.read_workbook import Sheet

from .plan import ImportPlan, Mended, PlannedRow


def put(plan: ImportPlan, layouts: Iterable[SheetLayout], mended: Mended) -> None:
    """Write the mended cells into the sheets, whose rows are then read and matched like any others."""
    if not mended:
        return
    plan.mended = {place: dict(cells) for place, cells in mended.items()}
    for layout in layouts:
        for index in layout.data:
            _write(layout.sheet, index, layout.headers, mended.get((layout.sheet.name, index + 1), {}))


def put_back(plan: ImportPlan, sheets: Iterable[Sheet]) -> None:
    """Write the mended cells into sheets that were read once more, to go back to people."""
    headers = {info.sheet: info.headers for info in plan.sheets}
    for sheet in sheets:
        for (name, row), cells in plan.mended.items():
            if name == sheet.name and row <= len(sheet.rows):
                _write(sheet, row - 1, headers.get(name, ()), cells)


def offered(plan: ImportPlan, row: PlannedRow, specs: Mapping[str, FieldSpec]) -> list[tuple[str, str, bool]]:
    """The columns of a row that can be put right, as (header, field, whether it keeps the row out); those first."""
    above = [info for info in plan.sheets if info.sheet == row.sheet and info.header_row < row.row]
    if not above:
        return []
    info = max(above, key=lambda each: each.header_row)
    columns = [(header, name) for header, name in info.columns.items() if name in specs]
    blamed = {header: row.blamed(header) for header, _name in columns}
    return sorted(((header, name or "", blamed[header]) for header, name in columns), key=lambda each: not each[2])


def _write(sheet: Sheet, index: int, headers: Sequence[str], cells: Mapping[str, str]) -> None:
    if not cells:
        return
    made = list(sheet.rows[index])
    made += [None] * (len(headers) - len(made))
    for place, header in enumerate(headers):
        if header in cells:
            made[place] = cells[header]
            # What the sheet showed there is no longer so.
            sheet.displays.pop((index, place), None)
    sheet.rows[index] = made
