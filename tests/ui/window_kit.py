"""The whole main window over a small sample street, and all that can be seen in it by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QTabBar

from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.ui.shell.gateway import Gateway
from dangjian_desktop.ui.shell.main_window import MainWindow
from dangjian_desktop.ui.widgets.job import JobRunner
from office_template import Start, new_file
from ui.bot import Bot
from ui.ui_fakes import ScriptedDialogs

TODAY = date(2026, 9, 30)
PASSWORD = "合适的密码一二三"
STREET = "临江街道党工委"


@contextmanager
def street_window(qtbot: Bot, path: Path, *, members: int = 60, answers: tuple[Any, ...] = ()) -> Iterator[MainWindow]:
    """The window of an administrator over a new sample street; its dialogs are answered in turn."""
    new_file(path, Start(STREET, "张三", PASSWORD, opening_day(TODAY)))
    gateway = Gateway(TODAY)
    office = gateway.open(path, account="张三", password=PASSWORD)
    fill(office, members=members)
    faults: list[Any] = []

    def runner(parent: Any) -> JobRunner:
        made = JobRunner(parent)
        made.failed.connect(faults.append)
        return made

    dialogs = ScriptedDialogs(*answers)
    window = MainWindow(office, gateway, runner, lambda _parent: dialogs)
    try:
        window.resize(1366, 728)
        window.show_sized()
        idle(qtbot, window)
        yield window
        assert not faults, faults
    finally:
        if not window._closing:
            window.release()
        window.hide()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if shiboken6.isValid(window):
            shiboken6.delete(window)
        office.close()


def idle(qtbot: Bot, window: MainWindow) -> None:
    """Let the window live until nothing is asked of the office any more."""
    QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not window.runner._errands)
    QCoreApplication.processEvents()
    qtbot.waitUntil(lambda: not window.runner._errands)


def every_page(qtbot: Bot, window: MainWindow) -> Iterator[tuple[str, Any]]:
    """Each page and each of its tabs in front, by name."""
    for key, spec in window._specs.items():
        window.open_page(key)
        idle(qtbot, window)
        page = window._pages[key]
        yield spec.title, page
        for bar in page.findChildren(QTabBar):
            for place in range(bar.count()):
                if bar.isVisible():
                    bar.setCurrentIndex(place)
                    idle(qtbot, window)
                    yield f"{spec.title}/{bar.tabText(place)}", page
