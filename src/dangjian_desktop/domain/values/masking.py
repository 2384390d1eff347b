"""Hiding what only some may read: the one place that decides which characters stay."""

from __future__ import annotations

import re

_HEAD, _TAIL = 3, 4
_ID_NUMBER = re.compile(r"(?<![0-9])(?:\d{17}[\dXx]|\d{15})(?![0-9Xx])", re.ASCII)
_MOBILE = re.compile(r"(?<![0-9])1[3-9]\d{9}(?![0-9])", re.ASCII)


def _mask(text: str | None) -> str:
    if not text:
        return ""
    hidden = len(text) - _HEAD - _TAIL
    return "*" * len(text) if hidden <= 0 else text[:_HEAD] + "*" * hidden + text[-_TAIL:]


def mask_id(text: str | None) -> str:
    """An identity number with its first 3 and last 4 characters; too short a one is hidden whole."""
    return _mask(text)


def mask_phone(text: str | None) -> str:
    """A phone number with its first 3 and last 4 digits; too short a one is hidden whole."""
    return _mask(text)


def mask_name(text: str | None) -> str:
    """A name for a public notice: the surname and, from three characters on, the last one stay."""
    if not text:
        return ""
    if len(text) <= 2:
        return text[0] + "*" * (len(text) - 1)
    return text[0] + "*" * (len(text) - 2) + text[-1]


def mask_address(text: str | None) -> str:
    """An address cut off behind its district, so that a street stays readable and a door does not."""
    if not text:
        return ""
    for mark in ("街道", "镇", "乡", "区", "县", "市"):
        head, found, rest = text.partition(mark)
        if found and rest:
            return head + found + "****"
    return "****"


def mask_numbers(text: str) -> str:
    """A sentence with ID numbers and mobile numbers masked, wherever they stand in it."""
    text = _ID_NUMBER.sub(lambda m: mask_id(m[0]), text)
    return _MOBILE.sub(lambda m: mask_phone(m[0]), text)
