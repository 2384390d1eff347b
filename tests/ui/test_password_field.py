"""A hidden field shows what was typed at the press of the eye; a fault stands at its field until it is mended."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from dangjian_desktop.ui.widgets.faults import Faults
from dangjian_desktop.ui.widgets.password_field import PasswordField
from ui.bot import Bot


def test_the_eye_shows_and_hides(qtbot: Bot) -> None:
    field = PasswordField(name="密码")
    qtbot.addWidget(field)
    field.setText("合适的密码一二三")
    (eye,) = field.actions()
    assert (field.hidden(), eye.toolTip()) == (True, "显示密码")
    eye.trigger()
    assert (field.displayText(), eye.toolTip()) == ("合适的密码一二三", "隐去密码")
    eye.trigger()
    assert field.hidden()


def test_a_field_without_eye_gets_it_later_and_once(qtbot: Bot) -> None:
    field = PasswordField(eye=False)
    qtbot.addWidget(field)
    assert field.actions() == []
    field.add_eye()
    field.add_eye()
    assert len(field.actions()) == 1


def test_one_fault_at_a_time_until_the_person_types(qtbot: Bot) -> None:
    faults, first, second = Faults(), QLineEdit(), QLineEdit()
    holders = [faults.under(field) for field in (first, second)]
    for holder in holders:
        qtbot.addWidget(holder)
    faults.tell(first, "请填写。")
    faults.tell(second, "太短。")
    assert (faults.said(), first.property("state"), second.property("state")) == ("太短。", "", "error")
    second.setText("够长")
    assert (faults.said(), second.accessibleDescription()) == ("", "")
