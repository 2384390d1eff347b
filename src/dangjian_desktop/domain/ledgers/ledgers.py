"""A ledger is data: what its template says, who may move an entry, what is overdue, what is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from dangjian_desktop.domain.values.partial_dates import first_day, last_day

from .columns import LedgerColumn, RowList
from .expressions import Expression
from .persons import people
from .rows import rows_of

LEDGER_CLASSES = ("党组织日常工作", "党员教育管理", "发展党员和党费收缴", "特色党建工作")
"""The four classes that an office binds its ledgers by."""

AS_OF = "as_of"
"""`counted_by` of a figure that counts all entries opened by the last day of the period."""

PARTS = ("checks", "recurrence", "prints", "view", "targets")
"""Parts of a template beside its columns, states and figures; each is read and checked by its own module."""

PERIODS = {
    "open": "期间内办理过",
    "opened": "期间内列入",
    "closed": "期间内办结",
    "year": "期间所在年度列入",
}
"""Which entries belong to a period, in the words of a paper."""


@dataclass(frozen=True, slots=True)
class State:
    """Where an entry stands.

    In a terminal state what was due is done: the due date no longer runs. Moves may still follow. In a `locked` one
    nothing that an entry says is changed any more until it is opened again. With `days` (`working_days`) an entry
    that comes here is due so many days later, unless the move asks a person for the deadline.
    """

    key: str
    label: str
    terminal: bool = False
    locked: bool = False
    days: int | None = None
    working_days: int | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """A move from one state to another.

    `needs` are columns that must be filled (a yes/no column: answered yes), before it and as long as the state that
    it leads to holds. Whoever `not_by` names may not make the move, neither by account nor as the person in column
    `by`, who did it on paper. Out of a terminal state into an open one it asks for a reason.
    """

    source: str
    target: str
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    not_by: str | None = None
    by: str | None = None
    reason: bool = False


@dataclass(frozen=True, slots=True)
class LedgerFigure:
    """One counted number of a ledger, with the sentence that says what it counts.

    Counted are the entries in `states` (none named: all) whose columns hold one of the values in `where`,
    that are `overdue` and were done `on_time` where asked. `sum` adds a column up, `distinct` counts its
    different values, `share_of` divides by another figure of the same template; `average` is
    the mean of a column over the entries that fill it. `by` are the groups that it is also told by.

    `counted_by` says what places an entry in a period: the date column that must lie in it; `AS_OF` for all that
    were opened by its last day; without it the entries of the period, as the template's `period` says.
    """

    key: str
    label: str
    definition: str
    unit: str = ""
    states: frozenset[str] = frozenset()
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    overdue: bool = False
    on_time: bool = False
    sum: str | None = None
    distinct: str | None = None
    share_of: str | None = None
    counted_by: str | None = None
    average: str | None = None
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerTemplate:
    """What one ledger holds and how its entries move; column, state and figure keys never change meaning.

    `ledger_class` is the volume that it is bound in, `category` the topic that it is listed under within it.
    `opened`, `due` and `done` are the date columns that tell when a matter came up, until when it must be settled and
    when it was. `period` says which entries belong to a period: those `open` at any time of it, those `opened` in it,
    those `closed` in it, or those opened in its `year`, each as known by its last day. A `restricted` ledger is opened
    only by the roles in `readers` and stays out of search and default exports. `rows` are its lists of child rows.
    `parts` are the parts of a template that others read (`PARTS`), as they are written there. `formulas` are those of
    computed columns by name (`computed`).
    """

    key: str
    title: str
    ledger_class: str
    columns: tuple[LedgerColumn, ...]
    states: tuple[State, ...]
    initial: str
    transitions: tuple[Transition, ...]
    title_column: str
    number_rule: str
    category: str = ""
    edition: str = ""
    opened: str | None = None
    due: str | None = None
    done: str | None = None
    period: str = "open"
    lead_days: tuple[int, ...] = ()
    figures: tuple[LedgerFigure, ...] = ()
    restricted: bool = False
    readers: frozenset[str] = frozenset()
    notes: str = ""
    rows: tuple[RowList, ...] = ()
    parts: Mapping[str, Any] = field(default_factory=dict)
    formulas: Mapping[str, Expression] = field(default_factory=dict, compare=False, repr=False)
    fault: str = ""
    """Why this is only a stand-in for a template that cannot be used here; its entries are not changed."""

    def column(self, key: str) -> LedgerColumn:
        """The column with this key; raises `KeyError` for an unknown one."""
        for column in self.columns:
            if column.name == key:
                return column
        raise KeyError(key)

    def row_list(self, name: str) -> RowList | None:
        """The list of child rows that a person means by key or by label."""
        return next((rows for rows in self.rows if name in (rows.name, rows.label)), None)

    def label_of(self, name: str) -> str:
        """What people call a column or a list of child rows; raises `KeyError` for an unknown one."""
        rows = self.row_list(name)
        return rows.label if rows else self.column(name).label

    def says(self, values: Mapping[str, Any], name: str) -> bool:
        """Whether an entry says something in a column, or has a row in a list."""
        rows = self.row_list(name)
        return bool(rows_of(values, rows)) if rows else filled(values.get(name))

    def state(self, key: str) -> State:
        """The state with this key; raises `KeyError` for an unknown one."""
        for state in self.states:
            if state.key == key:
                return state
        raise KeyError(key)

    def state_label(self, key: str) -> str:
        """What people call a state; one that this template does not know by its key."""
        found = self.state_of(key)
        return found.label if found else key

    def state_of(self, text: str) -> State | None:
        """The state that a person means by key or by label."""
        return next((state for state in self.states if text in (state.key, state.label)), None)


class Refusal(NamedTuple):
    """Why an entry may not move: stable code, one Chinese sentence, the columns to open.

    `code` is `no_transition`, `role`, `missing` or `own_matter`.
    """

    code: str
    message: str
    columns: tuple[str, ...] = ()


class LedgerCount(NamedTuple):
    """A computed figure with the ids behind it; money in fen, a share as a fraction or None without denominator."""

    figure: LedgerFigure
    value: float | None
    numerator: int
    denominator: int | None
    records: tuple[str, ...]


class Entry(NamedTuple):
    """What the pure functions need of a ledger entry, as it was on the day that is counted.

    `opened` and `settled` are ISO days (empty: opened before everything; None: not settled), `due` is the deadline of
    that day, as it stands in the values unless given.
    """

    id: str
    state: str
    values: Mapping[str, Any]
    opened: str = ""
    settled: str | None = None
    due: str | None = None


def transitions_from(template: LedgerTemplate, state: str, *, role: str | None = None) -> list[Transition]:
    """The moves that leave a state, in the template's order; with `role`, only those open to that role."""
    return [move for move in template.transitions if move.source == state and (role is None or role in move.roles)]


