"""What came of a filling, cell by cell: what stayed empty and why, and every total against the figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from dangjian_desktop.domain.forms.form_sheets import shown

from ... import theme
from ...widgets.labels import label

if TYPE_CHECKING:
    from dangjian_desktop.services.forms.fill_job import FormulaCheck, Unfilled

_SIZE = 13
_FLAGS = int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft) | int(Qt.TextFlag.TextWordWrap)
_CELL = Qt.ItemDataRole.UserRole
_ORDER = ("differs", "unchecked", "agrees", "computed")
_SIGNS = {"differs": "× 不一致", "unchecked": "▲ 没有核对", "agrees": "✓ 一致", "computed": "已算出"}


class _Wrapped(QStyledItemDelegate):
    """A text in as many lines as it needs; the style's own padding is not counted into a row's height."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint one cell."""
        look, rect = theme.current(), QRect(option.rect)  # type: ignore[attr-defined]
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, look.colour("selected"))
        painter.setFont(look.font(_SIZE))
        text = str(index.data() or "")
        sign = {"▲": "amber", "×": "danger"}.get(text[:1], "ink")
        painter.setPen(look.colour(sign))
        painter.drawText(rect.adjusted(look.px(8), look.px(5), -look.px(6), -look.px(4)), _FLAGS, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """The height of the wrapped text in its column."""
        look, view = theme.current(), option.widget  # type: ignore[attr-defined]
        width = view.columnWidth(index.column()) if isinstance(view, QTableWidget) else look.px(200)
        room = QRect(0, 0, width - look.px(15), 10_000)
        metrics = QFontMetrics(look.font(_SIZE))
        return QSize(width, metrics.boundingRect(room, _FLAGS, str(index.data() or "")).height() + look.px(10))


class CellTable(QWidget):
    """Lines about cells under a sentence; `went(address)` when one is pointed at."""

    went = Signal(str)

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(0, px(8), 0, 0)
        box.setSpacing(px(6))
        self.said = label("", "soft", wrap=True)
        box.addWidget(self.said)
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.setObjectName("plain")
        self.table.verticalHeader().hide()
        head = self.table.horizontalHeader()
        # The widths are settled only after the table has been laid out.
        self._fit = QTimer(self, singleShot=True, interval=0)
        self._fit.timeout.connect(self.table.resizeRowsToContents)
        head.sectionResized.connect(lambda _section, _before, _now: self._fit.start())
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumHeight(px(60))
        self.table.setWordWrap(True)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setStretchLastSection(True)
        self.table.setItemDelegate(_Wrapped(self.table))
        self.table.setColumnWidth(0, px(56))
        self.table.currentItemChanged.connect(lambda now, _before: self._go(now))
        box.addWidget(self.table, 1)

    def put(self, said: str, lines: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Show lines of (address, texts)."""
        blocked = self.table.blockSignals(True)
        self.said.setText(said)
        self.table.setRowCount(len(lines))
        for row, (where, texts) in enumerate(lines):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setData(_CELL, where)
                self.table.setItem(row, column, item)
        self._fit.start()
        self.table.setCurrentCell(-1, -1)
        self.table.setVisible(bool(lines))
        self.table.blockSignals(blocked)

    def showEvent(self, event: QShowEvent) -> None:
        """Lines were measured for another width while the table was hidden."""
        super().showEvent(event)
        self._fit.start()

    def current(self) -> int:
        """The row pointed at, or -1."""
        return self.table.currentRow()

    def _go(self, item: QTableWidgetItem | None) -> None:
        if item is not None:
            self.went.emit(str(item.data(_CELL)))


def unfilled_lines(unfilled: Sequence[Unfilled]) -> list[tuple[str, list[str]]]:
    """What was pointed at and could not be filled first, then what nobody pointed at."""
    ordered = sorted(unfilled, key=lambda line: not line.mapped)
    return [(u.cell, [_ref(u.cell), f"{'▲ ' if u.mapped else ''}{u.label}：{u.reason}"]) for u in ordered]


def unfilled_said(unfilled: Sequence[Unfilled]) -> str:
    """The sentence over them."""
    mapped = sum(line.mapped for line in unfilled)
    rest = len(unfilled) - mapped
    if not unfilled:
        return "该填的都填上了。"
    parts = [f"▲ {mapped} 处指定了却填不上" if mapped else "", f"{rest} 处还没有指定填什么，会空着" if rest else ""]
    return "；".join(part for part in parts if part) + "。点一行就到那一格。"


def check_lines(checks: Sequence[FormulaCheck]) -> list[tuple[str, list[str]]]:
    """Formulas, those that disagree first."""
    ordered = sorted(checks, key=lambda check: _ORDER.index(check.status))
    lines = []
    for check in ordered:
        told = check.reason or f"{check.label}：算得 {shown(check.computed) or '（空）'}"
        lines.append((check.cell, [_ref(check.cell), f"{_SIGNS[check.status]}　{told}"]))
    return lines


def check_said(checks: Sequence[FormulaCheck]) -> str:
    """The sentence over them."""
    if not checks:
        return "这张表没有跟着变的公式。"
    count = {status: sum(check.status == status for check in checks) for status in _ORDER}
    parts = [f"表里有 {len(checks)} 个公式跟着变"]
    if count["differs"]:
        parts.append(f"× {count['differs']} 个与指标不一致，请核对")
    if count["agrees"]:
        parts.append(f"{count['agrees']} 个与指标一致")
    if count["unchecked"]:
        parts.append(f"▲ {count['unchecked']} 个这里算不了，打开表后由 Excel 或 WPS 算")
    return "，".join(parts) + "。公式本身不改动。"


def _ref(where: str) -> str:
    return where.rpartition("!")[2].partition(":")[0]
