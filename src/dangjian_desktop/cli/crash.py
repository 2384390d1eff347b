"""The report of an error of our own: where it happened, and nothing that anybody entered."""

from __future__ import annotations

import platform
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from dangjian_desktop import __version__
from dangjian_desktop.base.userdirs import data_dir

FOLDER = "reports"
PREFIX = "故障报告-"
KEPT = 20


def report(error: BaseException, words: Sequence[str]) -> Path | None:
    """Write a report and return its path; None where this PC cannot keep one.

    Messages of errors and arguments of the command may hold names, so neither is written: only the kinds of
    error, the places in the program, the version and the command's first word.
    """
    now = datetime.now(UTC)
    folder = data_dir() / FOLDER
    path = folder / f"{PREFIX}{now:%Y%m%d-%H%M%S-%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(_lines(error, words, now)) + "\n", "utf-8")
    except OSError:
        return None
    for old in sorted(folder.glob(f"{PREFIX}*.txt"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
    return path


def _lines(error: BaseException, words: Sequence[str], now: datetime) -> list[str]:
    command = next((w for w in words if w.isascii() and w.replace("-", "").isalpha() and not w.startswith("-")), "")
    lines = [
        f"dangjian-desktop {__version__}",
        f"{now.isoformat(timespec='seconds')}",
        f"{platform.platform()} Python {platform.python_version()} frozen={hasattr(sys, 'frozen')}",
        f"command: {command if command in _commands() else ''}",
    ]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines.append(f"{type(current).__module__}.{type(current).__qualname__}")
        lines += [f"  {_place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(current.__traceback__)]
        current = current.__cause__ or current.__context__
    return lines


def _commands() -> frozenset[str]:
    from .grammar import COMMANDS

    return frozenset(name.split()[0] for name in COMMANDS)


def _place(filename: str) -> str:
    """A file of the program without the folders above it, which can hold a person's name."""
    parts = Path(filename).parts
    for anchor in ("dangjian_desktop", "site-packages"):
        if anchor in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(anchor) - 1 :])
    return Path(filename).name
