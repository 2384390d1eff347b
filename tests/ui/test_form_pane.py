"""填上级表格 in the window: a form drawn, pointed at, kept, filled, changed; and 更正表 there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from dangjian_desktop.domain.forms.form_sheets import place_of
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.domain.values.masking import mask_id
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.history import history
from dangjian_desktop.services.records import records
from dangjian_desktop.ui import theme
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.reports import ReportsPage
from dangjian_desktop.ui.pages.reports.form_grid import DIFFERS, FILLED
from dangjian_desktop.ui.pages.reports.offer_list import VALUE
from dangjian_desktop.ui.records.correction_dialog import send_corrections
from dangjian_desktop.ui.records.import_review import ImportReview
from dangjian_desktop.ui.widgets.job import JobRunner
from integration.test_fill import COUNTS, QUARTER, ROSTER, around_cells, cells_as_bytes, look, opened, value
from office_kit import id_number
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench, qtbot: Bot) -> Iterator[Any]:
    made = bench.page(ReportsPage)
    qtbot.waitUntil(lambda: made.list.count() > 0)
    made.choose("forms")
    qtbot.waitUntil(lambda: made._forms is not None and made.right.currentWidget() is made._forms)
    yield made
    dispose(made)
    assert bench.failures == []


def open_form(page: Any, form: Path | str, qtbot: Bot) -> Any:
    """The work surface with a form on it and its present values shown."""
    page._forms.home.opened.emit(form)
    qtbot.waitUntil(lambda: settled(page))
    return page._forms.work


def settled(page: Any) -> bool:
    work = page._forms.work
    shown = page._forms.stack.currentWidget() is work and work.grid.cells.sheet.name != ""
    return shown and work._preview is not None and not work._busy


def text(work: Any, ref: str) -> str:
    """What a cell of the sheet in front shows."""
    return str(work.grid.cells.text(at(ref)))


def at(ref: str) -> tuple[int, int]:
    place = place_of(ref)
    assert place is not None
    return place


def test_a_form_never_seen_is_filled_by_its_labels_and_the_rest_by_pointing(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    work = open_form(page, QUARTER, qtbot)
    assert not page._left.isVisible()
    assert "第一次见这张表" in work.note and work.dirty
    assert (text(work, "C4"), text(work, "C6"), text(work, "C9")) == ("8", "1", "0")
    assert work.grid.cells.shown.marks[at("C4")] == FILLED
    assert work.grid.rowSpan(0, 0) == 1 and work.grid.columnSpan(0, 0) == 6
    # By keyboard alone: Enter asks, letters search, Enter takes it and the sheet has the focus again.
    work.grid.go(at("F11"))
    assert "还没有指定" in work.panel.state.text()
    assert work.panel.offers.keys()[0] == "joined_admitted"
    qtbot.keyClick(work.grid, Qt.Key.Key_Return)
    qtbot.keyClicks(work.panel.offers.field, "yb")
    assert work.panel.offers.keys()[0] == "members_probationary"
    qtbot.keyClick(work.panel.offers.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text(work, "F11") == "1")
    assert work.mapping.cells["季 报!F11"] == "members_probationary"
    work.grid.go(at("C4"))
    qtbot.keyClick(work.grid, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: text(work, "C4") == "")
    work.step_back()
    qtbot.waitUntil(lambda: text(work, "C4") == "8")
    out = tmp_path / "填好.xlsx"
    bench.dialogs.answers = [out]
    page.commands()["export"]()
    qtbot.waitUntil(lambda: any("填好.xlsx" in words for words in bench.shell.told))
    assert (value(out, "季 报", "C4"), value(out, "季 报", "F11")) == (8, 1)
    before, after = look(QUARTER), look(out)
    changed = {cell for cell, held in cells_as_bytes(before).items() if cells_as_bytes(after)[cell] != held}
    found = work._preview
    told = {(name, str(place)) for name, place in found.texts}
    assert changed <= told
    assert around_cells(before) == around_cells(after)
    # It is known from now on.
    assert [kept.name for kept in filling.forms(bench.office)] == [QUARTER.name]
    assert not work.dirty


def test_a_known_form_comes_back_without_the_file_and_can_be_forgotten(page: Any, bench: Bench, qtbot: Bot) -> None:
    kept = filling.save_mapping(bench.office, COUNTS, filling.mapping_from('{"C6": "branches", "D6": "members"}'))
    page._forms.enter()
    qtbot.waitUntil(lambda: page._forms.home.list.count() == 1)
    qtbot.keyClick(page._forms.home.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: settled(page))
    work = page._forms.work
    assert "认得这张表" in work.note and not work.dirty
    assert (text(work, "C6"), text(work, "D6"), text(work, "E6")) == ("2", "8", "")
    page._forms.leave()
    assert page._left.isVisibleTo(page)
    qtbot.waitUntil(lambda: page._forms.home.list.count() == 1)
    bench.dialogs.answers = [True]
    page._forms.home.forget_button.click()
    qtbot.waitUntil(lambda: page._forms.home.list.count() == 0)
    assert kept not in filling.forms(bench.office)


def test_a_list_is_pointed_at_from_its_first_row(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, ROSTER, qtbot)
    work.mapping = type(work.mapping)()
    work.grid.go(at("B5"))
    assert work.panel.as_list.isChecked()
    work.panel.source.setCurrentIndex(work.panel.source.findData("roster"))
    work.panel.row.emit("roster")
    qtbot.waitUntil(lambda: text(work, "B5") == "张甲")
    assert text(work, "I5").startswith("429***")
    assert dict(work.mapping.lists[0].columns)[7] == "joined_on"
    work.grid.go(at("J7"))
    work.panel.column.emit("roster", "note")
    assert work.mapping.lists[0].columns[10] == "note"
    work.clear()
    assert 10 not in work.mapping.lists[0].columns


def test_another_scope_counts_the_same_form_anew(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    bench.shell.place = bench.second
    page.scope_changed(bench.second)
    qtbot.waitUntil(lambda: text(work, "C4") == "1")
    assert "选中的党支部" in work.asked.text()
    records.remove(bench.office, "member", records.query(bench.office, "member", scope=bench.second)[0])
    page.refresh([])
    qtbot.waitUntil(lambda: text(work, "C4") == "0")


def test_the_figures_offered_are_those_of_the_unit_that_is_named(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    work.grid.go(at("F13"))
    panel = work.panel

    def offered() -> str:
        items = map(panel.offers.list.item, range(panel.offers.list.count()))
        return next(str(item.data(VALUE)) for item in items if item.text() == "党员总数")

    assert offered() == "8人"
    panel.unit.put(bench.second, "春天第二党支部")
    panel.unit.changed.emit()
    qtbot.waitUntil(lambda: offered() == "1人")
    panel.offers.chosen.emit("members")
    assert work.mapping.cells["季 报!F13"] == f"members@{bench.second}"
    qtbot.waitUntil(lambda: text(work, "F13") == "1")
    assert "春天第二党支部" in panel.state.text()
    panel.unit.clear()
    assert offered() == "8人"


def test_a_title_of_another_period_is_said_and_asked_about(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    book = opened(QUARTER)
    book.worksheets[0]["A1"] = "组织生活和党员队伍情况季报（2026年第一季度）"
    book.save(tmp_path / "季报.xlsx")
    work = open_form(page, tmp_path / "季报.xlsx", qtbot)
    assert "▲ 表头（A1）写的是“2026年第一季度”" in work.asked.text()
    bench.dialogs.answers = [False]
    page._forms.fill()
    assert "表上写的期间不是" in bench.dialogs.said[-1][1] and not bench.shell.told
    bench.dialogs.answers = [True, tmp_path / "填好.xlsx"]
    page._forms.fill()
    qtbot.waitUntil((tmp_path / "填好.xlsx").exists)
    qtbot.waitUntil(lambda: bool(bench.shell.told))


def test_figures_of_last_year_are_offered_to_who_asks_for_them(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    work.grid.go(at("F13"))
    offered = work.panel.offers.keys()
    assert not any("last_year" in key for key in offered)
    work.panel.offers.field.setText("上年党员总数")
    assert work.panel.offers.keys() == ["members.last_year", "members.year_ago"]
    work.panel.offers.field.setText("上年同期党员总数")
    assert work.panel.offers.keys() == ["members.year_ago"]
    work.panel.offers.chosen.emit("members.last_year")
    assert work.mapping.cells["季 报!F13"] == "members.last_year"
    qtbot.waitUntil(lambda: "建账日" in work.panel.state.text())


def test_a_block_of_cells_is_cleared_at_once_and_comes_back_in_one_step(page: Any, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    before = dict(work.mapping.cells)
    inside = {f"季 报!C{row}" for row in range(4, 10)} & set(before)
    assert len(inside) > 2
    work.grid.go(at("C4"))
    for _ in range(5):
        qtbot.keyClick(work.grid, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert {place[0] for place in work.grid.places()} == set(range(4, 10))
    qtbot.keyClick(work.grid, Qt.Key.Key_Delete)
    assert dict(work.mapping.cells) == {cell: key for cell, key in before.items() if cell not in inside}
    qtbot.waitUntil(lambda: text(work, "C4") == "")
    work.step_back()
    assert dict(work.mapping.cells) == before


def kept_keys(bench: Bench) -> set[str]:
    """What the kept form's single cells are filled with."""
    saved = filling.inspect(bench.office, COUNTS).saved
    return set(saved.cells.values()) if saved else set()


