"""The period that a form itself names: in its title, its sheet's name or its file's name; and times in headers."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dangjian_desktop.domain.values.codes import clean
from dangjian_desktop.domain.values.periods import Period

from .form_sheets import Form, FormSheet, address

_HANZI = {
    "元": 1,
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "十一": 11,
    "十二": 12,
}
_HANZI_YEAR = re.compile("[二2][〇零○０0][〇零○一二三四五六七八九][〇零○一二三四五六七八九](?=年)")
_HANZI_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_NUMBER = "(?:1[0-2]|0?[1-9]|十[一二]?|[元一二三四五六七八九])"
_TO = "[-—–－~～至到]+"
_YEAR = r"(?<!\d)(?P<year>20\d\d)年?度?"
_MORE_YEARS = re.compile(rf"(?<!\d)20\d\d年?{_TO}20\d\d年")
_OF_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_DAY = re.compile(
    rf"(?:{_YEAR})?(?P<month>{_NUMBER})月(?P<day>{_OF_DAY})[日号]"
    rf"|(?<!\d)(?P<dotted>20\d\d)[.\-/](?P<of>1[0-2]|0?[1-9])[.\-/](?P<at>{_OF_DAY})(?!\d)"
)
_PARTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("quarters", re.compile(rf"(?:{_YEAR})?(?:前(?P<last>[二三四2-4])个?|第?[一1]{_TO}第?(?P<to>[二三四2-4]))季度")),
    ("quarter", re.compile(rf"(?:{_YEAR})?第?(?P<number>[一二三四1-4])季度")),
    ("quarter", re.compile(rf"{_YEAR}[Qq](?P<number>[1-4])")),
    ("half", re.compile(rf"(?:{_YEAR})?(?P<half>[上下])半年")),
    ("months", re.compile(rf"(?:{_YEAR}[.\-]?)?(?P<first>{_NUMBER})月?份?{_TO}(?P<last>{_NUMBER})月")),
    ("month", re.compile(rf"(?:{_YEAR})?(?P<month>{_NUMBER})月")),
    ("month", re.compile(rf"{_YEAR}[.\-/](?P<month>1[0-2]|0?[1-9])(?!\d|[.\-/])")),
    ("year", re.compile(r"(?<!\d)(?P<year>20\d\d)(?:年|$)")),
)
_UNTIL = re.compile("截至|截止|止于")
_NOT_THE_PERIOD = re.compile(
    "^(?:填报|填表|填写|制表|报送|上报|打印|印发|报出|审核)(?:日期|时间|日)|一报|[日月底号]前|。."
)
_LONGEST_TITLE = 60
_TOLD = re.compile("^(?:统计|报告|报表|所属|数据)(?:期间|时期|时段|时间|区间|周期|截止日期|截止时间|日期)")
_HEAD_ROWS = 6


@dataclass(frozen=True, slots=True)
class Stated:
    """What words say about a period: its last day, and its first where they say that; `words` as they stand there.

    Without a year (第三季度) it is that of the period it is compared with: `year` is None and the days' years mean
    nothing.
    """

    words: str
    start: date | None
    end: date
    year: int | None

    def against(self, period: Period, day: date) -> bool:
        """Whether it is another time than this period, counted as of this day."""
        year = self.year if self.year is not None else period.start.year
        end = _moved(self.end, year)
        start = _moved(self.start, year) if self.start is not None else None
        if start is None:
            return end not in (period.end, day)
        return (start, end) != (period.start, period.end)

    def same_end(self, period: Period) -> bool:
        """Whether both end on one day, so that numbers of that day agree and only those of the time before differ."""
        year = self.year if self.year is not None else period.start.year
        return _moved(self.end, year) == period.end


@dataclass(frozen=True, slots=True)
class OtherPeriod:
    """A place of a form that names another period than the one it is filled for; `where` is empty for a file's name."""

    where: str
    text: str
    words: str
    same_end: bool


