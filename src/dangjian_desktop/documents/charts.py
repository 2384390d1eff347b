"""Charts for paper: told apart without colour, every value printed on them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Series beyond this many cannot be told apart in black and white.
MOST_SERIES = 4
_STEPS = (1, 2, 2.5, 5, 10)


class ChartKind(StrEnum):
    """How values are drawn."""

    COLUMNS = "columns"  # upright bars side by side: age and education structure, quarters
    ROWS = "rows"  # lying bars, one row each, over several pages if need be: members by organisation
    LINES = "lines"  # change over time


@dataclass(frozen=True, slots=True)
class Series:
    """Values of one kind, one for each category; None where there is none. A whole value is printed as such."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of at most four series; `height` is that of the drawing in millimetres (rows take what they need).

    Raises `ValueError` where a series has not one value for each category, a value is negative, or there are more
    series than can be told apart.
    """

    kind: ChartKind
    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: str = ""
    height: float = 70.0
    sheet: str = ""

    def __post_init__(self) -> None:
        if not 1 <= len(self.series) <= MOST_SERIES:
            raise ValueError(f"a chart has 1 to {MOST_SERIES} series")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"series {series.name} has not one value for each category")
            if any(value is not None and value < 0 for value in series.values):
                raise ValueError(f"series {series.name} has a negative value")

    @property
    def most(self) -> float:
        """The largest value, 0 where there is none."""
        return max((value for series in self.series for value in series.values if value is not None), default=0)

    @property
    def least(self) -> float:
        """The smallest value, 0 where there is none."""
        return min((value for series in self.series for value in series.values if value is not None), default=0)

    def texts(self) -> Iterator[str]:
        """Every text on it."""
        yield from (self.title, self.unit, self.note, *self.categories)
        yield from (series.name for series in self.series)


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of values: where it begins and ends, and the values that are marked on it."""

    low: float
    high: float
    marks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where a value stands between the axis' ends, 0 to 1."""
        return (value - self.low) / (self.high - self.low)


def scale_of(chart: Chart) -> Scale:
    """Round marks that hold every value; bars begin at 0, lines near their least value where that is far from 0."""
    low = chart.least if chart.kind is ChartKind.LINES and chart.least > 0.6 * chart.most else 0.0
    step = _step(max(chart.most - low, 1.0) / 4)
    # Counts are whole: no marks between them.
    if all(float(value).is_integer() for series in chart.series for value in series.values if value is not None):
        step = max(1.0, math.ceil(step))
    first = math.floor(low / step) if low else 0
    # Points lie above the axis, not on it.
    if low and first * step >= low:
        first -= 1
    last = max(math.ceil(chart.most / step), first + 1)
    if low and chart.least == chart.most:
        last += 1
    marks = tuple(index * step for index in range(first, last + 1))
    return Scale(marks[0], marks[-1], marks)


def value_text(value: float | None) -> str:
    """A value as it is printed: 2126, 38.2."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else f"{value:.1f}"


def _step(rough: float) -> float:
    power = float(10.0 ** math.floor(math.log10(rough)))
    return next(each * power for each in _STEPS if each * power >= rough - 1e-9)
