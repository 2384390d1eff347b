"""Editors for one field each: text, long text, read text (dates, numbers), choice and masked value.

Every editor has `changed` (the person altered it), `left` (focus went away) and `entered` (Enter, which
only arrives when no input method is composing).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCompleter, QLineEdit, QPlainTextEdit, QWidget

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

from .. import theme
from .icons import icon
from .labels import restyle
from .lookups import Choice, Lookups, Reading, matches

_HINTS = {
    FieldType.DATE: "如 2021-07-16、2021.7、1998",
    FieldType.MOMENT: "如 2026-09-03 14:30",
    FieldType.MONEY: "元，如 30.00",
}


class LineEditor(QLineEdit):
    """A line of text; the base of the other one-line editors."""

    changed = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.on_tab: Callable[[bool], bool] | None = None
        """Takes Tab (True) and Shift+Tab in the cell of a list; a form leaves them to the window."""
        self.setPlaceholderText(_HINTS.get(spec.type, ""))
        self.textEdited.connect(lambda _text: self.changed.emit())
        self.returnPressed.connect(self.entered)

    def put(self, value: object, shown: str) -> None:
        """Show a stored value."""
        self.setText(shown or ("" if value is None else str(value)))
        self.setCursorPosition(0)

    def value(self) -> Any:
        """What to hand to the service: typed text, None when empty."""
        return self.text().strip() or None

    def problem(self) -> str:
        """Why what stands here cannot be read, or an empty text."""
        return ""

    def mark(self, state: str) -> None:
        """Show the field as `error`, `warning` or normal."""
        restyle(self, "state", state)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to the next field, or cell."""
        return self.on_tab(forward) if self.on_tab is not None else super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the field was left."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.left.emit()


