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
    """Draw the minutes as a job and show them; where something is attached, ask whether it goes behind them."""
    from dangjian_desktop.services.records import attached_pictures

    office = context.office

    def ask(count: int) -> None:
        options = (("with", f"连同附图一并打印（{count} 个附件作为附页）"), ("alone", "只打印会议记录"))
        chosen = context.dialogs.choose("附件要不要一并打印？", options, "含证件的附件不随会议记录打印。")
        if chosen is not None:
            _draw(context, owner, record, pictures=chosen == "with")

    context.runner.fetch(
        lambda: len(attached_pictures.printable(office, "meeting", record)),
        lambda count: ask(count) if count else _draw(context, owner, record),
        failed=context.dialogs.error,
        owner=owner,
    )


def _draw(context: PageContext, owner: QWidget, record: str, *, pictures: bool = False) -> None:
    office = context.office

    def draw(progress: Progress) -> Preview:
        from dangjian_desktop.services.reports import previewing

        return previewing.preview(office, ReportRequest("minutes", record=record, pictures=pictures), progress=progress)

    context.runner.start(
        "打印会议记录",
        draw,
        lambda made: context.shell.preview(pages_of(made)),
        failed=context.dialogs.error,
        owner=owner,
        writes=False,
    )
