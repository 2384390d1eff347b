"""Lists, counts by unit and drawings of ledgers, as their print forms want them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.entry_sheet import PrintedEntry
from dangjian_desktop.documents.ledger import paper_column
from dangjian_desktop.documents.model import (
    Block,
    Cell,
    Column,
    ColumnKind,
    Document,
    PageBreak,
    PageSetup,
    Paper,
    Paragraph,
    Row,
    RowGroup,
    SignatureLine,
    Table,
)
from dangjian_desktop.documents.org_chart import LEGIBLE, ChartUnit, OrgChart
from dangjian_desktop.documents.org_chart_page import best_page, largest_type
from dangjian_desktop.documents.wording import MASKED_NOTE
from dangjian_desktop.domain.ledgers.columns import COUNTED
from dangjian_desktop.domain.ledgers.figure_groups import TIMES, UNIT
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.print_forms import OWN, PrintForm
from dangjian_desktop.domain.values.periods import Period
from dangjian_desktop.services.office.office import Office

from .ledger_figures import LedgerFigureLine, of_ledger
from .report_data import Letterhead

_LYING_FROM, _A3_FROM = 7, 14
_MARGINS = (15.0, 12.0, 15.0, 12.0)
_BETWEEN = "　"


def listed(
    template: LedgerTemplate,
    form: PrintForm,
    rows: Sequence[tuple[str, Mapping[str, Cell]]],
    head: Letterhead,
    *,
    as_of: str,
    masked: bool,
) -> Document:
    """The list of a form: its columns, rows grouped where it says so, numbers added up where it says so."""
    columns = (Column("序号", ColumnKind.INTEGER), *(column_on_paper(template, key) for key in form.columns))
    body: list[tuple[str, str, Row]] = [
        (_group(cells.get(form.group)), record, [number, *(cells.get(key) for key in form.columns)])
        for number, (record, cells) in enumerate(rows, 1)
    ]
    totals = [_total(template, form, [cells for _, cells in rows])] if form.totals and rows else []
    groups = dict.fromkeys(group for group, _, _ in body) if form.group else {}
    table = Table(
        columns,
        () if groups else [row for _, _, row in body],
        [
            RowGroup(
                group,
                [row for name, _, row in body if name == group],
                records=[record for name, record, _ in body if name == group],
            )
            for group in groups
        ],
        totals=totals,
        sheet=form.title,
        note=form.note,
        empty_text="（没有条目）",
        records=() if groups else [record for _, record, _ in body],
    )
    return _on_paper(form, table, head, as_of, MASKED_NOTE if masked else "")


def _on_paper(form: PrintForm, table: Table, head: Letterhead, said: str, masked_note: str = "") -> Document:
    """One table under its title; `said` tells of when it speaks."""
    return Document(
        form.title,
        (table,),
        subtitle=f"（{said}）",
        page=_page(len(table.columns)),
        unit=head.unit,
        filled_on=head.filled_on.isoformat(),
        signature=SignatureLine(unit=head.unit),
        masked_note=masked_note,
    )


def _page(columns: int) -> PageSetup:
    paper = Paper.A3 if columns >= _A3_FROM else Paper.A4
    return PageSetup(paper, landscape=columns >= _LYING_FROM, margins=_MARGINS)


def _group(cell: Cell) -> str:
    return str(cell) if cell not in (None, "") else "未填"


def column_on_paper(template: LedgerTemplate, key: str) -> Column:
    """How a column of a form stands in a table: one of the ledger's, a list of child rows, or what all entries have."""
    if key in OWN:
        return Column(OWN[key], ColumnKind.CODE if key == "number" else ColumnKind.TEXT)
    rows = template.row_list(key)
    return Column(rows.label, weight=3.0) if rows else paper_column(template.column(key))


