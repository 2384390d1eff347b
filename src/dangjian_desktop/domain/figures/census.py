"""Who belonged where on a day: plain rows of the file in, one entry a person out.

Everything that is counted stands on this, so that no two reports can disagree about who was there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any, NamedTuple

from dangjian_desktop.domain.records.kinds import ORGANISATIONAL
from dangjian_desktop.domain.records.spans import OnDay

from .bands import Bands, age

OPENING, MOVE = "opening", "move"
"""How a stay begins that was there at 建账, and how one begins or ends that only changes branch in this street."""

GROUP_KIND = "小组"
INFORMAL = frozenset({"临时", "功能", "大党委"})
"""Organisations whose people have their 组织关系 elsewhere: nobody is counted there (统计版式2017)."""

BRANCHES = frozenset({"631", "632"})
_WOMAN, _HAN = "2", "01"
_NOT_AN_ETHNIC_MINORITY = frozenset({_HAN, "97", "98"})


class OrganisationRow(NamedTuple):
    """An organisation as it was on the day asked for."""

    id: str
    name: str
    short_name: str | None
    kind: str
    field: str | None
    parent: str | None
    stage: str | None
    street_counted: bool | None
    founded_on: str | None
    dissolved_on: str | None
    committee: bool | None
    term_elected_on: str | None
    term_years: int | None
    term_extended_to: str | None

    @property
    def title(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name


class MemberRow(NamedTuple):
    """What is counted about a member."""

    id: str
    name: str
    sex: str | None
    birth_on: str | None
    ethnic_group: str | None
    education: str | None
    member_class: str | None
    joined_on: str | None


class StayRow(NamedTuple):
    """One stay in a branch; partial dates, the first day in and the first day out."""

    member: str
    organisation: str | None
    group: str | None
    from_on: str | None
    in_kind: str | None
    to_on: str | None
    out_kind: str | None
    counterpart: str | None
    destination: str | None = None
    key: str = ""


class CategoryRow(NamedTuple):
    """One classification of a member from a day to a day."""

    member: str
    category: str
    from_on: str | None
    to_on: str | None


class MeetingRow(NamedTuple):
    """A meeting as it is counted; `kinds` are its kind and those it also served as."""

    id: str
    kinds: frozenset[str]
    organisation: str | None
    group: str | None
    day: date


class EntryRow(NamedTuple):
    """A ledger entry as it is counted and printed: its state and deadline are those of the day.

    `opened` and `settled` are ISO days; an entry that nobody dated was there from the beginning.
    """

    id: str
    template: str
    organisation: str | None
    number: str | None
    state: str
    values: Mapping[str, Any]
    opened: str = ""
    settled: str | None = None
    due: str | None = None


@dataclass(frozen=True)
class Snapshot:
    """The rows of a file that figures are made of, with dated values as they were on `day`."""

    day: date
    organisations: Sequence[OrganisationRow]
    members: Sequence[MemberRow]
    stays: Sequence[StayRow]
    categories: Sequence[CategoryRow] = ()
    meetings: Sequence[MeetingRow] = ()
    entries: Sequence[EntryRow] = ()
    history: Mapping[str, Sequence[tuple[str, str, Any]]] = field(default_factory=dict)
    """Former classes of members and committees of units as (attribute, until, value), by record."""

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Names of the members by id."""
        return {member.id: member.name for member in self.members}


