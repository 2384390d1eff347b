"""Jobs, dialogs, bars, palette and tiles."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.ui.widgets.banner import Banner
from dangjian_desktop.ui.widgets.dialogs import MessageDialog, WindowDialogs, three_lines
from dangjian_desktop.ui.widgets.elided_label import ElidedLabel
from dangjian_desktop.ui.widgets.empty_state import EmptyState
from dangjian_desktop.ui.widgets.figure_tile import FigureTile
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.job_panel import JobLine, JobPanel, time_left
from dangjian_desktop.ui.widgets.labels import button, tool
from dangjian_desktop.ui.widgets.search_palette import PaletteEntry, SearchPalette
from dangjian_desktop.ui.widgets.undo_bar import UndoBar
from ui.bot import Bot


def test_answer_comes_back_on_the_window_thread(qtbot: Bot, runner: JobRunner) -> None:
    seen: list[tuple[str, threading.Thread]] = []
    runner.fetch(lambda: threading.current_thread().name, lambda name: seen.append((name, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0].startswith("reader")
    assert seen[0][1] is threading.main_thread()


def test_writes_wait_for_each_other(qtbot: Bot, runner: JobRunner) -> None:
    order: list[str] = []
    gate = threading.Event()

    def first() -> None:
        gate.wait()
        order.append("first")

    runner.fetch(first, lambda _: None, writes=True)
    runner.fetch(lambda: order.append("second"), lambda _: None, writes=True)
    gate.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["first", "second"]


def test_cancelled_job_says_so_and_ends(qtbot: Bot, runner: JobRunner) -> None:
    started = threading.Event()
    outcome: list[object] = []

    def work(progress: Progress) -> None:
        started.set()
        while True:
            progress.report(0, 10, "慢慢做")

    job = runner.start("导入", work, outcome.append, cancelled=lambda: outcome.append("停了"))
    started.wait()
    with qtbot.waitSignal(job.ended):
        job.cancel()
    qtbot.waitUntil(lambda: bool(outcome))
    assert outcome == ["停了"]
    assert runner.jobs == []


def test_error_goes_to_the_one_who_asked_else_to_all(qtbot: Bot, runner: JobRunner) -> None:
    fault = UserError("x", "不行。")
    mine: list[BaseException] = []

    def fail() -> BaseException:
        raise fault

    runner.fetch(fail, mine.append, failed=mine.append)
    qtbot.waitUntil(lambda: mine == [fault])
    with qtbot.waitSignal(runner.failed) as caught:
        runner.fetch(fail, mine.append)
    assert caught.args == [fault]


def test_deleted_owner_hears_nothing(qtbot: Bot, runner: JobRunner) -> None:
    owner, gate = QPushButton(), threading.Event()
    seen: list[object] = []
    runner.fetch(gate.wait, seen.append, owner=owner)
    owner.deleteLater()
    QApplication.sendPostedEvents(owner)
    QApplication.processEvents()
    gate.set()
    runner.fetch(lambda: None, lambda _: seen.append("after"), writes=False)
    qtbot.waitUntil(lambda: "after" in seen)
    assert seen == ["after"]


def test_a_worker_holds_no_window_when_the_window_hears_that_it_has_ended(
    qtbot: Bot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog, gate = QDialog(), threading.Event()
    seen: list[bool] = []
    gone = weakref.ref(dialog)

    def tell(_call: object) -> None:
        # As if the window had been quicker than the worker: what the worker still held would end in its thread.
        runner._errands.clear()
        seen.append(gone() is None)

    def holding(kept: QDialog) -> tuple[Callable[[], QDialog], Callable[[QDialog], QDialog]]:
        return lambda: kept if gate.wait() else kept, lambda _answer: kept

    monkeypatch.setattr(runner, "_post", tell)
    runner.fetch(*holding(dialog), owner=dialog)
    del dialog
    gate.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [True]


def test_closing_waits_for_the_work(qapp: QApplication) -> None:
    runner, ended = JobRunner(), threading.Event()
    started = threading.Event()

    def work(progress: Progress) -> None:
        started.set()
        try:
            while True:
                progress.report(0, 0, "")
        finally:
            ended.set()

    runner.start("备份", work, lambda _: None)
    started.wait()
    runner.close()
    assert ended.is_set()


def test_panel_shows_what_is_done_and_left(qtbot: Bot, runner: JobRunner) -> None:
    panel = JobPanel(runner)
    qtbot.addWidget(panel)
    panel.show()
    gate = threading.Event()

    def work(progress: Progress) -> None:
        progress.report(10, 40, "正在读取第 10 行")
        gate.wait()

    runner.start("导入名册", work, lambda _: None)
    (line,) = panel.findChildren(JobLine)
    qtbot.waitUntil(lambda: line.text.text() == "正在读取第 10 行")
    assert (line.bar.value(), line.bar.maximum()) == (10, 40)
    gate.set()
    qtbot.waitUntil(lambda: not panel.findChildren(JobLine))


def test_the_line_of_a_finished_job_is_gone_before_its_answer_is_told(qtbot: Bot, runner: JobRunner) -> None:
    panel = JobPanel(runner)
    qtbot.addWidget(panel)
    panel.show()
    gate, seen = threading.Event(), []

    def told(_answer: object) -> None:
        seen.append([line.isVisible() for line in panel.findChildren(JobLine)])

    runner.start("恢复备份", lambda _progress: gate.wait(), told)
    (line,) = panel.findChildren(JobLine)
    qtbot.waitUntil(line.isVisible)
    gate.set()
    qtbot.waitUntil(lambda: bool(seen))
    assert not any(seen[0]), "a message of the answer stands beside no running job"


def test_time_left_in_words() -> None:
    assert time_left(10, 40, 10) == "25%，约剩 30 秒"
    assert time_left(1, 100, 10) == "1%，约剩 16 分钟"
    assert time_left(0, 0, 9) == ""


def test_unforeseen_error_shows_no_english() -> None:
    lines = three_lines(KeyError("secret 429900"))
    assert all("secret" not in line and "Error" not in line for line in lines)
    assert three_lines(UserError("c", "甲", effect="乙", advice="丙")) == ("甲", "乙", "丙")


def press(words: str) -> None:
    """Press a button of the dialog that is about to open."""

    def find() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, MessageDialog):
            QTimer.singleShot(10, find)
            return
        next(each for each in dialog.findChildren(QPushButton) if each.text() == words).click()

    QTimer.singleShot(0, find)


def test_real_dialogs_answer(qtbot: Bot) -> None:
    dialogs = WindowDialogs()
    press("删除")
    assert dialogs.confirm("删除这名党员？", yes="删除", danger=True) is True
    press("取消")
    assert dialogs.confirm("删除这名党员？") is False
    press("新建")
    assert dialogs.choose("怎样开始？", [("new", "新建"), ("open", "打开")]) == "new"
    press("取消")
    assert dialogs.ask("名称") is None


def test_unforeseen_error_offers_its_report(qtbot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report, target = tmp_path / "报告.txt", tmp_path / "U盘.txt"
    report.write_text("只有行号", "utf-8")
    dialogs = WindowDialogs(None, lambda error: report)
    monkeypatch.setattr(dialogs, "save_file", lambda *_given: target)
    press("保存故障报告…")
    dialogs.error(KeyError("secret"))
    assert target.read_text("utf-8") == "只有行号"


def test_banner_offers_its_action(qtbot: Bot) -> None:
    banner = Banner()
    pressed: list[int] = []
    qtbot.addWidget(banner)
    banner.tell("自动备份没有成功：磁盘已满。", "error", (("重试", lambda: pressed.append(1)),), closable=False)
    assert banner.isVisible()
    qtbot.mouseClick(banner.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert pressed == [1]


def test_undo_bar_words_the_operation(qtbot: Bot) -> None:
    bar = UndoBar()
    qtbot.addWidget(bar)
    bar.tell("已导入名册（312 人）", actions=(("看报告", lambda: None),))
    assert bar.text.text() == "已导入名册（312 人）"
    with qtbot.waitSignal(bar.undo_wanted):
        bar.undo.click()


def test_empty_state_leads_on(qtbot: Bot) -> None:
    pressed: list[int] = []
    state = EmptyState("还没有党员", "导入花名册，或按 Ctrl+N 新增", [("导入花名册", lambda: pressed.append(1))])
    qtbot.addWidget(state)
    qtbot.mouseClick(state.findChild(QPushButton), Qt.MouseButton.LeftButton)
    assert pressed == [1]


def test_tile_opens_by_click_and_key(qtbot: Bot) -> None:
    tile = FigureTile("members", "党员总数", "2126")
    qtbot.addWidget(tile)
    tile.show()
    with qtbot.waitSignal(tile.opened) as caught:
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert caught.args == ["members"]
    with qtbot.waitSignal(tile.opened):
        qtbot.keyClick(tile, Qt.Key.Key_Return)


def test_palette_finds_and_opens_by_keys(qtbot: Bot, runner: JobRunner) -> None:
    window = QPushButton()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    people = [PaletteEntry("member", "m1", "李四", "第一党支部"), PaletteEntry("member", "m2", "李五")]
    pages = [PaletteEntry("page", "members", "党员")]
    palette = SearchPalette(lambda text: people, runner, lambda text: pages if not text else [], window)
    palette.open()
    assert palette.list.count() == 1
    qtbot.keyClicks(palette.field, "ls")
    qtbot.waitUntil(lambda: palette.list.count() == 2)
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(palette.chosen) as caught:
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert caught.args[0].id == "m2"


@pytest.mark.qt_log_ignore("Keyboard event not accepted", "This plugin does not support")
def test_enter_presses_a_button_wherever_it_stands(qtbot: Bot) -> None:
    pressed: list[str] = []
    plain, small = button("好", lambda: pressed.append("plain")), tool("close", "关", lambda: pressed.append("small"))
    for made in (plain, small):
        qtbot.addWidget(made)
        made.show()
        qtbot.keyClick(made, Qt.Key.Key_Return)
        qtbot.keyClick(made, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert pressed == ["plain", "small"]
    plain.setEnabled(False)
    qtbot.keyClick(plain, Qt.Key.Key_Return)
    assert pressed == ["plain", "small"]


def test_a_line_that_is_too_long_ends_behind_a_word(qtbot: Bot) -> None:
    line = ElidedLabel("专项工作的领导、包片、动员培训和任务，一项任务一条")
    qtbot.addWidget(line)
    line.resize(120, 20)
    line.show()
    assert line.text().endswith("…")
    assert line.fontMetrics().horizontalAdvance(line.text()) <= 120
    assert line.accessibleName().endswith("一条")
