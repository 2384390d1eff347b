"""The columns of a ledger and of its child rows: what a template may say of each, read strictly."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.kinds import LEDGER_ENTRY
from dangjian_desktop.domain.records.permissions import ROLE_NAMES

from .faults import FaultError, at, check_keys, each

CHOICES = "choices:"
"""A column of a choice names its answers in place: `choices:共性|个性`; the answer itself is stored."""

SEVERAL = "；"
"""Stands between several answers or persons in one cell."""

MOST_PLACES = 6
RESULTS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.BOOLEAN, FieldType.TEXT, FieldType.DATE)
"""What a computed column may give."""

COUNTED = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY)
"""Types that are added up."""

CHOSEN = (FieldType.CODE, FieldType.CODES)

_COLUMN_KEY = re.compile("[a-z][a-z0-9_]*")
RESERVED = {spec.name for spec in LEDGER_ENTRY.fields} | {"id", "values", "title"}
_NOT_FOR_LEDGERS = (FieldType.PICTURE, FieldType.YEARS)
_NAMES_OF_PEOPLE = re.compile("(?:人|姓名|联络员|网格员|领导|主任|书记|组长|作者|干部|顾问)$")
"""How columns are called in which people are named; a template may say `people` itself."""

_WORDS = {"choice": FieldType.CODE, "choices": FieldType.CODES}
"""What a template may write besides the names of the types."""

COLUMN = {
    "required": {"name", "label"},
    "optional": {"type", "codes", "choices", "aliases", "required", "sensitive", "table", "group", "rule", "places",
                 "unit", "least", "most", "readers", "persons", "clear_after", "consent", "ledger", "follow",
                 "formula", "result", "lead_days", "people"},
}  # fmt: skip
ROWS = {"required": {"name", "label", "columns"}, "optional": {"order", "rule", "group", "table"}}


@dataclass(frozen=True, slots=True)
class LedgerColumn(FieldSpec):
    """One column of a ledger or of its child rows.

    `places` are the decimals that a DECIMAL is kept with, `unit` stands behind numbers, `least` and `most` bound them
    (money in yuan). Only the roles in `readers` see it (none named: all). `persons` False declares it free of persons;
    it is blanked `clear_after` months after the entry was settled; a public copy shows it only where the yes/no column
    `consent` says yes. A reference leads to an entry of `ledger`, and `follow` says to which state that one moves when
    this one comes to a state: pairs of (this state, that state). A computed column keeps nothing: `formula` gives it,
    as a value of the type `result`. `lead_days` of a date are the days before it on which it is told.
    """

    places: int = 0
    unit: str = ""
    least: int | None = None
    most: int | None = None
    readers: frozenset[str] = frozenset()
    persons: bool | None = None
    clear_after: int | None = None
    consent: str | None = None
    ledger: str | None = None
    follow: tuple[tuple[str, str], ...] = ()
    formula: str = ""
    result: FieldType | None = None
    lead_days: tuple[int, ...] = ()

    @property
    def gives(self) -> FieldType:
        """The type of its values as they are read: of a computed column the type of its result."""
        return self.result or self.type


@dataclass(frozen=True, slots=True)
class RowList:
    """A named list of child rows of an entry, with columns of its own; `order` is the column they are sorted by."""

    name: str
    label: str
    columns: tuple[LedgerColumn, ...]
    order: str | None = None
    rule: str = ""
    group: str = ""
    table: bool = False

    def column(self, key: str) -> LedgerColumn:
        """The column with this key; raises `KeyError` for an unknown one."""
        for column in self.columns:
            if column.name == key:
                return column
        raise KeyError(key)


def choices(column: FieldSpec) -> tuple[str, ...]:
    """The answers that a column offers in place, or none."""
    if column.codes and column.codes.startswith(CHOICES):
        return tuple(column.codes.removeprefix(CHOICES).split("|"))
    return ()


def out_of_bounds(column: FieldSpec, value: object) -> str | None:
    """Why a number that was read cannot stand in its column; money comes in fen and is bounded in yuan."""
    if not isinstance(column, LedgerColumn) or value is None or column.gives not in COUNTED:
        return None
    number = Decimal(str(value)) / (100 if column.gives is FieldType.MONEY else 1)
    if column.least is not None and number < column.least:
        return f"不能小于{column.least}"
    return f"不能大于{column.most}" if column.most is not None and number > column.most else None


def check_unique(names: Collection[str], what: str) -> None:
    """Raise `FaultError` for a name that is there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise FaultError(f"{what}“{name}”重复")
        seen.add(name)


def check_roles(roles: Collection[str], what: str) -> None:
    """Raise `FaultError` for a role that nobody has."""
    if unknown := sorted(set(roles) - ROLE_NAMES.keys()):
        raise FaultError(f"{what}里的角色“{unknown[0]}”不存在")


def read_column(item: dict[str, Any]) -> LedgerColumn:
    """One column from its part of a template; raises `FaultError`."""
    check_keys(item, COLUMN, "列")
    kind = _type(item, item.get("type", "text"))
    codes = item.get("codes")
    if "choices" in item:
        if codes:
            raise FaultError(f"列“{item['label']}”的 choices 和 codes 只写一样")
        codes = CHOICES + "|".join(item["choices"])
    plain = ("aliases", "choices", "codes", "type", "readers", "follow", "result", "lead_days", "people")
    given = {key: value for key, value in item.items() if key not in plain}
    column = LedgerColumn(
        type=kind,
        codes=codes,
        aliases=tuple(item.get("aliases", ())),
        readers=frozenset(item.get("readers", ())),
        follow=tuple(item.get("follow", {}).items()),
        result=_type(item, item["result"]) if "result" in item else None,
        lead_days=tuple(item.get("lead_days", ())),
        importable=kind not in (FieldType.COMPUTED, FieldType.ATTACHMENT),
        editable=kind is not FieldType.COMPUTED,
        people=_people(item, kind, codes),
        **given,
    )
    _check_column(column, item)
    return column


