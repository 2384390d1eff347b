"""Figures of a ledger by month, quarter, organisation or what a column says; and the targets that they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from dangjian_desktop.domain.values.periods import Period

from .expressions import Place, ranked
from .faults import FaultError, each
from .guard.subjects import require_groupable
from .ledgers import Entry, LedgerCount, LedgerTemplate, count

MONTH, QUARTER, UNIT = "month", "quarter", "unit"
TIMES = {MONTH: "按月", QUARTER: "按季度"}
UNFILLED = ""
"""The group of entries that do not say; it is told like any other, so that the groups add up."""


class GroupedCount(NamedTuple):
    """One figure of one group: its key (a period's label, an id, an answer), the count, its place where ranked."""

    group: str
    counted: LedgerCount
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should reach (`at_least`) or not exceed, and where that is written; a share in percent."""

    figure: str
    bound: Fraction
    at_least: bool
    source: str

    def reached(self, counted: LedgerCount) -> bool | None:
        """Whether a figure reaches it; None where it has no value."""
        if counted.figure.share_of:
            value = Fraction(counted.numerator * 100, counted.denominator) if counted.denominator else None
        else:
            value = None if counted.value is None else Fraction(str(counted.value))
        if value is None:
            return None
        return value >= self.bound if self.at_least else value <= self.bound


def targets_of(template: LedgerTemplate) -> dict[str, Target]:
    """The targets of a template by figure; raises `FaultError`."""
    read = each("targets", template.parts.get("targets", ()), lambda item: _target(template, item))
    return {target.figure: target for target in read}


def _target(template: LedgerTemplate, item: Mapping[str, Any]) -> Target:
    if strange := sorted(set(item) - {"figure", "at_least", "at_most", "source"}):
        raise FaultError(f"目标里不认识“{strange[0]}”", strange[0])
    figure, bounds = item.get("figure"), [key for key in ("at_least", "at_most") if key in item]
    if figure not in {each.key for each in template.figures}:
        raise FaultError(f"目标用到的统计数“{figure}”不存在", "figure")
    if len(bounds) != 1 or not str(item.get("source") or "").strip():
        raise FaultError("目标要写 at_least 或 at_most 一个，和依据 source")
    try:
        bound = Fraction(str(item[bounds[0]]))
    except (ValueError, ZeroDivisionError):
        raise FaultError(f"目标 {bounds[0]} 要写一个数", bounds[0]) from None
    return Target(str(figure), bound, bounds[0] == "at_least", str(item["source"]))


def require_group(template: LedgerTemplate, by: str) -> None:
    """Raise `FaultError` for a group that there is not, or by which no figure may be split."""
    if by in TIMES or by == UNIT:
        return
    if by not in {column.name for column in template.columns}:
        raise FaultError(f"不能按“{by}”分组：没有这一列")
    require_groupable(template, by)


def grouped(
    template: LedgerTemplate, entries: Sequence[tuple[str, Entry]], by: str, period: Period, on: date
) -> dict[str, list[GroupedCount]]:
    """By figure its groups in their order; `entries` come with their organisation. Raises `FaultError`.

    An entry that says several things is counted in each of them. Organisations are ranked by shares and means, people
    and answers never.
    """
    require_group(template, by)
    found: dict[str, list[GroupedCount]] = {figure.key: [] for figure in template.figures}
    if by in TIMES:
        pieces = period.months() if by == MONTH else period.quarters()
        plain = [entry for _, entry in entries]
        for piece in pieces:
            if piece.start <= on:
                for counted in count(template, plain, min(on, piece.end), start=piece.start, end=piece.end):
                    found[counted.figure.key].append(GroupedCount(piece.label, counted))
        return found
    for group, held in _apart(entries, by).items():
        for counted in count(template, held, on, start=period.start, end=period.end):
            if counted.records or group:
                found[counted.figure.key].append(GroupedCount(group, counted))
    return {key: _placed(counts) if by == UNIT else counts for key, counts in found.items()}


def _apart(entries: Sequence[tuple[str, Entry]], by: str) -> dict[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for unit, entry in entries:
        said = unit if by == UNIT else entry.values.get(by)
        groups = [str(one) for one in said] if isinstance(said, list) else [] if said in (None, "") else [str(said)]
        for group in groups or [UNFILLED]:
            found.setdefault(group, []).append(entry)
    return dict(sorted(found.items(), key=lambda item: (item[0] == UNFILLED, item[0])))


def _placed(counts: list[GroupedCount]) -> list[GroupedCount]:
    if not counts or not (counts[0].counted.figure.share_of or counts[0].counted.figure.average):
        return counts
    values = [None if one.counted.value is None else Fraction(str(one.counted.value)) for one in counts]
    return [one._replace(place=place) for one, place in zip(counts, ranked(values), strict=True)]
