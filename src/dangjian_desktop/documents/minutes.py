"""会议记录: the minutes of one meeting, with everyone who was due that day."""

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
)
from dangjian_desktop.documents.wording import named

PRESENT, EXCUSED, ABSENT = "present", "excused", "absent"


@dataclass(frozen=True, slots=True)
class RollEntry:
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
    """What the minutes say; texts as entered, times already printed. `record` is the id of the meeting."""

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
    attendees: Sequence[RollEntry]
    record: str = ""


def minutes(paper: MeetingPaper) -> Document:
    """The minutes, with room for the hands of chair, recorder and reviewer."""
    number = f"（第{paper.number}次）" if paper.number else ""
    hands = ("主持人签字", "记录人签字", "审核", "签字日期")
    blocks: list[Block] = [
        KeyValueGrid((*_facts(paper), *_attendance(paper.attendees))),
        *_text("议题", paper.topics),
        *_text("会议记录", paper.minutes),
        *_text("决议和议定事项", paper.resolutions),
        Spacer(6),
        KeyValueGrid(tuple(KeyValue(label, "　年　　月　　日" if label == "签字日期" else "") for label in hands)),
    ]
    title = f"{paper.kind}活动记录" if paper.kind.endswith("党日") else f"{paper.kind}记录"
    return Document(title, tuple(blocks), subtitle=number, record=paper.record)


def _facts(paper: MeetingPaper) -> tuple[KeyValue, ...]:
    due = [a for a in paper.attendees if a.due]
    # Who was not due is no part of 应到＝实到＋请假＋缺席; such names stand apart below.
    present = [a for a in due if a.presence == PRESENT]
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


def _how_many(due: Sequence[RollEntry], presence: str) -> int:
    return sum(a.presence == presence for a in due)


def _text(title: str, text: str) -> list[Block]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [Heading(title, 2), *(Paragraph(line) for line in lines or ["（无）"])]


def _attendance(attendees: Sequence[RollEntry]) -> list[KeyValue]:
    """Who was there and who was not, and why, name by name."""
    due = [a for a in attendees if a.due]
    present = [a.name for a in due if a.presence == PRESENT]
    rows = [KeyValue("到会人员", "、".join(present), wide=True)]
    for presence, label in ((EXCUSED, "请假人员"), (ABSENT, "缺席人员")):
        people = [f"{a.name}（{a.reason or '原因未填'}）" for a in due if a.presence == presence]
        rows.append(KeyValue(label, "、".join(people) or "无", wide=True))
    if unmarked := [a.name for a in due if not a.presence]:
        rows.append(KeyValue("未登记", "、".join(unmarked), wide=True))
    if strangers := [a.name for a in attendees if not a.due]:
        rows.append(KeyValue("不在名册", f"{named(strangers)}（登记了到会情况，不在会议当日名册，请核对）", wide=True))
    return rows
