"""What a meeting says: its times, who was at two at once, who is a guest and present (meetings.md §3).

A row holds, beside its fields, `present` (names of who was there) and `elsewhere` (pairs of names and the other
meeting at which these members were in the same hours).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.values.partial_dates import first_day

from .asking import Ask, Row

_NAMED = 3
_NAMES = re.compile(r"[\s、，,；;。（）()]+")


def backwards(row: Row) -> bool:
    """Whether the meeting does not end after it starts; a day alone says nothing about hours."""
    begun, ended = row.get("started_at"), row.get("ended_at")
    if not begun or not ended:
        return False
    shorter = min(len(begun), len(ended))
    return bool(ended <= begun) if len(begun) == len(ended) > 10 else bool(ended[:shorter] < begun[:shorter])


def times(row: Row, ask: Ask) -> Iterator[Finding]:
    """A meeting that ends before it starts, or was entered long after it was held."""
    if backwards(row):
        yield ask.say("MEETING_BACKWARDS", row, "ended_at")
    begun, entered = row.get("started_at"), row.get("entered_on")
    if begun and entered:
        day = first_day(begun[:10])
        late = (first_day(entered) - day).days
        if late > ask.book["BACK_ENTRY"].on(day).number("late_days"):
            yield ask.say("BACK_ENTRY", row, "entered_on", of=day, days=late)


def attendance(row: Row, ask: Ask) -> Iterator[Finding]:
    """Who was at another meeting at the same time, and guests who are counted present."""
    for names, other in row.get("elsewhere") or ():
        shown = "、".join(names[:_NAMED]) + (f"等{len(names)}人" if len(names) > _NAMED else "")
        yield ask.say("MEETING_OVERLAP", row, name=shown, other=other)
    guests = {name for name in _NAMES.split(row.get("guests") or "") if name}
    for name in row.get("present") or ():
        if name in guests:
            yield ask.say("GUEST_PRESENT", row, "guests", name=name)
