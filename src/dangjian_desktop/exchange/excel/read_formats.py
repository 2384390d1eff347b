"""Number formats that show less, or more, than the stored value says."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum


class Shown(Enum):
    """What a format leaves of a value, where that changes how a date is read."""

    YEAR = "year"
    MONTH = "month"
    TWO_DECIMALS = "two decimals"


# Built-in formats by number, as Chinese Excel and WPS show them.
BUILT_IN = {2: Shown.TWO_DECIMALS, 4: Shown.TWO_DECIMALS} | dict.fromkeys((17, 27, 50, 52, 55, 57), Shown.MONTH)

_SILENT = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|\*.')


def shown_as(code: str) -> Shown | None:
    """How a format code shortens a date to its month or year, or keeps two decimals; None for all others."""
    code = _SILENT.sub("", code.split(";", 1)[0]).lower()
    # A lone "e" is the year as Chinese Excel writes it; the one of General or of 0.00E+00 is not.
    if "y" in code or "e" in re.sub(r"general|e[+-]", "", code):
        if re.search("[dhs]", code):
            return None
        return Shown.MONTH if "m" in code else Shown.YEAR
    return Shown.TWO_DECIMALS if re.fullmatch(r"[#,]*0\.00", code.strip()) else None


def shown_text(shown: Shown, value: object) -> str | None:
    """The text that matters for reading `value` as a date, or None where the format says nothing of use."""
    if isinstance(value, date):
        if shown is Shown.MONTH:
            return f"{value.year}-{value.month:02d}"
        return str(value.year) if shown is Shown.YEAR else None
    if shown is Shown.TWO_DECIMALS and isinstance(value, float) and 1900 <= value < 2100 and not value.is_integer():
        return f"{value:.2f}"
    return None
