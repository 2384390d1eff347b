"""An OpenDocument sheet (.ods) read from its XML: cells as they are meant, hidden parts, shown months."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import isfinite
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UserError

from .bounds import LONGEST_TEXT, MOST_MERGES, MOST_SHEETS, check_archive, settle, too_large
from .read_sheet import MergedRange, Sheet
from .xml_walk import local_name, walk

# By the type of value: texts that say less than a day, or keep the zero of 2021.10.
_SHORT_DATE = {"date": re.compile(r"\d{4}(?:\D+\d{1,2}\D?)?"), "float": re.compile(r"(?:19|20)\d\d\.\d\d")}
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?")
# Text inside these is not what the cell says: remarks, reading aids, and what a change once removed.
_BESIDE = frozenset(("annotation", "ruby-text", "tracked-changes", "shapes", "note-citation"))
_ERROR, _BROKEN = re.compile(r"Err:\d{3}"), "#VALUE!"
_HIDDEN = ("collapse", "filter")
_NO_DAY = date(1899, 12, 30)
_MOST_REPEATED = 1 << 21


def read_ods(path: Path, name: str) -> list[Sheet]:
    """The sheets in order.

    Raises `UserError` (`file_encrypted`, and for one out of proportion), `BadXml`, `KeyError`.
    """
    with zipfile.ZipFile(path) as archive:
        check_archive(archive, path.stat().st_size, name)
        if "META-INF/manifest.xml" in archive.NameToInfo and _is_encrypted(archive):
            raise UserError(
                "file_encrypted", f"“{name}”设了打开密码，读不出来。", advice="请用WPS打开，去掉密码另存后再导入。"
            )
        tables = _Tables(name)
        with archive.open("content.xml") as stream:
            walk(stream, tables.start, tables.end, tables.text)
    return tables.sheets


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    found = []
    with archive.open("META-INF/manifest.xml") as stream:
        walk(stream, lambda local, _: found.append(local), lambda _: None)
    return "encryption-data" in found


def _given(attributes: Mapping[str, str]) -> dict[str, str]:
    return {local_name(key): value for key, value in attributes.items()}


def _times(given: Mapping[str, str], name: str) -> int:
    number = given.get(name, "1")
    return min(int(number), _MOST_REPEATED) if number.isdecimal() and int(number) else 1


class _Tables:
    """Collects the tables of a document; a table inside a cell is read as that cell's text."""

    def __init__(self, name: str) -> None:
        self.sheets: list[Sheet] = []
        self._name = name
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._depth = 0
        self._beside = 0
        self._words: list[str] | None = None
        self._cell: dict[str, str] = {}
        self._paragraphs: list[str] = []
        self._length = 0

    def _begin_sheet(self, given: Mapping[str, str]) -> None:
        if len(self.sheets) >= MOST_SHEETS:
            raise too_large(self._name, f"工作表超过{MOST_SHEETS}张")
        visible = given.get("style-name", "") not in self._hidden_styles
        self.sheets.append(Sheet(given.get("name", ""), [], visible=visible))
        self._found: dict[int, dict[int, object]] = {}
        self._displays: dict[tuple[int, int], str] = {}
        self._merged: list[MergedRange] = []
        self._hidden: list[tuple[int, int]] = []
        self._hidden_columns: list[tuple[int, int]] = []
        self._mentioned = 0
        self._row = self._column = self._columns = 0
        self._line: dict[int, object] = {}

    def start(self, local: str, attributes: Mapping[str, str]) -> None:
        if self._beside or local in _BESIDE:
            self._beside += 1
            return
        if local == "p" and self._cell:
            self._words = []
        elif self._words is not None:
            self._inside_text(local, attributes)
        elif local in _STARTS:
            _STARTS[local](self, _given(attributes))

    def _inside_text(self, local: str, attributes: Mapping[str, str]) -> None:
        assert self._words is not None
        if local == "s":
            self._words.append(" " * min(_times(_given(attributes), "c"), 1000))
        elif local in ("tab", "line-break"):
            self._words.append("\t" if local == "tab" else "\n")

    def _start_style(self, given: Mapping[str, str]) -> None:
        self._style = given.get("name", "")

    def _start_properties(self, given: Mapping[str, str]) -> None:
        if given.get("display") == "false":
            self._hidden_styles.add(self._style)

    def _start_table(self, given: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self._begin_sheet(given)

    def _start_column(self, given: Mapping[str, str]) -> None:
        if self._depth == 1:
            times = _times(given, "number-columns-repeated")
            if given.get("visibility") in _HIDDEN:
                self._hidden_columns.append((self._columns, self._columns + times - 1))
            self._columns += times

    def _start_row(self, given: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._repeated = _times(given, "number-rows-repeated")
            if given.get("visibility") in _HIDDEN:
                self._hidden.append((self._row, self._row + self._repeated - 1))
            self._column, self._line = 0, {}

    def _start_cell(self, given: Mapping[str, str]) -> None:
        if self._depth == 1:
            self._cell, self._paragraphs, self._length = {"": "cell", **given}, [], 0

    def text(self, words: str) -> None:
        if self._words is not None and not self._beside:
            self._words.append(words)
            self._length += len(words)
            if self._length > LONGEST_TEXT:
                raise too_large(self._name, f"有一个单元格里超过{LONGEST_TEXT}个字")

    def end(self, local: str) -> None:
        if self._beside:
            self._beside -= 1
        elif local == "p" and self._words is not None:
            self._paragraphs.append("".join(self._words))
            self._words = None
        elif local in ("table-cell", "covered-table-cell") and self._depth == 1 and self._cell:
            self._end_cell()
            self._cell = {}
        elif local == "table-row" and self._depth == 1:
            self._end_row()
        elif local == "table":
            self._depth -= 1
            if self._depth == 0:
                self._end_sheet()

    def _end_cell(self) -> None:
        given, text = self._cell, "\n".join(self._paragraphs)
        times = _times(given, "number-columns-repeated")
        self._mentioned += 1
        value = _value(given, text)
        if value is not None and value != "":
            kind = given.get("value-type", "")
            shown = text.strip() if kind in _SHORT_DATE and _SHORT_DATE[kind].fullmatch(text.strip()) else None
            if shown is not None and kind == "date" and not _is_first(value, shown):
                shown = None
            for column in range(self._column, self._column + min(times, 16_384)):
                self._line[column] = value
                if shown is not None:
                    self._displays[self._row, column] = shown
            self._mentioned += times - 1
        down, across = _times(given, "number-rows-spanned"), _times(given, "number-columns-spanned")
        if down > 1 or across > 1:
            if len(self._merged) >= MOST_MERGES:
                raise too_large(self._name, f"合并单元格超过{MOST_MERGES}处")
            self._merged.append(MergedRange(self._row, self._column, self._row + down - 1, self._column + across - 1))
        self._column += times

    def _end_row(self) -> None:
        if self._line:
            if self._repeated * len(self._line) > 4_000_000:
                raise too_large(self._name, f"第{self._row + 1}行重复了{self._repeated}遍")
            for row in range(self._row, self._row + self._repeated):
                self._found[row] = self._line
                self._mentioned += len(self._line)
        self._row += self._repeated

    def _end_sheet(self) -> None:
        sheet = self.sheets[-1]
        sheet.rows, sheet.far = settle(self._found, self._mentioned, self._name)
        height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
        sheet.displays = {p: text for p, text in self._displays.items() if p[0] < height and p[1] < width}
        sheet.merged = [block for block in self._merged if block.top < height and block.left < width]
        for first, last in self._hidden:
            sheet.hidden_rows.update(range(first + 1, min(last + 1, height) + 1))
        for first, last in self._hidden_columns:
            sheet.hidden_columns.update(range(first, min(last, width - 1) + 1))


_STARTS: dict[str, Any] = {
    "style": _Tables._start_style,
    "table-properties": _Tables._start_properties,
    "table": _Tables._start_table,
    "table-column": _Tables._start_column,
    "table-row": _Tables._start_row,
    "table-cell": _Tables._start_cell,
    "covered-table-cell": _Tables._start_cell,
}


def _is_first(value: object, shown: str) -> bool:
    """Whether a date that is shown as a month or a year is its first day, so that nothing typed is hidden."""
    if not isinstance(value, date):
        return False
    return value.day == 1 and (len(re.findall(r"\d+", shown)) > 1 or value.month == 1)


def _value(given: Mapping[str, str], text: str) -> object:
    kind = given.get("value-type", "")
    if kind in ("float", "percentage", "currency"):
        # LibreOffice keeps a broken formula as the number 0 beside its error text.
        if text.startswith("#"):
            return text
        if _ERROR.fullmatch(text):
            return _BROKEN
        try:
            number = float(given.get("value", ""))
        except ValueError:
            return text
        return number if isfinite(number) else text
    if kind == "boolean":
        return given.get("boolean-value") == "true"
    if kind == "date":
        return _day(given.get("date-value", ""), text)
    if kind == "time":
        return _span(given.get("time-value", ""), text)
    return _BROKEN if "formula" in given and _ERROR.fullmatch(text) else text


def _day(stored: str, text: str) -> object:
    if not stored:
        return text
    try:
        found = datetime.fromisoformat(stored.rstrip("Z")[:26])
    except ValueError:
        return text or stored
    if found.date() == _NO_DAY:
        # Day nought is how an empty date looks once it has been counted with; only a time of day is worth something.
        return found.time() if found.time() != time() else ""
    return found.date() if (found.hour, found.minute, found.second) == (0, 0, 0) else found


def _span(stored: str, text: str) -> object:
    match = _DURATION.fullmatch(stored)
    if match is None:
        return text
    sign, days, hours, minutes, seconds = match.groups()
    span = timedelta(
        days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0),
        seconds=float((seconds or "0").replace(",", ".")),
    )  # fmt: skip
    return -span if sign else span
