"""Ordered ids of a list, made in SQL: scope, filters, search text, order, as of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    text,
)

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS, ORGANISATIONAL
from dangjian_desktop.domain.records.members import IN_FORCE, counted_from
from dangjian_desktop.domain.records.spans import STAY_FIELDS
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.masking import digits_of, is_whole_number, mask_numbers

from .. import pinyin, tables
from . import many, passages, shown, spans
from .spans import DayColumns

FEWEST_DIGITS = 3
"""So many digits are taken for a piece of a number."""

_MEMBER, _STAY, _CATEGORY = tables.member, tables.membership, tables.category
_FEW = 900
_COUNTED_BY = ("member_class", "joined_on", "confirmed_on", "seniority_adjustment")
TEXT_COLUMNS = {
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
    """One filter on a column (or `values.<key>`): `op` is eq, ne, contains, in, empty, not_empty, ge, le, gt or holds.

    `counted` asks for what the street counts or not, `stands` for organisations that stand on the day `value`;
    `holds` asks for members of any of the classifications in `value`, `lacks` for those of none (of all: empty).
    """

    field: str
    op: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list asks for; `scope` holds the organisation ids it is limited to, None for all.

    With `on` members are those of that day, and what changes in time is filtered and sorted by its value then.
    """

    kind: str
    scope: frozenset[str] | None = None
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    on: date | None = None
    text: str = ""
    template: str | None = None
    binned: bool = False
    hidden: bool = False
    """Whether who asks may not reveal: masked columns are then searched and sorted by what is shown of them."""
    group: str | None = None
    """The 党小组 to whose members and meetings the list is limited, within `scope`."""
    decimals: frozenset[str] = frozenset()
    """Paths of values that are kept as text and compare as numbers; what is unknown is sorted last either way."""
    dates: frozenset[str] = frozenset()
    """Paths of values that are dates, of which only the month or the year may be known."""


def ids(connection: Connection, query: ListQuery) -> list[str]:
    """The ids of a list in its order."""
    table = _TABLES[query.kind]
    # What the index of lists does not hold is read in the order of the table, not in that of the index.
    binned = table.c.binned
    asked = binned.is_not(not query.binned) if _reads_values(query) else binned.is_(query.binned)
    statement = _scoped(select(table.c.id).where(asked), query)
    then = DayColumns(connection, query.kind, table, query.on)
    for condition in query.conditions:
        statement = statement.where(_condition(query, then, condition))
    if query.text:
        statement = statement.where(_matches(query.kind, query.text, hidden=query.hidden))
    if query.template:
        statement = statement.where(table.c.template == query.template)
    for column, descending in (*query.order, *_default_order(query.kind)):
        expression = _order_column(query, then, column)
        expression = expression.desc() if descending else expression
        statement = statement.order_by(expression.nulls_last() if column in query.decimals else expression)
    # Ids are in the order of time; those of entries lie in the index that their lists are read from.
    last = table.c.id if query.kind == "ledger_entry" else table.c.rid
    return [row[0] for row in many.rows(connection, statement.order_by(last))]


def _reads_values(query: ListQuery) -> bool:
    return any(name.startswith("values.") for name in (*(c.field for c in query.conditions), *dict(query.order)))


def count(
    connection: Connection,
    kind: str,
    scope: frozenset[str] | None = None,
    without: frozenset[str] = frozenset(),
    on: date | None = None,
) -> int:
    """How many records of a kind stand (not in the bin) in `scope`, entries of the ledgers `without` left out.

    With `on` members are those of that day.
    """
    table = _TABLES[kind]
    statement = _scoped(
        select(func.count()).select_from(table).where(table.c.binned.is_(False)), ListQuery(kind, scope, on=on)
    )
    if kind == "ledger_entry" and without:
        statement = statement.where(table.c.template.not_in(without))
    return int(connection.execute(statement).scalar_one())


def in_force(day: date) -> ColumnElement[bool]:
    """The condition that a row of `membership` is in force on `day`."""
    return spans.in_force(_STAY.c.from_on, _STAY.c.to_on, day)


