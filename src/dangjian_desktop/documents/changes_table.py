"""增减变动: the lines that balance, and who came and went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dangjian_desktop.documents.model import Cell, Column, ColumnKind, Paragraph, Row, Table
from dangjian_desktop.documents.wording import named
from dangjian_desktop.domain.figures.figures import JOINED_KINDS, LEFT_KINDS, FigureValue
from dangjian_desktop.domain.figures.movement import Event
from dangjian_desktop.domain.figures.survey import Survey

_INNER = "　　"


def balance_table(figures: Mapping[str, FigureValue], expected: int) -> Table:
    """期初 + 增加 − 减少 = 期末应有, beside the number really there; lines of no known kind only where they occur."""
    rows: list[Row] = [["期初党员数", figures["opening"].value]]
    for total, kinds in (("joined", JOINED_KINDS), ("left", LEFT_KINDS)):
        rows.append([figures[total].label, figures[total].value])
        for kind in kinds:
            value = figures[kind.key].value
            if value or not kind.key.endswith(("unstated", "moved_in", "moved_out")):
                rows.append([_INNER * (2 if kind.part else 1) + kind.label, value])
    found = figures["members"].value
    rows.append(["期末应有数", expected])
    rows.append(["期末实有数", found])
    rows.append(["实有数与应有数之差", int(str(found)) - expected])
    columns = (Column("项目", min_chars=14), Column("人数", ColumnKind.INTEGER, min_chars=6))
    return Table(columns, rows, caption="党员增减变动表", unit="单位：人", sheet="增减变动")


def balance_lines(survey: Survey, unit_names: Mapping[str | None, str]) -> list[Paragraph]:
    """One paragraph for everything that does not balance, with the persons; nothing when all is right."""
    lines = []
    for imbalance in survey.movement.imbalances:
        branch = survey.movement.closing.get(imbalance.member, survey.movement.opening.get(imbalance.member))
        where = f"（{unit_names.get(branch, '未编入党组织')}）" if branch else ""
        lines.append(
            f"不平：{imbalance.name}{where}按期初和增减应为{imbalance.expected}，期末名册为{imbalance.found}，请核对进出记录。"
        )
    if survey.census.doubled:
        names = named([survey.snapshot.names[member] for member in survey.census.doubled])
        lines.append(f"同时编在两个党组织、只计一次的：{names}。")
    if survey.census.informal:
        names = named([survey.snapshot.names[member] for member in survey.census.informal])
        lines.append(f"只编在临时或功能型党组织、未计入总数的：{names}。")
    return [Paragraph(line) for line in lines]


def came_table(events: Sequence[Event], unit_names: Mapping[str | None, str], kind_names: Mapping[str, str]) -> Table:
    """Everyone who came in."""
    return _event_table(events, unit_names, kind_names, "增加党员名单", "增加类型", "从何处来")


def went_table(events: Sequence[Event], unit_names: Mapping[str | None, str], kind_names: Mapping[str, str]) -> Table:
    """Everyone who left."""
    return _event_table(events, unit_names, kind_names, "减少党员名单", "减少类型", "往何处去")


def _event_table(
    events: Sequence[Event],
    unit_names: Mapping[str | None, str],
    kind_names: Mapping[str, str],
    caption: str,
    kind_label: str,
    counterpart_label: str,
) -> Table:
    columns = (
        Column("序号", ColumnKind.INTEGER),
        Column("姓名"),
        Column("所在党组织"),
        Column("日期", ColumnKind.DATE),
        Column(kind_label),
        Column(counterpart_label),
    )
    rows: list[list[Cell]] = [
        [
            number,
            event.name,
            unit_names.get(event.organisation, "未编入党组织"),
            event.day,
            kind_names.get(event.kind, "未注明"),
            event.counterpart or "",
        ]
        for number, event in enumerate(events, 1)
    ]
    return Table(columns, rows, caption=caption, sheet=caption)
