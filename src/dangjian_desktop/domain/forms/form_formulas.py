"""The formulas that forms are summed with, computed again: + − × ÷, comparisons, SUM, ROUND, IF and a few more.

Only what is understood completely is computed; everything else is `Unsupported` and stays for Excel to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .form_sheets import Block, Form, FormCell, Place, Value, block_of

Spot = tuple[str, Place]
"""Sheet name and place."""

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"]|"")*")
    |(?P<ref>(?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?(?![\w(.]))
    |(?P<name>[A-Za-z_][\w.]*)
    |(?P<op><=|>=|<>|[-+*/^%=<>(),])
    )""",
    re.VERBOSE,
)
_LARGEST_RANGE = 200_000


class Unsupported(Exception):
    """A formula that is not understood; the words say what about it."""


class FormulaError(Exception):
    """What a sheet shows as #DIV/0! and the like."""


class _Range(NamedTuple):
    sheet: str
    block: Block


_Term = float | str | bool | None | _Range


class Calculator:
    """Computes the formulas of a form with some cells given other values; each formula once."""

    def __init__(self, form: Form, filled: Mapping[Spot, Value]) -> None:
        self._form = form
        self._filled = filled
        self._done: dict[Spot, Value | Unsupported | FormulaError] = {}
        self._open: set[Spot] = set()

    def value(self, sheet: str, place: Place) -> Value:
        """The value of a cell after filling; raises `Unsupported` or `FormulaError`."""
        spot = (sheet, place)
        if spot in self._filled:
            return self._filled[spot]
        found = self._form.sheet(sheet)
        if found is None:
            raise Unsupported(f"没有工作表“{sheet}”")
        # A covered cell of a merged block is empty, whatever its corner says.
        cell = found.cells.get(place)
        if cell is None or not cell.formula:
            return None if cell is None or found.anchor(place) != place else cell.value
        if spot not in self._done:
            self._done[spot] = self._compute(spot, cell.formula)
        result = self._done[spot]
        if isinstance(result, Unsupported | FormulaError):
            raise result
        return result

    def _compute(self, spot: Spot, formula: str) -> Value | Unsupported | FormulaError:
        if spot in self._open:
            return Unsupported("公式循环引用")
        self._open.add(spot)
        try:
            result = _Parser(formula, spot[0], self).result()
        except (Unsupported, FormulaError) as problem:
            return problem
        except RecursionError:
            return Unsupported("公式层数太多")
        finally:
            self._open.discard(spot)
        return 0 if result is None else result

    def cells(self, found: _Range) -> Iterator[Value]:
        """The values of a range, row by row."""
        block = found.block
        if (block.bottom - block.top + 1) * (block.right - block.left + 1) > _LARGEST_RANGE:
            raise Unsupported("引用的范围太大")
        for row in range(block.top, block.bottom + 1):
            for column in range(block.left, block.right + 1):
                yield self.value(found.sheet, (row, column))


