"""Running text, headings, forms and signatures as boxes for the flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dangjian_desktop.documents.composing import compose
from dangjian_desktop.documents.line_breaking import break_balanced, break_text
from dangjian_desktop.documents.model import (
    Align,
    Document,
    Face,
    Heading,
    Paragraph,
    Run,
    SignatureBlock,
    SignatureLine,
    chinese_date,
)
from dangjian_desktop.documents.titles import break_title
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, TextFace
from dangjian_desktop.exchange.pdf.flow import Box, Paint
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage

TITLE, SUBTITLE, BODY, SMALL, LINE = 22.0, 16.0, 14.0, 10.5, 10.5
SEAL = 45 * MM
_HEADINGS = {1: (Role.HEADING, 15.0), 2: (Role.KAI, 14.0), 3: (Role.BODY_BOLD, 14.0)}
_LEADING = 1.75
_BLANK_DATE = "\u3000\u3000\u3000年\u3000\u3000月\u3000\u3000日"


@dataclass(frozen=True, slots=True)
class FacePiece:
    """A stretch of one line in one face: its characters' widths, and what is added after each, in em."""

    face: TextFace
    text: str
    widths: Sequence[float]
    after: Sequence[float]

    @property
    def width(self) -> float:
        """The whole width in em."""
        return sum(self.widths) + sum(self.after)


def role_of(face: Face, *, bold: bool, official: bool = False) -> Role:
    """The font role of a run, in a report or in an official paper."""
    if face is Face.HEADING:
        return Role.OFFICIAL_HEADING if official else Role.HEADING
    if face is Face.KAI:
        return Role.OFFICIAL_KAI if official else Role.KAI
    if bold:
        return Role.BODY_BOLD
    return Role.OFFICIAL_BODY if official else Role.BODY


def line_box(face: TextFace, size: float, text: str, width: float, align: Align, height: float, keep: bool) -> Box:
    """One line of one face."""
    offset = {Align.LEFT: 0.0, Align.CENTER: 0.5, Align.RIGHT: 1.0}[align] * (width - face.width(text) * size)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        sheet.text(face, size, x + offset, top - height / 2 - MIDDLE * size, face.encode(text))

    return Box(height, paint, keep)


def title_boxes(document: Document, fonts: FontSet, width: float) -> Iterator[Box]:
    """Title, subtitle, and the line with 填报单位 and 填报日期; all kept with what follows."""
    face = fonts.face(Role.BODY_BOLD)
    for text in break_title(document.title, face.width, width / TITLE) if document.title else []:
        yield line_box(face, TITLE, text, width, Align.CENTER, TITLE * 1.45, keep=True)
    kai = fonts.face(Role.KAI)
    for text in break_balanced(document.subtitle, kai.width, width / SUBTITLE) if document.subtitle else []:
        yield line_box(kai, SUBTITLE, text, width, Align.CENTER, SUBTITLE * 1.5, keep=True)
    yield Box(3 * MM, keep=True)
    if document.unit or document.filled_on:
        left = f"填报单位：{document.unit}" if document.unit else ""
        right = f"填报日期：{chinese_date(document.filled_on)}" if document.filled_on else ""
        yield ends_box(fonts.face(Role.BODY), LINE, left, right, width)


def ends_box(face: TextFace, size: float, left: str, right: str, width: float) -> Box:
    """A line with one text at the left end and one at the right, kept with what follows."""
    height = size * 1.7

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        y = top - height / 2 - MIDDLE * size
        if left:
            sheet.text(face, size, x, y, face.encode(left))
        if right:
            sheet.text(face, size, x + width - face.width(right) * size, y, face.encode(right))

    return Box(height, paint, keep=True)


def heading_boxes(heading: Heading, fonts: FontSet, width: float) -> Iterator[Box]:
    """A heading, kept with what follows."""
    role, size = _HEADINGS[min(max(heading.level, 1), 3)]
    face = fonts.face(role)
    yield Box(size * 0.35, keep=True, blank=True)
    for text in break_text(heading.text, face.width, width / size - 2):
        box = line_box(face, size, text, width, Align.LEFT, size * _LEADING, keep=True)
        yield _moved(box, 2 * size)


