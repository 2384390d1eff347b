"""Meetings: who was due on the day, recording one with its attendance, the last one of its kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import first_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.records.records import Saved
from dangjian_desktop.services.records.typing_in import read_values
from dangjian_desktop.storage.queries import as_of, listing
from dangjian_desktop.storage.queries.listing import ListQuery

PRESENT, EXCUSED, ABSENT = "present", "excused", "absent"


@dataclass(frozen=True, slots=True)
class Attendee:
    """One member due at a meeting, or (`due` False) one who was marked and is not, or might be marked."""

    member_id: str
    name: str
    member_class: str
    presence: str | None
    reason: str
    due: bool = True


COMMITTEE = "ZWH"


def due_on(
    office: Office, organisation: str, day: date, *, group: str | None = None, meeting_kind: str | None = None
) -> list[str] | None:
    """Ids of the members due at a meeting: the roster of its day, for a meeting of the committee who sat in it then.

    None where that cannot be known: no post of that committee was entered. Form, list and minutes all ask here.
    """
    with office.database.read() as connection:
        if meeting_kind == COMMITTEE:
            return as_of.committee_on(connection, organisation, day) or None
        asked = ListQuery("member", scope=frozenset({organisation}), on=day, group=group)
        return listing.ids(connection, asked)


def due_list(
    office: Office,
    organisation: str,
    day: date,
    *,
    group: str | None = None,
    meeting_kind: str | None = None,
    attendance: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Attendee]:
    """Members due on the meeting's day (`due_on`), with what was recorded; kept ones come along.

    Of a committee that is not known the whole branch is listed, nobody as due, so that those who sit in it can be
    marked. Raises `UserError` (`out_of_scope`) for a unit beyond the account's reach: its people are not listed either.
    """
    office.actor.require(READ, "member")
    office.actor.require_unit(organisation)
    recorded = dict(attendance or {})
    due = due_on(office, organisation, day, group=group, meeting_kind=meeting_kind)
    ids = due if due is not None else due_on(office, organisation, day) or []
    # Somebody recorded then whose stay was corrected later still stands in the old minutes.
    ids = list(dict.fromkeys([*ids, *recorded]))
    with office.database.read() as connection:
        rows = listing.rows_on(connection, "member", ids, ["name", "member_class"], day)
    expected = set(recorded if due is None else due)
    return [
        Attendee(
            r["id"],
            r["name"],
            r["member_class"] or "",
            recorded.get(r["id"], {}).get("presence"),
            recorded.get(r["id"], {}).get("reason") or "",
            r["id"] in expected,
        )
        for r in rows
    ]


def record_meeting(
    office: Office,
    typed: Mapping[str, Any],
    attendance: Mapping[str, Mapping[str, Any]],
    *,
    meeting: str | None = None,
) -> Saved:
    """Record a meeting with its attendance, or change both of a recorded one, as one operation."""
    _check(attendance)
    if meeting is None:
        return records.add(office, "meeting", typed, children={"attendance": dict(attendance)})
    current = records.get(office, "meeting", meeting)
    before = current.children["attendance"]
    paths: dict[str, Any] = {f"attendance.{k}": dict(v) for k, v in attendance.items()}
    paths |= {f"attendance.{k}": None for k in before if k not in attendance}
    values = read_values(office, "meeting", typed, partial=True)
    with office.operation(f"修改组织生活“{current.title}”") as work:
        values = records.with_numbers(work.read("meeting", [meeting])[meeting], values)
        work.change("meeting", meeting, values | paths)
    return Saved(meeting, work.change_set)


def _check(attendance: Mapping[str, Mapping[str, Any]]) -> None:
    for value in attendance.values():
        presence = value.get("presence")
        if presence not in (PRESENT, EXCUSED, ABSENT):
            raise UsageError("bad_value", f"到会情况“{presence}”不能用。")
        if presence == EXCUSED and not (value.get("reason") or "").strip():
            raise UserError("required", "请假的党员要写明原因。", effect="没有保存，数据没有改动。")


def attendance_numbers(office: Office, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many were due, present, excused and absent at these meetings; those without attendance are left out."""
    office.actor.require(READ, "meeting")
    with office.database.read() as connection:
        numbers = as_of.DueNumbers(connection, ids)
    found = {}
    for meeting in numbers.known:
        told = numbers.of(meeting)
        if told["unmarked"] < told["due"]:
            found[meeting] = {"due": told["due"], **told["attendance"]}
    return found


def is_late(values: Mapping[str, Any]) -> bool:
    """Whether the meeting was entered long after it was held (补录)."""
    started, entered = values.get("started_at"), values.get("entered_on")
    if not started or not entered:
        return False
    day = first_day(started[:10])
    return (first_day(entered) - day).days > rules()["BACK_ENTRY"].on(day).number("late_days")


def last_of_kind(office: Office, organisation: str, kind: str) -> str | None:
    """The newest meeting of a kind in a unit, to prefill the next one."""
    ids = records.query(
        office,
        "meeting",
        scope=organisation,
        filters=[records.Filter("meeting_kind", "eq", kind)],
        order=[("started_at", True)],
    )
    return ids[0] if ids else None
