"""How points are numbered on official papers: 一、 （一） 1. （1）."""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_NUMBERED = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、]|（\d+）")


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese figures: 一, 十, 二十三."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[ones] if ones or not tens else "")


def point_label(level: int, number: int) -> str:
    """What stands before the words of a point of level 1 to 4."""
    return (f"{chinese_number(number)}、", f"（{chinese_number(number)}）", f"{number}.", f"（{number}）")[level - 1]


def is_numbered(text: str) -> bool:
    """Whether the words of a point begin with a number of their own."""
    return _NUMBERED.match(text) is not None


class Counter:
    """Numbers of points as they come; those of a level begin anew under each point above it."""

    def __init__(self) -> None:
        self._counts = [0, 0, 0, 0]

    def next(self, level: int) -> str:
        """The label of the next point of level 1 to 4."""
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (4 - level)
        return point_label(level, self._counts[level - 1])