def transition(template: LedgerTemplate, from_state: str, to_state: str) -> Transition | None:
    """The move from one state to another, None where the template has none."""
    return next((m for m in template.transitions if (m.source, m.target) == (from_state, to_state)), None)


def reopens(template: LedgerTemplate, move: Transition) -> bool:
    """Whether a move takes an entry out of the settled states, which needs a reason."""
    return template.state(move.source).terminal and not template.state(move.target).terminal


def may_move(
    template: LedgerTemplate,
    values: Mapping[str, Any],
    from_state: str,
    to_state: str,
    *,
    role: str,
    person: str,
) -> Refusal | None:
    """Why `person` with `role` may not move an entry, or None when they may."""
    target, move = template.state(to_state), transition(template, from_state, to_state)
    if move is None:
        start = template.state_of(from_state) or State(from_state, from_state)
        allowed = "、".join(f"“{template.state(m.target).label}”" for m in transitions_from(template, from_state))
        hint = f"只能改为{allowed}" if allowed else "不能再改状态"
        return Refusal("no_transition", f"“{start.label}”的条目不能直接改为“{target.label}”，{hint}。")
    if role not in move.roles:
        return Refusal("role", f"您的角色不能把条目改为“{target.label}”。")
    missing = tuple(key for key in move.needs if not template.says(values, key))
    if missing:
        labels = "、".join(f"“{template.label_of(key)}”" for key in missing)
        return Refusal("missing", f"改为“{target.label}”之前，请先填写{labels}。", missing)
    return _own_matter(template, move, values, person)


