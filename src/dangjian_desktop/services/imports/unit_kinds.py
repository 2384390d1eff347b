"""What a unit's name tells: its kind, how exact it is, and whether two names may be one unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

BRANCH, GROUP = "631", "小组"

KIND_ENDINGS = (
    ("党工委", "工委"),
    ("工作委员会", "工委"),
    ("工委", "工委"),
    ("大党委", "大党委"),
    ("联合党支部", "632"),
    ("联合支部", "632"),
    ("流动党员党支部", "流动"),
    ("流动党员支部", "流动"),
    ("流动党支部", "流动"),
    ("临时党支部", "临时"),
    ("临时支部", "临时"),
    ("功能型党支部", "功能"),
    ("总支部委员会", "621"),
    ("党总支部", "621"),
    ("党总支", "621"),
    ("总支部", "621"),
    ("总支", "621"),
    ("支部委员会", "631"),
    ("党支部", "631"),
    ("支部", "631"),
    ("党小组", GROUP),
    ("小组", GROUP),
    ("党委", "611"),
    ("委员会", "611"),
)
"""What the end of a name tells about the kind; the first that fits, longer ones first."""

_NUMERAL = "0-9０-９一二三四五六七八九十百东西南北中上下前后左右甲乙丙丁大小新老"
_NUMBERED = re.compile(rf"第?[{_NUMERAL}]+(?:联合)?党?(?:支部|小组|总支)")
PLACE = re.compile(r".*(?:社区|村|公司|集团|学校|小学|中学|医院|中心|站|所|院|局|办|协会|商会|小区|网格|机关)")


def kind_by_name(name: str) -> str | None:
    """The kind code that a unit's name ends in, or None."""
    return next((code for ending, code in KIND_ENDINGS if name.endswith(ending)), None)


def exactness(name: str) -> int:
    """0 for a group, then branch, general branch, committee; 4 for what does not end like a unit."""
    kind = kind_by_name(name)
    return {GROUP: 0, "621": 2, "611": 3, "工委": 3, "大党委": 3, None: 4}.get(kind, 1)


def same_unit(missing: str, written: str, name: str) -> bool:
    """Whether a known unit is what an unknown name means: as exact, and its name within the other or around it.

    Anything else is not guessed: a title and a sheet's name that speak of two branches are a matter for a person.
    """
    if exactness(name) > exactness(missing):
        return False
    whole = _core(missing)
    return any(_within(_core(text), whole) or _within(whole, _core(text)) for text in (written, name))


def _core(name: str) -> str:
    return re.sub("中国共产党|中共|委员会|党", "", name)


def _within(part: str, whole: str) -> bool:
    # 一支部 is no part of 十一支部.
    return bool(part) and re.search(f"(?<![0-9一二三四五六七八九十百]){re.escape(part)}", whole) is not None


def is_numbered(name: str) -> bool:
    """Whether a name is only a number (第一党小组) that many superiors have below them."""
    return _NUMBERED.fullmatch(name) is not None


def almost(text: str, names: Sequence[str]) -> str | None:
    """A known name that differs in one character which is no number or direction."""
    for name in names:
        if len(name) != len(text) or name == text:
            continue
        different = [(a, b) for a, b in zip(name, text, strict=True) if a != b]
        if len(different) == 1 and not re.fullmatch(f"[{_NUMERAL}a-zA-Z]", different[0][0]):
            return name
    return None
