"""Pages measured in millimetres: where characters and red and black rules stand, as other people's readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pypdfium2

MM = 72 / 25.4
# GB/T 9704-2012: the text block, its lines and characters.
LEFT, RIGHT, TOP, BOTTOM = 28.0, 210 - 26.0, 37.0, 297 - 35.0
LINE, CELL = 225 / 22, 156 / 28
DPI = 600


@dataclass(frozen=True)
class Char:
    """A character's outline on its page, in millimetres from the upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def chars_of(path: Path) -> list[list[Char]]:
    pages = []
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            text, height = page.get_textpage(), page.get_height()
            found = []
            for index in range(text.count_chars()):
                char = text.get_text_range(index, 1)
                if char.strip():
                    left, bottom, right, top = text.get_charbox(index)
                    found.append(Char(char, left / MM, right / MM, (height - top) / MM, (height - bottom) / MM))
            pages.append(found)
    return pages


def run_of(chars: list[Char], text: str) -> list[Char]:
    """The characters of a text where it stands on the page."""
    at = "".join(char.text for char in chars).index(text)
    return chars[at : at + len(text)]


def ink(path: Path, page: int) -> tuple[int, int, bytes]:
    """The page as pixels: width, height and BGRX rows."""
    with pypdfium2.PdfDocument(path) as pdf:
        bitmap = pdf[page].render(scale=DPI / 72, prefer_bgrx=True, maybe_alpha=False)
        return bitmap.width, bitmap.height, bytes(bitmap.buffer)


def ruled(path: Path, page: int, *, red: bool, left: float = LEFT, right: float = RIGHT) -> list[tuple[float, float]]:
    """Rules as wide as the text block (or as asked), each as its upper edge and thickness in millimetres."""
    width, height, data = ink(path, page)
    rows = []
    first, last = round((left + 0.5) * DPI / 25.4), round((right - 0.5) * DPI / 25.4)
    for y in range(height):
        row = data[(y * width + first) * 4 : (y * width + last) * 4]
        # Dark in green everywhere; red rules are light in red.
        if max(row[1::4]) < 128 and (min(row[2::4]) > 128) == red:
            rows.append(y)
    found: list[list[int]] = []
    for y in rows:
        if found and y == found[-1][-1] + 1:
            found[-1].append(y)
        else:
            found.append([y])
    return [(each[0] * 25.4 / DPI, len(each) * 25.4 / DPI) for each in found]


def red_span(path: Path, above: float | None = None) -> tuple[float, float]:
    """The uppermost and lowest red ink on the first page above its last rule, or above a height given."""
    width, height, data = ink(path, 0)
    rows = []
    for y in range(height):
        row = data[y * width * 4 : (y + 1) * width * 4]
        if min(row[1::4]) < 100 and any(b < 100 < r for b, r in zip(row[0::4], row[2::4], strict=True)):
            rows.append(y)
    rule = rows[-1] if above is None else round(above * DPI / 25.4) - 2
    while rule - 1 in rows:
        rule -= 1
    name = [y for y in rows if y < rule]
    return name[0] * 25.4 / DPI, name[-1] * 25.4 / DPI
