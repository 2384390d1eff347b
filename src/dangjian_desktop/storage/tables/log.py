"""Tables of the change log: who did what to which field, and which versions stand.

A creation has one row without a path: a salted commitment of its values, not a copy. Every later
move of a field has one row with `before` and `after`. `head` has rows only for fields that moved on.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Integer, LargeBinary, String, Table

from .column import column
from .records import METADATA

origin = Table(
    "origin",
    METADATA,
    column("id", Integer, primary_key=True),
    column("incarnation", String, nullable=False),
    column("device", String, nullable=False),
    column("name", String, nullable=False),
    column("started_at", String, nullable=False),
)
"""One incarnation of a device, as a small integer inside this file."""

operation = Table(
    "operation",
    METADATA,
    column("id", Integer, primary_key=True),
    column("origin", Integer, nullable=False),
    column("seq", Integer, nullable=False),
    column("lamport", Integer, nullable=False),
    column("at", String, nullable=False),
    column("account", String, nullable=False),
    column("label", String, nullable=False),
    column("nature", String, nullable=False),
    column("undoes", Integer),
    column("touched", String, nullable=False),
    column("first_change", Integer, nullable=False),
    column("last_change", Integer, nullable=False),
    column("hash", LargeBinary, nullable=False),
)
"""One operation; its changes are the rows `first_change` to `last_change`."""

change = Table(
    "change",
    METADATA,
    column("id", Integer, primary_key=True),
    column("kind", String, nullable=False),
    column("record", String, nullable=False),
    column("path", String),
    column("before", String),
    column("after", String),
    column("replaces", String),
    column("cleared", Boolean, nullable=False),
    column("salt", LargeBinary),
    column("commitment", LargeBinary, nullable=False),
)
"""One change; `path` is null for a creation."""

head = Table(
    "head",
    METADATA,
    column("record", String, primary_key=True),
    column("path", String, primary_key=True),
    column("operation", Integer, primary_key=True),
    column("value", String),
)
"""One standing version of a field that has moved on from its record's creation."""
