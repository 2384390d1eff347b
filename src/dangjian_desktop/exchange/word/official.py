"""An official paper becomes a Word document to be edited further, on the same page after GB/T 9704-2012.

Faces are named as offices have them (仿宋, 楷体, 黑体, 方正小标宋简体); where one is not installed, the word processor
takes its own stand-in.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import replace_file
from dangjian_desktop.documents.model import Align, Face, Paragraph, Table, chinese_date
from dangjian_desktop.documents.official import (
    Annex,
    OfficialBlock,
    OfficialForm,
    OfficialPaper,
    attachment_label,
    numbered,
    paper_faults,
)
from dangjian_desktop.documents.org_chart import estimated_width
from dangjian_desktop.documents.titles import break_title

from .parts import ALIGNED, BODY, CELL, HEADING, KAI, TITLE, add_field, add_table, mark_chinese, set_face

_FACES = {Face.BODY: BODY, Face.HEADING: HEADING, Face.KAI: KAI}
_TITLE, _TEXT, _FOOT = 22.0, 16.0, 14.0
_BLOCK = 156 / 25.4 * 72
# 22 lines on 225 mm, and 28 characters of 16 points on 156 mm, each a little narrower (in 1/20 of a point). A grid of
# characters would say the same, but not every word processor draws it: LibreOffice sets them a third too wide.
_LINE = 28.95
_NARROWER = -5
_AFTER_SPACING = ("w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd")
_TITLE_CHARS = 20.0
_DATE_IN, _UNSEALED_IN = 4.0, 2.0


def render_docx(paper: OfficialPaper, path: Path) -> None:
    """Write a plain paper (title, addressee, text, attachments, signature) as .docx, whole or not at all.

    Red head, number, signers and imprint belong to the issued paper and are not written. Raises `UserError`
    (`paper_faults`) and `EnvironmentFault` as `render_official` does.
    """
    wrong = paper_faults(paper)
    if wrong:
        raise UserError("paper_faults", "".join(wrong), effect="没有生成文件。", advice="请改正后再生成。")
    word = _written(paper)
    mark_chinese(word)
    replace_file(path, lambda target: word.save(str(target)))


def _written(paper: OfficialPaper) -> Word:
    word = docx.Document()
    _page(word)
    word.core_properties.title = paper.title
    word.core_properties.author = paper.issuer
    word.core_properties.comments = ""
    _title(word, paper.title)
    if paper.form is OfficialForm.MINUTES:
        date = _line(word, "", align=WD_ALIGN_PARAGRAPH.CENTER)
        set_face(date.add_run(f"（{chinese_date(paper.dated)}）"), "楷体", _TEXT)
    _line(word, "")
    if paper.addressee:
        _line(word, f"{paper.addressee.rstrip('：:')}：")
    _body(word, paper.body)
    if paper.attachments:
        _line(word, "")
    for index, attachment in enumerate(paper.attachments, 1):
        label = f"{index}." if len(paper.attachments) > 1 else ""
        _line(word, ("附件：" if index == 1 else "　　　") + label + attachment.title, first=2)
    if paper.form is OfficialForm.MINUTES:
        _attendance(word, paper)
    else:
        _signature(word, paper)
    if paper.note:
        _line(word, f"（{paper.note}）", first=2)
    for index, attachment in enumerate(paper.attachments, 1):
        _attachment(word, attachment, attachment_label(index, len(paper.attachments)))
    return word


def _page(word: Word) -> None:
    style = word.styles["Normal"]
    set_face(style, BODY, _TEXT)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = (
        Mm(37),
        Mm(26),
        Mm(35),
        Mm(28),
    )
    # The dash of the number 7 mm below the block.
    section.footer_distance = Mm(35 - 7 - 5)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.attrib.clear()
    for name, value in (("type", "lines"), ("linePitch", str(round(_LINE * 20)))):
        grid.set(qn(f"w:{name}"), value)
    narrower = OxmlElement("w:spacing")
    narrower.set(qn("w:val"), str(_NARROWER))
    # Its place among its neighbours is fixed by the schema.
    style.element.get_or_add_rPr().insert_element_before(narrower, *_AFTER_SPACING)
    word.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def _number(paragraph: WordParagraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— n — at the outer side, one character in."""
    paragraph.alignment = side
    _indent(paragraph, **{"rightChars" if side is WD_ALIGN_PARAGRAPH.RIGHT else "leftChars": 1.0})
    for text in ("— ", "PAGE", " —"):
        if text == "PAGE":
            add_field(paragraph, text, CELL, _FOOT)
        else:
            set_face(paragraph.add_run(text), CELL, _FOOT, latin=CELL)


