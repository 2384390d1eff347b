"""The topics of what is to be done with their counts, each a way to its list, in room that is kept from the start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ....services.home import Topic
from ... import theme
from ...widgets.flow import FlowLayout
from ...widgets.icons import icon
from ...widgets.labels import button, label
from .due_line import MARKS


class MatterRow(QWidget):
    """`opened(matter)` on a click."""

    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._flow = FlowLayout(self, px(6))
        self.setMinimumHeight(px(2 * 28 + 6))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.chips: list[QPushButton] = []
        self.put((), waiting=True)

    def put(self, matters: Sequence[Topic], *, waiting: bool) -> None:
        """Show topics; `waiting` says that more may come."""
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.chips = [self._chip(matter) for matter in matters]
        for chip in self.chips:
            self._flow.addWidget(chip)
        if waiting:
            self._flow.addWidget(label("正在核对…", "small"))
        elif not matters:
            self._flow.addWidget(label("没有到期或要核对的事项。", "soft"))

    def _chip(self, matter: Topic) -> QPushButton:
        name, colour, word = MARKS[matter.severity]
        made = button(f"{matter.topic} {matter.count}", lambda: self.opened.emit(matter), role="matter")
        made.setIcon(icon(name, colour, 16))
        made.setIconSize(QSize(theme.current().px(16), theme.current().px(16)))
        made.setAccessibleName(f"{word}：{matter.topic} {matter.count} 条，打开名单")
        made.setToolTip(f"{matter.article}\n点一下看名单。".strip())
        return made
