"""The other ways in: a new street, another file, a backup, the sample street."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ..widgets.file_kinds import OPEN_BACKUPS, OPEN_DATA, SAVE_DATA
from ..widgets.job_panel import JobPanel

if TYPE_CHECKING:
    from .gateway import Gateway
    from .start_window import StartWindow


class WaysIn(QObject):
    """Carries out what `UnlockPage.wanted` asks; lives as long as the start window."""

    def __init__(self, window: StartWindow, gateway: Gateway) -> None:
        super().__init__(window)
        self._window, self._gateway = window, gateway
        self._dialogs = window.dialogs()

    def go(self, what: str) -> None:
        """Follow `new`, `open`, `restore` or `sample`."""
        {"new": self._new, "open": self._open, "restore": self._restore, "sample": self._sample}[what]()

    def _new(self) -> None:
        from .wizard import Wizard

        wizard = Wizard(self._gateway, self._window.runner, self._dialogs)
        stack = self._window.stack
        stack.addWidget(wizard)
        stack.setCurrentWidget(wizard)

        def leave() -> None:
            stack.setCurrentIndex(0)
            wizard.deleteLater()

        wizard.left.connect(leave)
        wizard.made.connect(self._window.opened)

    def _open(self) -> None:
        path = self._dialogs.open_file("打开数据文件", OPEN_DATA)
        if path is not None:
            self._window.page.show_files(path)
            self._window.page.ask_account()

    def _restore(self) -> None:
        bundle = self._dialogs.open_file("选择备份文件", OPEN_BACKUPS)
        if bundle is None:
            return
        from .wizard import default_folder

        # Beside the backup would often be the stick, which is soon pulled out.
        folder = default_folder(shared=False)
        folder.mkdir(parents=True, exist_ok=True)
        target = self._dialogs.save_file("恢复到哪里", str(folder / f"{bundle.stem}.djd"), SAVE_DATA)
        if target is None:
            return
        to = target if target.suffix == ".djd" else target.with_name(target.name + ".djd")
        self._panel()
        self._window.runner.start(
            "恢复备份",
            lambda progress: self._gateway.restore(bundle, to, progress),
            self._restored,
            failed=self._dialogs.error,
            owner=self,
        )

    def _restored(self, path: Path) -> None:
        self._dialogs.message("备份已恢复。", "原来的备份文件没有动。", "请用原来的密码打开。", level="good")
        self._window.page.show_files(path)
        self._window.page.ask_account()

    def _sample(self) -> None:
        self._panel()
        self._window.setEnabled(True)
        self._window.runner.start(
            "示例街道",
            self._gateway.open_sample,
            self._window.opened.emit,
            failed=self._dialogs.error,
            owner=self,
        )

    def _panel(self) -> None:
        if self._window.findChild(JobPanel) is None:
            layout = self._window.layout()
            assert layout is not None
            layout.addWidget(JobPanel(self._window.runner, self._window))
