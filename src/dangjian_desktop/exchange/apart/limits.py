"""How much memory and time a reader may use, and who holds it to that: the kernel, not the reader's good will."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of memory, and seconds by the clock and of computing."""

    memory: int
    seconds: int

    @classmethod
    def for_size(cls, size: int) -> Limits:
        """What an honest file of `size` bytes needs, with room to spare; a small one that lies gets no more."""
        beyond = max(0, size - _MEGABYTE) / _MEGABYTE
        return cls(min(int((360 + 110 * beyond) * _MEGABYTE), 16384 * _MEGABYTE), min(int(7 + 15 * beyond), 900))


def hold_self(limits: Limits) -> None:
    """In the reader, before it opens anything: no more memory, no more time, no files written, no core left behind."""
    if sys.platform == "win32":
        return  # the job object that the parent put it into does it
    import resource

    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in wanted.items():
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def hold_child(process_handle: int, limits: Limits) -> Any:
    """Put a started process into a job object with these limits (Windows); keep the answer until it has ended.

    The job ends the process when the answer is closed, also when this program itself dies. None elsewhere.
    """
    if sys.platform != "win32":
        return None
    from .windows_job import WindowsJob

    return WindowsJob(process_handle, limits.memory, limits.seconds)
