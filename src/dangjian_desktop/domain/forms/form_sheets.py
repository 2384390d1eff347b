"""A superior's form as it lies on the sheet: its cells, the words that belong to each, and what tells it apart."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from dangjian_desktop.domain.values.cell_text import cell_text
from dangjian_desktop.domain.values.codes import clean

Value = float | int | str | bool | None
Place = tuple[int, int]
"""Row and column, both from 1."""

_REF = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_MOST_COLUMNS = 16_384
_MOST_NOTES = 3
_NUMBERED = re.compile(
    r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]|第[一二三四五六七八九十\d]+部分|[附分续]?表[一二三四五六七八九十\d]"
)
_FIRST_HEAD = re.compile("序号?$|项目|指标|名称|内容|类别|类型|单位|党组织|支部|情况|名目|分类|栏目|姓名")
# What changes in a form from one period to the next without making it another form.
_PERIODS = re.compile(r"(?:19|20)\d{2}|\d{1,2}(?=月)|\d{1,2}(?=日)|(?<=第)[一二三四1-4](?=季度)|[上下](?=半年)")


class CellStyle(NamedTuple):
    """What a cell's format says: `kind` is number, percent, date or text, `code` the number format itself."""

    kind: str = "number"
    code: str = "General"
    locked: bool = True


class FormCell(NamedTuple):
    """One cell: its value as stored, its formula without `=` (empty for none), and its format."""

    value: Value
    formula: str
    style: CellStyle

    @property
    def text(self) -> str:
        """The words in a cell, empty for a number, a formula or nothing."""
        return self.value.strip() if isinstance(self.value, str) and not self.formula else ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.formula and (self.value is None or (isinstance(self.value, str) and not self.value.strip()))


class Block(NamedTuple):
    """A rectangle of cells, both corners included."""

    top: int
    left: int
    bottom: int
    right: int

    def holds(self, place: Place) -> bool:
        """Whether a cell lies in it."""
        return self.top <= place[0] <= self.bottom and self.left <= place[1] <= self.right


def column_name(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def ref_of(place: Place) -> str:
    """`B5` for row 5, column 2."""
    return f"{column_name(place[1])}{place[0]}"


def place_of(ref: str) -> Place | None:
    """Row and column of `B5` or `$B$5`; None for anything else."""
    match = _REF.fullmatch(ref.strip())
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return (int(match[2]), column) if column <= _MOST_COLUMNS else None


def block_of(ref: str) -> Block | None:
    """The rectangle `A1:C4` (or one cell); None for anything else."""
    first, _, last = ref.partition(":")
    one, two = place_of(first), place_of(last or first)
    if one is None or two is None:
        return None
    return Block(min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1]))


