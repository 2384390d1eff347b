"""Editing the words of a paper: the template with everything that its figures say now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.figures.figures import FigureValue, figures_of
from dangjian_desktop.services.office.office import Office

from . import report_data, report_templates, words
from .figures import survey_of


@dataclass(frozen=True, slots=True)
class WordsForEditing:
    """A template as it is used now, what may be named in it and what that says for one scope and period.

    `labels` tell figures of the same name apart (未填（年龄）). `tables` are the names of tables that may be placed,
    with what each shows; `own` is whether the office has changed the shipped text.
    """

    name: str
    text: str
    shipped: str
    own: bool
    figures: Mapping[str, FigureValue]
    labels: Mapping[str, str]
    facts: Mapping[str, str]
    tables: Mapping[str, str]


def for_editing(
    office: Office, name: str, *, scope: str | None = None, period: str | None = None, on: date | None = None
) -> WordsForEditing:
    """The words of paper `name`; scope, period and day as in `figures.compute`. Raises what that raises."""
    survey = survey_of(office, scope=scope, period=period, on=on)
    head = report_data.letterhead(office, survey, scope, on or office.today())
    figures = with_lists(figures_of(survey))
    return WordsForEditing(
        name,
        report_templates.get(office, name),
        report_templates.shipped(name),
        report_templates.is_own(office, name),
        figures,
        _labels(figures),
        words.facts_of(survey, head),
        report_templates.tables(name),
    )


_SIDES = {"joined_": "增加", "left_": "减少"}


def _labels(figures: Mapping[str, FigureValue]) -> dict[str, str]:
    often = Counter(figure.label for figure in figures.values())
    found = {}
    for key, figure in figures.items():
        side = next((word for prefix, word in _SIDES.items() if key.startswith(prefix)), figure.topic)
        found[key] = f"{figure.label}（{side}）" if often[figure.label] > 1 else figure.label
    return found


def save(office: Office, name: str, text: str) -> list[str]:
    """Use `text` from now on; where it cannot be, nothing is changed and the faults are returned.

    Each fault is a sentence that begins 第几行, and lines are counted from 1. The shipped text, however it came, is
    not kept as the office's own. Needs the permission to write.
    """
    if wrong := report_templates.faults(office, name, text):
        return wrong
    own = text.strip() != report_templates.shipped(name).strip()
    report_templates.put(office, name, text if own else None)
    return []