def test_a_mapping_is_looked_over_and_edited_as_a_table(page: Any, bench: Bench, qtbot: Bot) -> None:
    filling.save_mapping(bench.office, COUNTS, filling.mapping_from('{"C6": "branches", "D6": "members"}'))
    work = open_form(page, COUNTS, qtbot)
    table = work.tabs.table
    rows = table.table.table
    qtbot.waitUntil(lambda: rows.rowCount() == 2)
    shown = [[rows.item(row, column).text() for column in range(4)] for row in range(2)]
    assert [(line[0], line[3]) for line in shown] == [("C6", "2"), ("D6", "8")]
    assert shown[1][2] == "党员总数" and shown[1][1]
    assert not table.drop.isEnabled()
    rows.selectRow(0)
    assert work.grid.place() == at("C6")
    table.change.click()
    assert work.tabs.currentWidget() is work.panel
    work.panel.offers.chosen.emit("members_full")
    qtbot.waitUntil(lambda: any(rows.item(row, 0).text() == "C6" for row in range(rows.rowCount())))
    rows.selectAll()
    table.drop.click()
    assert dict(work.mapping.cells) == {}
    work.step_back()
    assert set(work.mapping.cells.values()) == {"members_full", "members"}
    page.commands()["save"]()
    qtbot.waitUntil(lambda: not work.dirty)
    assert "members_full" in kept_keys(bench)
    history.undo(bench.office)
    assert kept_keys(bench) == {"branches", "members"}


