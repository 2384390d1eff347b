"""Times of day as offices write them: 下午3点, 晚7点半, 14:30-16:00."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_PERIOD = "(凌晨|清晨|早上|早晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜间|晚|早)?"
_HAND = r"(?:\s*(?:(\d{1,2})分?|(半)|(一刻)|(三刻)|整|钟))?"
_CLOCK = rf"{_PERIOD}\s*(\d{{1,2}})(?::(\d{{2}})(?::\d{{2}}(?:\.\d+)?)?|[点时]{_HAND})"
_TO = r"\s*(?:-|—|–|~|～|―|至|到)+\s*"
_SPAN = re.compile(rf"(?a:{_CLOCK}{_TO}{_CLOCK})$")
_SHORT_SPAN = re.compile(rf"(?a:{_PERIOD}\s*(\d{{1,2}}){_TO}{_CLOCK})$")
_SINGLE = re.compile(rf"(?a:{_CLOCK})(?:开始|起|许)?$")
_COMPACT = re.compile(rf"(?a:(?P<day>^|[\s日号])(\d{{3,4}})(?:({_TO})(\d{{3,4}}))?)$")
_WEEKDAY = re.compile("[,，(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?$")
_HANZI = re.compile("[一二两三四五六七八九十]{1,3}(?=[点时])|(?<=[点时])[一二三四五六七八九十]{1,3}(?=分)")
_ONES = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_AFTERNOON = ("下午", "午后", "傍晚", "晚上", "晚间", "夜间", "晚")


class Span(NamedTuple):
    """The day as it was written, the beginning and the end as `14:30`; None for what was not said or not understood."""

    day: str
    start: str | None
    end: str | None = None


def spelled(clock: str) -> str:
    """1430 as 14:30; what is no hour and minute stays as it is."""
    hour, minute = clock[:-2], clock[-2:]
    return f"{int(hour):02d}:{minute}" if int(hour) <= 23 and int(minute) <= 59 else clock


def _spelled_after_day(flat: str) -> str:
    """A time without a colon behind a day, or a span of two: 9月3日 1430, 1430-1600. A number alone may be a year."""
    match = _COMPACT.search(flat)
    if match is None or (not match[3] and not match["day"]):
        return flat
    end = f"{match[3]}{spelled(match[4])}" if match[3] else ""
    return f"{flat[: match.start(2)]}{spelled(match[2])}{end}"


def split_span(text: str) -> Span:
    """Split `2026年9月3日下午2:30-4:00` into its day, `14:30` and `16:00`.

    An end without 上午 or 下午 goes by the beginning's, or is of the afternoon where only that comes after it
    (14:30-4点). What cannot be a time of day stays in the day.
    """
    flat = unicodedata.normalize("NFKC", text).strip().replace("T", " ")
    flat = _spelled_after_day(flat)
    flat = _HANZI.sub(lambda found: str(_number(found[0])), flat)
    if match := _SPAN.search(flat):
        first, last = match.groups()[:7], match.groups()[7:]
    elif (match := _SHORT_SPAN.search(flat)) and match[1]:
        first, last = (match[1], match[2], *[None] * 5), match.groups()[2:]
    elif match := _SINGLE.search(flat):
        first, last = match.groups(), ()
    else:
        return Span(text.strip(), None)
    start = _time(first, None)
    end = _time(last, first[0]) if last else None
    if start and end and end < start:
        end = _after_noon(start, end, last)
    if start is None or (last and (end is None or end < start)):
        return Span(text.strip(), None)
    return Span(_WEEKDAY.sub("", flat[: match.start()].strip().rstrip(",")).strip(), start, end)


def end_on(begun: str, written: str, text: str) -> str | None:
    """The end of something that began at a moment (`2026-09-03T14:30`), from a text that names no day: 16:00, 4点.

    `written` is how the beginning was written: 4点 after 下午2点半 is 16:00. None where the text says no such end.
    """
    alone = split_span(text)
    if alone.day or alone.start is None or alone.end is not None:
        return None
    # As it is kept the beginning has its hour, however it was written.
    together = split_span(f"{written.strip()}-{text.strip()}").end or split_span(f"{begun}-{text.strip()}").end
    return f"{begun[:10]}T{together or alone.start}"


def _after_noon(start: str, end: str, parts: tuple[str | None, ...]) -> str | None:
    """An end before its beginning, spoken without a part of the day (4点), read after noon; None where it cannot be.

    4:00 is written as clocks of 24 hours write it, and is not guessed.
    """
    if parts[0] or parts[2] or not 1 <= int(parts[1] or 0) < 12:
        return None
    later = f"{int(end[:2]) + 12:02d}{end[2:]}"
    return later if later > start else None


def _time(parts: tuple[str | None, ...], inherited: str | None) -> str | None:
    period, hours, minutes, spoken, half, quarter, three = parts
    hour = int(hours or 0)
    minute = 30 if half else 15 if quarter else 45 if three else int(minutes or spoken or 0)
    period = period or (inherited if hour < 12 else None)
    if (period in _AFTERNOON and hour < 12) or (period == "中午" and hour < 3):
        hour += 12
    elif period in ("晚上", "晚间", "夜间", "晚", "凌晨") and hour == 12:
        # Midnight, of which day nobody knows.
        return None
    return f"{hour:02d}:{minute:02d}" if hour <= 23 and minute <= 59 else None


def _number(text: str) -> int:
    tens, ten, ones = text.partition("十")
    if not ten:
        return _ONES.get(text, 99)
    return (_ONES.get(tens, 1) if tens else 1) * 10 + (_ONES.get(ones, 0) if ones else 0)
