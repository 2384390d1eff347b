"""Leaves of the log, format 1: canonical text, salted commitments, the tree over an operation's leaves.

Every hash is SHA-256 and begins with one byte that tells what is hashed, so that a leaf never passes for a branch:
0 a commitment, 1 a branch, 2 a creation, 3 a change (`header` uses 4, `signing` 5 and 6). `docs/日志格式.md` has
the whole; `tests/data/log/` has fixed vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

SALT_BYTES: Final = 16
HASH_BYTES: Final = 32
_SALTS = b"dangjian-log-1 salts\x00"
_LARGEST = 2**53 - 1

_sha256 = hashlib.sha256


class Part(NamedTuple):
    """One leaf's share of a seal: its salt while the content is here, else the bare commitment."""

    salt: bytes | None
    commitment: bytes = b""

    def node(self, content: bytes) -> bytes:
        """The commitment, worked out from the content where that is here."""
        return self.commitment if self.salt is None else commit(self.salt, content)


def canonical(value: Any) -> bytes:
    """`value` as the one JSON text that is hashed: UTF-8, keys sorted by code point, no blanks.

    Only objects with text keys, lists, texts, whole numbers below 2^53, true, false and null are values; raises
    `ValueError` for anything else. A decimal number has no one spelling, so there is none in the log.
    """
    refuse_decimals(value)
    return encode(value)


def encode(value: Any) -> bytes:
    """`canonical` for values that are known to hold no decimal numbers."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def refuse_decimals(value: Any) -> None:
    """Raise `ValueError` where a value has no canonical text."""
    if isinstance(value, bool | str) or value is None:
        return
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ValueError("number beyond 2^53")
    elif isinstance(value, Mapping):
        for item in value.values():
            refuse_decimals(item)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_decimals(item)
    else:
        raise ValueError(f"no canonical text for {type(value).__name__}")


def salts_of(seed: bytes, count: int) -> list[bytes]:
    """The first `count` salts that a seed stands for: SHAKE-256 over a fixed prefix and the seed, cut in pieces."""
    stream = hashlib.shake_256(_SALTS + seed).digest(SALT_BYTES * count)
    return [stream[at : at + SALT_BYTES] for at in range(0, SALT_BYTES * count, SALT_BYTES)]


def commit(salt: bytes, content: bytes) -> bytes:
    """The commitment to one leaf: without the salt it tells nothing about the content."""
    return _sha256(b"\x00" + salt + content).digest()


def branch(left: bytes, right: bytes) -> bytes:
    """The node above two nodes."""
    return _sha256(b"\x01" + left + right).digest()


def creation_nodes(
    kind: str, records: Sequence[str], contents: Iterable[Sequence[bytes]], seeds: Sequence[bytes]
) -> list[bytes]:
    """The nodes of many creations of one kind, whose leaves hold `contents`: `creation_node` over `commit` for each."""
    found: list[bytes] = []
    sha256, shake, dumps, size = _sha256, hashlib.shake_256, orjson.dumps, SALT_BYTES
    before = b"[" + dumps(kind) + b","
    cuts: dict[int, tuple[bytes, list[slice]]] = {}
    for record, leaves, seed in zip(records, contents, seeds, strict=True):
        count = len(leaves)
        if count not in cuts:
            salts = [slice(start, start + size) for start in range(0, size * count, size)]
            cuts[count] = b"\x02" + count.to_bytes(2, "big"), salts
        head, salts = cuts[count]
        stream = shake(_SALTS + seed).digest(size * count)
        commitments = [sha256(b"\x00" + stream[salt] + leaf).digest() for salt, leaf in zip(salts, leaves, strict=True)]
        found.append(sha256(head + b"".join(commitments) + before + dumps(record) + b"]").digest())
    return found


def creation_node(kind: str, record: str, commitments: Sequence[bytes]) -> bytes:
    """The node of one creation: over the commitments of its leaves in their order, its kind and its id."""
    head = b"\x02" + len(commitments).to_bytes(2, "big")
    return _sha256(head + b"".join(commitments) + encode([kind, record])).digest()


def change_node(structure: bytes, values: bytes) -> bytes:
    """The node of one change: what it moved (kind, record, path, replaces) and from what to what, apart."""
    return _sha256(b"\x03" + structure + values).digest()


def root(nodes: Sequence[bytes]) -> bytes:
    """The root over the nodes of an operation, paired from the left; a node without a partner goes up as it is."""
    if not nodes:
        raise ValueError("an operation without leaves")
    level = list(nodes)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [_sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)]
        level += odd
    return level[0]


def spans(count: int, wanted: Iterable[int]) -> list[tuple[int, int]]:
    """The fewest whole branches (first ordinal, width) that cover all of `count` leaves except the `wanted`."""
    kept = set(wanted)

    def cover(first: int, size: int) -> list[tuple[int, int]]:
        if not kept.intersection(range(first, min(first + size, count))):
            return [(first, min(size, count - first))]
        if size == 1:
            return []
        half = size // 2
        return cover(first, half) + (cover(first + half, half) if first + half < count else [])

    return cover(0, 1 << max(0, count - 1).bit_length()) if count else []


def partial_root(count: int, nodes: Mapping[int, bytes], bare: Mapping[tuple[int, int], bytes]) -> bytes:
    """The root over `count` leaves of which some are known (`nodes`) and the rest stand as bare branches.

    `bare` maps (first ordinal, width) to the branch's node. Raises `ValueError` where they do not cover the tree.
    """

    def node(first: int, size: int) -> bytes:
        width = min(size, count - first)
        if (first, width) in bare:
            return bare[(first, width)]
        if size == 1:
            if first not in nodes:
                raise ValueError(f"leaf {first} is missing")
            return nodes[first]
        half = size // 2
        left = node(first, half)
        return branch(left, node(first + half, half)) if first + half < count else left

    if count < 1:
        raise ValueError("an operation without leaves")
    return node(0, 1 << (count - 1).bit_length())


# -- seals -----------------------------------------------------------------------------------------


def parts_of(seal: bytes, count: int) -> list[Part]:
    """The parts that a seal stands for: a seed of 16 bytes, or one tagged part after the other.

    A part is 1 and a salt of 16 bytes, or 2 and a commitment of 32. Raises `ValueError` for anything else.
    """
    if len(seal) == SALT_BYTES:
        return [Part(salt) for salt in salts_of(seal, count)]
    parts: list[Part] = []
    at = 0
    while at < len(seal):
        size = {1: SALT_BYTES, 2: HASH_BYTES}.get(seal[at])
        if size is None or at + 1 + size > len(seal):
            raise ValueError("a seal that cannot be read")
        body = seal[at + 1 : at + 1 + size]
        parts.append(Part(body) if seal[at] == 1 else Part(None, body))
        at += 1 + size
    if len(parts) != count:
        raise ValueError("a seal with another number of parts")
    return parts


def seal_of(parts: Iterable[Part]) -> bytes:
    """Parts as a seal, once one of them has lost its salt and the seed had to go."""
    return b"".join(b"\x01" + part.salt if part.salt is not None else b"\x02" + part.commitment for part in parts)
