"""Typing into the cells of a list, as in a spreadsheet: F2 or a letter begins, Enter, Tab and Esc end it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QLineEdit, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec

from .. import theme
from .cell_note import CellNote
from .editors import ChoiceEditor, Editor, LineEditor, LongEditor, MaskedEditor
from .field_editor import make_editor
from .job import JobRunner
from .lookups import Choice, Lookups
from .record_model import WAITING, AnyIndex, Overlaid

if TYPE_CHECKING:
    from .record_view import RecordView

DOWN, UP, RIGHT, LEFT = "down", "up", "right", "left"
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BESIDE = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_KEPT_OPEN = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_LIST_WIDTH, _LONG = 208, (320, 96)


class CellEditing(QObject):
    """The editor of one cell at a time; the page connects `committed(record, field, value, text)` and writes.

    `why_not(spec)` tells in one sentence where a column is changed instead, empty where it may be typed into its
    cell. In `finding` columns a letter begins the search and only F2 the editor: nobody overwrites a name by
    looking for it. `cleared` tells that Delete was pressed. While an editor is open the rows stay as they are.
    """

    committed = Signal(str, str, object, str)
    cleared = Signal()

    def __init__(
        self,
        view: RecordView,
        lookups: Lookups,
        runner: JobRunner,
        why_not: Callable[[FieldSpec], str],
        finding: Collection[str] = (),
    ) -> None:
        super().__init__(view)
        self.view, self.model = view, view.model_
        self._lookups, self._runner = lookups, runner
        self._why_not, self._finding = why_not, frozenset(finding)
        self.note = CellNote(view)
        self.editor: Editor | None = None
        self.at = ("", "")
        self._first: Any = None
        self._filled = self._composing = False
        self.entering = False
        self._origin = -1
        self._number = 0
        view.pressed.connect(lambda _index: self._rest())
        view.horizontalScrollBar().valueChanged.connect(lambda _value: self.note.hide())
        view.verticalScrollBar().valueChanged.connect(lambda _value: self.note.hide())
        view.begin_editing(self)

    # What pages call

    @property
    def is_open(self) -> bool:
        """Whether an editor stands in a cell now."""
        return self.editor is not None

    def why_not(self, index: AnyIndex) -> str:
        """Where the column of a cell is changed instead; empty where it may be typed here."""
        return self._why_not(self.model.spec(index.column()))

    def any_open(self) -> bool:
        """Whether this list has a column that may be typed into."""
        return any(name in self.model.typed for name in self.model.fields)

    def begin(self, index: AnyIndex | None = None) -> bool:
        """Open the editor on what stands in a cell (F2); where there is none, say where the column is changed."""
        at = index if index is not None else self.view.currentIndex()
        if not at.isValid() or not self._may_open(at):
            return False
        self.view.edit(at)
        if isinstance(self.editor, QLineEdit):
            self.editor.end(False)
        return self.editor is not None

    def settle(self, record: str, field: str) -> None:
        """What was typed has been written: the cell shows what the file holds."""
        self.model.overlay.pop((record, field), None)
        self._repaint()

    def refuse(self, record: str, field: str, text: str, sentence: str) -> bool:
        """What was typed was not written: it stays in its cell, with the reason; True when its editor is open again."""
        self.model.overlay[record, field] = Overlaid(text, sentence)
        self._repaint()
        row = self.model.row_of(record)
        if self.editor is not None or row < 0 or field not in self.model.fields or not self.view.isVisible():
            return False
        self._go(row, self.model.fields.index(field))
        self.entering = False
        if not self.begin():
            return False
        self._complain(sentence)
        return True

    # What the view calls

    def may_compose(self, index: AnyIndex) -> bool:
        """Whether an input method may begin in a cell: where a letter would begin the editor."""
        return index.isValid() and self.model.spec(index.column()).name not in self._finding and not self.why_not(index)

    def moved(self, index: AnyIndex) -> None:
        """Another cell is current: what was refused there is told again."""
        if self.editor is None:
            self.note.hide()
            fault = self.model.fault(index.row(), index.column()) if index.isValid() and self.model.overlay else ""
            if fault:
                self.note.say(fault, self.view.visualRect(index), error=True)

    def leave(self) -> None:
        """Another cell becomes current: what was typed is handed over before Qt closes the editor."""
        self._finish(None)

    def key(self, event: QKeyEvent) -> bool:
        """Take a key that was pressed in the list and not in an editor; False leaves it to the list."""
        key, mods = event.key(), event.modifiers()
        plain = not mods & ~_BESIDE
        if key == Qt.Key.Key_F2 and plain:
            self.begin()
        elif key in _ENTER and plain and self.entering:
            self.step(UP if mods & Qt.KeyboardModifier.ShiftModifier else DOWN)
        elif key == Qt.Key.Key_Escape and (self.entering or self.note.isVisible()):
            self._rest()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain and self.any_open():
            self.cleared.emit()
        elif plain and len(event.text()) == 1 and event.text().isprintable() and not event.text().isspace():
            return self._typed(event)
        else:
            if key not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
                self._rest()
            return False
        return True

    def tab(self, forward: bool) -> bool:
        """Tab walks through the cells while one types through a row; else it leaves the list."""
        if self.entering:
            self.step(RIGHT if forward else LEFT)
        return self.entering

    def make(self, parent: QWidget, index: AnyIndex) -> QWidget | None:
        """The editor of a cell, as the form has it."""
        if not self._may_open(index):
            return None
        spec = self.model.spec(index.column())
        made = make_editor(spec, self._lookups, self._runner)
        made.setParent(parent)
        made.setAccessibleName(spec.label)
        made.setAccessibleDescription(spec.rule)
        made.changed.connect(self.note.hide)
        if isinstance(made, LineEditor):
            made.on_tab = self._tabbed
        if isinstance(made, ChoiceEditor):
            made.taken.connect(lambda: self._finish(DOWN), Qt.ConnectionType.QueuedConnection)
        self.editor, self._filled, self._composing = made, False, False
        self._number += 1
        number = self._number
        self.at = self.model.id_at(index.row()), spec.name
        if not self.entering:
            self._origin = index.column()
        self.note.hide()
        self.model.hold()
        made.destroyed.connect(lambda: self._lost(number))
        return made

    def fill(self, editor: QWidget, index: AnyIndex) -> None:
        """Put what the cell holds into its editor, once: a page that arrives meanwhile changes nothing typed."""
        if self._filled or editor is not self.editor:
            return
        self._filled = True
        spec = self.model.spec(index.column())
        shown = (self.model.values(self.at[0]) or {}).get(spec.name) or ""
        self.editor.put(self._stored(spec, shown), shown)
        if isinstance(self.editor, MaskedEditor):
            self.editor.no_eye()
        self._first = self.editor.value()
        kept = self.model.overlay.get(self.at)
        if kept is not None and kept.fault:
            self.editor.put(kept.text, kept.text)

    def place(self, editor: QWidget, cell: QRect) -> None:
        """Lay the editor over its cell; lists and long texts take the room they need, within the window."""
        px, area = theme.current().px, self.view.viewport().rect()
        wide = px(_LONG[0]) if isinstance(editor, LongEditor) else px(_LIST_WIDTH)
        spacious = isinstance(editor, (ChoiceEditor, LongEditor))
        width = min(max(cell.width(), wide) if spacious else max(cell.width(), px(96)), area.width())
        height = px(_LONG[1]) if isinstance(editor, LongEditor) else max(cell.height(), editor.sizeHint().height())
        left = max(min(cell.left(), area.right() - width), 0)
        top = max(
            min(
                cell.top() - (0 if isinstance(editor, LongEditor) else (height - cell.height()) // 2),
                area.bottom() - height,
            ),
            0,
        )
        editor.setGeometry(left, top, width, height)

    def filter(self, editor: QObject, event: QEvent) -> bool:
        """Take Enter, Tab, Esc and the loss of focus from the open editor."""
        if editor is not self.editor:
            return False
        if isinstance(event, QInputMethodEvent):
            self._composing = bool(event.preeditString())
        elif event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # The keys of the page wait while something is being typed.
            if event.key() in (*_ENTER, Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_D):
                event.accept()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._editor_key(event)
        elif isinstance(event, QFocusEvent) and event.lostFocus() and event.reason() not in _KEPT_OPEN:
            self._finish(None)
        return False

    def step(self, way: str) -> None:
        """Go to the next cell: down and up in the column where the row began, to the sides over what can be typed."""
        index = self.view.currentIndex()
        if not index.isValid():
            return
        row, column = index.row(), index.column()
        if way in (DOWN, UP):
            row = max(0, min(row + (1 if way == DOWN else -1), self.model.rowCount() - 1))
            column = self._origin if 0 <= self._origin < self.model.columnCount() else column
        else:
            column = self._beside(column, 1 if way == RIGHT else -1)
        self._go(row, column)
        self.entering = True

    # Inside

    def _may_open(self, index: AnyIndex) -> bool:
        if sentence := self.why_not(index):
            self.note.say(sentence, self.view.visualRect(index))
            return False
        if self.model.values(self.model.id_at(index.row())) is None:
            self.model.ensure(index.row(), index.row())
            return False
        return self.editor is None

    def _stored(self, spec: FieldSpec, shown: str) -> Any:
        """What an editor is given for a printed value: of a list the entry that reads so, else nothing but the text."""
        if not shown or not spec.codes:
            return (shown or None) if spec.type in ("organisation", "member") else _bool(spec, shown)
        known = next((item for item in self._lookups.choices(spec.codes) if item.label == shown), Choice(shown, shown))
        return known.value

    def _typed(self, event: QKeyEvent) -> bool:
        index = self.view.currentIndex()
        if not index.isValid() or self.model.spec(index.column()).name in self._finding or not self.any_open():
            return False
        if self._may_open(index):
            self.view.type_into(index, event)
        return True

    def _editor_key(self, event: QKeyEvent) -> bool:
        key, mods = event.key(), event.modifiers()
        shift = bool(mods & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            # While an input method composes, Esc takes back the composition and nothing else.
            if self._composing:
                QGuiApplication.inputMethod().reset()
            else:
                self._drop()
            return True
        if key in _ENTER and isinstance(self.editor, ChoiceEditor) and self.editor.is_offering():
            return False
        if key in _ENTER and not self._composing:
            if mods & Qt.KeyboardModifier.AltModifier and isinstance(self.editor, LongEditor):
                self.editor.insertPlainText("\n")
            else:
                self._finish(UP if shift else DOWN)
            return True
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._finish(LEFT if shift or key == Qt.Key.Key_Backtab else RIGHT)
            return True
        return False

    def _tabbed(self, forward: bool) -> bool:
        self._finish(RIGHT if forward else LEFT)
        return True

    def _finish(self, way: str | None) -> bool:
        """Hand over what was typed and go on; what cannot be read stays open, or in its cell when one clicked away."""
        editor, at = self.editor, self.at
        if editor is None:
            return True
        if isinstance(editor, ChoiceEditor):
            editor.settle()
        value, text = editor.value(), _text_of(editor)
        sentence = editor.problem() if value != self._first else ""
        if sentence and way is not None:
            self._complain(sentence)
            return False
        self._close()
        if sentence:
            self.model.overlay[at] = Overlaid(text, sentence)
            self._repaint()
        elif value != self._first:
            hidden = isinstance(editor, MaskedEditor)
            self.model.overlay[at] = Overlaid(WAITING if hidden else _shown(editor, value))
            self._repaint()
            self.committed.emit(*at, value, text)
        else:
            self.settle(*at)
        if way is not None:
            self.step(way)
        return True

    def _drop(self) -> None:
        """Leave the cell as it was."""
        at = self.at
        self._close()
        self.entering = False
        self.settle(*at)

    def _close(self) -> None:
        editor, self.editor = self.editor, None
        self.note.hide()
        if editor is not None:
            self.view.itemDelegate().closeEditor.emit(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        QTimer.singleShot(0, self, self._released)

    def _lost(self, number: int) -> None:
        # Qt takes an editor away with its window, whatever was typed.
        if self.editor is not None and number == self._number:
            self.editor = None
            self._released()

    def _released(self) -> None:
        if self.editor is None:
            self.model.release()

    def _complain(self, sentence: str) -> None:
        if self.editor is not None:
            self.editor.mark("error")
            self.editor.setAccessibleDescription(sentence)
            self.note.say(sentence, self.editor.geometry(), error=True)

    def _rest(self) -> None:
        self.entering = False
        self.note.hide()

    def _beside(self, column: int, step: int) -> int:
        head = self.view.head
        place = head.visualIndex(column) + step
        while 0 <= place < self.model.columnCount():
            found = head.logicalIndex(place)
            if not self._why_not(self.model.spec(found)):
                return found
            place += step
        return column

    def _go(self, row: int, column: int) -> None:
        index = self.model.index(row, column)
        self.view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.view.scrollTo(index)

    def _repaint(self) -> None:
        self.view.viewport().update()


def _bool(spec: FieldSpec, shown: str) -> Any:
    return {"是": True, "否": False}.get(shown) if spec.type == "boolean" else None


def _text_of(editor: Editor) -> str:
    return editor.toPlainText() if isinstance(editor, LongEditor) else editor.text()


def _shown(editor: Editor, value: Any) -> str:
    if isinstance(editor, ChoiceEditor):
        return editor.text().strip()
    return "" if value is None else str(value).replace("T", " ") if editor.spec.type == "moment" else str(value)
