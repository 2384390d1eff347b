"""Expressions of ledger templates: read once against the columns that they may name, then asked of every entry.

Exact: numbers are fractions, money is fen, dates are partial dates. Missing stays missing: what is computed from
something that is not filled is not known, and neither is a comparison that a partial date leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from .expression_functions import FUNCTIONS, OVER_ROWS, Function, Known
from .expression_grammar import Call, ExpressionError, Name, Node, Number, Quoted, parse

__all__ = ["NUMBER", "MONEY", "TEXT", "DATE", "TRUTH", "Named", "Expression", "ExpressionError", "Known", "Scope"]

NUMBER, MONEY, TEXT, DATE, TRUTH = "number", "money", "text", "date", "truth"
_ROWS = "rows"
_LARGEST_TREE, _LONGEST_CHAIN = 5_000, 30
_LARGEST = 10**18
"""Of what is computed: a template, not a person, makes larger numbers, and no column could keep them."""
_A_DAY = re.compile(r"(?a)\d{4}-\d{2}(-\d{2})?")
_BASIC = {
    "integer": NUMBER, "decimal": NUMBER, "money": MONEY, "date": DATE, "moment": DATE, "boolean": TRUTH,
}  # fmt: skip


class Named(NamedTuple):
    """What an expression knows of a column: its key, its label, what it holds; `formula` of a computed one."""

    key: str
    label: str
    holds: str
    formula: str = ""


def column(key: str, label: str, kind: str, formula: str = "") -> Named:
    """A column by its field type (`integer`, `money`, `date` …); of a computed one the type of its result."""
    return Named(key, label, _BASIC.get(kind, TEXT), formula)


@dataclass(frozen=True, slots=True)
class Scope:
    """The columns that an expression may name: of the entry, and of its child rows by list."""

    columns: tuple[Named, ...]
    rows: Mapping[str, tuple[str, tuple[Named, ...]]] = field(default_factory=dict)
    """By key of the list its label and its columns."""

    def column(self, words: Sequence[str], at: int, within: str | None) -> tuple[str | None, Named]:
        """(list or None, column) that a name means; raises `ExpressionError`."""
        by_label = bool(words) and words[0] == "[]"
        names = list(words[1:] if by_label else words)
        if len(names) > 2:
            raise ExpressionError(f"“{'.'.join(names)}”里只能有一个点", at)
        rows = self._list(names[0], by_label=by_label) if len(names) == 2 else None
        if len(names) == 2 and rows is None:
            raise ExpressionError(f"没有“{names[0]}”这个分项", at)
        if rows is not None and rows != within:
            raise ExpressionError(f"“{'.'.join(names)}”是分项里的列，要放在求和、计数这类算法里", at)
        held = self.rows[rows][1] if rows is not None else self.columns
        for each in held:
            if names[-1] == (each.label if by_label else each.key):
                return rows, each
        where = f"分项“{self.rows[rows][0]}”里" if rows is not None else ""
        raise ExpressionError(f"{where}没有“{names[-1]}”这一列", at)

    def _list(self, name: str, *, by_label: bool) -> str | None:
        return next((key for key, (label, _) in self.rows.items() if name == (label if by_label else key)), None)

    def list_of(self, node: Node) -> str | None:
        """The list of child rows that a tree looks into; raises `ExpressionError` where it is more than one."""
        found = {rows for rows in self._lists(node) if rows is not None}
        if len(found) > 1:
            raise ExpressionError("一处只能算一个分项", node.at)
        return next(iter(found), None)

    def _lists(self, node: Node) -> Iterable[str | None]:
        if isinstance(node, Name):
            words = node.words[1:] if node.words[0] == "[]" else node.words
            by_label = node.words[0] == "[]"
            alone = len(words) == 1 and not any(words[0] == (c.label if by_label else c.key) for c in self.columns)
            if len(words) == 2 or alone:
                yield self._list(words[0], by_label=by_label)
        elif isinstance(node, Call) and node.function not in OVER_ROWS:
            for each in node.given:
                yield from self._lists(each)


class Seen(NamedTuple):
    """What an expression is asked of: the entry's values, one of its child rows where it is inside one, the day."""

    values: Mapping[str, Any]
    row: Mapping[str, Any]
    today: date


