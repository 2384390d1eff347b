"""A document becomes a PDF file."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.charts import Chart
from dangjian_desktop.documents.model import (
    Align,
    Document,
    Heading,
    KeyValueGrid,
    PageBreak,
    PageSetup,
    Paper,
    Paragraph,
    SignatureBlock,
    Spacer,
    Table,
    document_texts,
)
from dangjian_desktop.documents.org_chart import OrgChart
from dangjian_desktop.documents.places import Holders, document_places
from dangjian_desktop.exchange.pdf.charts import chart_boxes
from dangjian_desktop.exchange.pdf.faces import FontSet, Role, first_uncovered, uncovered
from dangjian_desktop.exchange.pdf.flow import Box, Flow
from dangjian_desktop.exchange.pdf.form_grid import GridLayout
from dangjian_desktop.exchange.pdf.org_chart import org_chart_box
from dangjian_desktop.exchange.pdf.saving import save_sheets
from dangjian_desktop.exchange.pdf.sheet import MIDDLE, MM, PdfPage
from dangjian_desktop.exchange.pdf.table import ROW_PAD, TIGHT, TableLayout
from dangjian_desktop.exchange.pdf.text_blocks import (
    ends_box,
    heading_boxes,
    line_box,
    paragraph_boxes,
    signature_block_box,
    signature_line_box,
    title_boxes,
)

_FOOTER = 9.0
# The footer's line stands this far above the paper's edge, and the text ends above it.
_FOOTER_AT = 10 * MM
_FOOTER_ROOM = 17 * MM
_REPORT_EVERY = 250
# So many rows are kept whole where they take no more than this share of a page.
_KEPT_WHOLE, _WHOLE_SHARE = 18, 0.4
# A short report whose last page is filled no more than this is tried again with closer rows.
_SHORT, _NEARLY_EMPTY = 12, 0.55
# So many rows or lines go with the signature: a single one above it looks forgotten.
_BOUND = 3


@dataclass(frozen=True, slots=True)
class PdfResult:
    """What came out: the number of pages, and each character that no font has with a text that holds it."""

    pages: int
    missing: list[tuple[str, str]]


class GlyphGap(NamedTuple):
    """A character that no font has: the text that holds it, where that stands, and the id of its record if known."""

    char: str
    text: str
    where: str
    record: str

    @property
    def code(self) -> str:
        """The character's number as input methods and lists of rare characters name it: U+2A6D6."""
        return f"U+{ord(self.char):04X}"


def render_pdf(document: Document, path: Path | BytesIO, progress: Progress | None = None) -> PdfResult:
    """Write the document as PDF, whole or not at all.

    Raises `EnvironmentFault` when the file cannot be written and `Cancelled` when the person stops it. Characters
    that no bundled font has are printed as 〓 and listed in the result.
    """
    fonts = FontSet()
    sheets = _pages(document, fonts, progress or Progress())
    save_sheets(sheets, fonts, path, document.title, document.unit)
    return PdfResult(len(sheets), missing_glyphs(document) if fonts.missing else [])


def missing_glyphs(document: Document) -> list[tuple[str, str]]:
    """Each character of the document that no bundled font has, with the first text that holds it."""
    return first_uncovered(document_texts(document))


def missing_places(document: Document) -> list[GlyphGap]:
    """Every place of the document with a character that no font has, row by row: to be shown before printing."""
    known: dict[str, bool] = {}
    found: dict[tuple[str, str, str], GlyphGap] = {}
    holders = Holders(document.holders)
    for text, where, record in document_places(document):
        for char in dict.fromkeys(text):
            if char not in known:
                known[char] = bool(uncovered(char))
            if known[char]:
                for holder, name in holders.of(char, text, record or document.record):
                    place = f"{where}“{name}”" if name else where
                    found.setdefault((char, place, holder), GlyphGap(char, text, place, holder))
    return list(found.values())


def _pages(document: Document, fonts: FontSet, progress: Progress) -> list[PdfPage]:
    """The pages; a last one with a row or two and the signature is spared where closer rows make room for them."""
    sheets, filled = _lay_out(document, fonts, progress)
    if 1 < len(sheets) <= _SHORT and filled < _NEARLY_EMPTY and document.tables():
        closer, _ = _lay_out(document, fonts, progress, TIGHT)
        sheets = closer if len(closer) < len(sheets) else sheets
    _foot(document, sheets, fonts)
    total = _row_count(document)
    progress.report(total, total, f"共 {len(sheets)} 页")
    return sheets


def _lay_out(
    document: Document, fonts: FontSet, progress: Progress, row_pad: float = ROW_PAD
) -> tuple[list[PdfPage], float]:
    """The pages without their feet, and the share of the last one that is filled."""
    flow = Flow(document.page, _FOOTER_ROOM if document.page_numbers or document.masked_note else 0.0)
    for box in title_boxes(document, fonts, flow.width):
        flow.add(box)
    total = _row_count(document)
    done = 0
    tail = _Tail(document, fonts)
    for index, block in enumerate(document.blocks):
        last = index == len(document.blocks) - 1
        if isinstance(block, PageBreak):
            if not last:
                flow.new_page(block.setup)
                _new_title(block, document, fonts, flow)
            continue
        boxes = _boxes(block, fonts, flow, row_pad)
        if last:
            boxes = tail.with_signature(boxes, flow)
        for box in boxes:
            flow.add(box)
            if box.owner is not None:
                done += 1
                if done % _REPORT_EVERY == 0:
                    progress.report(min(done, total), total, f"正在排第 {len(flow.sheets)} 页")
    if not document.blocks or isinstance(document.blocks[-1], PageBreak):
        for box in tail.with_signature(iter(()), flow):
            flow.add(box)
    filled = 1 - flow.left_over / flow.full_height
    return flow.finish(), filled


