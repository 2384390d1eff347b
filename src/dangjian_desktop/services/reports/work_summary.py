"""工作总结: the template's words in official layout."""

from __future__ import annotations

from dangjian_desktop.documents.figure_words import TablePlace, Written
from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.wording import incomplete_text
from dangjian_desktop.domain.figures.survey import Survey

from .report_data import Letterhead

NAME = "work-summary"


def work_summary(survey: Survey, written: Written, head: Letterhead) -> OfficialPaper:
    """The summary of a survey as an official paper; it has no tables."""
    incomplete = incomplete_text(survey)
    notes = [Paragraph(f"说明：{incomplete}")] if incomplete else []
    return OfficialPaper(
        title=written.title,
        issuer=head.unit,
        dated=head.filled_on.isoformat(),
        body=(*(block for block in written.body if not isinstance(block, TablePlace)), *notes),
    )
