"""Backups: one bundle `.djb` with data, keys and attachments, proven after writing, thinned with time.

A bundle is an uncompressed zip of parts that are already encrypted, with a manifest of their digests.
The data part is made through SQLite's backup call and looked through page by page before it goes in, and
the finished bundle is read back whole: what then lies on the stick is what was checked.
"""

from __future__ import annotations

import errno
import glob
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import sqlcipher3.dbapi2 as sqlcipher

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import EnvironmentFault, UserError, VaultError
from dangjian_desktop.base.files import create_private, is_full, no_device, replace_file, sha256_of
from dangjian_desktop.base.files import fault_of as file_fault_of
from dangjian_desktop.base.progress import Progress

from . import keys, migrations, settings
from .attachments import NAME, Attachments
from .database import Database, connect, fault_of

FORMAT = 1
SUFFIX = ".djb"
MANIFEST, DATA, KEYS, FILES = "manifest.json", "data.djd", "data.djd.keys", "files/"
_PAGES_A_STEP = 2_000
_PIECE = 1 << 20
# What the journal of the last step may need beside the copy itself.
_SPARE = 1 << 16

REASONS = {
    "close": "关闭时",
    "import": "导入前",
    "merge": "合并前",
    "upgrade": "升级前",
    "timer": "定时",
    "manual": "手动",
}
"""Why an automatic backup is made, and how its file name says so."""