class _Parser:
    """One formula, computed while it is read; branches that are not taken are read without being computed."""

    def __init__(self, formula: str, sheet: str, calculator: Calculator) -> None:
        self._tokens = list(_tokens(formula))
        self._at = 0
        self._sheet = sheet
        self._calculator = calculator
        self._idle = 0

    def result(self) -> Value:
        value = self._single(self._comparison())
        if self._at != len(self._tokens):
            raise Unsupported(f"看不懂“{self._tokens[self._at][1]}”")
        return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value

    # -- grammar --------------------------------------------------------------------------------

    def _peek(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return text if kind == "op" else ""

    def _take(self, *operators: str) -> str:
        found = self._peek()
        if found and found in operators:
            self._at += 1
            return found
        return ""

    def _expect(self, operator: str) -> None:
        if not self._take(operator):
            raise Unsupported("公式不完整")

    def _comparison(self) -> _Term:
        left = self._sum()
        while operator := self._take("=", "<>", "<", ">", "<=", ">="):
            right = self._sum()
            if not self._idle:
                left = _compare(operator, self._single(left), self._single(right))
        return left

    def _sum(self) -> _Term:
        left = self._product()
        while operator := self._take("+", "-"):
            right = self._product()
            left = self._reckon(left, right, (lambda a, b: a + b) if operator == "+" else (lambda a, b: a - b))
        return left

    def _product(self) -> _Term:
        left = self._signed()
        while operator := self._take("*", "/"):
            right = self._signed()
            left = self._reckon(left, right, (lambda a, b: a * b) if operator == "*" else _divide)
        return left

    def _reckon(self, left: _Term, right: _Term, how: Callable[[float, float], float]) -> _Term:
        return None if self._idle else how(self._number(left), self._number(right))

    def _signed(self) -> _Term:
        if self._take("-"):
            value = self._signed()
            return None if self._idle else -self._number(value)
        if self._take("+"):
            return self._signed()
        value = self._operand()
        while self._take("%"):
            value = None if self._idle else self._number(value) / 100
        if self._peek() == "^":
            raise Unsupported("公式里有乘方")
        return value

    def _operand(self) -> _Term:
        if self._at >= len(self._tokens):
            raise Unsupported("公式不完整")
        kind, text = self._tokens[self._at]
        self._at += 1
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1].replace('""', '"')
        if kind == "ref":
            return self._reference(text)
        if kind == "name":
            return self._call(text.upper())
        if text == "(":
            value = self._comparison()
            self._expect(")")
            return value
        raise Unsupported(f"看不懂“{text}”")

    def _reference(self, text: str) -> _Range:
        name, mark, ref = text.rpartition("!")
        block = block_of(ref.replace("$", ""))
        if block is None:
            raise Unsupported(f"看不懂“{text}”")
        sheet = name[1:-1].replace("''", "'") if name.startswith("'") else name
        return _Range(sheet if mark else self._sheet, block)

    # -- functions ------------------------------------------------------------------------------

    def _call(self, name: str) -> _Term:
        if name in ("TRUE", "FALSE") and self._peek() != "(":
            return name == "TRUE"
        if name == "IF":
            return self._if()
        if name == "IFERROR":
            return self._if_error()
        if name not in _FUNCTIONS:
            raise Unsupported(f"不会算函数 {name}" if self._peek() == "(" else f"看不懂“{name}”")
        self._expect("(")
        given = [] if self._peek() == ")" else [self._comparison()]
        while self._take(","):
            given.append(self._comparison())
        self._expect(")")
        return None if self._idle else _FUNCTIONS[name](self, given)

    def _if(self) -> _Term:
        self._expect("(")
        asked = self._comparison()
        met = not self._idle and self._truth(asked)
        self._expect(",")
        yes = self._branch(taken=met)
        no: _Term = False
        if self._take(","):
            no = self._branch(taken=not self._idle and not met)
        self._expect(")")
        return yes if met else no

    def _branch(self, *, taken: bool) -> _Term:
        if self._peek() in (",", ")"):
            return 0.0
        self._idle += not taken
        try:
            value = self._comparison()
            # A branch is one value; a range here would be an array formula.
            return self._single(value) if taken else None
        finally:
            self._idle -= not taken

    def _if_error(self) -> _Term:
        self._expect("(")
        begin = self._at
        failed = False
        value: _Term = None
        try:
            value = self._branch(taken=not self._idle)
        except FormulaError:
            failed = True
            self._at = begin
            self._branch(taken=False)
        self._expect(",")
        other = self._branch(taken=failed)
        self._expect(")")
        return other if failed else value

    # -- values ---------------------------------------------------------------------------------

    def _single(self, value: _Term) -> Value:
        if not isinstance(value, _Range):
            return value
        block = value.block
        if (block.top, block.left) != (block.bottom, block.right):
            raise Unsupported("公式在需要一个数的地方引用了一片")
        return None if self._idle else self._calculator.value(value.sheet, (block.top, block.left))

    def _number(self, value: _Term) -> float:
        single = self._single(value)
        if isinstance(single, str):
            try:
                return float(single)
            except ValueError:
                raise FormulaError("#VALUE!") from None
        return 0.0 if single is None else float(single)

    def _truth(self, value: _Term) -> bool:
        single = self._single(value)
        if isinstance(single, str):
            raise FormulaError("#VALUE!")
        return bool(single)

    def numbers(self, given: list[_Term]) -> list[float]:
        """The numbers among arguments: of ranges only real numbers count, as in a sheet."""
        found: list[float] = []
        for term in given:
            if isinstance(term, _Range):
                cells = self._calculator.cells(term)
                found += [float(v) for v in cells if isinstance(v, int | float) and not isinstance(v, bool)]
            else:
                found.append(self._number(term))
        return found

    def values(self, term: _Term) -> list[Value]:
        """Everything that an argument stands for."""
        return list(self._calculator.cells(term)) if isinstance(term, _Range) else [term]

    def first_numbers(self, given: list[_Term], least: int, most: int) -> list[float]:
        """Arguments that are one number each."""
        if not least <= len(given) <= most:
            raise Unsupported("函数的参数个数不对")
        return [self._number(term) for term in given]


