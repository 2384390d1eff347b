"""Characters that look like others or like nothing: taken out or exchanged before a text is compared or kept.

Copies from PDF, chat and old systems carry signs nobody sees, radicals in place of the characters they stand for, and
characters of one machine's own. Two names that look alike must be alike.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_RADICALS = "\u2e80-\u2fd5"
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"

CLASS = f"{_INVISIBLE}{_RADICALS}{_PRIVATE}"
"""For the inside of a character class: everything that `cleaned` may exchange or `unknown_private` names."""

_ODD = re.compile(f"[{CLASS}]")
_NOTHING = re.compile(f"[{_INVISIBLE}]")
_UNKNOWN = re.compile(f"[{_PRIVATE}]")

# Where GB18030 of 2000 had no standard character yet, two-byte codes FE50 to FEA0 lay at U+E815 to U+E864: fonts and
# input methods of that time still write them so.
_OF_GB18030 = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶"
    "龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
_STANDARD = {chr(0xE815 + at): character for at, character in enumerate(_OF_GB18030)} | {
    "\ue7c7": "ḿ",
    "\ue7c8": "ǹ",
}

# NFKC knows the radicals of Kangxi (U+2F00 to U+2FD5) and two of the supplement; these are the others that have one
# plain character each, as Unicode lists them (EquivalentUnifiedIdeograph).
_OF_SUPPLEMENT = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻"
    "⺮竹⺯糹⺰纟⺱罓⺲罒⺳罒⺶羊⺷羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻖阜⻗雨"
    "⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_PLAIN = dict(zip(_OF_SUPPLEMENT[::2], _OF_SUPPLEMENT[1::2], strict=True))


def is_odd(text: str) -> bool:
    """Whether `cleaned` would look at any character of a text closely."""
    return not text.isascii() and _ODD.search(text) is not None


def cleaned(text: str) -> str:
    """A text without invisible signs, radicals and known private characters as the characters they stand for.

    Nothing else is normalised: rare characters stay exactly as they are.
    """
    return _ODD.sub(_exchanged, text) if is_odd(text) else text


def _exchanged(match: re.Match[str]) -> str:
    if _NOTHING.match(match[0]):
        return ""
    character = _STANDARD.get(match[0], match[0])
    if "\u2e80" <= character <= "\u2fd5":
        return _PLAIN.get(character) or unicodedata.normalize("NFKC", character)
    return character


def unknown_private(text: str) -> str:
    """The first character of a text that only the machine shows on which it was made; empty where there is none."""
    match = None if text.isascii() else _UNKNOWN.search(text)
    return match[0] if match else ""
