"""What an import compares with: existing records by what makes each of them one thing."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from .. import tables

_TABLES = {"post": tables.post, "meeting": tables.meeting}
_ORG, _ENTRY = tables.organisation, tables.ledger_entry


class KnownUnit(NamedTuple):
    """What a row about a unit is held against."""

    id: str
    name: str
    code: str | None
    kind: str
    parent: str | None


def units(connection: Connection) -> list[KnownUnit]:
    """All units, dissolved ones included."""
    columns = (_ORG.c.id, _ORG.c.name, _ORG.c.code, _ORG.c.kind, _ORG.c.parent)
    return [KnownUnit(*row) for row in connection.execute(select(*columns).where(_ORG.c.binned.is_(False)))]


def by_key(connection: Connection, kind: str, key: tuple[str, ...]) -> list[tuple[str, tuple[Any, ...]]]:
    """Posts or meetings as (id, values of the columns `key`)."""
    table = _TABLES[kind]
    rows = connection.execute(select(table.c.id, *(table.c[k] for k in key)).where(table.c.binned.is_(False)))
    return [(row[0], tuple(row[1:])) for row in rows]


def meant(connection: Connection, template: str, text: str, scope: frozenset[str] | None) -> list[str]:
    """The standing entries of one ledger with this id or number, at most two; of units in `scope` where given."""
    rows = select(_ENTRY.c.id).where(
        _ENTRY.c.template == template, _ENTRY.c.binned.is_(False), or_(_ENTRY.c.id == text, _ENTRY.c.number == text)
    )
    if scope is not None:
        rows = rows.where(_ENTRY.c.organisation.in_(scope))
    return list(connection.execute(rows.limit(2)).scalars())


def entries(connection: Connection, template: str) -> list[dict[str, Any]]:
    """The entries of one ledger: `id`, `number`, `state`, `organisation`, `values`, `originals`."""
    names = ("id", "number", "state", "organisation", "values", "originals")
    rows = connection.execute(
        select(*(_ENTRY.c[name] for name in names)).where(_ENTRY.c.template == template, _ENTRY.c.binned.is_(False))
    ).mappings()
    return [dict(r) for r in rows]
