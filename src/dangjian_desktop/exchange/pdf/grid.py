"""The page of an official paper: 22 lines of 28 characters (GB/T 9704-2012), and setting lines on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dangjian_desktop.documents.model import PageSetup, Run
from dangjian_desktop.exchange.pdf.faces import FontSet, TextFace
from dangjian_desktop.exchange.pdf.flow import Box
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage
from dangjian_desktop.exchange.pdf.text_blocks import FacePiece, line_width, set_lines

COLUMNS, LINES = 28, 22
PAGE = PageSetup(margins=(37.0, 26.0, 35.0, 28.0))
WIDTH = 156 * MM
# One line and one character of the grid; 三号 type of 16 points stands on it a little closer than its own width.
LINE, CELL = 225 * MM / LINES, WIDTH / COLUMNS
TYPE = 16.0


def blank(lines: float = 1.0, *, keep: bool = True) -> Box:
    """Empty lines."""
    return Box(LINE * lines, keep=keep)


def lines_of(
    runs: Sequence[Run], fonts: FontSet, *, first: float = 2.0, room: float = COLUMNS, justify: bool = True
) -> list[list[FacePiece]]:
    """A paragraph composed for the grid, its first line set in by `first` cells."""
    return set_lines(runs, fonts, room, room - first, justify=justify, official=True)


def line_box(line: Sequence[FacePiece], start: float = 0.0, *, keep: bool = False) -> Box:
    """A composed line on one grid line, beginning at cell `start`."""

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        draw_line(sheet, line, x + start * CELL, top)

    return Box(LINE, paint, keep)


def draw_line(sheet: PdfPage, line: Sequence[FacePiece], x: float, top: float) -> None:
    """Draw a composed line with each character in its cell; `top` is that of the grid line."""
    y = top - LINE / 2 - MIDDLE * TYPE
    ratio = CELL / TYPE
    for piece in line:
        after = [(w + more) * ratio - w for w, more in zip(piece.widths, piece.after, strict=True)]
        sheet.line(piece.face, TYPE, x, y, piece.face.spaced(piece.text, after))
        x += piece.width * CELL


def paragraph_lines(
    lines: Sequence[Sequence[FacePiece]], first: float = 2.0, rest: float = 0.0, *, keep: bool = False
) -> Iterator[Box]:
    """The lines of a paragraph as boxes; with `keep` the last one is bound to what follows."""
    for index, line in enumerate(lines):
        yield line_box(line, rest if index else first, keep=keep and index == len(lines) - 1)


def text_line(face: TextFace, text: str) -> list[FacePiece]:
    """One short text as a line, not broken."""
    return [FacePiece(face, text, face.widths(text), [0.0] * len(text))]


def width_of(line: Sequence[FacePiece]) -> float:
    """How many cells a line takes."""
    return line_width(line)
