"""Times of a ledger's recurrences: which were missed, which are to come, and entries made for them beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers.checks.group_kinds import owners
from dangjian_desktop.domain.ledgers.checks.spans import day_of
from dangjian_desktop.domain.ledgers.checks.spec import OWN_UNIT, Asking, Group
from dangjian_desktop.domain.ledgers.ledgers import LedgerTemplate, next_number
from dangjian_desktop.domain.ledgers.recurrence import Occurrence, Recurrence, read_recurrence
from dangjian_desktop.domain.records.permissions import WRITE
from dangjian_desktop.domain.rules.rulebook import Edition
from dangjian_desktop.services.ledgers import ledger_templates
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.units import organisations

MOST_AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class ExpectedTime:
    """One time that is expected of somebody (`owner` empty: of the ledger); `held`: an entry is there for it."""

    recurrence: str
    owner: str
    name: str
    first: date
    last: date
    label: str
    held: bool
    provisional: bool


def expected(office: Office, key: str, start: date, end: date, scope: str | None = None) -> list[ExpectedTime]:
    """All times of a ledger's recurrences between two days, each with whether it was held.

    Raises `UserError`: `ledger_unknown`; `bad_span` for more than about a year.
    """
    if not start <= end or end - start > MOST_AHEAD:
        raise UserError("bad_span", "起止日期颠倒，或者超过了一年多。", effect="什么也没有做。")
    template = ledger_templates.template(office, key)
    street = FileStreet(office, organisations.scope_ids(office, scope))
    rows = street.read(template)
    asked = Asking(office.today(), Edition(""), street)
    found = []
    for table in template.parts.get("recurrence", ()):
        rule = read_recurrence(table)
        times = rule.occurrences(start, end, street.calendar)
        days: dict[str, list[str]] = {}
        for row in rows:
            day = day_of(row, rule.dated_by or template.opened)
            if day and all(row.values.get(name) in wanted for name, wanted in rule.where.items()):
                for owner in owners(row, rule.by, asked) if rule.each else [""]:
                    days.setdefault(owner, []).append(day)
        group = (street.group(rule.each) if rule.each else None) or Group("", {} if rule.each else {"": ""})
        for owner, name in group.names.items():
            held = {one for one in times if rule.holds(one, days.get(owner, ()))}
            found += [_told(rule, owner, name, one, held=one in held) for one in times]
    return sorted(found, key=lambda one: (one.first, one.name))


def _told(rule: Recurrence, owner: str, name: str, one: Occurrence, *, held: bool) -> ExpectedTime:
    return ExpectedTime(rule.key, owner, name, one.first, one.last, one.label, held, bool(one.unknown))


def make(office: Office, key: str, start: date, end: date, scope: str | None = None) -> list[str]:
    """Make an entry for every time that has none yet (a duty roster beforehand); returns their ids.

    Each has its day, whose it is, and as its title what is due. Raises `UserError`: those of `expected`;
    `cannot_make` where the ledger asks for columns that nobody can fill beforehand.
    """
    template = ledger_templates.template(office, key)
    office.actor.require(WRITE, "ledger_entry")
    rules = {table["key"]: read_recurrence(table) for table in template.parts.get("recurrence", ())}
    wanted = [(one, rules[one.recurrence]) for one in expected(office, key, start, end, scope) if not one.held]
    for _, rule in wanted:
        _require_makeable(template, rule)
    taken, made = ledger_templates.numbers(office, template.key), []
    if not wanted:
        return []
    with office.operation(f"预先生成{template.title}{len(wanted)}条") as work:
        for one, rule in wanted:
            taken.append(next_number(template, one.first.year, taken))
            row = ledger_templates.new_row(office, {**_values(template, rule, one), "number": taken[-1]}, template.key)
            made.append(work.create("ledger_entry", row))
    return made


def _filled(template: LedgerTemplate, rule: Recurrence) -> set[str]:
    return {rule.dated_by or template.opened or "", rule.by, template.title_column}


def _require_makeable(template: LedgerTemplate, rule: Recurrence) -> None:
    missing = [c.label for c in template.columns if c.required and c.name not in _filled(template, rule)]
    if missing or not (rule.dated_by or template.opened):
        why = f"“{'”“'.join(missing)}”要人来填" if missing else "没有说明按哪个日期列"
        raise UserError("cannot_make", f"“{template.title}”不能预先生成：{why}。", effect="没有新建。")


def _values(template: LedgerTemplate, rule: Recurrence, one: ExpectedTime) -> Mapping[str, Any]:
    values: dict[str, Any] = {f"values.{name}": wanted[0] for name, wanted in rule.where.items()}
    if template.title_column not in (rule.by, rule.dated_by):
        values[f"values.{template.title_column}"] = rule.label
    values[f"values.{rule.dated_by or template.opened}"] = one.first.isoformat()
    if one.owner:
        values[OWN_UNIT if rule.by == OWN_UNIT else f"values.{rule.by}"] = one.owner
    return values