def _divide(left: float, right: float) -> float:
    if right == 0:
        raise FormulaError("#DIV/0!")
    return left / right


def _compare(operator: str, left: Value, right: Value) -> bool:
    if left is None:
        left = "" if isinstance(right, str) else 0
    if right is None:
        right = "" if isinstance(left, str) else 0
    if isinstance(left, str) != isinstance(right, str):
        # A sheet sorts every text behind every number.
        order = 1 if isinstance(left, str) else -1
    elif isinstance(left, str) and isinstance(right, str):
        a, b = left.lower(), right.lower()
        order = (a > b) - (a < b)
    else:
        order = (left > right) - (left < right)  # type: ignore[operator]
    return {"=": order == 0, "<>": order != 0, "<": order < 0, ">": order > 0, "<=": order <= 0, ">=": order >= 0}[
        operator
    ]


def _round(parser: _Parser, given: list[_Term]) -> float:
    number, *rest = parser.first_numbers(given, 1, 2)
    digits = int(rest[0]) if rest else 0
    return float(Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def _count_all(parser: _Parser, given: list[_Term]) -> float:
    return float(sum(value is not None for term in given for value in parser.values(term)))


def _average(parser: _Parser, given: list[_Term]) -> float:
    numbers = parser.numbers(given)
    return _divide(sum(numbers), len(numbers))


_FUNCTIONS: dict[str, Callable[[_Parser, list[_Term]], float]] = {
    "SUM": lambda parser, given: sum(parser.numbers(given)),
    "ROUND": _round,
    "ABS": lambda parser, given: abs(parser.first_numbers(given, 1, 1)[0]),
    "MAX": lambda parser, given: max(parser.numbers(given), default=0.0),
    "MIN": lambda parser, given: min(parser.numbers(given), default=0.0),
    "AVERAGE": _average,
    "COUNT": lambda parser, given: float(len(parser.numbers(given))),
    "COUNTA": _count_all,
}


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    position = 0
    while position < len(formula):
        match = _TOKEN.match(formula, position)
        if match is None:
            if not formula[position:].strip():
                return
            raise Unsupported(f"看不懂“{formula[position:].strip()[:10]}”")
        position = match.end()
        yield str(match.lastgroup), match[str(match.lastgroup)]


_ANY_REF = re.compile(
    r"(?:('(?:[^']|'')+'|[^\W\d][\w.]*)!)?(\$?[A-Za-z]{1,3}\$?\d{1,7}(?::\$?[A-Za-z]{1,3}\$?\d{1,7})?)(?![\w(.])"
)


def dependents(form: Form, changed: set[Spot]) -> set[Spot]:
    """The formula cells whose values follow from changed cells, directly or through others.

    A formula that refers by other means (a defined name, a whole column) cannot be followed and is taken to depend.
    """
    formulas = {
        (sheet.name, place): None if _BY_NAME.search(_bare(cell.formula)) else list(_references(cell, sheet.name))
        for sheet in form.sheets
        for place, cell in sheet.cells.items()
        if cell.formula
    }
    found: set[Spot] = set()
    waiting = set(changed)
    while waiting:
        rows = sorted(waiting)
        waiting = {
            spot
            for spot, references in formulas.items()
            if spot not in found
            and (
                references is None or any(s == sheet and block.holds(p) for sheet, block in references for s, p in rows)
            )
        }
        found |= waiting
    return found


# A word that is neither a function, a sheet, a cell nor a truth value; or columns and rows as a whole.
_BY_NAME = re.compile(
    r"(?<![\w.!$'])(?!(?:TRUE|FALSE)\b)(?!\$?[A-Za-z]{1,3}\$?\d{1,7}(?![\w(.]))[^\W\d][\w.]*(?![\w.(!])|:\$?[A-Za-z]{1,3}(?!\w|\$)",
    re.IGNORECASE,
)


def _bare(formula: str) -> str:
    """A formula without its texts and without the quoted names of sheets."""
    return re.sub(r"'(?:[^']|'')+'(?=!)", "S", re.sub(r'"(?:[^"]|"")*"', '""', formula))


def _references(cell: FormCell, sheet: str) -> Iterator[tuple[str, Block]]:
    for match in _ANY_REF.finditer(re.sub(r'"(?:[^"]|"")*"', '""', cell.formula)):
        name = match[1] or sheet
        block = block_of(match[2].replace("$", ""))
        if block is not None:
            yield (name[1:-1].replace("''", "'") if name.startswith("'") else name), block
