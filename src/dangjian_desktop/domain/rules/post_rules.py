"""What a post says: its days, who holds it, who else does.

A row holds, beside its fields, `holder` (the name), `holder_class` (the holder's 人员类别 when the post began),
`holder_left_on` and `unit` (the name of the organisation), and `heads`, how many hold the unit's first post that day.
"""

from __future__ import annotations

from collections.abc import Iterator

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.members import PROBATIONARY
from dangjian_desktop.domain.values.partial_dates import first_day, format_date, last_day

from .asking import Ask, Row


def backwards(row: Row) -> bool:
    """Whether the post ends before it starts."""
    begun, ended = row.get("from_on"), row.get("to_on")
    return bool(begun and ended) and last_day(str(ended)) < first_day(str(begun))


def days(row: Row, ask: Ask) -> Iterator[Finding]:
    """A post that ends before it starts, or goes on after its holder left."""
    subject = row.get("holder") or ""
    if backwards(row):
        yield ask.say("POST_BACKWARDS", row, "to_on", subject=subject)
    left = row.get("holder_left_on")
    if left and not row.get("to_on") and last_day(left) <= ask.day:
        day, post = format_date(left), row.get("post") or "职务"
        yield ask.say("POST_AFTER_LEAVING", row, "to_on", subject=subject, name=subject, day=day, post=post)


def eligible(row: Row, ask: Ask) -> Iterator[Finding]:
    """A post that only full members are elected to, held by a probationary one."""
    begun = row.get("from_on")
    day = first_day(begun) if begun else ask.day
    posts = ask.book["POST_PROBATIONARY"].on(day).texts("elected_posts")
    if row.get("holder_class") == PROBATIONARY and row.get("post") in posts and not _over(row, ask):
        name = row.get("holder") or ""
        yield ask.say("POST_PROBATIONARY", row, "member", of=day, subject=name, name=name, post=row["post"])


def only_head(row: Row, ask: Ask) -> Iterator[Finding]:
    """A second secretary of one organisation."""
    heads, number = ask.book["POST_SECOND_HEAD"].on(ask.day).texts("heads"), row.get("heads") or 0
    if row.get("post") in heads and number > 1 and not _over(row, ask):
        unit, name = row.get("unit") or "", row.get("holder") or ""
        yield ask.say("POST_SECOND_HEAD", row, "post", subject=name, unit=unit, number=number)


def _over(row: Row, ask: Ask) -> bool:
    return bool(row.get("to_on")) and last_day(row["to_on"]) <= ask.day