def _scoped(statement: Select[Any], query: ListQuery) -> Select[Any]:
    table = _TABLES[query.kind]
    if query.kind == "member" and query.on is not None:
        stay = and_(_STAY.c.record == table.c.id, in_force(query.on))
        if query.scope is not None:
            stay = and_(stay, _STAY.c.organisation.in_(query.scope))
        if query.group is not None:
            stay = and_(stay, _STAY.c.group == query.group)
        return statement.where(exists().where(stay))
    if query.kind == "ledger_entry" and query.on is not None:
        statement = statement.where(passages.opened_by(query.on))
    if query.group is not None:
        return statement.where(*_of_group(query.kind, query.group, query.scope))
    if query.scope is None:
        return statement
    column = table.c.id if query.kind == "organisation" else table.c.organisation
    return statement.where(column.in_(query.scope))


def _of_group(kind: str, group: str, within: frozenset[str] | None) -> list[ColumnElement[bool]]:
    """Conditions for what is a group's: itself, its members, its meetings, the posts and entries that name it."""
    table = _TABLES[kind]
    if "group" not in table.c:
        return [(table.c.id if kind == "organisation" else table.c.organisation) == group]
    reached = [table.c.organisation.in_(within)] if within is not None else []
    return [table.c.group == group, *reached]


def _column(then: DayColumns, name: str) -> Any:
    if name.startswith("values."):
        return value_of(name.removeprefix("values."))
    return then.of(name)


def value_of(column: str) -> ColumnElement[Any]:
    """What entries of a ledger say in a column."""
    return func.json_extract(tables.ledger_entry.c["values"], f'$."{column}"')


def as_number(value: ColumnElement[Any]) -> ColumnElement[float]:
    """A decimal that is kept as text, to be compared; exact to fifteen digits, which no column exceeds."""
    return cast(value, Float)


def _type(kind: str, name: str) -> FieldType | None:
    return KINDS[kind].field(name).type if name in KINDS[kind].names() else None


def _condition(query: ListQuery, then: DayColumns, condition: Condition) -> ColumnElement[bool]:
    if condition.op in ("holds", "lacks"):
        held = _holding(query, condition.value)
        return held if condition.op == "holds" else not_(held)
    column, value = _column(then, condition.field), condition.value
    if query.hidden and shown.is_hidden(query.kind, condition.field):
        if whole := _whole_number(query.kind, column, condition):
            return or_(*whole)
        column = shown.of(query.kind, condition.field, column)
        if condition.field == shown.BIRTH and condition.op in ("eq", "ne", "ge", "le", "gt"):
            value = shown.bound(condition.op, value)
    if condition.field in query.decimals and condition.op not in ("empty", "not_empty"):
        column, value = as_number(column), None if value is None else as_number(literal(str(value)))
    match condition.op:
        case "counted":
            # What nobody said is as in the figures: the street counts what statistics count (`counted_by_street`).
            usual = _column(then, "kind").in_(sorted(ORGANISATIONAL))
            counted = or_(column.is_(True), and_(column.is_(None), usual))
            return counted if value else not_(counted)
        case "stands":
            return spans.in_force(tables.organisation.c.founded_on, tables.organisation.c.dissolved_on, value)
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
    if _type(query.kind, condition.field) is FieldType.DATE or condition.field in query.dates:
        column = spans.first_day(column)
    if condition.op == "ge":
        return column >= value  # type: ignore[no-any-return]
    if condition.op == "le":
        return column <= value  # type: ignore[no-any-return]
    raise ValueError(condition.op)


def _whole_number(kind: str, column: Any, condition: Condition) -> list[Any]:
    """The condition of who knows a whole number already."""
    if condition.op not in ("eq", "contains", "in") or not shown.is_number(kind, condition.field):
        return []
    typed = condition.value if isinstance(condition.value, (list, tuple)) else [condition.value]
    if not all(is_whole_number(str(value)) for value in typed):
        return []
    return [column == digits_of(str(value)) for value in typed]


