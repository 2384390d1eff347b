"""How a superior's form looks on the sheet: widths, heights, alignment, type and lines, for drawing it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from .form_sheets import CellStyle, Place, Value, shown

CHARACTER = 7.0
"""Pixels of one character of width at 96 dots an inch, as sheets count column widths."""

_FIRST_DAYS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|(yyyy|yy|e|mm|m|dd|d)|([^;])', re.IGNORECASE)
_DECIMALS = re.compile(r"\.(0+)")


class CellLook(NamedTuple):
    """The look of a cell: words as sheets use them for alignment, a colour as `RRGGBB` or empty for none."""

    horizontal: str = ""
    vertical: str = "bottom"
    wrap: bool = False
    bold: bool = False
    size: float = 11.0
    colour: str = ""
    fill: str = ""
    bordered: bool = False


@dataclass
class SheetLook:
    """One sheet: column widths in pixels and row heights in points (0 for hidden), and the look of its cells."""

    columns: Mapping[int, float] = field(default_factory=dict)
    rows: Mapping[int, float] = field(default_factory=dict)
    column_width: float = 8.43 * CHARACTER + 5
    row_height: float = 15.0
    styles: Mapping[Place, int] = field(default_factory=dict)
    looks: Sequence[CellLook] = ()

    def look(self, place: Place) -> CellLook:
        """The look of a cell; one that the file does not mention is plain."""
        number = self.styles.get(place, 0)
        return self.looks[number] if number < len(self.looks) else CellLook()


def serial_of(day: date, *, date1904: bool) -> int:
    """A day as a sheet stores it."""
    return (day - _FIRST_DAYS[date1904]).days


def day_of(serial: int, *, date1904: bool) -> date:
    """The day that a sheet stores so."""
    return _FIRST_DAYS[date1904] + timedelta(serial)


def displayed(value: Value, style: CellStyle, *, date1904: bool = False) -> str:
    """A value as its cell shows it, near enough for a look at the sheet; the stored value never changes by it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if value is None or isinstance(value, str):
        return value or ""
    if style.kind == "date" and 0 < value < 2_958_466:
        return _as_date(day_of(int(value), date1904=date1904), style.code)
    decimals = _DECIMALS.search(style.code.split(";", 1)[0])
    places = len(decimals[1]) if decimals else 0
    if style.kind == "percent":
        return f"{value * 100:.{places}f}%"
    comma = "," if "#,##0" in style.code else ""
    if decimals or comma or style.code.startswith("0"):
        return f"{value:{comma}.{places}f}"
    return shown(value)


def _as_date(day: date, code: str) -> str:
    parts = {"yyyy": f"{day.year}", "e": f"{day.year}", "yy": f"{day.year % 100:02d}"}
    parts |= {"mm": f"{day.month:02d}", "m": f"{day.month}", "dd": f"{day.day:02d}", "d": f"{day.day}"}
    found = []
    for match in _LITERAL.finditer(code.split(";", 1)[0]):
        quoted, escaped, part, other = match.groups()
        found.append(quoted or escaped or (parts[part.lower()] if part else other or ""))
    text = "".join(found)
    return text if any(sign.isdigit() for sign in text) else day.isoformat()
