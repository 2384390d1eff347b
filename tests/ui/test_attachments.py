"""Attachments in the window: dropped on a form or chosen, seen, opened with a reason, taken off, printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.records import attachments, records
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.pages.meetings import MeetingsPage
from dangjian_desktop.ui.records.attaching import AttachingDialog
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench

KEY = "rectification"


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


def picture(path: Path) -> Path:
    Image.new("RGB", (300, 200), "navy").save(path)
    return path


def drop(on: Any, paths: list[Path]) -> None:
    """Drop files from the file manager."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # A drop goes to the widget that took the drag in.
    QApplication.sendEvent(on, QDragEnterEvent(QPoint(5, 5), copy, data, left, none))
    QApplication.sendEvent(on, QDropEvent(QPointF(5, 5), copy, data, left, none))


def tick_certificates(dialog: AttachingDialog) -> bool:
    """Say of files that are named so that they show certificates."""
    for path, item in zip(dialog._paths, dialog._items, strict=True):
        if "身份证" in path.name:
            item.setCheckState(1, Qt.CheckState.Checked)
    return True


@pytest.fixture
def opened(bench: Bench, qtbot: Bot) -> Iterator[Any]:
    """The strip of an entry in its ledger."""
    entry = ledgers.add(bench.office, KEY, {"source": "巡察", "problem": "记录不全"}).id
    page = bench.page(LedgersPage)
    view = page.open_ledger(KEY)
    view.open_entry(entry)
    qtbot.waitUntil(lambda: view.drawer.files.record == entry)
    yield page
    dispose(page)
    assert bench.failures == []


def test_what_is_dropped_on_a_field_is_attached(opened: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    drawer = opened.current().drawer
    strip = drawer.files
    bench.dialogs.answers = [tick_certificates]
    drop(drawer.form.fields["problem"].editor, [picture(tmp_path / "现场.jpg"), picture(tmp_path / "身份证.jpg")])
    qtbot.waitUntil(lambda: strip.list.count() == 2)
    assert bench.shell.told[-1] == "已附上 2 个文件"
    assert {file.title: file.restricted for file in strip.files} == {"现场.jpg": False, "身份证.jpg": True}
    assert drawer.form.fields["problem"].editor.value() == "记录不全"
    qtbot.waitUntil(lambda: len(strip._faces) == 1)
    assert strip.title.text() == "附件 2 个"


def test_certificates_open_with_a_reason_and_are_not_printed(
    opened: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    strip = opened.current().drawer.files
    bench.dialogs.answers = [[picture(tmp_path / "身份证.jpg"), picture(tmp_path / "现场.jpg")], tick_certificates]
    strip.choose()
    qtbot.waitUntil(lambda: strip.list.count() == 2)
    closed = next(file for file in strip.files if file.restricted)
    bench.dialogs.answers = [None]
    strip.open(closed)
    assert bench.shell.previews == []
    bench.dialogs.answers = ["组织部核查"]
    strip.open(closed)
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1)
    bench.dialogs.answers = ["alone"]
    strip.print_all()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 2)
    # Behind the entry's own sheet; what shows certificates is in neither.
    bench.dialogs.answers = ["with"]
    strip.print_all()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 3)
    assert [len(pages.sizes) for pages in bench.shell.previews] == [1, 1, 2]


def test_one_is_taken_off_with_the_key_and_comes_back_with_undo(
    opened: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    from dangjian_desktop.services.history import history

    strip = opened.current().drawer.files
    bench.dialogs.answers = [True]
    strip.add([picture(tmp_path / "现场.jpg")])
    qtbot.waitUntil(lambda: strip.list.count() == 1)
    strip.list.setCurrentRow(0)
    qtbot.keyClick(strip.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: strip.list.count() == 0)
    assert bench.shell.told[-1] == "已取下附件“现场.jpg”"
    changes = history.undo(bench.office).change_set
    opened.refresh([changes])
    qtbot.waitUntil(lambda: strip.list.count() == 1)


def test_what_cannot_be_kept_is_told_one_by_one(opened: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    strip = opened.current().drawer.files
    (tmp_path / "选票.jpg").write_bytes(b"x")
    bench.dialogs.answers = [True]
    strip.add([tmp_path / "选票.jpg", picture(tmp_path / "现场.jpg")])
    qtbot.waitUntil(lambda: strip.list.count() == 1)
    qtbot.waitUntil(lambda: any("有 1 个文件没有附上" in said[1] for said in bench.dialogs.said))
    assert "选票一律不附" in bench.dialogs.said[-1][3]


def test_an_entry_that_is_not_kept_yet_says_so(opened: Any, bench: Bench, tmp_path: Path) -> None:
    opened.commands()["new"]()
    drawer = opened.current().drawer
    assert not drawer.files.add_button.isEnabled()
    drop(drawer.form.fields["problem"].editor, [picture(tmp_path / "现场.jpg")])
    assert bench.dialogs.said[-1][1] == "先保存这一条，再附照片、扫描件和PDF。"


def test_minutes_ask_whether_pictures_go_behind_them(bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    values = {"meeting_kind": "支部党员大会", "started_at": "2026-09-01 14:00", "organisation": bench.first}
    meeting = records.add(bench.office, "meeting", values).id
    attachments.attach(bench.office, "meeting", meeting, picture(tmp_path / "现场.jpg"))
    page = bench.page(MeetingsPage)
    page.open_record("meeting", meeting)
    qtbot.waitUntil(lambda: page._editor is not None and page.editor.files.list.count() == 1)
    for answer in ("with", "alone"):
        bench.dialogs.answers = [answer]
        page.print_minutes()
        qtbot.waitUntil(lambda: not bench.dialogs.answers)
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 2)
    first, second = sorted((len(pages.sizes) for pages in bench.shell.previews), reverse=True)
    assert first == second + 1
    dispose(page)
