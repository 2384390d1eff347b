"""Where the pages lie: lines that last above them, the message of the last operation over them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from .. import theme
from ..widgets.banner import Banner
from ..widgets.undo_bar import UndoBar

_MARGIN = 16
_WIDEST = 760


class PageStack(QStackedWidget):
    """Pages of which one is in front; how small it may be is asked of that one alone."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _place: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        """Of the page in front: one wide page must not widen all others."""
        page = self.currentWidget()
        return super().minimumSizeHint() if page is None else page.minimumSizeHint()

    def sizeHint(self) -> QSize:
        """Of the page in front."""
        page = self.currentWidget()
        return super().sizeHint() if page is None else page.sizeHint()


class PageArea(QWidget):
    """The pages, with banners above; the message bar lies over them, so that nothing moves under the hand."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, theme.current().px(8))
        box.setSpacing(0)
        self.trouble = Banner()
        box.addWidget(self.trouble)
        self.notice = Banner()
        box.addWidget(self.notice)
        self.stack = PageStack()
        box.addWidget(self.stack, 1)
        self.undo_bar = UndoBar(self)
        self.undo_bar.installEventFilter(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the message at the lower edge."""
        super().resizeEvent(event)
        self._lay_message()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Lay the message out anew when it is shown or says something else."""
        if watched is self.undo_bar and event.type() in (QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._lay_message()
        return super().eventFilter(watched, event)

    def _lay_message(self) -> None:
        px, bar = theme.current().px, self.undo_bar
        room = self.width() - 2 * px(_MARGIN)
        width = min(room, max(bar.wanted_width(), px(320)), px(_WIDEST))
        height = bar.sizeHint().height()
        bar.setGeometry((self.width() - width) // 2, self.height() - height - px(10), width, height)
        bar.raise_()
