"""Attendance on the command line: `attendance.MEMBER=到会`, `attendance.MEMBER=请假:住院`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.values.partial_dates import first_day
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.services.records.referring import resolve_member
from dangjian_desktop.services.records.typing_in import read_values
from dangjian_desktop.services.units import organisations

PREFIX = "attendance."
_MARK = re.compile(r"\s*(?P<presence>[^:：(（]+?)\s*(?:[:：(（]\s*(?P<reason>.*?)\s*[)）]?)?\s*")

Mark = dict[str, str]


def split(values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The meeting's own fields, and what was said about each member."""
    marks = {name.removeprefix(PREFIX): value for name, value in values.items() if name.startswith(PREFIX)}
    return {name: value for name, value in values.items() if not name.startswith(PREFIX)}, marks


def record(office: Office, typed: Mapping[str, str], marks: Mapping[str, str], *, meeting: str | None = None) -> Saved:
    """Record a meeting with attendance, or change some of a recorded one; an empty mark takes a member off."""
    if meeting is None:
        attendance: dict[str, Mark] = {}
        due = _due(office, read_values(office, "meeting", typed, partial=True)) if marks else {}
    else:
        current = records.get(office, "meeting", meeting)
        attendance = {member: dict(mark) for member, mark in current.children["attendance"].items()}
        due = _due(office, current.values)
    for who, said in marks.items():
        member = due.get(who) or resolve_member(office, who)
        if said.strip():
            attendance[member] = _mark(office, said)
        else:
            attendance.pop(member, None)
    return meetings.record_meeting(office, typed, attendance, meeting=meeting)


def _due(office: Office, values: Mapping[str, object]) -> dict[str, str]:
    """Members due at the meeting by their name, where only one of them has it."""
    unit, started = values.get("organisation"), values.get("started_at")
    if not isinstance(unit, str) or not isinstance(started, str):
        return {}
    day: date = first_day(started[:10])
    known: dict[str, list[str]] = {}
    # A unit below that has been dissolved since is no longer in reach of an account limited to a unit.
    reached = office.actor.scope
    below_unit = organisations.subtree(office, unit, day)
    for below in below_unit if reached is None else below_unit & reached:
        for attendee in meetings.due_list(office, below, day):
            known.setdefault(attendee.name, []).append(attendee.member_id)
    return {name: ids[0] for name, ids in known.items() if len(ids) == 1}


def _mark(office: Office, said: str) -> Mark:
    match = _MARK.fullmatch(said)
    presence = office.codes.code_of("presence", match["presence"]) if match else None
    if match is None or presence is None:
        shown = "、".join(name for _, name in office.codes.choices("presence"))
        raise UserError("bad_value", f"到会情况“{said}”不能用，可写：{shown}。", effect="没有保存，数据没有改动。")
    reason = match["reason"] or ""
    if reason and presence == meetings.PRESENT:
        raise UsageError("bad_value", "到会的党员不用写原因。", effect="没有保存，数据没有改动。")
    return {"presence": presence} | ({"reason": reason} if reason else {})
