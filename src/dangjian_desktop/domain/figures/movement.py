"""Who came and who left in a period (增减变动), balanced to the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from .census import INFORMAL, MOVE, OPENING, Census, Snapshot, StayRow, UnitTree, moved_since, place


class Event(NamedTuple):
    """One member coming in or leaving; `day` is the partial date as known, `kind` an in or out code, MOVE or empty."""

    member: str
    name: str
    organisation: str | None
    day: str
    kind: str
    counterpart: str | None


class Shift(NamedTuple):
    """One member changing branch inside the scope: neither in nor out for the whole."""

    member: str
    name: str
    source: str | None
    target: str | None
    day: str


class Imbalance(NamedTuple):
    """One person for whom opening, comings and goings do not give closing, and by how much."""

    member: str
    name: str
    expected: int
    found: int


@dataclass(frozen=True, slots=True)
class Movement:
    """Opening, comings, goings and closing of a scope; the two sets map each member to their branch.

    `opening` holds those of the day before, and those whose 建账 falls into the period (`booked`).
    """

    opening: Mapping[str, str | None]
    booked: frozenset[str]
    joined: Sequence[Event]
    left: Sequence[Event]
    shifts: Sequence[Shift]
    closing: Mapping[str, str | None]
    imbalances: Sequence[Imbalance]

    @property
    def expected(self) -> int:
        """Opening + joined − left: what closing ought to be."""
        return len(self.opening) + len(self.joined) - len(self.left)


def movement(snapshot: Snapshot, census: Census, start: date, *, eve: date) -> Movement:
    """Everything that moved from `start` to the census day, both inclusive; `eve` is the day of the opening numbers.

    A month-precise date counts as the 1st for coming and as the month's last day for leaving.
    """
    names = snapshot.names
    closing = _placed(census.stays, census.scope)
    opening = _placed_on(snapshot, census, closing, eve)
    moved = events(snapshot.stays, names, census.tree, census.scope, start, census.day)
    booked = {member: unit for member, unit in moved.booked.items() if member not in opening}
    begun = {**opening, **booked}
    return Movement(
        begun,
        frozenset(booked),
        moved.joined,
        moved.left,
        moved.shifts,
        closing,
        _imbalances(begun, moved.joined, moved.left, closing, names),
    )


class Events(NamedTuple):
    """Who came and who left a scope from one day to another, who changed branch within, and whose 建账 lies there."""

    joined: Sequence[Event]
    left: Sequence[Event]
    shifts: Sequence[Shift]
    booked: Mapping[str, str | None]


def events(
    stays: Iterable[StayRow],
    names: Mapping[str, str],
    tree: UnitTree,
    scope: frozenset[str] | None,
    start: date,
    day: date,
) -> Events:
    """What moved from `start` to `day`, both inclusive, among the members whose `names` are given."""
    arrivals: dict[str, list[StayRow]] = defaultdict(list)
    departures: dict[str, list[StayRow]] = defaultdict(list)
    booked: dict[str, str | None] = {}
    year = str(start.year)
    for stay in stays:
        # Most stays began long ago and go on: they are passed over by their text alone.
        began = stay.from_on is not None and stay.from_on >= year and start <= first_day(stay.from_on) <= day
        ended = stay.to_on is not None and start <= last_day(stay.to_on) <= day
        if not (began or ended) or stay.member not in names:
            continue
        if not (scope is None or stay.organisation in scope) or not _formal(tree, stay):
            continue
        if began and stay.in_kind == OPENING:
            booked[stay.member] = stay.organisation
        elif began:
            arrivals[stay.member].append(stay)
        if ended:
            departures[stay.member].append(stay)
    shifts = _pair(arrivals, departures, names)
    joined = [_event(stay, names, stay.from_on, stay.in_kind, stay.counterpart) for stay in _flat(arrivals, tree)]
    left = [_event(stay, names, stay.to_on, stay.out_kind, stay.destination) for stay in _flat(departures, tree)]
    return Events(joined, left, shifts, booked)


def _placed_on(
    snapshot: Snapshot, census: Census, closing: Mapping[str, str | None], day: date
) -> dict[str, str | None]:
    """Where everybody of the scope was on an earlier day: as on the last, but for those of whom a stay has moved."""
    moved = moved_since(snapshot.stays, day)
    found = dict(closing)
    if moved:
        for member in moved:
            found.pop(member, None)
        known = snapshot.names
        stays = [stay for stay in snapshot.stays if stay.member in moved]
        found |= _placed(place(stays, known, census.tree, day).stays, census.scope)
    return found


def _placed(stays: Mapping[str, StayRow], scope: frozenset[str] | None) -> dict[str, str | None]:
    if scope is None:
        return {member: stay[1] for member, stay in stays.items()}
    return {member: stay[1] for member, stay in stays.items() if stay[1] in scope}


def _formal(tree: UnitTree, stay: StayRow) -> bool:
    unit = tree.nodes.get(stay.organisation) if stay.organisation else None
    return unit is None or unit.kind not in INFORMAL


def _pair(
    arrivals: dict[str, list[StayRow]], departures: dict[str, list[StayRow]], names: Mapping[str, str]
) -> list[Shift]:
    """Take a move out together with the move in that answers it; what is left over crossed the scope's border."""
    shifts: list[Shift] = []
    for member in [m for m in departures if m in arrivals]:
        outs = sorted((s for s in departures[member] if s.out_kind == MOVE), key=lambda s: s.to_on or "")
        ins = sorted((s for s in arrivals[member] if s.in_kind == MOVE), key=lambda s: s.from_on or "")
        for out, into in zip(outs, ins, strict=False):
            departures[member].remove(out)
            arrivals[member].remove(into)
            shifts.append(Shift(member, names[member], out.organisation, into.organisation, into.from_on or ""))
    return sorted(shifts, key=lambda shift: shift.day)


def _flat(stays: Mapping[str, list[StayRow]], tree: UnitTree) -> list[StayRow]:
    """All stays, by branch in the order of the tree."""
    place = {unit: position for position, unit in enumerate(tree.ordered)}
    rows = [stay for found in stays.values() for stay in found]
    return sorted(rows, key=lambda stay: place.get(stay.organisation or "", len(place)))


def _event(stay: StayRow, names: Mapping[str, str], day: str | None, kind: str | None, other: str | None) -> Event:
    return Event(stay.member, names[stay.member], stay.organisation, day or "", kind or "", other)


def _imbalances(
    opening: Mapping[str, str | None],
    joined: Iterable[Event],
    left: Iterable[Event],
    closing: Mapping[str, str | None],
    names: Mapping[str, str],
) -> list[Imbalance]:
    change: dict[str, int] = defaultdict(int)
    for event in joined:
        change[event.member] += 1
    for event in left:
        change[event.member] -= 1
    concerned = (opening.keys() ^ closing.keys()) | change.keys()
    found = []
    for member in concerned:
        expected = (member in opening) + change[member]
        if expected != (member in closing):
            found.append(Imbalance(member, names[member], expected, int(member in closing)))
    return sorted(found, key=lambda imbalance: imbalance.name)
