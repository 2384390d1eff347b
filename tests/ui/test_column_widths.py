"""Column widths: measured from what is shown, bounded, the person's own kept; a low window saves height."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from dangjian_desktop.ui import theme
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.record_model import WAITING
from dangjian_desktop.ui.widgets.record_table import RecordTable
from ui.bot import Bot
from ui.ui_fakes import FakeLookups, FakeSource, ScriptedDialogs

LONG = "阿依努尔·吐尔逊"


def listed(qtbot: Bot, runner: JobRunner, source: FakeSource, height: int = 700) -> RecordTable:
    table = RecordTable(source, runner, ScriptedDialogs(), lookups=FakeLookups())
    qtbot.addWidget(table)
    table.resize(1000, height)
    table.show()
    with qtbot.waitSignal(table.loaded):
        table.reload()
    qtbot.waitUntil(lambda: table.model.cell(0, 0) != WAITING)
    return table


def needed(table: RecordTable, text: str) -> int:
    return QFontMetrics(table.view.font()).horizontalAdvance(text)


def test_a_long_name_is_shown_whole(qtbot: Bot, runner: JobRunner) -> None:
    source = FakeSource(50)
    source.people[3]["name"] = LONG
    table = listed(qtbot, runner, source)
    assert table.view.columnWidth(0) > needed(table, LONG) + 12


def test_a_very_long_text_leaves_room_for_the_others(qtbot: Bot, runner: JobRunner) -> None:
    source = FakeSource(50)
    source.people[3]["organisation"] = "中共沙嘴街道" + "两新组织" * 20 + "联合党支部"
    table = listed(qtbot, runner, source)
    table.set_columns(["organisation", "name", "sex"])
    qtbot.waitUntil(lambda: table.model.cell(3, 0) != WAITING)
    assert needed(table, "沙嘴街道第一联合党支部") < table.view.columnWidth(0) < table.view.viewport().width() // 2


def test_a_width_that_was_dragged_stays(qtbot: Bot, runner: JobRunner) -> None:
    source = FakeSource(50)
    table = listed(qtbot, runner, source)
    table.view.setColumnWidth(0, 61)
    source.people[0]["name"] = LONG
    with qtbot.waitSignal(table.loaded):
        table.reload(None)
    qtbot.waitUntil(lambda: table.model.cell(0, 0) == LONG)
    assert table.view.columnWidth(0) == 61
    other = listed(qtbot, runner, source)
    other.restore(table.state())
    assert other.view.columnWidth(0) == 61
    assert set(table.state()["own_widths"]) == {"name"}


@pytest.fixture
def _large(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, dark=False, scale=150)
    yield
    theme.apply(qapp, dark=False, scale=100)


@pytest.mark.usefixtures("_large")
def test_a_low_window_moves_rows_together_and_lends_the_search_field(qtbot: Bot, runner: JobRunner) -> None:
    table = listed(qtbot, runner, FakeSource(50))
    assert table.low
    assert table.view.rowHeight(0) == 33
    place = QWidget()
    qtbot.addWidget(place)
    row = QHBoxLayout(place)
    table.lend_search(row, 0)
    assert table.search.parent() is place
    table.take_search_back()
    assert table.isAncestorOf(table.search)
    table.resize(1000, 1100)
    assert not table.low
    assert table.view.rowHeight(0) == 45
