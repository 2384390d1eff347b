"""Which standing records refer to others: derived from the field types, asked by undo, the bin and its question."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

from dangjian_desktop.domain.records.fields import FORMER, VALUES, Reference
from dangjian_desktop.domain.records.kinds import KINDS

from .shape import SHAPES

_AMONG = "IN (SELECT value FROM json_each(:ids))"


class Referring(NamedTuple):
    """One standing record that refers to another."""

    kind: str
    record: str
    target: str


def referring(connection: Connection, kind: str, ids: Collection[str]) -> Iterator[Referring]:
    """Every standing record that refers to one of `ids` of a kind, once for each of the two."""
    if not ids:
        return
    asked = {"ids": json.dumps(list(ids))}
    seen: set[Referring] = set()
    for holder, query in _queries(kind):
        for record, target in connection.execute(text(query), asked):
            found = Referring(holder, record, target)
            if found not in seen:
                seen.add(found)
                yield found


def _queries(target: str) -> Iterator[tuple[str, str]]:
    for spec in KINDS.values():
        for reference in spec.references():
            if reference.target == target:
                yield spec.name, _query(reference)
        if VALUES in spec.maps:
            table = SHAPES[spec.name].table.name
            # A column of several holds a list, a child row an object: ids may lie at any depth.
            named = f'SELECT o.id, v.atom FROM {table} o, json_tree(o."{VALUES}") v WHERE NOT o.binned'
            yield spec.name, f"{named} AND v.atom {_AMONG}"


def _query(reference: Reference) -> str:
    shape = SHAPES[reference.holder]
    owner = shape.table.name
    if reference.set is None:
        column = f'o."{reference.column}"'
        return f"SELECT o.id, {column} FROM {owner} o WHERE NOT o.binned AND {column} {_AMONG}"
    child = shape.sets[reference.set].table.name
    column, limit = reference.column or "key", ""
    if reference.set == FORMER:
        column, limit = "value", f" AND c.attribute = '{reference.column}'"
    return (
        f'SELECT o.id, c."{column}" FROM {child} c JOIN {owner} o ON o.id = c.record'
        f' WHERE NOT o.binned AND c."{column}" {_AMONG}{limit}'
    )
