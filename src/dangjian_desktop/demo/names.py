"""Invented persons, numbers and places: plausible, repeatable by seed, nobody real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from random import Random

from dangjian_desktop.domain.values.id_numbers import check_character

AREA = "429900"
"""An unassigned county of a real province: no living person holds such a number."""

PHONE_PREFIX = "154"
"""A number range that no operator has been given."""

_MILLIS_AT_YEAR_1 = -62135596800000
_DAY_MILLIS = 86_400_000
_PER_DAY_AND_SEX = 500

_SURNAMES = (
    "王72李71张67刘54陈45杨31黄22赵20吴20周20徐17孙15马14朱13胡13郭12何12高11林10罗10郑10梁9谢8宋8唐8许7韩7冯6邓6曹6"
    "彭6曾6肖6田6董5袁5潘5于5蒋5蔡5余5杜5叶4程4苏4魏4吕4丁4任4沈4姚4卢4姜4崔4钟4谭4陆3汪3范3金3石3廖3贾3夏3韦3付3方3白3"
    "邹3孟3熊3秦3邱3江3尹3薛3闫3段2雷2侯2龙2史2陶2黎2贺2顾2毛2郝2龚2邵2万2钱2严2覃2武2戴2莫2孔2向2汤2别1鄢1庹1郄1逄1"
)
_COMPOUND = ("欧阳", "司马", "上官", "诸葛")

# Two generations of taste: those born before 1975 and those after; single characters and pairs.
_MALE = (
    ("国建志德明文新春福贵祥根金传家永世昌光兴", "华军平明生发林山田才松柏庭元友义安民清顺"),
    ("伟斌涛波峰辉刚浩宇杰鑫俊晨睿子轩一佳梓立", "凯阳博文磊鹏飞龙超健康然航铭霖恒朗逸川舟"),
)
_FEMALE = (
    ("秀桂玉淑春兰凤月美翠菊素腊金幼爱惠艳冬元", "英珍兰芳梅莲香珠云华娥枝蓉萍霞仙芝清琴姣"),
    ("丽敏静娟婷雪思雨欣佳梦晓诗紫雅若依可语梓", "颖婷琳洁慧瑶萌涵怡琪雯莹薇妍悦彤岚蕾宁楠"),
)
RARE = "𬭎㛃䶮𠅤𬍛瑨昉喆"
"""Characters that fonts, sorting and search often miss; a few given names carry one."""

_UYGHUR = (("艾力", "阿迪力", "吐尔逊", "阿依古丽", "热娜", "古丽娜尔"), ("买买提", "艾山", "依明", "吾甫尔", "克里木"))


class Ids:
    """UUIDv7 texts that a seed repeats: time from the demo's day, the rest from the generator."""

    def __init__(self, random: Random, on: date) -> None:
        self._bits = random.getrandbits
        self._next = (on.toordinal() * _DAY_MILLIS + _MILLIS_AT_YEAR_1 - _DAY_MILLIS) << 12

    def new(self) -> str:
        """The next id; always larger than the one before."""
        stamp = self._next
        self._next = stamp + 1
        head = f"{stamp >> 12:012x}"
        tail = f"{self._bits(62) | 1 << 63:016x}"
        return f"{head[:8]}-{head[8:]}-7{stamp & 0xFFF:03x}-{tail[:4]}-{tail[4:]}"


class IdNumbers:
    """Hands out citizen identity numbers that are all different and all check."""

    def __init__(self) -> None:
        self._used: dict[tuple[int, bool], int] = {}

    def take(self, birth: int, female: bool) -> tuple[str, int]:
        """A number for somebody born on this ordinal day, and the day it finally carries.

        The day moves on when all its numbers are gone.
        """
        while True:
            while (used := self._used.get((birth, female), 0)) >= _PER_DAY_AND_SEX:
                birth += 1
            self._used[birth, female] = used + 1
            # 37 and 500 have no common divisor, so the serials differ without standing in a row.
            serial = (used * 37 + birth * 11) % _PER_DAY_AND_SEX * 2 + (not female)
            digits = f"{AREA}{date.fromordinal(birth):%Y%m%d}{serial:03d}"
            number = digits + check_character(digits)
            # Such an ending looks as if a spreadsheet had cut the number off.
            if not number.endswith("000"):
                return number, birth


