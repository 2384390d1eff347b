"""Where the pages lie: lines that last above them, the message of the last operation over them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QStackedWidget, QVBoxLayout, QWidget

from .. import theme
from ..widgets.banner import Banner
from ..widgets.undo_bar import UndoBar

_MARGIN = 16
_GAP = 10
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
        # A drawer that opens below a message that stands takes the focus.
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._keep_clear)

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
        place = QRect((self.width() - width) // 2, self.height() - height - px(_GAP), width, height)
        bar.setGeometry(self._clear_of_buttons(place))
        bar.raise_()

    def _keep_clear(self) -> None:
        """Go up from buttons that came meanwhile; never down again, where a hand may be on its way."""
        if self.undo_bar.isVisible():
            self.undo_bar.setGeometry(self._clear_of_buttons(self.undo_bar.geometry()))

    def _clear_of_buttons(self, place: QRect) -> QRect:
        """The same place, or above the row of buttons it would cover: 保存 is wanted again while it is still read."""
        page = self.stack.currentWidget()
        if page is None:
            return place
        found = [made for made in page.findChildren(QAbstractButton) if made.isVisible() and not _scrolls(made, page)]
        covered = [spot for spot in (self._place_of(made) for made in found) if spot.intersects(place)]
        if not covered:
            return place
        top = min(spot.top() for spot in covered) - theme.current().px(_GAP)
        return place.translated(0, top - place.bottom())

    def _place_of(self, made: QWidget) -> QRect:
        return QRect(made.mapTo(self, QPoint(0, 0)), made.size())


def _scrolls(made: QWidget, page: QWidget) -> bool:
    """Whether it lies in something that scrolls, where it can be moved from under the message."""
    above: QWidget | None = made
    while above is not None and above is not page:
        above = above.parentWidget()
        if isinstance(above, QAbstractScrollArea):
            return True
    return False
