"""Who is named in a column of text: several persons in one cell, with titles and remarks around their names."""

from __future__ import annotations

import re
import unicodedata

from dangjian_desktop.domain.values.characters import cleaned

_NAMES_APART = re.compile("[、，,；;/／\\n]+")
_REMARK = re.compile(r"[(\[【〔<《][^)\]】〕>》]*[)\]】〕>》]?")
_TITLE = "(?:副?(?:书记|主任|科长|所长|站长|部长|局长|处长|组长|队长|主席|委员|网格员|网格长)|同志|老师)"
_BEHIND = re.compile(f"(.+?){_TITLE}+")
_BEFORE = re.compile(f".*{_TITLE}[:：]?(.+)")
_NAME = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]{2,4}")
_OF_OFFICES = frozenset("区部街村镇党委办科室组站所局处会团队社网")
"""Characters of offices: 社区书记 and 社区主任 are two persons, and neither is called 社区."""


def people(value: object) -> frozenset[str]:
    """The persons that a column names (`张三、李四同志（社区）`), without spaces, remarks and titles."""
    parts = _NAMES_APART.split(value) if isinstance(value, str) else ()
    return frozenset(name for name in map(_bare, parts) if name)


def _bare(part: str) -> str:
    whole = "".join(unicodedata.normalize("NFKC", cleaned(part)).split())
    plain = _REMARK.sub("", whole) or whole
    for way in (_BEHIND, _BEFORE):
        found = way.fullmatch(plain)
        if found and _NAME.fullmatch(found[1]) and not _OF_OFFICES & set(found[1]):
            return found[1]
    return plain
