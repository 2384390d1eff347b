"""The head of an official paper: the red name, number, signers and the red rule."""

from __future__ import annotations

import math

from dangjian_desktop.documents.model import chinese_date
from dangjian_desktop.documents.official import OfficialForm, OfficialPaper
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, TextFace
from dangjian_desktop.exchange.pdf.flow import Box
from dangjian_desktop.exchange.pdf.grid import CELL, COLUMNS, LINE, TYPE, WIDTH, draw_line, text_line, width_of
from dangjian_desktop.exchange.pdf.sheet import MM, PdfPage

# The name's upper edge below the text block's, the rule below the number, the empty lines the standard asks for.
_NAME_AT, _RULE_AT, _GAP = 35 * MM, 4 * MM, 2
_RULE = 0.5 * MM
# The name is as large as this where it fits, narrowed down to a share of its width before it is made smaller.
_NAME_SIZE, _NARROWEST = 56.0, 0.62
_SIGNERS_IN_A_ROW = 2


def head_box(paper: OfficialPaper, fonts: FontSet) -> Box | None:
    """The head, as high as whole grid lines, so that the title stands two lines below its rule; else None."""
    marks = corner_marks(paper)
    if paper.red_head:
        return _red(paper, fonts, marks)
    rows = max(len(marks), _signer_rows(paper), 1 if paper.number else 0)
    if not rows:
        return None

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        draw_corner(sheet, paper, fonts, x, top)
        _number(sheet, paper, fonts, x, top)

    return Box((rows + 1) * LINE, paint, keep=True)


def _red(paper: OfficialPaper, fonts: FontSet, marks: list[str]) -> Box:
    face = fonts.face(Role.OFFICIAL_TITLE)
    size, narrow = name_size(face, paper.red_head)
    ink = [face.ink(char) for char in paper.red_head]
    high, low = max(edge for _, edge in ink), min(edge for edge, _ in ink)
    # More than three marks in the corner would reach into the name: it moves down.
    name_at = max(_NAME_AT, (len(marks) + 0.5) * LINE)
    number_at = name_at + (high - low) * size + _GAP * LINE - (LINE - TYPE) / 2
    below = 1 if paper.form is OfficialForm.MINUTES else max(_signer_rows(paper) - 1, 0)
    last_row = number_at + below * LINE
    rule_at = last_row + (LINE + TYPE) / 2 + _RULE_AT
    rows = round((rule_at + _RULE / 2) / LINE + _GAP)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        draw_corner(sheet, paper, fonts, x, top)
        width = face.width(paper.red_head) * size * narrow
        y = top - name_at - high * size
        sheet.mark(face, size, x + (WIDTH - width) / 2, y, face.encode(paper.red_head), narrow)
        _number(sheet, paper, fonts, x, top - number_at)
        if paper.form is OfficialForm.MINUTES:
            _issuer_and_date(sheet, paper, fonts, x, top - last_row)
        middle = top - rule_at - _RULE / 2
        sheet.rule(x, middle, x + WIDTH, middle, _RULE, red=True)

    return Box(rows * LINE, paint, keep=True)


def corner_marks(paper: OfficialPaper) -> list[str]:
    """Number of the copy, secrecy and urgency, those that there are."""
    return [text for text in (paper.copy_number, paper.secrecy, paper.urgency) if text]


def name_size(face: TextFace, name: str) -> tuple[float, float]:
    """Size of type of the red name, and the share its characters are narrowed to."""
    narrow = WIDTH / (face.width(name) * _NAME_SIZE)
    if narrow >= 1:
        return _NAME_SIZE, 1.0
    if narrow >= _NARROWEST:
        return _NAME_SIZE, narrow
    return _NAME_SIZE * narrow / _NARROWEST, _NARROWEST


def draw_corner(sheet: PdfPage, paper: OfficialPaper, fonts: FontSet, x: float, top: float) -> None:
    """The marks under each other in the upper left corner."""
    rows = [(Role.OFFICIAL_BODY, paper.copy_number), (Role.OFFICIAL_HEADING, paper.secrecy)]
    rows.append((Role.OFFICIAL_HEADING, paper.urgency))
    for index, (role, text) in enumerate((role, text) for role, text in rows if text):
        draw_line(sheet, text_line(fonts.face(role), text), x, top - index * LINE)


def _issuer_and_date(sheet: PdfPage, paper: OfficialPaper, fonts: FontSet, x: float, top: float) -> None:
    """Who issues the minutes at the left and the date at the right, one character in."""
    face = fonts.face(Role.OFFICIAL_BODY)
    issuer, date = text_line(face, paper.issuer), text_line(face, chinese_date(paper.dated))
    draw_line(sheet, issuer, x + CELL, top)
    draw_line(sheet, date, x + (COLUMNS - 1 - width_of(date)) * CELL, top)


def _signer_rows(paper: OfficialPaper) -> int:
    return math.ceil(len(paper.signers) / _SIGNERS_IN_A_ROW)


def _number(sheet: PdfPage, paper: OfficialPaper, fonts: FontSet, x: float, top: float) -> None:
    """The number in the middle (a letter's at the right), or at the left of the last row of signers."""
    rows = _signer_rows(paper)
    if paper.number:
        line = text_line(fonts.face(Role.OFFICIAL_BODY), paper.number)
        free = COLUMNS - width_of(line)
        start = 1.0 if rows else free if paper.form is OfficialForm.LETTER else free / 2
        draw_line(sheet, line, x + start * CELL, top - max(rows - 1, 0) * LINE)
    if not rows:
        return
    label = text_line(fonts.face(Role.OFFICIAL_BODY), "签发人：")
    kai = fonts.face(Role.OFFICIAL_KAI)
    names = [
        text_line(kai, "\u3000".join(paper.signers[at : at + _SIGNERS_IN_A_ROW]))
        for at in range(0, len(paper.signers), _SIGNERS_IN_A_ROW)
    ]
    # One blank character at the right; names stand under each other.
    start = COLUMNS - 1 - max(width_of(line) for line in names)
    draw_line(sheet, label, x + (start - width_of(label)) * CELL, top)
    for index, line in enumerate(names):
        draw_line(sheet, line, x + start * CELL, top - index * LINE)
