"""Where a Chinese line may end: marks stay with their words, numbers, dates and Latin words stay whole."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

# No line starts with one of these, and none ends with one of the others (GB/T 15834 §5).
CLOSING = "、，。．；：？！’”）〕】》〉」』〗］｝％‰℃°·…—～,.;:?!)]}%\u2019\u201d"
OPENING = "‘“（〔【《〈「『〖［｛([{¥￥＄$№#\u2018\u201c"

_OPEN = f"[{re.escape(OPENING)}]"
_CLOSE = f"[{re.escape(CLOSING)}]"
_BLANK = r"[ \t\u3000]"
_DATE = r"\d+年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
# What may follow a number and is never torn from it; longer ones stand before those they begin with.
_MEASURE = (
    "个百分点|百分点|平方公里|平方米|立方米|公里|千米|毫米|厘米|公斤|千克|人次|学时|小时|分钟|个月|个人|周岁|周年|"
    "季度|单元|万元|亿元|万人|万名|万册|千元|[年月日时分秒人名个元角岁次件户条项套期届号栋幢楼室层支场份页篇所家天周批组"
    "万亿千米克吨升度点册本张颗星级类处位对座台辆间亩倍]"
)
_LATIN_MEASURE = r"[ ]?(?:mm|cm|km|kg|ml|KB|MB|GB|[mgtLV])(?![A-Za-z])"
_FIGURE = r"\d(?:[\d.,:/×-]*\d)?(?:[%‰％℃]|[多余几]?(?:" + _MEASURE + ")|" + _LATIN_MEASURE + ")?"
_NUMBER = rf"第?[-+−]?{_FIGURE}(?:[—～~-]{_FIGURE})?"
# A word may end in a number that goes on as one, with its measure: A4, 附件B2页.
_LATIN = (
    r"[A-Za-z\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f_@'’./+-]*[A-Za-z0-9\u00c0-\u024f])?"
    rf"(?:(?<=\d)(?:,\d[\d,.]*)?(?:年\d{{1,2}}月(?:\d{{1,2}}日)?|{_MEASURE}|[%‰％℃])?)?"
)
_UNIT = re.compile(
    rf"(?:{_OPEN}{_BLANK}*)*(?:{_DATE}|{_NUMBER}|{_LATIN}|[^ \t\u3000])(?:{_BLANK}*{_CLOSE})*|{_BLANK}+",
)
_BLANKS = " \t\u3000"

Measure = Callable[[str], float]


def units_of(text: str) -> list[str]:
    """The pieces that a line break may fall between; joined they are the text again."""
    return _UNIT.findall(text)


def break_text(text: str, measure: Measure, width: float, first_width: float | None = None) -> list[str]:
    """Break `text` into lines no wider than `width`; line feeds in it break too.

    `measure` gives the width of a string. `first_width` holds for the first line (set in by two characters, say).
    A piece that is wider than a whole line is cut where it must be. Blanks at line ends are dropped. An empty text
    gives one empty line.
    """
    lines: list[str] = []
    for part in text.splitlines() or [""]:
        limit = width if lines or first_width is None else first_width
        if measure(part) <= limit:
            lines.append(part)
        else:
            lines.extend(_break_part(part, measure, limit, width))
    return lines


def break_balanced(text: str, measure: Measure, width: float) -> list[str]:
    """Break into as few lines as fit, all about equally long: for titles and headers, which look torn otherwise."""
    lines = break_text(text, measure, width)
    if len(lines) < 2 or "\n" in text:
        return lines
    # The narrowest measure that needs no more lines, found in steps of a tenth of the slack.
    least = max(measure(text) / len(lines), 1e-9)
    for step in range(11):
        tried = break_text(text, measure, least + (width - least) * step / 10)
        if len(tried) <= len(lines):
            return tried
    return lines


def _break_part(part: str, measure: Measure, limit: float, width: float) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for unit in units_of(part):
        size = measure(unit)
        if used + size <= limit + 1e-6:
            line, used = line + unit, used + size
            continue
        if unit[0] in _BLANKS:
            # The break falls on the blank: it ends the line and is not carried over.
            lines.append(line.rstrip(_BLANKS))
            line, used, limit = "", 0.0, width
            continue
        if line:
            lines.append(line.rstrip(_BLANKS))
            line, used, limit = "", 0.0, width
        while size > limit and len(unit) > 1:
            head = _cut(unit, measure, limit)
            lines.append(unit[:head])
            unit, limit = unit[head:], width
            size = measure(unit)
        line, used = unit, size
    if line or not lines:
        lines.append(line.rstrip(_BLANKS))
    return lines


def _cut(unit: str, measure: Measure, limit: float) -> int:
    """How many characters of a piece too wide for a line go onto it: at least one, and no torn-off mark if possible."""
    head = max(1, min(len(unit) - 1, math.floor(len(unit) * limit / max(measure(unit), 1e-9)) + 1))
    while head > 1 and measure(unit[:head]) > limit:
        head -= 1
    while head > 1 and (unit[head] in CLOSING or unit[head - 1] in OPENING):
        head -= 1
    return head
