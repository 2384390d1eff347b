"""Everything that is computed for one scope, period and day; figures and reports are read off it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

from dangjian_desktop.domain.ledgers.ledgers import Entry, LedgerCount, LedgerTemplate, count, in_period
from dangjian_desktop.domain.life.meeting_duty import Duty, duties
from dangjian_desktop.domain.records.kinds import ORGANISATIONAL
from dangjian_desktop.domain.records.terms import Term, has_term, term_of
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.codes import CodeTables
from dangjian_desktop.domain.values.periods import Period

from . import census as censuses
from .bands import Bands
from .census import BRANCHES, GROUP_KIND, Census, EntryRow, OrganisationRow, Person, Snapshot, UnitTree
from .movement import Movement, movement

YOUNG = 35
MOBILE_CODE, LOST_CODE = "F1", "F2"


@dataclass(frozen=True, slots=True)
class Yardsticks:
    """What is the same for every question: cut points, code lists, ledger templates, the file's 建账日."""

    bands: Bands
    codes: CodeTables
    templates: Mapping[str, LedgerTemplate]
    base_date: date


class TermLine(NamedTuple):
    """One organisation with its term; `term` is None when the election date was never entered."""

    unit: OrganisationRow
    term: Term | None


@dataclass(frozen=True)
class Survey:
    """Everything computed for one scope, period and day; nothing in it is counted twice in two ways."""

    snapshot: Snapshot
    reference: Yardsticks
    census: Census
    movement: Movement
    period: Period
    day: date
    duties: Sequence[Duty]
    terms: Sequence[TermLine]
    ledgers: Mapping[str, Sequence[LedgerCount]]
    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False, compare=False)
    """What was made of it once, so that a paper and its words ask for the same object."""

    @property
    def tree(self) -> UnitTree:
        """The organisations as they were on the day."""
        return self.census.tree

    @property
    def incomplete(self) -> bool:
        """Whether the period reaches back before 建账日."""
        return self.period.start < self.reference.base_date

    def entries(self, template: str) -> list[EntryRow]:
        """The entries of one ledger within the scope that belong to the period, as its template says."""
        found = self.reference.templates[template]
        return [
            row
            for row in self.snapshot.entries
            if row.template == template
            and self.census.within(row.organisation)
            and in_period(found, _entry(row), self.period.start, self.day)
        ]

    def entry(self, template: str, record: str) -> list[EntryRow]:
        """The one entry of a ledger with this id, where it is within the scope and was opened by the day."""
        known = [row for row in self.snapshot.entries if row.id == record and row.template == template]
        return [row for row in known if self.census.within(row.organisation)]

    @cached_property
    def organisations(self) -> Sequence[OrganisationRow]:
        """The established organisations of the scope on the day."""
        return [unit for unit in self.census.units() if censuses.is_actual(unit)]

    @cached_property
    def groups(self) -> Mapping[str, Mapping[object, list[str]]]:
        """Ids of the people, sorted once by everything that they are counted by."""
        return _sorted(self.census)


def survey(
    snapshot: Snapshot,
    reference: Yardsticks,
    period: Period,
    day: date,
    scope: frozenset[str] | None = None,
    *,
    tree: UnitTree | None = None,
) -> Survey:
    """Compute everything for a scope (ids of a sub-tree, None for the whole file).

    `day` is the as-of day (`Period.as_of`); the snapshot must have been taken for it and hold the period's meetings.
    `tree` is that of the snapshot's organisations where the caller has it.
    """
    tree = tree or UnitTree(snapshot.organisations)
    people = censuses.take(
        snapshot,
        tree,
        reference.bands,
        day,
        scope,
        mobile=_category(reference.codes, MOBILE_CODE),
        lost=_category(reference.codes, LOST_CODE),
    )
    return Survey(
        snapshot,
        reference,
        people,
        movement(snapshot, people, period.start, eve=period.eve),
        period,
        day,
        duties(
            snapshot,
            people,
            period,
            base_date=reference.base_date,
            committee_from=rules()["COMMITTEE"].newest.number("min_full_members"),
        ),
        _terms(people),
        _ledgers(snapshot, reference, people, period, day),
    )


def _category(codes: CodeTables, code: str) -> frozenset[str]:
    return frozenset((code, codes.name("category", code)))


def _terms(census: Census) -> list[TermLine]:
    """Every established organisation of the scope that elects, with its term."""
    return [
        TermLine(
            unit,
            term_of(
                rules(),
                unit.kind,
                unit.field,
                unit.term_elected_on,
                unit.term_years,
                unit.term_extended_to,
                census.day,
            ),
        )
        for unit in census.units()
        if has_term(rules(), unit.kind) and censuses.is_actual(unit)
    ]


def _ledgers(
    snapshot: Snapshot, reference: Yardsticks, census: Census, period: Period, day: date
) -> dict[str, Sequence[LedgerCount]]:
    entries: dict[str, list[Entry]] = defaultdict(list)
    for row in snapshot.entries:
        if census.within(row.organisation):
            entries[row.template].append(_entry(row))
    return {
        key: count(template, entries[key], day, start=period.start, end=period.end)
        for key, template in reference.templates.items()
    }


def _entry(row: EntryRow) -> Entry:
    return Entry(row.id, row.state, row.values, row.opened, row.settled, row.due)


def _sorted(census: Census) -> dict[str, dict[object, list[str]]]:
    columns = list(zip(*census.people, strict=True)) or [()] * len(Person._fields)
    column = dict(zip(Person._fields, columns, strict=True))
    ids = column["id"]

    def grouped(name: str) -> dict[object, list[str]]:
        found: dict[object, list[str]] = defaultdict(list)
        for member, value in zip(ids, column[name], strict=True):
            found[value].append(member)
        return found

    marks: dict[object, list[str]] = {
        name: list(compress(ids, column[name])) for name in ("female", "minority", "college", "mobile", "lost")
    }
    marks["young"] = [m for m, years in zip(ids, column["age"], strict=True) if years is not None and years <= YOUNG]
    fields: dict[object, list[str]] = defaultdict(list)
    for branch, members in grouped("organisation").items():
        fields[census.tree.field_of(str(branch)) if branch else None].extend(members)
    return {
        "class": grouped("member_class"),
        "age": grouped("age_band"),
        "education": grouped("education"),
        "joining": grouped("joining"),
        "mark": marks,
        "field": fields,
    }


def organisation_lists(units: Iterable[OrganisationRow]) -> dict[str, list[str]]:
    """Ids of established organisations by how they are counted."""
    found: dict[str, list[str]] = {
        key: []
        for key in (
            "organisations_street",
            "organisations_statistical",
            "committees",
            "general_branches",
            "branches",
            "groups",
        )
    }
    for unit in units:
        if censuses.counted_by_street(unit):
            found["organisations_street"].append(unit.id)
        if unit.kind in ORGANISATIONAL:
            found["organisations_statistical"].append(unit.id)
        key = {"611": "committees", "621": "general_branches", GROUP_KIND: "groups"}.get(unit.kind)
        key = "branches" if unit.kind in BRANCHES else key
        if key:
            found[key].append(unit.id)
    return found