def _new_title(block: PageBreak, document: Document, fonts: FontSet, flow: Flow) -> None:
    if block.title:
        for box in title_boxes(replace(document, title=block.title, subtitle=block.subtitle), fonts, flow.width):
            flow.add(box)


def _row_count(document: Document) -> int:
    return max(1, sum(table.count for table in document.tables()))


class _Tail:
    """Binds the signature line to the last rows or lines, so that it never stands on a page alone."""

    def __init__(self, document: Document, fonts: FontSet) -> None:
        self._line, self._fonts = document.signature, fonts

    def with_signature(self, boxes: Iterator[Box], flow: Flow) -> Iterator[Box]:
        if self._line is None:
            yield from boxes
            return
        held: deque[Box] = deque()
        for box in boxes:
            held.append(box)
            if len(held) > _BOUND:
                yield held.popleft()
        for box in held:
            box.keep = True
            yield box
        yield Box(3 * MM, keep=True)
        yield signature_line_box(self._line, self._fonts, flow.width)


def _boxes(block: object, fonts: FontSet, flow: Flow, row_pad: float) -> Iterator[Box]:
    if isinstance(block, Table):
        yield from table_boxes(block, fonts, flow, row_pad)
    elif isinstance(block, Paragraph):
        yield from paragraph_boxes(block, fonts, flow.width)
    elif isinstance(block, Heading):
        yield from heading_boxes(block, fonts, flow.width)
    elif isinstance(block, KeyValueGrid):
        yield from GridLayout(block, fonts, flow.width).boxes()
    elif isinstance(block, SignatureBlock):
        yield signature_block_box(block, fonts, flow.width)
    elif isinstance(block, Chart):
        yield from chart_boxes(block, fonts, flow.width, flow.full_height)
    elif isinstance(block, OrgChart):
        yield org_chart_box(block, fonts, flow)
    elif isinstance(block, Spacer):
        yield Box(block.height * MM, blank=True)


def table_boxes(table: Table, fonts: FontSet, flow: Flow, row_pad: float = ROW_PAD) -> Iterator[Box]:
    """A table with its caption, unit and note."""
    face = fonts.face(Role.BODY)
    if table.caption:
        yield Box(2 * MM, keep=True, blank=True)
        yield line_box(fonts.face(Role.HEADING), 12.0, table.caption, flow.width, Align.CENTER, 21.0, keep=True)
    if table.unit:
        yield ends_box(face, 9.0, "", table.unit, flow.width)
    layout = TableLayout(table, fonts, flow.width, flow.full_height, row_pad)
    held: Box | None = None
    for box in _rows(table, layout, flow):
        if held is not None:
            yield held
        held = box
    if held is not None:
        held.keep = held.keep or bool(table.note)
        yield held
    if not table.note:
        return
    yield from paragraph_boxes(Paragraph(table.note, indent=False, small=True), fonts, flow.width)


def _rows(table: Table, layout: TableLayout, flow: Flow) -> Iterator[Box]:
    """The rows; a handful is read at a glance and goes to the next page whole rather than being parted."""
    if table.count > _KEPT_WHOLE:
        yield from layout.boxes()
        return
    boxes = list(layout.boxes())
    whole = layout.header_height + sum(box.height for box in boxes) <= _WHOLE_SHARE * flow.full_height
    for box in boxes[:-1]:
        box.keep = box.keep or whole
    yield from boxes


def _foot(document: Document, sheets: list[PdfPage], fonts: FontSet) -> None:
    face = fonts.face(Role.BODY)
    left_margin, right_margin = document.page.margins[3] * MM, document.page.margins[1] * MM
    for sheet in sheets:
        y = _FOOTER_AT - MIDDLE * _FOOTER
        if document.masked_note:
            sheet.text(face, _FOOTER, left_margin, y, face.encode(document.masked_note))
        if document.page_numbers:
            text = f"第{sheet.number}页  共{len(sheets)}页"
            at = (sheet.width - face.width(text) * _FOOTER) / 2
            # A long note at the left pushes the number to the right margin.
            if document.masked_note and left_margin + face.width(document.masked_note) * _FOOTER + 12 > at:
                at = sheet.width - right_margin - (face.width(text) + 4) * _FOOTER
            sheet.text(face, _FOOTER, at, y, face.encode(text))
        if _is_a3(sheet):
            text = Paper.A3.value
            sheet.text(face, _FOOTER, sheet.width - right_margin - face.width(text) * _FOOTER, y, face.encode(text))


def _is_a3(sheet: PdfPage) -> bool:
    return max(PageSetup(Paper.A4).size) * MM + 1 < max(sheet.width, sheet.height)
