"""Planned rows of an import as a long list, and one row in full beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.services.imports.importing import NEW, REJECTED, STATUS_NAMES, UPDATED, PlannedRow, Problem

from ... import theme
from ...widgets.labels import label

if TYPE_CHECKING:
    from .mending import MendBox

AnyIndex = QModelIndex | QPersistentModelIndex
Show = Callable[[PlannedRow], list[tuple[str, str]]]
"""What a row brings, as pairs of label and printed value."""

TOLD = 5
_WRAPPED = 300
_ROW_HEADS = ("工作表", "行", "名称", "说明")
_NAME = _ROW_HEADS.index("名称")


class PlannedRows(QAbstractTableModel):
    """Serves a list of planned rows; nothing is copied, so 100,000 are no burden."""

    def __init__(self, rows: Sequence[PlannedRow], parent: QObject | None = None, *, people: bool = False) -> None:
        super().__init__(parent)
        self.rows = rows
        self.heads = tuple("姓名" if people and at == _NAME else head for at, head in enumerate(_ROW_HEADS))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Number of planned rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Sheet, row, name, what about it."""
        return 0 if parent.isValid() else len(_ROW_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Names of the columns."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.heads[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text of a cell."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self.rows[index.row()]
        text = (row.sheet, str(row.row), row.title, said_of(row))[index.column()]
        return text if role == Qt.ItemDataRole.DisplayRole or len(text) > 14 else None


def said_of(row: PlannedRow) -> str:
    """One line about a row: its first problem, or which fields change."""
    if row.problems:
        first = weighed(row.problems)[0]
        where = f"{first.column}：" if first.column else ""
        more = f"（共 {len(row.problems)} 处）" if len(row.problems) > 1 else ""
        return f"{where}{first.reason}{more}"
    if row.status == UPDATED:
        return "改动：" + "、".join(row.fields)
    return ""


class RowsPane(QWidget):
    """The list of one status at the left, the chosen row before and after at the right."""

    current = Signal(object)

    def __init__(
        self, rows: Sequence[PlannedRow], show: Show, parent: QWidget | None = None, *, people: bool = False
    ) -> None:
        super().__init__(parent)
        self._show = show
        self._nameless = "（没有姓名）" if people else "（没有名称）"
        self.model = PlannedRows(rows, self, people=people)
        self.view = QTableView()
        self.view.setModel(self.model)
        px = theme.current().px
        row_box = QHBoxLayout(self)
        row_box.setContentsMargins(0, px(8), 0, 0)
        row_box.setSpacing(px(12))
        row_box.addWidget(self.view, 3)
        side = self._side = QVBoxLayout()
        side.setSpacing(px(6))
        self.name = label("", "heading", wrap=True)
        self.place = label("", "small", wrap=True)
        self.values = _plain_table(("栏目", "原来", "导入后"))
        self.problems = label("", "warning", wrap=True)
        for widget in (self.name, self.place, self.problems):
            side.addWidget(widget)
        side.addWidget(self.values, 1)
        row_box.addLayout(side, 2)
        tune(self.view, (104, 52, 96))
        self.view.selectionModel().currentRowChanged.connect(lambda now, _before: self.show_row(now.row()))
        if rows:
            self.view.selectRow(0)
            self.show_row(0)

    def put_mending(self, box: MendBox) -> None:
        """Let the refused rows be put right beside the list, in the place of what they bring."""
        self._side.replaceWidget(self.values, box)
        self.values.hide()
        self.current.connect(box.show_row)
        if self.model.rows:
            box.show_row(self.model.rows[max(self.view.currentIndex().row(), 0)])

    def show_row(self, place: int) -> None:
        """Show one planned row in full."""
        row = self.model.rows[place]
        self.name.setText(row.title or self._nameless)
        self.place.setText(f"工作表“{row.sheet}”第 {row.row} 行　·　{STATUS_NAMES[row.status]}")
        told = [problem_text(problem) for problem in weighed(row.problems)]
        more = [f"等 {len(told)} 处，见“问题”页。"] if len(told) > TOLD else []
        self.problems.setText("\n".join(told[:TOLD] + more))
        self.problems.setVisible(bool(row.problems))
        lines = self._lines(row)
        self.values.setColumnHidden(1, not row.fields)
        self.values.setRowCount(len(lines))
        for at, texts in enumerate(lines):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text if len(text) > 10 else "")
                self.values.setItem(at, column, item)
        self.current.emit(row)

    def _lines(self, row: PlannedRow) -> list[tuple[str, str, str]]:
        if row.fields:
            return [(name, before or "（空）", after) for name, (before, after) in row.fields.items()]
        if row.status not in (NEW, REJECTED):
            return []
        return [(name, "", text) for name, text in self._show(row)]


class ProblemsPane(QWidget):
    """Every problem by sheet, row and column; of whole `lines` of the sheet there is no column to tell."""

    def __init__(self, problems: Sequence[Problem], parent: QWidget | None = None, *, lines: bool = False) -> None:
        super().__init__(parent)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.current().px(8), 0, 0)
        table = _plain_table(("轻重", "工作表", "行", "列", "写的是", "说明"))
        shown = problems[:2_000]
        table.setRowCount(len(shown))
        for at, problem in enumerate(shown):
            weight = "× 退回" if problem.severity == "error" else "▲ 提醒"
            texts = (weight, problem.sheet, str(problem.row), problem.column, problem.value, problem.reason)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text if len(text) > 10 else "")
                table.setItem(at, column, item)
        tune(table, (80, 104, 52, 120, 240 if lines else 150))
        for column in (0, 3) if lines else ():
            table.setColumnHidden(column, True)
        if len(shown) <= _WRAPPED:
            # What a reader did not understand is read whole, also on a small screen.
            table.setWordWrap(True)
            table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        box.addWidget(table, 1)
        if len(problems) > len(shown):
            box.addWidget(label(f"只列出前 {len(shown)} 处，共 {len(problems)} 处。", "small"))


def weighed(problems: Sequence[Problem]) -> list[Problem]:
    """Problems with those that refuse the row first."""
    return sorted(problems, key=lambda problem: problem.severity != "error")


def problem_text(problem: Problem) -> str:
    """A problem in one sentence with its column and what was written."""
    sign = "× " if problem.severity == "error" else "▲ "
    where = f"“{problem.column}”" if problem.column else ""
    written = f"写的是“{problem.value}”，" if problem.value else ""
    colon = "：" if where else ""
    return f"{sign}{where}{colon}{written}{problem.reason}"


def _plain_table(heads: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(list(heads))
    tune(table, (112, 128))
    return table


def tune(table: QTableView, widths: Sequence[int]) -> None:
    """Give a table of the review its looks and the widths of its columns."""
    px = theme.current().px
    table.setObjectName("plain")
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(px(28))
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setWordWrap(False)
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setStretchLastSection(True)
    head.setHighlightSections(False)
    head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    for column, width in enumerate(widths):
        table.setColumnWidth(column, px(width))
