"""工作台: what is due, where we stand, what came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dangjian_desktop.domain.figures.figures import FigureValue, figures_of
from dangjian_desktop.domain.records.findings import INFO, Finding
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.office.office import Office

from .records import records
from .reports import figures
from .rules import book as books
from .rules import findings, whole

EACH = 3
"""Of one sort so many are named; the rest is one line that opens the list."""

SHOWN_FIGURES = (
    "members",
    "members_full",
    "members_probationary",
    "organisations_street",
    "organisations_statistical",
    "average_age",
    "joined",
    "left",
)
_TOLD_KINDS = frozenset({"organisation", "post", "meeting", "ledger_entry"})
_MEASURES = {"organisation": "个", "member": "人", "meeting": "次"}
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Summary:
    """The first page; `members` and `organisations` are how many this account sees at all."""

    due: list[Finding]
    figures: list[FigureValue]
    members: int = 0
    organisations: int = 0


def summary(office: Office, scope: str | None = None) -> Summary:
    """What is due (worst first) and where we stand in a scope; members' findings are asked apart, they take longer."""
    stand = standing(office, scope)
    due = [*stand.due, *due_lines(office, scope)]
    return replace(stand, due=sorted(due, key=lambda one: findings.WEIGHT[one.severity]))


def standing(office: Office, scope: str | None = None) -> Summary:
    """Where we stand, and what the numbers themselves say is due: what the page can show at once."""
    survey = figures.survey_of(office, scope=scope)
    values = dict(figures_of(survey))
    # A tile stands alone, so it says itself which period it counts.
    for key, word in (("joined", "增加"), ("left", "减少")):
        values[key] = replace(values[key], label=f"{survey.period.label}{word}")
    counts = records.counts(office)
    return Summary(
        [*whole.backup(office), *whole.missing(office, values), *whole.unbalanced(office, values)],
        [values[key] for key in SHOWN_FIGURES if key in values],
        members=counts["member"],
        organisations=counts["organisation"],
    )


def due_lines(office: Office, scope: str | None = None) -> list[Finding]:
    """What the rules say of organisations, posts, meetings and ledgers, drawn together in lines."""
    told = [one for one in findings.every(office, scope, kinds=_TOLD_KINDS) if one.severity != INFO]
    return lines(told, office)


class FindingScan:
    """Looks through the members of a scope piece by piece, so that lists asked for meanwhile need not wait.

    Call `step` in a worker thread until it says that nothing is left, then read `found`.
    """

    def __init__(self, office: Office, scope: str | None = None) -> None:
        self._office, self._scope = office, scope
        self._ids: list[str] | None = None
        self._at = 0
        self._told: list[Finding] = []

    def step(self) -> bool:
        """Look at the next piece; True while there is more."""
        if self._ids is None:
            self._ids = findings.in_scope(self._office, "member", self._scope)
            self._told += findings.same_numbers(self._office, self._ids)
        self._told += findings.of_records(self._office, "member", self._ids[self._at : self._at + _BATCH])
        self._at += _BATCH
        return self._at < len(self._ids)

    def found(self) -> list[Finding]:
        """A line for every rule that has something to say, the weightiest and widest first."""
        made = lines(self._told, self._office)
        return sorted(made, key=lambda one: (findings.WEIGHT[one.severity], -len(one.records)))


def lines(told: Sequence[Finding], office: Office) -> list[Finding]:
    """Findings of one rule drawn together: of what has a due day the first are named, all else is one line a rule."""
    made: list[Finding] = []
    for (code, _severity), same in findings.by_rule(told).items():
        named = sorted((one for one in same if one.due_on), key=lambda one: one.due_on or "")
        made += named[:EACH]
        if len(named) > EACH or (same and not named):
            made.append(_together(code, same, office))
    return made


def _together(code: str, same: Sequence[Finding], office: Office) -> Finding:
    first, rule = same[0], books.book(office)[code]
    people = tuple(dict.fromkeys(record for one in same for record in one.records))
    if len(people) == 1 and first.kind != "member":
        return first
    unit = _MEASURES.get(first.kind, "条")
    if first.due_on:
        late = last_day(first.due_on) < office.today()
        named = (rule.late_group if late else rule.group) or rule.title
        said, more = f"{named}共 {len(people)} {unit}", "点击看全部"
    else:
        # A sentence about one record's own numbers says only for that one what is wrong.
        told = rule.title if "{" in rule.sentence else first.message
        said, more = f"{len(people)} {unit}：{told}", first.article
    return replace(first, message=said, subject="", records=people, detail=more, field="")
