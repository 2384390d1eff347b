"""The password that came by the environment: taken out of it at once, so that no child process inherits it."""

from __future__ import annotations

import os

NAME = "DANGJIAN_PASSWORD"

_taken: list[str] = []


def take() -> None:
    """Move the password out of the environment; a process does this once, before it starts anything."""
    found = os.environ.pop(NAME, None)
    if found:
        _taken[:] = [found]


def forget() -> None:
    """Keep it no longer: the command is done."""
    _taken.clear()


def given() -> str:
    """The password that came by the environment, empty where there was none."""
    return os.environ.get(NAME) or (_taken[-1] if _taken else "")
