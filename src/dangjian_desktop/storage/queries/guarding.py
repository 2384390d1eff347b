"""What the guards of a write look up, inside its transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, text

from dangjian_desktop.domain.figures.census import GROUP_KIND, INFORMAL
from dangjian_desktop.domain.records.kinds import KINDS

from ..shape import SHAPES

_AMONG = "IN (SELECT value FROM json_each(:ids))"


class Staying(NamedTuple):
    """One stay in a unit, or in a group of its; `to_on` is a partial date or None."""

    unit: str
    name: str
    to_on: str | None


class Below(NamedTuple):
    """One standing unit below another."""

    unit: str
    name: str
    dissolved_on: str | None


class HeldPost(NamedTuple):
    """One post that has not ended."""

    id: str
    member: str
    organisation: str | None
    from_on: str | None


def parents(connection: Connection) -> dict[str, str | None]:
    """The unit above by unit, those in the bin left out."""
    return {row[0]: row[1] for row in connection.execute(text("SELECT id, parent FROM organisation WHERE NOT binned"))}


def parents_ever(connection: Connection) -> Iterator[tuple[str | None, dict[str, str | None]]]:
    """The tree of now (None) and each one before, newest first, with the partial date until which it stood."""
    above = parents(connection)
    yield None, dict(above)
    moved = connection.execute(
        text("SELECT until, record, value FROM former WHERE attribute = 'parent' ORDER BY until DESC, key DESC")
    ).all()
    for until, rows in groupby(moved, key=lambda row: str(row[0])):
        above |= {record: value for _, record, value in rows if record in above}
        yield until, dict(above)


def unit_names(connection: Connection, units: Collection[str]) -> dict[str, str]:
    """Full names by id."""
    rows = connection.execute(
        text(f"SELECT id, name FROM organisation WHERE id {_AMONG}"), {"ids": json.dumps(list(units))}
    )
    return {row[0]: row[1] for row in rows}


def stays_in(connection: Connection, units: Collection[str]) -> list[Staying]:
    """Every stay of members, those in the bin left out, in these units or groups."""
    found = []
    for column in ("organisation", '"group"'):
        rows = connection.execute(
            text(
                f"SELECT s.{column}, m.name, s.to_on FROM membership s JOIN member m ON m.id = s.record"
                f" WHERE NOT m.binned AND s.{column} {_AMONG}"
            ),
            {"ids": json.dumps(list(units))},
        )
        found += [Staying(*row) for row in rows]
    return found


def below(connection: Connection, units: Collection[str]) -> list[Below]:
    """The units right below these that are not in the bin."""
    rows = connection.execute(
        text(f"SELECT parent, name, dissolved_on FROM organisation WHERE NOT binned AND parent {_AMONG}"),
        {"ids": json.dumps(list(units))},
    )
    return [Below(*row) for row in rows]


def open_posts(connection: Connection, members: Collection[str]) -> list[HeldPost]:
    """Posts of these members that have no end, those in the bin left out."""
    rows = connection.execute(
        text(
            f"SELECT id, member, organisation, from_on FROM post WHERE NOT binned AND to_on IS NULL AND member {_AMONG}"
        ),
        {"ids": json.dumps(list(members))},
    )
    return [HeldPost(*row) for row in rows]


def binned(connection: Connection, kind: str, ids: Collection[str]) -> list[str]:
    """Those of `ids` of a kind that lie in the bin."""
    table = SHAPES[kind].table.name
    rows = connection.execute(
        text(f"SELECT id FROM {table} WHERE binned AND id {_AMONG}"), {"ids": json.dumps(list(ids))}
    )
    return list(rows.scalars())


def units_named(connection: Connection, kind: str, ids: Collection[str]) -> list[str]:
    """The units that the standing ones among `ids` of a kind belong to: their superiors, where they are units."""
    table, name = SHAPES[kind].table, "parent" if KINDS[kind].unit == "id" else "organisation"
    if name not in table.c:
        return []
    rows = connection.execute(
        text(
            f"SELECT DISTINCT {name} FROM {table.name} WHERE NOT binned AND {name} IS NOT NULL AND id {_AMONG}"  # noqa: S608 (names of tables)
        ),
        {"ids": json.dumps(list(ids))},
    )
    return list(rows.scalars())


def in_bin(connection: Connection, ids: Collection[str]) -> list[str]:
    """The names of units and members among `ids` that lie in the bin."""
    asked = {"ids": json.dumps(list(ids))}
    return [
        str(name)
        for table in ("organisation", "member")
        for name in connection.execute(text(f"SELECT name FROM {table} WHERE binned AND id {_AMONG}"), asked).scalars()
    ]


def dissolved(connection: Connection, units: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and day of the units among these that were dissolved."""
    rows = connection.execute(
        text(f"SELECT id, name, dissolved_on FROM organisation WHERE dissolved_on IS NOT NULL AND id {_AMONG}"),
        {"ids": json.dumps(list(units))},
    )
    return {unit: (name, day) for unit, name, day in rows}


def groups_among(connection: Connection, units: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name of the units among these that are a 党小组, and the name of the branch above."""
    rows = connection.execute(
        text(
            "SELECT o.id, o.name, coalesce(p.name, '') FROM organisation o LEFT JOIN organisation p ON p.id = o.parent"
            f" WHERE o.kind = :kind AND o.id {_AMONG}"
        ),
        {"ids": json.dumps(list(units)), "kind": GROUP_KIND},
    )
    return {unit: (name, branch) for unit, name, branch in rows}


def informal_among(connection: Connection, units: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and kind of the units among these where nobody has 组织关系."""
    rows = connection.execute(
        text(
            "SELECT id, name, kind FROM organisation"
            f" WHERE kind IN (SELECT value FROM json_each(:kinds)) AND id {_AMONG}"
        ),
        {"ids": json.dumps(list(units)), "kinds": json.dumps(sorted(INFORMAL))},
    )
    return {unit: (name, kind) for unit, name, kind in rows}


def entered_dissolved(connection: Connection, operation: int) -> tuple[str, str] | None:
    """Name and day of a dissolved unit into which an operation created members that have not left it."""
    row = connection.execute(
        text(
            "SELECT o.name, o.dissolved_on FROM organisation o JOIN membership s ON s.organisation = o.id"
            " JOIN member m ON m.id = s.record"
            " WHERE o.dissolved_on IS NOT NULL AND s.to_on IS NULL AND m.op = :operation LIMIT 1"
        ),
        {"operation": operation},
    ).first()
    return None if row is None else (row[0], row[1])
