"""Type faces: which file draws which character, how wide it is, and how it is written into a page.

A role (宋体, 黑体 …) is a stack of font files: the first that has a character draws it. Files are read once a run and
only when a character asks for them, because reading one costs 50–100 ms.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any

from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.composing import MEETING, closed_up
from dangjian_desktop.exchange.pdf.machine_faces import machine_file

SERIF, SERIF_BOLD = "NotoSerifSC-Regular.ttf", "NotoSerifSC-Bold.ttf"
SANS, SANS_BOLD = "NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"
KAI, RARE = "LXGWWenKai-Regular.ttf", "HanaMinB.ttf"

# Drawn instead of a character that no file has: the sign printers use for a missing type.
STAND_IN = "〓"
# Stroke width, in points, that thickens a glyph where its bold file lacks it.
_THICKEN = 0.35
# Widths of short texts are remembered, up to this many.
_SHORT_TEXT, _REMEMBERED = 24, 20_000
# What has no shape of its own: control characters, zero-width signs, variation selectors, marks of direction.
_INVISIBLE = {
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    0x2060,
    0xFEFF,
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
}
# Blanks and hyphens that fonts leave out or draw oddly, drawn as their plain kin.
_SAME_AS = {0x09: 0x20, 0xA0: 0x20, 0x2011: 0x2D, 0x2002: 0x20, 0x2003: 0x3000, 0x2009: 0x20}


# (font file, thicken) in the order they are asked.
Stack = tuple[tuple[str, bool], ...]


class Role(Enum):
    """What a piece of text is on paper; the value is its Chinese name.

    The faces of official papers are the machine's own where it has them, else stand-ins from the bundle.
    """

    BODY = "宋体"
    BODY_BOLD = "宋体加粗"
    HEADING = "黑体加粗"
    KAI = "楷体（自带）"
    OFFICIAL_BODY = "仿宋"
    OFFICIAL_TITLE = "小标宋"
    OFFICIAL_KAI = "楷体"
    OFFICIAL_HEADING = "黑体"


_BODY: Stack = ((SERIF, False), (SANS, False), (RARE, False), (KAI, False))
_BOLD: Stack = ((SERIF_BOLD, False), (SERIF, True), (SANS_BOLD, False), (SANS, True), (RARE, True), (KAI, True))
_HEADING: Stack = ((SANS_BOLD, False), (SANS, True), (SERIF_BOLD, False), (SERIF, True), (RARE, True), (KAI, True))
_KAI: Stack = ((KAI, False), (SERIF, False), (SANS, False), (RARE, False))
_STACKS = {
    Role.BODY: _BODY,
    Role.BODY_BOLD: _BOLD,
    Role.HEADING: _HEADING,
    Role.KAI: _KAI,
    Role.OFFICIAL_BODY: _BODY,
    Role.OFFICIAL_TITLE: _BOLD,
    Role.OFFICIAL_KAI: _KAI,
    Role.OFFICIAL_HEADING: _HEADING,
}
OFFICIAL = (Role.OFFICIAL_BODY, Role.OFFICIAL_TITLE, Role.OFFICIAL_KAI, Role.OFFICIAL_HEADING)
# Noto draws the dash shorter than its square, so that —— falls apart.
_BETTER_IN = {0x2014: KAI}


@dataclass(frozen=True, slots=True, eq=False)
class FontFile:
    """One font file as read: reportlab's parsed face with its character map and widths (in 1/1000 em)."""

    face: Any
    glyphs: dict[int, int]
    widths: dict[int, float]


_files: dict[str, FontFile] = {}
_files_lock = threading.Lock()


def font_file(name: str) -> FontFile:
    """The font file of that name, read at first use and kept for the rest of the run."""
    with _files_lock:
        if name not in _files:
            from reportlab.pdfbase.ttfonts import TTFontFace

            # A bare name is a bundled file; the machine's own come with their whole path.
            face = TTFontFace(name if Path(name).is_absolute() else str(resource("fonts", name)))
            _files[name] = FontFile(face, face.charToGlyph, face.charWidths)
        return _files[name]


def stack_of(role: Role) -> Stack:
    """The files of a role; for official faces the machine's own first."""
    own = machine_file(role.value) if role in OFFICIAL else None
    return _STACKS[role] if own is None else ((str(own), False), *_STACKS[role])


def faces_used() -> list[tuple[str, str, bool]]:
    """What official papers are set in: face (仿宋 …), name of the file, and whether it is the machine's own."""
    used = []
    for role in OFFICIAL:
        own = machine_file(role.value)
        used.append((role.value, own.name if own else _STACKS[role][0][0], own is not None))
    return used


def covering_file(code: int, role: Role = Role.BODY) -> tuple[str, bool] | None:
    """The first file of a role that has a character, and whether it must be thickened; None if none has it."""
    stack = stack_of(role)
    if code in _BETTER_IN and not Path(stack[0][0]).is_absolute():
        return _BETTER_IN[code], False
    return next(((name, thick) for name, thick in stack if code in font_file(name).glyphs), None)


def uncovered(characters: Iterable[str]) -> set[str]:
    """Those of some characters that no font file can draw."""
    return {char for char in characters if ord(char) not in _INVISIBLE and covering_file(_drawn(ord(char))) is None}


