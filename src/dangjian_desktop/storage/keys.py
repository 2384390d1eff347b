"""The key file `NAME.djd.keys`: who may open the data file, without naming anyone.

Each account has a slot with a key pair: the password (Argon2id) wraps the private half, and the data key
is sealed to the public half. So a new data key can be given to every account that still has a slot
without knowing any password, and to none that has lost it. The file carries a digest, so that damage is
told from a wrong password, and a keyed check, so that nobody without the data key can add a slot. File and
slots carry a generation, which rises with every change; the data file keeps a register of the slots that
count (`slots.py`), so that an older key file, or one that was written around the program, opens nothing.

While the recovery key is being rotated the file holds two data keys, the old one first: whichever the
data file answers to is the valid one, so that a power cut between the two files locks nobody out.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.base.files import replace_file
from dangjian_desktop.domain.values.passwords import refuse_short

FORMAT = 1
_NONCE = 12
_KEY = 32


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard a guess is made; kept in each slot, so that it can be raised later."""

    memory_kib: int
    passes: int
    lanes: int

    def derive(self, secret: bytes, salt: bytes) -> bytes:
        """A 32-byte key from a guessable secret."""
        return hash_secret_raw(secret, salt, self.passes, self.memory_kib, self.lanes, _KEY, Type.ID)


Derive = Callable[[Effort, bytes, bytes], bytes]
"""How a key is derived from effort, secret and salt."""

PASSWORD_EFFORT = Effort(64 * 1024, 3, 4)
# Labels hide who has an account from somebody who finds the file; they guard nothing else.
_LABEL_EFFORT = Effort(8 * 1024, 1, 1)
# A hostile file must not make us fill the memory.
_MOST_EFFORT = Effort(512 * 1024, 16, 16)
_MOST_BYTES = 4 * 1024 * 1024
_SALT_BYTES = range(8, 65)


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One account's way to the data key; everything in it is useless without the password."""

    effort: Effort
    salt: bytes
    public: bytes
    private: bytes
    sealed: tuple[bytes, ...]
    generation: int
    """The generation of the key file in which this slot was last given a password."""

    @property
    def fingerprint(self) -> str:
        """Tells this slot from every other, also from the same account's under another password."""
        document = {name: part for name, part in _slot_document(self).items() if name != "sealed"}
        return hashlib.sha256(b"dangjian slot 1" + _canonical(document)).hexdigest()


