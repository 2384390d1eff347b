"""Dates as offices write them: read to the day, the month or the year, never more exact than written."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import isfinite

EARLIEST_YEAR, LATEST_YEAR = 1850, 2099
_LAST_SERIAL = 73050  # 2099-12-31 counted from 1900
_EXCEL_LEAP_DAY = 60  # Excel's 1900-02-29, which never was
_FIRST_DAYS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_MAC_SHIFT = 1462  # days between the two counts of Excel, 1900 and 1904

_BLANK_MARKS = frozenset(("", "/", "\\", "—", "——", "－", "–", "-", "--", "无", "空", "N/A", "n/a", "NA"))
_VAGUE = re.compile(
    "约|左右|大概|前后|不详|不明|未知|不清|待查|待核|待定|至今|长期|建国|解放|年底|年初|年末|年中|月初|月底|月末|"
    "[上中下]旬|[上下]半年|春|夏|秋|冬|以前|以后|之前|之后|前$|后$|[?？]"
)
_TIME_OF_DAY = re.compile(r"(?a)[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_USUAL = re.compile("(?a)([0-9]{4})[-./年]([0-9]{1,2})(?:[-./月]([0-9]{1,2})日?|月)?")
_SEPARATED = re.compile(r"(?a)(\d{4}|\d{2})[年.](?:(\d{1,2})(?:[月.](?:(\d{1,2})[日号]?)?)?)?")
_YEARLESS = re.compile(
    r"(?a)(?P<month>\d{1,2})(?:月(?:(?P<day>\d{1,2})(?P<mark>[日号])?)?|\.(?P<day2>\d{1,2})(?P<mark2>[日号])?)"
)
_LUNAR = re.compile("农历|阴历|正月|冬月|腊月|闰.月|初[一二三四五六七八九十]|除夕|春节")
_COMPACT = re.compile(r"(?a)(\d{4})(\d{2})(\d{2})?")
_YEAR_LAST = re.compile(r"(?a)\d{1,2}\.\d{1,2}\.\d{4}")
_ENGLISH = re.compile(r"(?a)(?:(\d{1,2})\.)?([A-Za-z]{3})[a-z]*\.(\d{4}|\d{2})")
_MONTH_NAMES = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DIGITS = str.maketrans("〇零○ＯOo一二三四五六七八九", "000000123456789")
_CHINESE = re.compile("[〇零○一二三四五六七八九十廿卅]")
_TENS = re.compile("([一二三四五六七八九])?(十|廿|卅)([一二三四五六七八九])?")
_WEEKDAY = re.compile(r"(.*[日号\d])[\s,，、(（]*(?:星期|周|礼拜)([一二三四五六日天])[)）]?$")
_SEPARATORS = str.maketrans(dict.fromkeys("/-\\。、,，·•—–~", "."))
"""A Chinese keyboard writes 、 where the slash is."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a cell said about a date.

    `value` is the partial date, or None. `original` is the cell's text wherever the value is missing or was
    inferred. `warning` (value usable) and `error` (value not usable) are plain Chinese reasons.
    """

    value: str | None = None
    original: str | None = None
    warning: str | None = None
    error: str | None = None


EMPTY = ParsedDate()


def parse_date(
    cell: object, *, display: str | None = None, date1904: bool = False, year: int | None = None
) -> ParsedDate:
    """Read one cell as a partial date.

    `year` is the one of dates that name none (meetings, ledgers); without it such a date is refused.

    `display` is what the sheet shows where it differs from the stored value: it tells 2021.10 from 2021.1 and
    a month typed into a date cell from its first day. `date1904` holds for workbooks counted from 1904.
    """
    if cell is None or cell == "" or cell == time():  # midnight alone is day nought, an empty date
        return EMPTY
    if isinstance(cell, str):
        return _parse_text(cell, year)
    if isinstance(cell, date):
        return _parse_day(cell, display, date1904)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return ParsedDate(original=str(cell), error="这不是日期")
    return _parse_number(float(cell), display, date1904, year)


def _parse_day(cell: date, display: str | None, date1904: bool) -> ParsedDate:
    day = cell.date() if isinstance(cell, datetime) else cell
    if display is not None:
        shown = _parse_text(display)
        if shown.value and len(shown.value) < 10 and day.isoformat().startswith(shown.value):
            return ParsedDate(shown.value)
    typed = (day - _FIRST_DAYS[date1904]).days
    if 1900 <= typed <= LATEST_YEAR:
        # Who types 2008 into a cell that holds days gets the 2008th day there is, some day of 1905.
        reason = f"这一格存的是{day.isoformat()}，像是在日期格里只写了年份{typed}，按{typed}年读入，请核对"
        return ParsedDate(str(typed), day.isoformat(), reason)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return ParsedDate(original=day.isoformat(), error=f"年份{day.year}不合理，请核对")
    return ParsedDate(day.isoformat())


@lru_cache(maxsize=1 << 16)
def _parse_number(number: float, display: str | None, date1904: bool, of: int | None) -> ParsedDate:
    text = f"{number:.10g}"
    if not isfinite(number):
        return ParsedDate(original=text, error="这不是日期")
    if display is not None and re.fullmatch(r"\d{4}\.\d{2}", display):
        return _parse_text(display)
    if number.is_integer():
        return _parse_integer(int(number), date1904)
    year, _, month = text.partition(".")
    if re.fullmatch("1[89]..|20..", year) and len(month) <= 2:
        if month == "1":
            reason = f"只有数值{text}：可能是{year}年10月，也可能是{year}年1月，请改成文本写明"
            return ParsedDate(original=text, error=reason)
        return _parse_text(text)
    if len(year) <= 2 and len(month) <= 2:
        if display is not None and re.fullmatch(r"\d{1,2}\.\d{1,2}", display):
            return _parse_text(display, of)
        if 1 <= int(year) <= 12 and month in ("1", "2", "3"):
            reason = f"只有数值{text}，缺年份，也分不清是{month}日还是{month}0日，请改成文本写明"
            return ParsedDate(original=text, error=reason)
        return _parse_text(text, of)
    return _from_serial(number, date1904, text)


def _parse_integer(number: int, date1904: bool) -> ParsedDate:
    text = str(number)
    if len(text) in (6, 8) or 1900 <= number <= LATEST_YEAR:
        return _parse_text(text)
    return _from_serial(number, date1904, text)


def _from_serial(number: float, date1904: bool, text: str) -> ParsedDate:
    days = int(number) + (_MAC_SHIFT if date1904 else 0)
    if days == _EXCEL_LEAP_DAY:
        return ParsedDate(original=text, error="这一天是1900年2月29日，实际并不存在")
    if not 100 <= days <= _LAST_SERIAL:
        return ParsedDate(original=text, error=f"“{text}”看不出是哪一天")
    value = (date(1899, 12, 30) + timedelta(days)).isoformat()
    if days < 1900:
        return ParsedDate(value, text, f"数值{text}按表格的日期序号读成{value}，请核对")
    return ParsedDate(value)


@lru_cache(maxsize=1 << 16)
def _parse_text(cell: str, year: int | None = None) -> ParsedDate:
    original = cell.strip().lstrip("'‘’`").strip()
    if not original:
        return EMPTY
    if match := _USUAL.fullmatch(original):
        return _from_parts(match[1], match[2], match[3], original)
    if original in _BLANK_MARKS:
        return ParsedDate(original=original)
    if lunar := _LUNAR.search(original):
        return ParsedDate(original=original, error=f"“{lunar[0]}”是农历的说法，请改成公历日期")
    if match := _WEEKDAY.match(original):
        return _with_weekday(match[1], match[2], original, year)
    if _VAGUE.search(original):
        return ParsedDate(original=original, warning=f"“{original}”不是确切日期，已留原文待核")
    text = _uniform(original)
    if told := _without_year(text, original, year):
        return told
    if re.fullmatch("[0-9]+", text) and len(text) not in (6, 8):
        return _parse_bare_digits(text, original)
    match = _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        return _from_parts(match[1], match[2], match.group(3), original)
    if _YEAR_LAST.fullmatch(text):
        return ParsedDate(original=original, error="请把年份写在最前面，如2021-07-16")
    english = _ENGLISH.fullmatch(text)
    month = _MONTH_NAMES.get(english[2].lower()) if english else None
    if english and month:
        return _from_parts(english[3], str(month), english[1], original)
    return ParsedDate(original=original, error=f"“{original}”看不出是哪一天")


def _with_weekday(day: str, name: str, original: str, year: int | None) -> ParsedDate:
    """A day as Excel's long format shows it, 2026年9月1日 星期二; one that is another weekday is left to the person."""
    found = _parse_text(day, year)
    if found.value is None or len(found.value) != len("2026-09-01"):
        return ParsedDate(original=original, error=found.error or f"“{original}”看不出是哪一天")
    real = "一二三四五六日"[date.fromisoformat(found.value).weekday()]
    if real != name.replace("天", "日"):
        return ParsedDate(original=original, error=f"{found.value}是星期{real}，不是星期{name}，请核对")
    return ParsedDate(found.value, found.original and original, found.warning)


