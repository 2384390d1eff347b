"""The formulas of forms, computed again: what a sheet would show, or an honest "not understood"."""

from __future__ import annotations

import pytest

from dangjian_desktop.domain.forms.form_formulas import Calculator, FormulaError, Unsupported, dependents
from dangjian_desktop.domain.forms.form_sheets import Block, CellStyle, Form, FormCell, FormSheet, Value, place_of

_STYLE = CellStyle()


def form(**cells: Value) -> Form:
    """A form of two sheets; texts that begin with `=` are formulas."""
    made = {}
    for ref, value in cells.items():
        place = place_of(ref)
        assert place is not None
        formula = value[1:] if isinstance(value, str) and value.startswith("=") else ""
        made[place] = FormCell(None if formula else value, formula, _STYLE)
    other = FormSheet("另 表", {(1, 1): FormCell(7, "", _STYLE)})
    return Form("f.xlsx", [FormSheet("表", made), other])


CELLS: dict[str, Value] = {"A1": 3, "A2": 4.5, "A3": "字", "A4": None, "A5": True, "B1": 0, "B2": "12"}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("=A1+A2*2-1", 11),
        ("=-A1+(A2-0.5)/2", -1),
        ("=SUM(A1:A5)", 7.5),
        ("=SUM(A1,A2,10)", 17.5),
        ("=SUM($A$1:A$2)+表!A1", 10.5),
        ("='另 表'!A1*2", 14),
        ("=ROUND(A2/7,2)", 0.64),
        ("=ROUND(2.5,0)", 3),
        ("=ROUND(-2.5,0)", -3),
        ("=ROUND(1234,-2)", 1200),
        ('=IF(A1>2,"够","不够")', "够"),
        ('=IF(A4="","空",A4)', "空"),
        ("=IF(B1=0,0,A1/B1)", 0),
        ("=IF(A1=3,IF(A2>=4.5,1,2),1/0)", 1),
        ("=IFERROR(A1/B1,0)", 0),
        ("=IFERROR(A1/1,9)", 3),
        ("=A1<>A2", True),
        ('=A3="字"', True),
        ("=50%*A1", 1.5),
        ("=MAX(A1:A2)-MIN(A1:A2)", 1.5),
        ("=AVERAGE(A1:A4)", 3.75),
        ("=COUNT(A1:A5)", 2),
        ("=COUNTA(A1:A5)", 4),
        ("=ABS(1-A1)", 2),
        ("=B2+1", 13),
        ("=A4+1", 1),
    ],
)
def test_what_a_sheet_would_show(formula: str, value: Value) -> None:
    book = form(**CELLS, C1=formula)
    assert Calculator(book, {}).value("表", (1, 3)) == value


@pytest.mark.parametrize(
    "formula",
    [
        "=VLOOKUP(A1,A1:B2,2)",
        "=A1&A2",
        "=SUM(A:A)",
        "=本期数+1",
        "=A1:A3+1",
        "={SUM(A1:A2)}",
        "=没有!A1",
        "=2^3",
        "=SUM(A1",
    ],
)
def test_what_is_not_understood_is_said_and_not_guessed(formula: str) -> None:
    with pytest.raises(Unsupported):
        Calculator(form(**CELLS, C1=formula), {}).value("表", (1, 3))


@pytest.mark.parametrize("formula", ["=A1/B1", "=A3+1", "=SUM(A3+1,2)", "=AVERAGE(A3:A4)"])
def test_errors_of_the_sheet_are_errors_here(formula: str) -> None:
    with pytest.raises(FormulaError):
        Calculator(form(**CELLS, C1=formula), {}).value("表", (1, 3))


def test_a_circle_ends() -> None:
    with pytest.raises(Unsupported):
        Calculator(form(A1="=B1+1", B1="=A1+1"), {}).value("表", (1, 1))


def test_filled_cells_count_and_what_follows_from_them_is_known() -> None:
    book = form(
        A1=None,
        B1="=A1*2",
        C1="=B1+1",
        D1="=Z9+1",
        E1="=INDIRECT(本期)",
        F1="=SUM(A:A)",
        G1='=SUM(1,2)&"本期"',
        H1="=IF(TRUE,ROUND('另 表'!A1,2),$Z$9)",
    )
    calculator = Calculator(book, {("表", (1, 1)): 5})
    assert calculator.value("表", (1, 3)) == 11
    # A formula that names what cannot be followed may depend on anything.
    assert dependents(book, {("表", (1, 1))}) == {("表", (1, column)) for column in (2, 3, 5, 6)}


def test_a_covered_cell_of_a_merged_block_is_empty() -> None:
    cells = {
        (1, 1): FormCell(5, "", _STYLE),
        (1, 2): FormCell(9, "", _STYLE),
        (2, 1): FormCell(None, "SUM(A1:B1)", _STYLE),
    }
    book = Form("f.xlsx", [FormSheet("表", cells, [Block(1, 1, 1, 2)])])
    assert Calculator(book, {}).value("表", (2, 1)) == 5
