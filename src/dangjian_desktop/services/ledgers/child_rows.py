"""Child rows of ledger entries: shown, added, changed, taken out; each is one value that the log follows by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.ids import new_id
from dangjian_desktop.domain.ledgers import computed
from dangjian_desktop.domain.ledgers.columns import LedgerColumn, RowList
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate
from dangjian_desktop.domain.ledgers.rows import ChildRow, row_name, rows_of
from dangjian_desktop.domain.records.attachments import ATTACHMENTS
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.values.masking import restore_numbers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records, referring
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.services.records.typing_in import read_one
from dangjian_desktop.storage.shape import BINNED, SHAPES
from dangjian_desktop.storage.unit_of_work import UnitOfWork, read_records

from . import ledger_templates

KIND = "ledger_entry"
_FILES = f"{ATTACHMENTS.name}."
_UNCHANGED = "没有保存，数据没有改动。"

OWN_NUMBER = "_row"
"""The column of a sheet that tells which child row a line is."""

ROWS_MARK = "."
"""Between a ledger and one of its lists of child rows: `agreements.items`."""

Typed = Mapping[str, Any]


class ShownRow(NamedTuple):
    """One child row: its key, its values as they are kept (computed ones with them), and as people read them."""

    key: str
    values: Mapping[str, Any]
    printed: Mapping[str, str]


class ShownRows(NamedTuple):
    """One list of child rows of an entry, with the columns that this role sees."""

    rows: RowList
    shown: list[ShownRow]


class RowEdit(NamedTuple):
    """What becomes of one row: a new one without `key`; `typed` None takes it out."""

    key: str | None
    typed: Typed | None


def lists(office: Office, entry: str) -> list[ShownRows]:
    """The child rows of an entry by list; raises `UserError` as `records.get`."""
    office.actor.require(READ, KIND)
    current = _read(office, entry)
    template = ledger_templates.seen_by(office, ledger_templates.template(office, current["template"]))
    values = computed.with_computed(template, current["values"] or {}, office.today())
    with office.database.read() as connection:
        names = policy_of(KIND).names_in(office, connection, [current])
    printer = Printer(office, masked=True, named=names)
    return [ShownRows(rows, [_shown(printer, rows, row) for row in rows_of(values, rows)]) for rows in template.rows]


def _shown(printer: Printer, rows: RowList, row: ChildRow) -> ShownRow:
    seen = {column.name: row.values.get(column.name) for column in rows.columns}
    return ShownRow(row.key, seen, {c.name: printer.text(c, seen[c.name]) for c in rows.columns})


def find(template: LedgerTemplate, name: str) -> RowList:
    """The list of child rows that a person means by key or by label; raises `UsageError` (`unknown_rows`)."""
    rows = template.row_list(name)
    if rows is None:
        known = "、".join(each.label for each in template.rows)
        hint = f"现有：{known}。" if known else "这本台账没有分项。"
        raise UsageError("unknown_rows", f"“{template.title}”没有“{name}”这个分项。{hint}")
    return rows


def rows_kind(template: LedgerTemplate, rows: RowList) -> KindSpec:
    """A list of child rows as a kind: the number of the entry and of the row in front."""
    own = (FieldSpec("number", "编号", required=True), FieldSpec(OWN_NUMBER, "行号"))
    return KindSpec(KIND, f"{template.title}：{rows.label}", (*own, *rows.columns))


def add(office: Office, entry: str, name: str, typed: Typed) -> tuple[Saved, str]:
    """One more row from typed values; returns its key too."""
    saved, keys = change(office, entry, name, [RowEdit(None, typed)])
    return saved, keys[0]


def remove(office: Office, entry: str, name: str, keys: Iterable[str]) -> Saved:
    """Take rows out, as one operation."""
    return change(office, entry, name, [RowEdit(key, None) for key in keys])[0]


def change(office: Office, entry: str, name: str, edits: Iterable[RowEdit]) -> tuple[Saved, list[str]]:
    """Add, change and take out rows of one list as one operation; returns the keys of the rows in their order.

    Raises `UserError`: `removed` for an entry in the bin, `not_found` for a row that is gone, `required`, `bad_value`,
    `closed_entry`; `UsageError` (`unknown_rows`, `unknown_field`).
    """
    current = _read(office, entry)
    template = ledger_templates.template(office, current["template"])
    ledger_templates.require_usable(template)
    called = f"{template.title} {current.get('number') or ''}".strip()
    if current[BINNED]:
        raise UserError("removed", f"“{called}”在回收站里，不能修改。", effect=_UNCHANGED, advice="请先恢复它。")
    rows = find(ledger_templates.seen_by(office, template), name)
    with office.operation(f"{called}：{rows.label}") as work:
        keys = _write(office, work, work.read(KIND, [entry])[entry], rows, edits)
    return Saved(entry, work.change_set), keys


def _write(
    office: Office, work: UnitOfWork, current: Mapping[str, Any], rows: RowList, edits: Iterable[RowEdit]
) -> list[str]:
    held = {_FILES + key: kept for key, kept in (current[ATTACHMENTS.name] or {}).items()}
    files, moved, keys = dict(held), {}, []
    for edit in edits:
        key = edit.key or new_id()
        before = (current["values"] or {}).get(row_name(rows.name, key))
        if edit.key is not None and before is None:
            raise UserError("not_found", f"“{rows.label}”里没有这一行。", effect=_UNCHANGED)
        after = None if edit.typed is None else typed_row(office, rows, edit.typed, before or {}, files)
        moved[f"values.{row_name(rows.name, key)}"] = after
        keys.append(key)
    moved |= {path: kept for path, kept in files.items() if path not in held}
    work.change(KIND, current["id"], policy_of(KIND).following(office, current, moved))
    return keys


def typed_row(
    office: Office, rows: RowList, typed: Typed, before: Mapping[str, Any], files: dict[str, Any]
) -> dict[str, Any]:
    """A row as it is kept, from what was typed over what it held; columns that the role does not see stay."""
    kept = dict(before)
    for given, raw in typed.items():
        column = next((c for c in rows.columns if given in (c.name, c.label)), None)
        if column is None:
            raise UsageError("unknown_field", f"“{rows.label}”没有“{given}”这一列。")
        if not column.editable:
            raise UserError("not_editable", f"“{column.label}”由程序算出，不能直接改。", effect=_UNCHANGED)
        kept[column.name] = _value(office, column, raw, before.get(column.name), files)
    kept = {name: value for name, value in kept.items() if value is not None}
    missing = [c.label for c in rows.columns if c.required and c.name not in kept]
    if missing:
        raise UserError("required", f"“{rows.label}”缺少“{'”“'.join(missing)}”。", effect=_UNCHANGED)
    if not kept:
        raise UserError("required", f"“{rows.label}”的这一行是空的。", effect=_UNCHANGED)
    return kept


def _value(office: Office, column: LedgerColumn, raw: Any, before: Any, files: dict[str, Any]) -> Any:
    if column.type is FieldType.ATTACHMENT:
        return referring.take_files(office, column, raw, files)
    value = read_one(office, column, raw, year=office.today().year)
    # A text that comes back with the stars that hid a number has the number again.
    if isinstance(value, str) and isinstance(before, str) and "*" in value:
        return restore_numbers(value, before)
    return value


def _read(office: Office, entry: str) -> dict[str, Any]:
    with office.database.read() as connection:
        try:
            row = read_records(connection, SHAPES[KIND], [entry])[entry]
        except KeyError:
            raise UserError("not_found", f"没有找到这一条（{entry}）。", effect=_UNCHANGED) from None
    records.require_visible(office, KIND, row)
    return row
