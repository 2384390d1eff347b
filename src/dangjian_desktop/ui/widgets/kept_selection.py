"""The selection of a long list over a new order: it stays on the same records, and never grows onto others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel

if TYPE_CHECKING:
    from .record_view import RecordView

RESTORED_STRETCHES = 2_000
"""More separate stretches than this are let go of: Qt asks each of them for every cell it paints."""


class KeptSelection:
    """Remembers by id what was selected before an order is replaced, and selects it again afterwards.

    The columns of a block stay too. Where the records lie scattered over more than `RESTORED_STRETCHES` places,
    nothing is selected and `dropped` says how many there were: half a selection would pass for the whole of it.
    """

    def __init__(self, view: RecordView) -> None:
        self._view = view
        self._records: Sequence[str] = ()
        self._columns = (0, -1)
        self.dropped = 0

    def keep(self) -> None:
        """Take down the selected records; a single one is the current record and follows it."""
        model, parts = self._view.model_, self._view.parts()
        count = self._view.selected_count()
        self._columns = _span([(part.left(), part.right()) for part in parts])
        if count == len(model.ids):
            self._records = model.ids if count else ()
        else:
            self._records = [model.id_at(row) for row in self._view.selected_rows()]

    def restore(self) -> None:
        """Select what is still in the list."""
        model = self._view.model_
        self.dropped = 0
        if not self._records or not model.ids:
            return
        if self._records is model.reordered:
            found = [(0, len(model.ids) - 1)]
        else:
            found = stretches(model.rows_of(self._records), len(model.ids), RESTORED_STRETCHES)
        if len(found) > RESTORED_STRETCHES:
            self.dropped, found = len(self._records), []
        left, right = self._columns
        right = min(right, model.columnCount() - 1)
        chosen = QItemSelection()
        for top, bottom in found:
            chosen.select(model.index(top, left), model.index(bottom, right))
        self._records = ()
        self._view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def stretches(rows: Iterable[int], count: int, most: int | None = None) -> list[tuple[int, int]]:
    """Rows in any order, of a list of `count`, as stretches of neighbours; it gives up after `most` and one more."""
    marks = bytearray(count)
    for row in rows:
        marks[row] = 1
    found: list[tuple[int, int]] = []
    first = marks.find(1)
    while first >= 0 and (most is None or len(found) <= most):
        end = marks.find(0, first)
        end = count if end < 0 else end
        found.append((first, end - 1))
        first = marks.find(1, end)
    return found


def _span(columns: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """From the leftmost to the rightmost column of a selection."""
    return min((left for left, _right in columns), default=0), max((right for _left, right in columns), default=-1)
