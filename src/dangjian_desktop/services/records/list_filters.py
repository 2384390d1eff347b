"""Filters and order of a list as a person asks for them, made into conditions on what is stored."""

from __future__ import annotations

from datetime import date

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries.listing import Condition

from . import organisations
from .policies import policy_of
from .printing import HELD
from .typing_in import field_specs, read_one


def order(office: Office, kind: str, name: str, descending: bool, template: str | None) -> tuple[str, bool]:
    """The path to sort by: who has counted for more years began on an earlier day."""
    years = any(spec.name == name and spec.type is FieldType.YEARS for spec in KINDS[kind].fields)
    return _path(office, kind, name, template), descending ^ years


def conditions(
    office: Office, kind: str, asked: Condition, template: str | None, on: date | None = None
) -> tuple[Condition, ...]:
    """One filter as conditions, years counted up to `on` or today.

    Raises `UsageError` for an unknown field and `UserError` for an unreadable value.
    """
    specs = {s.name: s for s in field_specs(office, kind, template)}
    name = asked.field.removeprefix("values.")
    path = _path(office, kind, name, template)
    if kind == "member" and name == "categories":
        return (_classified(office, asked),)
    if name in ("due_on", "title") or asked.op in ("empty", "not_empty", "in"):
        return (Condition(path, asked.op, asked.value),)
    if name not in specs:
        raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
    spec = specs[name]
    if spec.type is FieldType.PICTURE:
        return (Condition(path, "not_empty" if str(asked.value or "").strip() in (HELD, "是") else "empty"),)
    if asked.op == "contains" and spec.type is FieldType.CODE and spec.codes and "choices:" not in spec.codes:
        fitting = [c for c, shown in office.codes.choices(spec.codes) if str(asked.value) in shown]
        return (Condition(path, "in", fitting),)
    if asked.op == "contains" and spec.type is FieldType.ORGANISATION:
        fitting = [i for i, n in organisations.names(office).items() if str(asked.value) in n]
        return (Condition(path, "in", fitting),)
    if asked.op == "contains":
        return (Condition(path, "contains", asked.value),)
    value = read_one(office, spec, asked.value)
    if spec.type is FieldType.YEARS:
        return _years(path, asked.op, value, on or office.today())
    return (Condition(path, asked.op, value),)


def _classified(office: Office, asked: Condition) -> Condition:
    """Classifications are a set with days: a filter asks for who holds one on the day, whatever it is stored as."""
    typed = asked.value if isinstance(asked.value, (list, tuple)) else [asked.value]
    if asked.op in ("empty", "not_empty") or (asked.op == "eq" and not str(asked.value or "").strip()):
        return Condition("categories", "holds" if asked.op == "not_empty" else "lacks", ())
    if asked.op == "contains":
        codes = [code for code, name in office.codes.choices("category") if str(asked.value) in name]
    else:
        spec = KINDS["member"].field("categories")
        codes = [code for text in typed for code in read_one(office, spec, text) or ()]
    held = [text for code in codes for text in (code, office.codes.name("category", code))]
    # Nothing is called so: nobody holds it.
    return Condition("categories", "lacks" if asked.op == "ne" else "holds", tuple(held) or ("",))


def _path(office: Office, kind: str, name: str, template: str | None) -> str:
    return f"values.{name}" if name in {c.name for c in policy_of(kind).columns(office, template)} else name


def _years(path: str, op: str, years: int | None, day: date) -> tuple[Condition, ...]:
    """Full years as bounds of the day since when; a bound is compared as text and need not be a day of a calendar."""
    if years is None:
        return (Condition(path, "empty"),)
    latest, earlier = (f"{day.year - count:04d}{day.isoformat()[4:]}" for count in (years, years + 1))
    at_least, at_most = Condition(path, "le", latest), Condition(path, "gt", earlier)
    return {"ge": (at_least,), "le": (at_most,)}.get(op, (at_least, at_most))
