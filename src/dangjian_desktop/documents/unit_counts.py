"""The numbers of a scope by its units: one line for each organisation directly below, with everything under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import NamedTuple, TypeVar

from dangjian_desktop.domain.figures.census import BRANCHES, OrganisationRow, Person, is_actual
from dangjian_desktop.domain.figures.figures import FULL, PROBATIONARY
from dangjian_desktop.domain.figures.survey import YOUNG, Survey
from dangjian_desktop.domain.figures.unit_fields import whole_of

# Fewer lines than this are read without headings between them.
_GROUPED_FROM = 12


class PeopleCounts(NamedTuple):
    """What is counted of people."""

    members: int = 0
    full: int = 0
    probationary: int = 0
    unclassed: int = 0
    female: int = 0
    minority: int = 0
    young: int = 0
    college: int = 0
    mobile: int = 0
    lost: int = 0


class OrganisationCounts(NamedTuple):
    """What is counted of organisations; planned ones apart."""

    committees: int = 0
    general_branches: int = 0
    branches: int = 0
    planned: int = 0


T = TypeVar("T", PeopleCounts, OrganisationCounts)


@dataclass
class UnitCountLine:
    """One line: a unit with everything below it."""

    unit: str
    name: str
    field: str | None
    organisations: OrganisationCounts = made_by(default_factory=OrganisationCounts)
    people: PeopleCounts = made_by(default_factory=PeopleCounts)


@dataclass(frozen=True, slots=True)
class UnitGroup:
    """Lines of one field (领域); the label is empty where lines are not grouped."""

    label: str
    lines: Sequence[UnitCountLine]


def unit_groups(survey: Survey, field_names: Mapping[str | None, str]) -> list[UnitGroup]:
    """The lines of a scope, by field in the order of `field_names` where there are many.

    People and planned organisations that stand under no established unit are in the line called 本级.
    """
    heads, own = _heads(survey)
    lines = {unit.id: UnitCountLine(unit.id, unit.title, whole_of(survey.tree.field_of(unit.id))) for unit in heads}
    place: dict[str, str] = {}
    for head in heads:
        for below in survey.tree.below(head.id):
            place.setdefault(below, head.id)
    rest = UnitCountLine(own.id if own else "", f"{own.title}本级" if own else "未编入党组织", None)
    for unit in survey.census.units():
        line = lines.get(place.get(unit.id, ""), rest)
        line.organisations = _add(line.organisations, _organisation(unit))
    for branch, people in survey.census.by_branch.items():
        line = lines.get(place.get(branch or "", ""), rest)
        line.people = _add(line.people, count_people(people))
    found = list(lines.values())
    if any(rest.people) or any(rest.organisations):
        found.append(rest)
    return _grouped(found, field_names)


def totals(lines: Iterable[UnitCountLine]) -> UnitCountLine:
    """The sum of lines."""
    whole = UnitCountLine("", "合计", None)
    for line in lines:
        whole.organisations = _add(whole.organisations, line.organisations)
        whole.people = _add(whole.people, line.people)
    return whole


def count_people(people: Iterable[Person]) -> PeopleCounts:
    """How many of these people are what."""
    people = list(people)
    return PeopleCounts(
        len(people),
        sum(p.member_class == FULL for p in people),
        sum(p.member_class == PROBATIONARY for p in people),
        sum(p.member_class not in (FULL, PROBATIONARY) for p in people),
        sum(p.female for p in people),
        sum(p.minority for p in people),
        sum(p.age is not None and p.age <= YOUNG for p in people),
        sum(p.college for p in people),
        sum(p.mobile for p in people),
        sum(p.lost for p in people),
    )


def _heads(survey: Survey) -> tuple[list[OrganisationRow], OrganisationRow | None]:
    """The established units directly below the scope's top, and that top; a scope of one unit is its own line."""
    tree, standing = survey.tree, {unit.id: unit for unit in survey.organisations}
    tops = [
        unit for unit in survey.organisations if unit.parent not in standing or not survey.census.within(unit.parent)
    ]
    if len(tops) != 1:
        return tops, None
    below = [standing[unit] for unit in tree.children(tops[0].id) if unit in standing]
    return (below, tops[0]) if below else (tops, None)


def _organisation(unit: OrganisationRow) -> OrganisationCounts:
    if not is_actual(unit):
        return OrganisationCounts(planned=1)
    return OrganisationCounts(unit.kind == "611", unit.kind == "621", unit.kind in BRANCHES)


def _add(left: T, right: T) -> T:
    return type(left)(*(a + b for a, b in zip(left, right, strict=True)))


def _grouped(lines: list[UnitCountLine], field_names: Mapping[str | None, str]) -> list[UnitGroup]:
    fields = [field for field in field_names if any(line.field == field for line in lines)]
    if len(lines) < _GROUPED_FROM or len(fields) < 2:
        return [UnitGroup("", lines)]
    groups = [UnitGroup(field_names[field], [line for line in lines if line.field == field]) for field in fields]
    rest = [line for line in lines if line.field not in field_names]
    return [*groups, UnitGroup("未填领域", rest)] if rest else groups
