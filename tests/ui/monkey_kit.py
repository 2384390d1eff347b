"""A monkey before the whole program: sessions of one account each, by seed, and what went wrong in them.

Wrong is: an exception that nothing caught, a message of Qt, a failed job that is no plain refusal, a dialog that
cannot be left, a page that cannot be left. Threads answer when they answer, so the same seed does nearly, not exactly,
the same; the last actions are told with every fault.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import shiboken6
from PySide6.QtCore import QElapsedTimer, QEventLoop, QMessageLogContext, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget

from dangjian_desktop.app import start
from dangjian_desktop.app.crash import CrashGuard
from dangjian_desktop.app.environment import StartOptions
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.domain.records.permissions import ROLE_NAMES
from dangjian_desktop.services.office import accounts
from dangjian_desktop.ui import theme
from dangjian_desktop.ui.shell.main_window import MainWindow
from dangjian_desktop.ui.shell.start_window import StartWindow
from dangjian_desktop.ui.widgets import print_dialog
from dangjian_desktop.ui.widgets.dialogs import WindowDialogs
from office_template import Start, new_file
from ui.monkey_hands import Hands, Key, told

TODAY = date(2026, 9, 30)
PASSWORD = "合适的密码一二三"
UNIT = "春天社区"
ADMINISTRATOR = "张三"
ACCOUNTS = (ADMINISTRATOR, *(r + unit for r in ROLE_NAMES for unit in ("", "-limited") if r + unit != "administrator"))
"""The administrator of the whole file, then every role: of the whole file, and of one community."""
HARMLESS = (
    "Keyboard event not accepted",
    "This plugin does not support",
    "propagateSizeHints",
    "QXcbConnection",
    "Populating font family",
)
BEAT = 5  # ms
STUCK_TURNS = 60
"""Turns in the same dialog before it is left, and tries of leaving before it counts as one that cannot be left."""
LONG = 200
"""Milliseconds of the window's thread that count as a stall worth telling."""
SIGNS = GONE = 20
CLOSES = 60
"""Seconds in which a file must be closed, with its backup."""
WALK = 80
"""Turns between two changes of the page, and tries of leaving a page."""


@dataclass
class Found:
    """What a session met."""

    account: str
    seed: int
    actions: int = 0
    faults: list[str] = field(default_factory=list)
    stall: float = 0.0
    """Longest stall of the window's thread in ms of its own computing."""
    stall_at: str = ""
    gap: float = 0.0
    """The same by the clock: on a busy machine it is longer."""
    stalls: list[tuple[float, str]] = field(default_factory=list)
    """All of more than `LONG`."""
    refusals: list[str] = field(default_factory=list)
    pages: set[str] = field(default_factory=set)
    dialogs: set[str] = field(default_factory=set)
    last: list[str] = field(default_factory=list)

    def told(self) -> str:
        """The faults with what is needed to meet them again."""
        lines = [f"account {self.account}, seed {self.seed}, after {self.actions} actions", *self.faults]
        return "\n".join([*lines, "last actions:", *(f"  {line}" for line in self.last)])


def make_street(path: Path, members: int) -> None:
    """The sample street with one account of every role, for the whole and for one community."""
    new_file(path, Start("临江街道党工委", ADMINISTRATOR, PASSWORD, opening_day(TODAY)))
    from dangjian_desktop.base.clock import Clock
    from dangjian_desktop.services.office import opening
    from dangjian_desktop.services.units import organisations

    office = opening.open_office(path, account=ADMINISTRATOR, password=PASSWORD, clock=Clock(TODAY))
    try:
        fill(office, members=members)
        units = {node.name: node.id for node in organisations.tree(office)}
        unit = next((name for name in units if UNIT in name and "党委" in name), None)
        unit = unit or next(name for name in units if "社区" in name)
        for name in ACCOUNTS[1:]:
            role, _dash, limited = name.partition("-")
            accounts.add(office, name, role, PASSWORD, scope=unit if limited else None)
    finally:
        office.close()


