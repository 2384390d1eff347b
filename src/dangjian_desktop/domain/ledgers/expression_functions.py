"""What expressions can do: every function with what it takes, what it gives and how; nothing else can be called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dangjian_desktop.domain.values.partial_dates import age_on, first_day, last_day

from .expression_grammar import ExpressionError

Known = Fraction | str | bool | None
"""A number (money in fen), a text, a partial date or a truth; None: not known."""

_NUMBERS = ("number", "money")
_MOST_PLACES = 12
_CALLED = {"number": "数", "money": "金额", "text": "文字", "date": "日期", "truth": "是或否", "rows": "分项"}

Kinds = Sequence[str]
Gives = Callable[[Kinds, int], str]
Run = Callable[[Sequence[Known], date], Known]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: `gives` says what it makes of what it is given, or refuses; `over` works on child rows."""

    name: str
    label: str
    gives: Gives
    run: Run
    over: Callable[[Sequence[Known]], Known] = lambda _: None
    over_rows: Gives = lambda kinds, _: kinds[0]
    also_plain: bool = True


def _refuse(label: str, kinds: Kinds, at: int) -> ExpressionError:
    return ExpressionError(f"{'、'.join(_CALLED[k] for k in kinds) or '空'}不能{label}", at)


def _added(label: str) -> Gives:
    def gives(kinds: Kinds, at: int) -> str:
        if len(kinds) == 1 and kinds[0] in _NUMBERS:
            return kinds[0]
        if len(kinds) != 2 or kinds[0] != kinds[1] or kinds[0] not in _NUMBERS:
            raise _refuse(label, kinds, at)
        return kinds[0]

    return gives


def _multiplied(kinds: Kinds, at: int) -> str:
    if set(kinds) - set(_NUMBERS) or list(kinds).count("money") > 1:
        raise _refuse("相乘", kinds, at)
    return "money" if "money" in kinds else "number"


def _divided(kinds: Kinds, at: int) -> str:
    if len(kinds) != 2 or set(kinds) - set(_NUMBERS) or (kinds[1] == "money" and kinds[0] != "money"):
        raise _refuse("相除", kinds, at)
    return "number" if kinds[0] == kinds[1] else "money"


def _compared(kinds: Kinds, at: int) -> str:
    if kinds[0] != kinds[1]:
        raise _refuse("相比较", kinds, at)
    return "truth"


def _ordered(kinds: Kinds, at: int) -> str:
    if kinds[0] in ("text", "truth"):
        raise _refuse("比大小", kinds, at)
    return _compared(kinds, at)


def _all(wanted: str, gives: str, label: str, count: int | None = None) -> Gives:
    def check(kinds: Kinds, at: int) -> str:
        if (count is not None and len(kinds) != count) or any(kind != wanted for kind in kinds):
            raise _refuse(label, kinds, at)
        return gives

    return check


def _alike(label: str, *more: str) -> Gives:
    """Numbers or amounts of money (and what is named besides), all of one sort."""

    def gives(kinds: Kinds, at: int) -> str:
        if not kinds or len(set(kinds)) > 1 or kinds[0] not in (*_NUMBERS, *more):
            raise _refuse(label, kinds, at)
        return kinds[0]

    return gives


def _one_number(label: str) -> Gives:
    def gives(kinds: Kinds, at: int) -> str:
        if not kinds or kinds[0] not in _NUMBERS or any(kind != "number" for kind in kinds[1:]) or len(kinds) > 2:
            raise _refuse(label, kinds, at)
        return kinds[0]

    return gives


def _chosen(kinds: Kinds, at: int) -> str:
    if len(kinds) != 3 or kinds[0] != "truth" or kinds[1] != kinds[2]:
        raise ExpressionError("“如果”要写一个条件和两个同类的值", at)
    return kinds[1]


def _instead(kinds: Kinds, at: int) -> str:
    if len(kinds) != 2 or kinds[0] != kinds[1]:
        raise ExpressionError("“没填则”要写两个同类的值", at)
    return kinds[0]


def _anything(gives: str, count: int | None) -> Gives:
    def check(kinds: Kinds, at: int) -> str:
        if not kinds or (count is not None and len(kinds) != count):
            raise ExpressionError("括号里的个数不对", at)
        return gives

    return check


