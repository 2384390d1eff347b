"""Figures in a text: one character each, drawn as a chip with its name and what it says now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from dangjian_desktop.domain.figures.word_template import Piece, PieceKind

from .... import theme

CHIP = "\ufffc"
"""The one character that a chip is in the text."""
_SOURCE = QTextFormat.Property.UserProperty + 1
_KIND = QTextFormat.Property.UserProperty + 2
OBJECT = QTextFormat.ObjectTypes.UserObject + 1
_WIDEST = 420
_PAD, _BETWEEN, _AROUND = 6, 6, 2


@dataclass(frozen=True, slots=True)
class ChipFace:
    """What a chip shows: its name, what it says now, and the colour of its kind (`accent`, `amber`, `danger`)."""

    label: str
    value: str
    colour: str = "accent"


def chip_format(piece: Piece, like: QTextCharFormat) -> QTextCharFormat:
    """The format of a chip's character, otherwise as the text around it."""
    made = QTextCharFormat(like)
    made.setObjectType(OBJECT)
    made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignBaseline)
    made.setProperty(_SOURCE, piece.source)
    made.setProperty(_KIND, piece.kind.value)
    return made


def is_chip(made: QTextFormat) -> bool:
    """Whether a character of this format is a chip."""
    return made.objectType() == OBJECT


def source_of(made: QTextFormat) -> str:
    """What stands in the template for a chip."""
    return str(made.property(_SOURCE) or "")


def kind_of(made: QTextFormat) -> PieceKind:
    """What kind of piece a chip is."""
    return PieceKind(str(made.property(_KIND)))


class ChipPainter(QPyTextObject):
    """Draws chips; `face` tells what one of a format shows, `current` which place in the text has the caret."""

    def __init__(
        self, face: Callable[[QTextFormat], ChipFace], current: Callable[[], int], parent: QTextDocument
    ) -> None:
        super().__init__(parent)
        self._face, self._current = face, current

    def intrinsicSize(self, doc: QTextDocument, pos_in_document: int, format: QTextFormat) -> QSizeF:  # noqa: A002, ARG002
        """As wide as its words, a line high."""
        px = theme.current().px
        metrics = QFontMetricsF(format.toCharFormat().font())
        face = self._face(format)
        width = metrics.horizontalAdvance(face.label) + metrics.horizontalAdvance(face.value)
        between = px(_BETWEEN) if face.value else 0
        room = (doc.textWidth() if doc.textWidth() > 0 else px(_WIDEST)) - 2 * doc.documentMargin()
        full = width + between + 2 * px(_PAD + _AROUND)
        return QSizeF(max(min(full, room), px(24)), metrics.height() + px(2))

    def drawObject(  # noqa: D102 (Qt calls it)
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        doc: QTextDocument,  # noqa: ARG002
        pos_in_document: int,
        format: QTextFormat,  # noqa: A002
    ) -> None:
        look, face = theme.current(), self._face(format)
        px = look.px
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(rect).adjusted(px(_AROUND), 0.5, -px(_AROUND), -0.5)
        chosen = pos_in_document == self._current()
        painter.setBrush(look.colour(f"{face.colour}_soft"))
        painter.setPen(QPen(look.colour("focus" if chosen else "line_strong"), 2 if chosen else 1))
        painter.drawRoundedRect(box, px(4), px(4))
        font = format.toCharFormat().font()
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        words = box.adjusted(px(_PAD), 0, -px(_PAD), 0)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        label = metrics.elidedText(face.label, Qt.TextElideMode.ElideRight, words.width())
        painter.setPen(look.colour("ink_soft" if face.value else face.colour))
        painter.drawText(words, int(middle), label)
        words.setLeft(words.left() + metrics.horizontalAdvance(label) + px(_BETWEEN))
        if face.value and words.width() > px(8):
            painter.setPen(look.colour("ink" if face.colour == "accent" else face.colour))
            painter.drawText(
                words, int(middle), metrics.elidedText(face.value, Qt.TextElideMode.ElideRight, words.width())
            )
        painter.restore()
