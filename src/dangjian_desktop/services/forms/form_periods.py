"""The period that a superior's form names, compared with the one that is filled, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.forms.form_period import OtherPeriod, other_periods

if TYPE_CHECKING:
    from .filling import FormView


def of(view: FormView, survey: Survey) -> list[OtherPeriod]:
    """Where a form names another period than the one of a survey; a kept form's file name is an old one's."""
    return other_periods(view.form, survey.period, survey.day, named=view.path is not None)


def sentences(found: Sequence[OtherPeriod], period: str) -> list[str]:
    """What is told, one sentence for each place."""
    told = []
    for each in found:
        place = f"表头（{each.where.rpartition('!')[2]}）" if each.where else "文件名"
        what = f"{place}写的是“{each.words}”，填的是{period}的数"
        if each.same_end:
            told.append(f"{what}：截止日一样，人数对得上，发展、转入、会议等期内的数只算{period}。")
        else:
            told.append(f"{what}，请核对期间和表头。")
    return told
