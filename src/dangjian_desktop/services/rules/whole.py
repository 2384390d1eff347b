"""What the rules say of more than one record: meetings that are missing, people who do not add up, the backup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dangjian_desktop.domain.figures.figures import FigureValue
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.services.office import backups
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.schemes import findings as scheme_findings
from dangjian_desktop.storage.queries import listing

from . import book as books
from . import duties, findings


def backup(office: Office) -> list[Finding]:
    """The automatic backup that failed and that no good one has followed."""
    failure = backups.last_failure(office)
    if not failure:
        return []
    why = str(failure.get("message") or failure.get("error") or "")
    told = Ask(books.book(office), office.today()).say("BACKUP", {}, subject="")
    return [replace(told, kind="backup", detail=why, message=told.message.rstrip("。"))]


def unbalanced(office: Office, values: Mapping[str, FigureValue]) -> list[Finding]:
    """Members whose coming and going does not add up to who is there."""
    figure = values["imbalance"]
    if not figure.records:
        return []
    rule = books.book(office)["BALANCE"]
    told = rule.said(number=figure.value).rstrip("。")
    return [
        Finding("BALANCE", rule.severity, told, kind="member", records=tuple(figure.records), detail=figure.definition)
    ]


def unfit(office: Office) -> list[Finding]:
    """What the street set otherwise and that no longer fits: its rule is gone, or has other numbers by now."""
    ask = Ask(books.book(office), office.today())
    return [
        replace(ask.say("OVERRIDE_UNFIT", {}, subject="", named=code, why=why), kind="file")
        for code, why in books.unfit(office).items()
    ]


_COUNTED = frozenset({"MEET_M", "MEET_Q", "BALANCE", "BACKUP"})


def every(office: Office, scope: str | None = None, rule: str | None = None) -> list[Finding]:
    """All that the rules say of a scope, record by record and as a whole; or what one rule says."""
    rule = None if rule is None else books.code_of(office, rule)
    found = findings.every(office, scope, rule)
    if rule is None or rule in _COUNTED:
        values = figures.values_of(office, scope=scope, on=office.today())
        counted = [*backup(office), *duties.meetings(office, scope), *unbalanced(office, values)]
        found += [each for one in counted if rule is None or one.rule == rule for each in _apart(office, one)]
    if rule is None or rule == "OVERRIDE_UNFIT":
        found += unfit(office)
    if rule is None or rule in scheme_findings.CODES:
        found += scheme_findings.every(office, scope, rule)
    return sorted(found, key=findings.order)


def _apart(office: Office, found: Finding) -> list[Finding]:
    """One finding for each record that a counted one is about, with its name."""
    if not found.records:
        return [found]
    with office.database.read() as connection:
        names = listing.titles(connection, found.kind, found.records)
    told = found.message.partition("：")[0]
    return [replace(found, message=told, records=(each,), subject=names.get(each, "")) for each in found.records]
