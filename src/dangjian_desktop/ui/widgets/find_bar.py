"""Type to find in a table."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget

from .. import theme
from .labels import label
from .record_view import RecordView


class FindBar(QWidget):
    """Type to find: letters typed in a table land here; Enter goes to the next match, Esc leaves."""

    asked = Signal(str)
    went = Signal(str)

    def __init__(self, view: RecordView) -> None:
        super().__init__(view)
        self._view = view
        self._found: list[str] = []
        self._at = 0
        self.setObjectName("desk")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        row = QHBoxLayout(self)
        row.setContentsMargins(px(8), px(6), px(8), px(6))
        self.field = QLineEdit()
        self.field.setAccessibleName("在名单里查找")
        self.field.setFixedWidth(px(160))
        self.count = label("", "small")
        row.addWidget(label("查找", "soft"))
        row.addWidget(self.field)
        row.addWidget(self.count)
        self._pause = QTimer(self, singleShot=True, interval=80)
        self._pause.timeout.connect(lambda: self.asked.emit(self.field.text().strip()))
        self.field.textChanged.connect(lambda _text: self._pause.start())
        self.field.returnPressed.connect(self._next)
        self.hide()

    def begin(self, text: str) -> None:
        """Open with the first letter typed."""
        self.field.setText(text)
        self.count.setText("")
        self.show()
        self._place()
        self.raise_()
        self.field.setFocus()
        self.field.setCursorPosition(len(text))

    def compose(self, event: QInputMethodEvent) -> None:
        """Take what is composed on the list; the list keeps the keyboard until a word is there, or none is wanted.

        Moving the focus in between would end the composition with its first letter.
        """
        if self.isHidden():
            self.field.clear()
            self.count.setText("")
            self.show()
        QApplication.sendEvent(self.field, event)
        self._place()
        self.raise_()
        if not event.preeditString():
            self.field.setFocus() if self.field.text() else self.hide()

    def answer(self, text: str, ids: list[str]) -> None:
        """Take the matches of `text` and go to the first."""
        if not self.isVisible() or text != self.field.text().strip():
            return
        self._found, self._at = (ids if text else []), 0
        self._go()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves; down and up walk through the matches."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self._view.setFocus()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._next(1 if event.key() == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _next(self, step: int = 1) -> None:
        if self._found:
            self._at = (self._at + step) % len(self._found)
            self._go()

    def _go(self) -> None:
        self.count.setText(f"{self._at + 1} / {len(self._found)}" if self._found else "没有找到")
        self._place()
        if self._found:
            self.went.emit(self._found[self._at])

    def _place(self) -> None:
        self.adjustSize()
        area = self._view.viewport().geometry()
        self.move(area.right() - self.width() - 8, area.bottom() - self.height() - 8)
