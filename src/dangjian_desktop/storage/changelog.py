"""Values as the JSON text that the log keeps."""

from __future__ import annotations

import os
from typing import Any

import orjson

from dangjian_desktop.sync.leaves import SALT_BYTES, encode


def dump(value: Any) -> str | None:
    """A value as the JSON text that the log keeps; None stays None."""
    return None if value is None else encode(value).decode()


def load(text: str | None) -> Any:
    """The value behind a JSON text of the log."""
    return None if text is None else orjson.loads(text)


def seeds(count: int) -> list[bytes]:
    """`count` random seeds."""
    noise = os.urandom(SALT_BYTES * count)
    return [noise[SALT_BYTES * i : SALT_BYTES * (i + 1)] for i in range(count)]
