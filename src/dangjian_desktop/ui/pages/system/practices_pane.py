"""做法一览: what a street does, how far the program carries it, and the ledger where it is recorded."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from dangjian_desktop.domain.ledgers.practices import STATUSES, Practice, practices

from ... import theme
from ...shell.context import PageContext
from ...widgets.labels import button, label
from ...widgets.search_field import search_field
from .parts import Pane, chosen, fill, offer_on_rows, plain_table

_LEDGER = "ledger:"


class PracticesPane(Pane):
    """A list to search; a practice that is recorded in a ledger opens it."""

    def __init__(self, context: PageContext) -> None:
        super().__init__(context)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(10), 0, px(8))
        box.setSpacing(px(8))
        row = QHBoxLayout()
        self.search = search_field("找做法")
        self.search.setMaximumWidth(px(248))
        self.search.textChanged.connect(lambda _text: self.enter())
        self.status = QComboBox()
        self.status.setAccessibleName("做到哪一步")
        self.status.addItem("全部", "")
        for key, words in STATUSES.items():
            self.status.addItem(words, key)
        self.status.activated.connect(lambda _place: self.enter())
        self.count = label("", "soft")
        self.open = button("打开所在的台账", self._open)
        row.addWidget(self.search)
        row.addWidget(self.status)
        row.addWidget(self.count, 1)
        row.addWidget(self.open)
        box.addLayout(row)
        heads = ("编号", "做法", "做到哪一步", "记在哪里", "还差什么")
        self.table = plain_table("做法一览", heads, (52, 230, 96, 130, 200), wide=(1, 4))
        self.table.itemSelectionChanged.connect(self._show_button)
        self.table.itemDoubleClicked.connect(lambda _item: self.open.click())
        box.addWidget(self.table, 1)
        offer_on_rows(self.table, [self.open])

    def enter(self) -> None:
        """Show what fits the search."""
        word, status = self.search.text().strip(), self.status.currentData()
        found = [each for each in practices() if word in each.title + each.id and status in ("", each.status)]
        rows = [[each.id, each.title, STATUSES[each.status], self._where(each), each.missing] for each in found]
        fill(self.table, rows, [each.id for each in found])
        self.count.setText(f"{len(found)} 项")
        self._show_button()

    def _where(self, practice: Practice) -> str:
        shelf = self.context.office.templates
        return "、".join(shelf[key].title for key in self._ledgers(practice))

    def _ledgers(self, practice: Practice) -> list[str]:
        keys = [place.removeprefix(_LEDGER).partition(".")[0] for place in practice.recorded if _LEDGER in place]
        return [key for key in dict.fromkeys(keys) if key in self.context.office.templates]

    def _chosen(self) -> list[str]:
        ids = chosen(self.table)
        return next((self._ledgers(each) for each in practices() if [each.id] == ids), [])

    def _show_button(self) -> None:
        self.open.setEnabled(bool(self._chosen()))

    def _open(self) -> None:
        for key in self._chosen()[:1]:
            self.context.shell.open_page("ledgers", {"template": key})
