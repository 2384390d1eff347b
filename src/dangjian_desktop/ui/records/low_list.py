"""Saving height around a list in a low window: an old screen at 150 % still shows twelve rows."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from .. import theme
from ..widgets.record_table import RecordTable


def save_height(table: RecordTable, box: QVBoxLayout, row: QHBoxLayout, at: int) -> None:
    """Whenever the window is low, lay `box` close and let the search field stand in `row` at place `at`."""
    left, top, right, bottom = (box.contentsMargins().left(), 12, box.contentsMargins().right(), 8)

    def arrange(low: bool) -> None:
        px = theme.current().px
        box.setContentsMargins(left, px(6 if low else top), right, px(4 if low else bottom))
        box.setSpacing(px(4 if low else 8))
        if low:
            table.lend_search(row, at)
        else:
            table.take_search_back()

    table.low_changed.connect(arrange)
