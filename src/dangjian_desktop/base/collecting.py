"""Work on some hundred thousand rows without the cyclic collector, which would walk through them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the cyclic collector back for the whole program while the block runs.

    Objects are still freed when nothing refers to them; only circles wait.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