def _without_year(text: str, original: str, year: int | None) -> ParsedDate | None:
    """What 11.20, 11月20日 and 3月 say: a day of `year`, or nothing; None where a year is named."""
    match = _YEARLESS.fullmatch(text)
    if match is None:
        return None
    first, second = int(match["month"]), match["day"] or match["day2"]
    dotted = "月" not in text and match["mark2"] is None
    if dotted and first > 12 and int(second) <= 12:
        # 98.7 is July 1998.
        return None
    if dotted and year is None and match["month"][0] == "0" and len(second) == 1 and first:
        # 05.7 is a year: nobody pads the month and not the day.
        return None
    if not 1 <= first <= 12 or (second and not 1 <= int(second) <= 31):
        return ParsedDate(original=original, error=f"“{original}”看不出是哪一天，请写全年月日")
    if year is not None:
        found = _from_parts(str(year), match["month"], second, original)
        if found.value is None:
            return found
        return ParsedDate(found.value, original, f"“{original}”没有写年份，按{year}年读入")
    other = dotted and second and int(second) <= 12
    both = f"，也可能是20{first:02d}年{int(second)}月" if other and second else ""
    return ParsedDate(original=original, error=f"“{original}”缺年份{both}，请写全，如2021-07-16")


def _uniform(text: str) -> str:
    """The text with ASCII digits and dots: `二〇二一年七月` and `2021/7` both become readable by one pattern."""
    text = unicodedata.normalize("NFKC", text)
    text = _TIME_OF_DAY.sub("", text).replace("元月", "1月").replace("元旦", "1月1日")
    text = re.sub(r"(?<=\d)\s+(?=\d)", ".", text)
    text = "".join(text.split())
    if _CHINESE.search(text):
        text = _TENS.sub(_arabic, text).translate(_DIGITS)
    elif re.search(r"\d[Oo]|[Oo]\d", text):
        text = text.translate(_DIGITS)
    text = text.translate(_SEPARATORS)
    return re.sub(r"\.+", ".", text).rstrip(".").removesuffix("份")


