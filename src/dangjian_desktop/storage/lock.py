"""The lock file `NAME.djd.lock`: one program at a time, and the sentence that says who has the file."""

from __future__ import annotations

import ctypes
import getpass
import hashlib
import json
import os
import platform
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import IO

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.base.files import fault_of

# Another process writes its few bytes at once; an unreadable lock file after this long is a remnant.
_WRITING_SECONDS = 1.0
# Far behind the content, so that on Windows the content stays readable while the byte is held.
_GUARD_OFFSET = 1 << 30
# A lock file is some hundred bytes; more of one is not read, and a stranger's text is told so far.
_MOST_BYTES = 1 << 16
_MOST_SIGNS = 64


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the file: enough to tell a person, and to tell a dead process from a new one with its number.

    `machine` is a digest of the system's own number of the PC: two PCs may bear one name. Empty where there is none.
    """

    host: str
    user: str
    pid: int
    started: str
    since: str
    token: str
    machine: str = ""

    @classmethod
    def myself(cls, clock: Clock) -> Holder:
        """This process, now."""
        pid = os.getpid()
        since = clock.now().astimezone().strftime("%Y-%m-%d %H:%M")
        return cls(platform.node(), _user(), pid, _started(pid) or "", since, secrets.token_hex(8), machine_id())

    @property
    def elsewhere(self) -> bool:
        """Whether this is another PC: by its own number where both have one, and by its name."""
        mine = machine_id()
        return self.host != platform.node() or bool(self.machine and mine and self.machine != mine)

    def may_live(self) -> bool:
        """Whether the process may still run; of another PC nobody can know, so yes."""
        if self.elsewhere:
            return True
        if not _runs(self.pid):
            return False
        started = _started(self.pid)
        return not (started and self.started) or started == self.started


@dataclass(slots=True)
class FileLock:
    """A held lock; `release` when done."""

    path: Path
    holder: Holder
    taken_over: bool
    """Whether the last holder did not end properly; the file then deserves a closer look."""

    def release(self) -> None:
        """Take the lock file away if it is still ours; harmless twice, and a failure is only a remnant."""
        with suppress(OSError):
            if _read(self.path) == self.holder:
                self.path.unlink()


def lock_path(data_file: Path) -> Path:
    """Where the lock file of a data file lies."""
    return data_file.with_name(data_file.name + ".lock")


def acquire(data_file: Path, clock: Clock, *, other_pc_is_off: bool = False) -> FileLock:
    """Take the lock, also from a process of this PC that has died.

    `other_pc_is_off` is a person's word that the PC named in the refusal is not using the file. Raises
    `VaultError` `locked` naming host, user and since, or `EnvironmentFault` where no lock can be written.
    """
    path, mine = lock_path(data_file), Holder.myself(clock)
    try:
        while True:
            if _create(path, mine):
                return FileLock(path, mine, taken_over=False)
            with _guarded(path) as stream:
                if stream is None:
                    continue
                holder = _settled(path)
                elsewhere = holder is not None and holder.elsewhere
                if holder and holder.may_live() and not (elsewhere and other_pc_is_off):
                    raise _locked(holder, elsewhere=elsewhere)
                _fill(stream, mine)
                return FileLock(path, mine, taken_over=True)
    except OSError as error:
        raise fault_of(error, path) from error


def _locked(holder: Holder, *, elsewhere: bool) -> VaultError:
    since = _spoken(holder.since)
    if elsewhere:
        advice = f"请先在“{_short(holder.host)}”上关闭党建工作台；如果那台电脑已关机或重装，可以选择“接管”。"
    else:
        advice = "请切换到已经打开的窗口，或者先把它关闭。"
    host, user = _short(holder.host), _short(holder.user)
    return VaultError("locked", f"数据文件正在“{host}”电脑上由“{user}”使用（{since}起）。", advice=advice)


def _spoken(since: str) -> str:
    try:
        moment = datetime.strptime(since, "%Y-%m-%d %H:%M")
    except ValueError:
        return _short(since)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def _create(path: Path, mine: Holder) -> bool:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), 0o600)
    except FileExistsError:
        return False
    with open(descriptor, "r+b") as stream:  # noqa: PTH123 - a descriptor, so that the mode is set at once
        try:
            _fill(stream, mine)
        except OSError:
            with suppress(OSError):
                path.unlink()
            raise
    return True


def _fill(stream: IO[bytes], holder: Holder) -> None:
    stream.seek(0)
    stream.truncate()
    stream.write(json.dumps(asdict(holder), ensure_ascii=False).encode())
    stream.flush()
    os.fsync(stream.fileno())


def _settled(path: Path) -> Holder | None:
    """What the lock file says, once whoever creates it has had time to; None for a remnant."""
    until = time.monotonic() + _WRITING_SECONDS
    while (holder := _read(path)) is None and time.monotonic() < until:
        time.sleep(0.02)
    return holder


def _read(path: Path) -> Holder | None:
    """What a lock file says; None where it is gone or says nothing that could be a holder."""
    try:
        with path.open("rb") as stream:
            document = json.loads(stream.read(_MOST_BYTES))
        return _holder(document)
    except (FileNotFoundError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _holder(document: dict[str, object]) -> Holder:
    """A holder from what was read; a newer version may have written more. Raises for what cannot be one."""
    pid = document["pid"]
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid < 1 << 32:
        raise ValueError("no process number")
    texts = {name: document[name] for name in ("host", "user", "started", "since", "token")}
    texts["machine"] = document.get("machine", "")
    told = {name: text for name, text in texts.items() if isinstance(text, str)}
    if len(told) != len(texts):
        raise TypeError("no text")
    return Holder(pid=pid, **told)


def _short(text: str) -> str:
    """A stranger's text on one line of a sentence."""
    return "".join(sign for sign in text if sign.isprintable())[:_MOST_SIGNS]