class OpenFile(Protocol):
    """What a backup asks of the open file."""

    backup_failure: dict[str, str] | None

    @property
    def path(self) -> Path: ...
    @property
    def file_id(self) -> str: ...
    @property
    def data_key(self) -> bytes: ...
    @property
    def database(self) -> Database: ...
    @property
    def attachments(self) -> Attachments: ...
    def keys_at_rest(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class BundlePart:
    """One part of a bundle."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says about itself."""

    file_id: str
    name: str
    made_at: str
    schema: int
    parts: dict[str, BundlePart]


@dataclass(frozen=True, slots=True)
class Keep:
    """How many automatic backups stay: all of the last days, then one a day, a week, a month."""

    all_days: int = 2
    days: int = 14
    weeks: int = 10
    months: int = 24


def copy_database(
    source: Path, source_key: bytes, target: Path, target_key: bytes, progress: Progress | None = None
) -> int:
    """Copy the data through SQLite's backup call into a new file, prove it page by page, return its layout version.

    The copy is one plain file without a log beside it. Works while the source is being written to. Raises `OSError`
    for a full disk, `UserError` for other faults of disk or data.
    """

    def report(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress.report(total - remaining, total, "正在备份数据")

    create_private(target)
    origin = connect(source, source_key, mode="ro")
    try:
        copy = connect(target, target_key)
        try:
            # Held open, so that a write meanwhile does not make the copy start again.
            origin.execute("BEGIN")
            origin.execute("SELECT count(*) FROM sqlite_master").fetchone()
            origin.backup(copy, pages=_PAGES_A_STEP, progress=report, sleep=0)
            copy.execute("PRAGMA journal_mode = DELETE").fetchall()
            return _proven(copy)
        finally:
            copy.close()
    except sqlcipher.Error as error:
        if _no_room(source, target):
            raise OSError(errno.ENOSPC, "no room for the copy", str(target)) from error
        raise fault_of(error, target) or error from error
    finally:
        origin.close()


def _no_room(source: Path, target: Path) -> bool:
    """Whether the disk of the copy is too full for the rest of it: the backup call tells no code of its failure.

    The copy has failed by now, so that it may be spoilt by asking.
    """
    with suppress(OSError):
        missing = source.stat().st_size - target.stat().st_size + _SPARE
        return shutil.disk_usage(target.parent).free < missing or is_full(target, missing)
    return False


def write_bundle(
    vault: OpenFile,
    target: Path,
    *,
    clock: Clock | None = None,
    reason: str = "manual",
    progress: Progress | None = None,
) -> tuple[Path, str]:
    """Write one bundle of the open file, read it back, and note it as the last backup; returns path and SHA-256.

    Call it outside a write transaction. Raises `EnvironmentFault`, `Cancelled`, or `VaultError` `damaged` when
    the data itself is found broken; a bundle that was there before then stays as it was.
    """
    clock = clock or Clock()
    made_at = clock.now().isoformat()

    def write(path: Path) -> None:
        _fill(vault, path, made_at, progress)

    def check(path: Path) -> None:
        verify_bundle(path, progress)

    position = _position(vault)
    replace_file(target, write, check)
    digest = sha256_of(target)
    note = {"at": made_at, "path": str(target), "sha256": digest, "reason": reason, "position": position}
    vault.backup_failure = None
    with vault.database.write() as connection:
        settings.put(connection, "backup.last", note)
        settings.put(connection, "backup.failure", None)
    return target, digest


def verify_bundle(path: Path, progress: Progress | None = None) -> Bundle:
    """Read a whole bundle and compare every part with the manifest; returns what it says about itself.

    Raises `VaultError` `not_found`, `too_new` or `damaged`. Needs no password.
    """
    try:
        with zipfile.ZipFile(no_device(path)) as archive:
            bundle = _manifest(archive)
            done, total = 0, sum(part.size for part in bundle.parts.values())
            for name, part in bundle.parts.items():
                digest = hashlib.sha256()
                with archive.open(name) as stream:
                    while piece := stream.read(_PIECE):
                        digest.update(piece)
                        done += len(piece)
                        if progress is not None:
                            progress.report(done, total, "正在核对备份")
                if digest.hexdigest() != part.sha256:
                    raise _damaged(path)
            return bundle
    except FileNotFoundError as error:
        raise VaultError("not_found", f"找不到备份文件“{path.name}”。", advice="请检查U盘是否插好。") from error
    except (zipfile.BadZipFile, EOFError, KeyError, TypeError, ValueError, NotImplementedError) as error:
        raise _damaged(path) from error
    except OSError as error:
        raise file_fault_of(error, path) from error


def default_folder(data_file: Path) -> Path:
    """Where automatic backups go unless the settings name another folder."""
    return data_file.with_name(f"{data_file.stem}-自动备份")


def automatic(
    vault: OpenFile,
    folder: Path,
    reason: str,
    *,
    clock: Clock | None = None,
    only_if_changed: bool = False,
    progress: Progress | None = None,
) -> Path | None:
    """Make a backup for one of `REASONS` and thin the folder; None if nothing changed since the last one.

    A failure is noted, so that it stays shown (`last_backup_failure`), and raised: who closes the window goes
    on, who is about to import asks first.
    """
    clock = clock or Clock()
    last = last_backup(vault)
    if only_if_changed and last and last.get("position") == _position(vault) and Path(last["path"]).exists():
        return None
    now = clock.now().astimezone()
    target = folder / f"{vault.path.stem}-{now:%Y%m%d-%H%M%S}-{REASONS[reason]}{SUFFIX}"
    try:
        write_bundle(vault, target, clock=clock, reason=reason, progress=progress)
    except UserError as error:
        _note_failure(vault, error, reason, clock)
        raise
    except OSError as error:
        fault = EnvironmentFault(
            "no_permission", "备份没有做成：读写磁盘时出错。", advice="请检查备份所在的磁盘或U盘。"
        )
        _note_failure(vault, fault, reason, clock)
        raise fault from error
    thin(folder, now, stem=vault.path.stem)
    return target


def last_backup(vault: OpenFile) -> dict[str, Any] | None:
    """The last good backup: `at`, `path`, `sha256`, `reason`; None if there was none."""
    with vault.database.read() as connection:
        note: dict[str, Any] | None = settings.get(connection, "backup.last")
        return note


def last_backup_failure(vault: OpenFile) -> dict[str, str] | None:
    """The failure that no good backup has followed yet: `at`, `reason`, `code`, `message`, `advice`."""
    if vault.backup_failure is not None:
        return vault.backup_failure
    with vault.database.read() as connection:
        note: dict[str, str] | None = settings.get(connection, "backup.failure")
        return note


def thin(folder: Path, now: datetime, *, stem: str, keep: Keep | None = None) -> list[Path]:
    """Delete automatic backups of `stem` that are no longer needed; returns them. The newest always stays.

    `now` carries its time zone, which is the one of the file names.

    Only files with our own name pattern are touched; what a person made or renamed stays.
    """
    pattern = re.compile(rf"{re.escape(stem)}-(\d{{8}}-\d{{6}})-(?:{'|'.join(REASONS.values())})\{SUFFIX}")
    dated = []
    for path in folder.iterdir():
        match = pattern.fullmatch(path.name)
        with suppress(ValueError):
            if match:
                dated.append((datetime.strptime(match[1], "%Y%m%d-%H%M%S"), path))
    dated.sort(reverse=True)
    kept = _kept([moment for moment, _ in dated], now.replace(tzinfo=None), keep or Keep())
    gone = [path for moment, path in dated if moment not in kept]
    # What a killed backup left: hidden, unfinished, and of no use to anybody.
    gone += [p for p in folder.glob(f".{glob.escape(stem)}-*{SUFFIX}*") if _age_days(p, now) >= 1]
    for path in gone:
        with suppress(OSError):
            path.unlink()
    return gone


def _age_days(path: Path, now: datetime) -> float:
    try:
        return (now.timestamp() - path.stat().st_mtime) / 86_400
    except OSError:
        return 0.0


def _kept(moments: Iterable[datetime], now: datetime, keep: Keep) -> set[datetime]:
    """Which moments stay, newest first: the newest of each day, week and month, as far back as asked."""
    ordered = sorted(moments, reverse=True)
    kept = {m for m in ordered if (now - m).days < keep.all_days} | set(ordered[:1])
    spans: list[tuple[int, Callable[[datetime], tuple[int, int]]]] = [
        (keep.days, lambda m: (m.year, m.timetuple().tm_yday)),
        (keep.weeks, lambda m: m.isocalendar()[:2]),
        (keep.months, lambda m: (m.year, m.month)),
    ]
    for most, span in spans:
        seen: set[tuple[int, int]] = set()
        for moment in ordered:
            if span(moment) not in seen and len(seen) < most:
                seen.add(span(moment))
                kept.add(moment)
    return kept


def _fill(vault: OpenFile, path: Path, made_at: str, progress: Progress | None) -> None:
    copy = path.with_name(f"{path.name}.data")
    parts: dict[str, BundlePart] = {}
    try:
        with vault.keys_at_rest():
            schema = copy_database(vault.path, vault.data_key, copy, vault.data_key, progress)
            key_file = keys.keys_path(vault.path).read_bytes()
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            parts[DATA] = _add(archive, DATA, copy)
            archive.writestr(zipfile.ZipInfo(KEYS), key_file)
            parts[KEYS] = BundlePart(hashlib.sha256(key_file).hexdigest(), len(key_file))
            # After the data: an attachment is stored before the operation that refers to it.
            for name in vault.attachments.names():
                # One that was cleared meanwhile is nothing to keep.
                with suppress(FileNotFoundError):
                    parts[FILES + name] = _add(archive, FILES + name, vault.attachments.folder / name)
            document = {
                "format": FORMAT,
                "file_id": vault.file_id,
                "name": vault.path.stem,
                "made_at": made_at,
                "schema": schema,
                "parts": {name: {"sha256": part.sha256, "size": part.size} for name, part in parts.items()},
            }
            archive.writestr(MANIFEST, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True))
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> BundlePart:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as target:
        while piece := source.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return BundlePart(digest.hexdigest(), size)


def _manifest(archive: zipfile.ZipFile) -> Bundle:
    document = json.loads(archive.read(MANIFEST))
    if document["format"] > FORMAT or document["schema"] > migrations.CURRENT:
        raise VaultError("too_new", "这个备份是更新版本的软件做的。", advice="请先升级本机的党建工作台，再恢复。")
    parts = {name: BundlePart(str(part["sha256"]), int(part["size"])) for name, part in document["parts"].items()}
    # Names become paths when restoring: nothing but what we write ourselves is taken.
    known = {DATA, KEYS}
    if DATA not in parts or any(n not in known and not NAME.fullmatch(n.removeprefix(FILES)) for n in parts):
        raise ValueError("unexpected parts")
    return Bundle(document["file_id"], document["name"], document["made_at"], document["schema"], parts)


def _proven(connection: Any) -> int:
    """Look through every used page of a copy (the cipher checks each one it reads); returns its layout version."""
    if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
        raise VaultError(
            "damaged", "数据文件里有损坏的内容，备份没有做成。", advice="请保留以前的备份，从最近的备份恢复。"
        )
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _position(vault: OpenFile) -> str:
    """Where the log and the key file stand: the same position needs no second backup."""
    with vault.database.read() as connection:
        last = connection.exec_driver_sql("SELECT coalesce(max(id), 0) FROM operation").scalar_one()
    return f"{last}:{sha256_of(keys.keys_path(vault.path))[:16]}"


def _note_failure(vault: OpenFile, error: UserError, reason: str, clock: Clock) -> None:
    note = {
        "at": clock.now().isoformat(),
        "reason": reason,
        "code": error.code,
        "message": error.message,
        "advice": error.advice,
    }
    vault.backup_failure = note
    # The disk that refused the backup may refuse this too; it is then shown until the window closes.
    with suppress(UserError), vault.database.write() as connection:
        settings.put(connection, "backup.failure", note)


def _damaged(path: Path) -> VaultError:
    return VaultError(
        "damaged", f"备份文件“{path.name}”已损坏或不完整。", effect="没有恢复任何内容。", advice="请换一份备份再试。"
    )
