"""What holds on a day, said in SQL: the one home of every condition on partial dates and former values.

The twin of `domain/records/spans.py`, where the rule is explained; a property test holds the two together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, case, cast, exists, func, literal, or_, select, text

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.members import counted_from
from dangjian_desktop.domain.records.spans import STAY_FIELDS, OnDay
from dangjian_desktop.domain.records.terms import TERM_COLUMNS
from dangjian_desktop.domain.rules.shipped import rules

from .. import tables
from . import passages
from .terms import former_terms

ENTRIES = "ledger_entry"
_FORMER, _STAY, _CATEGORY = tables.former, tables.membership, tables.category
_BOOLEANS = frozenset(
    spec.name for kind in KINDS.values() for spec in kind.fields if spec.dated and spec.type is FieldType.BOOLEAN
)
_CATEGORY_JOINER = "；"

BEGUN = "({0} IS NULL OR {0} <= :day)"
STANDING = "({0} IS NULL OR {0} >= substr(date(:day, '+1 day'), 1, length({0})))"
"""Conditions on a column of a partial date, in text: put the column in, bind `day` as an ISO date."""


def in_force_text(row: str) -> str:
    """The condition in text that a row with `from_on` and `to_on` is in force on `:day`."""
    return f"{BEGUN.format(f'{row}.from_on')} AND {STANDING.format(f'{row}.to_on')}"


def begun(column: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Whether what begins then has begun."""
    return or_(column.is_(None), column <= day.isoformat())


