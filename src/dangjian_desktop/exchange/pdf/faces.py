"""Type faces: which file draws which character, how wide it is, and how it is written into a page.

A role (宋体, 黑体 …) is a stack of font files: the first that has a character draws it. Files are read once a run and
only when a character asks for them, because reading one costs 50–100 ms.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from dangjian_desktop.base.resources import resource

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


class Role(Enum):
    """What a piece of text is on paper; the value lists (font file, thicken) in the order they are asked."""

    BODY = ((SERIF, False), (SANS, False), (RARE, False), (KAI, False))
    BODY_BOLD = ((SERIF_BOLD, False), (SERIF, True), (SANS_BOLD, False), (SANS, True), (RARE, True), (KAI, True))
    HEADING = ((SANS_BOLD, False), (SANS, True), (SERIF_BOLD, False), (SERIF, True), (RARE, True), (KAI, True))
    KAI = ((KAI, False), (SERIF, False), (SANS, False), (RARE, False))


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

            face = TTFontFace(str(resource("fonts", name)))
            _files[name] = FontFile(face, face.charToGlyph, face.charWidths)
        return _files[name]


def covering_file(code: int, role: Role = Role.BODY) -> tuple[str, bool] | None:
    """The first file of a role that has a character, and whether it must be thickened; None if none has it."""
    return next(((name, thick) for name, thick in role.value if code in font_file(name).glyphs), None)


def uncovered(characters: Iterable[str]) -> set[str]:
    """Those of some characters that no font file can draw."""
    return {char for char in characters if ord(char) not in _INVISIBLE and covering_file(_drawn(ord(char))) is None}


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


class TextFace:
    """Measures and encodes text in one role."""

    def __init__(self, fonts: FontSet, role: Role) -> None:
        self.font = fonts.used(role.value[0][0])
        self._codes = _Codes(fonts, role, self.font)
        # One look-up per character in C; `__missing__` fills the table as characters turn up.
        self._width_of = _Widths(fonts, role).__getitem__
        self._widths: dict[str, float] = {}

    def width(self, text: str) -> float:
        """The width of `text` in em."""
        known = self._widths.get(text)
        if known is None:
            known = sum(map(self._width_of, text))
            if len(text) < _SHORT_TEXT and len(self._widths) < _REMEMBERED:
                self._widths[text] = known
        return known

    def encode(self, text: str) -> str:
        """The text as the inside of a PDF hex string; a character from another file switches font and back."""
        return text.translate(self._codes)


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
