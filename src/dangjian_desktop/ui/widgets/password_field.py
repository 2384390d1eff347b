"""A field for a secret, with an eye that shows what was typed."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget


class PasswordField(QLineEdit):
    """Hides what is typed until the eye is pressed.

    `eye` False leaves it out for now: drawing it would delay a first paint (`add_eye` brings it later).
    """

    def __init__(self, parent: QWidget | None = None, *, eye: bool = True, name: str = "") -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self._eye: QAction | None = None
        if eye:
            self.add_eye()

    def add_eye(self) -> None:
        """Show the eye, once."""
        if self._eye is None:
            from .icons import icon

            self._eye = self.addAction(icon("eye", size=18), QLineEdit.ActionPosition.TrailingPosition)
            self._eye.triggered.connect(lambda _checked=False: self.show_plain(self.hidden()))
            self._say()

    def hidden(self) -> bool:
        """Whether what is typed is hidden now."""
        return self.echoMode() is QLineEdit.EchoMode.Password

    def show_plain(self, plain: bool) -> None:
        """Show what is typed, or hide it."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if plain else QLineEdit.EchoMode.Password)
        self._say()

    def _say(self) -> None:
        if self._eye is not None:
            from .icons import icon

            self._eye.setIcon(icon("eye" if self.hidden() else "eye-off", size=18))
            self._eye.setText("显示密码" if self.hidden() else "隐去密码")