@dataclass
class FormSheet:
    """One sheet of a form. Only cells that the file itself mentions are known; merged blocks speak by their corner."""

    name: str
    cells: Mapping[Place, FormCell]
    merged: Sequence[Block] = ()
    protected: bool = False
    visible: bool = True
    print_area: Block | None = None

    @cached_property
    def _covered(self) -> dict[Place, Block]:
        return {
            (row, column): block
            for block in self.merged
            for row in range(block.top, block.bottom + 1)
            for column in range(block.left, block.right + 1)
        }

    def block(self, place: Place) -> Block:
        """The merged block that a cell belongs to, or the cell itself."""
        return self._covered.get(place) or Block(*place, *place)

    def anchor(self, place: Place) -> Place:
        """The cell that speaks for this one: the upper left of its merged block."""
        block = self.block(place)
        return block.top, block.left

    def cell(self, place: Place) -> FormCell:
        """The cell, or the corner of its merged block; an unknown one is empty."""
        return self.cells.get(self.anchor(place), _NO_CELL)

    def closed(self, place: Place) -> bool:
        """Whether the superior has locked the cell."""
        return self.protected and self.cell(place).style.locked

    @cached_property
    def used(self) -> Block:
        """Everything that is mentioned."""
        rows = [place[0] for place in self.cells] + [b.bottom for b in self.merged]
        columns = [place[1] for place in self.cells] + [b.right for b in self.merged]
        return Block(1, 1, max(rows, default=1), max(columns, default=1))

    @cached_property
    def worded(self) -> Block:
        """From the first cell to the last one that says something; titles are measured against it."""
        spoken = [place for place, cell in self.cells.items() if not cell.empty]
        columns = [column for _, column in spoken] + [b.right for b in self.merged if (b.top, b.left) in spoken]
        rows = [row for row, _ in spoken]
        return Block(min(rows, default=1), min(columns, default=1), max(rows, default=1), max(columns, default=1))

    def is_title(self, place: Place) -> bool:
        """Whether a merged block goes over (nearly) the whole width and so belongs to no single column."""
        block, wide = self.block(place), self.worded
        return block.right > block.left and block.right - block.left >= max(2, (wide.right - wide.left) * 3 // 4)

    def left_labels(self, place: Place) -> list[str]:
        """Words to the left in the same row, nearest first: the label and what stands before it without a gap."""
        block = self.block(self.anchor(place))
        return self._labels((block.top, column) for column in range(block.left - 1, 0, -1))

    def above_labels(self, place: Place) -> list[str]:
        """Words above in the same column, nearest first: the header and what stands over it, but no titles.

        Nothing above the heading of a section with headers of its own counts; headings in between are passed over.
        """
        block = self.block(self.anchor(place))
        worded = self._worded_rows.get(block.left, [])
        stop = self._sections[bisect_left(self._sections, block.top) - 1] if self._sections else 0
        stop = stop if stop < block.top else 0
        for position in range(bisect_left(worded, block.top) - 1, -1, -1):
            start = worded[position]
            if start <= stop:
                break
            found = self._labels(((row, block.left) for row in range(start, stop, -1)), titles=False)
            if found or not self.is_title(self.anchor((start, block.left))):
                return found
        return []

    @cached_property
    def _sections(self) -> list[int]:
        """The rows of headings below which a section has headers of its own, in order."""
        texts = {row: self._texts(row) for row in self.by_row}
        found = []
        for row, spots in texts.items():
            if len(spots) != 1:
                continue
            place, below = spots[0], self.block(spots[0]).bottom + 1
            heads = texts.get(below, [])
            while len(heads) == 1 and below < row + _MOST_NOTES and not self._blanks(below):
                below, heads = below + 1, texts.get(below + 1, [])
            if not self._are_headers(heads) or place[1] > heads[0][1]:
                continue
            numbered = _NUMBERED.match(self.cell(place).text) and _FIRST_HEAD.match(clean(self.cell(heads[0]).text))
            if self.is_title(place) or not self._blanks(row) or numbered:
                found.append(row)
        return found

    def _texts(self, row: int) -> list[Place]:
        return [place for place, cell in self.by_row.get(row, ()) if cell.text and self.anchor(place) == place]

    def _blanks(self, row: int) -> bool:
        """Whether a row has cells of its own to fill."""
        cells = self.by_row.get(row, ())
        return any((cell.empty or cell.formula) and self.anchor(place) == place for place, cell in cells)

    def _are_headers(self, places: Sequence[Place]) -> bool:
        """Whether the words of a row stand side by side, two or more."""
        ends = [self.block(place).right + 1 for place in places]
        return len(places) > 1 and ends[:-1] == [column for _, column in places[1:]]

    @cached_property
    def _worded_rows(self) -> dict[int, list[int]]:
        """For each column the last rows of the blocks that say something, so that long lists are not walked through."""
        found: dict[int, list[int]] = defaultdict(list)
        for place, cell in self.cells.items():
            if cell.text and self.anchor(place) == place:
                block = self.block(place)
                for column in range(block.left, block.right + 1):
                    found[column].append(block.bottom)
        return {column: sorted(rows) for column, rows in found.items()}

    @cached_property
    def by_row(self) -> dict[int, list[tuple[Place, FormCell]]]:
        """The cells of each row, from left to right."""
        found: dict[int, list[tuple[Place, FormCell]]] = defaultdict(list)
        for place in sorted(self.cells):
            found[place[0]].append((place, self.cells[place]))
        return found

    def _labels(self, places: Iterator[Place], *, titles: bool = True) -> list[str]:
        found: dict[Place, str] = {}
        for place in places:
            anchor = self.anchor(place)
            text = self.cell(anchor).text
            if anchor in found:
                continue
            if not text:
                if found:
                    break
                continue
            # “填报单位：” over a table is completed beside itself and heads no column.
            if not titles and (self.is_title(anchor) or text.endswith((":", "："))):
                break
            found[anchor] = text
        return list(found.values())

    @cached_property
    def title(self) -> str:
        """The words of the merged title lines and the sheet's name."""
        words = [self.cells[p].text for p in sorted(self.cells) if self.cells[p].text and self.is_title(p)]
        return " ".join([*words[:3], self.name])

    def label(self, place: Place) -> str:
        """How a cell is called when it is listed: its header and its row, as far as there are any."""
        left, above = self.left_labels(place), self.above_labels(place)
        parts = [*reversed(left[:2]), *reversed(above[:2])] if left and above else [*reversed(left[:2] or above[:2])]
        return "／".join(" ".join(part.split()) for part in parts) or ref_of(place)

    def path(self, place: Place) -> tuple[str, ...]:
        """All words that say what a cell is, for finding it again in a changed form."""
        left, above = self.left_labels(place), self.above_labels(place)
        return (*(_timeless(text) for text in reversed(left)), "", *(_timeless(text) for text in reversed(above)))


_NO_CELL = FormCell(None, "", CellStyle())


@dataclass
class Form:
    """A whole form; `name` is its file name."""

    name: str
    sheets: Sequence[FormSheet]
    date1904: bool = False
    _by_name: dict[str, FormSheet] = field(init=False)

    def __post_init__(self) -> None:
        self._by_name = {sheet.name: sheet for sheet in self.sheets}

    def sheet(self, name: str) -> FormSheet | None:
        """The sheet called `name`."""
        return self._by_name.get(name)

    @cached_property
    def fingerprint(self) -> str:
        """What tells forms apart: sheets, words, merged blocks and formulas; not numbers, formats or the period."""
        parts: list[str] = []
        for sheet in self.sheets:
            parts.append(f"[{sheet.name}]")
            parts += sorted(f"{block}" for block in sheet.merged)
            parts += [f"{ref_of(p)}={_said(sheet.cells[p])}" for p in sorted(sheet.cells) if _said(sheet.cells[p])]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]

    def find(self, text: str) -> tuple[FormSheet, Place] | None:
        """The cell meant by `B5` (first visible sheet) or `Sheet!B5`; merged blocks answer with their corner."""
        name, mark, ref = text.rpartition("!")
        sheet = self.sheet(name.strip().strip("'")) if mark else self.first
        place = place_of(ref)
        return (sheet, sheet.anchor(place)) if sheet is not None and place is not None else None

    @property
    def first(self) -> FormSheet:
        """The sheet that a person sees first."""
        return next((sheet for sheet in self.sheets if sheet.visible), self.sheets[0])


def _said(cell: FormCell) -> str:
    return f"={cell.formula}" if cell.formula else _timeless(cell.text)


def _timeless(text: str) -> str:
    return _PERIODS.sub("#", clean(text))


def address(sheet: str, place: Place) -> str:
    """`Sheet!B5`, as mappings are written."""
    return f"{sheet}!{ref_of(place)}"


def shown(value: Value) -> str:
    """A cell's value for a list of what was filled."""
    return cell_text(value)
