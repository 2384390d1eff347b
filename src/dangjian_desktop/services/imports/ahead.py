"""Reading cells while the rest of a long sheet is still on its way from the reader's process.

What is read ahead is a guess at which column fills which field, from the first rows. Once the sheet is there whole, its
layout is found as ever; a column that turns out to be another one, or holds other cells, is read as if nothing had
been read before. So a wrong guess costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.fields import FieldSpec, KindSpec
from dangjian_desktop.domain.values.values import CellResult, ColumnReading, FieldReader
from dangjian_desktop.exchange.excel.read_sheet import Sheet
from dangjian_desktop.services.office.office import Office

from . import sources
from .plan import ImportPlan

_LOOKED_AT = 100
"""Rows that tell where the header is and what it says."""
_LONG = 4_000
"""Rows of a first part from which on it is worth while: a shorter sheet is read in no time once it is there."""


def cell_reader(
    office: Office,
    plan: ImportPlan,
    sheet: Sheet,
    spec: FieldSpec,
    header: str,
    value_map: Mapping[str, str] | None = None,
) -> FieldReader:
    """The reader of one column; a date without a year is this year's in meetings and ledgers, and none in histories."""
    today = office.today()
    return FieldReader(
        spec,
        office.codes,
        on=today,
        date1904=sheet.date1904,
        value_map=value_map,
        header=header,
        year=None if plan.kind in ("roster", "organisations", "posts") else today.year,
    )


@dataclass(slots=True)
class _Column:
    """One column as far as it has come, from the row index `first` on."""

    place: int
    header: str
    reader: FieldReader
    first: int
    cells: list[object] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    remarks: dict[int, CellResult] = field(default_factory=dict)

    def add(self, rows: Sequence[Sequence[object]], start: int) -> None:
        cells = [row[self.place] for row in rows[max(start, self.first) :]]
        reading, before = self.reader.read_column(cells), len(self.cells)
        self.cells += cells
        self.values += reading.values
        self.remarks.update({before + place: result for place, result in reading.remarks.items()})

    def picked(self, data: Sequence[int], cells: Sequence[object]) -> ColumnReading | None:
        """What was read of the rows `data`, if they still hold the same `cells`."""
        if not data or data[0] < self.first or data[-1] >= self.first + len(self.cells):
            return None
        begin, end = data[0] - self.first, data[-1] + 1 - self.first
        if end - begin == len(data):
            own, values = self.cells[begin:end], self.values[begin:end]
        else:
            own, values = [self.cells[index - self.first] for index in data], []
        # Mostly the very same objects, which costs next to nothing to see.
        if own != list(cells):
            return None
        values = values or [self.values[index - self.first] for index in data]
        at = {index - self.first: place for place, index in enumerate(data)} if self.remarks else {}
        return ColumnReading(values, {at[n]: result for n, result in self.remarks.items() if n in at})


class ReadAhead:
    """Takes the rows of sheets as they come; keeps what it read of their columns until somebody asks for it."""

    def __init__(
        self, office: Office, plan: ImportPlan, kind: KindSpec, mapping: sources.Mapped | None, progress: Progress
    ) -> None:
        self._office, self._plan, self._kind, self._mapping = office, plan, kind, mapping
        self._progress = progress
        self._columns: dict[int, dict[str, _Column]] = {}
        self._sheets: list[Sheet] = []  # for as long as they are known by their identity

    def more(self, sheet: Sheet, start: int) -> None:
        """Read the rows of a sheet that have come since `start`; raises `Cancelled`."""
        if not start and len(sheet.rows) >= _LONG:
            self._sheets.append(sheet)
            self._columns[id(sheet)] = self._guess(sheet)
        self._progress.report(0, 0, f"正在读取“{sheet.name}”")
        for column in self._columns.get(id(sheet), {}).values():
            column.add(sheet.rows, start)

    def reading(
        self, sheet: Sheet, spec: FieldSpec, place: int, header: str, data: Sequence[int], cells: Sequence[object]
    ) -> ColumnReading | None:
        """What was read of a column, or None where nothing was, or of something else; it is given once."""
        column = self._columns.get(id(sheet), {}).pop(spec.name, None)
        if column is None or (column.place, column.header) != (place, header) or column.reader.spec != spec:
            return None
        return column.picked(data, cells)

    def _guess(self, sheet: Sheet) -> dict[str, _Column]:
        # A copy: finding a layout may write into the rows.
        probe = replace(sheet, rows=[list(row) for row in sheet.rows[:_LOOKED_AT]])
        found = sources.tables_of(self._office, probe, self._kind, self._mapping)
        if len(found) != 1:
            return {}
        (layout,) = found
        specs = {spec.name: spec for spec in self._kind.fields}
        return {
            name: _Column(
                place,
                layout.headers[place],
                cell_reader(self._office, self._plan, sheet, specs[name], layout.headers[place]),
                layout.header_row,
            )
            for place, name in enumerate(layout.fields)
            if name and name != "categories"
        }
