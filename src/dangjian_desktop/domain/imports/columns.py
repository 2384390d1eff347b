"""Whole columns at once: the plain cells by the quickest road, the odd ones named for a closer look.

A roster of 100,000 people has three million cells, nearly all of them plain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from dangjian_desktop.domain.values.cell_text import BLANK_MARKS, CONTROLS
from dangjian_desktop.domain.values.characters import CLASS

Plain = tuple[list[object], list[int]]
"""Values of the plain cells (None elsewhere), and the indexes of the cells that need the careful reader."""

_ODD_TEXT = re.compile(f"(?:^|\x00)['’‘#\\s]|[{CLASS}\ufffd\x01-\x08\x0b\x0c\x0e-\x1f\x7f]|\\s(?:\x00|$)")
_LOOKALIKE = re.compile(f"[{CLASS}]")


def plain_texts(cells: Sequence[object]) -> Plain:
    """Free texts: kept as they are unless something about them is odd.

    Equal texts come out as one object: most columns of a long roster repeat a few hundred, and every copy costs
    memory, and time when it is written.
    """
    different = set(cells)
    try:
        joined = "\x00".join(different)  # type: ignore[arg-type]
    except TypeError:
        return _split(cells, _is_plain_text)
    if _ODD_TEXT.search(joined):
        return _split(cells, _is_plain_text)
    kept = {text: None if text in BLANK_MARKS else text for text in different}
    return [kept[cell] for cell in cells], []


def plain_names(cells: Sequence[object]) -> Plain:
    """Names made of letters only (Chinese characters are letters); spaces and dots need care."""
    return _split(cells, lambda text: text.isalpha() and text not in BLANK_MARKS)


def plain_phones(cells: Sequence[object]) -> Plain:
    """Mobile numbers written as eleven digits."""
    return _split(cells, _is_mobile)


def _split(cells: Sequence[object], plain: Callable[[str], bool]) -> Plain:
    values: list[object] = []
    odd: list[int] = []
    for index, cell in enumerate(cells):
        if type(cell) is str:
            if plain(cell):
                values.append(cell)
                continue
            if not cell:
                values.append(None)
                continue
        elif cell is None:
            values.append(None)
            continue
        values.append(None)
        odd.append(index)
    return values, odd


def _is_plain_text(text: str) -> bool:
    if text[:1] in "'’‘#" or text.strip() != text or text in BLANK_MARKS or "\ufffd" in text:
        return False
    return CONTROLS.search(text) is None and _LOOKALIKE.search(text) is None


def _is_mobile(text: str) -> bool:
    return len(text) == 11 and text[0] == "1" and text[1] in "3456789" and text.isdecimal() and text.isascii()
