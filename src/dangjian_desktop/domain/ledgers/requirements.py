"""What a state asks for as long as it holds: what its moves asked for before, and that somebody else made them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from .ledgers import LedgerTemplate, Refusal, Transition
from .passages import Step, Values, terminal_states
from .persons import people


class HeldMove(NamedTuple):
    """One move whose requirements still hold, and the account that made it."""

    move: Transition
    by: str


def held(template: LedgerTemplate, known: Sequence[Step]) -> list[HeldMove]:
    """The moves whose requirements hold now: the last one, and in a settled entry all since it was settled."""
    terminal = terminal_states(template)
    found: list[HeldMove] = []
    for index in range(len(known) - 1, -1, -1):
        step = known[index]
        before = known[index - 1].state if index else None
        if before == step.state:
            continue
        found += [HeldMove(move, step.by) for move in _moves(template, before, step.state)]
        if step.state not in terminal or before not in terminal:
            break
    return found


def _moves(template: LedgerTemplate, before: str | None, state: str) -> list[Transition]:
    """The move that led here; where nobody saw it (an old ledger), the only one that can have."""
    into = [move for move in template.transitions if move.target == state]
    exact = [move for move in into if move.source == before]
    return exact or (into if len(into) == 1 else [])


def broken(
    template: LedgerTemplate, values: Values, known: Sequence[Step], touched: Collection[str] | None
) -> Refusal | None:
    """Why an entry cannot be left like this, or None. `touched` are the columns that were changed, None for all."""
    if not known:
        return None
    state = template.state_of(known[-1].state)
    if state is None:
        return None
    for move, by in held(template, known):
        missing = tuple(key for key in move.needs if _asked(key, touched) and not template.says(values, key))
        if missing:
            labels = "、".join(f"“{template.label_of(key)}”" for key in missing)
            return Refusal("missing", f"“{state.label}”的条目不能没有{labels}。", missing)
        refusal = _own_matter(template, move, by, values, touched)
        if refusal:
            return refusal
    return None


def deadline_kept(
    template: LedgerTemplate, state: str | None, known: Sequence[Step], touched: Collection[str]
) -> Refusal | None:
    """Why the deadline of an entry that was settled in `state` and stays so cannot be changed, or None.

    Whether it was done in time is told by it, so whoever moves it afterwards would rewrite that.
    """
    terminal = terminal_states(template)
    if not known or not template.due or template.due not in touched:
        return None
    if state not in terminal or known[-1].state not in terminal:
        return None
    label, closed = template.column(template.due).label, template.state(known[-1].state).label
    return Refusal("settled", f"“{closed}”的条目不能再改“{label}”：是不是按期办结，要按当时的期限算。", (template.due,))


def _asked(key: str | None, touched: Collection[str] | None) -> bool:
    return touched is None or key in touched


def _own_matter(
    template: LedgerTemplate, move: Transition, by: str, values: Values, touched: Collection[str] | None
) -> Refusal | None:
    if not move.not_by or not (_asked(move.not_by, touched) or _asked(move.by, touched)):
        return None
    owners = people(values.get(move.not_by))
    label, target = template.column(move.not_by).label, template.state(move.target).label
    if move.by and owners & people(values.get(move.by)):
        doer = template.column(move.by).label
        return Refusal("own_matter", f"{doer}不能是{label}本人。", (move.by, move.not_by))
    if owners & people(by):
        return Refusal("own_matter", f"改为“{target}”是账户“{by}”办的，{label}不能是同一个人。", (move.not_by,))
    return None
