"""The photo at the head of a member's drawer, and fields of its form that are worked out or only suggest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from dangjian_desktop.domain.records.kinds import MEMBER
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import photos
from dangjian_desktop.storage.attachments import files_path
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.widgets.editors import ChoiceEditor
from dangjian_desktop.ui.widgets.filter_popup import FilterPopup
from office_kit import TODAY, add_branch, add_member, id_number, new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def member(office: Office) -> str:
    return add_member(office, "王小明", add_branch(office, "第一党支部"), 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Image.new("RGB", (400, 560), (200, 30, 30)).save(tmp_path / "照片.jpg")
    return tmp_path / "照片.jpg"


def opened(qtbot: Any, office: Office, runner: Any, member: str) -> Stage:
    made = Stage(qtbot, office, runner, MembersPage)
    made.enter()
    made.page.open_record("member", member)
    made.until(lambda: made.page.drawer.record == member)
    return made


def test_it_is_put_shown_taken_off_and_undone(qtbot: Any, office: Office, runner: Any, member: str, path: Path) -> None:
    stage = opened(qtbot, office, runner, member)
    box = stage.page._photo
    assert (box.isVisible(), box.text()) == (True, "放照片")
    stage.dialogs.answers = [path]
    box.click()
    stage.until(lambda: not box.icon().isNull())
    assert (box.text(), stage.shell.said[-1]) == ("", ("放上党员“王小明”的照片", True))
    box.take_off()
    stage.until(lambda: box.icon().isNull())
    assert box.text() == "放照片"
    history.undo(office)
    stage.tell()
    stage.until(lambda: not box.icon().isNull())


def test_typing_beside_it_is_not_lost(qtbot: Any, office: Office, runner: Any, member: str, path: Path) -> None:
    stage = opened(qtbot, office, runner, member)
    editor = stage.page.drawer._form.fields["note"].editor
    editor.setPlainText("正在写")
    stage.dialogs.answers = [path]
    stage.page._photo.click()
    stage.until(lambda: not stage.page._photo.icon().isNull())
    stage.tell()
    assert editor.toPlainText() == "正在写"


def test_a_new_member_has_none_and_the_next_one_not_the_last_ones(
    qtbot: Any, office: Office, runner: Any, member: str, path: Path
) -> None:
    other = add_member(office, "李小红", "第一党支部", 2)
    photos.put(office, member, path)
    stage = opened(qtbot, office, runner, member)
    box = stage.page._photo
    stage.until(lambda: not box.icon().isNull())
    stage.page.drawer.show_record(other)
    stage.until(lambda: box.member == other)
    assert box.icon().isNull()
    stage.page.new()
    assert not box.isVisible()


def test_a_refused_file_and_a_lost_one_are_told(
    qtbot: Any, office: Office, runner: Any, member: str, path: Path
) -> None:
    photos.put(office, member, path)
    for file in files_path(office.path).iterdir():
        file.unlink()
    stage = opened(qtbot, office, runner, member)
    box = stage.page._photo
    stage.until(lambda: box.text() == "照片\n打不开")
    assert "找不到" in box.toolTip()
    path.write_text("不是照片", encoding="utf-8")
    stage.dialogs.answers = [path]
    box.choose()
    stage.until(lambda: stage.dialogs.said[-1][0] != "open")
    assert "不是能用的照片" in str(stage.dialogs.said[-1])


@pytest.mark.parametrize("held", [True, False])
def test_a_reader_sees_it_and_cannot_touch_it(
    qtbot: Any, office: Office, runner: Any, member: str, path: Path, held: bool
) -> None:
    if held:
        photos.put(office, member, path)
    office.actor = Actor("看", "reader")
    stage = opened(qtbot, office, runner, member)
    box = stage.page._photo
    stage.until(lambda: stage.page.drawer.view is not None and box.member == member)
    if held:
        stage.until(lambda: not box.icon().isNull())
        shown: list[Any] = []

        def look(dialog: QWidget) -> bool:
            shown.append(dialog.findChildren(QLabel)[0].pixmap().size())
            return True

        stage.dialogs.answers = [look]
        box.click()
        assert (box.menu_of_photo.isVisible(), [(s.width(), s.height()) for s in shown]) == (False, [(400, 560)])
    else:
        assert not box.isVisible()


def test_its_filter_asks_only_whether_there_is_one(qtbot: Any) -> None:
    popup = FilterPopup(MEMBER.field("photo"), (), None)
    qtbot.addWidget(popup)
    assert popup.filters() == []
    popup._filled.setChecked(True)
    assert [(f.field, f.op) for f in popup.filters()] == [("photo", "not_empty")]


def test_the_standing_stands_in_the_form_and_cannot_be_typed_into(
    qtbot: Any, office: Office, runner: Any, member: str
) -> None:
    stage = opened(qtbot, office, runner, member)
    editor = stage.page.drawer._form.fields["standing"].editor
    assert (editor.text(), editor.isReadOnly()) == ("正常", True)
    stage.page.new()
    assert "standing" not in stage.page.drawer._new_form.fields


def test_fields_of_usual_answers_suggest_them_and_take_any_other(
    qtbot: Any, office: Office, runner: Any, member: str
) -> None:
    stage = opened(qtbot, office, runner, member)
    editor = stage.page.drawer._form.fields["confirmation"].editor
    assert "按期转正" in [choice.label for choice in editor.offered()]
    editor.setText("延长一年后转正")
    editor.changed.emit()
    assert (editor.problem(), editor.value()) == ("", "延长一年后转正")


def started(qtbot: Any, office: Office, runner: Any) -> tuple[Stage, Any]:
    add_branch(office, "第一党支部")
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.new()
    return stage, stage.page.drawer._new_form


def typed(qtbot: Any, form: Any, field: str, text: str) -> None:
    editor = form.fields[field].editor
    editor.clear()
    if text.isascii():
        qtbot.keyClicks(editor, text)
    else:
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(editor, committed)
    if isinstance(editor, ChoiceEditor):
        editor.settle()


def test_sex_and_birth_of_a_new_member_follow_from_the_number(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = started(qtbot, office, runner)
    typed(qtbot, form, "id_number", id_number("19700101", 1))
    assert (form.values()["sex"], form.values()["birth_on"]) == ("1", "1970-01-01")
    typed(qtbot, form, "id_number", id_number("19800202", 2))
    assert (form.values()["sex"], form.values()["birth_on"]) == ("2", "1980-02-02")
    typed(qtbot, form, "birth_on", "1980-02-03")
    typed(qtbot, form, "id_number", id_number("19700101", 1))
    assert (form.values()["sex"], form.values()["birth_on"]) == ("1", "1980-02-03"), "what was typed stays"


def test_the_day_of_coming_in_follows_from_how_somebody_came(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = started(qtbot, office, runner)
    assert form.values()["entered_kind"] is None, "nobody is counted by default"
    typed(qtbot, form, "entered_kind", "建账")
    assert form.values()["entered_on"] == office.base_date.isoformat()
    typed(qtbot, form, "entered_kind", "I5")
    assert form.values()["entered_on"] is None, "the day of a transfer is not known"
    typed(qtbot, form, "entered_on", "2026.")
    typed(qtbot, form, "joined_on", "2026-03-05")
    typed(qtbot, form, "entered_on", "2026-03-06")
    typed(qtbot, form, "entered_kind", "I1")
    assert form.values()["entered_on"] == "2026-03-06"


def test_in_a_file_that_begins_today_everybody_was_here(qtbot: Any, tmp_path: Path, runner: Any) -> None:
    office = new_office(tmp_path, base=TODAY)
    _stage, form = started(qtbot, office, runner)
    assert form.values()["entered_on"] == TODAY.isoformat()
    assert form.fields["entered_kind"].editor.text() == "建账"
    office.close()
