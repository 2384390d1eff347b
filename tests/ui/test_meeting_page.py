"""组织生活: everyone due that day, presence by keys, drafts, late entry, the year, minutes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication

from dangjian_desktop.services.history import history
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.ui.pages.meetings import MeetingsPage
from dangjian_desktop.ui.pages.meetings.attendance import AttendanceModel, PresenceCounts
from dangjian_desktop.ui.pages.meetings.drafts import drafts
from dangjian_desktop.ui.pages.meetings.year_view import tables_of
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, double_click, make_bench


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench) -> Iterator[Any]:
    made = bench.page(MeetingsPage)
    yield made
    dispose(made)
    assert bench.failures == []


def set_field(page: Any, name: str, text: str) -> None:
    """Type into a field of the editor."""
    editor = page.editor.form.fields[name].editor
    editor.put(text, text)
    editor.changed.emit()


def begin(page: Any, bench: Bench, qtbot: Bot, *, day: str = "2026-09-29 15:00") -> None:
    """A new 党员大会 of the first branch with its people listed."""
    page.new(bench.first, "DYDH")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    set_field(page, "started_at", day)
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 7)


def test_everyone_of_the_branch_is_due_and_there_at_first(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    assert page.editor.attendance.counts.text() == "应到 7　实到 7　请假 0　缺席 0"
    names = {page.editor.attendance.model.data(page.editor.attendance.model.index(row, 0)) for row in range(7)}
    assert "李庚（预备）" in names
    assert "王辛" not in names


def test_nobody_is_due_before_the_day_they_came(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    set_field(page, "started_at", "2025-03-01 09:00")
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 0)
    assert "没有在册党员" in page.editor.attendance.hint.text()


def test_a_date_half_typed_takes_no_marks_away(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    page.editor.attendance.model.mark([0], "absent")
    set_field(page, "started_at", "2026-0")
    editor = page.editor
    qtbot.waitUntil(lambda: not editor._pause.isActive() and not page.context.runner._errands)
    assert page.editor.attendance.model.counts().absent == 1
    page.commands()["save"]()
    assert page.editor.form.fields["started_at"].fault.text()
    set_field(page, "started_at", "2026-09-28 15:00")
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    (meeting,) = records.query(bench.office, "meeting")
    marks = records.get(bench.office, "meeting", meeting).children["attendance"]
    assert sorted(mark["presence"] for mark in marks.values()) == ["absent", *["present"] * 6]


def test_space_turns_presence_and_an_excuse_needs_its_reason(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    panel = page.editor.attendance
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.model.index(0, 1))
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.model.lines[0].presence == "excused"
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    qtbot.keyClick(panel.view, Qt.Key.Key_Space)
    assert panel.model.lines[1].presence == "absent"
    assert panel.counts.text() == "应到 7　实到 5　请假 1　缺席 1"
    page.commands()["save"]()
    assert "没有写原因" in panel.hint.text()
    assert records.query(bench.office, "meeting") == []


def test_recorded_with_attendance_and_told(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    set_field(page, "minutes", "学习文件。")
    model = page.editor.attendance.model
    model.mark([2], "excused")
    model.setData(model.index(2, 2), "出差")
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    assert bench.shell.told == ["已记录支部党员大会：应到 7 人，实到 6 人"]
    (meeting,) = records.query(bench.office, "meeting")
    view = records.get(bench.office, "meeting", meeting)
    assert view.values["started_at"] == "2026-09-29T15:00"
    marks = view.children["attendance"]
    assert [m["reason"] for m in marks.values() if m["presence"] == "excused"] == ["出差"]
    assert len(marks) == 7
    qtbot.waitUntil(lambda: page.table.model.ids == [meeting])
    assert page.table._source.rows([meeting], ["attended", "late"])[0]["attended"] == "6/7"


@pytest.mark.parametrize("typed", ["16:30", "下午4点半"])
def test_an_end_of_only_an_hour_is_on_the_day_of_the_beginning(page: Any, bench: Bench, qtbot: Bot, typed: str) -> None:
    begin(page, bench, qtbot)
    set_field(page, "ended_at", typed)
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    (meeting,) = records.query(bench.office, "meeting")
    assert records.get(bench.office, "meeting", meeting).values["ended_at"] == "2026-09-29T16:30"


def test_late_entry_is_marked(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot, day="2026-09-01 09:00")
    qtbot.waitUntil(lambda: page.editor.late.text().startswith("▲ 补录"))
    set_field(page, "started_at", "2026-09-29 09:00")
    qtbot.waitUntil(lambda: page.editor.late.text() == "")


def test_the_next_of_its_kind_is_filled_in_from_the_last(page: Any, bench: Bench, qtbot: Bot) -> None:
    last = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-06-30 19:30"}
    meetings.record_meeting(bench.office, {**last, "place": "二楼会议室", "chair": "张甲", "number": "2"}, {})
    page.new(bench.first, "DYDH")
    fields = page.editor.form.fields
    qtbot.waitUntil(lambda: fields["place"].editor.text() == "二楼会议室")
    assert fields["number"].editor.text() == "3"
    assert fields["started_at"].editor.text() == "2026-09-30 19:30"
    assert fields["title"].editor.text() == ""


def test_a_kind_half_typed_is_not_looked_up(
    page: Any, bench: Bench, qtbot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(meetings, "last_of_kind", lambda _office, _unit, kind: asked.append(kind))
    page.new(bench.first)
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    kind = page.editor.form.fields["meeting_kind"].editor
    qtbot.keyClicks(kind, "zt")
    qtbot.keyClick(kind, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == ["ZTDR"]


def test_a_draft_is_kept_offered_and_taken_up(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    set_field(page, "topics", "一、学习")
    page.editor.attendance.model.mark([3], "absent")
    page.editor.leave()
    assert page.stack.currentIndex() == 0
    assert not page.banner.isHidden()
    (kept,) = drafts(bench.shell).values()
    assert kept["values"]["topics"] == "一、学习"
    page.resume()
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 7)
    assert page.editor.form.fields["topics"].editor.value() == "一、学习"
    assert page.editor.form.fields["organisation"].editor.text() == "春天第一党支部"
    assert page.editor.attendance.model.counts().absent == 1
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bench.shell.told[-1].startswith("已记录"))
    assert not drafts(bench.shell)


def test_a_beginning_typed_with_its_end_fills_both(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    fields = page.editor.form.fields
    for text, begun, ended in (("1430-1600", "14:30", "16:00"), ("下午3点", "15:00", "16:00")):
        fields["started_at"].editor.setText(text)
        fields["started_at"].editor.setModified(True)
        QApplication.sendEvent(fields["started_at"].editor, QFocusEvent(QEvent.Type.FocusOut))
        assert fields["started_at"].editor.text() == f"2026-09-29 {begun}"
        assert fields["ended_at"].editor.text() == f"2026-09-29 {ended}"


def test_a_second_meeting_does_not_cost_the_draft_of_the_first(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    set_field(page, "topics", "第一次")
    page.editor.leave()
    assert bench.shell.told[-1] == "没有保存，已留作草稿：2026-09-29支部党员大会（春天第一党支部）。再打开时接着填。"
    begin(page, bench, qtbot)
    set_field(page, "topics", "第二次")
    assert page.may_leave()
    assert bench.shell.told[-1].startswith("没有保存，已留作草稿")
    page.editor.leave()
    assert [kept["values"]["topics"] for kept in drafts(bench.shell).values()] == ["第一次", "第二次"]
    assert "另有1份草稿" in page.banner.text.text()
    first = next(iter(drafts(bench.shell)))
    bench.dialogs.answers = [first]
    page.resume()
    assert page.editor.form.fields["topics"].editor.value() == "第一次"


def test_an_untouched_meeting_leaves_no_draft(page: Any, bench: Bench, qtbot: Bot) -> None:
    bench.shell.place = bench.first
    page.new(bench.first, "DYDH")
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    page.editor.leave()
    assert not drafts(bench.shell)
    assert bench.shell.told == []
    assert page.banner.isHidden()


def test_a_refusal_keeps_everything_and_is_told(page: Any, bench: Bench, qtbot: Bot) -> None:
    begin(page, bench, qtbot)
    set_field(page, "number", "第三")
    page.editor.form.fields["number"].editor.setModified(False)
    page.commands()["save"]()
    assert page.editor.form.fields["number"].fault.text()
    assert records.query(bench.office, "meeting") == []
    assert page.stack.currentIndex() == 1


def test_a_recorded_meeting_is_opened_with_its_marks(page: Any, bench: Bench, qtbot: Bot) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-06-30 19:30", "title": "季度大会"}
    marks = {bench.people[0]: {"presence": "present", "reason": ""}}
    saved = meetings.record_meeting(bench.office, typed, marks)
    page.open_record("meeting", saved.id)
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 7)
    assert page.editor.attendance.model.counts() == PresenceCounts(7, 1, 0, 0, 6)
    page.print_minutes()
    qtbot.waitUntil(lambda: bool(bench.shell.previews))
    assert len(bench.shell.previews[0].sizes) == 1


def test_a_draft_of_a_recorded_meeting_lies_over_it(page: Any, bench: Bench, qtbot: Bot) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-06-30 19:30", "title": "季度大会"}
    saved = meetings.record_meeting(bench.office, {**typed, "place": "一楼"}, {})
    page.open_record("meeting", saved.id)
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 7)
    set_field(page, "title", "半年大会")
    set_field(page, "place", "")
    page.editor.attendance.model.mark(range(7), "present")
    page.editor.leave()
    records.edit(bench.office, "meeting", saved.id, {"chair": "张乙"})
    page.resume()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    # Saved at once: it waits for the people of that day.
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bench.shell.told[-1].startswith("已记录"))
    view = records.get(bench.office, "meeting", saved.id)
    assert (view.values["title"], view.values["place"], view.values["chair"]) == ("半年大会", None, "张乙")
    assert len(view.children["attendance"]) == 7


def test_only_the_mark_that_moved_is_written(page: Any, bench: Bench, qtbot: Bot) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-06-30 19:30"}
    marks = {person: {"presence": "present"} for person in bench.people}
    saved = meetings.record_meeting(bench.office, typed, marks)
    page.open_record("meeting", saved.id)
    qtbot.waitUntil(lambda: page.editor.attendance.model.rowCount() == 7)
    page.editor.attendance.model.mark([2], "absent")
    changes: list[Any] = []
    bench.office.subscribe(changes.append)
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    (change,) = changes
    member = page.editor.attendance.model.lines[2].member
    written = [row for row in history.operation_detail(bench.office, change.operation) if row.record == saved.id]
    assert [row.field for row in written] == [f"attendance.{member}"]


def test_the_list_is_exported_and_a_sheet_to_fill_given(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-06-30 19:30"}
    saved = meetings.record_meeting(bench.office, typed, {})
    page.commands()["refresh"]()
    qtbot.waitUntil(lambda: page.table.model.ids == [saved.id])
    bench.dialogs.answers = ["shown", tmp_path / "会议"]
    page.commands()["export"]()
    qtbot.waitUntil(lambda: bench.shell.told == ["已导出 1 次到“会议.xlsx”"])
    page.commands()["import"]()
    qtbot.waitUntil(lambda: page.stack.count() == 3)
    page.stack.currentWidget().left.emit()
    assert page.stack.currentIndex() == 0


def test_the_year_says_held_and_missed(bench: Bench) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-05-20 19:30"}
    meetings.record_meeting(bench.office, typed, {})
    table = tables_of(figures.survey_of(bench.office, period="2026"))["DYDH"]
    line = next(line for line in table.lines if line.unit == bench.first)
    assert table.heads == ("1季度", "2季度", "3季度", "4季度")
    assert [cell.words for cell in line.cells] == ["×未开", "✓", "×未开", ""]
    assert (line.done, line.due) == (1, 3)


def test_year_view_leads_to_list_and_new(page: Any, bench: Bench, qtbot: Bot) -> None:
    typed = {"meeting_kind": "DYDH", "organisation": bench.first, "started_at": "2026-05-20 19:30"}
    meetings.record_meeting(bench.office, typed, {})
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.year.model.rowCount() == 2)
    row = next(r for r, line in enumerate(page.year.model.table.lines) if line.unit == bench.first)
    page.year.view.activated.emit(page.year.model.index(row, 2))
    qtbot.waitUntil(lambda: page.tabs.currentIndex() == 0 and len(page.table.model.ids) == 1)
    page.tabs.setCurrentIndex(1)
    wanted = []
    page.year.new_wanted.connect(lambda *asked: wanted.append(asked))
    double_click(qtbot, page.year.view, page.year.model.index(row, 1))
    assert len(wanted) == 1
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1)
    assert page.editor.form.fields["organisation"].editor.value() == bench.first


def test_marks_of_people_who_stay_due_survive_a_new_day() -> None:
    people = [meetings.Attendee(str(n), f"人{n}", "1", None, "") for n in range(3)]
    model = AttendanceModel()
    model.put(people, preset="present")
    model.mark([1], "absent")
    model.put(people[1:], preset="present")
    assert [(line.member, line.presence) for line in model.lines] == [("1", "absent"), ("2", "present")]
    assert model.marks()["1"] == {"presence": "absent", "reason": ""}
