"""Which cell of a superior's form says what: kept mappings, and finding their cells again in a changed form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from .form_sheets import Form, FormSheet, Place, address, place_of

UNIT_NAME, PERIOD, FILLED_ON = "text.unit", "text.period", "text.date"
TEXTS = {UNIT_NAME: "填报单位", PERIOD: "统计期间", FILLED_ON: "填报日期"}
"""What a cell may be filled with beside figures."""

ROSTER, UNITS, ORGANISATIONS, LEDGER = "roster", "units", "organisations", "ledger:"
NUMBER, NAME = "number", "name"
"""Columns that every list has: the running number, and the name that a row stands for."""

_LAST_OF_ALL = 1_048_576
_FEWEST_HEADERS = 3
_LIKE, _MOST_COMPARED = 0.55, 3_000


@dataclass(frozen=True, slots=True)
class ListTarget:
    """A list that is written downward from row `first` of a sheet: what is listed, and which column gets what.

    `last` is the last row that may be filled, None for as far as the form has empty rows.
    """

    sheet: str
    first: int
    source: str
    columns: Mapping[int, str]
    last: int | None = None


@dataclass(frozen=True, slots=True)
class FormMapping:
    """What a form's cells are filled with.

    `cells` is by address (`Sheet!B5`): a figure's key, with `.numerator` or `.denominator` for the parts of a share,
    `.last_year` (the whole year before), `.year_ago` (the same period a year before), `.year_start` or `.period_start`
    (the day before the year or the period begins) for another time, and `@unit` for another unit than the one
    reported; or one of `TEXTS`. On a formula's cell it says what the formula
    should come to. `paths` are the words that belonged to each cell when this was kept, for `carry_over`.
    """

    cells: Mapping[str, str] = field(default_factory=dict)
    lists: Sequence[ListTarget] = ()
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is kept and exchanged."""
        return {
            "cells": dict(self.cells),
            "lists": [
                {"sheet": t.sheet, "first": t.first, "last": t.last, "source": t.source,
                 "columns": {str(c): f for c, f in t.columns.items()}}
                for t in self.lists
            ],
            "paths": {cell: list(path) for cell, path in self.paths.items()},
        }  # fmt: skip

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> FormMapping:
        """Read what `to_json` gave; columns may be letters too. Raises `ValueError` for anything that is no mapping."""
        plain = "cells" not in found and "lists" not in found
        cells = found if plain else found.get("cells", {})
        if not isinstance(cells, Mapping) or not all(isinstance(v, str) for v in cells.values()):
            raise ValueError("cells")
        lists = [] if plain else [_list_target(entry) for entry in found.get("lists", [])]
        paths = {} if plain else {str(c): tuple(p) for c, p in found.get("paths", {}).items()}
        return cls({str(cell): str(key) for cell, key in cells.items()}, lists, paths)


def _list_target(entry: Any) -> ListTarget:
    try:
        columns = {_column(str(name)): str(key) for name, key in entry["columns"].items()}
        last = entry.get("last")
        return ListTarget(
            str(entry["sheet"]), int(entry["first"]), str(entry["source"]), columns, None if last is None else int(last)
        )
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError("lists") from problem


def _column(text: str) -> int:
    if text.isdecimal():
        return int(text)
    place = place_of(f"{text}1")
    if place is None:
        raise ValueError(text)
    return place[1]


def with_paths(form: Form, mapping: FormMapping) -> FormMapping:
    """The mapping with full addresses and the words that now belong to its cells and columns."""
    cells, paths = {}, {}
    for text, key in mapping.cells.items():
        found = form.find(text)
        if found is None:
            cells[text] = key
            continue
        sheet, place = found
        cells[address(sheet.name, place)] = key
        paths[address(sheet.name, place)] = sheet.path(place)
    for target in mapping.lists:
        sheet_found = form.sheet(target.sheet)
        for column in target.columns if sheet_found else ():
            place = (target.first, column)
            paths[address(target.sheet, place)] = sheet_found.path(place) if sheet_found else ()
    return FormMapping(cells, mapping.lists, paths)


# -- where lists lie --------------------------------------------------------------------------------


def begins_list(sheet: FormSheet, row: int) -> bool:
    """Whether a list may begin here: two rows empty but for running numbers, and not part of a merged header.

    So may the row under the last words of a form where these are a header, whatever has been drawn below.
    """
    if row == sheet.worded.bottom + 1 and len(heads := _headers(sheet, row - 1)) >= _FEWEST_HEADERS:
        return not all(sheet.closed((row, column)) for column in heads)
    for below in (row, row + 1):
        cells = sheet.by_row.get(below, [])
        if len(cells) < 3 or any(sheet.anchor(p) != p and sheet.anchor(p)[0] != below for p, _ in cells):
            return False
        if any(cell.text for _, cell in cells) or not any(c.empty and not sheet.closed(p) for p, c in cells):
            return False
    return True


def _headers(sheet: FormSheet, row: int) -> list[int]:
    """The columns that have words in a row, merged ones from above too; “填表人：” heads none."""
    found = []
    for column in range(1, sheet.used.right + 1):
        text = sheet.cell((row, column)).text
        if text and sheet.anchor((row, column))[1] == column and not text.endswith((":", "：")):
            found.append(column)
    return found


