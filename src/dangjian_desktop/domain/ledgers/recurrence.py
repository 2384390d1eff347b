"""What comes again: weekly on a day, on days ending in 8, monthly, quarterly, yearly; and which times were missed.

An occurrence is a window: the one day that is fixed, or the week, month, quarter or year in which once is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day
from dangjian_desktop.domain.values.working_days import WorkCalendar

WEEK, DIGIT, MONTH, QUARTER, YEAR = "week", "digit", "month", "quarter", "year"
EVERY = {WEEK: "每周", DIGIT: "逢", MONTH: "每月", QUARTER: "每季度", YEAR: "每年"}
KEEP, SKIP, NEXT = "keep", "skip", "next"
SHIFTS = {KEEP: "照常", SKIP: "不办", NEXT: "顺延到下一个工作日"}
_DAY = timedelta(days=1)
_QUARTERS = "一二三四"
_MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}


class Occurrence(NamedTuple):
    """One time: from `first` to `last` (both included); `unknown` are years whose holidays are not known."""

    first: date
    last: date
    label: str
    unknown: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often something is due, and for whom.

    `on` fixes the day: of the week (1 to 7), of the month (the last one where it is shorter), the last digit of the
    day (8: the 8th, 18th and 28th). Without it once in the period is enough, until its day `until` (`15`, yearly
    `04-05`) where that is named. `slack_days` later still counts. `each` names for whom (as in `who_has_none`), `by`
    and `dated_by` the columns that tell whose entry it is and when; it is expected from `since` on.
    """

    key: str
    label: str
    every: str
    on: int | None = None
    until: str | None = None
    on_holiday: str = KEEP
    slack_days: int = 0
    each: str = ""
    by: str = "organisation"
    dated_by: str | None = None
    since: str | None = None
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def occurrences(self, start: date, end: date, calendar: WorkCalendar) -> list[Occurrence]:
        """The times whose window begins between two days (both included), in order."""
        begin = max(start, first_day(self.since)) if self.since else start
        return [one for one in self._all(begin, end, calendar) if begin <= one.first <= end]

    def _all(self, start: date, end: date, calendar: WorkCalendar) -> Iterator[Occurrence]:
        if self.on is None or self.every in (QUARTER, YEAR):
            yield from self._windows(start, end)
            return
        # A day before the span may be put off into it.
        day = start - timedelta(days=31)
        while day <= end:
            if self._falls_on(day):
                yield from self._shifted(day, calendar)
            day += _DAY

    def _falls_on(self, day: date) -> bool:
        match self.every:
            case "week":
                return day.isoweekday() == self.on
            case "digit":
                return day.day % 10 == self.on
        wanted = self.on or 0
        return day.day == wanted or (day.day < wanted and (day + _DAY).month != day.month)

    def _shifted(self, day: date, calendar: WorkCalendar) -> Iterator[Occurrence]:
        unknown = () if self.on_holiday == KEEP or day.year in calendar.years else (day.year,)
        if self.on_holiday != KEEP and not calendar.works(day):
            if self.on_holiday == SKIP:
                return
            moved = calendar.after(day, 0)
            yield Occurrence(moved.day, moved.day, f"{_said(day)}（顺延至{_said(moved.day)}）", moved.unknown)
            return
        yield Occurrence(day, day, _said(day), unknown)

    def _windows(self, start: date, end: date) -> Iterator[Occurrence]:
        if self.every == WEEK:
            first = start - timedelta(days=start.weekday())
            while first <= end:
                last = first + timedelta(days=6)
                yield Occurrence(first, last, f"{_said(first)}至{_said(last)}")
                first = last + _DAY
            return
        months = _MONTHS[self.every]
        first = start.replace(month=(start.month - 1) // months * months + 1, day=1)
        while first <= end:
            following = add_months(first, months)
            yield Occurrence(first, self._last(first, following - _DAY), self._period(first))
            first = following

    def _last(self, first: date, last: date) -> date:
        if self.until is None:
            return last
        if self.every == YEAR:
            month, _, day = self.until.partition("-")
            return last_day(f"{first.year}-{int(month):02d}").replace(day=int(day))
        of = last_day(last.isoformat()[:7]) if self.every == QUARTER else last
        return of.replace(day=min(int(self.until), of.day))

    def _period(self, first: date) -> str:
        match self.every:
            case "month":
                return f"{first.year}年{first.month}月"
            case "quarter":
                return f"{first.year}年第{_QUARTERS[(first.month - 1) // 3]}季度"
        return f"{first.year}年"

    def missed(self, days: Iterable[str], expected: Sequence[Occurrence], today: date) -> list[Occurrence]:
        """Those of `expected` that are over and that none of `days` (partial dates) can be."""
        spans = sorted((first_day(day), last_day(day)) for day in days)
        slack = timedelta(days=self.slack_days)
        over = [one for one in expected if one.last + slack < today]
        return [one for one in over if not any(_meets(one, slack, *span) for span in spans)]

    def holds(self, one: Occurrence, days: Iterable[str]) -> bool:
        """Whether one of `days` (partial dates) can be this time."""
        slack = timedelta(days=self.slack_days)
        return any(_meets(one, slack, first_day(day), last_day(day)) for day in days)

    def next_due(self, days: Iterable[str], expected: Sequence[Occurrence], today: date) -> Occurrence | None:
        """The first of `expected` that is not over yet and that has not been held."""
        spans = [(first_day(day), last_day(day)) for day in days]
        slack = timedelta(days=self.slack_days)
        open_ones = (one for one in expected if one.last + slack >= today)
        return next((one for one in open_ones if not any(_meets(one, slack, *span) for span in spans)), None)


def _meets(one: Occurrence, slack: timedelta, first: date, last: date) -> bool:
    return first <= one.last + slack and last >= one.first


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"


def read_recurrence(table: Mapping[str, Any]) -> Recurrence:
    """One recurrence from its part of a template, columns not yet looked at; raises `ValueError`."""
    strange = sorted(set(table) - set(Recurrence.__dataclass_fields__))
    if strange:
        raise ValueError(f"周期里不认识“{strange[0]}”")
    for key in ("key", "label", "every"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise ValueError(f"周期缺少“{key}”")
    where = {name: tuple(wanted) for name, wanted in table.get("where", {}).items()}
    made = Recurrence(**{**table, "where": where})
    named = f"周期“{made.label}”"
    if made.every not in EVERY:
        raise ValueError(f"{named}的 every 只能是{'、'.join(EVERY)}")
    if made.on_holiday not in SHIFTS:
        raise ValueError(f"{named}的 on_holiday 只能是{'、'.join(SHIFTS)}")
    if not isinstance(made.slack_days, int) or made.slack_days < 0:
        raise ValueError(f"{named}的 slack_days 要写不小于0的天数")
    _check_day(made, named)
    if made.since is not None:
        try:
            first_day(made.since)
        except (ValueError, AttributeError):
            raise ValueError(f"{named}的 since 要写日期，如 2026-01") from None
    return made


def _check_day(made: Recurrence, named: str) -> None:
    span = {WEEK: (1, 7), DIGIT: (0, 9), MONTH: (1, 31)}.get(made.every)
    if made.on is not None:
        if span is None:
            raise ValueError(f"{named}每季度、每年的不写 on，请写 until")
        if not isinstance(made.on, int) or not span[0] <= made.on <= span[1]:
            raise ValueError(f"{named}的 on 要写 {span[0]} 到 {span[1]} 的数")
    elif made.every == DIGIT:
        raise ValueError(f"{named}逢几办要写 on")
    if made.until is None:
        return
    try:
        if made.every == YEAR:
            date.fromisoformat(f"2001-{made.until}")
        elif made.every == WEEK or made.on is not None or not 1 <= int(made.until) <= 31:
            raise ValueError
    except ValueError:
        raise ValueError(f"{named}的 until 写不对：每月、每季写几号（“15”），每年写“04-05”，写了 on 的不写") from None
