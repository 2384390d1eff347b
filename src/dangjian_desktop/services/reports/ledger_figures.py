"""The figures of one ledger, whole or by group, with the list behind each; its checks are figures too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.figures.figures import percent
from dangjian_desktop.domain.ledgers.faults import FaultError
from dangjian_desktop.domain.ledgers.figure_groups import TIMES, UNIT, GroupedCount, Target, grouped, targets_of
from dangjian_desktop.domain.ledgers.ledgers import Entry, LedgerCount, LedgerTemplate, count
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.ledgers.named import entry_labels
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules import book, ledger_checks
from dangjian_desktop.services.units import organisations

from . import figures


@dataclass(frozen=True, slots=True)
class LedgerFigureLine:
    """One figure of a ledger over a group (empty: the whole), as people read it."""

    key: str
    label: str
    group: str
    printed: str
    numerator: int
    denominator: int | None
    records: Sequence[str]
    place: str = ""
    target: str = ""
    reached: bool | None = None


def of_ledger(
    office: Office,
    key: str,
    *,
    by: str | None = None,
    scope: str | None = None,
    period: str | None = None,
    on: date | None = None,
) -> list[LedgerFigureLine]:
    """The figures of a ledger over a period and scope (as of `on`), `by` month, quarter, unit or a column where named.

    Raises `UserError`: `ledger_unknown`, `bad_group`; those of `figures.compute`.
    """
    template = ledgers.template(office, key)
    asked = figures.survey_of(office, scope=scope, period=period, on=on)
    entries = [
        (row.organisation or "", Entry(row.id, row.state, row.values, row.opened, row.settled, row.due))
        for row in asked.snapshot.entries
        if row.template == template.key and asked.census.within(row.organisation)
    ]
    targets = targets_of(template)
    if by is None:
        whole = count(template, [e for _, e in entries], asked.day, start=asked.period.start, end=asked.period.end)
        lines = [_line(GroupedCount("", counted), "", targets) for counted in whole]
        return [*lines, *_checks(office, template, scope)]
    try:
        groups = grouped(template, entries, by, asked.period, asked.day)
    except FaultError as fault:
        raise UserError("bad_group", f"{fault}。", advice="可以按 month、quarter、unit，或一个选项列分。") from None
    names = _names(office, template, by, {one.group for counts in groups.values() for one in counts})
    return [
        _line(one, one.group if by in TIMES else names.get(one.group, one.group) or "未填", targets)
        for counts in groups.values()
        for one in counts
    ]


def _names(office: Office, template: LedgerTemplate, by: str, groups: Collection[str]) -> dict[str, str]:
    units = dict(organisations.names(office))
    if by == UNIT or by in TIMES:
        return units
    if template.column(by).type is FieldType.ENTRY:
        with office.database.read() as connection:
            return entry_labels(office, connection, sorted(filter(None, groups)))
    return {**ledger_checks.FileStreet(office, organisations.reach(office)).people, **units}


def _line(one: GroupedCount, group: str, targets: dict[str, Target]) -> LedgerFigureLine:
    counted, target = one.counted, targets.get(one.counted.figure.key)
    said = ""
    if target is not None:
        unit = "%" if counted.figure.share_of else counted.figure.unit
        said = f"{'不低于' if target.at_least else '不超过'}{_number(target)}{unit}（{target.source}）"
    return LedgerFigureLine(
        counted.figure.key,
        counted.figure.label,
        group,
        _printed(counted),
        counted.numerator,
        counted.denominator,
        counted.records,
        one.place.text if one.place else "",
        said,
        target.reached(counted) if target else None,
    )


def _number(target: Target) -> str:
    return str(target.bound) if target.bound.denominator == 1 else str(float(target.bound))


def _printed(counted: LedgerCount) -> str:
    figure = counted.figure
    if figure.share_of:
        parts = f"（{counted.numerator}/{counted.denominator or 0}）"
        share = percent(counted.numerator, counted.denominator) if counted.denominator else "—"
        return share + parts
    if counted.value is None:
        return "—"
    if figure.unit == "元":
        fen = round(counted.value) if figure.average else counted.numerator
        return f"{fen // 100}.{fen % 100:02d}元"
    return f"{counted.value}{figure.unit}" + (f"（{counted.denominator}条）" if figure.average else "")


def _checks(office: Office, template: LedgerTemplate, scope: str | None) -> list[LedgerFigureLine]:
    """How many records each check of the ledger speaks of now, and which."""
    made = book.checks_for(office, template.key)
    told = ledger_checks.every(office, scope, frozenset(check.rule.code for check in made)) if made else []
    lines = []
    for check in made:
        records = list(dict.fromkeys(record for one in told if one.rule == check.rule.code for record in one.records))
        key = f"check_{check.spec.key}"
        lines.append(LedgerFigureLine(key, check.rule.title, "", str(len(records)), len(records), None, records))
    return lines
