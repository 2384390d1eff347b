"""Expressions: exact, missing stays missing, nothing that is not understood is passed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.ledgers.expressions import (
    ExpressionError,
    Known,
    Scope,
    column,
    compiled,
    ranked,
    written,
)

SCOPE = Scope(
    (
        column("usual", "平时得分", "decimal"),
        column("yearly", "年终得分", "integer"),
        column("cost", "费用", "money"),
        column("due", "到期", "date"),
        column("agreed", "同意", "boolean"),
        column("grade", "等次", "code"),
        column("total", "合成", "decimal", "[平时得分] * 0.6 + [年终得分] * 0.4"),
    ),
    {
        "items": (
            "扣分项",
            (
                column("mark", "分", "decimal"),
                column("kind", "类", "code"),
                column("on", "日期", "date"),
                column("done", "办了", "boolean"),
                column("twice", "加倍", "decimal", "mark * 2"),
            ),
        )
    },
)
TODAY = date(2026, 11, 30)
FULL: dict[str, Any] = {
    "usual": "80.5",
    "yearly": 90,
    "cost": 10050,
    "due": "2026-05",
    "agreed": True,
    "grade": "好",
    "items.1": {"mark": "2.5", "kind": "扣", "on": "2026-01-02", "done": True},
    "items.2": {"mark": "1", "kind": "加", "on": "2026-03-02"},
}


def ask(text: str, values: Mapping[str, Any] = FULL) -> Known:
    return compiled(text, SCOPE).value(values, TODAY)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("usual * 0.6 + yearly * 0.4", "84.3"),
        ("[合成]", "84.3"),
        ("(1 + 2) * 3 - -4 / 2", "11"),
        ("0.1 + 0.2", "0.3"),
        ("求和(items.mark)", "3.5"),
        ("sum(items.mark，items.kind＝“扣”)", "2.5"),
        ("sum(items.twice)", "7"),
        ("计数(items)", "2"),
        ("count(items, items.done)", "1"),
        ("count(items.mark)", "2"),
        ("average([扣分项.分])", "1.75"),
        ("max(items.mark)", "2.5"),
        ("days(max(items.on), today)", "273"),
        ("ceil(yearly / 10000 * 18)", "1"),
        ("进位(100000÷10000×18)", "180"),
        ("rate(yearly, 100)", "0.9"),
        ("cost / 3元", "33.5"),
        ("given_count(usual, agreed, grade)", "3"),
        ("years(\"1990-05-20\", \"2026-05-19\")", "35"),
        ("round(2.345, 2)", "2.35"),
        ("months(\"2026-01-31\", \"2026-03-30\")", "1"),
        ("如果(yearly ≥ 90, 1, 0)", "1"),
        ("80%", "0.8"),
    ],
)  # fmt: skip
def test_arithmetic_is_exact(text: str, wanted: str) -> None:
    assert ask(text) == Fraction(wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cost + 100元", "200.50元"),
        ("cost * 1.5", "150.75元"),
        ("max(cost, 1万元)", "10000.00元"),
        ("cost / 7", "14.36元"),
    ],
)
def test_money_stays_money(text: str, wanted: str) -> None:
    read = compiled(text, SCOPE)
    assert written(read.value(FULL, TODAY), read.holds) == wanted


@pytest.mark.parametrize(
    "text",
    ["usual + yearly", "usual * 0", "usual > 3", "[合成]", "sum(items.mark)", "average(items.mark)", "rate(yearly, 0)",
     "yearly / 0", "min(usual, 3)", "if(usual > 1, 1, 2)"],
)  # fmt: skip
def test_missing_is_missing_and_not_zero(text: str) -> None:
    assert ask(text, {"yearly": 5, "items.1": {"kind": "扣"}}) is None


def test_what_is_given_can_be_asked_for_by_name() -> None:
    partly = {"items.1": {"mark": "2"}, "items.2": {}}
    assert ask("sum_given(items.mark)", partly) == 2
    assert ask("average_given(items.mark)", partly) == 2
    assert ask("else(usual, 0) + 1", {}) == 1
    assert ask("given(usual)", {}) is False
    assert ask("sum(items.mark)", {}) == 0  # nobody deducted anything
    assert ask("average(items.mark)", {}) is None


def test_a_partial_date_leaves_open_what_it_does_not_tell() -> None:
    assert ask('due < "2026-06-01"') is True
    assert ask('due < "2026-05-20"') is None
    assert ask('due = "2026-05-20"') is None
    assert ask('due = "2026-06-20"') is False
    assert ask('due ≥ "2026-05-01"') is True
    assert ask("days(due, today)") is None
    assert ask('due < "2026-05-20" or agreed') is True
    assert ask('due < "2026-05-20" and not agreed') is False


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("usual + scor", 9, "没有“scor”这一列"),
        ("usual + cost", 7, "数、金额不能相加"),
        ("cost * cost", 6, "不能相乘"),
        ("usual = grade", 7, "不能相比较"),
        ("grade > “好”", 7, "不能比大小"),
        ("sum(usual)", 1, "要写分项的列"),
        ("items.mark + 1", 1, "要放在求和"),
        ("items", 1, "没有“items”这一列"),
        ("sum(items.x)", 5, "分项“扣分项”里没有“x”"),
        ("1 +", 4, "没有写完"),
        ("(1 + 2", 1, "没有合上"),
        ("1 < 2 < 3", 7, "只能比较一次"),
        ("a == b", 4, "看不懂"),
        ("__import__(\"os\")", 1, "看不懂"),
        ("usual.__class__", 6, "看不懂"),
        ("exec(\"1\")", 1, "没有“exec”这个算法"),
        ("名次(usual) + 1", 1, "名次只能写在最外面"),
        ("排行(usual)", 1, "没有“排行”这个算法"),
        ("1 @ 2", 3, "看不懂"),
    ],
)  # fmt: skip
def test_a_fault_names_the_place(text: str, place: int, words: str) -> None:
    with pytest.raises(ExpressionError) as fault:
        compiled(text, SCOPE)
    assert fault.value.place == place
    assert words in str(fault.value)


def test_depth_and_length_are_bounded() -> None:
    for text in ("(" * 500 + "1" + ")" * 500, "-" * 500 + "1", "not " * 200 + "agreed", "1+" * 600 + "1"):
        with pytest.raises(ExpressionError):
            compiled(text, SCOPE)


def test_a_computed_column_is_never_made_of_itself() -> None:
    ring = Scope((column("a", "甲", "decimal", "b + 1"), column("b", "乙", "decimal", "[甲] * 2")))
    with pytest.raises(ExpressionError, match="绕了一圈"):
        compiled("a", ring)


def test_a_value_that_is_no_number_is_named_with_its_column() -> None:
    with pytest.raises(ExpressionError, match="列“平时得分”里的“八十”不是数"):
        ask("usual + 1", {"usual": "八十"})


def test_a_rank_shows_ties_and_leaves_out_what_is_missing() -> None:
    places = ranked([Fraction(90), Fraction(80), None, Fraction(90), Fraction(70)])
    assert [place.text for place in places] == ["1（并列）", "3", "待补", "1（并列）", "4"]
    assert compiled("rank(usual)", SCOPE).ranked


NUMBERS = st.decimals(min_value=-10_000, max_value=10_000, places=2, allow_nan=False)


@given(st.lists(NUMBERS, max_size=12))
def test_a_sum_is_that_of_its_rows_in_any_order(marks: list[Any]) -> None:
    rows = {f"items.{n:02}": {"mark": str(mark)} for n, mark in enumerate(marks)}
    assert ask("sum(items.mark)", rows) == sum((Fraction(str(m)) for m in marks), Fraction(0))
    assert ask("count(items)", rows) == len(marks)


@given(st.one_of(st.none(), NUMBERS), st.one_of(st.none(), NUMBERS))
def test_comparisons_exclude_each_other_and_missing_is_none_of_them(left: Any, right: Any) -> None:
    values: dict[str, Any] = {"usual": None if left is None else str(left), "yearly": None}
    said = [ask(f"usual {sign} {abs(right) if right is not None else 'yearly'}", values) for sign in ("<", "=", ">")]
    if left is None or right is None:
        assert said == [None, None, None]
    else:
        assert sorted(map(bool, said)) == [False, False, True]


@given(st.text(alphabet='ab.()+-*/<>=,1 9“”"[]元和或并且not求和usualitems', max_size=60))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        compiled(text, SCOPE).value(FULL, TODAY)
    except ExpressionError as fault:
        assert str(fault)


@given(st.lists(st.one_of(st.none(), NUMBERS), max_size=30))
def test_places_count_who_is_ahead(numbers: list[Any]) -> None:
    known = [None if n is None else Fraction(str(n)) for n in numbers]
    for number, place in zip(known, ranked(known), strict=True):
        if number is None:
            assert place.place is None
        else:
            assert place.place == 1 + sum(other is not None and other > number for other in known)
            assert place.tied == (sum(other == number for other in known) > 1)


def _columns_of_columns(formula: str, count: int) -> Scope:
    made = [column("c0", "算0", "decimal", "usual")]
    made += [column(f"c{n}", f"算{n}", "decimal", formula.format(f"c{n - 1}")) for n in range(1, count)]
    return Scope((column("usual", "平时得分", "decimal"), *made))


@pytest.mark.parametrize(("formula", "count"), [("{0}+{0}", 40), ("{0}*{0}", 300), ("{0}+1", 400)])
def test_columns_made_of_columns_are_refused_before_they_take_for_ever(formula: str, count: int) -> None:
    with pytest.raises(ExpressionError, match="一列靠一列地算"):
        compiled(f"c{count - 1}", _columns_of_columns(formula, count))


def test_a_few_columns_made_of_columns_are_computed() -> None:
    assert compiled("c9", _columns_of_columns("{0}+{0}", 10)).value({"usual": "1"}, date(2026, 9, 30)) == 512


def test_a_number_too_large_to_be_kept_is_told() -> None:
    with pytest.raises(ExpressionError, match="太大"):
        compiled("*".join(["usual"] * 100), SCOPE).value({"usual": "9" * 18}, date(2026, 9, 30))
    for places in ("999999999", "-999999999"):
        with pytest.raises(ExpressionError, match="最多留"):
            compiled(f"round(usual, {places})", SCOPE).value({"usual": "1"}, date(2026, 9, 30))
