"""Backups: one bundle, automatic on close and before imports, restored as a new incarnation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.permissions import EXPORT, FILE
from dangjian_desktop.storage import backup as bundles
from dangjian_desktop.storage import leftovers
from dangjian_desktop.storage.restoring import restore_bundle

from . import practice
from .office import Office

FOLDER_SETTING = "backup.folder"


@dataclass(frozen=True, slots=True)
class BackupResult:
    """A finished backup, verified by reopening it."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupFile:
    """One bundle found in the backup folder."""

    path: Path
    made_at: datetime
    size: int


def folder(office: Office) -> Path:
    """Where automatic backups go."""
    chosen = office.setting(FOLDER_SETTING)
    return Path(chosen) if chosen else bundles.default_folder(office.path)


def choose_folder(office: Office, chosen: Path) -> None:
    """Keep automatic backups there from now on; raises `UserError` (`not_allowed`, `out_of_scope`)."""
    office.actor.require(EXPORT, FILE)
    practice.refuse(office, "做备份")
    office.put_setting(FOLDER_SETTING, str(chosen))


def backup(office: Office, target: Path, progress: Progress | None = None) -> BackupResult:
    """Write one bundle to `target` and verify it."""
    office.actor.require(EXPORT, FILE)
    practice.refuse(office, "做备份")
    path, digest = bundles.write_bundle(office.vault, target, clock=office.clock, progress=progress)
    office.audit("backup", {"file": path.name})
    return BackupResult(path, digest)


def before(office: Office, reason: str, progress: Progress | None = None) -> Path | None:
    """The automatic backup before something risky; raises when it fails, so that a person is asked first.

    A file for practice is not backed up.
    """
    if practice.is_practice(office):
        return None
    return bundles.automatic(
        office.vault, folder(office), reason, clock=office.clock, only_if_changed=True, progress=progress
    )


def on_close(office: Office) -> None:
    """The automatic backup when the file is closed and has changed; a failure is noted and shown next time."""
    if office.changed and not practice.is_practice(office):
        with suppress(UserError):
            bundles.automatic(office.vault, folder(office), "close", clock=office.clock, only_if_changed=True)


def last_backup(office: Office) -> dict[str, Any] | None:
    """The last good backup: `at`, `path`, `sha256`, `reason`."""
    return bundles.last_backup(office.vault)


def last_failure(office: Office) -> dict[str, str] | None:
    """The failure that no good backup has followed yet; it stays shown."""
    return bundles.last_backup_failure(office.vault)


def listing(office: Office) -> list[BackupFile]:
    """Bundles in the backup folder, newest first."""
    found = [
        BackupFile(p, datetime.fromtimestamp(p.stat().st_mtime).astimezone(), p.stat().st_size)
        for p in folder(office).glob(f"*{bundles.SUFFIX}")
        # What was cut short while being written lies beside under a hidden name.
        if not p.name.startswith(".")
    ]
    return sorted(found, key=lambda f: f.made_at, reverse=True)


def restore(bundle: Path, to: Path, progress: Progress | None = None) -> Path:
    """Unpack a bundle beside nothing: refuses to overwrite; the copy starts a new incarnation when opened."""
    return restore_bundle(bundle, to, progress)


def discard(path: Path) -> None:
    """Delete a closed data file that was made a moment ago and could not be filled."""
    leftovers.discard(path)
