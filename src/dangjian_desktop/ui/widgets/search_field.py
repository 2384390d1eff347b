"""The field above a list that narrows it, and the sign that empties a field; both say by name what they are."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from .icons import icon


def search_field(hint: str, parent: QWidget | None = None) -> QLineEdit:
    """A field with a magnifying glass and a sign to empty it; a screen reader says the hint."""
    field = QLineEdit(parent)
    field.setPlaceholderText(hint)
    field.setAccessibleName(hint)
    make_clearable(field)
    sign = field.addAction(icon("search", "ink_faint", 16), QLineEdit.ActionPosition.LeadingPosition)
    sign.setText("查找")
    return field


def make_clearable(field: QLineEdit) -> None:
    """Give a field the sign that empties it; Qt leaves that sign without a name."""
    field.setClearButtonEnabled(True)
    for action in field.findChildren(QAction):
        if not action.text():
            action.setText("清空")
