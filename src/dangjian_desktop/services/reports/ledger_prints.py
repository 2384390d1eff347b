"""The print forms of ledgers as reports: which there are, whose entries stand on them, and the finished paper."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.entry_sheet import PrintedEntry, SheetPlan, entry_sheets
from dangjian_desktop.documents.ledger import paper_column
from dangjian_desktop.documents.model import Cell, Document, cell_text
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.wording import MASKED_NOTE, day_text
from dangjian_desktop.domain.figures.census import EntryRow
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.ledgers.computed import with_computed
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.print_forms import OWN, PrintForm, PrintShape, print_forms_of
from dangjian_desktop.services.ledgers import ledger_templates, ledgers
from dangjian_desktop.services.office.office import Office

from . import ledger_papers, ledger_rows, ledger_tables
from .report_data import Letterhead
from .report_specs import ReportSpec
from .request import ReportRequest

_MARK = "."
_NOTHING = "没有生成任何内容。"
_TOLD = {
    PrintShape.LIST: "按这个样子列出。",
    PrintShape.SHEET: "一条一页，留出签字的地方。",
    PrintShape.LETTER: "一条一份，公文格式；没有填的写“〔请填写〕”。",
    PrintShape.NOTICE: "公文格式，数字由程序填；没有填的写“〔请填写〕”。",
    PrintShape.PUBLIC: "公开稿，隐去号码，写明公示时间。",
    PrintShape.SUMMARY: "分别列出个数、合计和比例，写明分子、分母。",
    PrintShape.DIAGRAM: "画成图，太大时一个党组织一页。",
}


@dataclass(frozen=True, slots=True)
class MadeForm:
    """A finished paper, the number of the one entry that it is about, and what to say to whoever prints it."""

    paper: Document | OfficialPaper
    number: str = ""
    told: tuple[str, ...] = ()


def is_form(name: str) -> bool:
    """Whether a report's name is that of a print form: `KEY.FORM`."""
    return _MARK in name


def specs_of(template: LedgerTemplate) -> list[ReportSpec]:
    """The reports of a ledger: the whole of it under its key, then its print forms."""
    group = f"台账：{template.category or template.ledger_class}"
    whole = ReportSpec(
        template.key,
        template.title,
        f"{template.title}的全部条目和统计数。",
        masks=True,
        kind="ledger_entry",
        group=group,
    )
    return [whole, *(_spec(template, form, group) for form in print_forms_of(template))]


def _spec(template: LedgerTemplate, form: PrintForm, group: str) -> ReportSpec:
    official = form.official
    spans = form.shape in (PrintShape.NOTICE, PrintShape.SUMMARY)
    return ReportSpec(
        f"{template.key}{_MARK}{form.key}",
        form.title,
        f"{template.title}：{_TOLD[form.shape]}",
        period="quarter" if spans else "",
        needs_id=form.shape is PrintShape.LETTER,
        masks=form.shape in (PrintShape.LIST, PrintShape.SHEET),
        kind="ledger_entry",
        formats=("pdf", "docx") if official else ("pdf", "xlsx"),
        more=("xlsx",) if official else () if form.shape is PrintShape.DIAGRAM else ("docx",),
        group=group,
        each=form.per_entry,
    )


def form_of(office: Office, name: str) -> tuple[LedgerTemplate, PrintForm]:
    """The ledger and its print form by the name of the report; raises `UserError` (`ledger_unknown`)."""
    key, _, wanted = name.partition(_MARK)
    template = ledgers.template(office, key)
    for form in print_forms_of(template):
        if form.key == wanted:
            return template, form
    raise UserError("ledger_unknown", f"“{template.title}”没有名为“{wanted}”的打印样。", effect=_NOTHING)


def chosen_entries(office: Office, survey: Survey, name: str) -> list[str]:
    """The ids of the entries that a form is printed of, in its order."""
    template, form = form_of(office, name)
    return [entry.id for entry in _chosen(template, form, survey, None)[0]]


