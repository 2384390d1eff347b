"""Attachments: files that belong to a record of any kind, as one keyed set of it."""

from __future__ import annotations

import re
from pathlib import PurePath

from dangjian_desktop.base.errors import UserError

from .fields import FieldSpec, FieldType, SetSpec

MOST_BYTES = 20 << 20
"""The largest file that is taken in."""

ATTACHMENTS = SetSpec(
    "attachments",
    "附件",
    "attachment",
    (
        FieldSpec("secret", "钥匙"),
        FieldSpec("title", "文件名"),
        FieldSpec("size", "大小", FieldType.INTEGER),
        FieldSpec("type", "类型"),
        FieldSpec("restricted", "含证件", FieldType.BOOLEAN),
    ),
)
"""Every kind has it. The key of a member is the keyed hash that is the file's name; `secret` opens the file."""


def in_words(kept: dict[str, object]) -> str:
    """One attachment as people read it: 会议照片.jpg（12KB，含证件）; its key is never told."""
    size = max(1, int(str(kept.get("size") or 0)) >> 10)
    return f"{kept.get('title') or '附件'}（{size}KB{'，含证件' if kept.get('restricted') else ''}）"


def refuse_name(name: str) -> None:
    """Raise `UserError` for what is never attached, by its file name.

    `ballot`: ballots are sealed and kept on paper; a picture of one tells who voted how. `bad_attachment`: programs,
    and scans of several pages of which only the first would be kept.
    """
    if _BALLOT.search(PurePath(name).stem):
        raise UserError(
            "ballot",
            f"“{name}”像是选票、测评票，选票一律不附。",
            effect=_NOTHING,
            advice="选票请按规定密封保存；可以附选举结果报告单、计票单。",
        )
    kind = PurePath(name).suffix.lower()
    if kind in _PROGRAMS:
        advice = "请附照片、PDF、Word 或表格。"
        raise UserError("bad_attachment", f"“{name}”是程序，不能附。", effect=_NOTHING, advice=advice)
    if kind in _SCANS:
        advice = "请在扫描软件里存成PDF（多页）或JPG（单页）再附。"
        raise UserError("bad_attachment", f"“{name}”是TIFF扫描件，程序看不了。", effect=_NOTHING, advice=advice)


_NOTHING = "没有附上，数据没有改动。"
_BALLOT = re.compile("(?:选|表决|测评|推荐|评议)票(?!.*(?:样|报告|结果|统计|汇总))")
_PROGRAMS = frozenset(
    {".exe", ".com", ".bat", ".cmd", ".scr", ".msi", ".js", ".vbs", ".ps1", ".lnk", ".jar", ".hta", ".dll"}
)
_SCANS = frozenset({".tif", ".tiff"})
