"""Work that leaves the window's thread: short reads, and jobs with progress and cancel.

One writer queue and a small pool of readers. A function gets a `Progress`, never a widget; its answer
comes back on the window's thread. Nothing here calls `processEvents`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from ...base.progress import Cancelled, Progress

T = TypeVar("T")

REPORT_EVERY = 0.1  # seconds between two progress reports that reach the window
READERS = 2


class Job(QObject):
    """One long piece of work as the window sees it; `cancel()` takes effect at its next report.

    `progressed(done, total, text)`; `ended` fires once, whatever the outcome.
    """

    progressed = Signal(int, int, str)
    ended = Signal()

    def __init__(self, title: str, *, cancellable: bool = True) -> None:
        super().__init__()
        self.title = title
        self.cancellable = cancellable
        self.done = 0
        self.total = 0
        self.text = ""
        self.started = time.monotonic()
        self._last = 0.0
        self._relay: Callable[[Callable[[], None]], None] = lambda call: call()
        self.progress = Progress(self._report)

    def cancel(self) -> None:
        """Ask the work to stop."""
        self.progress.cancel()

    def _report(self, done: int, total: int, text: str) -> None:
        now = time.monotonic()
        if done < total and now - self._last < REPORT_EVERY:
            return
        self._last = now
        self._relay(lambda: self._show(done, total, text))

    def _show(self, done: int, total: int, text: str) -> None:
        self.done, self.total, self.text = done, total, text
        self.progressed.emit(done, total, text)


@dataclass(slots=True)
class _Errand:
    """What a worker does and who waits for it.

    It is made, kept and let go in the window's thread; a worker only borrows it. Were the worker the last to hold it,
    a closed dialog that the callbacks refer to would end in the worker's thread, which Qt does not survive.
    """

    work: Callable[[Progress], Any]
    progress: Progress
    done: Callable[[Any], object]
    failed: Callable[[Exception], object]
    cancelled: Callable[[], object] | None
    owner: QObject | None
    job: Job | None
    answer: Callable[[], object] | None = None

    def run(self) -> None:
        """Do the work and keep what is to be called with its outcome; the part of the worker's thread."""
        try:
            if self.progress.cancelled:
                raise Cancelled
            self.answer = partial(self.done, self.work(self.progress))
        except Cancelled:
            self.answer = self.cancelled
        except Exception as error:  # whatever went wrong is shown on the window's thread
            self.answer = partial(self.failed, error)


class JobRunner(QObject):
    """Runs work off the window's thread; make one for the window and `close()` it before the office.

    `failed` carries exceptions no caller asked for; the shell shows them. `job_started` carries each
    `Job` for the job panel.
    """

    failed = Signal(object)
    job_started = Signal(object)
    _posted = Signal(object)
    _finished = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._run_posted, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._run_finished, Qt.ConnectionType.QueuedConnection)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._jobs: list[Job] = []
        self._errands: dict[int, _Errand] = {}
        self._numbers = count()
        self._open = True

    @property
    def jobs(self) -> list[Job]:
        """Jobs that have not ended."""
        return list(self._jobs)

    def fetch(
        self,
        work: Callable[[], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[Exception], object] | None = None,
        owner: QObject | None = None,
        writes: bool = False,
    ) -> None:
        """Run a short read (or, with `writes`, a short write) and hand its answer to `done`.

        Nothing is called when `owner` has been deleted meanwhile or the runner was closed.
        """
        self._submit(lambda _progress: work(), Progress(), done, failed, None, owner, None, writes)

    def start(
        self,
        title: str,
        work: Callable[[Progress], T],
        done: Callable[[T], object],
        *,
        failed: Callable[[Exception], object] | None = None,
        cancelled: Callable[[], object] | None = None,
        owner: QObject | None = None,
        writes: bool = True,
        cancellable: bool = True,
    ) -> Job:
        """Run long work that is shown with its bar; writing work queues behind the one writer."""
        job = Job(title, cancellable=cancellable)
        job._relay = self._post
        self._jobs.append(job)
        self.job_started.emit(job)
        self._submit(work, job.progress, done, failed, cancelled, owner, job, writes)
        return job

    def finish(self, last: Callable[[], Any], done: Callable[[Exception | None], object]) -> None:
        """Take no more work, cancel what runs, and when it has ended run `last` in a thread of its own.

        `done` is called on the window's thread with the error of `last`, or None; the window stays alive.
        """
        self._open = False
        for job in self._jobs:
            job.cancel()

        def end() -> None:
            self._readers.shutdown(wait=True, cancel_futures=True)
            self._writer.shutdown(wait=True, cancel_futures=True)
            fault: Exception | None = None
            try:
                last()
            except Exception as error:  # shown by the window before it goes
                fault = error
            self._finished.emit(lambda: done(fault))

        threading.Thread(target=end, name="closer").start()

    def close(self) -> None:
        """Cancel everything, wait for it, and take no more work."""
        self._open = False
        for job in self._jobs:
            job.cancel()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._jobs.clear()
        self._errands.clear()

    def _submit(
        self,
        work: Callable[[Progress], Any],
        progress: Progress,
        done: Callable[[Any], object],
        failed: Callable[[Exception], object] | None,
        cancelled: Callable[[], object] | None,
        owner: QObject | None,
        job: Job | None,
        writes: bool,
    ) -> None:
        if not self._open:
            return
        number = next(self._numbers)
        self._errands[number] = _Errand(work, progress, done, failed or self.failed.emit, cancelled, owner, job)
        (self._writer if writes else self._readers).submit(self._work, number)

    def _work(self, number: int) -> None:
        # In the worker's thread: it must have let go of the errand before the window hears that it has ended.
        self._errands[number].run()
        self._post(partial(self._deliver, number))

    def _deliver(self, number: int) -> None:
        errand = self._errands.pop(number)
        if errand.job is not None:
            self._end(errand.job)
        if errand.answer is not None and (errand.owner is None or shiboken6.isValid(errand.owner)):
            errand.answer()

    def _end(self, job: Job) -> None:
        if job in self._jobs:
            self._jobs.remove(job)
        job.ended.emit()

    def _post(self, call: Callable[[], object]) -> None:
        # The window's objects may be gone already while a last worker ends.
        if self._open and shiboken6.isValid(self):
            self._posted.emit(call)

    @Slot(object)
    def _run_finished(self, call: Callable[[], object]) -> None:
        self._errands.clear()
        call()

    @Slot(object)
    def _run_posted(self, call: Callable[[], object]) -> None:
        if self._open:
            call()
