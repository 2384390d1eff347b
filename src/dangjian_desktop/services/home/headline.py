"""The numbers at the head of the first page, by a few counts of the database instead of everything that is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dangjian_desktop.domain.figures import census, headline
from dangjian_desktop.domain.figures.census import OPENING, Snapshot, UnitTree
from dangjian_desktop.domain.figures.figures import FigureValue, figures_of
from dangjian_desktop.domain.figures.movement import events
from dangjian_desktop.domain.figures.survey import Yardsticks, survey
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.values import periods
from dangjian_desktop.domain.values.periods import Period
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import heads
from dangjian_desktop.storage.queries.snapshot import organisations_on


@dataclass(frozen=True, slots=True)
class Head:
    """The figures at the head; `empty` says that the account has nobody to look after and no unit beside its own."""

    figures: tuple[FigureValue, ...]
    empty: bool = False


def top_row(office: Office, scope: str | None = None) -> Head:
    """Where a scope stands this year: what `figures` says, without the lists behind the numbers (`figure`)."""
    office.actor.require(READ, "member")
    day = office.today()
    period = periods.year_of(day)
    if organisations.listed_within(office, scope).group is not None:
        values = named(dict(figures.values_of(office, scope=scope, on=day)), period)
        return Head(tuple(values[key] for key in headline.SHOWN))
    people = organisations.heads(office, day)
    with office.database.read() as connection:
        tree = UnitTree(organisations_on(connection, day))
        stays = heads.moved(connection, period.start, OPENING, people.binned)
    within = figures.scope_of(office, tree, scope, day)
    singly = census.take(
        Snapshot(day, (), people.apart, people.stays), tree, figures.default_bands(), day, within, mobile=(), lost=()
    )
    sums = headline.counted(people.groups, singly.people, tree, day, within)
    moved = events(stays, {stay.member: "" for stay in stays}, tree, within, period.start, day)
    counts = (len(moved.joined), len(moved.left))
    units = headline.established(tree, day, within)
    found = headline.headline(_frames(office, period, day), sums, units, counts)
    return Head(tuple(found.values()), empty=not sums["members"] and not any(counts) and _nothing(office, tree, day))


def _nothing(office: Office, tree: UnitTree, day: date) -> bool:
    own = organisations.reach(office, day)
    if len([unit for unit in tree.nodes if own is None or unit in own]) > 1:
        return False
    with office.database.read() as connection:
        return not heads.anybody(connection, own)


def figure(office: Office, key: str, scope: str | None = None) -> FigureValue:
    """One figure of the head with the list behind it."""
    period = periods.year_of(office.today())
    return named(dict(figures.values_of(office, scope=scope, on=office.today())), period)[key]


def named(values: dict[str, FigureValue], period: Period) -> dict[str, FigureValue]:
    """A tile stands alone, so it says itself which period it counts."""
    said = {key: f"{period.label}{word}" for key, word in (("joined", "增加"), ("left", "减少"))}
    return values | {key: replace(values[key], label=label) for key, label in said.items()}


def _frames(office: Office, period: Period, day: date) -> dict[str, FigureValue]:
    """The figures of nobody: what each is called and how it is defined."""
    reference = Yardsticks(figures.default_bands(), office.codes, {}, office.base_date)
    empty = survey(Snapshot(day, (), (), ()), reference, period, day)
    return named(dict(figures_of(empty)), period)
