"""The grammar of expressions in ledger templates: text to a tree. No Python is evaluated; what is not known is refused.

`[平时得分] * 0.6 + [年终得分] * 0.4`, `sum(items.mark, items.kind = "扣分")`, `进位(population / 10000 * 18)`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

LONGEST, DEEPEST = 1_000, 30


class ExpressionError(ValueError):
    """What is wrong with an expression or with a value that it meets, as a Chinese phrase; `place` counts from 1."""

    def __init__(self, message: str, place: int = 0) -> None:
        super().__init__(f"第{place}个字处：{message}" if place else message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written, exact; `money` counts fen."""

    value: Fraction
    money: bool
    at: int


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text between quotes."""

    value: str
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """A column by key or [label], or a column of a child table: `items.mark`."""

    words: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with what it is given; operators are functions too."""

    function: str
    given: tuple[Node, ...]
    at: int


Node = Number | Quoted | Name | Call

_ALIKE = str.maketrans("＋－×÷＝（），＜＞≤≥≠．＊／、", "+-*/=(),<>≤≥≠.*/,")
_TOKENS = re.compile(
    r"""\s*(?:
    (?P<number>(?a:\d+(?:\.\d+)?)(?P<unit>万元|元|%)?)
  | (?P<text>"[^"]*"|“[^”]*”)
  | \[(?P<label>[^\[\]]+)\]
  | (?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)
  | (?P<word>[\u4e00-\u9fff]+)
  | (?P<sign><=|>=|<>|!=|[-+*/=<>≤≥≠(),])
    )""",
    re.VERBOSE,
)
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠"}
_WORDS = {
    "求和": "sum", "已填求和": "sum_given", "计数": "count", "平均": "average", "已填平均": "average_given",
    "最小": "min", "最大": "max", "比率": "rate", "名次": "rank", "四舍五入": "round", "取整": "floor",
    "进位": "ceil", "绝对值": "abs", "如果": "if", "已填": "given", "没填则": "else", "填了几项": "given_count",
    "相差天数": "days", "相差月数": "months", "周岁": "years", "年份": "year", "今天": "today", "包含": "contains",
    "并且": "and", "或者": "or", "不是": "not",
}  # fmt: skip
_COMPARING = ("=", "≠", "<", "≤", ">", "≥")
_UNITS = {"元": 100, "万元": 1_000_000}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    at: int
    unit: str = ""


def parse(text: str) -> Node:
    """The tree of an expression; raises `ExpressionError` with the place."""
    if not text.strip():
        raise ExpressionError("算式是空的")
    if len(text) > LONGEST:
        raise ExpressionError(f"算式太长，最多{LONGEST}个字")
    reader = _Reader(_tokens(text))
    tree = reader.either(0)
    if reader.next.kind != "end":
        raise ExpressionError(f"这里的“{reader.next.text}”看不懂", reader.next.at)
    return tree


def _tokens(text: str) -> list[_Token]:
    # Signs of full width mean what they look like, but not inside a text or a label.
    plain = re.sub(r"\"[^\"]*\"|“[^”]*”|\[[^\]]*\]|[^\"“\[]+", _uniform, text)
    found: list[_Token] = []
    at = 0
    while plain[at:].strip():
        match = _TOKENS.match(plain, at)
        start = at + len(plain[at:]) - len(plain[at:].lstrip())
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"“{plain[start]}”看不懂", start + 1)
        kind = next(k for k in ("number", "text", "label", "name", "word", "sign") if match[k] is not None)
        token = match[kind]
        if kind == "number":
            token = token.removesuffix(match["unit"] or "")
        found.append(_Token(kind, _SIGNS.get(token, token), start + 1, match["unit"] or ""))
        at = match.end()
    return [*found, _Token("end", "结尾", len(text) + 1)]


def _uniform(piece: re.Match[str]) -> str:
    return piece[0] if piece[0][0] in '"“[' else piece[0].translate(_ALIKE)


