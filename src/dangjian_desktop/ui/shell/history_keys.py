"""Ctrl+Z and Ctrl+Y of the window: worded, carried out in the background, told in the undo bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

if TYPE_CHECKING:
    from dangjian_desktop.domain.records.changes import ChangeSet

    from .main_window import MainWindow

    Told = tuple[list[str], list[str], ChangeSet | None]
    """What was undone or done again in words, what was left as it is, and what changed."""


class HistoryKeys(QObject):
    """Keeps the words of the two actions true and runs them."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._busy = False
        window.actions_.bind("undo", self.undo)
        window.actions_.bind("redo", self.redo)
        for key in ("undo", "redo"):
            window.actions_[key].setEnabled(False)
        self._field: QWidget | None = None
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._watch)

    def look(self) -> None:
        """Ask what the two would do now."""
        window = self._window
        window.runner.fetch(lambda: window.gateway.labels(window.office), self._show, owner=self)

    def undo(self) -> None:
        """Undo the newest operation."""
        window = self._window
        self._run(lambda: window.gateway.undo(window.office), "已撤销：{}", offer_redo=True)

    def redo(self) -> None:
        """Do again what was undone last."""
        window = self._window
        self._run(lambda: window.gateway.redo(window.office), "已重做：{}", offer_redo=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leave Ctrl+Z to the window while its message offers 撤销 and the field has no typing to take back."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.matches(QKeySequence.StandardKey.Undo)
            and self._window.undo_bar.undo.isVisible()
            and not _has_typing(watched)
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _watch(self, _old: QWidget | None, new: QWidget | None) -> None:
        # Only the field with the focus: a filter on everything would slow the window down.
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field = new if isinstance(new, (QLineEdit, QPlainTextEdit, QTextEdit)) else None
        if self._field is not None:
            self._field.installEventFilter(self)

    def _show(self, labels: tuple[str | None, str | None]) -> None:
        for key, words, text in (("undo", "撤销", labels[0]), ("redo", "重做", labels[1])):
            action = self._window.actions_[key]
            action.setEnabled(text is not None)
            action.setText(f"{words}：{text}" if text else words)
            keys = action.shortcut().toString()
            action.setToolTip(f"{action.text()}（{keys}）" if text else f"没有可以{words}的操作")

    def _run(self, work: Callable[[], Told], words: str, *, offer_redo: bool) -> None:
        if self._busy:
            return
        self._busy = True
        self._window.runner.fetch(
            work, lambda answer: self._told(words, offer_redo, answer), failed=self._failed, owner=self, writes=True
        )

    def _told(self, words: str, offer_redo: bool, answer: Told) -> None:
        self._busy = False
        undone, kept, _changes = answer
        text = words.format("、".join(undone) or "没有改动")
        offers = [("重做", self.redo)] if offer_redo else []
        if kept:
            offers.append(("看未撤销的", lambda: self._tell_kept(kept)))
            text += f"；{len(kept)} 处后来又改过，未撤销"
        self._window.done(text, undo=not offer_redo, offers=offers)
        self.look()

    def _tell_kept(self, kept: list[str]) -> None:
        shown = "；".join(kept[:12]) + (f"……等 {len(kept)} 处" if len(kept) > 12 else "")
        self._window.dialogs.message("这些地方后来又改过，没有撤销。", shown, "需要时可在“系统 › 操作记录”里逐条处理。")

    def _failed(self, error: Exception) -> None:
        self._busy = False
        self._window.dialogs.error(error)
        self.look()


def _has_typing(field: QObject) -> bool:
    if isinstance(field, QLineEdit):
        return field.isUndoAvailable()
    return isinstance(field, (QPlainTextEdit, QTextEdit)) and field.document().isUndoAvailable()
