"""What the schemes in use have to say: missing and incomplete scores, sheets that do not fit, bad years, the barred."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from dangjian_desktop.domain.ledgers.checks.spec import SeenEntry
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.domain.records.permissions import READ
from dangjian_desktop.domain.rules.asking import Ask
from dangjian_desktop.domain.schemes.schemes import UNITS, Scheme
from dangjian_desktop.domain.schemes.standing import Scored, Standing
from dangjian_desktop.domain.values import periods
from dangjian_desktop.domain.values.masking import mask_numbers
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.domain.values.periods import Period
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.rules import book as books
from dangjian_desktop.services.rules.ledger_checks import FileStreet
from dangjian_desktop.services.units import organisations

from . import schemes, scoring

MISSING, INCOMPLETE, SHEET, BAD_YEARS, BARRED, UNCONFIRMED, NOTICE, FAULT = (
    "SCHEME_MISSING",
    "SCHEME_INCOMPLETE",
    "SCHEME_SHEET",
    "SCHEME_BAD_YEARS",
    "SCHEME_BARRED",
    "SCHEME_UNCONFIRMED",
    "SCHEME_NOTICE",
    "SCHEME_FAULT",
)
CODES = frozenset({MISSING, INCOMPLETE, SHEET, BAD_YEARS, BARRED, UNCONFIRMED, NOTICE, FAULT})
SHEETS = "scores"
"""The ledger whose entries name their scheme."""


def every(office: Office, scope: str | None = None, code: str | None = None) -> list[Finding]:
    """All that schemes say of a scope now, or what one code says."""
    if not office.actor.may(READ, "ledger_entry"):
        return []
    ask, within = Ask(books.book(office), office.today()), organisations.listed_within(office, scope)
    street = FileStreet(office, within.units if within.group is None else frozenset({within.group}))
    found = [*_faults(office, ask), *_unknown(office, street, ask)]
    for scheme in scoring.used(schemes.schemes(office), street):
        found += _of_scheme(office, scheme, street, ask)
    return [one for one in found if code is None or one.rule == code]


def _faults(office: Office, ask: Ask) -> Iterator[Finding]:
    for fault in schemes.faults(office):
        yield replace(ask.say(FAULT, {}, subject="", named=fault.key, why=fault.message), kind="file")


def _unknown(office: Office, street: FileStreet, ask: Ask) -> Iterator[Finding]:
    """Score sheets of a scheme that nobody knows: they would count nowhere."""
    rows: Sequence[SeenEntry] = street.rows(SHEETS) or ()
    if not rows:
        return
    own = [one for one in schemes.schemes(office) if one.template.key == SHEETS]
    known = {name for one in own for name in one.where.get("scheme", ())}
    broken = {fault.key for fault in schemes.faults(office)}
    for row in rows:
        named = str(row.values.get("scheme") or "")
        if named not in known and named not in broken:
            what = f"没有名为“{mask_numbers(named)}”的考评方案，这份打分没有算进去"
            yield ask.say(SHEET, {"id": row.id}, "scheme", subject=f"考核打分表 {row.number}", what=what)


def _of_scheme(office: Office, scheme: Scheme, street: FileStreet, ask: Ask) -> Iterator[Finding]:
    board = scoring.board_of(office, scheme, _now(scheme, ask.day), street)
    for standing in board.standings:
        for one in standing.scores:
            yield from _of_score(scheme, standing, one, ask)
        newest = standing.newest
        if newest is not None and standing.bad_years and "bad_years" in scheme.says:
            years = "、".join(map(str, standing.bad_years))
            consequence = f"，{scheme.bad_consequence}" if scheme.bad_consequence else ""
            yield ask.say(
                BAD_YEARS, {"id": newest.entry}, subject=standing.name, scheme=scheme.title, years=f"{years}年",
                number=len(standing.bad_years), level=newest.score.level, consequence=consequence,
            )  # fmt: skip
    if scheme.notified:
        yield from _notice(scheme, street, ask)
    if "missing" in scheme.says:
        yield from _missing(scheme, board.missing, board.period, ask, late=False)
        before = scoring.board_of(office, scheme, _before(board.period), street)
        if before.scored:
            yield from _missing(scheme, before.missing, before.period, ask, late=True)


def _of_score(scheme: Scheme, standing: Standing, one: Scored, ask: Ask) -> Iterator[Finding]:
    row, name = {"id": one.entry}, f"{standing.name} {one.number}"
    if one.score.missing and "incomplete" in scheme.says:
        yield ask.say(INCOMPLETE, row, subject=name, scheme=scheme.title, missing="、".join(one.score.missing))
    if "over" in scheme.says:
        told = [f"{scheme.title}：“{label}”的得分不在0和满分之间" for label in one.score.beyond]
        told += [f"{scheme.title}：方案里没有指标“{mask_numbers(label)}”，这一行没有算" for label in one.score.strange]
        for what in told:
            yield ask.say(SHEET, row, subject=name, what=what)
    if standing.barred and "barred" in scheme.says:
        yield ask.say(BARRED, row, subject=name, scheme=scheme.title, why=standing.barred)
    if "unconfirmed" in scheme.says and not one.confirmed and one.on:
        days = ask.book[UNCONFIRMED].on(ask.day).number("days")
        if last_day(one.on) + timedelta(days=days) < ask.day:
            yield ask.say(UNCONFIRMED, row, subject=name, scheme=scheme.title, days=days)


def _notice(scheme: Scheme, street: FileStreet, ask: Ask) -> Iterator[Finding]:
    """The scores of the month that is over and of which no notice was given; told once for all of them."""
    month = _month_of(periods.parse_period(f"{ask.day:%Y-%m}").eve)
    rows = [row for row in scoring.entries(scheme, street) if scoring.day_of(scheme, row).startswith(month.text)]
    silent = [row for row in rows if not row.values.get(scheme.notified)]
    if silent:
        yield ask.say(
            NOTICE, {"id": silent[-1].id}, scheme.notified, subject=scheme.template.title, scheme=scheme.title,
            period=month.label, number=len(silent),
        )  # fmt: skip


def _month_of(day: date) -> Period:
    return periods.parse_period(f"{day:%Y-%m}")


def _missing(scheme: Scheme, who: Sequence[Standing], period: Period, ask: Ask, *, late: bool) -> Iterator[Finding]:
    for standing in who:
        row = {"id": standing.subject, "name": standing.name}
        told = ask.due(MISSING, row, period.end.isoformat(), scheme=scheme.title, period=period.label)
        if told is not None and late == (period.end < ask.day):
            yield replace(told, kind="organisation" if scheme.subjects == UNITS else "member")


def _now(scheme: Scheme, day: date) -> Period:
    if scheme.per == "quarter":
        return periods.quarter_of(day)
    return _month_of(day) if scheme.per == "month" else periods.year_of(day)


def _before(period: Period) -> Period:
    if "Q" in period.text:
        return periods.quarter_of(period.eve)
    return _month_of(period.eve) if "-" in period.text else periods.year_of(period.eve)
