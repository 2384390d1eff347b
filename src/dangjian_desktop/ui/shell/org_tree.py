"""The organisation tree: the scope of every page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from .. import theme
from ..widgets.lookups import initials
from ..widgets.search_field import search_field

AnyIndex = QModelIndex | QPersistentModelIndex


class UnitLike(Protocol):
    """What the tree needs of a unit; `services.organisations.OrgNode` has it."""

    @property
    def id(self) -> str: ...
    @property
    def parent_id(self) -> str | None: ...
    @property
    def name(self) -> str: ...
    @property
    def short_name(self) -> str: ...
    @property
    def kind_name(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def members_total(self) -> int: ...


class OrgTreeModel(QAbstractItemModel):
    """Units in their tree, children in the given order; an index carries the place of its unit in the list."""

    def __init__(self, units: Sequence[UnitLike] = ()) -> None:
        super().__init__()
        self.units: list[UnitLike] = []
        self._parent: list[int] = []
        self._row: list[int] = []
        self._children: dict[int, list[int]] = {}
        self._place: dict[str, int] = {}
        self.put(units)

    def put(self, units: Sequence[UnitLike]) -> None:
        """Show other units; a parent comes before its children."""
        self.beginResetModel()
        self.units = list(units)
        self._place = {unit.id: place for place, unit in enumerate(self.units)}
        self._parent = [self._place.get(unit.parent_id or "", -1) for unit in self.units]
        self._children, self._row = {-1: []}, []
        for place, parent in enumerate(self._parent):
            below = self._children.setdefault(parent, [])
            self._row.append(len(below))
            below.append(place)
        self.endResetModel()

    def unit(self, index: AnyIndex) -> UnitLike | None:
        """The unit of an index."""
        return self.units[index.internalId()] if index.isValid() else None

    def index_of(self, unit_id: str) -> QModelIndex:
        """The index of a unit, invalid when it is not there."""
        place = self._place.get(unit_id, -1)
        return self.createIndex(self._row[place], 0, place) if place >= 0 else QModelIndex()

    def index(self, row: int, column: int, parent: AnyIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Qt: the index of a child."""
        below = self._children.get(parent.internalId() if parent.isValid() else -1, [])
        return self.createIndex(row, column, below[row]) if 0 <= row < len(below) and column == 0 else QModelIndex()

    def parent(self, index: AnyIndex = QModelIndex()) -> Any:  # noqa: B008
        """Qt: the index of the unit above."""
        above = self._parent[index.internalId()] if index.isValid() else -1
        return self.createIndex(self._row[above], 0, above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: how many units lie below."""
        return len(self._children.get(parent.internalId() if parent.isValid() else -1, ()))

    def columnCount(self, _parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008
        """Qt: one column."""
        return 1

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Short name to show; the tool tip has the full name, kind and count."""
        unit = self.unit(index)
        if unit is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return unit.short_name or unit.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            planned = "，拟成立" if unit.stage == "planned" else ""
            return f"{unit.name}（{unit.kind_name}{planned}，党员 {unit.members_total} 人）"
        return None


class UnitDelegate(QStyledItemDelegate):
    """Name at the left, number of members in grey at the right; planned units in grey."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one unit."""
        look = theme.current()
        model = index.model()
        assert isinstance(model, OrgTreeModel)
        unit = model.unit(index)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        if unit is None:
            return
        painter.save()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        ground = "accent_soft" if chosen else "hover" if state & QStyle.StateFlag.State_MouseOver else ""
        if ground:
            painter.fillRect(rect, look.colour(ground))
        count = str(unit.members_total) if unit.members_total else ""
        width = painter.fontMetrics().horizontalAdvance(count)
        pad = look.px(6)
        painter.setFont(look.font(12))
        painter.setPen(look.colour("ink_soft"))
        painter.drawText(
            rect.adjusted(0, 0, -pad, 0), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count
        )
        painter.setFont(look.font(14, bold=chosen))
        painter.setPen(look.colour("accent" if chosen else "ink_soft" if unit.stage == "planned" else "ink"))
        room = rect.adjusted(look.px(2), 0, -width - 2 * pad, 0)
        text = painter.fontMetrics().elidedText(unit.short_name or unit.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.colour("focus"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row has one height."""
        return QSize(0, theme.current().px(28))


class OrgTree(QWidget):
    """Search field and tree; `chosen(id)` with an empty text for everything (the root)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, 0)
        box.setSpacing(px(6))
        self.search = search_field("查找党组织")
        holder = QVBoxLayout()
        holder.setContentsMargins(px(8), 0, px(8), 0)
        holder.addWidget(self.search)
        box.addLayout(holder)
        self.model = OrgTreeModel()
        self.view = QTreeView()
        self.view.setAccessibleName("党组织")
        self.view.setObjectName("scope")
        self.view.setHeaderHidden(True)
        self.view.setUniformRowHeights(True)
        self.view.setIndentation(px(16))
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setItemDelegate(UnitDelegate(self.view))
        self.view.setModel(self.model)
        self.view.setMouseTracking(True)
        box.addWidget(self.view, 1)
        self._quiet = False
        self.view.selectionModel().currentChanged.connect(self._moved)
        self._typing = False
        self.search.textEdited.connect(self._typed)
        self.search.returnPressed.connect(self._entered)

    def put(self, units: Sequence[UnitLike]) -> None:
        """Show the tree; the chosen unit and what is unfolded stay."""
        chosen = self.scope() or ""
        open_units = [unit.id for unit in self.model.units if self.view.isExpanded(self.model.index_of(unit.id))]
        first = not self.model.units
        self._quiet = True
        self.model.put(units)
        if first:
            self.view.expandToDepth(0)
        for unit_id in open_units:
            self.view.expand(self.model.index_of(unit_id))
        index = self.model.index_of(chosen)
        self.view.setCurrentIndex(index if index.isValid() else self.model.index(0, 0))
        self._quiet = False

    def scope(self) -> str | None:
        """The chosen unit; None for the root, which means everything."""
        unit = self.model.unit(self.view.currentIndex())
        return None if unit is None or unit.parent_id is None else unit.id

    def name(self) -> str:
        """Full name of the chosen unit."""
        unit = self.model.unit(self.view.currentIndex())
        return unit.name if unit else ""

    def choose(self, unit_id: str | None) -> None:
        """Choose a unit; None chooses the root."""
        index = self.model.index_of(unit_id) if unit_id else self.model.index(0, 0)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes from the search field back to the tree."""
        if event.key() == Qt.Key.Key_Escape:
            self.view.setFocus()
        else:
            super().keyPressEvent(event)

    def _moved(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self._quiet and current.isValid():
            self.chosen.emit(self.scope() or "")

    def _typed(self) -> None:
        self._typing = True
        self._find(0)

    def _entered(self) -> None:
        """The first Enter means what typing has found; each further one goes on to the next that fits."""
        if not self._typing:
            self._find(1)
        self._typing = False

    def _find(self, step: int) -> None:
        text = self.search.text().strip().lower()
        if not text:
            return
        units = self.model.units
        fitting = [
            u for u in units if text in u.name or text in u.short_name or text in initials(u.short_name or u.name)
        ]
        if not fitting:
            return
        here = self.scope()
        places = [unit.id for unit in fitting]
        place = (places.index(here) + step) % len(places) if here in places else 0
        self.choose(places[place])
