"""Ordered ids of a list, made in SQL: scope, filters, search text, order, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, or_, select, text

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS

from .. import pinyin, tables

_MEMBER, _STAY = tables.member, tables.membership
_TEXT_COLUMNS = {
    "organisation": ("name", "short_name", "code"),
    "meeting": ("title", "place", "chair", "topics", "resolutions"),
    "post": ("person_name", "post"),
    "ledger_entry": ("title", "number"),
}
_TABLES = {
    "organisation": tables.organisation,
    "member": _MEMBER,
    "post": tables.post,
    "meeting": tables.meeting,
    "ledger_entry": tables.ledger_entry,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter on a column (or `values.<key>`): `op` is eq, ne, contains, in, empty, not_empty, ge, le or gt."""

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks for; `scope` holds the organisation ids it is limited to, None for all."""

    kind: str
    scope: frozenset[str] | None = None
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    on: date | None = None
    text: str = ""
    template: str | None = None
    binned: bool = False


def ids(connection: Connection, query: ListQuery) -> list[str]:
    """The ids of a list in its order."""
    table = _TABLES[query.kind]
    statement = select(table.c.id).where(table.c.binned.is_(query.binned))
    statement = _scoped(statement, query)
    for condition in query.conditions:
        statement = statement.where(_condition(query.kind, condition))
    if query.text:
        statement = statement.where(_matches(query.kind, query.text))
    if query.template:
        statement = statement.where(table.c.template == query.template)
    for column, descending in (*query.order, *_default_order(query.kind)):
        expression = _order_column(query.kind, column)
        statement = statement.order_by(expression.desc() if descending else expression)
    return list(connection.execute(statement.order_by(table.c.rid)).scalars())


def count(
    connection: Connection, kind: str, scope: frozenset[str] | None = None, without: frozenset[str] = frozenset()
) -> int:
    """How many records of a kind stand (not in the bin) in `scope`, entries of the ledgers `without` left out."""
    table = _TABLES[kind]
    statement = _scoped(
        select(func.count()).select_from(table).where(table.c.binned.is_(False)), ListQuery(kind, scope)
    )
    if kind == "ledger_entry" and without:
        statement = statement.where(table.c.template.not_in(without))
    return int(connection.execute(statement).scalar_one())


def in_force(day: date) -> ColumnElement[bool]:
    """The condition that a row of `membership` is in force on `day` (partial dates included)."""
    iso = day.isoformat()
    first = func.substr(_STAY.c.from_on + "-01-01", 1, 10)
    last = last_day(_STAY.c.to_on)
    return and_(or_(_STAY.c.from_on.is_(None), first <= iso), or_(_STAY.c.to_on.is_(None), last > iso))


def last_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The last day of a partial date: what ended in a month or year ended on its last day."""
    month = func.date(column + "-01", "+1 month", "-1 day")
    return case((func.length(column) == 7, month), (func.length(column) == 4, column + "-12-31"), else_=column)


def _scoped(statement: Select[Any], query: ListQuery) -> Select[Any]:
    table = _TABLES[query.kind]
    if query.kind == "member" and query.on is not None:
        stay = and_(_STAY.c.record == table.c.id, in_force(query.on))
        if query.scope is not None:
            stay = and_(stay, _STAY.c.organisation.in_(query.scope))
        return statement.where(exists().where(stay))
    if query.scope is None:
        return statement
    column = table.c.id if query.kind == "organisation" else table.c.organisation
    return statement.where(column.in_(query.scope))


def _column(kind: str, name: str) -> Any:
    table = _TABLES[kind]
    if name.startswith("values."):
        return func.json_extract(table.c["values"], f'$."{name.removeprefix("values.")}"')
    return table.c[name]


def _is_date(kind: str, name: str) -> bool:
    return name in KINDS[kind].names() and KINDS[kind].field(name).type is FieldType.DATE


def _condition(kind: str, condition: Condition) -> ColumnElement[bool]:
    column, value = _column(kind, condition.field), condition.value
    match condition.op:
        case "eq":
            return or_(column == value, column.is_(None)) if value is False else column == value
        case "ne":
            return or_(column != value, column.is_(None))
        case "contains":
            return column.contains(str(value), autoescape=True)  # type: ignore[no-any-return]
        case "in":
            return column.in_(list(value))  # type: ignore[no-any-return]
        case "empty":
            return or_(column.is_(None), column == "")
        case "not_empty":
            return and_(column.is_not(None), column != "")
        case "gt":
            return column > value  # type: ignore[no-any-return]
        case "ge":
            low = func.substr(column + "-01-01", 1, 10) if _is_date(kind, condition.field) else column
            return low >= value  # type: ignore[no-any-return]
        case "le":
            low = func.substr(column + "-01-01", 1, 10) if _is_date(kind, condition.field) else column
            return low <= value  # type: ignore[no-any-return]
    raise ValueError(condition.op)


def _order_column(kind: str, name: str) -> Any:
    if kind == "member" and name == "name":
        return _MEMBER.c.name_key
    if name in KINDS[kind].names() and KINDS[kind].field(name).type is FieldType.ORGANISATION:
        unit = tables.organisation.alias("ordering")
        return select(unit.c.name).where(unit.c.id == _column(kind, name)).scalar_subquery()
    if name in KINDS[kind].names() and KINDS[kind].field(name).type is FieldType.YEARS:
        # Nothing is less than any number of years, that is: later than any day.
        return func.coalesce(_column(kind, name), "9999")
    return _column(kind, name)


def _default_order(kind: str) -> Sequence[tuple[str, bool]]:
    return {"meeting": (("started_at", True),), "ledger_entry": (("number", False),)}.get(kind, ())


def find_expression(typed: str) -> str | None:
    """The full-text query for part of a name or pinyin initials; None when nothing can be searched."""
    typed = typed.strip()
    if not typed:
        return None
    if typed.isascii():
        word = "".join(c for c in typed.lower() if c.isalpha())
        return f'letters : "{word}" *' if word else None
    return f'name : "{pinyin.tokens(typed)}"'


def _matches(kind: str, typed: str) -> ColumnElement[bool]:
    if kind != "member":
        return or_(*(_column(kind, c).contains(typed, autoescape=True) for c in _TEXT_COLUMNS[kind]))
    digits = "".join(c for c in typed if c.isdigit() or c in "Xx")
    if len(digits) >= 3 and digits == typed.strip():
        fragment = digits.upper()
        return or_(_MEMBER.c.id_number.contains(fragment), _MEMBER.c.phone.contains(fragment))
    expression = find_expression(typed)
    return _MEMBER.c.rid.in_(
        select(text("rowid"))
        .select_from(text("member_find"))
        .where(text("member_find MATCH :find"))
        .params(find=expression or '""')
    )


def rows(connection: Connection, kind: str, ids_wanted: Sequence[str], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Plain rows (with `id`) of the wanted ids in their order; ids that are gone are left out."""
    table = _TABLES[kind]
    known = [table.c[c] for c in columns if c in table.c]
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(ids_wanted), 900):
        piece = ids_wanted[start : start + 900]
        for row in connection.execute(select(table.c.id, *known).where(table.c.id.in_(piece))).mappings():
            found[row["id"]] = dict(row)
    return [found[i] for i in ids_wanted if i in found]


def titles(connection: Connection, kind: str, wanted: Sequence[str]) -> dict[str, str]:
    """Names of records by id, for labels: a member's or unit's name, a meeting's or entry's title."""
    column = {"meeting": "title", "ledger_entry": "title", "post": "post"}.get(kind, "name")
    return {r["id"]: r[column] or "" for r in rows(connection, kind, list(wanted), [column])}