def stated(text: str) -> Stated | None:
    """The period that a text names: 2026年第三季度, 上半年, 1-9月, 截至9月底, 2025年度; None for none or several."""
    plain = _plain(text)
    if _MORE_YEARS.search(plain):
        return None
    days = list(_DAY.finditer(plain))
    if days:
        return _of_day(days[-1], plain)
    for name, pattern in _PARTS:
        found = list(pattern.finditer(plain))
        if found:
            many = {match.group(0) for match in found}
            return _of_part(name, found[0], plain) if len(many) == 1 else None
    return None


def other_periods(form: Form, period: Period, day: date, *, named: bool) -> list[OtherPeriod]:
    """Where a form names another period than `period` as of `day`; `named` when its file's name counts, too.

    The name of a sheet counts where its cells say nothing, and the name of the file where no sheet says anything.
    """
    found, said = [], False
    for sheet in form.sheets:
        if not sheet.visible:
            continue
        spoken = list(_spoken(sheet)) or _of_name(sheet.name, address(sheet.name, (1, 1)))
        said = said or bool(spoken)
        found += [each for each in spoken if each[2].against(period, day)]
    if not said and named:
        found += [each for each in _of_name(Path(form.name).stem, "") if each[2].against(period, day)]
    return [OtherPeriod(where, text, what.words, what.same_end(period)) for where, text, what in found]


def _of_name(name: str, where: str) -> list[tuple[str, str, Stated]]:
    what = stated(name)
    return [(where, name, what)] if what is not None else []


def _spoken(sheet: FormSheet) -> Iterator[tuple[str, str, Stated]]:
    """Titles, the lines under them that stand alone, and “统计期间：…”; column headers name other times on purpose."""
    for row in range(1, min(sheet.worded.top + _HEAD_ROWS, sheet.used.bottom + 1)):
        words = [(p, c.text) for p, c in sheet.by_row.get(row, ()) if c.text and sheet.anchor(p) == p]
        for place, text in words:
            plain = clean(text)
            alone = len(words) == 1 or sheet.is_title(place) or _TOLD.match(plain)
            if not alone or _NOT_THE_PERIOD.search(plain) or len(plain) > _LONGEST_TITLE:
                continue
            asked = _TOLD.match(plain) and plain.endswith((":", "："))
            beside = next((said for spot, said in words if spot > place), "") if asked else ""
            what = stated(text + beside)
            if what is not None:
                yield address(sheet.name, place), text, what


def _plain(text: str) -> str:
    text = clean(text)
    return _HANZI_YEAR.sub(lambda match: match.group(0).translate(_HANZI_DIGITS), text)


def _of_day(match: re.Match[str], text: str) -> Stated | None:
    year = int(match["dotted"]) if match["dotted"] else _year(match, text)
    month, day = _number(match["of"] or match["month"]), int(match["at"] or match["day"])
    some = year or 2024
    if day > monthrange(some, month)[1]:
        return None
    return Stated(match.group(0), None, date(some, month, day), year)


def _of_part(name: str, match: re.Match[str], text: str) -> Stated | None:
    if name in ("quarter", "quarters"):
        last = match["number"] if name == "quarter" else match["last"] or match["to"]
        number = _number(last)
        first = number * 3 - 2 if name == "quarter" else 1
        return _span(match, text, first, number * 3)
    if name == "half":
        return _span(match, text, 1, 6) if match["half"] == "上" else _span(match, text, 7, 12)
    if name == "months":
        first, end = _number(match["first"]), _number(match["last"])
        return _span(match, text, first, end) if first <= end else None
    if name == "month":
        month = _number(match["month"])
        return _span(match, text, month, month)
    return _span(match, text, 1, 12)


def _span(match: re.Match[str], text: str, first: int, last: int) -> Stated:
    year = _year(match, text)
    some = year or 2024
    end = date(some, last, monthrange(some, last)[1])
    after = text[match.end() :]
    whole = not _UNTIL.search(text) and not re.match("[份度]?[末底]", after)
    words = match.group(0) + (found.group(0) if (found := re.match("[份度]?[末底]", after)) else "")
    return Stated(words, date(some, first, 1) if whole else None, end, year)


