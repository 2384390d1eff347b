"""How long the window's thread does not answer while a person scrolls, sorts, filters and edits the members.

A timer of the window's thread should fire every few milliseconds; the longest gap between two firings is the
longest stall, whatever caused it: our code, Qt's painting, or a worker that holds the interpreter. The timer
also drives the table, so the gaps include what each step itself costs.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

BEAT = 2  # ms
SCROLLS = 240
CELLS = 12
PAUSE = 0.4
"""Seconds of rest after each order or filter, while pages arrive."""
_ASIDE = ("空闲", "打开")


def measure(office: Any) -> dict[str, Any]:
    """The longest gap in milliseconds by what was done, and that of an idle window for comparison.

    `own` counts only the time in which the window's thread itself was computing: on a PC that is busy with
    other things the difference is theirs.
    """
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from dangjian_desktop.app import environment
    from dangjian_desktop.ui import theme
    from dangjian_desktop.ui.records.source import ServiceSource
    from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
    from dangjian_desktop.ui.widgets.dialogs import WindowDialogs
    from dangjian_desktop.ui.widgets.job import JobRunner
    from dangjian_desktop.ui.widgets.record_table import RecordTable

    environment.prepare()
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.register_fonts()
    theme.apply(app, dark=False)
    runner = JobRunner()
    table = RecordTable(
        ServiceSource(office, "member"), runner, WindowDialogs(), lookups=ServiceLookups(office), noun="人"
    )
    let_edit(office, table, runner)
    table.resize(1280, 800)
    table.show()
    environment.settle()
    watch = _Watch(app, table)
    try:
        return watch.run()
    finally:
        runner.close()


def let_edit(office: Any, table: Any, runner: Any) -> None:
    """Let the cells of the table be typed into, as on the page."""
    from dangjian_desktop.ui.records.cells import ListCells
    from dangjian_desktop.ui.shell.context import PageContext
    from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
    from dangjian_desktop.ui.widgets.dialogs import WindowDialogs

    table.set_columns([*table.visible_fields(), "native_place"])
    context = PageContext(office, runner, WindowDialogs(), ServiceLookups(office), _Quiet())  # type: ignore[arg-type]
    ListCells(context, table, table.source)


class _Quiet:
    """Stands for the window, which would only say what was done."""

    def done(self, text: str, **_more: Any) -> None:
        """Say nothing."""


class _Watch:
    """Beats in the window's thread, and takes the next step of the script at each beat that finds it ready."""

    def __init__(self, app: Any, table: Any) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._app, self._table = app, table
        self._gaps: dict[str, float] = {}
        self._own: dict[str, float] = {}
        self._beats = 0
        self._phase = ""
        self._until = 0.0
        self._waiting = False
        self._asked = 0.0
        self._last = self._last_own = 0.0
        self._script = self._steps()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._beat)
        table.loaded.connect(self._arrived)

    def run(self) -> dict[str, Any]:
        self._last = time.perf_counter()
        self._timer.start()
        self._app.exec()
        phases = {name: round(gap * 1000, 1) for name, gap in self._gaps.items()}
        own = {name: round(gap * 1000, 1) for name, gap in self._own.items()}
        worst, worst_own = (max(gap for name, gap in of.items() if name not in _ASIDE) for of in (phases, own))
        return {"milliseconds": worst, "own": worst_own, "phases": phases, "own_phases": own, "beats": self._beats}

    def _arrived(self, _count: int) -> None:
        self._waiting = False
        self._until = time.perf_counter() + PAUSE

    def _beat(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        if self._phase:
            self._gaps[self._phase] = max(self._gaps.get(self._phase, 0.0), now - self._last)
            self._own[self._phase] = max(self._own.get(self._phase, 0.0), own - self._last_own)
        self._last, self._last_own = now, own
        self._beats += 1
        if self._waiting and now - self._asked > 60:
            raise RuntimeError(f"no answer to: {self._phase}")
        if not self._waiting and now >= self._until and next(self._script, None) is None:
            self._app.quit()

    def _ask(self, phase: str, do: Callable[[], object]) -> bool:
        """A step whose answer comes later."""
        self._phase, self._waiting, self._asked = phase, True, time.perf_counter()
        do()
        return True

    def _rest(self, phase: str, seconds: float) -> bool:
        self._phase, self._until = phase, time.perf_counter() + seconds
        return True

    def _steps(self) -> Iterator[bool]:
        from dangjian_desktop.ui.widgets.record_table import ColumnFilter

        table = self._table
        yield self._ask("打开", table.reload)
        yield self._rest("空闲", 1.0)
        yield from self._scroll()
        for field, descending in (("name", False), ("joined_on", True), ("organisation", False), ("birth_on", False)):
            yield self._ask("排序", partial(table.sort, field, descending))
        yield from self._scroll()
        chosen = [ColumnFilter("sex", "eq", "2"), ColumnFilter("phone", "contains", "13")]
        for count in (1, 2, 0):
            yield self._ask("筛选", partial(table.set_filters, chosen[:count]))
        for text in ("w", "wa", "wan", "伟", ""):
            yield self._ask("查找", partial(table.set_text, text))
        yield from self._type()
        yield self._ask("全选后排序", lambda: (table.view.selectAll(), table.sort("name", True)))
        for field in ("birth_on", "organisation"):
            yield self._ask("保留选择后排序", partial(self._select_and_sort, field))
        yield from self._type_ahead()

    def _select_and_sort(self, field: str) -> None:
        """Some thousand neighbours, which another order scatters over the list."""
        table = self._table
        table.view.select_rows(range(100, 2_000))
        table.sort(field)

    def _type_ahead(self) -> Iterator[bool]:
        """Letters typed onto the list, each before the answer to the last."""
        for letter in "wlm":
            self._table.view.typed.emit(letter)
            yield self._rest("直接打字查找", 0.3)

    def _type(self) -> Iterator[bool]:
        """Into cells, one under the other, each written before the next."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        table = self._table
        column = table.model.fields.index("native_place")
        table.view.setFocus()
        for row in range(CELLS):
            table.view.setCurrentIndex(table.model.index(row, column))
            yield self._rest("改一格", 0.2)
            QTest.keyClicks(table.view, "x")
            yield self._rest("改一格", 0.05)
            editing = table.view.editing
            editing.editor.setText(f"第{row}处")
            QTest.keyClick(editing.editor, Qt.Key.Key_Return)
            yield self._rest("改一格", 0.2)
        if table.model.overlay:
            raise RuntimeError("a cell was not written")

    def _scroll(self) -> Iterator[bool]:
        """By the wheel, by pages, and by dragging the thumb."""
        bar = self._table.view.verticalScrollBar()
        for step in range(SCROLLS):
            bar.setValue(bar.value() + (90 if step % 4 else bar.pageStep()))
            yield self._rest("滚动", 0.008)
        for step in range(60):
            bar.setValue(bar.maximum() * step // 60)
            yield self._rest("拖动滚动条", 0.016)
        bar.setValue(0)
        yield self._rest("拖动滚动条", PAUSE)