def last_row(sheet: FormSheet, target: ListTarget) -> int:
    """The last row that a list may fill: the one before a total, a formula, a locked cell or other words.

    Where nothing at all follows, a list may go on below the form's last line.
    """
    row, used = target.first, sheet.used.bottom
    while row <= used and (target.last is None or row <= target.last) and _open_row(sheet, row, target.columns):
        row += 1
    if row <= used:
        return row - 1
    if target.last is not None:
        return target.last
    return _LAST_OF_ALL if sheet.print_area is None else max(target.first - 1, sheet.print_area.bottom)


def _open_row(sheet: FormSheet, row: int, columns: Mapping[int, str]) -> bool:
    for (where, column), cell in sheet.by_row.get(row, []):
        if column in columns and (cell.formula or not cell.empty or sheet.closed((where, column))):
            return False
        if cell.text:
            return False
        if sheet.anchor((where, column))[0] != where:
            return False
    return True


# -- repair -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Repair:
    """A mapping brought over to a changed form: cells that moved, by their labels, and those not found again.

    `near` gives for some of the lost the cell of the changed form whose words are most like theirs.
    """

    mapping: FormMapping
    moved: Sequence[tuple[str, str]]
    lost: Sequence[tuple[str, str]]
    near: Mapping[str, str] = field(default_factory=dict)


def carry_over(old: FormMapping, form: Form) -> Repair:
    """Find the cells of a kept mapping in a changed form by the words that belonged to them.

    `moved` are pairs of old and new address, `lost` of old address and key. A cell whose words occur twice is lost.
    """
    places: dict[tuple[str, ...], list[tuple[str, Place]]] = defaultdict(list)
    for sheet in form.sheets:
        for place, cell in sheet.cells.items():
            if sheet.anchor(place) == place and (not cell.text or cell.text.endswith((":", "："))):
                places[sheet.path(place)].append((sheet.name, place))
    cells: dict[str, str] = {}
    moved, lost = [], []
    for where, key in old.cells.items():
        new = _again(where, old.paths.get(where, ()), form, places)
        if new is None or new in cells:
            lost.append((where, key))
            continue
        cells[new] = key
        if new != where:
            moved.append((where, new))
    lists = []
    for target in old.lists:
        brought, missing = _list_again(target, old, form)
        if brought is not None:
            lists.append(brought)
        lost += missing
    mapping = with_paths(form, FormMapping(cells, lists))
    return Repair(mapping, moved, lost, _near(lost, old, mapping, places))


def _near(
    lost: Sequence[tuple[str, str]],
    old: FormMapping,
    mapping: FormMapping,
    places: Mapping[tuple[str, ...], Sequence[tuple[str, Place]]],
) -> dict[str, str]:
    """For each lost cell the free one with the likest words, where any is like enough."""
    taken = set(mapping.paths)
    free = [(" ".join(path), address(*spots[0])) for path, spots in places.items() if len(spots) == 1]
    found: dict[str, str] = {}
    for where, _ in lost:
        words = " ".join(old.paths.get(where, ())).strip()
        matcher = SequenceMatcher(b=words, autojunk=False)
        best = _LIKE
        for path, new in free[:_MOST_COMPARED] if words else ():
            if new in taken:
                continue
            matcher.set_seq1(path.strip())
            if matcher.real_quick_ratio() > best and (like := matcher.ratio()) > best:
                best, found[where] = like, new
        if where in found:
            taken.add(found[where])
    return found


def _again(
    where: str, path: tuple[str, ...], form: Form, places: Mapping[tuple[str, ...], Sequence[tuple[str, Place]]]
) -> str | None:
    """The address where a cell's words are now; several cells of the same words are told apart by staying put."""
    found = [address(*spot) for spot in places.get(path, ())]
    if where in found:
        return where
    sheet = where.rpartition("!")[0]
    same = [new for new in found if new.rpartition("!")[0] == sheet] if form.sheet(sheet) else found
    return same[0] if len(same) == 1 else None


def _list_again(target: ListTarget, old: FormMapping, form: Form) -> tuple[ListTarget | None, list[tuple[str, str]]]:
    sheet = form.sheet(target.sheet) or (form.first if len(form.sheets) == 1 else None)
    wanted = {
        column: old.paths.get(address(target.sheet, (target.first, column)), ())[-1:] for column in target.columns
    }
    best: tuple[int, dict[int, str]] = (0, {})
    for row in range(2, (sheet.used.bottom + 2 if sheet else 0)):
        if sheet is None or not begins_list(sheet, row):
            continue
        columns: dict[int, str] = {}
        for column in range(1, sheet.used.right + 1):
            path = sheet.path((row, column))[-1:]
            key = next((target.columns[c] for c, p in wanted.items() if p and p == path), None)
            if key is not None and sheet.cell((row, column)).empty:
                columns[column] = key
        if len(columns) > len(best[1]):
            best = (row, columns)
    row, columns = best
    missing = [
        (address(target.sheet, (target.first, column)), key)
        for column, key in target.columns.items()
        if key not in columns.values()
    ]
    if sheet is None or not columns:
        return None, missing
    return ListTarget(sheet.name, row, target.source, columns), missing
