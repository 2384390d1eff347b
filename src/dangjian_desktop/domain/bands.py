"""How people are sorted into the bands of the statistics: age, education, joining period."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .partial_dates import age_on, first_day

AGE_SCHEME = "党员基本情况（年报，10档）"
_OLDEST = 200


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Ages from `least` to `most`, both inclusive."""

    label: str
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class JoiningPeriod:
    """Joining dates between two days, both inclusive; an open end is None."""

    label: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Bands:
    """The shipped cut points; every look-up answers with a position in its list, or None where nothing fits."""

    ages: tuple[AgeBand, ...]
    periods: tuple[JoiningPeriod, ...]
    education: tuple[str, ...]
    education_of: dict[str, int]
    college: frozenset[str]
    _age_band: tuple[int, ...] = field(default=())

    def age_band(self, age: int | None) -> int | None:
        """The band of an age; None for an unknown or impossible one."""
        if age is None or not 0 <= age < len(self._age_band):
            return None
        return self._age_band[age]

    def joining_period(self, joined_on: str | None) -> int | None:
        """The period of a joining date; a date known to the month or year counts from its first day."""
        if not joined_on:
            return None
        day = first_day(joined_on)
        for index, period in enumerate(self.periods):
            if (period.start is None or period.start <= day) and (period.end is None or day <= period.end):
                return index
        return None


def load(folder: Path) -> Bands:
    """Read the bands from `folder` (`resource("codes")`)."""
    ages = tuple(
        AgeBand(row["label"], int(row["min_age"]), int(row["max_age"]))
        for row in _read(folder / "age_bands.csv")
        if row["scheme"] == AGE_SCHEME
    )
    periods = tuple(
        JoiningPeriod(row["label"], _day(row["start_inclusive"]), _day(row["end_inclusive"]))
        for row in _read(folder / "joining_periods.csv")
    )
    study = _read(folder / "education.csv")
    groups = tuple(dict.fromkeys(row["stat_group"] for row in study))
    return Bands(
        ages,
        periods,
        groups,
        {row["code"]: groups.index(row["stat_group"]) for row in study},
        frozenset(row["code"] for row in study if row["junior_college_or_above"] == "是"),
        _by_age(ages),
    )


def age(birth_on: str | None, day: date) -> int | None:
    """Full years of age on `day`; None when the birth date is missing or cannot be right."""
    years = age_on(birth_on, day)
    return years if years is not None and 0 <= years < _OLDEST else None


def _by_age(ages: Sequence[AgeBand]) -> tuple[int, ...]:
    return tuple(
        next(index for index, band in enumerate(ages) if band.least <= years <= band.most) for years in range(_OLDEST)
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
