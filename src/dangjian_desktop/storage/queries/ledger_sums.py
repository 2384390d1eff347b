"""Sums over columns of one ledger, added up without a look at anything else of its entries."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, Integer, cast, func, select

from .. import tables
from . import many
from .listing import as_number, value_of

PLACES = 6
"""Decimals have at most so many places: they are added up as whole millionths."""
_FEW = 900


class Total(NamedTuple):
    """What a column of some entries comes to (decimals in millionths), and in how many of them it is filled."""

    total: int
    filled: int


def totals(
    connection: Connection,
    template: str,
    columns: Collection[str],
    decimals: Collection[str],
    ids: Collection[str],
    within: Collection[str] | None = None,
) -> dict[str, Total]:
    """The totals of columns over these entries of a ledger, by column; of these organisations only where given."""
    table, names = tables.ledger_entry, list(columns)
    told = [
        cast(func.round(as_number(value_of(name)) * 10**PLACES), Integer) if name in decimals else value_of(name)
        for name in names
    ]
    statement = select(table.c.id, *told).where(table.c.template == template)
    if within is not None:
        statement = statement.where(table.c.organisation.in_(within))
    if len(ids) <= _FEW:
        statement = statement.where(table.c.id.in_(list(ids)))
    wanted, found = frozenset(ids), {name: [0, 0] for name in names}
    for row in many.rows(connection, statement):
        if row[0] not in wanted:
            continue
        for name, value in zip(names, row[1:], strict=True):
            if isinstance(value, int):
                found[name][0] += value
                found[name][1] += 1
    return {name: Total(*pair) for name, pair in found.items()}
