"""The view of a long list: cells painted straight from the model, a head with sort and filter marks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from .. import theme
from .cell_delegate import CellDelegate
from .icons import pixmap
from .kept_selection import KeptSelection, stretches
from .record_model import AnyIndex, RecordTableModel

if TYPE_CHECKING:
    from .cell_editing import CellEditing

ROW_HEIGHT, LOW_ROW_HEIGHT = 30, 22
HEAD_HEIGHT, LOW_HEAD_HEIGHT = 32, 24


class RecordHeader(QHeaderView):
    """Column heads: a click sorts, the small mark at the right opens the filter, columns are dragged."""

    filter_wanted = Signal(int)
    sort_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setStretchLastSection(False)
        self.setMinimumSectionSize(theme.current().px(56))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.filtered: set[int] = set()
        self.sorted: dict[int, bool] = {}
        self._pressed = -1
        self.setFixedHeight(theme.current().px(HEAD_HEIGHT))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Paint one head."""
        look = theme.current()
        painter.save()
        painter.fillRect(rect, look.colour("accent_soft" if section in self.filtered else "sunken"))
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.topRight(), rect.bottomRight())
        painter.setPen(look.colour("line_strong"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        mark = look.px(14)
        x, y = rect.right() - mark - look.px(5), rect.center().y() - mark // 2
        ratio = self.devicePixelRatioF()
        if section in self.filtered:
            painter.drawPixmap(x, y, pixmap("filter", "accent", 14, ratio))
        else:
            painter.drawPixmap(x, y, pixmap("chevron-down", "ink_faint", 14, ratio))
        room = rect.adjusted(look.px(8), 0, -mark - look.px(8), 0)
        if section in self.sorted:
            room.adjust(0, 0, -mark, 0)
            name = "sort-down" if self.sorted[section] else "sort-up"
            painter.drawPixmap(x - mark, y, pixmap(name, "accent", 14, ratio))
        painter.setPen(look.colour("accent" if section in self.filtered or section in self.sorted else "ink_soft"))
        text = str(self.model().headerData(section, Qt.Orientation.Horizontal) or "")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember a press on a filter mark; everything else drags and resizes as usual."""
        self._pressed = self._mark_at(event.position().toPoint().x())
        if event.button() == Qt.MouseButton.LeftButton and self._pressed >= 0:
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the filter when press and release met the same mark."""
        section = self._mark_at(event.position().toPoint().x())
        if self._pressed >= 0:
            if section == self._pressed and event.button() == Qt.MouseButton.LeftButton:
                self.filter_wanted.emit(section)
            self._pressed = -1
            return
        super().mouseReleaseEvent(event)

    def _mark_at(self, x: int) -> int:
        section = self.logicalIndexAt(x)
        if section < 0:
            return -1
        right = self.sectionViewportPosition(section) + self.sectionSize(section)
        # The last four pixels belong to dragging the width.
        return section if theme.current().px(4) < right - x < theme.current().px(24) else -1


class RecordView(QTableView):
    """A table view that stays quick on a long model and keeps the selection by id over a new order.

    `typed(text)` fires when letters are typed (type to find), `composed(event)` when an input method does,
    `opened(id)` on Enter or a double click.
    """

    opened = Signal(str)
    typed = Signal(str)
    composed = Signal(object)
    copy_wanted = Signal(bool)
    paste_wanted = Signal()
    moved = Signal(str)
    selection_moved = Signal()

    def __init__(self, model: RecordTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kept_place = ("", 0)
        self._to_top = self._low = self._finding = False
        self._count = 0
        self._told = ""
        self.editing: CellEditing | None = None
        self.kept = KeptSelection(self)
        self.head = RecordHeader(self)
        self.setHorizontalHeader(self.head)
        self._sort_only()
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(True)
        self.setAlternatingRowColors(False)
        self._size_rows()
        self.setModel(model)
        self.model_ = model
        model.about_to_reset.connect(self._keep)
        model.counted.connect(self._restore)
        self.doubleClicked.connect(lambda index: self.opened.emit(model.id_at(index.row())))
        self.verticalScrollBar().valueChanged.connect(lambda _value: self._ensure())
        theme.current().changed.connect(self._size_rows)

    def _sort_only(self) -> None:
        # A table view selects the whole column on a press of its head: one key later all its records are meant.
        self.head.sectionPressed.disconnect()
        self.head.sectionEntered.disconnect()

    def set_low(self, low: bool) -> None:
        """Rows and head close together, where the window has little height."""
        if low != self._low:
            self._low = low
            self._size_rows()

    # Typing into cells

    def begin_editing(self, editing: CellEditing) -> None:
        """Let cells be typed into from now on."""
        self.editing = editing
        delegate = self.itemDelegate()
        assert isinstance(delegate, CellDelegate)
        delegate.editing = editing

    def type_into(self, index: AnyIndex, event: QEvent) -> None:
        """Open the editor of a cell and hand it the letter or composition that began it."""
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)
        if isinstance(event, QInputMethodEvent):
            super().inputMethodEvent(event)
        else:
            self.edit(index, QAbstractItemView.EditTrigger.AnyKeyPressed, event)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """A composition begins the editor of a cell, like a letter; while it lasts Qt hands it on to the editor."""
        if self.editing is not None and (self.editing.is_open or self.editing.may_compose(self.currentIndex())):
            self.type_into(self.currentIndex(), event)
        elif event.preeditString() or event.commitString() or self._finding:
            self._finding = bool(event.preeditString())
            self.composed.emit(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """What is composed goes into the cell or finds, like letters."""
        super().focusInEvent(event)
        self._let_compose()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes on in the row while one types through it."""
        if self.editing is not None and self.editing.tab(forward):
            return True
        return super().focusNextPrevChild(forward)

    def _let_compose(self) -> None:
        # Qt asks the model only, which knows nothing of finding.
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

    def _size_rows(self) -> None:
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        look = theme.current()
        rows.setMinimumSectionSize(look.px(LOW_ROW_HEIGHT))
        rows.setDefaultSectionSize(look.px(LOW_ROW_HEIGHT if self._low else ROW_HEIGHT))
        self.head.setFixedHeight(look.px(LOW_HEAD_HEIGHT if self._low else HEAD_HEIGHT))
        # As wide as the number of the last row.
        widest = QFontMetrics(self.font()).horizontalAdvance("0" * max(len(str(self._count)), 3))
        rows.setFixedWidth(widest + look.px(14))
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setHighlightSections(False)

    # Selection by id

    def parts(self) -> list[QItemSelectionRange]:
        """The selected blocks."""
        return self.selectionModel().selection().toList()

    def selected_rows(self) -> list[int]:
        """Rows touched by the selection, in order."""
        rows: set[int] = set()
        for stretch in self.parts():
            rows.update(range(stretch.top(), stretch.bottom() + 1))
        return sorted(rows)

    def selected_count(self) -> int:
        """How many rows the selection touches, without listing them."""
        stretches = sorted((part.top(), part.bottom()) for part in self.parts())
        count, reached = 0, -1
        for top, bottom in stretches:
            top = max(top, reached + 1)
            if bottom >= top:
                count += bottom - top + 1
                reached = bottom
        return count

    def select_rows(self, rows: Iterable[int]) -> None:
        """Select whole rows (as few stretches as possible) and nothing else."""
        last = self.model_.columnCount() - 1
        chosen = QItemSelection()
        for top, bottom in stretches(rows, len(self.model_.ids)):
            chosen.select(self.model_.index(top, 0), self.model_.index(bottom, last))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def show_top_next(self) -> None:
        """The order that arrives next is shown from its first row."""
        self._to_top = True

    def _keep(self) -> None:
        current = self.currentIndex()
        self._kept_place = (self.model_.id_at(current.row()) if current.isValid() else "", max(current.column(), 0))
        self.kept.keep()

    def _restore(self, count: int) -> None:
        if len(str(count)) != len(str(self._count)):
            self._count = count
            self._size_rows()
        record, column = self._kept_place
        row = self.model_.row_of(record)
        if row >= 0:
            index = self.model_.index(row, min(column, self.model_.columnCount() - 1))
            self.setCurrentIndex(index)
            self.scrollTo(index)
        elif self._told:
            self._told = ""
            self.moved.emit("")
        self.kept.restore()
        if self._to_top:
            self._to_top = False
            self.scrollToTop()
        self.selection_moved.emit()
        self._ensure()

    # Painting and loading ahead

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint within one Python call: with a busy worker, each separate call would wait for its turn."""
        super().paintEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Load what came into sight."""
        super().resizeEvent(event)
        self._ensure()

    def visible_rows(self) -> tuple[int, int]:
        """First and last row in sight."""
        first = max(self.rowAt(0), 0)
        last = self.rowAt(self.viewport().height() - 1)
        return first, last if last >= 0 else len(self.model_.ids) - 1

    def _ensure(self) -> None:
        if self.model_.ids:
            self.model_.ensure(*self.visible_rows())

    # Keys

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        """Tell which record is current; a reload that finds the same one again is no move of the person's."""
        if self.editing is not None:
            self.editing.leave()
        super().currentChanged(current, previous)
        if self.editing is not None:
            self._let_compose()
            self.editing.moved(current)
        record = self.model_.id_at(current.row()) if current.isValid() else ""
        if record != self._told:
            self._told = record
            self.moved.emit(record)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        """Tell that the selection moved; listeners count rows only when asked."""
        super().selectionChanged(selected, deselected)
        self.selection_moved.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens, Alt+Down filters the column, Ctrl+C/V copy and paste a block, letters begin type-to-find."""
        if self.editing is not None and self.editing.key(event):
            return
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit(False)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_wanted.emit()
        elif event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.head.filter_wanted.emit(max(self.currentIndex().column(), 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.model_.id_at(self.currentIndex().row()))
        elif _is_letter(event):
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the row height when fonts or style change."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._size_rows()


def _is_letter(event: QKeyEvent) -> bool:
    plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return plain == Qt.KeyboardModifier.NoModifier and len(event.text()) == 1 and event.text().isalnum()
