"""What a member owes each month, by category and base (dues.md §1, 党费规定2008).

The whole base is multiplied by the rate of the bracket it lies in; the jump at a bracket's edge is right. Money is in
whole fen, rounded half up; rates are exact decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.rules.rulebook import Edition, RuleBook

_BRACKETS = {
    "employed": "DUES_SALARIED",
    "annual": "DUES_SALARIED",
    "self_employed": "DUES_SALARIED",
    "retired": "DUES_RETIRED",
}
_FIXED = ("student", "unemployed", "relief", "low_income")
FARMER, REDUCED, EXEMPT = "farmer", "reduced", "exempt"
CATEGORIES = {
    "employed": "按月领取工资",
    "annual": "年薪制",
    "self_employed": "不按月取得收入",
    "retired": "离退休",
    FARMER: "农民",
    "student": "学生",
    "unemployed": "下岗失业",
    "relief": "依靠抚恤救济生活",
    "low_income": "领取最低生活保障金",
    REDUCED: "经批准少交",
    EXEMPT: "经批准免交",
}
"""Categories by the key that scripts use. 困难 (`hardship`) is not one: who lives on 低保 is `low_income`."""
ALIASES = {"hardship": "low_income"}
_FIXED_RATE = "定额"


@dataclass(frozen=True, slots=True)
class DuesAsked:
    """A member's case: `base` and `local_rate` in fen a month, `approved` the document that lets pay less or nothing.

    For `reduced` the base is the sum that was approved.
    """

    category: str
    base: int | None = None
    local_rate: int | None = None
    approved: str = ""


@dataclass(frozen=True, slots=True)
class Dues:
    """What comes out, in fen a month: `computed` by the rate, `payable` after the usual cap.

    `rate` is a percentage as text or 定额, `bracket` the bracket in words, `note` what a person should know.
    """

    computed: int
    payable: int
    rate: str
    bracket: str
    article: str
    edition: str
    note: str = ""


def compute(book: RuleBook, asked: DuesAsked, on: date) -> Dues:
    """The monthly dues by the rules in force on a day.

    Raises `UserError`: `unknown_category`, `required` (no base, local rate or approval where one is needed),
    `bad_amount` (negative) and `local_rate` (outside what the rule allows).
    """
    category = ALIASES.get(asked.category, asked.category)
    if category not in CATEGORIES:
        raise _refusal("unknown_category", f"没有“{asked.category}”这类党费。", f"可用：{'、'.join(CATEGORIES)}。")
    if any(amount is not None and amount < 0 for amount in (asked.base, asked.local_rate)):
        raise _refusal("bad_amount", "金额不能是负数。", "请核对后重新输入。")
    if category in _BRACKETS:
        found = _by_bracket(book[_BRACKETS[category]].on(on), _required(asked.base, "基数"))
    elif category == FARMER:
        found = _local(book["DUES_FARMER"].on(on), _required(asked.local_rate, "当地定的数额"))
    elif category in _FIXED:
        edition = book["DUES_FIXED"].on(on)
        found = _fixed(edition, _fen(edition.text("amount")))
    else:
        found = _approved(book["DUES_REDUCED"].on(on), category, asked)
    return _capped(book, found, on)


def _by_bracket(edition: Edition, base: int) -> Dues:
    below: str | None = None
    for line in edition.texts("brackets"):
        upto, _, percent = line.partition(":")
        if not upto or base <= _fen(upto):
            rate = Decimal(percent)
            computed = int((Decimal(base) * rate / 100).to_integral_value(ROUND_HALF_UP))
            words = f"{below or 0}元以上、{upto}元以下（含）" if upto and below else f"{upto}元以下（含）"
            return Dues(
                computed, computed, f"{rate}%", words if upto else f"{below}元以上", edition.article, edition.edition
            )
        below = upto
    raise ValueError("the last bracket has no upper end")


def _fixed(edition: Edition, amount: int, note: str = "") -> Dues:
    return Dues(amount, amount, _FIXED_RATE, _FIXED_RATE, edition.article, edition.edition, note)


def _local(edition: Edition, amount: int) -> Dues:
    least, most = edition.text("least"), edition.text("most")
    if not _fen(least) <= amount <= _fen(most):
        raise _refusal(
            "local_rate", f"农民党员的党费在{least}元到{most}元之间，由上级定一个数。", "请核对当地定的数额。"
        )
    return _fixed(edition, amount, f"幅度{least}-{most}元，由上级定。")


def _approved(edition: Edition, category: str, asked: DuesAsked) -> Dues:
    if not asked.approved.strip():
        raise _refusal("required", "少交、免交要经支部研究，报上一级党委批准。", "请写明批准文号。")
    note = f"批准文号：{asked.approved.strip()}。"
    if category == EXEMPT:
        return Dues(0, 0, "0", "免交", edition.article, edition.edition, f"{note}免交的月份不算欠交。")
    return _fixed(edition, _required(asked.base, "批准的每月数额"), note)


def _capped(book: RuleBook, found: Dues, on: date) -> Dues:
    rule = book["DUES_CAP"]
    cap = _fen(rule.on(on).text("amount"))
    if found.computed <= cap:
        return found
    told = rule.said(computed=in_yuan(found.computed), cap=in_yuan(cap))
    article = f"{found.article}；{rule.on(on).article}"
    return Dues(found.computed, cap, found.rate, found.bracket, article, found.edition, f"{found.note}{told}")


def _required(amount: int | None, what: str) -> int:
    if amount is None:
        raise _refusal("required", f"缺少{what}。", "请补上再算。")
    return amount


def in_yuan(fen: int) -> str:
    """An amount as people write it, with two decimals."""
    return f"{Decimal(fen) / 100:.2f}"


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


def _refusal(code: str, message: str, advice: str) -> UserError:
    return UserError(code, message, effect="没有计算。", advice=advice)
