"""A list with a drawer beside it; on a narrow window the open drawer takes the whole place."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from .. import theme
from ..widgets.drawer import WIDTH, Drawer

LEAST_LIST = 300
_ANY_WIDTH = 16_777_215


class ListBesideDrawer(QWidget):
    """Shows `content`, and `drawer` at its right while it is open."""

    def __init__(self, content: QWidget, drawer: Drawer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content, self.drawer = content, drawer
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(content, 1)
        row.addWidget(drawer)
        drawer.hide()

    def open(self) -> None:
        """Show the drawer."""
        self.drawer.show()
        self._arrange()

    def close_drawer(self) -> None:
        """Give the list its room back."""
        self.drawer.hide()
        self._arrange()

    def is_open(self) -> bool:
        """Whether the drawer is shown."""
        return not self.drawer.isHidden()

    def minimumSizeHint(self) -> QSize:
        """Never wider than one of the two needs: the drawer takes the place over before the window grows."""
        return QSize(theme.current().px(LEAST_LIST), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """See anew whether both have room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        px = theme.current().px
        wide = self.width() >= px(WIDTH) + px(LEAST_LIST)
        shown, at = wide or not self.is_open(), QApplication.focusWidget()
        hidden_under = not shown and at is not None and self.content.isAncestorOf(at)
        self.content.setVisible(shown)
        if hidden_under:
            self.drawer.take_focus()
        if wide:
            self.drawer.setFixedWidth(px(WIDTH))
        else:
            self.drawer.setMinimumWidth(0)
            self.drawer.setMaximumWidth(_ANY_WIDTH)
