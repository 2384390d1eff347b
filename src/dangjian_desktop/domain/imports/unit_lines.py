"""Units as sheets write them: numbered, counted, with a secretary, in a title; the one road to the name itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

BODIES = (
    "总支部委员会|支部委员会|工作委员会|委员会|联合党支部|联合支部|党总支部|党总支|总支部|总支|党支部|支部|大党委|党委|党工委|工委|"
    "党小组|小组|党组织|党组"
)
_NUMBER = "(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
_NUMBERING = re.compile(
    rf"(?:[(\[【]{_NUMBER}[)\]】][、.,:]?|{_NUMBER}[)、,:]|{_NUMBER}\.(?![0-9])|[0-9]{{1,3}}[-_](?=[^0-9])|"
    rf"[0-9]{{1,3}}(?=第)|第{_NUMBER}[、.:]|[A-Za-z\u2160-\u217f]{{1,4}}[.、)])"
)
# NFKC would make 1 of ① and (1) of ⑴, and 10 of ⑩支部: these are numbering as they stand.
_CIRCLED = re.compile("^[\u2460-\u249b\u3220-\u3229\u3280-\u3289\u2776-\u2793][、.．]?")
_MARKS = re.compile(r"^[▲△▼▽★☆●○◆◇■□※＊*#§·•\-—=_~]+|[=_~…\-—*:：]+$")
_LONE_NUMBER = re.compile(rf"^(?:{_NUMBER})\s+(?=\S{{3}})(?!党?支部|党?小组|党?总支|号)")
_COUNT = (
    r"(?:(?:现有|实有|共有|共计|合计|总计|共|计|在册|本部){0,2}(?:正式|预备|男|女|流动|在册)?(?:党员)?(?:人数|总数|数)?:?[0-9]{1,5}(?![0-9])"
    r"(?:人|名|个)?(?:党员)?)"
)
_HOLDER = (
    "(?:党总支|党支部|支部|总支|党委|党小组|小组)?(?:委员会)?"
    "(?:副?书记|负责人|联系人|党务工作者|组织委员|组长|电话|手机|联系电话)(?:姓名)?"
)
_SECRETARY = rf"{_HOLDER}:?(?:[\u4e00-\u9fff·]{{2,10}}|[0-9-]{{5,20}})?"
_TAIL = (
    r"(?:[0-9]{2,4}年度?|截至.{0,12})?"
    r"(?:流动|预备|正式|在册|全体|困难|老|在职|离退休|无职|转入|转出)?(?:党员|党组织|党务|组织生活|会议|班子|领导班子|委员|人员|党员及预备党员)?(?:基本)?"
    r"(?:花名册|名册|名单|信息|情况|登记|统计|汇总|台账|台帐|明细|一览|采集|表|底册|档案|通讯录|通信录|联系表|联系方式)"
)
_PARTS = tuple(
    re.compile(part)
    for part in (
        rf"{_TAIL}.*",
        r"\([^()]{0,20}[0-9]+[人名][^()]{0,20}\)|【[^【】]{0,20}[0-9]+[人名]?】|\[[^\[\]]{0,20}[0-9]+[人名]?\]",
        rf"\({_SECRETARY}\)|\([0-9]{{1,5}}\)",
        _COUNT,
        _SECRETARY,
        "如下",
        r"[0-9-]{7,20}(?![0-9])",
        r"[-—:,、;/|_ .。]+",
    )
)
_BESIDE = re.compile(rf"{_COUNT}|{_SECRETARY}|{_NUMBER}(?:\.0)?|[0-9-]{{7,20}}|[\u4e00-\u9fff·]{{2,4}}|\(.*\)")
_BODY_END = re.compile(BODIES)
_LABEL = re.compile(
    r"(?:填报|报送|上报|所在|所属|隶属)?(?:单位|党支部|支部|党组织|组织|党总支|党委|党小组|小组|社区|村)(?:名称|全称)?(?:\(.*?\))?:(?P<name>.*)"
)
_BARE_LABEL = re.compile(
    r"(?:填报|报送|上报|所在|所属)?(?:单位|党支部|支部|党组织|组织|党总支|党委)(?:名称|全称)?(?:\(盖章\))?"
)
_OPENING = re.compile("^(?:以下|下面|下列)(?:人员|党员|各?行)?(?:是|为|系|均为|属于?|归)?:?")
_FRAME = re.compile(r"^[\[【<《「“\"'](.*)[\]】>》」”\"']$")
_PLACES = (
    "社区|村|公司|集团|学校|小学|中学|大学|学院|幼儿园|医院|中心|站|所|院|局|办|办公室|协会|商会|小区|网格|机关|"
    "银行|部门|分局|厂|店|园区|街道|乡|镇|片区|大队|合作社"
)
_PLACE, _PLACE_WORD = re.compile(rf".{{1,30}}(?:{_PLACES})"), re.compile(_PLACES)
_SENTENCE = re.compile("[。;!?]|,.*,")
_LONGEST = 80  # a longer text is no name, and nothing is looked for in it
_PREFIX = re.compile("^(?:中国共产党|中共)")


class LineSort(Enum):
    """What a line between the rows says about units."""

    UNIT = "unit"
    DOUBTFUL = "doubtful"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A line as it was understood: `name` is the unit, as written but for numbering, counts and titles around it."""

    sort: LineSort
    name: str = ""


