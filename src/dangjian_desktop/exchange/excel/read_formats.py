"""Number formats: which make a number a date, and which show less, or more, than the stored value says."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum


class Shown(Enum):
    """What a format leaves of a value, where that changes how a date is read."""

    YEAR = "year"
    MONTH = "month"
    TWO_DECIMALS = "two decimals"


class NumberKind(Enum):
    """What a format makes of a number."""

    DATE = "date"
    SPAN = "span"


# Built-in formats by number, as Chinese Excel and WPS show them.
BUILT_IN = {2: Shown.TWO_DECIMALS, 4: Shown.TWO_DECIMALS} | dict.fromkeys((17, 27, 36, 50, 52, 57), Shown.MONTH)
BUILT_IN_KINDS = dict.fromkeys((*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)), NumberKind.DATE) | {
    46: NumberKind.SPAN
}

_SILENT = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]|\*.')
_SPAN = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)


def _bare(code: str) -> str:
    """The first section of a format without literal text, colours and the exponents of numbers."""
    bare = _SILENT.sub("", code.split(";", 1)[0]).lower()
    return re.sub(r"general|e[+-]", "", bare)


def kind_of(code: str) -> NumberKind | None:
    """Whether a format code shows a number as a date or a time (or as a span such as `[h]:mm`); None for numbers."""
    if _SPAN.search(code):
        return NumberKind.SPAN
    # A lone "e" is the year as Chinese Excel writes it.
    return NumberKind.DATE if re.search("[ymdhse]", _bare(code).replace("am/pm", "h")) else None


def shown_as(code: str) -> Shown | None:
    """How a format code shortens a date to its month or year, or keeps two decimals; None for all others."""
    bare = _bare(code)
    if "y" in bare or "e" in bare:
        if re.search("[dhs]", bare):
            return None
        # Some write January as a word of their own: yyyy"年元月".
        return Shown.MONTH if "m" in bare or "月" in code else Shown.YEAR
    return Shown.TWO_DECIMALS if re.fullmatch(r"[#,]*0\.00", bare.strip()) else None


def shown_text(shown: Shown, value: object) -> str | None:
    """The text that matters for reading `value` as a date, or None where the format says nothing of use.

    A month that is shown stays a month, but only where nobody typed a day that the format then hid.
    """
    if isinstance(value, date):
        if shown is Shown.MONTH and value.day == 1:
            return f"{value.year}-{value.month:02d}"
        return str(value.year) if shown is Shown.YEAR and (value.month, value.day) == (1, 1) else None
    if shown is Shown.TWO_DECIMALS and isinstance(value, float) and 1900 <= value < 2100 and not value.is_integer():
        return f"{value:.2f}"
    return None
