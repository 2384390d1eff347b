"""The tree of the sample street: the shape of the first seed document, scaled to the members asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from .names import Ids

Row = dict[str, Any]
YEAR = 365.2425

BASE_MEMBERS = 2126
"""The members that the first seed document names; every other quantity of the shape scales with it."""

BASE_PROBATIONARY = 37
PLANNED_COMMITTEES, PLANNED_BRANCHES, PLANNED_GROUPS = 16, 60, 194
PART_TIME_SEATS, GROUP_LEADERS = 109, 192
NAMED_COMMUNITIES = ("九十墩社区", "春天社区", "刘口社区")
SMALLEST = 10
"""Fewer members than this cannot fill an office and a community; below 120 some classes are left out."""

FRONTS = (
    ("党政机关", "office"),
    ("平安综治", "unit"),
    ("城市建设", "unit"),
    ("社会事务", "unit"),
    ("工业企业", "firm"),
    ("商贸流通", "firm"),
    ("物业服务", "firm"),
    ("教育培训", "social"),
    ("医养健康", "social"),
    ("社会组织", "social"),
)
"""The layer of general branches that the street does not count among its organisations, and what each takes in."""

UNITS = (
    "党群服务中心",
    "综合执法中心",
    "社区网格管理综合服务中心",
    "司法所",
    "财政所",
    "市场监管所",
    "自然资源和规划所",
    "环卫所",
    "水务站",
    "文化站",
    "退役军人服务站",
    "卫生服务中心",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One class of counted organisations: how many in the base shape, their sizes, names that must occur."""

    profile: str
    kind: str
    count: int
    low: int
    high: int
    named: tuple[str, ...] = ()


SHAPES = (
    Shape("office", "631", 2, 30, 48),
    Shape("community", "611", 4, 101, 122),
    Shape("community", "621", 7, 52, 82),
    Shape("community", "631", 5, 34, 50, NAMED_COMMUNITIES),
    Shape("community", "631", 1, 51, 57),
    Shape("village", "621", 1, 54, 80),
    Shape("village", "631", 3, 30, 48),
    Shape("two_new", "631", 33, 5, 26),
    Shape("two_new", "632", 9, 6, 22),
    Shape("unit", "631", 8, 9, 32),
)
"""21 村居 + 2 机关 + 42 两新 + 8 办直 = 73; the largest classes of size hold most members."""

COMMITTEE_FROM = 7
"""Full members from which a branch sets up a committee (支部条例2018)."""

EVENTS = {"joined_left": 3, "moved_in": 55, "moved_out": 45, "died": 20, "removed": 2, "suspended": 3, "restored": 2}
"""Changes in the year before the day, at the base size; those admitted come with the probationary members."""

INTERNAL_MOVES = 6


@dataclass(slots=True)
class Branch:
    """One counted organisation with what the later steps need to know of it."""

    id: str
    name: str
    place: str
    kind: str
    profile: str
    parent: str
    size: int
    units: tuple[str, ...] = ()
    probationary: int = 0
    events: dict[str, int] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    committee_planned: int = 0
    elected: date = date.min
    founded: date = date.min
    leaders: list[str] = field(default_factory=list)

    @property
    def village(self) -> bool:
        """Whether it is one of the 村居."""
        return self.profile in ("community", "village")

    def quota(self, event: str) -> int:
        """How many members meet this event in the year."""
        return self.events.get(event, 0)


@dataclass(slots=True)
class StreetTree:
    """All organisations: rows in an order where parents come first, and the counted ones with their quotas."""

    root: str
    rows: list[Row]
    branches: list[Branch]
    fronts: list[str]
    committees: list[str]
    planned_groups: list[str]


def first_day(on: date, base_date: date) -> date:
    """From when meetings and changes are made: a year before the day, but never before the records were opened."""
    return max(base_date, on - timedelta(days=365))


def planned_posts(tree: StreetTree, random: Random, ids: Ids, person: Iterator[str], on: date) -> Iterator[Row]:
    """Seats that are already named in the planned structure: heads of units, and members who live there."""
    from_on = (on - timedelta(days=120)).isoformat()[:7]
    for number in range(PART_TIME_SEATS if tree.committees else 0):
        yield {
            "id": ids.new(),
            "organisation": tree.committees[number % len(tree.committees)],
            "person_name": next(person),
            "post": "兼职委员",
            "from_on": from_on,
            "note": f"{random.choice(UNITS)}党组织负责人",
        }
    for number in range(GROUP_LEADERS if tree.planned_groups else 0):
        yield {
            "id": ids.new(),
            "organisation": tree.planned_groups[number],
            "person_name": next(person),
            "post": "组长",
            "from_on": from_on,
            "note": "在居住地报到的党员",
        }
