"""党组织一览表: the tree as a list, planned organisations apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.model import (
    Block,
    Column,
    ColumnKind,
    Document,
    PageSetup,
    Row,
    SignatureLine,
    Table,
)

_INNER = "　"


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation, already printed; `depth` counts from the top of the list, `record` is its id."""

    name: str
    depth: int
    kind: str
    field: str
    founded: str
    secretary: str
    members: int
    full: int
    probationary: int
    groups: int
    elected: str
    expires: str
    contact: str
    phone: str
    note: str
    record: str = ""


_COLUMNS = (
    Column("序号", ColumnKind.INTEGER),
    Column("党组织名称", min_chars=12, weight=1.6),
    Column("类型"),
    Column("领域"),
    Column("成立日期", ColumnKind.DATE),
    Column("书记"),
    Column("党员", ColumnKind.INTEGER, ("本级党员数",)),
    Column("正式", ColumnKind.INTEGER, ("本级党员数",)),
    Column("预备", ColumnKind.INTEGER, ("本级党员数",)),
    Column("党小组数", ColumnKind.INTEGER),
    Column("本届当选日", ColumnKind.DATE),
    Column("届满日", ColumnKind.DATE),
    Column("联系人"),
    Column("联系电话", ColumnKind.CODE),
    Column("备注"),
)


_PLANNED_COLUMNS = (
    Column("序号", ColumnKind.INTEGER),
    Column("名称"),
    Column("类型"),
    Column("上级组织"),
    Column("拟划分党小组数", ColumnKind.INTEGER),
)

Planned = tuple[str, str, str, int]
"""A planned organisation: name, kind, superior, planned groups."""


def organisation_list(
    lines: Sequence[OrganisationLine],
    planned: Sequence[Planned],
    *,
    unit: str,
    filled_on: str,
    as_of: str,
    summary: str,
    masked_note: str,
) -> Document:
    """The established organisations depth first; the planned ones in a table of their own below them."""
    blocks: list[Block] = [_established(lines, summary)]
    if planned:
        blocks.append(_planned(planned))
    return Document(
        "党组织一览表",
        tuple(blocks),
        subtitle=f"（截至{as_of}）",
        page=PageSetup(landscape=True, margins=(15.0, 12.0, 15.0, 12.0)),
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=unit),
        masked_note=masked_note,
    )


def _established(lines: Sequence[OrganisationLine], summary: str) -> Table:
    rows = [_row(number, line) for number, line in enumerate(lines, 1)]
    total: Row = [
        None,
        "合计",
        *[""] * 4,
        sum(line.members for line in lines),
        sum(line.full for line in lines),
        sum(line.probationary for line in lines),
        sum(line.groups for line in lines),
        *[""] * 5,
    ]
    records = [line.record for line in lines]
    return Table(_COLUMNS, rows, totals=[total] if rows else (), sheet="党组织一览表", note=summary, records=records)


def _row(number: int, line: OrganisationLine) -> Row:
    return [
        number,
        _INNER * line.depth + line.name,
        line.kind,
        line.field,
        line.founded,
        line.secretary,
        line.members,
        line.full,
        line.probationary,
        line.groups or None,
        line.elected,
        line.expires,
        line.contact,
        line.phone,
        line.note,
    ]


def _planned(planned: Sequence[Planned]) -> Table:
    rows: list[Row] = [[number, *line] for number, line in enumerate(planned, 1)]
    return Table(_PLANNED_COLUMNS, rows, caption="拟成立的组织（不计入已成立数）", sheet="拟成立")
