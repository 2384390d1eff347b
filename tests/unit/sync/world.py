"""Several desks that edit and exchange, and a witness who knows what every writer had seen.

The witness keeps each operation as it was made and the vector of its maker at that moment. What
stands, what is in conflict and what is cleared is worked out here from vectors alone: it looks at
neither `replaces` nor the indexes of the program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dangjian_desktop.domain.records.changes import CLEARED, FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.edits import Author
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.plan import GapReason, MergePlan, merged, plan
from dangjian_desktop.sync.versions import RecordKey

Vector = dict[str, int]


def within(operation: OpId, vector: Vector) -> bool:
    return operation.seq <= vector.get(operation.origin, 0)


@dataclass(repr=False)
class Desk:
    """One machine: its present incarnation, its state, and what the witness knows to have reached it."""

    name: str
    origin: str
    state: LogState = field(default_factory=LogState)
    known: Vector = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"{self.origin}{self.known}"

    @property
    def author(self) -> Author:
        return Author(self.origin, account=self.name)


@dataclass
class Witness:
    """The journal of everything ever entered, with what its writer had seen."""

    made: dict[OpId, Operation] = field(default_factory=dict)
    context: dict[OpId, Vector] = field(default_factory=dict)

    def note(self, desk: Desk, operation: Operation) -> None:
        assert operation.id not in self.made, "a number was used twice"
        assert all(operation.lamport > self.made[op].lamport for op in self.made if within(op, desk.known))
        self.made[operation.id] = operation
        self.context[operation.id] = dict(desk.known)
        desk.known[operation.id.origin] = operation.id.seq

    def fields(self) -> set[FieldKey]:
        moved = {change.key for op in self.made.values() for change in op.changes}
        born = {
            FieldKey(c.kind, c.record, path) for op in self.made.values() for c in op.creations for path in c.values
        }
        return moved | born

    def entered(self, key: FieldKey) -> dict[OpId, Value]:
        """What each operation entered for the field; a creation enters every field of its record."""
        entered: dict[OpId, Value] = {}
        for op in self.made.values():
            for creation in op.creations:
                if (creation.kind, creation.record) == (key.kind, key.record):
                    entered[op.id] = creation.values.get(key.path)
            for change in op.changes:
                if change.key == key:
                    entered[op.id] = change.after
        return entered

    def pasts(self, key: FieldKey) -> dict[OpId, set[OpId]]:
        """For each writer of the field, the writers whose work it built upon, directly or through others."""
        writers = sorted(self.entered(key), key=lambda op: self.made[op].lamport)
        pasts: dict[OpId, set[OpId]] = {}
        for writer in writers:
            seen = [other for other in writers if within(other, self.context[writer])]
            pasts[writer] = set(seen).union(*(pasts[other] for other in seen))
        return pasts


@dataclass
class View:
    """What the witness says about one field to someone who has seen `known`."""

    heads: set[OpId]
    cleared: set[OpId]
    values: dict[OpId, Value]
    complete: bool

    @property
    def disagreeing(self) -> bool:
        texts = {repr(None if self.values[head] is CLEARED else self.values[head]) for head in self.heads}
        return len(texts) > 1


def view(witness: Witness, key: FieldKey, known: Vector) -> View:
    entered, pasts = witness.entered(key), witness.pasts(key)
    here = {op for op in entered if within(op, known)}
    clearings = [op for op in here if witness.made[op].nature == "clear"]
    return View(
        heads={op for op in here if not any(op in pasts[other] for other in here)},
        cleared=set().union(*(pasts[op] for op in clearings)),
        values={op: entered[op] for op in here},
        complete=all(pasts[op] <= here for op in here),
    )


def packet(desk: Desk, receipt: Vector) -> tuple[Operation, ...]:
    """What `desk` hands over to someone who has confirmed `receipt`: its own work and what it relays."""
    return tuple(op for op in desk.state.operations.values() if not within(op.id, receipt))


def deliver(witness: Witness, desk: Desk, operations: Sequence[Operation]) -> MergePlan:
    """Merge at `desk`, checking the plan against what the witness expects to be taken."""
    merge = plan(desk.state, operations)
    numbers, stops = {op.id for op in operations}, {}
    for gap in merge.gaps:
        if gap.reason is GapReason.CLEARING:
            check_refusal(witness, OpId(gap.origin, gap.first), operations)
            stops[gap.origin] = gap.first
    expected = takeable(witness, desk.known, numbers, stops)
    waiting = {op for op in numbers if not within(op, expected)}
    assert bool(waiting) == bool(merge.gaps), "nothing waits without a name"
    before = desk.state
    desk.state, desk.known = merged(before, merge), {o: n for o, n in expected.items() if n}
    assert desk.state.seen == desk.known
    check_promises(before, desk.state, merge)
    check_idempotent(desk.state, merge, operations)
    return merge


def takeable(witness: Witness, known: Vector, numbers: set[OpId], stops: Vector) -> Vector:
    """How far `numbers` go on from `known`: no holes, nothing before what its writer had seen, not past `stops`."""
    reached, before = dict(known), None
    while reached != before:
        before = dict(reached)
        for origin in {number.origin for number in numbers}:
            following = OpId(origin, reached.get(origin, 0) + 1)
            context = witness.context.get(following, {})
            seen = all(seq <= reached.get(other, 0) for other, seq in context.items())
            if following in numbers and seen and following.seq < stops.get(origin, following.seq + 1):
                reached[origin] = following.seq
    return reached


def check_refusal(witness: Witness, refused: OpId, operations: Sequence[Operation]) -> None:
    """Only what came emptied, without the clearing that emptied it, may be put off."""
    came = next(op for op in operations if op.id == refused)
    assert "CLEARED" in repr(came) and came != witness.made[refused]


def check_promises(before: LogState, after: LogState, merge: MergePlan) -> None:
    """The plan told beforehand exactly what the merge then did."""
    shown = shown_values(before)
    now = shown_values(after)
    assert {k: v for k, v in now.items() if shown.get(k) != v} == {
        k: v for k, v in merge.values.items() if v is not None
    }
    assert {k for k in shown if k not in now} == {k for k, v in merge.values.items() if v is None}
    old, new = ({c.key: c for c in state.conflicts()} for state in (before, after))
    assert {c.key: c for c in merge.conflicts} == {k: c for k, c in new.items() if old.get(k) != c}
    assert set(merge.decided) == old.keys() - new.keys()


def check_idempotent(state: LogState, merge: MergePlan, operations: Sequence[Operation]) -> None:
    assert merged(state, merge) == state
    again = plan(state, operations)
    assert not again.apply and not again.values and not again.conflicts and not again.decided
    assert again.gaps == merge.gaps


def shown_values(state: LogState) -> dict[FieldKey, Value]:
    return {
        FieldKey(*record, path): value
        for record in state.creations
        for path, value in (state.record(record) or {}).items()
    }


def check_field(witness: Witness, desk: Desk, key: FieldKey) -> None:
    """What the desk says about one field is what the witness says."""
    seen, state = view(witness, key, desk.known), desk.state
    if not seen.heads:
        assert not state.heads(key)
        return
    winner = max(seen.heads, key=lambda op: (witness.made[op].lamport, op.origin))
    assert state.standing(key)[0].operation == winner
    conflict = state.conflict(key)
    if not seen.complete:
        assert seen.heads <= state.heads(key)
        assert conflict is None or conflict.awaits
        return
    assert state.heads(key) == seen.heads
    assert (conflict is not None) == seen.disagreeing
    assert conflict is None or not conflict.awaits
    check_kept(seen, state, key)


def check_kept(seen: View, state: LogState, key: FieldKey) -> None:
    """Every value that reached the desk is in the field's history, unless it was cleared; then it is nowhere."""
    history = {version.operation: version for version in state.history(key)}
    assert history.keys() == seen.values.keys()
    for op, value in seen.values.items():
        gone = value is CLEARED or op in seen.cleared
        assert history[op].value == (None if gone else value)
        assert value is None or history[op].cleared == gone
    remaining = {repr(seen.values[op]) for op in seen.values.keys() - seen.cleared}
    text = repr(list(log_of(state, key)))
    for op in seen.cleared:
        value = repr(seen.values[op])
        assert value in remaining | {"None", "True", "False"} or value not in text


def log_of(state: LogState, key: FieldKey) -> Iterator[object]:
    """All that the log holds about the field, wherever it holds it."""
    for op in state.operations.values():
        yield from (c.values.get(key.path) for c in op.creations if (c.kind, c.record) == (key.kind, key.record))
        yield from ((c.before, c.after) for c in op.changes if c.key == key)
    yield from ((c.before, c.after) for c in state.changes.get(key, {}).values())
    _, creation = state.creations.get(RecordKey(key.kind, key.record), (None, None))
    yield creation and creation.values.get(key.path)


def meet(witness: Witness, desks: Sequence[Desk]) -> None:
    """Everyone hands everything to the first desk, which hands it on to everyone."""
    first, *others = desks
    for desk in others:
        assert not deliver(witness, first, packet(desk, first.known)).gaps
    for desk in others:
        assert not deliver(witness, desk, packet(first, desk.known)).gaps
