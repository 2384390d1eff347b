"""Identity numbers: the standard's vectors, and what spreadsheets do to them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.domain.values import masking
from dangjian_desktop.domain.values.id_numbers import LOST, check_character, check_id_number, plain_id_numbers

ON = date(2026, 7, 1)
VECTOR_FILE = Path(__file__).parents[1] / "data" / "id_number_test_vectors.csv"
VECTORS = list(csv.DictReader(VECTOR_FILE.read_text(encoding="utf-8-sig").splitlines()))


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["input"].strip() for vector in VECTORS])
def test_published_vectors(vector: dict[str, str]) -> None:
    expected, check = vector["expected"], check_id_number(vector["input"], on=ON)
    if expected.startswith(("合法", "规范化后合法")):
        assert check.ok, check
        assert len(check.normalised) == 18
    elif expected.startswith("旧15位"):
        assert check.ok and check.normalised == expected.split("→")[1]
    else:
        assert not check.ok and check.error, check


def test_what_a_number_tells() -> None:
    assert check_id_number("11010519491231002X", on=ON)[3:] == ((), "1949-12-31", "2")
    assert check_id_number("440524188001010014", on=ON).warnings == ("按身份证号已超过110岁，请核对",)
    assert check_id_number("440524188001010014", on=ON).sex == "1"


@pytest.mark.parametrize(
    ("cell", "part"),
    [
        (1.1010519491231e17, "丢失"),
        ("1.10105E+17", "丢失"),
        (110105194912310000, "丢失"),
        ("110105194912310000", "截断"),
        ("1101051949123100", "16位"),
        ("11010519491231002XX", "19位"),
        ("见备注", "字符"),
        ("110105194912310021", "末位应为X"),
        ("110105194902310026", "不存在"),
        (None, "不是身份证号"),
        (float("nan"), "丢失"),
    ],
)
def test_refusals_say_what_is_wrong(cell: object, part: str) -> None:
    check = check_id_number(cell, on=ON)
    assert not check.ok
    assert check.error and part in check.error


def test_scientific_notation_is_lost_for_good() -> None:
    assert check_id_number("1.10105194912310E+17", on=ON).error == LOST


def number(area: str, birth: str, order: str) -> str:
    return area + birth + order + check_character(area + birth + order)


def test_of_age_to_the_day() -> None:
    assert check_id_number(number("429900", "20080701", "001"), on=ON).ok
    assert check_id_number(number("429900", "20080702", "001"), on=ON).error == "不足18周岁"
    assert check_id_number(number("429900", "20040229", "001"), on=date(2022, 2, 28)).ok
    assert "没有到" in str(check_id_number(number("429900", "20300101", "001"), on=ON).error)


def test_an_unknown_province_and_an_old_area_only_warn() -> None:
    check = check_id_number(number("990000", "19700101", "001"), on=ON, provinces={"42"})
    assert check.ok and "省级代码" in check.warnings[0]
    assert check_id_number(number("429900", "19700101", "001"), on=ON, provinces={"42"}).warnings == ()
    assert check_id_number("81000018900101001X", on=ON, provinces={"42"}).ok


births = st.dates(min_value=date(1930, 1, 1), max_value=date(2008, 6, 30))


@given(births, st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(birth: date, order: int, position: int, shift: int) -> None:
    good = number("429900", birth.strftime("%Y%m%d"), f"{order:03d}")
    assert check_id_number(good, on=ON).ok
    wrong = good[:position] + str((int(good[position]) + shift) % 10) + good[position + 1 :]
    assert not check_id_number(wrong, on=ON).ok


@given(births, st.integers(1, 999), st.sampled_from([" ", "\u3000", "\u00a0", "\n", "'"]), st.integers(0, 18))
def test_spaces_and_apostrophes_do_not_matter(birth: date, order: int, dirt: str, position: int) -> None:
    good = number("429900", birth.strftime("%Y%m%d"), f"{order:03d}")
    dirty = good[:position] + dirt + good[position:]
    check = check_id_number(dirty.lower(), on=ON)
    assert (check.normalised, check.birth_on) == (good, birth.isoformat())


@given(st.lists(st.one_of(st.text(max_size=19), st.floats(), st.none(), st.from_regex("[0-9]{17}X", fullmatch=True))))
def test_a_column_gets_the_answers_of_its_cells(cells: list[object]) -> None:
    cells += [vector["input"] for vector in VECTORS]
    single = [check_id_number(cell, on=ON, provinces={"42", "11"}) for cell in cells]
    plain = [c.ok and not c.warnings and c.normalised == cell for c, cell in zip(single, cells, strict=True)]
    values, odd = plain_id_numbers(cells, on=ON, provinces={"42", "11"})
    assert values == [cell if is_plain else None for cell, is_plain in zip(cells, plain, strict=True)]
    assert odd == [index for index, is_plain in enumerate(plain) if not is_plain]


def test_masks_keep_the_first_three_and_last_four() -> None:
    assert masking.mask_id("11010519491231002X") == "110***********002X"
    assert masking.mask_phone("13912345678") == "139****5678"
    assert masking.mask_phone("1234567") == "*******"
    assert masking.mask_id(None) == ""
    assert masking.mask_address("某市沙嘴街道春天社区3栋") == "某市沙嘴街道****"
