"""Checks of one entry by itself: what it says, what it lacks, what is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Any

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.values.masking import holds_number
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day

from ..expressions import written
from ..persons import people
from .given import Given, has_limit, limit
from .spec import Asking, EntryRun, Said, SeenEntry

SPANS = ("days", "working_days", "months")
"""How long something may take; one of them is written."""


def equals(given: Given) -> EntryRun:
    """Two numbers of an entry that have to be the same."""
    left, right = given.amount("left"), given.amount("right")
    if left.holds != right.holds:
        raise given.fault("right", "和 left 要么都是数，要么都是金额")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        one, other = left.value(row.values, asked.today), right.value(row.values, asked.today)
        if one is not None and other is not None and one != other:
            words = {"left": written(one, left.holds), "right": written(other, right.holds)}
            yield Said((row.id,), words)

    return run


def _bound(given: Given, name: str, wrong: Callable[[Any, Any], bool]) -> EntryRun:
    value = given.amount("value")
    of = given.amount(f"{name}_of") if given.has(f"{name}_of") else None
    if of is None and not given.has(name):
        raise given.fault(name, "要写一个数，或用 " + name + "_of 写算式")
    scale = 100 if value.holds == "money" else 1

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        found = value.value(row.values, asked.today)
        if found is None:
            return
        mark = of.value(row.values, asked.today) if of else limit(asked, name)
        if scale != 1 and of is None and isinstance(mark, Fraction):
            mark *= scale
        if mark is not None and wrong(found, mark):
            yield Said((row.id,), {"value": written(found, value.holds), "limit": written(mark, value.holds)})

    return run


def at_least(given: Given) -> EntryRun:
    """A number that must not be smaller than a limit."""
    return _bound(given, "limit", lambda found, mark: found < mark)


def at_most(given: Given) -> EntryRun:
    """A number that must not be larger than a limit."""
    return _bound(given, "limit", lambda found, mark: found > mark)


def below(given: Given) -> EntryRun:
    """A number under a mark."""
    return _bound(given, "mark", lambda found, mark: found < mark)


def above(given: Given) -> EntryRun:
    """A number that reaches a mark."""
    return _bound(given, "mark", lambda found, mark: found >= mark)


def condition(given: Given) -> EntryRun:
    """Whatever an expression says; not known is not said."""
    when = given.condition("when")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        if when.value(row.values, asked.today) is True:
            yield Said((row.id,), {})

    return run


def empty(given: Given) -> EntryRun:
    """Columns (or lists of child rows) that say nothing; `all`: only where none of them does."""
    columns, every = given.columns("columns", rows=True), given.flag("all")
    template = given.template

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        missing = [name for name in columns if not template.says(row.values, name)]
        if not missing or (every and len(missing) < len(columns)):
            return
        words = {"columns": "、".join(given.label(name) for name in missing), "number": len(missing)}
        due = None
        if row.opened and any(has_limit(asked, name) for name in SPANS):
            due = _later(date.fromisoformat(row.opened), asked)[0].isoformat()
        yield Said((row.id,), words, missing[0], due)

    return run


def _later(day: date, asked: Asking) -> tuple[date, str]:
    """The day until which something may take, and what has to be said about how it was counted."""
    if has_limit(asked, "working_days"):
        found = asked.street.calendar.after(day, int(limit(asked, "working_days")))
        return found.day, found.remark
    if has_limit(asked, "months"):
        return add_months(day, int(limit(asked, "months"))), ""
    return day + timedelta(days=int(limit(asked, "days"))), ""


def _span_words(asked: Asking) -> str:
    for name, unit in (("working_days", "个工作日"), ("months", "个月"), ("days", "天")):
        if has_limit(asked, name):
            return f"{limit(asked, name)}{unit}"
    return ""


def _require_span(given: Given) -> None:
    if sum(given.has(name) for name in SPANS) != 1:
        raise given.fault("days", "、working_days、months 要写一个，只写一个")


def older_than(given: Given) -> EntryRun:
    """A date that lies longer back than it may."""
    _require_span(given)
    since = given.day("date")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        begun = since.value(row.values, asked.today)
        if isinstance(begun, str):
            due, remark = _later(last_day(begun), asked)
            if due > asked.horizon:
                return
            words = {"date": begun, "span": _span_words(asked), "remark": remark}
            yield Said((row.id,), words, due_on=due.isoformat(), detail=remark)

    return run


def nothing_for(given: Given) -> EntryRun:
    """An entry to which nothing has been added for too long: by the latest of some dates, at least its opening."""
    _require_span(given)
    latest = [given.expression("latest", "date")] if given.has("latest") else []

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        dates = [step.value(row.values, asked.today) for step in latest]
        days = [last_day(day) for day in dates if isinstance(day, str)]
        if row.opened:
            days.append(date.fromisoformat(row.opened))
        if not days:
            return
        due, remark = _later(max(days), asked)
        if due > asked.horizon:
            return
        words = {"date": max(days).isoformat(), "span": _span_words(asked), "remark": remark,
                 "days": (asked.today - max(days)).days}  # fmt: skip
        yield Said((row.id,), words, due_on=due.isoformat(), detail=remark)

    return run


def due(given: Given) -> EntryRun:
    """A date by which something has to be done; nothing is said once the column `done` is filled."""
    day = given.day("date")
    done = given.column("done") if given.has("done") else None

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        until = day.value(row.values, asked.today)
        if (
            isinstance(until, str)
            and first_day(until) <= asked.horizon
            and not (done and given.template.says(row.values, done))
        ):
            yield Said((row.id,), {}, due_on=until)

    return run


def due_rows(given: Given) -> EntryRun:
    """The same for every child row of a list (milestones, items)."""
    found = given.template.row_list(given.text("list"))
    if found is None:
        raise given.fault("list", "用到的分项不存在")
    keys = {each.name: each for each in found.columns}
    day, done, named = given.text("date"), given.spec.given.get("done"), given.text("named", found.columns[0].name)
    for key in (day, named, *filter(None, (done,))):
        if key not in keys:
            raise given.fault("list", f"里没有“{key}”这一列")
    if keys[day].gives is not FieldType.DATE:
        raise given.fault("date", f"用到的列“{keys[day].label}”不是日期列")
    head = f"{found.name}."

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:  # noqa: ARG001
        for name, kept in sorted(row.values.items()):
            if name.startswith(head) and kept.get(day) and not (done and kept.get(done)):
                yield Said((row.id,), {"row": kept.get(named) or ""}, found.name, str(kept[day])[:10])

    return run


def different_person(given: Given) -> EntryRun:
    """Two columns that must not name the same person."""
    one, other = given.column("one"), given.column("other")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:
        same = _persons(row.values.get(one)) & _persons(row.values.get(other))
        if same:
            names = "、".join(sorted(asked.street.shown(each) for each in same))
            yield Said((row.id,), {"one": given.label(one), "other": given.label(other), "name": names}, other)

    return run


def _persons(value: Any) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else _named(value)


_named = lru_cache(maxsize=1 << 14)(people)
"""Few people own many entries."""


def evidence(given: Given) -> EntryRun:
    """Something that has to be filled once an entry has come to one of its states."""
    if not given.spec.states:
        raise given.fault("states", "要写哪些状态之前要有佐证")
    return empty(given)


def consent_missing(given: Given) -> EntryRun:
    """Columns that say something although the person has not agreed."""
    consent, columns = given.column("consent"), given.columns("columns")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:  # noqa: ARG001
        said = [name for name in columns if given.template.says(row.values, name)]
        if said and row.values.get(consent) is not True:
            yield Said((row.id,), {"columns": "、".join(given.label(name) for name in said)}, said[0])

    return run


def number_shown(given: Given) -> EntryRun:
    """A public text that holds an ID or a phone number."""
    columns = given.columns("columns")

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:  # noqa: ARG001
        for name in columns:
            value = row.values.get(name)
            if isinstance(value, str) and holds_number(value):
                yield Said((row.id,), {"column": given.label(name)}, name)

    return run


def in_order(given: Given) -> EntryRun:
    """Dates that have to follow each other."""
    columns = given.columns("columns")
    for name in columns:
        given.require("columns", name, dated=True)

    def run(row: SeenEntry, asked: Asking) -> Iterator[Said]:  # noqa: ARG001
        known = [(name, str(row.values[name])) for name in columns if row.values.get(name)]
        for (one, earlier), (other, later) in _pairs(known):
            size = min(len(earlier), len(later))
            if earlier[:size] > later[:size]:
                yield Said((row.id,), {"one": given.label(one), "other": given.label(other)}, other)

    return run


def _pairs(known: list[tuple[str, str]]) -> Iterable[tuple[tuple[str, str], tuple[str, str]]]:
    return zip(known, known[1:], strict=False)
