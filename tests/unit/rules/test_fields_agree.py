"""What a form says under a field is what the rule book holds: numbers and articles are written in one place."""

from __future__ import annotations

import pytest

from dangjian_desktop.domain.records.kinds import ORGANISATION, ORGANISATIONAL
from dangjian_desktop.domain.rules.shipped import rules


@pytest.mark.parametrize(
    ("field", "code", "parameter", "worded"),
    [
        ("committee", "COMMITTEE", "min_full_members", "{}人以上"),
        ("term_years", "TERM", "committee_years", "基层党委{}年"),
        ("term_years", "TERM", "branch_years", "一般{}年"),
        ("term_years", "TERM", "community_years", "社区的{}年"),
        ("units", "JOINT_UNITS", "max_units", "不超过{}个"),
    ],
)
def test_a_field_tells_the_number_of_its_rule(field: str, code: str, parameter: str, worded: str) -> None:
    told, edition = ORGANISATION.field(field).rule, rules()[code].newest
    assert worded.format(edition.number(parameter)) in told
    assert edition.edition in told


def test_who_elects_is_who_is_counted() -> None:
    assert frozenset(rules()["TERM"].newest.texts("elective_kinds")) == ORGANISATIONAL


def test_the_extension_and_the_quorum_are_the_rule_s() -> None:
    assert rules()["TERM_EXT"].newest.number("limit_months") == 12
    assert "一般不超过1年" in ORGANISATION.field("term_extended_to").rule
    quorum = rules()["ELECTION_QUORUM"].newest
    assert (quorum.number("numerator"), quorum.number("denominator")) == (4, 5)
    assert "五分之四" in ORGANISATION.field("term_present").rule
