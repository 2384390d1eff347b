"""A first look at a worksheet's XML, by searching bytes: how far it reaches, and whether the native reader suffices.

Parsing a long roster as a tree would cost more than reading its cells does. The search knows one spelling, the one
that every common program writes, and counts whether all of the sheet is written so; any other sheet is not `plain`
and goes to `xlsx_cells`, which reads XML as XML.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .bounds import MOST_MERGES, reasonable
from .read_formats import Shown

_CHUNK = 1 << 20
_LONGEST_ROW = 8 << 20

_ROW_START = re.compile(rb'<row r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*\shidden="(?:1|true)"')
_WIDE_OR_FAR = re.compile(rb'<c r="([A-Z]{2,}|[A-Z]+\d{7})')
_FAR_ROW = re.compile(rb'<c r="[A-Z]{2,}\d{7}')
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^>]*\st="e"[^>]*>(?:(?!</c>).)*?<v>(#[^<]*)<', re.DOTALL)
_NO_RESULT = re.compile(rb"</f>\s*(?:</c>|<v\s*/>|<v></v>)|<f(?:\s[^>]*)?/>\s*(?:</c>|<v\s*/>|<v></v>)")
_HIDDEN_COLUMN = re.compile(rb"<col\s[^>]*\bhidden=")


@dataclass(slots=True)
class SheetMarkup:
    """What the XML says beside its values; `plain` is off where this search cannot vouch for it."""

    plain: bool = True
    hidden_rows: list[int] = field(default_factory=list)
    """1-based."""
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    """First and last, 0-based."""
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    styled: list[tuple[int, int, Shown]] = field(default_factory=list)
    rows: int = 0
    columns: int = 26
    cells: int = 0


def look_at(archive: zipfile.ZipFile, part: str, shown: Mapping[int, Shown]) -> SheetMarkup:
    """Search one worksheet; what is found after it turns out not to be plain is of no use."""
    found = SheetMarkup()
    styled = _styled(shown)
    started = False
    for piece in _pieces(archive, part):
        if piece is None or _is_uncommon(piece):
            found.plain = False
            return found
        if not started:
            head, mark, rest = piece.partition(b"<sheetData")
            started = bool(mark)
            _look_at_head(head, found)
            piece = mark + rest
        body, _, tail = piece.partition(b"</sheetData>")
        found.plain = found.plain and tail.count(b"<mergeCell ") <= MOST_MERGES
        _look_at_rows(body, found, shown, styled)
        if not found.plain:
            return found
    found.plain = started and reasonable(found.rows, found.columns, found.cells)
    return found


def _is_uncommon(piece: bytes) -> bool:
    """Whether there are attributes in single quotes, comments or the like, or pictures in cells."""
    # The rare sign is looked for first: "<" begins every tag, and looking at each takes long.
    if (b"'" in piece and b"='" in piece) or (b"!" in piece and b"<!" in piece):
        return True
    return b"(" in piece and b"DISPIMG" in piece


def _styled(shown: Mapping[int, Shown]) -> re.Pattern[bytes] | None:
    if not shown:
        return None
    choice = b"|".join(str(index).encode() for index in shown)
    return re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^>]*?\ss="(' + choice + rb')"[^>]*(?<!/)>')


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes | None]:
    """The part in pieces that end behind a whole row; None where no row ends for too long."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            piece = rest + piece
            cut = piece.rfind(b"</row>") + 6
            rest = piece[cut:] if cut >= 6 else piece
            if len(rest) > _LONGEST_ROW and cut < 6:
                yield None
                return
            if cut >= 6:
                yield piece[:cut]
    yield rest


def _look_at_head(head: bytes, found: SheetMarkup) -> None:
    if _HIDDEN_COLUMN.search(head) is None:
        return
    for tag in re.findall(rb"<col\s([^>]*)>", head):
        given = dict(re.findall(rb'(\w+)="([^"]*)"', tag))
        if given.get(b"hidden") in (b"1", b"true"):
            found.hidden_columns.append((int(given[b"min"]) - 1, int(given[b"max"]) - 1))


def _look_at_rows(
    body: bytes, found: SheetMarkup, shown: Mapping[int, Shown], styled: re.Pattern[bytes] | None
) -> None:
    cells, numbers = body.count(b'<c r="'), _ROW_START.findall(body)
    if body.count(b"<c") != cells or body.count(b"<row") != len(numbers):
        found.plain = False
        return
    found.cells += cells
    if numbers:
        found.rows = max(found.rows, *map(int, numbers))
        wide = set(_WIDE_OR_FAR.findall(body))
        if any(ref[-1:].isdigit() for ref in wide) or (wide and _FAR_ROW.search(body)):
            found.plain = False
            return
        found.columns = max(found.columns, 1 + max((column_of(letters) for letters in wide), default=0))
    # The letter alone is looked for first, as in `_is_uncommon`: a plain roster mostly has none of it.
    if b"f" in body and b"<f" in body and _NO_RESULT.search(body):
        found.plain = False
        return
    if b"d" in body and b'hidden="' in body:
        found.hidden_rows += [int(number) for number in _HIDDEN_ROW.findall(body)]
    if b"#" in body and b't="e"' in body:
        for letters, number, error in _ERROR_CELL.findall(body):
            found.errors.append((int(number) - 1, column_of(letters), error.decode("utf-8", "replace")))
    if styled is not None:
        for letters, number, style in styled.findall(body):
            found.styled.append((int(number) - 1, column_of(letters), shown[int(style)]))


def column_of(letters: bytes) -> int:
    """0-based column of `AB`."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column - 1
