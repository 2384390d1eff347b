"""How a cell of a list is painted, and whom its editor asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from .. import theme
from .record_model import WAITING, RecordTableModel

if TYPE_CHECKING:
    from .cell_editing import CellEditing

_SELECTED = QStyle.StateFlag.State_Selected.value
_FOCUSED = QStyle.StateFlag.State_HasFocus.value


class CellDelegate(QStyledItemDelegate):
    """Paints a cell without the style: one text, elided, the selection and a ring round the current cell.

    Called for every cell of every paint, so colours are looked up once a theme and flags compared as numbers.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.editing: CellEditing | None = None
        self._take_colours()
        theme.current().changed.connect(self._take_colours)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        model = index.model()
        assert isinstance(model, RecordTableModel)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: int = option.state.value  # type: ignore[attr-defined]
        column = index.column()
        if state & _SELECTED:
            painter.fillRect(rect, self._selected)
        text = model.cell(index.row(), column)
        if text:
            painter.setPen(self._waiting if text == WAITING else self._ink)
            if model.overlay and model.fault(index.row(), column):
                painter.setPen(self._fault)
            shown = rect.adjusted(self._pad, 0, -self._pad, 0)
            metrics: QFontMetrics = option.fontMetrics  # type: ignore[attr-defined]
            # No sign is wider than the type is high: short texts are not measured.
            if len(text) * self._widest > shown.width() and metrics.horizontalAdvance(text) > shown.width():
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, shown.width())
            painter.drawText(shown, model.alignment(column), text)
        if state & _FOCUSED:
            painter.setPen(self._ring)
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """The editor of a cell that may be typed into."""
        made = self.editing.make(parent, index) if self.editing is not None else None
        return made if made is not None else super().createEditor(parent, option, QModelIndex())

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """Put what the cell holds into its editor."""
        if self.editing is not None:
            self.editing.fill(editor, index)

    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> None:
        """Lay the editor over its cell."""
        if self.editing is not None:
            self.editing.place(editor, option.rect)  # type: ignore[attr-defined]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that end an editor; Qt's own would write into the model."""
        return self.editing is not None and self.editing.filter(watched, event)

    def _take_colours(self) -> None:
        look = theme.current()
        self._fault = look.colour("danger")
        self._ink, self._waiting, self._selected = (look.colour(name) for name in ("ink", "ink_soft", "selected"))
        self._ring = QPen(look.colour("focus"), 2)
        self._pad = look.px(8)
        self._widest = look.px(theme.BASE_SIZE) + 1
