"""Finished pages become a PDF file."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.exchange.pdf.faces import FontSet
from dangjian_desktop.exchange.pdf.sheet import PdfPage


def save_sheets(sheets: Sequence[PdfPage], fonts: FontSet, path: Path | BytesIO, title: str, author: str) -> None:
    """Write the pages with the used part of their fonts, whole or not at all; into memory for a look at them.

    Raises `EnvironmentFault` when the file cannot be written.
    """
    from dangjian_desktop.exchange.pdf.preview import page_count

    content = _bytes_of(sheets, fonts, title, author)

    def write(target: Path) -> None:
        target.write_bytes(content)

    def check(target: Path | bytes) -> None:
        if page_count(target) != len(sheets):
            raise RuntimeError("the PDF that was written does not open with all its pages")

    if isinstance(path, BytesIO):
        check(content)
        path.write(content)
    else:
        replace_file(path, write, check)


def _bytes_of(sheets: Sequence[PdfPage], fonts: FontSet, title: str, author: str) -> bytes:
    from dangjian_desktop.exchange.pdf.embedding import EmbeddedFont, PlainCanvas

    content = BytesIO()
    canvas = PlainCanvas(content, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    canvas.setCreator("党建工作台")
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        canvas.addLiteral(sheet.operators())
        canvas.showPage()
    canvas._doc.delayedFonts.extend(EmbeddedFont(font) for font in fonts.fonts.values() if font.numbers)
    canvas.save()
    return content.getvalue()
