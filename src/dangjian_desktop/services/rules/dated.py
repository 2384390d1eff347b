"""Findings with a due day: the database picks the records whose day is near or past, the rules then say what is due.

What they say of these is what they say of all records (`findings`); only the others need not be looked at.
"""

from __future__ import annotations

from datetime import timedelta

from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.queries import due

from . import book as books
from . import findings, ledger_checks

TERMS = frozenset({"TERM", "TERM_EXT"})
ENTRIES = frozenset({ledger_checks.LEDGER})
CODES = TERMS | ENTRIES
"""Rules that are asked here."""


def dated(office: Office, scope: str | None = None) -> list[Finding]:
    """Terms and ledger entries of a scope that are due or overdue: worst first, then what was due earliest."""
    day, within = office.today(), organisations.listed_within(office, scope)
    if within.group is not None:
        # A group is small, and the lists know what is its own.
        told = findings.every(office, scope, kinds=("organisation", "ledger_entry"))
        return [one for one in told if one.rule in CODES]
    book = books.book(office)
    lead = max((days for code in TERMS for days in book[code].lead_days), default=0)
    found: list[Finding] = []
    if office.actor.may(READ, "organisation"):
        with office.database.read() as connection:
            units = due.terms(connection, day, day + timedelta(days=lead), within.units)
        found += findings.of_records(office, "organisation", units, TERMS)
    if office.actor.may(READ, "ledger_entry"):
        found += ledger_checks.every(office, scope, ENTRIES)
    return sorted(found, key=findings.order)
