"""The few numbers at the head of the first page, from counts instead of from everybody: the same as the figures say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from . import census as censuses
from .bands import age
from .census import INFORMAL, OrganisationRow, Person, UnitTree
from .figures import FULL, PROBATIONARY, FigureValue
from .survey import organisation_lists

SHOWN = (
    "members",
    "members_full",
    "members_probationary",
    "average_age",
    "organisations_street",
    "organisations_statistical",
    "joined",
    "left",
)
"""Keys of the figures at the head, in their order."""


class HeadCount(NamedTuple):
    """So many members of a class in a unit; `years` is the sum of the ages of those `aged` whose birth is known.

    Those born on a 29 February stand in groups of their own with `leap`, their birthday, and no ages.
    """

    organisation: str | None
    member_class: str | None
    leap: str | None
    members: int
    years: int
    aged: int


def counted(
    groups: Iterable[HeadCount], people: Sequence[Person], tree: UnitTree, day: date, scope: frozenset[str] | None
) -> dict[str, int]:
    """Sums of a scope over groups and over people who were counted one by one: everybody, by class, and of ages."""
    uncounted = {unit.id for unit in tree.nodes.values() if unit.kind in INFORMAL}
    found = {"members": 0, FULL: 0, PROBATIONARY: 0, "years": 0, "aged": 0}
    for unit, member_class, leap, members, years, aged in groups:
        if unit in uncounted or not (scope is None or unit in scope):
            continue
        found["members"] += members
        if member_class in (FULL, PROBATIONARY):
            found[member_class] += members
        old = age(leap, day) if leap else None
        found["years"] += years if old is None else old * members
        found["aged"] += aged if old is None else members
    for person in people:
        found["members"] += 1
        if person.member_class in (FULL, PROBATIONARY):
            found[person.member_class] += 1
        found["years"] += person.age or 0
        found["aged"] += person.age is not None
    return found


def headline(
    frames: Mapping[str, FigureValue], sums: Mapping[str, int], units: Sequence[OrganisationRow], moved: Sequence[int]
) -> dict[str, FigureValue]:
    """The figures `SHOWN` with their values, without the lists behind them.

    `frames` are the figures of a file with nobody in it: label, unit and definition. `units` are the established
    organisations of the scope, `moved` how many joined and how many left.
    """
    total, aged = sums["members"], sums["aged"]
    lists = organisation_lists(units)
    values: dict[str, int | float | None] = {
        "members": total,
        "members_full": sums[FULL],
        "members_probationary": sums[PROBATIONARY],
        "average_age": (sums["years"] * 20 + aged) // (2 * aged) / 10 if aged else None,
        "joined": moved[0],
        "left": moved[1],
    }
    values |= {key: len(lists[key]) for key in ("organisations_street", "organisations_statistical")}
    found = {key: replace(frames[key], value=values[key]) for key in SHOWN}
    for key in ("members_full", "members_probationary"):
        found[key] = replace(found[key], numerator=values[key], denominator=total)  # type: ignore[arg-type]
    found["average_age"] = replace(found["average_age"], numerator=sums["years"], denominator=aged)
    return found


def established(tree: UnitTree, day: date, scope: frozenset[str] | None) -> list[OrganisationRow]:
    """The organisations of a scope that stand on a day and are more than planned."""
    return [
        unit
        for unit in tree.nodes.values()
        if (scope is None or unit.id in scope) and censuses.exists(unit, day) and censuses.is_actual(unit)
    ]
