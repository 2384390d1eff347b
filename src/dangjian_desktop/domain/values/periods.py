"""Reporting periods: a year, a quarter or a month, and the part of it that has already passed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dangjian_desktop.base.errors import UsageError, UserError

from .partial_dates import last_day

_TEXT = re.compile(r"(?a)(\d{4})(?:[Qq]([1-4])|-(0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole months, both days inclusive; `text` is what the person asked for (`2026Q3`)."""

    text: str
    start: date
    end: date

    @property
    def label(self) -> str:
        """How the period is printed: 2026年, 2026年第3季度, 2026年9月."""
        if "Q" in self.text:
            return f"{self.start.year}年第{self.text[-1]}季度"
        return f"{self.start.year}年{self.start.month}月" if "-" in self.text else f"{self.start.year}年"

    def as_of(self, on: date) -> date:
        """The day that a report of this period describes: its last day, but never a day after `on`.

        Raises `UserError` (`period_future`) for a period that has not begun by `on`.
        """
        if on < self.start:
            raise UserError(
                "period_future",
                f"{self.label}还没有开始，没有数据可统计。",
                effect="没有生成任何内容。",
                advice="请选择今天或今天以前的期间。",
            )
        return min(self.end, on)

    @property
    def eve(self) -> date:
        """The day before the period: its opening numbers are those of this day."""
        return self.start - timedelta(days=1)

    def months(self) -> list[Period]:
        """The months of the period in order."""
        return [parse_period(f"{self.start.year}-{month:02d}") for month in range(self.start.month, self.end.month + 1)]

    def quarters(self) -> list[Period]:
        """The quarters that the period touches, in order."""
        first, last = (self.start.month - 1) // 3 + 1, (self.end.month - 1) // 3 + 1
        return [parse_period(f"{self.start.year}Q{number}") for number in range(first, last + 1)]


def parse_period(text: str) -> Period:
    """Read `2026`, `2026Q3` or `2026-09`; raises `UsageError` (`bad_period`) for anything else."""
    match = _TEXT.fullmatch(text.strip())
    if match is None or match[1] < "1900":
        raise UsageError(
            "bad_period", f"“{text}”不是期间。", effect="没有统计。", advice="请写成 2026、2026Q3 或 2026-09。"
        )
    year, quarter, month = int(match[1]), match[2], match[3]
    first, count = (int(quarter) * 3 - 2, 3) if quarter else (int(month), 1) if month else (1, 12)
    end = last_day(f"{year:04d}-{first + count - 1:02d}")
    return Period(text.strip().upper(), date(year, first, 1), end)


def year_of(day: date) -> Period:
    """The calendar year that holds `day`."""
    return parse_period(f"{day.year:04d}")


def quarter_of(day: date) -> Period:
    """The quarter that holds `day`."""
    return parse_period(f"{day.year:04d}Q{(day.month - 1) // 3 + 1}")


def a_year_before(period: Period) -> Period:
    """The same period of the year before."""
    return parse_period(f"{period.start.year - 1:04d}{period.text[4:]}")


def recent_quarters(day: date, count: int = 5) -> list[Period]:
    """The quarter of `day` and those before it, newest first, for a list to choose from."""
    found = [quarter_of(day)]
    while len(found) < count:
        found.append(quarter_of(found[-1].eve))
    return found
