"""A year of organisational life: what each organisation held, who was there, what was said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from . import texts, words
from .names import Ids
from .people import FRAIL, LOST, MOBILE, NORMAL, DemoPerson, Household
from .street import Branch, Row, first_day
from .texts import Subject

_NOT_HELD = 0.06
_LATE_ENTRY = 0.05
_LECTURE_ON_PARTY_DAY = 0.25
# Two meetings of one day do not overlap: nobody is at both at once.
_HOURS = {"DYDH": (8, 14), "ZTDR": (10, 16), "ZWH": (18, 18), "DXZH": (20, 20), "DK": (12, 12)}
_MINUTES = {"DYDH": (80, 120), "ZTDR": (60, 120), "ZWH": (40, 70), "DXZH": (40, 60), "DK": (50, 90)}
_PRESENCE = {NORMAL: (0.90, 0.98), FRAIL: (0.12, 0.97), MOBILE: (0.14, 0.95), LOST: (0.0, 0.0)}
"""By habit: below the first number present, below the second excused, else absent."""

_HOLIDAYS = {(1, d) for d in (1, 2, 3)} | {(5, d) for d in range(1, 6)} | {(10, d) for d in range(1, 9)}

_KNOWN_EXCUSES = {FRAIL: "年老体弱，送学上门", MOBILE: "在外流动，线上参加"}


@dataclass(slots=True)
class Days:
    """When an organisation met in the year: ordinals by kind; party days that also were the lecture."""

    held: dict[str, list[int]] = field(default_factory=dict)
    with_lecture: set[int] = field(default_factory=set)


class Calendar:
    """Sets the meeting days, so that admissions can be dated by the meeting that decided them."""

    def __init__(self, random: Random, on: date, base_date: date) -> None:
        self._random = random
        self._on = on
        self._first = on - timedelta(days=365)
        self._since = first_day(on, base_date)
        self._months = list(_months(self._first, on))

    def days(self, branch: Branch) -> Days:
        """The days on which the organisation met; some that were due were not held."""
        days = Days()
        fixed = self._random.randint(5, 25)
        days.held["DYDH"] = self._quarterly()
        days.held["ZTDR"] = self._monthly(fixed)
        days.held["DK"] = []
        for lecture in self._quarterly():
            if self._random.random() < _LECTURE_ON_PARTY_DAY and days.held["ZTDR"]:
                days.with_lecture.add(min(days.held["ZTDR"], key=lambda day: abs(day - lecture)))
            else:
                days.held["DK"].append(lecture)
        if branch.committee_planned:
            days.held["ZWH"] = self._monthly(max(2, fixed - 3))
        return days

    def group_days(self) -> list[int]:
        """The days on which one group met."""
        return self._monthly(self._random.randint(3, 27))

    def after_opening(self, days: Sequence[int]) -> list[int]:
        """Those days on which the records were already kept."""
        return [day for day in days if day > self._since.toordinal()]

    def _monthly(self, fixed: int) -> list[int]:
        found = []
        for month in self._months:
            day = _workday(month.replace(day=fixed))
            if self._first < day < self._on and self._random.random() >= _NOT_HELD:
                found.append(day.toordinal())
        return found

    def _quarterly(self) -> list[int]:
        found = []
        for month in self._months:
            if month.month % 3 != 1:
                continue
            day = _workday(month + timedelta(days=self._random.randint(4, 84)))
            if self._first < day < self._on and self._random.random() >= _NOT_HELD:
                found.append(day.toordinal())
        return found


def _months(first: date, last: date) -> Iterator[date]:
    """The first days of the months from a quarter's start before `first` up to `last`."""
    year, month = first.year, (first.month - 1) // 3 * 3 + 1
    while (year, month) <= (last.year, last.month):
        yield date(year, month, 1)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _workday(day: date) -> date:
    """The day itself, or one nearby that is neither a weekend nor in a long holiday."""
    if (day.month, day.day) in _HOLIDAYS:
        day += timedelta(days=8)
    return day - timedelta(days=max(0, day.weekday() - 4))


