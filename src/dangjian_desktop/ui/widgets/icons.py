"""Line icons of the one set, drawn when they are first seen, in a colour of the theme and sharp at every scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache

from ...base.resources import resource
from .. import theme


def icon(name: str, colour: str = "ink_soft", size: int = 20) -> QIcon:
    """The icon `resources/icons/ui/NAME.svg` in a theme colour, never larger than `size` of the 100 % design.

    Its checked state takes the accent.
    """
    return QIcon(_LineIcon(name, colour, theme.current().px(size)))


class _LineIcon(QIconEngine):
    """Draws one icon for whoever asks: a window holds some hundred of them, and shows a few."""

    def __init__(self, name: str, colour: str, most: int) -> None:
        super().__init__()
        self._name, self._colour, self._most = name, colour, most

    def clone(self) -> QIconEngine:
        """Another one of the same."""
        return _LineIcon(self._name, self._colour, self._most)

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:  # noqa: ARG002
        """How large it is drawn in a place of this size."""
        side = min(size.width(), size.height(), self._most)
        return QSize(side, side)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw into a rectangle of the painter."""
        device = painter.device()
        ratio = device.devicePixelRatio() if device is not None else 1.0
        side = min(rect.width(), rect.height(), self._most)
        picture = _picture(self._name, self._tint(mode, state), round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        painter.drawPixmap(rect.x() + (rect.width() - side) // 2, rect.y() + (rect.height() - side) // 2, picture)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """A picture of so many device pixels."""
        return _picture(self._name, self._tint(mode, state), min(size.width(), size.height()))

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:  # noqa: ARG002
        """The same: the size is given in device pixels already."""
        return self.pixmap(size, mode, state)

    def _tint(self, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        look = theme.current()
        if mode is QIcon.Mode.Disabled:
            return look.colour("ink_faint")
        return look.colour("accent" if state is QIcon.State.On else self._colour)


def pixmap(name: str, colour: str = "ink_soft", size: int = 20, ratio: float = 1.0) -> QPixmap:
    """One picture of an icon at `size` of the 100 % design and a device pixel ratio; kept once drawn."""
    look = theme.current()
    picture = _picture(name, look.colour(colour), round(look.px(size) * ratio))
    picture.setDevicePixelRatio(ratio)
    return picture


def _picture(name: str, tint: QColor, side: int) -> QPixmap:
    key = f"icon/{name}/{tint.name()}/{side}"
    picture = QPixmap()
    if not QPixmapCache.find(key, picture):
        picture = _draw(name, tint, side)
        QPixmapCache.insert(key, picture)
    return picture


def _draw(name: str, tint: QColor, side: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_tinted(name, tint))).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


def _tinted(name: str, colour: QColor) -> bytes:
    text = _source(name)
    start = text.index('stroke="') + len('stroke="')
    return (text[:start] + colour.name() + text[text.index('"', start) :]).encode()


@cache
def _source(name: str) -> str:
    return resource("icons", "ui", f"{name}.svg").read_text(encoding="utf-8")
