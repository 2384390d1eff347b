"""Hiding what only some may read: the one place that decides which characters stay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_HEAD, _TAIL = 3, 4
# Groups of digits with at most a sign and blanks between: how people space a number, or hide one.
_RUN = re.compile(r"[0-9Xx]+(?:\s{0,2}[.,·•・\-‐‑–—_/()]?\s{0,2}[0-9Xx]+)*")
_GROUP = re.compile(r"[0-9Xx]+")
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_ID = re.compile(
    rf"[1-9][0-9]{{5}}(?:(?:18|19|20)[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}}[0-9Xx]|[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}})"
)
_WHOLE = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}")
_MOBILE = re.compile(r"(?:0{0,2}86)?1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}[2-9][0-9]{6,7}")
_DATE = re.compile(r"(?:18|19|20)[0-9]{2}")
_LONGEST = 18
# Nothing has fewer digits; most texts are done with this.
_ANY = re.compile(r"(?:\d\D{0,5}){9}\d")


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
    """A sentence with ID and phone numbers masked wherever they stand in it: also spaced, dotted, in full width."""
    hidden = list(text)
    for start, end in _places(text):
        _hide(hidden, _plain(text), start, end)
    return "".join(hidden)


def restore_numbers(masked: str, stored: str) -> str:
    """A text that was written back with stars, with the numbers put back that stood in the stored one.

    Who may not see a number edits the text around it; the number stays.
    """
    hidden, at = mask_numbers(stored), 0
    for start, end in _places(stored):
        found = masked.find(hidden[start:end], at)
        if found >= 0:
            masked = masked[:found] + stored[start:end] + masked[found + end - start :]
            at = found + end - start
    return masked


def holds_number(text: str) -> bool:
    """Whether an ID or phone number stands anywhere in a text."""
    return bool(_places(text))


def is_whole_number(text: str) -> bool:
    """Whether this is one ID number or mobile number from end to end, however it is spaced."""
    digits = digits_of(text)
    return bool(_WHOLE.fullmatch(digits) or _MOBILE.fullmatch(digits))


def digits_of(text: str) -> str:
    """The digits of what was typed as a number, in plain signs; empty where it is no number."""
    plain = _plain(text.strip()).upper()
    kept = "".join(sign for sign in plain if sign.isdigit() or sign == "X")
    rest = [sign for sign in plain if not (sign.isdigit() or sign == "X" or sign.isspace() or sign in ".-·_/()+")]
    return "" if rest or not any(sign.isdigit() for sign in kept) else kept


def mask_digits(digits: str) -> str:
    """A typed number or piece of one for the register of acts: never more of it than a list shows."""
    return _mask(digits)


def _plain(text: str) -> str:
    """The text sign by sign with every decimal digit and X in its plain form, of the same length."""
    if text.isascii():
        return text
    return "".join(_plain_sign(sign) for sign in text)


def _plain_sign(sign: str) -> str:
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return _LOOKS_LIKE.get(sign, sign)


_LOOKS_LIKE = {
    "Ｘ": "X",
    "ｘ": "x",
    "×": "X",
    "．": ".",
    "－": "-",
    "　": " ",
    "／": "/",
    "（": "(",
    "）": ")",
    "\u200b": " ",
}


def _places(text: str) -> list[tuple[int, int]]:
    """Where the numbers of a text stand, in their order."""
    if not _ANY.search(text):
        return []
    plain, found = _plain(text), []
    for run in _RUN.finditer(plain):
        groups = [(run.start() + g.start(), run.start() + g.end()) for g in _GROUP.finditer(run[0])]
        found += [(groups[first][0], groups[last][1]) for first, last in _numbers(plain, groups)]
    return found


def _numbers(plain: str, groups: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Which groups, from the first to the last, make up one number; the longest from each place."""
    at = 0
    while at < len(groups):
        found, digits = None, ""
        for last in range(at, len(groups)):
            digits += plain[slice(*groups[last])]
            if len(digits) > _LONGEST:
                break
            if _is_number(digits, [plain[slice(*g)] for g in groups[at : last + 1]]):
                found = last
        if found is None:
            at += 1
        else:
            yield at, found
            at = found + 1


def _is_number(digits: str, parts: list[str]) -> bool:
    if len(parts) == 1:
        return bool(_WHOLE.fullmatch(digits) or _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))
    # Spaced figures are only taken for a number where they look like one: dates and rows of figures stay.
    if len(parts[0]) == 4 and _DATE.fullmatch(parts[0]) and len(parts[1]) <= 2:
        return False
    if _LANDLINE.fullmatch(digits):
        return len(parts[0]) in (3, 4)
    return bool(_ID.fullmatch(digits) or _MOBILE.fullmatch(digits))


def _hide(hidden: list[str], plain: str, start: int, end: int) -> None:
    """Put stars over the middle of a number, leaving what stands between its digits."""
    places = [at for at in range(start, end) if plain[at].isdigit() or plain[at] in "Xx"]
    for at in places[_HEAD : len(places) - _TAIL]:
        hidden[at] = "*"
