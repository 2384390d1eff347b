"""What this PC keeps in the user's profile, outside every data file: its keys, and where each file's log ended.

A PC that cannot keep anything only starts one more incarnation each time, so failures here are silent.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from dangjian_desktop.sync.signing import KEY_BYTES, DeviceKeys, SigningKey

from .protect import read_secret, write_secret


@dataclass(frozen=True, slots=True)
class Lost:
    """Operations of one incarnation that this PC saw committed and that the file no longer has."""

    incarnation: str
    number: int
    hash: str
    had: int

    @property
    def missing(self) -> int:
        """How many operations are gone; 0 when the last one is another than was noted."""
        return self.number - self.had


@dataclass(frozen=True, slots=True)
class Note:
    """Where the log of a file ended when this PC last wrote to it: incarnation, number, hash of the header (hex)."""

    incarnation: str
    number: int
    hash: str
    lost: tuple[Lost, ...] = ()


class Profile(Protocol):
    """What the unit of work asks of the PC, for one file at one place."""

    def device(self) -> DeviceKeys | None:
        """The keys of this PC, if it has any."""

    def device_or_new(self) -> DeviceKeys:
        """The keys of this PC, made now if it has none."""

    def key(self, incarnation: str) -> SigningKey | None:
        """The key of an incarnation that writes on this PC."""

    def keep_key(self, incarnation: str, key: SigningKey) -> None:
        """Keep the key of a new incarnation."""

    def drop_key(self, incarnation: str) -> None:
        """Forget the key of an incarnation that is over."""

    def note(self) -> Note | None:
        """What was noted last."""

    def keep_note(self, note: Note) -> None:
        """Note where the log ends now."""


class PcProfile:
    """The profile of this user on this PC, for the file `file_id` at `place`."""

    def __init__(self, file_id: str, place: Path) -> None:
        told = f"{file_id}@{os.path.normcase(place.absolute())}"
        self._name = hashlib.sha256(told.encode()).hexdigest()[:32]
        self._made: DeviceKeys | None = None

    def device(self) -> DeviceKeys | None:
        """The keys of this PC, if it has any."""
        with suppress(OSError, RuntimeError):
            secret = read_secret(_folder() / "device.key")
            if len(secret) == 2 * KEY_BYTES:
                return DeviceKeys(SigningKey(secret[:KEY_BYTES]), secret[KEY_BYTES:])
        return self._made

    def device_or_new(self) -> DeviceKeys:
        """The keys of this PC, made now if it has none; kept for the session where they cannot be kept longer."""
        found = self.device()
        if found is None:
            found = self._made = DeviceKeys.new()
            with suppress(OSError, RuntimeError):
                write_secret(_folder() / "device.key", found.signing.secret + found.receiving)
        return found

    def key(self, incarnation: str) -> SigningKey | None:
        """The key of an incarnation that writes on this PC."""
        with suppress(OSError, RuntimeError):
            secret = read_secret(self._key_path(incarnation))
            if len(secret) == KEY_BYTES:
                return SigningKey(secret)
        return None

    def keep_key(self, incarnation: str, key: SigningKey) -> None:
        """Keep the key of a new incarnation."""
        with suppress(OSError, RuntimeError):
            write_secret(self._key_path(incarnation), key.secret)

    def drop_key(self, incarnation: str) -> None:
        """Forget the key of an incarnation that is over."""
        with suppress(OSError, RuntimeError):
            self._key_path(incarnation).unlink(missing_ok=True)

    def note(self) -> Note | None:
        """What was noted last for this file at this place."""
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
            told = json.loads(self._note_path().read_text("utf-8"))
            lost = tuple(Lost(**one) for one in told.pop("lost"))
            note = replace(Note(**told), lost=lost)
            if isinstance(note.number, int) and isinstance(note.incarnation, str) and isinstance(note.hash, str):
                return note
        return None

    def keep_note(self, note: Note) -> None:
        """Note where the log ends now; after every commit, so it is not flushed: an older note does no harm."""
        with suppress(OSError, RuntimeError):
            _write_plain(self._note_path(), json.dumps(asdict(note)).encode())

    def _key_path(self, incarnation: str) -> Path:
        return _folder() / f"{incarnation}.key"

    def _note_path(self) -> Path:
        return _folder() / f"{self._name}.note"


def _write_plain(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, content)
    finally:
        os.close(descriptor)
    beside.replace(path)


def _folder() -> Path:
    local = os.environ.get("LOCALAPPDATA") if os.name == "nt" else os.environ.get("XDG_DATA_HOME")
    home = Path(local) if local else Path("~").expanduser() / ".local" / "share"
    return home / "dangjian-desktop" / "device"
