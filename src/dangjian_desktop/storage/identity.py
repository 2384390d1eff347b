"""Which incarnation of which device writes: a number is given once, whatever happens to the file.

The PC notes outside the file, after every commit, which incarnation wrote, up to which number, and the hash of that
header; the incarnation's key lies there too and never in the file. Whoever finds no key or no note (another PC,
another folder), or a file that does not reach the note (an old copy put back, a power cut), or a restored file, starts
a new incarnation at the next write. Opening and looking starts none.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.sync.header import LAMPORT_LIMIT
from dangjian_desktop.sync.signing import Birth, DeviceKeys, SigningKey, bear

from . import settings
from .device import Lost, Note, Profile

CURRENT = "origin.current"
RESTORED = "origin.restored"
"""Set in a file that was just restored: its next operation starts a new incarnation."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The incarnation that goes on in this session: its number in the file, its name and its key."""

    origin: int
    incarnation: str
    key: SigningKey


@dataclass(slots=True)
class Identity:
    """Who writes in this process; `renew` asks for a new incarnation at the next operation."""

    profile: Profile
    renew: bool = False
    writing: Writing | None = None
    lost: tuple[Lost, ...] = ()
    """What earlier notes of this PC knew and the file no longer has."""

    @property
    def device(self) -> str:
        """The name of this PC; empty while it has no keys."""
        keys = self.profile.device()
        return keys.id if keys else ""

    def committed(self, turn: Turn, header_hash: bytes) -> None:
        """Note outside the file that an operation is in it; keeps the key of a new incarnation."""
        if turn.born:
            if self.writing is not None:
                self.profile.drop_key(self.writing.incarnation)
            self.profile.keep_key(turn.writing.incarnation, turn.writing.key)
        self.writing, self.renew, self.lost = turn.writing, False, turn.lost
        self.profile.keep_note(Note(turn.writing.incarnation, turn.number, header_hash.hex(), turn.lost))


