"""A sheet as it lies in a file: the one shape that every format is read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged block by 0-based row and column, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class FarCells(NamedTuple):
    """Cells so far from the table that they were not read: the first of them by 0-based row and column, how many."""

    row: int
    column: int
    number: int


@dataclass(slots=True)
class Sheet:
    """One sheet as it lies in the file; `rows[0]` is the sheet's row 1 and `row[0]` its column A.

    Merged blocks carry their value in the upper left cell only. `displays` holds, by 0-based row and column, what
    the sheet shows where the stored value alone would mislead: `2021-07` for a day typed as a month, `2021.10` for
    the number 2021.1. A broken formula's cell holds its error text, such as `#REF!`; `remarks.told` says in words
    what of a sheet is hidden, was not read or has no value.
    """

    name: str
    rows: list[list[object]]
    hidden_rows: set[int] = field(default_factory=set)
    """Sheet row numbers (1-based) that are hidden or filtered away."""
    merged: list[MergedRange] = field(default_factory=list)
    displays: dict[tuple[int, int], str] = field(default_factory=dict)
    date1904: bool = False
    visible: bool = True
    hidden_columns: set[int] = field(default_factory=set)
    """Columns (0-based) that are hidden; they are read all the same."""
    pictures: list[tuple[int, int]] = field(default_factory=list)
    """Cells (0-based) that hold a picture of WPS; they read as blank."""
    uncached: list[tuple[int, int]] = field(default_factory=list)
    """Formulas (0-based) whose result the file does not hold; they read as blank."""
    far: FarCells | None = None
    doubt: str = ""
    """A sentence where the file is damaged and only its values could be read."""
