"""Checks among the entries of a ledger: twice, at the same time, back and forth, below zero, two years in a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from ..expressions import NUMBER, Known, written
from ..faults import FaultError
from .given import Given, limit
from .spans import day_of, gathered, ids_of, label_of, span_at
from .spec import Asking, LedgerRun, Said, SeenEntry


def _ids(rows: Sequence[SeenEntry]) -> tuple[str, ...]:
    return tuple(row.id for row in rows)


def unique(given: Given) -> LedgerRun:
    """Columns that together must not say the same twice, within a period where one is named."""
    columns, per, dated_by = given.columns("columns", own=True), given.per(), given.dated_by()

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        for key, same in gathered(rows, columns, per, dated_by).items():
            if len(same) > 1:
                value = "、".join(asked.street.shown(each) for each in key[:-1])
                numbers = "、".join(row.number for row in same)
                words = {"value": value, "period": label_of(key[-1]), "number": len(same), "numbers": numbers}
                yield Said(_ids(same), words, columns[0], subject=value)

    return run


def overlap(given: Given) -> LedgerRun:
    """Two entries at the same time for the same person, place or thing."""
    begin, end, same = given.column("from", dated=True), given.column("to", dated=True), given.columns("same", own=True)

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        groups: dict[tuple[str, str], list[tuple[str, str, SeenEntry]]] = {}
        for row in rows:
            first = row.values.get(begin)
            if not first:
                continue
            span = (_start(str(first)), _stop(str(row.values.get(end) or first)))
            for name in same:
                for value in ids_of(row, name):
                    groups.setdefault((name, value), []).append((*span, row))
        for (name, value), held in groups.items():
            yield from _clashes(name, asked.street.shown(value), held)

    return run


def _start(text: str) -> str:
    return text if len(text) > 10 else f"{first_day(text).isoformat()}T00:00"


def _stop(text: str) -> str:
    return text if len(text) > 10 else f"{last_day(text).isoformat()}T24:00"


def _clashes(name: str, value: str, held: list[tuple[str, str, SeenEntry]]) -> Iterator[Said]:
    held.sort(key=lambda each: each[:2])
    latest: tuple[str, SeenEntry] | None = None
    for begun, ended, row in held:
        # What ends when the other begins does not clash with it.
        if latest is not None and begun < latest[0]:
            other = latest[1]
            words = {"value": value, "one": other.number, "other": row.number}
            yield Said((other.id, row.id), words, name, subject=value)
        if latest is None or ended > latest[0]:
            latest = (ended, row)


def reciprocal(given: Given) -> LedgerRun:
    """Pairs in both directions within a period (A looks at B, B at A); `wanted`: told where one is missing."""
    one, other = given.column("one", own=True), given.column("other", own=True)
    per, dated_by, wanted = given.per(), given.dated_by(), given.flag("wanted")

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        pairs = gathered(rows, (one, other), per, dated_by)
        for (first, second, span), held in pairs.items():
            back = pairs.get((second, first, span), [])
            if bool(back) == wanted or (not wanted and first >= second):
                continue
            shown = asked.street.shown
            words = {"one": shown(first), "other": shown(second), "period": label_of(span)}
            yield Said(_ids([*held, *back]), words, other, subject=f"{shown(first)}、{shown(second)}")

    return run


def balance(given: Given) -> LedgerRun:
    """A running balance that must never be below zero, for each of what `by` names."""
    amount, by = given.amount("amount"), given.columns("by", own=True)
    dated_by = given.dated_by()

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        for key, held in gathered(rows, by, None, dated_by).items():
            left = Fraction(0)
            # On one day what comes in is counted before what goes out: nobody knows the hour.
            moves = [(day_of(row, dated_by), amount.value(row.values, asked.today), row) for row in held]
            known = [(day, move, row) for day, move, row in moves if isinstance(move, Fraction)]
            for _, move, row in sorted(known, key=lambda each: (each[0], -each[1], each[2].number)):
                left += move
                if left < 0:
                    value = "、".join(asked.street.shown(each) for each in key[:-1])
                    yield Said((row.id,), {"value": value, "balance": written(left, amount.holds)}, subject=value)
                    break

    return run


def years_running(given: Given) -> LedgerRun:
    """The same bad thing in several years in a row, for each of what `by` names."""
    when, by = given.condition("when"), given.columns("by", own=True)
    dated_by = given.dated_by()

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        wanted = int(limit(asked, "years"))
        for key, held in gathered(rows, by, None, dated_by).items():
            bad: dict[int, SeenEntry] = {}
            for row in held:
                day = day_of(row, dated_by)
                if day and when.value(row.values, asked.today) is True:
                    bad[int(day[:4])] = row
            # Told of the newest run: older ones were told when they were new.
            last = max(bad, default=0)
            run_of = [year for year in range(last - wanted + 1, last + 1) if year in bad]
            if last and len(run_of) == wanted:
                value = "、".join(asked.street.shown(each) for each in key[:-1])
                words = {"value": value, "years": "、".join(map(str, run_of)), "number": wanted}
                yield Said(_ids([bad[year] for year in run_of]), words, subject=value)

    return run


def ratio(given: Given) -> LedgerRun:
    """A share below its target: of the entries for which `whole` holds those for which `part` does."""
    part = given.condition("part")
    whole = given.condition("whole") if given.has("whole") else None
    by = given.columns("by", own=True) if given.has("by") else ()
    per, dated_by = given.per(), given.dated_by()
    title = given.template.title

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        target, now = limit(asked, "goal"), span_at(asked.today.isoformat(), per)
        for key, held in gathered(rows, by, per, dated_by).items():
            if key[-1] != now:
                continue
            counted = [row for row in held if whole is None or whole.value(row.values, asked.today) is True]
            done = [row for row in counted if part.value(row.values, asked.today) is True]
            if not counted or Fraction(len(done) * 100, len(counted)) >= target:
                continue
            ids = {row.id for row in done}
            missing = [row for row in counted if row.id not in ids]
            value = "、".join(asked.street.shown(each) for each in key[:-1])
            words: dict[str, object] = {"value": value, "part": len(done), "whole": len(counted)}
            words["percent"] = written(Fraction(len(done) * 100, len(counted)), NUMBER, 1)
            words |= {"target": written(target), "period": label_of(key[-1])}
            yield Said(_ids(missing), words, subject=value or title)

    return run


def agree(given: Given) -> LedgerRun:
    """A sum (or a count) of this ledger against one of another ledger, a figure of the registry, or a number."""
    mine = _Measure(given)
    others = [name for name in ("ledger", "figure", "number") if given.has(name)]
    if len(others) != 1:
        raise given.fault("ledger", "、figure、number 要写一个，只写一个")
    by = given.columns("by", own=True) if given.has("by") else ()
    per, dated_by = given.per(), given.dated_by()
    if others[0] != "ledger" and by:
        raise given.fault("by", "只能和另一本台账比的时候写")

    def run(rows: Sequence[SeenEntry], asked: Asking) -> Iterator[Said]:
        now = span_at(asked.today.isoformat(), per)
        own = {key: held for key, held in gathered(rows, by, per, dated_by).items() if key[-1] == now}
        if not by:
            own.setdefault(("",) if per is None else (now or "",), [])
        for key, held in own.items():
            left, right, named = mine.of(held, asked), None, ""
            if others[0] == "ledger":
                right, named = _there(given, key, by, per, asked)
            else:
                right = asked.street.figure(given.text("figure")) if others[0] == "figure" else limit(asked, "number")
            if left is None or right is None or left == right:
                continue
            value = "、".join(asked.street.shown(each) for each in key[:-1])
            words = {"value": value, "period": label_of(key[-1]), "left": written(left, mine.holds),
                     "right": written(right, mine.holds), "other": named}  # fmt: skip
            yield Said(_ids(held), words, subject=value or given.template.title)

    return run


def _there(given: Given, key: tuple[str, ...], by: Sequence[str], per: str | None, asked: Asking) -> tuple[Known, str]:
    ledger = given.text("ledger")
    rows = asked.street.rows(ledger)
    if rows is None:
        raise FaultError(f"没有“{ledger}”这本台账，比不了")
    wanted = {name: set(values) for name, values in given.spec.given.get("their_where", {}).items()}
    theirs = [row for row in rows if all(row.values.get(name) in values for name, values in wanted.items())]
    columns = given.spec.given.get("their_by", list(by))
    dated_by = given.spec.given.get("their_dated_by")
    held = gathered(theirs, columns, per, dated_by).get(key, [])
    column = given.spec.given.get("their_sum")
    if not column:
        return Fraction(len(held)), ledger
    numbers = [row.values.get(column) for row in held]
    return (None if None in numbers else sum((Fraction(str(n)) for n in numbers), Fraction(0))), ledger


class _Measure:
    """What is compared: how many entries there are, or the sum of an expression over them."""

    def __init__(self, given: Given) -> None:
        self._sum = given.amount("sum") if given.has("sum") else None
        self.holds = self._sum.holds if self._sum else NUMBER

    def of(self, rows: Sequence[SeenEntry], asked: Asking) -> Known:
        """The number over some entries; None where a summand is missing."""
        if self._sum is None:
            return Fraction(len(rows))
        found = [self._sum.value(row.values, asked.today) for row in rows]
        if any(not isinstance(each, Fraction) for each in found):
            return None
        return sum((each for each in found if isinstance(each, Fraction)), Fraction(0))
