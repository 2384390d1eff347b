"""Findings: what the rules say now about one record, about a scope, or about the whole file.

Forms, the home page, `findings` and reports all ask here; the rules themselves are pure functions of `domain.rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from typing import Any

from dangjian_desktop.domain.records import unit_names
from dangjian_desktop.domain.records.findings import ERROR, INFO, WARNING, Finding
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.rules.registry import CHECKS, findings_of
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage.database import Connection
from dangjian_desktop.storage.queries import facts, listing
from dangjian_desktop.storage.queries.listing import ListQuery

from . import book as books
from . import ledger_checks

BATCH = 2_000
_COUNTING = frozenset({"BRANCH_SIZE", "COMMITTEE", "COMMITTEE_SEATS", "DISSOLVED_WITH_MEMBERS"})
"""Rules about an organisation that ask how many people it has."""

WEIGHT = {ERROR: 0, WARNING: 1, INFO: 2}


def of_record(office: Office, kind: str, record: str) -> list[Finding]:
    """What the rules say about one record today; the same as in a list of its scope."""
    return list(of_records(office, kind, [record]))


def of_records(
    office: Office, kind: str, ids: Sequence[str], codes: Collection[str] | None = None
) -> Iterator[Finding]:
    """What the rules say about records of one kind; of these `codes` only, where given."""
    ask = Ask(books.book(office), office.today())
    names = {check_code for check in CHECKS.get(kind, ()) for check_code in check.codes}
    if kind in CHECKS and (codes is None or not names.isdisjoint(codes)):
        for row in _rows(office, kind, ids, ask, codes):
            yield from findings_of(kind, row, ask, codes)
    if kind == "ledger_entry":
        yield from ledger_checks.of_entries(office, ids, codes)
    for code, among_many in _AMONG_MANY.get(kind, {}).items():
        if codes is None or code in codes:
            yield from among_many(office, ids, ask)


def _rows(
    office: Office, kind: str, ids: Sequence[str], ask: Ask, codes: Collection[str] | None
) -> list[dict[str, Any]]:
    """The records with what their rules look at beside; what lies out of reach has no name."""
    with office.database.read() as connection:
        if kind == "organisation" and codes is not None and _COUNTING.isdisjoint(codes):
            found = listing.rows_on(connection, kind, ids, KINDS[kind].names(), ask.day)
        else:
            found = _FACTS[kind](connection, ids, ask)
    reach = office.actor.scope
    for row in found:
        if "elsewhere" in row:
            row["elsewhere"] = [
                (names, other if reach is None or unit in reach else "别的党组织的会")
                for names, other, unit in row["elsewhere"]
            ]
    return found


def _organisations(connection: Connection, ids: Sequence[str], ask: Ask) -> list[dict[str, Any]]:
    return facts.organisations(connection, ids, ask.day, ask.book["COMMITTEE_SEATS"].on(ask.day).texts("seats"))


def _posts(connection: Connection, ids: Sequence[str], ask: Ask) -> list[dict[str, Any]]:
    return facts.posts(connection, ids, ask.day, ask.book["POST_SECOND_HEAD"].on(ask.day).texts("heads"))


_FACTS: dict[str, Callable[[Connection, Sequence[str], Ask], list[dict[str, Any]]]] = {
    "organisation": _organisations,
    "member": lambda connection, ids, _ask: facts.members(connection, ids),
    "post": _posts,
    "meeting": lambda connection, ids, _ask: facts.meetings(connection, ids),
}
"""What the checks of a kind (`domain.rules.registry`) are told of its records."""


def _same_names(office: Office, ids: Sequence[str], ask: Ask) -> Iterator[Finding]:
    above, alike = organisations.superior_names(office), organisations.alike(office)
    named = organisations.names(office)
    for unit in ids:
        others = [other for other in alike.get(unit, ()) if other != unit]
        told = unit_names.same_name([above.get(other, "") for other in others])
        if told:
            yield ask.say("SAME_NAME", {"id": unit}, "name", text=told, subject=named[unit])


_AMONG_MANY: dict[str, dict[str, Callable[[Office, Sequence[str], Ask], Iterator[Finding]]]] = {
    "organisation": {"SAME_NAME": _same_names},
}
"""Rules that look at more than a record and what lies beside it, by kind and code."""


def in_scope(office: Office, kind: str, scope: str | None, on: date | None = None) -> list[str]:
    """Ids of the records of a kind that rules look at in a scope: members in force, everything else that stands."""
    day = on or office.today()
    where = organisations.listed_within(office, scope, day)
    with office.database.read() as connection:
        then = day if kind == "member" else None
        asked = ListQuery(kind, where.units, on=then, group=where.group)
        return listing.ids(connection, asked)


def every(
    office: Office,
    scope: str | None = None,
    rule: str | None = None,
    kinds: Collection[str] | None = None,
    without: Collection[str] = (),
) -> list[Finding]:
    """All findings of a scope, or those of one rule: worst first, then by due day; rules `without` are not asked.

    Raises `UserError` (`not_found`) for a code that is not in the rule book. Kinds that this account may not read are
    left out.
    """
    codes, chosen = None, None if rule is None else books.code_of(office, rule)
    if chosen is not None:
        codes = frozenset({chosen})
    elif without:
        codes = frozenset(each.code for each in books.book(office)) - frozenset(without)
    found: list[Finding] = []
    for kind in ("organisation", "post", "member", "meeting", "ledger_entry"):
        if not office.actor.may(READ, kind) or (kinds is not None and kind not in kinds):
            continue
        if chosen is not None and books.book(office)[chosen].applies_to != kind:
            continue
        if kind == "ledger_entry":
            found += ledger_checks.every(office, scope, codes)
            continue
        ids = in_scope(office, kind, scope)
        for start in range(0, len(ids), BATCH):
            found += of_records(office, kind, ids[start : start + BATCH], codes)
        if kind == "member" and (codes is None or "SAME_NUMBER" in codes):
            found += same_numbers(office, ids)
    return sorted(found, key=order)


def order(finding: Finding) -> tuple[int, str, str]:
    """Worst first, then what is due earliest, then by rule."""
    return WEIGHT[finding.severity], finding.due_on or "9999", finding.rule


def same_numbers(office: Office, ids: Sequence[str]) -> list[Finding]:
    """Members of `ids` that share an ID number with somebody; refused when typed in, so it came by merge."""
    ask, wanted = Ask(books.book(office), office.today()), set(ids)
    with office.database.read() as connection:
        shared = facts.same_numbers(connection)
        people = [member for members in shared.values() for member in members if member in wanted]
        names = listing.titles(connection, "member", people)
    return [
        ask.say("SAME_NUMBER", {"id": member, "name": names[member]}, "id_number", number=len(members))
        for members in shared.values()
        for member in members
        if member in wanted
    ]
