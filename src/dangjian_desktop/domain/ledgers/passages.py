"""Passages: when an entry came into which state, by whom, with what deadline and why. What a day saw is read from them.

An entry keeps them as a keyed set; keys are time-ordered, and the order of the keys is the order of the passages. The
first one opens the entry and holds from the first day that its date can mean; each later one holds from the last day
that its date can mean. A closing that is recorded late, with its true day, was preceded by what was clicked before it:
no passage holds from a later day than one that follows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.values.partial_dates import first_day, last_day
from dangjian_desktop.domain.values.working_days import WorkCalendar

from .ledgers import LedgerTemplate, State, Transition

Values = Mapping[str, Any]


class Step(NamedTuple):
    """One passage in its place: `since` is the ISO day from which it holds, `due` the deadline that held from then."""

    key: str
    state: str
    since: str
    due: str | None
    by: str
    reason: str


class Derived(NamedTuple):
    """What an entry's row repeats of its passages, for lists and figures of today."""

    state: str | None
    opened_on: str | None
    state_on: str | None
    settled_on: str | None


NOTHING = Derived(None, None, None, None)


def passage(state: str, day: str, *, by: str = "", due: object = None, reason: str = "") -> dict[str, Any]:
    """One passage as it is kept; `day` is a partial date, as exactly as it is known."""
    kept = {"state": state, "day": day, "by": by or None, "due": due or None, "reason": reason or None}
    return {name: value for name, value in kept.items() if value is not None}


def passage_words(template: LedgerTemplate | None, kept: Values) -> str:
    """One passage as people read it: 已销号（2026-08-31，张三办，时限2026-09-30，原因：材料不实）."""
    state = template.state_of(str(kept["state"])) if template else None
    by, due, reason = kept.get("by"), kept.get("due"), kept.get("reason")
    parts = [
        str(kept["day"]),
        f"{by}办" if by else "",
        f"时限{due}" if due else "",
        f"原因：{reason}" if reason else "",
    ]
    return f"{state.label if state else kept['state']}（{'，'.join(part for part in parts if part)}）"


def steps(passages: Mapping[str, Values] | None, due_now: object = None) -> list[Step]:
    """The passages in order; `due_now` is the deadline as it stands, which is that of the last one."""
    found: list[Step] = []
    for key in sorted(passages or ()):
        kept = (passages or {})[key]
        since = last_day(str(kept["day"])) if found else first_day(str(kept["day"]))
        told = (kept.get("due"), kept.get("by") or "", kept.get("reason") or "")
        found.append(Step(key, kept["state"], since.isoformat(), *told))
    for place in range(len(found) - 2, -1, -1):
        found[place] = found[place]._replace(since=min(found[place].since, found[place + 1].since))
    if found:
        found[-1] = found[-1]._replace(due=str(due_now) if due_now else None)
    return found


def on_day(known: Sequence[Step], day: str) -> Step | None:
    """The passage that holds on an ISO day; None before the entry was opened."""
    return next((step for step in reversed(known) if step.since <= day), None)


def settled_on(known: Sequence[Step], terminal: Collection[str], day: str = "9999") -> str | None:
    """Since when an entry is settled as seen on `day`; None while it is open."""
    since = None
    for step in known:
        if step.since > day:
            break
        since = (since or step.since) if step.state in terminal else None
    return since


def derived(passages: Mapping[str, Values] | None, terminal: Collection[str]) -> Derived:
    """What the row of an entry repeats."""
    if not passages:
        return NOTHING
    known = steps(passages)
    return Derived(known[-1].state, known[0].since, known[-1].since, settled_on(known, terminal))


def terminal_states(template: LedgerTemplate) -> frozenset[str]:
    """The states in which what was due is done."""
    return frozenset(state.key for state in template.states if state.terminal)


def typed_opening(template: LedgerTemplate, values: Values, today: date) -> str:
    """When an entry typed in today was opened: on the day that its opening column names, today where it is empty.

    Something already done was opened by the day on which it was done.
    """
    opened = _past(values.get(template.opened or ""), today)
    return opened or _earliest((_past(values.get(template.done or ""), today),)) or today.isoformat()


