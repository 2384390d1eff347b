"""How wide each column of a table should be, from what stands in it; all measures in em (one Chinese character)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from dangjian_desktop.documents.line_breaking import units_of
from dangjian_desktop.documents.model import Cell, Column, ColumnKind, Row, Table, cell_text

# More rows than this are sampled evenly: width by the thousandth row does not change the page.
_SAMPLE = 3000
# A text column up to this many characters (names, posts) is not wrapped at all, a longer one not below it.
_SHORT = 6.0
_LEAST = 5.0
_LONGEST_WORD = 14.0
# Sizes of type, largest first. Down to the comfortable size, rows should mostly hold so many lines; down to the least
# one, so many at most.
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_COMFORTABLE, _AIRY = 8.5, 1.6
_LEAST_SIZE, _CROWDED = 7.0, 2.6
_WORD = re.compile(r"[!-~]{4,}")

Measure = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class ColumnNeed:
    """The width below which a column looks broken, the one that suits most rows, and the one all rows fit in."""

    least: float
    typical: float
    most: float


def sample_rows(table: Table, limit: int = _SAMPLE) -> list[Row]:
    """Body rows that stand for all in measuring: every one of a short table, an even choice of a long one."""
    step = max(1, table.count // limit)
    return [row for group in table.sections() for row in islice(group.rows, 0, None, step)]


def sum_rows(table: Table) -> list[Row]:
    """Subtotals and totals, which are set in the bold face."""
    return [*(group.subtotal for group in table.groups if group.subtotal is not None), *table.totals]


def column_needs(table: Table, measure: Measure, measure_bold: Measure) -> list[ColumnNeed]:
    """What each column asks for, by content, header, `weight` and `min_chars`."""
    body, sums = _columns(sample_rows(table), table), _columns(sum_rows(table), table)
    needs = []
    for column, cells, bold in zip(table.columns, body, sums, strict=True):
        need = _need(column, cells, measure, measure_bold)
        # Figures in bold are a little wider than the same ones above them; words may wrap.
        room = max((measure_bold(cell_text(cell, column.kind)) for cell in bold), default=0.0)
        if column.kind is not ColumnKind.TEXT or room <= _SHORT:
            need = ColumnNeed(max(need.least, room), max(need.typical, room), max(need.most, room))
        needs.append(need)
    return _room_for_groups(table.columns, needs, measure_bold)


def fit_widths(needs: Sequence[ColumnNeed], available: float) -> list[float] | None:
    """Widths that fill `available` exactly, or None when even the least ones do not fit.

    Where all fits on one line the rest is shared out; else wrapping columns are given widths in proportion to what
    their rows hold, so that the tallest cells of a row come out about equally tall.
    """
    least, most = sum(need.least for need in needs), sum(need.most for need in needs)
    if least > available:
        return None
    if most <= available:
        return [need.most * available / most for need in needs] if most else [available / len(needs)] * len(needs)
    low, high = 0.0, available
    for _ in range(40):
        factor = (low + high) / 2
        if sum(_clamped(need, factor) for need in needs) > available:
            high = factor
        else:
            low = factor
    widths = [_clamped(need, low) for need in needs]
    spare = available - sum(widths)
    return [width + spare * width / sum(widths) for width in widths]


def crowding(needs: Sequence[ColumnNeed], widths: Sequence[float]) -> float:
    """About how many lines the fullest column needs in most rows."""
    return max((need.typical / width for need, width in zip(needs, widths, strict=True)), default=1.0)


def sized_widths(needs: Sequence[ColumnNeed], width: float, pad: float) -> tuple[float, list[float]]:
    """The largest size of type at which the columns fit on a paper `width` points wide, and their widths in em.

    `pad` is the free space in each column, in em. What fits in no size is squeezed.
    """
    chosen: tuple[float, list[float]] | None = None
    for size in SIZES:
        fitted = fit_widths(needs, width / size - pad * len(needs))
        if fitted is None:
            continue
        if chosen is not None and size < _LEAST_SIZE:
            break
        chosen = (size, fitted)
        if crowding(needs, fitted) <= (_AIRY if size > _COMFORTABLE else _CROWDED):
            break
    if chosen is not None:
        return chosen
    size = SIZES[-1]
    scale = (width / size - pad * len(needs)) / sum(need.least for need in needs)
    return size, [need.least * scale for need in needs]


def _columns(rows: list[Row], table: Table) -> list[tuple[Cell, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)


def _clamped(need: ColumnNeed, factor: float) -> float:
    return min(max(need.typical * factor, need.least), need.most)


def _need(column: Column, cells: Sequence[Cell], measure: Measure, measure_bold: Measure) -> ColumnNeed:
    texts = {cell_text(cell, column.kind) for cell in cells}
    sizes = sorted(max((measure(line) for line in text.splitlines()), default=0.0) for text in texts)
    most = sizes[-1] if sizes else 0.0
    typical = sizes[int((len(sizes) - 1) * 0.95)] if sizes else 0.0
    if column.kind is not ColumnKind.TEXT or most <= _SHORT:
        least = typical = most
    else:
        words = (measure(word) for text in islice(texts, 500) for word in _WORD.findall(text))
        least = min(most, max(_LEAST, min(max(words, default=0.0), _LONGEST_WORD)))
    label = measure_bold(column.label)
    # A header of up to three characters stays on one line, one of up to six takes two, a longer one three.
    piece = max((measure_bold(unit) for unit in units_of(column.label)), default=0.0)
    header = label if label <= 3 else max(math.ceil(label / (2 if label <= 6 else 3)), piece)
    floor = max(header, column.min_chars, 1.0)
    most = max(most, min(label, max(floor, most)), floor)
    return ColumnNeed(max(least, floor), max(typical, floor) * column.weight, max(most * column.weight, least, floor))


def _room_for_groups(columns: Sequence[Column], needs: list[ColumnNeed], measure: Measure) -> list[ColumnNeed]:
    """Widen columns evenly where the merged header above them would not fit on two lines."""
    start = 0
    while start < len(columns):
        groups = columns[start].groups
        end = start + 1
        while groups and end < len(columns) and columns[end].groups[:1] == groups[:1]:
            end += 1
        if groups:
            wanted = math.ceil(measure(groups[0]) / 2)
            have = sum(need.least for need in needs[start:end])
            extra = max(0.0, wanted - have) / (end - start)
            needs[start:end] = [
                ColumnNeed(need.least + extra, need.typical + extra, need.most + extra) for need in needs[start:end]
            ]
        start = end
    return needs
