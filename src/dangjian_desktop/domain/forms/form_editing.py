"""Changing what a form's cells are filled with, one pointed-at cell or list column at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .form_mapping import FormMapping, ListTarget, last_row
from .form_sheets import Form, FormSheet, Place, address, place_of


def list_at(form: Form, mapping: FormMapping, sheet: str, place: Place) -> ListTarget | None:
    """The list whose rows a cell lies in, whatever the column."""
    found = form.sheet(sheet)
    if found is None:
        return None
    for target in mapping.lists:
        if target.sheet == sheet and target.first <= place[0] <= max(target.first, last_row(found, target)):
            return target
    return None


def _last_known(sheet: FormSheet, target: ListTarget) -> int:
    """Where a list ends on the form itself; below its last line only what follows the list's first row counts."""
    return min(last_row(sheet, target), max(sheet.used.bottom, target.first))


def put_cell(mapping: FormMapping, where: str, key: str | None) -> FormMapping:
    """Fill a cell (full address) with a figure or text, or with nothing again."""
    cells = {cell: known for cell, known in mapping.cells.items() if cell != where}
    if key is not None:
        cells[where] = key
    return replace(mapping, cells=cells)


def put_column(form: Form, mapping: FormMapping, sheet: str, place: Place, source: str, key: str | None) -> FormMapping:
    """Fill a column of a list, or no longer (`key` None); the list begins in the row of `place` unless one is there.

    Another `source` empties the list's other columns, which mean nothing there. A list without columns is gone.
    Single cells in the way of a new column are given up.
    """
    known = list_at(form, mapping, sheet, place)
    first = known.first if known else place[0]
    columns = dict(known.columns) if known and known.source == source else {}
    columns = {column: name for column, name in columns.items() if column != place[1] and name != key}
    if key is not None:
        columns[place[1]] = key
    lists: list[ListTarget] = [target for target in mapping.lists if target is not known]
    cells: Mapping[str, str] = mapping.cells
    if columns:
        made = ListTarget(sheet, first, source, dict(sorted(columns.items())), known.last if known else None)
        lists.append(made)
        cells = _outside(form, made, mapping.cells)
    return replace(mapping, cells=dict(cells), lists=sorted(lists, key=lambda t: (t.sheet, t.first)))


def clear_cells(form: Form, mapping: FormMapping, sheet: str, places: Sequence[Place]) -> FormMapping:
    """Fill some cells of a sheet, and the list columns that they lie in, with nothing; the same object if none was."""
    for place in places:
        where = address(sheet, place)
        target = list_at(form, mapping, sheet, place)
        if where in mapping.cells:
            mapping = put_cell(mapping, where, None)
        elif target is not None and place[1] in target.columns:
            mapping = put_column(form, mapping, sheet, place, target.source, None)
    return mapping


def _outside(form: Form, target: ListTarget, cells: Mapping[str, str]) -> dict[str, str]:
    sheet = form.sheet(target.sheet)
    last = last_row(sheet, target) if sheet else target.first
    kept = {}
    for where, key in cells.items():
        name, _, ref = where.rpartition("!")
        place = place_of(ref)
        inside = place and name == target.sheet and target.first <= place[0] <= last and place[1] in target.columns
        if not inside:
            kept[where] = key
    return kept


def taken_by(form: Form, mapping: FormMapping) -> dict[tuple[str, Place], str]:
    """What every cell of the form is filled with: the key of its figure, text or list column."""
    found: dict[tuple[str, Place], str] = {}
    for where, key in mapping.cells.items():
        spot = form.find(where)
        if spot is not None:
            found[spot[0].name, spot[1]] = key
    for target in mapping.lists:
        sheet = form.sheet(target.sheet)
        last = _last_known(sheet, target) if sheet else target.first
        for row in range(target.first, last + 1):
            for column, key in target.columns.items():
                found[target.sheet, (row, column)] = key
    return found


def still_open(form: Form, mapping: FormMapping, wanted: Sequence[tuple[str, Place]]) -> list[tuple[str, Place]]:
    """Those of some cells that nothing has been said about."""
    taken = taken_by(form, mapping)
    return [spot for spot in wanted if spot not in taken and address(*spot) not in mapping.cells]
