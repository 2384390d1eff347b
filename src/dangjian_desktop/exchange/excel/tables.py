"""The tables of one sheet: side by side, or below each other under headers of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dangjian_desktop.domain.records.fields import KindSpec

from .headers import HeaderWords
from .layout import Section, SheetLayout, find_layout
from .read_sheet import Sheet

Mapped = Mapping[str, str | None]


def find_layouts(
    sheet: Sheet, kind: KindSpec, *, mapping: Mapped | None = None, header_row: int | None = None
) -> list[SheetLayout]:
    """How to read every table of a sheet as records of `kind`; empty where no header can be found.

    Arguments as for `find_layout`. What looks like a second table and is not read is told in `remarks`.
    """
    found: list[SheetLayout] = []
    section: Section | None = None
    rest: Sheet | None = sheet
    while rest is not None:
        first = find_layout(rest, kind, mapping=mapping, header_row=header_row, section=section)
        if first is None:
            break
        parts = _side_by_side(rest, kind, mapping, first, section)
        found += parts
        nexts = [part.next_table for part in parts if part.next_table is not None]
        rest = _below(rest, first, min(nexts)) if nexts else None
        header_row = min(nexts) + 1 if nexts else None
        section = parts[0].section
    return found


def _side_by_side(
    sheet: Sheet, kind: KindSpec, mapping: Mapped | None, whole: SheetLayout, section: Section | None
) -> list[SheetLayout]:
    """The layout itself, or one for each of several tables beside each other."""
    words = HeaderWords(kind, mapping or {})
    texts = [header.split("(")[0] if header.endswith(")") else header for header in whole.headers]
    keys = [column for column, text in enumerate(texts) if text and words.key_column([text]) == 0]
    if len(keys) < 2:
        return [whole]
    lead = next((n for n in range(keys[0], -1, -1) if all(_same(texts, keys[0], key, n) for key in keys[1:])), 0)
    starts = [0, *(key - lead for key in keys[1:])]
    ends = [*starts[1:], len(texts)]
    blocks = list(zip(starts, ends, strict=True))
    if any(words.score(texts[left:right], [""] * (right - left)) < 2 for left, right in blocks):
        names = "、".join(f"第{column + 1}列" for column in keys[1:])
        whole.remarks.append(f"{names}又有一个“{texts[keys[0]]}”，没有读取，请核对是不是另一张表")
        return [whole]
    top = whole.header_row - 1
    parts: list[SheetLayout] = []
    for left, right in blocks:
        part = _cut(sheet, left, right, top, parts[0].lines if parts else {})
        layout = find_layout(part, kind, mapping=mapping, header_row=whole.header_row, section=section)
        if layout is None:
            whole.remarks.append(f"第{left + 1}列到第{right}列像是另一张表，没有读懂")
            return [whole]
        parts.append(layout)
    parts[0].remarks.append(f"左右并排有{len(parts)}张表，都读了")
    return parts


def _same(texts: Sequence[str], key: int, other: int, lead: int) -> bool:
    return other >= lead and texts[key - lead : key] == texts[other - lead : other]


def _cut(sheet: Sheet, left: int, right: int, header: int, lines: Mapping[int, str]) -> Sheet:
    """The columns of one table at their places; titles and dividing lines that stand left of it hold for it too."""
    rows: list[list[object]] = []
    for index, row in enumerate(sheet.rows):
        own = row[left:right]
        if not any(cell not in (None, "") for cell in own):
            if left and index < header:
                rows.append(row)
                continue
            if index in lines:
                own = [lines[index], *[""] * (right - left - 1)]
        rows.append([""] * left + own + [""] * (len(row) - right))
    return replace(
        sheet,
        rows=rows,
        merged=[block for block in sheet.merged if left <= block.left and block.right < right],
        displays={place: text for place, text in sheet.displays.items() if left <= place[1] < right},
    )


def _below(sheet: Sheet, before: SheetLayout, start: int) -> Sheet:
    """The sheet from a further header on, with the lines that stand directly above that header."""
    last = max((index for index in before.data if index < start), default=before.header_row - 1)
    blank: list[object] = [""] * len(sheet.rows[start])
    rows = [row if index > last else blank for index, row in enumerate(sheet.rows)]
    return replace(sheet, rows=rows)
