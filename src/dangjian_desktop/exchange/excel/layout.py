"""Where a sheet's header lies, what each column means, and which rows are people and which are decoration."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dangjian_desktop.domain.imports.unit_lines import unit_in, unit_rank
from dangjian_desktop.domain.records.fields import KindSpec

from .headers import HeaderWords, compact
from .read_sheet import MergedRange, Sheet
from .row_kinds import RowKind, RowSorter
from .titles import unit_names

_SEARCHED_ROWS = 30
_LONGEST_GROUP_HEADER = 20
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Section:
    """What a line between the rows says about the unit of those below it.

    `names` go from the superior to the most exact; a `doubtful` line was not understood and may name another unit.
    """

    row: int
    text: str
    names: tuple[str, ...] = ()
    doubtful: bool = False

    def below(self, row: int, text: str, name: str) -> Section:
        """The section that another line begins: superiors above it stay, its equals and those below them end."""
        kept = tuple(known for known in self.names if unit_rank(known) > unit_rank(name))
        return Section(row, text, (*kept, name))


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A row between header and end that is not understood; `doubtful` where it may name a unit."""

    row: int
    text: str
    doubtful: bool


@dataclass(slots=True)
class SheetLayout:
    """How one sheet is to be read.

    `headers[i]` is column i's key ("" where it has none) and `fields[i]` the field it fills, or None. `data` lists
    the data rows as indexes into `sheet.rows`; a row's own number in the sheet is that index + 1.
    """

    sheet: Sheet
    header_row: int
    """The header's row number (1-based), the lowest of several."""
    headers: list[str]
    fields: list[str | None]
    data: list[int]
    totals: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    """Row numbers (1-based) of data rows that are hidden in the sheet; they are read all the same."""
    unit_names: list[str] = field(default_factory=list)
    """Units that the title, a 填报单位 line or the sheet's name speak of, the most exact first."""
    sections: dict[int, Section] = field(default_factory=dict)
    """The dividing line above, by data row index, where there are such lines."""
    lines: dict[int, str] = field(default_factory=dict)
    """Dividing lines, understood or doubtful, by row index."""
    unread: list[UnreadLine] = field(default_factory=list)
    """Rows that are not understood, to be told."""
    remarks: list[str] = field(default_factory=list)
    """What else is to be told about the reading of this table."""
    next_table: int | None = None
    """The row index at which a table with another header begins."""
    section: Section | None = None
    """The dividing line that holds at the end of this table."""
    fingerprint: str = ""
    """The same for sheets with the same headers: the key under which a corrected mapping is remembered."""

    @property
    def columns(self) -> dict[str, str | None]:
        """The mapping as it is shown: header text to field, in the order of the sheet."""
        return {header: name for header, name in zip(self.headers, self.fields, strict=True) if header}

    def column_of(self, name: str) -> int | None:
        """The column index that fills a field, or None."""
        return self.fields.index(name) if name in self.fields else None

    def header_of(self, name: str) -> str:
        """The header text of a field's column, "" where the sheet has none."""
        column = self.column_of(name)
        return "" if column is None else self.headers[column]

    def cells(self, name: str) -> list[object]:
        """All data cells of a field's column, in the order of `data`; raises `KeyError` without such a column."""
        column = self.column_of(name)
        if column is None:
            raise KeyError(name)
        rows = self.sheet.rows
        return [rows[index][column] for index in self.data]

    def displays(self, name: str) -> dict[int, str]:
        """Shown texts of a field's column, by position in `data`, where they say more than the value."""
        column = self.column_of(name)
        shown = self.sheet.displays
        if column is None or not shown:
            return {}
        found = ((place, shown.get((index, column))) for place, index in enumerate(self.data))
        return {place: text for place, text in found if text is not None}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One possible header: its lowest and its uppermost row, and how many fields it names."""

    lower: int
    top: int
    score: int

    @property
    def rows(self) -> int:
        return self.lower - self.top + 1


def find_layout(
    sheet: Sheet,
    kind: KindSpec,
    *,
    mapping: Mapping[str, str | None] | None = None,
    header_row: int | None = None,
    section: Section | None = None,
) -> SheetLayout | None:
    """How to read a sheet as records of `kind`, or None where no header of that kind can be found.

    `mapping` is what a person chose before, header to field or None, and goes before all guessing; `header_row`
    (1-based, the lowest of several) says where the header is; `section` is the dividing line of a table above.
    """
    words = HeaderWords(kind, mapping or {})
    best = _best_header(sheet, kind, words, header_row)
    if best is None:
        return None
    headers, upper = _keys(sheet, best)
    fields = words.assign(headers, upper)
    layout = SheetLayout(sheet, best.lower + 1, headers, fields, [], section=section)
    layout.unit_names = unit_names(sheet.rows[: best.top], sheet.name)
    layout.fingerprint = hashlib.sha256("\x1f".join([kind.name, *headers]).encode()).hexdigest()[:16]
    _sort_rows(layout, kind, words, best.lower + 1)
    _fill_merged(layout, best.lower + 1)
    _adopt_units(layout, kind, mapping or {})
    layout.hidden_rows = [index + 1 for index in layout.data if index + 1 in sheet.hidden_rows]
    return layout


def _best_header(sheet: Sheet, kind: KindSpec, words: HeaderWords, header_row: int | None) -> _Candidate | None:
    # A table further down begins below rows that were read before.
    first = next((index for index, row in enumerate(sheet.rows) if any(row)), 0)
    rows = [header_row - 1] if header_row else range(first, min(first + _SEARCHED_ROWS, len(sheet.rows)))
    enough = min(2, len(kind.fields))
    best: _Candidate | None = None
    for index in rows:
        candidate = _candidate(sheet, index, words)
        # Of two equal ones the deeper header wins: its lower row would otherwise pass for a record.
        if candidate.score >= enough and (
            best is None
            or candidate.score > best.score
            or (candidate.score == best.score and candidate.rows > 1 and candidate.top == best.lower)
        ):
            best = candidate
    return best


def _candidate(sheet: Sheet, index: int, words: HeaderWords) -> _Candidate:
    candidate = _Candidate(index, index, words.score(_texts(sheet, index), [""] * len(sheet.rows[index])))
    if not index or not _is_group_row(sheet, index - 1, index, words):
        return candidate
    above = _texts(sheet, index - 1)
    pair = words.score(*_halves(sheet, index, index - 1))
    if pair >= max(candidate.score, words.score(above, [""] * len(above))):
        candidate = _Candidate(index, index - 1, pair)
    if index > 1 and _is_top_row(sheet, index - 2, index):
        three = words.score(*_halves(sheet, index, index - 2))
        if three > candidate.score:
            return _Candidate(index, index - 2, three)
    return candidate


def _is_top_row(sheet: Sheet, top: int, lower: int) -> bool:
    """Whether a row is the uppermost of three, told by a block that reaches down through all of them."""
    if any(":" in compact(text) or len(text) > _LONGEST_GROUP_HEADER for text in _texts(sheet, top)):
        return False
    return any(block.top == top and block.bottom == lower for block in sheet.merged)


def _texts(sheet: Sheet, index: int) -> list[str]:
    return [cell.strip() if isinstance(cell, str) else "" for cell in sheet.rows[index]]


def _is_group_row(sheet: Sheet, upper: int, lower: int, words: HeaderWords) -> bool:
    """Whether the row above is the upper half of one header, not a title, a unit line or a record."""
    above, below = _texts(sheet, upper), _texts(sheet, lower)
    filled = [text for text in above if text]
    if len(filled) < 2 or any(":" in compact(text) or len(text) > _LONGEST_GROUP_HEADER for text in filled):
        return False
    if not any(below) or any(not isinstance(cell, str) and cell is not None for cell in sheet.rows[lower]):
        return False
    named = words.key_column(above)
    if named is not None and below[named] and words.key_column(below) is None:
        return False
    if any(_joins(block, upper, lower, below) for block in sheet.merged):
        return True
    # Without merged blocks (CSV, pasted): each half is blank somewhere below or above the other.
    downward = any(text and not below[column] for column, text in enumerate(above))
    sideways = any(below[column] and not text for column, text in enumerate(above))
    return sideways and (downward or words.score(above, [""] * len(above)) == 0)


def _joins(block: MergedRange, upper: int, lower: int, below: Sequence[str]) -> bool:
    down = block.top == upper and block.bottom == lower
    across = block.top == block.bottom == upper and block.right > block.left
    return down or (across and all(below[block.left : block.right + 1]))


def _spread(sheet: Sheet, index: int) -> list[str]:
    """The upper header row with each group's text over all of its columns."""
    texts = _texts(sheet, index)
    blocks = [block for block in sheet.merged if block.top <= index <= block.bottom and block.right > block.left]
    for block in blocks:
        for column in range(block.left, min(block.right + 1, len(texts))):
            texts[column] = texts[column] or texts[block.left]
    if not sheet.merged:
        below = _texts(sheet, index + 1)
        for column in range(1, len(texts)):
            if not texts[column] and below[column]:
                texts[column] = texts[column - 1]
    return texts