def _strict(run: Callable[..., Known]) -> Run:
    """Missing in, missing out."""

    def careful(given: Sequence[Known], _: date) -> Known:
        return None if any(each is None for each in given) else run(*given)

    return careful


def _rows_strict(run: Callable[[Sequence[Fraction]], Known]) -> Callable[[Sequence[Known]], Known]:
    def careful(given: Sequence[Known]) -> Known:
        return None if any(each is None for each in given) else run([n for n in given if isinstance(n, Fraction)])

    return careful


def _rows_given(run: Callable[[Sequence[Fraction]], Known]) -> Callable[[Sequence[Known]], Known]:
    return lambda given: run([n for n in given if isinstance(n, Fraction)])


def _mean(numbers: Sequence[Fraction]) -> Known:
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None


def _total(numbers: Sequence[Fraction]) -> Known:
    return sum(numbers, Fraction(0))


def _size(value: Known) -> Fraction | date:
    """By what the smallest and the largest are found; a partial date by its first day."""
    return first_day(value) if isinstance(value, str) else Fraction(value or 0)


def _rows_extreme(pick: Callable[..., Known]) -> Callable[[Sequence[Known]], Known]:
    def careful(given: Sequence[Known]) -> Known:
        return None if not given or any(each is None for each in given) else pick(given, key=_size)

    return careful


def _difference(*given: Fraction) -> Fraction:
    return -given[0] if len(given) == 1 else given[0] - given[1]


def _product(left: Fraction, right: Fraction) -> Fraction:
    return left * right


def _quotient(left: Fraction, right: Fraction) -> Known:
    return left / right if right else None


def _is_date(value: Known) -> bool:
    return isinstance(value, str) and len(value) in (4, 7, 10) and value[:4].isdigit()


def _equal(left: Known, right: Known) -> Known:
    if _is_date(left) and _is_date(right) and len(str(left)) != len(str(right)):
        # One known to the month says neither yes nor no about a day within it.
        return None if str(left).startswith(str(right)) or str(right).startswith(str(left)) else False
    return left == right


def _unequal(left: Known, right: Known) -> Known:
    same = _equal(left, right)
    return None if same is None else not same


def _less(left: Known, right: Known) -> Known:
    if isinstance(left, str) and isinstance(right, str):
        if last_day(left) < first_day(right):
            return True
        return False if first_day(left) >= last_day(right) else None
    return isinstance(left, Fraction) and isinstance(right, Fraction) and left < right


def _at_most(left: Known, right: Known) -> Known:
    more = _less(right, left)
    return None if more is None else not more


def _and(given: Sequence[Known], _: date) -> Known:
    return False if any(each is False for each in given) else None if any(each is None for each in given) else True


def _or(given: Sequence[Known], _: date) -> Known:
    return True if any(each is True for each in given) else None if any(each is None for each in given) else False