class Meetings:
    """Writes the meetings of one organisation after another."""

    def __init__(self, random: Random, ids: Ids, on: date, calendar: Calendar) -> None:
        self._random = random
        self._ids = ids
        self._on = on.toordinal()
        self._calendar = calendar

    def of(self, branch: Branch, household: Household, committee: Sequence[DemoPerson], days: Days) -> Iterator[Row]:
        """All meetings of the organisation and its groups, kind by kind in order of time."""
        for kind, held in days.held.items():
            counter = _Counter(held)
            for day in self._calendar.after_opening(held):
                people = household.standing(day)
                if kind == "ZWH":
                    people = [p for p in committee if p.first <= day <= p.last]
                row = self._meeting(branch, kind, day, people, committee, counter.number(day))
                if row is None:
                    continue
                if day in days.with_lecture and kind == "ZTDR":
                    row["also_kinds"] = "DK"
                if kind == "DYDH":
                    self._decisions(row, household, day)
                yield row
        for number, group in enumerate(branch.groups):
            held = self._calendar.group_days()
            counter = _Counter(held)
            for day in self._calendar.after_opening(held):
                people = [p for p in household.standing(day) if p.group == number]
                row = self._meeting(branch, "DXZH", day, people, people[:1], counter.number(day))
                if row is not None:
                    yield row | {"group": group}

    def _meeting(
        self,
        branch: Branch,
        kind: str,
        day: int,
        people: Sequence[DemoPerson],
        leaders: Sequence[DemoPerson],
        number: int,
    ) -> Row | None:
        random = self._random
        attendance, present = self._attendance(people, leaders)
        if len(present) < 2:
            return None
        chair = next((p for p in leaders if p in present), present[0])
        recorder = next((p for p in [*leaders[1:], *present] if p is not chair and p in present), chair)
        theme = random.choice(texts.THEMES[kind])
        hour = random.choice(_HOURS[kind])
        length = random.randrange(*_MINUTES[kind], 5)
        when = date.fromordinal(day).isoformat()
        row: Row = {
            "id": self._ids.new(),
            "meeting_kind": kind,
            "organisation": branch.id,
            "number": number,
            "title": theme.title,
            "started_at": f"{when}T{hour:02d}:00",
            "ended_at": f"{when}T{hour + length // 60:02d}:{length % 60:02d}",
            "place": f"{branch.place}{'党群服务中心' if branch.village else '党员活动室'}",
            "chair": chair.name,
            "recorder": recorder.name,
            "topics": theme.topics,
            "resolutions": theme.decided,
            "minutes": self._minutes(theme, chair, recorder, present),
            "entered_on": date.fromordinal(self._entered(day)).isoformat(),
            "attendance": attendance,
        }
        if kind == "ZWH" and random.random() < 0.2:
            row["guests"] = "党建联络员"
        return row

    def _attendance(self, people: Sequence[DemoPerson], leaders: Sequence[DemoPerson]) -> tuple[Row, list[DemoPerson]]:
        random = self._random.random
        attendance: Row = {}
        present: list[DemoPerson] = []
        usual = _PRESENCE[NORMAL][0]
        chair = leaders[0] if leaders else None
        for person in people:
            draw = random()
            # Most members are there most of the time: the short way first.
            if (draw < usual and person.habit == NORMAL) or person is chair:
                attendance[person.id] = {"presence": "present"}
                present.append(person)
                continue
            here, excused = _PRESENCE[person.habit]
            if draw < here:
                attendance[person.id] = {"presence": "present"}
                present.append(person)
            elif draw < excused:
                reason = _KNOWN_EXCUSES.get(person.habit) or words.EXCUSES[int(random() * len(words.EXCUSES))]
                attendance[person.id] = {"presence": "excused", "reason": reason}
            else:
                attendance[person.id] = {"presence": "absent"}
        return attendance, present

    def _minutes(self, theme: Subject, chair: DemoPerson, recorder: DemoPerson, present: Sequence[DemoPerson]) -> str:
        random = self._random
        a, b = random.sample(present, 2) if len(present) > 1 else (chair, recorder)
        lines = [random.choice(texts.OPENINGS)]
        told = random.sample(range(len(theme.said)), random.randint(2, len(theme.said)))
        lines += [theme.said[i] for i in sorted(told)]
        if random.random() < 0.7:
            lines.append(random.choice(texts.REMARKS))
        if random.random() < 0.6:
            lines.append(random.choice(texts.CLOSINGS))
        return "".join(lines).format(chair=chair.name, recorder=recorder.name, a=a.name, b=b.name)

    def _entered(self, day: int) -> int:
        random = self._random
        delay = random.randint(16, 70) if random.random() < _LATE_ENTRY else random.choice((0, 0, 1, 1, 2, 3, 5))
        return min(day + delay, self._on)

    @staticmethod
    def _decisions(row: Row, household: Household, day: int) -> None:
        """What the assembly of that day decided about persons: admissions and confirmations."""
        cases = [
            (p, texts.ADMISSION_TOPIC, texts.ADMISSION_SAID, texts.ADMISSION_DECIDED)
            for p in household.persons
            if p.joined == day
        ]
        cases += [
            (p, texts.CONFIRM_TOPIC, texts.CONFIRM_SAID, texts.CONFIRM_DECIDED)
            for p in household.persons
            if p.confirmed == day
        ]
        for person, topic, said, decided in cases:
            row["topics"] += "；" + topic.format(name=person.name)
            row["minutes"] += said.format(name=person.name)
            row["resolutions"] += decided.format(name=person.name)


class _Counter:
    """The running number of a meeting within its calendar year."""

    def __init__(self, held: Sequence[int]) -> None:
        self._held = sorted(held)
        first = date.fromordinal(self._held[0]) if self._held else date.max
        # Meetings of that year before the first known day are taken to have been held as often.
        months = max(1, round(12 / max(1, len(self._held))))
        self._year, self._before = first.year, (first.month - 1) // months

    def number(self, day: int) -> int:
        """Which meeting of its kind and year this was."""
        year = date.fromordinal(day).year
        before = sum(1 for d in self._held if d <= day and date.fromordinal(d).year == year)
        return before + (self._before if year == self._year else 0)