def _title(word: Word, title: str) -> None:
    for text in break_title(title, estimated_width, _TITLE_CHARS):
        paragraph = _line(word, "", align=WD_ALIGN_PARAGRAPH.CENTER)
        set_face(paragraph.add_run(text), TITLE, _TITLE)
        paragraph.paragraph_format.keep_with_next = True


def _line(
    word: Word, text: str, *, first: float = 0.0, align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
) -> WordParagraph:
    paragraph = word.add_paragraph(text)
    paragraph.alignment = align
    if first:
        _indent(paragraph, firstLineChars=first)
    return paragraph


def _body(word: Word, blocks: Sequence[OfficialBlock]) -> None:
    for block, heading in numbered(blocks):
        if isinstance(block, Table):
            _table(word, block)
        elif isinstance(block, Paragraph):
            indent = 2.0 if block.indent and block.align is Align.LEFT else 0.0
            paragraph = _line(word, "", first=indent, align=ALIGNED[block.align])
            paragraph.paragraph_format.keep_with_next = heading
            for run in block.runs:
                made = paragraph.add_run(run.text)
                set_face(made, _FACES[run.face], _TEXT)
                made.bold = run.bold or None


def _table(word: Word, table: Table) -> None:
    if table.caption:
        _line(word, table.caption, align=WD_ALIGN_PARAGRAPH.CENTER).paragraph_format.keep_with_next = True
    add_table(word, table, _BLOCK)
    if table.note:
        _line(word, table.note)


def _signature(word: Word, paper: OfficialPaper) -> None:
    """The issuer over the date, centred on it under a seal; bound together with the last lines of the text."""
    date = chinese_date(paper.dated)
    inset = _DATE_IN if paper.seal else _UNSEALED_IN
    wider = (estimated_width(paper.issuer) - estimated_width(date)) / 2
    name_in = max(inset - wider, 0.0) if paper.seal else inset + 2 if wider <= 0 else inset
    last = word.paragraphs[-1]
    blanks = [_line(word, "") for _ in range(2 if paper.seal else 1)]
    name = _line(word, paper.issuer, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _indent(name, rightChars=name_in)
    for each in (last, *blanks, name):
        each.paragraph_format.keep_with_next = True
    _indent(_line(word, date, align=WD_ALIGN_PARAGRAPH.RIGHT), rightChars=inset)


def _attendance(word: Word, paper: OfficialPaper) -> None:
    """Who was there, later lines below the first name."""
    _line(word, "")
    for label, names in paper.attendance:
        paragraph = _line(word, "")
        set_face(paragraph.add_run(f"{label}："), "黑体", _TEXT)
        paragraph.add_run(names)
        _indent(paragraph, leftChars=5.0, hangingChars=3.0)


def _attachment(word: Word, attachment: Annex, label: str) -> None:
    paragraph = word.add_paragraph()
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    set_face(paragraph.add_run(label), HEADING, _TEXT)
    _line(word, "")
    _title(word, attachment.title)
    _line(word, "")
    _body(word, attachment.body)


def _indent(paragraph: WordParagraph, **characters: float) -> None:
    """Indents in characters of the grid, as a word processor shows them to a clerk."""
    properties = paragraph._p.get_or_add_pPr()
    indent = properties.get_or_add_ind()
    plain = {"firstLineChars": "firstLine", "hangingChars": "hanging", "rightChars": "right", "leftChars": "left"}
    for name, count in characters.items():
        indent.set(qn(f"w:{name}"), str(round(count * 100)))
        # For readers that do not count in characters.
        indent.set(qn(f"w:{plain[name]}"), str(round(count * _TEXT * 20)))
