"""Writing and reading the log: salted commitments, the hash chain, values as JSON text."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from typing import Any

SALT_BYTES = 16

# Made once: `json.dumps` with options makes one for every call, which an import of 100,000 rows feels.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def dump(value: Any) -> str | None:
    """A value as the JSON text that the log keeps; None stays None."""
    return None if value is None else _encode(value)


def load(text: str | None) -> Any:
    """The value behind a JSON text of the log."""
    return None if text is None else json.loads(text)


def salts(count: int) -> list[bytes]:
    """`count` random salts."""
    noise = os.urandom(SALT_BYTES * count)
    return [noise[SALT_BYTES * i : SALT_BYTES * (i + 1)] for i in range(count)]


def commit_to(salt: bytes, content: str) -> bytes:
    """The commitment to one change: without the salt it tells nothing about the content."""
    return hashlib.sha256(salt + content.encode()).digest()


def creation_content(kind: str, record: str, values: dict[str, Any]) -> str:
    """What a creation commits to: its non-empty values by path."""
    return f"{kind}\n{record}\n{_encode(values)}"


def change_content(kind: str, record: str, path: str, before: str | None, after: str | None) -> str:
    """What a change commits to: the path and both JSON texts."""
    return json.dumps([kind, record, path, before, after], ensure_ascii=False, separators=(",", ":"))


def operation_header(
    incarnation: str, seq: int, lamport: int, at: str, account: str, label: str, nature: str, undoes: str | None
) -> str:
    """The part of an operation that the chain covers beside its changes."""
    return json.dumps(
        [incarnation, seq, lamport, at, account, label, nature, undoes], ensure_ascii=False, separators=(",", ":")
    )


def chain(previous: bytes, header: str, commitments: Iterable[bytes]) -> bytes:
    """The hash of an operation: over the one before it of the same incarnation, its header and commitments."""
    digest = hashlib.sha256(previous + header.encode())
    for commitment in commitments:
        digest.update(commitment)
    return digest.digest()
