"""Faults of the program: a report file without names or ID numbers, and a plain sentence to the person."""

from __future__ import annotations

import faulthandler
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from .. import __version__
from ..base.errors import UserError
from ..base.userdirs import data_dir

NATIVE = "native.txt"
KEPT_REPORTS = 20


def reports_dir() -> Path:
    """Where report files lie."""
    return data_dir() / "reports"


def describe(error: BaseException) -> str:
    """A report of an error: kinds of errors, files, lines and functions; never a message or a value.

    Messages and values could hold a person's data, so only the code of our own errors is written.
    """
    lines = [
        f"党建工作台 {__version__}",
        f"{platform.system()} {platform.release()} {platform.machine()}, Python {platform.python_version()}",
        datetime.now().astimezone().isoformat(timespec="seconds"),
        "",
    ]
    link: BaseException | None = error
    while link is not None:
        code = f" [{link.code}]" if isinstance(link, UserError) else ""
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}{code}")
        for frame in traceback.extract_tb(link.__traceback__):
            lines.append(f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}")
        link = link.__cause__ or link.__context__
    return "\n".join(lines) + "\n"


def write_report(text: str) -> Path | None:
    """Keep a report; None when even that was not possible."""
    folder = reports_dir()
    target = folder / f"故障报告-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        for old in sorted(folder.glob("故障报告-*.txt"))[:-KEPT_REPORTS]:
            old.unlink()
    except OSError:
        return None
    return target


class CrashGuard:
    """Catches what nothing else caught; `tell(path)` shows the plain sentence with the report's place.

    `tell` is called in whatever thread failed.
    """

    def __init__(self, tell: Callable[[BaseException, Path | None], None]) -> None:
        self._tell = tell
        self._native: TextIO | None = None

    def install(self) -> Path | None:
        """Begin to catch; returns the report of a native crash of the last run, if there was one."""
        sys.excepthook = self._caught
        threading.excepthook = self._caught_in_thread
        return self._watch_native()

    def remove(self) -> None:
        """Stop catching, and take away the empty file for native crashes."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._native is not None:
            faulthandler.disable()
            self._native.close()
            self._native = None
            (reports_dir() / NATIVE).unlink(missing_ok=True)

    def _watch_native(self) -> Path | None:
        native = reports_dir() / NATIVE
        last = None
        try:
            native.parent.mkdir(parents=True, exist_ok=True)
            if native.exists() and native.stat().st_size:
                last = write_report(
                    f"党建工作台 {__version__}\n上次运行意外中断\n" + native.read_text("utf-8", "replace")
                )
            self._native = native.open("w", encoding="utf-8")
            faulthandler.enable(self._native)
        except OSError:
            self._native = None
        return last

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._tell(error, None if isinstance(error, UserError) else write_report(describe(error.with_traceback(trace))))

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._caught(caught.exc_type, caught.exc_value, caught.exc_traceback)
