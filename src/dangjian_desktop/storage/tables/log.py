"""Tables of the change log: who did what to which field, and which versions stand. `docs/日志格式.md` has the format.

A creation has one row without a path: a seed and the node over its leaves, no copy of its values. Every later
move of a field has one row with `before` and `after`. `head` has rows only for fields that moved on, and no values.
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
    column("key", LargeBinary, nullable=False),
    column("device_key", LargeBinary, nullable=False),
    column("signature", LargeBinary, nullable=False),
)
"""One incarnation of a device, as a small integer inside this file, with the device's word for its key."""

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
    column("seal", LargeBinary, nullable=False),
    column("header", LargeBinary, nullable=False),
    column("signature", LargeBinary, nullable=False),
    column("hash", LargeBinary, nullable=False),
)
"""One operation: the signed header as it was written, what it says for looking up, and its first two leaves.

`seal` keeps the salts of the label and the account (`sync.leaves.parts_of`); `touched` counts records by kind."""

change = Table(
    "change",
    METADATA,
    column("operation", Integer, primary_key=True),
    column("ordinal", Integer, primary_key=True),
    column("kind", String, nullable=False),
    column("record", String, nullable=False),
    column("path", String),
    column("before", String),
    column("after", String),
    column("replaces", String),
    column("cleared", Boolean, nullable=False),
    column("layout", Integer),
    column("leaves", String),
    column("seal", LargeBinary),
    column("node", LargeBinary),
)
"""One leaf that moves a field, or one creation (`path` is null), by its operation and its ordinal there.

`seal` is a seed, or the salts and bare commitments that remain; `node` is kept for a creation. `layout` tells how a
creation is cut, `leaves` does where that no longer tells it."""

remainder = Table(
    "remainder",
    METADATA,
    column("operation", Integer, primary_key=True),
    column("ordinal", Integer, primary_key=True),
    column("kind", String, nullable=False),
    column("record", String, nullable=False),
    column("leaf", String, nullable=False),
    column("salt", LargeBinary),
    column("node", LargeBinary, nullable=False),
)
"""What is left of a creation's leaf after a value in it was cleared, committed to anew by the clearing."""

bare = Table(
    "bare",
    METADATA,
    column("operation", Integer, primary_key=True),
    column("ordinal", Integer, primary_key=True),
    column("width", Integer, nullable=False),
    column("node", LargeBinary, nullable=False),
)
"""A branch of an operation that this file may not have: `width` leaves from `ordinal` on, as one node."""

leaf_layout = Table(
    "leaf_layout",
    METADATA,
    column("id", Integer, primary_key=True),
    column("kind", String, nullable=False),
    column("cut", String, nullable=False),
)
"""How the creations of a kind are cut into leaves: `cut` is JSON (`sync.layout.Layout`)."""

head = Table(
    "head",
    METADATA,
    column("record", String, primary_key=True),
    column("path", String, primary_key=True),
    column("operation", Integer, primary_key=True),
)
"""One standing version of a field that has moved on from its record's creation."""
