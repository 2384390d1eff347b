"""Settings of the file on this PC: local data, their own short transaction, never in a package."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text


def get(connection: Connection, key: str, default: Any = None) -> Any:
    """The value of a setting, or `default`."""
    row = connection.execute(text("SELECT value FROM setting WHERE key = :key"), {"key": key}).first()
    return default if row is None else json.loads(row[0])


def put(connection: Connection, key: str, value: Any) -> None:
    """Set a value (JSON)."""
    connection.execute(
        text("INSERT INTO setting(key, value) VALUES(:key, :value) ON CONFLICT(key) DO UPDATE SET value = :value"),
        {"key": key, "value": json.dumps(value, ensure_ascii=False)},
    )
