"""Starts a reader in a process of its own, holds it to its limits, and takes what it answers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.base.progress import Cancelled, Progress

from . import child, wire
from .limits import Limits, hold_child

READER = "--read-apart"
"""The one word with which the program starts as a reader."""

_LOOK_EVERY = 0.03  # seconds between two looks whether to stop
_PATIENCE = 4
_TO_END = 2.0
# SIGKILL and SIGXCPU by the kernel's limit; 1816 is what a job object ends with when the time is up.
_OUT_OF_TIME = (-9, -24, 1816)
# SIGABRT is how a native reader ends that gets no memory; SIGBUS and SIGSEGV where even the stack cannot grow.
_OUT_OF_MEMORY = (child.NO_MEMORY, -6, -7, -11, 0xC0000409)
_LONGEST_TEXT = 2_000
_KEPT = ("SYSTEMROOT", "WINDIR", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_START")


class ReaderDied(UserError):
    """A reader that ended without an answer: too long (`time`), too large (`memory`), or broken by the file.

    It says so in plain words itself; callers may say it better for what they read.
    """

    def __init__(self, why: str, name: str) -> None:
        reasons = {
            "time": "读了很久还没有读完，内容可能不正常",
            "memory": "展开以后太大，装不下",
        }
        super().__init__(
            "file_unreadable",
            f"“{name}”读不出来：{reasons.get(why, '它不是完好的表格文件')}。",
            advice="请用WPS或Excel打开，只留下需要的内容，另存为xlsx后再试。",
        )
        self.why = why


def ask(
    task: str,
    arguments: Mapping[str, Any],
    *,
    name: str,
    content: bytes = b"",
    size: int | None = None,
    progress: Progress | None = None,
) -> Any:
    """The result of one task of `child.TASKS`; `name` is the file's, for reasons.

    Raises what `stream` raises.
    """
    for what, value in stream(task, arguments, name=name, content=content, size=size, progress=progress):
        if what == wire.RESULT:
            return value
    raise ReaderDied("damaged", name)


def stream(
    task: str,
    arguments: Mapping[str, Any],
    *,
    name: str,
    content: bytes = b"",
    size: int | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[bytes, Any]]:
    """Parts of the answer as they come, and the result as the last one.

    `size` is the file's in bytes, after which the limits go (that of `content` unless given). Raises `UserError` as
    the task raises it, `ReaderDied` for a reader that ended without an answer, and `Cancelled` at once.
    """
    limits = Limits.for_size(len(content) if size is None else size)
    request = wire.dump({"task": task, "arguments": arguments, "memory": limits.memory, "seconds": limits.seconds})
    with _started(limits, progress, name) as reader:
        # A reader that died while it was told what to do shows in what it answers.
        with contextlib.suppress(OSError):
            for body in (request, content):
                reader.asked.write(wire.HEAD.pack(wire.PART, len(body)))
                reader.asked.write(body)
            reader.asked.close()
        while (frame := reader.frame()) is not None:
            what, body = frame
            try:
                value = wire.load(body)
            except (ValueError, RecursionError):
                raise ReaderDied("damaged", name) from None
            if what == wire.FAILURE:
                raise _failure(value, name)
            yield what, value
            if what == wire.RESULT:
                return
        reader.end()
        if progress is not None and progress.cancelled:
            raise Cancelled
        raise ReaderDied(reader.why(), name)


def _started(limits: Limits, progress: Progress | None, name: str) -> _Reader:
    try:
        return _Reader(limits, progress)
    except OSError as problem:
        raise EnvironmentFault(
            "no_permission",
            f"读取“{name}”要另开一个进程，系统没有让它启动。",
            advice="可能是内存不够，或者被安全软件拦下了：请关掉一些程序，或者把本程序加入信任，再试一次。",
        ) from problem


def _failure(value: Any, name: str) -> UserError:
    """The reader's own reason; what it says is text to show and nothing else."""
    if not isinstance(value, list) or len(value) != 5:
        return ReaderDied("damaged", name)
    code, message, effect, advice, fault = value
    texts = [str(text)[:_LONGEST_TEXT] for text in (code, message, effect, advice)]
    kind = EnvironmentFault if fault is True else UserError
    return kind(texts[0], texts[1], effect=texts[2], advice=texts[3])


class _Reader:
    """A running reader with somebody beside it who ends it when its time is up or the person has had enough."""

    def __init__(self, limits: Limits, progress: Progress | None) -> None:
        self._limits, self._progress = limits, progress
        self._done = threading.Event()
        self._late = False
        self._process = subprocess.Popen(
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        assert self._process.stdin is not None and self._process.stdout is not None
        self.asked: IO[bytes] = self._process.stdin
        self._answered: IO[bytes] = self._process.stdout
        try:
            self._job = hold_child(int(getattr(self._process, "_handle", 0)), limits)
        except OSError:
            self.stop()
            raise
        self._watcher = threading.Thread(target=self._watch, name="reader-watch", daemon=True)
        self._watcher.start()

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._watcher.join()
        for stream in (self.asked, self._answered):
            with contextlib.suppress(OSError):
                stream.close()
        if self._job is not None:
            self._job.close()

    def stop(self) -> None:
        """End the reader, whatever it does."""
        self._done.set()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """Let a reader that says no more end by itself, so that it can be seen how it ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_TO_END)
        self.stop()

    def frame(self) -> tuple[bytes, bytes] | None:
        """The next frame whole, or None when there will be none."""
        head = self._answered.read(wire.HEAD.size)
        if len(head) < wire.HEAD.size:
            return None
        what, length = wire.HEAD.unpack(head)
        if length > wire.LARGEST_FRAME:
            return None
        body = self._answered.read(length)
        return (what, body) if len(body) == length else None

    def why(self) -> str:
        """Why it ended without an answer."""
        ended = self._process.returncode
        if self._late or ended in _OUT_OF_TIME:
            return "time"
        return "memory" if ended in _OUT_OF_MEMORY else "damaged"

    def _watch(self) -> None:
        # The kernel counts the computing; by the clock there is more time, for a slow stick or a busy machine.
        end = time.monotonic() + _PATIENCE * self._limits.seconds
        while not self._done.wait(_LOOK_EVERY):
            self._late = time.monotonic() > end
            if self._late or (self._progress is not None and self._progress.cancelled):
                with contextlib.suppress(OSError):
                    self._process.kill()
                return


def command() -> list[str]:
    """How this program is started as a reader, frozen or not."""
    if hasattr(sys, "frozen"):
        return [sys.executable, READER]
    # Without site hooks of the person's own, and never with modules from the folder it happens to stand in.
    return [sys.executable, "-s", "-P", "-X", "utf8", "-m", "dangjian_desktop", READER]


def _environment() -> dict[str, str]:
    """Nothing of the environment but what a process needs to start: no password lies within a reader's reach."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    if not hasattr(sys, "frozen"):
        kept["PYTHONPATH"] = str(Path(__file__).resolve().parents[3])
    # One heap: each further one takes 64 MB of the address space that is measured.
    return kept | {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}