def _halves(sheet: Sheet, lower: int, top: int) -> tuple[list[str], list[str]]:
    """Each column's own text of a header of several rows, and the one above it ("" for none)."""
    rows = [_spread(sheet, index) for index in range(top, lower)] + [_texts(sheet, lower)]
    own, above = [], []
    for column in range(len(rows[-1])):
        texts = ["".join(row[column].split()) for row in rows if row[column]]
        texts = [text for at, text in enumerate(texts) if not at or text != texts[at - 1]]
        own.append(texts[-1] if texts else "")
        above.append(texts[-2] if len(texts) > 1 else "")
    return own, above


def _keys(sheet: Sheet, best: _Candidate) -> tuple[list[str], list[str]]:
    """Each column's key, and the upper text that goes with it."""
    own, upper = _halves(sheet, best.lower, best.top)
    if best.rows == 1 and best.lower and len(set(filter(None, own))) < len([text for text in own if text]):
        above = _texts(sheet, best.lower - 1)
        if len([text for text in above if text]) > 1 and not any(":" in compact(text) for text in above):
            upper = ["".join(text.split()) for text in _spread(sheet, best.lower - 1)]
            upper = [up if low and up != low else "" for low, up in zip(own, upper, strict=True)]
    keys: list[str] = []
    used: Counter[str] = Counter()
    for text, up in zip(own, upper, strict=True):
        key = f"{up}/{text}" if text and up and own.count(text) > 1 else text
        used[key] += 1
        keys.append(f"{key}({used[key]})" if key and used[key] > 1 else key)
    return keys, upper