def _rounded(value: Fraction, places: Fraction = Fraction(0)) -> Fraction:
    if not -_MOST_PLACES <= int(places) <= _MOST_PLACES:
        raise ExpressionError(f"四舍五入最多留{_MOST_PLACES}位")
    tens = Fraction(10) ** int(places)
    return Fraction((abs(value) * tens * 2 + 1) // 2) / tens * (-1 if value < 0 else 1)


def _days(begin: str, end: str) -> Known:
    return Fraction((first_day(end) - first_day(begin)).days) if len(begin) == len(end) == 10 else None


def _months(begin: str, end: str) -> Known:
    if min(len(begin), len(end)) < 7:
        return None
    months = (int(end[:4]) - int(begin[:4])) * 12 + int(end[5:7]) - int(begin[5:7])
    return Fraction(months - (1 if end[8:] and begin[8:] and end[8:] < begin[8:] else 0))


def _years(begin: str, end: str) -> Known:
    years = age_on(begin, last_day(end))
    return None if years is None else Fraction(years)


def _extremes(pick: Callable[..., Known]) -> Run:
    return _strict(lambda *given: pick(given, key=_size))


def _today(_: Sequence[Known], today: date) -> Known:
    return today.isoformat()


def _if(given: Sequence[Known], _: date) -> Known:
    return None if given[0] is None else given[1] if given[0] else given[2]


def _how_many(given: Sequence[Known], _: date) -> Known:
    return Fraction(sum(1 for each in given if each is not None and each is not False))


def _how_many_true(given: Sequence[Known]) -> Known:
    return Fraction(sum(each is True for each in given))


def _nothing(_given: Sequence[Known], _today: date) -> Known:
    """What a function that only looks into child rows makes of anything else; it is refused before."""
    return None


FUNCTIONS = {
    function.name: function
    for function in (
        Function("+", "相加", _added("相加"), _strict(lambda a, b: a + b)),
        Function("-", "相减", _added("相减"), _strict(_difference)),
        Function("*", "相乘", _multiplied, _strict(_product)),
        Function("/", "相除", _divided, _strict(_quotient)),
        Function("=", "比较", _compared, _strict(_equal)),
        Function("≠", "比较", _compared, _strict(_unequal)),
        Function("<", "比较", _ordered, _strict(_less)),
        Function(">", "比较", _ordered, _strict(lambda a, b: _less(b, a))),
        Function("≤", "比较", _ordered, _strict(_at_most)),
        Function("≥", "比较", _ordered, _strict(lambda a, b: _at_most(b, a))),
        Function("and", "并且", _all("truth", "truth", "用“并且”连接", 2), _and),
        Function("or", "或者", _all("truth", "truth", "用“或者”连接", 2), _or),
        Function("not", "不是", _all("truth", "truth", "取反", 1), _strict(lambda a: not a)),
        Function("sum", "求和", _alike("求和"), _nothing, _rows_strict(_total),
                 _alike("求和"), also_plain=False),
        Function("sum_given", "已填求和", _alike("求和"), _nothing, _rows_given(_total),
                 _alike("求和"), also_plain=False),
        Function("average", "平均", _alike("求平均"), _nothing, _rows_strict(_mean),
                 _alike("求平均"), also_plain=False),
        Function("average_given", "已填平均", _alike("求平均"), _nothing, _rows_given(_mean),
                 _alike("求平均"), also_plain=False),
        Function("count", "计数", _anything("number", 1), _nothing, _how_many_true,
                 _anything("number", 1), also_plain=False),
        Function("min", "最小", _alike("比大小", "date"), _extremes(min), _rows_extreme(min), _alike("比大小", "date")),
        Function("max", "最大", _alike("比大小", "date"), _extremes(max), _rows_extreme(max), _alike("比大小", "date")),
        Function("rate", "比率", _divided, _strict(_quotient)),
        Function("round", "四舍五入", _one_number("四舍五入"), _strict(_rounded)),
        Function("floor", "取整", _one_number("取整"), _strict(lambda a: Fraction(a // 1))),
        Function("ceil", "进位", _one_number("进位"), _strict(lambda a: Fraction(-(-a // 1)))),
        Function("abs", "绝对值", _one_number("取绝对值"), _strict(abs)),
        Function("if", "如果", _chosen, _if),
        Function("given", "已填", _anything("truth", 1), lambda given, _: given[0] is not None),
        Function("else", "没填则", _instead, lambda given, _: given[0] if given[0] is not None else given[1]),
        Function("given_count", "填了几项", _anything("number", None), _how_many),
        Function("days", "相差天数", _all("date", "number", "相差天数", 2), _strict(_days)),
        Function("months", "相差月数", _all("date", "number", "相差月数", 2), _strict(_months)),
        Function("years", "周岁", _all("date", "number", "算周岁", 2), _strict(_years)),
        Function("year", "年份", _all("date", "number", "取年份", 1), _strict(lambda d: Fraction(int(d[:4])))),
        Function("today", "今天", _all("date", "date", "取今天", 0), _today),
        Function("contains", "包含", _all("text", "truth", "看包含", 2), _strict(lambda a, b: b in a.split("；"))),
    )
}  # fmt: skip
"""All functions by name; operators are among them."""

OVER_ROWS = frozenset({"sum", "sum_given", "average", "average_given", "count", "min", "max"})
"""Those that look into child rows."""
