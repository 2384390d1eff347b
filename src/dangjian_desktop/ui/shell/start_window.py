"""The window before an office is open: the unlock page, and the wizard when a new street is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from .. import theme
from .unlock import UnlockPage

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QPaintEvent

    from ..widgets.dialogs import DialogService
    from ..widgets.job import JobRunner
    from .gateway import Gateway


class StartWindow(QWidget):
    """Holds the unlock page, and the wizard when a new street is made; `opened(office)` ends its work.

    `painted` fires once, after the first paint.
    """

    opened = Signal(object)
    painted = Signal()

    def __init__(
        self,
        gateway: Gateway,
        make_runner: Callable[[QObject], JobRunner],
        make_dialogs: Callable[[QWidget], DialogService],
    ) -> None:
        super().__init__()
        self._gateway = gateway
        self._make_runner, self._make_dialogs = make_runner, make_dialogs
        self._runner: JobRunner | None = None
        self._said = False
        self.setWindowTitle("党建工作台")
        self.setObjectName("paper")
        px = theme.current().px
        # An old PC at 150 % has some 910 × 510 to give.
        room = self.screen().availableGeometry()
        self.resize(min(px(864), room.width()), min(px(544), room.height() - 48))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        self.stack = QStackedWidget()
        self.page = UnlockPage(gateway, lambda: self.runner)
        self.stack.addWidget(self.page)
        box.addWidget(self.stack, 1)
        self.page.opened.connect(self.opened)
        self.page.wanted.connect(self.way_in)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint when it is over, the children's included."""
        super().paintEvent(event)
        if not self._said:
            self._said = True
            QTimer.singleShot(0, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let the wizard have its word before the window goes."""
        page = self.stack.currentWidget()
        if page is not self.page and hasattr(page, "may_close") and not page.may_close():
            event.ignore()
        else:
            super().closeEvent(event)

    @property
    def runner(self) -> JobRunner:
        """Runs the work of this window; made when first needed, after the first paint."""
        if self._runner is None:
            self._runner = self._make_runner(self)
        return self._runner

    def stop_work(self) -> None:
        """End what runs in the background, if anything was ever started."""
        if self._runner is not None:
            self._runner.close()

    def dialogs(self) -> DialogService:
        """The dialog service over this window; made when first needed."""
        return self._make_dialogs(self)

    def way_in(self, what: str) -> None:
        """Follow one of the ways in."""
        from .ways_in import WaysIn

        WaysIn(self, self._gateway).go(what)
