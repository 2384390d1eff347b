"""A member's photo at the head of the drawer: seen at a glance, put with a click, taken off from the menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.services.records import photos
from dangjian_desktop.services.records.records import Saved, ShownRecord

from ... import theme
from ...shell.context import PageContext
from ...widgets.file_kinds import OPEN_PICTURES
from ...widgets.labels import button

_WIDTH, _HEIGHT = 50, 70  # a two-inch photo, small: the drawer is low where the window is


class PhotoBox(QToolButton):
    """Shows the photo of the member in the drawer; an empty frame where one may be put, nothing for a reader."""

    def __init__(self, context: PageContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.member, self.held = context, "", False
        self._token = 0
        self._may = context.office.actor.may(WRITE, "member")
        px = theme.current().px
        self.setObjectName("photo")
        self.setFixedSize(px(_WIDTH) + 2, px(_HEIGHT) + 2)
        self.setIconSize(QSize(px(_WIDTH), px(_HEIGHT)))
        self.setAccessibleName("照片")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._picture = QPixmap()
        self.menu_of_photo = QMenu(self)
        self.menu_of_photo.addAction("看大图").triggered.connect(self.enlarge)
        self._put = self.menu_of_photo.addAction("换一张…")
        self._put.triggered.connect(self.choose)
        self._off = self.menu_of_photo.addAction("取下照片")
        self._off.triggered.connect(self.take_off)
        self.clicked.connect(self._clicked)
        self.hide()

    def show_for(self, view: ShownRecord) -> None:
        """Show the photo of a member just opened."""
        same = view.id == self.member and self.held == bool(view.values.get("photo"))
        self.member, self.held = view.id, bool(view.values.get("photo"))
        if not same or not self.held:
            self._show(None)
        self._fetch()

    def _fetch(self) -> None:
        self._token += 1
        if self.held:
            token, office, member = self._token, self.context.office, self.member
            self.context.runner.fetch(
                lambda: photos.content(office, member),
                partial(self._take, token),
                failed=partial(self._missing, token),
                owner=self,
            )

    def clear(self) -> None:
        """Nobody is open, or somebody new who is not kept yet."""
        self._token += 1
        self.member = ""
        self.hide()

    def enlarge(self) -> None:
        """Show the photo at its own size."""
        if self._picture.isNull():
            return
        dialog = QDialog(self)
        dialog.setWindowTitle("照片")
        box = QVBoxLayout(dialog)
        shown = QLabel()
        picture = QPixmap(self._picture)
        # Dot by dot: enlarged with the window it would not fit a low screen.
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        shown.setPixmap(picture)
        box.addWidget(shown)
        box.addWidget(button("关闭", dialog.accept), 0, Qt.AlignmentFlag.AlignRight)
        self.context.dialogs.run(dialog)
        dialog.deleteLater()

    def choose(self) -> None:
        """Ask for a picture and put it."""
        path = self.context.dialogs.open_file("选择照片", OPEN_PICTURES)
        if path is not None:
            office, member = self.context.office, self.member
            self._write(lambda: photos.put(office, member, path))

    def take_off(self) -> None:
        """Take the photo off."""
        office, member = self.context.office, self.member
        self._write(lambda: photos.remove(office, member))

    def _clicked(self) -> None:
        if not self._may:
            self.enlarge()
        elif not self.held:
            self.choose()
        else:
            self.menu_of_photo.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _write(self, work: Callable[[], Saved]) -> None:
        self.context.runner.fetch(work, self._written, failed=self.context.dialogs.error, owner=self, writes=True)

    def _written(self, saved: Saved) -> None:
        if saved.change_set is not None:
            self.context.shell.done(saved.change_set.label)
        # The form beside may hold something typed, and is then not fetched again.
        if saved.id == self.member:
            self.held = True
            self._fetch()

    def _take(self, token: int, content: bytes | None) -> None:
        if token != self._token:
            return
        self.held = content is not None
        picture = QPixmap()
        if content is None:
            self._show(None)
        elif picture.loadFromData(content):
            self._show(picture)
        else:
            self._missing(token, None)

    def _missing(self, token: int, error: Exception | None) -> None:
        if token == self._token:
            self._show(None)
            self.setText("照片\n打不开")
            self.setToolTip(str(error or "照片打不开。"))

    def _show(self, picture: QPixmap | None) -> None:
        self.setText("" if picture or self.held else "放照片")
        self._picture = picture or QPixmap()
        ratio = self.devicePixelRatioF()
        if picture is not None:
            whole = self.iconSize() * ratio
            picture = picture.scaled(
                whole, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            picture.setDevicePixelRatio(ratio)
        self.setIcon(QIcon(picture) if picture is not None else QIcon())
        self.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonIconOnly if picture is not None else Qt.ToolButtonStyle.ToolButtonTextOnly
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(self._tip())
        self.setVisible(self.held or self._may)

    def _tip(self) -> str:
        if not self._may:
            return "看大图"
        return "看大图、换一张或取下照片" if self.held else "从电脑里选一张 JPG 或 PNG 照片，存成二寸照大小"
