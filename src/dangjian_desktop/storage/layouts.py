"""How the creations of each kind are cut into leaves, and whose units their children belong to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from sqlalchemy import Connection, text

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.sync.layout import Layout, Leaf, content
from dangjian_desktop.sync.leaves import refuse_decimals

from . import pump
from .reach import unit_of
from .shape import BINNED, SHAPES, KindShape, flat_columns, keyed_values, without_nothing

_STUBS = {
    "organisation": ("name", "short_name", "kind", "parent"),
    "member": ("name",),
    "meeting": ("meeting_kind", "title", "organisation"),
    "ledger_entry": ("template", "organisation"),
}
_MANY = 20
"""From so many new records on, going by column is the shorter road."""
_CLEARABLE = "clearable"
_TOGETHER = {"contact": ("phone", "landline", "address", "registered_address")}
"""Restricted fields that nobody gets one by one: how a person is reached."""


@cache
def declared(kind: str) -> Layout:
    """How a creation of this kind is cut today."""
    shape, spec = SHAPES[kind], KINDS[kind]
    leaf_of = {field: name for name, fields in _TOGETHER.items() for field in fields}
    leaves: dict[str, list[str]] = {}
    for field in dict.fromkeys((*spec.clearable, *spec.restricted)):
        if field in shape.known:
            # What is not withheld from anybody is mostly cleared together; a single one leaves a remainder.
            leaf = leaf_of.get(field, field) if field in spec.restricted else _CLEARABLE
            leaves.setdefault(leaf, []).append(field)
    apart = {field for fields in leaves.values() for field in fields}
    named = _STUBS.get(kind) or (*(field.name for field in spec.fields if field.required), spec.unit)
    stub = tuple(name for name in named if name in shape.known and name not in apart)
    return Layout(stub, tuple((name, tuple(fields)) for name, fields in leaves.items()))


def number_of(connection: Connection, kind: str) -> int:
    """The number under which the file keeps today's cut of this kind, put in if it is new."""
    cut = json.dumps(declared(kind).as_list())
    row = connection.execute(
        text("SELECT id FROM leaf_layout WHERE kind = :kind AND cut = :cut"), {"kind": kind, "cut": cut}
    ).first()
    if row is not None:
        return int(row[0])
    added = connection.execute(
        text("INSERT INTO leaf_layout(kind, cut) VALUES(:kind, :cut)"), {"kind": kind, "cut": cut}
    )
    return int(added.lastrowid)


def kept(connection: Connection) -> dict[int, Layout]:
    """Every cut that creations of this file were made with; one that cannot be read is left out."""
    found = {}
    for number, cut in connection.execute(text("SELECT id, cut FROM leaf_layout")):
        with suppress(ValueError, TypeError, KeyError, AttributeError):
            found[int(number)] = Layout.of_list(json.loads(cut))
    return found


def cut_creation(
    shape: KindShape, row: Mapping[str, Any], of_members: Mapping[str, str]
) -> tuple[list[bytes], str | None]:
    """What the leaves of a new record hold; and the leaves with their paths, where nothing will tell them later.

    `of_members` gives the units of the members who are keys of its children.
    """
    unit = _own_unit(shape, row)
    foreign, told = _foreign_children(shape, row, unit, of_members)
    columns, keyed = flat_columns(shape, row), keyed_values(shape, row)
    if "values" in shape.maps:
        refuse_decimals(keyed)
    in_stub, cut = unit if _unit_in_set(shape) else None, declared(shape.name)
    if not told:
        return cut.contents(columns, keyed, in_stub, foreign), None
    leaves = cut.cut({**columns, **keyed}, in_stub, foreign)
    return [content(leaf) for leaf in leaves], explicit(leaves)


def cut_creations(
    shape: KindShape, rows: Sequence[Mapping[str, Any]], of_members: Mapping[str, str]
) -> list[tuple[list[bytes], str | None]]:
    """`cut_creation` for many records: those that hold nothing but columns and one stay go by column."""
    found: list[tuple[list[bytes], str | None]] = [([], None)] * len(rows)
    plain = _plain_ones(shape, rows) if len(rows) >= _MANY else []
    if plain:
        # The same columns for all of them, whoever else is in the batch.
        for place, contents in zip(plain, _cut_plain(shape, [rows[place] for place in plain]), strict=True):
            found[place] = contents, None
    for place in sorted(set(range(len(rows))).difference(plain)):
        found[place] = cut_creation(shape, rows[place], of_members)
    return found