@dataclass(slots=True)
class KeyFile:
    """The contents of a key file; nothing is stored until `write`."""

    file_id: str
    label_salt: bytes
    checks: list[bytes]
    slots: dict[str, KeySlot] = field(default_factory=dict)
    generation: int = 0
    """How often slots were changed; an older copy has a smaller number than the data file remembers."""
    restored: bool = False
    """Set by a restore, taken away by the first opening: the copy must start a new incarnation."""
    _macs: list[bytes] = field(default_factory=list)

    @classmethod
    def new(cls, file_id: str, data_key: bytes) -> KeyFile:
        """A key file without slots."""
        return cls(file_id, secrets.token_bytes(16), [_check(file_id, data_key)])

    @property
    def rotating(self) -> bool:
        """Whether a rotation was begun and not finished."""
        return len(self.checks) > 1

    def label(self, account: str) -> str:
        """The slot's label: a slow salted hash of the log-in name."""
        return _LABEL_EFFORT.derive(_plain(account.strip()), self.label_salt).hex()[:32]

    def slot(self, account: str) -> KeySlot | None:
        """The slot of an account; without a name the only one there is."""
        if account:
            return self.slots.get(self.label(account))
        return next(iter(self.slots.values())) if len(self.slots) == 1 else None

    def question(self, account: str, password: str) -> tuple[Effort, bytes, bytes] | None:
        """What `unlock` will derive for this account: effort, secret and salt; None for an unknown account."""
        slot = self.slot(account)
        return None if slot is None else (slot.effort, _plain(password), slot.salt)

    def unlock(self, account: str, password: str, derive: Derive = Effort.derive) -> list[bytes]:
        """The data keys that the password opens: one, or two after an interrupted rotation.

        No name means the only account there is.
        Raises `VaultError` `wrong_password`; an unknown account gives the same error after the same time.
        `derive` gives what `Effort.derive` gives, perhaps worked out before.
        """
        slot, question = self.slot(account), self.question(account, password)
        if slot is None or question is None:
            PASSWORD_EFFORT.derive(_plain(password), secrets.token_bytes(16))
            raise wrong_password()
        try:
            wrapping = derive(*question)
        except (HashingError, MemoryError) as error:
            raise damaged_keys() from error
        try:
            private = _open(wrapping, slot.private, self._bound(slot.public))
        except InvalidTag as error:
            raise wrong_password() from error
        try:
            found = [self._unseal(X25519PrivateKey.from_private_bytes(private), box) for box in slot.sealed]
        except (InvalidTag, ValueError) as error:
            raise damaged_keys() from error
        if not found:
            raise damaged_keys()
        self._verify(found)
        return found

    def recognise(self, data_key: bytes) -> None:
        """Make sure that this key belongs to this file; raises `VaultError` if it does not or slots were forged."""
        if not any(hmac.compare_digest(_check(self.file_id, data_key), known) for known in self.checks):
            raise VaultError(
                "wrong_password", "恢复密钥不是这个数据文件的。", advice="请找出这个文件最近一次打印的恢复密钥。"
            )
        self._verify([data_key])

    def put_slot(self, account: str, password: str, data_key: bytes) -> str:
        """Give an account a (new) password in the next generation; returns the slot's label."""
        refuse_short(password)
        self.generation += 1
        salt, private = secrets.token_bytes(16), X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        wrapping = PASSWORD_EFFORT.derive(_plain(password), salt)
        wrapped = _close(wrapping, private.private_bytes_raw(), self._bound(public))
        label = self.label(account)
        sealed = (self._seal(public, data_key),)
        self.slots[label] = KeySlot(PASSWORD_EFFORT, salt, public, wrapped, sealed, self.generation)
        return label

    def remove_slot(self, account: str) -> bool:
        """Take an account's way in; whether there was one."""
        if self.slots.pop(self.label(account), None) is None:
            return False
        self.generation += 1
        return True

    def begin_rotation(self, old: bytes, new: bytes) -> None:
        """Seal a second data key to every slot beside the first."""
        self.checks = [_check(self.file_id, old), _check(self.file_id, new)]
        for label, slot in self.slots.items():
            self.slots[label] = _with_sealed(slot, (slot.sealed[0], self._seal(slot.public, new)))

    def finish_rotation(self, data_key: bytes) -> None:
        """Keep only the data key that the data file answers to."""
        keep = self.checks.index(_check(self.file_id, data_key))
        self.checks = [self.checks[keep]]
        for label, slot in self.slots.items():
            self.slots[label] = _with_sealed(slot, (slot.sealed[keep],))

    def write(self, path: Path, *data_keys: bytes) -> None:
        """Store the file, checked by re-reading, with its keyed check under each data key it holds."""
        body = self._body()
        self._macs = [_mac(key, body) for key in data_keys]
        self._store(path)

    def write_restored(self, path: Path) -> None:
        """Store an unchanged key file that asks for a new incarnation; needs no data key."""
        self.restored = True
        self._store(path)

    def _store(self, path: Path) -> None:
        document = self._body() | {"macs": [_text(mac) for mac in self._macs], "restored": self.restored}
        document["digest"] = _digest(document)
        content = json.dumps(document, indent=1, sort_keys=True).encode()

        def write(target: Path) -> None:
            target.write_bytes(content)
            os.chmod(target, 0o600)  # noqa: PTH101 - Path.chmod follows the same call; FAT ignores it

        def check(target: Path) -> None:
            read(target)

        replace_file(path, write, check)

    def _verify(self, data_keys: list[bytes]) -> None:
        body = self._body()
        for key in data_keys:
            if not any(hmac.compare_digest(_mac(key, body), known) for known in self._macs):
                raise damaged_keys()

    def _body(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "file_id": self.file_id,
            "generation": self.generation,
            "label_salt": _text(self.label_salt),
            "checks": [_text(check) for check in self.checks],
            "slots": {label: _slot_document(slot) for label, slot in self.slots.items()},
        }

    def _bound(self, public: bytes) -> bytes:
        return b"dangjian slot 1" + self.file_id.encode() + public

    def _seal(self, public: bytes, data_key: bytes) -> bytes:
        once = X25519PrivateKey.generate()
        sender = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(public))
        return sender + _close(self._agreed(shared, sender, public), data_key, self._bound(public))

    def _unseal(self, private: X25519PrivateKey, box: bytes) -> bytes:
        public, sender = private.public_key().public_bytes_raw(), box[:_KEY]
        shared = private.exchange(X25519PublicKey.from_public_bytes(sender))
        return _open(self._agreed(shared, sender, public), box[_KEY:], self._bound(public))

    def _agreed(self, shared: bytes, sender: bytes, public: bytes) -> bytes:
        return HKDF(SHA256(), _KEY, salt=sender + public, info=b"dangjian seal 1").derive(shared)