class _Reader:
    """Reads tokens by precedence: or, and, not, comparison, sum, product, sign."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        token = self.next
        self._at += 1
        return token

    def _word(self) -> str:
        return _WORDS.get(self.next.text, "") if self.next.kind == "word" else self.next.text

    def either(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise ExpressionError("括号套得太深", self.next.at)
        left = self._both(depth)
        while self.next.kind in ("name", "word") and self._word() == "or":
            at = self._take().at
            left = Call("or", (left, self._both(depth)), at)
        return left

    def _both(self, depth: int) -> Node:
        left = self._not(depth)
        while self.next.kind in ("name", "word") and self._word() == "and":
            at = self._take().at
            left = Call("and", (left, self._not(depth)), at)
        return left

    def _not(self, depth: int) -> Node:
        if self.next.kind in ("name", "word") and self._word() == "not":
            at = self._take().at
            if depth > DEEPEST:
                raise ExpressionError("括号套得太深", at)
            return Call("not", (self._not(depth + 1),), at)
        return self._compared(depth)

    def _compared(self, depth: int) -> Node:
        left = self._sum(depth)
        if self.next.kind == "sign" and self.next.text in _COMPARING:
            sign = self._take()
            left = Call(sign.text, (left, self._sum(depth)), sign.at)
            if self.next.kind == "sign" and self.next.text in _COMPARING:
                raise ExpressionError("一处只能比较一次，请用 and 连起来", self.next.at)
        return left

    def _sum(self, depth: int) -> Node:
        left = self._product(depth)
        while self.next.kind == "sign" and self.next.text in "+-":
            sign = self._take()
            left = Call(sign.text, (left, self._product(depth)), sign.at)
        return left

    def _product(self, depth: int) -> Node:
        left = self._signed(depth)
        while self.next.kind == "sign" and self.next.text in "*/":
            sign = self._take()
            left = Call(sign.text, (left, self._signed(depth)), sign.at)
        return left

    def _signed(self, depth: int) -> Node:
        if self.next.kind == "sign" and self.next.text == "-":
            at = self._take().at
            if depth > DEEPEST:
                raise ExpressionError("括号套得太深", at)
            return Call("-", (self._signed(depth + 1),), at)
        return self._one(depth)

    def _one(self, depth: int) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                value = Fraction(Decimal(token.text)) * _UNITS.get(token.unit, 1)
                return Number(value / 100 if token.unit == "%" else value, token.unit in _UNITS, token.at)
            case "text":
                return Quoted(token.text[1:-1], token.at)
            case "label":
                return Name(("[]", *(part.strip() for part in token.text.split("."))), token.at)
            case "name" | "word" if self.next.text == "(" and self.next.kind == "sign":
                return self._call(token, depth)
            case "name" if token.text == "today":
                return Call("today", (), token.at)
            case "word" if token.text == "今天":
                return Call("today", (), token.at)
            case "name":
                return Name(tuple(token.text.split(".")), token.at)
            case "sign" if token.text == "(":
                inner = self.either(depth + 1)
                self._expect(")", token)
                return inner
        what = "算式没有写完" if token.kind == "end" else f"这里的“{token.text}”看不懂，列名请写在方括号里"
        raise ExpressionError(what, token.at)

    def _call(self, name: _Token, depth: int) -> Node:
        function = _WORDS.get(name.text, "") if name.kind == "word" else name.text
        if not function:
            raise ExpressionError(f"没有“{name.text}”这个算法", name.at)
        opening, given = self._take(), list[Node]()
        if self.next.text != ")":
            given.append(self.either(depth + 1))
            while self.next.kind == "sign" and self.next.text == ",":
                self._take()
                given.append(self.either(depth + 1))
        self._expect(")", opening)
        return Call(function, tuple(given), name.at)

    def _expect(self, sign: str, opening: _Token) -> None:
        if self.next.kind != "sign" or self.next.text != sign:
            raise ExpressionError("这个括号没有合上", opening.at)
        self._take()
