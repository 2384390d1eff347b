"""Chinese lines break where a careful typesetter would break them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.documents.line_breaking import CLOSING, OPENING, break_balanced, break_text, units_of

PIECES = [
    "党员",
    "支部书记",
    "，",
    "。",
    "“",
    "”",
    "（",
    "）",
    "《",
    "》",
    "2,126名",
    "38.2%",
    "2026年9月30日",
    "Email",
    " ",
    "、",
]


def width(text: str) -> float:
    """One for a Chinese character or mark, half for the rest."""
    return sum(1.0 if ord(char) > 0x2000 else 0.5 for char in text)


def test_marks_numbers_and_dates_stay_whole() -> None:
    text = "截至2026年9月30日，共有党员2,126名（占38.2%），“五星支部”12个。"
    lines = break_text(text, width, 9)
    assert lines == ["截至", "2026年9月30日，共", "有党员2,126名（占", "38.2%），“五星支", "部”12个。"]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.integers(9, 30))
def test_no_line_is_broken_wrongly(text: str, limit: int) -> None:
    lines = break_text(text, width, limit)
    assert re.sub(" +", "", "".join(lines)) == text.replace(" ", "")
    longest = max((width(unit) for unit in units_of(text)), default=0)
    for line in lines:
        assert width(line) <= limit
    # A run of marks longer than a line must part somewhere; everything else obeys.
    if longest <= limit:
        for before, after in zip(lines, lines[1:], strict=False):
            assert after[:1] not in CLOSING or not after
            assert before[-1:] not in OPENING or not before
            assert not (before[-1:].isdigit() and after[:1].isdigit())


@given(st.text(alphabet="党A1，（）“”。 \u3000", max_size=40), st.floats(0.4, 6))
def test_nothing_is_lost_however_narrow(text: str, limit: float) -> None:
    joined = "".join(break_text(text, width, limit))
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", text)


def test_first_line_may_be_shorter() -> None:
    assert break_text("一二三四五六七", width, 4, 2) == ["一二", "三四五六", "七"]


def test_line_feeds_break_and_empty_text_is_one_line() -> None:
    assert break_text("一\n\n二", width, 4) == ["一", "", "二"]
    assert break_text("", width, 4) == [""]


def test_blank_at_a_break_is_dropped() -> None:
    assert break_text("abcd efgh", width, 2) == ["abcd", "efgh"]


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("党组织和党员基本情况", 8, ["党组织和党", "员基本情况"]),
        ("党员", 8, ["党员"]),
        ("第一行\n第二行", 8, ["第一行", "第二行"]),
    ],
)
def test_balanced_lines_are_about_equal(text: str, limit: int, lines: list[str]) -> None:
    assert break_balanced(text, width, limit) == lines
