"""Attachments: files that belong to a record of any kind, as one keyed set of it."""

from __future__ import annotations

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
