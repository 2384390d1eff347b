"""The parts of an .xlsx workbook around its cells: which sheets there are, shared texts, what formats show."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .bounds import MOST_SHEETS, too_large
from .read_formats import BUILT_IN, BUILT_IN_KINDS, NumberKind, Shown, kind_of, shown_as
from .xml_walk import local_name, walk

BOOK = "xl/workbook.xml"
_TRUE = ("1", "true")


class SheetEntry(NamedTuple):
    """A worksheet of the book: its name, where it lies in the archive, and whether it is shown."""

    name: str
    part: str
    visible: bool


@dataclass
class Formats:
    """What each cell style says: how it shortens a value, and whether a number is a date or a span of time."""

    shown: dict[int, Shown] = field(default_factory=dict)
    kinds: dict[int, NumberKind] = field(default_factory=dict)


@dataclass
class Book:
    """The workbook part: its worksheets in order, and from when it counts days."""

    sheets: list[SheetEntry] = field(default_factory=list)
    date1904: bool = False


def read_book(archive: zipfile.ZipFile, name: str) -> Book:
    """The sheets of a workbook; raises `KeyError`, `BadXml` for a broken one, `UserError` for far too many sheets."""
    relations = _relations(archive)
    book = Book()

    def start(local: str, attributes: Mapping[str, str]) -> None:
        if local == "workbookPr":
            book.date1904 = attributes.get("date1904") in _TRUE
        elif local == "sheet":
            key = next((value for key, value in attributes.items() if local_name(key) == "id"), "")
            kind, part = relations.get(key, ("", ""))
            if kind.endswith("/worksheet") and part in archive.NameToInfo:
                visible = attributes.get("state", "visible") == "visible"
                book.sheets.append(SheetEntry(attributes.get("name", ""), part, visible))

    with archive.open(BOOK) as stream:
        walk(stream, start, _nothing)
    if len(book.sheets) > MOST_SHEETS:
        raise too_large(name, f"工作表有{len(book.sheets)}张")
    return book


def _nothing(_local: str) -> None:
    return None


def _relations(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def start(local: str, attributes: Mapping[str, str]) -> None:
        if local == "Relationship":
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), path)

    with archive.open("xl/_rels/workbook.xml.rels") as stream:
        walk(stream, start, _nothing)
    return found


def read_formats(archive: zipfile.ZipFile) -> Formats:
    """What the cell styles say; a workbook without styles says nothing."""
    formats = Formats()
    if "xl/styles.xml" not in archive.NameToInfo:
        return formats
    codes: dict[int, str] = {}
    inside = [False, 0]

    def start(local: str, attributes: Mapping[str, str]) -> None:
        if local == "numFmt" and attributes.get("numFmtId", "").isdigit():
            codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            inside[0] = True
        elif local == "xf" and inside[0]:
            number = attributes.get("numFmtId", "0")
            _put(formats, inside[1], int(number) if number.isdigit() else 0, codes)
            inside[1] += 1

    def end(local: str) -> None:
        if local == "cellXfs":
            inside[0] = False

    with archive.open("xl/styles.xml") as stream:
        walk(stream, start, end)
    return formats


def _put(formats: Formats, style: int, number: int, codes: Mapping[int, str]) -> None:
    code = codes.get(number)
    shown = BUILT_IN.get(number) if code is None else shown_as(code)
    kind = BUILT_IN_KINDS.get(number) if code is None else kind_of(code)
    if shown is not None:
        formats.shown[style] = shown
    if kind is not None:
        formats.kinds[style] = kind


def read_texts(archive: zipfile.ZipFile) -> list[str]:
    """The shared texts by number, all runs together, without the reading aids of East Asian sheets."""
    part = next((name for name in archive.NameToInfo if name.lower() == "xl/sharedstrings.xml"), None)
    texts: list[str] = []
    if part is None:
        return texts
    pieces: list[str] = []
    state = {"reading": 0, "words": False}

    def start(local: str, _attributes: Mapping[str, str]) -> None:
        if local == "rPh":
            state["reading"] += 1
        elif local == "t" and not state["reading"]:
            state["words"] = True

    def end(local: str) -> None:
        if local == "rPh":
            state["reading"] -= 1
        elif local == "t":
            state["words"] = False
        elif local == "si":
            texts.append("".join(pieces))
            pieces.clear()

    def text(words: str) -> None:
        if state["words"]:
            pieces.append(words)

    with archive.open(part) as stream:
        walk(stream, start, end, text)
    return texts
