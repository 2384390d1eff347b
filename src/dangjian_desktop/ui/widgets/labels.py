"""Small makers for labels, buttons and rules, so that every page uses the same few roles of the style sheet.

Icons are imported when one is drawn: the first window shows none before its first paint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QFrame, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from .. import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_PLAIN = 0  # Qt.TextFormat.PlainText, without touching the namespace (see theme.py)
_CONTROL = 0x04000000  # Qt.KeyboardModifier.ControlModifier
_ENTER = (0x01000004, 0x01000005)  # Qt.Key.Key_Return, Qt.Key.Key_Enter


class PushButton(QPushButton):
    """A push button that Enter presses too: people expect it, and Qt does it in dialogs only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, or opens the menu."""
        if not _pressed(self, event):
            super().keyPressEvent(event)


class ToolButton(QToolButton):
    """A tool button that Enter presses too."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses, or opens the menu."""
        if not _pressed(self, event):
            super().keyPressEvent(event)


def _pressed(made: QPushButton | QToolButton, event: QKeyEvent) -> bool:
    # With Ctrl it is the key of the page.
    if event.key() not in _ENTER or event.modifiers().value & _CONTROL:
        return False
    if made.menu() is not None:
        made.showMenu()
    else:
        made.click()
    return True


def label(text: str = "", role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A text in one of the roles `display title heading soft small error warning accent figure`."""
    made = QLabel(text, parent)
    made.setProperty("textFormat", _PLAIN)
    if role:
        made.setProperty("role", role)
    made.setWordWrap(wrap)
    if wrap:
        # Without this a wrapped text asks for a narrow column and breaks long before the room ends.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def button(
    text: str, clicked: Callable[[], object] | None = None, *, role: str = "", icon_name: str = "", tip: str = ""
) -> QPushButton:
    """A push button in one of the roles `primary danger link chip row choice line`, or plain."""
    made = PushButton(text)
    if role:
        made.setProperty("role", role)
    if icon_name:
        from .icons import icon

        made.setIcon(icon(icon_name, "on_accent" if role == "primary" else "ink_soft", 18))
        _size_icon(made, 18)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def tool(
    icon_name: str,
    tip: str,
    clicked: Callable[[], object] | None = None,
    *,
    size: int = 18,
    colour: str = "ink_soft",
) -> QToolButton:
    """A button that is only an icon; `tip` is also what a screen reader says."""
    from PySide6.QtCore import Qt

    from .icons import icon

    made = ToolButton()
    made.setIcon(icon(icon_name, colour, size))
    _size_icon(made, size)
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    if clicked is not None:
        made.clicked.connect(lambda _checked=False: clicked())
    return made


def _size_icon(made: QAbstractButton, size: int) -> None:
    from PySide6.QtCore import QSize

    made.setIconSize(QSize(theme.current().px(size), theme.current().px(size)))


def rule(parent: QWidget | None = None, *, upright: bool = False) -> QFrame:
    """A thin rule between two parts."""
    made = QFrame(parent)
    made.setObjectName("rule_upright" if upright else "rule")
    return made


def restyle(widget: QWidget, name: str, value: object) -> None:
    """Set a property the style sheet looks at and let it take effect."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
