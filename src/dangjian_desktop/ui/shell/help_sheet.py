"""F1 and the sheet of keys, made from the declared actions."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from .. import theme
from ..widgets.fitting import resize_within
from ..widgets.labels import button, label
from .actions import ACTIONS, FIELD, PAGE, WINDOW, ActionSpec


def keys_of(where: str) -> list[ActionSpec]:
    """Declared actions of a group that have a key."""
    return [spec for spec in ACTIONS if spec.where == where and spec.shortcut]


class HelpSheet(QDialog):
    """Says what the page is for, and lists its keys: of the page those it offers now, all where `offered` is None."""

    def __init__(
        self, title: str, text: str, parent: QWidget | None = None, *, offered: Collection[str] | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("帮助")
        px = theme.current().px
        resize_within(self, 600, 560)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        body = QWidget()
        body.setObjectName("paper")
        box = QVBoxLayout(body)
        box.setContentsMargins(px(28), px(24), px(28), px(16))
        box.setSpacing(px(10))
        box.addWidget(label(title, "title"))
        for paragraph in filter(None, text.split("\n")):
            box.addWidget(label(paragraph, wrap=True))
        box.addSpacing(px(8))
        for where in (PAGE, WINDOW, FIELD):
            specs = [spec for spec in keys_of(where) if where != PAGE or offered is None or spec.key in offered]
            if specs:
                box.addWidget(label(where, "heading"))
                box.addLayout(_grid(specs))
        box.addStretch(1)
        area.setWidget(body)
        outer.addWidget(area, 1)
        row = QHBoxLayout()
        row.setContentsMargins(px(16), px(10), px(16), px(12))
        row.addStretch(1)
        done = button("关闭", self.accept, role="primary")
        done.setDefault(True)
        row.addWidget(done)
        outer.addLayout(row)


def _grid(specs: list[ActionSpec]) -> QGridLayout:
    grid = QGridLayout()
    px = theme.current().px
    grid.setHorizontalSpacing(px(16))
    grid.setVerticalSpacing(px(6))
    grid.setColumnStretch(2, 1)
    for row, spec in enumerate(specs):
        shown = QKeySequence(spec.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(label(shown, "key"), row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(label(spec.text), row, 1)
        grid.addWidget(label(spec.hint, "soft"), row, 2)
    return grid
