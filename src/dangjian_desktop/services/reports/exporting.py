"""A list as a workbook or text file that can be imported again: every field of the kind, or those chosen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.base.progress import Progress
from dangjian_desktop.domain.ledgers.columns import RowList
from dangjian_desktop.domain.ledgers.computed import with_computed
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import rows_of
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS, LISTED
from dangjian_desktop.domain.records.permissions import EXPORT
from dangjian_desktop.domain.values.masking import mask_phone
from dangjian_desktop.services.ledgers import ledgers, named
from dangjian_desktop.services.ledgers.child_rows import ROWS_MARK, find, rows_kind
from dangjian_desktop.services.office import practice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.services.records.records import Filter
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.queries.export import stored_rows

from .reports import check_reason

Cell = str | int | float | None
_Convert = Callable[[Any], Cell]

_FEW_VALUES = (FieldType.CODE, FieldType.ORGANISATION, FieldType.BOOLEAN)
AS_TEXT = (FieldType.ID_NUMBER, FieldType.PHONE, FieldType.DATE, FieldType.MOMENT, FieldType.TEXT)


@dataclass(frozen=True, slots=True)
class ExportResult:
    """What was written, and how many records it holds."""

    path: Path
    rows: int


def export(
    office: Office,
    kind: str,
    path: Path,
    *,
    scope: str | None = None,
    template: str | None = None,
    fields: Sequence[str] | None = None,
    filters: Sequence[Filter] = (),
    order: Sequence[tuple[str, bool]] = (),
    text: str = "",
    on: date | None = None,
    ids: Sequence[str] | None = None,
    masked: bool = True,
    reason: str | None = None,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the records of a list to `path` (.xlsx or .csv by its suffix), with the headers that imports know.

    `scope`, `filters`, `order`, `text` and `on` mean what they mean in `records.query`, but members are those in
    force today where `on` is not given; `ids` names the records instead. `fields` chooses columns (all by default);
    a `ledger_entry` needs its `template`. Unmasked needs the permission to reveal and a `reason`; every export is
    audited. Raises `UsageError` (`bad_format`, `unknown_kind`, `unknown_field`, `template_required`), `UserError`
    (`reason`, `not_allowed`) and `EnvironmentFault`.
    """
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise UsageError("bad_format", "导出的文件名要以 .xlsx 或 .csv 结尾。", effect="没有导出。")
    ledger = _ledger(office, kind, template)
    office.actor.require(EXPORT, kind)
    check_reason(office, kind, masked=masked, reason=reason)
    specs = _chosen(kind, ledger, fields)
    wanted = _ids(office, kind, ledger, scope, filters, order, text, on, ids)
    rows = _rows(office, kind, ledger, specs, wanted, masked)
    title = ledger.title if ledger else KINDS[kind].label
    if ledger and template and ROWS_MARK in template:
        listed = find(ledger, template.partition(ROWS_MARK)[2])
        specs, title = list(rows_kind(ledger, listed).fields), f"{ledger.title}-{listed.label}"
        rows = _child_rows(office, ledger, listed, wanted, masked=masked)
    title = practice.stamped_title(office, title)
    from dangjian_desktop.exchange.excel.export_rows import export_rows

    positions = [i for i, spec in enumerate(specs) if spec.type in AS_TEXT]
    written = export_rows(path, [spec.label for spec in specs], rows, positions, title, progress=progress)
    detail = {"kind": kind, "template": ledger.key if ledger else None, "scope": scope, "rows": written}
    office.audit("export", detail | {"masked": masked, "reason": reason, "files": [path.name]})
    return ExportResult(path, written)


def _ledger(office: Office, kind: str, template: str | None) -> LedgerTemplate | None:
    if kind not in LISTED:
        known = "、".join(LISTED)
        raise UsageError("unknown_kind", f"没有“{kind}”这种资料。可导出：{known}。", effect="没有导出。")
    if kind != "ledger_entry":
        return None
    if not template:
        raise UsageError("template_required", "导出台账要指明是哪一本。", effect="没有导出。")
    return ledgers.seen(office, template.partition(ROWS_MARK)[0])


def _chosen(kind: str, ledger: LedgerTemplate | None, fields: Sequence[str] | None) -> list[FieldSpec]:
    own = [spec for spec in KINDS[kind].fields if spec.name != "template"]
    specs = own + list(ledger.columns if ledger else ())
    if fields is None:
        return specs
    by_name = {spec.name: spec for spec in specs}
    names = [name.removeprefix("values.") for name in fields]
    for name in names:
        if name not in by_name:
            raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。", effect="没有导出。")
    return [by_name[name] for name in names]


