"""The words of a paper in the window: chips, figures put in and taken out, saving, refusing, drafts, what changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QPushButton

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import report_templates, reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.ui.pages.reports import ReportsPage
from dangjian_desktop.ui.pages.reports.words.chips import CHIP
from dangjian_desktop.ui.pages.reports.words.edit import WordsEdit
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    made.shell.settings["reports.last"] = "work-summary"
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench, qtbot: Bot) -> Iterator[Any]:
    made = bench.page(ReportsPage)
    qtbot.waitUntil(lambda: made.paper.pages is not None)
    yield made
    dispose(made)
    assert bench.failures == []


def opened(page: Any, qtbot: Bot) -> Any:
    page.words.button.click()
    editor = page.words.editor
    qtbot.waitUntil(lambda: editor.words is not None)
    return editor


def caret(edit: WordsEdit, line: int, place: int = 0) -> QTextCursor:
    cursor = QTextCursor(edit.document().findBlockByNumber(line - 1))
    cursor.movePosition(QTextCursor.MoveOperation.Right, n=place)
    edit.setTextCursor(cursor)
    return cursor


def key(edit: WordsEdit, qtbot: Bot, *keys: Qt.Key) -> None:
    for each in keys:
        qtbot.keyClick(edit, each)


@pytest.mark.parametrize("name", report_templates.NAMES)
def test_a_template_comes_out_of_the_editor_as_it_went_in(page: Any, qtbot: Bot, name: str) -> None:
    edit = opened(page, qtbot).edit
    text = report_templates.shipped(name)
    edit.put(text)
    assert edit.source() == text
    assert "{" not in edit.toPlainText() and CHIP in edit.toPlainText()
    assert not edit.document().isModified()


def test_a_chip_is_one_character_and_goes_as_one(page: Any, qtbot: Bot) -> None:
    edit = opened(page, qtbot).edit
    edit.put("题\n有{占比:members_female 名}。")
    caret(edit, 2, 2)
    key(edit, qtbot, Qt.Key.Key_Backspace)
    assert edit.source() == "题\n有。\n"
    edit.undo()
    assert edit.source() == "题\n有{占比:members_female 名}。\n"


def test_the_panel_follows_the_caret_and_rewrites_the_figure(page: Any, bench: Bench, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    edit, detail = editor.edit, editor.panel.detail
    edit.put("题\n有{members}党员，女{占比:members_female}。")
    caret(edit, 2)
    key(edit, qtbot, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert detail.title.text() == "党员总数"
    assert "一人只计一次" in detail.meaning.text()
    detail.way.setCurrentIndex(detail.way.findText("8名"))
    detail.way.activated.emit(detail.way.currentIndex())
    assert "有{members 名}党员" in edit.source()
    caret(edit, 2, 6)
    assert "分母 8" in detail.parts.text()
    detail.list_button.click()
    assert editor.stack.currentWidget() is editor._behind
    qtbot.waitUntil(lambda: len(editor._behind.table.model.ids) == editor.words.figures["members_female"].value)
    editor._behind.left.emit()
    assert editor.stack.currentIndex() == 0
    caret(edit, 2, 6)
    detail.remove_button.click()
    assert edit.source() == "题\n有{members 名}党员，女。\n"


def test_a_figure_is_found_by_initials_and_put_in_with_the_keyboard_only(page: Any, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    editor.edit.put("题\n有，")
    caret(editor.edit, 2, 1)
    editor.find_figure()
    search = editor.panel.picker.search
    qtbot.keyClicks(search, "ybdy")
    assert editor.panel.picker.current() == "members_probationary"
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert editor.edit.source() == "题\n有{members_probationary}，\n"
    search.setText("没有这样的")
    qtbot.keyClick(search, Qt.Key.Key_Return)
    assert editor.edit.source() == "题\n有{members_probationary}，\n"


def test_figures_of_the_same_name_are_told_apart(page: Any, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    assert len(set(editor.words.labels.values())) == len(editor.words.labels) == len(editor.words.figures)
    editor.panel.picker.search.setText("未填（年龄）")
    assert editor.panel.picker.current() == "age_unknown"
    editor.edit.put("题\n{age_unknown}")
    caret(editor.edit, 2, 1)
    assert editor.panel.detail.title.text() == "未填（年龄）"


def test_words_are_printed_only_where_a_figure_is_there(page: Any, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    edit = editor.edit
    edit.put("题\n甲乙{members}丙\n丁")
    cursor = caret(edit, 2, 1)
    cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, 2)
    edit.setTextCursor(cursor)
    edit.only_where("terms_due")
    caret(edit, 3, 1)
    edit.only_where("members_mobile")
    assert edit.source() == "题\n甲[有 terms_due：乙{members}]丙\n[有 members_mobile]丁\n"
    caret(edit, 3, 1)
    assert "现在没有，不印" in editor.panel.detail.title.text()


def test_copied_words_keep_their_figures(page: Any, qtbot: Bot) -> None:
    edit = opened(page, qtbot).edit
    edit.put("题\n# 甲\n有{members}。")
    edit.selectAll()
    copied = edit.createMimeDataFromSelection().text()
    assert copied == "题\n# 甲\n有{members}。"
    edit.moveCursor(QTextCursor.MoveOperation.End)
    pasted = QMimeData()
    pasted.setText("共{members}\r\n# 乙\r\n丙")
    edit.insertFromMimeData(pasted)
    assert edit.source() == "题\n# 甲\n有{members}。共{members}\n# 乙\n丙\n"


def test_headings_are_made_and_the_next_paragraph_is_running_text(page: Any, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    edit = editor.edit
    edit.put("题\n甲")
    caret(edit, 2, 1)
    editor.level.setCurrentIndex(2)
    editor.level.activated.emit(2)
    key(edit, qtbot, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, "#1")
    assert edit.source() == "题\n## 甲\n＃1\n"
    caret(edit, 2)
    assert editor.level.currentIndex() == 2


def test_saved_words_are_used_and_the_shipped_ones_come_back(page: Any, bench: Bench, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    assert not editor.save_button.isEnabled()
    editor.edit.put("{单位}小结\n本单位有党员{members}。")
    editor.edit.document().setModified(True)
    page.commands()["save"]()
    qtbot.waitUntil(lambda: "本单位的文字" in editor.state.text())
    assert report_templates.get(bench.office, "work-summary") == "{单位}小结\n本单位有党员{members}。\n"
    editor.restore()
    assert report_templates.is_own(bench.office, "work-summary")
    editor.edit.undo()
    assert editor.edit.source() == "{单位}小结\n本单位有党员{members}。\n"
    editor.edit.redo()
    editor.save()
    qtbot.waitUntil(lambda: "程序自带的文字" in editor.state.text())
    assert not report_templates.is_own(bench.office, "work-summary")
    editor.leave()
    assert page.words.editor is None
    qtbot.waitUntil(lambda: page.right.currentWidget() is page.paper)


@pytest.mark.parametrize("press", ["save", "print"])
def test_what_cannot_be_printed_is_told_in_one_sentence_at_its_place(page: Any, qtbot: Bot, press: str) -> None:
    editor = opened(page, qtbot)
    editor.edit.put("题\n好\n女党员占{百分比:members_female}。\n成立组织{organisations_planned}。")
    page.commands()[press]()
    qtbot.waitUntil(lambda: not editor.fault.isHidden())
    assert editor.fault.text().startswith("× 没有保存。光标这一段：“女党员”的百分比要和分子、分母写在同一段。")
    assert editor.edit.textCursor().blockNumber() == 2
    assert len(editor.edit.extraSelections()) == 1
    editor.edit.insertPlainText("改")
    assert editor.fault.isHidden()
    assert editor.edit.extraSelections() == []


def test_the_finished_pages_are_shown_before_saving(page: Any, bench: Bench, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    editor.edit.put("草稿样子\n有{members}。")
    page.commands()["print"]()
    qtbot.waitUntil(lambda: editor.stack.currentWidget() is editor.canvas)
    assert editor.canvas._pages.title == "草稿样子"
    assert not report_templates.is_own(bench.office, "work-summary")
    qtbot.keyClick(editor.canvas, Qt.Key.Key_Escape)
    assert editor.stack.currentIndex() == 0


def test_what_was_not_saved_is_there_next_time(page: Any, bench: Bench, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    caret(editor.edit, 2)
    editor.edit.insertPlainText("开头")
    typed = editor.edit.source()
    key(editor.edit, qtbot, Qt.Key.Key_Escape)
    assert page.words.editor is None
    again = opened(page, qtbot)
    assert again.edit.source() == typed
    assert "没有保存" in again.state.text()
    again.edit.undo()
    assert again.edit.source() == report_templates.shipped("work-summary")
    assert not again.edit.document().isModified()
    again.edit.redo()
    assert page.may_leave()
    assert report_templates.get(bench.office, "work-summary") == report_templates.shipped("work-summary")


def test_chips_say_the_new_numbers_after_the_records_changed(page: Any, bench: Bench, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    caret(editor.edit, 2)
    editor.edit.insertPlainText("甲")
    typed = editor.edit.source()
    records.remove(bench.office, "member", bench.people[0])
    page.refresh([])
    qtbot.waitUntil(lambda: editor.words.figures["members"].value == 7)
    assert editor.edit.source() == typed


def test_tables_of_the_quarterly_report_are_placed(page: Any, bench: Bench, qtbot: Bot) -> None:
    page.choose("quarterly")
    editor = opened(page, qtbot)
    editor.edit.put("题\n# 甲\n乙")
    caret(editor.edit, 2)
    editor.edit.place_table("核对")
    assert editor.edit.source() == "题\n# 甲\n{表:核对}\n乙\n"
    caret(editor.edit, 3)
    assert "核对结果" in editor.panel.detail.meaning.text()
    assert editor.tables_box.count() == 1


def test_what_changed_since_the_last_paper_is_told_before_printing(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    assert page.changed.isHidden()
    reports.make(bench.office, ReportRequest("work-summary", period="2026"), tmp_path)
    records.remove(bench.office, "member", bench.people[0])
    page.refresh([])
    qtbot.waitUntil(lambda: not page.changed.isHidden())
    assert "党员总数：上次8人，现在7人" in page.changed.text.text()
    bench.dialogs.answers = [False]
    page.print_out()
    assert any("上次8人，现在7人" in "".join(words) for words in bench.dialogs.said)
    page._printed(1)
    qtbot.waitUntil(page.changed.isHidden)
    assert (
        reports.prepare(bench.office, ReportRequest("work-summary", period="2026")).compared(bench.office).changed == ()
    )


def test_a_text_whose_figure_is_gone_leads_to_the_editor(page: Any, bench: Bench, qtbot: Bot) -> None:
    shared.put(bench.office, shared.WORDS, "work-summary", "题\n有{ledger_gone_total}。")
    page.commands()["refresh"]()
    offered: list[QPushButton] = []

    def told() -> bool:
        offered[:] = [each for each in page._message.findChildren(QPushButton) if each.text() == "改文字"]
        return bool(offered)

    qtbot.waitUntil(told)
    offered[0].click()
    editor = page.words.editor
    qtbot.waitUntil(lambda: editor.words is not None)
    caret(editor.edit, 2, 1)
    assert editor.panel.detail.title.text() == "没有这个统计数　ledger_gone_total"


def test_reports_without_words_and_readers_are_not_offered_the_editor(bench: Bench, qtbot: Bot) -> None:
    bench.office.actor = Actor("来宾", "reader")
    page = bench.page(ReportsPage)
    qtbot.waitUntil(lambda: page.list.count() > 0)
    assert not page.words.button.isEnabled()
    page.choose("roster")
    assert page.words.button.isHidden()
    dispose(page)


def test_the_tip_of_a_chip_is_its_meaning(page: Any, qtbot: Bot) -> None:
    editor = opened(page, qtbot)
    edit = editor.edit
    edit.put("题\n{members}人和{weather}")
    QApplication.processEvents()
    cursor = caret(edit, 2, 1)
    inside = edit.cursorRect(cursor).center()
    inside.setX(inside.x() - 10)
    assert edit._chip_under(inside) == cursor.position() - 1
    caret(edit, 2, 4)
    assert editor.panel.detail.title.text() == "没有这个统计数　weather"
