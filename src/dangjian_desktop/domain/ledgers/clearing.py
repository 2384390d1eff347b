"""Which columns of an entry are to be cleared: those declared so, some months after it was settled."""

from __future__ import annotations

from datetime import date

from dangjian_desktop.domain.values.partial_dates import add_months

from .checks.spec import SeenEntry
from .columns import LedgerColumn
from .ledgers import LedgerTemplate


def columns_due(template: LedgerTemplate, row: SeenEntry, day: date) -> list[LedgerColumn]:
    """The columns of a settled entry that still say something and whose time has come by a day."""
    if row.settled is None:
        return []
    settled = date.fromisoformat(row.settled)
    return [
        column
        for column in template.columns
        if column.clear_after is not None
        and add_months(settled, column.clear_after) <= day
        and row.values.get(column.name) not in (None, "", [])
    ]