_Step = Callable[[Seen], Known]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read: what it gives, and how it is asked. `ranked`: its place among all entries."""

    text: str
    holds: str
    step: _Step
    ranked: bool = False

    def value(self, values: Mapping[str, Any], today: date) -> Known:
        """What it gives for one entry: None where it is not known; raises `ExpressionError` naming the column."""
        known = self.step(Seen(values, {}, today))
        if isinstance(known, Fraction) and abs(known) >= _LARGEST:
            raise ExpressionError("算出来的数太大")
        return known


def compiled(text: str, scope: Scope) -> Expression:
    """Read an expression; raises `ExpressionError` saying in which place something is not understood."""
    tree = parse(text)
    ranked = isinstance(tree, Call) and tree.function == "rank"
    if ranked and isinstance(tree, Call):
        if len(tree.given) != 1:
            raise ExpressionError("名次的括号里写一个要排的数", tree.at)
        tree = tree.given[0]
    holds, step = _Compiler(scope, frozenset(), count()).of(tree, None)
    if holds == _ROWS:
        raise ExpressionError("分项要放在求和、计数这类算法里", tree.at)
    if ranked and holds not in (NUMBER, MONEY):
        raise ExpressionError("名次只能按数或金额排", tree.at)
    return Expression(text, holds, step, ranked)


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Turns trees into steps; `busy` are the computed columns on the way, so that none is made of itself.

    `steps` counts all that is computed, that of other columns too: columns made of columns double with each.
    """

    scope: Scope
    busy: frozenset[str]
    steps: Iterator[int]

    def of(self, node: Node, within: str | None) -> tuple[str, _Step]:
        if next(self.steps) > _LARGEST_TREE:
            raise ExpressionError("一列靠一列地算，要算的太多", node.at)
        if isinstance(node, Number):
            value = node.value
            return MONEY if node.money else NUMBER, lambda _: value
        if isinstance(node, Quoted):
            text = node.value
            return DATE if _A_DAY.fullmatch(text) else TEXT, lambda _: text
        if isinstance(node, Name):
            return self._name(node, within)
        function = FUNCTIONS.get(node.function)
        if function is None:
            what = "名次只能写在最外面" if node.function == "rank" else f"没有“{node.function}”这个算法"
            raise ExpressionError(what, node.at)
        if node.function in OVER_ROWS:
            rows = next((found for each in node.given if (found := self.scope.list_of(each))), None)
            if rows is not None:
                return self._over_rows(node, function, rows)
            if not function.also_plain:
                raise ExpressionError(f"{function.label}的括号里要写分项的列", node.at)
        made = [self.of(each, within) for each in node.given]
        holds = function.gives([kind for kind, _ in made], node.at)
        steps = [step for _, step in made]
        run = function.run
        if len(steps) == 2:
            left, right = steps
            return holds, lambda seen: run([left(seen), right(seen)], seen.today)
        return holds, lambda seen: run([step(seen) for step in steps], seen.today)

    def _over_rows(self, node: Call, function: Function, rows: str) -> tuple[str, _Step]:
        first, *conditions = node.given
        if len(conditions) > 1:
            raise ExpressionError(f"{function.label}的括号里最多写一列和一个条件", node.at)
        whole = isinstance(first, Name) and len(first.words) - (first.words[0] == "[]") == 1
        if whole and function.name != "count":
            raise ExpressionError(f"{function.label}的括号里要写分项的列", first.at)
        held, step = (TRUTH, _yes) if whole else self.of(first, rows)
        condition = self._condition(conditions[0], rows) if conditions else _yes
        if function.name == "count" and not whole and held != TRUTH:
            counted, step = step, lambda seen: counted(seen) is not None
        holds = function.over_rows([held], node.at)
        run, head = function.over, f"{rows}."

        def each_row(seen: Seen) -> Known:
            inside = [Seen(seen.values, row, seen.today) for row in rows_in(seen.values, head)]
            return run([step(row) for row in inside if condition(row) is True])

        return holds, each_row

    def _condition(self, node: Node, rows: str) -> _Step:
        holds, step = self.of(node, rows)
        if holds != TRUTH:
            raise ExpressionError("这里要写一个条件", node.at)
        return step

    def _name(self, node: Name, within: str | None) -> tuple[str, _Step]:
        rows, found = self.scope.column(node.words, node.at, within)
        if found.formula:
            return self._computed(found, rows, node.at)
        read, key, label = _READERS[found.holds], found.key, found.label
        if rows is None:
            return found.holds, lambda seen: read(seen.values.get(key), label)
        return found.holds, lambda seen: read(seen.row.get(key), label)

    def _computed(self, found: Named, rows: str | None, at: int) -> tuple[str, _Step]:
        path = f"{rows}.{found.key}"
        if path in self.busy:
            raise ExpressionError(f"“{found.label}”绕了一圈又算到自己", at)
        if len(self.busy) >= _LONGEST_CHAIN:
            raise ExpressionError(f"一列靠一列地算，最多{_LONGEST_CHAIN}层", at)
        tree = parse(found.formula)
        # Within a row the names of its own columns are those of the row.
        scope = self.scope if rows is None else row_scope(self.scope, rows)
        holds, step = _Compiler(scope, self.busy | {path}, self.steps).of(tree, None)
        if rows is None:
            return holds, step
        return holds, lambda seen: step(Seen({**seen.values, **seen.row}, {}, seen.today))


