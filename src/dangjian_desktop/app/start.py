"""Where everything is put together: from the words of the command line to a running window.

Order matters here. Until the first paint only Qt and the unlock page are loaded; fonts for rare
characters, translations, the crash guard, the instance server and the services follow after it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base import given_password
from ..base.collecting import collect_what_is_due
from ..base.errors import UsageError, UserError
from . import look
from .environment import StartOptions, prepare, read_options, settle

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QApplication, QWidget

    from dangjian_desktop.services.office.office import Office

    from ..ui.shell.main_window import MainWindow
    from ..ui.widgets.dialogs import WindowDialogs
    from ..ui.widgets.job import JobRunner
    from .crash import CrashGuard
    from .single_instance import FirstInstance


def run(words: Sequence[str]) -> int:
    """Open the window and return the exit code when it was closed."""
    try:
        options = read_options(words, os.environ, given_password.given())
    except UsageError as error:
        print(error.message, file=sys.stderr)
        return error.exit_code
    prepare()
    app = make_application()
    from .single_instance import hand_over

    if hand_over(str(options.file.resolve()) if options.file else ""):
        return 0
    desk = Desk(app, options)
    desk.show()
    code = app.exec()
    desk.close()
    return code


def make_application() -> QApplication:
    """The Qt application with our look; nothing that the first paint does not need."""
    from PySide6.QtWidgets import QApplication

    from ..ui import theme

    # Qt 6 passes fractions of scale through as they are, which is what 125 % and 175 % need.
    app = QApplication(sys.argv[:1])
    app.setApplicationName("dangjian-desktop")
    app.setDesktopFileName("dangjian-desktop")
    theme.register_fonts()
    theme.apply(app, scale=look.remembered_scale(), dark=theme.MODES[look.remembered_mode()][1])
    return app


COLLECT_EVERY = 2000  # ms between two looks for circles of unused objects


class Desk:
    """Owns the windows of one run: the start window, then the main window, then perhaps the start window again."""

    def __init__(self, app: QApplication, options: StartOptions) -> None:
        from ..ui.shell.gateway import Gateway

        self._app, self._options = app, options
        self._gateway = Gateway(options.on)
        self._start: Any = None
        self._main: MainWindow | None = None
        self._guard: CrashGuard | None = None
        self._instance: FirstInstance | None = None
        self._settled = False
        self._telling = False

    def show(self) -> None:
        """Show the start window, or go straight in when everything needed was given."""
        self._show_start(self._options.file)

    def close(self) -> None:
        """Let go of everything that outlives a window."""
        if self._start is not None:
            self._start.stop_work()
        if self._instance is not None:
            self._instance.close()
        if self._guard is not None:
            self._guard.remove()

    # Start window

    def _show_start(self, path: Path | None, account: str = "") -> None:
        from ..ui.shell.start_window import StartWindow

        self._start = StartWindow(self._gateway, self._make_runner, _make_dialogs)
        self._start.opened.connect(self._opened)
        self._start.painted.connect(self._painted)
        self._start.page.show_files(path.resolve() if path else None, account or self._options.account)
        self._start.show()

    def _painted(self) -> None:
        # Only the first time: a window that was locked asks for its password.
        wanted = not self._settled and (self._options.sample or self._options.password)
        straight_in = wanted and (self._options.sample or self._start.page.path)
        if not straight_in and self._finish_measuring(self._start):
            return
        self._settle()
        self._start.runner.fetch(self._gateway.warm_up, lambda _none: self._start.page.ask_account(), owner=self._start)
        if straight_in and self._options.sample:
            self._start.way_in("sample")
        elif straight_in:
            self._start.page.password.setText(self._options.password)
            self._start.page.sign_in()

    def _settle(self) -> None:
        if self._settled:
            return
        self._settled = True
        settle()
        from PySide6.QtCore import QTimer
        from PySide6.QtGui import QIcon

        from ..base.resources import resource
        from ..ui import theme
        from .crash import CrashGuard
        from .single_instance import FirstInstance
        from .words import speak_chinese

        theme.register_rare_fonts()
        theme.follow_system(self._app)
        self._app.setWindowIcon(QIcon(str(resource("icons", "app.png"))))
        speak_chinese(self._app)
        collector = QTimer(self._app)
        collector.timeout.connect(collect_what_is_due)
        collector.start(COLLECT_EVERY)
        self._instance = FirstInstance(self._called)
        self._guard = CrashGuard(self._tell_crash)
        last = self._guard.install()
        if last is not None:
            self._tell_last_crash(last)

    # Main window

    def _opened(self, office: Office) -> None:
        start, self._start = self._start, None
        self._show_main(office)
        if self._main is not None and self._gateway.opened_by_key(office):
            self._main.ask_new_password()
        start.hide()
        start.stop_work()
        start.deleteLater()

    def _show_main(self, office: Office, place: Mapping[str, Any] | None = None) -> None:
        from PySide6.QtCore import QTimer

        from ..ui.shell.main_window import MainWindow

        self._main = MainWindow(office, self._gateway, self._make_runner, _make_dialogs)
        self._main.closed.connect(self._closed)
        if self._options.exit_after_paint:
            # A picture waits until what comes after the first painting is there too.
            pause = 0 if self._options.screenshot is None else 900
            self._main.ready.connect(
                lambda: QTimer.singleShot(pause, self._app, lambda: self._finish_measuring(self._main))
            )
        self._main.relook.connect(self._relook)
        self._main.show_sized(place)
        if office.notices and place is None:
            self._main.banner("\n".join(office.notices), "warning")

    def _relook(self, percent: int, mode: str) -> None:
        """Make the main window anew at another size or in other colours, over the same open office."""
        from PySide6.QtCore import QTimer

        old, self._main = self._main, None
        if old is None:
            return
        look.remember(percent, mode)
        # What asked for it is part of the old window, and may end only when its call is over.
        QTimer.singleShot(0, self._app, lambda: self._replace(old, percent, mode))

    def _replace(self, old: MainWindow, percent: int, mode: str) -> None:
        from ..ui import theme

        place = old.place()
        # Its pages go first: they would all be laid out once more for the new look.
        old.release()
        theme.apply(self._app, scale=percent, dark=theme.MODES[mode][1])
        self._show_main(old.office, place)
        old.hide()
        old.deleteLater()

    def _closed(self, lock: bool, path: Path, account: str) -> None:
        main, self._main = self._main, None
        if main is not None:
            main.deleteLater()
        if lock:
            self._show_start(path, account)
        else:
            self._app.quit()

    def _make_runner(self, parent: QObject) -> JobRunner:
        from ..ui.widgets.job import JobRunner

        runner = JobRunner(parent)
        runner.failed.connect(self._failed)
        return runner

    # Measuring, second start, faults

    def _finish_measuring(self, window: QWidget | None) -> bool:
        if window is not None and self._options.screenshot is not None:
            window.grab().save(str(self._options.screenshot))
        if self._options.exit_after_paint:
            self._app.quit()
        return self._options.exit_after_paint

    def _called(self, words: str) -> None:
        window = self._main or self._start
        if window is None:
            return
        window.setWindowState(window.windowState() & ~_minimised())
        window.raise_()
        window.activateWindow()
        if words and self._main is None:
            self._start.page.show_files(Path(words))
            self._start.page.ask_account()

    def _failed(self, error: BaseException) -> None:
        window = self._main or self._start
        if window is not None:
            _make_dialogs(window).error(error)

    def _tell_crash(self, error: BaseException, report: Path | None) -> None:
        from PySide6.QtCore import QTimer

        if report is not None:
            print(f"故障报告：{report}", file=sys.stderr)
        window = self._main or self._start
        if window is not None and not self._telling:
            # Whatever thread it was, the dialog belongs to the window's; one at a time, since a fault
            # in painting comes back with every paint.
            self._telling = True
            QTimer.singleShot(0, window, lambda: self._tell(window, error, report))

    def _tell(self, window: QWidget, error: BaseException, report: Path | None) -> None:
        try:
            if isinstance(error, UserError):
                _make_dialogs(window).error(error)
            else:
                _make_dialogs(window).fault(error, report)
        finally:
            self._telling = False

    def _tell_last_crash(self, report: Path) -> None:
        if self._start is not None:
            self._start.page.say(f"上次程序意外中断，已保存的数据不受影响。故障报告在 {report}")


def _make_dialogs(parent: QWidget) -> WindowDialogs:
    from ..base import fault_report
    from ..ui.widgets.dialogs import WindowDialogs

    return WindowDialogs(parent, lambda error: fault_report.write(fault_report.describe(error)))


def _minimised() -> Any:
    from PySide6.QtCore import Qt

    return Qt.WindowState.WindowMinimized
