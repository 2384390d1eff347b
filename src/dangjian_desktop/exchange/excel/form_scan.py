"""Where every cell stands in the XML of a sheet, to the byte, so that single cells can be exchanged in place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from dangjian_desktop.domain.forms.form_sheets import Block, Place, block_of, place_of

from .bounds import LONGEST_TEXT

_START_TAG = re.compile(rb"<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DEEPEST = 100


@dataclass(slots=True)
class CellSpan:
    """One `<c>`: its place in the sheet, its bytes from `start` to `stop`, and what it holds.

    `value` is the text of `<v>` or of the inline string, None where there is neither; `formula` is None for a cell
    without one. `formula_span` are the bytes of the whole `<f>`.
    """

    place: Place
    start: int
    tag_end: int
    attributes: dict[str, str]
    stop: int = 0
    value: str | None = None
    formula: str | None = None
    formula_attributes: dict[str, str] = field(default_factory=dict)
    formula_span: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class RowSpan:
    """One `<row>`; `inner_stop` is where its last cell ends, or where cells would go."""

    number: int
    start: int
    tag_end: int
    attributes: dict[str, str]
    cells: list[CellSpan] = field(default_factory=list)
    inner_stop: int = 0
    stop: int = 0

    def closed_at_once(self, xml: bytes) -> bool:
        """Whether it is written as one empty tag."""
        return xml[self.tag_end - 2 : self.tag_end] == b"/>"


@dataclass(slots=True)
class SheetScan:
    """What a sheet's XML says, with places in bytes."""

    xml: bytes
    prefix: str = ""
    rows: list[RowSpan] = field(default_factory=list)
    merged: list[Block] = field(default_factory=list)
    columns: list[tuple[int, int, str]] = field(default_factory=list)
    """First and last column and the style of their cells."""
    protected: bool = False
    data_tag: tuple[int, int] = (0, 0)
    data_stop: int = 0
    dimension: tuple[int, int] | None = None


class _Scanner:
    def __init__(self, xml: bytes) -> None:
        self.scan = SheetScan(xml)
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse
        self._path: list[str] = []
        self._row: RowSpan | None = None
        self._cell: CellSpan | None = None
        self._words: list[str] | None = None
        self._length = 0
        self._element_start = 0

    def run(self) -> SheetScan:
        self._parser.Parse(self.scan.xml, True)
        return self.scan

    def _tag_end(self, start: int) -> int:
        match = _START_TAG.match(self.scan.xml, start)
        if match is None:
            raise ValueError("tag")
        return match.end()

    def _stop(self, tag_end: int) -> int:
        """The byte behind the element whose start tag ended at `tag_end`."""
        if self.scan.xml[tag_end - 2 : tag_end] == b"/>":
            return tag_end
        return self.scan.xml.index(b">", self._parser.CurrentByteIndex) + 1

    def _start(self, name: str, attributes: dict[str, Any]) -> None:
        prefix, _, local = name.rpartition(":")
        at = self._parser.CurrentByteIndex
        inside = self._path[-1] if self._path else ""
        self._path.append(local)
        if len(self._path) > _DEEPEST:
            raise ValueError("depth")
        if local == "row" and inside == "sheetData":
            number = int(attributes.get("r", self.scan.rows[-1].number + 1 if self.scan.rows else 1))
            end = self._tag_end(at)
            self._row = RowSpan(number, at, end, attributes, inner_stop=end)
        elif local == "c" and inside == "row" and self._row is not None:
            self._length = 0
            self._cell = CellSpan(self._place(attributes), at, self._tag_end(at), attributes)
        elif self._cell is not None:
            self._inside_cell(local, at, attributes)
        elif local == "sheetData":
            self.scan.prefix = f"{prefix}:" if prefix else ""
            self.scan.data_tag = (at, self._tag_end(at))
        elif local == "dimension":
            self.scan.dimension = (at, self._tag_end(at))
        else:
            self._around(local, inside, attributes)

    def _place(self, attributes: dict[str, str]) -> Place:
        assert self._row is not None
        given = place_of(attributes.get("r", ""))
        if given is not None:
            return given
        return (self._row.number, self._row.cells[-1].place[1] + 1 if self._row.cells else 1)

    def _inside_cell(self, local: str, at: int, attributes: dict[str, str]) -> None:
        assert self._cell is not None
        if local == "f":
            self._cell.formula_attributes = attributes
            self._cell.formula_span = (at, self._tag_end(at))
            self._words = []
        elif local == "v" or (local == "t" and "rPh" not in self._path):
            self._words = []

    def _around(self, local: str, inside: str, attributes: dict[str, str]) -> None:
        if local == "mergeCell" and inside == "mergeCells":
            block = block_of(attributes.get("ref", ""))
            if block is not None:
                self.scan.merged.append(block)
        elif local == "col" and inside == "cols":
            self.scan.columns.append((int(attributes["min"]), int(attributes["max"]), attributes.get("style", "0")))
        elif local == "sheetProtection":
            self.scan.protected = attributes.get("sheet") in ("1", "true")

    def _text(self, text: str) -> None:
        if self._words is not None:
            self._words.append(text)
            self._length += len(text)
            if self._length > LONGEST_TEXT:
                raise ValueError("text")

    def _end(self, _name: str) -> None:
        local = self._path.pop()
        cell, row = self._cell, self._row
        if cell is not None and local in ("f", "v", "t") and self._words is not None:
            words = "".join(self._words)
            self._words = None
            if local == "f":
                cell.formula = words
                start, end = cell.formula_span
                cell.formula_span = (start, self._stop(end))
            else:
                cell.value = (cell.value or "") + words
        elif cell is not None and local == "c":
            cell.stop = self._stop(cell.tag_end)
            assert row is not None
            row.cells.append(cell)
            row.inner_stop = cell.stop
            self._cell = None
        elif row is not None and local == "row":
            row.stop = self._stop(row.tag_end)
            self.scan.rows.append(row)
            self._row = None
        elif local == "sheetData":
            self.scan.data_stop = self._stop(self.scan.data_tag[1])


def _refuse(*_: object) -> None:
    raise ValueError("doctype")


def scan(xml: bytes) -> SheetScan:
    """Scan a sheet part; raises `ValueError` (or `expat.ExpatError`) for XML that is no sheet in UTF-8."""
    head = xml[:200]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or re.search(rb"encoding=[\"'](?!utf-?8)", head, re.IGNORECASE):
        raise ValueError("encoding")
    return _Scanner(xml).run()