def row_scope(scope: Scope, rows: str) -> Scope:
    """What a computed column of a child row may name: its own row first, then the entry's columns."""
    own = scope.rows[rows][1]
    keys = {each.key for each in own}
    return Scope((*own, *(each for each in scope.columns if each.key not in keys)))


def _yes(_: Seen) -> Known:
    return True


def rows_in(values: Mapping[str, Any], head: str) -> list[Mapping[str, Any]]:
    """The child rows of a list, told by what their names begin with (`items.`), as they were added."""
    return [kept for name, kept in sorted(values.items()) if name.startswith(head) and isinstance(kept, Mapping)]


def _number(value: Any, label: str) -> Known:
    if value is None or value == "":
        return None
    try:
        return _exact(value) if type(value) is int else _exact(str(value))
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(f"列“{label}”里的“{value}”不是数") from None


@lru_cache(maxsize=1 << 14)
def _exact(value: int | str) -> Fraction:
    """Marks and amounts repeat, and making a fraction costs more than looking it up."""
    return Fraction(value)


def _text(value: Any, label: str) -> Known:  # noqa: ARG001
    if isinstance(value, list | tuple):
        return "；".join(str(each) for each in value) or None
    return str(value).strip() or None if value is not None else None


def _day(value: Any, label: str) -> Known:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not value[:4].isdigit():
        raise ExpressionError(f"列“{label}”里的“{value}”不是日期")
    return value[:10]


def _truth(value: Any, label: str) -> Known:
    if value is None or isinstance(value, bool):
        return value
    raise ExpressionError(f"列“{label}”里的“{value}”不是“是”或“否”")


_READERS: dict[str, Callable[[Any, str], Known]] = {
    NUMBER: _number, MONEY: _number, TEXT: _text, DATE: _day, TRUTH: _truth,
}  # fmt: skip


class Place(NamedTuple):
    """A place in a ranking: None where the number is missing; `tied` where others stand on the same place."""

    place: int | None
    tied: bool = False

    @property
    def text(self) -> str:
        """As it is printed: 2（并列）; what cannot be ranked says so."""
        if self.place is None:
            return "待补"
        return f"{self.place}（并列）" if self.tied else str(self.place)


def ranked(numbers: Sequence[Known]) -> list[Place]:
    """Places from the highest down; equal numbers share a place and the next ones are skipped; missing has none."""
    known = sorted((n for n in numbers if isinstance(n, Fraction)), reverse=True)
    first: dict[Fraction, int] = {}
    for place, number in enumerate(known, 1):
        first.setdefault(number, place)
    many = {number: known.count(number) > 1 for number in first} if len(known) < 100 else _tied(known)
    return [Place(first[n], many[n]) if isinstance(n, Fraction) else Place(None) for n in numbers]


def _tied(known: Sequence[Fraction]) -> dict[Fraction, bool]:
    tied = dict.fromkeys(known, False)
    for one, other in zip(known, known[1:], strict=False):
        if one == other:
            tied[one] = True
    return tied


def written(value: Known, holds: str = NUMBER, places: int | None = None) -> str:
    """A value as it is printed: halves rounded up; money in yuan; what is missing as “—”."""
    match value:
        case None:
            return "—"
        case bool():
            return "是" if value else "否"
        case Fraction() if holds == MONEY:
            return f"{_decimal(value / 100, 2)}元"
        case Fraction():
            return _decimal(value, places)
    return str(value)


def _decimal(value: Fraction, places: int | None) -> str:
    if places is None:
        if value.denominator == 1:
            return str(value.numerator)
        places = 2
    sign = "-" if value < 0 else ""
    tens: int = 10**places
    whole = (abs(value) * tens * 2 + 1) // 2
    head, tail = divmod(whole, tens)
    text = f"{head}.{tail:0{places}d}" if places else str(head)
    return text if set(text) <= {"0", "."} else sign + text
