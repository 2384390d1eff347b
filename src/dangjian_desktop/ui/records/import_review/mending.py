"""A refused row put right where it stands: what the sheet says, and beside it what is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.services.imports import mending
from dangjian_desktop.services.imports.importing import ImportPlan, PlannedRow

from ... import theme
from ...widgets.labels import button, label
from .rows import Show, tune

Cells = dict[tuple[str, int], dict[str, str]]
"""What was put right, by sheet and row, header to text."""

_HEADS = ("栏目", "表里写的", "改为")
_MEANT = _HEADS.index("改为")


class MendBox(QWidget):
    """The columns of one row; only 改为 is typed into, so that no hidden number is ever written back.

    `moved` tells that something was typed, `wanted` that the rows are to be checked again.
    """

    moved = Signal()
    wanted = Signal()

    def __init__(self, plan: ImportPlan, fields: Sequence[FieldSpec], show: Show, mended: Cells) -> None:
        super().__init__()
        self._plan, self._show, self._mended = plan, show, mended
        self._specs: Mapping[str, FieldSpec] = {spec.name: spec for spec in fields}
        self._row: PlannedRow | None = None
        self._headers: list[str] = []
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(6))
        box.addWidget(label("在“改为”里写对的内容，改好几行再一起核对。", "small", wrap=True))
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        tune(self.table, (112, 128))
        self.table.setAccessibleName("改正这一行")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.itemChanged.connect(self._typed)
        box.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addStretch(1)
        self.check = button("重新核对", self.wanted.emit, role="primary")
        row.addWidget(self.check)
        box.addLayout(row)
        self._count()

    def show_row(self, row: PlannedRow) -> None:
        """Show the columns of a row, those that keep it out first."""
        self._row = row
        columns = mending.offered(self._plan, row, self._specs)
        self._headers = [header for header, _name, _blamed in columns]
        printed, meant = dict(self._show(row)), self._mended.get((row.sheet, row.row), {})
        written = {problem.column: problem.value for problem in row.problems if problem.severity == "error"}
        danger: QColor = theme.current().colour("danger")
        self.table.blockSignals(True)
        self.table.setRowCount(len(columns))
        for at, (header, name, blamed) in enumerate(columns):
            said = written.get(header) or printed.get(self._specs[name].label, "")
            for column, text in enumerate((f"× {header}" if blamed else header, said, meant.get(header, ""))):
                item = QTableWidgetItem(text)
                item.setToolTip(text if len(text) > 10 else "")
                if column != _MEANT:
                    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if blamed and column != _MEANT:
                    item.setForeground(danger)
                self.table.setItem(at, column, item)
        self.table.blockSignals(False)
        if columns:
            self.table.setCurrentCell(0, _MEANT)

    def _typed(self, item: QTableWidgetItem) -> None:
        if self._row is None or item.column() != _MEANT:
            return
        place, header, text = (self._row.sheet, self._row.row), self._headers[item.row()], item.text().strip()
        cells = self._mended.setdefault(place, {})
        if text:
            cells[header] = text
        else:
            cells.pop(header, None)
        if not cells:
            del self._mended[place]
        self._count()
        self.moved.emit()

    def _count(self) -> None:
        count = sum(map(len, self._mended.values()))
        self.check.setText(f"重新核对（改了 {count} 格）" if count else "重新核对")
        self.check.setEnabled(bool(count))
