"""Meeting sheets that write the day and the hour apart: the cells are joined before they are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta

from dangjian_desktop.domain.records.fields import FieldSpec
from dangjian_desktop.domain.values.cell_text import cell_text
from dangjian_desktop.domain.values.clock_text import end_on, split_span
from dangjian_desktop.domain.values.codes import clean
from dangjian_desktop.domain.values.values import FieldReader
from dangjian_desktop.exchange.excel.layout import SheetLayout
from dangjian_desktop.services.office.office import Office

START, END = "started_at", "ended_at"
_ABOUT_TIME = re.compile("日期|时间|时刻|几点|钟点|时段")
_OF_SOMETHING_ELSE = re.compile("录入|填报|填表|登记|上传|通知|提交|审核|印发|报送|结束|截止|备案|更新")


def join_moments(office: Office, layout: SheetLayout, specs: Mapping[str, FieldSpec]) -> None:
    """Put a day and an hour of two columns into the cell of the beginning, and the day to an end that has none."""
    start, end = layout.column_of(START), layout.column_of(END)
    if start is None:
        return
    spare = [
        column
        for column, header in enumerate(layout.headers)
        if not layout.fields[column] and _ABOUT_TIME.search(clean(header)) and not _OF_SOMETHING_ELSE.search(header)
    ]
    if not spare and end is None:
        return
    reader = FieldReader(
        specs[START], office.codes, on=office.today(), date1904=layout.sheet.date1904, year=office.today().year
    )
    used: set[int] = set()
    for index in layout.data:
        row = list(layout.sheet.rows[index])
        for column in spare:
            joined = _joined(reader, row[start], row[column])
            if joined is not None:
                row[start] = joined
                used.add(column)
        if end is not None and row[end] is not None:
            row[end] = _ending(reader, row[start], row[end])
        layout.sheet.rows[index] = row
    for column in sorted(used):
        both = "”和“".join(layout.headers[each] for each in sorted((start, column)))
        layout.remarks.append(f"“{both}”两列合起来读作“{specs[START].label}”，请核对")


def _joined(reader: FieldReader, one: object, other: object) -> str | None:
    """The day of one of two cells with the hour of the other; None where that is not what they hold."""
    for day_cell, clock_cell in ((one, other), (other, one)):
        clock = _clock(clock_cell)
        day = _day(reader, day_cell) if clock else None
        if day is not None:
            return f"{day} {clock}"
    return None


def _ending(reader: FieldReader, start: object, end: object) -> object:
    clock = _clock(end)
    if clock is None:
        return end
    begun = reader.read(start).value
    whole = end_on(begun, cell_text(start), clock) if isinstance(begun, str) else None
    return whole or end


def _day(reader: FieldReader, cell: object) -> str | None:
    """The day of a cell that names a day and no hour."""
    value = reader.read(cell).value if cell is not None else None
    return value if isinstance(value, str) and len(value) == len("2026-09-03") else None


def _clock(cell: object) -> str | None:
    """The hour of a cell that names no day, as text; a span stays one."""
    if isinstance(cell, time):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}" if 0 <= minutes < 24 * 60 else None
    if isinstance(cell, float) and 0 < cell < 1:
        return _clock(timedelta(days=cell))
    if isinstance(cell, date) or not isinstance(cell, str):
        return None
    found = split_span(cell)
    return cell.strip() if found.start and not found.day else None
