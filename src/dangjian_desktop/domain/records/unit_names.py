"""What the name of a unit says beside the names of the others."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 3


def same_name(superiors: Sequence[str]) -> str:
    """The sentence where other standing units have the same full name; `superiors` are theirs, "" for none.

    Units of one name are never joined: two communities may well have a 第一党支部 each.
    """
    if not superiors:
        return ""
    places = "、".join(dict.fromkeys(name or "没有上级" for name in superiors[:_NAMED]))
    more = "等" if len(set(superiors)) > _NAMED else ""
    where = f"另有{len(superiors)}个党组织也叫这个名称（上级：{places}{more}）"
    return f"{where}，导入和填写时分不清，全称里请写明社区或单位。"
