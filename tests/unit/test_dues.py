"""Dues by category and base: the examples of the fact sheet to the fen, and what is refused."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.dues.standards import CATEGORIES, DuesAsked, compute
from dangjian_desktop.domain.rules.shipped import rules

DAY = date(2026, 9, 30)
KEYS = {
    "在职（按月领工资）": "employed",
    "离退休": "retired",
    "农民（当地定0.5元）": "farmer",
    "学生": "student",
    "下岗失业": "unemployed",
    "低保": "low_income",
    "免交": "exempt",
}
EXAMPLES = list(
    csv.DictReader((Path(__file__).parents[1] / "data" / "dues_examples.csv").read_text("utf-8-sig").splitlines())
)


def fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)


@pytest.mark.parametrize("row", EXAMPLES, ids=[f"{row['category']}{row['base']}" for row in EXAMPLES])
def test_the_examples_of_the_fact_sheet(row: dict[str, str]) -> None:
    category = KEYS[row["category"]]
    asked = DuesAsked(
        category,
        fen(row["base"]) if row["base"] else None,
        50 if category == "farmer" else None,
        "街工发〔2026〕1号" if category == "exempt" else "",
    )
    found = compute(rules(), asked, DAY)
    assert (found.computed, found.payable) == (fen(row["computed"]), fen(row["suggested_monthly_due"]))
    if row["rate"].endswith("%"):
        assert Decimal(found.rate.rstrip("%")) == Decimal(row["rate"].rstrip("%"))
    assert bool(found.note) == bool(row["note"]) or category in ("farmer", "exempt")
    assert "党费规定2008" in found.article


def test_hardship_means_low_income_and_approved_sums_stand_as_they_are() -> None:
    assert compute(rules(), DuesAsked("hardship"), DAY).payable == 20
    found = compute(rules(), DuesAsked("reduced", 1500, approved="街工发〔2026〕2号"), DAY)
    assert (found.payable, "街工发〔2026〕2号" in found.note) == (1500, True)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (DuesAsked("soldier", 100), "unknown_category"),
        (DuesAsked("employed"), "required"),
        (DuesAsked("employed", -1), "bad_amount"),
        (DuesAsked("farmer"), "required"),
        (DuesAsked("farmer", local_rate=19), "local_rate"),
        (DuesAsked("farmer", local_rate=101), "local_rate"),
        (DuesAsked("exempt"), "required"),
        (DuesAsked("reduced", 100, approved=" "), "required"),
    ],
)
def test_what_cannot_be_worked_out_is_refused(asked: DuesAsked, code: str) -> None:
    with pytest.raises(UserError) as refused:
        compute(rules(), asked, DAY)
    assert refused.value.code == code


@given(st.integers(0, 20_000_000))
def test_the_whole_base_is_multiplied_and_nothing_is_lost(base: int) -> None:
    found = compute(rules(), DuesAsked("employed", base), DAY)
    rate = Decimal(found.rate.rstrip("%")) / 100
    assert abs(Decimal(base) * rate - found.computed) <= Decimal("0.5")
    assert 0 <= found.payable <= min(found.computed, 100_000)


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_every_category_can_be_worked_out(category: str) -> None:
    found = compute(rules(), DuesAsked(category, 500_000, 50, "文号"), DAY)
    assert found.payable >= 0
    assert found.bracket
