"""Numbered migrations; each lifts the file by one version inside one transaction."""

from __future__ import annotations

from sqlalchemy import Connection, text

from . import m0001_first, m0002_ledger_lists

MIGRATIONS = (m0001_first.upgrade, m0002_ledger_lists.upgrade)
CURRENT = len(MIGRATIONS)


def version(connection: Connection) -> int:
    """The file's layout version; 0 for an empty file."""
    return int(connection.execute(text("PRAGMA user_version")).scalar_one())


def upgrade(connection: Connection) -> None:
    """Lift the file to `CURRENT` within the caller's transaction."""
    for number in range(version(connection), CURRENT):
        MIGRATIONS[number](connection)
        connection.execute(text(f"PRAGMA user_version = {number + 1}"))
