"""交接单: what a clerk who leaves hands over, with room for three hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.model import (
    Block,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    Paragraph,
    Spacer,
    chinese_date,
)

_DUTIES = (
    "接手人已用自己的账户和密码打开数据文件，并核对上列数量。",
    "移交人的账户已停用，或已改由管理员保管。",
    "恢复密钥（打印件）的存放地点已当面说明；怀疑有别人看过的，已更换。",
    "备份文件的存放地点已当面说明，并试过能打开。",
)


@dataclass(frozen=True, slots=True)
class Handover:
    """What the paper says; `counts` are pairs of a kind's name and its number of records.

    `backups` is empty where one unit is handed over and not the file.
    """

    unit: str
    leaving: str
    taking_over: str
    on: str
    file: str
    backups: str
    counts: Sequence[tuple[str, int]]
    operations: int
    last_operation: str


def handover(paper: Handover) -> Document:
    """One page to be signed by who leaves, who takes over, and who watched."""
    facts = [
        KeyValue("移交人", paper.leaving),
        KeyValue("接手人", paper.taking_over),
        KeyValue("交接日期", chinese_date(paper.on)),
        KeyValue("数据文件", paper.file),
        *([KeyValue("备份存放处", paper.backups, wide=True)] if paper.backups else []),
        *(KeyValue(name, f"{number}条") for name, number in paper.counts),
        KeyValue("移交人所做的操作", f"{paper.operations}次", wide=True),
        KeyValue("最近一次操作", paper.last_operation or "（无）", wide=True),
    ]
    hands = ("移交人签字", "接手人签字", "监交人签字", "日期")
    blocks: tuple[Block, ...] = (
        Heading("移交的资料", 2),
        KeyValueGrid(tuple(facts)),
        Heading("当面办清的事项", 2),
        *(Paragraph(f"□ {duty}") for duty in (_DUTIES if paper.backups else _DUTIES[:2])),
        Spacer(6),
        KeyValueGrid(tuple(KeyValue(hand, "　年　　月　　日" if hand == "日期" else "") for hand in hands)),
    )
    return Document("党务资料交接单", blocks, unit=paper.unit)
