"""Tables that are plain text: CSV, tab-separated blocks, and web pages that call themselves .xls."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import PurePath

from dangjian_desktop.base.errors import UserError

from .bounds import reasonable, too_large
from .read_sheet import MergedRange, Sheet

_ADVICE = "请用WPS打开后另存为xlsx，再导入。"
_SEPARATORS = ("\t", ",", ";", "，", "|")
COMPUTED = "=+-@"
"""Signs by which a spreadsheet takes a cell of a text file for a formula."""
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PROTECTED = re.compile(r'="(.*)"', re.DOTALL)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def read_any_text(content: bytes, name: str) -> list[Sheet]:
    """The tables of a file that is text: separated values, or a web page; `name` is the file's.

    Raises `UserError` (`file_unreadable`).
    """
    text = decode(content)
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("mime-version"):
        raise UserError("file_unreadable", f"“{name}”是网页存档，请用WPS另存为xlsx。", advice=_ADVICE)
    if start.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text[:4000]:
        raise UserError("file_unreadable", f"“{name}”是XML表格，请用WPS另存为xlsx。", advice=_ADVICE)
    if start.startswith("<"):
        sheets = read_html(text)
        if not sheets:
            raise UserError("file_unreadable", f"“{name}”是网页格式，里面没有表格，请用WPS另存为xlsx。", advice=_ADVICE)
        return sheets
    if "\x00" in text:
        raise UserError("file_unreadable", f"“{name}”不是完好的表格文件，读不出来。", advice=_ADVICE)
    return [Sheet(PurePath(name).stem, read_separated(text))]


def decode(content: bytes) -> str:
    """Text in the encodings offices use: a byte-order mark decides, then UTF-8, then GB18030."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        declared = _CHARSET.search(content[:2000])
        utf8 = declared is not None and declared[1].lower() in (b"utf-8", b"utf8")
        # Damaged somewhere: what cannot be read shows as U+FFFD, which the cell readers refuse by row.
        return content.decode("utf-8" if utf8 else "gb18030", errors="replace")


def read_separated(text: str, separator: str | None = None) -> list[list[object]]:
    """Rows of separated text; the separator is guessed from the first lines unless given."""
    text = _CONTROLS.sub("", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator or _separator(text))
    try:
        rows: list[list[object]] = [[_unprotected(cell) for cell in row] for row in reader]
    except csv.Error as problem:
        if "limit" in str(problem):
            raise too_large("这个文本表格", "有一格里的字太多，也可能是引号不成对") from problem
        raise UserError(
            "file_unreadable", "文本表格里引号不成对，读不出来。", advice="请用WPS打开后另存为xlsx。"
        ) from problem
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((len(row) for row in rows), default=0)
    if not reasonable(len(rows), width, sum(map(len, rows))):
        raise too_large("这个文本表格", f"有一行分成了{width}格")
    for row in rows:
        row.extend([""] * (width - len(row)))
    return rows


def _separator(text: str) -> str:
    lines = [re.sub('"[^"]*"', "", line) for line in text.split("\n", 60)[:60] if line.strip()] or [""]
    # The true separator occurs in most lines; a title line or a comma inside a text does not outweigh that.
    counts = {mark: sorted(line.count(mark) for line in lines) for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: (counts[mark][len(counts[mark]) // 2], sum(counts[mark])))


def _unprotected(cell: str) -> str:
    """`="0123"`, the way of keeping a number as text in CSV, becomes 0123; an apostrophe before a formula goes."""
    if cell[:1] == "'" and cell[1:2] and cell[1] in COMPUTED:
        return cell[1:]
    match = _PROTECTED.fullmatch(cell) if cell[:2] == '="' else None
    return match[1] if match else cell


def read_html(text: str) -> list[Sheet]:
    """One sheet for every table of a web page that has at least one filled cell."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    sheets = []
    for number, table in enumerate(parser.tables, start=1):
        if any(any(row) for row in table.rows):
            table.name = parser.title if number == 1 and parser.title else f"表{number}"
            width = max(len(row) for row in table.rows)
            for row in table.rows:
                row.extend([""] * (width - len(row)))
            sheets.append(table)
    return sheets


class _TableParser(HTMLParser):
    """Collects the cells of tables; a table inside a cell is read as that cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[Sheet] = []
        self.title = ""
        self._depth = 0
        self._cell: list[str] | None = None
        self._in_title = False
        self._ignored = False
        self._span = (1, 1)
        self._taken: set[tuple[int, int]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.tables.append(Sheet("", []))
                self._taken = set()
        elif tag == "title":
            self._in_title = True
        elif tag in ("style", "script"):
            self._ignored = True
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")
        elif tag == "tr" and self._depth == 1:
            self._end_cell()
            rows = self.tables[-1].rows
            rows.append([])
            if re.search(r"display\s*:\s*none", given.get("style", "")):
                self.tables[-1].hidden_rows.add(len(rows))
        elif tag in ("td", "th") and self._depth == 1:
            self._end_cell()
            self._cell = []
            self._span = (_number(given.get("rowspan")), _number(given.get("colspan")))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self._depth == 1:
            self._end_cell()
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif tag == "title":
            self._in_title = False
        elif tag in ("style", "script"):
            self._ignored = False

    def handle_data(self, data: str) -> None:
        if self._ignored:
            return
        if self._in_title:
            self.title += data.strip()
        elif self._cell is not None:
            self._cell.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        table = self.tables[-1]
        if not table.rows:
            table.rows.append([])
        row, cells = len(table.rows) - 1, table.rows[-1]
        while (row, len(cells)) in self._taken:
            cells.append("")
        left = len(cells)
        down, across = self._span
        cells.append("".join(self._cell).replace("\xa0", " ").strip())
        cells.extend([""] * (across - 1))
        if down > 1 or across > 1:
            table.merged.append(MergedRange(row, left, row + down - 1, left + across - 1))
            self._taken.update((row + r, left + c) for r in range(1, down) for c in range(across))
        self._cell = None


def _number(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdecimal() and int(text) else 1