@lru_cache(maxsize=1 << 14)
def unit_text(text: str) -> str:
    """A unit's name as written, without blanks, numbering, marks and a count: what is stored for a new unit."""
    text = _CIRCLED.sub("", text.strip())
    shorter = _LONE_NUMBER.sub("", text)
    text = "".join(shorter.split())
    for _ in range(3):
        cut = _MARKS.sub("", text)
        flat = _flat(cut)
        found = _NUMBERING.match(flat)
        if found and len(flat) == len(cut) and len(cut) - found.end() >= 2:
            cut = cut[found.end() :]
        if cut == text:
            break
        text = cut
    counted = re.search(rf"[(（\[【]{_COUNT}[)）\]】][:：]?$", _flat(text[-20:]))
    if counted and (start := len(text[:-20]) + counted.start()) >= 2:
        text = text[:start]
    return text


@lru_cache(maxsize=1 << 14)
def unit_key(text: str) -> str:
    """What two writings of one unit's name have in common: full-width forms, blanks and 中共 in front do not count."""
    return _PREFIX.sub("", _flat(unit_text(text)))


class _Folding(dict[int, str]):
    """What each character is flattened to, found out once: character by character, so that places stay places."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char)
        self[code] = folded if len(folded) == 1 else char
        return self[code]


_FOLDING = _Folding()


def _flat(text: str) -> str:
    return text if text.isascii() else text.translate(_FOLDING)


def unit_rank(name: str) -> int:
    """0 for a group, then branch, general branch, committee; 4 for what does not end like a unit."""
    name = name.removesuffix("委员会") if name.endswith("支部委员会") else name
    if name.endswith("小组"):
        return 0
    if name.endswith(("总支", "总支部")):
        return 2
    if name.endswith(("支部", "党组织")):
        return 1
    return 3 if name.endswith(("委", "委员会", "党组")) else 4


def read_unit_line(cells: Sequence[str]) -> UnitLine:
    """What the filled cells of a line say: a unit, something that may be one, or something else.

    Takes 第二党支部（2人）, 单位：第二党支部, 二、第二党支部, 第二党支部党员花名册, 第二党支部 书记：某某 and the
    same parted into cells. A place or a company alone is a unit too: it is looked for, and the rows are refused
    where it is not found.
    """
    texts = [text for cell in cells if (text := _flat("".join(cell.split())))]
    if not texts:
        return UnitLine(LineSort.OTHER)
    for at, text in enumerate(texts):
        label = _LABEL.fullmatch(text)
        following = texts[at + 1] if at + 1 < len(texts) else ""
        if label and (label["name"] or following):
            return _labelled(label["name"] or following)
        if _BARE_LABEL.fullmatch(text) and following and not following.isdecimal():
            return _labelled(following)
    name = next((found for cell in cells if (found := unit_in(cell))), None)
    if name is not None:
        others = [text for text in texts if name not in text and _flat(name) not in text]
        plain = all(_BESIDE.fullmatch(text) for text in others)
        return UnitLine(LineSort.UNIT if plain else LineSort.DOUBTFUL, name)
    if any(_PLACE.fullmatch(text) and not _SENTENCE.search(text) for text in map(unit_text, texts[:1])):
        return UnitLine(LineSort.UNIT, unit_text(texts[0]))
    doubtful = any(
        len(text) <= _LONGEST
        and _BODY_END.search(text)
        or (_PLACE_WORD.search(text) and _PLACE.fullmatch(_opened(text)))
        for text in texts
    )
    return UnitLine(LineSort.DOUBTFUL if doubtful else LineSort.OTHER)


def _labelled(text: str) -> UnitLine:
    name = unit_in(text) or unit_text(re.split(r"(?:填报|填表|制表|报送)?(?:时间|日期|人):|\(", text, maxsplit=1)[0])
    return UnitLine(LineSort.UNIT, name) if len(name) >= 2 else UnitLine(LineSort.DOUBTFUL)


def unit_in(text: str) -> str | None:
    """The unit that a text names, where it names one and adds nothing but counts, holders and words of a title."""
    # Whatever is taken away around a name, the word that ends it stays: most cells of a sheet have none.
    if len(text) > _LONGEST or not _BODY_END.search(_flat("".join(text.split()))):
        return None
    text = _opened(text)
    flat = _flat(text)
    ends = [found.end() for found in _BODY_END.finditer(flat)]
    for end in reversed(ends):
        if end >= 3 and _is_rest(flat, end):
            return text[:end]
    # 第一党支部（机关）: the bracket may well be part of the name.
    bracket = re.fullmatch(r"(.{2,40}?)\([^()]{1,20}\):?", flat)
    return text.rstrip(":：") if bracket and any(end == bracket.end(1) for end in ends) else None


def _is_rest(flat: str, at: int) -> bool:
    """Whether what follows a name is only counts, holders and words of a title, taken part by part."""
    while at < len(flat):
        found = next((match for part in _PARTS if (match := part.match(flat, at)) and match.end() > at), None)
        if found is None:
            return False
        at = found.end()
    return True


def _opened(text: str) -> str:
    text = unit_text(text)
    framed = _FRAME.match(_flat(text))
    text = unit_text(text[1:-1]) if framed and len(framed[0]) == len(text) else text
    opening = _OPENING.match(_flat(text))
    return text[opening.end() :] if opening and len(text) - opening.end() >= 2 else text
