"""Account rows: who may open this file and as what; local, never in a package."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, text


class AccountRow(NamedTuple):
    """One account; `scope` is the id of the unit it is limited to."""

    name: str
    role: str
    scope: str | None
    disabled: bool
    created_at: str


def listing(connection: Connection) -> list[AccountRow]:
    """All accounts in the order they were made."""
    rows = connection.execute(
        text("SELECT name, role, scope, disabled, created_at FROM account ORDER BY created_at, rowid")
    )
    return [AccountRow(r[0], r[1], r[2], bool(r[3]), r[4]) for r in rows]


def add(connection: Connection, name: str, role: str, scope: str | None, now: datetime) -> None:
    """Put a new account."""
    connection.execute(
        text("INSERT INTO account(name, role, scope, disabled, created_at) VALUES (:n, :r, :s, 0, :at)"),
        {"n": name, "r": role, "s": scope, "at": now.isoformat()},
    )


def change(connection: Connection, name: str, values: Mapping[str, Any]) -> None:
    """Change role, scope or disabled of an account."""
    for column, value in values.items():
        if column not in ("role", "scope", "disabled"):
            raise KeyError(column)
        connection.execute(text(f"UPDATE account SET {column} = :v WHERE name = :n"), {"v": value, "n": name})
