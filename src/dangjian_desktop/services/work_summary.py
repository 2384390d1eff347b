"""工作总结: the template's words with the figures of a scope and period, and what changed since it was last made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dangjian_desktop.documents.figure_words import template_faults, write_out
from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import OfficialPaper
from dangjian_desktop.documents.wording import day_text, incomplete_text
from dangjian_desktop.domain.figures import FigureValue, figures_of
from dangjian_desktop.domain.survey import Survey

from . import report_data, report_templates
from .office import Office

NAME = "work-summary"


@dataclass(frozen=True, slots=True)
class WorkSummary:
    """The paper, the figures printed in it by key, and how many places are left for the writer."""

    paper: OfficialPaper
    used: dict[str, FigureValue]
    to_fill: int


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that is not what the paper said when it was last made."""

    key: str
    label: str
    old: str
    new: str

    @property
    def sentence(self) -> str:
        """党员总数：上次300人，现在301人."""
        return f"{self.label}：上次{self.old}，现在{self.new}"


def work_summary(office: Office, survey: Survey, head: report_data.Letterhead) -> WorkSummary:
    """The summary of a survey in official layout; raises `UserError` (`template_faults`)."""
    figures = figures_of(survey)
    template = report_templates.get(office, NAME)
    # Ledgers may have gone since the template was saved.
    if template_faults(template, figures):
        report_templates.require_faultless(office, template)
    facts = {"单位": head.unit, "期间": survey.period.label, "统计日": day_text(survey.day)}
    written = write_out(template, figures, facts)
    incomplete = incomplete_text(survey)
    notes = [Paragraph(f"说明：{incomplete}")] if incomplete else []
    paper = OfficialPaper(
        title=written.title,
        issuer=head.unit,
        dated=head.filled_on.isoformat(),
        body=(*written.body, *notes),
    )
    return WorkSummary(paper, written.used, written.to_fill)


def remember(office: Office, scope: str | None, period: str, made: WorkSummary, on: date) -> None:
    """Keep the figures of a paper that was written, for `changed_since_last`."""
    figures = {key: figure.printed for key, figure in made.used.items()}
    office.put_setting(_key(office, scope, period), {"on": on.isoformat(), "figures": figures})


def changed_since_last(office: Office, scope: str | None, period: str, made: WorkSummary) -> list[ChangedFigure]:
    """The figures that differ from those of the last paper of this scope and period, in the order of the paper."""
    kept = office.setting(_key(office, scope, period)) or {}
    before = kept.get("figures", {})
    return [
        ChangedFigure(key, figure.label, before[key], figure.printed)
        for key, figure in made.used.items()
        if key in before and before[key] != figure.printed
    ]


def _key(office: Office, scope: str | None, period: str) -> str:
    return f"document.{NAME}.last.{scope or office.scope or 'all'}.{period}"
