"""The list of records behind a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from dangjian_desktop.domain.records.kinds import KINDS

from ... import theme
from ...records.source import ServiceSource
from ...shell.context import PageContext
from ...widgets.labels import label, tool
from ...widgets.page_parts import head_line
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
        head, _title = head_line(title=f"{figure.label}：{figure.printed}")
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
        self.table.reload(None)
