"""How large an honest table is: looked at before anything is unpacked, and again before cells become rows."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping

from dangjian_desktop.base.errors import UserError

from .read_sheet import FarCells

_MEGABYTE = 1 << 20
MOST_ENTRIES = 20_000
MOST_SHEETS = 500
MOST_MERGES = 100_000
LONGEST_TEXT = 1_000_000
"""Characters of one cell; a sheet holds 32,767."""
_ROW_GAP, _COLUMN_GAP = 500, 50
"""So many empty rows or columns between cells, in a sheet too large for its few cells, part a table from strays."""


def check_archive(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """Raise `UserError` for a packed file that unpacks to more than an honest one of `packed` bytes would."""
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > 100 * _MEGABYTE + 250 * packed:
        raise too_large(name, f"展开后有{unpacked // _MEGABYTE}MB")


def too_large(name: str, why: str) -> UserError:
    """The refusal of a file that is out of all proportion."""
    return UserError(
        "file_unreadable",
        f"“{name}”读不出来：{why}，不像一张正常的表格。",
        advice="请用WPS或Excel打开，只把需要的内容复制到一张新表里，另存为xlsx后再试。",
    )


def reasonable(rows: int, columns: int, cells: int) -> bool:
    """Whether a sheet that reaches so far is filled enough to be read as it is."""
    return rows * columns <= 200_000 + 20 * cells


def settle(
    cells: Mapping[int, Mapping[int, object]], mentioned: int, name: str
) -> tuple[list[list[object]], FarCells | None]:
    """Rows of equal width from scattered cells by 0-based row and column, and what lay too far off to be read.

    `mentioned` are all cells of the sheet, empty ones included. Raises `UserError` where even what lies together is
    too scattered.
    """
    rows = sorted(row for row, line in cells.items() if line)
    if not rows:
        return [], None
    width = 1 + max(max(cells[row]) for row in rows)
    far: FarCells | None = None
    kept = rows
    if not reasonable(rows[-1] + 1, width, mentioned):
        kept = _together(rows, _ROW_GAP)
        width = 1 + _together(sorted({column for row in kept for column in cells[row]}), _COLUMN_GAP)[-1]
        near = set(kept)
        strays = [(row, column) for row in rows for column in cells[row] if row not in near or column >= width]
        if strays:
            far = FarCells(*min(strays), len(strays))
        if not reasonable(kept[-1] + 1, width, mentioned):
            raise too_large(name, f"内容散落到第{kept[-1] + 1}行第{width}列")
    return _dense(cells, kept, width), far


def nearby(places: Collection[tuple[int, int]]) -> tuple[int, int]:
    """The last row and column of what lies together, of a sheet whose cells are known by their places."""
    rows, columns = sorted({row for row, _ in places}), sorted({column for _, column in places})
    if not rows:
        return 1, 1
    if reasonable(rows[-1], columns[-1], len(places)):
        return rows[-1], columns[-1]
    bottom = _together(rows, _ROW_GAP)[-1]
    return bottom, _together(sorted({column for row, column in places if row <= bottom}), _COLUMN_GAP)[-1]


def _together(places: list[int], gap: int) -> list[int]:
    """The first of the places up to a gap that is too wide."""
    for index in range(1, len(places)):
        if places[index] - places[index - 1] > gap:
            return places[:index]
    return places


def _dense(cells: Mapping[int, Mapping[int, object]], kept: list[int], width: int) -> list[list[object]]:
    dense: list[list[object]] = [[""] * width for _ in range(kept[-1] + 1)]
    for row in kept:
        line = dense[row]
        for column, value in cells[row].items():
            if column < width:
                line[column] = value
    return dense
