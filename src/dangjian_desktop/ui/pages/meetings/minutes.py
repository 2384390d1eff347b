"""The minutes of one meeting, previewed for printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from dangjian_desktop.services.reports.request import ReportRequest

from ....base.progress import Progress
from ...shell.context import PageContext
from ...widgets.pdf_preview import pages_of

if TYPE_CHECKING:
    from dangjian_desktop.services.reports.previewing import Preview


def preview_minutes(context: PageContext, owner: QWidget, record: str) -> None:
    """Draw the minutes as a job and show them."""
    office = context.office

    def draw(progress: Progress) -> Preview:
        from dangjian_desktop.services.reports import previewing

        return previewing.preview(office, ReportRequest("minutes", record=record), progress=progress)

    context.runner.start(
        "打印会议记录",
        draw,
        lambda made: context.shell.preview(pages_of(made)),
        failed=context.dialogs.error,
        owner=owner,
        writes=False,
    )
