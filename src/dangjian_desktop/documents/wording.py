"""Phrases that several reports share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from dangjian_desktop.documents.model import chinese_date
from dangjian_desktop.domain.figures.survey import Survey

MASKED_NOTE = "身份证号、联系电话已隐去中间位"
MASKED_PHONES_NOTE = "联系电话已隐去中间位"
_NAMES_IN_A_LINE = 30


def day_text(day: date) -> str:
    """2026年9月30日."""
    return chinese_date(day.isoformat())


def as_of_text(survey: Survey) -> str:
    """What stands under a title: 2026年第3季度，截至2026年9月30日."""
    return f"{survey.period.label}，截至{day_text(survey.day)}"


def named(names: Sequence[str], limit: int = _NAMES_IN_A_LINE) -> str:
    """Names in a line, cut with their number where there are too many: 张三、李四等40人."""
    if len(names) <= limit:
        return "、".join(names)
    return f"{'、'.join(names[:limit])}等{len(names)}人"


def counted(parts: Iterable[tuple[str, object]], unit: str) -> str:
    """村居21个、机关2个: parts that are nothing are left out."""
    return "、".join(f"{label}{value}{unit}" for label, value in parts if value)


def incomplete_text(survey: Survey) -> str:
    """The sentence that stands wherever a period reaches back before 建账日; else nothing."""
    if not survey.incomplete:
        return ""
    base = day_text(survey.reference.base_date)
    return f"本期从{day_text(survey.period.start)}算起，建账日是{base}，建账前资料不全：建账日在册的党员计入期初数。"