def _own_matter(template: LedgerTemplate, move: Transition, values: Mapping[str, Any], person: str) -> Refusal | None:
    if not move.not_by:
        return None
    owners = people(values.get(move.not_by))
    label, target = template.column(move.not_by).label, template.state(move.target).label
    if owners & people(person):
        return Refusal("own_matter", f"您是这条的{label}，不能自己改为“{target}”，请由他人办理。", (move.not_by,))
    if move.by and owners & people(values.get(move.by)):
        doer = template.column(move.by).label
        message = f"{doer}不能是{label}本人，请改填{doer}后再改为“{target}”。"
        return Refusal("own_matter", message, (move.by, move.not_by))
    return None


def filled(value: object) -> bool:
    """Whether a column says something; a yes/no column: yes."""
    if isinstance(value, list):
        return bool(value)
    return value is not None and value is not False and (not isinstance(value, str) or bool(value.strip()))


def is_overdue(
    template: LedgerTemplate, values: Mapping[str, Any], state: str, on: date, *, due: str | None = None
) -> bool:
    """Whether the due date has passed by `on` without the matter being settled.

    `due` is the deadline of that day where it is not the one in `values`. One known to the month or year runs until
    its last day. A state that the template does not know counts as open.
    """
    limit = due or (values.get(template.due) if template.due else None)
    known = template.state_of(state)
    if not isinstance(limit, str) or not limit or (known is not None and known.terminal):
        return False
    return _after(on.isoformat(), limit)


def _after(day: str, limit: str) -> bool:
    """Whether `day` is later than the last day of the partial date `limit`."""
    return day[: len(limit)] > limit


def on_time(template: LedgerTemplate, values: Mapping[str, Any], *, due: str | None = None) -> bool:
    """Whether the matter was done by its due date (`due` where given); False when either date is not filled."""
    due = due or (values.get(template.due) if template.due else None)
    done = values.get(template.done) if template.done else None
    return bool(due and done) and not _after(str(done), str(due))


def number_for(template: LedgerTemplate, year: int, serial: int) -> str:
    """The number of an entry by the template's rule, e.g. `ZG-2026-007`."""
    return template.number_rule.format(year=year, serial=serial)


def next_number(template: LedgerTemplate, year: int, taken: Iterable[str | None]) -> str:
    """The number after the largest one of that year; gaps are not filled again."""
    mark = "\0"
    head, _, tail = re.sub(r"\{serial[^}]*\}", mark, template.number_rule).format(year=year).partition(mark)
    shape = re.compile(re.escape(head) + r"(\d+)" + re.escape(tail))
    largest = max((int(found[1]) for number in taken if number and (found := shape.fullmatch(number))), default=0)
    return number_for(template, year, largest + 1)


def in_period(template: LedgerTemplate, entry: Entry, start: date, day: date) -> bool:
    """Whether an entry belongs to a period that began on `start` and is seen on `day`, as the template says."""
    begun, seen = start.isoformat(), day.isoformat()
    if entry.opened > seen:
        return False
    match template.period:
        case "opened":
            return entry.opened >= begun
        case "closed":
            return entry.settled is not None and begun <= entry.settled <= seen
        case "year":
            return entry.opened[:4] == begun[:4] or not entry.opened
    return entry.settled is None or entry.settled >= begun


