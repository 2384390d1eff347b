"""What an import compares with: existing records by what makes each of them one thing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from ..models import LedgerEntry, Meeting, Organisation, Post
from ..shape import table_of

_TABLES = {"post": table_of(Post), "meeting": table_of(Meeting)}
_ORG, _ENTRY = table_of(Organisation), table_of(LedgerEntry)


def organisation_codes(connection: Connection) -> dict[str, str]:
    """Ids of units by their code."""
    return {
        r[0]: r[1]
        for r in connection.execute(
            select(_ORG.c.code, _ORG.c.id).where(_ORG.c.binned.is_(False), _ORG.c.code.is_not(None))
        )
    }


def by_key(connection: Connection, kind: str, key: tuple[str, ...]) -> dict[tuple[Any, ...], str]:
    """Ids of posts or meetings by the values of the columns `key`."""
    table = _TABLES[kind]
    rows = connection.execute(select(table.c.id, *(table.c[k] for k in key)).where(table.c.binned.is_(False)))
    return {tuple(r[1:]): r[0] for r in rows}


def entries(connection: Connection, template: str) -> list[dict[str, Any]]:
    """The entries of one ledger: `id`, `number`, `values`."""
    rows = connection.execute(
        select(_ENTRY.c.id, _ENTRY.c.number, _ENTRY.c["values"]).where(
            _ENTRY.c.template == template, _ENTRY.c.binned.is_(False)
        )
    ).mappings()
    return [dict(r) for r in rows]
