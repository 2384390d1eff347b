"""Which known units a new name may mean: “第一支部” beside “第一党支部”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import SequenceMatcher

_DIGITS = "零一二三四五六七八九"
_NUMBERS = re.compile("[一二三四五六七八九十百]+")
_WORDS = (
    ("中国共产党", ""),
    ("中共", ""),
    ("党总支部", "总支"),
    ("总支部", "总支"),
    ("党总支", "总支"),
    ("党支部", "支部"),
    ("党小组", "小组"),
    ("总支委员会", "总支"),
    ("支部委员会", "支部"),
    ("党委员会", "党委"),
    ("第", ""),
    ("号", ""),
)
_NUMBERED = re.compile("(?:[一二三四五六七八九十百]+)(?:支部|小组|总支)")
_LEAST = 0.75
SAME = 2.0
"""How alike names are of which hardly two units can be meant."""

OFFERED = 5
_COMPARED = 400  # above so many units, only names that are the same but for the usual words are offered


def bare(name: str) -> str:
    """A unit's name without the words that offices leave out or put in as they like; numbers in hanzi."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    text = re.sub(r"\d{1,2}", lambda found: _in_hanzi(int(found[0])), text)
    for long, short in _WORDS:
        text = text.replace(long, short)
    return text


def _in_hanzi(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return (_DIGITS[tens] if tens > 1 else "") + "十" + (_DIGITS[ones] if ones else "")


class LookAlikes:
    """Finds the units a new name may mean, among units known by id, `above` giving the names of their superiors."""

    def __init__(self, names: Mapping[str, str], above: Mapping[str, str]) -> None:
        self._bare = {unit: bare(name) for unit, name in names.items()}
        self._equal: dict[str, list[str]] = {}
        for unit, name in self._bare.items():
            self._equal.setdefault(name, []).append(unit)
        self._above = {unit: bare(name) for unit, name in above.items()}

    def find(self, text: str) -> list[tuple[str, float]]:
        """Units with how alike they are, best first; from `SAME` on hardly anything else can be meant."""
        wanted = bare(text)
        if len(self._bare) > _COMPARED:
            return [(unit, SAME + 1) for unit in self._equal.get(wanted, ())[:OFFERED]]
        found = [(unit, self._weigh(wanted, unit, name)) for unit, name in self._bare.items()]
        found = [pair for pair in found if pair[1] >= _LEAST]
        return sorted(found, key=lambda pair: -pair[1])[:OFFERED]

    def _weigh(self, wanted: str, unit: str, name: str) -> float:
        if wanted == name:
            return SAME + 1
        if _NUMBERS.findall(wanted) != _NUMBERS.findall(name):
            return 0.0
        short, long = sorted((wanted, name), key=len)
        if long.endswith(short) and len(short) > 2:
            if not _NUMBERED.fullmatch(short):
                return SAME
            # “春天社区第一支部” is the “第一党支部” below “春天社区党总支”.
            place = long.removesuffix(short)
            return SAME if long == wanted and self._above.get(unit, "").startswith(place) else 1.0
        if abs(len(long) - len(short)) > 2:
            return 0.0
        return SequenceMatcher(None, wanted, name, autojunk=False).ratio()