def _plain_ones(shape: KindShape, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The places of rows without filled sets and maps, apart from the one member of the set that tells the unit."""
    given = set().union(*rows)
    own = KINDS[shape.name].unit if _unit_in_set(shape) else None
    others = [name for name in (*shape.sets, *shape.maps) if name in given and name != own]
    return [
        place
        for place, row in enumerate(rows)
        if (own is None or (len(held := row.get(own) or {}) == 1 and None not in held.values()))
        and not any(row.get(name) for name in others)
    ]


def _cut_plain(shape: KindShape, rows: Sequence[Mapping[str, Any]]) -> list[list[bytes]]:
    columns = {name: [row.get(name) for row in rows] for name in set().union(*rows) if name in shape.known}
    if BINNED in columns:
        columns[BINNED] = [value or None for value in columns[BINNED]]
    columns = {name: values for name, values in columns.items() if values.count(None) < len(values)}
    if not _unit_in_set(shape):
        return declared(shape.name).many_contents(columns, (), [None] * len(rows))
    name = KINDS[shape.name].unit
    held = [next(iter(row[name].items())) for row in rows]
    keyed = [(f"{name}.{key}", without_nothing(value)) for key, value in held]
    return declared(shape.name).many_contents(columns, keyed, [value.get("organisation") for _, value in held])


def explicit(leaves: Sequence[Leaf]) -> str:
    """The leaves of a creation with their paths, where the layout does not tell them."""
    return json.dumps([[leaf.name, sorted(leaf.values)] for leaf in leaves], ensure_ascii=False)


def cut_again(shape: KindShape, cut: Layout, row: Mapping[str, Any], values: Mapping[str, Any]) -> list[Leaf]:
    """The leaves of a record as it was created, by the cut that the file keeps for it."""
    unit = _own_unit(shape, row)
    foreign, _ = _foreign_children(shape, row, unit, {})
    return cut.cut(values, unit if _unit_in_set(shape) else None, foreign)


def _own_unit(shape: KindShape, row: Mapping[str, Any]) -> str | None:
    # A unit is its own unit, whatever its children say; its id is not among its values.
    return None if KINDS[shape.name].unit == "id" else unit_of(shape, row)


def _unit_in_set(shape: KindShape) -> bool:
    return KINDS[shape.name].unit in shape.sets


def _foreign_children(
    shape: KindShape, row: Mapping[str, Any], own: str | None, of_members: Mapping[str, str]
) -> tuple[dict[str, str], bool]:
    """Children that belong to another unit than the record, as `{path: unit}`; and whether a member's unit told it."""
    found: dict[str, str] = {}
    told = False
    for name, child in shape.sets.items():
        members = row.get(name)
        if not members or (len(members) == 1 and name == KINDS[shape.name].unit):
            continue
        if child.key is FieldType.MEMBER:
            abroad = {f"{name}.{key}": of_members[key] for key in members if of_members.get(key, own) != own}
            told = told or bool(abroad)
            found.update(abroad)
        elif "organisation" in child.columns:
            for key, value in members.items():
                unit = (value or {}).get("organisation")
                if unit and unit != own:
                    found[f"{name}.{key}"] = unit
    return found, told


def units_of_members(connection: Connection, shape: KindShape, rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The units of the members who are keys of the children of these new records."""
    sets = [name for name, child in shape.sets.items() if child.key is FieldType.MEMBER]
    keys = sorted({key for row in rows for name in sets for key in row.get(name) or {}})
    if not keys:
        return {}
    pump.settle(connection)
    found = connection.execute(
        text("SELECT id, organisation FROM member WHERE id IN (SELECT value FROM json_each(:keys))"),
        {"keys": json.dumps(keys)},
    )
    return {member: unit for member, unit in found if unit}
