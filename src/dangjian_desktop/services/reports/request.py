"""What is asked when a report is asked for: one object from page or command to paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dangjian_desktop.services.office.office import Office


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """One report as it was asked for, by its name or title.

    `scope` is an organisation id, `on` today unless given, `record` the meeting of `minutes`. A report of a period
    describes the period's last day, or `on` where it has not ended by then; without `period` its usual one around
    `on`. Not `masked` needs the permission to reveal and a `reason`, which is audited. `words` stands in for the saved
    template, as a look at a draft; `paper` is A4竖, A4横, A3竖 or A3横 (None: the report's own). With
    `pictures` a look at one record's paper has the pages of its attachments behind it.
    `records` keep a print form of a ledger to these entries.
    """

    name: str
    scope: str | None = None
    period: str | None = None
    on: date | None = None
    record: str | None = None
    masked: bool = True
    reason: str | None = None
    words: str | None = None
    paper: str | None = None
    records: tuple[str, ...] = ()
    pictures: bool = False

    def day(self, office: Office) -> date:
        """The day that the report is made on."""
        return self.on or office.today()