def _arabic(match: re.Match[str]) -> str:
    tens = {"十": match[1] or "一", "廿": "二", "卅": "三"}[match[2]]
    return tens + (match[3] or "〇")


def _parse_bare_digits(text: str, original: str) -> ParsedDate:
    number = int(text)
    if len(text) == 4 and EARLIEST_YEAR <= number <= LATEST_YEAR:
        return ParsedDate(text)
    if len(text) == 5:
        return _from_serial(number, False, original)
    return ParsedDate(original=original, error=f"“{original}”看不出是哪一天")


def _from_parts(year: str, month: str | None, day: str | None, original: str) -> ParsedDate:
    warning = None
    kept: str | None = None
    if len(year) == 2:
        year = ("19" if int(year) >= 30 else "20") + year
        warning, kept = f"“{original}”只写了两位年份，推断为{year}年", original
    number = int(year)
    if not EARLIEST_YEAR <= number <= LATEST_YEAR:
        return ParsedDate(original=original, error=f"年份{year}不合理，请核对")
    if month is None:
        return ParsedDate(year, kept, warning)
    month_number = int(month)
    if not 1 <= month_number <= 12:
        return ParsedDate(original=original, error=f"没有{month_number}月这个月份")
    if day is None:
        if re.fullmatch(r"\d{4}\.1", original):
            warning, kept = f"“{original}”按{year}年1月读入；如本是10月，请改正", original
        return ParsedDate(f"{year}-{month_number:02d}", kept, warning)
    day_number = int(day)
    if not 1 <= day_number <= monthrange(number, month_number)[1]:
        return ParsedDate(original=original, error=f"{year}年{month_number}月没有{day_number}日")
    return ParsedDate(f"{year}-{month_number:02d}-{day_number:02d}", kept, warning)


def full_years(since: str, day: date) -> int | None:
    """Full years from a day written in full to another; None while it lies ahead."""
    years = day.year - int(since[:4]) - (day.isoformat()[5:] < since[5:])
    return years if years >= 0 else None


@lru_cache(maxsize=1 << 16)
def first_day(text: str) -> date:
    """The first day that a stored partial date can mean; used for comparing and counting."""
    parts = [int(part) for part in text.split("-")] + [1, 1]
    return date(parts[0], parts[1], parts[2])


@lru_cache(maxsize=1 << 16)
def last_day(text: str) -> date:
    """The last day that a stored partial date can mean; used for deadlines."""
    first = first_day(text)
    if len(text) == 4:
        return first.replace(month=12, day=31)
    return first.replace(day=monthrange(first.year, first.month)[1]) if len(text) == 7 else first


def format_date(text: str | None, style: str = "chinese") -> str:
    """Print a stored partial date as exactly as it is known, never more.

    Styles: `chinese` 2021年7月16日 (papers), `dotted` 2021.07.16, `month` 2021.07 (rosters), `iso` as stored.
    """
    if not text:
        return ""
    if style == "iso":
        return text
    if style == "month":
        return text[:7].replace("-", ".")
    if style == "dotted":
        return text.replace("-", ".")
    if style != "chinese":
        raise ValueError(style)
    return "".join(part.lstrip("0") + unit for part, unit in zip(text.split("-"), "年月日", strict=False))


def add_months(day: date, months: int) -> date:
    """The same day `months` later (or earlier), or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def age_on(birth: str | None, day: date) -> int | None:
    """Full years of age (or of membership) on `day`; a date known to the month counts from its 1st.

    None when the date is missing; negative when it lies after `day`.
    """
    if not birth:
        return None
    born = first_day(birth)
    years = day.year - born.year
    return years - 1 if add_months(born, 12 * years) > day else years
