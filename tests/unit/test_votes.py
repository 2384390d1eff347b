"""Votes by their numbers: the examples of the fact sheet, both sides of every threshold, impossible numbers."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.life.votes import ADMISSION, ELECTION, KINDS, ORDINARY, Ballot, VoteResult, check
from dangjian_desktop.domain.rules.shipped import rules

DAY = date(2026, 9, 30)
EXAMPLES = [
    [int(cell) for cell in row]
    for row in list(
        csv.reader((Path(__file__).parents[1] / "data" / "vote_examples.csv").read_text("utf-8-sig").splitlines())
    )[1:]
]


def judged(kind: str, due: int, present: int, votes: int, day: date = DAY) -> VoteResult:
    """A vote in which everybody else who came was against it."""
    return check(rules(), kind, Ballot(due, present, votes, present - votes, 0), day)


@pytest.mark.parametrize("row", EXAMPLES, ids=[f"应到{row[0]}" for row in EXAMPLES])
def test_the_examples_of_the_fact_sheet(row: list[int]) -> None:
    due, ordinary, admission, needed, election, _old, elected, elected_of_quorum = row
    for kind, quorum in ((ORDINARY, ordinary), (ADMISSION, admission), (ELECTION, election)):
        assert judged(kind, due, quorum, 0).quorum_met
        assert not judged(kind, due, quorum - 1, 0).quorum_met
        assert judged(kind, due, due, 0).quorum == quorum
    for kind in (ORDINARY, ADMISSION):
        assert judged(kind, due, due, needed).passed
        assert not judged(kind, due, due, needed - 1).passed
    assert judged(ELECTION, due, election, elected).passed == (election >= elected)
    assert not judged(ELECTION, due, due, elected - 1).passed
    assert judged(ELECTION, due, election, elected_of_quorum).passed_of_present
    assert not judged(ELECTION, due, election, elected_of_quorum - 1).passed_of_present


def test_written_opinions_count_as_votes_and_not_as_present() -> None:
    found = check(rules(), ADMISSION, Ballot(15, 9, 6, 2, 1, written_for=2), DAY)
    assert (found.passed, found.numerator, found.denominator) == (True, 8, 15)
    assert not check(rules(), ADMISSION, Ballot(15, 9, 6, 2, 1), DAY).passed
    few = check(rules(), ADMISSION, Ballot(15, 7, 7, 0, 0, written_for=5), DAY)
    assert (few.quorum_met, few.passed) == (False, False)


def test_an_election_tells_where_the_two_readings_differ() -> None:
    found = judged(ELECTION, 10, 8, 5)
    assert (found.passed, found.passed_of_present) == (False, True)
    assert "选举办法" in found.note
    exact = judged(ELECTION, 10, 8, 6)
    assert "恰好是应到的五分之四" in exact.note
    assert judged(ORDINARY, 10, 8, 6).passed_of_present is None


def test_each_day_has_its_edition() -> None:
    assert judged(ADMISSION, 9, 9, 5, date(2026, 5, 10)).edition == "发展细则2014"
    assert judged(ADMISSION, 9, 9, 5, date(2026, 5, 11)).edition == "发展细则2026"


@pytest.mark.parametrize(
    ("kind", "ballot"),
    [
        (ORDINARY, Ballot(0, 0, 0, 0, 0)),
        (ORDINARY, Ballot(5, 6, 6, 0, 0)),
        (ORDINARY, Ballot(5, 4, 5, 0, 0)),
        (ORDINARY, Ballot(5, 4, 3, 0, 0)),
        (ORDINARY, Ballot(5, 4, -1, 5, 0)),
        (ADMISSION, Ballot(5, 4, 4, 0, 0, written_for=2)),
        (ADMISSION, Ballot(5, 3, 3, 0, 0, written_against=-1)),
        (ELECTION, Ballot(5, 4, 4, 0, 0, written_for=1)),
        (ELECTION, Ballot(5, 4, 4, 1, 0)),
    ],
)
def test_impossible_numbers_are_refused(kind: str, ballot: Ballot) -> None:
    with pytest.raises(UserError) as refused:
        check(rules(), kind, ballot, DAY)
    assert refused.value.code == "bad_numbers"


def test_an_election_may_have_spoilt_ballots() -> None:
    assert check(rules(), ELECTION, Ballot(5, 5, 3, 0, 0), DAY).passed


@given(st.sampled_from(sorted(KINDS)), st.integers(1, 400), st.data())
def test_more_votes_and_more_people_never_undo_a_vote(kind: str, due: int, data: st.DataObject) -> None:
    present = data.draw(st.integers(0, due))
    votes = data.draw(st.integers(0, present))
    found = judged(kind, due, present, votes)
    assert not found.passed or (found.quorum_met and 2 * votes > due)
    if found.passed and votes < present:
        assert judged(kind, due, present, votes + 1).passed
    if found.quorum_met and present < due:
        assert judged(kind, due, present + 1, votes).quorum_met
