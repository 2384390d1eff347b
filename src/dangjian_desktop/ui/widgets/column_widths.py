"""Widths of a list's columns: measured from what they show, bounded, and the person's own kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QFontMetrics

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .. import theme

if TYPE_CHECKING:
    from .record_table import RecordTable

_PADS = 20  # left and right of a text
_HEAD_MARKS = 46  # beside a head's words: padding, the filter's mark and the sign of the order
_LONGEST = {FieldType.ORGANISATION: 264, FieldType.LONG_TEXT: 240, FieldType.TEXT: 216}
_NAME, _OTHERS = 264, 184
_SHARE = 0.37
"""No column takes more than this of what is in sight: the others matter too."""
_MEASURED = 3
"""Of a page's texts the longest few are measured; a look at all of them would hold up the window."""


def most(spec: FieldSpec) -> int:
    """The widest that a column grows by itself, at 100 %."""
    return _NAME if spec.name == "name" and spec.label != "姓名" else _LONGEST.get(spec.type, _OTHERS)


def longest(texts: Iterable[str]) -> list[str]:
    """The few texts that look longest: a Chinese character counts as two letters."""
    return sorted(set(texts), key=lambda text: len(text.encode("gb18030", "replace")), reverse=True)[:_MEASURED]


class ColumnWidths(QObject):
    """Fits the columns of a table to the rows that come into sight; so they grow, and do not shrink.

    A width that the person dragged stays as it is, over new lists and restarts; `own` holds these at 100 %.
    """

    def __init__(self, table: RecordTable) -> None:
        super().__init__(table)
        self._table = table
        self.own: dict[str, float] = {}
        self._fitting = False
        self._told = QTimer(table, singleShot=True, interval=500)
        self._told.timeout.connect(table.state_changed)
        table.view.head.sectionResized.connect(self._resized)
        table.model.dataChanged.connect(lambda top, bottom, *_roles: self._fit(top.row(), bottom.row()))
        theme.current().changed.connect(self.start)

    def restore(self, widths: Mapping[str, float]) -> None:
        """Take up the widths that were kept as the person's own."""
        self.own = dict(widths)
        self.start()

    def start(self) -> None:
        """Give every column its own width, or the room its head needs; the rows widen them."""
        look, model = theme.current(), self._table.model
        metrics = QFontMetrics(self._table.view.font())
        for column, name in enumerate(model.fields):
            spec = model.spec(column)
            head = metrics.horizontalAdvance(spec.label) + look.px(_HEAD_MARKS)
            self._set(column, look.px(self.own[name]) if name in self.own else head)
        self._fit(*self._table.view.visible_rows())

    def _fit(self, first: int, last: int) -> None:
        """Widen the columns for these rows, those of a page that came."""
        table = self._table
        rows = [row for row in map(table.model.values, table.model.ids[first : last + 1]) if row]
        if not rows:
            return
        look, metrics = theme.current(), QFontMetrics(table.view.font())
        room = table.view.viewport().width() * _SHARE
        for column, name in enumerate(table.model.fields):
            if name in self.own:
                continue
            texts = longest(row.get(name) or "" for row in rows)
            wide = max(map(metrics.horizontalAdvance, texts), default=0) + look.px(_PADS)
            bound = round(min(look.px(most(table.model.spec(column))), room))
            if min(wide, bound) > table.view.columnWidth(column):
                self._set(column, min(wide, bound))

    def _set(self, column: int, width: int) -> None:
        self._fitting = True
        self._table.view.setColumnWidth(column, width)
        self._fitting = False

    def _resized(self, column: int, _before: int, width: int) -> None:
        fields = self._table.model.fields
        if not self._fitting and width and column < len(fields):
            self.own[fields[column]] = round(width / theme.current().scale)
            self._told.start()
