"""Shows running jobs: what is done, the bar, how much is left, and 取消."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from .. import theme
from .job import Job, JobRunner
from .labels import button, label

SHOW_AFTER = 300  # ms; shorter jobs never flash a bar


class JobLine(QWidget):
    """One job: title, what it is doing, bar, time left, cancel."""

    def __init__(self, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._job = job
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(6), px(12), px(6))
        row.setSpacing(px(12))
        row.addWidget(label(job.title, "heading"))
        self.text = label("正在准备…", "soft")
        # A long text must not widen the window.
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(self.text, 1)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(px(180))
        row.addWidget(self.bar)
        self.left = label("", "soft")
        self.left.setMinimumWidth(px(96))
        row.addWidget(self.left)
        self.stop = button("取消", self._cancel)
        self.stop.setEnabled(job.cancellable)
        row.addWidget(self.stop)
        job.progressed.connect(self._show)

    def _show(self, done: int, total: int, text: str) -> None:
        self.text.setText(text)
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.left.setText(time_left(done, total, time.monotonic() - self._job.started))

    def _cancel(self) -> None:
        self._job.cancel()
        self.stop.setEnabled(False)
        self.text.setText("正在停止，没有做完的改动会退回…")


class JobPanel(QWidget):
    """A line for every running job of a runner; takes no room when there is none."""

    def __init__(self, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(0)
        runner.job_started.connect(self._add)

    def _add(self, job: Job) -> None:
        line = JobLine(job, self)
        line.hide()
        self._box.addWidget(line)
        delay = QTimer(line)
        delay.setSingleShot(True)
        delay.timeout.connect(line.show)
        delay.start(SHOW_AFTER)
        # Hidden at once: what is deleted later lives on while a message of the finished job is open.
        job.ended.connect(line.hide)
        job.ended.connect(line.deleteLater)


def time_left(done: int, total: int, passed: float) -> str:
    """How much is left, in words; nothing before it can be told."""
    if not total:
        return ""
    share = f"{100 * done // total}%"
    if done <= 0 or passed < 2 or done >= total:
        return share
    seconds = passed * (total - done) / done
    if seconds < 60:
        return f"{share}，约剩 {max(1, round(seconds))} 秒"
    return f"{share}，约剩 {round(seconds / 60)} 分钟"