class UnitTree:
    """The organisations in depth-first order, siblings in the order given; one without a known parent is a root."""

    def __init__(self, organisations: Iterable[OrganisationRow]) -> None:
        self.nodes = {row.id: row for row in organisations}
        self._children: dict[str | None, list[str]] = defaultdict(list)
        for row in self.nodes.values():
            self._children[row.parent if row.parent in self.nodes else None].append(row.id)

    @property
    def roots(self) -> list[str]:
        """Organisations that stand under no other."""
        return self._children[None]

    def children(self, unit: str) -> list[str]:
        """The organisations directly below one."""
        return self._children.get(unit, [])

    def below(self, unit: str) -> list[str]:
        """An organisation and everything under it, depth first; a loop in the data does not loop here."""
        found: dict[str, None] = {}
        waiting = [unit]
        while waiting:
            current = waiting.pop()
            if current not in found:
                found[current] = None
                waiting.extend(reversed(self.children(current)))
        return list(found)

    @cached_property
    def ordered(self) -> Sequence[str]:
        """All organisations depth first."""
        found = [unit for root in self.roots for unit in self.below(root)]
        # A ring of parents hangs under no root; it is still shown, at the end.
        seen = set(found)
        return found + [unit for unit in self.nodes if unit not in seen]

    def field_of(self, unit: str | None) -> str | None:
        """The field (领域) of an organisation, or of the nearest one above it that has one."""
        seen: set[str] = set()
        while unit is not None and unit in self.nodes and unit not in seen:
            seen.add(unit)
            row = self.nodes[unit]
            if row.field:
                return row.field
            unit = row.parent
        return None

    def branch_of(self, unit: str | None) -> str | None:
        """The nearest organisation that is not a group, from this one upwards."""
        seen: set[str] = set()
        while unit is not None and unit in self.nodes and unit not in seen:
            seen.add(unit)
            if self.nodes[unit].kind != GROUP_KIND:
                return unit
            unit = self.nodes[unit].parent
        return None


def exists(unit: OrganisationRow, day: date) -> bool:
    """Whether the organisation had been founded (or its day is unknown) and not yet dissolved on `day`."""
    return OnDay.of(day).in_force(unit.founded_on, unit.dissolved_on)


def is_actual(unit: OrganisationRow) -> bool:
    """Whether the organisation really is established; a planned one is never counted as a result."""
    return unit.stage != "planned"


def counted_by_street(unit: OrganisationRow) -> bool:
    """Whether the street counts it among its organisations (街道口径); by default what statistics count."""
    if unit.street_counted is not None:
        return unit.street_counted
    return unit.kind in ORGANISATIONAL


class Person(NamedTuple):
    """One member in the census with the facts that are counted."""

    id: str
    name: str
    organisation: str | None
    group: str | None
    member_class: str | None
    female: bool
    minority: bool
    age: int | None
    age_band: int | None
    education: int | None
    college: bool
    joining: int | None
    mobile: bool
    lost: bool


@dataclass(frozen=True)
class Census:
    """Everyone in force on a day within a scope, one entry a person, in the order of the file.

    `stays` is where every member of the file belonged, whatever the scope. `doubled` are members in two branches at
    once (counted once, in the newer stay), `informal` those who are only in organisations that count nobody.
    """

    day: date
    tree: UnitTree
    scope: frozenset[str] | None
    people: Sequence[Person]
    stays: Mapping[str, StayRow]
    doubled: Sequence[str] = ()
    informal: Sequence[str] = ()

    @cached_property
    def by_branch(self) -> dict[str | None, list[Person]]:
        """The people by the organisation that they belong to."""
        found: dict[str | None, list[Person]] = defaultdict(list)
        for person in self.people:
            found[person.organisation].append(person)
        return dict(found)

    def units(self) -> list[OrganisationRow]:
        """The organisations of the scope that exist on the day, planned ones too, depth first."""
        return [
            self.tree.nodes[unit]
            for unit in self.tree.ordered
            if self.within(unit) and exists(self.tree.nodes[unit], self.day)
        ]

    def within(self, unit: str | None) -> bool:
        """Whether an organisation lies in the scope; without a scope everything does."""
        return self.scope is None or unit in self.scope


class Belonging(NamedTuple):
    """Where each member belonged on a day, who was in two places, and who only where nobody is counted."""

    stays: dict[str, StayRow]
    doubled: list[str]
    informal: list[str]


def belonging(snapshot: Snapshot, tree: UnitTree, day: date) -> Belonging:
    """The one stay of every member that counts on `day`; members who are not in the file (binned) are left out."""
    return place(snapshot.stays, snapshot.names, tree, day)


