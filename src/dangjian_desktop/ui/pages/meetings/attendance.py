"""Who was there: everyone due on the day, presence toggled with Space, counts as one types."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from ... import theme
from ...widgets.labels import button, label
from ...widgets.page_parts import PaddedCells

if TYPE_CHECKING:
    from dangjian_desktop.services.life.meetings import Attendee

PRESENT, EXCUSED, ABSENT = "present", "excused", "absent"
NEXT = {PRESENT: EXCUSED, EXCUSED: ABSENT, ABSENT: PRESENT, "": PRESENT}
WORDS = {PRESENT: "✓ 到会", EXCUSED: "△ 请假", ABSENT: "× 缺席", "": "－ 未记"}
_COLOURS = {PRESENT: "good", EXCUSED: "amber", ABSENT: "danger", "": "ink_soft"}
NAME, PRESENCE, REASON = range(3)
_HEADS = ("姓名", "到会情况", "原因")
_WITH_REASON = (EXCUSED, ABSENT)
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class AttendanceLine:
    """One person due: presence is one of the three words or empty."""

    member: str
    name: str
    probationary: bool
    presence: str
    reason: str


@dataclass(frozen=True, slots=True)
class PresenceCounts:
    """How many were due, there, excused, absent, and not marked yet."""

    due: int
    present: int
    excused: int
    absent: int
    unmarked: int

    def words(self) -> str:
        """应到 23　实到 20　请假 2　缺席 1."""
        parts = [f"应到 {self.due}", f"实到 {self.present}", f"请假 {self.excused}", f"缺席 {self.absent}"]
        return "　".join([*parts, f"未记 {self.unmarked}"] if self.unmarked else parts)


class AttendanceModel(QAbstractTableModel):
    """The people due and what was marked; `marked` fires after every change a person made."""

    marked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.locked = False
        self.lines: list[AttendanceLine] = []

    def put(self, people: Sequence[Attendee], *, preset: str) -> None:
        """Show the people of a day; who was marked before keeps the mark, those due get `preset`."""
        before = {line.member: line for line in self.lines}
        self.beginResetModel()
        self.lines = []
        for person in people:
            kept = before.get(person.member_id)
            presence = kept.presence if kept else person.presence or (preset if person.due else "")
            reason = kept.reason if kept else person.reason
            self.lines.append(
                AttendanceLine(person.member_id, person.name, person.member_class == "2", presence, reason)
            )
        self.endResetModel()

    def clear(self) -> None:
        """Forget everyone."""
        self.beginResetModel()
        self.lines = []
        self.endResetModel()

    def take(self, marks: Mapping[str, Mapping[str, Any]]) -> None:
        """Put kept marks over those that stand."""
        for line in self.lines:
            mark = marks.get(line.member)
            if mark:
                line.presence, line.reason = mark.get("presence") or "", mark.get("reason") or ""
        self._changed(0, len(self.lines) - 1)

    def marks(self) -> dict[str, dict[str, Any]]:
        """Attendance by member id as the services store it; those not marked are left out."""
        return {
            line.member: {"presence": line.presence, "reason": line.reason if line.presence in _WITH_REASON else ""}
            for line in self.lines
            if line.presence
        }

    def counts(self) -> PresenceCounts:
        """The numbers as they stand."""
        seen = Counter(line.presence for line in self.lines)
        return PresenceCounts(len(self.lines), seen[PRESENT], seen[EXCUSED], seen[ABSENT], seen[""])

    def without_reason(self) -> list[int]:
        """Rows of those excused without a reason."""
        return [row for row, line in enumerate(self.lines) if line.presence == EXCUSED and not line.reason.strip()]

    def toggle(self, rows: Sequence[int]) -> None:
        """Turn presence one step further; several rows follow the first."""
        if rows and not self.locked:
            self.mark(rows, NEXT[self.lines[rows[0]].presence])

    def mark(self, rows: Sequence[int], presence: str) -> None:
        """Mark these rows."""
        for row in rows:
            self.lines[row].presence = presence
        if rows:
            self._changed(min(rows), max(rows))
            self.marked.emit()

    def _changed(self, first: int, last: int) -> None:
        if last >= first:
            self.dataChanged.emit(self.index(first, NAME), self.index(last, REASON))

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Number of people."""
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: B008 (Qt's signature)
        """Name, presence, reason."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Column heads and running numbers."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return _HEADS[section] if orientation == Qt.Orientation.Horizontal else str(section + 1)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words and colour of a cell; a colour never stands alone."""
        line, column = self.lines[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if column == NAME:
                return f"{line.name}（预备）" if line.probationary else line.name
            if column == PRESENCE:
                return WORDS[line.presence]
            if line.presence not in _WITH_REASON:
                return ""
            missing = line.presence == EXCUSED and role == Qt.ItemDataRole.DisplayRole
            return line.reason or ("▲ 请写原因" if missing else "")
        if role == Qt.ItemDataRole.ForegroundRole and column != NAME:
            missing = column == REASON and not line.reason
            name = "danger" if missing else _COLOURS[line.presence] if column == PRESENCE else "ink"
            return theme.current().colour(name)
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Only why somebody was not there is typed."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if self.locked:
            return flags
        if index.isValid() and index.column() == REASON and self.lines[index.row()].presence in _WITH_REASON:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed reason."""
        if role != Qt.ItemDataRole.EditRole or index.column() != REASON:
            return False
        self.lines[index.row()].reason = str(value).strip()
        self._changed(index.row(), index.row())
        self.marked.emit()
        return True


class AttendanceView(QTableView):
    """Space turns the presence of the selected people, a click on it too; typing on somebody not there writes why."""

    def __init__(self, model: AttendanceModel) -> None:
        super().__init__()
        self.people = model
        self.setModel(model)
        px = theme.current().px
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setItemDelegate(PaddedCells(self))
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(REASON, QHeaderView.ResizeMode.Stretch)
        self.setColumnWidth(NAME, px(120))
        self.setColumnWidth(PRESENCE, px(80))
        rows = self.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(px(28))
        rows.setHighlightSections(False)
        rows.setFixedWidth(px(36))
        self.setAccessibleName("到会名单")
        self.setAccessibleDescription("按空格切换到会、请假、缺席")

    def chosen(self) -> list[int]:
        """Selected rows, the current one first."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        current = self.currentIndex().row()
        return [current, *(row for row in rows if row != current)] if current >= 0 else rows

    def write_reason(self, row: int) -> None:
        """Go to a person's reason and begin to write it."""
        index = self.people.index(row, REASON)
        self.setFocus()
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space toggles; Enter goes to the reason of an excused person, else down; typing writes the reason."""
        row = self.currentIndex().row()
        if self.state() == QAbstractItemView.State.EditingState:
            # Enter that ends the writing of a reason comes here too; moving on now would close the editor twice.
            return
        if event.key() == Qt.Key.Key_Space and row >= 0:
            self.people.toggle(self.chosen())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0:
            if row in self.people.without_reason():
                self.write_reason(row)
            else:
                self.setCurrentIndex(self.people.index(min(row + 1, self.people.rowCount() - 1), PRESENCE))
        else:
            if event.text().isprintable() and event.text() and row >= 0:
                self.setCurrentIndex(self.people.index(row, REASON))
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the presence turns it."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier and event.button() == Qt.MouseButton.LeftButton
        if plain and index.isValid() and index.column() == PRESENCE:
            self.people.toggle([index.row()])


class AttendancePanel(QWidget):
    """Counts above, people below; `changed` after every mark."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        px = theme.current().px
        box = QVBoxLayout(self)
        box.setContentsMargins(px(16), px(12), px(16), px(12))
        box.setSpacing(px(6))
        head = QHBoxLayout()
        head.addWidget(label("到会名单", "heading"))
        head.addStretch(1)
        self._read_only = False
        self.all_present = button("全部到会", lambda: self._mark_all(PRESENT), role="link")
        head.addWidget(self.all_present)
        box.addLayout(head)
        self.counts = label("", "")
        self.counts.setFont(theme.current().font(14, bold=True))
        box.addWidget(self.counts)
        self.hint = label("", "small", wrap=True)
        box.addWidget(self.hint)
        self.model = AttendanceModel(self)
        self.view = AttendanceView(self.model)
        box.addWidget(self.view, 1)
        self.model.marked.connect(self._moved)
        self.say_nobody("先填召开党组织和开始时间，再列出当日应到人员。")

    def put(self, people: Sequence[Attendee], *, preset: str) -> None:
        """Show the people due."""
        self.model.put(people, preset=preset)
        if people and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0, PRESENCE))
        if people and self._read_only:
            self.hint.setText("")
        elif people:
            self.hint.setText("空格切换：到会 → 请假 → 缺席；请假的直接打字写原因")
        else:
            self.say_nobody("会议当日这个党组织没有在册党员。")
        self._show_counts()

    def set_read_only(self, read_only: bool) -> None:
        """Let the marks be read and not be changed."""
        self._read_only = self.model.locked = read_only
        self.all_present.setVisible(not read_only)

    def say_nobody(self, why: str) -> None:
        """Say why nobody is listed."""
        self.model.clear()
        self.hint.setText(why)
        self._show_counts()

    def _mark_all(self, presence: str) -> None:
        self.model.mark(range(self.model.rowCount()), presence)

    def _moved(self) -> None:
        self._show_counts()
        self.changed.emit()

    def _show_counts(self) -> None:
        self.counts.setText(self.model.counts().words() if self.model.lines else "")
        self.all_present.setEnabled(bool(self.model.lines))
