"""Typing into the cells of a list: keys, refusals, masks, input methods, fill down, clearing and blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtWidgets import QApplication

from dangjian_desktop.domain.ledgers.columns import CHOICES
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.widgets.lookups import initials
from dangjian_desktop.ui.widgets.record_model import WAITING
from office_kit import add_branch, add_member, new_office
from ui.page_stage import Stage

KEY = Qt.Key
COLUMNS = ["name", "sex", "native_place", "birth_on", "education", "phone", "employer", "organisation", "note"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def street(office: Office) -> list[str]:
    """Four members of one branch, in the order of the list."""
    branch = add_branch(office, "第一党支部")
    names = ("安一", "白二", "曹三", "丁四")
    return [add_member(office, name, branch, 2 * at + 1, phone=f"1390000567{at}") for at, name in enumerate(names)]


class Sheet:
    """The list of members with its cells by row and column name, and the hands on it."""

    def __init__(self, qtbot: Any, office: Office, runner: Any, *answers: Any) -> None:
        self.stage = Stage(qtbot, office, runner, MembersPage, *answers)
        self.office, self.qtbot = office, qtbot
        self.stage.enter()
        self.table = self.stage.page.table
        self.table.set_columns(COLUMNS)
        with self.stage.loading():
            self.table.sort("name")
        self.view, self.model, self.editing = self.table.view, self.table.model, self.stage.page.cells.editing
        self.view.setFocus()
        self.stage.until(lambda: self.shown(0, "name") != WAITING)
        office.subscribe(lambda _change: None)

    def shown(self, row: int, column: str) -> str:
        text: str = self.model.cell(row, COLUMNS.index(column))
        return text

    def go(self, row: int, column: str) -> None:
        index = self.model.index(row, COLUMNS.index(column))
        self.view.setCurrentIndex(index)

    def block(self, top: int, left: str, bottom: int, right: str) -> None:
        chosen = QItemSelection(
            self.model.index(top, COLUMNS.index(left)), self.model.index(bottom, COLUMNS.index(right))
        )
        self.view.setCurrentIndex(self.model.index(top, COLUMNS.index(left)))
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def press(self, key: Any, mods: Any = Qt.KeyboardModifier.NoModifier) -> None:
        at = self.editing.editor or self.view
        self.qtbot.keyClick(at, key, mods)

    def type(self, text: str) -> None:
        for letter in text:
            self.qtbot.keyClicks(self.editing.editor or self.view, letter)

    def at(self) -> tuple[int, str]:
        index = self.view.currentIndex()
        return index.row(), COLUMNS[index.column()]

    def stored(self, row: int, column: str) -> Any:
        return records.get(self.office, "member", self.model.id_at(row)).values[column]

    def until_stored(self, row: int, column: str, value: Any) -> None:
        self.stage.until(lambda: self.stored(row, column) == value)

    def said(self) -> str:
        note: str = self.editing.note.text() if self.editing.note.isVisible() else ""
        return note


@pytest.fixture
def sheet(qtbot: Any, office: Office, runner: Any, street: list[str]) -> Sheet:
    return Sheet(qtbot, office, runner)


def test_typing_over_a_cell_and_enter_writes_one_worded_operation_and_goes_down(sheet: Sheet) -> None:
    sheet.go(0, "native_place")
    sheet.type("Hubei")
    sheet.press(KEY.Key_Return)
    assert sheet.at() == (1, "native_place")
    sheet.until_stored(0, "native_place", "Hubei")
    sheet.stage.until(lambda: sheet.stage.shell.said)
    assert sheet.stage.shell.said[-1] == ("修改党员“安一”的籍贯", True)
    assert history.undo_label(sheet.office) == "修改党员“安一”的籍贯"
    sheet.stage.until(lambda: not sheet.model.overlay)
    assert sheet.shown(0, "native_place") == "Hubei"


def test_f2_keeps_what_stands_there_and_esc_brings_it_back(sheet: Sheet) -> None:
    sheet.go(0, "birth_on")
    before = sheet.shown(0, "birth_on")
    sheet.press(KEY.Key_F2)
    assert sheet.editing.editor.text() == before
    sheet.type("9")
    sheet.press(KEY.Key_Escape)
    assert sheet.editing.editor is None
    assert sheet.at() == (0, "birth_on")
    assert sheet.shown(0, "birth_on") == before == sheet.stored(0, "birth_on")
    assert not sheet.stage.changes


def test_tab_goes_over_the_cells_that_can_be_typed_into_and_enter_back_to_where_the_row_began(sheet: Sheet) -> None:
    sheet.go(0, "phone")
    sheet.type("13912345678")
    sheet.press(KEY.Key_Tab)
    # 工作单位 asks from which day, 所在党支部 has its own operation: Tab passes over both.
    assert sheet.at() == (0, "note")
    sheet.press(KEY.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.at() == (0, "phone")
    sheet.press(KEY.Key_Tab)
    sheet.type("abc")
    sheet.press(KEY.Key_Return)
    assert sheet.at() == (1, "phone")
    sheet.press(KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert sheet.at() == (0, "phone")
    sheet.until_stored(0, "phone", "13912345678")
    sheet.until_stored(0, "note", "abc")


def test_a_value_that_cannot_be_read_stays_open_with_its_sentence(sheet: Sheet) -> None:
    sheet.go(0, "birth_on")
    sheet.type("9999")
    sheet.press(KEY.Key_Return)
    assert sheet.editing.editor.text() == "9999"
    assert sheet.said().startswith("× ")
    sheet.press(KEY.Key_Escape)
    assert sheet.said() == ""


def test_what_the_service_refuses_comes_back_into_its_cell_and_nothing_is_lost(sheet: Sheet) -> None:
    sheet.table.set_columns([*COLUMNS, "id_number"])
    sheet.stage.until(lambda: sheet.shown(0, "name") != WAITING)
    other = sheet.stored(1, "id_number")
    sheet.view.setCurrentIndex(sheet.model.index(0, len(COLUMNS)))
    sheet.type(other)
    sheet.press(KEY.Key_Return)
    sheet.stage.until(lambda: sheet.editing.editor is not None)
    assert sheet.view.currentIndex().row() == 0
    assert sheet.editing.editor.text() == other
    assert "公民身份号码与已有党员“白二”相同" in sheet.said()
    sheet.press(KEY.Key_Escape)
    assert "*" in sheet.model.cell(0, len(COLUMNS))
    assert sheet.stored(0, "id_number") != other


def test_a_date_is_typed_as_partly_as_it_is_known(sheet: Sheet) -> None:
    sheet.go(0, "birth_on")
    sheet.type("1961.7")
    sheet.press(KEY.Key_Return)
    sheet.until_stored(0, "birth_on", "1961-07")


def test_a_code_is_picked_by_text_or_initials(sheet: Sheet) -> None:
    sheet.go(0, "education")
    meant = sheet.stage.page.context.lookups.choices("education")[3]
    sheet.type(initials(meant.label))
    assert sheet.editing.editor._offered
    first = sheet.editing.editor._offered[0]
    sheet.press(KEY.Key_Return)
    sheet.until_stored(0, "education", first.value)
    sheet.stage.until(lambda: sheet.at() == (1, "education"))


def test_going_to_another_cell_hands_over_what_was_typed_and_keeps_what_cannot_be_read(sheet: Sheet) -> None:
    sheet.go(0, "native_place")
    sheet.type("x")
    sheet.go(2, "birth_on")
    sheet.until_stored(0, "native_place", "x")
    sheet.type("9999")
    sheet.go(1, "native_place")
    assert sheet.shown(2, "birth_on") == "9999"
    assert sheet.model.fault(2, COLUMNS.index("birth_on"))
    sheet.type("y")
    sheet.press(KEY.Key_Return)
    sheet.until_stored(1, "native_place", "y")
    sheet.go(2, "birth_on")
    assert sheet.said().startswith("× ")
    sheet.press(KEY.Key_F2)
    assert sheet.editing.editor is not None
    assert sheet.editing.editor.text() == "9999"
    sheet.press(KEY.Key_Escape)
    assert sheet.shown(2, "birth_on") == "1970-01-01"


def test_a_column_that_asks_from_when_says_where_it_is_changed(sheet: Sheet) -> None:
    for column, words in (("employer", "从哪天起"), ("organisation", "调整支部")):
        sheet.go(0, column)
        sheet.press(KEY.Key_F2)
        assert sheet.editing.editor is None
        assert words in sheet.said()
        sheet.type("x")
        assert sheet.editing.editor is None


def test_a_letter_on_the_name_looks_for_people_and_f2_corrects_the_name(sheet: Sheet) -> None:
    sheet.go(0, "name")
    sheet.type("d")
    assert sheet.editing.editor is None
    assert sheet.table.find_bar.isVisible()
    sheet.table.find_bar.hide()
    sheet.view.setFocus()
    sheet.go(0, "name")
    sheet.press(KEY.Key_F2)
    sheet.type("x")
    sheet.press(KEY.Key_Return)
    sheet.until_stored(0, "name", "安一x")


def test_a_masked_number_is_replaced_whole_or_left(sheet: Sheet) -> None:
    number = sheet.stored(0, "phone")
    sheet.go(0, "phone")
    sheet.press(KEY.Key_F2)
    assert sheet.editing.editor.text() == "139****5670"
    sheet.press(KEY.Key_Return)
    assert not sheet.model.overlay
    sheet.go(0, "phone")
    sheet.press(KEY.Key_F2)
    sheet.press(KEY.Key_Backspace)
    assert sheet.editing.editor.text() == ""
    sheet.press(KEY.Key_Escape)
    assert sheet.stored(0, "phone") == number


def test_delete_empties_a_cell_and_one_undo_brings_it_back(sheet: Sheet) -> None:
    before = sheet.stored(0, "phone")
    sheet.go(0, "phone")
    sheet.press(KEY.Key_Delete)
    sheet.until_stored(0, "phone", None)
    history.undo(sheet.office)
    assert sheet.stored(0, "phone") == before


def test_delete_over_whole_rows_empties_nothing(sheet: Sheet) -> None:
    sheet.view.selectRow(1)
    sheet.press(KEY.Key_Delete)
    assert "移到回收站" in sheet.said()
    assert not sheet.stage.changes


def test_fill_down_is_one_operation_and_takes_what_is_stored(sheet: Sheet) -> None:
    records.edit(sheet.office, "member", sheet.model.id_at(0), {"native_place": "湖北仙桃", "education": "大学"})
    with sheet.stage.loading():
        sheet.stage.tell()
    sheet.stage.until(lambda: sheet.shown(0, "native_place") == "湖北仙桃")
    sheet.block(0, "native_place", 2, "native_place")
    sheet.stage.page.commands()["fill_down"]()
    sheet.until_stored(2, "native_place", "湖北仙桃")
    assert sheet.stored(3, "native_place") is None
    assert history.undo_label(sheet.office) == "向下填充修改2条党员记录"
    history.undo(sheet.office)
    assert sheet.stored(1, "native_place") is None is sheet.stored(2, "native_place")


def test_a_hidden_number_is_not_filled_into_other_cells(sheet: Sheet) -> None:
    sheet.block(0, "phone", 2, "phone")
    sheet.stage.page.cells.fill_down()
    sheet.stage.until(lambda: sheet.stage.dialogs.said)
    assert "隐去" in str(sheet.stage.dialogs.said)
    assert not sheet.stage.changes


def test_one_value_pasted_over_a_block_is_shown_first_and_written_at_once(
    qtbot: Any, office: Office, runner: Any, street: list[str]
) -> None:
    seen: list[Any] = []
    sheet = Sheet(qtbot, office, runner, _accepting(seen))
    QGuiApplication.clipboard().setText("汉族人家")
    sheet.block(0, "native_place", 3, "native_place")
    sheet.table.paste()
    sheet.until_stored(3, "native_place", "汉族人家")
    assert seen == []
    QGuiApplication.clipboard().setText("甲\t1970-01-02\n乙\t1970-01-03\n丙\t1970-01-04\n")
    sheet.go(0, "native_place")
    sheet.table.paste()
    sheet.until_stored(2, "native_place", "丙")
    assert len(seen) == 1
    assert history.undo_label(office) == "粘贴修改3条党员记录"


def test_a_block_larger_than_the_list_writes_nothing(sheet: Sheet) -> None:
    QGuiApplication.clipboard().setText("甲\n乙\n丙\n")
    sheet.go(2, "native_place")
    sheet.table.paste()
    assert "放不下" in str(sheet.stage.dialogs.said)
    assert not sheet.stage.changes


def test_stars_from_another_cell_are_never_written(qtbot: Any, office: Office, runner: Any, street: list[str]) -> None:
    seen: list[Any] = []
    sheet = Sheet(qtbot, office, runner, _accepting(seen), _accepting(seen))
    QGuiApplication.clipboard().setText("139****5670\n电话139****5670")
    for column in ("phone", "note"):
        sheet.go(0, column)
        sheet.table.paste()
        sheet.stage.until(lambda: seen)
        assert seen.pop() == {}


def test_a_composition_begins_the_editor_and_arrives_once(sheet: Sheet) -> None:
    sheet.go(0, "native_place")
    assert sheet.view.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(sheet.view, QInputMethodEvent("hu", []))
    assert sheet.editing.editor is not None
    done = QInputMethodEvent("", [])
    done.setCommitString("湖北")
    QApplication.sendEvent(QApplication.focusWidget() or sheet.view, done)
    assert sheet.editing.editor.text() == "湖北"
    sheet.press(KEY.Key_Return)
    sheet.until_stored(0, "native_place", "湖北")


def test_esc_takes_back_the_composition_and_not_the_cell(sheet: Sheet) -> None:
    sheet.go(0, "native_place")
    sheet.press(KEY.Key_F2)
    editor = sheet.editing.editor
    editor.setText("湖")
    QApplication.sendEvent(editor, QInputMethodEvent("bei", []))
    sheet.press(KEY.Key_Escape)
    assert sheet.editing.editor is editor
    QApplication.sendEvent(editor, QInputMethodEvent("", []))
    assert editor.text() == "湖"
    sheet.press(KEY.Key_Escape)
    assert sheet.editing.editor is None


def test_where_letters_look_for_people_composed_words_do_too(sheet: Sheet) -> None:
    sheet.go(0, "name")
    bar = sheet.table.find_bar
    assert sheet.view.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    QApplication.sendEvent(sheet.view, QInputMethodEvent("zh", []))
    assert bar.isVisible()
    assert bar.field.text() == ""
    QApplication.sendEvent(sheet.view, QInputMethodEvent("", []))
    assert not bar.isVisible(), "a composition that was cancelled leaves nothing"
    QApplication.sendEvent(sheet.view, QInputMethodEvent("zh", []))
    done = QInputMethodEvent("", [])
    done.setCommitString("张")
    QApplication.sendEvent(sheet.view, done)
    assert (bar.field.text(), bar.isVisible()) == ("张", True)
    assert sheet.editing.editor is None


def test_a_list_that_arrives_meanwhile_waits_for_the_open_editor(sheet: Sheet) -> None:
    sheet.go(0, "native_place")
    sheet.type("x")
    counts: list[int] = []
    sheet.table.loaded.connect(counts.append)
    sheet.table.reload(None)
    sheet.stage.until(lambda: sheet.model._held is not None)
    assert sheet.editing.editor.text() == "x"
    sheet.press(KEY.Key_Return)
    sheet.stage.until(lambda: counts)
    sheet.until_stored(0, "native_place", "x")


def test_a_list_of_a_former_day_is_not_typed_into(sheet: Sheet) -> None:
    sheet.stage.page.source.on = sheet.office.today().replace(year=2025)
    sheet.go(0, "native_place")
    sheet.type("x")
    assert sheet.editing.editor is None
    assert "那天的名单" in sheet.said()


def test_a_reader_gets_no_editor_and_is_told_why(qtbot: Any, office: Office, runner: Any, street: list[str]) -> None:
    office.actor = replace(office.actor, role="reader")
    sheet = Sheet(qtbot, office, runner)
    sheet.go(0, "native_place")
    sheet.press(KEY.Key_F2)
    assert sheet.editing.editor is None
    assert "只读" in sheet.said()
    sheet.press(KEY.Key_Delete)
    QGuiApplication.clipboard().setText("x")
    sheet.table.paste()
    assert "fill_down" not in sheet.stage.page.commands()
    assert not sheet.stage.changes
    # Letters look for people, as ever.
    sheet.view.setFocus()
    sheet.type("d")
    assert sheet.table.find_bar.isVisible()


def test_a_ledger_says_where_state_number_and_deadline_change(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "第一党支部")
    key = next(key for key, each in office.templates.items() if each.due and _needs_nobody(each))
    held = office.templates[key]
    stage = Stage(qtbot, office, runner, LedgersPage)
    values = {column.name: _plausible(column) for column in held.columns if column.required}
    saved = records.add(office, "ledger_entry", {"organisation": branch, **values}, template=key)
    view = stage.page.open_ledger(key)
    stage.until(lambda: view.table.model.ids == [saved.id])
    table, editing = view.table, view.cells.editing
    stage.until(lambda: table.model.cell(0, 0) != WAITING)
    table.view.setFocus()
    for name, words in (("state", "按回车打开"), ("deadline", "算出来的"), ("number", "编号")):
        table.view.setCurrentIndex(table.model.index(0, table.model.fields.index(name)))
        qtbot.keyClick(table.view, KEY.Key_F2)
        assert editing.editor is None
        assert words in editing.note.text()
    due = held.due
    assert due is not None
    table.set_columns([*table.visible_fields(), *([due] if due not in table.visible_fields() else [])])
    stage.until(lambda: table.model.values(saved.id) is not None)
    table.view.setCurrentIndex(table.model.index(0, table.model.fields.index(due)))
    qtbot.keyClicks(table.view, "2")
    assert editing.editor is not None
    qtbot.keyClicks(editing.editor, "027.3.1")
    qtbot.keyClick(editing.editor, KEY.Key_Return)
    stage.until(lambda: records.get(office, "ledger_entry", saved.id).values.get(due) == "2027-03-01")


def _accepting(seen: list[Any]) -> Callable[[Any], bool]:
    def answer(dialog: Any) -> bool:
        seen.append(dialog.edits())
        return True

    return answer


def _needs_nobody(template: LedgerTemplate) -> bool:
    return all(column.type.value != "member" for column in template.columns if column.required)


def _plausible(column: Any) -> str:
    if (column.codes or "").startswith(CHOICES):
        answer: str = column.codes.removeprefix(CHOICES).split("|")[0]
        return answer
    return {"date": "2026-09-01", "integer": "1", "money": "1.00"}.get(column.type.value, "甲")
