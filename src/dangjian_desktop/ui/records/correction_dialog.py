"""发放更正表: for the chosen branches one workbook each, which their secretaries correct and send back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.records.permissions import EXPORT

from .. import theme
from ..shell.context import PageContext
from ..widgets.fitting import resize_within
from ..widgets.labels import button, label
from ..widgets.lookups import Choice, matches
from ..widgets.search_field import search_field

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.correction_sheets import Addressee, CorrectionSheet

_WORDS = (
    "每个党支部一份 Excel：只有本支部的在册党员，证件号和电话隐去中间几位。"
    "书记在浅黄色格子里改，改好把文件交回来；在“党员 › 导入”里选它，程序自动认出是谁，先给您看改了什么，再写入。"
)


class CorrectionDialog(QDialog):
    """Asks for which branches; `chosen()` after it was accepted."""

    def __init__(self, units: Sequence[Addressee]) -> None:
        super().__init__(QApplication.activeWindow())
        self.setWindowTitle("发放更正表")
        self._units = list(units)
        self._shared = {u.name for u in units if sum(other.name == u.name for other in units) > 1}
        px = theme.current().px
        resize_within(self, 560, 600)
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(16), px(16), px(12))
        box.setSpacing(px(8))
        box.addWidget(label("给哪些党支部发更正表", "heading"))
        box.addWidget(label(_WORDS, "soft", wrap=True))
        row = QHBoxLayout()
        self.search = search_field("查找党支部：名称或拼音首字母")
        self.search.textChanged.connect(self._narrow)
        row.addWidget(self.search, 1)
        row.addWidget(button("全选", lambda: self._set_all(Qt.CheckState.Checked)))
        row.addWidget(button("全不选", lambda: self._set_all(Qt.CheckState.Unchecked)))
        box.addLayout(row)
        self.list = QListWidget()
        self.list.setAccessibleName("党支部")
        box.addWidget(self.list, 1)
        foot = QHBoxLayout()
        self.count = label("", "soft")
        foot.addWidget(self.count, 1)
        foot.addWidget(button("取消", self.reject))
        self.send = button("选文件夹，发放…", self.accept, role="primary")
        foot.addWidget(self.send)
        box.addLayout(foot)
        self._fill()
        self.list.itemChanged.connect(lambda _item: self._tell())
        self._tell()
        self.list.setFocus()

    def chosen(self) -> list[Addressee]:
        """The units that are ticked."""
        items = map(self.list.item, range(self.list.count()))
        return [u for u, item in zip(self._units, items, strict=True) if item.checkState() == Qt.CheckState.Checked]

    def _fill(self) -> None:
        for unit in self._units:
            above = f"（{unit.above}）" if unit.name in self._shared else ""
            item = QListWidgetItem(f"{unit.name}{above}　{unit.members} 人")
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked)
            self.list.addItem(item)
        if self._units:
            self.list.setCurrentRow(0)

    def _narrow(self, text: str) -> None:
        for row, unit in enumerate(self._units):
            self.list.item(row).setHidden(not matches(Choice(unit.id, f"{unit.above}{unit.name}"), text))

    def _set_all(self, state: Qt.CheckState) -> None:
        """All that are in sight; a search narrows what is meant."""
        blocked = self.list.blockSignals(True)
        for row in range(self.list.count()):
            if not self.list.item(row).isHidden():
                self.list.item(row).setCheckState(state)
        self.list.blockSignals(blocked)
        self._tell()

    def _tell(self) -> None:
        chosen = self.chosen()
        self.count.setText(f"选了 {len(chosen)} 个，共 {sum(unit.members for unit in chosen)} 人")
        self.send.setEnabled(bool(chosen))


def send_corrections(context: PageContext, owner: QWidget) -> None:
    """Ask for branches and a folder, then write the sheets as a job."""
    office, scope = context.office, context.shell.scope()
    if not office.actor.may(EXPORT, "member"):
        told = office.actor.why_not(EXPORT, "member")
        context.dialogs.message(told, "没有生成文件。", "请管理员或有权限的同事来发。")
        return

    def read() -> list[Addressee]:
        from dangjian_desktop.services.forms import correction_sheets

        return correction_sheets.addressees(office, scope)

    context.runner.fetch(read, lambda units: _ask(context, owner, units), failed=context.dialogs.error, owner=owner)


def _ask(context: PageContext, owner: QWidget, units: Sequence[Addressee]) -> None:
    if not units:
        advice = "请在左边的组织树里选有党员的党组织，或先导入花名册。"
        context.dialogs.message("这里没有在册党员，不用发更正表。", "没有生成文件。", advice)
        return
    dialog = CorrectionDialog(units)
    agreed, chosen = context.dialogs.run(dialog), dialog.chosen()
    dialog.deleteLater()
    folder = context.dialogs.folder("更正表放到哪个文件夹") if agreed and chosen else None
    if folder is not None:
        _send(context, owner, chosen, folder)


def _send(context: PageContext, owner: QWidget, units: Sequence[Addressee], folder: Path) -> None:
    from dangjian_desktop.services.forms import correction_sheets

    def done(made: Sequence[CorrectionSheet]) -> None:
        people = sum(sheet.rows for sheet in made)
        context.shell.done(
            f"已生成 {len(made)} 份更正表（{people} 人）。改好交回后，在“党员 › 导入”里选它",
            undo=False,
            offers=(("打开文件夹", lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))),),
        )

    context.runner.start(
        "发放更正表",
        lambda progress: correction_sheets.send_out(context.office, units, folder, progress),
        done,
        failed=context.dialogs.error,
        cancelled=lambda: context.shell.done("已停下。已生成的更正表留在文件夹里，可以用", undo=False),
        owner=owner,
        writes=False,
    )
