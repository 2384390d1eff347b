"""From a sheet to planned rows with stored values; nothing is matched yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.values.cell_text import BLANK_MARKS, ERROR_VALUES, cell_text
from dangjian_desktop.domain.values.several import read_codes
from dangjian_desktop.domain.values.values import (
    CellResult,
    Problem,
    severity_of,
)
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.office.office import Office

from .ahead import ReadAhead, cell_reader
from .moments import join_moments
from .plan import NEW, ImportPlan, PlannedRow, SheetInfo

ORIGINALS = "originals"

# What was written is kept where it could not be read, or was understood only by guessing or cleaning.
_NO_ORIGINAL = (FieldType.LONG_TEXT, FieldType.BOOLEAN, FieldType.ORGANISATION, FieldType.MEMBER)
_SUMMED = (FieldType.MONEY, FieldType.INTEGER)
_SHOWN = 80


def read_rows(
    office: Office, plan: ImportPlan, layout: SheetLayout, kind: KindSpec, ahead: ReadAhead, progress: Progress
) -> list[PlannedRow]:
    """Read one sheet's data rows into the plan: values by field, problems by cell; columns read ahead are taken over.

    The sheet's cells are let go on the way: a long roster would otherwise lie twice in memory.
    """
    name = layout.sheet.name
    specs = {f.name: f for f in kind.fields}
    totals = {index: layout.sheet.rows[index] for index in layout.totals}
    if kind.name == "meeting":
        join_moments(office, layout, specs)
    columns = _take_columns(layout)
    mapped = [(column, field) for column, field in enumerate(layout.fields) if field]
    read: dict[str, Sequence[Any]] = {}
    remarks: list[_Remark] = []
    for done, (column, field) in enumerate(mapped):
        progress.report(done, len(mapped), f"正在读取“{name}”")
        read[field] = _read_column(office, plan, layout, ahead, specs[field], columns[column], remarks)
        columns[column] = ()
    rows = _rows(name, layout.data, read)
    for remark in remarks:
        remark.put(rows)
    plan.sheets.append(
        SheetInfo(
            name,
            layout.header_row,
            layout.columns,
            layout.hidden_rows,
            layout.fingerprint,
            len(rows),
            list(layout.headers),
            {index + 1: section.row for index, section in layout.sections.items()},
        )
    )
    _tell_unread(plan, layout)
    _check_totals(plan, layout, totals, specs, rows)
    if not rows:
        plan.note(name, layout.header_row, "", f"工作表“{name}”只有表头，没有资料行")
    plan.rows.extend(rows)
    return rows


def _take_columns(layout: SheetLayout) -> list[Sequence[object]]:
    """The data cells by column, for columns that fill a field; the sheet itself is emptied."""
    rows = layout.sheet.rows
    columns: list[Sequence[object]] = list(zip(*(rows[index] for index in layout.data), strict=True))
    rows.clear()
    if not columns:
        return [()] * len(layout.fields)
    return [cells if field else () for cells, field in zip(columns, layout.fields, strict=True)]


def _rows(sheet: str, data: Sequence[int], read: Mapping[str, Sequence[Any]]) -> list[PlannedRow]:
    names = tuple(read)
    if not names:
        return [PlannedRow(sheet, index + 1, NEW, "", {}) for index in data]
    return [
        PlannedRow(
            sheet,
            index + 1,
            NEW,
            "",
            {name: value for name, value in zip(names, values, strict=True) if value is not None},
        )
        for index, values in zip(data, zip(*read.values(), strict=True), strict=True)
    ]


@dataclass(slots=True)
class _Remark:
    """What was found at one cell, to be put to its row once there are rows."""

    place: int
    spec: FieldSpec
    header: str
    shown: str
    result: CellResult
    weak: bool = False

    def put(self, rows: Sequence[PlannedRow]) -> None:
        row, spec, result = rows[self.place], self.spec, self.result
        if self.weak:
            row.weak |= {spec.name}
        if result.until and spec.name == "started_at":
            row.values.setdefault("ended_at", result.until)
        reason, severity = result.error or result.warning or "", severity_of(result, spec)
        if severity == "error":
            row.refuse(self.header, self.shown, reason)
        elif severity == "warning":
            row.warn(self.header, self.shown, reason)
        if result.original and result.original not in ERROR_VALUES and spec.type not in _NO_ORIGINAL:
            # A text that could not be read at all (a damaged encoding) is no use to anybody.
            if result.error and spec.type is FieldType.TEXT:
                return
            row.values.setdefault(ORIGINALS, {})[spec.name] = result.original


def _read_column(
    office: Office,
    plan: ImportPlan,
    layout: SheetLayout,
    ahead: ReadAhead,
    spec: FieldSpec,
    cells: Sequence[object],
    remarks: list[_Remark],
) -> Sequence[Any]:
    header = layout.header_of(spec.name)
    if spec.name == "categories":
        return _read_categories(office, spec, header, cells, remarks)
    value_map, shown = _value_map(plan, layout, spec, cells), layout.displays(spec.name)
    column = layout.fields.index(spec.name)
    # What a sheet shows beside its values comes with its end, and a choice of words needs the whole column.
    early = ahead.reading(layout.sheet, spec, column, header, layout.data, cells) if not (value_map or shown) else None
    reading = early or cell_reader(office, plan, layout.sheet, spec, header, value_map).read_column(cells, shown)
    if spec.type is FieldType.CODE and any(cell in BLANK_MARKS for cell in set(cells) if cell):
        remarks += [
            _Remark(place, spec, header, "", CellResult(), weak=True)
            for place, (cell, value) in enumerate(zip(cells, reading.values, strict=True))
            if value is not None and cell in BLANK_MARKS
        ]
    remarks += [
        _Remark(place, spec, header, cell_text(cells[place]), result)
        for place, result in sorted(reading.remarks.items())
    ]
    return reading.values


def _value_map(plan: ImportPlan, layout: SheetLayout, spec: FieldSpec, cells: Sequence[object]) -> Mapping[str, str]:
    """Some Party systems write the sexes 1 and 0: where no 2 occurs in the column, 0 is a woman."""
    if spec.name != "sex":
        return {}
    written = {cell_text(cell) for cell in cells} - BLANK_MARKS
    if "0" not in written or not written <= {"0", "1"}:
        return {}
    header = layout.header_of("sex")
    plan.note(layout.sheet.name, layout.header_row, "0", "性别写的是1和0，按1男、0女读入，请核对", header)
    return {"0": "2"}


def _read_categories(
    office: Office, spec: FieldSpec, header: str, cells: Sequence[object], remarks: list[_Remark]
) -> Sequence[Any]:
    values: list[list[str] | None] = []
    for place, cell in enumerate(cells):
        text = cell.strip() if isinstance(cell, str) else cell
        if text in ERROR_VALUES:
            told = CellResult(None, None, None, f"单元格是公式错误{text}，按空处理")
            remarks.append(_Remark(place, spec, header, str(text), told))
            text = None
        codes, unknown = read_codes(office.codes, "category", text) if text else ([], [])
        values.append(codes or None)
        for word in unknown:
            told = CellResult(None, None, None, f"没有“{word}”这个党员分类，这一项没有读入")
            remarks.append(_Remark(place, spec, header, cell_text(cell), told))
    return values


def _tell_unread(plan: ImportPlan, layout: SheetLayout) -> None:
    """The rows that were not understood, with their text and where they would matter."""
    name, last = layout.sheet.name, (layout.data[-1] + 1 if layout.data else layout.header_row)
    for remark in layout.remarks:
        plan.note(name, layout.header_row, "", remark)
    for line in layout.unread:
        below = [index + 1 for index, section in layout.sections.items() if section.row == line.row]
        if line.doubtful and below:
            where = f"可能是另一个党组织，下面第{below[0]}至第{below[-1]}行没有自己写明党组织的都不导入"
        elif line.row < last:
            where = "夹在资料行中间，没有读入，请看看与上下几行有没有关系"
        else:
            where = "在最后一行资料以下，没有读入"
        plan.unread.append(Problem(line.row, "", line.text[:_SHOWN], f"没有看懂的行：{where}", "warning", name))


def _check_totals(
    plan: ImportPlan,
    layout: SheetLayout,
    totals: Mapping[int, Sequence[object]],
    specs: Mapping[str, FieldSpec],
    rows: Sequence[PlannedRow],
) -> None:
    """A total row is no record, but what it says must fit what was read."""
    for index, cells in totals.items():
        words = "".join(c for c in cells if isinstance(c, str))
        if "合计" not in words and "总计" not in words and not re.search(r"共\d+[人名]", words):
            continue
        counts = [int(d) for d in re.findall(r"(\d+)\s*[人名]", words)]
        for column, cell in enumerate(cells):
            spec = specs.get(layout.fields[column] or "")
            if isinstance(cell, bool) or not isinstance(cell, int | float):
                continue
            if spec is not None and spec.type in _SUMMED:
                _check_sum(plan, layout, index, spec, float(cell), rows)
            elif cell == int(cell):
                counts.append(int(cell))
        if len(counts) == 1 and counts[0] != len(rows):
            reason = f"合计写的是{counts[0]}，本表读到{len(rows)}行，请核对"
            plan.note(layout.sheet.name, index + 1, cell_text(words), reason)


def _check_sum(
    plan: ImportPlan, layout: SheetLayout, index: int, spec: FieldSpec, written: float, rows: Sequence[PlannedRow]
) -> None:
    header = layout.header_of(spec.name)
    scale = 1 if spec.type is FieldType.INTEGER else 1_000_000 if "万元" in header else 100
    total = sum(int(row.values.get(spec.name) or 0) for row in rows)
    if round(written * scale) != total:
        reason = f"合计写的是{written:g}，各行相加是{total / scale:g}，请核对"
        plan.note(layout.sheet.name, index + 1, f"{written:g}", reason, header)
