"""A ledger on paper: what its template shows in lists, with its counts above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dangjian_desktop.documents.model import (
    Block,
    Cell,
    Column,
    ColumnKind,
    Document,
    PageSetup,
    Paper,
    Paragraph,
    Row,
    SignatureLine,
    Spacer,
    Table,
)
from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType

_KINDS = {
    FieldType.DATE: ColumnKind.DATE,
    FieldType.INTEGER: ColumnKind.INTEGER,
    FieldType.MONEY: ColumnKind.MONEY,
    FieldType.ID_NUMBER: ColumnKind.CODE,
    FieldType.PHONE: ColumnKind.CODE,
}
_LONG = FieldType.LONG_TEXT
_WIDE_FROM = 13


def ledger(
    template: LedgerTemplate,
    rows: Sequence[Mapping[str, Cell]],
    figures: Sequence[FigureValue],
    *,
    unit: str,
    filled_on: str,
    as_of: str,
    period: str = "",
    records: Sequence[str] = (),
) -> Document:
    """The entries as rows of printed cells by column key, besides `number`, `organisation` and `state`.

    `records` are their ids, `period` says which entries these are where a period was asked for.

    Shown are the columns of its lists and the long texts that somebody filled, which is what is handed in; all
    columns are in the export. With many columns the paper is A3.
    """
    filled = {name for row in rows for name, cell in row.items() if cell not in (None, "")}
    shown = [c for c in template.columns if c.table or c.required or (c.type is _LONG and c.name in filled)]
    columns = (
        Column("序号", ColumnKind.INTEGER),
        Column("编号", ColumnKind.CODE),
        Column("党组织"),
        *(paper_column(spec, listed=template.row_list(spec.name) is not None) for spec in shown),
        Column("状态"),
    )
    body: list[Row] = [
        [
            index,
            row.get("number"),
            row.get("organisation"),
            *(row.get(spec.name) for spec in shown),
            row.get("state"),
        ]
        for index, row in enumerate(rows, 1)
    ]
    blocks: list[Block] = []
    if figures:
        text = "，".join(f"{figure.label}{figure.printed}" for figure in figures)
        blocks += [Paragraph(f"{text}。", small=True), Spacer(1.5)]
    blocks.append(Table(columns, body, sheet=template.title, empty_text="（没有条目）", records=records))
    paper = Paper.A3 if len(columns) >= _WIDE_FROM else Paper.A4
    return Document(
        template.title,
        tuple(blocks),
        subtitle=f"（{period}，截至{as_of}）" if period else f"（截至{as_of}）",
        page=PageSetup(paper, landscape=True, margins=(15.0, 12.0, 15.0, 12.0)),
        unit=unit,
        filled_on=filled_on,
        signature=SignatureLine(unit=unit),
    )


def paper_column(spec: FieldSpec, *, listed: bool = False) -> Column:
    """How a column of a ledger stands in a table; `listed` for a list of child rows in one cell."""
    weight = 3.0 if listed else 1.5 if spec.type is _LONG else 1.0
    gives = spec.gives if isinstance(spec, LedgerColumn) else spec.type
    return Column(spec.label, _KINDS.get(gives, ColumnKind.TEXT), weight=weight)
