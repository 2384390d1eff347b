"""Pages of a PDF as pictures, for the print preview and for printing: what is seen is the very file.

A PDF is a path or its bytes.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pypdfium2

# The library is not safe in several threads at once: whoever uses it in this process takes this first.
pdfium_lock = threading.Lock()


def page_count(source: Path | bytes) -> int:
    """How many pages the file has."""
    with pdfium_lock, pypdfium2.PdfDocument(source) as document:
        return len(document)


def page_sizes(source: Path | bytes) -> list[tuple[float, float]]:
    """Width and height of each page in points."""
    with pdfium_lock, pypdfium2.PdfDocument(source) as document:
        return [document.get_page_size(index) for index in range(len(document))]


def render_page(source: Path | bytes, index: int, scale: float) -> tuple[int, int, bytes]:
    """A page (from 0) as width, height and rows of 4-byte BGRA pixels without padding; scale 1 is 72 dots an inch.

    The bytes fit `QImage.Format_RGB32` as they are.
    """
    with pdfium_lock, pypdfium2.PdfDocument(source) as document:
        page = document[index]
        bitmap = page.render(scale=scale, prefer_bgrx=True, maybe_alpha=False)
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
        data = bytes(bitmap.buffer)
    if stride != width * 4:
        data = b"".join(data[row * stride : row * stride + width * 4] for row in range(height))
    return width, height, data
