"""Faults that nothing else caught: kept as a report, and told to the person in a plain sentence."""

from __future__ import annotations

import faulthandler
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ..base import fault_report
from ..base.errors import UserError

NATIVE = "native.txt"


class CrashGuard:
    """Catches what nothing else caught; `tell(error, report)` shows the plain sentence and where the report lies.

    `tell` is called in whatever thread failed; the report is None for a `UserError` and where none could be kept.
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
            (fault_report.reports_dir() / NATIVE).unlink(missing_ok=True)

    def _watch_native(self) -> Path | None:
        native = fault_report.reports_dir() / NATIVE
        last = None
        try:
            native.parent.mkdir(parents=True, exist_ok=True)
            if native.exists() and native.stat().st_size:
                told = native.read_text("utf-8", "replace")
                last = fault_report.write(fault_report.of_native_crash(told))
            self._native = native.open("w", encoding="utf-8")
            faulthandler.enable(self._native)
        except OSError:
            self._native = None
        return last

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        known = isinstance(error, UserError)
        self._tell(error, None if known else fault_report.write(fault_report.describe(error.with_traceback(trace))))

    def _caught_in_thread(self, caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None:
            self._caught(caught.exc_type, caught.exc_value, caught.exc_traceback)
