"""A superior's form drawn as the sheet it is: widths, merged cells, fills, and what its cells would hold now."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from dangjian_desktop.domain.forms.form_looks import CellLook, SheetLook, displayed
from dangjian_desktop.domain.forms.form_sheets import FormSheet, Place, column_name, ref_of

from ... import theme

AnyIndex = QModelIndex | QPersistentModelIndex
FILLED, COMPUTED, FAILED, DIFFERS = "filled", "computed", "failed", "differs"
"""What is said about a cell: filled, computed anew, pointed at but not fillable, a total that disagrees."""

MARKS = {
    FILLED: ("", "good_soft", "good"),
    FAILED: ("▲", "amber_soft", "amber"),
    DIFFERS: ("×", "danger_soft", "danger"),
}
ZOOMS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.15, 1.3, 1.5)
_MOST_ROWS, _MOST_COLUMNS = 5_000, 150
_ROWS_BELOW = 3  # a list may begin under the last line that the form has
_POINT = 96 / 72
_NUMBER = re.compile(r"-?[\d,]{1,15}(?:\.\d+)?%?")
_ACROSS = {"center": Qt.AlignmentFlag.AlignHCenter, "centerContinuous": Qt.AlignmentFlag.AlignHCenter}
_ACROSS |= {"right": Qt.AlignmentFlag.AlignRight, "left": Qt.AlignmentFlag.AlignLeft}
_DOWN = {"center": Qt.AlignmentFlag.AlignVCenter, "top": Qt.AlignmentFlag.AlignTop}


@dataclass
class Overlay:
    """What lies over the form: texts and marks by cell."""

    texts: Mapping[Place, str] = field(default_factory=dict)
    marks: Mapping[Place, str] = field(default_factory=dict)


class FormModel(QAbstractTableModel):
    """The cells of one sheet; rows and columns count from 0 here and from 1 on the sheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet = FormSheet("", {})
        self.look = SheetLook()
        self.shown = Overlay()
        self.date1904 = False

    def put(self, sheet: FormSheet, look: SheetLook, *, date1904: bool) -> None:
        """Show another sheet."""
        self.beginResetModel()
        self.sheet, self.look, self.date1904 = sheet, look, date1904
        self.shown = Overlay()
        self.endResetModel()

    def lay_over(self, shown: Overlay) -> bool:
        """Put other texts and marks over the form; whether the sheet has become longer or shorter by it."""
        before = self.rowCount()
        if _lowest(shown) == _lowest(self.shown):
            self.shown = shown
            self.dataChanged.emit(self.index(0, 0), self.index(before - 1, self.columnCount() - 1))
            return False
        self.beginResetModel()
        self.shown = shown
        self.endResetModel()
        return True

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """As far as the form or what is filled in goes."""
        if parent.isValid():
            return 0
        return min(max(self.sheet.used.bottom, _lowest(self.shown)) + _ROWS_BELOW, _MOST_ROWS)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """As far as the form goes."""
        return 0 if parent.isValid() else min(self.sheet.used.right, _MOST_COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Letters above, numbers at the left."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return column_name(section + 1) if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell, filled ones first."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text((index.row() + 1, index.column() + 1))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = (index.row() + 1, index.column() + 1)
            return f"{ref_of(place)} {self.sheet.label(place)} {self.text(place)}"
        return None

    def text(self, place: Place) -> str:
        """What a cell shows."""
        over = self.shown.texts.get(place)
        if over is not None:
            return over
        if self.sheet.anchor(place) != place:
            return ""
        cell = self.sheet.cell(place)
        return displayed(cell.value, cell.style, date1904=self.date1904)


def _lowest(shown: Overlay) -> int:
    return max((row for row, _ in shown.texts), default=0)


class FormCells(QStyledItemDelegate):
    """Paints cells as on paper: always dark on white, whatever the window's colours."""

    zoom = 1.0

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one cell."""
        model: FormModel = index.model()  # type: ignore[assignment]
        place = (index.row() + 1, index.column() + 1)
        look, mark = model.look.look(place), model.shown.marks.get(place, "")
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        sign, ground, ink = MARKS.get(mark, ("", "", ""))
        painter.save()
        painter.fillRect(rect, _light(ground) if ground else QColor(f"#{look.fill}" if look.fill else "#FFFFFF"))
        self._lines(painter, rect, model, place)
        text = model.text(place)
        painter.setFont(self.font_of(look))
        painter.setPen(_light(ink) if ink else QColor(f"#{look.colour}" if look.colour else "#211E1A"))
        painter.drawText(rect.adjusted(3, 1, -3, -1), _flags(look, model, place), f"{sign} {text}".strip())
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(theme.LIGHT.accent), 3))
            painter.drawRect(rect.adjusted(1, 1, -2, -2))
        painter.restore()

    def _lines(self, painter: QPainter, rect: QRect, model: FormModel, place: Place) -> None:
        """Right and lower lines of a cell, and the others where no neighbour draws them.

        All lie within the cell: merged cells are painted before the rest, and nothing paints over them.
        """
        bordered = model.look.look(place).bordered
        painter.setPen(QPen(QColor("#5F5A54" if bordered else "#E9E6E1"), 1))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if bordered and not model.look.look((place[0], place[1] - 1)).bordered:
            painter.drawLine(rect.topLeft(), rect.bottomLeft())
        if bordered and not model.look.look((place[0] - 1, place[1])).bordered:
            painter.drawLine(rect.topLeft(), rect.topRight())

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:  # noqa: ARG002 (Qt's signature)
        """Cells have the size that the form gives them."""
        return QSize(0, 0)

    def font_of(self, look: CellLook) -> QFont:
        """The type of a cell in the window's family."""
        font = theme.current().font()
        font.setPixelSize(max(7, round(look.size * _POINT * self.zoom * theme.current().scale)))
        font.setBold(look.bold)
        return font


def _light(name: str) -> QColor:
    return QColor(getattr(theme.LIGHT, name))


def _flags(look: CellLook, model: FormModel, place: Place) -> int:
    across = _ACROSS.get(look.horizontal)
    if across is None:
        # Without an alignment of its own a sheet puts numbers to the right.
        words = isinstance(model.sheet.cell(place).value, str) or not _NUMBER.fullmatch(model.text(place))
        across = Qt.AlignmentFlag.AlignLeft if words else Qt.AlignmentFlag.AlignRight
    flags = int(across) | int(_DOWN.get(look.vertical, Qt.AlignmentFlag.AlignBottom))
    return flags | int(Qt.TextFlag.TextWordWrap if look.wrap else Qt.TextFlag.TextSingleLine)


class FormGrid(QTableView):
    """The sheet; `pointed(Place)` with the current cell, `wanted()` on Enter, `cleared()` on Delete.

    A block of cells is selected by dragging or with Shift.
    """

    pointed = Signal(object)
    wanted = Signal()
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.cells = FormModel(self)
        self.setModel(self.cells)
        self._paint = FormCells(self)
        self.setItemDelegate(self._paint)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("上级的表格")
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        px = theme.current().px
        for head in (self.horizontalHeader(), self.verticalHeader()):
            head.setHighlightSections(True)
            head.setSectionsClickable(False)
            head.setMinimumSectionSize(1)
            # The air of a list's heads would leave no room for a row's number.
            head.setStyleSheet("QHeaderView::section { padding: 0; }")
        self.verticalHeader().setFixedWidth(px(36))
        self.horizontalHeader().setFixedHeight(px(22))
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)

    def put(self, sheet: FormSheet, look: SheetLook, *, date1904: bool) -> None:
        """Show a sheet, as wide as there is room for."""
        self.cells.put(sheet, look, date1904=date1904)
        self.fit()

    def lay_over(self, shown: Overlay) -> None:
        """Show other contents on the same sheet and stay where the person is."""
        place = self.place()
        blocked = self.blockSignals(True)
        if self.cells.lay_over(shown):
            self._lay_out()
            self.go(place)
        self.blockSignals(blocked)

    def place(self) -> Place:
        """The current cell."""
        index = self.currentIndex()
        return self.cells.sheet.anchor((index.row() + 1, index.column() + 1)) if index.isValid() else (1, 1)

    def places(self) -> list[Place]:
        """The selected cells, merged ones by their corner; the current one where nothing is selected."""
        sheet = self.cells.sheet
        found = {sheet.anchor((index.row() + 1, index.column() + 1)) for index in self.selectedIndexes()}
        return sorted(found) or [self.place()]

    def go(self, place: Place) -> None:
        """Make a cell the current one and bring it into sight."""
        index = self.cells.index(place[0] - 1, place[1] - 1)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def fit(self) -> None:
        """The largest size at which the sheet's width is in sight, but readable."""
        width = sum(self._width(column) for column in range(1, self.cells.columnCount() + 1))
        room = self.viewport().width() - 4
        scale = theme.current().scale
        self.set_zoom(min(1.0, max(0.7, room / (width * scale))) if width and room > 100 else 1.0)

    def set_zoom(self, zoom: float) -> None:
        """Draw larger or smaller."""
        self._paint.zoom = zoom
        self._lay_out()

    def step_zoom(self, step: int) -> None:
        """The next larger or smaller size."""
        now = self._paint.zoom
        larger = [zoom for zoom in ZOOMS if zoom > now + 0.01]
        smaller = [zoom for zoom in ZOOMS if zoom < now - 0.01]
        if step > 0 and larger:
            self.set_zoom(larger[0])
        elif step < 0 and smaller:
            self.set_zoom(smaller[-1])

    def _width(self, column: int) -> float:
        return self.cells.look.columns.get(column, self.cells.look.column_width)

    def _lay_out(self) -> None:
        look, sheet = self.cells.look, self.cells.sheet
        scale = self._paint.zoom * theme.current().scale
        self.clearSpans()
        rows, columns = self.cells.rowCount(), self.cells.columnCount()
        for column in range(1, columns + 1):
            width = self._width(column)
            self.setColumnHidden(column - 1, width <= 0)
            self.setColumnWidth(column - 1, max(1, round(width * scale)))
        # Every row is set: what the sheet before this one had would stay.
        for row in range(1, rows + 1):
            height = look.rows.get(row, look.row_height)
            self.setRowHidden(row - 1, height <= 0)
            self.setRowHeight(row - 1, max(1, round(height * _POINT * scale)))
        for block in sheet.merged:
            high, wide = min(block.bottom, rows) - block.top + 1, min(block.right, columns) - block.left + 1
            if high > 0 and wide > 0 and (high, wide) != (1, 1):
                self.setSpan(block.top - 1, block.left - 1, high, wide)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell which cell is current."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.pointed.emit(self.place())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter asks for the list of figures, Delete takes the cell's figure away."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.wanted.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.cleared.emit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl with the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
        else:
            super().wheelEvent(event)
