"""The key file `NAME.djd.keys`: who may open the data file, without naming anyone.

Each account has a slot with a key pair: the password (Argon2id) wraps the private half, and the data key
is sealed to the public half. So a new data key can be given to every account that still has a slot
without knowing any password, and to none that has lost it. The file carries a digest, so that damage is
told from a wrong password, and a keyed check, so that nobody without the data key can add a slot.

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from dangjian_desktop.base.errors import UserError, VaultError
from dangjian_desktop.base.files import replace_file

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


PASSWORD_EFFORT = Effort(64 * 1024, 3, 4)
# Labels hide who has an account from somebody who finds the file; they guard nothing else.
_LABEL_EFFORT = Effort(8 * 1024, 1, 1)
# A hostile file must not make us fill the memory.
_MOST_EFFORT = Effort(1024 * 1024, 32, 64)


@dataclass(frozen=True, slots=True)
class Slot:
    """One account's way to the data key; everything in it is useless without the password."""

    effort: Effort
    salt: bytes
    public: bytes
    private: bytes
    sealed: tuple[bytes, ...]


@dataclass(slots=True)
class KeyFile:
    """The contents of a key file; nothing is stored until `write`."""

    file_id: str
    label_salt: bytes
    checks: list[bytes]
    slots: dict[str, Slot] = field(default_factory=dict)
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

    def unlock(self, account: str, password: str) -> list[bytes]:
        """The data keys that the password opens: one, or two after an interrupted rotation.

        No name means the only account there is.
        Raises `VaultError` `wrong_password`; an unknown account gives the same error after the same time.
        Without a name the only account is meant, where there is just one.
        """
        only = next(iter(self.slots)) if len(self.slots) == 1 else ""
        slot = self.slots.get(self.label(account) if account else only)
        if slot is None:
            PASSWORD_EFFORT.derive(_plain(password), secrets.token_bytes(16))
            raise _wrong_password()
        wrapping = slot.effort.derive(_plain(password), slot.salt)
        try:
            private = _open(wrapping, slot.private, self._bound(slot.public))
        except InvalidTag as error:
            raise _wrong_password() from error
        try:
            found = [self._unseal(X25519PrivateKey.from_private_bytes(private), box) for box in slot.sealed]
        except InvalidTag as error:
            raise damaged_keys() from error
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
        """Give an account a (new) password; returns the slot's label."""
        if not password:
            raise UserError("empty_password", "密码不能为空。")
        salt, private = secrets.token_bytes(16), X25519PrivateKey.generate()
        public = private.public_key().public_bytes_raw()
        wrapping = PASSWORD_EFFORT.derive(_plain(password), salt)
        wrapped = _close(wrapping, private.private_bytes_raw(), self._bound(public))
        label = self.label(account)
        self.slots[label] = Slot(PASSWORD_EFFORT, salt, public, wrapped, (self._seal(public, data_key),))
        return label

    def remove_slot(self, account: str) -> bool:
        """Take an account's way in; whether there was one."""
        return self.slots.pop(self.label(account), None) is not None

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
        document = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise VaultError(
            "keys_missing",
            f"找不到钥匙文件“{path.name}”，密码暂时用不上。",
            advice="请把它放回数据文件旁边，或者用打印的恢复密钥打开。",
        ) from error
    except ValueError as error:
        raise damaged_keys() from error
    try:
        if document["format"] > FORMAT:
            raise VaultError(
                "too_new", "这个数据文件是更新版本的软件建立的。", advice="请先升级本机的党建工作台，再打开。"
            )
        if document["digest"] != _digest(document):
            raise damaged_keys()
        return KeyFile(
            file_id=document["file_id"],
            label_salt=_bytes(document["label_salt"]),
            checks=[_bytes(check) for check in document["checks"]],
            slots={label: _slot(entry) for label, entry in document["slots"].items()},
            restored=document["restored"],
            _macs=[_bytes(mac) for mac in document["macs"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise damaged_keys() from error


def damaged_keys() -> VaultError:
    """The key file was damaged or changed by something else."""
    return VaultError(
        "damaged",
        "钥匙文件已损坏，密码暂时用不上。",
        advice="数据文件本身可能完好：请用打印的恢复密钥打开，或者从备份恢复。",
    )


def _wrong_password() -> VaultError:
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


def _with_sealed(slot: Slot, sealed: tuple[bytes, ...]) -> Slot:
    return Slot(slot.effort, slot.salt, slot.public, slot.private, sealed)


def _slot_document(slot: Slot) -> dict[str, Any]:
    return {
        "kdf": ["argon2id", slot.effort.memory_kib, slot.effort.passes, slot.effort.lanes],
        "salt": _text(slot.salt),
        "public": _text(slot.public),
        "private": _text(slot.private),
        "sealed": [_text(box) for box in slot.sealed],
    }


def _slot(entry: dict[str, Any]) -> Slot:
    name, memory, passes, lanes = entry["kdf"]
    effort = Effort(memory, passes, lanes)
    most = _MOST_EFFORT
    if name != "argon2id" or memory > most.memory_kib or passes > most.passes or lanes > most.lanes:
        raise ValueError("unknown or excessive key derivation")
    sealed = tuple(_bytes(box) for box in entry["sealed"])
    return Slot(effort, _bytes(entry["salt"]), _bytes(entry["public"]), _bytes(entry["private"]), sealed)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)
