"""Tables that never travel (accounts, settings, views) and the append-only audit trail."""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, String, Table

from .column import column
from .records import METADATA

setting = Table("setting", METADATA, column("key", String, primary_key=True), column("value", String, nullable=False))
"""One setting of this file on this PC; `value` is JSON."""

account = Table(
    "account",
    METADATA,
    column("name", String, primary_key=True),
    column("role", String, nullable=False),
    column("scope", String),
    column("disabled", Boolean, nullable=False),
    column("slot", String),
    column("created_at", String, nullable=False),
)
"""Who may open this file and as what; the password lives only in the key slot."""

audit_event = Table(
    "audit_event",
    METADATA,
    column("id", Integer, primary_key=True),
    column("at", String, nullable=False),
    column("account", String, nullable=False),
    column("action", String, nullable=False),
    column("detail", String, nullable=False),
)
"""A reveal, export, log-in or clearing: append-only, stays in this file."""
