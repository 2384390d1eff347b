"""The tree of Party organisations: names, scope, resolving what a person typed."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import NamedTuple

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.figures.census import GROUP_KIND
from dangjian_desktop.domain.records.spans import OnDay
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import organisations as queries
from dangjian_desktop.storage.queries.heads import Heads
from dangjian_desktop.storage.queries.heads import heads as head_counts

from . import naming


@dataclass(frozen=True, slots=True)
class OrgNode:
    """One unit of the tree; `members` counts its own members in force, `members_total` its sub-tree's.

    `kind_name` is what its level is called here: the local name where the unit is planned or no formal level.
    """

    id: str
    parent_id: str | None
    name: str
    short_name: str
    kind: str
    kind_name: str
    stage: str
    depth: int
    members: int
    members_total: int


class Within(NamedTuple):
    """The units a list keeps to, None for all, and the 党小组 where only its members and meetings are meant."""

    units: frozenset[str] | None
    group: str | None


def tree(office: Office, on: date | None = None) -> list[OrgNode]:
    """The standing units that the account sees of a day (today unless given), depth first, in the order of entry.

    That of an account with a unit begins at the unit: what stands above and beside it is not told.
    """
    nodes, own = whole_tree(office, on), office.actor.scope
    if own is None:
        return nodes
    seen = [node for node in nodes if node.id in own]
    inside, shift = {node.id for node in seen}, 0
    shown = []
    for node in seen:
        if node.parent_id not in inside:
            shift = node.depth
        above = node.parent_id if node.parent_id in inside else None
        shown.append(replace(node, parent_id=above, depth=node.depth - shift))
    return shown


def whole_tree(office: Office, on: date | None = None) -> list[OrgNode]:
    """All standing units of a day, also beyond the account's reach: for rules and matching, not for showing."""
    day = on or office.today()
    key = f"tree.{day}"
    with office.database.read() as connection:
        stamp = queries.stamp(connection)
        cached = office.cache.get(key)
        if cached and cached[0] == stamp:
            return list(cached[1])
        units = queries.units(connection, day)
    people = heads(office, day)
    counts = _member_counts(people, day)
    with office.database.read() as connection:
        counts |= queries.group_counts(connection, day, people.binned)
    nodes = _arrange(office, units, counts)
    office.cache[key] = (stamp, nodes)
    return nodes


_COUNTING = threading.Lock()
"""Tree and first page ask for the same count at once: one of them makes it."""


def heads(office: Office, day: date) -> Heads:
    """How many people there are by unit and class on a day; counted once until something is written."""
    with _COUNTING:
        with office.database.read() as connection:
            asked = (queries.stamp(connection), day)
            kept = office.cache.get("heads")
            if kept is not None and kept[0] == asked:
                found: Heads = kept[1]
                return found
            found = head_counts(connection, day)
        office.cache["heads"] = (asked, found)
    return found


def _member_counts(people: Heads, day: date) -> dict[str, int]:
    """Members in force by unit; whoever is in two at once is counted in both."""
    found: Counter[str] = Counter()
    for group in people.groups:
        if group.organisation is not None:
            found[group.organisation] += group.members
    known, then = {member.id for member in people.apart}, OnDay.of(day)
    several = {
        (stay.member, stay.organisation)
        for stay in people.stays
        if stay.member in known and stay.organisation and then.in_force(stay.from_on, stay.to_on)
    }
    found.update(unit for _member, unit in several)
    return found


def _arrange(office: Office, units: list[queries.Unit], counts: dict[str, int]) -> list[OrgNode]:
    known = {u.id for u in units}
    children: dict[str | None, list[queries.Unit]] = defaultdict(list)
    for unit in units:
        children[unit.parent if unit.parent in known else None].append(unit)
    totals: dict[str, int] = {}
    level = naming.level_names(office)
    order = list(_walk(children, None, 0, set()))
    for unit, _ in reversed(order):
        # Members of a group are members of its branch already.
        below = (child for child in children[unit.id] if child.kind != GROUP_KIND)
        totals[unit.id] = counts.get(unit.id, 0) + sum(totals.get(child.id, 0) for child in below)
    return [
        OrgNode(
            u.id,
            u.parent if u.parent in known else None,
            u.name,
            u.short_name or u.name,
            u.kind,
            level(u.kind, u.stage),
            u.stage or "actual",
            depth,
            counts.get(u.id, 0),
            totals[u.id],
        )
        for u, depth in order
    ]


def _walk(
    children: dict[str | None, list[queries.Unit]], parent: str | None, depth: int, seen: set[str]
) -> Iterator[tuple[queries.Unit, int]]:
    stack = [(u, depth) for u in reversed(children[parent])]
    while stack:
        unit, level = stack.pop()
        # Two offices moving units concurrently can make a circle; a unit is shown once, where it is met first.
        if unit.id in seen:
            continue
        seen.add(unit.id)
        yield unit, level
        stack.extend((c, level + 1) for c in reversed(children[unit.id]))