def first_uncovered(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Each character that no font file can draw, with the first text that holds it."""
    found: dict[str, str] = {}
    asked: set[str] = set()
    for text in texts:
        fresh = set(text) - asked
        if fresh:
            asked |= fresh
            for char in sorted(uncovered(fresh)):
                found[char] = text
    return list(found.items())


@dataclass(slots=True)
class UsedFont:
    """The part of one font file that one PDF uses: character codes get numbers in order of first use."""

    file: FontFile
    name: str
    numbers: dict[int, int] = field(default_factory=dict)

    def number(self, code: int) -> int:
        """The two-byte number that stands for a character in the page's text; 0 is the missing glyph."""
        return self.numbers.setdefault(code, len(self.numbers) + 1)


class FontSet:
    """All fonts of one PDF being made; not shared between documents or threads."""

    def __init__(self) -> None:
        self.fonts: dict[str, UsedFont] = {}
        self.missing: set[str] = set()
        self._texts: dict[Role, TextFace] = {}

    def face(self, role: Role) -> TextFace:
        """The text face of a role."""
        if role not in self._texts:
            self._texts[role] = TextFace(self, role)
        return self._texts[role]

    def used(self, file_name: str) -> UsedFont:
        """The used part of a font file, started at first call."""
        if file_name not in self.fonts:
            self.fonts[file_name] = UsedFont(font_file(file_name), f"T{len(self.fonts) + 1}")
        return self.fonts[file_name]


def glyph_ink(file: FontFile, code: int) -> tuple[float, float]:
    """The lower and upper edge of a glyph's outline above the base line, in em; (0, 0) for a blank."""
    face, glyph = file.face, file.glyphs[code]
    loca = face.get_table("loca")
    short = face.get_table("head")[50:52] == b"\0\0"
    start, end = struct.unpack_from(">HH" if short else ">LL", loca, glyph * (2 if short else 4))
    if start == end:
        return 0.0, 0.0
    _, _, low, _, high = struct.unpack_from(">hhhhh", face.get_table("glyf"), start * 2 if short else start)
    return low / face.unitsPerEm, high / face.unitsPerEm


class TextFace:
    """Measures and encodes text in one role."""

    def __init__(self, fonts: FontSet, role: Role) -> None:
        self.font = fonts.used(stack_of(role)[0][0])
        self._codes = _Codes(fonts, role, self.font)
        # One look-up per character in C; `__missing__` fills the table as characters turn up.
        self._width_of = _Widths(fonts, role).__getitem__
        self.role = role
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The width of `text` in em."""
        known = self._widths.get(text)
        if known is None:
            known = sum(map(self._width_of, text))
            if MEETING.search(text):
                known += sum(closed_up(text, self.widths(text)))
            if len(text) < _SHORT_TEXT and len(self._widths) < _REMEMBERED:
                self._widths[text] = known
        return known

    def widths(self, text: str) -> list[float]:
        """The width of each character in em."""
        return [*map(self._width_of, text)]

    def encode(self, text: str) -> str:
        """The text as the inside of a PDF hex string; marks that meet are closed up.

        A character from another file switches font and back.
        """
        if MEETING.search(text):
            return self._closed(text)
        return text.translate(self._codes)

    def spaced(self, text: str, after: Sequence[float]) -> str:
        """The text as PDF operators, with something added (em) after each character."""
        parts = []
        for more, run in groupby(zip(after, text, strict=True), key=lambda pair: round(pair[0], 4)):
            parts.append(f"{more:g} Tc <{''.join(char for _, char in run).translate(self._codes)}> Tj")
        return f"{' '.join(parts)} 0 Tc"

    def ink(self, char: str) -> tuple[float, float]:
        """How far a character's outline reaches below and above the base line, in em."""
        name, _ = covering_file(_drawn(ord(char)), self.role) or (None, False)
        return glyph_ink(font_file(name), _drawn(ord(char))) if name else (0.0, 0.0)

    def _closed(self, text: str) -> str:
        parts = []
        for less, run in groupby(zip(closed_up(text, self.widths(text)), text, strict=True), key=lambda pair: pair[0]):
            codes = "".join(char for _, char in run).translate(self._codes)
            parts.append(f"> Tj {less:g} Tc <{codes}> Tj 0 Tc <" if less else codes)
        return "".join(parts)


def _drawn(code: int) -> int:
    return _SAME_AS.get(code, code)


class _Widths(dict[str, float]):
    def __init__(self, fonts: FontSet, role: Role) -> None:
        super().__init__()
        self._fonts, self._role = fonts, role

    def __missing__(self, char: str) -> float:
        code = _drawn(ord(char))
        found = covering_file(code, self._role)
        if code in _INVISIBLE:
            width = 0.0
        elif found is None:
            self._fonts.missing.add(char)
            width = 1.0
        else:
            width = font_file(found[0]).widths[code] / 1000
        self[char] = width
        return width


class _Codes(dict[int, str]):
    def __init__(self, fonts: FontSet, role: Role, main: UsedFont) -> None:
        super().__init__()
        self._fonts, self._role, self._main = fonts, role, main

    def __missing__(self, code: int) -> str:
        self[code] = self._code(_drawn(code))
        return self[code]

    def _code(self, code: int) -> str:
        if code in _INVISIBLE:
            return ""
        found = covering_file(code, self._role)
        if found is None:
            self._fonts.missing.add(chr(code))
            return self[ord(STAND_IN)]
        name, thick = found
        font = self._fonts.used(name)
        hexed = f"{font.number(code):04X}"
        if font is self._main:
            return hexed
        before, after = (f"2 Tr {_THICKEN} w ", "0 Tr ") if thick else ("", "")
        return f"> Tj {before}/{font.name} 1 Tf <{hexed}> Tj {after}/{self._main.name} 1 Tf <"