def _under_way(desk: start.Desk) -> bool:
    """Whether a file is being opened or closed."""
    if desk._main is not None:
        return desk._main._closing
    return desk._start is not None and bool(desk._start.runner._errands)


_fonts_once = cache(theme.register_rare_fonts)


class _Dialogs(WindowDialogs):
    """The program's own, but files are chosen by the seed out of one folder, and faults are kept."""

    def __init__(self, parent: QWidget | None, monkey: Monkey) -> None:
        super().__init__(parent)
        self._monkey = monkey

    def error(self, error: BaseException) -> None:
        if isinstance(error, UserError | MemoryError):
            self._monkey.found.refusals.append(f"{getattr(error, 'code', '')}: {error}")
            super().error(error)
        else:
            self._monkey.fault("failed work", error)

    def fault(self, error: BaseException, report: Path | None) -> None:
        self._monkey.fault("fault", error)

    def open_file(self, title: str, filters: str = "") -> Path | None:
        return self._monkey.some_file(title)

    def save_file(self, title: str, name: str = "", filters: str = "") -> Path | None:
        self._monkey.hands.say(f"file dialog {title}: save {name}")
        return self._monkey.folder / "out" / (name or "没有名字") if self._monkey.random.random() < 0.8 else None

    def folder(self, title: str) -> Path | None:
        self._monkey.hands.say(f"file dialog {title}: folder")
        return self._monkey.folder / "out" if self._monkey.random.random() < 0.8 else None


