"""Computed columns: read once with the template, given for an entry as if they were stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from dangjian_desktop.domain.records.fields import FieldType

from .checks.given import scope_of
from .columns import LedgerColumn, RowList
from .expressions import (
    DATE,
    MONEY,
    NUMBER,
    TEXT,
    TRUTH,
    Expression,
    ExpressionError,
    Known,
    Scope,
    compiled,
    row_scope,
    written,
)
from .faults import FaultError, at
from .ledgers import LedgerTemplate
from .rows import is_row, row_name, split_row

_GIVES = {
    NUMBER: FieldType.DECIMAL,
    MONEY: FieldType.MONEY,
    TEXT: FieldType.TEXT,
    DATE: FieldType.DATE,
    TRUTH: FieldType.BOOLEAN,
}
_HOLDS = {
    FieldType.INTEGER: NUMBER,
    FieldType.DECIMAL: NUMBER,
    FieldType.MONEY: MONEY,
    FieldType.TEXT: TEXT,
    FieldType.DATE: DATE,
    FieldType.BOOLEAN: TRUTH,
}
_PLACES = 2


def with_formulas(template: LedgerTemplate) -> LedgerTemplate:
    """A template whose formulas are read, and whose computed columns know what they give; raises `FaultError`."""
    formulas: dict[str, Expression] = {}
    scope = scope_of(template)
    columns = []
    for index, column in enumerate(template.columns):
        with at("columns", index, "formula"):
            columns.append(_read(column, scope, column.name, formulas))
    lists: list[RowList] = []
    for place, rows in enumerate(template.rows):
        own = []
        for index, column in enumerate(rows.columns):
            with at("rows", place, "columns", index, "formula"):
                own.append(_read(column, row_scope(scope, rows.name), row_name(rows.name, column.name), formulas))
        lists.append(replace(rows, columns=tuple(own)))
    if not formulas:
        return template
    return replace(template, columns=tuple(columns), rows=tuple(lists), formulas=formulas)


def _read(column: LedgerColumn, scope: Scope, name: str, formulas: dict[str, Expression]) -> LedgerColumn:
    if column.type is not FieldType.COMPUTED:
        return column
    try:
        found = formulas[name] = compiled(column.formula, scope)
    except ExpressionError as error:
        raise FaultError(f"列“{column.label}”的算式有误：{error}") from None
    if column.result is None:
        return replace(column, result=_GIVES[found.holds], places=column.places or _PLACES)
    if _HOLDS[column.result] != found.holds:
        raise FaultError(f"列“{column.label}”的算式算出来的不是“{column.result}”")
    return column


def with_computed(template: LedgerTemplate, values: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """The values of an entry with those of its computed columns, those of child rows too."""
    if not template.formulas:
        return values
    whole = dict(values)
    for name, kept in values.items():
        rows = template.row_list(split_row(name)[0]) if is_row(name) else None
        if rows is not None and isinstance(kept, Mapping):
            seen = {**values, **{column.name: kept.get(column.name) for column in rows.columns}}
            whole[name] = {**kept, **_computed(template, rows.columns, f"{rows.name}.", seen, today)}
    return whole | _computed(template, template.columns, "", whole, today)


def _computed(
    template: LedgerTemplate, columns: Iterable[LedgerColumn], head: str, values: Mapping[str, Any], today: date
) -> dict[str, Any]:
    found = {}
    for column in columns:
        expression = template.formulas.get(head + column.name)
        if expression is None or expression.ranked:
            continue
        try:
            known = expression.value(values, today)
        except ExpressionError:
            known = None
        if (value := _stored(column, known)) is not None:
            found[column.name] = value
    return found


def _stored(column: LedgerColumn, known: Known) -> Any:
    """A computed value as a column of its type would keep it."""
    if not isinstance(known, Fraction):
        return known
    if column.gives in (FieldType.INTEGER, FieldType.MONEY):
        return int(written(known, NUMBER, 0))
    return written(known, NUMBER, column.places)
