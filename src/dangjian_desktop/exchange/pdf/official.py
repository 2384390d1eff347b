"""An official paper becomes a PDF laid out after GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.line_breaking import break_balanced
from dangjian_desktop.documents.model import Align, Paragraph, Run, Table, chinese_date
from dangjian_desktop.documents.official import (
    Annex,
    OfficialBlock,
    OfficialForm,
    OfficialPaper,
    attachment_label,
    numbered,
    official_texts,
    paper_faults,
)
from dangjian_desktop.documents.titles import break_title
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, first_uncovered
from dangjian_desktop.exchange.pdf.flow import Box, Flow, Paint
from dangjian_desktop.exchange.pdf.grid import (
    COLUMNS,
    LINE,
    PAGE,
    blank,
    line_box,
    lines_of,
    paragraph_lines,
    text_line,
    width_of,
)
from dangjian_desktop.exchange.pdf.official_foot import ImprintLayout, number_pages
from dangjian_desktop.exchange.pdf.official_head import head_box
from dangjian_desktop.exchange.pdf.official_letter import FIRST_PAGE, LOWER, letter_head
from dangjian_desktop.exchange.pdf.render import PdfResult, table_boxes
from dangjian_desktop.exchange.pdf.saving import save_sheets
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage

_TITLE = 22.0
# The date ends four characters from the right under a seal, two without one.
_DATE_IN, _UNSEALED_IN = 4.0, 2.0
# Two empty lines above and one below let a seal of 42 mm lie over signature and date on the same page.
_ABOVE_SEAL, _BELOW_SEAL = 2, 1
_BOUND_LINES = 2


def render_official(paper: OfficialPaper, path: Path | BytesIO) -> PdfResult:
    """Write the paper as PDF, whole or not at all.

    Raises `UserError` (`paper_faults`) for a paper that `paper_faults` finds wanting and `EnvironmentFault` when the
    file cannot be written. Characters that no font has are printed as 〓 and listed in the result.
    """
    wrong = paper_faults(paper)
    if wrong:
        raise UserError("paper_faults", "".join(wrong), effect="没有生成文件。", advice="请改正后再生成。")
    fonts = FontSet()
    sheets = _lay_out(paper, fonts)
    save_sheets(sheets, fonts, path, paper.title, paper.issuer)
    return PdfResult(len(sheets), first_uncovered(official_texts(paper)) if fonts.missing else [])


def _lay_out(paper: OfficialPaper, fonts: FontSet) -> list[PdfPage]:
    letter = _has_letter_head(paper)
    flow = Flow(FIRST_PAGE, 0.0, PAGE) if letter else Flow(PAGE, 0.0)
    head = letter_head(paper, fonts) if letter else head_box(paper, fonts)
    if head is not None:
        flow.add(head)
    for box in (*_title(paper.title, fonts), *_date_below_title(paper, fonts)):
        flow.add(box)
    if paper.addressee:
        flow.add(blank())
        lines = lines_of((Run(f"{paper.addressee.rstrip('：:')}："),), fonts, first=0.0)
        for box in paragraph_lines(lines, first=0.0, keep=True):
            flow.add(box)
    else:
        flow.add(blank())
    _body(flow, paper.body, fonts, [*_attachment_note(paper.attachments, fonts)], _ending(paper, fonts))
    for index, attachment in enumerate(paper.attachments, 1):
        flow.new_page()
        _attachment(flow, attachment, attachment_label(index, len(paper.attachments)), fonts)
    left_over = flow.left_over
    sheets = flow.finish()
    return _with_foot(paper, sheets, left_over, fonts)


def _has_letter_head(paper: OfficialPaper) -> bool:
    return paper.form is OfficialForm.LETTER and bool(paper.red_head)


def _date_below_title(paper: OfficialPaper, fonts: FontSet) -> Iterator[Box]:
    """Minutes without a red head have their date below the title."""
    if paper.form is OfficialForm.MINUTES and not paper.red_head:
        line = text_line(fonts.face(Role.OFFICIAL_KAI), f"（{chinese_date(paper.dated)}）")
        yield line_box(line, (COLUMNS - width_of(line)) / 2, keep=True)


def _title(title: str, fonts: FontSet) -> Iterator[Box]:
    face = fonts.face(Role.OFFICIAL_TITLE)
    width = PAGE.size[0] * MM - (PAGE.margins[1] + PAGE.margins[3]) * MM
    for text in break_title(title, face.width, width / _TITLE):
        yield Box(LINE, _centred(text, face.width(text), width, fonts), keep=True)


def _centred(text: str, em: float, width: float, fonts: FontSet) -> Paint:
    face = fonts.face(Role.OFFICIAL_TITLE)

    def paint(sheet: PdfPage, x: float, top: float) -> None:
        sheet.text(face, _TITLE, x + (width - em * _TITLE) / 2, top - LINE / 2 - MIDDLE * _TITLE, face.encode(text))

    return paint


def _body(
    flow: Flow, blocks: Sequence[OfficialBlock], fonts: FontSet, note: Sequence[Box] = (), ending: Sequence[Box] = ()
) -> None:
    """The text on the grid; the signature is bound to its last lines and parts neither from them nor in itself."""
    tail: list[Box] = []
    for block, heading in numbered(blocks):
        if isinstance(block, Table):
            _release(flow, tail)
            for box in table_boxes(block, fonts, flow):
                flow.add(box)
            flow.to_grid(LINE)
            continue
        tail += _paragraph(block, fonts, keep=heading)
        # The last lines are held back: they may be the ones that the signature is bound to.
        while len(tail) > _BOUND_LINES and not heading:
            flow.add(tail.pop(0))
    tail += note
    _release(flow, tail, -_BOUND_LINES if ending else None)
    for box in tail:
        box.keep = True
    _release(flow, tail)
    for box in ending:
        flow.add(box)


def _release(flow: Flow, boxes: list[Box], end: int | None = None) -> None:
    for box in boxes[:end]:
        flow.add(box)
    del boxes[:end]


def _paragraph(paragraph: object, fonts: FontSet, *, keep: bool) -> Iterator[Box]:
    assert isinstance(paragraph, Paragraph)
    if paragraph.align is Align.LEFT:
        first = 2.0 if paragraph.indent else 0.0
        yield from paragraph_lines(lines_of(paragraph.runs, fonts, first=first), first, keep=keep)
        return
    share = 0.5 if paragraph.align is Align.CENTER else 1.0
    for line in lines_of(paragraph.runs, fonts, first=0.0, justify=False):
        yield line_box(line, (COLUMNS - width_of(line)) * share)


def _ending(paper: OfficialPaper, fonts: FontSet) -> list[Box]:
    """Signature and date with room for the seal (in minutes who was there), and the note below."""
    minutes = paper.form is OfficialForm.MINUTES
    boxes = list(_attendance(paper, fonts) if minutes else _signature(paper, fonts))
    if paper.note:
        boxes += [line_box(line, 2.0, keep=True) for line in lines_of((Run(f"（{paper.note}）"),), fonts, room=26)]
    elif paper.seal and not minutes:
        boxes.append(blank(_BELOW_SEAL))
    for box in boxes:
        # A long list of names may part, a signature never.
        box.keep = box.keep or not minutes
    boxes[-1].keep = False
    return boxes


def _attachment_note(attachments: Sequence[Annex], fonts: FontSet) -> Iterator[Box]:
    """附件： two characters in; the second line of a long name stands under its first character."""
    face = fonts.face(Role.OFFICIAL_BODY)
    start = 2.0 + face.width("附件：")
    if attachments:
        yield blank()
    for index, attachment in enumerate(attachments, 1):
        label = f"{index}." if len(attachments) > 1 else ""
        at = start + face.width(label)
        lines = lines_of((Run(attachment.title),), fonts, first=0.0, room=COLUMNS - at)
        for number, line in enumerate(lines):
            lead = ("附件：" if index == 1 else "") + label if number == 0 else ""
            begin = at - face.width(lead)
            yield line_box([*text_line(face, lead), *line] if lead else line, begin)


def _attendance(paper: OfficialPaper, fonts: FontSet) -> Iterator[Box]:
    """出席, 请假, 列席: two characters in, later lines below the first name."""
    yield blank()
    for label, names in paper.attendance:
        head = text_line(fonts.face(Role.OFFICIAL_HEADING), f"{label}：")
        start = 2.0 + width_of(head)
        for index, line in enumerate(lines_of((Run(names),), fonts, first=0.0, room=COLUMNS - start)):
            yield line_box(line if index else [*head, *line], start if index else 2.0)


def _signature(paper: OfficialPaper, fonts: FontSet) -> Iterator[Box]:
    face = fonts.face(Role.OFFICIAL_BODY)
    date = text_line(face, chinese_date(paper.dated))
    names = [text_line(face, text) for text in break_balanced(paper.issuer, face.width, COLUMNS - 2 * _UNSEALED_IN)]
    widest = max(width_of(line) for line in names)
    if paper.seal:
        middle = min(COLUMNS - _DATE_IN - width_of(date) / 2, COLUMNS - widest / 2)
        starts = [middle - width_of(line) / 2 for line in names]
        date_start = middle - width_of(date) / 2
    else:
        name_start = COLUMNS - _UNSEALED_IN - widest
        # The date begins two characters further in; a date longer than the name moves both to the left.
        date_start = min(name_start + 2, COLUMNS - _UNSEALED_IN - width_of(date))
        starts = [date_start - 2] * len(names)
    yield blank(_ABOVE_SEAL if paper.seal else 1)
    for line, start in zip(names, starts, strict=True):
        yield line_box(line, start, keep=True)
    yield line_box(date, date_start, keep=True)


def _attachment(flow: Flow, attachment: Annex, label: str, fonts: FontSet) -> None:
    flow.add(line_box(text_line(fonts.face(Role.OFFICIAL_HEADING), label), keep=True))
    flow.add(blank())
    for box in _title(attachment.title, fonts):
        flow.add(box)
    flow.add(blank(keep=bool(attachment.body)))
    _body(flow, attachment.body, fonts)


def _with_foot(paper: OfficialPaper, sheets: list[PdfPage], left_over: float, fonts: FontSet) -> list[PdfPage]:
    """Page numbers on what is read; the imprint on the last page, where it stands alone without a number."""
    letter = _has_letter_head(paper)
    number_pages(sheets, fonts, first=not letter)
    if paper.imprint is None or (paper.form is OfficialForm.LETTER and not paper.imprint.copies_to):
        return sheets
    imprint = ImprintLayout(paper.imprint, fonts, plain=paper.form is OfficialForm.LETTER)
    # A letter's first page goes on below the text block, whose lower edge the imprint stands on.
    fits = imprint.height <= left_over - (LOWER if letter and len(sheets) == 1 else 0.0)
    # The back of the last sheet is an even page; a blank page before it has neither text nor number.
    if not fits or (paper.double_sided and len(sheets) % 2):
        sheets.append(_empty(sheets))
        if paper.double_sided and len(sheets) % 2:
            sheets.append(_empty(sheets))
    for number, sheet in enumerate(sheets, 1):
        sheet.number = number
    imprint.paint(sheets[-1])
    return sheets


def _empty(sheets: Sequence[PdfPage]) -> PdfPage:
    return PdfPage(sheets[0].width, sheets[0].height)
