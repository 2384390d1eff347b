"""Official papers and public copies of ledgers: what goes into their blanks, and what is kept off the wall."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangjian_desktop.documents.entry_sheet import PrintedEntry
from dangjian_desktop.documents.filled_paper import (
    TO_FILL,
    Blank,
    filled_body,
    filled_text,
    public_paper,
    public_text,
)
from dangjian_desktop.documents.ledger import paper_column
from dangjian_desktop.documents.model import Cell, Column, ColumnKind, Paragraph, Row, Table, chinese_date
from dangjian_desktop.documents.official import OfficialBlock, OfficialForm, OfficialPaper, number_to_fill
from dangjian_desktop.domain.figures.figures import figures_of
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.ledgers.columns import SEVERAL, LedgerColumn
from dangjian_desktop.domain.ledgers.guard.texts import TextGuard
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.print_forms import (
    FIGURE,
    OWN,
    ROWS_OF,
    TABLE,
    PrintForm,
    PrintShape,
    column_of,
)
from dangjian_desktop.domain.records.fields import FieldType

from .ledger_tables import column_on_paper

_PERSONS = (FieldType.MEMBER, FieldType.MEMBERS)
_NAMES_APART = re.compile(f"([、，,；;/{SEVERAL}\\s])")


@dataclass(frozen=True, slots=True)
class PaperParts:
    """What one paper is made of: entries as texts, their cells and stored values by id, who issues it and when.

    `figures` are those of the ledger by key, `people` the names of the roster, for what is declared free of persons.
    """

    template: LedgerTemplate
    form: PrintForm
    entries: Sequence[PrintedEntry]
    cells: Mapping[str, Mapping[str, Cell]]
    values: Mapping[str, Mapping[str, Any]]
    unit: str
    day: date
    until: date
    period: str
    figures: Mapping[str, str]
    people: Collection[str]

    @property
    def public(self) -> bool:
        """Whether it hangs on a wall."""
        return self.form.shape is PrintShape.PUBLIC


def figures_told(survey: Survey, template: LedgerTemplate) -> dict[str, str]:
    """The figures of a ledger by key, as they are read."""
    prefix = f"ledger_{template.key.replace('-', '_')}_"
    told = figures_of(survey).items()
    return {key.removeprefix(prefix): each.printed for key, each in told if key.startswith(prefix)}


def official(parts: PaperParts) -> OfficialPaper:
    """The paper of a form in official layout; a public copy without any number or name that may not be read."""
    form = parts.form
    entries = [_of_entry(parts, entry) for entry in parts.entries]
    blank = entries[0] if form.per_entry and entries else _of_all(parts)
    body = list(filled_body(form.text, blank, entries, lambda name: _table(parts, name)))
    if parts.public:
        body += _notice_of_days(parts)
    letter = form.shape is PrintShape.LETTER and form.red_head
    paper = OfficialPaper(
        title=filled_text(form.heading or form.title, blank),
        issuer=filled_text(form.signer, blank) if form.signer else parts.unit,
        dated=parts.day.isoformat(),
        body=tuple(body),
        red_head=(parts.unit if letter else f"{parts.unit}文件") if form.red_head else "",
        number=number_to_fill(parts.day.year) if form.red_head else "",
        addressee=filled_text(form.addressee, blank),
        form=OfficialForm.LETTER if letter else OfficialForm.PAPER,
    )
    return public_paper(paper) if parts.public else paper


def _notice_of_days(parts: PaperParts) -> list[OfficialBlock]:
    start, end = chinese_date(parts.day.isoformat()), chinese_date(parts.until.isoformat())
    return [
        Paragraph(f"公示时间：{start}至{end}（{parts.form.public_days}天），到期撤下。"),
        Paragraph(f"公示期间如有意见，请向{TO_FILL}反映。"),
    ]


def _of_all(parts: PaperParts) -> Blank:
    """The blanks that speak of the whole."""
    plain = {
        "期间": parts.period,
        "本单位": parts.unit,
        "条数": str(len(parts.entries)),
        "今天": chinese_date(parts.day.isoformat()),
    }

    def told(name: str) -> str | None:
        if name.startswith(FIGURE):
            return parts.figures.get(name.removeprefix(FIGURE))
        return plain.get(name)

    return told


def _of_entry(parts: PaperParts, entry: PrintedEntry) -> Blank:
    """The blanks that speak of one entry, and those of the whole."""
    whole = _of_all(parts)
    own = {label: entry.texts.get(name, "") for name, label in OWN.items()}

    def told(name: str) -> str | None:
        column = column_of(parts.template, name)
        if column is None:
            return own[name] if name in own else whole(name)
        text = _shown(parts, entry, column)
        return chinese_date(text) if column.gives is FieldType.DATE else text

    return told


def _shown(parts: PaperParts, entry: PrintedEntry, column: LedgerColumn) -> str:
    text = entry.texts.get(column.name, "")
    return _public(parts, entry, column, text) if parts.public else text


def _public(parts: PaperParts, entry: PrintedEntry, column: LedgerColumn, text: str) -> str:
    """A text as it may be read by everybody: names whole only with consent, none where a column is free of persons."""
    agreed = parts.values.get(entry.id, {}).get(column.consent) is True if column.consent else False
    if column.consent and not agreed:
        return ""
    if column.people or column.type in _PERSONS:
        return text if agreed or parts.form.consent else _hidden_names(text)
    if column.persons is False:
        text = _without_names(text, parts.people)
    return public_text(text)


def _hidden_names(text: str) -> str:
    """王＊＊、李＊: names with their family name alone."""
    return "".join(_hidden(piece) for piece in _NAMES_APART.split(text))


def _hidden(name: str) -> str:
    return name if not name or _NAMES_APART.fullmatch(name) else name[0] + "＊" * (len(name) - 1)


def _without_names(text: str, people: Collection[str]) -> str:
    guard = TextGuard(people)
    while (name := guard.name_in(text)) is not None:
        text = text.replace(name, _hidden(name))
    return text


def _table(parts: PaperParts, name: str) -> Table | None:
    if name.startswith(ROWS_OF):
        return _child_table(parts, name.removeprefix(ROWS_OF))
    assert name == TABLE
    columns: list[Column] = [Column("序号", ColumnKind.INTEGER)]
    for key in parts.form.columns:
        columns.append(column_on_paper(parts.template, key))
    body: list[Row] = []
    for number, entry in enumerate(parts.entries, 1):
        body.append([number, *(_cell(parts, entry, key) for key in parts.form.columns)])
    return Table(tuple(columns), body, empty_text="（没有条目）", records=[entry.id for entry in parts.entries])


def _cell(parts: PaperParts, entry: PrintedEntry, key: str) -> Cell:
    cell = parts.cells[entry.id].get(key)
    if not isinstance(cell, str) or key in OWN:
        return cell
    if parts.template.row_list(key) is not None:
        return public_text(cell) if parts.public else cell
    return _shown(parts, entry, parts.template.column(key))


def _child_table(parts: PaperParts, name: str) -> Table | None:
    rows = parts.template.row_list(name)
    if rows is None or not parts.entries:
        return None
    lines = parts.entries[0].lists.get(rows.name, ())
    body: list[Row] = [
        [number, *(line.get(column.name) for column in rows.columns)] for number, line in enumerate(lines, 1)
    ]
    columns = (Column("序号", ColumnKind.INTEGER), *map(paper_column, rows.columns))
    return Table(columns, body, empty_text="（没有登记）")
