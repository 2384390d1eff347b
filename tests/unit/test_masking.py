"""Numbers are hidden in every text, however they are written, and figures that are none stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli_kit import id_number
from dangjian_desktop.domain.values.masking import digits_of, is_whole_number, mask_numbers

ID = id_number(7, "19680507")
MOBILE = "13800138000"
FULL = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def shown_digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f"{ID[:6]} {ID[6:14]} {ID[14:]}",
        f"{ID[:6]}-{ID[6:14]}-{ID[14:]}",
        f"{ID[:6]}.{ID[6:14]}.{ID[14:]}",
        f"{ID[:6]} - {ID[6:14]} - {ID[14:]}",
        " ".join(ID),
        ID.translate(FULL),
        "　".join((ID[:6], ID[6:14], ID[14:])).translate(FULL),
        "429900680507007",
        MOBILE,
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138－0013－8000",
        "138 00138000",
        "1 3 8 0 0 1 3 8 0 0 0",
        MOBILE.translate(FULL),
        "+8613800138000",
        "+86 138 0013 8000",
        "0086-13800138000",
        "0716-8123456",
        "027 87654321",
        "(0716)8123456",
    ],
)
@pytest.mark.parametrize("around", ["{}", "电话{}。", "联系人张三{}（本人），另见附件", "2026-09-30 {}"])
def test_the_middle_of_every_number_is_hidden(written: str, around: str) -> None:
    masked = mask_numbers(around.format(written))
    assert len(masked) == len(around.format(written))
    assert "*" in masked
    left = len(shown_digits(masked)) - len(shown_digits(around.format("")))
    assert left <= 7


def test_two_numbers_side_by_side_are_both_hidden() -> None:
    assert mask_numbers(f"{MOBILE} {ID}") == f"138****8000 {ID[:3]}***********{ID[-4:]}"
    assert mask_numbers(f"{MOBILE}、{MOBILE}") == "138****8000、138****8000"


def test_what_stands_between_the_digits_stays() -> None:
    assert mask_numbers("138 0013 8000") == "138 **** 8000"
    assert mask_numbers("０７１６－８１２３４５６") == "０７１*－***３４５６"


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-30 14:30",
        "2026.9.30 至 2026.12.31",
        "1998-12-31 001",
        "1998.12.31、2001.07.01",
        "党组〔2026〕12号",
        "共1200人，其中女性480人，35岁以下36人",
        "30.00、1250.50、98765.43",
        "编号 2026-0001",
        "第1期 第2期 第3期",
        "12 34 56 78",
        "2021 2022 2023 2024 2025 2026",
        "邮编 434000，门牌 12-3-401",
        "X",
        "",
    ],
)
def test_dates_and_figures_stay(text: str) -> None:
    assert mask_numbers(text) == text


@given(st.text())
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    masked = mask_numbers(text)
    assert len(masked) == len(text)
    assert mask_numbers(masked) == masked


@given(st.lists(st.sampled_from([" ", "-", ".", "", "　", " - "]), min_size=17, max_size=17))
def test_an_id_number_is_hidden_however_it_is_spaced(gaps: list[str]) -> None:
    written = "".join(sign + gap for sign, gap in zip(ID, [*gaps, ""], strict=True))
    assert len(shown_digits(mask_numbers(written).upper().replace("X", "0"))) <= 7


def test_what_was_typed_as_a_number_is_known_for_one() -> None:
    assert digits_of(" 138 0013-8000 ") == MOBILE
    assert digits_of(MOBILE.translate(FULL)) == MOBILE
    assert digits_of("张三") == digits_of("x") == digits_of("第3支部") == ""
    assert is_whole_number("138-0013-8000")
    assert is_whole_number(ID.lower())
    assert not is_whole_number("1380013")
