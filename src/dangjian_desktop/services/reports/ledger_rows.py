"""The entries of a ledger as lines of paper: computed columns, places and child rows with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dangjian_desktop.documents.model import Cell
from dangjian_desktop.domain.figures.census import EntryRow
from dangjian_desktop.domain.ledgers.columns import LedgerColumn
from dangjian_desktop.domain.ledgers.computed import with_computed
from dangjian_desktop.domain.ledgers.expressions import ExpressionError, Known, Place, ranked
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import rows_of
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.ledgers.named import names_in
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records.printing import Printer

_NUMERIC = (FieldType.INTEGER, FieldType.MONEY)


def on_paper(office: Office, template: LedgerTemplate) -> LedgerTemplate:
    """A ledger as this role sees it printed: a list of child rows is one more column of long text."""
    seen = ledger_templates.seen_by(office, template)
    lists = (LedgerColumn(rows.name, rows.label, FieldType.LONG_TEXT) for rows in seen.rows)
    return replace(seen, columns=(*seen.columns, *lists))


def paper_rows(
    office: Office,
    template: LedgerTemplate,
    entries: Sequence[EntryRow],
    units: Mapping[str, str],
    day: date,
    *,
    masked: bool,
) -> list[dict[str, Cell]]:
    """What is printed of entries by column, as they stood on a day; `units` names organisations."""
    seen = ledger_templates.seen_by(office, template)
    held = [_values(template, entry, day) for entry in entries]
    with office.database.read() as connection:
        names = names_in(office, connection, [{"template": template.key, "values": values} for values in held])
    printer = Printer(office, masked=masked, named=names)
    rows: list[dict[str, Cell]] = []
    for entry, values in zip(entries, held, strict=True):
        row = dict(_cells(seen, values, printer))
        row |= {
            "number": entry.number,
            "organisation": units.get(entry.organisation or "", ""),
            "state": template.state_label(entry.state),
        }
        rows.append(row)
    for name, places in _places(seen, held, day).items():
        for row, place in zip(rows, places, strict=True):
            row[name] = place.text
    return rows


def child_lists(
    office: Office, template: LedgerTemplate, entries: Sequence[EntryRow], day: date, *, masked: bool
) -> list[dict[str, list[dict[str, Cell]]]]:
    """By entry and list its child rows, as printed cells by column."""
    seen = ledger_templates.seen_by(office, template)
    if not seen.rows:
        return [{} for _ in entries]
    held = [_values(template, entry, day) for entry in entries]
    with office.database.read() as connection:
        names = names_in(office, connection, [{"template": template.key, "values": values} for values in held])
    printer = Printer(office, masked=masked, named=names)
    return [
        {
            rows.name: [
                {spec.name: _cell(spec, child.values[spec.name], printer) for spec in rows.columns
                 if child.values.get(spec.name) is not None}
                for child in rows_of(values, rows)
            ]
            for rows in seen.rows
        }
        for values in held
    ]  # fmt: skip


def _cell(spec: LedgerColumn, value: Any, printer: Printer) -> Cell:
    if spec.gives in _NUMERIC and isinstance(value, int):
        return value
    return printer.text(spec, value)


def _values(template: LedgerTemplate, entry: EntryRow, day: date) -> Mapping[str, Any]:
    values = dict(entry.values)
    if template.due and entry.due:
        values[template.due] = entry.due
    return with_computed(template, values, day)


def _cells(template: LedgerTemplate, values: Mapping[str, Any], printer: Printer) -> Iterator[tuple[str, Cell]]:
    for spec in template.columns:
        value = values.get(spec.name)
        if value is not None:
            yield spec.name, value if spec.gives in _NUMERIC else printer.text(spec, value)
    for rows in template.rows:
        told = [printer.child_row(rows, child.values) for child in rows_of(values, rows)]
        if told:
            yield rows.name, "\n".join(f"{number}. {text}" for number, text in enumerate(told, 1))


def _places(template: LedgerTemplate, held: Sequence[Mapping[str, Any]], day: date) -> dict[str, list[Place]]:
    """By column that ranks the place of every entry among those that are printed."""
    found = {}
    for column in template.columns:
        expression = template.formulas.get(column.name)
        if expression is None or not expression.ranked:
            continue
        numbers: list[Known] = []
        for values in held:
            try:
                numbers.append(expression.value(values, day))
            except ExpressionError:
                numbers.append(None)
        found[column.name] = ranked(numbers)
    return found
