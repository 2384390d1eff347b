"""Citizen identity numbers (GB 11643-1999): cleaned, checked, and lost ones recognised."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .masking import mask_id
from .partial_dates import add_months

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_ADULT_YEARS = 18
_VERY_OLD_YEARS = 110
# Areas that are no province but print identity or residence cards of their own.
_FURTHER_AREAS = frozenset(("81", "82", "83"))

_PLAIN = re.compile("(?a)[0-9]{17}[0-9X]")
_OLD = re.compile("(?a)[0-9]{15}")
_SCIENTIFIC = re.compile(r"(?a)[0-9](\.[0-9]+)?E\+?[0-9]{2}")
_LARGEST_EXACT = 10**15

LOST = "身份证号被表格当成数值保存，末几位已丢失，无法恢复，请按证件重填"
_MAYBE_LOST = "身份证号末三位是000且校验码不符，可能被表格截断，请按证件重填"


class IdCheck(NamedTuple):
    """What is known about one number; `sex` is a stored code, `birth_on` a full date, both None when not ok."""

    normalised: str
    ok: bool
    error: str | None = None
    warnings: tuple[str, ...] = ()
    birth_on: str | None = None
    sex: str | None = None


def check_id_number(cell: object, *, on: date, provinces: Collection[str] | None = None) -> IdCheck:
    """Check one number as a person or a sheet wrote it; `on` decides whether its owner is of age.

    A 15-digit number is raised to 18. An unknown area is at most a warning, and only when the first two digits
    are not among `provinces`: the number carries the area of the day it was issued.
    """
    if isinstance(cell, str):
        text = cell if _PLAIN.fullmatch(cell) else _cleaned(cell)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        if cell != cell or abs(cell) >= _LARGEST_EXACT:
            return IdCheck(f"{cell:.0f}", False, LOST)
        text = str(int(cell))
    else:
        return IdCheck(str(cell), False, "这不是身份证号")
    if _PLAIN.fullmatch(text):
        return _check_18(text, on, provinces, ())
    if _OLD.fullmatch(text):
        return _check_old(text, on, provinces)
    if _SCIENTIFIC.fullmatch(text):
        return IdCheck(text, False, LOST)
    if len(text) != 18 and re.fullmatch("(?a)[0-9]{15,17}[X0-9*]*|[0-9X]*", text):
        return IdCheck(text, False, f"身份证号应为18位，这里是{len(text)}位")
    return IdCheck(text, False, "身份证号里有数字和末位X以外的字符")


def plain_id_numbers(
    cells: Sequence[object], *, on: date, provinces: Collection[str]
) -> tuple[list[object], list[int]]:
    """A whole column at once: the numbers that nothing is to be said about, and the indexes of all other cells.

    Those have None in their place and are for `check_id_number`, which says the same of the plain ones at ten
    times the cost.
    """
    _, adult, old = _limits(on)
    areas = _FURTHER_AREAS.union(provinces)
    values: list[object] = []
    odd: list[int] = []
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and _PLAIN.fullmatch(cell) and cell[:2] in areas and cell[15:] != "000":
            birth, total = _birth(cell[6:14])
            check = _CHECK_CHARACTERS[(_area_sum(cell[:6]) + total + _order_sum(cell[14:17])) % 11]
            if check == cell[17] and birth is not None and old <= birth <= adult:
                values.append(cell)
                continue
        values.append(None)
        odd.append(index)
    return values, odd


def check_character(first_17: str) -> str:
    """The 18th character that belongs to the first 17 digits."""
    return _CHECK_CHARACTERS[_sum(first_17) % 11]


def _sum(digits: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))


def _cleaned(cell: str) -> str:
    text = unicodedata.normalize("NFKC", cell).upper()
    return re.sub(r"[\s'’‘`\"“”\u200b-\u200f\ufeff]", "", text)


def _check_old(text: str, on: date, provinces: Collection[str] | None) -> IdCheck:
    raised = f"{text[:6]}19{text[6:]}"
    return _check_18(raised + check_character(raised), on, provinces, (f"15位旧号{mask_id(text)}已升为18位",))


def _check_18(text: str, on: date, provinces: Collection[str] | None, notes: tuple[str, ...]) -> IdCheck:
    birth, birth_sum = _birth(text[6:14])
    expected = _CHECK_CHARACTERS[(_area_sum(text[:6]) + birth_sum + _order_sum(text[14:17])) % 11]
    if expected != text[17]:
        if text.endswith("000"):
            return IdCheck(text, False, _MAYBE_LOST)
        return IdCheck(text, False, f"身份证号校验码不对：按前17位算，末位应为{expected}")
    if birth is None:
        return IdCheck(text, False, f"身份证号里的出生日期{text[6:10]}年{text[10:12]}月{text[12:14]}日不存在")
    today, adult, old = _limits(on)
    if birth > adult:
        reason = "身份证号里的出生日期还没有到" if birth > today else f"不足{_ADULT_YEARS}周岁"
        return IdCheck(text, False, reason)
    if birth < old:
        notes += (f"按身份证号已超过{_VERY_OLD_YEARS}岁，请核对",)
    if provinces is not None and text[:2] not in provinces and text[:2] not in _FURTHER_AREAS:
        notes += (f"身份证号开头{text[:2]}不是省级代码，请核对",)
    if text.endswith("000"):
        notes += ("身份证号末三位是000，请核对是否被表格截断",)
    return IdCheck(text, True, None, notes, birth, "1" if text[16] in "13579" else "2")


@lru_cache(maxsize=4096)
def _area_sum(area: str) -> int:
    return _sum(area)


@lru_cache(maxsize=1000)
def _order_sum(order: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(order, _WEIGHTS[14:], strict=True))


@lru_cache(maxsize=1 << 16)
def _birth(digits: str) -> tuple[str | None, int]:
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS[6:14], strict=True))
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).isoformat(), total
    except ValueError:
        return None, total


@lru_cache(maxsize=64)
def _limits(on: date) -> tuple[str, str, str]:
    """Today, the last day of birth that is of age today, and the first that is not yet improbable."""
    adult = add_months(on, -12 * _ADULT_YEARS)
    following = date.fromordinal(adult.toordinal() + 1)
    if add_months(following, 12 * _ADULT_YEARS) <= on:
        adult = following  # born on 29 February, of age on 28 February
    return on.isoformat(), adult.isoformat(), add_months(on, -12 * _VERY_OLD_YEARS).isoformat()
