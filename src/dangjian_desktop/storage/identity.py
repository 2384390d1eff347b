"""Which incarnation of which device writes: a copied or restored file never reuses numbers.

The file remembers a nonce and so does the PC, outside the file and by the file's place. When the two
differ (another PC, another folder, a restored bundle), the next operation starts a new incarnation. The
first operation of every session takes a new nonce, so that an old copy put back in its place differs too.
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
    stamped: bool = False
    """Whether this session has put its nonce into the file."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The number of the operation being written: origin (small integer), sequence and Lamport stamp."""

    origin: int
    incarnation: str
    seq: int
    lamport: int
    new_nonce: str | None


@dataclass(frozen=True, slots=True)
class Writer:
    """The device and incarnation that the file's next operation will carry."""

    device: str
    name: str
    incarnation: str


def writer(connection: Connection) -> Writer | None:
    """Who writes here now; None for a file without an operation."""
    row = connection.execute(
        text(
            "SELECT device, name, incarnation FROM origin"
            " WHERE id = (SELECT json_extract(value, '$') FROM setting WHERE key = 'origin.current')"
        )
    ).one_or_none()
    return None if row is None else Writer(*row)


def renew_if_asked(connection: Connection, identity: Identity, now: datetime) -> str | None:
    """Start the new incarnation that is due, inside a write transaction; returns the session's new nonce.

    The nonce is to be remembered outside the file once the transaction has been committed.
    """
    due = identity.renew or settings.get(connection, "origin.current") is None
    if identity.stamped and not due:
        return None
    nonce = uuid.uuid4().hex
    if due:
        settings.put(connection, "origin.current", _start(connection, now))
    settings.put(connection, "origin.nonce", nonce)
    return nonce


def next_turn(connection: Connection, identity: Identity, now: datetime) -> Turn:
    """Take the next number inside the write transaction, starting a new incarnation where asked."""
    nonce = renew_if_asked(connection, identity, now)
    origin = settings.get(connection, "origin.current")
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
