"""What calamine leaves out of an .xls file: hidden rows, months typed into date cells, broken formulas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlrd

from .read_formats import Shown, shown_as, shown_text
from .read_sheet import Sheet


def mark_old(path: Path, sheets: list[Sheet]) -> None:
    """Add to `sheets` what the old format says about rows and cells; a file xlrd cannot read adds nothing."""
    try:
        book = xlrd.open_workbook(path, formatting_info=True)
    except (xlrd.XLRDError, NotImplementedError, AssertionError, IndexError, ValueError, KeyError):
        # calamine has read the values; a damaged format record must not cost the whole file.
        return
    by_name = {sheet.name: sheet for sheet in sheets}
    styles = [shown_as(book.format_map[xf.format_key].format_str) for xf in book.xf_list]
    for source in book.sheets():
        sheet = by_name.get(source.name)
        if sheet is None:
            continue
        sheet.date1904 = bool(book.datemode)
        sheet.hidden_rows = {row + 1 for row, info in source.rowinfo_map.items() if info.hidden}
        _mark_cells(source, sheet, styles)


def _mark_cells(source: Any, sheet: Sheet, styles: list[Shown | None]) -> None:
    numbers = (xlrd.XL_CELL_DATE, xlrd.XL_CELL_NUMBER)
    for row in range(min(source.nrows, len(sheet.rows))):
        cells = source.row_types(row)
        for column, kind in enumerate(cells):
            if kind in numbers:
                shown = styles[source.cell_xf_index(row, column)]
                text = shown_text(shown, sheet.rows[row][column]) if shown else None
                if text is not None:
                    sheet.displays[row, column] = text
            elif kind == xlrd.XL_CELL_ERROR:
                code = source.cell_value(row, column)
                sheet.rows[row][column] = xlrd.error_text_from_code.get(code, "#N/A")
