"""Rows that are no records: titles, unit lines, totals, signatures, notes, dividing lines, examples."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum

EXAMPLE_MARK = "示例"
"""Begins the example row of the sheets this program gives out; such rows are never read."""


class RowKind(Enum):
    """What a row below the header is."""

    DATA = "data"
    BLANK = "blank"
    TOTAL = "total"
    NOTE = "note"
    SECTION = "section"
    HEADER = "header"
    EXAMPLE = "example"


_TOTAL = re.compile(
    r"(?:本页|全页|本表)?(?:合计|总计|小计|共计|累计|总人数|总数)(?:人数|\(.*\))?:?\d*(?:人|名|元)?|共\d+(?:人|名).*"
)
_SIGNATURE_WORDS = (
    "填表人|填报人|制表人|制表|审核人|审核|复核人|负责人|经办人|联系人|联系电话|填报时间|填表时间|填表日期|填报日期|制表时间|"
    "制表日期|填报单位|报送单位|单位|盖章|党支部书记|支部书记|书记|主管领导|分管领导|备注|注|附注|说明|填表说明|填报说明|注意事项"
)
_NOTE = re.compile(
    rf"(?:单位|党支部|支部)?(?:{_SIGNATURE_WORDS})(?:签字|签名|盖章)?(?:\(.*?\))?:.*|(?:注|说明|备注|填表说明)\d?[、.].*|"
    r"(?:填表人|填报人|制表人|审核人|单位负责人|支部书记)(?:签字|签名)?(?:\(.*?\))?|\(盖章\)|单位\(盖章\)"
)
_EXAMPLE = re.compile(rf"[\[(【（]?(?:{EXAMPLE_MARK}|样例|填写示例|举例|例:|例如)")
SUSPECT_STARTS = frozenset("合总小共本全累填制审复负经联报单党支书主分盖备注附说示样举例[(【（ \u3000")
"""First characters that make a row worth a second look; all others are records without further ado."""

_BODIES = "党支部|支部|党总支|总支|总支部|党委|党工委|工委|党小组|小组|支部委员会|总支部委员会|委员会"
_UNIT = re.compile(rf".{{2,40}}(?:{_BODIES})")
_UNIT_LINE = re.compile(
    r"(?:填报|报送|上报|所在|所属)?(?:单位|党支部|支部|党组织|党总支|党委)(?:名称)?(?:\(.*?\))?:(?P<name>.*)"
)
_TAIL = (
    r"(?:流动|预备|正式|在册|全体|困难|老|在职|离退休|无职)?(?:党员|党组织|党务|组织生活|会议|班子|领导班子|委员)?(?:基本)?"
    r"(?:花名册|名册|名单|信息|情况|登记|统计|汇总|台账|台帐|明细|一览|采集|表|底册|档案)"
)
_TITLE_TAIL = re.compile(f"{_TAIL}.*$")
# A unit's name may itself hold such a word (信息中心党支部): what ends with a body of the Party goes first.
_TITLE_UNIT = re.compile(rf"(.{{2,40}}(?:{_BODIES}))(?={_TAIL}|$)")
_TITLE_NOISE = re.compile(
    r"\([^)]*\)|\d{4}年度?(?:第?[一二三四1-4]季度|\d{1,2}月份?|上半年|下半年)?(?:\d{1,2}日)?|截至|附件\d*:?|中国共产党|中共"
)
_NAMELESS_SHEET = re.compile(r"(?i)(?:sheet|工作表|表|页)?\d*|粘贴的内容|花名册|名册|党员|总表|汇总|数据")
_EXACTNESS = (("小组",), ("支部", "支部委员会"), ("总支", "总支部", "总支部委员会"), ("党委", "工委", "委员会"))


def kind_of_row(row: Sequence[object], headers: Sequence[str], telling: Sequence[int], key: int) -> RowKind:
    """What a row is. `telling` are the columns that speak of a record itself, `key` the one that names it."""
    filled = [(column, cell) for column, cell in enumerate(row) if cell is not None and str(cell).strip()]
    if not filled:
        return RowKind.BLANK
    texts = [_compact(str(cell)) for _, cell in filled[:3]]
    if _EXAMPLE.match(texts[0]) or (len(texts) > 1 and _EXAMPLE.match(texts[1])):
        return RowKind.EXAMPLE
    if any(_TOTAL.fullmatch(text) for text in texts):
        return RowKind.TOTAL
    if _NOTE.fullmatch(texts[0]) and not _looks_like_record(row, telling, key, texts[0]):
        return RowKind.NOTE
    if sum(str(cell).strip() == headers[column] for column, cell in filled) >= max(2, len(filled) // 2):
        return RowKind.HEADER
    if _is_numbering([cell for _, cell in filled]):
        return RowKind.NOTE
    if len(filled) == 1:
        return _kind_of_single(filled[0][0], texts[0], telling, key)
    return RowKind.DATA if any(column in telling for column, _ in filled) else RowKind.BLANK


def _kind_of_single(column: int, text: str, telling: Sequence[int], key: int) -> RowKind:
    if _UNIT.fullmatch(text):
        return RowKind.SECTION
    if column == key:
        return RowKind.DATA
    if text.isdecimal() or re.fullmatch(r"\d+\.0", text):
        return RowKind.BLANK
    return RowKind.DATA if column in telling and len(text) < 20 and column > 1 else RowKind.NOTE


def _looks_like_record(row: Sequence[object], telling: Sequence[int], key: int, first: str) -> bool:
    # A remark "注：…" may stand in the first column of a true record.
    name = row[key] if key < len(row) else None
    named = isinstance(name, str) and bool(name.strip()) and _compact(name) != first
    return named and sum(1 for column in telling if row[column] not in (None, "")) > max(3, len(telling) // 2)


def _is_numbering(cells: Sequence[object]) -> bool:
    """The row 1 2 3 4 … (or 甲 乙 1 2 3) that numbers the columns below some headers."""
    numbers = [_compact(str(cell)).removesuffix(".0") for cell in cells]
    plain = [text for text in numbers if text not in ("甲", "乙", "丙", "丁", "栏次")]
    if len(plain) < 3 or not plain[0].isdecimal():
        return False
    first = int(plain[0])
    return plain == [str(number) for number in range(first, first + len(plain))]


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def unit_names(above: Sequence[Sequence[object]], sheet_name: str) -> list[str]:
    """Units that the rows above a header and the sheet's name speak of, the most exact one first."""
    found: list[str] = []
    for row in above:
        texts = [_compact(str(cell)) for cell in row if cell is not None and str(cell).strip()]
        for place, text in enumerate(texts):
            line = _UNIT_LINE.match(text)
            if line:
                following = texts[place + 1] if place + 1 < len(texts) and ":" not in texts[place + 1] else ""
                found.append(_cut_line(line["name"]) or following)
            elif ":" not in text:
                found.append(_cut_title(text))
    if not _NAMELESS_SHEET.fullmatch(_compact(sheet_name)):
        found.append(_cut_title(_compact(sheet_name)))
    names = list(dict.fromkeys(name for name in found if len(name) >= 2))
    return sorted(names, key=_vagueness)


def _cut_line(text: str) -> str:
    return re.split(r"(?:填报|填表|制表|报送)?(?:时间|日期|人):|\(", text, maxsplit=1)[0].strip("_ ")


def _cut_title(text: str) -> str:
    text = _TITLE_NOISE.sub("", text)
    unit = _TITLE_UNIT.match(text)
    cut = unit[1] if unit else _TITLE_TAIL.sub("", text)
    return cut if len(cut) <= 40 else ""


def _vagueness(name: str) -> int:
    for rank, endings in enumerate(_EXACTNESS):
        if name.endswith(endings) and not (rank == 1 and name.endswith(("总支部", "总支部委员会"))):
            return rank
    return len(_EXACTNESS)
