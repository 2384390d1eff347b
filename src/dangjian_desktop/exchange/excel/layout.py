"""Where a sheet's header lies, what each column means, and which rows are people and which are decoration."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dangjian_desktop.domain.records.fields import FieldType, KindSpec

from .headers import HeaderWords, compact
from .read_sheet import MergedRange, Sheet
from .row_kinds import SUSPECT_STARTS, RowKind, kind_of_row, unit_names

_SEARCHED_ROWS = 30
_LONGEST_GROUP_HEADER = 20


@dataclass(slots=True)
class SheetLayout:
    """How one sheet is to be read.

    `headers[i]` is column i's key ("" where it has none) and `fields[i]` the field it fills, or None. `data` lists
    the data rows as indexes into `sheet.rows`; a row's own number in the sheet is that index + 1.
    """

    sheet: Sheet
    header_row: int
    """The header's row number (1-based), the lower one of two."""
    headers: list[str]
    fields: list[str | None]
    data: list[int]
    totals: list[int] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    """Row numbers (1-based) of data rows that are hidden in the sheet; they are read all the same."""
    unit_names: list[str] = field(default_factory=list)
    """Units that the title, a 填报单位 line or the sheet's name speak of, the most exact first."""
    sections: dict[int, str] = field(default_factory=dict)
    """The unit of a dividing line above, by data row index, where there are such lines."""
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
    """One possible header: its lower row, the upper one if there are two, and how many fields it names."""

    lower: int
    upper: int | None
    score: int


def find_layout(
    sheet: Sheet,
    kind: KindSpec,
    *,
    mapping: Mapping[str, str | None] | None = None,
    header_row: int | None = None,
) -> SheetLayout | None:
    """How to read a sheet as records of `kind`, or None where no header of that kind can be found.

    `mapping` is what a person chose before, header to field or None, and goes before all guessing; `header_row`
    (1-based, the lower of two) says where the header is.
    """
    words = HeaderWords(kind, mapping or {})
    best = _best_header(sheet, kind, words, header_row)
    if best is None:
        return None
    headers, upper = _keys(sheet, best)
    fields = words.assign(headers, upper)
    layout = SheetLayout(sheet, best.lower + 1, headers, fields, [])
    above = sheet.rows[: best.lower if best.upper is None else best.upper]
    layout.unit_names = unit_names(above, sheet.name)
    layout.fingerprint = hashlib.sha256("\x1f".join([kind.name, *headers]).encode()).hexdigest()[:16]
    _sort_rows(layout, kind, best.lower + 1)
    _fill_merged(layout, best.lower + 1)
    layout.hidden_rows = [index + 1 for index in layout.data if index + 1 in sheet.hidden_rows]
    return layout


def _best_header(sheet: Sheet, kind: KindSpec, words: HeaderWords, header_row: int | None) -> _Candidate | None:
    rows = [header_row - 1] if header_row else range(min(_SEARCHED_ROWS, len(sheet.rows)))
    enough = min(2, len(kind.fields))
    best: _Candidate | None = None
    for index in rows:
        single = words.score(_texts(sheet, index), [""] * len(sheet.rows[index]))
        candidate = _Candidate(index, None, single)
        if index and _is_group_row(sheet, index - 1, index, words):
            upper, lower = _spread(sheet, index - 1), _texts(sheet, index)
            pair = words.score(lower, upper)
            above = words.score(_texts(sheet, index - 1), [""] * len(upper))
            if pair >= max(single, above):
                candidate = _Candidate(index, index - 1, pair)
        # Of two equal ones the two-row header wins: its lower row would otherwise pass for a record.
        if candidate.score >= enough and (
            best is None
            or candidate.score > best.score
            or (candidate.score == best.score and candidate.upper == best.lower)
        ):
            best = candidate
    return best


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


def _keys(sheet: Sheet, best: _Candidate) -> tuple[list[str], list[str]]:
    """Each column's key, and the upper text that goes with it."""
    lower = ["".join(text.split()) for text in _texts(sheet, best.lower)]
    upper = [""] * len(lower)
    if best.upper is not None:
        upper = ["".join(text.split()) for text in _spread(sheet, best.upper)]
    elif best.lower and len(set(filter(None, lower))) < len([text for text in lower if text]):
        above = _texts(sheet, best.lower - 1)
        if len([text for text in above if text]) > 1 and not any(":" in compact(text) for text in above):
            upper = ["".join(text.split()) for text in _spread(sheet, best.lower - 1)]
    own = [low or up for low, up in zip(lower, upper, strict=True)]
    keys: list[str] = []
    used: Counter[str] = Counter()
    for text, low, up in zip(own, lower, upper, strict=True):
        key = f"{up}/{text}" if text and low and up and own.count(text) > 1 else text
        used[key] += 1
        keys.append(f"{key}({used[key]})" if key and used[key] > 1 else key)
    return keys, [up if low and up != low else "" for low, up in zip(lower, upper, strict=True)]


def _sort_rows(layout: SheetLayout, kind: KindSpec, start: int) -> None:
    """Tell data rows from totals, notes, signatures, dividing lines, repeated headers and blanks."""
    rows, columns = layout.sheet.rows, layout.fields
    key = next((columns.index(spec.name) for spec in kind.fields if spec.required and spec.name in columns), 0)
    units = {spec.name for spec in kind.fields if spec.type is FieldType.ORGANISATION}
    telling = [index for index, name in enumerate(columns) if name and name not in units]
    suspects = sorted({0, min(1, len(columns) - 1), key})
    section: str | None = None
    for index in range(start, len(rows)):
        row = rows[index]
        name = row[key]
        plain = (
            isinstance(name, str)
            and name
            and not name.isdecimal()
            and not any(isinstance(cell := row[column], str) and cell[:1] in SUSPECT_STARTS for column in suspects)
        )
        kind_found = RowKind.DATA if plain else kind_of_row(row, layout.headers, telling, key)
        if plain and name == layout.headers[key]:
            kind_found = RowKind.HEADER
        if kind_found is RowKind.DATA:
            layout.data.append(index)
            if section is not None:
                layout.sections[index] = section
        elif kind_found is RowKind.TOTAL:
            layout.totals.append(index)
        elif kind_found is RowKind.SECTION:
            section = next(str(cell).strip() for cell in row if cell not in (None, ""))


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
