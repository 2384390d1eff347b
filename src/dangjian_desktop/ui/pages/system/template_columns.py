"""The columns of a ledger as a table to type into: name, type, choices, required, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.ledgers.proposals import ProposedColumn, column_data
from dangjian_desktop.domain.records.fields import TYPE_NAMES, FieldType

from ... import theme
from ...widgets.labels import button, label

OFFERED = (
    FieldType.TEXT, FieldType.LONG_TEXT, FieldType.DATE, FieldType.CODE, FieldType.CODES, FieldType.BOOLEAN,
    FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.MEMBER, FieldType.MEMBERS, FieldType.ORGANISATION,
    FieldType.PHONE, FieldType.ID_NUMBER, FieldType.MOMENT, FieldType.ATTACHMENT,
)  # fmt: skip
"""Types that a person gives a column; a reference or a formula of a template stays what it is."""

_NAME, _TYPE, _CHOICES, _REQUIRED, _SAID = range(5)
_HEADS = ("列名", "类型", "选项（用顿号隔开）", "必填", "为什么这样提")
_CHOSEN = (FieldType.CODE, FieldType.CODES)


class TemplateColumns(QWidget):
    """Rows of columns with keys to add, remove and move one."""

    def __init__(self) -> None:
        super().__init__()
        self._before: list[tuple[str, Mapping[str, Any] | None]] = []
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(px(6))
        row = QHBoxLayout()
        row.addWidget(label("列", "heading"))
        row.addStretch(1)
        row.addWidget(button("加一列", self.add))
        row.addWidget(button("去掉这一列", self.take_away))
        row.addWidget(button("上移", lambda: self.move_row(-1)))
        row.addWidget(button("下移", lambda: self.move_row(1)))
        box.addLayout(row)
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setAccessibleName("台账的列")
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(px(32))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setStretchLastSection(True)
        for column, width in enumerate((170, 130, 210, 50)):
            self.table.setColumnWidth(column, px(width))
        box.addWidget(self.table, 1)

    def put(self, columns: Sequence[ProposedColumn], before: Sequence[Mapping[str, Any] | None] = ()) -> None:
        """Show these columns; `before` is what a template says of each, kept where nobody changes it."""
        known = [*before, *[None] * (len(columns) - len(before))]
        self._before = [(column.name, said) for column, said in zip(columns, known, strict=True)]
        self.table.setRowCount(0)
        for column in columns:
            self._add_row(column, self.table.rowCount())
        self.table.setColumnHidden(_SAID, not any(column.said for column in columns))

    def columns(self) -> list[ProposedColumn]:
        """The columns as they stand; one without a name is left out."""
        found = [self._column(row) for row in range(self.table.rowCount())]
        return [column for column in found if column.label]

    def data(self) -> list[dict[str, Any]]:
        """The same as a template says it."""
        before = dict(self._before)
        return [column_data(column, before.get(column.name)) for column in self.columns()]

    def add(self) -> None:
        """A new column below the chosen one, its name ready to be typed."""
        at = self.table.currentRow() + 1 if self.table.currentRow() >= 0 else self.table.rowCount()
        taken = {name for name, _ in self._before}
        name = next(f"c{number}" for number in range(1, 10_000) if f"c{number}" not in taken)
        self._before.append((name, None))
        self._add_row(ProposedColumn(name, "", FieldType.TEXT), at)
        self.table.setCurrentCell(at, _NAME)
        self.table.editItem(self._item(at, _NAME))

    def take_away(self) -> None:
        """Without the chosen column."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())

    def move_row(self, by: int) -> None:
        """The chosen column one up or down."""
        at = self.table.currentRow()
        if at < 0 or not 0 <= at + by < self.table.rowCount():
            return
        column = self._column(at)
        self.table.removeRow(at)
        self._add_row(column, at + by)
        self.table.setCurrentCell(at + by, _NAME)

    def mark(self, row: int) -> None:
        """Lead to the column that something is wrong with."""
        self.table.setCurrentCell(row, _NAME)
        self.table.setFocus()

    def _column(self, row: int) -> ProposedColumn:
        name, required = self._item(row, _NAME), self._item(row, _REQUIRED)
        written = self._item(row, _CHOICES).text().replace("，", "、").replace("|", "、")
        kind = FieldType(self._types(row).currentData())
        answers = list(dict.fromkeys(filter(None, (word.strip() for word in written.split("、")))))
        return ProposedColumn(
            str(name.data(Qt.ItemDataRole.UserRole)),
            name.text().strip(),
            kind,
            answers if kind in _CHOSEN else [],
            required.checkState() is Qt.CheckState.Checked,
            self._item(row, _SAID).text(),
        )

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        return item if item is not None else QTableWidgetItem()

    def _types(self, row: int) -> QComboBox:
        box = self.table.cellWidget(row, _TYPE)
        assert isinstance(box, QComboBox)
        return box

    def _add_row(self, column: ProposedColumn, at: int) -> None:
        self.table.insertRow(at)
        name = QTableWidgetItem(column.label)
        name.setData(Qt.ItemDataRole.UserRole, column.name)
        required = QTableWidgetItem()
        required.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
        required.setCheckState(Qt.CheckState.Checked if column.required else Qt.CheckState.Unchecked)
        said = QTableWidgetItem(column.said)
        said.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        for place, item in ((_NAME, name), (_REQUIRED, required), (_SAID, said)):
            self.table.setItem(at, place, item)
        self.table.setItem(at, _CHOICES, QTableWidgetItem("、".join(column.choices)))
        types = QComboBox()
        types.setAccessibleName(f"{column.label or '新列'}的类型")
        for kind in OFFERED if column.type in OFFERED else (column.type,):
            types.addItem(TYPE_NAMES[kind], kind.value)
        types.setCurrentIndex(types.findData(column.type.value))
        self.table.setCellWidget(at, _TYPE, types)