def imported_opening(template: LedgerTemplate, values: Values, number: object, today: date) -> str:
    """When an entry of an old ledger was opened, as exactly as the sheet tells.

    Its opening column; else the year in its number; else the earliest of the days on which it was due or done; today
    where the sheet says nothing.
    """
    opened = _past(values.get(template.opened or ""), today)
    if opened:
        return opened
    earliest = _earliest(_past(values.get(name or ""), today) for name in (template.done, template.due))
    year = _year_of(template, str(number or ""))
    if year and first_day(year) < first_day(f"{today.year}"):
        return min(year, earliest) if earliest else year
    return earliest or today.isoformat()


def move_day(template: LedgerTemplate, move: Transition, values: Values, today: date) -> str:
    """When a move was made: on the day that it asks for (销号日期), else today."""
    dated = {column.name for column in template.columns if column.type is FieldType.DATE} - {template.due}
    dates = [key for key in move.needs if key in dated]
    return (_past(values.get(dates[-1]), today) if dates else None) or today.isoformat()


def beginning(
    template: LedgerTemplate, values: Values, state: str, *, opened: str, by: str, today: date, keys: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """The passages of a new entry that was opened on `opened` and is in `state` now; needs two time-ordered `keys`."""
    due = values.get(template.due) if template.due else None
    if state not in terminal_states(template) or state == template.initial:
        return {keys[0]: passage(state, opened, by=by, due=due)}
    done = _past(values.get(template.done or ""), today) or _past(due, today) or opened
    if last_day(done) < first_day(opened):
        opened = done
    return {
        keys[0]: passage(template.initial, opened, by=by, due=due),
        keys[1]: passage(state, done, by=by, due=due),
    }


def _past(value: object, today: date) -> str | None:
    """A date that is not later than today as it was written; one that only may be later becomes today."""
    if not isinstance(value, str) or not value or first_day(value) > today:
        return None
    return value if last_day(value) <= today else today.isoformat()


def _earliest(days: Iterable[str | None]) -> str | None:
    return min((day for day in days if day), key=first_day, default=None)


@lru_cache(maxsize=256)
def _number_shape(rule: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{[^}]*\})", rule)
    made = (r"\d+" if p.startswith("{s") else r"(?P<year>\d{4})" if p == "{year}" else re.escape(p) for p in pieces)
    return re.compile("".join(made))


def _year_of(template: LedgerTemplate, number: str) -> str | None:
    if template.number_rule.count("{year}") != 1:
        return None
    found = _number_shape(template.number_rule).fullmatch(number)
    return found["year"] if found else None


def deadline_moved(
    template: LedgerTemplate,
    passages: Mapping[str, Values],
    before: object,
    after: object,
    *,
    by: str,
    today: date,
    key: str,
) -> dict[str, dict[str, Any]]:
    """What a new deadline adds: the old one held until today. Put right on the same day, it leaves no passage.

    An entry that is settled gets none: its deadline is put right, not moved.
    """
    known = steps(passages, before)
    if not known or before == after:
        return {}
    last = known[-1]
    same = {k: v for k, v in passages[last.key].items() if k != "due"}
    if last.state in terminal_states(template) or last.since >= today.isoformat():
        return {last.key: same | ({"due": after} if after else {})}
    kept = {} if (passages[last.key].get("due") or None) == (before or None) else {last.key: _with_due(same, before)}
    return kept | {key: passage(last.state, today.isoformat(), by=by, due=after)}


def _with_due(kept: dict[str, Any], due: object) -> dict[str, Any]:
    return kept | ({"due": due} if due else {})


def settling_moved(
    template: LedgerTemplate, passages: Mapping[str, Values], done: object, today: date
) -> dict[str, dict[str, Any]]:
    """What a corrected done day changes: the passage that settled the entry moves with it."""
    known = steps(passages)
    terminal = terminal_states(template)
    first = None
    for step in known:
        first = (first or step) if step.state in terminal else None
    day = _past(done, today)
    if first is None or day is None or first is known[0] or passages[first.key]["day"] == day:
        return {}
    return {first.key: {**passages[first.key], "day": day}}


def due_in(state: State, begun: str, calendar: Callable[[], WorkCalendar]) -> str | None:
    """The day until which an entry is to leave a state that it came to on `begun`, where the state says so.

    Working days are those of `calendar`, which is asked for only where a state counts in them.
    """
    first = last_day(begun)
    if state.working_days is not None:
        return calendar().after(first, state.working_days).day.isoformat()
    return (first + timedelta(days=state.days)).isoformat() if state.days is not None else None
