"""A new account in one dialog, and a new password in one dialog; what is wrong stands at its field."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import ROLE_NAMES
from dangjian_desktop.domain.values.passwords import SHORTEST_PASSWORD

from ... import theme
from ...shell.context import PageContext
from ...widgets.faults import Faults
from ...widgets.labels import button, label
from ...widgets.password_field import PasswordField
from ...widgets.pick_editors import PickEditor

SCOPE = FieldSpec("scope", "只管这个党组织", FieldType.ORGANISATION, rule="不填就是整个文件。")
MAY = {
    "clerk": "录入、导入、修改、导出资料",
    "secretary": "管本支部的党员、会议和台账",
    "grid_worker": "只录会议和台账",
    "reader": "只看，不能改",
    "administrator": "什么都能做，还管账户、备份和清除资料",
}
"""Roles in the order in which they are offered: what most accounts are comes first."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are mistaken for others on paper: l and 1, o and 0, i."""
_TOO_SHORT = f"密码太短，至少 {SHORTEST_PASSWORD} 位。"
_DIFFERENT = "两遍密码不一样，请重新输入。"


def fresh_password() -> str:
    """A password that is read from paper and typed easily: three groups of four letters and digits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What was answered: `scope` is a unit's id, `slip` whether the password goes on paper."""

    name: str
    role: str
    scope: str | None
    password: str
    slip: bool


class AccountDialog(QDialog):
    """Who, as what, where, with which first password; `answer` holds it after it was accepted."""

    def __init__(self, context: PageContext, taken: frozenset[str]) -> None:
        super().__init__(QApplication.activeWindow())
        self._taken = taken
        self.answer: NewAccount | None = None
        self.setWindowTitle("新增账户")
        px = theme.current().px
        self.resize(px(520), px(470))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(14))
        box.setSpacing(px(10))
        box.addWidget(label("新增账户", "heading"))
        form = QFormLayout()
        form.setHorizontalSpacing(px(14))
        form.setVerticalSpacing(px(8))
        box.addLayout(form)
        self.faults = Faults()
        self.name = QLineEdit()
        self.name.setPlaceholderText("本人姓名，会记在每次修改旁边")
        self.name.setAccessibleName("账户名")
        form.addRow(label("账户名", "soft"), self.faults.under(self.name))
        form.addRow(label("做什么用", "soft"), self._build_roles())
        self.scope = PickEditor(SCOPE, context.lookups, context.runner)
        self.scope.setAccessibleName(SCOPE.label)
        form.addRow(label("管哪里", "soft"), self.faults.under(self.scope))
        form.addRow("", label("不填就是整个文件；填了就只看得到这个党组织和它的下级。", "small", wrap=True))
        self.password = PasswordField(name="初始密码")
        self.password.setText(fresh_password())
        self.password.show_plain(True)
        row = QWidget()
        inner = QHBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.password, 1)
        inner.addWidget(button("换一个", lambda: self.password.setText(fresh_password())))
        form.addRow(label("初始密码", "soft"), self.faults.below(self.password, row))
        self.slip = QCheckBox("建好后打印一张密码条，交给本人")
        self.slip.setChecked(True)
        form.addRow("", self.slip)
        box.addStretch(1)
        box.addLayout(_buttons(self, "新增", self._take))
        self.name.setFocus()

    def _build_roles(self) -> QWidget:
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(4))
        self.roles: dict[str, QRadioButton] = {}
        group = QButtonGroup(holder)
        for role, may in MAY.items():
            made = QRadioButton(f"{ROLE_NAMES[role]}：{may}")
            group.addButton(made)
            box.addWidget(made)
            self.roles[role] = made
        next(iter(self.roles.values())).setChecked(True)
        return holder

    def _take(self) -> None:
        name, password = self.name.text().strip(), self.password.text()
        self.scope.settle()
        wrong = self.scope.problem()
        if not name:
            self.faults.tell(self.name, "请填写账户名，一般用本人姓名。")
        elif name in self._taken:
            self.faults.tell(self.name, f"已经有名为“{name}”的账户。")
        elif wrong:
            self.faults.tell(self.scope, wrong)
        elif len(password) < SHORTEST_PASSWORD:
            self.faults.tell(self.password, _TOO_SHORT)
        else:
            role = next(role for role, made in self.roles.items() if made.isChecked())
            scope = self.scope.value()
            self.answer = NewAccount(name, role, str(scope) if scope else None, password, self.slip.isChecked())
            self.accept()


class PasswordDialog(QDialog):
    """A new password twice, one's own with the old one; `old` and `new` hold them after it was accepted."""

    def __init__(self, title: str, *, ask_old: bool) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle(title)
        px = theme.current().px
        self.resize(px(420), px(240))
        box = QVBoxLayout(self)
        box.setContentsMargins(px(20), px(16), px(20), px(14))
        box.setSpacing(px(10))
        box.addWidget(label(title, "heading", wrap=True))
        form = QFormLayout()
        form.setHorizontalSpacing(px(14))
        form.setVerticalSpacing(px(8))
        box.addLayout(form)
        self.faults = Faults()
        self.old_field = PasswordField(name="原密码")
        self.new_field = PasswordField(name="新密码")
        self.again = PasswordField(name="再输一遍")
        if ask_old:
            form.addRow(label("原密码", "soft"), self.faults.under(self.old_field))
        form.addRow(label("新密码", "soft"), self.faults.under(self.new_field))
        form.addRow("", label(f"至少 {SHORTEST_PASSWORD} 位，不要用生日、电话。", "small", wrap=True))
        form.addRow(label("再输一遍", "soft"), self.faults.under(self.again))
        box.addStretch(1)
        box.addLayout(_buttons(self, "改密码", self._take))
        self._ask_old = ask_old
        self.old_field.returnPressed.connect(self.new_field.setFocus)
        self.new_field.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self._take)
        (self.old_field if ask_old else self.new_field).setFocus()

    @property
    def old(self) -> str | None:
        """The old password, where it was asked for."""
        return self.old_field.text() if self._ask_old else None

    @property
    def new(self) -> str:
        """The new password."""
        return self.new_field.text()

    def _take(self) -> None:
        if self._ask_old and not self.old:
            self.faults.tell(self.old_field, "请输入原密码。")
        elif len(self.new) < SHORTEST_PASSWORD:
            self.faults.tell(self.new_field, _TOO_SHORT)
        elif self.again.text() != self.new:
            self.faults.tell(self.again, _DIFFERENT)
        else:
            self.accept()


def _buttons(dialog: QDialog, accept: str, take: object) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(button("取消", dialog.reject))
    made = button(accept, role="primary")
    made.clicked.connect(take)
    made.setDefault(True)
    row.addWidget(made)
    return row
