"""What is wrong with a field of a small form, told under that field until the person types in it again."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from .. import theme
from .labels import label, restyle


class Faults:
    """The sentences under the fields of one form."""

    def __init__(self) -> None:
        self._lines: dict[QWidget, QLabel] = {}

    def under(self, field: QLineEdit) -> QWidget:
        """The field with a line for its fault below, to be put into the form in its place."""
        return self.below(field, field)

    def below(self, field: QLineEdit, holder: QWidget) -> QWidget:
        """The same for a field that lies in a row with others."""
        made = QWidget()
        box = QVBoxLayout(made)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.current().px(2))
        line = label("", "error", wrap=True)
        line.hide()
        box.addWidget(holder)
        box.addWidget(line)
        self._lines[field] = line
        field.textChanged.connect(lambda _text: self._tell(field, ""))
        return made

    def tell(self, field: QWidget, text: str) -> None:
        """Say what is wrong at a field, which takes the focus; nothing is wrong any more at the others."""
        for each in self._lines:
            self._tell(each, text if each is field else "")
        field.setFocus()

    def clear(self) -> None:
        """Nothing is wrong."""
        for each in self._lines:
            self._tell(each, "")

    def said(self) -> str:
        """What is told now."""
        return next((line.text() for line in self._lines.values() if line.text()), "")

    def _tell(self, field: QWidget, text: str) -> None:
        line = self._lines[field]
        line.setText(text)
        line.setVisible(bool(text))
        field.setAccessibleDescription(text)
        restyle(field, "state", "error" if text else "")
