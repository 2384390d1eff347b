"""Words with figures for one paper: written from its template, compared with what the paper said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dangjian_desktop.documents.figure_words import Written, template_faults, write_out
from dangjian_desktop.documents.quarterly import period_kind
from dangjian_desktop.documents.wording import day_text
from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.figures.figures import figures_of
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.services.office import shared
from dangjian_desktop.services.office.office import Office

from . import report_templates
from .report_data import Letterhead


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
        return f"{self.label}：上次{self.old or '没有'}，现在{self.new or '没有'}"


@dataclass(frozen=True, slots=True)
class Compared:
    """What changed since a paper was last made, and the day of that (empty: never made)."""

    changed: tuple[ChangedFigure, ...] = ()
    since: str = ""


def facts_of(survey: Survey, head: Letterhead) -> dict[str, str]:
    """What a template may name besides figures."""
    return {
        "单位": head.unit,
        "期间": survey.period.label,
        "期别": period_kind(survey),
        "统计日": day_text(survey.day),
    }


def written(office: Office, name: str, survey: Survey, head: Letterhead, text: str | None = None) -> Written:
    """The words of a paper; `text` in place of its template, for a look before it is saved.

    Raises `UserError` (`template_faults`): ledgers, too, may have gone since a template was saved.
    """
    figures = with_lists(figures_of(survey))
    template = report_templates.get(office, name) if text is None else text
    report_templates.require_faultless(template_faults(template, figures, report_templates.tables(name)))
    return write_out(template, figures, facts_of(survey, head))


def remember(office: Office, name: str, scope: str | None, period: str, made: Written, on: date) -> None:
    """Keep the figures of a paper that was written or printed, for `compared`."""
    figures = {key: made.said(key) for key in made.used}
    said = {"on": on.isoformat(), "figures": figures}
    unit = scope or office.scope
    shared.put(office, shared.LAST_SAID, _key(office, name, scope, period), said, unit=unit, nature=shared.NOTED)


def compared(office: Office, name: str, scope: str | None, period: str, made: Written) -> Compared:
    """The figures that differ from those of the last paper of this scope and period, in the order of the paper."""
    kept = shared.get(office, shared.LAST_SAID, _key(office, name, scope, period), {})
    before = kept.get("figures", {})
    changed = tuple(
        ChangedFigure(key, figure.label, before[key], made.said(key))
        for key, figure in made.used.items()
        if key in before and before[key] != made.said(key)
    )
    return Compared(changed, str(kept.get("on", "")))


def _key(office: Office, name: str, scope: str | None, period: str) -> str:
    return f"{name}.{scope or office.scope or 'all'}.{period}"