class ReadEditor(LineEditor):
    """A date, moment, number or checked number: office writing is read when the field is left."""

    def __init__(self, spec: FieldSpec, lookups: Lookups, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._lookups = lookups
        self._problem = ""
        self.textEdited.connect(lambda _text: self._forget())

    def value(self) -> Any:
        """The text as read; what cannot be read stays as typed, for the service to refuse with its reason."""
        text = self.text().strip()
        if not text:
            return None
        reading = self._read(text)
        return text if reading.problem or self.spec.type is FieldType.MONEY else reading.shown

    def problem(self) -> str:
        """The sentence of the last reading."""
        text = self.text().strip()
        return self._read(text).problem if text else ""

    def _read(self, text: str) -> Reading:
        return self._lookups.read(self.spec, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Read what was typed and write it the one way it is kept."""
        text = self.text().strip()
        if text and self.isModified():
            reading = self._read(text)
            self._problem = reading.problem
            if not reading.problem:
                # The T of a stored moment is for machines.
                moment = self.spec.type is FieldType.MOMENT
                self.setText(reading.shown.replace("T", " ") if moment else reading.shown)
        super().focusOutEvent(event)

    def _forget(self) -> None:
        self._problem = ""


class ChoiceEditor(LineEditor):
    """One of a list: type a part of the name, pinyin initials or the code; Down or the arrow shows all.

    `taken` tells that Enter took an entry of the open list.
    """

    taken = Signal()

    def __init__(self, spec: FieldSpec, choices: Sequence[Choice] = (), parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._choices = list(choices)
        self._offered: list[Choice] = []
        self._picked: Choice | None = None
        self._names = QStringListModel(self)
        self._popup = QCompleter(self._names, self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.setMaxVisibleItems(10)
        self._popup.setWidget(self)
        self._popup.activated[QModelIndex].connect(lambda index: self._take(index.row()))  # type: ignore[index]
        self._popup.popup().setTextElideMode(Qt.TextElideMode.ElideMiddle)
        arrow = self.addAction(icon("chevron-down", "ink_faint", 14), QLineEdit.ActionPosition.TrailingPosition)
        arrow.setText("展开")
        arrow.triggered.connect(self.show_all)
        self.textEdited.connect(self._typed)

    def put(self, value: object, shown: str) -> None:
        """Show a stored value by its name."""
        if isinstance(value, bool):
            value = "1" if value else "0"
        known = next((item for item in self._choices if item.value == value), None)
        empty = value is None or value == ""
        self._picked = known or (None if empty else Choice(str(value), shown or str(value)))
        self.setText(self._picked.label if self._picked else "")
        self.setCursorPosition(0)

    def value(self) -> Any:
        """The stored value; text that fits nothing stays as typed."""
        text = self.text().strip()
        if self._picked is not None and self._picked.label == text:
            return self._stored(self._picked.value)
        return text or None

    def problem(self) -> str:
        """A sentence when the text is none of the choices."""
        text = self.text().strip()
        if not text or (self._picked is not None and self._picked.label == text):
            return ""
        return f"“{text}”不在可选项里，请从列表中选择。"

    def is_offering(self) -> bool:
        """Whether the list is open, and Enter would take its marked entry."""
        return self._popup.popup().isVisible()

    def show_all(self) -> None:
        """Offer the whole list."""
        self._offer(self._choices)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down opens the list; Enter in the list takes the marked entry."""
        popup = self._popup.popup()
        if popup.isVisible() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(max(popup.currentIndex().row(), 0))
            if event.key() != Qt.Key.Key_Tab:
                self.taken.emit()
                return
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_F4) and not popup.isVisible():
            self.show_all()
            return
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A text that means exactly one entry is that entry."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.settle()
        super().focusOutEvent(event)

    def settle(self) -> None:
        """Take the only entry that fits what was typed."""
        text = self.text().strip()
        if text and (self._picked is None or self._picked.label != text):
            exact = [item for item in self._choices if text in (item.label, item.value)]
            fitting = exact or [item for item in self._choices if matches(item, text)]
            if len(fitting) == 1:
                self._pick(fitting[0])

    def _stored(self, value: str) -> Any:
        return value == "1" if self.spec.type is FieldType.BOOLEAN else value

    def _typed(self, _text: str) -> None:
        self._offer([item for item in self._choices if matches(item, self.text())])

    def _offer(self, choices: Sequence[Choice]) -> None:
        self._offered = list(choices)
        self._names.setStringList([f"{c.label}　{c.detail}" if c.detail else c.label for c in self._offered])
        if not self._offered:
            self._popup.popup().hide()
            return
        self._popup.complete()
        self._popup.popup().setCurrentIndex(self._names.index(0))

    def _take(self, row: int) -> None:
        self._popup.popup().hide()
        if 0 <= row < len(self._offered):
            self._pick(self._offered[row])

    def _pick(self, choice: Choice) -> None:
        self._picked = choice
        self.setText(choice.label)
        self.changed.emit()


class SuggestEditor(ChoiceEditor):
    """Free text with suggestions: what is picked is kept as its words, and any other text is just as good."""

    def offered(self) -> Sequence[Choice]:
        """What is suggested now."""
        return self._choices

    def suggest(self, choices: Sequence[Choice]) -> None:
        """Offer these from now on; what stands in the field stays."""
        self._choices = list(choices)

    def value(self) -> Any:
        """The words as they stand, None when empty."""
        return self.text().strip() or None

    def problem(self) -> str:
        """Any text is fine."""
        return ""

    def settle(self) -> None:
        """Nothing typed is taken for one of the suggestions."""


class MaskedEditor(ReadEditor):
    """A sensitive value: shown masked until it is revealed; typing into it replaces the whole value."""

    reveal_wanted = Signal()

    def __init__(self, spec: FieldSpec, lookups: Lookups, parent: QWidget | None = None) -> None:
        super().__init__(spec, lookups, parent)
        self.masked = False
        self._shown = ""
        self._eye = self.addAction(icon("eye", size=16), QLineEdit.ActionPosition.TrailingPosition)
        self._eye.setText("显示")
        self._eye.setToolTip("显示（会请您写明用途）")
        self._eye.triggered.connect(self.reveal_wanted)

    def put(self, value: object, shown: str) -> None:
        """Show a stored value; with `*` in it, it is masked and not handed back unless replaced."""
        super().put(value, shown)
        self._shown = self.text()
        self.masked = "*" in self._shown
        self._eye.setVisible(self.masked)
        self.setModified(False)

    def no_eye(self) -> None:
        """Where no reason can be asked, the value can be replaced and not seen."""
        self.removeAction(self._eye)

    def reveal(self, full: str) -> None:
        """Put the full value in; it can be corrected now."""
        self.setText(full)
        self.masked = False
        self._eye.setVisible(False)

    def value(self) -> Any:
        """The masked text itself while nothing was replaced: it equals what was put, so it counts as unchanged."""
        return self._shown if self.masked else super().value()

    def problem(self) -> str:
        """Nothing to say about a mask."""
        return "" if self.masked else super().problem()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Any typing or erasing starts the value anew; Esc brings the mask back."""
        if self.masked and (event.text().isprintable() and event.text() or _erases(event)):
            self._start_anew()
        elif not self.masked and event.key() == Qt.Key.Key_Escape and self._shown:
            self.put(None, self._shown)
            self.changed.emit()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Composed text starts the value anew too."""
        if self.masked and (event.commitString() or event.preeditString()):
            self._start_anew()
        super().inputMethodEvent(event)

    def _start_anew(self) -> None:
        self.masked = False
        self._eye.setVisible(False)
        self.clear()
        self.changed.emit()


def _erases(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) or event.matches(QKeySequence.StandardKey.Paste)


class LongEditor(QPlainTextEdit):
    """Several lines of text; Tab goes on, Enter is a line break."""

    changed = Signal()
    left = Signal()
    entered = Signal()

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._quiet = False
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.current().px(76))
        self.textChanged.connect(self._tell)

    def put(self, value: object, shown: str) -> None:
        """Show a stored value without calling it a change."""
        self._quiet = True
        self.setPlainText(shown or ("" if value is None else str(value)))
        self._quiet = False

    def value(self) -> Any:
        """The text, None when empty."""
        return self.toPlainText().strip() or None

    def problem(self) -> str:
        """Any text is fine."""
        return ""

    def mark(self, state: str) -> None:
        """Show the field as `error`, `warning` or normal."""
        restyle(self, "state", state)

    def event(self, event: QEvent) -> bool:
        """Tell that the field was left."""
        if event.type() == QEvent.Type.FocusOut:
            self.left.emit()
        return super().event(event)

    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()


Editor = LineEditor | LongEditor
