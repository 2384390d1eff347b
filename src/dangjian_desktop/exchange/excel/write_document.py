"""A document becomes an Excel workbook that prints as it should and stays a real workbook.

One table with a few words around it is one sheet. Otherwise the words go to a sheet of their own and every table to
a sheet named by its caption. Charts get a sheet each, with their figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.documents.charts import Chart
from dangjian_desktop.documents.model import (
    Block,
    Document,
    Heading,
    KeyValueGrid,
    PageBreak,
    PageSetup,
    Paragraph,
    SignatureBlock,
    Table,
)
from dangjian_desktop.documents.org_chart import OrgChart
from dangjian_desktop.exchange.excel.export_rows import sheet_title

if TYPE_CHECKING:
    from openpyxl import Workbook

    from dangjian_desktop.exchange.excel.sheet_layout import SheetWriter


_WORDS_SHEET = "正文"
# A table narrower than this has no room for running text over it.
_LEAST_COLUMNS = 4


def render_xlsx(document: Document, path: Path, progress: Progress | None = None) -> None:
    """Write the document as .xlsx, whole or not at all.

    Texts are written as texts whatever they begin with, ID numbers and dates in text format, counts and money as
    numbers. Raises `EnvironmentFault` when the file cannot be written and `Cancelled` when the person stops it.
    """
    report = progress or Progress()
    replace_file(path, lambda target: _write(document, target, report))


def _write(document: Document, target: Path, progress: Progress) -> None:
    from openpyxl import Workbook

    from .book_bytes import book_bytes

    book = Workbook()
    book.remove(book.active)
    book.properties.title = document.title
    book.properties.creator = document.unit or "党建工作台"
    if document.together:
        _titled_sheets(document, book, progress)
    elif _is_one_sheet(document):
        _one_sheet(document, book, progress)
    else:
        _many_sheets(document, book, progress)
    _chart_sheets(document, book)
    target.write_bytes(book_bytes(book))


def _is_one_sheet(document: Document) -> bool:
    tables = document.tables()
    forms = any(isinstance(block, KeyValueGrid) for block in document.blocks)
    return len(tables) == 1 and not forms and len(tables[0].columns) >= _LEAST_COLUMNS


def _one_sheet(document: Document, book: Workbook, progress: Progress) -> None:
    from dangjian_desktop.exchange.excel.sheet_layout import SheetWriter

    table = document.tables()[0]
    setup = next((setup for block, setup in _with_setup(document) if block is table), document.page)
    name = sheet_title(table.sheet or table.caption or document.title)
    sheet = SheetWriter.for_table(book, name, document, setup, table)
    sheet.title(document.title, document.subtitle)
    sheet.ends(document)
    for block in document.blocks:
        if isinstance(block, Table):
            if block.caption:
                sheet.caption(block.caption)
            sheet.table(block, progress)
        else:
            _words(sheet, block)
    sheet.finish()


def _many_sheets(document: Document, book: Workbook, progress: Progress) -> None:
    from dangjian_desktop.exchange.excel.sheet_layout import SheetWriter

    tables = document.tables()
    names = _sheet_names(document)
    words = None
    drawn = any(isinstance(block, Chart | OrgChart) for block in document.blocks)
    if (not tables and not drawn) or any(
        isinstance(b, Heading | Paragraph | KeyValueGrid | SignatureBlock) for b in document.blocks
    ):
        first = sheet_title(document.title) if not tables else _WORDS_SHEET
        words = SheetWriter.for_words(book, first, document, document.page)
        words.title(document.title, document.subtitle)
        words.ends(document)
    last = next((block for block in reversed(document.blocks) if not isinstance(block, PageBreak)), None)
    number = 0
    for block, setup in _with_setup(document):
        if not isinstance(block, Table):
            if words is not None:
                _words(words, block)
            continue
        name = names[number]
        number += 1
        if words is not None:
            words.paragraph(f"（{block.caption or name}，见工作表“{name}”）")
        sheet = SheetWriter.for_table(book, name, document, setup, block)
        sheet.title(block.caption or document.title, "" if block.caption else document.subtitle)
        sheet.ends(document)
        sheet.table(block, progress)
        sheet.finish(signature=block is last or words is None)
    if words is not None:
        words.finish(signature=not isinstance(last, Table))


def _titled_sheets(document: Document, book: Workbook, progress: Progress) -> None:
    """One sheet for each title, its tables among its words: sheets to be filled in and signed."""
    from dangjian_desktop.exchange.excel.sheet_layout import SheetWriter

    taken: set[str] = set()

    def begin(wanted: str, title: str, subtitle: str) -> SheetWriter:
        name = _free_name(sheet_title(wanted or title), taken)
        taken.add(name.casefold())
        sheet = SheetWriter.for_words(book, name, document, document.page)
        sheet.title(title, subtitle)
        sheet.ends(document)
        return sheet

    writer = begin(document.sheet, document.title, document.subtitle)
    for block in document.blocks:
        if isinstance(block, PageBreak) and block.title:
            writer.finish()
            writer = begin(block.sheet, block.title, block.subtitle)
        elif isinstance(block, Table):
            if block.caption:
                writer.caption(block.caption)
            writer.form_table(block)
        else:
            _words(writer, block)
        progress.report(len(taken), 0, f"已写 {len(taken)} 张")
    writer.finish()


def _chart_sheets(document: Document, book: Workbook) -> None:
    from dangjian_desktop.exchange.excel.native_chart import chart_sheet

    for block, setup in _with_setup(document):
        if isinstance(block, Chart | OrgChart):
            wanted = block.sheet if isinstance(block, OrgChart) else block.sheet or block.title
            taken = {name.casefold() for name in book.sheetnames}
            chart_sheet(book, _free_name(sheet_title(wanted), taken), document, setup, block)


def _words(sheet: SheetWriter, block: Block) -> None:
    if isinstance(block, Heading):
        sheet.heading(block)
    elif isinstance(block, Paragraph):
        sheet.paragraph(block.plain, indent=block.indent, align=block.align)
    elif isinstance(block, KeyValueGrid):
        sheet.grid(block)
    elif isinstance(block, SignatureBlock):
        sheet.signature_block(block)


def _with_setup(document: Document) -> Iterator[tuple[Block, PageSetup]]:
    """The blocks with the paper they are printed on."""
    setup = document.page
    for block in document.blocks:
        if isinstance(block, PageBreak):
            setup = block.setup or setup
        yield block, setup


def _sheet_names(document: Document) -> list[str]:
    """A name for each table's sheet, none twice (Excel does not tell capitals apart)."""
    taken = {_WORDS_SHEET}
    names = []
    for table in document.tables():
        wanted = sheet_title(table.sheet or table.caption or document.title)
        name = _free_name(wanted, taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        name, number = f"{wanted[:26]}（{number}）", number + 1
    return name
