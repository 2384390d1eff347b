"""What people type into cells, made uniform: names, numbers with units, phones, times of day."""

from __future__ import annotations

import re
import unicodedata

from .characters import cleaned

BLANK_MARKS = frozenset(("", "/", "\\", "—", "——", "－", "–", "-", "--", "无", "空", "不详", "N/A", "n/a", "NA", "〃"))
"""What people write for "nothing"; a zero is not among them."""

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that nobody typed on purpose and no workbook may hold; old files carry them."""


def cell_text(cell: object) -> str:
    """A cell as the text a person would read: whole numbers without a point, no apostrophe in front."""
    if isinstance(cell, str):
        text = cleaned(CONTROLS.sub("", cell)).strip()
        return text[1:].strip() if text[:1] in ("'", "’", "‘") else text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        if abs(cell) >= 1e15:
            # Beyond this a sheet keeps no more digits: show it as the sheet does, not with made-up ones.
            return f"{cell:.14E}"
        return f"{cell:.0f}" if cell.is_integer() else repr(cell)
    return str(cell)


def clean_name(text: str) -> str:
    """A person's name without the spaces that line it up, and with the one middle dot `·`.

    Rare characters are left exactly as they are: no normalising, which would replace some of them.
    """
    text = cleaned(CONTROLS.sub("", text)).strip().lstrip("'‘’")
    if re.search("[A-Za-z]", text):
        return " ".join(text.split())
    text = "".join(text.split())
    return re.sub(r"(?<=[^\W\d_])[•．・‧∙⋅･.。](?=[^\W\d_])", "·", text)


NUMBER = re.compile(
    r"(?a)(?P<about>约|近|超|共约|大约)?共?[¥￥]?(?P<minus>-)?(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r"(?P<multiple>[百千万亿])?(?P<more>余|多|来|\+|左右)?(?P<unit>[\u4e00-\u9fff㎡²%]{0,5})(?:左右)?"
)
MULTIPLES = {"": 1, "百": 100, "千": 1000, "万": 10000, "亿": 100_000_000}
SEVERAL_PHONES = re.compile(r"[;；、,，/|\n]+|(?<=\d{7})\s+(?=\d{7})")
PHONE = re.compile("(?a)1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[2-9][0-9]{6,7}")
_WEEKDAY = re.compile("[,，(（]?(?:星期|周)[一二三四五六日天][)）]?$")
_CLOCK = re.compile(
    r"(?a)(上午|下午|晚上|晚|中午|早上)?(\d{1,2})(?:[:：](\d{2})(?:[:：]\d{2})?|[点时](?:(\d{1,2})分?|(半))?)$"
)


def why_no_number(text: str) -> str:
    if re.search(r"\d", text) and (strange := re.search(r"[A-Za-z{}\[\]|~^]", text)):
        return f"数字里夹着“{strange[0]}”，可能是扫描或录入损坏，请核对原件"
    return f"“{text}”不是数字"


def phone_digits(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s()'‘’\u200b-\u200f\ufeff]", "", text).removeprefix("+86").removeprefix("0086")
    digits = digits.removeprefix("-")
    return digits.replace("-", "") if digits.startswith("1") else digits


def split_clock(text: str) -> tuple[str, str | None]:
    """Split `2026年9月3日下午2:30` into its day and `14:30`."""
    text = text.strip().replace("T", " ")
    match = _CLOCK.search(text)
    if match is None:
        return text, None
    hour = int(match[2])
    minute = 30 if match[5] else int(match[3] or match[4] or 0)
    if match[1] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        return text, None
    day = _WEEKDAY.sub("", text[: match.start()].strip())
    return day.strip(), f"{hour:02d}:{minute:02d}"
