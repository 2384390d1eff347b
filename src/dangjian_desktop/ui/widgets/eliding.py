"""Texts that must fit: shortened behind a word, never inside a number, a Latin word or a character."""

from __future__ import annotations

import re

from PySide6.QtGui import QFontMetrics

_PIECES = re.compile(r"[0-9A-Za-z.\-/]+|.", re.DOTALL)
_STOPS = frozenset("：；，。、 　）)")
_NEAR = 6
"""So many pieces are given up to end behind a stop instead of within a phrase."""
MORE = "…"


def elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """The text, or as many of its words as fit into `width` pixels with an ellipsis; at least the ellipsis."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    pieces = _PIECES.findall(text)
    least, most = 0, len(pieces)
    while least < most:
        middle = (least + most + 1) // 2
        if metrics.horizontalAdvance("".join(pieces[:middle]) + MORE) <= width:
            least = middle
        else:
            most = middle - 1
    for end in range(least, max(0, least - _NEAR), -1):
        if pieces[end - 1] in _STOPS:
            least = end
            break
    kept = "".join(pieces[:least]).rstrip("：；，、 　")
    return kept + MORE
