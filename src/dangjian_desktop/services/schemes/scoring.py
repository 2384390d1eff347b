"""Scores of a scheme over a span: who stands where, what is missing, whose bad years run on, who is barred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dangjian_desktop.domain.ledgers.checks.spec import SeenEntry
from dangjian_desktop.domain.schemes.schemes import FIGURE, ORGANISATION, UNITS, Scheme
from dangjian_desktop.domain.schemes.scoring import Figures, Ratio, bad_runs, score
from dangjian_desktop.domain.schemes.standing import Scored, Standing, StarCount, combined, placed, star_count
from dangjian_desktop.domain.values import periods
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.domain.values.periods import Period
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import figures as figure_service
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.units import organisations

from . import schemes


@dataclass(frozen=True, slots=True)
class SchemeBoard:
    """A scheme over a span: standings in their order; `unplaced` are entries whose date is too vague for the span.

    `bars_unseen` tells that this account may not open the ledger of who is barred, so nobody was looked up there.
    """

    scheme: Scheme
    period: Period
    standings: Sequence[Standing]
    unplaced: Sequence[str]
    bars_unseen: bool = False

    @property
    def scored(self) -> int:
        """How many have at least one whole score."""
        return sum(one.total is not None or bool(one.level) for one in self.standings)

    @property
    def missing(self) -> list[Standing]:
        """Who was to be scored and has no score in the span."""
        return [one for one in self.standings if one.expected and not one.scores]

    @property
    def stars(self) -> StarCount:
        """How many reached each star and each level."""
        return star_count(self.scheme, self.standings)

    @property
    def lowest(self) -> list[Standing]:
        """The three with the lowest total, and who ties with the third; nobody where so few are ranked."""
        known = [one for one in self.standings if one.total is not None]
        if len(known) <= _LOWEST:
            return []
        limit = sorted(one.total or Fraction(0) for one in known)[_LOWEST - 1]
        return [one for one in known if (one.total or Fraction(0)) <= limit]


_LOWEST = 3


def board(office: Office, key: str, *, period: str | None = None, scope: str | None = None) -> SchemeBoard:
    """How those that a scheme looks at stand in a period (None: this year), within a scope and this account's reach.

    Raises `UserError` (`scheme_unknown`, `scheme_fault`, `not_allowed`), `UsageError` (`bad_period`).
    """
    scheme = schemes.scheme(office, key)
    span = periods.parse_period(period) if period else periods.year_of(office.today())
    within = organisations.listed_within(office, scope)
    street = FileStreet(office, within.units if within.group is None else frozenset({within.group}))
    return board_of(office, scheme, span, street)


def board_of(office: Office, scheme: Scheme, span: Period, street: FileStreet) -> SchemeBoard:
    """The same of a scheme that was read, with the entries of `street`."""
    every = [_scored(office, scheme, row) for row in entries(scheme, street)]
    by_subject: dict[str, list[Scored]] = defaultdict(list)
    years: dict[str, dict[int, bool]] = defaultdict(dict)
    unplaced: list[str] = []
    for one in sorted(every, key=lambda found: (found.on, found.number)):
        if one.on[:4].isdigit():
            years[one.subject][int(one.on[:4])] = one.score.bad
        if _inside(one.on, span):
            by_subject[one.subject].append(one)
        elif _touches(one.on, span):
            unplaced.append(one.entry)
    expected = _expected(scheme, street)
    barred, unseen = _barred(scheme, span, street)
    standings = []
    for subject in dict.fromkeys([*expected, *by_subject]):
        scores = tuple(by_subject.get(subject, ()))
        total, level = combined(scheme, scores)
        past = {year: bad for year, bad in years[subject].items() if year <= span.end.year}
        name = expected.get(subject) or mask_numbers(street.shown(subject))
        standings.append(
            Standing(
                subject,
                name,
                scores,
                total,
                level,
                bad_years=bad_runs(past, scheme.bad_years),
                barred=barred.get(name, ""),
                expected=subject in expected,
            )
        )
    return SchemeBoard(scheme, span, placed(scheme, standings), unplaced, unseen)


def one_score(office: Office, scheme: Scheme, entry: str, street: FileStreet | None = None) -> Scored | None:
    """What a scheme makes of one entry; None for one that it does not look at or that lies out of reach."""
    where = street or FileStreet(office, organisations.reach(office))
    found = next(
        (row for row in where.rows(scheme.template.key) or () if row.id == entry and _meant(scheme, row)), None
    )
    return _scored(office, scheme, found) if found is not None else None


def entries(scheme: Scheme, street: FileStreet) -> list[SeenEntry]:
    """The entries that a scheme looks at."""
    return [row for row in street.rows(scheme.template.key) or () if _meant(scheme, row)]


def day_of(scheme: Scheme, row: SeenEntry) -> str:
    """The partial date by which an entry is placed in time."""
    return str(row.values.get(scheme.dated_by) or row.opened) if scheme.dated_by else row.opened


def _meant(scheme: Scheme, row: SeenEntry) -> bool:
    return all(str(row.values.get(key)) in wanted for key, wanted in scheme.where.items())


def _scored(office: Office, scheme: Scheme, row: SeenEntry) -> Scored:
    subject = row.unit if scheme.by == ORGANISATION else str(row.values.get(scheme.by) or "")
    on = day_of(scheme, row)
    asked = _figures(office, scheme, subject, on)
    confirmed = not scheme.confirmed or row.state in scheme.confirmed
    return Scored(
        row.id, row.number, subject, row.unit, on, score(scheme, row.values, office.today(), asked), confirmed
    )


def _figures(office: Office, scheme: Scheme, subject: str, on: str) -> Figures | None:
    """The figures of one organisation in the period that a score is about; of a person there are none."""
    if scheme.subjects != UNITS or not any(one.source == FIGURE for one in scheme.indicators):
        return None
    period = _period_text(scheme.per, on)
    if period is None:
        return None

    def asked(key: str) -> Ratio | None:
        found = figure_service.values_of(office, scope=subject, period=period).get(key)
        if found is None or found.value is None:
            return None
        if found.is_share:
            return Ratio(Fraction(found.numerator or 0), Fraction(found.denominator or 0))
        return Ratio(Fraction(str(found.value)), None)

    return asked


def _period_text(per: str, on: str) -> str | None:
    """The text of the period that a partial date names; None where it is not told so exactly."""
    if per == "year":
        return on[:4] or None
    if len(on) < len("2026-05"):
        return None
    return f"{on[:4]}Q{(int(on[5:7]) - 1) // 3 + 1}" if per == "quarter" else on[:7]


def _inside(on: str, span: Period) -> bool:
    return bool(on) and span.start <= first_day(on) and last_day(on) <= span.end


def _touches(on: str, span: Period) -> bool:
    return bool(on) and first_day(on) <= span.end and span.start <= last_day(on)


def _expected(scheme: Scheme, street: FileStreet) -> Mapping[str, str]:
    group = street.group(scheme.each) if scheme.each else None
    return group.names if group is not None else {}


def _barred(scheme: Scheme, span: Period, street: FileStreet) -> tuple[dict[str, str], bool]:
    """(why somebody may not be honoured in a span, by name; whether the ledger of these cannot be opened)."""
    bar = scheme.bar
    if bar is None:
        return {}, False
    rows = street.rows(bar.ledger)
    if rows is None:
        return {}, True
    found = {}
    for row in rows:
        start, end = str(row.values.get(bar.start) or row.opened), str(row.values.get(bar.end) or "")
        lifted = date.fromisoformat(row.settled) if row.settled and len(row.settled) == len("2026-01-01") else None
        begun = not start or first_day(start) <= span.end
        over = (end and last_day(end) < span.start) or (lifted is not None and lifted < span.start)
        if begun and not over:
            why = str(row.values.get(bar.reason) or "").strip()
            subject = street.shown(row.values.get(bar.subject) or row.unit)
            found[subject] = f"{start}至{end or '未定'}：{why}"
    return found, False


def used(found: Iterable[Scheme], street: FileStreet) -> list[Scheme]:
    """The schemes that the office works with: those that have an entry."""
    return [one for one in found if entries(one, street)]
