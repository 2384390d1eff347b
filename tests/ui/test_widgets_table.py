"""The record table: loading by pages, order, filters, selection by id, copy and paste, type to find."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication

from dangjian_desktop.ui.widgets import kept_selection
from dangjian_desktop.ui.widgets.clipboard import PasteBlock, parse_block, write_block
from dangjian_desktop.ui.widgets.column_chooser import ColumnChooser
from dangjian_desktop.ui.widgets.filter_popup import FilterPopup
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.kept_selection import stretches
from dangjian_desktop.ui.widgets.list_states import LIST, NARROWED
from dangjian_desktop.ui.widgets.record_model import PAGE, WAITING, ColumnFilter, RecordTableModel
from dangjian_desktop.ui.widgets.record_table import RecordTable
from ui.bot import Bot, ModelTester
from ui.ui_fakes import FakeLookups, FakeSource, ScriptedDialogs


def make_table(
    qtbot: Bot, runner: JobRunner, count: int = 1000, dialogs: ScriptedDialogs | None = None
) -> tuple[RecordTable, FakeSource]:
    source = FakeSource(count)
    table = RecordTable(source, runner, dialogs or ScriptedDialogs(), lookups=FakeLookups(), noun="人")
    qtbot.addWidget(table)
    table.resize(900, 600)
    table.show()
    with qtbot.waitSignal(table.loaded):
        table.reload()
    return table, source


def shown(qtbot: Bot, table: RecordTable, row: int, column: int = 0) -> str:
    qtbot.waitUntil(lambda: table.model.cell(row, column) != WAITING)
    return table.model.cell(row, column)


def test_model_keeps_qt_rules(qtbot: Bot, runner: JobRunner, qtmodeltester: ModelTester) -> None:
    model = RecordTableModel(FakeSource(300), runner)
    with qtbot.waitSignal(model.counted):
        model.reload()
    qtmodeltester.check(model)


def test_rows_come_by_pages_around_what_is_seen(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner, 5000)
    assert shown(qtbot, table, 0) == "张00000"
    assert table.model.cell(4000, 0) == WAITING
    assert shown(qtbot, table, 4000) == "张04000"
    assert max(source.pages) <= PAGE
    assert sum(source.pages) < 1500


def test_late_page_of_an_old_order_is_dropped(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner, 1000)
    shown(qtbot, table, 0)
    old_token, ids = table.model._page_token, table.model.ids[:PAGE]
    with qtbot.waitSignal(table.loaded):
        table.sort("name", True)
    stale = {record: {"id": record, "name": "旧的"} for record in ids}
    table.model._take_page(old_token, 0, ids, stale)
    assert "旧的" not in {table.model.cell(row, 0) for row in range(50)}


def test_head_click_sorts_and_second_click_turns(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner)
    for expected in (False, True):
        with qtbot.waitSignal(table.loaded):
            table._head_clicked(0)
        assert source.asked[-1][0] == (("name", expected),)
    assert shown(qtbot, table, 0).startswith("钱")


def test_selection_follows_records_through_a_new_order(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    chosen = ["id000003", "id000004", "id000500"]
    table.select(chosen)
    with qtbot.waitSignal(table.loaded):
        table.sort("joined_on", True)
    assert sorted(table.selected_ids()) == chosen
    assert table.current_id() in chosen


def test_everything_stays_selected_and_is_counted(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.view.selectAll()
    with qtbot.waitSignal(table.loaded):
        table.sort("name", True)
    assert table.view.selected_count() == 1000
    assert "已选 1000 人" in table._counts.text()


def test_filter_narrows_shows_a_chip_and_goes_again(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    with qtbot.waitSignal(table.loaded):
        table.set_filters([ColumnFilter("sex", "in", ("2",), "性别：女")])
    assert len(table.model.ids) == 334
    assert table._chip_row.count() == 1
    with qtbot.waitSignal(table.loaded):
        chip = table._chip_row.itemAt(0)
        assert chip is not None
        qtbot.mouseClick(chip.widget(), Qt.MouseButton.LeftButton)
    assert len(table.model.ids) == 1000


def test_alt_down_asks_for_the_filter_of_the_column(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.view.setCurrentIndex(table.model.index(0, 1))
    with qtbot.waitSignal(table.view.head.filter_wanted) as asked:
        qtbot.keyClick(table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert asked.args == [1]
    (popup,) = table.findChildren(FilterPopup)
    assert popup.spec.name == "sex"
    qtbot.keyClick(popup, Qt.Key.Key_Escape)


def test_columns_change_places_by_buttons(qtbot: Bot) -> None:
    chooser = ColumnChooser(FakeSource(0).columns, ["name", "sex"])
    qtbot.addWidget(chooser)
    chooser.list.setCurrentRow(1)
    chooser.move_current(-1)
    assert chooser.fields() == ["sex", "name"]
    chooser.move_current(-1)
    assert chooser.fields() == ["sex", "name"]


def test_popup_of_a_code_column_offers_its_names(qtbot: Bot, runner: JobRunner) -> None:
    popup = FilterPopup(FakeSource(0).columns[1], (), FakeLookups())
    qtbot.addWidget(popup)
    assert popup._list is not None
    popup._list.item(1).setCheckState(Qt.CheckState.Checked)
    assert popup.filters() == [ColumnFilter("sex", "in", ("2",), "性别：女")]


def test_popup_of_a_date_column_reads_office_writing(qtbot: Bot, runner: JobRunner) -> None:
    popup = FilterPopup(FakeSource(0).columns[2], (ColumnFilter("joined_on", "le", "2020"),), FakeLookups())
    qtbot.addWidget(popup)
    popup._text.setText("1998.7")
    assert [(item.op, item.value) for item in popup.filters()] == [("ge", "1998-7"), ("le", "2020")]


def test_text_narrows_after_a_rest(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner)
    with qtbot.waitSignal(table.loaded):
        qtbot.keyClicks(table.search, "00999")
    assert source.asked[-1][2] == "00999"
    assert table.model.ids == ["id000999"]


def test_nothing_found_is_said(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    with qtbot.waitSignal(table.loaded):
        table.set_text("没有这人")
    assert table._stack.currentIndex() == NARROWED
    assert "查找“没有这人”" in table._stack._limits.text()
    with qtbot.waitSignal(table.loaded):
        table.clear_limits()
    assert table._stack.currentIndex() == LIST
    assert len(table.model.ids) == 1000


def test_copy_takes_the_block_in_seen_column_order(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.view.head.moveSection(2, 0)
    model, chosen = table.model, table.view.selectionModel()
    chosen.select(model.index(0, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect)
    for row, column in ((0, 2), (1, 0), (1, 2)):
        chosen.select(model.index(row, column), QItemSelectionModel.SelectionFlag.Select)
    QGuiApplication.clipboard().clear()
    table.copy(heads=True)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text() != "")
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines == ["入党日期\t姓名", "1960-07-01\t张00000", "1961-07-01\t王00001"]
    assert "mso-number-format" in QGuiApplication.clipboard().mimeData().html()


def test_paste_says_where_the_block_lands(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner, 3)
    QGuiApplication.clipboard().setText("女\t1998.7\n\t2001\n男\t\n新\t行\n")
    table.view.setCurrentIndex(table.model.index(1, 1))
    with qtbot.waitSignal(table.pasted) as caught:
        table.paste()
    block: PasteBlock = caught.args[0]
    assert block.ids == ("id000001", "id000002")
    assert block.fields == ("sex", "joined_on")
    assert block.edits() == {"id000001": {"sex": "女", "joined_on": "1998.7"}, "id000002": {"joined_on": "2001"}}
    assert block.overflow == (("男", ""), ("新", "行"))


def test_typing_letters_finds_and_enter_goes_on(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.view.setFocus()
    qtbot.keyClicks(table.view, "0")
    qtbot.keyClicks(table.find_bar.field, "012")
    qtbot.waitUntil(lambda: table.current_id() == "id000012")
    qtbot.keyClick(table.find_bar.field, Qt.Key.Key_Return)
    assert table.current_id() == "id000120"
    qtbot.keyClick(table.find_bar.field, Qt.Key.Key_Escape)
    assert not table.find_bar.isVisible()


def test_state_brings_columns_order_and_filters_back(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.set_columns(["phone", "name"])
    table.model.order = [("name", True)]
    table.model.filters = [ColumnFilter("sex", "in", ("1",), "性别：男")]
    state = table.state(filters=True)
    other, source = make_table(qtbot, runner)
    other.restore(state, filters=True)
    with qtbot.waitSignal(other.loaded):
        other.reload()
    assert other.visible_fields() == ["phone", "name"]
    assert source.asked[-1][:2] == ((("name", True),), (ColumnFilter("sex", "in", ("1",), "性别：男"),))


def test_no_filter_outlives_the_program(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.model.filters = [ColumnFilter("sex", "in", ("1",), "性别：男")]
    assert table.state()["filters"] == []
    kept_by_an_older_program = table.state(filters=True)
    table.restore(kept_by_an_older_program)
    assert table.model.filters == []


def test_changed_record_is_fetched_again(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner)
    shown(qtbot, table, 5)
    source.people[5]["name"] = "孙改了"
    with qtbot.waitSignal(table.loaded):
        table.reload({"id000005"})
    assert shown(qtbot, table, 5) == "孙改了"


def test_blocks_survive_the_way_through_text() -> None:
    assert parse_block('甲\t"乙\n丙"\r\n 丁 \t\r\n\r\n') == [["甲", "乙\n丙"], ["丁", ""]]
    assert write_block([["=1+1", "-5", "-5+2"]]) == "'=1+1\t-5\t'-5+2\r\n"


def test_a_reload_that_finds_the_same_row_again_is_no_move(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner)
    told: list[str] = []
    table.current_changed.connect(told.append)
    table.select(["id000005"])
    with qtbot.waitSignal(table.loaded):
        table.reload()
    assert table.current_id() == "id000005"
    assert told == ["id000005"]
    del source.people[5]
    with qtbot.waitSignal(table.loaded):
        table.reload()
    assert told == ["id000005", ""]


def press_head(qtbot: Bot, table: RecordTable, column: int) -> None:
    """Click the words of a column's head."""
    head = table.view.head
    place = QPoint(head.sectionViewportPosition(column) + 12, head.height() // 2)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_a_click_on_a_head_sorts_and_selects_nothing_else(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.select(["id000007"])
    for _again in range(2):
        with qtbot.waitSignal(table.loaded):
            press_head(qtbot, table, 0)
        assert table.selected_ids() == ["id000007"]
    assert table.model.order == [("name", True)]


def test_a_new_order_is_shown_from_its_first_row(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    table.select(["id000900"])
    assert table.view.visible_rows()[0] > 0
    with qtbot.waitSignal(table.loaded):
        press_head(qtbot, table, 0)
    assert table.view.visible_rows()[0] == 0
    assert table.current_id() == "id000900"


def test_all_of_a_filtered_list_does_not_become_all_of_the_whole(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner, 300)
    with qtbot.waitSignal(table.loaded):
        table.set_filters([ColumnFilter("sex", "in", ("2",), "女")])
    table.view.selectAll()
    women = set(table.selected_ids())
    with qtbot.waitSignal(table.loaded):
        table.set_filters([])
    assert set(table.selected_ids()) == women
    assert len(women) == 100


def test_a_block_keeps_its_columns_through_a_new_order(qtbot: Bot, runner: JobRunner) -> None:
    table, _source = make_table(qtbot, runner)
    block = QItemSelection(table.model.index(2, 1), table.model.index(4, 2))
    table.view.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    with qtbot.waitSignal(table.loaded):
        table.sort("name", True)
    assert sorted(table.selected_ids()) == ["id000002", "id000003", "id000004"]
    assert {(part.left(), part.right()) for part in table.view.parts()} == {(1, 2)}


def test_a_selection_too_scattered_is_let_go_whole_and_said(
    qtbot: Bot, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_selection, "RESTORED_STRETCHES", 3)
    table, _source = make_table(qtbot, runner, 300)
    table.select([f"id{row:06d}" for row in range(40)])
    with qtbot.waitSignal(table.loaded):
        table.sort("joined_on")
    assert table.selected_ids() in ([], [table.current_id()])
    assert "40 人现在太分散" in table._counts.text()


@given(rows=st.sets(st.integers(0, 60)), most=st.integers(1, 70))
def test_stretches_hold_exactly_the_rows(rows: set[int], most: int) -> None:
    found = stretches(rows, 61, most)
    held = {row for top, bottom in found for row in range(top, bottom + 1)}
    assert held == rows if len(found) <= most else held <= rows
    assert all(before[1] + 1 < after[0] for before, after in pairwise(found))


def test_all_stay_selected_through_a_new_order(qtbot: Bot, runner: JobRunner) -> None:
    table, source = make_table(qtbot, runner, 300)
    table.view.selectAll()
    with qtbot.waitSignal(table.loaded):
        table.sort("joined_on", True)
    assert table.view.selected_count() == 300
    source.people.append({**source.people[0], "id": "new", "name": "郑新来"})
    with qtbot.waitSignal(table.loaded):
        table.reload()
    assert table.view.selected_count() == 300
    assert "new" not in table.selected_ids()
