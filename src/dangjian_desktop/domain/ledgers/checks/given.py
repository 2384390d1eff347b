"""What a check is given in its template, read strictly: a column that is not there is told with its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from dangjian_desktop.domain.records.fields import FieldType

from ..expressions import DATE, MONEY, NUMBER, TRUTH, Expression, ExpressionError, Scope, column, compiled
from ..faults import FaultError, at
from ..ledgers import LedgerTemplate
from .spec import OWN_UNIT, Asking, CheckSpec

PERIODS = ("year", "quarter", "month")
GROUPS = ("branch", "community", "organisation", "secretary", "member")
PREFIXES = ("category:", "ledger:", "post:", "kind:")
_DATED = (FieldType.DATE, FieldType.MOMENT)


def scope_of(template: LedgerTemplate) -> Scope:
    """What expressions of a template may name."""
    return Scope(
        tuple(column(c.name, c.label, c.gives.value, c.formula) for c in template.columns),
        {
            rows.name: (rows.label, tuple(column(c.name, c.label, c.gives.value, c.formula) for c in rows.columns))
            for rows in template.rows
        },
    )


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one check, each read by what it has to be; raises `FaultError` with its place."""

    template: LedgerTemplate
    spec: CheckSpec
    scope: Scope

    def has(self, name: str) -> bool:
        """Whether it is written."""
        return name in self.spec.given

    def raw(self, name: str) -> Any:
        """As it is written; raises for one that is missing."""
        if name not in self.spec.given:
            raise FaultError(f"检查“{self.spec.key}”缺少“{name}”")
        return self.spec.given[name]

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        value = self.spec.given.get(name, default) if default is not None else self.raw(name)
        if not isinstance(value, str) or not value:
            raise self.fault(name, "要写一个词")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no."""
        value = self.spec.given.get(name, default)
        if not isinstance(value, bool):
            raise self.fault(name, "要写 true 或 false")
        return value

    def fault(self, name: str, what: str) -> FaultError:
        """What is wrong with a parameter."""
        return FaultError(f"检查“{self.spec.key}”的 {name} {what}", name)

    def column(self, name: str, *, own: bool = False, dated: bool = False) -> str:
        """The key of a column; `own` also admits the entry's organisation."""
        key = self.text(name)
        self.require(name, key, own=own, dated=dated)
        return key

    def columns(self, name: str, *, own: bool = False, rows: bool = False) -> tuple[str, ...]:
        """Keys of columns, at least one; `rows` also admits lists of child rows."""
        value = self.raw(name)
        if not isinstance(value, list) or not value:
            raise self.fault(name, "要写至少一列")
        for key in value:
            if rows and self.template.row_list(str(key)) is not None:
                continue
            self.require(name, str(key), own=own)
        return tuple(value)

    def require(self, name: str, key: str, *, own: bool = False, dated: bool = False) -> None:
        """Refuse a column that is not there, or is no date where one is wanted."""
        if own and key == OWN_UNIT:
            return
        try:
            found = self.template.column(key)
        except KeyError:
            raise self.fault(name, f"用到的列“{key}”不存在") from None
        if dated and found.gives not in _DATED:
            raise self.fault(name, f"用到的列“{found.label}”不是日期列")

    def dated_by(self, name: str = "dated_by") -> str | None:
        """The date column by which entries are placed in time; without it the day on which they were opened."""
        return self.column(name, dated=True) if self.has(name) else self.template.opened

    def expression(self, name: str, *holds: str) -> Expression:
        """An expression that gives one of `holds` (none named: anything)."""
        try:
            found = compiled(str(self.raw(name)), self.scope)
        except ExpressionError as fault:
            raise self.fault(name, f"的算式有误：{fault}") from None
        if found.ranked or (holds and found.holds not in holds):
            raise self.fault(name, "算出来的不是这里要的")
        return found

    def amount(self, name: str) -> Expression:
        """An expression that gives a number or money."""
        return self.expression(name, NUMBER, MONEY)

    def condition(self, name: str) -> Expression:
        """An expression that is true or not."""
        return self.expression(name, TRUTH)

    def day(self, name: str) -> Expression:
        """An expression that gives a date."""
        return self.expression(name, DATE)

    def choice(self, name: str, wanted: tuple[str, ...], default: str | None = None) -> str:
        """One of some words."""
        value = self.text(name, default)
        if value not in wanted:
            raise self.fault(name, f"只能是{'、'.join(wanted)}")
        return value

    def per(self) -> str | None:
        """The period within which something is asked, where one is named."""
        return self.choice("per", PERIODS) if self.has("per") else None

    def group(self, name: str = "each") -> str:
        """Everybody that something is expected of."""
        value = self.text(name)
        if value not in GROUPS and not (value.startswith(PREFIXES) and value.partition(":")[2]):
            raise self.fault(name, f"只能是{'、'.join(GROUPS)}，或 {'、'.join(PREFIXES)}后面写名称")
        return value

    def label(self, key: str) -> str:
        """What people call a column."""
        return "党组织" if key == OWN_UNIT else self.template.label_of(key)


def thresholds(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, int | str]:
    """The numbers of a check that a street may set otherwise; a decimal as it is written."""
    found: dict[str, int | str] = {}
    for name in names:
        value = given.get(name)
        if value is None:
            continue
        with at(name):
            found[name] = _threshold(name, value)
    return found


def _threshold(name: str, value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise FaultError(f"{name} 要写一个数")
    try:
        exact = Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise FaultError(f"{name} 要写一个数，不能是“{value}”") from None
    return int(exact) if exact.denominator == 1 else str(value)


def limit(asked: Asking, name: str) -> Fraction:
    """A threshold as it holds here."""
    return _exact(asked.edition.parameters[name])


@lru_cache(maxsize=1024)
def _exact(value: object) -> Fraction:
    return Fraction(str(value))


def has_limit(asked: Asking, name: str) -> bool:
    """Whether a threshold is set."""
    return name in asked.edition.parameters
