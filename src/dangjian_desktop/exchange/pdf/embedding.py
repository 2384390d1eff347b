"""Puts the used part of a font file into a PDF as one composite font (Type 0, two-byte numbers).

reportlab's own embedding cuts a Chinese text into 256-character fonts and writes plane-2 characters wrongly into the
map that copying and searching use. Only its outline subsetting is used here; the PDF objects are ours.
"""

from __future__ import annotations

from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from dangjian_desktop.exchange.pdf.faces import UsedFont

# A ToUnicode block may hold no more entries than this.
_BLOCK = 100
_SYMBOLIC = 4


# Base 85 would make every stream a quarter longer, for mail programs of the 1990s.
rl_config.useA85 = 0


class PlainCanvas(Canvas):  # type: ignore[misc]
    """reportlab's canvas without the Helvetica that it names on every page: no font is left unembedded."""

    def _make_preamble(self) -> None:
        self._preamble = ""


class EmbeddedFont:
    """Given to reportlab's list of delayed fonts: it writes the font when all pages are done."""

    def __init__(self, font: UsedFont) -> None:
        self._font = font

    def addObjects(self, document: Any) -> None:  # noqa: N803 - reportlab's name
        """Add the font's objects to a reportlab document; called by reportlab on saving."""
        face, name = self._font.file.face, self._font.name
        label = f"{_tag(name)}+{face.name.decode('ascii', 'ignore')}"
        codes, glyph_of = self._glyphs()
        stem = {
            "FontFile2": _stream(document, face.makeSubset(codes), f"file{name}", with_length=True),
            "FontBBox": pdfdoc.PDFArray(face.bbox),
            "FontName": pdfdoc.PDFName(label),
            "Type": pdfdoc.PDFName("FontDescriptor"),
            "Flags": _SYMBOLIC,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": face.capHeight,
            "ItalicAngle": face.italicAngle,
            "StemV": face.stemV,
        }
        widths = [self._font.file.widths[code] for code in self._font.numbers]
        descendant = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("CIDFontType2"),
            "BaseFont": pdfdoc.PDFName(label),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"), "Supplement": 0}
            ),
            "FontDescriptor": document.Reference(pdfdoc.PDFDictionary(stem), f"descriptor{name}"),
            "DW": 1000,
            "W": pdfdoc.PDFArray([1, pdfdoc.PDFArray([round(width) for width in widths])]),
            "CIDToGIDMap": _stream(document, glyph_of, f"glyphs{name}"),
        }
        whole = {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type0"),
            "BaseFont": pdfdoc.PDFName(label),
            "Encoding": pdfdoc.PDFName("Identity-H"),
            "DescendantFonts": pdfdoc.PDFArray([document.Reference(pdfdoc.PDFDictionary(descendant), f"cid{name}")]),
            "ToUnicode": _stream(document, to_unicode(self._font.numbers).encode("ascii"), f"unicode{name}"),
        }
        fonts = document.idToObject[pdfdoc.BasicFonts].dict
        fonts[name] = document.Reference(pdfdoc.PDFDictionary(whole), name)

    def _glyphs(self) -> tuple[list[int], bytes]:
        """One character for each distinct glyph, and the map from our numbers to glyphs of the subset.

        Two characters may share a glyph (自 and its radical ⾃): they keep two numbers, so each copies out as itself.
        The subset numbers glyphs in the order of the characters it is given, 0 being the missing one.
        """
        codes: list[int] = []
        place: dict[int, int] = {0: 0}
        numbers = bytearray(2)
        for code in self._font.numbers:
            glyph = self._font.file.glyphs[code]
            if glyph not in place:
                place[glyph] = len(place)
                codes.append(code)
            numbers += place[glyph].to_bytes(2, "big")
        return codes, bytes(numbers)


def to_unicode(numbers: dict[int, int]) -> str:
    """The map from our numbers back to text, plane-2 characters as UTF-16 surrogate pairs."""
    pairs = [f"<{number:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>" for code, number in numbers.items()]
    blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <FFFF> endcodespacerange",
            *(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    )


def _tag(name: str) -> str:
    """The six capitals that mark a subset, different for each font of the file."""
    return "DJ" + f"{int(name[1:]):04d}".translate(str.maketrans("0123456789", "ABCDEFGHIJ"))


def _stream(document: Any, content: bytes, name: str, *, with_length: bool = False) -> Any:
    stream = pdfdoc.PDFStream()
    stream.content = content
    if with_length:
        stream.dictionary["Length1"] = len(content)
    stream.filters = [pdfdoc.PDFZCompress]
    return document.Reference(stream, name)
