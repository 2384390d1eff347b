"""Units that the rows above a header and a sheet's name speak of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from dangjian_desktop.domain.imports.unit_lines import unit_in, unit_rank, unit_text

_UNIT_LINE = re.compile(
    r"(?:填报|报送|上报|所在|所属)?(?:单位|党支部|支部|党组织|党总支|党委)(?:名称)?(?:\(.*?\))?:(?P<name>.*)"
)
_TAIL = (
    r"(?:流动|预备|正式|在册|全体|困难|老|在职|离退休|无职)?(?:党员|党组织|党务|组织生活|会议|班子|领导班子|委员)?(?:基本)?"
    r"(?:花名册|名册|名单|信息|情况|登记|统计|汇总|台账|台帐|明细|一览|采集|表|底册|档案|通讯录|通信录|联系表)"
)
_TITLE_TAIL = re.compile(f"{_TAIL}.*$")
_BRACKETS = re.compile(r"\([^)]*\)")
_TITLE_NOISE = re.compile(
    r"\d{4}年度?(?:第?[一二三四1-4]季度|\d{1,2}月份?|上半年|下半年)?(?:\d{1,2}日)?|截至|附件\d*:?|中国共产党|中共"
)
_NAMELESS_SHEET = re.compile(
    r"(?i)(?:sheet|工作表|表|页)?\d*|粘贴的内容|花名册|名册|党员|总表|汇总|数据|名单|正式|预备"
)


def unit_names(above: Sequence[Sequence[object]], sheet_name: str) -> list[str]:
    """Units that the rows above a header and the sheet's name speak of, the most exact one first."""
    found: list[str] = []
    for row in above:
        texts = [_compact(str(cell)) for cell in row if cell is not None and str(cell).strip()]
        for place, text in enumerate(texts):
            line = _UNIT_LINE.match(text)
            if line:
                following = texts[place + 1] if place + 1 < len(texts) and ":" not in texts[place + 1] else ""
                found.append(unit_text(_cut_line(line["name"]) or following))
            elif ":" not in text:
                found.append(_cut_title(text))
    if not _NAMELESS_SHEET.fullmatch(_compact(sheet_name)):
        found.append(_cut_title(unit_text(sheet_name)))
    names = list(dict.fromkeys(name for name in found if len(name) >= 2))
    return sorted(names, key=unit_rank)


def _cut_line(text: str) -> str:
    return re.split(r"(?:填报|填表|制表|报送)?(?:时间|日期|人):|\(", text, maxsplit=1)[0].strip("_ ")


def _cut_title(text: str) -> str:
    text = unit_text(_TITLE_NOISE.sub("", text))
    # A unit's name may itself hold such a word (信息中心党支部): what ends with a body of the Party goes first.
    bare = unit_text(_BRACKETS.sub("", _compact(text)))
    whole = unit_in(text) or unit_in(bare) or _TITLE_TAIL.sub("", bare)
    return whole if len(whole) <= 40 else ""


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
