"""The drawer at the right of a list: a head, any body (usually a form), and buttons that stay in sight."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from .. import theme
from .labels import button, label, tool

WIDTH = 392
_TAB = Qt.FocusPolicy.TabFocus


class Drawer(QWidget):
    """Holds one record beside its list; `closed` fires on Esc or the cross, and the page decides what to keep."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        px = theme.current().px
        self.setFixedWidth(px(WIDTH))
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(1, 0, 0, 0)
        self._box.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(8), px(8))
        head.setSpacing(px(4))
        words = QVBoxLayout()
        words.setSpacing(px(4))
        self._title = label("", "title", wrap=True)
        words.addWidget(self._title)
        self._detail = label("", "soft", wrap=True)
        words.addWidget(self._detail)
        self.drop_draft = button("丢弃草稿", role="link")
        self.drop_draft.hide()
        words.addWidget(self.drop_draft, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch(1)
        head.addLayout(words, 1)
        self._cross = tool("close", "关闭（Esc）", self.closed.emit)
        head.addWidget(self._cross, 0, Qt.AlignmentFlag.AlignTop)
        self._head = head
        self._box.addLayout(head)
        self._body: QWidget | None = None
        self._foot = QWidget()
        self._foot.setObjectName("drawer_foot")
        self._foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._buttons = QHBoxLayout(self._foot)
        self._buttons.setContentsMargins(px(16), px(10), px(16), px(10))
        self._buttons.setSpacing(px(8))
        self._buttons.addStretch(1)
        self._box.addStretch(1)
        self._box.addWidget(self._foot)

    def set_title(self, title: str, detail: str = "") -> None:
        """Name the record; `detail` is a line below in grey."""
        self._title.setText(title)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    def set_body(self, body: QWidget) -> None:
        """Show a form or any other widget; the one before is deleted."""
        if self._body is not None:
            self._body.deleteLater()
            self._box.removeWidget(self._body)
        else:
            self._box.takeAt(1)
        self._body = body
        self._box.insertWidget(1, body, 1)

    def leave_cross(self) -> None:
        """Go to the body where hiding what had the focus has left it on the cross."""
        if self._cross.hasFocus():
            self.take_focus()

    def take_focus(self) -> None:
        """Move the keyboard to the first thing of the body, and not to the cross where Enter would close."""
        if self._body is None:
            return
        found = [w for w in self._body.findChildren(QWidget) if w.focusPolicy() & _TAB and w.isVisibleTo(self._body)]
        if found:
            found[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def set_corner(self, widget: QWidget) -> None:
        """Put a small widget beside the title, before the cross."""
        self._head.insertWidget(1, widget, 0, Qt.AlignmentFlag.AlignTop)

    def add_button(self, text: str, clicked: object, *, role: str = "", icon_name: str = "") -> QPushButton:
        """Add a button to the foot, from left to right."""
        made = button(text, clicked, role=role, icon_name=icon_name)  # type: ignore[arg-type]
        self._buttons.addWidget(made)
        return made

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
