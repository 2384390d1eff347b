"""会议记录: the minutes of one meeting, with everyone who was due that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dangjian_desktop.documents.model import (
    Block,
    Column,
    ColumnKind,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    Paragraph,
    Row,
    Spacer,
    Table,
)
from dangjian_desktop.documents.wording import named

PRESENT, EXCUSED, ABSENT = "present", "excused", "absent"
_ACROSS = 6


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person of the roster of the meeting day, or one marked who was not on it (`due` False).

    `presence` is `present`, `excused`, `absent` or empty where nobody marked anything.
    """

    name: str
    presence: str
    reason: str
    may_vote: bool
    due: bool = True


@dataclass(frozen=True, slots=True)
class MeetingPaper:
    """What the minutes say; texts as entered, times already printed."""

    kind: str
    also: str
    organisation: str
    group: str
    number: int | None
    title: str
    started: str
    ended: str
    place: str
    chair: str
    recorder: str
    guests: str
    topics: str
    minutes: str
    resolutions: str
    late: str
    attendees: Sequence[Attendee]


def minutes(paper: MeetingPaper, *, unit: str) -> Document:
    """The minutes with lines for the hands of chair, recorder and reviewer."""
    number = f"（第{paper.number}次）" if paper.number else ""
    blocks: list[Block] = [
        KeyValueGrid(_facts(paper)),
        *_text("议题", paper.topics),
        *_text("会议记录", paper.minutes),
        *_text("决议和议定事项", paper.resolutions),
        *_attendance(paper.attendees),
        Spacer(8),
        Paragraph("主持人签字：　　　　　　　　记录人签字：　　　　　　　　审核：", indent=False),
        Paragraph("签字日期：　　　　年　　月　　日", indent=False),
    ]
    title = f"{paper.kind}活动记录" if paper.kind.endswith("党日") else f"{paper.kind}记录"
    return Document(title, tuple(blocks), subtitle=number, unit=unit)


def _facts(paper: MeetingPaper) -> tuple[KeyValue, ...]:
    due = [a for a in paper.attendees if a.due]
    present = [a for a in paper.attendees if a.presence == PRESENT]
    counts = (
        f"应到{len(due)}人（有表决权{sum(a.may_vote for a in due)}人），"
        f"实到{len(present)}人（有表决权{sum(a.may_vote for a in present)}人），"
        f"请假{_how_many(due, EXCUSED)}人，缺席{_how_many(due, ABSENT)}人"
    )
    unmarked = _how_many(due, "")
    facts = [
        KeyValue("会议类型", f"{paper.kind}（兼{paper.also}）" if paper.also else paper.kind),
        KeyValue("召开党组织", f"{paper.organisation}{paper.group}"),
        KeyValue("名称或主题", paper.title, wide=True),
        KeyValue("开始时间", paper.started),
        KeyValue("结束时间", paper.ended),
        KeyValue("地点", paper.place, wide=True),
        KeyValue("主持人", paper.chair),
        KeyValue("记录人", paper.recorder),
        KeyValue("到会情况", f"{counts}，未登记{unmarked}人" if unmarked else counts, wide=True),
        KeyValue("列席人员", paper.guests, wide=True),
    ]
    if paper.late:
        facts.append(KeyValue("补录", paper.late, wide=True))
    return tuple(facts)


def _how_many(due: Sequence[Attendee], presence: str) -> int:
    return sum(a.presence == presence for a in due)


def _text(title: str, text: str) -> list[Block]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [Heading(title, 2), *(Paragraph(line) for line in lines or ["（无）"])]


def _attendance(attendees: Sequence[Attendee]) -> list[Block]:
    due = [a for a in attendees if a.due]
    blocks: list[Block] = [Heading("到会名单", 2)]
    present = [a.name for a in due if a.presence == PRESENT]
    blocks.append(Paragraph(f"到会（{len(present)}人）：{'、'.join(present) or '（无）'}。"))
    for presence, label in ((EXCUSED, "请假"), (ABSENT, "缺席")):
        people = [a for a in due if a.presence == presence]
        if people:
            blocks.append(_reasons(people, label))
    unmarked = [a.name for a in due if not a.presence]
    if unmarked:
        blocks.append(Paragraph(f"未登记（{len(unmarked)}人）：{'、'.join(unmarked)}。"))
    strangers = [a.name for a in attendees if not a.due]
    if strangers:
        blocks.append(Paragraph(f"登记了到会情况、但不在会议当日名册的：{named(strangers)}，请核对。"))
    return blocks


def _reasons(people: Sequence[Attendee], label: str) -> Table:
    columns = (Column("序号", ColumnKind.INTEGER), Column("姓名", min_chars=5), Column("原因", weight=2.0))
    rows: list[Row] = [[number, a.name, a.reason or "（未填）"] for number, a in enumerate(people, 1)]
    return Table(columns, rows, caption=f"{label}（{len(people)}人）")
