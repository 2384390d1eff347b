"""A new data file for a test, copied from one that the program made: once a worker, for each start that is asked for.

The file is copied with its keys and with what a PC keeps of it in the user's profile (device keys, the key of the
incarnation, the note of where the log ended), so that the copy goes on as its maker would. Two files of one home
would then give the same numbers twice; so only the first one of a home is a copy, and every other is made.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.userdirs import data_dir
from dangjian_desktop.services.office import opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.office.recent import remember_file
from dangjian_desktop.storage import keys, migrations
from dangjian_desktop.storage.device import Note, PcProfile

SHIPPED_EFFORT = keys.PASSWORD_EFFORT
QUICK_EFFORT = keys.Effort(64, 1, 1)
"""Enough for a password that is printed in a test; kept in the key file, so that every opening is quick as well."""


@dataclass(frozen=True, slots=True)
class _Template:
    content: bytes
    key_file: bytes
    file_id: str
    note: Note
    profile: dict[str, bytes]
    """The keys of the PC by their file name, notes left out: they are named after the place."""
    recovery_key: str


@dataclass(frozen=True, slots=True)
class Start:
    """What a new file is made with."""

    name: str
    account: str
    password: str
    base: date


def new_file(path: Path, start: Start) -> str:
    """A closed new file at `path`, remembered in this home; returns its recovery key. Refuses to overwrite."""
    if path.exists() or (data_dir() / "device").exists():
        office, recovery_key = _made(path, start)
        office.close()
        return recovery_key
    return _copied(path, _template(start, Clock().machine_day(), migrations.CURRENT), start)


def _made(path: Path, start: Start) -> tuple[Office, str]:
    return opening.create_office(
        path, name=start.name, account=start.account, password=start.password, base_date=start.base
    )


@lru_cache(maxsize=8)
def _template(start: Start, _day: date, _version: int) -> _Template:
    """Made in a home of its own; anew when midnight passes, since operations know the day they were entered."""
    folder = Path(tempfile.mkdtemp())
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
                patch.setenv(name, str(folder / "profile"))
            path = folder / "a.djd"
            office, recovery_key = _made(path, start)
            file_id = office.vault.file_id
            office.close()
            note = PcProfile(file_id, path).note()
            assert note is not None
            kept = {p.name: p.read_bytes() for p in (data_dir() / "device").iterdir() if p.suffix == ".key"}
            return _Template(path.read_bytes(), keys.keys_path(path).read_bytes(), file_id, note, kept, recovery_key)
    finally:
        shutil.rmtree(folder)


def _copied(path: Path, template: _Template, start: Start) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    profile = data_dir() / "device"
    profile.mkdir(mode=0o700, parents=True)
    _put(path, template.content)
    _put(keys.keys_path(path), template.key_file)
    for name, content in template.profile.items():
        _put(profile / name, content)
    PcProfile(template.file_id, path).keep_note(template.note)
    remember_file(path, start.name, start.account)
    return template.recovery_key


def _put(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
