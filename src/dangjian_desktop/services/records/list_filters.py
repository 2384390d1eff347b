"""Filters and order of a list as a person asks for them, made into conditions on what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType, is_sensitive
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import REVEAL
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.database import Connection
from dangjian_desktop.storage.queries import listing, shown
from dangjian_desktop.storage.queries.listing import Condition, ListQuery

from .number_search import has_digits
from .policies import policy_of
from .printing import HELD
from .typing_in import field_specs, read_one


def order(office: Office, kind: str, name: str, descending: bool, template: str | None) -> tuple[str, bool]:
    """The path to sort by: who has counted for more years began on an earlier day."""
    years = any(spec.name == name and spec.type is FieldType.YEARS for spec in KINDS[kind].fields)
    path = _path(office, kind, name.removeprefix("values."), template)
    if not path.startswith("values.") and path not in listed_columns(kind):
        raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
    return path, descending ^ years


def conditions(
    office: Office, kind: str, asked: Condition, template: str | None, on: date | None = None
) -> tuple[Condition, ...]:
    """One filter as conditions, years counted up to `on` or today.

    Raises `UsageError` for an unknown field and `UserError` for an unreadable value.
    """
    specs = {s.name: s for s in field_specs(office, kind, template)}
    name = asked.field.removeprefix("values.")
    path = _path(office, kind, name, template)
    if (kind, name) in _OWN and (own := _OWN[kind, name](office, asked)):
        return (own,)
    if asked.op == "stands":
        return (Condition(path, "stands", on or office.today()),)
    if name in ("due_on", "title"):
        return (Condition(path, asked.op, asked.value),)
    if name not in specs and asked.field not in listed_columns(kind):
        raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
    if asked.op in ("empty", "not_empty", "in"):
        return (Condition(path, asked.op, asked.value),)
    if name not in specs:
        raise UsageError("unknown_field", f"{KINDS[kind].label}没有“{name}”这个字段。")
    spec = specs[name]
    _refuse_hidden(office, kind, spec)
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


def listed_columns(kind: str) -> frozenset[str]:
    """The columns of a kind that a list may be filtered by besides its fields."""
    return frozenset(spec.name for spec in (*KINDS[kind].fields, *KINDS[kind].hidden))


def numbers_asked(kind: str, filters: Sequence[Condition], typed: str) -> list[str]:
    """What a list is asked for by number: typed into the search, or as a filter on a column of numbers."""
    by_text = [typed] if typed and kind == "member" else []
    return by_text + [
        str(value)
        for each in filters
        if shown.is_number(kind, each.field) and each.value is not None
        for value in (each.value if isinstance(each.value, (list, tuple)) else [each.value])
    ]


def found_in_shown(connection: Connection, asked: ListQuery, found: list[str]) -> list[str]:
    """Those of the found records whose texts hold the typed digits also where numbers in them are hidden."""
    wanted = [(c.field, str(c.value)) for c in asked.conditions if c.op in ("contains", "eq")]
    wanted = [(name, value) for name, value in wanted if has_digits(value) and not shown.is_hidden(asked.kind, name)]
    searched = listing.TEXT_COLUMNS.get(asked.kind, ()) if has_digits(asked.text) else ()
    if not (wanted or searched):
        return found
    columns = {name.partition(".")[0] for name, _ in wanted} | set(searched)
    kept = []
    for row in listing.rows(connection, asked.kind, found, sorted(columns)):
        fits = all(_shows(value, _raw(row, name)) for name, value in wanted)
        if fits and (not searched or any(_shows(asked.text, _raw(row, name), found=False) for name in searched)):
            kept.append(row["id"])
    return kept


def _shows(typed: str, text: str, *, found: bool = True) -> bool:
    """Whether a text has what was typed also where its numbers are hidden; `found` for what it does not hold at all."""
    wanted, text = typed.casefold(), text.casefold()
    if wanted not in text:
        return found
    return wanted in mask_numbers(text) or wanted == text


def _raw(row: Mapping[str, Any], name: str) -> str:
    head, _, key = name.partition(".")
    value = (row.get(head) or {}).get(key) if key else row.get(name)
    return "" if value is None else str(value)


def _refuse_hidden(office: Office, kind: str, spec: FieldSpec) -> None:
    """Raise `UserError` (`not_allowed`) for a filter on what this account sees nothing of."""
    if is_sensitive(spec) and not shown.is_number(kind, spec.name) and not office.actor.may(REVEAL, kind):
        raise UserError(
            "not_allowed", f"您的账户看不到“{spec.label}”的全文，不能按它筛选。", advice="请按别的字段筛选。"
        )


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


def _street_counted(office: Office, asked: Condition) -> Condition | None:
    """What nobody answered follows from the field of work, so yes and no are asked of both."""
    if asked.op not in ("eq", "ne", "counted"):
        return None
    said = bool(read_one(office, KINDS["organisation"].field("street_counted"), asked.value))
    return Condition("street_counted", "counted", said ^ (asked.op == "ne"))


_OWN: dict[tuple[str, str], Callable[[Office, Condition], Condition | None]] = {
    ("member", "categories"): _classified,
    ("organisation", "street_counted"): _street_counted,
}
"""Fields whose filter is more than a comparison with what is stored."""


def _path(office: Office, kind: str, name: str, template: str | None) -> str:
    if name not in {c.name for c in policy_of(kind).columns(office, template)}:
        return name
    # The deadline stands beside the values, in the index that lists are read from.
    return "due_on" if name == _due(office, template) else f"values.{name}"


def dates(office: Office, kind: str, template: str | None) -> frozenset[str]:
    """The paths of a ledger's dates, its deadline among them."""
    own = [c.name for c in policy_of(kind).columns(office, template) if c.type is FieldType.DATE]
    return frozenset({"due_on", *(f"values.{name}" for name in own)}) if own else frozenset()


def _due(office: Office, template: str | None) -> str | None:
    """The column of a ledger that is its deadline, where that is a date."""
    if not template:
        return None
    found = ledger_templates.template(office, template)
    return next((c.name for c in found.columns if c.name == found.due and c.type is FieldType.DATE), None)


def _years(path: str, op: str, years: int | None, day: date) -> tuple[Condition, ...]:
    """Full years as bounds of the day since when; a bound is compared as text and need not be a day of a calendar."""
    if years is None:
        return (Condition(path, "empty"),)
    latest, earlier = (f"{day.year - count:04d}{day.isoformat()[4:]}" for count in (years, years + 1))
    at_least, at_most = Condition(path, "le", latest), Condition(path, "gt", earlier)
    return {"ge": (at_least,), "le": (at_most,)}.get(op, (at_least, at_most))
