"""What is to be done: findings of a scope, gathered by topic with their counts, and the most pressing by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dangjian_desktop.domain.records.findings import INFO, Finding
from dangjian_desktop.domain.rules.rulebook import RuleBook
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.rules import book as books
from dangjian_desktop.services.rules import dated, duties, findings, whole
from dangjian_desktop.services.schemes import findings as scheme_findings

MOST_PRESSING = 5
_KINDS = ("organisation", "post", "meeting", "ledger_entry")
_BATCH = 2_000

_TOPICS: dict[str, tuple[str, str]] = {
    "TERM": ("任期将满", "任期届满"),
    "TERM_EXT": ("任期将满", "任期届满"),
    "LEDGER": ("台账快到期", "台账超期"),
    "ADM_PROB": ("预备期将满", "预备期已满"),
    "MEET_M": ("本期还没有开会", "未按时开会"),
    "MEET_Q": ("本期还没有开会", "未按时开会"),
}
"""What findings of a rule are called together, before their day and after it; others have their rule's title."""


@dataclass(frozen=True, slots=True)
class Topic:
    """Findings of one topic: how many records they are about and how grave the gravest is; opens their list."""

    topic: str
    severity: str
    kind: str
    records: tuple[str, ...]
    article: str = ""

    @property
    def count(self) -> int:
        """How many records it is about."""
        return len(self.records)


def pressing(office: Office, scope: str | None = None) -> list[Finding]:
    """What has a due day, and a backup that failed: quick enough to be there at once."""
    return [*whole.backup(office), *dated.dated(office, scope)]


def others(office: Office, scope: str | None = None) -> list[Finding]:
    """What rules say of units, posts and meetings beside their due days, and of meetings that are missing."""
    found = [one for one in findings.every(office, scope, kinds=_KINDS, without=dated.CODES) if one.severity != INFO]
    values = figures.values_of(office, scope=scope, on=office.today())
    scored = [one for one in scheme_findings.every(office, scope) if one.severity != INFO]
    return [*found, *scored, *duties.meetings(office, scope), *whole.unbalanced(office, values)]


def due(office: Office, scope: str | None = None) -> list[Finding]:
    """All of a scope but what is said of single members (`FindingScan`): worst first, then what was due earliest."""
    return sorted([*pressing(office, scope), *others(office, scope)], key=findings.order)


class FindingScan:
    """Looks through the members of a scope piece by piece, so that lists asked for meanwhile need not wait.

    Call `step` in a worker thread until it says that nothing is left, then read `found`.
    """

    def __init__(self, office: Office, scope: str | None = None) -> None:
        self._office, self._scope = office, scope
        self._ids: list[str] | None = None
        self._at = 0
        self.found: list[Finding] = []

    def step(self) -> bool:
        """Look at the next piece; True while there is more."""
        if self._ids is None:
            self._ids = findings.in_scope(self._office, "member", self._scope)
            self.found += findings.same_numbers(self._office, self._ids)
        told = findings.of_records(self._office, "member", self._ids[self._at : self._at + _BATCH])
        self.found += [one for one in told if one.severity != INFO]
        self._at += _BATCH
        return self._at < len(self._ids)


def matters(office: Office, told: Iterable[Finding]) -> list[Topic]:
    """Findings gathered by topic, the gravest and widest first."""
    gathered: dict[tuple[str, str], list[Finding]] = {}
    book, today = books.book(office), office.today()
    for one in told:
        gathered.setdefault((_topic(one, book, today), one.kind), []).append(one)
    made = [_matter(topic, same) for (topic, _kind), same in gathered.items()]
    return sorted(made, key=lambda matter: (findings.WEIGHT[matter.severity], -matter.count))


def _topic(found: Finding, book: RuleBook, today: date) -> str:
    named = _TOPICS.get(found.rule)
    if named is None:
        return book[found.rule].title
    return named[1] if found.due_on and last_day(found.due_on) < today else named[0]


def _matter(topic: str, same: Sequence[Finding]) -> Topic:
    worst = min(same, key=lambda one: findings.WEIGHT[one.severity])
    people = tuple(dict.fromkeys(record for one in same for record in one.records))
    return Topic(topic, worst.severity, worst.kind, people, worst.article)


def most_pressing(told: Iterable[Finding]) -> list[Finding]:
    """The first things to do: worst first, then what was due earliest; what is the same of many stands as one line."""
    return sorted(told, key=findings.order)[:MOST_PRESSING]
