"""The figures of a scope and period: what home page, reports and `figures` on the command line take numbers from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import NamedTuple, TypeVar

from dangjian_desktop.base.collecting import uncollected
from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.figures import bands, figures
from dangjian_desktop.domain.figures.bands import Bands
from dangjian_desktop.domain.figures.census import GROUP_KIND, Snapshot, UnitTree
from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.figures.narrowing import Cuts, of_group
from dangjian_desktop.domain.figures.survey import LOST_CODE, MOBILE_CODE, Survey, Yardsticks, survey
from dangjian_desktop.domain.ledgers.passages import terminal_states
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.values import periods
from dangjian_desktop.domain.values.periods import Period
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import organisations as units
from dangjian_desktop.storage.queries.snapshot import read_snapshot

__all__ = ["FigureValue", "Period", "Survey", "compute", "reading_kept", "survey_of", "values_of"]

T = TypeVar("T")

_KEPT_WHOLE = 20_000
"""Of larger files only the figures are kept, not the rows they were made of."""

_READING = "reading"
_ALSO = re.compile(r"[；;、，,|/\s]+")


@lru_cache(maxsize=1)
def default_bands() -> Bands:
    """The shipped cut points, read once."""
    return bands.load(resource("codes"))


def compute(
    office: Office, *, scope: str | None = None, period: str | None = None, on: date | None = None
) -> list[FigureValue]:
    """All figures in the order of their list.

    `scope` is an organisation id (its sub-tree; None: the whole file), `period` is `2026`, `2026Q3` or `2026-09`
    (None: the year of `on`), `on` is today unless given. Numbers that hold on a day hold on the period's last day,
    or on `on` where the period has not ended by then. Raises `UsageError` (`bad_period`) and `UserError`
    (`period_future`).
    """
    return list(values_of(office, scope=scope, period=period, on=on).values())


def values_of(
    office: Office, *, scope: str | None = None, period: str | None = None, on: date | None = None
) -> Mapping[str, FigureValue]:
    """The same by key."""
    asked = _Asked.of(office, scope, period, on)
    found: Mapping[str, FigureValue] = _kept(
        office, "figures", asked, lambda: figures.figures_of(_surveyed(office, asked)), lambda _: True
    )
    return found


def survey_of(office: Office, *, scope: str | None = None, period: str | None = None, on: date | None = None) -> Survey:
    """Everything that figures and reports are read off, for one scope and period as in `compute`."""
    return _surveyed(office, _Asked.of(office, scope, period, on))


class _Asked(NamedTuple):
    """One question; equal questions have equal answers until something is written."""

    scope: str | None
    period: Period
    day: date

    @classmethod
    def of(cls, office: Office, scope: str | None, period: str | None, on: date | None) -> _Asked:
        """The question in full; refuses what cannot be asked."""
        office.actor.require(READ, "member")
        today = on or office.today()
        span = periods.parse_period(period) if period else periods.year_of(today)
        return cls(scope, span, span.as_of(today))


def _kept(office: Office, name: str, asked: _Asked, make: Callable[[], T], worth: Callable[[T], bool]) -> T:
    """The last answer while nothing was written since, else a new one, kept where it is `worth` its memory."""
    with office.database.read() as connection:
        stamp = units.stamp(connection)
    kept = office.cache.get(name)
    if kept is not None and kept[0] == (stamp, asked):
        found: T = kept[1]
        return found
    with uncollected():
        made = make()
    if worth(made):
        office.cache[name] = ((stamp, asked), made)
    return made


def _surveyed(office: Office, asked: _Asked) -> Survey:
    return _kept(
        office, "survey", asked, lambda: _survey(office, asked), lambda made: len(made.snapshot.members) <= _KEPT_WHOLE
    )


@contextmanager
def reading_kept(office: Office) -> Iterator[None]:
    """While the block runs, the file is read once for all scopes of one period and day, until something is written.

    For whoever makes the same report of many organisations.
    """
    office.cache[_READING] = None
    try:
        yield
    finally:
        office.cache.pop(_READING, None)


class _Reading(NamedTuple):
    """The file as read for one period and day, ready to be cut to scopes."""

    stamp: int
    period: Period
    day: date
    cuts: Cuts
    tree: UnitTree


def _survey(office: Office, asked: _Asked) -> Survey:
    templates = {template.key: template for template in ledgers.templates(office)}
    reference = Yardsticks(default_bands(), office.codes, templates, office.base_date)
    if _READING in office.cache:
        reading = _reading(office, asked)
        scope = scope_of(office, reading.tree, asked.scope, asked.day)
        cut = _seen_by(office, reading.cuts.of(_branch(reading.tree, asked.scope, scope)), reading.tree, asked)
        return survey(cut, reference, asked.period, asked.day, scope, tree=reading.tree)
    snapshot = _snapshot(office, asked)
    tree = UnitTree(snapshot.organisations)
    scope = scope_of(office, tree, asked.scope, asked.day)
    return survey(_seen_by(office, snapshot, tree, asked), reference, asked.period, asked.day, scope, tree=tree)


def _is_group(tree: UnitTree, scope: str | None) -> bool:
    return scope in tree.nodes and tree.nodes[scope].kind == GROUP_KIND


def _branch(tree: UnitTree, asked: str | None, scope: frozenset[str] | None) -> frozenset[str] | None:
    """What a reading is cut to: of a group the whole branch that it is in, where its members belong."""
    branch = tree.branch_of(asked) if _is_group(tree, asked) else None
    return frozenset(tree.below(branch)) if branch else scope


def _seen_by(office: Office, snapshot: Snapshot, tree: UnitTree, asked: _Asked) -> Snapshot:
    """The file as the scope sees it: a group counts its own people, who belong to the branch everywhere else."""
    if not asked.scope or not _is_group(tree, asked.scope):
        return snapshot
    return of_group(snapshot, asked.scope, organisations.reach(office, asked.day))


def _reading(office: Office, asked: _Asked) -> _Reading:
    with office.database.read() as connection:
        stamp = units.stamp(connection)
    found: _Reading | None = office.cache.get(_READING)
    if found is None or found[:3] != (stamp, asked.period, asked.day):
        snapshot = _snapshot(office, asked)
        found = office.cache[_READING] = _Reading(
            stamp, asked.period, asked.day, Cuts(snapshot), UnitTree(snapshot.organisations)
        )
    return found


def _snapshot(office: Office, asked: _Asked) -> Snapshot:
    # A hundred thousand meetings are of some thirty kinds and joint kinds.
    kinds = lru_cache(maxsize=None)(lambda kind, also: _kinds(office, kind, also))
    with office.database.read() as connection:
        return read_snapshot(
            connection,
            start=asked.period.start,
            day=asked.day,
            kinds_of=kinds,
            categories=_category_texts(office),
            terminal={t.key: terminal_states(t) for t in ledgers.templates(office)},
        )


def scope_of(office: Office, tree: UnitTree, scope: str | None, day: date) -> frozenset[str] | None:
    """The ids asked for within what the account reaches on the day; the only root stands for the whole file."""
    own = organisations.reach(office, day)
    if scope is not None and own is not None and scope not in own:
        office.actor.require_unit(scope)
    if scope is None or tree.roots == [scope]:
        return own
    asked = frozenset(tree.below(scope))
    return asked if own is None else asked & own


def _kinds(office: Office, kind: str, also: str | None) -> frozenset[str]:
    """The kinds that a meeting counts as, each once."""
    if not also:
        return frozenset((kind,))
    texts = [text for text in _ALSO.split(also) if text]
    return frozenset((kind, *(code for text in texts if (code := office.codes.code_of("meeting_kind", text)))))


def _category_texts(office: Office) -> list[str]:
    return [text for code in (MOBILE_CODE, LOST_CODE) for text in (code, office.codes.name("category", code))]
