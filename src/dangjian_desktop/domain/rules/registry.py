"""The one registry of checks: which function says which rules about a row of which kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from dangjian_desktop.domain.records.findings import Finding

from . import meeting_rules, member_days, member_rules, organisation_rules, post_rules
from .asking import Ask, Row


class Check(NamedTuple):
    """A pure function from a row to findings, and the codes of the rules that it may name."""

    codes: frozenset[str]
    run: Callable[[Row, Ask], Iterator[Finding]]


def _check(run: Callable[[Row, Ask], Iterator[Finding]], *codes: str) -> Check:
    return Check(frozenset(codes), run)


CHECKS: dict[str, tuple[Check, ...]] = {
    "organisation": (
        _check(
            organisation_rules.term,
            "TERM",
            "TERM_EXT",
            "TERM_EXT_LONG",
            "TERM_UNKNOWN",
            "TERM_EARLY",
            "TERM_LATER",
            "TERM_EXT_SHORT",
        ),
        _check(organisation_rules.election, "ELECTION_QUORUM", "ELECTION_NUMBERS"),
        _check(organisation_rules.size, "BRANCH_SIZE"),
        _check(organisation_rules.committee, "COMMITTEE", "COMMITTEE_SEATS"),
        _check(organisation_rules.covered, "JOINT_UNITS"),
        _check(organisation_rules.field_known, "FIELD_MISSING"),
        _check(organisation_rules.dissolved, "DISSOLVED_WITH_MEMBERS"),
    ),
    "member": (
        _check(member_rules.identity, "ID_MISSING", "ID_BAD", "BIRTH_DIFFERS", "SEX_DIFFERS"),
        _check(member_rules.life, "AGE_HIGH", "WORK_BEFORE_BIRTH"),
        _check(member_rules.standing, "CLASS_MISSING", "STAYS_OPEN", "STAYS_OVERLAP"),
        _check(member_rules.joining, "JOINED_LATER", "JOINED_YOUNG"),
        _check(member_rules.confirmation, "CONFIRMED_BEFORE", "CONFIRMED_MISSING", "NO_PROBATION"),
        _check(member_rules.probation, "PROBATION_SHORT", "PROBATION_EXTENDED"),
        _check(member_rules.expired, "ADM_PROB"),
        _check(member_rules.seniority, "SENIORITY_NEGATIVE"),
        _check(member_days.fifty_years, "M50"),
        _check(member_days.joining_day, "BIRTH"),
        _check(member_days.away, "FLOW", "LOST"),
    ),
    "post": (
        _check(post_rules.days, "POST_BACKWARDS", "POST_AFTER_LEAVING"),
        _check(post_rules.eligible, "POST_PROBATIONARY"),
        _check(post_rules.only_head, "POST_SECOND_HEAD"),
    ),
    "meeting": (
        _check(meeting_rules.times, "MEETING_BACKWARDS", "BACK_ENTRY"),
        _check(meeting_rules.attendance, "MEETING_OVERLAP", "GUEST_PRESENT"),
    ),
}

BACKWARDS: dict[str, Callable[[Row], bool]] = {"post": post_rules.backwards, "meeting": meeting_rules.backwards}
"""Kinds with a beginning and an end: whether one record ends before it starts, which every write refuses."""

ELSEWHERE = frozenset(
    {
        "SAME_NAME",
        "SAME_NUMBER",
        "LEDGER",
        "NO_PERSONS",
        "CLEAR_DUE",
        "OVERRIDE_UNFIT",
        "MEET_M",
        "MEET_Q",
        "BACKUP",
        "BALANCE",
    }
    | {
        f"SCHEME_{name}"
        for name in ("MISSING", "INCOMPLETE", "SHEET", "BAD_YEARS", "BARRED", "UNCONFIRMED", "NOTICE", "FAULT")
    }
)
"""Rules that look at more than one row: their service says them (`services.rules`)."""

STANDARDS = frozenset(
    {"VOTE_ORDINARY", "VOTE_ADMISSION", "VOTE_ELECTION", "DUES_SALARIED", "DUES_RETIRED", "DUES_FARMER", "DUES_FIXED"}
    | {"DUES_REDUCED", "DUES_CAP"}
)
"""Rules that are asked for their numbers when something is worked out, and say nothing of themselves."""


def findings_of(kind: str, row: Row, ask: Ask, codes: Collection[str] | None = None) -> list[Finding]:
    """What the rules say about one row of a kind; of these `codes` only, where given."""
    checks: Iterable[Check] = CHECKS.get(kind, ())
    if codes is not None:
        checks = [check for check in checks if not check.codes.isdisjoint(codes)]
    found = [finding for check in checks for finding in check.run(row, ask)]
    return found if codes is None else [finding for finding in found if finding.rule in codes]