def subtree(office: Office, organisation: str, on: date | None = None) -> frozenset[str]:
    """The ids of a unit and everything below it."""
    below: dict[str | None, list[str]] = defaultdict(list)
    for node in whole_tree(office, on):
        below[node.parent_id].append(node.id)
    found, stack = {organisation}, [organisation]
    while stack:
        for child in below[stack.pop()]:
            if child not in found:
                found.add(child)
                stack.append(child)
    return frozenset(found)


def scope_ids(office: Office, scope: str | None, on: date | None = None) -> frozenset[str] | None:
    """The ids a list is limited to: the asked sub-tree within the account's own; None for the whole file.

    Raises `UserError` (`out_of_scope`) for a unit beyond the account's reach: its lists are not empty, they are closed.
    """
    own = reach(office, on)
    if scope is not None and own is not None and scope not in own:
        office.actor.require_unit(scope)
    if scope is None or scope == root_id(office):
        return own
    asked = subtree(office, scope, on)
    return asked if own is None else asked & own


def listed_within(office: Office, scope: str | None, on: date | None = None) -> Within:
    """What a list is limited to: the units of `scope_ids`, or the one group asked for within the account's own.

    Raises `UserError` (`out_of_scope`) as `scope_ids` does.
    """
    units = scope_ids(office, scope, on)
    if scope is not None and any(node.id == scope and node.kind == GROUP_KIND for node in whole_tree(office, on)):
        return Within(reach(office, on), scope)
    return Within(units, None)


def reach(office: Office, on: date | None = None) -> frozenset[str] | None:
    """The units of the account's own sub-tree, on a past day with those that have been dissolved since.

    A unit that stands elsewhere today is not among them. None for an account of the whole file.
    """
    own = office.actor.scope
    if own is None or on is None or office.scope is None or on == office.today():
        return own
    standing = {node.id for node in whole_tree(office)}
    return own | (subtree(office, office.scope, on) - standing)


def unit_and_group(office: Office, scope: str | None) -> tuple[OrgNode | None, OrgNode | None]:
    """The unit something new belongs to that is entered while `scope` is chosen; of a 党小组 its branch and itself."""
    nodes = {node.id: node for node in tree(office)}
    chosen = nodes.get(scope or "")
    if chosen is None or chosen.kind != GROUP_KIND:
        return chosen, None
    return nodes.get(chosen.parent_id or ""), chosen


def names(office: Office) -> dict[str, str]:
    """Full names of all units by id, dissolved and planned ones included."""
    with office.database.read() as connection:
        stamp = queries.stamp(connection)
        cached = office.cache.get("names")
        if cached is None or cached[0] != stamp:
            cached = office.cache["names"] = (stamp, queries.names(connection))
    return dict(cached[1])


def root_id(office: Office) -> str | None:
    """The unit that stands for the whole file: the first without a superior."""
    nodes = whole_tree(office)
    return nodes[0].id if nodes else None


def resolve(office: Office, text: str) -> str:
    """The id of the unit a person means by id, code, full name or unambiguous short name.

    A unit that stands today comes before dissolved ones of its name. Raises `UserError`: `org_ambiguous` says which
    units fit, `org_unknown` the nearest.
    """
    with office.database.read() as connection:
        found = queries.candidates(connection, text.strip())
    if len(found) > 1:
        standing = {node.id for node in whole_tree(office)}
        found = [unit for unit in found if unit[0] in standing] or found
    if len(found) == 1:
        return found[0][0]
    if found:
        raise _ambiguous(office, text, found)
    close = nearest(office, text)
    hint = f"相近的有：{'、'.join(close)}。" if close else ""
    raise UserError("org_unknown", f"没有找到党组织“{text}”。{hint}", advice="请核对名称，或先新建这个党组织。")


def _ambiguous(office: Office, text: str, found: Sequence[tuple[str, str]]) -> UserError:
    above = superior_names(office)
    fitting = "、".join(f"{name}（上级：{above[unit]}）" if above.get(unit) else name for unit, name in found[:5])
    advice = "请写组织代码；没有代码的，请先把名称改得不一样。" if len({name for _, name in found}) == 1 else ""
    return UserError(
        "org_ambiguous", f"“{text}”对应不止一个党组织：{fitting}。", advice=advice or "请写全称或组织代码。"
    )


def superior_names(office: Office) -> dict[str, str]:
    """The name of the unit above, by id of every standing unit that has one."""
    nodes = tree(office)
    called = {node.id: node.name for node in nodes}
    return {node.id: called[node.parent_id] for node in nodes if node.parent_id in called}


def alike(office: Office) -> dict[str, list[str]]:
    """The standing units of one full name, this one among them, by id of every unit that shares its name."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for node in tree(office):
        by_name[node.name].append(node.id)
    return {unit: same for same in by_name.values() if len(same) > 1 for unit in same}


def nearest(office: Office, text: str, limit: int = 3) -> list[str]:
    """Names of units that resemble a text."""
    known = list(dict.fromkeys(names(office).values()))
    within = [n for n in known if text and (text in n or n in text)]
    return list(dict.fromkeys(within + get_close_matches(text, known, n=limit, cutoff=0.45)))[:limit]
