"""Keys of devices and incarnations: who may write under a number, and how a reader finds out.

An incarnation is named by its public key, a device by its own; the device signs the birth of each incarnation. The
private halves never stand in a data file, so a copied file cannot sign.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from .leaves import canonical

_HEADER = b"dangjian-log-1 header\x00"
_BIRTH = b"dangjian-log-1 incarnation\x00"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private half of an incarnation's or a device's Ed25519 key, as 32 bytes."""

    secret: bytes

    @classmethod
    def new(cls) -> SigningKey:
        """A fresh random key."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(message)


@dataclass(frozen=True, slots=True)
class DeviceKeys:
    """What a PC signs with and receives with."""

    signing: SigningKey
    receiving: bytes
    """The private half of its X25519 key."""

    @classmethod
    def new(cls) -> DeviceKeys:
        """Fresh keys for a PC that has none."""
        return cls(SigningKey.new(), X25519PrivateKey.generate().private_bytes_raw())

    @property
    def id(self) -> str:
        """The name of the device: from its public key, so that nobody can take another's."""
        return device_id(self.signing.public)


@dataclass(frozen=True, slots=True)
class Birth:
    """What a file keeps of an incarnation: its public key, the device's, and the device's word for it."""

    incarnation: str
    key: bytes
    device_key: bytes
    started_at: str
    signature: bytes

    def holds(self) -> bool:
        """Whether the name fits the key and the device signed it."""
        statement = _statement(self.key, self.device_key, self.started_at)
        return self.incarnation == incarnation_id(self.key) and verify(self.device_key, statement, self.signature)


def bear(device: DeviceKeys, key: SigningKey, started_at: str) -> Birth:
    """The birth of an incarnation with this key on this device."""
    statement = _statement(key.public, device.signing.public, started_at)
    return Birth(
        incarnation_id(key.public), key.public, device.signing.public, started_at, device.signing.sign(statement)
    )


def _statement(key: bytes, device_key: bytes, started_at: str) -> bytes:
    return _BIRTH + canonical({"device": device_key.hex(), "key": key.hex(), "started_at": started_at})


def incarnation_id(public: bytes) -> str:
    """The name of an incarnation: the first 16 bytes of a hash over its public key, in hex."""
    return hashlib.sha256(b"\x05" + public).hexdigest()[:32]


def device_id(public: bytes) -> str:
    """The name of a device, made as an incarnation's is."""
    return hashlib.sha256(b"\x06" + public).hexdigest()[:32]


def sign_header(key: SigningKey, encoded: bytes) -> bytes:
    """The signature of an incarnation over the bytes of a header."""
    return key.sign(_HEADER + encoded)


def header_signed(public: bytes, encoded: bytes, signature: bytes) -> bool:
    """Whether the incarnation with this public key signed the header."""
    return verify(public, _HEADER + encoded, signature)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` over `message` is by the key with this public half."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
