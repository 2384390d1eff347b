"""Words that look like others: blanks between characters, full width, traditional characters, letters of others."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from dangjian_desktop.domain.values.characters import cleaned

# Only the characters of the subjects that are written in another way elsewhere: the written one, then the plain one.
_WRITTEN = (
    "與与業业舉举眾众衆众體体關关況况内内內内劃划別别務务勵励卡卡號号後后員员處处備备復复複复實实審审對对屬属崗岗幹干乾干當当録录錄录態态"
    "戶户戸户檔档檢检殘残測测點点狀状監监盯盯離离積积稱称穩稳類类紀纪緯纬紋纹經经絡络纏缠網网臉脸輿舆節节見见計计議议記记許许論论訪访證证"
    "評评識识誡诫誰谁調调貧贫跡迹蹟迹蹤踪軌轨過过違违長长鬧闹難难間间機机標标時时願愿黨党係系繫系級级緻致實实現现據据聯联"
)
_LETTERS = "рpѕsԍgɡgρp"
_ALIKE = str.maketrans(dict(zip((_WRITTEN + _LETTERS)[::2], (_WRITTEN + _LETTERS)[1::2], strict=True)))
_JOINING = frozenset("·•・‧∙⋅･.-‐‑‒–—_＿*~|+'’`^")


@lru_cache(maxsize=1 << 14)
def undisguised(text: str) -> str:
    """A text as it is read aloud: one sort of character, and nothing between two of them that separates no words."""
    if text.isascii() and text.isalnum():
        return text.casefold()
    plain = unicodedata.normalize("NFKC", cleaned(text)).casefold().translate(_ALIKE)
    return "".join(each for each in plain if each not in _JOINING and unicodedata.category(each)[0] not in "ZCM")
