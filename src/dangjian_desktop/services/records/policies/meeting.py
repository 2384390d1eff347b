"""Meetings: when they were entered, who was there in numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of, listing
from dangjian_desktop.storage.unit_of_work import UnitOfWork

from ..printing import Printer
from .base import CHANGING, Extra, Policy, Printed, Row, backwards_in, refuse_group_for_branch

_NAMES = re.compile(r"[、，,；;\s]+")


class MeetingPolicy(Policy):
    """A meeting of organisational life."""

    kind = "meeting"
    own_roads: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("meeting_kind", "also_kinds", "organisation", "group", "started_at", "ended_at"),
        "它决定谁该到会，请按回车打开这次会议，在表单里改。",
    )

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """The day of entry is this PC's, whatever day was asked for."""
        return values | {"entered_on": office.clock.machine_day().isoformat()}

    def listed(self, office: Office, day: date) -> Extra:  # noqa: ARG002
        """How many were due on the day of the meeting, and of them present, excused, absent and not marked."""
        with office.database.read() as connection:
            due = as_of.DueNumbers(connection)

        def extra(row: Row, _printer: Printer) -> Printed:
            return due.of(row["id"])

        return extra

    def settle(self, office: Office, work: UnitOfWork) -> None:  # noqa: ARG002
        """Refuse a meeting that ends before it starts (`backwards`), and a guest who is also marked as present."""
        if backwards := backwards_in(work, self.kind):
            raise UserError(
                "backwards",
                f"“{backwards[0].get('title') or '会议'}”的结束时间不晚于开始时间。",
                effect="没有保存，数据没有改动。",
                advice="请核对起止时间；不知道几点结束的，结束时间可以不填。",
            )
        if work.nature in CHANGING:
            held = [record for record, paths in work.moved(self.kind).items() if "organisation" in paths]
            held += work.created(self.kind) if work.nature == "edit" else []
            units = [row["organisation"] for row in work.read(self.kind, held).values()] if held else ()
            refuse_group_for_branch(work, units, field="召开党组织", group_field="党小组")
        asked = [record for record, paths in work.moved(self.kind).items() if _tells_who_was_there(paths)]
        if work.nature == "edit":
            asked += work.created(self.kind)
        for current in work.read(self.kind, asked).values() if asked else ():
            _refuse_counted_guest(work, current)


def _tells_who_was_there(paths: set[str]) -> bool:
    return any(path == "guests" or path.startswith("attendance.") for path in paths)


def _refuse_counted_guest(work: UnitOfWork, current: Row) -> None:
    guests = {name.strip() for name in _NAMES.split(current["guests"] or "")}
    there = [member for member, mark in current["attendance"].items() if mark["presence"] == "present"]
    names = listing.titles(work.connection, "member", there)
    both = [name for name in names.values() if name in guests]
    if both:
        raise UserError(
            "guest_present",
            f"{'、'.join(both)}既在到会名单里，又写在列席人员里，列席的人不计入实到。",
            effect="没有保存，数据没有改动。",
            advice="请从一处去掉；是同名的两个人，请在列席人员里写明单位，如“王伟（区委组织部）”。",
        )
