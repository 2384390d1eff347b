"""The first run: who uses this PC, which street, who signs in, and the recovery key on paper."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ...base.errors import UserError
from ...domain.values.passwords import SHORTEST_PASSWORD
from .. import theme
from ..widgets.faults import Faults
from ..widgets.file_kinds import SAVE_DATA
from ..widgets.labels import button, label
from ..widgets.password_field import PasswordField
from .key_sheet import in_rows

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from dangjian_desktop.services.office.office import Office

    from ..widgets.dialogs import DialogService
    from ..widgets.job import JobRunner
    from .gateway import Gateway

FOLDER = "党建工作台"
BASE_DATE_HINT = (
    "第一份花名册算作这一天的期初数，这一天以前的增减和会议不统计。想统计全年，而且花名册是年初的，就写今年 1 月 1 日。"
)
STEPS = ("谁在用", "街道", "密码", "恢复密钥")


def default_folder(shared: bool) -> Path:
    """Where a new file is offered to lie: this person's documents, or the documents that all users of the PC share."""
    if shared and os.name == "nt":
        return Path(os.environ.get("PUBLIC", "C:/Users/Public")) / "Documents" / FOLDER
    own = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return (Path(own) if own else Path.home()) / FOLDER


class Wizard(QWidget):
    """Four steps to a new street; `made(office)` after the recovery key was confirmed, `left` when given up."""

    made = Signal(object)
    left = Signal()

    def __init__(self, gateway: Gateway, runner: JobRunner, dialogs: DialogService) -> None:
        super().__init__()
        self._gateway, self._runner, self._dialogs = gateway, runner, dialogs
        self._office: Office | None = None
        self.faults = Faults()
        self.recovery_key = ""
        self.setObjectName("paper")
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(72), px(28), px(72), px(20))
        box.setSpacing(px(12))
        self.trail = QLabel()
        self.trail.setTextFormat(Qt.TextFormat.RichText)
        box.addWidget(self.trail)
        self.steps = QStackedWidget()
        for made in (self._who(), self._street(), self._account(), self._key()):
            self.steps.addWidget(made)
        box.addWidget(self.steps, 1)
        self.fault = label("", "error", wrap=True)
        box.addWidget(self.fault)
        row = QHBoxLayout()
        self.back = button("上一步", self._back)
        self.next = button("下一步", self.forward, role="primary")
        self.next.setDefault(True)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.next)
        box.addLayout(row)
        self._show(0)

    def forward(self) -> None:
        """Check this step and go on; after the third the file is made."""
        step = self.steps.currentIndex()
        if not (self._nothing_wrong, self._street_right, self._account_right, self._key_right)[step]():
            return
        if step == 2:
            self._make()
        elif step == 3:
            self.made.emit(self._office)
        else:
            self._show(step + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on the first page goes on; the lines of the others answer it themselves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.steps.currentIndex() == 0:
            self.forward()
        else:
            super().keyPressEvent(event)

    def may_close(self) -> bool:
        """Asked when the window closes: a key that was never confirmed should not just vanish."""
        if self._office is None:
            return True
        sure = self._dialogs.confirm(
            "恢复密钥还没有确认，要退出吗？",
            "数据文件已经建好，可以用密码打开；恢复密钥以后可在“系统 › 账户”里更换并重新打印。",
            yes="退出",
            danger=True,
        )
        if sure:
            self._office.close()
            self._office = None
        return sure

    # The steps

    def _who(self) -> QWidget:
        page, box = _page("这台电脑上，谁用这个程序？")
        self.only_me = QRadioButton("只有我")
        self.shared = QRadioButton("几个人共用这台电脑")
        self.only_me.setChecked(True)
        group = QButtonGroup(page)
        for choice, detail in (
            (self.only_me, "数据放在您自己的文档里，打开时只输密码。"),
            (self.shared, "数据放在共用的文件夹里，每人一个账户和密码；管理员之后在“系统 › 账户”里添加其他人。"),
        ):
            group.addButton(choice)
            box.addWidget(choice)
            note = label(detail, "soft", wrap=True)
            note.setContentsMargins(theme.current().px(28), 0, 0, theme.current().px(8))
            box.addWidget(note)
        group.buttonClicked.connect(lambda _button: self._offer_place())
        box.addStretch(1)
        return page

    def _street(self) -> QWidget:
        page, box = _page("哪个街道，从哪天开始记账？")
        form = _form(box)
        self.street = QLineEdit()
        self.street.setAccessibleName("党工委名称")
        self.street.setPlaceholderText("如：沙嘴街道党工委")
        self.base_date = QLineEdit(self._gateway.clock.today().isoformat())
        self.place = QLineEdit()
        self.base_date.setAccessibleName("建账日")
        self.place.setAccessibleName("数据文件存放的位置")
        self.place.setReadOnly(True)
        self.street.textChanged.connect(lambda _text: self._offer_place())
        self.street.returnPressed.connect(self.base_date.setFocus)
        self.base_date.returnPressed.connect(self.forward)
        form.addRow(label("党组织全称", "soft"), self.faults.under(self.street))
        form.addRow(label("建账日", "soft"), self.faults.under(self.base_date))
        form.addRow("", label(BASE_DATE_HINT, "small", wrap=True))
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.place, 1)
        row.addWidget(button("更改…", self._choose_place))
        form.addRow(label("保存位置", "soft"), self.faults.below(self.place, holder))
        form.addRow("", label("数据文件加密保存，不要自己复制；备份和搬家请用“系统 › 备份”。", "small", wrap=True))
        box.addStretch(1)
        return page

    def _account(self) -> QWidget:
        page, box = _page("给自己设一个账户和密码")
        form = _form(box)
        self.account = QLineEdit()
        self.account.setAccessibleName("您的姓名")
        self.account.setPlaceholderText("您的姓名，会记在每次修改旁边")
        self.password = PasswordField(name="密码")
        self.again = PasswordField(name="再输一遍")
        self.account.returnPressed.connect(self.password.setFocus)
        self.password.returnPressed.connect(self.again.setFocus)
        self.again.returnPressed.connect(self.forward)
        form.addRow(label("账户", "soft"), self.faults.under(self.account))
        form.addRow(label("密码", "soft"), self.faults.under(self.password))
        form.addRow("", label(f"至少 {SHORTEST_PASSWORD} 位，一句自己记得住的话最好。", "small", wrap=True))
        form.addRow(label("再输一遍", "soft"), self.faults.under(self.again))
        box.addStretch(1)
        return page

    def _key(self) -> QWidget:
        page, box = _page("把恢复密钥打印或抄下来")
        box.addWidget(
            label("忘记密码时，只有它能打开数据。请放进保密柜，不要存在这台电脑上，也不要拍照外传。", "soft", wrap=True)
        )
        self.key_text = QLabel()
        self.key_text.setTextFormat(Qt.TextFormat.PlainText)
        self.key_text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.key_text.setFont(theme.current().font(20, bold=True))
        self.key_text.setWordWrap(True)
        self.key_text.setContentsMargins(0, theme.current().px(8), 0, theme.current().px(8))
        box.addWidget(self.key_text)
        row = QHBoxLayout()
        row.addWidget(button("打印", self._print_key, icon_name="print"))
        row.addStretch(1)
        box.addLayout(row)
        box.addSpacing(theme.current().px(16))
        self.confirm = QLineEdit()
        self.confirm.setAccessibleName("恢复密钥的最后一组字符")
        self.confirm.setPlaceholderText("照着纸，输入最后一组字符")
        self.confirm.returnPressed.connect(self.forward)
        box.addWidget(self.faults.under(self.confirm))
        self.kept = QCheckBox("我已打印或抄好，并放在安全的地方")
        self.kept.clicked.connect(lambda _checked: self.fault.setText(""))
        box.addWidget(self.kept)
        box.addStretch(1)
        return page

    # Checks: what is wrong is told at its field

    def _nothing_wrong(self) -> bool:
        return True

    def _wrong(self, field: QLineEdit, text: str) -> bool:
        self.faults.tell(field, text)
        return False

    def _street_right(self) -> bool:
        day = _day_of(self.base_date.text())
        if not self.street.text().strip():
            return self._wrong(self.street, "请填写党组织全称。")
        if day is None:
            return self._wrong(self.base_date, "建账日请写成 2026-01-01 这样的日期。")
        if day > self._gateway.clock.today():
            return self._wrong(self.base_date, "建账日不能在今天之后。")
        if Path(self.place.text()).exists():
            return self._wrong(self.place, "这个位置已经有同名的数据文件，请改一个名称或位置。")
        return True

    def _account_right(self) -> bool:
        if not self.account.text().strip():
            return self._wrong(self.account, "请填写账户，一般用您的姓名。")
        if len(self.password.text()) < SHORTEST_PASSWORD:
            return self._wrong(self.password, f"密码太短，至少 {SHORTEST_PASSWORD} 位。")
        if self.password.text() != self.again.text():
            return self._wrong(self.again, "两遍密码不一样，请重新输入。")
        return True

    def _key_right(self) -> bool:
        # On paper the key stands in three lines: who types the whole last line, or the whole key, has it too.
        typed = "-".join(self.confirm.text().strip().upper().replace("-", " ").split())
        if len(typed) < len(self.recovery_key.rpartition("-")[2]) or not self.recovery_key.endswith(typed):
            return self._wrong(self.confirm, "最后一组字符不对，请照着打印或抄下的密钥输入。")
        if not self.kept.isChecked():
            self.fault.setText("请先打印或抄好恢复密钥，再勾选确认。")
            self.kept.setFocus()
            return False
        return True

    # Moving

    def _show(self, step: int) -> None:
        self.steps.setCurrentIndex(step)
        self.fault.setText("")
        self.faults.clear()
        look = theme.current().colours
        words = [
            f'<span style="color:{look.accent}; font-weight:700">{place + 1} {name}</span>'
            if place == step
            else f'<span style="color:{look.ink_faint}">{place + 1} {name}</span>'
            for place, name in enumerate(STEPS)
        ]
        self.trail.setText("　›　".join(words))
        self.back.setVisible(step < 3)
        self.back.setText("上一步" if step else "返回")
        self.next.setText({2: "建好数据文件", 3: "开始使用"}.get(step, "下一步"))
        first = {1: self.street, 2: self.account, 3: self.confirm}.get(step)
        if first is not None:
            first.setFocus()
        self._offer_place()

    def _back(self) -> None:
        step = self.steps.currentIndex()
        if step:
            self._show(step - 1)
        else:
            self.left.emit()

    def _offer_place(self) -> None:
        if not self.place.isModified():
            name = "".join(c for c in self.street.text().strip() if c not in '\\/:*?"<>|') or "街道"
            self.place.setText(str(default_folder(self.shared.isChecked()) / f"{name}.djd"))

    def _choose_place(self) -> None:
        chosen = self._dialogs.save_file("数据文件放在哪里", self.place.text(), SAVE_DATA)
        if chosen is not None:
            self.place.setText(str(chosen if chosen.suffix == ".djd" else chosen.with_name(chosen.name + ".djd")))
            self.place.setModified(True)

    def _make(self) -> None:
        self._busy(True)
        path, name = Path(self.place.text()), self.street.text().strip()
        account, password = self.account.text().strip(), self.password.text()
        base_date = _day_of(self.base_date.text()) or self._gateway.clock.today()
        self._runner.fetch(
            lambda: self._gateway.create(path, name=name, account=account, password=password, base_date=base_date),
            self._made,
            failed=self._failed,
            owner=self,
            writes=True,
        )

    def _made(self, answer: tuple[Office, str]) -> None:
        self._busy(False)
        self._office, self.recovery_key = answer
        self.password.clear()
        self.again.clear()
        self.key_text.setText(in_rows(self.recovery_key))
        self._show(3)

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        if isinstance(error, UserError):
            self.fault.setText(f"{error.message}{error.advice}")
        else:
            self._dialogs.error(error)

    def _busy(self, busy: bool) -> None:
        self.next.setEnabled(not busy)
        self.back.setEnabled(not busy)
        self.next.setText("正在建数据文件…" if busy else "建好数据文件")

    def _print_key(self) -> None:
        from .key_sheet import key_pages
        from .preview_window import PreviewWindow

        street, account = self.street.text().strip(), self.account.text().strip()
        pages = key_pages(street, account, self.recovery_key, self._gateway.clock.today())
        PreviewWindow(pages, self._runner, self._dialogs, self.window()).show()


def _day_of(text: str) -> date | None:
    """A day however an office writes it (2026.1.1, 2026年1月1日), or None."""
    from dangjian_desktop.domain.values.partial_dates import parse_date

    found = parse_date(text.strip()).value or ""
    return date.fromisoformat(found) if len(found) == len("2026-01-01") else None


def _page(question: str) -> tuple[QWidget, QVBoxLayout]:
    page = QWidget()
    page.setObjectName("paper")
    box = QVBoxLayout(page)
    box.setContentsMargins(0, theme.current().px(8), 0, 0)
    box.setSpacing(theme.current().px(8))
    box.addWidget(label(question, "title", wrap=True))
    box.addSpacing(theme.current().px(8))
    return page, box


def _form(box: QVBoxLayout) -> QFormLayout:
    form = QFormLayout()
    form.setHorizontalSpacing(theme.current().px(16))
    form.setVerticalSpacing(theme.current().px(8))
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    box.addLayout(form)
    return form