def keys_path(data_file: Path) -> Path:
    """Where the key file of a data file lies."""
    return data_file.with_name(data_file.name + ".keys")


def read(path: Path) -> KeyFile:
    """Read a key file; raises `VaultError` `keys_missing`, `too_new` or `damaged`."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise VaultError(
            "keys_missing",
            f"找不到钥匙文件“{path.name}”，密码暂时用不上。",
            advice="请把它放回数据文件旁边，或者用打印的恢复密钥打开。",
        ) from error
    except IsADirectoryError as error:
        raise damaged_keys() from error
    try:
        if len(content) > _MOST_BYTES:
            raise damaged_keys()
        document = json.loads(content)
        if _whole(document["format"]) > FORMAT:
            raise VaultError(
                "too_new", "这个数据文件是更新版本的软件建立的。", advice="请先升级本机的党建工作台，再打开。"
            )
        if document["digest"] != _digest(document):
            raise damaged_keys()
        return _key_file(document)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise damaged_keys() from error


def _key_file(document: dict[str, Any]) -> KeyFile:
    """A key file from what was read; raises `ValueError` or `TypeError` for what none can hold."""
    file_id, restored, salt = document["file_id"], document["restored"], _bytes(document["label_salt"])
    if not isinstance(file_id, str) or not isinstance(restored, bool) or len(salt) not in _SALT_BYTES:
        raise TypeError("not a key file")
    checks = [_bytes(check) for check in document["checks"]]
    if not 1 <= len(checks) <= 2:
        raise ValueError("one check a data key")
    slots = {str(label): _slot(entry, len(checks)) for label, entry in document["slots"].items()}
    macs = [_bytes(mac) for mac in document["macs"]]
    return KeyFile(file_id, salt, checks, slots, _whole(document["generation"]), restored, macs)


def damaged_keys() -> VaultError:
    """The key file was damaged or changed by something else."""
    return VaultError(
        "damaged",
        "钥匙文件已损坏，密码暂时用不上。",
        advice="数据文件本身可能完好：请用打印的恢复密钥打开，或者从备份恢复。",
    )


def wrong_password() -> VaultError:
    """One sentence for an unknown account, a wrong password and a disabled account."""
    return VaultError(
        "wrong_password", "账户或密码不对。", advice="请检查大写锁定和输入法后重试；忘记密码可用恢复密钥。"
    )


def _plain(text: str) -> bytes:
    # The same characters typed on two systems may be composed differently.
    return unicodedata.normalize("NFC", text).encode()


def _check(file_id: str, data_key: bytes) -> bytes:
    return hmac.digest(data_key, b"dangjian key check 1" + file_id.encode(), "sha256")


def _mac(data_key: bytes, body: dict[str, Any]) -> bytes:
    return hmac.digest(data_key, b"dangjian key file 1" + _canonical(body), "sha256")


def _digest(document: dict[str, Any]) -> str:
    return hashlib.sha256(_canonical({k: v for k, v in document.items() if k != "digest"})).hexdigest()


def _canonical(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _close(key: bytes, content: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, content, bound)


def _open(key: bytes, box: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(box[:_NONCE], box[_NONCE:], bound)


def _with_sealed(slot: KeySlot, sealed: tuple[bytes, ...]) -> KeySlot:
    return replace(slot, sealed=sealed)


def _slot_document(slot: KeySlot) -> dict[str, Any]:
    return {
        "kdf": ["argon2id", slot.effort.memory_kib, slot.effort.passes, slot.effort.lanes],
        "salt": _text(slot.salt),
        "public": _text(slot.public),
        "private": _text(slot.private),
        "sealed": [_text(box) for box in slot.sealed],
        "generation": slot.generation,
    }


def _slot(entry: dict[str, Any], keys: int) -> KeySlot:
    name, *numbers = entry["kdf"]
    memory, passes, lanes = (_whole(number) for number in numbers)
    most = _MOST_EFFORT
    # Argon2 itself asks for 8 KiB a lane.
    fits = 8 * lanes <= memory <= most.memory_kib and 1 <= passes <= most.passes and 1 <= lanes <= most.lanes
    salt, public = _bytes(entry["salt"]), _bytes(entry["public"])
    sealed = tuple(_bytes(box) for box in entry["sealed"])
    if name != "argon2id" or not fits or len(salt) not in _SALT_BYTES or len(public) != _KEY or len(sealed) != keys:
        raise ValueError("unknown or excessive key derivation")
    effort = Effort(memory, passes, lanes)
    return KeySlot(effort, salt, public, _bytes(entry["private"]), sealed, _whole(entry["generation"]))


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise ValueError("not a whole number")
    return value


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