def build(office: Office, survey: Survey, head: Letterhead, asked: ReportRequest, name: str) -> MadeForm:
    """The paper of a print form.

    Raises `UserError`: `not_found` for an entry that is not there, `not_on_form` for one that this form is not of,
    `no_consent` for a public copy of one without consent; those of the charts.
    """
    template, form = form_of(office, name)
    entries, withheld = _chosen(template, form, survey, asked.record, asked.records)
    masked = asked.masked or form.official
    units = {unit.id: unit.title for unit in survey.snapshot.organisations}
    cells = ledger_rows.paper_rows(office, template, entries, units, survey.day, masked=masked)
    seen = ledger_templates.seen_by(office, template)
    kept = _Kept(office, seen, form, survey, head, asked, entries, cells, masked)
    paper: Document | OfficialPaper
    if form.shape is PrintShape.SHEET:
        paper = _sheets(kept)
    elif form.official:
        paper = ledger_papers.official(_papers(kept))
    elif form.shape is PrintShape.SUMMARY:
        paper = ledger_tables.summary(office, seen, form, head, period=survey.period, scope=asked.scope, on=survey.day)
    elif form.shape is PrintShape.DIAGRAM:
        paper = ledger_tables.diagram(seen, form, _ordered_texts(kept), head, as_of=day_text(survey.day))
    else:
        paper = ledger_tables.listed(seen, form, _ordered(kept), head, as_of=_when(kept), masked=masked)
    told = (f"另有{withheld}条没有写本人同意，没有印在公开稿上。",) if withheld else ()
    number = str(cells[0].get("number") or "") if asked.record and cells else ""
    return MadeForm(paper, number, told)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Everything that one form is made of."""

    office: Office
    template: LedgerTemplate
    form: PrintForm
    survey: Survey
    head: Letterhead
    asked: ReportRequest
    entries: Sequence[EntryRow]
    cells: Sequence[Mapping[str, Cell]]
    masked: bool


def _chosen(
    template: LedgerTemplate, form: PrintForm, survey: Survey, record: str | None, several: Collection[str] = ()
) -> tuple[list[EntryRow], int]:
    """The entries that stand on a form, and how many are kept off a public copy for want of consent."""
    found = _found(template, survey, record, frozenset(several))
    if record is not None and not found:
        raise UserError("not_found", f"“{template.title}”里没有这一条，或者那一天还没有列入。", effect=_NOTHING)
    fitting = [entry for entry in found if _fits(template, form, entry, survey.day)]
    if record is not None and not fitting:
        raise UserError(
            "not_on_form", f"这一条不在“{form.title}”要印的之内：{_wanted(template, form)}。", effect=_NOTHING
        )
    agreed = [entry for entry in fitting if not form.consent or entry.values.get(form.consent) is True]
    if record is not None and not agreed:
        label = template.column(form.consent).label
        raise UserError(
            "no_consent", f"没有“{label}”，不能印公开稿。", effect=_NOTHING, advice="请先取得本人同意并登记。"
        )
    return agreed, len(fitting) - len(agreed)


def _found(template: LedgerTemplate, survey: Survey, record: str | None, several: frozenset[str]) -> list[EntryRow]:
    """The entries that were asked for: one, several, or those of the period."""
    if record is not None:
        return survey.entry(template.key, record)
    if not several:
        return survey.entries(template.key)
    known = (row for row in survey.snapshot.entries if row.id in several and row.template == template.key)
    return [row for row in known if survey.census.within(row.organisation)]


def _fits(template: LedgerTemplate, form: PrintForm, entry: EntryRow, day: date) -> bool:
    if form.states and entry.state not in form.states:
        return False
    values = with_computed(template, entry.values, day) if form.where else {}
    return all(_says(values.get(name), wanted) for name, wanted in form.where.items())


def _says(value: Any, wanted: Sequence[Any]) -> bool:
    return any(one in wanted for one in value) if isinstance(value, list) else value in wanted


def _wanted(template: LedgerTemplate, form: PrintForm) -> str:
    parts = []
    if form.states:
        parts.append(f"状态是{'、'.join(state.label for state in template.states if state.key in form.states)}")
    for name, wanted in form.where.items():
        said = "、".join("是" if one is True else "否" if one is False else str(one) for one in wanted)
        parts.append(f"{template.column(name).label}是{said}")
    return "，".join(parts)


def _ordered(kept: _Kept) -> list[tuple[str, Mapping[str, Cell]]]:
    """Ids and printed cells in the order of the form."""
    pairs = [(entry.id, cells) for entry, cells in zip(kept.entries, kept.cells, strict=True)]
    order = kept.form.order
    return sorted(pairs, key=lambda pair: _place(pair[1].get(order))) if order else pairs


def _place(cell: Cell) -> tuple[bool, float, str]:
    """Numbers by size, words by their signs, nothing last."""
    if isinstance(cell, int | float):
        return False, float(cell), ""
    return not cell, 0.0, cell or ""


def _texts(template: LedgerTemplate, cells: Mapping[str, Cell]) -> dict[str, str]:
    """Printed cells as texts, by column and what every entry has besides."""
    texts = {name: str(cells.get(name) or "") for name in OWN}
    for column in template.columns:
        texts[column.name] = cell_text(cells.get(column.name), paper_column(column).kind)
    return texts


def _ordered_texts(kept: _Kept) -> list[PrintedEntry]:
    lists = dict(
        zip(
            [entry.id for entry in kept.entries],
            ledger_rows.child_lists(kept.office, kept.template, kept.entries, kept.survey.day, masked=kept.masked),
            strict=True,
        )
    )
    return [PrintedEntry(record, _texts(kept.template, cells), lists[record]) for record, cells in _ordered(kept)]


def _sheets(kept: _Kept) -> Document:
    form, template = kept.form, kept.template
    columns = [column for column in template.columns if not form.columns or column.name in form.columns]
    lists = [rows for rows in template.rows if form.rows is None or rows.name in form.rows]
    plan = SheetPlan(form.title, template, columns, lists, form.signatures, form.note)
    made = entry_sheets(plan, _ordered_texts(kept), unit=kept.head.unit, filled_on=kept.head.filled_on.isoformat())
    return replace(made, masked_note=MASKED_NOTE) if kept.masked else made


def _when(kept: _Kept) -> str:
    period = f"{kept.survey.period.label}，" if kept.asked.period else ""
    return f"{period}截至{day_text(kept.survey.day)}"


def _papers(kept: _Kept) -> ledger_papers.PaperParts:
    form, survey = kept.form, kept.survey
    spoken = (
        survey.period.label if kept.asked.period or form.shape is PrintShape.NOTICE else f"截至{day_text(survey.day)}"
    )
    day: date = kept.head.filled_on
    return ledger_papers.PaperParts(
        kept.template,
        form,
        _ordered_texts(kept),
        dict(_ordered(kept)),
        {entry.id: entry.values for entry in kept.entries},
        unit=kept.head.unit,
        day=day,
        until=day + timedelta(days=form.public_days),
        period=spoken,
        figures=ledger_papers.figures_told(survey, kept.template),
        people=frozenset(survey.snapshot.names.values()),
    )
