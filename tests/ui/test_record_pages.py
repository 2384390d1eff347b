"""党员 and 党组织 over a real office: lists, filters, the drawer, moves, pasted blocks, saved views."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.organisations import OrganisationsPage
from dangjian_desktop.ui.records.source import AGE, ServiceSource
from dangjian_desktop.ui.widgets.clipboard import PasteBlock
from dangjian_desktop.ui.widgets.record_model import ColumnFilter
from office_kit import add_branch, add_member, id_number, new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def street(office: Office) -> dict[str, str]:
    """Two branches and four people, one of them young and on probation."""
    first, second = add_branch(office, "第一党支部"), add_branch(office, "第二党支部", stage="拟成立")
    return {
        "first": first,
        "second": second,
        "zhang": add_member(office, "张一", first, 1),
        "wang": add_member(office, "王二", first, 3),
        "li": add_member(office, "李三", first, 5, member_class="预备党员", confirmed_on=""),
        "zhao": add_member(office, "赵四", first, 7, birth_on="2001-03-01"),
    }


def names(stage: Stage) -> list[str]:
    office, kind = stage.office, stage.page.kind
    return [row["name"] for row in records.rows(office, kind, stage.page.table.model.ids, ["name"])]


def test_an_empty_list_says_what_to_do_next(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    shown = stage.page.table._stack.currentWidget()
    texts = [child.text() for child in shown.findChildren(type(stage.page.head.title))]
    assert "这里还没有党员。" in texts
    assert stage.page.head.title.text() == "党员（0）"


def test_the_status_line_counts_classes(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.until(lambda: "正式 3" in stage.page.table._counts.text())
    assert "共 4 人" in stage.page.table._counts.text()
    assert "预备 1" in stage.page.table._counts.text()


def test_filters_by_class_and_age_come_from_the_data(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    with stage.loading():
        stage.page._keep_class("2", "预备党员")
    assert names(stage) == ["李三"]
    with stage.loading():
        stage.page._keep("member_class", None)
    with stage.loading():
        stage.page._keep("birth_on", ColumnFilter("birth_on", AGE, (0, 30), "年龄：30岁及以下"))
    assert names(stage) == ["赵四"]


def test_age_bounds_are_full_years_on_the_day(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    source = ServiceSource(office, "member")

    def aged(low: int, high: int) -> list[str]:
        return source.ids((), [ColumnFilter("birth_on", AGE, (low, high))], "")

    # Born on 2001-03-01, asked on 2026-09-30: 25 full years.
    assert aged(25, 25) == [street["zhao"]]
    assert aged(26, 30) == []
    assert aged(20, 24) == []


def test_saving_the_form_is_one_worded_operation(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    form = stage.page.drawer._form
    form.fields["native_place"].editor.setText("湖北仙桃")
    stage.page.save()
    stage.until(lambda: stage.shell.said)
    assert stage.shell.said == [("修改党员“张一”", True)]
    assert records.get(office, "member", street["zhang"]).values["native_place"] == "湖北仙桃"


def test_a_refused_value_is_told_under_its_field(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    field = stage.page.drawer._form.fields["birth_on"]
    field.editor.setText("三月吧")
    stage.page.save()
    assert not field.fault.isHidden()
    assert records.get(office, "member", street["zhang"]).values["birth_on"] == "1970-01-01"


def test_a_dated_field_asks_since_when(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    def answer(dialog: Any) -> bool:
        dialog.form.fields["since"].editor.setText("2026-06-01")
        return True

    stage = Stage(qtbot, office, runner, MembersPage, answer)
    records.edit(office, "member", street["zhang"], {"employer": "第一中学"})
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    stage.page.drawer._form.fields["employer"].editor.setText("第二中学")
    stage.page.save()
    stage.until(lambda: stage.shell.said)
    assert records.get(office, "member", street["zhang"]).values["employer"] == "第二中学"
    rows = history.history(office, "member", street["zhang"])
    assert any(row.field == "employer" and row.before == "第一中学" for row in rows)


def test_what_was_typed_and_not_saved_comes_back(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    stage.page.drawer._form.fields["note"].editor.setPlainText("待核对")
    stage.page.open_record("member", street["wang"])
    stage.until(lambda: stage.page.drawer.record == street["wang"])
    assert stage.page.drawer._form.fields["note"].editor.value() is None
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    assert stage.page.drawer._form.fields["note"].editor.value() == "待核对"
    assert records.get(office, "member", street["zhang"]).values["note"] is None


def test_a_draft_of_one_person_never_reaches_another(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    stage.page.drawer._form.fields["note"].editor.setPlainText("张一的")
    stage.page.new()
    form = stage.page.drawer._new_form
    form.fields["name"].editor.setText("孙五")
    form.fields["sex"].editor.put("1", "男")
    form.fields["id_number"].editor.setText(id_number(serial=9))
    form.fields["organisation"].editor.put(street["first"], "第一党支部")
    # Nobody is counted by default: what he is, how he came and when is asked before anything is saved.
    stage.page.save()
    asked = {name for name, field in form.fields.items() if field.fault.text()}
    assert asked == {"member_class", "entered_kind", "entered_on"}
    form.fields["member_class"].editor.put("1", "正式党员")
    form.fields["entered_kind"].editor.put("opening", "建账")
    form.fields["entered_on"].editor.put("2026-01-01", "")
    stage.page.save()
    stage.until(lambda: stage.shell.said)
    stage.until(lambda: stage.page.drawer.view is not None and stage.page.drawer.view.title == "孙五")
    assert stage.page.drawer._form.fields["note"].editor.value() is None
    assert not stage.shell.kept.get(f"draft.member.{stage.page.drawer.record}")


def test_leaving_takes_people_off_the_list_and_can_be_undone(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    def answer(dialog: Any) -> bool:
        code = stage.page.context.lookups.choices("out_kind")[0]
        dialog.form.fields["left_kind"].editor.put(code.value, code.label)
        return bool(dialog.form.check())

    stage = Stage(qtbot, office, runner, MembersPage, answer)
    stage.enter()
    stage.page.table.select([street["zhang"], street["wang"]])
    stage.page._leave_many()
    stage.until(lambda: stage.shell.said)
    with stage.loading():
        stage.tell()
    assert names(stage) == ["李三", "赵四"]
    history.undo(office)
    with stage.loading():
        stage.tell()
    assert len(names(stage)) == 4


def test_a_move_keeps_the_past_in_the_old_branch(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    def answer(dialog: Any) -> bool:
        dialog.form.fields["organisation"].editor.put(street["second"], "第二党支部")
        dialog.form.fields["since"].editor.setText("2026-07-01")
        return bool(dialog.form.check())

    stage = Stage(qtbot, office, runner, MembersPage, answer)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.view is not None)
    stage.page._move_one()
    stage.until(lambda: stage.shell.said)
    before = records.query(office, "member", scope=street["first"], on=date(2026, 6, 30))
    after = records.query(office, "member", scope=street["first"], on=date(2026, 7, 2))
    assert street["zhang"] in before
    assert street["zhang"] not in after


def test_a_past_day_shows_who_was_in_then(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    records.edit(office, "member", street["zhang"], {"left_kind": "O4", "left_on": "2026-05-01"})
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    assert "张一" not in names(stage)
    stage.page._day.setText("2026年4月")
    with stage.loading():
        stage.page._day_typed()
    assert stage.page._day.text() == "2026-04-30"
    assert "张一" in names(stage)


def test_a_pasted_block_is_shown_before_it_is_written(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    seen: list[Any] = []

    def answer(dialog: Any) -> bool:
        seen.append(dialog.edits())
        return True

    stage = Stage(qtbot, office, runner, MembersPage, answer)
    stage.enter()
    block = PasteBlock(
        ids=(street["zhang"], street["wang"]),
        fields=("native_place", "birth_on"),
        cells=(("湖北", "1970-01-01"), ("", "某年某月")),
    )
    stage.page.table.pasted.emit(block)
    stage.until(lambda: stage.shell.said)
    # The equal cell, the blank one and the unreadable one stay out.
    assert seen == [{street["zhang"]: {"native_place": "湖北"}}]
    assert stage.shell.said[-1][0] == "粘贴修改1条党员记录"
    assert records.get(office, "member", street["wang"]).values["birth_on"] == "1970-01-01"


def test_the_list_behind_a_figure_and_back(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    records.edit(office, "member", street["zhang"], {"left_kind": "O4", "left_on": "2026-05-01"})
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter(ids=[street["zhang"], street["wang"]], title="本期减少")
    assert sorted(names(stage)) == ["张一", "王二"]
    assert "本期减少" in stage.page._chip.text()
    stage.page.show_all()
    stage.until(lambda: stage.page.table.model.rowCount() == 3)
    assert stage.page._chip.isHidden()


def test_a_saved_view_brings_back_columns_and_filters(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, "预备的")
    stage.enter()
    with stage.loading():
        stage.page._keep_class("2", "预备党员")
    stage.page.table.set_columns(["name", "phone"])
    stage.page.views.save()
    with stage.loading():
        stage.page.table.set_filters([])
    stage.page.table.set_columns(["name"])
    with stage.loading():
        stage.page.views.use(stage.shell.kept["member.views"]["预备的"])
    assert stage.page.table.visible_fields() == ["name", "phone"]
    assert names(stage) == ["李三"]


def test_an_export_holds_the_list_as_it_stands(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str], tmp_path: Path
) -> None:
    target = tmp_path / "名单.xlsx"
    stage = Stage(qtbot, office, runner, MembersPage, target)
    stage.enter()
    with stage.loading():
        stage.page._keep_class("2", "预备党员")
    stage.page.papers.export()
    stage.until(lambda: stage.shell.said)
    assert target.exists()
    assert "1 人" in stage.shell.said[-1][0]


def test_removing_goes_to_the_bin(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, True)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.view is not None)
    stage.page.remove()
    stage.until(lambda: stage.shell.said)
    assert records.query(office, "member", binned=True) == [street["zhang"]]
    assert not stage.page.beside.is_open()


def test_organisations_stand_in_the_order_of_the_tree(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    group = records.add(office, "organisation", {"name": "第一党小组", "kind": "小组", "parent": street["first"]}).id
    stage = Stage(qtbot, office, runner, OrganisationsPage)
    stage.enter()
    ids = stage.page.table.model.ids
    assert ids.index(group) == ids.index(street["first"]) + 1
    stage.until(lambda: "拟成立 1" in stage.page.table._counts.text())
    row = stage.page.source.rows([street["first"]], ["name", "members_total"])[0]
    assert row["members_total"] == "4"
    with stage.loading():
        stage.page.table.sort("members_total", True)
    assert stage.page.table.model.ids[-1] in (street["second"], group)


def test_a_unit_with_members_is_not_removed(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    stage = Stage(qtbot, office, runner, OrganisationsPage, True)
    stage.enter()
    stage.page.open_record("organisation", street["first"])
    stage.until(lambda: stage.page.drawer.view is not None)
    stage.page.drawer.remove()
    stage.until(lambda: any(said[0] == "error" for said in stage.dialogs.said))
    assert records.query(office, "organisation", binned=True) == []


def test_posts_are_added_and_ended(qtbot: Any, office: Office, runner: Any, street: dict[str, str]) -> None:
    def begin(dialog: Any) -> bool:
        dialog.form.fields["member"].editor.put(street["zhang"], "张一")
        code = stage.page.context.lookups.choices("post")[0]
        dialog.form.fields["post"].editor.put(code.value, code.label)
        return bool(dialog.form.check())

    stage = Stage(qtbot, office, runner, OrganisationsPage, begin, lambda _dialog: True)
    stage.enter()
    stage.page.open_record("organisation", street["first"])
    stage.until(lambda: stage.page.drawer.view is not None)
    stage.page.drawer.tabs.setCurrentIndex(1)
    posts = stage.page._posts
    stage.until(lambda: "还没有任职记录" in posts.summary.text())
    posts.add()
    stage.until(lambda: posts.list.count() == 1)
    assert "现任 1 人" in posts.summary.text()
    posts.list.setCurrentRow(0)
    posts.end()
    stage.until(lambda: "现任 0 人" in posts.summary.text())


def test_on_a_narrow_window_the_keyboard_goes_into_the_drawer_and_back(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.resize(560, 480)
    stage.page.activateWindow()
    stage.page.table.view.setFocus()
    stage.until(lambda: QApplication.focusWidget() is stage.page.table.view)
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    assert not stage.page.beside.content.isVisible()
    # Enter must not close what it has just opened.
    assert QApplication.focusWidget() is stage.page.drawer.tabs
    qtbot.keyClick(stage.page.drawer.tabs, Qt.Key.Key_Escape)
    assert not stage.page.beside.is_open()
    assert QApplication.focusWidget() is stage.page.table.view


@pytest.mark.parametrize("kind", [MembersPage, OrganisationsPage])
def test_the_open_drawer_fits_a_low_window(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str], kind: Any
) -> None:
    stage = Stage(qtbot, office, runner, kind)
    stage.enter()
    stage.page.open_record(kind.kind, street["zhang" if kind is MembersPage else "first"])
    stage.until(lambda: stage.page.drawer.record)
    # A screen of 1366x768 at 150 % leaves so much below the top bar; a page that wants more pushes the window out.
    assert stage.page.minimumSizeHint().height() <= 420


def test_a_page_can_be_opened_on_an_empty_form(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, OrganisationsPage)
    stage.enter(new=True)
    stage.until(lambda: stage.page.drawer.isVisible() and stage.page.drawer._new_form is not None)
    starred = next(made for made in stage.page.drawer.findChildren(QLabel) if made.text().startswith("党组织全称"))
    assert starred.text().endswith("称\u2060*"), "the star never stands on a line of its own"


def test_the_list_comes_back_and_the_import_waits(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_review("roster", "党员")
    review = stage.page._review
    stage.page.step_back()
    assert stage.page._stack.currentWidget() is stage.page._main
    stage.page.open_review("roster", "党员")
    assert stage.page._stack.currentWidget() is review


def test_after_saving_the_form_stays_where_it_was_scrolled_to(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.open_record("member", street["zhang"])
    stage.until(lambda: stage.page.drawer.record == street["zhang"])
    form = stage.page.drawer._form
    stage.until(lambda: form.verticalScrollBar().maximum() > 100)
    form.verticalScrollBar().setValue(100)
    form.fields["note"].editor.setPlainText("待核对")
    stage.page.drawer.save()
    stage.until(lambda: stage.shell.said)
    stage.until(lambda: form.fields["note"].first == "待核对")
    assert form.verticalScrollBar().value() == 100
    stage.page.open_record("member", street["wang"])
    stage.until(lambda: stage.page.drawer.record == street["wang"])
    assert form.verticalScrollBar().value() == 0


def test_an_untouched_form_leaves_no_draft_and_a_touched_one_is_named(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.shell.chosen = street["first"]
    stage.enter()
    stage.page.new()
    drawer = stage.page.drawer
    assert drawer._new_form.values()["organisation"] == street["first"], "put by the program"
    drawer.closed.emit()
    assert not stage.shell.kept.get("draft.member.new")
    assert stage.shell.said == []
    stage.page.new()
    qtbot.keyClicks(drawer._new_form.fields["name"].editor, "Wang")
    # Esc, another record and another page keep and tell alike.
    for leave in (drawer.closed.emit, stage.page.may_leave, stage.page.new):
        if drawer.isHidden():
            stage.page.new()
        stage.shell.said.clear()
        leave()
        assert stage.shell.said == [("没有保存，已留作草稿：新增的党员“Wang”。再打开时接着填。", False)]
    assert "新增的党员“Wang”" in drawer._detail.text()
    assert drawer._new_form.fields["organisation"].editor.text() == "第一党支部"
    assert drawer.drop_draft.isVisible()
    drawer.drop_draft.click()
    assert drawer._new_form.values()["name"] is None
    assert not drawer.drop_draft.isVisible()
    assert not stage.shell.kept.get("draft.member.new")


def test_the_search_field_stands_beside_the_title_where_there_is_room(
    qtbot: Any, office: Office, runner: Any, street: dict[str, str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    page = stage.page
    page.resize(1000, 700)
    stage.until(lambda: page.table.search.parent() is page.head)
    assert page.head.title.isVisible() and page.table._columns_tool.parent() is page.head
    page.resize(600, 700)
    stage.until(lambda: page.table.search.parent() is not page.head)
    assert page.width() == 600
