"""Several words in one cell: several answers, several classes, several people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from .cell_text import BLANK_MARKS, cell_text
from .codes import CodeTables

_APART = re.compile(r"[;；|\n]+")
_ALSO_APART = re.compile(r"[、,，]+")


def words_of(cell: object, whole: Collection[str] = (), plain: Callable[[str], str] = str) -> list[str]:
    """The words of a cell, apart at what people put between them; an answer of `whole` that holds one stays whole."""
    if isinstance(cell, list):
        return [str(each) for each in cell]
    words: list[str] = []
    for part in _APART.split(cell_text(cell)):
        words += [part] if plain(part) in whole else _ALSO_APART.split(part)
    return [word.strip() for word in words if word.strip() not in BLANK_MARKS]


def read_codes(codes: CodeTables, table: str, cell: object) -> tuple[list[str], list[str]]:
    """Several codes written into one cell (困难党员；流动党员): the codes, and the words nobody knows."""
    found: list[str] = []
    unknown: list[str] = []
    for word in re.split(r"[;；、,，/|\s]+", cell_text(cell)):
        if word in BLANK_MARKS:
            continue
        code = codes.code_of(table, word)
        if code is None:
            unknown.append(word)
        elif code not in found:
            found.append(code)
    return found, unknown
