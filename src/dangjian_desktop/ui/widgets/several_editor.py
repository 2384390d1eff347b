"""Editors of columns that hold several things: answers ticked in a menu, files chosen from disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QWidget

from dangjian_desktop.domain.ledgers.columns import SEVERAL
from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.values.several import words_of

from .editors import LineEditor
from .icons import icon
from .lookups import Choice


class SeveralEditor(LineEditor):
    """Several answers of a list: typed with a 、 between them, or ticked in the menu of the arrow."""

    def __init__(self, spec: FieldSpec, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._choices = list(choices)
        self.setPlaceholderText("可选几项")
        arrow = self.addAction(icon("chevron-down", "ink_faint", 14), QLineEdit.ActionPosition.TrailingPosition)
        arrow.setText("选几项")
        arrow.triggered.connect(self.offer)

    def offer(self) -> None:
        """Show the answers to tick."""
        self.menu().popup(self.mapToGlobal(self.rect().bottomLeft()))

    def menu(self) -> QMenu:
        """The answers, those that stand in the field ticked."""
        menu = QMenu(self)
        told = set(words_of(self.text(), {choice.label for choice in self._choices}))
        for choice in self._choices:
            action = menu.addAction(choice.label)
            action.setCheckable(True)
            action.setChecked(choice.label in told)
            action.triggered.connect(lambda _on=False, name=choice.label: self._toggle(name))
        return menu

    def _toggle(self, name: str) -> None:
        labels = [choice.label for choice in self._choices]
        told = set(words_of(self.text(), set(labels))) ^ {name}
        self.setText(SEVERAL.join(label for label in labels if label in told))
        self.changed.emit()

    def value(self) -> Any:
        """The answers as they are kept, None when empty."""
        return words_of(self.text(), {choice.label for choice in self._choices}) or None


class FilesEditor(LineEditor):
    """Files of a record: those that are there by name, new ones by path; the folder chooses more."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self._kept: object = None
        self._shown = ""
        self.setPlaceholderText("点右边选文件；照片会缩小，不留拍摄信息")
        sign = self.addAction(icon("folder", "ink_faint", 14), QLineEdit.ActionPosition.TrailingPosition)
        sign.setText("选文件")
        sign.triggered.connect(self.choose)

    def put(self, value: object, shown: str) -> None:
        """Show the names of kept files."""
        super().put(None, shown)
        self._kept, self._shown = value, shown

    def value(self) -> Any:
        """The keys of the kept files while nothing was changed, else names and paths for the service to take in."""
        return self._kept if self.text() == self._shown else super().value()

    def choose(self) -> None:
        """Add files from disk."""
        names, _filter = QFileDialog.getOpenFileNames(self.window(), f"选择{self.spec.label}")
        self.add(Path(name) for name in names)

    def add(self, paths: Any) -> None:
        """Put more files behind those that stand there."""
        more = [str(path) for path in paths]
        if more:
            self.setText(SEVERAL.join(part for part in (self.text().strip(), *more) if part))
            self.changed.emit()
