"""What people type into cells, made uniform: names, numbers with units, phones, times of day."""

from __future__ import annotations

import re
import unicodedata

from .characters import cleaned

BLANK_MARKS = frozenset(("", "/", "\\", "—", "——", "－", "–", "-", "--", "无", "空", "不详", "N/A", "n/a", "NA", "〃"))
"""What people write for "nothing"; a zero is not among them."""

ERROR_VALUES = frozenset(
    (
        *("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!", "#CALC!"),
        *("#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#PYTHON!", "#EXTERNAL!", "#TIMEOUT!"),
    )
)
"""What a cell says whose formula failed, in all versions of the programs that people use."""

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


_REMARK_BEHIND = re.compile(
    r"[(（\[【〔<《].*[)）\]】〕>》]?$|[★☆▲△●○◆◇■※#＃*＊✓√]+$|(?<=[\u3400-\u9fff]{2})[-—/、,，:：].+$"
)
_REMARK_BEFORE = re.compile(
    r"^(?:[(（\[【〔].{1,8}?[)）\]】〕]|[★☆▲△●○◆◇※#＃✓√]+|[*＊](?=[\u3400-\u9fff])|\d{1,3}[.、．,]|[①-⑳])+"
)
_CLASS_BEHIND = re.compile("(?<=[\u3400-\u9fff]{2})(?:预备党员|正式党员|预备期)$")


def split_remark(text: str) -> tuple[str, str]:
    """A name without what offices write beside it, and that remark: 王丽（女）, 李四(预备), ★周九; "" for none."""
    bare = _CLASS_BEHIND.sub("", _REMARK_BEHIND.sub("", _REMARK_BEFORE.sub("", text)))
    if bare == text or len(bare) < 2 or not re.search("[\u3400-\u9fffA-Za-z\U00020000-\U0003ffff]", bare):
        return text, ""
    before, _, behind = text.partition(bare)
    return bare, before + behind


NUMBER = re.compile(
    r"(?a)(?P<about>约|近|超|共约|大约)?共?[¥￥]?(?P<minus>-)?(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)"
    r"(?P<multiple>[百千万亿])?(?P<more>余|多|来|\+|左右)?(?P<unit>[\u4e00-\u9fff㎡²%]{0,5})(?:左右)?"
)
MULTIPLES = {"": 1, "百": 100, "千": 1000, "万": 10000, "亿": 100_000_000}
SEVERAL_PHONES = re.compile(r"[;；、,，/|\n]+|(?<=\d{7})\s+(?=\d{7})")
PHONE = re.compile("(?a)1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[2-9][0-9]{6,7}")


def why_no_number(text: str) -> str:
    if re.search(r"\d", text) and (strange := re.search(r"[A-Za-z{}\[\]|~^]", text)):
        return f"数字里夹着“{strange[0]}”，可能是扫描或录入损坏，请核对原件"
    return f"“{text}”不是数字"


def phone_digits(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[\s()'‘’\u200b-\u200f\ufeff]", "", text).removeprefix("+86").removeprefix("0086")
    digits = digits.removeprefix("-")
    return digits.replace("-", "") if digits.startswith("1") else digits