def _ids(
    office: Office,
    kind: str,
    ledger: LedgerTemplate | None,
    scope: str | None,
    filters: Sequence[Filter],
    order: Sequence[tuple[str, bool]],
    text: str,
    on: date | None,
    ids: Sequence[str] | None,
) -> Sequence[str]:
    if kind == "member" and ids is None:
        on = on or office.today()
    listed = records.query(
        office,
        kind,
        scope=scope,
        filters=filters,
        order=order,
        on=on,
        text=text,
        template=ledger.key if ledger else None,
    )
    return listed if ids is None else _of(listed, ids)


def within_reach(office: Office, kind: str, ids: Sequence[str], template: str | None = None) -> Sequence[str]:
    """Those of `ids` that this account may list, in their own order."""
    return _of(records.query(office, kind, template=template), ids)


def _of(listed: Sequence[str], ids: Sequence[str]) -> list[str]:
    # Named records are exported in their own order, but never beyond what this account may list.
    allowed = set(listed)
    return [record for record in ids if record in allowed]


def _rows(
    office: Office,
    kind: str,
    ledger: LedgerTemplate | None,
    specs: Sequence[FieldSpec],
    ids: Sequence[str],
    masked: bool,
) -> Iterator[list[Cell]]:
    """Printed rows in the order of the columns; ledger columns lie in the entry's values."""
    in_values = {column.name for column in ledger.columns} if ledger else frozenset()
    stored = [spec.name for spec in specs if spec.name not in in_values]
    with office.database.read() as connection:
        names = _names(office, connection, kind, ids, specs, ledger=ledger is not None)
        # Where a masked sheet is taken in again, the import puts the numbers back (`records.stored_edits`).
        printer = Printer(office, masked=masked, named=names)
        states = {state.key: state.label for state in ledger.states} if ledger else {}
        converters = [_converter(printer, spec, masked, states) for spec in specs]
        if ledger is None:
            for row in stored_rows(connection, kind, ids, stored):
                yield [convert(value) for convert, value in zip(converters, row, strict=True)]
            return
        for row in stored_rows(connection, kind, ids, [*stored, "values"]):
            values: dict[str, Any] = json.loads(row[-1]) if row[-1] else {}
            known = dict(with_computed(ledger, values, office.today()))
            found = known | dict(zip(stored, row, strict=False))
            yield [convert(found.get(spec.name)) for convert, spec in zip(converters, specs, strict=True)]


def _child_rows(
    office: Office, ledger: LedgerTemplate, listed: RowList, ids: Sequence[str], *, masked: bool
) -> Iterator[list[Cell]]:
    """Every child row of the entries with the number of its entry and its own, as an import takes it in again."""
    with office.database.read() as connection:
        rows = listing.rows(connection, "ledger_entry", ids, ["number", "template", "values"])
        printer = Printer(office, masked=masked, named=named.names_in(office, connection, rows))
    for row in rows:
        values = with_computed(ledger, row["values"] or {}, office.today())
        for child in rows_of(values, listed):
            told = (printer.text(column, child.values.get(column.name)) for column in listed.columns)
            yield [row["number"] or row["id"], child.key, *told]


def _names(
    office: Office, connection: Any, kind: str, ids: Sequence[str], specs: Sequence[FieldSpec], *, ledger: bool
) -> dict[str, str]:
    """What the rows refer to, as people call it."""
    referring = [spec.name for spec in specs if spec.type in _REFERRING]
    if not referring:
        return {}
    if ledger:
        return named.names_in(office, connection, listing.rows(connection, kind, ids, ["template", "values"]))
    referred = [str(value) for row in stored_rows(connection, kind, ids, referring) for value in row if value]
    return listing.titles(connection, "member", list(dict.fromkeys(referred)))


_REFERRING = (FieldType.MEMBER, FieldType.MEMBERS, FieldType.ENTRY, FieldType.ATTACHMENT)
_AS_STORED = (FieldType.TEXT, FieldType.LONG_TEXT, FieldType.DATE, FieldType.PHONE, FieldType.ID_NUMBER)


def _converter(printer: Printer, spec: FieldSpec, masked: bool, states: Mapping[str, str]) -> _Convert:
    """How one column's stored values are printed; columns of few different values are looked up."""
    if spec.name == "state" and states:
        return lambda value: states.get(value, value)
    if spec.type is FieldType.INTEGER:
        return lambda value: value
    if spec.type is FieldType.YEARS:
        return _remembering(printer.years)
    if spec.type is FieldType.MONEY:
        return lambda value: None if value is None else value / 100
    if spec.type is FieldType.PHONE and masked:
        return mask_phone
    if spec.type in _FEW_VALUES or spec.name == "categories":
        return _remembering(lambda value: printer.text(spec, value))
    if not masked and spec.type in _AS_STORED:
        return lambda value: value
    return lambda value: printer.text(spec, value)


def _remembering(convert: _Convert) -> _Convert:
    known: dict[Any, Cell] = {}

    def look_up(value: Any) -> Cell:
        if value not in known:
            known[value] = convert(value)
        return known[value]

    return look_up
