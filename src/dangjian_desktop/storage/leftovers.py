"""What a former file of the same name left beside its place: set aside before a new file is put there.

SQLite would play a log or journal of another file back into the new one and destroy it; a key file would
shut everybody out; attachments would be swept as belonging to nobody. Nothing is deleted: somebody may miss it.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from dangjian_desktop.base.file_names import refuse_name
from dangjian_desktop.base.files import move_over

REWRITE = ".rewrite"
"""Ending of a data file that is being written anew, and of nothing else."""

_BESIDE = re.compile(r"-wal|-shm|-journal|-mj[0-9A-F]+|\.keys|\.files|\.rewrite(-wal|-shm|-journal)?|\.kept-.*")
_HIDDEN = re.compile(r"-[0-9a-f]{8}\.rewrite(-wal|-shm|-journal)?")
_OLD = ".old"
# The longest name that stands beside `STEM.djd`: an automatic backup's data part with its journal.
_ROOM = 72


def refuse_place(path: Path) -> None:
    """Raise `UsageError` (`bad_name`) for a data file whose name, or the names beside it, cannot be."""
    refuse_name(path, room=_ROOM)


def found(path: Path) -> list[Path]:
    """What lies beside the place of a data file as a part of it, the lock left out."""
    if not path.parent.is_dir():
        return []
    return sorted(entry for entry in path.parent.iterdir() if _belongs(path, entry.name))


class SetAside:
    """What was moved out of the way; `put_back` where the new file did not come about."""

    def __init__(self, path: Path) -> None:
        self._moved: list[tuple[Path, Path]] = []
        try:
            for entry in found(path):
                kept = entry.with_name(f"{entry.name}.{secrets.token_hex(3)}{_OLD}")
                move_over(entry, kept)
                self._moved.append((entry, kept))
        except BaseException:
            self.put_back()
            raise

    def put_back(self) -> None:
        """Give everything its name again, as far as the place is free."""
        for entry, kept in self._moved:
            with suppress(OSError):
                if not entry.exists():
                    kept.replace(entry)
        self._moved = []


def discard(path: Path) -> None:
    """Delete a data file that did not come about, with all its parts; only after what was there is set aside."""
    for entry in [path, *found(path)]:
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with suppress(OSError):
                entry.unlink(missing_ok=True)


def remove_unfinished(path: Path) -> None:
    """Delete data files that a rewriting which was cut short left; harmless where they are in use."""
    for entry in path.parent.iterdir():
        rest = _hidden_rest(path, entry.name)
        if rest is not None and _HIDDEN.fullmatch(rest):
            with suppress(OSError):
                entry.unlink()


def _belongs(path: Path, name: str) -> bool:
    if name.endswith(_OLD):
        return False
    hidden = _hidden_rest(path, name)
    if hidden is not None and _HIDDEN.fullmatch(hidden):
        return True
    return name.startswith(path.name) and _BESIDE.fullmatch(name.removeprefix(path.name)) is not None


def _hidden_rest(path: Path, name: str) -> str | None:
    start = f".{path.stem}"
    return name.removeprefix(start) if name.startswith(start) else None
