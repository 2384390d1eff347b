"""The line of the quarter and the charts of the first page, all read off the one survey of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dangjian_desktop.domain.figures.census import OrganisationRow
from dangjian_desktop.domain.figures.figures import figures_of
from dangjian_desktop.domain.figures.movement import events
from dangjian_desktop.domain.figures.survey import Survey
from dangjian_desktop.domain.ledgers.ledgers import is_overdue
from dangjian_desktop.domain.life.head_counts import HeadCounts
from dangjian_desktop.domain.values import periods
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures

QUARTERS = 5
UNITS = 6
"""So many units are drawn by name, the rest together."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One thing of the running month or quarter: how many are due, how many done, and the `missing` to open."""

    label: str
    span: str
    due: int
    done: int
    kind: str
    missing: tuple[str, ...]
    records: tuple[str, ...] = ()
    """All that are due, where they and not the missing are to be opened."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: what it is called, how long it is, and the records behind it; `note` stands beside it.

    `second` is the value of the chart's other series, where it has one.
    """

    label: str
    value: int
    records: tuple[str, ...] = ()
    note: str = ""
    second: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A title and bars of one kind of record; `empty` is what stands there without any."""

    key: str
    title: str
    unit: str
    kind: str
    bars: tuple[Bar, ...]
    empty: str
    upright: bool = False
    series: tuple[str, str] | None = None
    """What the two values of each bar are called, where there are two."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the lower half of the first page shows."""

    stands: tuple[Stand, ...]
    charts: tuple[Picture, ...]


def outlook(office: Office, scope: str | None = None) -> Outlook:
    """The quarter and the charts of a scope as of today."""
    survey = figures.survey_of(office, scope=scope)
    charts = (_ages(survey), _quarters(survey), _meetings(survey), _overdue(survey, scope or office.scope))
    return Outlook(tuple(_stands(survey)), charts)


def _stands(survey: Survey) -> Iterator[Stand]:
    """Meetings of the running month or quarter, terms that end in it, and ledger entries due in it."""
    quarter = periods.quarter_of(survey.day)
    for duty in survey.duties:
        place = next(at for at, span in enumerate(duty.periods) if span.start <= survey.day <= span.end)
        asked, missing = duty.in_slot(place)
        if asked:
            span = "本月" if duty.rule.every == "month" else "本季"
            label = duty.rule.label
            yield Stand(label, span, len(asked), len(asked) - len(missing), "organisation", tuple(missing))
    ending = [
        line.unit.id
        for line in survey.terms
        if line.term is not None and _within(line.term.expires_on, quarter.start, quarter.end)
    ]
    if ending:
        yield Stand("任期届满", "本季", len(ending), 0, "organisation", tuple(ending), tuple(ending))
    entries = [
        row
        for row in survey.snapshot.entries
        if row.template in survey.reference.templates
        and survey.census.within(row.organisation)
        and row.due
        and _within(row.due, quarter.start, quarter.end)
    ]
    if entries:
        left = tuple(row.id for row in entries if not row.settled)
        yield Stand("台账到期", "本季", len(entries), len(entries) - len(left), "ledger_entry", left)


def _within(partial: str, start: date, end: date) -> bool:
    """Whether a partial date lies in a span for all that is known of it."""
    return start.isoformat()[: len(partial)] <= partial <= end.isoformat()[: len(partial)] and len(partial) > 4


def _ages(survey: Survey) -> Picture:
    values = figures_of(survey)
    keys = [f"age_{place + 1}" for place in range(len(survey.reference.bands.ages))]
    found = [values[key] for key in keys]
    if values["age_unknown"].value:
        found.append(values["age_unknown"])
    bars = [Bar(one.label, len(one.records), tuple(one.records)) for one in found]
    shown = tuple(bars) if any(bar.value for bar in bars) else ()
    return Picture("ages", "党员年龄", "人", "member", shown, "还没有党员。")


def _quarters(survey: Survey) -> Picture:
    """How many members there were at the end of each quarter, with who came and left; never before 建账."""
    spans = [
        span
        for span in reversed(periods.recent_quarters(survey.day, QUARTERS))
        if span.end >= survey.reference.base_date
    ]
    stays, names, census = survey.snapshot.stays, survey.snapshot.names, survey.census
    counts = HeadCounts(survey.snapshot, census, min(spans[0].end, survey.day)) if spans else None
    bars, totals = [], []
    for span in spans:
        day = min(span.end, survey.day)
        moved = events(stays, names, census.tree, census.scope, span.start, day)
        people = tuple(dict.fromkeys(event.member for event in (*moved.joined, *moved.left)))
        total = sum(counts.on(day)[0].values()) if counts else 0
        label = f"{span.start.year % 100}年{span.text[-1]}季"
        totals.append(total)
        bars.append(Bar(label, len(moved.joined), people, f"{total} 人", len(moved.left)))
    shown = tuple(bars) if any(totals) else ()
    title = "各季度的增减和季末人数"
    return Picture("quarters", title, "人", "member", shown, "还没有党员。", upright=True, series=("增加", "减少"))


def _meetings(survey: Survey) -> Picture:
    held: dict[int, list[str]] = defaultdict(list)
    for meeting in survey.snapshot.meetings:
        if survey.period.start <= meeting.day <= survey.day and survey.census.within(meeting.organisation):
            held[meeting.day.month].append(meeting.id)
    months = range(1, survey.day.month + 1)
    bars = tuple(Bar(f"{month}月", len(held[month]), tuple(held[month])) for month in months) if held else ()
    title = f"{survey.day.year}年各月开会次数"
    return Picture("meetings", title, "次", "meeting", bars, "今年还没有会议记录。", upright=True)


def _overdue(survey: Survey, scope: str | None) -> Picture:
    """Ledger entries past their day, by the unit directly below the scope that they belong to."""
    branch = _branches(survey, scope)
    found: dict[str, list[str]] = defaultdict(list)
    for row in survey.snapshot.entries:
        template = survey.reference.templates.get(row.template)
        if template is None or not survey.census.within(row.organisation):
            continue
        if is_overdue(template, row.values, row.state, survey.day, due=row.due):
            found[branch(row.organisation)].append(row.id)
    ordered = sorted(found.items(), key=lambda one: -len(one[1]))
    bars = [Bar(name, len(entries), tuple(entries)) for name, entries in ordered[:UNITS]]
    rest = [entry for _name, entries in ordered[UNITS:] for entry in entries]
    if rest:
        bars.append(Bar("其余", len(rest), tuple(rest), f"{len(ordered) - UNITS} 个单位"))
    return Picture("overdue", "各单位超期的台账事项", "件", "ledger_entry", tuple(bars), "没有超期的台账事项。")


def _branches(survey: Survey, scope: str | None) -> Callable[[str | None], str]:
    """The name of the unit below the scope's top that another lies in."""
    nodes: Mapping[str, OrganisationRow] = survey.tree.nodes
    roots: Sequence[str] = [scope] if scope else survey.tree.roots

    def of(unit: str | None) -> str:
        here, seen = unit, set[str]()
        while here is not None and here in nodes and here not in seen:
            seen.add(here)
            above = nodes[here].parent
            if here in roots or above in roots or above not in nodes:
                return nodes[here].title
            here = above
        return "没有填单位"

    return of
