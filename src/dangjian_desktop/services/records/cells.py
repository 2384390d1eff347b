"""Editing in the cells of a list: which columns that is open to, what one write may hold, what a copy carries."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, is_sensitive
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import SUPERIOR_DECIDES, WRITE
from dangjian_desktop.domain.values.masking import restore_numbers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records

from . import records
from .policies import policy_of
from .typing_in import field_specs, read_one, year_meant

_HIDDEN = re.compile(r"\*{3,}")
_STORED = (FieldType.CODE, FieldType.ORGANISATION, FieldType.MEMBER, FieldType.BOOLEAN, FieldType.INTEGER)
"""Types that are read back from what is stored; the others from what is printed."""
_FILES = (FieldType.PICTURE, FieldType.ATTACHMENT)
_SEVERAL = (FieldType.MEMBERS, FieldType.CODES, FieldType.ENTRY)


def elsewhere(office: Office, kind: str, spec: FieldSpec) -> str:
    """Where a column is changed instead, as one sentence; empty where it may be typed into its cell.

    A cell asks nothing beside its value: what holds from a day, follows from other data or has an operation of its
    own is changed in the form or by that operation.
    """
    if sentence := unwritable(office, kind, spec):
        return sentence
    if spec.derived or spec.type in _SEVERAL:
        return f"“{spec.label}”不在格里改：请按回车打开这一条，在表单里改。"
    if spec.dated:
        return f"“{spec.label}”改变时要写明从哪天起：请按回车打开这一条，在表单里改。"
    return ""


def refused(office: Office, kind: str) -> str:
    """Why the account may not write into a list of a kind at all; empty where it may."""
    return office.actor.why_not(WRITE, kind)


def unwritable(office: Office, kind: str, spec: FieldSpec) -> str:
    """Why no list may write a column at all, also not by a pasted block that tells from which day it holds."""
    if sentence := refused(office, kind):
        return sentence
    if kind == "organisation" and office.actor.scope is not None and spec.name in SUPERIOR_DECIDES:
        return f"“{spec.label}”由上级党组织决定，这个账户不能改。"
    if road := policy_of(kind).own_roads.get(spec.name):
        return f"“{spec.label}”不在格里改：{road}"
    if spec.type in _FILES:
        return f"“{spec.label}”不在格里改：请按回车打开这一条，在那里放照片或文件。"
    if not spec.editable or spec.type is FieldType.COMPUTED:
        return f"“{spec.label}”由程序填写，不能直接改。{spec.rule}"
    return ""


def read_cells(
    office: Office, kind: str, edits: Mapping[str, Mapping[str, Any]], *, template: str | None = None
) -> dict[tuple[str, str], str]:
    """What cannot be written of the cells of a block, by record and field, each with its sentence."""
    specs = {spec.name: spec for spec in field_specs(office, kind, template)}
    rows = _rows(office, kind, list(edits))
    found: dict[tuple[str, str], str] = {}
    for record, typed in edits.items():
        for name, value in typed.items():
            if sentence := _problem(office, kind, specs.get(name), rows.get(record), value):
                found[record, name] = sentence
    return found


def _problem(office: Office, kind: str, spec: FieldSpec | None, row: Mapping[str, Any] | None, value: Any) -> str:
    if row is None:
        return "这条记录已经不在了。"
    if spec is None:
        return "这一栏是算出来的，不能直接改。"
    if sentence := unwritable(office, kind, spec):
        return sentence
    if sentence := masked(spec, value, _stored(row, spec.name)):
        return sentence
    try:
        read = read_one(office, spec, value, year=year_meant(office, kind))
    except UserError as error:
        return error.message
    if read is None and (spec.required or spec.asked):
        return f"“{spec.label}”不能为空。"
    return ""


def masked(spec: FieldSpec, value: Any, before: Any) -> str:
    """Why a text that holds stars for a hidden number is not written; empty where nothing would be lost.

    A number that the same cell still holds is put back by the edit; one that came from elsewhere cannot be.
    """
    if not isinstance(value, str) or "*" not in value:
        return ""
    stored = before if isinstance(before, str) else ""
    if is_sensitive(spec) or (_HIDDEN.search(restore_numbers(value, stored)) and not _HIDDEN.search(stored)):
        return f"“{spec.label}”里有隐去的号码（*），不能写进来；请写完整的号码。"
    return ""


def write(
    office: Office,
    kind: str,
    edits: Mapping[str, Mapping[str, Any]],
    *,
    label: str = "",
    since: str | None = None,
    block: bool = False,
) -> records.Saved:
    """Write the cells of a list as one operation: all of them, or none.

    One that is typed takes only columns that `elsewhere` leaves to the cells; a `block`, which is shown before it is
    written and may tell `since` which day it holds, all but the `unwritable`. Raises `UserError` (`not_in_cell`,
    `masked`) and all that an edit in the form raises.
    """
    rows = _rows(office, kind, list(edits))
    for record, typed in edits.items():
        row = rows.get(record, {})
        specs = {spec.name: spec for spec in field_specs(office, kind, row.get("template"))}
        for name, value in typed.items():
            spec = specs.get(name)
            if spec is None:
                continue
            if closed := unwritable(office, kind, spec) if block else elsewhere(office, kind, spec):
                raise UserError("not_in_cell", closed, effect="数据没有改动。")
            if sentence := masked(spec, value, _stored(row, name)):
                raise UserError("masked", sentence, effect="数据没有改动。")
    return records.edit_many(office, kind, edits, label=label or _label(office, kind, edits, rows), since=since)


def _label(office: Office, kind: str, edits: Mapping[str, Mapping[str, Any]], rows: Mapping[str, Any]) -> str:
    changed = {name for typed in edits.values() for name in typed}
    if len(edits) > 1:
        return f"修改{len(edits)}条{KINDS[kind].label}记录"
    record = next(iter(edits))
    row = rows.get(record, {})
    specs = {spec.name: spec.label for spec in field_specs(office, kind, row.get("template"))}
    what = f"的{specs[next(iter(changed))]}" if len(changed) == 1 and changed <= specs.keys() else ""
    return f"修改{policy_of(kind).called(office, row)}{what}" if row else f"修改{KINDS[kind].label}"


def carried(office: Office, kind: str, record: str, fields: Sequence[str]) -> dict[str, Any]:
    """What the cells of one record say, in the form in which they can be written into another.

    Raises `UserError` (`masked`) where a number is hidden that the list does not show.
    """
    shown = records.get(office, kind, record)
    template = shown.values.get("template") if kind == "ledger_entry" else None
    specs = {spec.name: spec for spec in field_specs(office, kind, template)}
    found: dict[str, Any] = {}
    for name in fields:
        spec = specs.get(name)
        if spec is None:
            continue
        stored, printed = shown.values.get(name), shown.printed.get(name, "")
        if (is_sensitive(spec) and stored) or _HIDDEN.search(printed) or _cut(spec, stored, printed):
            raise UserError(
                "masked",
                f"“{spec.label}”里有隐去的内容，不能复制到别的格。",
                effect="数据没有改动。",
                advice="请在每一格里分别填写。",
            )
        found[name] = (stored if spec.type in _STORED else printed) or None
        if spec.type in (FieldType.BOOLEAN, FieldType.INTEGER):
            found[name] = stored
    return found


def _cut(spec: FieldSpec, stored: Any, printed: str) -> bool:
    """Whether a date is shown shorter than it is kept."""
    return spec.type is FieldType.DATE and bool(stored) and str(stored) != printed


def _stored(row: Mapping[str, Any], name: str) -> Any:
    values = row.get("values") or {}
    return values[name] if name in values else row.get(name)


def _rows(office: Office, kind: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The stored rows that stand and that this account sees."""
    policy = policy_of(kind)
    found: dict[str, dict[str, Any]] = {}
    with office.database.read() as connection:
        try:
            found = read_records(connection, SHAPES[kind], ids)
        except KeyError:
            for record in ids:
                with suppress(KeyError):
                    found |= read_records(connection, SHAPES[kind], [record])
    for row in found.values():
        policy.require_open(office, row)
    return found
