"""The short form of a new member: what is asked first, what is folded, what is told at once and offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from dangjian_desktop.domain.records.fields import ANY_UNIT, GROUPS, FieldSpec, FieldType
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
from office_kit import add_branch, add_member, id_number, new_office
from ui.page_stage import Stage

BRANCH, GROUP = "春天第一党支部", "第一党小组"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def units(office: Office) -> dict[str, str]:
    first = add_branch(office, BRANCH)
    group = records.add(office, "organisation", {"name": GROUP, "kind": "小组", "parent": first}).id
    return {"first": first, "group": group, "second": add_branch(office, "春天第二党支部")}


def begun(qtbot: Any, office: Office, runner: Any, scope: str | None = None) -> tuple[Stage, Any]:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.shell.chosen = scope
    stage.enter()
    stage.page.new()
    return stage, stage.page.drawer._new_form


@pytest.mark.usefixtures("units")
def test_the_number_is_asked_first_and_the_rest_is_folded(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = begun(qtbot, office, runner)
    assert list(form.fields)[:2] == ["id_number", "name"]
    assert form.fields["id_number"].editor.hasFocus()
    shown = [name for name, field in form.fields.items() if field.isVisible()]
    assert shown == list(form.fields)[:9]
    assert form.fields["entered_kind"].spec.label == "怎么来的"


@pytest.mark.usefixtures("units")
def test_a_wrong_check_digit_is_told_while_it_is_typed(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = begun(qtbot, office, runner)
    right = id_number("19660302", 7)
    wrong = right[:-1] + ("0" if right[-1] != "0" else "1")
    field = form.fields["id_number"]
    qtbot.keyClicks(field.editor, wrong[:-1])
    assert not field.fault.text()
    qtbot.keyClicks(field.editor, wrong[-1])
    assert field.fault.text().startswith("×")
    assert form.values()["sex"] is None
    qtbot.keyClick(field.editor, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field.editor, right[-1])
    assert not field.fault.text()
    assert (form.values()["sex"], form.values()["birth_on"]) == ("1", "1966-03-02")


@pytest.mark.usefixtures("units")
def test_a_move_inside_the_street_is_no_way_to_come_in(qtbot: Any, office: Office, runner: Any) -> None:
    stage, form = begun(qtbot, office, runner)
    offered = [choice.label for choice in form.fields["entered_kind"].editor._choices]
    assert "内部调整" not in offered
    assert {"建账", "转入组织关系"} & set(offered)
    assert "内部调整" in [choice.label for choice in stage.page.context.lookups.choices("in_kind")]


@pytest.mark.usefixtures("units")
def test_a_head_or_a_link_unfolds_its_group_and_an_error_does(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = begun(qtbot, office, runner)
    contact = next(group for group in form.groups if group.title == "联系")
    assert "已折起" in contact.head.accessibleName()
    form.go_to_group("联系")
    assert form.fields["phone"].isVisible()
    assert form.fields["marital"].editor.hasFocus()
    contact.head.click()
    assert not form.fields["phone"].isVisible()
    form.show_error("phone", "“手机号码”不能用。")
    assert form.fields["phone"].isVisible()
    assert form.fields["phone"].editor.hasFocus()


@pytest.mark.usefixtures("units")
def test_enter_in_the_last_field_that_is_seen_saves(qtbot: Any, office: Office, runner: Any) -> None:
    _stage, form = begun(qtbot, office, runner)
    wanted: list[bool] = []
    form.save_wanted.connect(lambda: wanted.append(True))
    form.focus_field("group")
    qtbot.keyClick(form.fields["group"].editor, Qt.Key.Key_Return)
    assert wanted


def test_the_tree_tells_branch_and_group(qtbot: Any, office: Office, runner: Any, units: dict[str, str]) -> None:
    _stage, form = begun(qtbot, office, runner, units["group"])
    assert form.values()["organisation"] == units["first"]
    assert form.values()["group"] == units["group"]
    _stage, form = begun(qtbot, office, runner, units["second"])
    assert (form.values()["organisation"], form.values()["group"]) == (units["second"], None)


def test_a_committee_above_branches_is_not_where_people_are_entered(
    qtbot: Any, office: Office, runner: Any, units: dict[str, str]
) -> None:
    root = records.get(office, "organisation", units["first"]).values["parent"]
    _stage, form = begun(qtbot, office, runner, root)
    assert form.values()["organisation"] is None


def test_a_group_is_not_offered_where_a_branch_is_meant(office: Office, units: dict[str, str]) -> None:
    lookups = ServiceLookups(office)

    def offered(units: str = "", near: str | None = None) -> list[str]:
        spec = FieldSpec("unit", "党组织", FieldType.ORGANISATION, units=units)
        return [choice.label for choice in lookups.find(spec, "", near)]

    assert GROUP not in offered()
    assert offered(GROUPS) == [GROUP]
    assert {GROUP, BRANCH} <= set(offered(ANY_UNIT))
    assert offered("", units["second"])[0] == "春天第二党支部", "the chosen unit stands first"


def test_people_of_the_chosen_unit_come_first_and_namesakes_differ(office: Office, units: dict[str, str]) -> None:
    add_member(office, "王芳", units["first"], serial=2)
    add_member(office, "王芳", units["second"], serial=4, id_number=id_number("19880808", 4))
    add_member(office, "李四", units["second"], serial=5)
    spec = FieldSpec("member", "党员", FieldType.MEMBER)
    lookups = ServiceLookups(office)
    assert [choice.detail for choice in lookups.find(spec, "王芳", units["second"])] == [
        "春天第二党支部　1988年生",
        f"{BRANCH}　1970年生",
    ]
    assert {choice.label for choice in lookups.find(spec, "", units["second"])} == {"王芳", "李四"}
    assert not list(lookups.find(spec, ""))


def test_after_saving_the_focus_is_in_the_form_or_on_the_button(
    qtbot: Any, office: Office, runner: Any, units: dict[str, str]
) -> None:
    for serial, by_mouse in ((1, True), (3, False)):
        stage, form = begun(qtbot, office, runner, units["first"])
        drawer = stage.page.drawer
        qtbot.keyClicks(form.fields["id_number"].editor, id_number("19660302", serial))
        form.fields["name"].editor.setText("王强")
        form.fields["member_class"].editor.put("1", "正式党员")
        form.fields["entered_kind"].editor.put("opening", "建账")
        form.fields["entered_on"].editor.put("2026-01-01", "")
        if by_mouse:
            drawer.save_button.setFocus()
            drawer.save_button.click()
        else:
            form.focus_field("name")
            drawer.save()
        stage.until(lambda drawer=drawer: drawer.view is not None)
        at = QApplication.focusWidget()
        assert at is drawer.save_button if by_mouse else drawer._form.isAncestorOf(at)
