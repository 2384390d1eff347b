"""Votes: whether enough came, whether enough were for it, and by which article (meetings.md §2, organisations.md §5).

Three kinds with three quorums. What counts is always out of those who were due and have a vote; who came matters only
for the quorum, and for the other reading of elections, which is told beside the stricter one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.rules.rulebook import Edition, RuleBook

ORDINARY, ADMISSION, ELECTION = "ordinary", "admission", "election"
KINDS = {ORDINARY: "一般议题表决", ADMISSION: "接收预备党员、转正表决", ELECTION: "选举"}
_RULES = {ORDINARY: "VOTE_ORDINARY", ADMISSION: "VOTE_ADMISSION", ELECTION: "VOTE_ELECTION"}


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was counted: people with a vote who were due and who came, votes given in the room, written ones.

    Written opinions are of people who could not come and told theirs before the meeting.
    """

    due: int
    present: int
    in_favour: int
    against: int
    abstained: int
    written_for: int = 0
    written_against: int = 0


@dataclass(frozen=True, slots=True)
class VoteResult:
    """What the numbers say: `numerator` votes for it out of `denominator` who were due and have a vote.

    `passed` holds only where enough came; `passed_of_present` is the other reading of elections (more than half of
    those who came), None for other votes. `note` says what a person should look at.
    """

    quorum_met: bool
    passed: bool
    passed_of_present: bool | None
    numerator: int
    denominator: int
    quorum: int
    needed: int
    article: str
    edition: str
    note: str


def check(book: RuleBook, kind: str, ballot: Ballot, on: date) -> VoteResult:
    """Judge a vote of the day `on` by the edition in force then; raises `UserError` (`bad_numbers`)."""
    refuse_impossible(kind, ballot)
    rule = book[_RULES[kind]].on(on)
    quorum, needed = quorum_of(rule, ballot.due), more_than_share(rule, ballot.due)
    votes = ballot.in_favour + ballot.written_for
    met = ballot.present >= quorum
    of_present = None
    if kind == ELECTION:
        of_present = met and votes >= more_than_share(rule, ballot.present)
    passed = met and votes >= needed
    note = _note(kind, rule, ballot, met=met, differs=of_present is not None and of_present != passed)
    return VoteResult(
        met, passed, of_present, votes, ballot.due, quorum, needed, rule.article, rule.edition, note
    )  # fmt: skip


def quorum_of(rule: Edition, due: int) -> int:
    """The fewest who must have come: a share of those due, reached or exceeded as the rule says."""
    numerator, denominator = rule.number("quorum_numerator"), rule.number("quorum_denominator")
    if rule.number("quorum_inclusive"):
        return -(-due * numerator // denominator)
    return due * numerator // denominator + 1


def more_than_share(rule: Edition, people: int) -> int:
    """The fewest votes that are more than the share which a matter needs; exactly half is never enough."""
    return people * rule.number("pass_numerator") // rule.number("pass_denominator") + 1


def refuse_impossible(kind: str, ballot: Ballot) -> None:
    """Raise `UserError` (`bad_numbers`) for numbers that no meeting can have."""
    given = ballot.in_favour + ballot.against + ballot.abstained
    numbers = (ballot.due, ballot.present, given, ballot.written_for, ballot.written_against)
    written = ballot.written_for + ballot.written_against
    if min(*numbers, ballot.in_favour, ballot.against, ballot.abstained) < 0 or not ballot.due:
        raise _impossible("人数不能是负数，应到会有表决权的人数不能是0。")
    if ballot.present > ballot.due:
        raise _impossible(f"实到{ballot.present}人，比应到{ballot.due}人还多。")
    if kind == ELECTION and written:
        raise _impossible("选举不能用书面意见投票。")
    if ballot.present + written > ballot.due:
        raise _impossible(f"实到{ballot.present}人加上书面意见{written}份，比应到{ballot.due}人还多。")
    if given > ballot.present:
        raise _impossible(f"现场赞成、反对、弃权共{given}票，比实到{ballot.present}人还多。")
    # An election may have spoilt ballots; a show of hands that is neither for nor against is an abstention.
    if kind != ELECTION and given < ballot.present:
        raise _impossible(f"现场赞成、反对、弃权共{given}票，比实到{ballot.present}人少，没有表态的应记弃权。")


def _impossible(what: str) -> UserError:
    return UserError("bad_numbers", what, effect="没有计算。", advice="请核对人数和票数。")


def _note(kind: str, rule: Edition, ballot: Ballot, *, met: bool, differs: bool) -> str:
    if not met:
        return f"到会人数不够，会议无效，应到会{ballot.due}人，至少要到{quorum_of(rule, ballot.due)}人。"
    shares = ballot.present * rule.number("quorum_denominator") == ballot.due * rule.number("quorum_numerator")
    if kind == ELECTION and differs:
        return "按超过实到会人数半数算当选，按超过应到会人数半数算不当选，请按经批准的选举办法核对。"
    if kind == ELECTION and shares:
        return "实到恰好是应到的五分之四，请按经批准的选举办法核对是否有效。"
    return ""
