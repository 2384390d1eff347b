"""What a person typed becomes stored values by path, or one plain sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.records.terms import TERM_FIELDS
from dangjian_desktop.domain.values.characters import cleaned
from dangjian_desktop.domain.values.clock_text import end_on
from dangjian_desktop.domain.values.several import read_codes
from dangjian_desktop.domain.values.values import read_cell
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations

from . import attached, referring
from .policies import policy_of

_THIS_YEARS = ("meeting", "ledger_entry")


def field_specs(office: Office, kind: str, template: str | None = None) -> list[FieldSpec]:
    """The fields a person fills in for a kind; a ledger's columns follow its own fields."""
    return [*KINDS[kind].fields, *_columns(office, kind, template)]


def _columns(office: Office, kind: str, template: str | None) -> tuple[FieldSpec, ...]:
    return policy_of(kind).columns(office, template)


def read_values(
    office: Office,
    kind: str,
    typed: Mapping[str, Any],
    *,
    template: str | None = None,
    partial: bool,
    held: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Stored values by path from typed ones; ledger columns come back as `values.<key>`.

    `partial` is an edit: required fields may be missing. Files that a column names come back with it, as what the
    record keeps of them; those in `held` (its attachments) are there already. Raises `UsageError` for an unknown
    field and `UserError` (`bad_value`, `required`) naming the field.
    """
    specs = {s.name: s for s in field_specs(office, kind, template)}
    labels = {s.label: s.name for s in specs.values()}
    columns = {c.name for c in _columns(office, kind, template)}
    values: dict[str, Any] = {}
    files = dict(held or {})
    for given, raw in _with_day_of_end(office, specs, typed).items():
        name = given.removeprefix("values.")
        name = name if name in specs else labels.get(name, name)
        if name not in specs:
            raise UsageError(
                "unknown_field", f"{KINDS[kind].label}没有“{given}”这个字段。", advice="可先查看字段清单。"
            )
        if not specs[name].editable:
            raise _follows(specs[name])
        if specs[name].type is FieldType.ATTACHMENT:
            values[f"values.{name}"] = referring.take_files(office, specs[name], raw, files)
            continue
        value = read_one(office, specs[name], raw, year=year_meant(office, kind))
        if (specs[name].required or (specs[name].asked and partial)) and value is None:
            raise UserError("required", f"“{specs[name].label}”不能为空。")
        values[f"values.{name}" if name in columns else name] = value
        if name == "started_at" and "ended_at" not in typed and isinstance(raw, str):
            end = read_cell(specs[name], raw, office.codes, on=office.today()).until
            values |= {"ended_at": end} if end else {}
    if not partial:
        _require(specs.values(), values, columns)
    return values | {path: kept for path, kept in files.items() if path not in (held or {})}


def without_days(office: Office, kind: str, typed: Iterable[str]) -> list[str]:
    """Labels of those typed fields that keep no day from which they hold: what they were is not kept by date."""
    dated = {*TERM_FIELDS, *STAY_FIELDS, "categories"}
    known = {key: spec for spec in field_specs(office, kind) for key in (spec.name, spec.label)}
    specs = [known[name] for name in typed if name in known]
    return [spec.label for spec in specs if not (spec.dated or spec.name in dated)]


def year_meant(office: Office, kind: str) -> int | None:
    """The year of a date that names none: this year's for meetings and ledgers, none for a person's history."""
    return office.today().year if kind in _THIS_YEARS else None


def _with_day_of_end(office: Office, specs: Mapping[str, FieldSpec], typed: Mapping[str, Any]) -> Mapping[str, Any]:
    """An end that names only an hour is on the day of the beginning typed with it."""
    begun, end = typed.get("started_at"), typed.get("ended_at")
    if "ended_at" not in specs or not isinstance(begun, str) or not isinstance(end, str):
        return typed
    start = read_cell(specs["started_at"], begun, office.codes, on=office.today()).value
    whole = end_on(start, begun, end) if isinstance(start, str) else None
    return {**typed, "ended_at": whole} if whole else typed


def _follows(spec: FieldSpec) -> UserError:
    """Why a field that follows from other data is not typed in."""
    return UserError(
        "not_editable", f"“{spec.label}”由程序填写，不能直接改。", effect="数据没有改动。", advice=spec.rule
    )


def _require(specs: Iterable[FieldSpec], values: Mapping[str, Any], columns: set[str]) -> None:
    for spec in specs:
        path = f"values.{spec.name}" if spec.name in columns else spec.name
        # The ID number tells the sex.
        if spec.name == "sex" and values.get("id_number"):
            continue
        if spec.required and values.get(path) in (None, ""):
            raise UserError("required", f"缺少“{spec.label}”。", effect="没有新建，数据没有改动。")


def read_one(office: Office, spec: FieldSpec, raw: Any, *, year: int | None = None) -> Any:
    """The stored value of one typed one; an empty text empties the field."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if spec.type is FieldType.PICTURE:
        return attached.take_photo(office, Path(str(raw).strip()))
    if isinstance(raw, str):
        raw = cleaned(raw)
    if spec.type is FieldType.ORGANISATION:
        return organisations.resolve(office, str(raw))
    if spec.type in referring.TYPES:
        return referring.resolve(office, spec, raw)
    if spec.name == "categories":
        codes, unknown = read_codes(office.codes, "category", raw)
        if unknown:
            raise UserError("bad_value", f"党员分类里没有“{unknown[0]}”。")
        return codes
    if isinstance(raw, bool | int) and spec.type in (FieldType.BOOLEAN, FieldType.INTEGER):
        return raw
    result = read_cell(spec, raw, office.codes, on=office.today(), year=year)
    if result.error:
        raise UserError("bad_value", f"“{spec.label}”填写的“{raw}”不能用：{result.error}。")
    if result.warning and spec.type is FieldType.MONEY:
        # A sheet's figure is taken in and told; who types one is there to say what it should be.
        raise UserError("bad_value", f"“{spec.label}”填写的“{raw}”不能用：金额只记到分。", effect="数据没有改动。")
    return result.value
