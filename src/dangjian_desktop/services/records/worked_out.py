"""Lists filtered and sorted by what is stored nowhere: computed columns of a ledger, how many child rows there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from dangjian_desktop.domain.ledgers.columns import COUNTED, LedgerColumn
from dangjian_desktop.domain.ledgers.computed import with_computed
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import rows_of
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.ledgers import ledger_templates, named
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.listing import Condition

from .printing import Printer
from .typing_in import read_one

_NAMED = (FieldType.MEMBER, FieldType.MEMBERS, FieldType.ENTRY)
_READ_HERE = (FieldType.DECIMAL, FieldType.CODES, *_NAMED)
"""Types that the file keeps otherwise than they compare: decimals as text, several as a list, people by id."""

Order = Sequence[tuple[str, bool]]


def columns(office: Office, kind: str, template: str | None) -> dict[str, LedgerColumn]:
    """The columns of a list that are worked out, by name; of child rows their number."""
    if kind != "ledger_entry" or not template:
        return {}
    found = ledger_templates.seen_by(office, ledger_templates.template(office, template))
    told = {c.name: replace(c, type=c.gives, result=None) for c in found.columns if c.result or c.type in _READ_HERE}
    return told | {rows.name: LedgerColumn(rows.name, rows.label, FieldType.INTEGER) for rows in found.rows}


def arranged(
    office: Office, template: str, ids: Sequence[str], filters: Sequence[Condition], order: Order
) -> list[str]:
    """Those of `ids` that fit, sorted by worked-out columns first; raises `UserError` (`bad_value`)."""
    found = ledger_templates.template(office, template)
    specs = columns(office, "ledger_entry", template)
    with office.database.read() as connection:
        rows = listing.rows(connection, "ledger_entry", ids, ["values"])
        names = named.names_in(office, connection, [row | {"template": template} for row in rows])
    printer = Printer(office, masked=True, named=names)
    known = {row["id"]: _values(found, row["values"] or {}, office.today()) for row in rows}
    kept = [row["id"] for row in rows]
    for asked in filters:
        spec = specs[_name(asked.field)]
        if asked.op == "contains":
            text = str(asked.value or "")
            kept = [one for one in kept if text in printer.text(spec, known[one].get(spec.name))]
            continue
        wanted = None if asked.op in ("empty", "not_empty") else read_one(office, spec, asked.value)
        kept = [one for one in kept if _fits(_key(spec, known[one].get(spec.name)), asked.op, _key(spec, wanted))]
    for name, descending in reversed(order):
        kept = _sorted(kept, known, specs[_name(name)], printer, descending=descending)
    return kept


def _sorted(
    ids: Sequence[str],
    known: Mapping[str, Mapping[str, Any]],
    spec: LedgerColumn,
    printer: Printer,
    *,
    descending: bool,
) -> list[str]:
    """By number, else by what people read; what is not known comes last either way."""

    def key(one: str) -> Any:
        value = known[one][spec.name]
        return _key(spec, value) if spec.gives in COUNTED else printer.text(spec, value)

    told = [one for one in ids if known[one].get(spec.name) is not None]
    return sorted(told, key=key, reverse=descending) + [one for one in ids if known[one].get(spec.name) is None]


def split(specs: Mapping[str, LedgerColumn], filters: Sequence[Condition], order: Order) -> tuple[Any, Any, Any, Any]:
    """Filters and order apart: those that the file answers, and those on worked-out columns."""
    asked = [each for each in filters if (spec := specs.get(_name(each.field))) and _here(spec, each.op)]
    by = [each for each in order if _name(each[0]) in specs and _name(each[0]) not in decimals(specs)]
    if by:
        # Sorted here by one column, sorted here by all: what comes first comes first.
        by = [each for each in order if _name(each[0]) in specs]
    return [f for f in filters if f not in asked], [o for o in order if o not in by], asked, by


def decimals(specs: Mapping[str, LedgerColumn]) -> frozenset[str]:
    """Those that are stored, as text that the file compares as numbers."""
    return frozenset(name for name, spec in specs.items() if spec.type is FieldType.DECIMAL and not spec.formula)


def _here(spec: LedgerColumn, op: str) -> bool:
    """Whether a filter is answered here: who it is the file knows by id, what they are called it does not."""
    if spec.type is FieldType.DECIMAL and not spec.formula:
        return op == "contains"
    return op == "contains" if spec.type in (FieldType.MEMBER, FieldType.ENTRY) else op != "in"


def _name(field: str) -> str:
    return field.removeprefix("values.")


def _values(template: LedgerTemplate, values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    return {
        **with_computed(template, values, today),
        **{r.name: len(rows_of(values, r)) or None for r in template.rows},
    }


def _key(spec: LedgerColumn, value: Any) -> Any:
    return Decimal(str(value)) if value is not None and spec.gives in COUNTED else value


def _fits(value: Any, op: str, wanted: Any) -> bool:
    if op in ("empty", "not_empty"):
        return (value is None) is (op == "empty")
    if value is None or wanted is None:
        return op == "ne" and value != wanted
    if isinstance(wanted, list):
        held = set(wanted) <= set(value)
        return held if op == "eq" else not held
    match op:
        case "ge":
            return bool(value >= wanted)
        case "le":
            return bool(value <= wanted)
        case "gt":
            return bool(value > wanted)
        case "ne":
            return bool(value != wanted)
    return bool(value == wanted)
