"""A branch that gets part of every operation: withheld leaves, late ones, clearings, and the same truth in the end."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dangjian_desktop.domain.records.changes import Creation, FieldKey, Operation, Value
from dangjian_desktop.sync.edits import Author, clear, create, edit, undo
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.partial import Late, late, part_of, with_late
from dangjian_desktop.sync.plan import merged, plan
from dangjian_desktop.sync.versions import BINNED, RecordKey

STREET, BRANCH = Author("street", "街道"), Author("branch", "支部")
PATHS = ("name", "phone", "attendance.zhao", "attendance.qian")
DATA = st.data()


class Parts(RuleBasedStateMachine):
    """A street that has all, and a branch that may have some fields of some records, and more of them as time goes."""

    @initialize()
    def begin(self) -> None:
        self.street, self.branch = LogState(), LogState()
        self.allowed: set[FieldKey] = set()
        self.post: list[tuple[Late, ...]] = []
        self.values: dict[FieldKey, set[str]] = {}
        self.serial = 0
        self.new_record(True)
        self.new_record(False)

    def fresh(self, key: FieldKey) -> Value:
        self.serial += 1
        value = f"<{self.serial}>"
        self.values.setdefault(key, set()).add(value)
        return value

    @rule(visible=st.booleans())
    def new_record(self, visible: bool) -> None:
        record = f"r{self.serial}"
        keys = [FieldKey("meeting", record, path) for path in PATHS]
        values = {key.path: self.fresh(key) for key in keys}
        if visible:
            # Whether a phone is for the branch is a matter of its own: a restricted field.
            self.allowed.update(key for key in keys if key.path != "phone")
            self.allowed.add(FieldKey("meeting", record, BINNED))
        self.enter_street(create(self.street, STREET, "新建", [Creation("meeting", record, values)]))

    def enter_street(self, operation: Operation | None) -> None:
        if operation is not None:
            self.street = self.street.adding([operation])

    def keys(self, state: LogState) -> list[FieldKey]:
        return sorted(FieldKey(*record, path) for record in state.creations for path in PATHS)

    @rule(data=DATA, count=st.integers(1, 3))
    def street_edits(self, data: st.DataObject, count: int) -> None:
        keys = [data.draw(st.sampled_from(self.keys(self.street))) for _ in range(count)]
        self.enter_street(edit(self.street, STREET, "修改", {key: self.fresh(key) for key in keys}))

    @rule(data=DATA)
    def branch_edits(self, data: st.DataObject) -> None:
        known = [key for key in self.keys(self.branch) if key in self.allowed and not self.waits(key)]
        if known:
            key = data.draw(st.sampled_from(known))
            made = edit(self.branch, BRANCH, "修改", {key: self.fresh(key)})
            self.branch = self.branch.adding([made] if made else [])

    def waits(self, key: FieldKey) -> bool:
        """Whether leaves about the field are still under way."""
        leaves = [each for came in self.post for each in came]
        moved = any(change.key == key for each in leaves for change in each.changes)
        return moved or any(new.record == key.record for each in leaves for new in each.creations)

    @rule(data=DATA)
    def street_clears(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(self.keys(self.street)))
        self.enter_street(clear(self.street, STREET, "到期清除", [key]))

    @rule(data=DATA)
    def street_undoes(self, data: st.DataObject) -> None:
        undoable = (o for o in self.street.operations.values() if o.nature in ("edit", "undo", "redo"))
        done = sorted(undoable, key=lambda o: o.lamport)
        if done:
            self.enter_street(undo(self.street, STREET, "撤销", data.draw(st.sampled_from(done)).id).operation)

    @rule()
    def parcel_goes_down(self) -> None:
        news = [o for o in self.street.operations.values() if not self.branch.has(o.id)]
        parts = [part_of(o, self.allowed.__contains__) for o in news]
        step = plan(self.branch, parts)
        assert len(step.apply) == len(news) and not step.gaps, "every number travels, if only as a shell"
        self.branch = merged(self.branch, step)

    @rule()
    def parcel_goes_up(self) -> None:
        own = [o for o in self.branch.operations.values() if o.id.origin == BRANCH.origin]
        self.street = merged(self.street, plan(self.street, own))

    @rule(data=DATA)
    def more_is_allowed(self, data: st.DataObject) -> None:
        hidden = [key for key in self.keys(self.street) if key not in self.allowed]
        if hidden:
            self.widen(set(data.draw(st.lists(st.sampled_from(hidden), min_size=1, max_size=4))))

    def widen(self, more: set[FieldKey]) -> None:
        before, self.allowed = frozenset(self.allowed), self.allowed | more
        had = [o for o in self.street.operations.values() if self.branch.has(o.id)]
        leaves = (late(o, before.__contains__, self.allowed.__contains__) for o in had)
        self.post.append(tuple(each for each in leaves if each is not None))

    @rule(data=DATA, again=st.booleans())
    def late_leaves_come(self, data: st.DataObject, again: bool) -> None:
        if self.post:
            came = data.draw(st.sampled_from(self.post)) if again else self.post.pop()
            self.branch = with_late(self.branch, came)
            assert with_late(self.branch, came) == self.branch

    @invariant()
    def nothing_withheld_is_at_the_branch(self) -> None:
        if hasattr(self, "street"):
            told = repr(self.branch)
            for key, values in self.values.items():
                if key not in self.allowed:
                    assert not any(repr(value) in told for value in values)

    @invariant()
    def both_say_the_same_of_what_both_have(self) -> None:
        if hasattr(self, "street") and self.branch.seen == self.street.seen and not self.post:
            for key in self.keys(self.branch):
                if key in self.allowed:
                    self.same(key)

    def same(self, key: FieldKey) -> None:
        theirs = {version.operation: version.value for version in self.branch.standing(key)}
        assert theirs == {version.operation: version.value for version in self.street.standing(key)}

    def teardown(self) -> None:
        if not hasattr(self, "street"):
            return
        self.parcel_goes_up()
        self.parcel_goes_down()
        self.widen({*self.keys(self.street), *(FieldKey(*record, BINNED) for record in self.street.creations)})
        for came in reversed(self.post):
            self.branch = with_late(self.branch, came)
        assert self.branch.seen == self.street.seen
        for key in self.keys(self.street):
            self.same(key)
            assert len(self.branch.history(key)) == len(self.street.history(key))
        for record in self.street.creations:
            assert self.branch.record(RecordKey(*record)) == self.street.record(RecordKey(*record))


Parts.TestCase.settings = settings(
    max_examples=120, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestParts = Parts.TestCase