def _people(item: Mapping[str, Any], kind: FieldType, codes: str | None) -> bool:
    """Whether people are named in a column, so that a form looks them up: said by the template, else by its name."""
    if kind is not FieldType.TEXT or codes:
        if item.get("people"):
            raise FaultError(f"列“{item['label']}”不是文字，不写 people", "people")
        return False
    named = item.get("persons") is not False and _NAMES_OF_PEOPLE.search(item["label"]) is not None
    return bool(item.get("people", named))


def _type(item: Mapping[str, Any], word: str) -> FieldType:
    try:
        return _WORDS.get(word) or FieldType(word)
    except ValueError:
        raise FaultError(f"列“{item['name']}”的类型“{word}”不存在", "type") from None


def read_rows(item: dict[str, Any]) -> RowList:
    """One list of child rows from its part of a template; raises `FaultError`."""
    check_keys(item, ROWS, "分项")
    rows = RowList(columns=each("columns", item["columns"], read_column), **_without(item, "columns"))
    check_name(rows.name, "分项")
    if not rows.columns:
        raise FaultError(f"分项“{rows.label}”至少要有一列")
    check_unique([c.name for c in rows.columns], f"分项“{rows.label}”的列键")
    check_unique([c.label for c in rows.columns], f"分项“{rows.label}”的列名")
    for index, column in enumerate(rows.columns):
        if column.follow:
            raise FaultError(f"分项的列“{column.label}”不能带动别的条目，follow 只写在条目自己的列上", "columns", index)
    if rows.order is not None and rows.order not in {c.name for c in rows.columns}:
        raise FaultError(f"分项“{rows.label}”按“{rows.order}”排列，没有这一列", "order")
    return rows


def _without(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in names}


def check_name(name: str, what: str) -> None:
    """Raise `FaultError` for a key that cannot stand in a path."""
    if not _COLUMN_KEY.fullmatch(name):
        raise FaultError(f"{what}键“{name}”只能用小写字母、数字和下划线")
    if name in RESERVED:
        raise FaultError(f"{what}键“{name}”是条目自己的字段，不能再用")


def _check_column(column: LedgerColumn, item: Mapping[str, Any]) -> None:
    check_name(column.name, "列")
    label = f"列“{column.label}”"
    if column.type in _NOT_FOR_LEDGERS:
        raise FaultError(f"{label}不能用“{column.type}”这个类型")
    if (column.type in CHOSEN) != bool(column.codes):
        raise FaultError(f"{label}：代码列要写 codes 或 choices，其他列不写")
    if column.codes and column.codes.startswith(CHOICES):
        answers = choices(column)
        if len(answers) < 2 or not all(answers):
            raise FaultError(f"{label}至少要有两个选项，且不能为空")
        check_unique(answers, f"{label}的选项")
        if len(answers) != len(item.get("choices", answers)) or SEVERAL in column.codes:
            raise FaultError(f"{label}的选项里不能有“|”和“{SEVERAL}”")
    if column.type is FieldType.CODES and not choices(column):
        raise FaultError(f"{label}是多选，要写 choices")
    check_roles(column.readers, f"{label}的可查看角色")
    _check_computed(column, label)
    _check_numbers(column, label)
    with at("ledger"):
        if (column.type is FieldType.ENTRY) != bool(column.ledger):
            raise FaultError(f"{label}：引用条目的列要写 ledger（哪本台账），其他列不写")
        if column.follow and not column.ledger:
            raise FaultError(f"{label}不引用条目，不能写 follow")


def _check_computed(column: LedgerColumn, label: str) -> None:
    computed = column.type is FieldType.COMPUTED
    if computed != bool(column.formula) or (column.result is not None and not computed):
        raise FaultError(f"{label}：计算列要写 formula，其他列不写 formula 和 result")
    if computed and (column.required or column.clear_after is not None):
        raise FaultError(f"{label}是算出来的，不能写 required 和 clear_after")
    if column.result is not None and column.result not in RESULTS:
        raise FaultError(f"{label}算出来的不能是“{column.result}”", "result")


def _check_numbers(column: LedgerColumn, label: str) -> None:
    if column.type is not FieldType.DECIMAL and column.result is not FieldType.DECIMAL and column.places:
        raise FaultError(f"{label}不是小数，不写 places", "places")
    if not 0 <= column.places <= MOST_PLACES:
        raise FaultError(f"{label}的小数位数最多{MOST_PLACES}位", "places")
    bounded = column.least is not None or column.most is not None
    if bounded and column.gives not in COUNTED:
        raise FaultError(f"{label}不是数，不写 least 和 most")
    if column.clear_after is not None and column.clear_after < 0:
        raise FaultError(f"{label}办结后几个月清除，不能是负数", "clear_after")
    if column.lead_days and column.gives is not FieldType.DATE:
        raise FaultError(f"{label}不是日期列，不写 lead_days", "lead_days")