def place(stays: Iterable[StayRow], known: Collection[str], tree: UnitTree, day: date) -> Belonging:
    """The same for some stays and the members `known` by id."""
    then = OnDay.of(day)
    text, following = then.text, then.following
    uncounted = {unit.id for unit in tree.nodes.values() if unit.kind in INFORMAL}
    found: dict[str, StayRow] = {}
    doubled: dict[str, None] = {}
    informal: dict[str, None] = {}
    for stay in stays:
        member, organisation, _, from_on, _, to_on, *_ = stay
        # `OnDay.in_force` written out: this loop runs once for every stay of the file.
        if (from_on and from_on > text) or (to_on and to_on < following[: len(to_on)]) or member not in known:
            continue
        if organisation in uncounted:
            informal[member] = None
            continue
        other = found.get(member)
        if other is None:
            found[member] = stay
            continue
        if other.organisation != organisation:
            doubled[member] = None
        if (from_on or "", stay.key) >= (other.from_on or "", other.key):
            found[member] = stay
    return Belonging(found, list(doubled), [member for member in informal if member not in found])


def moved_since(stays: Iterable[StayRow], day: date) -> set[str]:
    """Members of whom a stay began after `day` or ended after it; all others are where they were then."""
    then = OnDay.of(day)
    text, following = then.text, then.following
    return {
        stay.member
        for stay in stays
        if (stay.from_on and stay.from_on > text) or (stay.to_on and stay.to_on >= following[: len(stay.to_on)])
    }


def take(
    snapshot: Snapshot,
    tree: UnitTree,
    bands: Bands,
    day: date,
    scope: frozenset[str] | None,
    *,
    mobile: Collection[str],
    lost: Collection[str],
) -> Census:
    """Count everyone of the scope on `day`; `mobile` and `lost` are the category codes of those two lists."""
    there = belonging(snapshot, tree, day)
    away, missing = _carriers(snapshot.categories, day, mobile), _carriers(snapshot.categories, day, lost)
    stays = there.stays
    if scope is None:
        rows = [row for row in snapshot.members if row[0] in stays]
    else:
        rows = [row for row in snapshot.members if row[0] in stays and stays[row[0]].organisation in scope]
    people = _people(rows, stays, bands, day, away, missing)
    doubled = [m for m in there.doubled if scope is None or there.stays[m].organisation in scope]
    return Census(day, tree, scope, people, there.stays, doubled, there.informal if scope is None else ())


def _people(
    rows: Sequence[MemberRow],
    stays: Mapping[str, StayRow],
    bands: Bands,
    day: date,
    away: Collection[str],
    missing: Collection[str],
) -> list[Person]:
    """One entry a member, made column by column: of a hundred thousand each step in Python would be felt.

    What follows from a value (a band, a period) is looked up once for every distinct value.
    """
    if not rows:
        return []
    ids, names, sexes, births, ethnic_groups, educations, classes, joined = zip(*rows, strict=True)
    there = [stays[member] for member in ids]
    years = {birth: age(birth, day) for birth in set(births)}
    band = {birth: bands.age_band(found) for birth, found in years.items()}
    period = {day: bands.joining_period(day) for day in set(joined)}
    study = {code: bands.education_of.get(code or "") for code in set(educations)}
    minority = {code: code is not None and code not in _NOT_AN_ETHNIC_MINORITY for code in set(ethnic_groups)}
    columns = zip(
        ids,
        names,
        [stay[1] for stay in there],
        [stay[2] for stay in there],
        classes,
        [sex == _WOMAN for sex in sexes],
        map(minority.__getitem__, ethnic_groups),
        map(years.__getitem__, births),
        map(band.__getitem__, births),
        map(study.__getitem__, educations),
        [code in bands.college for code in educations],
        map(period.__getitem__, joined),
        [member in away for member in ids],
        [member in missing for member in ids],
        strict=True,
    )
    return list(map(partial(tuple.__new__, Person), columns))


def _carriers(categories: Iterable[CategoryRow], day: date, wanted: Collection[str]) -> set[str]:
    then = OnDay.of(day)
    return {row.member for row in categories if row.category in wanted and then.in_force(row.from_on, row.to_on)}