def standing(column: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Whether what ends then is not over."""
    return or_(column.is_(None), column >= func.substr(OnDay.of(day).following, 1, func.length(column)))


def in_force(from_on: ColumnElement[Any], to_on: ColumnElement[Any], day: date) -> ColumnElement[bool]:
    """Whether a row with these bounds is in force."""
    return and_(begun(from_on, day), standing(to_on, day))


def first_day(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The first day of a partial date."""
    return func.substr(column + "-01-01", 1, 10)


def former_values(connection: Connection, day: date, records: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Dated fields that were something else on `day` than they are now: record → field → value then.

    Of all records, or at least of these. The term that an organisation was in then is among them.
    """
    statement, marks = "SELECT record, attribute, value FROM former WHERE until > ?", [day.isoformat()]
    if records is not None:
        statement += " AND record IN (SELECT value FROM json_each(?))"
        marks.append(json.dumps(list(records)))
    found: dict[str, dict[str, Any]] = {}
    cursor = connection.connection.cursor()
    try:
        # The nearest end after the day comes last and stays.
        cursor.execute(f"{statement} ORDER BY until DESC, key DESC", tuple(marks))
        for record, attribute, value in cursor.fetchall():
            found.setdefault(record, {})[attribute] = stored_value(attribute, value)
    finally:
        cursor.close()
    for unit, then in former_terms(connection, day).items():
        found[unit] = found.get(unit, {}) | then
    return found


def former_history(
    connection: Connection, since: date | None, attributes: Sequence[str], records: Sequence[str] | None = None
) -> dict[str, list[tuple[str, str, Any]]]:
    """Former values of these fields that held on `since` or began after it, as (field, until, value), by record.

    All there are without `since`; of all records or of these.
    """
    asked = select(_FORMER.c.record, _FORMER.c.attribute, _FORMER.c.until, _FORMER.c.value).where(
        _FORMER.c.attribute.in_(list(attributes))
    )
    if since is not None:
        asked = asked.where(_FORMER.c.until > since.isoformat())
    if records is not None:
        wanted = text("former.record IN (SELECT value FROM json_each(:wanted))")
        asked = asked.where(wanted.bindparams(wanted=json.dumps(list(records))))
    found: dict[str, list[tuple[str, str, Any]]] = {}
    for record, attribute, until, value in connection.execute(asked):
        found.setdefault(record, []).append((attribute, until, stored_value(attribute, value)))
    return found


def stored_value(attribute: str, value: str | None) -> Any:
    """A former value as its field stores it; the table keeps all of them as text."""
    return value == "1" if attribute in _BOOLEANS and value is not None else value


def stays(connection: Connection, day: date, members: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    """The newest stay in force on `day` by member, with the columns of `STAY_FIELDS`; of all or of these members."""
    columns = list(STAY_FIELDS.values())
    statement = select(_STAY.c.record, *(_STAY.c[name] for name in columns)).where(
        in_force(_STAY.c.from_on, _STAY.c.to_on, day)
    )
    if members is not None:
        statement = statement.where(_STAY.c.record.in_(list(members)))
    statement = statement.order_by(func.coalesce(_STAY.c.from_on, ""), _STAY.c.key)
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in connection.execute(statement)}


def categories(connection: Connection, day: date, members: Iterable[str] | None = None) -> dict[str, str]:
    """The classifications in force on `day` by member, joined as the derived column joins them."""
    statement = select(_CATEGORY.c.record, _CATEGORY.c.category).where(
        in_force(_CATEGORY.c.from_on, _CATEGORY.c.to_on, day)
    )
    if members is not None:
        statement = statement.where(_CATEGORY.c.record.in_(list(members)))
    held: dict[str, dict[str, None]] = {}
    for record, category in connection.execute(statement.order_by(_CATEGORY.c.rid)):
        held.setdefault(record, {})[category] = None
    return {record: _CATEGORY_JOINER.join(found) for record, found in held.items()}


class DayColumns:
    """Columns of one kind as they were on a day, for conditions and order of a list.

    Where nothing moved since, the column itself is that: most lists ask for today, and of a hundred thousand rows
    looking up each would be slow.
    """

    def __init__(self, connection: Connection, kind: str, table: Any, day: date | None) -> None:
        self._table, self._day = table, day
        self._connection = connection
        self._specs = {spec.name: spec for spec in KINDS[kind].fields}
        self._past: set[str] = set()
        self._moved: set[str] = set()
        self._terms: dict[str, dict[str, Any]] = {}
        if day is None:
            return
        if kind == "organisation":
            self._terms = former_terms(connection, day)
        statement = text("SELECT DISTINCT attribute FROM former WHERE until > :day")
        self._past = set(connection.execute(statement, {"day": day.isoformat()}).scalars())
        if kind == ENTRIES and passages.changed_since(connection, day):
            self._moved.add(ENTRIES)
        for name in ("membership", "category") if kind == "member" else ():
            if connection.execute(text(_MOVES.format(name)), {"day": day.isoformat()}).first():
                self._moved.add(name)

    @property
    def moved(self) -> bool:
        """Whether stays have begun or ended since the day, so that the summaries in the rows tell another day."""
        return "membership" in self._moved

    def of(self, name: str) -> Any:
        """The column called `name` as of the day."""
        column = self._table.c[name]
        if self._day is None:
            return column
        spec = self._specs.get(name)
        if ENTRIES in self._moved and name in passages.DATED:
            return passages.then(name, self._day)
        if spec is not None and spec.dated and name in self._past:
            return self._former(column, name)
        if name in TERM_COLUMNS and self._terms:
            then = {unit: values[name] for unit, values in self._terms.items()}
            return case(*((self._table.c.id == unit, value) for unit, value in then.items()), else_=column)
        if name in STAY_FIELDS and self.moved:
            return self._stay(STAY_FIELDS[name])
        if name == "categories" and "category" in self._moved:
            return self._categories()
        if name == "seniority" and (self.moved or "member_class" in self._past):
            return self._seniority()
        return column

    def _former(self, column: Any, name: str) -> Any:
        held = and_(
            _FORMER.c.record == self._table.c.id,
            _FORMER.c.attribute == name,
            _FORMER.c.until > literal(self._day.isoformat() if self._day else ""),
        )
        value: Any = _FORMER.c.value
        if name in _BOOLEANS:
            value = cast(value, Integer)
        nearest = select(value).where(held).order_by(_FORMER.c.until, _FORMER.c.key).limit(1).scalar_subquery()
        return case((exists().where(held), nearest), else_=column)

    def _stay(self, name: str) -> Any:
        assert self._day is not None
        stay = _STAY.alias("stay_then")
        return (
            select(stay.c[name])
            .where(stay.c.record == self._table.c.id, in_force(stay.c.from_on, stay.c.to_on, self._day))
            .order_by(func.coalesce(stay.c.from_on, "").desc(), stay.c.key.desc())
            .limit(1)
            .scalar_subquery()
        )

    def _categories(self) -> Any:
        assert self._day is not None
        held = _CATEGORY.alias("category_then")
        return (
            select(func.group_concat(held.c.category, _CATEGORY_JOINER))
            .where(held.c.record == self._table.c.id, in_force(held.c.from_on, held.c.to_on, self._day))
            .scalar_subquery()
        )

    def _seniority(self) -> Any:
        """Since when somebody counted who is gone or was probationary then: the rule itself, called by the query."""
        raw: Any = self._connection.connection.driver_connection
        raw.create_function("counted_from", 4, partial(counted_from, rules()), deterministic=True)
        names = ("member_class", "joined_on", "confirmed_on", "seniority_adjustment")
        return func.counted_from(*(self.of(name) for name in names))


_MOVES = f"SELECT 1 FROM {{0}} WHERE (to_on IS NOT NULL AND {STANDING.format('to_on')}) OR from_on > :day LIMIT 1"
"""Whether something begins after the day or ends after it: else what stands in the rows stood on the day."""
