"""What calamine leaves out of .xlsx and .ods: hidden rows, months typed into date cells, broken formulas.

One pass over the packed XML by searching bytes: parsing it as a tree would cost more than reading the cells does.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from .read_formats import BUILT_IN, Shown, shown_as, shown_text
from .read_sheet import Sheet

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_CHUNK = 1 << 20

_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*\bhidden=\"(?:1|true)\"[^>]*)>")
_ROW_NUMBER = re.compile(rb"\br=\"(\d+)\"")
_ERROR_CELL = re.compile(
    rb"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v>(#[^<]*)<", re.DOTALL
)
_CELL_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")


Marking = Callable[[list[Sheet]], None]
"""Adds to the sheets what was found in their XML."""


@dataclass(slots=True)
class _Marks:
    """What the XML of one sheet says beside its values."""

    name: str
    date1904: bool
    hidden_rows: set[int] = field(default_factory=set)
    errors: list[tuple[bytes, bytes]] = field(default_factory=list)
    styled: list[tuple[bytes, Shown]] = field(default_factory=list)


def scan_packed(path: Path) -> Marking:
    """Search a packed workbook for what its values alone do not tell; needs no sheets yet, so it can run beside."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        if "xl/workbook.xml" in names:
            found = list(_scan_xlsx(archive))
            return lambda sheets: _mark_xlsx(found, sheets)
        if "content.xml" in names:
            return lambda sheets: _mark_ods(path, {sheet.name: sheet for sheet in sheets})
    return lambda _sheets: None


def _scan_xlsx(archive: zipfile.ZipFile) -> Iterator[_Marks]:
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    space = _STRICT if book.tag.startswith(_STRICT) else _MAIN
    properties = book.find(f"{space}workbookPr")
    date1904 = properties is not None and properties.get("date1904") in ("1", "true")
    styles = _styles(archive)
    for name, part in _parts(archive, book, space):
        if part in archive.NameToInfo:
            marks = _Marks(name, date1904)
            _scan_sheet(archive, part, marks, styles)
            yield marks


def _mark_xlsx(found: Sequence[_Marks], sheets: list[Sheet]) -> None:
    by_name = {sheet.name: sheet for sheet in sheets}
    for marks in found:
        sheet = by_name.get(marks.name)
        if sheet is None:
            continue
        sheet.date1904 = marks.date1904
        sheet.hidden_rows |= marks.hidden_rows
        for attributes, error in marks.errors:
            _put_error(sheet, attributes, error)
        for attributes, shown in marks.styled:
            _put_display(sheet, attributes, shown)


def _parts(archive: zipfile.ZipFile, book: ElementTree.Element, space: str) -> Iterator[tuple[str, str]]:
    """Names of the sheets and where in the archive each lies."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for entry in book.iterfind(f"{space}sheets/{space}sheet"):
        key = next((value for name, value in entry.items() if name.endswith("}id")), None)
        target = targets.get(key, "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield entry.get("name", ""), path


def _styles(archive: zipfile.ZipFile) -> dict[int, Shown]:
    """The cell styles that show a date by month or year, or a number with two decimals."""
    if "xl/styles.xml" not in archive.NameToInfo:
        return {}
    root = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats: dict[int, Shown | None] = dict(BUILT_IN)
    for entry in root.iter():
        if entry.tag.endswith("}numFmt") and entry.get("numFmtId", "").isdigit():
            formats[int(entry.get("numFmtId", ""))] = shown_as(entry.get("formatCode", ""))
    cells = next((entry for entry in root if entry.tag.endswith("}cellXfs")), None)
    styles = {}
    for index, style in enumerate(cells if cells is not None else ()):
        shown = formats.get(int(style.get("numFmtId", "0")))
        if shown is not None:
            styles[index] = shown
    return styles


def _scan_sheet(archive: zipfile.ZipFile, part: str, found: _Marks, styles: dict[int, Shown]) -> None:
    marks = [f' s="{index}"'.encode() for index in styles]
    choice = b"|".join(str(index).encode() for index in styles)
    styled = re.compile(rb"<(?:\w+:)?c\s([^>]*\bs=\"(" + choice + rb")\"[^>]*)>") if styles else None
    for chunk in _chunks(archive, part):
        if b'hidden="' in chunk:
            for match in _HIDDEN_ROW.finditer(chunk):
                number = _ROW_NUMBER.search(match[1])
                if number:
                    found.hidden_rows.add(int(number[1]))
        if b't="e"' in chunk:
            found.errors += [(match[1], match[2]) for match in _ERROR_CELL.finditer(chunk)]
        if styled is not None and any(mark in chunk for mark in marks):
            found.styled += [(match[1], styles[int(match[2])]) for match in styled.finditer(chunk)]


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end behind a whole row, so that no cell is cut in two."""
    rest = b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            piece = rest + piece
            cut = piece.rfind(b"</row>") + 6
            if cut < 6:
                cut = piece.rfind(b"row>") + 4 if b":row>" in piece else 0
            rest = piece[cut:]
            yield piece[:cut]
    yield rest


def _place(attributes: bytes, sheet: Sheet) -> tuple[int, int] | None:
    match = _CELL_PLACE.search(attributes)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - 64
    row = int(match[2]) - 1
    if row >= len(sheet.rows) or column > len(sheet.rows[row]):
        return None
    return row, column - 1


def _put_error(sheet: Sheet, attributes: bytes, error: bytes) -> None:
    place = _place(attributes, sheet)
    if place:
        sheet.rows[place[0]][place[1]] = error.decode("ascii", errors="replace")


def _put_display(sheet: Sheet, attributes: bytes, shown: Shown) -> None:
    place = _place(attributes, sheet)
    text = shown_text(shown, sheet.rows[place[0]][place[1]]) if place else None
    if place and text is not None:
        sheet.displays[place] = text


_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


# By the type of value: texts that say less than a day, or keep the zero of 2021.10.
_SHORT_DATE = {"date": re.compile(r"\d{4}(?:\D+\d{1,2}\D?)?"), "float": re.compile(r"(?:19|20)\d\d\.\d\d")}
_NEVER = re.compile("(?!)")


def _mark_ods(path: Path, by_name: dict[str, Sheet]) -> None:
    """Hidden rows and shown months of an OpenDocument sheet, which keeps the shown text beside each value."""
    sheet: Sheet | None = None
    row = 0
    with zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            if event == "start":
                if element.tag == f"{_TABLE}table":
                    sheet, row = by_name.get(element.get(f"{_TABLE}name", "")), 0
                continue
            if element.tag == f"{_TABLE}table-row":
                repeated = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
                if sheet is not None and row < len(sheet.rows):
                    if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
                        sheet.hidden_rows.update(range(row + 1, min(row + repeated, len(sheet.rows)) + 1))
                    _mark_ods_row(element, sheet, row)
                row += repeated
                element.clear()


def _mark_ods_row(element: ElementTree.Element, sheet: Sheet, row: int) -> None:
    column = 0
    for cell in element:
        if not cell.tag.endswith("table-cell"):
            continue
        text = "".join(cell.itertext()).strip()
        kind = cell.get(f"{_OFFICE}value-type")
        if column < len(sheet.rows[row]):
            if text.startswith("#") and sheet.rows[row][column] in ("", None):
                sheet.rows[row][column] = text
            elif _SHORT_DATE.get(kind or "", _NEVER).fullmatch(text):
                sheet.displays[row, column] = text
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
