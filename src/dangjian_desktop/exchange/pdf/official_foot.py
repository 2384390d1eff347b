"""The foot of an official paper: page numbers and the imprint on its last page."""

from __future__ import annotations

from collections.abc import Sequence

from dangjian_desktop.documents.model import Run, chinese_date
from dangjian_desktop.documents.official import Imprint
from dangjian_desktop.exchange.pdf.faces import FontSet, Role
from dangjian_desktop.exchange.pdf.grid import PAGE, WIDTH
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage
from dangjian_desktop.exchange.pdf.text_blocks import FacePiece, set_lines

_SIZE = 14.0
# The dash of a page number below the text block.
_NUMBER_AT = 7 * MM
_THICK, _THIN = 0.35 * MM, 0.25 * MM
_ROW, _LINE = 28.0, 22.0


def number_pages(sheets: Sequence[PdfPage], fonts: FontSet, *, first: bool = True) -> None:
    """Print — n — below the text block, at the outer side: odd pages right, even pages left, one character in.

    A letter has no number on its first page.
    """
    face = fonts.face(Role.BODY)
    low, high = face.ink("—")
    for number, sheet in enumerate(sheets, 1):
        if number == 1 and not first:
            continue
        text = f"— {number} —"
        width = face.width(text) * _SIZE
        left, right = PAGE.margins[3] * MM, sheet.width - PAGE.margins[1] * MM
        x = right - _SIZE - width if number % 2 else left + _SIZE
        y = PAGE.margins[2] * MM - _NUMBER_AT - (low + high) / 2 * _SIZE
        sheet.text(face, _SIZE, x, y, face.encode(text))


class ImprintLayout:
    """版记, which stands on the lower edge of the text block."""

    def __init__(self, imprint: Imprint, fonts: FontSet, *, plain: bool = False) -> None:
        # A letter's has neither rules nor printer: only who gets copies.
        self._imprint, self._plain = imprint, plain
        self._face = fonts.face(Role.OFFICIAL_BODY)
        self._copies: list[list[FacePiece]] = []
        if imprint.copies_to:
            # One character is left blank at either side; later lines stand under the first name.
            room = WIDTH / _SIZE - 2
            label = self._face.width("抄送：")
            text = "抄送：" + "，".join(imprint.copies_to) + "。"
            self._copies = set_lines((Run(text),), fonts, room - label, room, official=True)
            self._label = label
        copies = max(len(self._copies) - 1, 0) * _LINE + _ROW if self._copies else 0.0
        self.height = copies + (0.0 if plain else _ROW)

    def paint(self, sheet: PdfPage) -> None:
        """Draw it with its last rule on the lower edge of the text block."""
        x, bottom = PAGE.margins[3] * MM, PAGE.margins[2] * MM
        top = bottom + self.height
        for index, line in enumerate(self._copies):
            y = top - _ROW / 2 - MIDDLE * _SIZE - index * _LINE
            at = x + _SIZE + (self._label * _SIZE if index else 0.0)
            for piece in line:
                sheet.line(piece.face, _SIZE, at, y, piece.face.spaced(piece.text, piece.after))
                at += piece.width * _SIZE
        if self._plain:
            return
        for y, weight in ((bottom, _THICK), (top, _THICK), *(((bottom + _ROW, _THIN),) if self._copies else ())):
            sheet.rule(x, y, x + WIDTH, y, weight)
        face, y = self._face, bottom + _ROW / 2 - MIDDLE * _SIZE
        sheet.text(face, _SIZE, x + _SIZE, y, face.encode(self._imprint.printer))
        printed = f"{chinese_date(self._imprint.printed_on)}印发"
        sheet.text(face, _SIZE, x + WIDTH - _SIZE - face.width(printed) * _SIZE, y, face.encode(printed))