def count(
    template: LedgerTemplate, entries: Sequence[Entry], on: date, *, start: date = date.min, end: date | None = None
) -> list[LedgerCount]:
    """All figures of a ledger over the period from `start` to `end`, as its entries stand on `on`, in their order."""
    counts: dict[str, LedgerCount] = {}
    for figure in template.figures:
        chosen = [entry for entry in entries if _counts(template, figure, entry, (start, on, end or on))]
        if figure.average:
            chosen = [entry for entry in chosen if _number(template, figure.average, entry, on) is not None]
        number = _measure(template, figure, chosen, on)
        value: float | None = number.numerator if number.denominator == 1 else float(number)
        denominator = None
        if figure.share_of:
            denominator = counts[figure.share_of].numerator
            value = float(number / denominator) if denominator else None
        elif figure.average:
            denominator = len(chosen)
            value = float(_half_up(number / denominator * 100)) / 100 if denominator else None
        ids = tuple(entry.id for entry in chosen)
        counts[figure.key] = LedgerCount(figure, value, _half_up(number), denominator, ids)
    return list(counts.values())


def _half_up(number: Fraction) -> int:
    whole = (abs(number) * 2 + 1) // 2
    return whole if number >= 0 else -whole


def _number(template: LedgerTemplate, column: str, entry: Entry, on: date) -> Fraction | None:
    """What a column says as a number, of a computed one what its formula gives; None where it says none."""
    formula = template.formulas.get(column)
    try:
        value = formula.value(entry.values, on) if formula else entry.values.get(column)
        return None if value is None or value == "" else Fraction(str(value))
    except ValueError:
        return None


_Span = tuple[date, date, date]
"""The first day of a period, the day on which it is seen, its last day."""


def _counts(template: LedgerTemplate, figure: LedgerFigure, entry: Entry, span: _Span) -> bool:
    on = span[1]
    if not _placed(template, figure, entry, span):
        return False
    if figure.states and entry.state not in figure.states:
        return False
    if any(not _holds(entry.values.get(column), wanted) for column, wanted in figure.where.items()):
        return False
    if figure.overdue and not is_overdue(template, entry.values, entry.state, on, due=entry.due):
        return False
    return not figure.on_time or on_time(template, entry.values, due=entry.due)


def counted_words(template: LedgerTemplate, figure: LedgerFigure) -> str:
    """The sentence that says how a figure's entries belong to the period."""
    if figure.counted_by == AS_OF:
        return "截至期末，不论何时列入。"
    if figure.counted_by:
        return f"按“{template.column(figure.counted_by).label}”计入期间，没有填的按办结或列入的日期。"
    return f"只计{PERIODS[template.period]}的条目，按期末的状态。"


def _placed(template: LedgerTemplate, figure: LedgerFigure, entry: Entry, span: _Span) -> bool:
    start, on, end = span
    if figure.counted_by == AS_OF:
        return entry.opened <= on.isoformat()
    if figure.counted_by:
        # Without the date the passages tell when; a date known to the month or year counts where all of it lies in
        # the period.
        day = str(entry.values.get(figure.counted_by) or entry.settled or entry.opened)
        return not day or (start <= first_day(day) <= on and last_day(day) <= end)
    return in_period(template, entry, start, on)


def _holds(value: object, wanted: Collection[Any]) -> bool:
    if isinstance(value, list):
        return any(each in wanted for each in value)
    return value is not None and value in wanted


def _measure(template: LedgerTemplate, figure: LedgerFigure, entries: Sequence[Entry], on: date) -> Fraction:
    added = figure.sum or figure.average
    if added:
        numbers = (_number(template, added, entry, on) for entry in entries)
        return sum((number for number in numbers if number is not None), Fraction(0))
    if figure.distinct:
        return Fraction(
            len({_plain(entry.values[figure.distinct]) for entry in entries if entry.values.get(figure.distinct)})
        )
    return Fraction(len(entries))


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
