"""Merging by example: who disagrees with whom, what waits, what is put off, what is never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dangjian_desktop.domain.records.changes import CLEARED, Creation, FieldKey, Operation, OpId, Value
from dangjian_desktop.sync.edits import Author, clear, create, edit, resolve
from dangjian_desktop.sync.log import LogState
from dangjian_desktop.sync.plan import Gap, GapReason, merged, plan
from dangjian_desktop.sync.versions import RecordKey

STREET, BRANCH, OFFICE = (
    Author(name, f"{name}经办人", f"2026-03-0{day}T08:00:00Z") for day, name in enumerate(("街道", "支部", "办公室"), 1)
)
MEETING, MEMBER, ENTRY = RecordKey("meeting", "m1"), RecordKey("member", "p1"), RecordKey("ledger_entry", "e1")
PHONE = FieldKey(*MEMBER, "phone")
PRESENT, EXCUSED = {"presence": "present"}, {"presence": "excused", "reason": "住院"}


def start() -> LogState:
    """What everyone has: a meeting, a member and a ledger entry made by the street."""
    operation = create(
        LogState(),
        STREET,
        "初始录入",
        [
            Creation(*MEETING, {"topic": "支部党员大会", "attendance.zhao": PRESENT}),
            Creation(*MEMBER, {"name": "赵一", "phone": "1"}),
            Creation(*ENTRY, {"values.problem": "台账不全"}),
        ],
    )
    return LogState().adding([must(operation)])


def must(operation: Operation | None) -> Operation:
    assert operation is not None
    return operation


def change(state: LogState, author: Author, values: dict[FieldKey, Value]) -> LogState:
    return state.adding([must(edit(state, author, "修改", values))])


def take(state: LogState, other: LogState) -> LogState:
    return merged(state, plan(state, list(other.operations.values())))


def only(state: LogState, *numbers: OpId) -> list[Operation]:
    return [state.operations[number] for number in numbers]


def test_attendance_of_different_people_never_conflicts() -> None:
    street = change(start(), STREET, {FieldKey(*MEETING, "attendance.zhao"): EXCUSED})
    branch = change(
        start(), BRANCH, {FieldKey(*MEETING, "attendance.qian"): PRESENT, FieldKey(*MEETING, "attendance.sun"): EXCUSED}
    )
    both = take(street, branch)
    assert both == take(branch, street)
    assert not list(both.conflicts())
    assert both.record(MEETING) == {
        "topic": "支部党员大会",
        "attendance.zhao": EXCUSED,
        "attendance.qian": PRESENT,
        "attendance.sun": EXCUSED,
    }


def test_one_person_taken_off_and_another_added_do_not_conflict() -> None:
    street = change(start(), STREET, {FieldKey(*MEETING, "attendance.zhao"): None})
    branch = change(start(), BRANCH, {FieldKey(*MEETING, "attendance.qian"): PRESENT})
    assert take(street, branch).record(MEETING) == {"topic": "支部党员大会", "attendance.qian": PRESENT}
    assert not list(take(branch, street).conflicts())


def test_different_columns_of_one_ledger_entry_never_conflict() -> None:
    street = change(start(), STREET, {FieldKey(*ENTRY, "values.due"): "2026-06-30"})
    branch = change(start(), BRANCH, {FieldKey(*ENTRY, "values.owner"): "钱二"})
    both = take(street, branch)
    assert both == take(branch, street)
    assert not list(both.conflicts())
    assert both.record(ENTRY) == {"values.problem": "台账不全", "values.due": "2026-06-30", "values.owner": "钱二"}


def test_one_field_changed_apart_is_one_conflict_with_one_winner() -> None:
    street, branch = change(start(), STREET, {PHONE: "2"}), change(start(), BRANCH, {PHONE: "3"})
    merge = plan(street, list(branch.operations.values()))
    (conflict,) = merge.conflicts
    assert conflict.key == PHONE
    assert [(side.value, side.account, side.at) for side in conflict.versions] == [
        ("2", "街道经办人", STREET.at),  # same Lamport number, so the larger name of the incarnation wins
        ("3", "支部经办人", BRANCH.at),
    ]
    assert list(take(street, branch).conflicts()) == list(take(branch, street).conflicts()) == [conflict]
    assert take(street, branch).value(PHONE) == take(branch, street).value(PHONE) == "2"


def test_the_larger_lamport_number_wins_before_the_name_does() -> None:
    branch = change(change(start(), BRANCH, {PHONE: "3"}), BRANCH, {PHONE: "4"})
    assert take(change(start(), STREET, {PHONE: "2"}), branch).value(PHONE) == "4"


def test_the_same_value_entered_apart_is_no_conflict_and_stays_two_heads() -> None:
    street, branch = change(start(), STREET, {PHONE: "2"}), change(start(), BRANCH, {PHONE: "2"})
    both = take(street, branch)
    assert not list(both.conflicts())
    assert len(both.heads(PHONE)) == 2
    assert change(both, STREET, {PHONE: "5"}).heads(PHONE) == {OpId("街道", 3)}


def test_a_decision_ends_the_conflict_everywhere_even_for_a_side_that_is_relayed_late() -> None:
    street, branch = change(start(), STREET, {PHONE: "2"}), change(start(), BRANCH, {PHONE: "3"})
    both = take(street, branch)
    decided = both.adding([must(resolve(both, STREET, "裁定", {PHONE: "3"}))])
    merge = plan(branch, list(decided.operations.values()))
    assert merge.conflicts == ()
    assert merged(branch, merge) == decided
    assert decided.value(PHONE) == "3"
    waiting = plan(start(), only(decided, OpId("街道", 2), OpId("街道", 3)))
    assert waiting.gaps == (Gap("支部", 1, 1),), "the decision waits for the side that it replaced, by name"
    office = merged(start(), waiting)
    assert office.value(PHONE) == "2"
    assert merged(office, plan(office, only(decided, OpId("支部", 1), OpId("街道", 3)))) == decided
    assert start().adding(only(decided, OpId("街道", 2), OpId("街道", 3))).value(PHONE) == "3"
    assert plan(both, list(decided.operations.values())).decided == (PHONE,)


def test_writing_what_is_shown_into_a_field_in_conflict_decides_it() -> None:
    street, branch = change(start(), STREET, {PHONE: "2"}), change(start(), BRANCH, {PHONE: "3"})
    both = take(street, branch)
    assert not list(change(both, BRANCH, {PHONE: both.value(PHONE)}).conflicts())


def test_a_version_replaced_before_it_came_is_no_head() -> None:
    street = change(start(), STREET, {PHONE: "2"})
    branch = change(take(start(), street), BRANCH, {PHONE: "3"})
    assert plan(start(), only(branch, OpId("支部", 1))).gaps == (Gap("街道", 2, 2),)
    early = start().adding(only(branch, OpId("支部", 1)))
    assert early.value(PHONE) == "3"
    late = take(early, street)
    assert late == branch
    assert late.heads(PHONE) == {OpId("支部", 1)}


def test_a_disagreement_that_a_missing_version_may_settle_names_what_it_awaits() -> None:
    street = change(start(), STREET, {PHONE: "2"})
    branch = change(street, BRANCH, {PHONE: "3"})
    office = change(branch, OFFICE, {PHONE: "4"})
    other = street.adding(only(office, OpId("办公室", 1)))
    (conflict,) = other.conflicts()
    assert conflict.awaits == {OpId("支部", 1)}
    assert other.value(PHONE) == "4"
    assert plan(other, only(office, OpId("支部", 1))).decided == (PHONE,)


def test_a_change_whose_record_has_not_come_waits_and_is_not_lost() -> None:
    email = FieldKey(*MEMBER, "email")  # not among the first values
    branch = change(start(), BRANCH, {PHONE: "3", email: "a@b"})
    merge = plan(LogState(), only(branch, OpId("支部", 1)))
    assert merge.apply == ()
    assert merge.gaps == (Gap("街道", 1, 1),)
    early = LogState().adding(only(branch, OpId("支部", 1)))
    assert early.pending() == {MEMBER}
    assert early.record(MEMBER) is None
    with pytest.raises(KeyError):
        edit(early, OFFICE, "修改", {PHONE: "9"})
    healing = plan(early, list(start().operations.values()))
    assert healing.pending == frozenset()
    assert (healing.values[PHONE], healing.values[email]) == ("3", "a@b")
    assert merged(early, healing) == branch


def test_only_a_start_beyond_what_was_had_is_a_gap() -> None:
    source = start()
    for phone in "2345":
        source = change(source, STREET, {PHONE: phone})
    had = LogState().adding(only(source, OpId("街道", 1), OpId("街道", 2)))
    overlapping = plan(had, only(source, *(OpId("街道", seq) for seq in (1, 2, 3))))
    assert overlapping.gaps == ()
    assert overlapping.had == (OpId("街道", 1), OpId("街道", 2))
    assert [op.id.seq for op in overlapping.apply] == [3]
    beyond = plan(had, only(source, OpId("街道", 5)))
    assert beyond.gaps == (Gap("街道", 3, 4),)
    assert beyond.apply == ()
    assert merged(had, beyond) == had
    assert take(had, source) == source


def test_operations_beyond_a_gap_are_never_added_by_force() -> None:
    source = change(start(), STREET, {PHONE: "2"})
    with pytest.raises(ValueError, match="beyond"):
        LogState().adding(only(source, OpId("街道", 2)))


def test_merging_twice_changes_nothing() -> None:
    street, branch = change(start(), STREET, {PHONE: "2"}), change(start(), BRANCH, {PHONE: "3"})
    merge = plan(street, list(branch.operations.values()) * 2)
    once = merged(street, merge)
    assert merged(once, merge) == once
    again = plan(once, list(branch.operations.values()))
    assert (again.apply, again.values, again.conflicts, again.gaps) == ((), {}, (), ())


def test_a_restored_file_goes_on_under_a_new_incarnation_and_gets_its_later_work_back() -> None:
    backup = change(start(), BRANCH, {PHONE: "2"})
    sent = change(backup, BRANCH, {FieldKey(*MEMBER, "name"): "赵壹"})
    restored = change(backup, Author("支部·二"), {PHONE: "3"})
    street = take(sent, restored)
    assert street == take(restored, sent)
    assert not list(street.conflicts())
    assert street.record(MEMBER) == {"name": "赵壹", "phone": "3"}


def test_a_copy_that_kept_its_incarnation_is_found_out_and_taken_no_further() -> None:
    street = change(start(), BRANCH, {PHONE: "2"})
    copy = change(change(start(), BRANCH, {FieldKey(*MEMBER, "name"): "另一份"}), BRANCH, {PHONE: "3"})
    copied = [replace(op, label="另一台机器上的修改") for op in copy.operations.values() if op.id.origin == "支部"]
    merge = plan(street, copied)
    assert merge.clashes == (OpId("支部", 1),)
    assert merged(street, merge) == street
    within = plan(start(), [*copied, *only(street, OpId("支部", 1))])
    assert within.clashes == (OpId("支部", 1),)
    assert within.apply == ()


def test_clearing_empties_row_and_log_and_the_history_says_so() -> None:
    state = change(change(start(), STREET, {PHONE: "13900000000"}), STREET, {PHONE: "13911111111"})
    cleared = state.adding([must(clear(state, STREET, "到期清除", [PHONE]))])
    assert cleared.value(PHONE) is None
    assert "139" not in repr(cleared)
    assert [version.cleared for version in cleared.history(PHONE)] == [True] * 4
    assert cleared.record(MEMBER) == {"name": "赵一"}
    assert clear(cleared, STREET, "再清", [PHONE]) is None


def test_clearing_reaches_versions_that_come_after_it() -> None:
    branch = change(start(), BRANCH, {PHONE: "13900000000"})
    cleared = branch.adding([must(clear(branch, OFFICE, "到期清除", [PHONE]))])
    early = LogState().adding(only(cleared, OpId("办公室", 1)))
    late = take(take(early, branch), start())
    assert late == cleared
    assert "139" not in repr(late)


def test_clearing_reaches_a_creation_that_comes_after_it() -> None:
    cleared = start().adding([must(clear(start(), OFFICE, "到期清除", [PHONE]))])
    early = LogState().adding(only(cleared, OpId("办公室", 1)))
    assert take(early, start()) == cleared


def test_clearing_reaches_every_version_its_maker_knew_of_though_those_between_are_missing() -> None:
    street = change(start(), STREET, {PHONE: "13900000000"})
    branch = change(street, BRANCH, {PHONE: "13911111111"})
    cleared = branch.adding([must(clear(branch, OFFICE, "到期清除", [PHONE]))])
    assert "139" not in repr(street.adding(only(cleared, OpId("办公室", 1))))
    # The office had heard of the street's version only through the branch's that replaced it.
    partial = start().adding(only(branch, OpId("支部", 1)))
    hearsay = partial.adding([must(clear(partial, OFFICE, "到期清除", [PHONE]))])
    assert "139" not in repr(street.adding(only(hearsay, OpId("办公室", 1))))


def test_clearing_does_not_swallow_what_was_entered_without_knowing_of_it() -> None:
    street = start().adding([must(clear(start(), STREET, "到期清除", [PHONE]))])
    branch = change(start(), BRANCH, {PHONE: "3"})
    both = take(street, branch)
    assert both == take(branch, street)
    (conflict,) = both.conflicts()
    assert [(side.value, side.cleared) for side in conflict.versions] == [(None, True), ("3", False)]
    (kept,) = both.operations[OpId("支部", 1)].changes
    assert kept.before is CLEARED  # it repeated the value that was cleared


def test_what_came_emptied_waits_for_the_clearing_that_emptied_it() -> None:
    street = change(start(), STREET, {PHONE: "2"})
    cleared = street.adding([must(clear(street, OFFICE, "到期清除", [PHONE]))])
    without = plan(start(), only(cleared, OpId("街道", 2)))
    assert without.gaps == (Gap("街道", 2, 2, GapReason.CLEARING),)
    assert merged(start(), without) == start()
    assert merged(start(), plan(start(), only(cleared, OpId("街道", 2), OpId("办公室", 1)))) == LogState().adding(
        cleared.operations.values()
    )
    born = plan(LogState(), only(cleared, OpId("街道", 1)))
    assert born.gaps == (Gap("街道", 1, 1, GapReason.CLEARING),)


def test_a_second_creation_of_one_id_counts_for_nothing_and_is_told() -> None:
    first = LogState().adding([must(create(LogState(), STREET, "新建", [Creation("member", "m", {"name": "甲"})]))])
    second = LogState().adding([must(create(LogState(), BRANCH, "新建", [Creation("member", "m", {"name": "乙"})]))])
    here, there = (plan(one, list(other.operations.values())) for one, other in ((first, second), (second, first)))
    assert here.doubled == there.doubled
    assert len(here.doubled) == 1
    assert merged(first, here).record(RecordKey("member", "m")) == merged(second, there).record(
        RecordKey("member", "m")
    )
