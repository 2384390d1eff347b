"""Line icons of the one set, drawn in a colour of the theme and sharp at every scale."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache

from ...base.resources import resource
from .. import theme

_RATIOS = (1.0, 1.5, 2.0)


def icon(name: str, colour: str = "ink_soft", size: int = 20) -> QIcon:
    """The icon `resources/icons/ui/NAME.svg` in a theme colour; its checked state takes the accent."""
    made = QIcon()
    for ratio in _RATIOS:
        made.addPixmap(pixmap(name, colour, size, ratio))
        made.addPixmap(pixmap(name, "accent", size, ratio), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(pixmap(name, "ink_faint", size, ratio), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, colour: str = "ink_soft", size: int = 20, ratio: float = 1.0) -> QPixmap:
    """One picture of an icon at `size` of the 100 % design and a device pixel ratio; kept once drawn."""
    side = theme.current().px(size)
    tint = theme.current().colour(colour)
    key = f"icon/{name}/{tint.name()}/{side}/{ratio}"
    picture = QPixmap()
    if not QPixmapCache.find(key, picture):
        picture = _draw(name, tint, side, ratio)
        QPixmapCache.insert(key, picture)
    return picture


def _draw(name: str, tint: QColor, side: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(_tinted(name, tint))).render(painter, QRectF(0, 0, picture.width(), picture.height()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


def _tinted(name: str, colour: QColor) -> bytes:
    text = resource("icons", "ui", f"{name}.svg").read_text(encoding="utf-8")
    start = text.index('stroke="') + len('stroke="')
    return (text[:start] + colour.name() + text[text.index('"', start) :]).encode()
