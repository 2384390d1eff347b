"""Working days from a table of holidays; a day of a year that the table does not have is reckoned by its weekday."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

PROVISIONAL = "暂算：没有{years}年的放假安排，只除去了双休日"
"""What a sentence says of a count that only weekdays made."""

_DAY = timedelta(days=1)
_SATURDAY = 5
_MOST_DAYS = 366


class HolidayYear(NamedTuple):
    """One year's holidays: days off, the weekends on which people work, and where that is written."""

    year: int
    off: frozenset[date]
    on: frozenset[date]
    source: str


class Reckoned(NamedTuple):
    """A day or a number of days that was worked out, and the years for which nothing is known (none: it is sure)."""

    day: date
    days: int
    unknown: tuple[int, ...]

    @property
    def remark(self) -> str:
        """What has to be said beside it; empty where all years are known."""
        return PROVISIONAL.format(years="、".join(map(str, self.unknown))) if self.unknown else ""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The years that are known, by number."""

    years: Mapping[int, HolidayYear]

    def works(self, day: date) -> bool:
        """Whether a day is a working day."""
        known = self.years.get(day.year)
        if known is not None and day in known.on:
            return True
        return day.weekday() < _SATURDAY and (known is None or day not in known.off)

    def after(self, day: date, count: int) -> Reckoned:
        """The working day that is `count` working days after a day (0: the day itself, or the next that works)."""
        found, left = day, count
        while left > 0 or not self.works(found):
            found += _DAY
            left -= self.works(found)
        return Reckoned(found, count, self._unknown(day, found))

    def between(self, first: date, last: date) -> Reckoned:
        """How many working days lie after `first` until `last`, it included; 0 where `last` is not later."""
        count = sum(self.works(day) for day in _days(first + _DAY, last))
        return Reckoned(last, count, self._unknown(first, last))

    def _unknown(self, first: date, last: date) -> tuple[int, ...]:
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def with_years(self, more: Iterable[HolidayYear]) -> WorkCalendar:
        """The same with other years put in or in place of those that are there."""
        return WorkCalendar({**self.years, **{each.year: each for each in more}})


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY


def read_years(text: str) -> list[HolidayYear]:
    """The years of a holiday table in TOML; raises `ValueError` with a Chinese phrase."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"at line (\d+)", str(fault))
        raise ValueError(f"放假安排不能用：{f'第{line[1]}行' if line else '最后一行'}不是正确的 TOML") from None
    years = tables.get("year", [])
    if not isinstance(years, list) or not all(isinstance(table, dict) for table in years):
        raise ValueError("放假安排里每一年要写成 [[year]] 开头的一段")
    return [holiday_year(table) for table in years]


def holiday_year(table: Mapping[str, Any]) -> HolidayYear:
    """One year: `year`, `off` (days or `first/last`), `on`, `source`; raises `ValueError` with a Chinese phrase."""
    year = table.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1949 <= year <= 2999:
        raise ValueError("放假安排要写明是哪一年")
    source = str(table.get("source") or "").strip()
    if not source:
        raise ValueError(f"{year}年的放假安排要写明依据（通知的名称和文号）")
    off, on = (frozenset(_listed(year, table.get(key, ()))) for key in ("off", "on"))
    if not off:
        raise ValueError(f"{year}年的放假安排里一天假也没有")
    if both := sorted(off & on):
        raise ValueError(f"{both[0].isoformat()} 又放假又上班")
    if weekday := sorted(day for day in on if day.weekday() < _SATURDAY):
        raise ValueError(f"{weekday[0].isoformat()} 不是双休日，不用写成调休上班")
    return HolidayYear(year, off, on, source)


def _listed(year: int, texts: object) -> Iterator[date]:
    if not isinstance(texts, list | tuple):
        raise ValueError(f"{year}年的日期要写在方括号里")
    for text in texts:
        first, _, last = str(text).partition("/")
        try:
            begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
        except ValueError:
            raise ValueError(f"日期“{text}”看不懂，请写成 2026-10-01 或 2026-10-01/2026-10-07") from None
        if begin.year != year or end.year != year:
            raise ValueError(f"日期“{text}”不在{year}年")
        if not begin <= end or (end - begin).days > _MOST_DAYS:
            raise ValueError(f"日期“{text}”的起止颠倒")
        yield from _days(begin, end)
