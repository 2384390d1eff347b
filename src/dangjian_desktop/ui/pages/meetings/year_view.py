"""The year by branch and month: what was held, what was due and not held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.life.meeting_duty import HELD, MISSED, RULES

from ... import theme
from ...shell.context import PageContext
from ...widgets.empty_state import EmptyState
from ...widgets.labels import button, label
from ...widgets.page_parts import PaddedCells

if TYPE_CHECKING:
    from dangjian_desktop.domain.figures.survey import Survey

AnyIndex = QModelIndex | QPersistentModelIndex
_YEARS = 6
_FEW_SLOTS = 4


@dataclass(frozen=True, slots=True)
class YearCell:
    """One month or quarter of one unit."""

    words: str
    state: str
    period: str


@dataclass(frozen=True, slots=True)
class YearLine:
    """One unit's year for one kind of meeting."""

    unit: str
    name: str
    cells: tuple[YearCell, ...]
    due: int
    done: int


@dataclass(frozen=True, slots=True)
class YearTable:
    """All units of one kind of meeting; `heads` are the months or quarters."""

    heads: tuple[str, ...]
    lines: tuple[YearLine, ...]

    @property
    def missing(self) -> int:
        """Units that missed one."""
        return sum(line.done < line.due for line in self.lines)


def tables_of(survey: Survey) -> dict[str, YearTable]:
    """The year's table of each kind of meeting that is due by rule."""
    names = {unit.id: unit.name for unit in survey.snapshot.organisations}
    found = {}
    for duty in survey.duties:
        heads = tuple(_head(period.text) for period in duty.periods)
        lines = tuple(
            YearLine(
                line.unit,
                names.get(line.unit, ""),
                tuple(YearCell(_words(slot.held, slot.state), slot.state, slot.period) for slot in line.slots),
                line.due,
                line.done,
            )
            for line in duty.lines
        )
        found[duty.rule.kind] = YearTable(heads, lines)
    return found


def _head(period: str) -> str:
    return f"{period[-1]}季度" if "Q" in period else f"{int(period[-2:])}月"


def _words(held: int, state: str) -> str:
    if held:
        return "✓" if held == 1 else f"✓{held}次"
    return "×未开" if state == MISSED else ""


class YearModel(QAbstractTableModel):
    """Serves one kind's table; the last columns hold due and held."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = YearTable((), ())

    def put(self, table: YearTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def cell(self, index: AnyIndex) -> YearCell | None:
        """The month or quarter at an index, or None for name and sums."""
        line = self.table.lines[index.row()]
        return line.cells[index.column() - 1] if 1 <= index.column() <= len(line.cells) else None

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Number of units."""
        return 0 if parent.isValid() else len(self.table.lines)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Name, months, sum."""
        return 0 if parent.isValid() else len(self.table.heads) + 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column heads and running numbers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        return ("党组织", *self.table.heads, "已开/应开")[section]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, colour, alignment."""
        line, cell = self.table.lines[index.row()], self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            if cell is not None:
                return cell.words
            return line.name if index.column() == 0 else f"{line.done}/{line.due}"
        if role == Qt.ItemDataRole.ToolTipRole:
            if cell is None:
                return line.name
            return {HELD: "点开看这些会议", MISSED: "应开未开；双击补记"}.get(cell.state, "不要求或还没到期")
        if role == Qt.ItemDataRole.ForegroundRole:
            short = cell.state == MISSED if cell else index.column() > 0 and line.done < line.due
            held = cell is not None and bool(cell.words)
            return theme.current().colour("danger" if short else "good" if held else "ink")
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignCenter)
        return None


