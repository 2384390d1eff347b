"""How people are sorted into the bands of the statistics: age, education, joining period."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dangjian_desktop.domain.values.partial_dates import age_on

AGE_SCHEME = "党员基本情况（年报，10档）"
OLDEST = 200
"""Ages from here on are a slip of the pen."""


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
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Bands:
    """The shipped cut points; every look-up answers with a position in its list, or None where nothing fits."""

    ages: tuple[AgeBand, ...]
    periods: tuple[JoiningPeriod, ...]
    education: tuple[str, ...]
    education_of: dict[str, int]
    college: frozenset[str]
    _age_band: tuple[int, ...]
    _spans: tuple[tuple[str, str], ...]

    def age_band(self, age: int | None) -> int | None:
        """The band of an age; None for an unknown or impossible one."""
        if age is None or not 0 <= age < len(self._age_band):
            return None
        return self._age_band[age]

    def joining_period(self, joined_on: str | None) -> int | None:
        """The period of a joining date; a date known to the month or year counts from its first day."""
        if not joined_on:
            return None
        # Partial dates sort as text once they are filled up to their first day.
        text = (joined_on + "-01-01")[:10]
        for index, (start, end) in enumerate(self._spans):
            if start <= text <= end:
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
        JoiningPeriod(row["label"], row["start_inclusive"] or None, row["end_inclusive"] or None)
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
        tuple((period.start or "", period.end or "9") for period in periods),
    )


def age(birth_on: str | None, day: date) -> int | None:
    """Full years of age on `day`, as `partial_dates.age_on`; None where the birth date is missing or impossible."""
    if not birth_on:
        return None
    if birth_on.endswith("-02-29"):
        years = age_on(birth_on, day) or 0
    else:
        # The same by text, because it is asked for tens of thousands of birthdays at once.
        years = day.year - int(birth_on[:4]) - ((birth_on + "-01-01")[5:10] > day.isoformat()[5:])
    return years if 0 <= years < OLDEST else None


def _by_age(ages: Sequence[AgeBand]) -> tuple[int, ...]:
    return tuple(
        next(index for index, band in enumerate(ages) if band.least <= years <= band.most) for years in range(OLDEST)
    )


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