def _year(match: re.Match[str], text: str) -> int | None:
    """The year beside the part, else the only one in the text."""
    if match.groupdict().get("year"):
        return int(match["year"])
    years = set(re.findall(r"(?<!\d)(20\d\d)(?=年)", text))
    return int(years.pop()) if len(years) == 1 else None


def _number(text: str) -> int:
    return _HANZI[text] if text in _HANZI else int(text)


def _moved(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]) if day.month == 2 else day.day)


# -- times in headers -------------------------------------------------------------------------------

NOW, LAST_YEAR, YEAR_AGO, OTHER = "", "last_year", "year_ago", "other"
"""The period itself, the whole year before (as of its end), the same period a year before, a time we do not count."""

YEAR_START, PERIOD_START = "year_start", "period_start"
"""The last day before the year (年初), before the period (期初): on a day something stands, but nothing passes."""

TIMES = {LAST_YEAR: "（上年）", YEAR_AGO: "（上年同期）", YEAR_START: "（年初）", PERIOD_START: "（期初）"}
"""The other times that a figure can be asked for, as they are said behind its name."""

STARTS = {YEAR_START: "年初", PERIOD_START: "期初"}

_BEFORE = re.compile(r"(?:[(（]?[一二三四五六七八九十\d]{1,2}[)）、.．]|其中[:：]?|[#＃*])+")
_AT_START = re.compile(
    "(?:(?P<year>20\\d\\d)年?初|(?:本|今|当)?年(?:年)?初|(?P<period>(?:本|当)?(?:期|季度?|月)初|上(?:期|季度?|月)[末底]))(?:的)?"
)
_BY_YEAR = re.compile(r"(20\d\d)年?(?:度(?!内))?(?:12月(?:31日)?)?(?:年?[末底])?(?:的)?")
_BY_WORD = re.compile("(?:上年度?|上一年度?|去年)(?P<same>同期|同季度?|同月)?(?:年?[末底])?(?:的)?")
_EMPTY = re.compile("(?:数|人数|数量|数据|数值|情况)?")


def split_time(label: str, year: int | None) -> tuple[str, str]:
    """What time a header begins with (one of those above) and the rest of it, empty when it says no more.

    `year` is the year that is being filled; without one no header's year is known.
    """
    # 四、上年同期: the number in front says nothing about the time.
    text = _BEFORE.sub("", clean(label), count=1) if _BEFORE.match(clean(label)) else clean(label)
    if match := _AT_START.match(text):
        told = match["year"] is None or (year is not None and int(match["year"]) == year)
        when = OTHER if not told else PERIOD_START if match["period"] else YEAR_START
    elif match := _BY_YEAR.match(text):
        said = int(match[1])
        when = OTHER if year is None else {year: NOW, year - 1: LAST_YEAR}.get(said, OTHER)
    elif match := _BY_WORD.match(text):
        when = YEAR_AGO if match["same"] else LAST_YEAR
    else:
        return NOW, label
    rest = text[match.end() :]
    return when, "" if _EMPTY.fullmatch(rest) else rest


def split_times(labels: Sequence[str], year: int | None) -> tuple[str, list[str]]:
    """The same for the labels of one cell: two different times are a time that we do not count."""
    parts = [split_time(label, year) for label in labels]
    times = {when for when, _ in parts if when != NOW}
    return (times.pop() if len(times) == 1 else OTHER if times else NOW), [rest for _, rest in parts if rest]


def time_of(key: str) -> tuple[str, str]:
    """A figure's key (without a unit) and the time that it is asked for, empty for the period itself."""
    name, _, when = key.rpartition(".")
    return (name, when) if when in TIMES else (key, NOW)


def at_time(key: str, when: str) -> str:
    """A figure's key for another time: `members@x` of last year is `members.last_year@x`."""
    name, mark, unit = key.partition("@")
    return f"{name}.{when}{mark}{unit}" if when else key