def _holding(query: ListQuery, codes: Sequence[str]) -> ColumnElement[bool]:
    """Whether a member has one of these classifications (any at all where none are named) on the day, else still."""
    held = _CATEGORY.c.record == _MEMBER.c.id
    if codes:
        held = and_(held, _CATEGORY.c.category.in_(list(codes)))
    if query.on is None:
        return exists().where(held, _CATEGORY.c.to_on.is_(None))
    return exists().where(held, spans.in_force(_CATEGORY.c.from_on, _CATEGORY.c.to_on, query.on))


def _order_column(query: ListQuery, then: DayColumns, name: str) -> Any:
    kind = query.kind
    if kind == "member" and name == "name":
        return _MEMBER.c.name_key
    column = _column(then, name)
    if name in query.decimals:
        return as_number(column)
    if query.hidden and shown.is_hidden(kind, name):
        return shown.of(kind, name, column)
    match _type(kind, name):
        case FieldType.ORGANISATION:
            unit = tables.organisation.alias("ordering")
            return select(unit.c.name).where(unit.c.id == column).scalar_subquery()
        case FieldType.YEARS:
            # Nothing is less than any number of years, that is: later than any day.
            return func.coalesce(column, "9999")
    return column


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


def _matches(kind: str, typed: str, *, hidden: bool) -> ColumnElement[bool]:
    if kind != "member":
        columns = _TABLES[kind].c
        return or_(*(columns[c].contains(typed, autoescape=True) for c in TEXT_COLUMNS[kind]))
    if len(digits_of(typed)) >= FEWEST_DIGITS:
        return shown.matches([_MEMBER.c.id_number, _MEMBER.c.phone], typed, hidden=hidden)
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


def rows_on(
    connection: Connection, kind: str, ids_wanted: Sequence[str], columns: Sequence[str], day: date | None
) -> list[dict[str, Any]]:
    """The same with what changes in time as it was on `day`; a member who was not in force then as he is now."""
    if day is None:
        return rows(connection, kind, ids_wanted, columns)
    counting = kind == "member" and "seniority" in columns
    found = rows(connection, kind, ids_wanted, [*columns, *_COUNTED_BY] if counting else columns)
    # So many are asked for by id; of more, everything is read.
    asked = ids_wanted if len(ids_wanted) <= _FEW else None
    former = spans.former_values(connection, day, asked)
    stays = spans.stays(connection, day, asked) if kind == "member" else {}
    held = spans.categories(connection, day, asked) if kind == "member" and "categories" in columns else {}
    for row in found:
        past = former.get(row["id"], {})
        row |= {name: value for name, value in past.items() if name in row}
        if stay := stays.get(row["id"]):
            then = {name: stay[column] for name, column in STAY_FIELDS.items()} | {"standing": IN_FORCE}
            row |= {name: value for name, value in then.items() if name in row}
            if "categories" in row:
                row["categories"] = held.get(row["id"])
            if counting:
                row["seniority"] = counted_from(rules(), *(row[name] for name in _COUNTED_BY))
    return found


def titles(connection: Connection, kind: str, wanted: Sequence[str]) -> dict[str, str]:
    """Names of records by id, for labels: a member's or unit's name, a meeting's or entry's title."""
    column = {"meeting": "title", "ledger_entry": "title", "post": "post"}.get(kind, "name")
    return {r["id"]: mask_numbers(r[column] or "") for r in rows(connection, kind, list(wanted), [column])}


def per_ledger(connection: Connection, query: ListQuery, by: str | None = None) -> dict[str, int]:
    """How many entries of a list each ledger holds; with `by` only those that this account opened or moved."""
    table, passage = tables.ledger_entry, tables.passage
    statement = select(table.c.template, func.count()).where(table.c.binned.is_(query.binned))
    statement = _scoped(statement, query).group_by(table.c.template)
    if by is not None:
        statement = statement.where(exists().where(and_(passage.c.record == table.c.id, passage.c.by == by)))
    return {str(template): int(number) for template, number in connection.execute(statement) if template}
