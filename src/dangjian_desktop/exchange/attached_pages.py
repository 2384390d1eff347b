"""Attached pictures and PDFs as pages: drawn as pictures in a process of their own, put on paper in this one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.exchange.apart import parent, wire

MOST_PAGES = 60
"""So many pages of one PDF are shown and printed; the whole of it can be saved."""

_SIDE, _SMALL = 1920, 256
_ROOM = 16 << 20
_SHORT, _LONG, _MARGIN = 595.276, 841.89, 36.0  # A4 in points


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """Pages of a PDF as JPEG, and how many it has in all."""

    count: int
    pages: tuple[bytes, ...]


def pdf_pages(content: bytes, name: str, *, most: int = MOST_PAGES, side: int = _SIDE) -> DrawnPages:
    """The pages of somebody's PDF as pictures; `name` is the file's, for the reason. Raises `UserError` `bad_pdf`."""
    try:
        arguments = {"name": name, "side": side, "most": most}
        told = parent.ask("pdf pages", arguments, name=name, content=content, size=max(len(content), _ROOM))
    except parent.ReaderDied as death:
        why = "太大，展不开" if death.why in ("memory", "time") else "不是完好的PDF文件"
        raise UserError("bad_pdf", f"“{name}”{why}，看不了里面的页。", advice="可以另存出来，用别的软件看。") from death
    return wire.unpack(DrawnPages, told)


def pdf_face(content: bytes, name: str) -> bytes:
    """The first page of a PDF as a small picture; raises `UserError` `bad_pdf`."""
    found = pdf_pages(content, name, most=1, side=_SMALL)
    if not found.pages:
        raise UserError("bad_pdf", f"“{name}”里一页也没有。")
    return found.pages[0]


def on_paper(pictures: Sequence[bytes], before: bytes | None = None) -> bytes:
    """A PDF with each of the program's own JPEGs on a sheet of A4 as it lies best, behind the pages of `before`."""
    import pypdfium2

    from dangjian_desktop.exchange.pdf.preview import pdfium_lock

    written = io.BytesIO()
    with pdfium_lock, pypdfium2.PdfDocument(before) if before else pypdfium2.PdfDocument.new() as document:
        for content in pictures:
            image = pypdfium2.PdfImage.new(document)
            image.load_jpeg(io.BytesIO(content), inline=True)
            wide, high = image.get_px_size()
            sheet = (_LONG, _SHORT) if wide > high else (_SHORT, _LONG)
            page = document.new_page(*sheet)
            scale = min((sheet[0] - 2 * _MARGIN) / wide, (sheet[1] - 2 * _MARGIN) / high)
            left, low = (sheet[0] - wide * scale) / 2, (sheet[1] - high * scale) / 2
            image.set_matrix(pypdfium2.PdfMatrix().scale(wide * scale, high * scale).translate(left, low))
            page.insert_obj(image)
            page.gen_content()
        document.save(written)
    return written.getvalue()
