"""A PC's profile in memory, for tests that need no files outside the data file."""

from __future__ import annotations

from dangjian_desktop.storage.device import Note
from dangjian_desktop.sync.signing import DeviceKeys, SigningKey


class MemoryProfile:
    """Keeps the keys and the note of one PC for one file."""

    def __init__(self) -> None:
        self.keys: dict[str, SigningKey] = {}
        self.kept: Note | None = None
        self.own: DeviceKeys | None = None

    def device(self) -> DeviceKeys | None:
        return self.own

    def device_or_new(self) -> DeviceKeys:
        self.own = self.own or DeviceKeys.new()
        return self.own

    def key(self, incarnation: str) -> SigningKey | None:
        return self.keys.get(incarnation)

    def keep_key(self, incarnation: str, key: SigningKey) -> None:
        self.keys[incarnation] = key

    def drop_key(self, incarnation: str) -> None:
        self.keys.pop(incarnation, None)

    def note(self) -> Note | None:
        return self.kept

    def keep_note(self, note: Note) -> None:
        self.kept = note
