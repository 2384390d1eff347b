"""The data files this PC opened lately; imported by the unlock window, so it stands on the standard library."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import replace_file
from dangjian_desktop.base.userdirs import data_dir

KEPT = 8


@dataclass(frozen=True, slots=True)
class RecentFile:
    """One file opened before; `accounts` are the names that signed in on this PC."""

    path: Path
    name: str
    exists: bool
    account: str


def recent_files() -> list[RecentFile]:
    """Newest first."""
    return [RecentFile(Path(r["path"]), r["name"], Path(r["path"]).is_file(), r.get("account", "")) for r in _read()]


def sample_path() -> Path:
    """Where the sample street of this PC lies, whether or not it has been made."""
    return data_dir() / "示例街道.djd"


def remember_file(path: Path, name: str, account: str) -> None:
    """Put a file at the top of the list; a PC where this cannot be written just forgets."""
    place = str(path.resolve())
    _keep([{"path": place, "name": name, "account": account}] + [r for r in _read() if r["path"] != place])


def forget_file(path: Path) -> None:
    """Take a file off the list; the file itself stays."""
    place = str(path.resolve())
    _keep([r for r in _read() if r["path"] != place])


def _keep(entries: list[dict[str, str]]) -> None:
    def write(target: Path) -> None:
        target.write_text(json.dumps(entries[:KEPT], ensure_ascii=False), "utf-8")

    with suppress(OSError, UserError):
        replace_file(_store(), write)


def _store() -> Path:
    return data_dir() / "recent.json"


def _read() -> list[dict[str, str]]:
    with suppress(OSError, ValueError):
        entries = json.loads(_store().read_text("utf-8"))
        if isinstance(entries, list):
            return [e for e in entries if isinstance(e, dict) and "path" in e and "name" in e]
    return []
