"""回收站: what was removed, and putting it back."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from dangjian_desktop.domain.records.kinds import LISTED
from dangjian_desktop.services.records import records

from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

_FIELDS = {
    "member": ("name", "organisation", "member_class"),
    "organisation": ("name", "parent", "kind"),
    "post": ("member", "organisation", "post"),
    "meeting": ("title", "organisation", "started_at"),
    "ledger_entry": ("number", "organisation", "template"),
}
SHOWN = 1_000


class BinPane(Pane):
    """Removed records of one kind."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        self._token = 0
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        row = QHBoxLayout()
        self.kinds = QComboBox()
        for name, kind in LISTED.items():
            self.kinds.addItem(kind.label, name)
        self.kinds.setCurrentIndex(self.kinds.findData("member"))
        self.kinds.activated.connect(lambda _index: self.enter())
        row.addWidget(self.kinds)
        self.note = label("", "soft")
        row.addWidget(self.note, 1)
        self.back = button("恢复选中的", self.restore, role="primary", icon_name="undo")
        row.addWidget(self.back)
        box.addLayout(row)
        self.table = plain_table("回收站里的资料", ("名称", "党组织", "其他"), (240, 320), several=True)
        self.table.itemSelectionChanged.connect(self._show_button)
        box.addWidget(self.table, 1)
        offer_on_rows(self.table, [self.back])

    def enter(self) -> None:
        """Fetch what lies in the bin."""
        self._token += 1
        token, office, kind = self._token, self.context.office, str(self.kinds.currentData())

        def look() -> tuple[int, list[dict[str, str]]]:
            ids = records.query(office, kind, binned=True)
            return len(ids), records.rows(office, kind, ids[:SHOWN], _FIELDS[kind])

        self.context.runner.fetch(look, lambda found: self._show(token, *found), owner=self)

    def restore(self) -> None:
        """Put the chosen records back."""
        ids = [str(record) for record in chosen(self.table)]
        office, kind = self.context.office, str(self.kinds.currentData())

        def done(saved: records.Saved) -> None:
            if saved.change_set is not None:
                self.context.shell.done(saved.change_set.label)
            self.enter()

        self.context.runner.start(
            "恢复",
            lambda _progress: records.restore_many(office, kind, ids),
            done,
            failed=self.context.dialogs.error,
            owner=self,
        )

    def _show(self, token: int, count: int, rows: list[dict[str, str]]) -> None:
        if token != self._token:
            return
        names = _FIELDS[str(self.kinds.currentData())]
        fill(self.table, [[row.get(name, "") for name in names] for row in rows], [row["id"] for row in rows])
        more = f"，只列出前 {SHOWN} 条" if count > SHOWN else ""
        self.note.setText(f"共 {count} 条{more}。" if count else "回收站里没有这类资料。")
        self._show_button()

    def _show_button(self) -> None:
        self.back.setEnabled(bool(self.table.selectedIndexes()))
