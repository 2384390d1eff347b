"""Which incarnation of which device writes: a copied or restored file never reuses numbers.

The file remembers a nonce and so does the PC, outside the file and by the file's place. When the two
differ (another PC, another folder, a restored bundle), the next operation starts a new incarnation.
"""

from __future__ import annotations

import platform
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from . import settings


@dataclass(slots=True)
class Identity:
    """Who writes in this process; `renew` asks for a new incarnation at the next operation."""

    renew: bool
    remember: Callable[[str], None]
    """Keeps the new nonce outside the file, after the operation that brought it has been committed."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The number of the operation being written: origin (small integer), sequence and Lamport stamp."""

    origin: int
    incarnation: str
    seq: int
    lamport: int
    new_nonce: str | None


def next_turn(connection: Connection, identity: Identity, now: datetime) -> Turn:
    """Take the next number inside the write transaction, starting a new incarnation where asked."""
    origin = settings.get(connection, "origin.current")
    nonce: str | None = None
    if origin is None or identity.renew:
        nonce = uuid.uuid4().hex
        origin = _start(connection, now)
        settings.put(connection, "origin.current", origin)
        settings.put(connection, "origin.nonce", nonce)
    incarnation, seq = connection.execute(
        text(
            "SELECT incarnation, (SELECT coalesce(max(seq), 0) FROM operation WHERE origin = origin_row.id)"
            " FROM origin AS origin_row WHERE id = :id"
        ),
        {"id": origin},
    ).one()
    lamport = connection.execute(text("SELECT coalesce(max(lamport), 0) FROM operation")).scalar_one()
    return Turn(origin, incarnation, seq + 1, lamport + 1, nonce)


def _start(connection: Connection, now: datetime) -> int:
    device = settings.get(connection, "device.id")
    if device is None:
        device = uuid.uuid4().hex
        settings.put(connection, "device.id", device)
    result = connection.execute(
        text("INSERT INTO origin(incarnation, device, name, started_at) VALUES(:i, :d, :n, :at)"),
        {"i": uuid.uuid4().hex, "d": device, "n": platform.node() or "本机", "at": now.isoformat()},
    )
    return int(result.lastrowid)
