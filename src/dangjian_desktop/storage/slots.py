"""The register of key slots inside the data file: which passwords count now.

A key file alone cannot tell that it is an old copy, and whoever may read the data could write one. So the
encrypted data file remembers, by account, the fingerprint of the one slot that counts, and the generation of
the key file. What opens with another slot is refused. Closing goes into the register first and opening last,
so that a power cut leaves nothing open that was closed, and nobody outside who was let in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from dangjian_desktop.base.errors import VaultError

from . import settings
from .database import Database
from .keys import KeyFile, damaged_keys, wrong_password

SETTING = "keys.register"


@dataclass(slots=True)
class Register:
    """The newest generation of the key file, and by account the fingerprints that open.

    There are two for an account only while its password is being changed.
    """

    generation: int = 0
    slots: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, value: Mapping[str, Any] | None) -> Register:
        """From the setting; a file without one knows no slot."""
        if not value:
            return cls()
        return cls(int(value["generation"]), {name: list(known) for name, known in value["slots"].items()})

    def store(self, connection: Connection) -> None:
        """Put it into the settings, inside the caller's transaction."""
        settings.put(connection, SETTING, {"generation": self.generation, "slots": self.slots})

    def refuse_unknown(self, key_file: KeyFile, account: str) -> None:
        """Raise `VaultError` unless the slot that the password opened is one that counts."""
        slot = key_file.slot(account)
        known = self.slots.get(account, []) if account else [f for names in self.slots.values() for f in names]
        if slot is not None and slot.fingerprint in known:
            return
        if account and account not in self.slots:
            raise wrong_password()
        if slot is None or slot.generation > self.generation:
            # Nobody who goes through the program leaves such a slot: it was written around it.
            raise damaged_keys()
        raise VaultError(
            "wrong_password",
            "旁边的钥匙文件是以前的副本，这个密码后来已经改过或停用。",
            effect="数据没有改动。",
            advice="请用现在的密码和钥匙文件；找不到时用恢复密钥打开，再重设密码。",
        )


class Slots:
    """The slots of an open file, in key file and register at once; not safe for two threads at a time."""

    def __init__(self, key_file: KeyFile, database: Database, store: Callable[[], None]) -> None:
        self._keys = key_file
        self._database = database
        self._store = store

    def has(self, account: str) -> bool:
        """Whether this account has a slot that counts."""
        slot = self._keys.slots.get(self._keys.label(account))
        return slot is not None and slot.fingerprint in self._register().slots.get(account, [])

    def put(self, account: str, password: str, data_key: bytes) -> str:
        """Give an account a (new) password; returns the slot's label. Where it fails, the old one stays."""
        self.prune()
        label, register = self._keys.label(account), self._register()
        before, generation = self._keys.slots.get(label), self._keys.generation
        self._keys.generation = max(generation, register.generation)
        try:
            self._keys.put_slot(account, password, data_key)
            made = self._keys.slots[label].fingerprint
            self._remember({account: [*register.slots.get(account, []), made]})
            self._store()
        except BaseException:
            self._keys.generation = generation
            if before is None:
                self._keys.slots.pop(label, None)
            else:
                self._keys.slots[label] = before
            with suppress(Exception):
                self._remember({account: register.slots.get(account)})
            raise
        self._remember({account: [made]})
        return label

    def remove(self, account: str) -> None:
        """Take an account's slot; from here on no copy of the key file opens this file with it."""
        register = self._register()
        if account in register.slots:
            self._remember({account: None}, closing=True)
        if self._keys.remove_slot(account):
            self._keys.generation = max(self._keys.generation, self._register().generation)
            self._store()

    def prune(self) -> None:
        """Drop slots from the key file that do not count, so that no new data key is sealed to them."""
        register = self._register()
        labels = {self._keys.label(account): known for account, known in register.slots.items()}
        for label, slot in list(self._keys.slots.items()):
            if slot.fingerprint not in labels.get(label, []):
                del self._keys.slots[label]

    def settle(self, account: str) -> None:
        """End a change of password that was cut short: what the key file holds is what counts."""
        register, slot = self._register(), self._keys.slot(account)
        names = [account] if account else list(register.slots)
        halves = [name for name in names if len(register.slots.get(name, [])) > 1]
        for name in halves:
            if slot is not None and slot.fingerprint in register.slots[name]:
                self._remember({name: [slot.fingerprint]})

    def _register(self) -> Register:
        with self._database.read() as connection:
            return Register.of(settings.get(connection, SETTING))

    def _remember(self, known: Mapping[str, list[str] | None], *, closing: bool = False) -> None:
        with self._database.write() as connection:
            register = Register.of(settings.get(connection, SETTING))
            for account, fingerprints in known.items():
                if fingerprints:
                    register.slots[account] = fingerprints
                else:
                    register.slots.pop(account, None)
            register.generation = max(register.generation + closing, self._keys.generation)
            register.store(connection)
