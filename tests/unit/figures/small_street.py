"""A street of nine people whose every number is known by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.figures import bands
from dangjian_desktop.domain.figures.census import (
    CategoryRow,
    EntryRow,
    MeetingRow,
    MemberRow,
    OrganisationRow,
    Snapshot,
    StayRow,
)
from dangjian_desktop.domain.figures.survey import Survey, Yardsticks, survey
from dangjian_desktop.domain.ledgers import ledgers
from dangjian_desktop.domain.ledgers.ledger_templates import load_templates
from dangjian_desktop.domain.values import codes
from dangjian_desktop.domain.values.periods import parse_period

DAY = date(2026, 9, 30)
BASE = date(2026, 1, 1)
BANDS = bands.load(resource("codes"))
CODES = codes.load(resource("codes"))
TEMPLATES: dict[str, ledgers.LedgerTemplate] = load_templates(resource("ledgers"))


def unit(key: str, kind: str, parent: str | None = "street", **more: Any) -> OrganisationRow:
    """One organisation called by its key."""
    values: dict[str, Any] = dict.fromkeys(OrganisationRow._fields)
    values |= {"id": key, "name": f"{key}全称", "short_name": key, "kind": kind, "parent": parent} | more
    return OrganisationRow(**values)


def person(key: str, **more: Any) -> MemberRow:
    """A full member, man, Han, bachelor, born 1980, joined 2005, unless said otherwise."""
    values = {
        "id": key,
        "name": key,
        "sex": "1",
        "birth_on": "1980-05-05",
        "ethnic_group": "01",
        "education": "21",
        "member_class": "1",
        "joined_on": "2005-07-01",
    }
    return MemberRow(**(values | more))


def stay(member: str, organisation: str | None, **more: Any) -> StayRow:
    """A stay that was there at 建账, unless said otherwise."""
    values: dict[str, Any] = dict.fromkeys(StayRow._fields)
    values |= {
        "member": member,
        "organisation": organisation,
        "from_on": "2026-01-01",
        "in_kind": "opening",
        "key": "",
    } | more
    return StayRow(**values)


ORGANISATIONS = [
    unit("street", "工委", None),
    unit("front", "621", street_counted=False, field="front", term_elected_on="2024-01-10", term_years=3),
    unit("firm", "631", "front", field="two_new", term_elected_on="2023-12", term_years=3),
    unit("community", "621", field="village", term_elected_on="2021-09-01"),
    unit("first", "631", "community", committee=True, founded_on="2019-01-01"),
    unit("group", "小组", "first"),
    unit("second", "631", "community", founded_on="2026-08-15"),
    unit("planned", "大党委", "community", stage="planned"),
    unit("volunteers", "功能", "community"),
    unit("closed", "631", dissolved_on="2026-07-31"),
]

MEMBERS = [
    person("甲", birth_on="1995-09-30", joined_on="1949-09-30"),  # 31 on the day itself
    person("乙", birth_on="1995-10-01", joined_on="1949-10-01"),  # still 30 on the day
    person("丙", sex="2", ethnic_group="11", education="31", member_class="2", joined_on="2026-08"),
    person("丁", birth_on=None, education=None, joined_on=None, ethnic_group="97"),
    person("戊", education="41"),
    person("己", education="61", birth_on="1955"),
    person("庚"),
    person("辛"),
    person("壬"),
]

STAYS = [
    stay("甲", "first", group="group"),
    stay("乙", "first"),
    stay("丙", "second", from_on="2026-08", in_kind="I1"),
    stay("丁", "firm", from_on=None),
    # Moved inside the street: out of the closed branch into the second.
    stay("戊", "closed", to_on="2026-07-20", out_kind="move"),
    stay("戊", "second", from_on="2026-07-20", in_kind="move"),
    stay("己", "firm", to_on="2026-09", out_kind="O3"),  # died some day of September
    stay("庚", "first", from_on="2026-09-30", in_kind="I5", counterpart="邻街道党工委"),
    stay("辛", "first", to_on="2026-10-01", out_kind="O4"),  # leaves only after the day
    stay("壬", "volunteers"),
]

CATEGORIES = [
    CategoryRow("甲", "F1", "2026-02-01", None),
    CategoryRow("乙", "F1", "2026-02-01", "2026-09-01"),
    CategoryRow("丁", "F2", "2026-09", None),
    CategoryRow("辛", "F1", "2026-10-01", None),
]


def meeting(key: str, kinds: str, organisation: str, day: str, group: str | None = None) -> MeetingRow:
    """One meeting; `kinds` divided by blanks."""
    return MeetingRow(key, frozenset(kinds.split()), organisation, group, date.fromisoformat(day))


MEETINGS = [
    meeting("m1", "DYDH ZTDR", "first", "2026-07-10"),
    meeting("m2", "DYDH", "first", "2026-07-28"),
    meeting("m3", "ZWH", "first", "2026-08-03"),
    meeting("m4", "DXZH", "first", "2026-09-30", "group"),
    meeting("m5", "DK", "firm", "2026-09-01"),
]


def entry(key: str, state: str, due_on: str, **values: Any) -> EntryRow:
    """One rectification entry of the community."""
    return EntryRow(key, "rectification", "community", key, state, {"problem": key, "due_on": due_on} | values)


ENTRIES = [
    entry("ZG-2026-001", "closed", "2026-08-31", closed_on="2026-08-20"),
    entry("ZG-2026-002", "closed", "2026-08-31", closed_on="2026-09-02"),
    entry("ZG-2026-003", "working", "2026-09-29"),
    entry("ZG-2026-004", "working", "2026-09-30"),
]


def snapshot(**changes: Any) -> Snapshot:
    """The street's rows, with some of them exchanged."""
    rows: dict[str, Any] = {
        "organisations": ORGANISATIONS,
        "members": MEMBERS,
        "stays": STAYS,
        "categories": CATEGORIES,
        "meetings": MEETINGS,
        "entries": ENTRIES,
    }
    return Snapshot(DAY, **(rows | changes))


def reference(base_date: date = BASE) -> Yardsticks:
    """Cut points, codes and ledgers as shipped."""
    return Yardsticks(BANDS, CODES, TEMPLATES, base_date)


def street_survey(
    period: str = "2026Q3", scope: frozenset[str] | None = None, *, base_date: date = BASE, **changes: Any
) -> Survey:
    """The street surveyed on 30 September 2026."""
    return survey(snapshot(**changes), reference(base_date), parse_period(period), DAY, scope)
