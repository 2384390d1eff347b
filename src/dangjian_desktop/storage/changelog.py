"""Writing and reading the log: salted commitments, the hash chain, values as JSON text."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import Any

import orjson

SALT_BYTES = 16


def dump(value: Any) -> str | None:
    """A value as the JSON text that the log keeps; None stays None."""
    return None if value is None else _encode(value).decode()


def load(text: str | None) -> Any:
    """The value behind a JSON text of the log."""
    return None if text is None else orjson.loads(text)


def _encode(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def salts(count: int) -> list[bytes]:
    """`count` random salts."""
    noise = os.urandom(SALT_BYTES * count)
    return [noise[SALT_BYTES * i : SALT_BYTES * (i + 1)] for i in range(count)]


def commit_to(salt: bytes, content: bytes) -> bytes:
    """The commitment to one change: without the salt it tells nothing about the content."""
    return hashlib.sha256(salt + content).digest()


def creation_content(kind: str, record: str, values: dict[str, Any]) -> bytes:
    """What a creation commits to: its non-empty values by path, as compact JSON with sorted keys in UTF-8."""
    return f"{kind}\n{record}\n".encode() + _encode(values)


def change_content(kind: str, record: str, path: str, before: str | None, after: str | None) -> bytes:
    """What a change commits to: the path and both JSON texts."""
    return _encode([kind, record, path, before, after])


def operation_header(
    incarnation: str, seq: int, lamport: int, at: str, account: str, label: str, nature: str, undoes: str | None
) -> bytes:
    """The part of an operation that the chain covers beside its changes."""
    return _encode([incarnation, seq, lamport, at, account, label, nature, undoes])


def chain(previous: bytes, header: bytes, commitments: Iterable[bytes]) -> bytes:
    """The hash of an operation: over the one before it of the same incarnation, its header and commitments."""
    digest = hashlib.sha256(previous + header)
    for commitment in commitments:
        digest.update(commitment)
    return digest.digest()
