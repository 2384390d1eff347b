"""The cells of one worksheet read from its XML as XML: slower than the native reader, and exact where that is not.

Takes what the native reader cannot: errors of newer versions, cells far off, formulas without a stored result,
pictures in cells, and every spelling that XML allows.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite

from .bounds import LONGEST_TEXT, MOST_MERGES, settle, too_large
from .read_formats import NumberKind, shown_text
from .read_sheet import MergedRange, Sheet
from .xlsx_book import Formats, SheetEntry
from .xml_walk import walk

_TRUE = ("1", "true")
_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,8})")
_PICTURE = re.compile(r"=?\s*(?:_xlfn\.)?DISPIMG\(", re.IGNORECASE)
_MOST_COLUMNS = 16_384
_MIDNIGHT = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}
_LAST_SERIAL = 2_958_465


def read_cells(
    archive: zipfile.ZipFile, entry: SheetEntry, texts: list[str], formats: Formats, *, date1904: bool, name: str
) -> Sheet:
    """One worksheet with all its marks; raises `BadXml`, `ValueError`, and `UserError` for one out of proportion."""
    cells = _Cells(texts, formats, date1904, name)
    with archive.open(entry.part) as stream:
        walk(stream, cells.start, cells.end, cells.text)
    rows, far = settle(cells.found, cells.mentioned, name)
    sheet = Sheet(entry.name, rows, date1904=date1904, visible=entry.visible, far=far)
    height, width = len(rows), len(rows[0]) if rows else 0
    sheet.hidden_rows = {row + 1 for row in cells.hidden_rows if row < height}
    sheet.hidden_columns = {
        column for first, last in cells.hidden_columns for column in range(first, min(last, width - 1) + 1)
    }
    sheet.merged = [block for block in cells.merged if block.top < height and block.left < width]
    sheet.pictures = [place for place in cells.pictures if place[0] < height and place[1] < width]
    sheet.uncached = [place for place in cells.uncached if place[0] < height and place[1] < width]
    for (row, column), style in cells.styled.items():
        if row < height and column < width:
            text = shown_text(formats.shown[style], rows[row][column])
            if text is not None:
                sheet.displays[row, column] = text
    return sheet


class _Cells:
    """Collects the cells that say something, by row and column."""

    def __init__(self, texts: list[str], formats: Formats, date1904: bool, name: str) -> None:
        self.found: dict[int, dict[int, object]] = {}
        self.mentioned = 0
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[MergedRange] = []
        self.styled: dict[tuple[int, int], int] = {}
        self.pictures: list[tuple[int, int]] = []
        self.uncached: list[tuple[int, int]] = []
        self._texts, self._formats, self._date1904, self._name = texts, formats, date1904, name
        self._row, self._column = -1, -1
        self._cell: Mapping[str, str] | None = None
        self._words: list[str] | None = None
        self._value: list[str] = []
        self._has_value = False
        self._formula: str | None = None
        self._length = 0
        self._reading = 0

    def start(self, local: str, attributes: Mapping[str, str]) -> None:
        if local == "c":
            self._start_cell(attributes)
        elif self._cell is not None:
            if local == "rPh":
                self._reading += 1
            elif local in ("v", "f") or (local == "t" and not self._reading):
                self._words = []
        elif local == "row":
            number = attributes.get("r", "")
            self._row = int(number) - 1 if number.isdecimal() and number != "0" else self._row + 1
            self._column = -1
            if attributes.get("hidden") in _TRUE:
                self.hidden_rows.add(self._row)
        elif local == "col":
            if attributes.get("hidden") in _TRUE:
                self.hidden_columns.append((int(attributes["min"]) - 1, int(attributes["max"]) - 1))
        elif local == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = _place(attributes.get("r", ""))
        if place is not None:
            self._row, self._column = place
        else:
            self._row, self._column = max(self._row, 0), self._column + 1
        self.mentioned += 1
        self._cell = attributes
        self._formula = None
        self._has_value = False
        self._length = 0
        self._value.clear()

    def _merge(self, ref: str) -> None:
        first, _, last = ref.partition(":")
        one, two = _place(first), _place(last or first)
        if one is None or two is None:
            return
        if len(self.merged) >= MOST_MERGES:
            raise too_large(self._name, f"合并单元格超过{MOST_MERGES}处")
        self.merged.append(
            MergedRange(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))
        )

    def text(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)
            self._length += len(words)
            if self._length > LONGEST_TEXT:
                raise too_large(self._name, f"有一个单元格里超过{LONGEST_TEXT}个字")

    def end(self, local: str) -> None:
        if self._cell is None:
            return
        if local == "rPh":
            self._reading -= 1
        elif local in ("v", "t", "f") and self._words is not None:
            words = "".join(self._words)
            self._words = None
            if local == "f":
                self._formula = words
            elif words or local == "t":
                self._value.append(words)
                self._has_value = True
        elif local == "c":
            self._end_cell(self._cell)
            self._cell = None

    def _end_cell(self, attributes: Mapping[str, str]) -> None:
        place = self._row, self._column
        text = "".join(self._value)
        if _PICTURE.match(self._formula or "") or _PICTURE.match(text):
            self.pictures.append(place)
            return
        if not self._has_value:
            # A formula whose result is the empty text has t="str" and holds an empty value or none.
            if self._formula is not None and attributes.get("t") != "str":
                self.uncached.append(place)
            return
        number = attributes.get("s", "0")
        style = int(number) if number.isdecimal() else 0
        value = self._read(attributes.get("t", "n"), text, style)
        if value is None or value == "":
            return
        self.found.setdefault(place[0], {})[place[1]] = value
        if style in self._formats.shown:
            self.styled[place] = style

    def _read(self, kind: str, text: str, style: int) -> object:
        if kind == "s":
            number = int(text)
            return self._texts[number] if 0 <= number < len(self._texts) else None
        if kind in ("str", "inlineStr", "e"):
            return unescaped(text)
        if kind == "b":
            return text.strip() in _TRUE
        if kind == "d":
            return _iso(text)
        number_value = float(text)
        if not isfinite(number_value):
            return text
        kind_of_number = self._formats.kinds.get(style)
        return number_value if kind_of_number is None else moment(number_value, kind_of_number, self._date1904)


def unescaped(text: str) -> str:
    """`_x000D_` and its like as the characters that they stand for."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def moment(serial: float, kind: NumberKind, date1904: bool) -> object:
    """A number as the day, the moment, the time of day or the span that a sheet shows; itself where it is none."""
    if kind is NumberKind.SPAN:
        return timedelta(days=serial) if abs(serial) < _LAST_SERIAL else serial
    if not 0 <= serial <= _LAST_SERIAL:
        return serial
    days, rest = divmod(serial, 1)
    seconds = round(rest * 86_400)
    if serial < 1:
        return time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
    if days < 60 and not date1904:
        days += 1  # before 1 March 1900 the numbers run one behind: a day that never was is counted
    found = _MIDNIGHT[date1904] + timedelta(days=days, seconds=seconds)
    return found if seconds else found.date()


def _iso(text: str) -> object:
    try:
        found = datetime.fromisoformat(text.rstrip("Z"))
    except ValueError:
        return text
    return found if (found.hour, found.minute, found.second) != (0, 0, 0) else date(found.year, found.month, found.day)


def _place(ref: str) -> tuple[int, int] | None:
    """0-based row and column of `B5`; None for what no sheet has."""
    match = _REF.fullmatch(ref)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return (int(match[2]) - 1, column - 1) if column <= _MOST_COLUMNS else None