@contextmanager
def _guarded(path: Path) -> Iterator[IO[bytes] | None]:
    """Hold the existing lock file against others who also find it dead; None if it is gone or being decided on."""
    try:
        stream = path.open("r+b")
    except FileNotFoundError:
        yield None
        return
    with stream:
        held = _guard(stream)
        if not held:
            time.sleep(0.02)
        yield stream if held and _same(stream, path) else None


def _same(stream: IO[bytes], path: Path) -> bool:
    """Whether the open file is still the one at that place; its holder may have ended meanwhile."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False


@lru_cache(maxsize=1)
def machine_id() -> str:
    """A digest of the number that the system gave this PC once (machine-id, MachineGuid); empty where it has none."""
    number = _machine_number().strip()
    return hashlib.sha256(b"dangjian lock 1" + number.encode()).hexdigest()[:32] if number else ""


if sys.platform == "win32":
    import msvcrt
    import winreg

    def _machine_number() -> str:
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography", 0, access) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""

    def _guard(stream: IO[bytes]) -> bool:
        stream.seek(_GUARD_OFFSET)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel.OpenProcess.restype = ctypes.c_void_p

    def _opened(pid: int) -> ctypes.c_void_p | None:
        """A handle that may only ask about the process; None if there is none to be had."""
        query_limited_information = 0x1000
        handle = _kernel.OpenProcess(query_limited_information, False, pid)
        return ctypes.c_void_p(handle) if handle else None

    def _runs(pid: int) -> bool:
        still_active, access_denied = 259, 5
        handle = _opened(pid)
        if handle is None:
            # Another user's process refuses to be asked, but it runs.
            return ctypes.get_last_error() == access_denied
        code = ctypes.c_ulong()
        _kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        _kernel.CloseHandle(handle)
        return code.value == still_active

    def _started(pid: int) -> str | None:
        handle = _opened(pid)
        if handle is None:
            return None
        times = [ctypes.c_ulonglong() for _ in range(4)]
        done = _kernel.GetProcessTimes(handle, *[ctypes.byref(moment) for moment in times])
        _kernel.CloseHandle(handle)
        return str(times[0].value) if done else None

else:
    import errno
    import fcntl

    def _machine_number() -> str:
        for place in ("/etc/machine-id", "/var/lib/dbus/machine-id"):
            with suppress(OSError, ValueError):
                if found := Path(place).read_text("ascii").strip():
                    return found
        return ""

    def _guard(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # Some network file systems cannot lock at all; the guard only narrows a race there.
            return error.errno not in (errno.EAGAIN, errno.EACCES)
        return True

    def _runs(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        fields = _stat(pid)
        # Killed but not yet waited for by its parent: it holds nothing any more.
        return not fields or fields[0] not in ("Z", "X")

    def _started(pid: int) -> str | None:
        """Boot and clock ticks after it; None where the system does not tell."""
        fields = _stat(pid)
        try:
            boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        except OSError:
            return None
        return f"{boot}:{fields[19]}" if fields else None

    def _stat(pid: int) -> list[str]:
        """The fields after the name (which may itself hold blanks), from the state on; empty if unknown."""
        try:
            return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            return []


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "未知用户"
