"""按期清除: what ledgers hold of persons and is due, looked through and cleared for good by an administrator."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from dangjian_desktop.services.ledgers import clearing

from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

if TYPE_CHECKING:
    from dangjian_desktop.services.ledgers.clearing import DueForClearing

_WORDS = (
    "台账办结满了保存期限的个人内容（号码、电话、病情等），看过清单、写明依据以后清除：条目和统计数留着，"
    "内容从资料和操作记录里一并抹去，不能撤销，也不能恢复。从前做的备份里还有，请按规定处理。"
)
_NONE = "现在没有到期应清除的内容。"


class ClearingPane(Pane):
    """The list of what is due; nothing is cleared that was not chosen, given a reason and confirmed."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        box.addWidget(label(_WORDS, "soft", wrap=True))
        row = QHBoxLayout()
        self.note = label("", "soft")
        row.addWidget(self.note, 1)
        self.all = button("全选", self._select_all)
        row.addWidget(self.all)
        self.go = button("清除选中的…", self.clear, role="danger")
        row.addWidget(self.go)
        box.addLayout(row)
        heads = ("台账", "编号", "办结日期", "要清除的栏目")
        self.table = plain_table("到期应清除的内容", heads, (200, 130, 110), several=True)
        self.table.itemSelectionChanged.connect(self._show_button)
        box.addWidget(self.table, 1)
        offer_on_rows(self.table, [self.go])
        self._show_button()

    def enter(self) -> None:
        """Fetch what is due."""
        self._token += 1
        office = self.context.office
        self.note.setText("正在查…")
        self.context.runner.fetch(
            lambda: clearing.due(office),
            partial(self._show, self._token),
            failed=self.context.dialogs.error,
            owner=self,
        )

    def clear(self) -> None:
        """Ask for the grounds and once more, then clear the chosen entries."""
        entries = [str(entry) for entry in chosen(self.table)]
        if not entries:
            return
        dialogs, office = self.context.dialogs, self.context.office
        grounds = dialogs.ask("按什么依据清除？", detail="如：文件名称和文号、保存期限。依据会记入查阅登记。")
        if not grounds or not grounds.strip():
            return
        question = f"清除 {len(entries)} 条台账里到期的内容？"
        if not dialogs.confirm(question, "清除以后不能撤销，也不能恢复。", yes="清除", danger=True):
            return
        self.context.runner.start(
            "按期清除",
            lambda _progress: clearing.confirm(office, entries, grounds),
            self._cleared,
            failed=dialogs.error,
            owner=self,
            cancellable=False,
        )

    def _select_all(self) -> None:
        self.table.selectAll()

    def _cleared(self, count: int) -> None:
        self.context.shell.done(f"已清除 {count} 条台账到期的内容", undo=False)
        self.enter()

    def _show(self, token: int, found: list[DueForClearing]) -> None:
        if token != self._token:
            return
        rows = [
            (one.ledger, one.number, one.settled_on, "、".join(words for _key, words in one.columns)) for one in found
        ]
        fill(self.table, rows, [one.entry for one in found])
        self.note.setText(f"到期 {len(found)} 条。" if found else _NONE)
        self._show_button()

    def _show_button(self) -> None:
        self.go.setEnabled(bool(self.table.selectedIndexes()))
        self.all.setEnabled(self.table.rowCount() > 0)
