"""What a row changes in the record it means: nothing is erased, nothing made less exact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, KindSpec
from dangjian_desktop.domain.rules.registry import BACKWARDS
from dangjian_desktop.domain.values.cell_text import BLANK_MARKS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.policies import policy_of
from dangjian_desktop.services.records.printing import Printer
from dangjian_desktop.storage.queries import listing
from dangjian_desktop.storage.shape import SHAPES, KindShape
from dangjian_desktop.storage.unit_of_work import read_records, value_at

from .plan import UNCHANGED, UPDATED, PlannedRow
from .reading import ORIGINALS
from .units import UnitFinder

_VALUES = "values."
# What an import sets once, or must not move: a state moves along the template's own ways.
_NEVER_COMPARED = ("originals", "values", "entered_on", "state", "template")


def settle(
    office: Office,
    kind_name: str,
    rows: Sequence[PlannedRow],
    kind: KindSpec,
    finder: UnitFinder,
    existing: Collection[str],
) -> None:
    """Whether each standing row is new, changes something or nothing."""
    standing = [r for r in rows if not r.out and r.status != UNCHANGED]
    with office.database.read() as connection:
        current = read_records(connection, SHAPES[kind_name], [r.record for r in standing if r.record in existing])
        members = _members(kind, [r.values for r in standing] + list(current.values()))
        names = listing.titles(connection, "member", members)
    printer = Printer(office, masked=True, named=names)
    printer.add_units(finder.names)
    specs = {s.name: s for s in kind.fields}
    for row in standing:
        known = current.get(row.record)
        if known is not None and not _reached(office, kind_name, known):
            # What another unit's record says is not shown to compare with.
            row.refuse("", row.title, "已有这条记录，属于别的党组织，不在您的账户管理的范围内")
        elif known is not None:
            _compare(office, kind_name, row, known, printer, specs)


def _reached(office: Office, kind_name: str, known: Mapping[str, Any]) -> bool:
    scope = office.actor.scope
    return scope is None or policy_of(kind_name).unit_of(known) in scope


def _members(kind: KindSpec, records_read: Sequence[Mapping[str, Any]]) -> list[str]:
    names = [spec.name for spec in kind.fields if spec.type is FieldType.MEMBER]
    found: dict[str, None] = {}
    for values in records_read if names else ():
        inner = values.get("values") or {}
        found |= dict.fromkeys(str(v) for n in names if (v := values.get(n) or inner.get(n)))
    return list(found)


def _compare(
    office: Office,
    kind_name: str,
    row: PlannedRow,
    current: dict[str, Any],
    printer: Printer,
    specs: Mapping[str, FieldSpec],
) -> None:
    shape = SHAPES[kind_name]
    written = {k: v for k, v in row.values.items() if k not in _NEVER_COMPARED}
    written |= {_VALUES + k: v for k, v in (row.values.get("values") or {}).items()}
    changed = {}
    for path, value in written.items():
        before = _before(shape, current, path)
        weak = before is not None and path.removeprefix(_VALUES) in row.weak
        if value is not None and before != value and not less_exact(before, value) and not weak:
            changed[path] = value
    try:
        row.moves = records.stored_edits(office, kind_name, current, changed)
    except UserError as refused:
        row.refuse("", row.title, refused.message.removesuffix("。"))
        return
    if kind_name in BACKWARDS and BACKWARDS[kind_name]({**current, **changed}):
        row.refuse("", row.title, "结束早于开始，请核对起止")
        return
    for path, value in changed.items():
        spec = specs[path.removeprefix(_VALUES)]
        row.fields[spec.label] = (printer.text(spec, _before(shape, current, path)), printer.text(spec, value))
    flat = {k.removeprefix(_VALUES): v for k, v in written.items()}
    keep_originals(row, flat, {**current, **(current.get("values") or {})}, changed, specs)
    row.status = UPDATED if row.moves else UNCHANGED


def _before(shape: KindShape, current: Mapping[str, Any], path: str) -> Any:
    """What stands there now; a field that shows the newest of a history lies in its derived column."""
    return current[path] if path in current else value_at(shape, current, path)


def keep_originals(
    row: PlannedRow,
    values: Mapping[str, Any],
    current: Mapping[str, Any],
    changed: Mapping[str, Any],
    specs: Mapping[str, FieldSpec],
) -> None:
    """What was written beside a changed or still empty field; the old wording goes when the field gets a value.

    A cell that says nothing (“/”, “无”) or could not be read leaves a filled field as it is, and no trace.
    """
    kept = current.get(ORIGINALS) or {}
    changed_names = {path.removeprefix(_VALUES) for path in changed}
    written = row.values.get(ORIGINALS) or {}
    for name, text in written.items():
        if name not in specs:
            continue
        empty = values.get(name) is None and current.get(name) in (None, "") and text not in BLANK_MARKS
        if (name in changed_names or empty) and kept.get(name) != text:
            row.moves[f"{ORIGINALS}.{name}"] = text
            if empty:
                row.fields[specs[name].label] = (kept.get(name, ""), f"（原文）{text}")
    for name in changed_names & set(kept) - set(written):
        row.moves[f"{ORIGINALS}.{name}"] = None


def less_exact(before: object, after: object) -> bool:
    """Whether the sheet says the same date less exactly: a month never overwrites its day."""
    return (
        isinstance(before, str)
        and isinstance(after, str)
        and len(after) in (4, 7, 10)
        and before[len(after) : len(after) + 1] in ("-", "T")
        and before.startswith(after)
        and after[:4].isdecimal()
    )
