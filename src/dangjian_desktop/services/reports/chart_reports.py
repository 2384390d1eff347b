"""Reports that are drawn: the structure of the membership, and the tree of a unit."""

from __future__ import annotations

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.community_tree import community_tree
from dangjian_desktop.documents.model import Document
from dangjian_desktop.documents.org_chart import LEGIBLE, LEVELS, ChartUnit
from dangjian_desktop.documents.org_chart_page import largest_type, org_chart_page
from dangjian_desktop.documents.structure_charts import QuarterCount, quarter_count, structure_charts
from dangjian_desktop.documents.wording import day_text
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.values import periods
from dangjian_desktop.services.office.office import Office

from . import figures, report_data

_QUARTERS = 4


def structure(office: Office, survey: Survey, head: report_data.Letterhead, scope: str | None) -> Document:
    """The structure charts of a survey, with change over the four quarters up to its day."""
    return structure_charts(
        survey,
        report_data.labels(office, survey).fields,
        _quarters(office, survey, scope),
        unit=head.unit,
        filled_on=head.filled_on.isoformat(),
    )


def _quarters(office: Office, survey: Survey, scope: str | None) -> list[QuarterCount]:
    """The last four quarters in order of time; those that begin before 建账日 are not known in full."""
    spans = reversed(periods.recent_quarters(survey.day, _QUARTERS))
    return [
        quarter_count(span.label, figures.values_of(office, scope=scope, period=span.text, on=survey.day))
        for span in spans
        if span.start >= office.base_date
    ]


def org_chart(survey: Survey, head: report_data.Letterhead) -> Document:
    """The tree of the scope on one page, with fewer levels where four could not be read.

    Raises `UserError` (`chart_too_large`) where not even two do.
    """
    as_of, filled_on = day_text(survey.day), head.filled_on.isoformat()
    top = head.top
    if top not in survey.tree.nodes:
        raise UserError("no_organisation", "还没有党组织。", effect="没有生成架构图。", advice="请先录入党组织。")
    best: tuple[float, ChartUnit] | None = None
    # Fewer levels that can be read are worth more than all of them in type that cannot.
    for levels in range(LEVELS, 1, -1):
        root = community_tree(survey, top, levels)
        size = largest_type(root)
        if best is None or size > best[0]:
            best = size, root
        if size >= LEGIBLE:
            break
    assert best is not None
    return org_chart_page(best[1], as_of=as_of, unit=head.unit, filled_on=filled_on)
