"""Laying out the tree of the sample street, and who comes and goes where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from dangjian_desktop.domain.records import terms

from .names import Ids, Places, credit_code, phone
from .street import (
    BASE_MEMBERS,
    BASE_PROBATIONARY,
    COMMITTEE_FROM,
    EVENTS,
    FRONTS,
    INTERNAL_MOVES,
    NAMED_COMMUNITIES,
    PLANNED_BRANCHES,
    PLANNED_COMMITTEES,
    PLANNED_GROUPS,
    SHAPES,
    UNITS,
    Branch,
    Row,
    Shape,
    StreetTree,
    first_day,
)

_MEMBERS_A_CLASS = 12
"""So many members for every class of organisations: a smaller street does without the largest ones."""

_SHORTEST = 0.1
"""Share of a year below which no changes are made."""


class Planner:
    """Lays out the tree; everything it draws comes from one seeded generator."""

    def __init__(self, random: Random, ids: Ids, on: date, base_date: date, members: int) -> None:
        self._random = random
        self._ids = ids
        self._on = on
        self._since = first_day(on, base_date)
        self._members = members
        self._scale = members / BASE_MEMBERS
        self._places = Places(random)
        self._serial = 0
        self._tree = StreetTree("", [], [], [], [], [])

    def plan(self, name: str, root: str | None) -> StreetTree:
        """The whole tree; with `root` given, that organisation exists already and gets no row."""
        self._tree.root = root or self._ids.new()
        if root is None:
            self._add(self._tree.root, name, "工委", None, founded=date(1998, 3, 12), short_name=name)
        fronts = self._plan_fronts()
        sizes = self._sizes()
        for shape, group in sizes:
            for number, size in enumerate(group):
                self._tree.branches.append(self._branch(shape, number, size, fronts))
        Quotas(self._random, self._tree.branches, self._scale, (self._on - self._since).days / 365).share()
        for branch in self._tree.branches:
            self._add_branch(branch)
        self._plan_planned()
        return self._tree

    def _plan_fronts(self) -> dict[str, list[str]]:
        fronts: dict[str, list[str]] = {}
        for round_number in range(max(1, round(self._scale / 5))):
            for title, takes in FRONTS:
                name = f"{title}战线党总支" if not round_number else f"{title}战线第{round_number + 1}党总支"
                identity = self._ids.new()
                founded = self._day(date(2004, 1, 5), date(2016, 12, 20))
                self._add(
                    identity,
                    name,
                    "621",
                    self._tree.root,
                    field="front",
                    founded=founded,
                    term=self._elected(3, founded),
                    term_years=3,
                    committee_planned=5,
                )
                fronts.setdefault(takes, []).append(identity)
                self._tree.fronts.append(identity)
        return fronts

    def _sizes(self) -> list[tuple[Shape, list[int]]]:
        """How many members each organisation has, so that all together are exactly those asked for."""
        drawn = []
        for shape in self._shapes():
            count = max(1, round(shape.count * self._scale))
            drawn.append((shape, [self._random.randint(shape.low, shape.high) for _ in range(count)]))
        flat = [(shape, group, i) for shape, group in drawn for i in range(len(group))]
        missing = self._members - sum(sum(group) for _, group in drawn)
        step = 1 if missing > 0 else -1
        tries = 0
        while missing:
            shape, group, i = self._random.choice(flat)
            tries += 1
            # The ranges give way when they cannot hold the number asked for.
            if shape.low <= group[i] + step <= shape.high or (tries > 40 * len(flat) + 20000 and group[i] > 4):
                group[i] += step
                missing -= step
        return drawn

    def _shapes(self) -> Sequence[Shape]:
        """The classes of organisations that so many members can fill, in the order of the street."""
        # Planned branches and groups stand below communities; the street's own leaders belong to its offices.
        order = sorted(SHAPES, key=lambda shape: (not shape.named and shape.profile != "office", shape.low))
        chosen = order[: max(2, self._members // _MEMBERS_A_CLASS)]
        return [shape for shape in SHAPES if shape in chosen]

    def _branch(self, shape: Shape, number: int, size: int, fronts: dict[str, list[str]]) -> Branch:
        ending = {"611": "党委", "621": "党总支", "631": "党支部", "632": "联合党支部"}[shape.kind]
        place, name, takes = self._name(shape, number, ending)
        parent = self._tree.root if takes is None else self._random.choice(fronts[takes])
        branch = Branch(self._ids.new(), name, place, shape.kind, shape.profile, parent, size)
        if shape.kind == "632":
            make = self._places.social if takes == "social" else self._places.firm
            branch.units = tuple(make() for _ in range(self._random.randint(2, 5)))
        elif shape.profile == "two_new":
            branch.units = (place,)
        return branch

    def _name(self, shape: Shape, number: int, ending: str) -> tuple[str, str, str | None]:
        """Place, full name and the kind of front it belongs to (None: directly below the street)."""
        if shape.profile == "office":
            title = "机关第一" if number == 0 else "机关第二" if number == 1 else f"机关第{number + 1}"
            return title, f"{title}党支部", "office"
        if shape.profile == "unit":
            title = UNITS[number] if number < len(UNITS) else self._places.take((self._places.village(),), UNITS)
            return title, title + ending, "unit"
        if shape.profile == "two_new":
            takes = self._random.choice(("firm", "firm", "social"))
            if shape.kind == "632":
                kinds = (
                    ("商圈", "楼宇", "产业园", "物业行业", "餐饮行业")
                    if takes == "firm"
                    else ("医养行业", "校外培训行业")
                )
                title = self._places.take((self._places.village(),), kinds)
            else:
                title = self._places.firm() if takes == "firm" else self._places.social()
            return title, title + ending, takes
        if number < len(shape.named):
            title = shape.named[number]
        else:
            title = self._places.village() + ("社区" if shape.profile == "community" else "村")
        return title, title + ending, None

    def _add_branch(self, branch: Branch) -> None:
        full = branch.size - branch.probationary
        term_years = 5 if branch.village or branch.kind == "611" else 3
        branch.founded = self._day(date(1996, 2, 1), date(2019, 11, 30))
        branch.elected = self._elected(term_years, branch.founded)
        if full >= COMMITTEE_FROM:
            branch.committee_planned = {"611": 7, "621": 5}.get(branch.kind, 5 if branch.size >= 30 else 3)
        self._add(
            branch.id,
            branch.name,
            branch.kind,
            branch.parent,
            field={"community": "village"}.get(branch.profile, branch.profile),
            street_counted=True,
            founded=branch.founded,
            term=branch.elected,
            term_years=term_years,
            committee_planned=branch.committee_planned,
            short_name=branch.name if branch.profile == "office" else branch.place,
            setup_mode="joint" if branch.kind == "632" else "single",
            term_extended_to=self._extended(branch, term_years),
            term_method="assembly" if branch.committee_planned else "direct",
            term_due=full,
            term_present=full - full // 12,
            **self._premises(branch),
        )
        self._add_groups(branch)

    def _extended(self, branch: Branch, term_years: int) -> str | None:
        """Some of the terms that are over were prolonged by a year."""
        due = branch.elected.replace(year=branch.elected.year + term_years)
        if due >= self._on or self._random.random() < 0.5:
            return None
        return due.replace(year=due.year + 1).isoformat()

    def _premises(self, branch: Branch) -> Row:
        random = self._random
        units = "\n".join(
            f"{unit}（{credit_code(random)}，"
            f"{'社会组织' if '公司' not in unit else '非公有制企业'}，从业{random.randint(8, 180)}人）"
            for unit in branch.units
        )
        return {
            "units": units or None,
            "premises_address": f"{branch.place}{'党群服务中心' if branch.village else '党员活动室'}",
            "premises_area": random.choice((180, 260, 420, 680) if branch.village else (24, 36, 60, 120)),
            "phone": phone(random),
            "postcode": "429900",
        }

    def _add_groups(self, branch: Branch) -> None:
        # A group of some twenty; only the 村居 are large and scattered enough to have them.
        if branch.village and branch.size >= 36:
            branch.groups = tuple(self._ids.new() for _ in range(max(2, round(branch.size / 22))))
        for number, group in enumerate(branch.groups):
            title = f"第{'一二三四五六七八九十'[number]}党小组"
            self._add(
                group, branch.name + title, "小组", branch.id, field="village", founded=branch.founded, short_name=title
            )

    def _elected(self, years: int, founded: date) -> date:
        """When the present committee was elected; some terms are nearly over, a few are past their end."""
        draw = self._random.random()
        if draw < 0.04:
            ends = self._on - timedelta(days=self._random.randint(12, 280))
        elif draw < 0.16:
            ends = self._on + timedelta(days=self._random.randint(5, 175))
        else:
            ends = self._on + timedelta(days=self._random.randint(185, years * 365 - 30))
        elected = date(ends.year - years, ends.month, min(ends.day, 28))
        return max(elected, founded)

    def _plan_planned(self) -> None:
        """The four-level structure that is still planned: no formal member belongs to it."""
        communities = [b for b in self._tree.branches if b.profile == "community"]
        communities.sort(key=lambda b: b.place not in NAMED_COMMUNITIES)
        hosts = communities[:PLANNED_COMMITTEES]
        branches: list[tuple[str, str]] = []
        for host in hosts:
            identity = self._ids.new()
            self._add(identity, f"{host.place}“大党委”", "大党委", host.id, field="community", planned=True)
            self._tree.committees.append(identity)
        for number in range(PLANNED_BRANCHES if hosts else 0):
            host = hosts[number % len(hosts)]
            compound = self._places.compound()
            identity = self._ids.new()
            name = f"{host.place}{compound}小区党支部"
            parent = self._tree.committees[number % len(hosts)]
            self._add(
                identity,
                name,
                "功能",
                parent,
                field="community",
                planned=True,
                setup_mode="functional",
                buildings=f"{compound}1—{self._random.randint(4, 18)}栋",
                short_name=f"{compound}小区党支部",
            )
            branches.append((identity, name.removesuffix("党支部")))
        for number in range(PLANNED_GROUPS if hosts else 0):
            parent, place = branches[number % len(branches)]
            building = number // len(branches) * 3 + 1
            identity = self._ids.new()
            self._add(
                identity,
                f"{place}{building}—{building + 2}栋党小组",
                "小组",
                parent,
                field="community",
                planned=True,
                buildings=f"{building}栋、{building + 1}栋、{building + 2}栋",
                short_name=f"{building}—{building + 2}栋党小组",
            )
            self._tree.planned_groups.append(identity)

    def _add(
        self,
        identity: str,
        name: str,
        kind: str,
        parent: str | None,
        *,
        founded: date | None = None,
        term: date | None = None,
        planned: bool = False,
        committee_planned: int = 0,
        **more: Any,
    ) -> None:
        self._serial += 1
        row: Row = {
            "id": identity,
            "name": name,
            "kind": kind,
            "parent": parent,
            "stage": "planned" if planned else "actual",
            "street_counted": False,
            "code": f"0429{self._serial:07d}",
        }
        if founded:
            row["founded_on"] = founded.isoformat()
            row["founding_doc"] = f"街工发〔{founded.year}〕{self._random.randint(1, 60)}号"
        if term:
            row["term_elected_on"] = term.isoformat()
            row["term_doc"] = f"街组发〔{term.year}〕{self._random.randint(1, 90)}号"
        if kind in ("611", "621", "631", "632"):
            row["committee"] = committee_planned > 0
            row["committee_planned"] = committee_planned or None
        row |= {key: value for key, value in more.items() if value is not None}
        row = terms.creation(row)
        if term and founded and row.get("terms"):
            row["terms"] = _with_earlier(row["terms"], term, founded)
        self._tree.rows.append(row)

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self._random.randrange((last - first).days))


def _with_earlier(held: Row, elected: date, founded: date) -> Row:
    """The term with the one before it, where the organisation was there by then."""
    (now,) = held.values()
    before = elected - timedelta(days=365 * now["years"] - 30)
    if before < founded:
        return held
    earlier = {"elected_on": before.isoformat(), "years": now["years"], "doc": f"街组发〔{before.year}〕21号"}
    return {before.isoformat(): earlier, **held}


class Quotas:
    """Spreads probationary members and the year's changes over the organisations by their size."""

    def __init__(self, random: Random, branches: list[Branch], scale: float, years: float) -> None:
        self._random = random
        self._branches = branches
        self._scale = scale
        self._years = years if years >= _SHORTEST else 0.0

    def share(self) -> None:
        """Write the quotas into the organisations."""
        branches = self._branches
        weights = list(accumulate(b.size for b in branches))
        room = {b.id: max(0, b.size // 4) for b in branches}
        wanted = {"probationary": max(1, round(BASE_PROBATIONARY * self._scale))}
        wanted |= {event: round(count * self._scale * self._years) for event, count in EVENTS.items()}
        for event, count in wanted.items():
            comes = event in ("probationary", "moved_in", "restored")
            while count:
                branch = self._random.choices(branches, cum_weights=weights)[0]
                if comes and not room[branch.id]:
                    continue
                count -= 1
                if comes:
                    room[branch.id] -= 1
                if event == "probationary":
                    branch.probationary += 1
                else:
                    branch.events[event] = branch.quota(event) + 1
        self._share_moves(round(INTERNAL_MOVES * self._scale * self._years), room)

    def _share_moves(self, count: int, room: dict[str, int]) -> None:
        """Moves inside the street go from one organisation to the next in the list."""
        pairs = [i for i in range(len(self._branches) - 1) if room[self._branches[i + 1].id]]
        for i in self._random.sample(pairs, min(count, len(pairs))):
            self._branches[i].events["passed_on"] = 1
