"""What every Word document here is made of: faces named as offices have them, tables with merged headers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.document import Document as Word
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from dangjian_desktop.documents.column_widths import column_needs, sized_widths
from dangjian_desktop.documents.model import Align, Row, Table, cell_text, header_cells
from dangjian_desktop.documents.org_chart import estimated_width

LATIN = "Times New Roman"
BODY, HEADING, KAI, TITLE, CELL = "仿宋", "黑体", "楷体", "方正小标宋简体", "宋体"
ALIGNED = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.JUSTIFY,
    Align.CENTER: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
_IN_CELL = {**ALIGNED, Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT}
_EITHER = frozenset("“”‘’…—·《》×÷°")  # characters that both faces have
_PAD = 0.8
_MARGIN, _ABOVE = 40, 25  # twips beside, above and below the words of a cell


def set_face(styled: Any, face: str, size: float, *, latin: str = LATIN) -> None:
    """Face and size of a style or run; Chinese and Latin faces are named apart."""
    styled.font.name, styled.font.size = latin, Pt(size)
    styled.font.color.rgb = RGBColor(0, 0, 0)
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def mark_chinese(word: Word) -> None:
    """Say of every run that it is Chinese: “ ” … — are set in the Chinese face then, not in the Western one."""
    for part in (word.element, *(footer._element for section in word.sections for footer in _edges(section))):
        for run in part.iter(qn("w:r")):
            text = "".join(node.text or "" for node in run.iter(qn("w:t")))
            if not any(char in _EITHER for char in text):
                continue
            properties = run.get_or_add_rPr()
            properties.get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
            language = OxmlElement("w:lang")
            language.set(qn("w:eastAsia"), "zh-CN")
            properties.append(language)


def _edges(section: Any) -> tuple[Any, ...]:
    return (section.header, section.footer, section.even_page_header, section.even_page_footer)


def add_field(paragraph: WordParagraph, instruction: str, face: str, size: float) -> None:
    """A number that the word processor fills in: `PAGE`, `NUMPAGES`."""
    run = paragraph.add_run("")
    set_face(run, face, size, latin=face)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run._r.getparent().replace(run._r, field)
    field.append(run._r)


def add_table(word: Word, table: Table, width: float) -> WordTable:
    """A table over `width` points: merged header repeated on each page, rows that never part, sums in bold."""
    needs = column_needs(table, estimated_width, estimated_width)
    size, ems = sized_widths(needs, width, _PAD)
    widths = [(em + _PAD) * size for em in ems]
    made: WordTable = word.add_table(rows=table.header_depth, cols=len(table.columns), style="Table Grid")
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    _margins(made)
    _header(made, table, size)
    for group in table.sections():
        if group.label:
            _wide(made, group.label, size)
        for row in group.rows:
            _row(made, table, row, size)
        if group.subtotal is not None:
            _row(made, table, group.subtotal, size, bold=True)
    for row in table.totals:
        _row(made, table, row, size, bold=True)
    if not table.count and not table.totals:
        _wide(made, table.empty_text, size, bold=False)
    fix_widths(made, widths)
    return made


def fix_widths(made: WordTable, widths: Sequence[float]) -> None:
    """Columns of these widths in points, in the grid and in each cell: readers differ in which of them they take."""
    made.autofit = False
    for column, wide in zip(made._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(round(wide * 20)))
    for row in made._tbl.tr_lst:
        at = 0
        for cell in row.tc_lst:
            span = cell.grid_span
            cell.width = Pt(sum(widths[at : at + span]))
            at += span


def _header(made: WordTable, table: Table, size: float) -> None:
    for index in range(table.header_depth):
        properties = made.rows[index]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        properties.append(OxmlElement("w:tblHeader"))
    for head in header_cells(table.columns):
        cell = made.cell(head.level, head.first)
        last = made.cell(head.level + head.depth - 1, head.first + head.span - 1)
        _put(cell if cell is last else cell.merge(last), head.text, size, Align.CENTER, face=HEADING)


def _row(made: Any, table: Table, row: Row, size: float, *, bold: bool = False) -> None:
    added = made.add_row()
    added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, value, column in zip(added.cells, row, table.columns, strict=True):
        align = Align.RIGHT if isinstance(value, int | float) else column.aligned
        _put(cell, cell_text(value, column.kind), size, align, bold=bold)


def _wide(made: Any, text: str, size: float, *, bold: bool = True) -> None:
    cells = made.add_row().cells
    cell = cells[0] if len(cells) == 1 else cells[0].merge(cells[-1])
    _put(cell, text, size, Align.LEFT if bold else Align.CENTER, bold=bold)


def _put(cell: Any, text: str, size: float, align: Align, *, face: str = CELL, bold: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = _IN_CELL[align]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    run = paragraph.add_run(text)
    set_face(run, face, size)
    run.bold = bold or None
    # Without this the paragraph's end keeps the size of running text, and with it the row's height.
    mark = OxmlElement("w:rPr")
    points = OxmlElement("w:sz")
    points.set(qn("w:val"), str(round(size * 2)))
    mark.append(points)
    paragraph._p.get_or_add_pPr().append(mark)


def _margins(made: WordTable) -> None:
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", _ABOVE), ("left", _MARGIN), ("bottom", _ABOVE), ("right", _MARGIN)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(width))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    made._tbl.tblPr.append(margins)
