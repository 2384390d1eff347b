"""党员增减变动表: for every unit opening + in − out = closing, and every person by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from dangjian_desktop.documents.changes_table import balance_lines, came_table, went_table
from dangjian_desktop.documents.model import (
    Block,
    Cell,
    Column,
    ColumnKind,
    Document,
    PageSetup,
    Paragraph,
    Row,
    SignatureLine,
    Table,
)
from dangjian_desktop.documents.quarterly import Labels
from dangjian_desktop.documents.wording import as_of_text, incomplete_text
from dangjian_desktop.domain.figures.figures import JOINED_KINDS, LEFT_KINDS, ChangeKind, joined_of, left_of
from dangjian_desktop.domain.figures.survey import Survey

_NOWHERE = "未编入党组织"
_Events = Callable[[ChangeKind], Iterable[str | None]]


class _Flow(NamedTuple):
    """One column: its label, and how many people each branch gained or lost that way."""

    label: str
    by_branch: Counter[str | None]


def membership_changes(survey: Survey, labels: Labels, *, unit: str, filled_on: str) -> Document:
    """The changes of a survey's period by branch, with the lists of those who came, went and moved inside."""
    blocks: list[Block] = []
    if text := incomplete_text(survey):
        blocks.append(Paragraph(text))
    blocks.append(_table(survey, labels))
    blocks += balance_lines(survey, labels.units)
    moved = survey.movement
    blocks.append(came_table(moved.joined, labels.units, labels.in_kinds))
    blocks.append(went_table(moved.left, labels.units, labels.out_kinds))
    blocks.append(_shift_table(survey, labels))
    return Document(
        "党员增减变动表",
        tuple(blocks),
        subtitle=f"（{as_of_text(survey)}）",
        page=PageSetup(landscape=True),
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=unit),
    )


def _table(survey: Survey, labels: Labels) -> Table:
    moved = survey.movement
    opening, closing = Counter(moved.opening.values()), Counter(moved.closing.values())
    gains = _flows(JOINED_KINDS, lambda kind: (e.organisation for e in joined_of(survey, kind.codes)))
    losses = _flows(LEFT_KINDS, lambda kind: (e.organisation for e in left_of(survey, kind.codes)))
    inside = [shift for shift in moved.shifts if shift.source != shift.target]
    if inside:
        gains.append(_Flow("支部间调入", Counter(shift.target for shift in inside)))
        losses.append(_Flow("支部间调出", Counter(shift.source for shift in inside)))
    flows = [*gains, *losses]
    rows: list[Row] = []
    uneven = False
    for branch in _branches(survey, [opening, closing, *(flow.by_branch for flow in flows)]):
        ins = [flow.by_branch[branch] for flow in gains]
        outs = [flow.by_branch[branch] for flow in losses]
        difference = closing[branch] - (opening[branch] + sum(ins) - sum(outs))
        uneven = uneven or difference != 0
        name = labels.units.get(branch, _NOWHERE)
        rows.append(
            [len(rows) + 1, name, opening[branch], *ins, sum(ins), *outs, sum(outs), closing[branch], difference]
        )
    columns = (
        Column("序号", ColumnKind.INTEGER),
        Column("党组织", min_chars=10),
        Column("期初数", ColumnKind.INTEGER),
        *(Column(flow.label, ColumnKind.INTEGER, ("本期增加",)) for flow in gains),
        Column("小计", ColumnKind.INTEGER, ("本期增加",)),
        *(Column(flow.label, ColumnKind.INTEGER, ("本期减少",)) for flow in losses),
        Column("小计", ColumnKind.INTEGER, ("本期减少",)),
        Column("期末数", ColumnKind.INTEGER),
        Column("差", ColumnKind.INTEGER),
    )
    total: list[Cell] = [None, "合计", *(sum(int(str(row[i])) for row in rows) for i in range(2, len(columns)))]
    if not uneven:
        # Nothing differs, as it should be: the column of noughts is not printed.
        columns, total = columns[:-1], total[:-1]
        rows = [row[:-1] for row in rows]
    note = "期末数＝期初数＋本期增加－本期减少。范围内支部之间的调动在调入、调出两栏各计一次，总数不变。"
    return Table(
        columns, rows, totals=[total], caption="各党组织党员增减变动", unit="单位：人", sheet="增减变动", note=note
    )


def _flows(kinds: Sequence[ChangeKind], of: _Events) -> list[_Flow]:
    flows = [_Flow(kind.label, Counter(of(kind))) for kind in kinds if not kind.part]
    return [f for f in flows if f.by_branch or f.label not in ("未注明类型", "街道内调入", "街道内调出", "恢复党籍")]


def _branches(survey: Survey, counters: Iterable[Counter[str | None]]) -> list[str | None]:
    """Branches with anyone or anything in the period, in the order of the tree, people without a branch last."""
    concerned = {branch for counter in counters for branch, count in counter.items() if count}
    ordered: list[str | None] = [unit for unit in survey.tree.ordered if unit in concerned]
    return ordered + [branch for branch in concerned if branch not in survey.tree.nodes]


def _shift_table(survey: Survey, labels: Labels) -> Table:
    columns = (
        Column("序号", ColumnKind.INTEGER),
        Column("姓名"),
        Column("调出党组织"),
        Column("调入党组织"),
        Column("日期", ColumnKind.DATE),
    )
    rows: list[Row] = []
    for shift in survey.movement.shifts:
        if shift.source != shift.target:
            source, target = labels.units.get(shift.source, _NOWHERE), labels.units.get(shift.target, _NOWHERE)
            rows.append([len(rows) + 1, shift.name, source, target, shift.day])
    return Table(columns, rows, caption="支部间调动党员名单", sheet="支部间调动")
