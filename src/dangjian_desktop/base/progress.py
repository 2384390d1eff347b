"""Progress and cancelling for long work, without any widget."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancelled(Exception):
    """The person asked to stop; the unit of work rolls back."""


class Progress:
    """Passed into long work; reports at most what the listener wants and raises `Cancelled` on request."""

    def __init__(self, listener: Callable[[int, int, str], None] | None = None) -> None:
        self._listener = listener
        self._cancel = threading.Event()

    def cancel(self) -> None:
        """Ask the work to stop at its next report."""
        self._cancel.set()

    @property
    def cancelled(self) -> bool:
        """Whether stopping was asked for."""
        return self._cancel.is_set()

    def report(self, done: int, total: int, text: str) -> None:
        """Say how far the work is (`done` of `total` steps, 0 for unknown) in a Chinese phrase.

        Raises `Cancelled` when stopping was asked for.
        """
        if self._cancel.is_set():
            raise Cancelled
        if self._listener:
            self._listener(done, total, text)
