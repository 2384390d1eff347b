"""In which period something lies, and which periods are asked about: the running one and the one before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from dangjian_desktop.domain.values.partial_dates import add_months

from .spec import SeenEntry

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_NUMBERS = "一二三四"
_DAY = timedelta(days=1)


class CheckedPeriod(NamedTuple):
    """A month, quarter or year."""

    first: date
    last: date
    label: str


def span_of(day: date, per: str) -> CheckedPeriod:
    """The period in which a day lies."""
    months = _MONTHS[per]
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    label = {
        "month": f"{first.year}年{first.month}月",
        "quarter": f"{first.year}年第{_NUMBERS[(first.month - 1) // 3]}季度",
        "year": f"{first.year}年",
    }[per]
    return CheckedPeriod(first, add_months(first, months) - _DAY, label)


def before(span: CheckedPeriod, per: str) -> CheckedPeriod:
    """The period before."""
    return span_of(span.first - _DAY, per)


def span_at(text: str | None, per: str | None) -> str | None:
    """The period of a partial date as a key; None where it is not known as exactly."""
    if per is None:
        return ""
    if not text:
        return None
    if per == "year":
        return text[:4]
    if len(text) < 7:
        return None
    return text[:7] if per == "month" else f"{text[:4]}Q{(int(text[5:7]) + 2) // 3}"


def key_of(span: CheckedPeriod, per: str) -> str:
    """The key of a period, as `span_at` gives it."""
    return span_at(span.first.isoformat(), per) or ""


def label_of(key: str) -> str:
    """A key as it is read: 2026年第三季度; nothing for no period."""
    if not key:
        return ""
    if "Q" in key:
        return f"{key[:4]}年第{_NUMBERS[int(key[-1]) - 1]}季度"
    return f"{key[:4]}年{int(key[5:])}月" if len(key) == 7 else f"{key}年"


def day_of(row: SeenEntry, dated_by: str | None) -> str:
    """The partial date that places an entry in time: its column, else the day on which it was opened."""
    return str((row.values.get(dated_by) if dated_by else None) or row.opened or "")[:10]


def value_of(row: SeenEntry, column: str) -> Any:
    """What a column says; `organisation` is the entry's own."""
    return row.unit if column == "organisation" else row.values.get(column)


def ids_of(row: SeenEntry, column: str) -> Sequence[str]:
    """What a column refers to: one or several."""
    value = value_of(row, column)
    if isinstance(value, list):
        return [str(each) for each in value]
    return [str(value)] if value not in (None, "") else []


def gathered(rows: Sequence[SeenEntry], columns: Sequence[str], per: str | None,
             dated_by: str | None) -> Mapping[tuple[str, ...], list[SeenEntry]]:  # fmt: skip
    """Rows by what columns say and by period; those that say nothing in one of them, or not when, are left out."""
    found: dict[tuple[str, ...], list[SeenEntry]] = {}
    for row in rows:
        values = [value_of(row, name) for name in columns]
        span = span_at(day_of(row, dated_by), per)
        if span is not None and all(value not in (None, "", []) for value in values):
            found.setdefault((*(str(value) for value in values), span), []).append(row)
    return found
