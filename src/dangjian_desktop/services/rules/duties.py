"""Meetings of a month or quarter: told before its end while there is none, and named when it has passed without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dangjian_desktop.domain.life.meeting_duty import MISSED, Duty
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures

from . import book as books

CODES = {"month": "MEET_M", "quarter": "MEET_Q"}
_DETAIL = "今年按月、按季应开而没有记录的"


def meetings(office: Office, scope: str | None = None) -> list[Finding]:
    """Per kind of meeting the units that have none yet in the running month or quarter, and those that missed one."""
    today = office.today()
    ask = Ask(books.book(office), today)
    duties = figures.survey_of(office, scope=scope, on=today).duties
    return [told for duty in duties for told in (*_missed(duty, ask), *_coming(duty, ask))]


def _coming(duty: Duty, ask: Ask) -> Iterator[Finding]:
    """The running month or quarter, its last day included."""
    place = next((i for i, span in enumerate(duty.periods) if span.start <= ask.day <= span.end), None)
    without = duty.in_slot(place)[1] if place is not None else []
    if place is None or not without:
        return
    due, label = duty.periods[place].end.isoformat(), duty.rule.label
    said = ask.due(CODES[duty.rule.every], {}, due, subject="", kind=label, period=duty.periods[place].label)
    if said:
        yield replace(said, message=f"{said.message.rstrip('。')}：{len(without)} 个", records=tuple(without))


def _missed(duty: Duty, ask: Ask) -> Iterator[Finding]:
    """Months and quarters of the year that are over; the earliest of them is since when it is due."""
    missed: dict[str, date] = {}
    for line in duty.lines:
        # On its last day there is still time.
        over = [
            span.end
            for span, slot in zip(duty.periods, line.slots, strict=True)
            if slot.state == MISSED and span.end < ask.day
        ]
        if over:
            missed[line.unit] = min(over)
    if not missed:
        return
    code, label = CODES[duty.rule.every], duty.rule.label
    said = ask.say(code, {}, late=True, subject="", kind=label)
    told, due = f"{said.message.rstrip('。')}：{len(missed)} 个", min(missed.values()).isoformat()
    yield replace(said, message=told, due_on=due, records=tuple(missed), detail=_DETAIL)
