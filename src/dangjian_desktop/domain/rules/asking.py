"""How a check puts a rule's sentence to a record: severity, article and lead times come from the rule book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.values.partial_dates import first_day, format_date, last_day

from .rulebook import RuleBook

Row = Mapping[str, Any]
"""One record with what its rules look at beside its own fields."""


@dataclass(frozen=True, slots=True)
class Ask:
    """The day for which rules are asked, and the book they are in."""

    book: RuleBook
    day: date

    def say(
        self,
        code: str,
        row: Row,
        /,
        field: str = "",
        *,
        of: date | None = None,
        late: bool = False,
        subject: str | None = None,
        **words: object,
    ) -> Finding:
        """What rule `code` says of a row; `of` is the day of the deed that is judged, today unless given."""
        rule = self.book[code]
        edition = rule.on(of or self.day)
        return Finding(
            code,
            rule.weight(late=late),
            rule.said(late=late, **words),
            field,
            None,
            edition.article,
            edition.edition,
            rule.applies_to,
            (str(row["id"]),) if row.get("id") else (),
            str(row.get("name") or "") if subject is None else subject,
        )

    def due(
        self,
        code: str,
        row: Row,
        due_on: str,
        /,
        field: str = "",
        *,
        subject: str | None = None,
        lead_days: tuple[int, ...] | None = None,
        **words: object,
    ) -> Finding | None:
        """What rule `code` says of something due on a partial date: None before the first lead time.

        `lead_days` stand in place of the rule's own.
        """
        rule = self.book[code]
        left = (last_day(due_on) - self.day).days
        late = left < 0
        step = _step(
            rule.lead_days if lead_days is None else lead_days,
            rule.repeat_days,
            (first_day(due_on) - self.day).days if not late else left,
        )
        if step is None:
            return None
        sentence = rule.said(late=late, due=format_date(due_on), **words)
        said = self.say(code, row, field, late=late, subject=subject)
        return Finding(
            code,
            said.severity,
            sentence,
            field,
            due_on,
            said.article,
            said.edition,
            said.kind,
            said.records,
            said.subject,
            step,
            f"已超过 {-left} 天" if late else f"还有 {left} 天" if left else "今天到期",
        )


def _step(lead_days: tuple[int, ...], repeat_days: int, left: int) -> int | None:
    """The lead time that was reached last: one of those given, or after the day the last of its repetitions."""
    if left < 0:
        return -(-left // repeat_days * repeat_days) if repeat_days else 0
    return min((lead for lead in lead_days if lead >= left), default=None)
