"""Which meetings were due in a period, which were held and which were not (三会一课、主题党日)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import or_
from typing import NamedTuple

from dangjian_desktop.domain.figures.census import (
    BRANCHES,
    GROUP_KIND,
    Census,
    MeetingRow,
    OrganisationRow,
    Snapshot,
    exists,
    is_actual,
)
from dangjian_desktop.domain.records.spans import OnDay, former_on
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.domain.values.periods import Period

from .head_counts import HeadCounts

HELD, MISSED, NOT_DUE = "held", "missed", "not_due"
_NONE: Mapping[int, int] = {}


class MeetingRule(NamedTuple):
    """One kind of meeting with how often it is due: `month` or `quarter`; `local` where no regulation says so."""

    kind: str
    label: str
    every: str
    local: bool = False


RULES = (
    MeetingRule("DYDH", "支部党员大会", "quarter"),
    MeetingRule("ZWH", "支部委员会会议", "month"),
    MeetingRule("DXZH", "党小组会", "month"),
    MeetingRule("DK", "党课", "quarter", local=True),
    MeetingRule("ZTDR", "主题党日", "month"),
)


class DutySlot(NamedTuple):
    """One month or quarter of one unit: how many meetings were held, and whether one was due by then."""

    period: str
    held: int
    state: str


class DutyLine(NamedTuple):
    """One unit's period for one kind of meeting: slots in which one was due, and those of them where it was held.

    `asked` tells the slots in which one is due, the running one too, where the unit is asked by what it is on the day.
    """

    unit: str
    branch: str
    slots: tuple[DutySlot, ...]
    due: int
    done: int
    asked: tuple[bool, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of meeting in the period: a line for every unit that it applies to, and the meetings behind."""

    rule: MeetingRule
    periods: tuple[Period, ...]
    lines: Sequence[DutyLine]
    meetings: Sequence[str]

    @property
    def due(self) -> int:
        """Meetings due: one for each unit and month or quarter."""
        return sum(line.due for line in self.lines)

    @property
    def done(self) -> int:
        """Those of them that were held."""
        return sum(line.done for line in self.lines)

    def in_slot(self, place: int) -> tuple[list[str], list[str]]:
        """Units asked for a meeting in one month or quarter, also in the running one, and those of them without."""
        due = [line for line in self.lines if line.asked[place]]
        return [line.unit for line in due], [line.unit for line in due if not line.slots[place].held]

    def units(self, *, missing: bool) -> list[str]:
        """Units to which the meeting applied, all of them or only those that missed one."""
        return [line.unit for line in self.lines if line.due and (not missing or line.done < line.due)]


