"""A sheet as it lies in a file: the one shape that every format is read into."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged block by 0-based row and column, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One sheet as it lies in the file; `rows[0]` is the sheet's row 1 and `row[0]` its column A.

    Merged blocks carry their value in the upper left cell only. `displays` holds, by 0-based row and column, what
    the sheet shows where the stored value alone would mislead: `2021-07` for a day typed as a month, `2021.10` for
    the number 2021.1. A broken formula's cell holds its error text, such as `#REF!`.
    """

    name: str
    rows: list[list[object]]
    hidden_rows: set[int] = field(default_factory=set)
    """Sheet row numbers (1-based) that are hidden or filtered away."""
    merged: list[MergedRange] = field(default_factory=list)
    displays: dict[tuple[int, int], str] = field(default_factory=dict)
    date1904: bool = False
    visible: bool = True
