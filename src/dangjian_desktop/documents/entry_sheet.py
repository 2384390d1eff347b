"""One sheet for each entry of a ledger: what it says as a ruled form, its child rows as tables, room for hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dangjian_desktop.domain.ledgers.columns import LedgerColumn, RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.records.fields import FieldType

from .ledger import paper_column
from .model import Block, Cell, Document, KeyValue, KeyValueGrid, PageBreak, Paragraph, Row, Spacer, Table

DATE_TO_FILL = "　　　年　　月　　日"
_WIDE_FROM = 16


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """One entry as it is printed: texts by column (and of `number`, `organisation`, `state`), child rows by list."""

    id: str
    texts: Mapping[str, str]
    lists: Mapping[str, Sequence[Mapping[str, Cell]]]


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What stands on the sheets of a ledger, in order; `hands` are who signs."""

    title: str
    template: LedgerTemplate
    columns: Sequence[LedgerColumn]
    lists: Sequence[RowList]
    hands: Sequence[str] = ()
    note: str = ""


def entry_sheets(plan: SheetPlan, entries: Sequence[PrintedEntry], *, unit: str, filled_on: str) -> Document:
    """All entries in one document, each on a page of its own with its own title; without any one that says so."""
    if not entries:
        return Document(plan.title, (Paragraph("（没有条目）"),), unit=unit, filled_on=filled_on, together=True)
    blocks: list[Block] = []
    for index, entry in enumerate(entries):
        if index:
            blocks.append(PageBreak(title=plan.title, subtitle=_number(entry), sheet=entry.texts.get("number", "")))
        blocks += _blocks(plan, entry)
    first = entries[0]
    return Document(
        plan.title,
        tuple(blocks),
        subtitle=_number(first),
        unit=unit,
        filled_on=filled_on,
        record=first.id if len(entries) == 1 else "",
        together=True,
        sheet=first.texts.get("number", ""),
    )


def _number(entry: PrintedEntry) -> str:
    number = entry.texts.get("number", "")
    return f"（编号：{number}）" if number else ""


def _blocks(plan: SheetPlan, entry: PrintedEntry) -> list[Block]:
    facts = [
        KeyValue("党组织", entry.texts.get("organisation", "")),
        KeyValue("状态", entry.texts.get("state", "")),
        *(_fact(column, entry.texts.get(column.name, "")) for column in plan.columns),
    ]
    blocks: list[Block] = [KeyValueGrid(tuple(facts))]
    for rows in plan.lists:
        blocks += [Spacer(2), _table(rows, entry.lists.get(rows.name, ()))]
    if plan.note:
        blocks += [Spacer(1), Paragraph(plan.note, indent=False, small=True)]
    if plan.hands:
        signs = [pair for hand in plan.hands for pair in (KeyValue(hand, ""), KeyValue("日期", DATE_TO_FILL))]
        blocks += [Spacer(4), KeyValueGrid(tuple(signs))]
    return blocks


def _fact(column: LedgerColumn, text: str) -> KeyValue:
    return KeyValue(column.label, text, wide=column.type is FieldType.LONG_TEXT or len(text) > _WIDE_FROM)


def _table(rows: RowList, lines: Sequence[Mapping[str, Cell]]) -> Table:
    body: list[Row] = [
        [number, *(line.get(column.name) for column in rows.columns)] for number, line in enumerate(lines, 1)
    ]
    columns = (paper_column(LedgerColumn("_row", "序号", FieldType.INTEGER)), *map(paper_column, rows.columns))
    return Table(columns, body, caption=rows.label, empty_text="（没有登记）")
