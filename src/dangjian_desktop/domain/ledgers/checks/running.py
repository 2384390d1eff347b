"""Asking the checks of a ledger: all its entries at once, and what they say as findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from dangjian_desktop.domain.records.findings import ERROR, Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.values.partial_dates import format_date, last_day

from ..expressions import ExpressionError
from ..faults import FaultError
from ..ledgers import LedgerTemplate
from .spec import ENTRY, Asking, MadeCheck, Said, SeenEntry, Street


class Ledger(NamedTuple):
    """A ledger with its checks and the entries that are looked at; `units` names organisations."""

    template: LedgerTemplate
    checks: Sequence[MadeCheck]
    rows: Sequence[SeenEntry]
    units: Mapping[str, str]


def findings_of(ledger: Ledger, ask: Ask, street: Street, codes: Collection[str] | None = None) -> Iterator[Finding]:
    """What the checks of a ledger say on a day; of these `codes` only, where given.

    What cannot be worked out is a finding too: silence would look as if all were well.
    """
    held = {row.id: row for row in ledger.rows}
    for check in ledger.checks:
        code = check.rule.code
        if codes is not None and code not in codes:
            continue
        rule = ask.book[code]
        horizon = ask.day + timedelta(days=max(rule.lead_days, default=0))
        asking = Asking(ask.day, rule.on(ask.day), street, horizon)
        for said in _said(check, ledger.rows, asking):
            if isinstance(said, Said):
                found = _finding(ledger, check, said, ask, held)
                if found is not None:
                    yield found
            else:
                yield _fault(ledger, check, said, ask)


class _Failure(NamedTuple):
    """A check that could not be asked of an entry (None: of the ledger), and why."""

    row: SeenEntry | None
    why: str


def _said(check: MadeCheck, rows: Sequence[SeenEntry], asking: Asking) -> Iterator[Said | _Failure]:
    chosen = rows if check.looks_at_all else [row for row in rows if check.looks_at(row)]
    if check.ledger is not None:
        try:
            yield from list(check.ledger(chosen, asking))
        except (ExpressionError, FaultError) as fault:
            yield _Failure(None, str(fault))
        return
    if check.entry is None:
        return
    for row in chosen:
        try:
            yield from check.entry(row, asking)
        except ExpressionError as fault:
            yield _Failure(row, str(fault))


def _finding(ledger: Ledger, check: MadeCheck, said: Said, ask: Ask, held: Mapping[str, SeenEntry]) -> Finding | None:
    row = held.get(said.records[0]) if said.records and said.kind == ENTRY else None
    subject = _called(ledger.template, row) if said.subject is None and row else said.subject or ""
    if said.subject is not None:
        subject = f"{ledger.template.title}：{said.subject}"
    unit = ledger.units.get(row.unit, "") if row else ""
    about = {"id": said.records[0] if said.records else ""}
    detail = "　".join(part for part in (said.detail, unit) if part)
    code = check.rule.code
    told: Finding | None
    if said.due_on is None:
        told = ask.say(code, about, said.field, subject=subject, **said.words)
    elif ask.book[code].lead_days:
        told = ask.due(code, about, said.due_on, said.field, subject=subject, **said.words)
    elif last_day(said.due_on) < ask.day:
        told = ask.say(code, about, said.field, late=True, subject=subject, due=format_date(said.due_on), **said.words)
        told = replace(told, due_on=said.due_on)
    else:
        return None
    if told is None:
        return None
    detail = "　".join(part for part in (told.detail, detail) if part)
    return replace(told, kind=said.kind, records=said.records, detail=detail)


def _called(template: LedgerTemplate, row: SeenEntry) -> str:
    return f"{template.title} {row.number}：{row.title}".replace(" ：", "：").rstrip("：")


def _fault(ledger: Ledger, check: MadeCheck, failure: _Failure, ask: Ask) -> Finding:
    rule = check.rule
    subject = _called(ledger.template, failure.row) if failure.row else ledger.template.title
    message = f"“{rule.title}”查不了：{failure.why}。"
    edition = ask.book[rule.code].on(ask.day)
    records = (failure.row.id,) if failure.row else ()
    return Finding(rule.code, ERROR, message, "", None, edition.article, edition.edition, ENTRY, records, subject)


def open_only(checks: Sequence[MadeCheck]) -> bool:
    """Whether all that these checks look at is still open, so that settled entries need not be read."""
    return all(not check.settled for check in checks)
