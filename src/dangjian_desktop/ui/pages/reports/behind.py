"""The list of records behind a figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.kinds import KINDS

from ... import theme
from ...records.list_papers import ListPapers, ListWords, WholeList
from ...records.source import ServiceSource
from ...shell.context import PageContext
from ...widgets.labels import label, tool
from ...widgets.page_parts import add_entries, fill_menu, head_line, menu_button
from ...widgets.record_table import RecordTable

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.figures import FigureValue


class BehindFigure(QWidget):
    """Shows exactly the records that one figure counts; `left` goes back to where it was opened, as `back` says."""

    left = Signal()

    def __init__(self, context: PageContext, figure: FigureValue, *, back: str = "返回统计数") -> None:
        super().__init__()
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(8))
        box.setSpacing(px(8))
        export = menu_button("导出", icon_name="export")
        head, _title = head_line(export, title=f"{figure.label}：{figure.printed}")
        head.insertWidget(0, tool("chevron-left", back, self.left.emit))
        box.addLayout(head)
        box.addWidget(label(f"口径：{figure.definition}", "soft", wrap=True))
        kind = figure.record_kind
        self.table = RecordTable(
            ServiceSource(context.office, kind, base=figure.records),
            context.runner,
            context.dialogs,
            lookups=context.lookups,
            empty=label("这个数是 0，没有记录。", "soft"),
            noun={"member": "人", "organisation": "个", "meeting": "次"}.get(kind, "条"),
        )
        self.table.opened.connect(lambda record: context.shell.open_record(kind, record))
        box.addWidget(self.table, 1)
        box.addWidget(label(f"双击或按回车打开这条{KINDS[kind].label}记录。", "small"))
        words = ListWords(figure.label, "", {"member": "人", "organisation": "个", "meeting": "次"}.get(kind, "条"))
        self._papers = ListPapers(context, self, self.table, kind, words, WholeList(lambda: None))
        fill_menu(export.menu(), self._shown_entries())
        self._papers.restrict(export.menu())
        self.table.row_offers = self._offer_for_rows
        self.table.reload(None)

    def _shown_entries(self) -> list[tuple[str, Callable[[], object]]]:
        # What a figure counts is a whole of its own: there is no other.
        return [*self._papers.export_entries()[:2], *self._papers.print_entries()[:1]]

    def _offer_for_rows(self, menu: QMenu) -> None:
        add_entries(menu, self._shown_entries())
        self._papers.restrict(menu)
