"""Which meetings were due in a period, which were held and which were not (三会一课、主题党日)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dangjian_desktop.domain.figures.census import (
    BRANCHES,
    GROUP_KIND,
    Census,
    MeetingRow,
    OrganisationRow,
    exists,
    is_actual,
)
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.domain.values.periods import Period

_FULL = "1"

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


class Slot(NamedTuple):
    """One month or quarter of one unit: how many meetings were held, and whether one was due by then."""

    period: str
    held: int
    state: str


class Line(NamedTuple):
    """One unit's period for one kind of meeting: slots in which one was due, and those of them where it was held."""

    unit: str
    branch: str
    slots: tuple[Slot, ...]
    due: int
    done: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One kind of meeting in the period: a line for every unit that it applies to, and the meetings behind."""

    rule: MeetingRule
    periods: tuple[Period, ...]
    lines: Sequence[Line]
    meetings: Sequence[str]

    @property
    def due(self) -> int:
        """Meetings due: one for each unit and month or quarter."""
        return sum(line.due for line in self.lines)

    @property
    def done(self) -> int:
        """Those of them that were held."""
        return sum(line.done for line in self.lines)

    def units(self, *, missing: bool) -> list[str]:
        """Units to which the meeting applied, all of them or only those that missed one."""
        return [line.unit for line in self.lines if line.due and (not missing or line.done < line.due)]


def duties(census: Census, meetings: Iterable[MeetingRow], period: Period, *, base_date: date) -> list[Duty]:
    """What was due and held from the period's start to the census day.

    A month or quarter is due only when it has ended by that day and began on 建账日 or later, after the unit was
    founded and before it was dissolved; temporary and functional branches and branches without committee or groups
    are left out where the rule does not reach them (meetings.md §1). A branch without anyone is not asked either.
    """
    held: dict[str, dict[str | None, Counter[int]]] = defaultdict(lambda: defaultdict(Counter))
    numbered: dict[str, dict[str, None]] = defaultdict(dict)
    for meeting in meetings:
        if not (period.start <= meeting.day <= census.day and census.within(meeting.organisation)):
            continue
        for kind in meeting.kinds:
            held[kind][_unit_of(meeting, kind)][meeting.day.month] += 1
            numbered[kind][meeting.id] = None
    full = {unit: sum(person.member_class == _FULL for person in people) for unit, people in census.by_branch.items()}
    units = _standing(census, period)
    found = []
    for rule in RULES:
        spans = period.months() if rule.every == "month" else period.quarters()
        ended = [base_date <= span.start and span.end <= census.day for span in spans]
        lines = []
        for unit in units:
            if _applies(rule, unit, census, full):
                slots = _slots(unit, spans, ended, held[rule.kind].get(unit.id, _NONE))
                due = sum(slot.state != NOT_DUE for slot in slots)
                done = sum(slot.state == HELD for slot in slots)
                lines.append(Line(unit.id, census.tree.branch_of(unit.id) or unit.id, slots, due, done))
        found.append(Duty(rule, tuple(spans), lines, list(numbered[rule.kind])))
    return found


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


def _applies(rule: MeetingRule, unit: OrganisationRow, census: Census, full: Mapping[str | None, int]) -> bool:
    if rule.kind == "DXZH":
        return unit.kind == GROUP_KIND
    if not _assessed(unit, census):
        return False
    return rule.kind != "ZWH" or _has_committee(unit, full.get(unit.id, 0))


def _assessed(unit: OrganisationRow, census: Census) -> bool:
    """Branches, and general branches or committees that hold members themselves."""
    if unit.kind in BRANCHES:
        return bool(census.by_branch.get(unit.id)) or not exists(unit, census.day)
    return unit.kind in ("611", "621") and bool(census.by_branch.get(unit.id))


def _has_committee(unit: OrganisationRow, full: int) -> bool:
    least = rules()["COMMITTEE"].newest.number("min_full_members")
    return full >= least if unit.committee is None else unit.committee


def _slots(
    unit: OrganisationRow, spans: Sequence[Period], ended: Sequence[bool], held: Mapping[int, int]
) -> tuple[Slot, ...]:
    founded = first_day(unit.founded_on) if unit.founded_on else None
    dissolved = last_day(unit.dissolved_on) if unit.dissolved_on else None
    slots = []
    for span, over in zip(spans, ended, strict=True):
        count = 0
        if held:
            count = sum(held.get(month, 0) for month in range(span.start.month, span.end.month + 1))
        due = over and _lives_through(founded, dissolved, span)
        slots.append(Slot(span.text, count, (HELD if count else MISSED) if due else NOT_DUE))
    return tuple(slots)


def _lives_through(founded: date | None, dissolved: date | None, span: Period) -> bool:
    """Whether a unit was there before the span began and reached the month in which it ends."""
    if founded is not None and founded >= span.start:
        return False
    return dissolved is None or dissolved >= span.end.replace(day=1)