def test_a_block_is_selected_by_dragging_and_cleared_at_once(page: Any, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    grid, before = work.grid, dict(work.mapping.cells)
    first, last = (grid.visualRect(grid.cells.index(at(ref)[0] - 1, at(ref)[1] - 1)).center() for ref in ("C4", "C6"))
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(grid.viewport(), left, none, first)
    for step in range(1, 9):
        spot = first + (last - first) * step / 8
        move = QMouseEvent(QEvent.Type.MouseMove, spot, grid.viewport().mapToGlobal(spot), left, left, none)
        QApplication.sendEvent(grid.viewport(), move)
    QTest.mouseRelease(grid.viewport(), left, none, last)
    assert [place for place in grid.places() if place[1] == 3] == [at("C4"), at("C5"), at("C6")]
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    gone = set(before) - set(work.mapping.cells)
    assert {f"季 报!C{row}" for row in (4, 5, 6)} & set(before) == gone
    work.step_back()
    assert dict(work.mapping.cells) == before


def test_a_block_is_selected_with_shift_and_a_click(page: Any, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    grid = work.grid
    grid.go(at("C4"))
    last = grid.visualRect(grid.cells.index(at("C6")[0] - 1, at("C6")[1] - 1)).center()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, last)
    assert [place for place in grid.places() if place[1] == 3] == [at("C4"), at("C5"), at("C6")]


def test_rows_and_columns_are_as_large_as_on_the_sheet(page: Any, qtbot: Bot) -> None:
    work = open_form(page, COUNTS, qtbot)
    work.grid.set_zoom(1.0)
    sheet, scale = opened(COUNTS)["统计表"], theme.current().scale
    for row, height in ((1, sheet.row_dimensions[1].height), (3, sheet.row_dimensions[3].height)):
        if height:
            assert work.grid.rowHeight(row - 1) == round(height * 96 / 72 * scale)
    plain = next(row for row in range(1, 30) if sheet.row_dimensions[row].height is None)
    wanted = work.grid.cells.look.row_height
    assert work.grid.rowHeight(plain - 1) == round(wanted * 96 / 72 * scale) and 12 <= wanted <= 30


def test_looking_at_a_form_leaves_no_draft(page: Any, bench: Bench, qtbot: Bot) -> None:
    open_form(page, QUARTER, qtbot)
    page._forms.leave()
    assert bench.shell.told == [] and "forms.drafts" not in bench.shell.settings


def test_full_numbers_go_into_the_file_with_a_reason_and_stay_masked_on_the_screen(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    work = open_form(page, ROSTER, qtbot)
    out = tmp_path / "名册.xlsx"
    bench.dialogs.answers = ["上报区委组织部", out]
    page.choices.full.click()
    qtbot.waitUntil(lambda: "显示全文" in work.asked.text())
    page._forms.fill()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    assert value(out, "名册", "I5") == id_number(serial=1)
    assert text(work, "I5") == mask_id(id_number(serial=1))


def test_what_is_not_kept_waits_as_a_draft(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    work.grid.go(at("F13"))
    work.put_cell("members_full")
    assert page.may_leave()
    qtbot.keyClick(work.grid, Qt.Key.Key_Escape)
    assert page._forms.stack.currentWidget() is page._forms.home
    work = open_form(page, QUARTER, qtbot)
    assert work.mapping.cells["季 报!F13"] == "members_full"
    assert "接着上次" in work.note
    page.commands()["save"]()
    qtbot.waitUntil(lambda: not work.dirty)
    assert bench.shell.settings["forms.drafts"] == {}


def test_disagreeing_totals_and_unfillable_cells_are_marked_and_listed(page: Any, bench: Bench, qtbot: Bot) -> None:
    work = open_form(page, QUARTER, qtbot)
    for ref, key in (("C11", "members"), ("C12", "members"), ("F4", "members_no_such")):
        work.grid.go(at(ref))
        work.put_cell(key)
    qtbot.waitUntil(lambda: work.grid.cells.shown.marks.get(at("C14")) == DIFFERS)
    rows = [work.tabs.checks.table.item(row, 1).text() for row in range(work.tabs.checks.table.rowCount())]
    assert rows[0].startswith("× 不一致") and "16" in rows[0] and "8" in rows[0]
    lines = [work.tabs.unfilled.table.item(row, 1).text() for row in range(work.tabs.unfilled.table.rowCount())]
    place = next(row for row, line in enumerate(lines) if "没有“members_no_such”这个指标" in line)
    assert lines[place].startswith("▲")
    # “四、上年同期党员总数” is understood, and lies before the first day of the data.
    assert any("四、上年同期党员总数" in line and "建账日" in line for line in lines)
    assert "× 1 个公式" in work.summary.text()
    work.tabs.unfilled.table.setCurrentCell(place, 0)
    assert work.grid.place() == at("F4")


def test_a_changed_form_is_noticed_and_repaired_by_pointing(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    filling.save_mapping(bench.office, QUARTER, filling.suggest(bench.office, QUARTER).mapping)
    book = opened(QUARTER)
    sheet = book["季 报"]
    for block in [str(b) for b in sheet.merged_cells.ranges if b.min_row >= 4]:
        sheet.unmerge_cells(block)
    sheet.insert_rows(4)
    sheet["A4"], sheet["D4"], sheet["D13"] = "党组织数", "备用", "双报到单位总数"
    changed = tmp_path / QUARTER.name
    book.save(changed)
    work = open_form(page, changed, qtbot)
    assert "不一样了" in work.note
    assert work.tabs.currentWidget() is work.repair
    assert work.repair.left_over() == 1
    lost = work.repair.lines[0]
    assert (lost.old, lost.known) == ("季 报!F12", False)
    work.repair.table.table.setCurrentCell(0, 0)
    work.grid.go(at("F13"))
    work.repair.here_button.click()
    assert work.repair.left_over() == 0
    assert work.mapping.cells["季 报!F13"] == lost.key
    work.save_wanted.emit()
    qtbot.waitUntil(lambda: not work.dirty)
    assert work.tabs.indexOf(work.repair) < 0
    assert filling.inspect(bench.office, changed).saved is not None


def test_a_workbook_that_cannot_be_a_form_is_refused_in_three_lines(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    (tmp_path / "旧.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    page._forms.home.opened.emit(tmp_path / "旧.xlsx")
    qtbot.waitUntil(lambda: bool(bench.dialogs.said))
    assert "旧格式" in bench.dialogs.said[-1][1] and "另存为xlsx" in bench.dialogs.said[-1][3]
    assert page._forms.isEnabled()


# -- 更正表 -----------------------------------------------------------------------------------------


def only(name: str) -> Any:
    """Answers the dialog by ticking the branches with this name."""

    def answer(dialog: QDialog) -> bool:
        found: Any = dialog
        found._set_all(Qt.CheckState.Unchecked)
        assert not found.send.isEnabled()
        found.search.setText(name)
        found._set_all(Qt.CheckState.Checked)
        found.search.setText("")
        assert [unit.name for unit in found.chosen()] == [name]
        return True

    return answer


def test_correction_sheets_go_out_and_come_back(bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    folder = tmp_path / "更正"
    folder.mkdir()
    page = bench.page(MembersPage)
    bench.dialogs.answers = [only("春天第一党支部"), folder]
    send = next(action for action in page._export_menu.actions() if "更正表" in action.text())
    send.trigger()
    qtbot.waitUntil(lambda: any("1 份更正表（7 人）" in words for words in bench.shell.told))
    sheet = next(folder.iterdir())
    assert sheet.name == "春天第一党支部党员信息更正表20260930.xlsx"
    book = openpyxl.load_workbook(sheet)
    cells = book["更正表"]
    heads = {cell.value: cell.column for cell in cells[4]}
    rows = {cells.cell(row, heads["姓名"]).value: row for row in range(5, 12)}
    cells.cell(rows["张甲"], heads["工作单位及职务"]).value = "某物业公司保安"
    cells.cell(rows["张乙"], heads["其他情况"]).value = "上月已转走"
    book.save(sheet)
    review = ImportReview(page.context, "roster", "党员")
    review.read(sheet)
    qtbot.waitUntil(lambda: review.plan is not None)
    assert "认出是“春天第一党支部”2026年9月30日发出的更正表，7 人" in review.detail.text()
    names = [review.tabs.tabText(tab) for tab in range(review.tabs.count())]
    assert "列对应" not in names and "更新 1" in names and "问题 1" in names
    assert "其他情况" in review.outcome.text()
    review.apply()
    qtbot.waitUntil(lambda: any(words.startswith("已导入") for words in bench.shell.told))
    assert records.get(bench.office, "member", bench.people[0]).values["employer"] == "某物业公司保安"
    # What the secretary wrote besides is still in sight: nobody else will do it.
    assert [review.tabs.tabText(tab) for tab in range(review.tabs.count())] == ["问题 1"]
    assert "另行办理" in review.outcome.text() and not review.confirm.isEnabled()
    dispose(review)
    dispose(page)
    assert bench.failures == []


def test_a_folder_of_sheets_comes_back_in_one_review(bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    from dangjian_desktop.services.forms import correction_sheets

    folder = tmp_path / "交回"
    folder.mkdir()
    correction_sheets.send_out(bench.office, correction_sheets.addressees(bench.office), folder)
    (folder / "说明.txt").write_text("请查收", encoding="utf-8")
    page = bench.page(MembersPage)
    review = ImportReview(page.context, "roster", "党员")
    bench.dialogs.answers = [folder]
    review.start.folder.click()
    qtbot.waitUntil(lambda: review.plan is not None)
    assert "2 份更正表，8 人" in review.detail.text()
    assert any(review.tabs.tabText(tab) == "问题 1" for tab in range(review.tabs.count()))
    assert not review.rejects.isVisibleTo(review)
    dispose(review)
    dispose(page)
    assert bench.failures == []


def test_a_sheet_that_lies_there_already_is_never_replaced(bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    from dangjian_desktop.services.forms import correction_sheets

    units = correction_sheets.addressees(bench.office)
    assert [(unit.name, unit.members) for unit in units] == [("春天第一党支部", 7), ("春天第二党支部", 1)]
    first = correction_sheets.send_out(bench.office, units, tmp_path)
    again = correction_sheets.send_out(bench.office, units[1:], tmp_path)
    assert again[0].path.name == "春天第二党支部党员信息更正表20260930（2）.xlsx"
    assert len({sheet.form_id for sheet in (*first, *again)}) == 3


def test_a_reader_is_told_before_any_work(bench: Bench, qtbot: Bot) -> None:
    filling.save_mapping(bench.office, QUARTER, filling.suggest(bench.office, QUARTER).mapping)
    bench.office.actor = Actor("看", "reader")
    page = bench.page(ReportsPage)
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("forms")
    qtbot.waitUntil(lambda: page._forms is not None and page._forms.home.list.count() == 1)
    home = page._forms.home
    assert not home.pick.isEnabled() and not home.forget_button.isEnabled()
    work = open_form(page, next(iter(filling.forms(bench.office))).fingerprint, qtbot)
    assert text(work, "C4") == "8"
    assert not work.keep_button.isEnabled() and not work.fill_button.isEnabled()
    send_corrections(page.context, page)
    assert "不能" in bench.dialogs.said[-1][1]
    dispose(page)
    assert bench.failures == []
