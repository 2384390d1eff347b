"""Finished pages become a PDF file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dangjian_desktop.base.files import replace_file
from dangjian_desktop.exchange.pdf.faces import FontSet
from dangjian_desktop.exchange.pdf.sheet import Sheet


def save_sheets(sheets: Sequence[Sheet], fonts: FontSet, path: Path, title: str, author: str) -> None:
    """Write the pages with the used part of their fonts, whole or not at all.

    Raises `EnvironmentFault` when the file cannot be written.
    """

    def write(target: Path) -> None:
        from dangjian_desktop.exchange.pdf.embedding import EmbeddedFont, PlainCanvas

        canvas = PlainCanvas(str(target), pageCompression=1)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.setCreator("党建工作台")
        for sheet in sheets:
            canvas.setPageSize((sheet.width, sheet.height))
            canvas.addLiteral(sheet.operators())
            canvas.showPage()
        canvas._doc.delayedFonts.extend(EmbeddedFont(font) for font in fonts.fonts.values() if font.numbers)
        canvas.save()

    def check(target: Path) -> None:
        from dangjian_desktop.exchange.pdf.preview import page_count

        if page_count(target) != len(sheets):
            raise RuntimeError("the PDF that was written does not open with all its pages")

    replace_file(path, write, check)
