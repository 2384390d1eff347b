"""The letter form of official papers (信函格式): name, red double rules, number at the right."""

from __future__ import annotations

import math

from dangjian_desktop.documents.model import PageSetup
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.exchange.pdf.faces import FontSet, Role
from dangjian_desktop.exchange.pdf.flow import Box
from dangjian_desktop.exchange.pdf.grid import (
    CELL,
    COLUMNS,
    LINE,
    LINES,
    PAGE,
    TYPE,
    WIDTH,
    draw_line,
    text_line,
    width_of,
)
from dangjian_desktop.exchange.pdf.official_head import corner_marks, draw_corner, name_size
from dangjian_desktop.exchange.pdf.sheet import MM, PdfPage

# The name's upper edge below the paper's, the rules below the name and above the paper's lower edge, their length.
_NAME_AT, _RULE_AT, _FOOT_AT, _LENGTH = 30 * MM, 4 * MM, 20 * MM, 170 * MM
_THICK, _THIN, _BETWEEN = 0.8 * MM, 0.3 * MM, 0.5 * MM
_DOUBLE = _THICK + _BETWEEN + _THIN
# From a rule to the nearest type: seven eighths of a character.
_NEAR = TYPE * 7 / 8
_GAP = 2


def _first_page() -> PageSetup:
    """The first page's text ends above the lower rules; its lines are counted from there."""
    bottom = _FOOT_AT + _DOUBLE + _NEAR - (LINE - TYPE) / 2
    top = PAGE.size[1] * MM - bottom - (LINES + 1) * LINE
    return PageSetup(margins=(top / MM, PAGE.margins[1], bottom / MM, PAGE.margins[3]))


FIRST_PAGE = _first_page()
# How much lower the first page's text may end than the text block of other pages.
LOWER = (PAGE.margins[2] - FIRST_PAGE.margins[2]) * MM


def letter_head(paper: OfficialPaper, fonts: FontSet) -> Box:
    """The head as high as whole lines, so that the title stands about two lines below its last row."""
    face = fonts.face(Role.OFFICIAL_TITLE)
    size, narrow = name_size(face, paper.red_head)
    ink = [face.ink(char) for char in paper.red_head]
    high, low = max(edge for _, edge in ink), min(edge for edge, _ in ink)
    page_top = FIRST_PAGE.margins[0] * MM
    rule_at = _NAME_AT - page_top + (high - low) * size + _RULE_AT
    row_at = rule_at + _DOUBLE + _NEAR - (LINE - TYPE) / 2
    rows = max(len(corner_marks(paper)), 1)
    height = round(row_at / LINE + rows + _GAP) * LINE

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        width = face.width(paper.red_head) * size * narrow
        y = top - (_NAME_AT - page_top) - high * size
        sheet.mark(face, size, x + (WIDTH - width) / 2, y, face.encode(paper.red_head), narrow)
        _double_rule(sheet, top - rule_at, thick_first=True)
        _double_rule(sheet, _FOOT_AT + _DOUBLE, thick_first=False)
        draw_corner(sheet, paper, fonts, x, top - row_at)
        number = text_line(fonts.face(Role.OFFICIAL_BODY), paper.number)
        draw_line(sheet, number, x + (COLUMNS - width_of(number)) * CELL, top - row_at)

    return Box(max(height, math.ceil(row_at / LINE) * LINE), paint, keep=True)


def _double_rule(sheet: PdfPage, top: float, *, thick_first: bool) -> None:
    """Two red rules in the middle of the paper's width, their upper edge at `top`."""
    left = (sheet.width - _LENGTH) / 2
    at = top
    for weight in (_THICK, _THIN) if thick_first else (_THIN, _THICK):
        sheet.rule(left, at - weight / 2, left + _LENGTH, at - weight / 2, weight, red=True)
        at -= weight + _BETWEEN