def _total(template: LedgerTemplate, form: PrintForm, rows: Sequence[Mapping[str, Cell]]) -> Row:
    """The sums of the columns that are numbers; of those that some left empty what was given."""
    total: list[Cell] = ["合计"]
    for key in form.columns:
        numbers = [cells[key] for cells in rows if isinstance(cells.get(key), int | float)]
        adds = key not in OWN and template.row_list(key) is None and template.column(key).gives in COUNTED
        total.append(sum(each for each in numbers if isinstance(each, int | float)) if adds and numbers else None)
    return total


def summary(
    office: Office,
    template: LedgerTemplate,
    form: PrintForm,
    head: Letterhead,
    *,
    period: Period,
    scope: str | None,
    on: date,
) -> Document:
    """The figures of a ledger by unit, month or answer, shares with what they were computed from, the whole last."""
    wanted = form.figures or tuple(figure.key for figure in template.figures)
    asked = {"scope": scope, "period": period.text}
    groups = of_ledger(office, template.key, by=form.by, on=on, **asked)
    whole = {line.key: line for line in of_ledger(office, template.key, on=on, **asked)}
    labels = {figure.key: figure.label for figure in template.figures}
    head_word = _heading(template, form.by)
    columns = (Column(head_word), *(Column(labels[key], ColumnKind.CODE) for key in wanted))
    names = list(dict.fromkeys(line.group for line in groups if line.key in wanted))
    by_place = {(line.group, line.key): line for line in groups}
    body: list[Row] = [[name, *(_said(by_place.get((name, key))) for key in wanted)] for name in names]
    table = Table(
        columns,
        body,
        totals=[["合计", *(_said(whole.get(key)) for key in wanted)]],
        sheet=form.title,
        note=form.note or "比例后面括号里是分子和分母；合计按全部条目算，不是各行比例相加。",
        empty_text="（没有条目）",
    )
    return _on_paper(form, table, head, period.label)


def _heading(template: LedgerTemplate, by: str) -> str:
    if by == UNIT:
        return "党组织"
    return "时间" if by in TIMES else template.column(by).label


def _said(line: LedgerFigureLine | None) -> str:
    return line.printed if line else "0"


def diagram(
    template: LedgerTemplate, form: PrintForm, entries: Sequence[PrintedEntry], head: Letterhead, *, as_of: str
) -> Document:
    """The entries below their units: boxes with the title and what the form's columns say.

    On one page where that can be read, else a page for each unit. Raises `UserError` (`chart_too_large`).
    """
    units: dict[str, list[ChartUnit]] = {}
    for entry in entries:
        said = [text for key in form.columns if (text := entry.texts.get(key, ""))]
        name = entry.texts.get(template.title_column) or entry.texts.get("number", "")
        units.setdefault(entry.texts.get("organisation", ""), []).append(ChartUnit(name, _BETWEEN.join(said)))
    branches = [ChartUnit(unit or head.unit, f"{len(boxes)}个", tuple(boxes)) for unit, boxes in sorted(units.items())]

    def drawn(title: str, blocks: Sequence[Block], page: PageSetup) -> Document:
        said = f"（截至{as_of}）"
        return Document(title, tuple(blocks), said, page, head.unit, head.filled_on.isoformat())

    if not branches:
        return drawn(form.title, [Paragraph("（没有条目）")], PageSetup())
    whole = ChartUnit(head.unit, "", tuple(branches))
    if largest_type(whole) >= LEGIBLE:
        return drawn(form.title, [OrgChart(whole, form.title)], best_page(whole))
    blocks: list[Block] = []
    for branch in branches:
        if not largest_type(branch):
            raise UserError(
                "chart_too_large",
                f"“{branch.name}”的条目太多，一页画不下。",
                effect="没有生成示意图。",
                advice="请选下一级组织分别打印，或打印列表。",
            )
        title = f"{branch.name}{form.title}"
        if blocks:
            blocks.append(PageBreak(best_page(branch), title=title, subtitle=f"（截至{as_of}）", sheet=branch.name))
        blocks.append(OrgChart(branch, branch.name))
    return drawn(f"{branches[0].name}{form.title}", blocks, best_page(branches[0]))
