"""Votes judged from their numbers: needs no data file."""

from __future__ import annotations

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.domain.life import votes
from dangjian_desktop.domain.rules.shipped import rules

from ..output import Reply
from ..session import Request


def check(request: Request) -> Reply:
    """Whether enough came and enough were for it."""
    args = request.args
    if args.kind not in votes.KINDS:
        known = "、".join(votes.KINDS)
        raise UsageError("usage", f"没有“{args.kind}”这种表决。可用：{known}。", effect="什么也没有做。")
    ballot = votes.Ballot(
        args.due,
        args.present,
        getattr(args, "for"),
        args.against,
        args.abstain,
        args.written_for or 0,
        args.written_against or 0,
    )
    found = votes.check(rules(), args.kind, ballot, request.clock.today())
    data = {
        "quorum_met": found.quorum_met,
        "passed": found.passed,
        "passed_of_present": found.passed_of_present,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "quorum": found.quorum,
        "needed": found.needed,
        "article": found.article,
        "edition": found.edition,
        "note": found.note,
    }
    came, enough = "够" if found.quorum_met else "不够", "通过" if found.passed else "没有通过"
    lines = [
        f"{votes.KINDS[args.kind]}：应到会有表决权{ballot.due}人，至少到{found.quorum}人，实到{ballot.present}人，{came}。",
        f"赞成{found.numerator}票，要{found.needed}票，{enough}（{found.numerator}/{found.denominator}）。",
        f"依据：{found.article}。",
    ]
    return Reply(data, lines + ([found.note] if found.note else []))