class YearView(QWidget):
    """Chooses year and kind; `list_wanted(unit, kind, period)`, `new_wanted(unit, kind)`."""

    list_wanted = Signal(str, str, str)
    new_wanted = Signal(str, str)

    def __init__(self, context: PageContext) -> None:
        super().__init__()
        self.context = context
        self._token = 0
        self._tables: dict[str, YearTable] = {}
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(8))
        box.addLayout(self._build_bar())
        self.note = label("", "soft", wrap=True)
        box.addWidget(self.note)
        self.model = YearModel(self)
        self.view = self._build_table()
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        hint = "已成立、有在册党员的党支部（支委会、党小组）才列在这里。"
        self._stack.addWidget(EmptyState("没有应开这种会的党组织", hint, icon_name="meeting"))
        box.addLayout(self._stack, 1)
        legend = "✓ 已开　　× 应开未开　　空白：不要求或还没到期。双击“✓”看会议，双击“×”补记一次。"
        box.addWidget(label(legend, "small", wrap=True))

    def _build_bar(self) -> QHBoxLayout:
        px = theme.current().px
        bar = QHBoxLayout()
        bar.setSpacing(px(8))
        self.year = QComboBox()
        this = self.context.office.today().year
        for year in range(this, this - _YEARS, -1):
            self.year.addItem(f"{year}年", year)
        self.kind = QComboBox()
        for rule in RULES:
            self.kind.addItem(rule.label, rule.kind)
        self.kind.setMinimumWidth(px(160))
        self.only = button("只看有未开的", self._show)
        self.only.setCheckable(True)
        for part in (self.year, self.kind, self.only):
            bar.addWidget(part)
        bar.addStretch(1)
        self.year.currentIndexChanged.connect(lambda _index: self.reload())
        self.kind.currentIndexChanged.connect(lambda _index: self._show())
        return bar

    def _build_table(self) -> QTableView:
        px = theme.current().px
        view = QTableView()
        view.setModel(self.model)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setItemDelegate(PaddedCells(view))
        view.setAccessibleName("全年情况")
        view.horizontalHeader().setHighlightSections(False)
        rows = view.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(px(30))
        rows.setFixedWidth(px(44))
        rows.setHighlightSections(False)
        view.activated.connect(self._open)
        return view

    def reload(self) -> None:
        """Fetch the year again."""
        self._token += 1
        token, office, scope = self._token, self.context.office, self.context.shell.scope()
        year = str(self.year.currentData())
        self.note.setText("正在统计…")

        def count() -> dict[str, YearTable]:
            from dangjian_desktop.services.reports import figures

            return tables_of(figures.survey_of(office, scope=scope, period=year))

        self.context.runner.fetch(
            count,
            lambda tables: self._take(token, tables),
            failed=lambda error: self._failed(token, error),
            owner=self,
        )

    def _take(self, token: int, tables: dict[str, YearTable]) -> None:
        if token == self._token:
            self._tables = tables
            self._show()

    def _failed(self, token: int, error: Exception) -> None:
        if token == self._token:
            self._tables = {}
            self._show()
            self.context.runner.failed.emit(error)

    def _show(self) -> None:
        table = self._tables.get(self.kind.currentData(), YearTable((), ()))
        due, done = sum(line.due for line in table.lines), sum(line.done for line in table.lines)
        words = f"{len(table.lines)} 个党组织　应开 {due} 次　已开 {done} 次　"
        words += f"× {table.missing} 个有未开" if table.missing else "没有未开的"
        self.note.setText(words if table.lines else "")
        self._stack.setCurrentIndex(0 if table.lines else 1)
        if self.only.isChecked():
            table = YearTable(table.heads, tuple(line for line in table.lines if line.done < line.due))
        self.model.put(table)
        self._size(len(table.heads))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names what the months leave."""
        super().resizeEvent(event)
        self._size(len(self.model.table.heads))

    def _size(self, slots: int) -> None:
        if not slots:
            return
        px = theme.current().px
        self.view.horizontalHeader().setMinimumSectionSize(px(44))
        month, total = px(52 if slots > _FEW_SLOTS else 104), px(76)
        for column in range(1, slots + 1):
            self.view.setColumnWidth(column, month)
        self.view.setColumnWidth(slots + 1, total)
        room = self.width() - px(44) - month * slots - total - px(16)
        self.view.setColumnWidth(0, max(px(168), room))

    def _open(self, index: QModelIndex) -> None:
        cell, line = self.model.cell(index), self.model.table.lines[index.row()]
        kind = str(self.kind.currentData())
        if cell is None:
            self.list_wanted.emit(line.unit, kind, str(self.year.currentData()))
        elif cell.state == MISSED:
            self.new_wanted.emit(line.unit, kind)
        elif cell.words:
            self.list_wanted.emit(line.unit, kind, cell.period)
