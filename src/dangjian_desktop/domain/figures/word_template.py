"""How a template of words with figures is written, taken apart into pieces that put together are the text again.

A template is plain text, one paragraph a line: `# ` and `## ` begin headings; everything else is as in `PieceKind`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

FACTS = {
    "单位": "填报单位的全称",
    "期间": "这份文书说的期间",
    "期别": "年度、季度或月度",
    "统计日": "数字截至哪一天",
}
"""What is no figure but filled in as well, and what it is."""

DEEPEST = 4


class PieceKind(StrEnum):
    """What a piece is."""

    TEXT = "text"
    """Words of the writer."""
    FIGURE = "figure"
    """`{members}`, `{占比:members_female}`, with a measure word of its own `{members 名}`."""
    FACT = "fact"
    """`{单位}` and the others of `FACTS`."""
    TABLE = "table"
    """`{表:基本情况}`, alone on its line: what the program lays out."""
    WHEN_LINE = "when_line"
    """`[有 terms_overdue]` at the start of a line: the line is printed only where that figure is not 0."""
    WHEN = "when"
    """`[有 terms_overdue：` within a line, up to `END`."""
    END = "end"
    """The `]` of a `WHEN`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: its text in the template, and for figures and the like what it names."""

    kind: PieceKind
    source: str
    key: str = ""
    form: str = ""
    counter: str = ""


_TOKEN = re.compile(
    r"(?P<line>^\[有\s*(?P<line_key>[^\]\s:：]+)\s*\]\s*)"
    r"|(?P<when>\[有\s*(?P<when_key>[^\]\[\s:：]+)\s*[:：])"
    r"|(?P<end>\])"
    r"|(?P<chip>\{(?:(?P<form>[^{}:：]*)[:：])?\s*(?P<key>[^{}:：\s]*)(?:\s+(?P<counter>[^{}:：\s]+))?\s*\})"
)
_TABLE = "表"


def pieces_of(text: str) -> list[Piece]:
    """A line without its `#`, in pieces; their sources together are the line."""
    found: list[Piece] = []
    done, inside = 0, False
    for token in _TOKEN.finditer(text):
        if token["end"] and not inside:
            continue
        if token.start() > done:
            found.append(Piece(PieceKind.TEXT, text[done : token.start()]))
        done = token.end()
        inside = bool(token["when"]) or (inside and not token["end"])
        found.append(_piece(token))
    if done < len(text):
        found.append(Piece(PieceKind.TEXT, text[done:]))
    return found


def _piece(token: re.Match[str]) -> Piece:
    if token["line"]:
        return Piece(PieceKind.WHEN_LINE, token[0], token["line_key"])
    if token["when"]:
        return Piece(PieceKind.WHEN, token[0], token["when_key"])
    if token["end"]:
        return Piece(PieceKind.END, token[0])
    form, key, counter = token["form"], token["key"], token["counter"] or ""
    if form is not None and form.strip() == _TABLE:
        return Piece(PieceKind.TABLE, token[0], key)
    if form is None and not counter and key in FACTS:
        return Piece(PieceKind.FACT, token[0], key)
    return Piece(PieceKind.FIGURE, token[0], key, (form or "").strip(), counter)


def figure_source(key: str, form: str = "", counter: str = "") -> str:
    """A figure as it is written in a template."""
    return f"{{{form + ':' if form else ''}{key}{' ' + counter if counter else ''}}}"


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One line of a template that says something: its number from 1, and level 0 for running text."""

    number: int
    level: int
    text: str

    @property
    def pieces(self) -> list[Piece]:
        """The line in pieces."""
        return pieces_of(self.text)

    @property
    def table(self) -> str:
        """The table that this line is the place of, or nothing."""
        pieces = self.pieces
        return pieces[0].key if len(pieces) == 1 and pieces[0].kind is PieceKind.TABLE else ""


def split_line(text: str) -> tuple[int, str]:
    """The level of a line and its text without the `#`."""
    text = text.strip()
    bare = text.lstrip("#")
    return len(text) - len(bare), bare.strip()


def lines_of(template: str) -> Iterator[TemplateLine]:
    """The lines of a template that say something; the first one is the title."""
    for number, source in enumerate(template.splitlines(), 1):
        level, text = split_line(source)
        if text:
            yield TemplateLine(number, level, text)
