"""An account that may only look sees every writing button off, before it typed anything in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.pages.meetings import MeetingsPage
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.system import SystemPage
from ui.page_bench import dispose, make_bench

WRITING = {"new", "save", "confirm", "import", "export", "remove"}


def _buttons(page: Any) -> dict[str, bool]:
    return {made.text(): made.isEnabled() for made in page.findChildren(QPushButton)}


@pytest.mark.parametrize(("kind", "words"), [(MembersPage, ("新增", "导入")), (MeetingsPage, ("记录一次会议",))])
def test_writing_buttons_follow_the_role(qtbot: Any, tmp_path: Path, runner: Any, kind: Any, words: Any) -> None:
    bench = make_bench(tmp_path, runner)
    page = bench.page(kind)
    assert all(_buttons(page)[word] for word in words)
    assert set(page.commands()) & WRITING
    dispose(page)
    bench.office.actor = Actor("看", "reader")
    page = bench.page(kind)
    assert not any(_buttons(page)[word] for word in words)
    assert not set(page.commands()) & WRITING
    dispose(page)
    runner.close()
    bench.office.close()


def test_a_reader_reads_a_member_and_changes_nothing(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    bench.office.actor = Actor("看", "reader")
    page = bench.page(MembersPage)
    page.open_record("member", bench.people[0])
    qtbot.waitUntil(lambda: page.drawer.view is not None)
    assert page.drawer.view.title == "张甲"
    assert not page.drawer.save_button.isEnabled()
    assert page.drawer._form.fields["name"].editor.isReadOnly()
    assert not bench.failures
    dispose(page)
    runner.close()
    bench.office.close()


def _entries(menu: Any) -> dict[str, bool]:
    return {entry.text(): entry.isEnabled() for entry in menu.actions() if entry.text()}


def test_menus_follow_the_role(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    for actor, able in ((bench.office.actor, True), (Actor("看", "reader"), False)):
        bench.office.actor = actor
        page = bench.page(MembersPage)
        menus = [made.menu() for made in page.findChildren(QPushButton) if made.menu() is not None]
        entries = {words: on for menu in menus for words, on in _entries(menu).items()}
        writing = ("转出、离开…", "调整支部…", "移到回收站…", "导出整份党员花名册…")
        assert {entries[words] for words in writing} == {able}
        assert entries["打印显示的列表…"]
        assert _entries(page.drawer.menu)["调整支部…"] is able
        dispose(page)
    runner.close()
    bench.office.close()


def test_a_reader_reads_a_meeting_and_changes_nothing(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    meeting = records.add(
        bench.office,
        "meeting",
        {"meeting_kind": "支部党员大会", "organisation": bench.first, "started_at": "2026-09-03T14:30"},
        children={"attendance": {bench.people[0]: {"presence": "present"}}},
    ).id
    bench.office.actor = Actor("看", "reader")
    page = bench.page(MeetingsPage)
    page.open_record("meeting", meeting)
    qtbot.waitUntil(lambda: page._editor is not None and bool(page.editor.attendance.model.lines))
    editor = page.editor
    assert editor.title.text() == "查看组织生活"
    assert editor.form.fields["title"].editor.isReadOnly()
    assert editor.attendance.all_present.isHidden()
    before = editor.attendance.model.marks()
    editor.attendance.view.setCurrentIndex(editor.attendance.model.index(0, 1))
    qtbot.keyClick(editor.attendance.view, Qt.Key.Key_Space)
    assert editor.attendance.model.marks() == before
    dispose(page)
    runner.close()
    bench.office.close()


def test_a_grid_worker_may_add_to_a_ledger_but_no_member(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    bench.office.actor = Actor("网", "grid_worker")
    members, ledgers = bench.page(MembersPage), bench.page(LedgersPage)
    ledgers.enter({"template": "rectification"})
    qtbot.waitUntil(lambda: "新增" in _buttons(ledgers))
    assert _buttons(ledgers)["新增"]
    assert not _buttons(members)["新增"]
    dispose(members)
    dispose(ledgers)
    runner.close()
    bench.office.close()


def test_a_reader_takes_nothing_back(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    for actor, able in ((bench.office.actor, True), (Actor("看", "reader"), False)):
        bench.office.actor = actor
        page = bench.page(SystemPage)
        page.enter({"tab": "log"})
        log = page.panes["log"]
        qtbot.waitUntil(lambda log=log: log.operations.rowCount() > 0)
        log.operations.selectRow(0)
        assert log.undo_button.isEnabled() is able
        dispose(page)
    runner.close()
    bench.office.close()
