"""Two to four desks at random: whatever is lost, doubled, late or relayed, all end with the same truth."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from dangjian_desktop.domain.records.changes import Creation, FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.edits import clear, create, edit, move_to_bin, resolve, undo
from dangjian_desktop.sync.log import Conflict, LogState
from dangjian_desktop.sync.tree import effective_parents
from dangjian_desktop.sync.versions import BINNED, KeptReason, RecordKey
from unit.sync.world import Desk, Vector, Witness, check_field, deliver, meet, packet, view

PATHS = {
    "member": ("name", "phone"),
    "meeting": ("topic", "attendance.zhao", "attendance.qian"),
    "ledger_entry": ("state", "values.due", "values.steps.01a", "values.steps.01b"),
    "organisation": ("name",),
}
DATA = st.data()


class Desks(RuleBasedStateMachine):
    """Desks of one street office and its branches."""

    @initialize(count=st.integers(2, 4))
    def open_desks(self, count: int) -> None:
        self.witness = Witness()
        self.desks = [Desk(name, f"{name}1") for name in ("甲", "乙", "丙", "丁")[:count]]
        self.incarnations = {desk.name: 1 for desk in self.desks}
        self.post: list[tuple[Operation, ...]] = []
        self.receipts: list[Vector] = [{}]
        self.copies: list[tuple[LogState, Vector]] = []
        self.busy: list[FieldKey] = []
        self.serial = 0
        for kind in ("organisation", "organisation", "member", "meeting", "ledger_entry"):
            self.new_record(self.desks[0], kind, filled=True)
        meet(self.witness, self.desks)

    # What people enter.

    def fresh(self, path: str) -> Value:
        self.serial += 1
        text = f"<{self.serial}>"
        return {"presence": text} if path.startswith("attendance.") else text

    def record(self, desk: Desk, operation: Operation | None) -> None:
        if operation is not None:
            self.witness.note(desk, operation)
            desk.state = desk.state.adding([operation])

    def desk(self, data: st.DataObject) -> Desk:
        return data.draw(st.sampled_from(self.desks))

    def field(self, data: st.DataObject, desk: Desk) -> FieldKey:
        here = [FieldKey(*record, path) for record in desk.state.creations for path in PATHS[record.kind]]
        busy = [key for key in self.busy[-3:] if key in here]  # people meet where work is being done
        self.busy.append(data.draw(st.sampled_from(busy * 3 + sorted(here))))
        return self.busy[-1]

    @precondition(lambda self: len(self.witness.made) < 60)
    @rule(data=DATA, kind=st.sampled_from(sorted(PATHS)), filled=st.booleans())
    def create(self, data: st.DataObject, kind: str, filled: bool) -> None:
        self.new_record(self.desk(data), kind, filled)

    def new_record(self, desk: Desk, kind: str, filled: bool) -> None:
        self.serial += 1
        values = {path: self.fresh(path) for path in PATHS[kind]} if filled else {}
        self.record(desk, create(desk.state, desk.author, "新建", [Creation(kind, f"r{self.serial}", values)]))

    @rule(data=DATA, count=st.integers(1, 3), emptied=st.booleans())
    def edit(self, data: st.DataObject, count: int, emptied: bool) -> None:
        desk = self.desk(data)
        keys = [self.field(data, desk) for _ in range(count)]
        values = {key: self.fresh(key.path) for key in keys}
        if emptied:
            values[keys[0]] = None
        self.record(desk, edit(desk.state, desk.author, "修改", values))

    @rule(data=DATA, back=st.booleans())
    def bin_or_take_back(self, data: st.DataObject, back: bool) -> None:
        desk = self.desk(data)
        record = data.draw(st.sampled_from(sorted(desk.state.creations)))
        if back:
            taken = edit(desk.state, desk.author, "放回", {FieldKey(*record, BINNED): False})
        else:
            taken = move_to_bin(desk.state, desk.author, "删除", [record])
        self.record(desk, taken)

    @rule(data=DATA)
    def move_organisation(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        ids = sorted(record.record for record in desk.state.creations if record.kind == "organisation")
        if len(ids) < 2:
            return
        child, parent = data.draw(st.permutations(ids))[:2]
        parents, stamps = tree(desk.state)
        node: str | None = parent
        while node is not None and node != child:  # no service offers a place below the unit itself
            node = parents.get(node)
        if node is None:
            key = FieldKey("organisation", child, "parent")
            self.record(desk, edit(desk.state, desk.author, "调整隶属", {key: parent}))

    @rule(data=DATA)
    def clear(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        key = self.field(data, desk)
        self.record(desk, clear(desk.state, desk.author, "到期清除", [key]))
        assert desk.state.value(key) is None

    def decidable(self, desk: Desk) -> list[Conflict]:
        """The conflicts of records that are here; deciding before all sides have come is allowed too."""
        conflicts = (c for c in desk.state.conflicts() if RecordKey(c.key.kind, c.key.record) in desk.state.creations)
        return sorted(conflicts, key=lambda conflict: conflict.key)

    @precondition(lambda self: any(map(self.decidable, self.desks)))
    @rule(data=DATA)
    def decide(self, data: st.DataObject) -> None:
        desk = data.draw(st.sampled_from([desk for desk in self.desks if self.decidable(desk)]))
        conflict = data.draw(st.sampled_from(self.decidable(desk)))
        chosen = data.draw(st.sampled_from(conflict.versions))
        self.record(desk, resolve(desk.state, desk.author, "裁定", {conflict.key: chosen.value}))
        assert desk.state.conflict(conflict.key) is None
        assert desk.state.value(conflict.key) == chosen.value

    @rule(data=DATA)
    def undo(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        target = data.draw(st.sampled_from(sorted(desk.state.operations)))
        before = desk.state
        undone = undo(before, desk.author, "撤销", target)
        self.record(desk, undone.operation)
        self.check_undone(desk, before, target, undone.kept)

    def check_undone(self, desk: Desk, before: LogState, target: OpId, kept: Any) -> None:
        made = self.witness.made[target]
        wanted: dict[FieldKey, Value] = {change.key: change.before for change in made.changes}
        wanted |= {FieldKey(new.kind, new.record, BINNED): True for new in made.creations}
        undone_here = {op.undoes for op in desk.state.operations.values()}
        for key, value in wanted.items():
            later = {
                writer
                for writer, past in self.witness.pasts(key).items()
                if writer in before.operations and writer != target and writer not in self.witness.pasts(key)[target]
            }
            if key not in kept:
                assert desk.state.value(key) == value
                assert all(writer in undone_here or self.witness.made[writer].undoes for writer in later)
            else:
                assert desk.state.value(key) == before.value(key)
                settled = view(self.witness, key, desk.known).complete
                assert kept[key] is not KeptReason.CHANGED_SINCE or later or not settled

    # What happens to sticks and machines.

    @rule(data=DATA, whole=st.booleans(), torn_off=st.integers(0, 2))
    def post_packet(self, data: st.DataObject, whole: bool, torn_off: int) -> None:
        receipts = [*self.receipts[-4:], *(desk.known for desk in self.desks)]
        operations = self.packed(data, self.desk(data), data.draw(st.sampled_from(receipts)), whole)
        if operations[torn_off:]:
            self.post.append(operations[torn_off:])

    def packed(self, data: st.DataObject, desk: Desk, receipt: Vector, whole: bool) -> tuple[Operation, ...]:
        """All that is new to the receipt's giver, or one incarnation's part of it."""
        operations = packet(desk, receipt)
        if whole or not operations:
            return operations
        origin = data.draw(st.sampled_from(sorted({op.id.origin for op in operations})))
        return tuple(op for op in operations if op.id.origin == origin)

    @precondition(lambda self: self.post)
    @rule(data=DATA, lost=st.booleans(), backwards=st.booleans(), doubled=st.booleans())
    def packet_comes(self, data: st.DataObject, lost: bool, backwards: bool, doubled: bool) -> None:
        number = data.draw(st.integers(0, len(self.post) - 1))
        operations = self.post.pop(number) if lost else self.post[number]
        desk = self.desk(data)
        operations = operations[::-1] if backwards else operations
        self.take(desk, operations * 2 if doubled else operations)

    @rule(data=DATA, whole=st.booleans())
    def visit(self, data: st.DataObject, whole: bool) -> None:
        giver, taker = data.draw(st.permutations(self.desks))[:2]
        self.take(taker, self.packed(data, giver, taker.known, whole))

    @precondition(lambda self: len(self.desks) > 2)
    @rule(data=DATA, cleared=st.booleans())
    def work_travels_on(self, data: st.DataObject, cleared: bool) -> None:
        """One desk edits, the next goes on with the same field; parts of it reach a third."""
        first, second, third = data.draw(st.permutations(self.desks))[:3]
        key = self.field(data, first)
        self.record(first, edit(first.state, first.author, "修改", {key: self.fresh(key.path)}))
        self.take(second, packet(first, second.known))
        if cleared:
            self.record(second, clear(second.state, second.author, "到期清除", [key]))
        else:
            self.record(second, edit(second.state, second.author, "接着修改", {key: self.fresh(key.path)}))
        self.take(third, self.packed(data, second, third.known, whole=False))

    def take(self, desk: Desk, operations: tuple[Operation, ...]) -> None:
        deliver(self.witness, desk, operations)
        self.receipts.append(dict(desk.known))
        self.check_desk(desk)

    @rule(data=DATA)
    def back_up(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        self.copies.append((desk.state, dict(desk.known)))

    @precondition(lambda self: self.copies)
    @rule(data=DATA)
    def restore(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        desk.state, known = data.draw(st.sampled_from(self.copies))
        desk.known = dict(known)
        self.new_incarnation(desk)

    @precondition(lambda self: len(self.desks) < 4)
    @rule(data=DATA)
    def copy_file_to_another_machine(self, data: st.DataObject) -> None:
        desk = self.desk(data)
        copy = Desk(desk.name, desk.origin, desk.state, dict(desk.known))
        self.new_incarnation(copy)
        self.desks.append(copy)

    def new_incarnation(self, desk: Desk) -> None:
        self.incarnations[desk.name] += 1
        desk.origin = f"{desk.name}{self.incarnations[desk.name]}"

    # What must hold.

    def check_desk(self, desk: Desk) -> None:
        for key in self.witness.fields():
            check_field(self.witness, desk, key)

    def everyone_meets(self) -> None:
        everything: Vector = {}
        for desk in self.desks:
            everything = {o: max(everything.get(o, 0), desk.known.get(o, 0)) for o in everything | desk.known}
        meet(self.witness, self.desks)
        first = self.desks[0]
        self.check_desk(first)
        for desk in self.desks:
            assert desk.state == first.state
            assert desk.state.seen == everything
            for key in self.witness.fields():
                assert desk.state.standing(key) == first.state.standing(key)
        self.check_tree(first.state)

    def check_tree(self, state: LogState) -> None:
        parents, _ = tree(state)
        for start in parents:
            node, steps = start, 0
            while (node := parents.get(node) or "") and steps <= len(parents):
                steps += 1
            assert steps <= len(parents), "the tree goes round in a circle"

    def teardown(self) -> None:
        if hasattr(self, "desks"):
            self.everyone_meets()


def tree(state: LogState) -> tuple[dict[str, str | None], dict[str, tuple[int, str]]]:
    parents: dict[str, str | None] = {}
    stamps = {}
    for record in state.creations:
        if record.kind == "organisation":
            winner = state.standing(FieldKey(*record, "parent"))[0]
            parents[record.record], stamps[record.record] = winner.value, winner.stamp
    return effective_parents(parents, stamps), stamps


Desks.TestCase.settings = settings(
    max_examples=120, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDesks = Desks.TestCase
