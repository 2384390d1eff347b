"""Masked columns as a list shows them, in SQL: who may not reveal searches, filters and sorts by nothing else."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_

from dangjian_desktop.domain.records.fields import FieldType, is_sensitive
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.values.masking import digits_of, is_whole_number

_STARS = "*" * 40
BIRTH, _MONTH = "birth_on", 7


def is_hidden(kind: str, name: str) -> bool:
    """Whether a column is shown in part only to who may not reveal."""
    return name in KINDS[kind].names() and (name == BIRTH or is_sensitive(KINDS[kind].field(name)))


def is_number(kind: str, name: str) -> bool:
    """Whether the column holds ID or phone numbers, of which head and tail are shown."""
    if name not in KINDS[kind].names():
        return False
    return KINDS[kind].field(name).type in (FieldType.ID_NUMBER, FieldType.PHONE) or name == "landline"


def of(kind: str, name: str, column: Any) -> Any:
    """What is shown of a hidden column: head and tail of a number, the month of a birthday, of an address nothing."""
    if name == BIRTH:
        return func.substr(column, 1, _MONTH)
    if is_number(kind, name):
        return number(column)
    return case((func.coalesce(column, "") == "", None), else_=literal("*"))


def number(column: Any) -> Any:
    """A number with its first 3 and last 4 signs, as `masking.mask_id` prints it."""
    length = func.length(column)
    middle = func.substr(_STARS, 1, length - 7)
    whole = func.substr(_STARS, 1, length)
    return case(
        (length <= 7, whole), else_=func.substr(column, 1, 3).op("||")(middle).op("||")(func.substr(column, -4))
    )


def matches(columns: list[Any], typed: str, *, hidden: bool) -> ColumnElement[bool]:
    """Whether one of these numbers has the typed digits: in what is shown of it, or as a whole."""
    digits = digits_of(typed)
    if not hidden:
        return or_(*(column.contains(digits, autoescape=True) for column in columns))
    fitting = [number(column).contains(digits, autoescape=True) for column in columns]
    return or_(*fitting, *(column == digits for column in columns if is_whole_number(digits)))


def bound(op: str, value: Any) -> Any:
    """A day that a hidden birthday is compared with, moved to the edge of its month."""
    text = str(value)
    if len(text) <= _MONTH:
        return value
    return text[:_MONTH] + {"ge": "-01", "le": "-31", "gt": "-31"}.get(op, "")
