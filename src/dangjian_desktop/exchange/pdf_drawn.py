"""In the reader's process: the pages of somebody's PDF drawn as pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any

import pypdfium2

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.exchange.apart import wire

_QUALITY = 85
_LEAST = 1.0  # points: a page without a size is none


def drawn(arguments: Mapping[str, Any], content: bytes, _emit: Callable[[Any], None]) -> Any:
    """The first `most` pages as JPEG, each to fit a square of `side` pixels, and how many there are in all.

    Raises `UserError` (`bad_pdf`).
    """
    name, side, most = str(arguments["name"]), int(arguments["side"]), int(arguments["most"])
    try:
        with pypdfium2.PdfDocument(content) as document:
            count = len(document)
            pages = [_page(document[index], side) for index in range(min(count, most))]
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        why = "设有打开密码" if locked else "不是完好的PDF文件"
        advice = "请换一份没有密码的PDF。" if locked else "请重新扫描，或另存为PDF后再附。"
        raise UserError("bad_pdf", f"“{name}”{why}，看不了里面的页。", advice=advice) from error
    return wire.pack((count, tuple(pages)))


def _page(page: pypdfium2.PdfPage, side: int) -> bytes:
    scale = side / max(*page.get_size(), _LEAST)
    written = io.BytesIO()
    page.render(scale=scale).to_pil().convert("RGB").save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()
