"""One pass over the synthetic street: batches of rows by kind, repeatable by seed, with bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from random import Random

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.ledger_templates import load_templates
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate

from .ledgers import BASE_ENTRIES, Entries
from .meetings import Calendar, Days, Meetings
from .names import Ids, Names
from .people import DemoPerson, Household, Members
from .planner import Planner
from .posts import STREET_POSTS, Posts
from .street import BASE_MEMBERS, SMALLEST, Branch, Row, StreetTree, planned_posts

KINDS = ("organisation", "member", "post", "meeting", "ledger_entry")
STREET_NAME = "临江街道党工委"


def opening_day(on: date) -> date:
    """The 建账日 that suits a sample dated `on`: a whole year of records lies behind it."""
    return date(on.year - 1, 1, 1)


@dataclass(frozen=True)
class DemoStreet:
    """What to make; iterate `batches()` as often as wanted, every time the same rows come out."""

    members: int
    seed: int
    on: date
    base_date: date
    name: str
    root: str | None
    meetings: bool
    entries: bool

    @cached_property
    def templates(self) -> Mapping[str, LedgerTemplate]:
        """The shipped ledger templates."""
        return load_templates(resource("ledgers"))

    def batches(self, size: int = 5000) -> Iterator[tuple[str, list[Row]]]:
        """Rows of one kind at a time, about `size` of them; what a row refers to came before it or with it.

        A row holds stored values; sets and maps are `{key: value}` under their name. Only one organisation's
        members are held in memory beside the batch.
        """
        waiting: defaultdict[str, list[Row]] = defaultdict(list)
        held = 0
        for kind, row in _Maker(self).rows():
            if kind is None:
                # Between two organisations: nothing that waits refers to anything still to come.
                if held >= size:
                    yield from _flush(waiting)
                    held = 0
                continue
            waiting[kind].append(row)
            held += 1
        yield from _flush(waiting)

    def rows(self) -> dict[str, list[Row]]:
        """Everything at once by kind, for small streets and tests."""
        found: dict[str, list[Row]] = {kind: [] for kind in KINDS}
        for kind, batch in self.batches():
            found[kind] += batch
        return found


def street(
    *,
    members: int = BASE_MEMBERS,
    seed: int = 1,
    on: date,
    base_date: date,
    name: str = STREET_NAME,
    root: str | None = None,
    meetings: bool = True,
    entries: bool = True,
) -> DemoStreet:
    """A sample street with exactly `members` members in standing on `on`.

    Meetings and changes lie in the year before `on`, but never before `base_date` (see `opening_day`). With
    `root` that organisation exists already and gets no row. Leaving out `meetings` and ledger `entries` makes
    a large street much smaller. Raises `ValueError` for fewer members than fill such a street.
    """
    if members < SMALLEST:
        raise ValueError(f"a sample street has at least {SMALLEST} members")
    if base_date > on:
        raise ValueError("the records cannot be opened after the day of the sample")
    return DemoStreet(members, seed, on, base_date, name, root, meetings, entries)


def _flush(waiting: defaultdict[str, list[Row]]) -> Iterator[tuple[str, list[Row]]]:
    for kind in KINDS:
        if waiting[kind]:
            yield kind, waiting.pop(kind)


class _Maker:
    """One pass over the street, organisation by organisation."""

    def __init__(self, demo: DemoStreet) -> None:
        self._demo = demo
        on, base = demo.on, demo.base_date
        self._random = Random(demo.seed)
        self._ids = Ids(Random(demo.seed + 1), on)
        self._names = Names(self._random)
        self._scale = demo.members / BASE_MEMBERS
        self._tree = Planner(self._random, self._ids, on, base, demo.members).plan(demo.name, demo.root)
        places = [b.place for b in self._tree.branches if b.profile == "community"]
        self._members = Members(self._random, self._ids, self._names, on, base, places)
        self._posts = Posts(self._random, self._ids, self._names, on)
        self._calendar = Calendar(self._random, on, base)
        self._meetings = Meetings(self._random, self._ids, on, self._calendar)
        self._entries = Entries(self._random, self._ids, self._names, on, base, demo.templates)
        self._leaders: list[DemoPerson] = []

    def rows(self) -> Iterator[tuple[str | None, Row]]:
        """Kind and row; a kind of None marks a place where a batch may end."""
        tree = self._tree
        for row in tree.rows:
            yield "organisation", row
        yield None, {}
        arriving = None
        for branch in tree.branches:
            days = self._calendar.days(branch)
            household = self._members.household(branch, days.held["DYDH"], arriving)
            arriving = household.passed_on
            for row in household.rows:
                yield "member", row
            yield from self._life(branch, household, days)
            if arriving is None:
                yield None, {}
        yield from self._street_level(tree)

    def _life(self, branch: Branch, household: Household, days: Days) -> Iterator[tuple[str | None, Row]]:
        posts, committee = self._posts.committee(branch, household)
        for row in posts:
            yield "post", row
        if branch.profile == "office":
            self._leaders += committee + [p for p in household.standing(self._demo.on.toordinal()) if p.full][:20]
        if self._demo.meetings:
            for row in self._meetings.of(branch, household, committee, days):
                yield "meeting", row
        if self._demo.entries:
            self._entries.collect(branch, household.persons, most=6 * BASE_ENTRIES["care-visits"])

    def _street_level(self, tree: StreetTree) -> Iterator[tuple[str | None, Row]]:
        """Posts of the street and its fronts, the planned structure's names, and the ledgers."""
        leaders = list(dict.fromkeys(p.id for p in self._leaders))
        persons = {p.id: p for p in self._leaders}
        heads = [persons[i] for i in leaders]
        elected = date(self._demo.on.year - 2, 9, 8).toordinal()
        posts = self._posts.seats(tree.root, STREET_POSTS, heads, elected)
        for number, front in enumerate(tree.fronts):
            posts += self._posts.seats(front, ("书记",), heads[number % len(heads) :], elected)
        strangers = (self._names.person(self._random.random() < 0.3, 1970) for _ in iter(int, 1))
        posts += planned_posts(tree, self._random, self._ids, strangers, self._demo.on)
        for row in posts:
            yield "post", row
        if self._demo.entries:
            names = [p.name for p in heads[: len(STREET_POSTS)]]
            for row in self._entries.all(tree, self._scale, names):
                yield "ledger_entry", row
