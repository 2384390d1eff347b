"""Time-ordered identifiers (UUIDv7 as text): bulk inserts stay in index order."""

from __future__ import annotations

import os
import time

_last = 0
_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
_COUNTS = [f"{count:03x}-" for count in range(1 << 12)]


def new_id() -> str:
    """One UUIDv7; strictly increasing within this process."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """`count` UUIDv7 texts in increasing order, fast enough for 100,000 at once."""
    global _last
    base = max(time.time_ns() // 1_000_000 << 12, _last + 1)
    _last = base + count
    noise = os.urandom(8 * count).hex("-", -8).split("-") if count else []
    ids = []
    millis, head = -1, ""
    for stamp, drawn in enumerate(noise, base):
        if stamp >> 12 != millis:
            millis = stamp >> 12
            head = f"{millis:012x}"
            head = f"{head[:8]}-{head[8:]}-7"
        ids.append(f"{head}{_COUNTS[stamp & 0xFFF]}{_VARIANT[drawn[0]]}{drawn[1:4]}-{drawn[4:]}")
    return ids
