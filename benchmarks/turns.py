"""How long a person looks at the old page after asking for another one: each page of the window, twice.

Counted from the click until the new page is painted, its frame at least; what is fetched in the background comes
later and holds nothing up (`stalls` measures that). The first time a page is made, the second time it is shown.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from kit import PASSWORD, TODAY

AHEAD = 3.0
"""Seconds a person looks at the first page, while the window loads the code of the others."""
REST = 1.0
"""Seconds between two pages, while the lists arrive."""


def measure(path: Path) -> dict[str, Any]:
    """Milliseconds by page, the first and the second time, and the longest of all."""
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from dangjian_desktop.app import environment
    from dangjian_desktop.ui import theme
    from dangjian_desktop.ui.shell.gateway import Gateway
    from dangjian_desktop.ui.shell.main_window import MainWindow
    from dangjian_desktop.ui.widgets.dialogs import WindowDialogs
    from dangjian_desktop.ui.widgets.job import JobRunner

    environment.prepare()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.register_fonts()
    theme.apply(app, dark=False)
    gateway = Gateway(TODAY)
    office = gateway.open(path, account="张三", password=PASSWORD, recovery_key=None, take_over=False)
    window = MainWindow(office, gateway, JobRunner, WindowDialogs)
    window.resize(1366, 728)
    window.show()
    environment.settle()
    try:
        return _turn(app, window)
    finally:
        window.runner.close()
        office.close()


def _turn(app: Any, window: Any) -> dict[str, Any]:
    _let_run(app, AHEAD)
    pages = [key for key in window._specs if key != window._current]
    first, again = ({key: _change(app, window, key) for key in pages} for _ in range(2))
    return {"milliseconds": max(*first.values(), *again.values()), "first": first, "again": again}


def _change(app: Any, window: Any, key: str) -> float:
    begun = time.perf_counter()
    window.open_page(key)
    # What is laid out late is painted late: twice round, until nothing waits.
    for _ in range(2):
        app.sendPostedEvents()
        window.repaint()
        app.processEvents()
    taken = round((time.perf_counter() - begun) * 1000, 1)
    _let_run(app, REST)
    return taken


def _let_run(app: Any, seconds: float) -> None:
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        app.processEvents()
        time.sleep(0.002)
