"""When Python looks for circles of unused objects, and in which thread."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_held = 0
_collecting = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the cyclic collector back for the whole program while the block runs.

    It would walk through some hundred thousand rows again and again. Objects are still freed when nothing refers to
    them; only circles wait. Blocks of several threads may overlap.
    """
    global _held, _collecting
    with _lock:
        if not _held:
            _collecting = gc.isenabled()
            gc.disable()
        _held += 1
    try:
        yield
    finally:
        with _lock:
            _held -= 1
            if not _held and _collecting:
                gc.enable()


def collect_what_is_due() -> None:
    """Collect in the calling thread what the switched-off automatic collector would have collected by now.

    The automatic one runs in whatever thread happens to make an object; a circle with a window in it would end in a
    worker's thread, and Qt aborts.
    """
    if _held:
        return
    counts, limits = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > limits[generation]:
            gc.collect(generation)
            return
