"""Checks of who has none: everybody of a group that has no entry, too few or too many, or missed a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from dangjian_desktop.domain.values.partial_dates import first_day

from ..faults import FaultError
from ..recurrence import Occurrence, Recurrence, read_recurrence
from .given import Given, has_limit, limit
from .spans import CheckedPeriod, before, day_of, ids_of, key_of, span_at, span_of
from .spec import ENTRY, OWN_UNIT, Asking, Group, LedgerRun, Said, SeenEntry

_YEAR = timedelta(days=366)


def _group(asked: Asking, name: str) -> Group:
    found = asked.street.group(name)
    if found is None:
        raise FaultError(f"没有“{name}”这样的对象，查不了谁没有")
    return found


def owners(row: SeenEntry, by: str, asked: Asking) -> Sequence[str]:
    """Whose entry it is; what an organisation below has counts for those above it."""
    named = ids_of(row, by)
    if by != OWN_UNIT:
        return named
    return [unit for each in named for unit in asked.street.above(each)]


def who_has_none(given: Given) -> LedgerRun:
    """Everybody of a group without an entry (or without enough, or with too many), within a period where named."""
    each, by = given.group(), given.column("by", own=True) if given.has("by") else OWN_UNIT
    per, dated_by = given.per(), given.dated_by()
    if each == "secretary" and by == OWN_UNIT:
        each = "secretary@unit"
    if given.has("days") and per:
        raise given.fault("days", "和 per 只写一个")

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        group = _group(asked, each)
        least = int(limit(asked, "least")) if has_limit(asked, "least") else 1
        most = int(limit(asked, "most")) if has_limit(asked, "most") else None
        if per is None:
            recent = _recent(rows, dated_by, asked)
            yield from _told(group, _counts(recent, by, asked), (least, most), "", None)
            return
        now = span_of(asked.today, per)
        past = before(now, per)
        spans = [(now, True)]
        # The period before is asked about only where the ledger was already kept then.
        if any((day := day_of(row, dated_by)) and first_day(day) <= past.last for row in rows):
            spans.append((past, False))
        for span, running in spans:
            held = [row for row in rows if span_at(day_of(row, dated_by), per) == key_of(span, per)]
            upper = most if running or most is not None else None
            yield from _told(group, _counts(held, by, asked), (least, upper), span.label, span)

    return run


def _recent(rows: Sequence[SeenEntry], dated_by: str | None, asked: Asking) -> Sequence[SeenEntry]:
    if not has_limit(asked, "days"):
        return rows
    since = (asked.today - timedelta(days=int(limit(asked, "days")))).isoformat()
    # A day known to the month may still lie within the span: it is given the benefit of the doubt.
    return [row for row in rows if (day := day_of(row, dated_by)) and day >= since[: len(day)]]


def _counts(rows: Sequence[SeenEntry], by: str, asked: Asking) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        for owner in dict.fromkeys(owners(row, by, asked)):
            found[owner] = found.get(owner, 0) + 1
    return found


def _told(
    group: Group, counts: Mapping[str, int], bounds: tuple[int, int | None], period: str, span: CheckedPeriod | None
) -> Iterator[Said]:
    least, most = bounds
    for owner, name in group.names.items():
        number = counts.get(owner, 0)
        over = most is not None and number > most
        if number >= least and not over:
            continue
        words = {"number": number, "least": least, "most": most or "", "period": period}
        due = span.last.isoformat() if span is not None and not over else None
        yield Said((owner,), words, due_on=due, kind=group.kind, subject=name)


def missed(given: Given) -> LedgerRun:
    """Times of a recurrence that are over and at which nothing was recorded; the next one with its lead days."""
    rule = recurrences(given)[given.text("recurrence")]

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        held = [row for row in rows if all(row.values.get(name) in wanted for name, wanted in rule.where.items())]
        days: dict[str, list[str]] = {}
        earliest = asked.today.isoformat()
        for row in held:
            day = day_of(row, rule.dated_by or given.template.opened)
            if not day:
                continue
            earliest = min(earliest, day)
            for owner in owners(row, rule.by, asked) if rule.each else [""]:
                days.setdefault(owner, []).append(day)
        if rule.since is None and not held:
            return
        # A ledger is not asked for the times before it was kept, nor for those of more than a year ago.
        start = max(first_day(rule.since or earliest), asked.today - _YEAR)
        times = rule.occurrences(start - _YEAR, asked.today + _YEAR, asked.street.calendar)
        expected = [one for one in times if one.last >= start]
        group = _group(asked, rule.each) if rule.each else Group("", {"": ""})
        for owner, name in group.names.items():
            gone, coming = _times(rule, days.get(owner, []), expected, asked)
            who = ((owner,) if owner else (), group.kind or ENTRY, name or given.template.title)
            yield from _said_of_times(rule.label, gone, coming if given.spec.lead_days else None, who)

    return run


def _times(
    rule: Recurrence, days: Sequence[str], expected: Sequence[Occurrence], asked: Asking
) -> tuple[list[Occurrence], Occurrence | None]:
    return rule.missed(days, expected, asked.today), rule.next_due(days, expected, asked.today)


def _said_of_times(
    what: str, gone: Sequence[Occurrence], coming: Occurrence | None, who: tuple[tuple[str, ...], str, str]
) -> Iterator[Said]:
    records, kind, subject = who
    told = [(gone, gone[-1])] if gone else []
    told += [([coming], coming)] if coming else []
    for times, last in told:
        labels = "、".join(one.label for one in times[:3]) + ("等" if len(times) > 3 else "")
        remark = "暂算" if any(one.unknown for one in times) else ""
        words = {"times": labels, "number": len(times), "what": what, "remark": remark}
        yield Said(records, words, due_on=last.last.isoformat(), kind=kind, subject=subject, detail=remark)


def recurrences(given: Given) -> Mapping[str, Recurrence]:
    """The recurrences of a template by key; raises `FaultError`."""
    found: dict[str, Recurrence] = {}
    for table in given.template.parts.get("recurrence", ()):
        try:
            one = read_recurrence(table)
        except ValueError as fault:
            raise FaultError(str(fault)) from None
        found[one.key] = one
    wanted = given.text("recurrence")
    if wanted not in found:
        raise given.fault("recurrence", f"用到的周期“{wanted}”不存在")
    return found
