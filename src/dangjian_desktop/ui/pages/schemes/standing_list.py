"""The standings of a scheme as a table: place, who, marks or stars, total, level, what is to be known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QTableView, QWidget

from dangjian_desktop.domain.schemes.schemes import SUBJECTS
from dangjian_desktop.domain.schemes.standing import Standing, points, told, total_text

from ... import theme
from ...widgets.page_parts import choose_rows

if TYPE_CHECKING:
    from dangjian_desktop.services.schemes.scoring import SchemeBoard

AnyIndex = QModelIndex | QPersistentModelIndex
MOST_MARKS = 6
_STAR, _OPEN = "★", "—"


class StandingModel(QAbstractTableModel):
    """One row for each that a scheme looks at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heads: list[str] = []
        self.cells: list[list[str]] = []
        self.standings: list[Standing] = []
        self.centred: set[int] = set()

    def put(self, board: SchemeBoard) -> None:
        """Show another board."""
        self.beginResetModel()
        scheme = board.scheme
        self.standings = list(board.standings)
        marks = len(scheme.indicators) if len(scheme.indicators) <= MOST_MARKS and not scheme.stars else 0
        between = [star.label.removesuffix("星") for star in scheme.stars] or [
            one.label for one in scheme.indicators[:marks]
        ]
        first = ["名次"] if scheme.ranked else []
        total = ["得分"] if scheme.indicators else []
        # What counts stands where also a narrow window shows it; the marks follow.
        self.heads = [*first, SUBJECTS[scheme.subjects], *total, "等次", *between, "说明"]
        self.centred = {*range(len(first)), *range(len(first) + 1, len(self.heads) - 1)}
        self.cells = []
        for one in self.standings:
            row = [one.place.text] if scheme.ranked else []
            row += [one.name, *([total_text(one)] if total else []), one.level]
            row += _stars(board, one) if scheme.stars else points(scheme, one, marks)
            self.cells.append([*row, told(one)])
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """One for each standing."""
        return 0 if parent.isValid() else len(self.cells)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """As the scheme has them."""
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column heads."""
        if orientation == Qt.Orientation.Horizontal and role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return self.heads[section]
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words of a cell; who has no score yet is soft."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.cells[index.row()][index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and not self.standings[index.row()].scores:
            return theme.current().colour("ink_soft")
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in self.centred:
            return int(Qt.AlignmentFlag.AlignCenter)
        return None


def _stars(board: SchemeBoard, one: Standing) -> list[str]:
    newest = one.newest
    if newest is None:
        return [_OPEN] * len(board.scheme.stars)
    open_one = bool(newest.score.missing)
    return [_STAR if star.label in newest.score.stars else (_OPEN if open_one else "") for star in board.scheme.stars]


class StandingList(QTableView):
    """The list; `opened(Standing)` on Enter or a double click, `moved(Standing or None)` with the current row."""

    opened = Signal(object)
    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.rows = StandingModel(self)
        self.setModel(self.rows)
        choose_rows(self, "得分和名次")
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setMinimumSectionSize(theme.current().px(56))
        side = self.verticalHeader()
        side.hide()
        side.setDefaultSectionSize(theme.current().px(30))
        self.activated.connect(self._open)

    def put(self, board: SchemeBoard) -> None:
        """Show another board; the row of who was chosen stays chosen."""
        chosen = self.current()
        self.rows.put(board)
        px, head = theme.current().px, self.horizontalHeader()
        for place, name in enumerate(self.rows.heads):
            who = name in SUBJECTS.values()
            text = head.fontMetrics().horizontalAdvance(name) + px(20)
            least = px(200 if name == "说明" else 76 if name == "得分" else 60)
            self.setColumnWidth(place, px(132) if who else max(text, least))
        subjects = [one.subject for one in self.rows.standings]
        row = subjects.index(chosen.subject) if chosen is not None and chosen.subject in subjects else 0
        if subjects:
            self.setCurrentIndex(self.rows.index(row, 0))
        else:
            self.moved.emit(None)

    def current(self) -> Standing | None:
        """The chosen standing."""
        row = self.currentIndex().row()
        return self.rows.standings[row] if 0 <= row < len(self.rows.standings) else None

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell who is current."""
        super().currentChanged(current, previous)
        self.moved.emit(self.current())

    def _open(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.rows.standings):
            self.opened.emit(self.rows.standings[index.row()])