def duties(snapshot: Snapshot, census: Census, period: Period, *, base_date: date, committee_from: int) -> list[Duty]:
    """What was due and held from the period's start to the census day.

    A month or quarter is due only when it has ended by that day and began on 建账日 or later, after the unit was
    founded and before it was dissolved; temporary and functional branches and branches without committee or groups
    are left out where the rule does not reach them (meetings.md §1). Each is judged by its own last day: a branch
    that had nobody then is not asked, nor one without a committee for meetings of the committee. `committee_from` is
    the number of full members from which a branch has one where nobody said.
    """
    held: dict[str, dict[str | None, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    numbered: dict[str, dict[str, None]] = defaultdict(dict)
    for meeting in snapshot.meetings:
        if not (period.start <= meeting.day <= census.day and census.within(meeting.organisation)):
            continue
        for kind in meeting.kinds:
            held[kind][_unit_of(meeting, kind)][meeting.day.month] += 1
            numbered[kind][meeting.id] = None
    units = _standing(census, period)
    spans_of = {"month": period.months(), "quarter": period.quarters()}
    judged = [span for spans in spans_of.values() for span in spans if _over(span, base_date, census.day)]
    counts = HeadCounts(snapshot, census, min((span.start for span in judged), default=census.day))
    asked = _Asked(snapshot, counts, committee_from)
    found = []
    for rule in RULES:
        spans = spans_of[rule.every]
        ended = [_over(span, base_date, census.day) for span in spans]
        lines = []
        for unit in units:
            if not _reaches(rule, unit):
                continue
            due = [
                over and _lives_through(unit, span) and asked(rule, unit, span)
                for span, over in zip(spans, ended, strict=True)
            ]
            today = _stays_asked(rule, unit, census, asked)
            if any(due) or today:
                slots = _slots(spans, due, held[rule.kind].get(unit.id, _NONE))
                running = [
                    today and _runs(span, base_date, census.day) and _lives_through(unit, span) for span in spans
                ]
                lines.append(_line(unit, census, slots, tuple(map(or_, due, running))))
        found.append(Duty(rule, tuple(spans), lines, list(numbered[rule.kind])))
    return found


def _over(span: Period, base_date: date, day: date) -> bool:
    return base_date <= span.start and span.end <= day


def _runs(span: Period, base_date: date, day: date) -> bool:
    return base_date <= span.start <= day < span.end


def _line(unit: OrganisationRow, census: Census, slots: tuple[DutySlot, ...], asked: tuple[bool, ...]) -> DutyLine:
    due = sum(slot.state != NOT_DUE for slot in slots)
    done = sum(slot.state == HELD for slot in slots)
    return DutyLine(unit.id, census.tree.branch_of(unit.id) or unit.id, slots, due, done, asked)


def _standing(census: Census, period: Period) -> list[OrganisationRow]:
    """Established units of the scope that had not been dissolved when the period began."""
    units = (census.tree.nodes[unit] for unit in census.tree.ordered if census.within(unit))
    return [
        unit
        for unit in units
        if is_actual(unit) and (not unit.dissolved_on or last_day(unit.dissolved_on) >= period.start)
    ]


def _unit_of(meeting: MeetingRow, kind: str) -> str | None:
    return (meeting.group or meeting.organisation) if kind == "DXZH" else meeting.organisation


def _reaches(rule: MeetingRule, unit: OrganisationRow) -> bool:
    """Whether a rule speaks of this kind of unit: groups, or branches and what holds members like one."""
    return (unit.kind == GROUP_KIND) if rule.kind == "DXZH" else (unit.kind in BRANCHES or unit.kind in ("611", "621"))


class _Asked:
    """Whether a unit is asked for a meeting of a month or quarter, by what it was on its last day."""

    def __init__(self, snapshot: Snapshot, counts: HeadCounts, committee_from: int) -> None:
        self._history, self._counts, self._from = snapshot.history, counts, committee_from

    def __call__(self, rule: MeetingRule, unit: OrganisationRow, span: Period) -> bool:
        if rule.kind == "DXZH":
            return True
        return self.on(rule, unit, _judged_on(unit, span))

    def on(self, rule: MeetingRule, unit: OrganisationRow, day: date) -> bool:
        """The same by what it was on a day."""
        everyone, full = self._counts.on(day)
        if not everyone.get(unit.id):
            return False
        if rule.kind != "ZWH":
            return True
        committee, past = unit.committee, self._history.get(unit.id)
        if past:
            committee = former_on(past, OnDay.of(day)).get("committee", committee)
        return bool(full.get(unit.id, 0) >= self._from if committee is None else committee)


def _judged_on(unit: OrganisationRow, span: Period) -> date:
    """The last day of a span; its first for a unit dissolved within, whose people went before."""
    return span.start if unit.dissolved_on and last_day(unit.dissolved_on) <= span.end else span.end


def _stays_asked(rule: MeetingRule, unit: OrganisationRow, census: Census, asked: _Asked) -> bool:
    """Whether a unit without any duty yet has a line all the same: it would be asked by what it is on the day."""
    if not exists(unit, census.day):
        return False
    return rule.kind == "DXZH" or asked.on(rule, unit, census.day)


def _slots(spans: Sequence[Period], due: Sequence[bool], held: Mapping[int, int]) -> tuple[DutySlot, ...]:
    slots = []
    for span, asked in zip(spans, due, strict=True):
        count = 0
        if held:
            count = sum(held.get(month, 0) for month in range(span.start.month, span.end.month + 1))
        slots.append(DutySlot(span.text, count, (HELD if count else MISSED) if asked else NOT_DUE))
    return tuple(slots)


def _lives_through(unit: OrganisationRow, span: Period) -> bool:
    """Whether a unit was there before the span began and reached the month in which it ends."""
    if unit.founded_on and first_day(unit.founded_on) >= span.start:
        return False
    return not unit.dissolved_on or last_day(unit.dissolved_on) >= span.end.replace(day=1)
