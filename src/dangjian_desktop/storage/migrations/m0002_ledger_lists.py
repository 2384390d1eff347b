"""Version 2: lists of one ledger are read from an index that holds what they are sorted and narrowed down by."""

from __future__ import annotations

from sqlalchemy import Connection

LISTED = (
    "CREATE INDEX ix_ledger_entry_listed ON ledger_entry"
    " (template, binned, number, id, organisation, state, due_on, opened_on, settled_on)"
)
"""The entries themselves are wide: of 200,000 only this is read for a list by number, state or day."""


def upgrade(connection: Connection) -> None:
    """Add the index; nothing that is stored changes."""
    connection.exec_driver_sql(LISTED)
