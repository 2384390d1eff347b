"""How every ledger stands in a part of the tree, asked of the file once for all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.pinyin import letters
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.listing import ListQuery


@dataclass(frozen=True, slots=True)
class LedgerStanding:
    """How one ledger stands: its entries, those past their deadline, those that this account opened or moved."""

    template: LedgerTemplate
    entries: int = 0
    overdue: int = 0
    mine: int = 0
    letters: str = ""
    """Every ending of the initials and of the full reading of its title, for a search by pinyin."""


def standings(office: Office, scope: str | None = None) -> list[LedgerStanding]:
    """Every ledger that this account may open, in the order of the templates."""
    office.actor.require(READ, "ledger_entry")
    within = organisations.listed_within(office, scope, None)
    asked = ListQuery("ledger_entry", within.units, group=within.group)
    with office.database.read() as connection:
        entries = listing.per_ledger(connection, asked)
        mine = listing.per_ledger(connection, asked, office.actor.name)
    overdue = Counter(late.ledger for late in ledgers.late_entries(office, scope))
    return [
        LedgerStanding(
            found, entries.get(found.key, 0), overdue[found.key], mine.get(found.key, 0), letters(found.title)
        )
        for found in ledgers.templates(office)
    ]