@dataclass(frozen=True, slots=True)
class Turn:
    """The operation being written: its number, Lamport stamp, the header before it, what its writer had seen."""

    writing: Writing
    number: int
    lamport: int
    previous: bytes
    depends: dict[str, int]
    born: bool
    lost: tuple[Lost, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Writer:
    """The device and incarnation that the file's next operation will carry; no incarnation when a new one is due."""

    device: str
    name: str
    incarnation: str


def writer(connection: Connection, identity: Identity) -> Writer:
    """Who writes here now."""
    going_on = _going_on(connection, identity)
    return Writer(identity.device, platform.node() or "本机", going_on.incarnation if going_on else "")


def lost(connection: Connection, profile: Profile) -> Lost | None:
    """What the note of this PC knows and the file lost by itself; None where it reaches the note or was restored."""
    return None if settings.get(connection, RESTORED) else behind(connection, profile)


def behind(connection: Connection, profile: Profile) -> Lost | None:
    """What the note of this PC knows and the file does not have, also where a person restored an older backup."""
    note = profile.note()
    if note is None:
        return None
    row = connection.execute(
        text(
            "SELECT coalesce(max(CASE WHEN typeof(o.seq) = 'integer' THEN o.seq END), 0),"
            " max(CASE WHEN o.seq = :n THEN lower(hex(o.hash)) END)"
            " FROM operation o JOIN origin g ON g.id = o.origin WHERE g.incarnation = :i"
        ),
        {"i": note.incarnation, "n": note.number},
    ).one()
    if row[1] == note.hash:
        return None
    return Lost(note.incarnation, note.number, note.hash, min(int(row[0]), note.number))


def missing_sentence(gone: Lost) -> str:
    """One sentence about operations that this PC saw saved and that are not in the file."""
    if gone.missing:
        # Numbers of an incarnation begin anew with each: told absolutely they contradict the list of operations.
        return f"这个文件比本机最后保存的旧：本机保存过的最后{gone.missing}步操作不在里面。"
    return "这个文件里最后的操作与本机最后保存的不是同一步，本机后来的改动可能在另一份文件里。"


def next_turn(connection: Connection, identity: Identity, now: datetime) -> Turn:
    """Take the next number inside the write transaction, starting a new incarnation where one is due."""
    going_on = _going_on(connection, identity)
    gone = identity.lost
    if going_on is None:
        note = identity.profile.note()
        missing = lost(connection, identity.profile)
        gone = () if settings.get(connection, RESTORED) or note is None else note.lost
        gone += (missing,) if missing else ()
    writing = going_on or _start(connection, identity.profile.device_or_new(), now)
    last = connection.execute(
        text("SELECT id, seq, hash FROM operation WHERE origin = :o ORDER BY seq DESC LIMIT 1"), {"o": writing.origin}
    ).one_or_none()
    lamport = connection.execute(text("SELECT coalesce(max(lamport), 0) FROM operation")).scalar_one() + 1
    if lamport >= LAMPORT_LIMIT:
        raise UserError("full", "操作记录的序号已经用完，不能再写。", effect="刚才的内容没有保存。")
    return Turn(
        writing,
        last.seq + 1 if last else 1,
        lamport,
        last.hash if last else b"",
        _advanced(connection, writing.origin, last.id if last else 0),
        going_on is None,
        gone,
    )


def _going_on(connection: Connection, identity: Identity) -> Writing | None:
    """The incarnation that may take the next number here, or None where a new one is due."""
    if identity.renew or settings.get(connection, RESTORED):
        return None
    origin = settings.get(connection, CURRENT)
    if identity.writing is not None:
        return identity.writing if identity.writing.origin == origin else None
    note = identity.profile.note()
    if origin is None or note is None or lost(connection, identity.profile) is not None:
        return None
    incarnation = connection.execute(
        text("SELECT incarnation FROM origin WHERE id = :id"), {"id": origin}
    ).scalar_one_or_none()
    key = identity.profile.key(note.incarnation) if incarnation == note.incarnation else None
    if key is None:
        return None
    identity.writing, identity.lost = Writing(origin, note.incarnation, key), note.lost
    return identity.writing


def _advanced(connection: Connection, origin: int, since: int) -> dict[str, int]:
    """Which other incarnations advanced since the operation `since` of this file, and to what."""
    rows = connection.execute(
        text(
            "SELECT g.incarnation, max(o.seq) FROM operation o JOIN origin g ON g.id = o.origin"
            " WHERE o.id > :since AND o.origin <> :origin GROUP BY g.id"
        ),
        {"since": since, "origin": origin},
    )
    return {incarnation: int(number) for incarnation, number in rows}


def _start(connection: Connection, device: DeviceKeys, now: datetime) -> Writing:
    key = SigningKey.new()
    birth = bear(device, key, now.isoformat())
    origin = insert_origin(connection, birth, device.id, platform.node() or "本机")
    settings.put(connection, CURRENT, origin)
    connection.execute(text("DELETE FROM setting WHERE key = :key"), {"key": RESTORED})
    return Writing(origin, birth.incarnation, key)


def insert_origin(connection: Connection, birth: Birth, device: str, name: str) -> int:
    """Put an incarnation into the file; returns its small number there."""
    result = connection.execute(
        text(
            "INSERT INTO origin(incarnation, device, name, started_at, key, device_key, signature)"
            " VALUES(:incarnation, :device, :name, :started_at, :key, :device_key, :signature)"
        ),
        {
            "incarnation": birth.incarnation,
            "device": device,
            "name": name,
            "started_at": birth.started_at,
            "key": birth.key,
            "device_key": birth.device_key,
            "signature": birth.signature,
        },
    )
    return int(result.lastrowid)


def newest_moment(connection: Connection) -> str | None:
    """The latest moment that any operation of the file gives; None for a file without one."""
    found = connection.execute(text("SELECT max(at) FROM operation WHERE datetime(at) IS NOT NULL")).scalar_one()
    return None if found is None else str(found)
