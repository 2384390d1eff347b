"""Checks that nobody wrote: what the columns themselves declare, as the lead days of a date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..columns import LedgerColumn, RowList
from ..ledgers import LedgerTemplate
from .spec import CheckSpec

_DONE = ("done_on", "done", "finished_on")
"""Columns of child rows that say that one is done; a list with none of them is told up to the end of its entry."""


def declares(template: LedgerTemplate) -> bool:
    """Whether a template has checks at all, written or declared."""
    if template.parts.get("checks"):
        return True
    return any(c.lead_days for c in (*template.columns, *(c for rows in template.rows for c in rows.columns)))


def declared(template: LedgerTemplate, written: Sequence[CheckSpec]) -> Iterator[CheckSpec]:
    """A check for each date with lead days of its own, unless a written one tells it or it is the deadline."""
    taken = {spec.key for spec in written}
    told = {
        (spec.given.get("list", ""), spec.given.get("date")) for spec in written if spec.kind in ("due", "due_rows")
    }
    for column in template.columns:
        if column.lead_days and column.name != template.due and ("", column.name) not in told:
            yield _of_column(template, column, taken)
    for rows in template.rows:
        for column in rows.columns:
            if column.lead_days and (rows.name, column.name) not in told:
                yield _of_rows(rows, column, taken)


def _of_column(template: LedgerTemplate, column: LedgerColumn, taken: set[str]) -> CheckSpec:
    return CheckSpec(
        key=_key(f"day_{column.name}", taken),
        kind="due",
        title=f"{template.title}：{column.label}",
        sentence=f"{column.label}：{{due}}。",
        late_sentence=f"{column.label}：{{due}}，已经过了。",
        lead_days=column.lead_days,
        given={"date": column.name},
    )


def _of_rows(rows: RowList, column: LedgerColumn, taken: set[str]) -> CheckSpec:
    done = next((each.name for each in rows.columns if each.name in _DONE), None)
    return CheckSpec(
        key=_key(f"day_{rows.name}_{column.name}", taken),
        kind="due_rows",
        title=f"{rows.label}：{column.label}",
        sentence=f"{rows.label}“{{row}}”{column.label}：{{due}}。",
        late_sentence=f"{rows.label}“{{row}}”{column.label}：{{due}}，已经过了。",
        lead_days=column.lead_days,
        given={"list": rows.name, "date": column.name} | ({"done": done} if done else {}),
    )


def _key(wanted: str, taken: set[str]) -> str:
    """A key that no written check has."""
    while wanted in taken:
        wanted += "_"
    return wanted
