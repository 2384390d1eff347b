"""The generated form: reading, picking, masking, moving by Enter, drafts, sentences under fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from dangjian_desktop.ui.widgets.drawer import Drawer
from dangjian_desktop.ui.widgets.editors import ChoiceEditor, MaskedEditor
from dangjian_desktop.ui.widgets.form import RecordForm
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.lookups import Choice, initials, matches
from dangjian_desktop.ui.widgets.pick_editors import PickEditor
from ui.bot import Bot
from ui.ui_fakes import FIELDS, FakeLookups, ScriptedDialogs, commit

RECORD = {"name": "张一", "sex": "1", "joined_on": "1998-07", "phone": "13800005678", "organisation": "o1"}
PRINTED = {"phone": "138****5678", "organisation": "春天社区第一党支部", "sex": "男"}


def make_form(
    qtbot: Bot,
    runner: JobRunner,
    dialogs: ScriptedDialogs | None = None,
    reveal: Callable[[str, str], str] | None = None,
) -> RecordForm:
    form = RecordForm(FIELDS, FakeLookups(), runner, dialogs or ScriptedDialogs(), reveal=reveal)
    qtbot.addWidget(form)
    form.resize(392, 600)
    with qtbot.waitActive(form):
        form.show()
        form.activateWindow()
    form.load(RECORD, PRINTED)
    return form


def editor(form: RecordForm, name: str) -> Any:
    return form.fields[name].editor


def test_loaded_record_counts_as_unchanged(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    assert form.changes() == {}
    assert editor(form, "sex").text() == "男"
    assert editor(form, "organisation").text() == "春天社区第一党支部"
    assert editor(form, "phone").text() == "138****5678"


def test_only_changed_fields_are_handed_over(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    editor(form, "name").clear()
    commit(editor(form, "name"), "张二")
    assert form.changes() == {"name": "张二"}
    editor(form, "name").clear()
    assert form.changes() == {"name": None}


def test_code_is_picked_by_pinyin_initial_and_handed_over_as_code(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    sex = editor(form, "sex")
    assert isinstance(sex, ChoiceEditor)
    sex.setFocus()
    sex.selectAll()
    qtbot.keyClicks(sex, "n")
    assert [choice.label for choice in sex._offered] == ["男", "女"]
    sex.clear()
    commit(sex, "女")
    qtbot.keyClick(sex, Qt.Key.Key_Return)
    assert form.changes() == {"sex": "2"}


def test_text_outside_the_list_is_kept_and_explained(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    editor(form, "sex").setText("不知道")
    assert not form.check()
    assert "不在可选项里" in form.fields["sex"].fault.text()
    assert form.values()["sex"] == "不知道"


def test_office_date_is_read_when_left_and_a_bad_one_explained(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    joined = editor(form, "joined_on")
    joined.setFocus()
    joined.selectAll()
    qtbot.keyClicks(joined, "2021.7")
    editor(form, "name").setFocus()
    assert joined.text() == "2021-7"
    joined.setFocus()
    joined.selectAll()
    qtbot.keyClicks(joined, "abc")
    editor(form, "name").setFocus()
    assert "看不懂这个日期" in form.fields["joined_on"].fault.text()


def test_required_field_is_asked_for(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    editor(form, "name").clear()
    assert not form.check()
    assert form.fields["name"].fault.text().endswith("请填写姓名。")


def test_unit_is_looked_up_in_the_background(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    unit = editor(form, "organisation")
    assert isinstance(unit, PickEditor)
    unit.setFocus()
    unit.selectAll()
    qtbot.keyClicks(unit, "jsd")
    qtbot.waitUntil(lambda: [c.value for c in unit._choices] == ["o2"])
    unit.settle()
    assert form.changes() == {"organisation": "o2"}


def test_masked_value_is_revealed_with_a_reason_and_stays_unchanged(qtbot: Bot, runner: JobRunner) -> None:
    asked = []

    def reveal(field: str, reason: str) -> str:
        asked.append((field, reason))
        return "13800005678"

    form = make_form(qtbot, runner, ScriptedDialogs("核对转接"), reveal)
    phone = editor(form, "phone")
    assert isinstance(phone, MaskedEditor)
    phone.reveal_wanted.emit()
    qtbot.waitUntil(lambda: phone.text() == "13800005678")
    assert asked == [("phone", "核对转接")]
    assert form.changes() == {}


def test_masked_value_stays_hidden_without_a_reason(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner, ScriptedDialogs(None), lambda field, reason: "13800005678")
    editor(form, "phone").reveal_wanted.emit()
    assert editor(form, "phone").text() == "138****5678"


def test_typing_into_a_mask_replaces_the_whole_value(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    phone = editor(form, "phone")
    qtbot.keyClicks(phone, "13900001111")
    assert form.changes() == {"phone": "13900001111"}
    qtbot.keyClick(phone, Qt.Key.Key_Escape)
    assert form.changes() == {}


def test_enter_goes_to_the_next_field_and_saves_at_the_last(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    form.focus_field("sex")
    qtbot.keyClick(editor(form, "name"), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.focusWidget() is editor(form, "sex"))
    with qtbot.waitSignal(form.save_wanted):
        form._next("note")
    with qtbot.waitSignal(form.save_wanted):
        qtbot.keyClick(editor(form, "name"), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)


def test_composing_text_does_not_leave_the_field(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    form.focus_field("name")
    name = editor(form, "name")
    QApplication.sendEvent(name, QInputMethodEvent("zhang", []))
    assert form.focusWidget() is name
    commit(name, "章")
    assert "章" in editor(form, "name").text()


def test_draft_is_handed_out_and_taken_back(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    form._draft_pause.setInterval(10)
    with qtbot.waitSignal(form.drafted) as caught:
        commit(editor(form, "note"), "补")
    assert caught.args == [{"note": "补"}]
    form.load(RECORD, PRINTED)
    form.restore_draft({"note": "补"})
    assert form.changes() == {"note": "补"}


def test_findings_are_shown_with_a_sign_beside_the_colour(qtbot: Bot, runner: JobRunner) -> None:
    form = make_form(qtbot, runner)
    form.show_findings({"joined_on": ("warning", "入党时不满十八岁。")})
    assert form.fields["joined_on"].fault.text() == "▲ 入党时不满十八岁。"
    assert not form.fields["name"].fault.isVisible()


def test_drawer_shows_the_form_and_closes_by_escape(qtbot: Bot, runner: JobRunner) -> None:
    drawer = Drawer()
    qtbot.addWidget(drawer)
    drawer.set_title("张一", "春天社区第一党支部")
    drawer.set_body(RecordForm(FIELDS, FakeLookups(), runner, ScriptedDialogs()))
    pressed = []
    save = drawer.add_button("保存", lambda: pressed.append(1), role="primary")
    drawer.show()
    qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(drawer.closed):
        qtbot.keyClick(drawer, Qt.Key.Key_Escape)
    assert pressed == [1]


def test_pinyin_initials_of_code_names() -> None:
    assert initials("大学本科") == "dxbk"
    assert matches(Choice("21", "大学本科"), "dxb")
    assert matches(Choice("21", "大学本科"), "21")
    assert not matches(Choice("21", "大学本科"), "yjs")
