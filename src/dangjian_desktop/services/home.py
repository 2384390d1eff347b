"""工作台: what is due, where we stand, what came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from dangjian_desktop.domain.figures.figures import FigureValue, figures_of
from dangjian_desktop.domain.figures.survey import TermLine
from dangjian_desktop.domain.records import members as member_rules
from dangjian_desktop.domain.records.findings import ERROR, INFO, WARNING, Finding
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage.queries import listing

from .ledgers import ledgers
from .office import backups
from .records import records
from .reports import figures

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
_MISSING = ("meetings_dydh_missing", "meetings_zwh_missing", "meetings_dxzh_missing", "meetings_dk_missing",
            "meetings_ztdr_missing")  # fmt: skip
_WEIGHT = {ERROR: 0, WARNING: 1, INFO: 2}
_FINDING_FIELDS = ("id_number", "birth_on", "sex", "joined_on", "confirmed_on", "member_class", "confirmation")
_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to see to: `records` of `kind` are what it is about, one record or a list."""

    severity: str
    text: str
    detail: str = ""
    kind: str = ""
    records: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """The first page; `members` and `organisations` are how many this account sees at all.

    `received` stays empty until offices send each other packages.
    """

    due: list[Due]
    figures: list[FigureValue]
    received: list[Due] = field(default_factory=list)
    members: int = 0
    organisations: int = 0


def summary(office: Office, scope: str | None = None) -> Summary:
    """What is due (worst first) and where we stand in a scope; members' findings are asked apart, they take longer."""
    survey = figures.survey_of(office, scope=scope)
    values = dict(figures_of(survey))
    # A tile stands alone, so it says itself which period it counts.
    for key, word in (("joined", "增加"), ("left", "减少")):
        values[key] = replace(values[key], label=f"{survey.period.label}{word}")
    due = [*_backup(office), *_overdue_entries(office, scope), *_terms(survey.terms)]
    for key in _MISSING:
        found = values.get(key)
        if found and found.records:
            due.append(
                Due(
                    WARNING,
                    f"{found.label}：{found.value} 个",
                    "今年按月、按季应开而没有记录的",
                    "organisation",
                    tuple(found.records),
                )
            )
    unbalanced = values["imbalance"]
    if unbalanced.records:
        text = f"增减对不上：{unbalanced.value} 人"
        due.append(Due(ERROR, text, unbalanced.definition, "member", tuple(unbalanced.records)))
    counts = records.counts(office)
    return Summary(
        sorted(due, key=lambda one: _WEIGHT[one.severity]),
        [values[key] for key in SHOWN_FIGURES if key in values],
        members=counts["member"],
        organisations=counts["organisation"],
    )


class FindingScan:
    """Looks through the members of a scope piece by piece, so that lists asked for meanwhile need not wait.

    Call `step` in a worker thread until it says that nothing is left, then read `found`.
    """

    def __init__(self, office: Office, scope: str | None = None) -> None:
        self._office, self._scope = office, scope
        self._ids: list[str] | None = None
        self._at = 0
        self._people: dict[str, list[str]] = defaultdict(list)
        self._first: dict[str, Finding] = {}

    def step(self) -> bool:
        """Look at the next piece; True while there is more."""
        if self._ids is None:
            office = self._office
            self._ids = records.query(office, "member", scope=self._scope, on=office.today())
        today = self._office.today()
        with self._office.database.read() as connection:
            piece = self._ids[self._at : self._at + _BATCH]
            rows = listing.rows(connection, "member", piece, _FINDING_FIELDS)
        for row in rows:
            for finding in member_rules.findings(row, today):
                self._first.setdefault(finding.rule, finding)
                self._people[finding.rule].append(row["id"])
        self._at += _BATCH
        return self._at < len(self._ids)

    def found(self) -> list[Due]:
        """One line for every rule that has something to say, the weightiest and widest first."""
        lines = [_line(finding, self._people[rule]) for rule, finding in self._first.items()]
        return sorted(lines, key=lambda one: (_WEIGHT[one.severity], -len(one.records)))


def member_findings(office: Office, scope: str | None = None) -> list[Due]:
    """What the rules say about the members of a scope, one line for every rule with the people it concerns."""
    scan = FindingScan(office, scope)
    while scan.step():
        pass
    return scan.found()


def _line(finding: Finding, people: Sequence[str]) -> Due:
    # A sentence about one person's own number says only for them what is wrong with it.
    said = "公民身份号码有误，请核对。" if finding.rule == "ID_BAD" else finding.message
    return Due(finding.severity, f"{len(people)} 人：{said}", finding.article, "member", tuple(people))


def _backup(office: Office) -> list[Due]:
    failure = backups.last_failure(office)
    if not failure:
        return []
    return [Due(ERROR, "最近一次自动备份没有成功", str(failure.get("message") or failure.get("error") or ""), "backup")]


def _terms(lines: Iterable[TermLine]) -> list[Due]:
    found: list[Due] = []
    for state, severity, word in (("overdue", ERROR, "任期已经届满"), ("soon", WARNING, "任期快到了")):
        late = sorted(
            ((line.term.expires_on, line.unit) for line in lines if line.term is not None and line.term.state == state),
            key=lambda pair: pair[0],
        )
        found += [
            Due(severity, f"{unit.name}：{word}", f"{expires} 届满，请准备换届", "organisation", (unit.id,))
            for expires, unit in late[:EACH]
        ]
        rest = tuple(unit.id for _, unit in late)
        if len(late) > EACH:
            found.append(Due(severity, f"{word}的党组织共 {len(late)} 个", "点击看全部", "organisation", rest))
    return found


def _overdue_entries(office: Office, scope: str | None) -> list[Due]:
    late = ledgers.overdue(office, scope)
    if not late:
        return []
    shown = {t.title: t for t in ledgers.templates(office)}
    columns = {name for t in shown.values() for name in (t.title_column, t.due) if name}
    found = []
    for row in records.rows(office, "ledger_entry", late[:EACH], ["template", "number", "organisation", *columns]):
        template = shown.get(row["template"])
        title = row.get(template.title_column or "", "") if template else ""
        until = row.get(template.due or "", "") if template else ""
        text = f"{row['template']} {row['number']}：{title}"
        found.append(Due(ERROR, text, f"{until} 到期　{row['organisation']}", "ledger_entry", (row["id"],)))
    if len(late) > EACH:
        found.append(Due(ERROR, f"超期的台账事项共 {len(late)} 条", "点击看全部", "ledger_entry", tuple(late)))
    return found
