"""Pinyin of a name for sorting and for finding by initials; wrong readings of surnames are mended."""

from __future__ import annotations

import os
from functools import lru_cache

SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "任": "ren",
    "华": "hua",
    "乐": "yue",
    "尹": "yin",
    "洗": "xian",
    "冼": "xian",
    "员": "yun",
    "繁": "po",
    "缪": "miao",
    "召": "shao",
    "折": "she",
    "黑": "he",
    "秘": "bi",
    "种": "chong",
    "翟": "zhai",
    "应": "ying",
    "宁": "ning",
    "覃": "qin",
    "宓": "mi",
    "隗": "wei",
    "逄": "pang",
    "祭": "zhai",
    "相": "xiang",
    "燕": "yan",
}
"""Readings of a character as a surname where the common reading differs; `pypinyin` misreads these."""


@lru_cache(maxsize=30_000)
def _reading(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    # Imported on first use, without its dictionary of phrases: it costs more than the whole unlock window.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import lazy_pinyin

    reading = lazy_pinyin(character, errors="ignore")
    return str(reading[0]) if reading else ""


@lru_cache(maxsize=20_000)
def syllables(name: str) -> tuple[str, ...]:
    """The readings of a name's characters, the surname read as one; unknown characters are left out."""
    readings = [_reading(c) for c in name]
    if name and name[0] in SURNAMES:
        readings[0] = SURNAMES[name[0]]
    return tuple(r for r in readings if r)


def sort_key(name: str) -> str:
    """What a list of names is ordered by."""
    return " ".join(syllables(name))


@lru_cache(maxsize=20_000)
def tokens(name: str) -> str:
    """A name's characters as search tokens; code points, because the tokenizer does not know rare ones."""
    return " ".join(f"{ord(c):x}" for c in name if not c.isspace())


@lru_cache(maxsize=20_000)
def letters(name: str) -> str:
    """Every ending of the initials and of the full reading, so that a prefix query finds a middle part."""
    parts = syllables(name)
    initials = "".join(p[0] for p in parts)
    endings = [initials[i:] for i in range(len(initials))]
    endings += ["".join(parts[i:]) for i in range(len(parts))]
    return " ".join(dict.fromkeys(endings))