class Monkey:
    """One session: opens `path` as `account` and acts until the time is over or something is wrong."""

    def __init__(self, app: QApplication, path: Path, account: str, seed: int, *, files: tuple[Path, ...] = ()) -> None:
        self.random = Random(f"{seed} {account}")
        self.found = Found(account, seed)
        self.hands = Hands(self.random)
        self.folder = path.parent
        (self.folder / "out").mkdir(exist_ok=True)
        self._app, self._path, self._files = app, path, files
        self._loop = QEventLoop()
        self._desk: start.Desk | None = None
        self._turns_in: tuple[QWidget | None, int] = (None, 0)
        self._leaving: QDialog | None = None
        self._tries = 0
        self._since_walk = 0
        self._goal = ""
        self._signed = self._gone = 0
        self._beat = self._own = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._felt)
        self._where = ""
        self._watched = False

    def run(self, seconds: float) -> Found:
        """Act for so long; returns what was met."""
        clock = QElapsedTimer()
        clock.start()
        end = int(seconds * 1000)
        with self._watching():
            while clock.elapsed() < end and not self.found.faults:
                self._session(end - clock.elapsed())
        self.found.last = list(self.hands.said)
        return self.found

    def fault(self, kind: str, error: BaseException | str) -> None:
        """Keep a fault; the session ends with it."""
        words = error if isinstance(error, str) else "".join(traceback.format_exception(error))
        self.found.faults.append(f"{kind}: {words}")
        self.found.last = list(self.hands.said)
        self._stop()

    def some_file(self, title: str) -> Path | None:
        """One of the files at hand, or none."""
        chosen = self.random.choice((None, *self._files))
        self.hands.say(f"file dialog {title}: {chosen and chosen.name}")
        return chosen

    # The session

    def _session(self, milliseconds: int) -> None:
        options = StartOptions(file=self._path, account=self.found.account, on=TODAY, password=PASSWORD)
        desk = self._desk = start.Desk(self._app, options)
        desk.show()
        QTimer.singleShot(milliseconds, self._loop, self._stop)
        QTimer.singleShot(0, self._loop, self._turn)
        self._loop.exec()
        self._close(desk)

    def _stop(self) -> None:
        self._loop.quit()
        self._leave_all()

    def _leave_all(self) -> None:
        """Close what has a loop of its own, one inside the other, so that the session's loop comes back."""
        front = self._app.activePopupWidget() or self._app.activeModalWidget()
        if front is not None:
            front.close()
            QTimer.singleShot(0, self._loop, self._leave_all)

    def _close(self, desk: start.Desk) -> None:
        """End the session without the monkey: whatever is open goes."""
        self._timer.stop()
        for widget in self._app.topLevelWidgets():
            if isinstance(widget, QDialog) or widget.windowType() == Qt.WindowType.Popup:
                widget.close()
        end = time.monotonic() + CLOSES
        while time.monotonic() < end and _under_way(desk):
            self._app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 50)
        main = desk._main
        if main is not None:
            main.release()
            main.office.close()
        desk.close()
        for widget in self._app.topLevelWidgets():
            widget.hide()
            if isinstance(widget, MainWindow | StartWindow):
                widget.deleteLater()
        self._desk = None
        self._app.processEvents()

    def _turn(self) -> None:
        """One thing, and the next is ordered before: this one may be inside a dialog's own loop for long."""
        if not self._loop.isRunning() or self._desk is None:
            return
        QTimer.singleShot(self.random.choice((0, 0, 1, 5, 20)), self._loop, self._turn)
        window = self._window()
        if window is None:
            return
        if not self._timer.isActive():
            self._beat, self._own = time.perf_counter(), time.thread_time()
            self._timer.start(BEAT)
        self._signed = 0
        self.found.actions += 1
        try:
            if not self._leave_dialog(window) and not self._walk(window):
                self.hands.act(window)
        except RuntimeError as error:
            # A widget that ended between being chosen and being clicked is the monkey's own mistake.
            if "already deleted" not in str(error):
                raise

    def _window(self) -> QWidget | None:
        """What is in front; a start window is signed in at, and nothing is done while the file opens or closes."""
        desk = self._desk
        front = self._app.activePopupWidget() or self._app.activeModalWidget()
        if front is not None or desk is None:
            return front
        if desk._main is None and desk._start is None:
            # The program was left; a window that is only made anew is back after one turn.
            self._gone += 1
            if self._gone > GONE:
                self._stop()
            return None
        self._gone = 0
        if desk._main is None:
            page = desk._start.page if desk._start is not None else None
            if desk._settled and page is not None and page.isEnabled() and page.go.isEnabled() and page.path:
                self.hands.say("sign in")
                self._signed += 1
                if self._signed > SIGNS:
                    self.fault("cannot sign in", page.fault.text())
                    return None
                page.password.setText(PASSWORD)
                page.sign_in()
            return None
        if desk._main._closing:
            return None
        others = [w for w in self._app.topLevelWidgets() if w.isVisible() and w.isWindow() and w is not desk._main]
        others = [w for w in others if isinstance(w, QDialog) or "Window" in type(w).__name__]
        if others and self.random.random() < 0.5:
            return others[-1]
        return desk._main

    # Leaving dialogs and pages

    def _leave_dialog(self, window: QWidget) -> bool:
        """Sooner or later a dialog is left on purpose: by Esc, and where that asks something, by an answer."""
        modal = self._app.activeModalWidget()
        if not isinstance(modal, QDialog):
            self._turns_in, self._leaving = (None, 0), None
            return False
        self.found.dialogs.add(f"{type(modal).__name__} {modal.windowTitle()}")
        if self._leaving is not None and not (shiboken6.isValid(self._leaving) and self._leaving.isVisible()):
            self._leaving = None
        seen, turns = self._turns_in
        self._turns_in = (modal, turns + 1 if modal is seen else 0)
        if self._leaving is None:
            if turns < STUCK_TURNS and self.random.random() > 0.04:
                return False
            self._leaving, self._tries = modal, 0
            self.hands.forget()
        self._tries += 1
        if self._tries > 4 * STUCK_TURNS and not self._busy():
            popup = self._app.activePopupWidget()
            over = f", below {told(popup)} of {popup.parentWidget()}" if popup else ""
            self.fault("dialog that cannot be left", f"{told(self._leaving)} {self._leaving.windowTitle()}{over}")
            return True
        buttons = [b for b in modal.findChildren(QAbstractButton) if b.isVisible() and b.isEnabled()]
        if modal is not self._leaving and buttons and self.random.random() < 0.7:
            self.hands.click(self.random.choice(buttons))
        else:
            self.hands.press(Key.Key_Escape)
        return True

    def _walk(self, window: QWidget) -> bool:
        """Every so often another page is asked for, and must come."""
        main = self._desk._main if self._desk is not None else None
        if main is None or window is not main:
            return False
        self.found.pages.add(main._current)
        self._since_walk += 1
        if not self._goal:
            if self._since_walk < WALK:
                return False
            self._goal = self.random.choice([key for key in main._specs if key != main._current])
            self.hands.forget()
            self._tries = 0
        if main._current == self._goal:
            self._goal, self._since_walk = "", 0
            return False
        self._tries += 1
        if self._tries > WALK and not self._busy():
            self.fault("page that cannot be left", f"{main._current}, wanted {self._goal}")
            return True
        buttons = [b for b in main.navigation.findChildren(QAbstractButton) if b.isVisible()]
        place = list(main._specs).index(self._goal)
        self.hands.click(buttons[place])
        return True

    def _busy(self) -> bool:
        main = self._desk._main if self._desk is not None else None
        return main is not None and bool(main.runner._errands)

    # Watching

    def _felt(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        gap, mine = (now - self._beat) * 1000, (own - self._own) * 1000
        self._beat, self._own = now, own
        self.found.gap = max(self.found.gap, gap)
        last = self.hands.said[-1] if self.hands.said else ""
        if mine > LONG:
            self.found.stalls.append((round(mine), f"{last}\n{self._where}" if self._where else last))
        self._where = ""
        if mine > self.found.stall:
            self.found.stall, self.found.stall_at = mine, last

    def _look(self, thread: int) -> None:
        """In a thread of its own: where the window's thread is when it has not answered for long."""
        while self._watched:
            time.sleep(0.02)
            if self._timer.isActive() and not self._where and time.perf_counter() - self._beat > LONG * 0.6 / 1000:
                frame = sys._current_frames().get(thread)
                self._where = "".join(traceback.format_stack(frame)[-6:]) if frame else ""

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Exceptions, messages of Qt, and folders that would be opened come here."""

        def caught(_kind: type[BaseException], error: BaseException, _trace: Any) -> None:
            self.fault("exception", error)

        def message(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
            if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(h in text for h in HARMLESS):
                self.fault("Qt says", text)

        # One run of the program loads these 30 MB once; many sessions in one process must not add them up.
        look: Any = theme
        look.register_rare_fonts = _fonts_once
        printing: Any = print_dialog
        printed, printing.print_pages = print_dialog.print_pages, lambda _pages, order, _progress: len(order.pages)
        make, open_url, hook = start._make_dialogs, QDesktopServices.openUrl, sys.excepthook
        patched: Any = start
        guard: Any = CrashGuard
        install, guard.install = CrashGuard.install, lambda _guard: None
        patched._make_dialogs = lambda parent: _Dialogs(parent, self)
        services: Any = QDesktopServices
        services.openUrl = lambda _url: True
        sys.excepthook = caught
        before = qInstallMessageHandler(message)
        quits = self._app.quitOnLastWindowClosed()
        self._app.setQuitOnLastWindowClosed(False)
        self._watched = True
        looker = threading.Thread(target=self._look, args=(threading.get_ident(),))
        looker.start()
        try:
            yield
        finally:
            self._watched = False
            looker.join()
            guard.install, printing.print_pages = install, printed
            patched._make_dialogs, services.openUrl, sys.excepthook = make, open_url, hook
            qInstallMessageHandler(before)
            self._app.setQuitOnLastWindowClosed(quits)