def _sort_rows(layout: SheetLayout, kind: KindSpec, words: HeaderWords, start: int) -> None:
    """Tell data rows from totals, notes, signatures, dividing lines, repeated headers and blanks."""
    rows = layout.sheet.rows
    sorter = RowSorter(kind, layout.headers, layout.fields)
    for index in range(start, len(rows)):
        row = rows[index]
        if sorter.is_plain(row):
            layout.data.append(index)
            if layout.section is not None:
                layout.sections[index] = layout.section
            continue
        found, line = sorter.sort(row)
        if found in (RowKind.DATA, RowKind.HEADER, RowKind.UNREAD) and _is_other_header(layout, words, index):
            layout.next_table = index
            return
        if found is RowKind.DATA:
            layout.data.append(index)
            if layout.section is not None:
                layout.sections[index] = layout.section
        elif found is RowKind.TOTAL:
            layout.totals.append(index)
        elif found in (RowKind.SECTION, RowKind.DOUBTFUL, RowKind.UNREAD):
            text = " ".join("".join(str(cell).split()) for cell in row if cell not in (None, ""))
            _take_line(layout, index, text, line.name if line and found is RowKind.SECTION else "", found)


def _take_line(layout: SheetLayout, index: int, text: str, name: str, found: RowKind) -> None:
    if found is RowKind.UNREAD:
        layout.unread.append(UnreadLine(index + 1, text, doubtful=False))
        return
    layout.lines[index] = text
    if found is RowKind.SECTION:
        before = layout.section or Section(index + 1, text)
        layout.section = before.below(index + 1, text, name)
    else:
        layout.unread.append(UnreadLine(index + 1, text, doubtful=True))
        layout.section = Section(index + 1, text, doubtful=True)


def _is_other_header(layout: SheetLayout, words: HeaderWords, index: int) -> bool:
    """Whether a row is the header of another table: it names fields, and not those of the columns it stands in."""
    texts = _texts(layout.sheet, index)
    if words.key_column(texts) is None or words.score(texts, [""] * len(texts)) < min(3, len(layout.columns)):
        return False
    pairs = [(compact(text), compact(key)) for text, key in zip(texts, layout.headers, strict=True) if text]
    return any(text != key and not key.startswith(f"{text}(") and not key.endswith(f"/{text}") for text, key in pairs)


def _adopt_units(layout: SheetLayout, kind: KindSpec, chosen: Mapping[str, str | None]) -> None:
    """A column without a known header in which nothing but units is written is the column of units."""
    if "organisation" not in kind.names() or "organisation" in layout.fields or kind.name == "organisation":
        return
    rows = [layout.sheet.rows[index] for index in layout.data[:_SAMPLE]]
    for column, name in enumerate(layout.fields):
        free = name is None and layout.headers[column] not in chosen
        texts = [row[column] for row in rows if row[column] not in (None, "")] if free else []
        if texts and all(isinstance(text, str) and unit_in(text) == "".join(text.split()) for text in texts):
            layout.fields[column] = "organisation"
            shown = layout.headers[column] or f"第{column + 1}"
            layout.remarks.append(f"“{shown}”列写的都是党组织，按所在党组织读入，请核对")
            return


def _fill_merged(layout: SheetLayout, start: int) -> None:
    """Give every data row of a block that is merged downwards the block's value."""
    wanted = set(layout.data)
    for block in layout.sheet.merged:
        if block.top < start or block.bottom == block.top or block.top >= len(layout.sheet.rows):
            continue
        value = layout.sheet.rows[block.top][block.left]
        for index in range(block.top + 1, min(block.bottom + 1, len(layout.sheet.rows))):
            if index in wanted:
                layout.sheet.rows[index][block.left] = value
