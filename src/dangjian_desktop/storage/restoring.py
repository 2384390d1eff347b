"""Putting a backup back as a data file, beside nothing of the file that was there before."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import fault_of, replace_file
from dangjian_desktop.base.progress import Progress

from . import keys, leftovers, lock
from .attachments import files_path
from .backup import DATA, FILES, KEYS, verify_bundle

_PIECE = 1 << 20


def restore_bundle(bundle: Path, to_path: Path, progress: Progress | None = None) -> Path:
    """Put a proven bundle back as a data file with its keys and attachments; returns its path.

    Never overwrites (`UserError` `exists`), and what a former file of that name left beside it (log, journal, keys,
    attachments) is set aside first. The data file appears last, so what is cut short does not look finished; where
    it fails, everything is as before. The copy is marked, so that its first writing starts a new incarnation on any
    PC. Raises `VaultError` (`locked` too), `EnvironmentFault`, `UsageError` (`bad_name`).
    """
    leftovers.refuse_place(to_path)
    _refuse_existing(to_path)
    parts = verify_bundle(bundle, progress).parts
    try:
        to_path.parent.mkdir(parents=True, exist_ok=True)
        held = lock.acquire(to_path, Clock())
        try:
            _refuse_existing(to_path)
            _unpack(bundle, list(parts), to_path)
        finally:
            held.release()
    except OSError as error:
        raise fault_of(error, to_path) from error
    return to_path


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise UserError("exists", f"“{path.name}”已经存在，没有覆盖。", advice="请换一个名称或文件夹再恢复。")


def _unpack(bundle: Path, parts: list[str], to_path: Path) -> None:
    former = leftovers.SetAside(to_path)
    try:
        with zipfile.ZipFile(bundle) as archive:
            for name in parts:
                if name.startswith(FILES):
                    _extract(archive, name, files_path(to_path) / name.removeprefix(FILES))
            if KEYS in parts:
                key_file = keys.keys_path(to_path)
                _extract(archive, KEYS, key_file)
                keys.read(key_file).write_restored(key_file)
            _extract(archive, DATA, to_path)
    except BaseException:
        leftovers.discard(to_path)
        former.put_back()
        raise


def _extract(archive: zipfile.ZipFile, name: str, path: Path) -> None:
    def write(target: Path) -> None:
        with archive.open(name) as source, target.open("wb") as stream:
            shutil.copyfileobj(source, stream, _PIECE)

    replace_file(path, write)
