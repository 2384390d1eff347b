"""A report of words and tables becomes a Word document to be edited further, on the page that its PDF has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.documents.model import (
    Block,
    Document,
    Face,
    Heading,
    KeyValue,
    KeyValueGrid,
    PageBreak,
    PageSetup,
    Paragraph,
    SignatureLine,
    Table,
    chinese_date,
)
from dangjian_desktop.documents.org_chart import estimated_width
from dangjian_desktop.documents.titles import break_title

from .parts import ALIGNED, BODY, CELL, HEADING, KAI, TITLE, add_field, add_table, fix_widths, mark_chinese, set_face

_TITLE, _SUBTITLE, _TEXT, _CAPTION, _SMALL, _FOOT = 22.0, 16.0, 14.0, 12.0, 10.5, 9.0
_HEADINGS = {1: (HEADING, 15.0), 2: (KAI, 14.0), 3: (BODY, 14.0)}
_FACES = {Face.BODY: BODY, Face.HEADING: HEADING, Face.KAI: KAI}
_LINE = 1.75
_MM = 72 / 25.4


def render_report_docx(document: Document, path: Path) -> None:
    """Write headings, paragraphs and tables of a document as .docx, whole or not at all; raises `EnvironmentFault`.

    Only for documents of these and ruled forms: charts are drawn in the PDF alone.
    """
    word = docx.Document()
    room = _page(word, document.page)
    word.core_properties.title, word.core_properties.author = document.title, document.unit
    word.core_properties.comments = ""
    _head(word, document, room)
    for block in document.blocks:
        if isinstance(block, PageBreak) and block.title:
            word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            _head(word, replace(document, title=block.title, subtitle=block.subtitle), room)
        else:
            _block(word, block, room)
    if document.signature is not None:
        _signature(word, document.signature, room)
    mark_chinese(word)
    replace_file(path, lambda target: word.save(str(target)))


def _page(word: Word, setup: PageSetup) -> float:
    """Set the page up; returns the width between its margins in points."""
    style = word.styles["Normal"]
    set_face(style, BODY, _TEXT)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    section = word.sections[0]
    width, height = setup.size
    section.orientation = WD_ORIENT.LANDSCAPE if setup.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    top, right, bottom, left = setup.margins
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    section.footer_distance = Mm(bottom / 2)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for part in ("第", "PAGE", "页　共", "NUMPAGES", "页"):
        if part.isascii():
            add_field(foot, part, CELL, _FOOT)
        else:
            set_face(foot.add_run(part), CELL, _FOOT)
    return (width - left - right) * _MM


def _head(word: Word, document: Document, room: float) -> None:
    for text in break_title(document.title, estimated_width, room / _TITLE):
        _line(word, text, TITLE, _TITLE, WD_ALIGN_PARAGRAPH.CENTER)
    if document.subtitle:
        _line(word, document.subtitle, KAI, _SUBTITLE, WD_ALIGN_PARAGRAPH.CENTER)
    if document.unit or document.filled_on:
        sides = _line(word, f"填报单位：{document.unit}\t填报日期：{chinese_date(document.filled_on)}", BODY, _CAPTION)
        sides.paragraph_format.tab_stops.add_tab_stop(Pt(room), WD_TAB_ALIGNMENT.RIGHT)
    if document.masked_note:
        _line(word, document.masked_note, BODY, _SMALL)


def _block(word: Word, block: Block, room: float) -> None:
    if isinstance(block, Heading):
        face, size = _HEADINGS[min(max(block.level, 1), 3)]
        made = _line(word, block.text, face, size)
        made.paragraph_format.first_line_indent = Pt(2 * size)
        made.paragraph_format.keep_with_next = True
    elif isinstance(block, Paragraph):
        size = _SMALL if block.small else _TEXT
        made = _line(word, "", BODY, size, ALIGNED[block.align])
        if block.indent:
            made.paragraph_format.first_line_indent = Pt(2 * size)
        for run in block.runs:
            added = made.add_run(run.text)
            set_face(added, _FACES[run.face], size)
            added.bold = run.bold or None
    elif isinstance(block, Table):
        _table(word, block, room)
    elif isinstance(block, KeyValueGrid):
        _grid(word, block, room)


def _grid(word: Word, grid: KeyValueGrid, room: float) -> None:
    """A ruled form of labels and values, two pairs to a row; long values have a row of their own."""
    made = word.add_table(rows=0, cols=4, style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    waiting: list[KeyValue] = []
    for item in (*grid.items, None):
        if waiting and (item is None or item.wide or len(waiting) == 2):
            cells = made.add_row().cells
            texts = [text for pair in waiting for text in (pair.label, pair.value)]
            if len(waiting) == 1:
                cells[1].merge(cells[3])
            for cell, text in zip(cells, texts, strict=False):
                set_face(cell.paragraphs[0].add_run(text), BODY, _CAPTION)
            waiting = []
        if item is not None:
            waiting.append(item)
            if item.wide:
                cells = made.add_row().cells
                cells[1].merge(cells[3])
                set_face(cells[0].paragraphs[0].add_run(item.label), BODY, _CAPTION)
                set_face(cells[1].paragraphs[0].add_run(item.value), BODY, _CAPTION)
                waiting = []
    fix_widths(made, [room * share for share in (0.18, 0.32, 0.18, 0.32)])
    _line(word, "", CELL, _FOOT, leading=1.0)


def _table(word: Word, table: Table, room: float) -> None:
    if table.caption:
        made = _line(word, table.caption, HEADING, _CAPTION, WD_ALIGN_PARAGRAPH.CENTER)
        made.paragraph_format.keep_with_next = True
    if table.unit:
        made = _line(word, table.unit, CELL, _FOOT, WD_ALIGN_PARAGRAPH.RIGHT, leading=1.2)
        made.paragraph_format.keep_with_next = True
    add_table(word, table, room)
    _line(word, table.note, CELL, _FOOT, leading=1.4)


def _signature(word: Word, signature: SignatureLine, room: float) -> None:
    """填表人, 审核人 and unit on one line, with the height of a seal below it."""
    parts = (
        f"填表人：{signature.filled_by}",
        f"审核人：{signature.checked_by}",
        f"单位（盖章）：{signature.unit}",
    )
    made = word.add_table(rows=1, cols=len(parts))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    shares = (0.26, 0.26, 0.48)
    fix_widths(made, [room * share for share in shares])
    for cell, text in zip(made.rows[0].cells, parts, strict=True):
        set_face(cell.paragraphs[0].add_run(text), BODY, _CAPTION)
    if signature.seal:
        made.rows[0].height = Mm(45)


def _line(
    word: Word,
    text: str,
    face: str,
    size: float,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    *,
    leading: float = _LINE,
) -> WordParagraph:
    paragraph = word.add_paragraph()
    paragraph.alignment = align
    spacing = paragraph.paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * leading)
    if text:
        set_face(paragraph.add_run(text), face, size)
    return paragraph
