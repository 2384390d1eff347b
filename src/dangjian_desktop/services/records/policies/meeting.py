"""Meetings: when they were entered, who was there in numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import as_of

from ..printing import Printer
from .base import Extra, Policy, Printed, Row


class MeetingPolicy(Policy):
    """A meeting of organisational life."""

    kind = "meeting"

    def new_row(self, office: Office, values: dict[str, Any], template: str | None) -> dict[str, Any]:  # noqa: ARG002
        """The day of entry is this PC's, whatever day was asked for."""
        return values | {"entered_on": office.clock.machine_day().isoformat()}

    def listed(self, office: Office, day: date) -> Extra:  # noqa: ARG002
        """How many were present, excused and absent."""
        with office.database.read() as connection:
            numbers = as_of.attendance_numbers(connection)

        def extra(row: Row, _printer: Printer) -> Printed:
            seen = numbers.get(row["id"], {})
            attendance = {presence: seen.get(presence, 0) for presence in ("present", "excused", "absent")}
            return {"attendance": attendance, "due": sum(attendance.values())}

        return extra
