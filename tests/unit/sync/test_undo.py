"""Undo as people expect it: step by step back and forth, from the history months later, never erasing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dangjian_desktop.domain.records.changes import Creation, FieldKey, OpId
from dangjian_desktop.sync.edits import Author, clear, create, edit, move_to_bin, resolve, undo
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.plan import merged, plan
from dangjian_desktop.sync.versions import BINNED, KeptReason, RecordKey

HERE, THERE = Author("甲1", "甲"), Author("乙1", "乙")
MEMBER = RecordKey("member", "p1")
NAME, PHONE, BIN = (FieldKey(*MEMBER, path) for path in ("name", "phone", BINNED))


def start() -> LogState:
    return add(LogState(), create(LogState(), HERE, "新建", [Creation(*MEMBER, {"name": "赵一", "phone": "1"})]))


def add(state: LogState, operation: object) -> LogState:
    assert operation is not None
    return state.adding([operation])  # type: ignore[list-item]


def last(state: LogState, author: Author = HERE) -> OpId:
    return OpId(author.origin, state.seen[author.origin])


def both(one: LogState, other: LogState) -> LogState:
    return merged(one, plan(one, list(other.operations.values())))


EDITS = st.lists(
    st.dictionaries(st.sampled_from([NAME, PHONE, BIN]), st.sampled_from(["a", "b", None]), min_size=1), max_size=6
)


@settings(deadline=None)
@given(EDITS)
def test_ctrl_z_walks_back_through_everything_and_redo_walks_forward_again(edits: list[dict[FieldKey, str]]) -> None:
    state, stops, done = start(), [], []
    for values in edits:
        if operation := edit(state, HERE, "修改", values):
            stops.append(state.record(MEMBER))
            state = add(state, operation)
            done.append(operation.id)
    stops.append(state.record(MEMBER))
    undos = []
    for target, stop in zip(reversed(done), reversed(stops[:-1]), strict=True):
        undone = undo(state, HERE, "撤销", target)
        assert not undone.kept
        state = add(state, undone.operation)
        undos.append(last(state))
        assert state.record(MEMBER) == stop
    for target, stop in zip(reversed(undos), stops[1:], strict=True):
        redone = undo(state, HERE, "重做", target)
        assert not redone.kept
        state = add(state, redone.operation)
        assert state.operations[last(state)].nature == "redo"
        assert state.record(MEMBER) == stop
    assert len(state.operations) == 1 + 3 * len(done)


def test_undo_leaves_alone_what_changed_since_and_says_so() -> None:
    state = add(start(), edit(start(), HERE, "修改", {NAME: "钱二", PHONE: "2"}))
    target = last(state)
    state = add(state, edit(state, HERE, "改电话", {PHONE: "3"}))
    undone = undo(state, HERE, "撤销", target)
    assert undone.kept == {PHONE: KeptReason.CHANGED_SINCE}
    assert add(state, undone.operation).record(MEMBER) == {"name": "赵一", "phone": "3"}


def test_undo_of_chosen_fields_leaves_the_others() -> None:
    state = add(start(), edit(start(), HERE, "修改", {NAME: "钱二", PHONE: "2"}))
    undone = undo(state, HERE, "撤销", last(state), keys={NAME})
    assert not undone.kept
    assert add(state, undone.operation).record(MEMBER) == {"name": "赵一", "phone": "2"}


def test_undoing_twice_does_nothing_the_second_time() -> None:
    state = add(start(), edit(start(), HERE, "修改", {PHONE: "2"}))
    target = last(state)
    state = add(state, undo(state, HERE, "撤销", target).operation)
    again = undo(state, HERE, "撤销", target)
    assert again.operation is None
    assert again.kept == {PHONE: KeptReason.CHANGED_SINCE}


def test_undo_of_a_creation_bins_it_unless_something_refers_to_it() -> None:
    state = start()
    refused = undo(state, HERE, "撤销", last(state), referred_to={MEMBER})
    assert refused.operation is None
    assert refused.kept == {BIN: KeptReason.REFERRED_TO}
    binned = add(state, undo(state, HERE, "撤销", last(state)).operation)
    assert binned.record(MEMBER) == {"name": "赵一", "phone": "1", BINNED: True}
    assert add(binned, undo(binned, HERE, "重做", last(binned)).operation).record(MEMBER) == state.record(MEMBER)


def test_a_binned_record_comes_back_whole() -> None:
    state = add(start(), move_to_bin(start(), HERE, "删除", [MEMBER]))
    assert state.value(BIN) is True
    assert add(state, undo(state, HERE, "撤销", last(state)).operation).record(MEMBER) == start().record(MEMBER)


def test_a_clearing_is_not_undone_nor_is_anything_that_would_bring_a_cleared_value_back() -> None:
    state = add(start(), edit(start(), HERE, "修改", {PHONE: "2"}))
    target = last(state)
    state = add(state, clear(state, HERE, "到期清除", [PHONE]))
    assert undo(state, HERE, "撤销", last(state)).kept == {PHONE: KeptReason.CLEARED}
    assert undo(state, HERE, "撤销", target).kept == {PHONE: KeptReason.CLEARED}


def test_both_desks_undoing_the_same_operation_leave_the_way_to_the_one_before_open() -> None:
    state = add(start(), edit(start(), HERE, "修改", {PHONE: "2"}))
    first = last(state)
    state = add(state, edit(state, HERE, "又改", {PHONE: "3"}))
    second = last(state)
    together = both(
        add(state, undo(state, HERE, "撤销", second).operation),
        add(state, undo(state, THERE, "撤销", second).operation),
    )
    assert len(together.heads(PHONE)) == 2
    assert not list(together.conflicts())
    assert add(together, undo(together, HERE, "撤销", first).operation).value(PHONE) == "1"


def test_undoing_a_decision_goes_back_to_what_was_shown_before_it() -> None:
    here = add(start(), edit(start(), HERE, "修改", {PHONE: "2"}))
    there = add(start(), edit(start(), THERE, "修改", {PHONE: "3"}))
    together = both(here, there)
    decided = add(together, resolve(together, HERE, "裁定", {PHONE: "3"}))
    assert decided.value(PHONE) == "3"
    assert (
        add(decided, undo(decided, HERE, "撤销", last(decided)).operation).value(PHONE) == together.value(PHONE) == "2"
    )


def test_a_field_in_conflict_is_not_undone_behind_the_other_side() -> None:
    here = add(start(), edit(start(), HERE, "修改", {PHONE: "2"}))
    there = add(start(), edit(start(), THERE, "修改", {PHONE: "3"}))
    together = both(here, there)
    assert undo(together, HERE, "撤销", last(here)).kept == {PHONE: KeptReason.CHANGED_SINCE}


def test_undo_of_an_operation_whose_record_has_not_come_is_put_off() -> None:
    there = add(start(), edit(start(), THERE, "修改", {PHONE: "3"}))
    early = LogState().adding([there.operations[last(there, THERE)]])
    assert undo(early, HERE, "撤销", last(there, THERE)).kept == {PHONE: KeptReason.PENDING}


def test_nothing_to_record_gives_no_operation() -> None:
    state = start()
    assert edit(state, HERE, "修改", {PHONE: "1"}) is None
    assert resolve(state, HERE, "裁定", {PHONE: "2"}) is None
    assert clear(state, HERE, "清除", [FieldKey(*MEMBER, "email")]) is None
