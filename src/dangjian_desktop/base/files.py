"""Whole-file writing that never leaves half a file, and the plain words for what can go wrong."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from dangjian_desktop.base.errors import EnvironmentFault

from .file_names import length, refuse_name, too_long

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}
# Windows: sharing violation, lock violation, user-mapped section open.
_WINDOWS_IN_USE = {32, 33, 1224}
_WINDOWS_DISK_FULL = {39, 112}
# Windows: a name it cannot have, a path longer than it takes.
_WINDOWS_BAD_NAME = {123, 206}
# A virus scanner or an indexer looks at a new file for a moment and lets nobody move it meanwhile.
_SCANNER_SECONDS = 4.0
_LONGEST_NAME = 255
_PROBE = 2 << 20


def replace_file(path: Path, write: Callable[[Path], None], check: Callable[[Path], None] | None = None) -> None:
    """Write a whole file: `write` fills a temporary file beside `path`, which then takes its place at once.

    `check` may open the finished temporary file and raise to refuse it. Whatever fails, the old file stays as it
    was and nothing is left lying about. The file is for its owner alone (0600). Raises `EnvironmentFault` for a full
    disk, a missing permission or a target that is open in another program, `UsageError` (`bad_name`); other errors of
    `write` and `check` pass through.
    """
    refuse_name(path)
    refuse_taken(path)
    beside = beside_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        create_private(beside)
        write(beside)
        _make_private(beside)
        _flush(beside)
        if check is not None:
            check(beside)
        move_over(beside, path)
        flush_folder(path.parent)
    except OSError as error:
        raise fault_of(error, path) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def beside_name(path: Path, suffix: str = "") -> Path:
    """A hidden name beside `path` for what is not finished yet; the suffix is kept, some writers choose by it."""
    ending = f"-{secrets.token_hex(4)}{suffix or path.suffix}"
    stem = path.stem
    # What is added may not make a name too long that fits by itself.
    while stem and length(f".{stem}{ending}") > _LONGEST_NAME:
        stem = stem[:-1]
    return path.with_name(f".{stem}{ending}")


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read; raises `FileExistsError`."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def is_full(path: Path, wanted: int) -> bool:
    """Whether the disk refuses `wanted` bytes at the end of an unfinished file, which is spoilt by asking.

    For writers that say no more than that writing failed; also a quota and a file system's largest file are full.
    """
    piece = b"\0" * (1 << 16)
    try:
        with path.open("ab") as stream:
            for _ in range(wanted // len(piece) + 1):
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        return error.errno in _DISK_FULL or getattr(error, "winerror", None) in _WINDOWS_DISK_FULL
    return False


def is_full_beside(path: Path) -> bool:
    """Whether nothing more can be written beside a file."""
    probe = beside_name(path, ".probe")
    try:
        create_private(probe)
        return is_full(probe, _PROBE)
    except OSError as error:
        return error.errno in _DISK_FULL
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def refuse_taken(path: Path) -> None:
    """Raise `EnvironmentFault` for a target that is open elsewhere or write-protected.

    Where several files belong together, ask for each before the first is written.
    """
    if in_use_by_other(path):
        raise _fault("file_in_use", path)
    if is_there(path) and not os.access(path, os.W_OK):
        raise _fault("no_permission", path)


def in_use_by_other(path: Path) -> bool:
    """Whether WPS, Excel or LibreOffice has `path` open, as far as the mark that they lay beside it tells.

    A stale mark counts as open too: asking the person to close the file is better than losing their edits.
    """
    # Excel cuts the first two characters off longer names in its mark; WPS keeps them.
    marks = {f"~${path.name}", f".~lock.{path.name}#", f"~${path.name[2:]}" if len(path.stem) > 6 else ""}
    return any(mark and is_there(path.with_name(mark)) for mark in marks)


def is_there(path: Path) -> bool:
    """Whether anything is there; a name that nothing can have is not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that no file can have is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def no_device(path: Path) -> Path:
    """The path itself; raises `FileNotFoundError` where a pipe or a device lies, which would be read without end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    return path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as lower-case hex, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fault_of(error: OSError, path: Path) -> Exception:
    """The fault to show for an operating-system error on `path`; the error itself when it is none of the three."""
    windows_code = getattr(error, "winerror", None)
    if error.errno == errno.ENAMETOOLONG or windows_code in _WINDOWS_BAD_NAME:
        return too_long(path)
    if error.errno in _DISK_FULL or windows_code in _WINDOWS_DISK_FULL:
        return _fault("disk_full", path)
    if windows_code in _WINDOWS_IN_USE or error.errno in (errno.ETXTBSY, errno.EBUSY):
        return _fault("file_in_use", path)
    if path.is_dir() and (isinstance(error, IsADirectoryError) or error.errno in _NO_PERMISSION):
        # Windows calls opening a folder a lack of permission.
        return _folder(path)
    if error.errno in _NO_PERMISSION or isinstance(
        # A file stands where a folder is wanted, or the other way round.
        error,
        IsADirectoryError | NotADirectoryError | FileExistsError,
    ):
        return _fault("no_permission", path)
    return error


def _folder(path: Path) -> EnvironmentFault:
    return EnvironmentFault(
        "no_permission",
        f"“{path.name}”是文件夹，不是文件。",
        effect="没有改动任何文件。",
        advice="请选里面的一个文件，或者换一个名字。",
    )


def _fault(code: str, path: Path) -> EnvironmentFault:
    message, advice = {
        "disk_full": (f"磁盘空间不够，“{path.name}”没有写成。", "请清理出一些空间，或者换一个盘再试。"),
        "no_permission": (f"没有权限写“{path.name}”。", "请换一个文件夹，或者找管理员开通写权限。"),
        "file_in_use": (f"“{path.name}”正被别的程序打开，写不进去。", "请先在 WPS 或 Excel 里关掉它再试。"),
    }[code]
    return EnvironmentFault(code, message, effect="原来的文件没有改动。", advice=advice)


def move_over(beside: Path, path: Path) -> None:
    """Put a finished file in place, trying for some seconds while a virus scanner holds either of the two.

    Raises `EnvironmentFault` (`file_in_use`) where it stays refused although the folder can be written, `OSError`
    for everything else.
    """
    until = time.monotonic() + _SCANNER_SECONDS
    pause = 0.02
    while True:
        try:
            beside.replace(path)
            return
        except OSError as error:
            if not _held(error, path) or path.is_dir():
                raise
            if time.monotonic() + pause > until:
                raise _fault("file_in_use", path) from error
        time.sleep(pause)
        pause = min(pause * 2, 0.5)


def _held(error: OSError, path: Path) -> bool:
    """Whether another program holds the file: on Windows that, too, is called a missing permission."""
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE or error.errno in (errno.EBUSY, errno.ETXTBSY):
        return True
    return isinstance(error, PermissionError) and os.access(path.parent, os.W_OK)


def _make_private(path: Path) -> None:
    # A writer may have made the file anew; a file system without owners (FAT) refuses or ignores this.
    with contextlib.suppress(OSError):
        path.chmod(0o600)


def _flush(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def flush_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows has no such call, and some network and USB file systems refuse it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)
