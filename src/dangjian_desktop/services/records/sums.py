"""Sums over stored columns of very many entries of a ledger, without printing any of them."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import NamedTuple

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import ledger_sums

_SUMMED = (FieldType.INTEGER, FieldType.MONEY, FieldType.DECIMAL)


class Sum(NamedTuple):
    """What a column comes to (money in fen) and in how many entries it is filled."""

    total: Decimal
    filled: int


def of_entries(office: Office, template: str, ids: Collection[str], names: Collection[str]) -> dict[str, Sum]:
    """The sums of those of these columns that hold numbers and that this role sees; computed ones are left out.

    What of `ids` lies out of reach, or in another ledger, is not added up. Raises `UserError` for a ledger that this
    role may not open.
    """
    office.actor.require(READ, "ledger_entry")
    found = ledger_templates.template(office, template)
    seen = {c.name: c for c in ledger_templates.seen_columns(office, found) if c.type in _SUMMED and c.name in names}
    decimals = {name for name, column in seen.items() if column.type is FieldType.DECIMAL}
    with office.database.read() as connection:
        totals = ledger_sums.totals(connection, found.key, list(seen), decimals, ids, organisations.reach(office))
    whole, parts = Decimal(1), Decimal(10) ** ledger_sums.PLACES
    return {
        name: Sum(each.total / (parts if name in decimals else whole), each.filled) for name, each in totals.items()
    }
