"""三会一课开展情况汇总表: what was due, held and missed, branch by branch."""

from __future__ import annotations

from collections.abc import Mapping

from dangjian_desktop.documents.model import (
    Align,
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
from dangjian_desktop.documents.wording import as_of_text, incomplete_text
from dangjian_desktop.domain.figures.figures import percent
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.life.meeting_duty import MISSED, NOT_DUE, Duty, DutySlot
from dangjian_desktop.domain.values.periods import parse_period

_MISSED, _SILENT = "未开", "—"


def meetings_summary(survey: Survey, unit_names: Mapping[str | None, str], *, unit: str, filled_on: str) -> Document:
    """A summary by kind of meeting, and for each kind a table of units by month or quarter."""
    blocks: list[Block] = []
    if text := incomplete_text(survey):
        blocks.append(Paragraph(text))
    blocks.append(_summary(survey))
    blocks += [_duty_table(duty, unit_names) for duty in survey.duties if duty.lines]
    return Document(
        "三会一课、主题党日开展情况汇总表",
        tuple(blocks),
        subtitle=f"（{as_of_text(survey)}）",
        page=PageSetup(landscape=True),
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=unit),
    )


def rate(done: int, due: int) -> str:
    """A share with what it was computed from; nothing was due: a dash."""
    return f"{percent(done, due)}（{done}/{due}）" if due else _SILENT


def _summary(survey: Survey) -> Table:
    columns = (
        Column("类型"),
        Column("频次"),
        *(
            Column(label, ColumnKind.INTEGER)
            for label in ("适用单位数", "召开次数", "应开", "已开", "未开", "全部按时的单位", "有未开的单位")
        ),
        Column("完成率", align=Align.RIGHT),
    )
    rows: list[Row] = []
    for duty in survey.duties:
        due, missing = duty.units(missing=False), duty.units(missing=True)
        every = "每月1次" if duty.rule.every == "month" else "每季度1次"
        rows.append(
            [
                duty.rule.label,
                f"{every}（地方口径）" if duty.rule.local else every,
                len(due),
                len(duty.meetings),
                duty.due,
                duty.done,
                duty.due - duty.done,
                len(due) - len(missing),
                len(missing),
                rate(duty.done, duty.due),
            ]
        )
    note = (
        "应开＝适用单位数×已过完的月（季度）；建账以前、新成立的当月（季度）、撤销以后不计；未设支委会的不考核支委会，"
        "未划党小组的不考核党小组会，临时和功能型党支部不列入。一次活动兼作几类的，每类各计1次。"
    )
    return Table(columns, rows, caption="开展情况汇总", unit="单位：次、个", sheet="汇总", note=note)


def _duty_table(duty: Duty, unit_names: Mapping[str | None, str]) -> Table:
    grouped = duty.rule.kind == "DXZH"
    columns = [Column("序号", ColumnKind.INTEGER), Column("党组织", min_chars=8)]
    if grouped:
        columns.append(Column("党小组", min_chars=6))
    columns += [Column(_slot_label(period.text), align=Align.CENTER) for period in duty.periods]
    columns += [Column(label, ColumnKind.INTEGER) for label in ("应开", "已开", "未开")]
    rows: list[Row] = []
    for line in duty.lines:
        names: list[Cell] = [len(rows) + 1, unit_names.get(line.branch, "")]
        if grouped:
            names.append(unit_names.get(line.unit, ""))
        rows.append([*names, *(_cell(slot) for slot in line.slots), line.due, line.done, line.due - line.done])
    total: list[Cell] = [None, "合计", *([""] if grouped else []), *(_column_totals(duty))]
    total += [duty.due, duty.done, duty.due - duty.done]
    return Table(
        tuple(columns),
        rows,
        totals=[total],
        caption=duty.rule.label,
        sheet=duty.rule.label,
        note=f"数字为召开次数，“{_MISSED}”为应开而没有开，“{_SILENT}”为不适用或还没有到期；合计为召开次数。",
    )


def _slot_label(period: str) -> str:
    span = parse_period(period)
    return f"{span.text[-1]}季度" if "Q" in span.text else f"{span.start.month}月"


def _cell(slot: DutySlot) -> str:
    if slot.held:
        return str(slot.held)
    return {MISSED: _MISSED, NOT_DUE: _SILENT}[slot.state]


def _column_totals(duty: Duty) -> list[str]:
    return [str(sum(line.slots[index].held for line in duty.lines)) for index in range(len(duty.periods))]