class Names:
    """Makes names of persons; now and then one twice, and now and then one with a rare character."""

    _REPEAT, _COMPOUND_SHARE, _SINGLE, _RARE_SHARE = 0.003, 0.004, 0.14, 0.004

    def __init__(self, random: Random) -> None:
        self._random = random
        self._surnames = [c for c in _SURNAMES if not c.isdigit()]
        self._weights = list(accumulate(_surname_weights()))
        self._made = 0
        self._last = "陈元平"

    def person(self, female: bool, birth_year: int, ethnic: str = "01") -> str:
        """A name as somebody of that sex, year of birth and ethnic group might have."""
        random = self._random.random
        if ethnic == "05":
            return "·".join(self._random.choice(part) for part in _UYGHUR)
        if random() < self._REPEAT:
            return self._last
        if random() < self._COMPOUND_SHARE:
            surname = _COMPOUND[int(random() * len(_COMPOUND))]
        else:
            surname = self._random.choices(self._surnames, cum_weights=self._weights)[0]
        self._last = surname + self._given(female, birth_year)
        return self._last

    def member(self, female: bool, birth_year: int, ethnic: str = "01") -> str:
        """A name for a record of its own; the first few show every rare character, however small the street is."""
        name = self.person(female, birth_year, ethnic)
        self._made += 1
        if self._made % 9 == 0 and self._made // 9 <= len(RARE) and "·" not in name:
            name = name[:-1] + RARE[self._made // 9 - 1]
        return name

    def _given(self, female: bool, birth_year: int) -> str:
        random = self._random.random
        first, second = (_FEMALE if female else _MALE)[birth_year >= 1975]
        ending = second[int(random() * len(second))]
        if random() < self._RARE_SHARE:
            ending = RARE[int(random() * len(RARE))]
        elif random() < self._SINGLE:
            return ending
        return first[int(random() * len(first))] + ending


def _surname_weights() -> list[int]:
    weights: list[int] = []
    for character in _SURNAMES:
        if not character.isdigit():
            weights.append(0)
        else:
            weights[-1] = weights[-1] * 10 + int(character)
    return weights


def phone(random: Random) -> str:
    """A mobile number that rings nowhere."""
    return f"{PHONE_PREFIX}{int(random.random() * 100_000_000):08d}"


_PLACE_HEADS = "柳桃杨槐枫竹荷莲松柏桂梅枣榆桑菱芦草金银玉石白青红黄新龙凤鹤鹭雁马鱼泉"
_PLACE_TAILS = "湾林桥台垸口潭堤岭坡岗港埠洲塘井园沟坝渡河湖铺集墩巷街畈咀沙"
_COMPOUNDS = (
    "锦绣",
    "翰林",
    "御景",
    "丽水",
    "和谐",
    "阳光",
    "盛世",
    "书香",
    "金域",
    "滨江",
    "东方",
    "紫荆",
    "绿苑",
    "星河",
)
_COMPOUND_KINDS = ("花园", "家园", "名都", "雅苑", "公馆", "新城", "华庭", "里")
_BRANDS = (
    "恒润",
    "嘉禾",
    "瑞丰",
    "天顺",
    "宏泰",
    "鑫源",
    "远洲",
    "德邻",
    "汇川",
    "安邦",
    "佳和",
    "鼎辉",
    "众成",
    "启航",
    "润泽",
)
_BRAND_ENDS = ("达", "兴", "通", "隆", "信", "康", "诚", "盛", "联", "科")
_LINES = (
    "纺织",
    "无纺布制品",
    "食品",
    "机械",
    "电子",
    "建材",
    "物流",
    "商贸",
    "物业服务",
    "装饰工程",
    "医药",
    "农业科技",
    "包装",
    "汽车服务",
    "教育咨询",
    "信息技术",
    "餐饮管理",
    "环保科技",
)
_SOCIAL = (
    "社会工作服务中心",
    "养老服务中心",
    "艺术培训学校",
    "幼儿园",
    "口腔门诊部",
    "律师事务所",
    "行业商会",
    "志愿服务协会",
)


class Places:
    """Names of villages, compounds and firms; none is handed out twice."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: set[str] = set()

    def take(self, *parts: Sequence[str]) -> str:
        """A new name, one piece from each part; a further piece is put in when the simple names run out."""
        for attempt in range(60):
            name = "".join(self._random.choice(part) for part in parts)
            if attempt >= 8:
                name = self._random.choice("东西南北上下大小前后") + name
            if attempt >= 30:
                name = self._random.choice(_PLACE_HEADS) + name
            if name not in self._used:
                self._used.add(name)
                return name
        raise RuntimeError("names ran out")

    def village(self) -> str:
        """A village or neighbourhood name of two or more characters."""
        return self.take(_PLACE_HEADS, _PLACE_TAILS)

    def compound(self) -> str:
        """A housing compound."""
        return self.take(_COMPOUNDS, _COMPOUND_KINDS)

    def firm(self) -> str:
        """A private firm."""
        return self.take(_BRANDS, _BRAND_ENDS, _LINES, ("有限公司",))

    def social(self) -> str:
        """A social organisation."""
        return self.take(_BRANDS, _BRAND_ENDS, _SOCIAL)


_CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))


def credit_code(random: Random) -> str:
    """An 18-character unified social credit code whose check character holds."""
    body = "91" + AREA + "".join(random.choice(_CREDIT_CHARACTERS) for _ in range(9))
    total = sum(_CREDIT_CHARACTERS.index(c) * w for c, w in zip(body, _CREDIT_WEIGHTS, strict=True))
    return body + _CREDIT_CHARACTERS[-total % 31]
