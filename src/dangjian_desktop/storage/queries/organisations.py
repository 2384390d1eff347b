"""Reading the tree of organisations as of a day, by plain rows."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, func, or_, select, text

from .. import tables
from . import spans
from .listing import in_force

_ORG, _STAY = tables.organisation, tables.membership


class Unit(NamedTuple):
    """One organisation as it was on the day asked for."""

    id: str
    name: str
    short_name: str | None
    kind: str
    parent: str | None
    stage: str | None
    code: str | None


def stamp(connection: Connection) -> int:
    """Grows with every operation of the file; tells whether something cached is still right."""
    return int(connection.execute(text("SELECT coalesce(max(id), 0) FROM operation")).scalar_one())


def units(connection: Connection, day: date) -> list[Unit]:
    """Units that stood on `day`: dissolved ones and those in the bin are left out."""
    former = spans.former_values(connection, day)
    found = []
    for row in connection.execute(
        select(_ORG.c.id, _ORG.c.name, _ORG.c.short_name, _ORG.c.kind, _ORG.c.parent, _ORG.c.stage, _ORG.c.code)
        .where(_ORG.c.binned.is_(False), spans.standing(_ORG.c.dissolved_on, day))
        .order_by(_ORG.c.rid)
    ):
        unit = Unit(*row)
        if unit.id in former:
            unit = unit._replace(**{a: v for a, v in former[unit.id].items() if a in Unit._fields})
        found.append(unit)
    return found


def names(connection: Connection) -> dict[str, str]:
    """Full names by id."""
    return {r[0]: r[1] for r in connection.execute(select(_ORG.c.id, _ORG.c.name))}


def group_counts(connection: Connection, day: date, binned: Collection[str]) -> dict[str, int]:
    """Members in force by 党小组 on a day, without those in the bin; each is counted in the branch as well."""
    rows = connection.execute(
        select(_STAY.c.group, func.count(_STAY.c.record.distinct()))
        .where(
            _STAY.c.group.is_not(None),
            in_force(day),
            text("record NOT IN (SELECT value FROM json_each(:gone))").bindparams(gone=json.dumps(sorted(binned))),
        )
        .group_by(_STAY.c.group)
    )
    return {row[0]: int(row[1]) for row in rows}


def candidates(connection: Connection, typed: str) -> list[tuple[str, str]]:
    """Units a text can mean, as (id, full name): by id, code or full name, else by short name."""
    exact = connection.execute(
        select(_ORG.c.id, _ORG.c.name).where(
            _ORG.c.binned.is_(False), or_(_ORG.c.id == typed, _ORG.c.code == typed, _ORG.c.name == typed)
        )
    ).all()
    if not exact:
        exact = connection.execute(
            select(_ORG.c.id, _ORG.c.name).where(_ORG.c.binned.is_(False), _ORG.c.short_name == typed)
        ).all()
    return [(r[0], r[1]) for r in exact]
