"""Time-ordered identifiers (UUIDv7 as text): bulk inserts stay in index order."""

from __future__ import annotations

import os
import time

_last = 0


def new_id() -> str:
    """One UUIDv7; strictly increasing within this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """`count` UUIDv7 texts in increasing order, fast enough for 100,000 at once."""
    global _last
    base = max(time.time_ns() // 1_000_000 << 12, _last + 1)
    _last = base + count
    noise = os.urandom(8 * count)
    ids = []
    for i in range(count):
        stamp = base + i
        millis, sub = stamp >> 12, stamp & 0xFFF
        tail = noise[8 * i : 8 * i + 8].hex()
        head = f"{millis:012x}"
        variant = "89ab"[int(tail[0], 16) & 3]
        ids.append(f"{head[:8]}-{head[8:]}-7{sub:03x}-{variant}{tail[1:4]}-{tail[4:16]}")
    return ids
