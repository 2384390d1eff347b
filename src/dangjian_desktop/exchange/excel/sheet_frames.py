"""Sheets on their way from the reader's process: whole columns at a time, repeated texts only once.

A roster of 100,000 people has three million cells and a few thousand different texts; told cell by cell it would
take longer to tell than to read.
"""

from __future__ import annotations

import base64
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from dangjian_desktop.domain.values.characters import cleaned, is_odd
from dangjian_desktop.exchange.apart import wire

from .read_sheet import FarCells, MergedRange, Sheet

RowsCame = Callable[[Sheet, int], None]
"""Is told of a sheet and of the index of its first new row."""

_ROWS_A_PART = 8192  # fewer than 65,536, which is what two bytes count
_SAMPLE = 256
"""Cells by which a column is judged to repeat itself; of those that do not, nobody looks for repetitions."""
_ONE_BYTE = 256
_PLAIN = frozenset((str, int, float, bool, type(None)))
_COUNTED = frozenset((int, float, bool))  # 1, 1.0 and True are one key


def parts_of(sheet: Sheet) -> Iterator[Any]:
    """The parts in which a sheet is told: its name, its rows, and what is said beside them."""
    yield ["sheet", cleaned(sheet.name), sheet.visible, sheet.date1904]
    for start in range(0, len(sheet.rows), _ROWS_A_PART):
        rows = sheet.rows[start : start + _ROWS_A_PART]
        yield ["rows", len(rows), [_told_column(column) for column in zip(*rows, strict=True)]]
    yield [
        "end",
        sorted(sheet.hidden_rows),
        sorted(sheet.hidden_columns),
        [[block.top, block.left, block.bottom, block.right] for block in sheet.merged],
        [[row, column, text] for (row, column), text in sheet.displays.items()],
        sheet.pictures,
        sheet.uncached,
        sheet.far,
        sheet.doubt,
    ]


def _told_column(cells: Sequence[object]) -> Any:
    sample = cells[:_SAMPLE]
    if len(set(sample)) * 2 <= len(sample) and not set(map(type, sample)) & _COUNTED:
        # In one pass: a text that was not met before takes the next number.
        numbers: defaultdict[object, int] = defaultdict(count().__next__)
        places = list(map(numbers.__getitem__, cells))
        different = list(numbers)
        kinds = set(map(type, different))
        # Where none of the different ones counts, none of the cells did.
        if len(different) * 2 <= len(cells) and not kinds & _COUNTED:
            packed = bytes(places) if len(different) <= _ONE_BYTE else array("H", places).tobytes()
            return [_told_values(different, kinds), base64.b64encode(packed).decode("ascii")]
    return [_told_values(cells, set(map(type, cells))), None]


def _told_values(cells: Sequence[object], kinds: set[type]) -> Any:
    """Texts cleaned, numbers as they are, and beside them by position what JSON has no word for."""
    if is_odd("\x00".join(cell for cell in cells if type(cell) is str)):
        cells = [cleaned(cell) if type(cell) is str else cell for cell in cells]
    if kinds <= _PLAIN:
        return [cells, []]
    special = [[place, *_told(cell)] for place, cell in enumerate(cells) if type(cell) not in _PLAIN]
    return [[cell if type(cell) in _PLAIN else None for cell in cells], special]


def _told(cell: object) -> tuple[str, object]:
    if isinstance(cell, datetime):
        return "moment", cell.isoformat()
    if isinstance(cell, date):
        return "day", cell.isoformat()
    if isinstance(cell, time):
        return "clock", cell.isoformat()
    return ("span", cell.total_seconds()) if isinstance(cell, timedelta) else ("text", str(cell))


def sheets_from(answer: Iterable[tuple[bytes, Any]], ahead: RowsCame | None = None) -> list[Sheet]:
    """The sheets that `parts_of` told of; raises `ValueError` for what is none of its parts.

    `ahead` is called whenever rows have come.
    """
    sheets: list[Sheet] = []
    for what, part in answer:
        if what != wire.PART:
            continue
        try:
            _take(part, sheets)
        except (TypeError, KeyError, IndexError, AttributeError, OverflowError) as problem:
            raise ValueError("part") from problem
        if ahead is not None and part[0] == "rows":
            ahead(sheets[-1], len(sheets[-1].rows) - part[1])
    return sheets


def _take(part: Any, sheets: list[Sheet]) -> None:
    kind = part[0]
    if kind == "sheet":
        sheets.append(Sheet(str(part[1]), [], visible=bool(part[2]), date1904=bool(part[3])))
    elif kind == "rows":
        columns = [_column(told) for told in part[2]]
        if any(len(column) != part[1] for column in columns):
            raise ValueError("rows")
        sheets[-1].rows += map(list, zip(*columns, strict=True))
    else:
        _end(sheets[-1], part)


def _end(sheet: Sheet, part: Any) -> None:
    _, hidden_rows, hidden_columns, merged, displays, pictures, uncached, far, doubt = part
    sheet.hidden_rows = set(map(int, hidden_rows))
    sheet.hidden_columns = set(map(int, hidden_columns))
    sheet.merged = [MergedRange(*map(int, block)) for block in merged]
    sheet.displays = {(int(row), int(column)): str(text) for row, column, text in displays}
    sheet.pictures = [(int(row), int(column)) for row, column in pictures]
    sheet.uncached = [(int(row), int(column)) for row, column in uncached]
    sheet.doubt = str(doubt)
    sheet.far = FarCells(*map(int, far)) if far is not None else None


def _column(told: Any) -> list[object]:
    (cells, special), numbers = told
    values: list[object] = list(cells)
    if set(map(type, values)) - _PLAIN:
        raise ValueError("cell")
    for place, kind, text in special:
        values[place] = _read(kind, text)
    if numbers is None:
        return values
    packed = base64.b64decode(numbers)
    if len(values) <= _ONE_BYTE:
        return list(map(values.__getitem__, packed))
    found = array("H")
    found.frombytes(packed)
    return list(map(values.__getitem__, found))


def _read(kind: str, text: Any) -> object:
    if kind == "moment":
        return datetime.fromisoformat(text)
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "clock":
        return time.fromisoformat(text)
    return timedelta(seconds=float(text)) if kind == "span" else str(text)