def paragraph_boxes(paragraph: Paragraph, fonts: FontSet, width: float) -> Iterator[Box]:
    """A paragraph line by line; its first two and last two lines stay together."""
    size = SMALL if paragraph.small else BODY
    room = width / size
    indent = 2.0 if paragraph.indent and paragraph.align is Align.LEFT else 0.0
    justify = paragraph.align is Align.LEFT
    lines = set_lines(paragraph.runs, fonts, room, room - indent, justify=justify)
    height = size * _LEADING
    for index, line in enumerate(lines):
        start = indent if index == 0 else 0.0
        if not justify:
            start = (room - line_width(line)) * (0.5 if paragraph.align is Align.CENTER else 1.0)
        keep = len(lines) > 1 and index in (0, len(lines) - 2)
        yield Box(height, _line_paint(line, size, height, start * size), keep)


def set_lines(
    runs: Sequence[Run], fonts: FontSet, room: float, first_room: float, *, justify: bool = True, official: bool = False
) -> list[list[FacePiece]]:
    """A paragraph composed into lines (in em) of pieces, one for each stretch in the same face.

    Breaks are found over the whole text, whatever the faces.
    """
    text = "".join(run.text for run in runs)
    faces: list[TextFace] = []
    widths: list[float] = []
    for run in runs:
        face = fonts.face(role_of(run.face, bold=run.bold, official=official))
        faces += [face] * len(run.text)
        widths += face.widths(run.text)
    lines = []
    for line in compose(text, widths, room, first_room, justify=justify):
        cuts = [at for at in range(line.start + 1, line.end) if faces[at] is not faces[at - 1]]
        ends = [line.start, *cuts, line.end]
        lines.append(
            [
                FacePiece(faces[a], text[a:b], widths[a:b], line.after[a - line.start : b - line.start])
                for a, b in pairwise(ends)
                if b > a
            ]
        )
    return lines


def line_width(line: Sequence[FacePiece]) -> float:
    """How wide a composed line is, in em."""
    return sum(piece.width for piece in line)


def _line_paint(line: list[FacePiece], size: float, height: float, start: float) -> Paint:
    def paint(sheet: PdfPage, x: float, top: float) -> None:
        at, y = x + start, top - height / 2 - MIDDLE * size
        for piece in line:
            sheet.line(piece.face, size, at, y, piece.face.spaced(piece.text, piece.after))
            at += piece.width * size

    return paint


def signature_line_box(line: SignatureLine, fonts: FontSet, width: float) -> Box:
    """填表人, 审核人 and 单位（盖章） below a report, with room for the seal at the right."""
    face, size = fonts.face(Role.BODY), 12.0
    height = SEAL if line.seal else size * 2.2
    # The seal lies over unit and date, a little above the middle of its room.
    y_unit = height * 0.42 if line.seal else height / 2
    right = f"单位（盖章）：{line.unit}"
    share = min(max(face.width(right) * size, SEAL), width / 2)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        y = top - y_unit - MIDDLE * size
        sheet.text(face, size, x, y, face.encode(f"填表人：{line.filled_by}"))
        middle = x + max((width - share) / 2, face.width(f"填表人：{line.filled_by}") * size + 2 * size)
        sheet.text(face, size, middle, y, face.encode(f"审核人：{line.checked_by}"))
        for text in break_text(right, face.width, share / size + 0.01):
            sheet.text(face, size, x + width - share, y, face.encode(text))
            y -= size * 1.6
        if line.seal:
            offset = (share - face.width(_BLANK_DATE) * size) / 2
            sheet.text(face, size, x + width - share + max(offset, 0), y - size * 0.4, face.encode(_BLANK_DATE))

    return Box(height, paint)


def signature_block_box(block: SignatureBlock, fonts: FontSet, width: float) -> Box:
    """署名 over date at the lower right: the date four characters in, the name centred over it."""
    face, size = fonts.face(Role.BODY), BODY
    date = chinese_date(block.date_text) if block.date_text else _BLANK_DATE
    height = SEAL if block.seal else size * 4
    date_width, name_width = face.width(date) * size, face.width(block.signer) * size
    centre = width - max(4 * size + date_width / 2, name_width / 2, SEAL / 2 if block.seal else 0.0)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        y = top - height / 2 + size * 0.4
        sheet.text(face, size, x + centre - name_width / 2, y, face.encode(block.signer))
        sheet.text(face, size, x + centre - date_width / 2, y - size * 1.9, face.encode(date))

    return Box(height, paint)


def _moved(box: Box, offset: float) -> Box:
    inner = box.paint

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        if inner is not None:
            inner(sheet, x + offset, top)

    return Box(box.height, paint, box.keep, box.owner, box.blank)
