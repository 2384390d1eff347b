"""Every write asks the same guards: forms, services, imports, the bin, undo and redo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import categories, records
from dangjian_desktop.services.units import organisations
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def branch(office: Office) -> str:
    return add_branch(office, "甲支部")


def refused(code: str, act: Callable[[], Any]) -> UserError:
    with pytest.raises(UserError) as told:
        act()
    assert told.value.code == code, told.value
    return told.value


def member(office: Office, record: str) -> dict[str, Any]:
    return records.get(office, "member", record).values


# -- the bin -----------------------------------------------------------------------------------


def test_what_lies_in_the_bin_is_changed_by_no_service(office: Office, branch: str) -> None:
    who = add_member(office, "王小明", branch)
    meeting = meetings.record_meeting(
        office, {"meeting_kind": "党课", "organisation": branch, "started_at": "2026-09-01T09:00"}, {}
    ).id
    records.remove(office, "meeting", meeting)
    refused("removed", lambda: meetings.record_meeting(office, {"place": "会议室"}, {}, meeting=meeting))
    refused("removed", lambda: records.edit(office, "meeting", meeting, {"place": "会议室"}))
    records.remove(office, "member", who)
    refused("removed", lambda: categories.begin(office, who, "困难党员"))
    refused("removed", lambda: records.edit_many(office, "member", {who: {"phone": "13900000000"}}))


def test_an_entry_in_the_bin_does_not_move_on(office: Office) -> None:
    key = next(iter(office.templates))
    template = office.templates[key]
    typed = {c.name: "1" for c in template.columns if c.required}
    entry = _new_entry(office, key, typed)
    records.remove(office, "ledger_entry", entry)
    for state, _label, why in ledgers.moves(office, entry):
        if why is None:
            refused("removed", partial(ledgers.move, office, entry, state))


def _new_entry(office: Office, key: str, typed: dict[str, Any]) -> str:
    with office.operation("新建") as work:
        row = {"template": key, "number": "1", "organisation": organisations.root_id(office), "values": typed}
        return work.create("ledger_entry", row | {"state": office.templates[key].initial})


def test_nothing_new_is_put_under_what_lies_in_the_bin(office: Office, branch: str) -> None:
    other = add_branch(office, "乙支部")
    who = add_member(office, "王小明", branch)
    records.remove(office, "organisation", other)
    with pytest.raises(UserError, match="回收站"), office.operation("内部写入") as work:
        work.create("meeting", {"meeting_kind": "lecture", "organisation": other, "started_at": "2026-09-01"})
    with pytest.raises(UserError, match="回收站"), office.operation("内部写入") as work:
        work.change("member", who, {f"memberships.{'x' * 8}": {"organisation": other, "from_on": "2026-09-01"}})


def test_a_member_comes_back_only_where_his_branch_stands(office: Office, branch: str) -> None:
    who = add_member(office, "王小明", branch)
    records.remove(office, "member", who)
    records.remove(office, "organisation", branch)
    refused("removed", lambda: records.restore(office, "member", who))
    records.restore(office, "organisation", branch)
    records.restore(office, "member", who)


# -- references --------------------------------------------------------------------------------


def test_undoing_the_creation_of_a_member_whom_an_entry_names_keeps_him(office: Office, branch: str) -> None:
    who = add_member(office, "王小明", branch)
    made = history.operations(office, 1)[0].id
    _new_entry(office, next(iter(office.templates)), {"任何栏目": who})
    refused("cannot_undo", lambda: history.undo(office, operation=made))
    assert not records.get(office, "member", who).binned


def test_a_kept_record_keeps_what_came_with_it(office: Office) -> None:
    with office.operation("一起新建", nature="import") as work:
        root = organisations.root_id(office)
        branch = work.create("organisation", {"name": "甲支部", "kind": "631", "parent": root})
        who = work.create("member", {"name": "王小明", "memberships": {"s": {"organisation": branch}}})
    made = history.operations(office, 1)[0].id
    records.add(office, "post", {"organisation": STREET_NAME, "member": who, "post": "书记"})
    refused("cannot_undo", lambda: history.undo(office, operation=made))
    assert not records.get(office, "organisation", branch).binned


STREET_NAME = "测试街道党工委"


# -- units -------------------------------------------------------------------------------------


def test_a_branch_with_members_is_neither_dissolved_nor_removed(office: Office, branch: str) -> None:
    who = add_member(office, "王小明", branch)
    told = refused("not_empty", lambda: records.edit(office, "organisation", branch, {"dissolved_on": "2026-09-01"}))
    assert "1名党员" in told.message
    refused("not_empty", lambda: records.remove(office, "organisation", branch))
    records.edit(office, "member", who, {"left_kind": "O4", "left_on": "2026-08-31"})
    records.edit(office, "organisation", branch, {"dissolved_on": "2026-09-01"})
    refused("dissolved", lambda: history.undo(office, operation=history.operations(office, 2)[1].id))
    refused("dissolved", lambda: records.edit(office, "member", who, {"organisation": branch}, since="2026-09-10"))


def test_a_unit_with_units_below_is_not_dissolved(office: Office, branch: str) -> None:
    group = records.add(office, "organisation", {"name": "一组", "kind": "党小组", "parent": branch}).id
    refused("not_empty", lambda: records.edit(office, "organisation", branch, {"dissolved_on": "2026-09-01"}))
    records.edit(office, "organisation", group, {"dissolved_on": "2026-09-01"})
    records.edit(office, "organisation", branch, {"dissolved_on": "2026-09-01"})


def test_no_unit_stands_below_itself(office: Office, branch: str) -> None:
    below = records.add(office, "organisation", {"name": "乙支部", "kind": "631", "parent": branch}).id
    refused("ring", lambda: records.edit(office, "organisation", branch, {"parent": below}))
    refused("ring", lambda: records.edit(office, "organisation", branch, {"parent": branch}))
    root = str(organisations.root_id(office))
    refused("ring", lambda: records.edit(office, "organisation", root, {"parent": below}))


def test_no_unit_stood_below_itself_on_any_day(office: Office, branch: str) -> None:
    other = add_branch(office, "乙支部")
    records.edit(office, "organisation", other, {"parent": branch}, since="2026-03-01")
    records.edit(office, "organisation", other, {"parent": STREET_NAME}, since="2026-06-01")
    told = refused("ring", lambda: records.edit(office, "organisation", branch, {"parent": other}, since="2026-05-01"))
    assert "2026-06-01以前" in told.message
    records.edit(office, "organisation", branch, {"parent": other}, since="2026-06-01")
    assert not [problem for problem in integrity.check(office) if problem.code == "ring"]


def test_check_finds_a_ring_of_former_days(office: Office, branch: str) -> None:
    other = add_branch(office, "乙支部")
    records.edit(office, "organisation", other, {"parent": branch}, since="2026-03-01")
    records.edit(office, "organisation", other, {"parent": STREET_NAME}, since="2026-06-01")
    once = {"attribute": "parent", "value": other, "until": "2026-05-01"}
    with office.operation("合并", nature="merge") as work:
        work.change("organisation", branch, {"former.parent@2026-05-01": once})
    found = [problem.message for problem in integrity.check(office) if problem.code == "ring"]
    assert len(found) == 1
    assert found[0].startswith("2026-05-01以前")


def test_days_of_changes_are_told_in_any_order(office: Office, branch: str) -> None:
    for name, since in (("甲一支部", "2026-05-01"), ("甲二支部", "2026-08-01")):
        records.edit(office, "organisation", branch, {"name": name}, since=since)

    def names() -> list[str]:
        found = {}
        for day in (date(2026, 4, 30), date(2026, 5, 15), date(2026, 6, 15), date(2026, 8, 2)):
            found[day] = next(n.name for n in organisations.tree(office, day) if n.id == branch)
        return list(found.values())

    assert names() == ["甲支部", "甲一支部", "甲一支部", "甲二支部"]
    # The day of the last change was wrong: the same name from an earlier day on.
    records.edit(office, "organisation", branch, {"name": "甲二支部"}, since="2026-06-01")
    assert names() == ["甲支部", "甲一支部", "甲二支部", "甲二支部"]
    records.edit(office, "organisation", branch, {"name": "甲三支部"}, since="2026-06")
    assert names() == ["甲支部", "甲一支部", "甲三支部", "甲三支部"]
    history.undo(office, steps=2)
    assert names() == ["甲支部", "甲一支部", "甲一支部", "甲二支部"]


def test_undo_makes_no_ring_either(office: Office, branch: str) -> None:
    other = add_branch(office, "乙支部")
    records.edit(office, "organisation", branch, {"parent": other})
    records.edit(office, "organisation", branch, {"parent": STREET_NAME})
    back = history.operations(office, 1)[0].id
    records.edit(office, "organisation", other, {"parent": branch})
    refused("ring", lambda: history.undo(office, operation=back))


def test_check_finds_a_ring_that_came_by_merge(office: Office, branch: str) -> None:
    below = records.add(office, "organisation", {"name": "乙支部", "kind": "631", "parent": branch}).id
    with office.operation("合并", nature="merge") as work:
        work.change("organisation", branch, {"parent": below})
    found = [problem.message for problem in integrity.check(office) if problem.code == "ring"]
    assert len(found) == 1
    assert "“甲支部”" in found[0]
    assert "“乙支部”" in found[0]


# -- people ------------------------------------------------------------------------------------


def test_only_a_probationary_member_loses_probation(office: Office, branch: str) -> None:
    full = add_member(office, "王小明", branch)
    refused("not_probationary", lambda: records.edit(office, "member", full, {"left_kind": "取消预备党员资格"}))
    young = add_member(office, "李小红", branch, 2, member_class="预备党员", confirmed_on="", joined_on="2026-05-01")
    records.edit(office, "member", young, {"left_kind": "取消预备党员资格"})
    assert member(office, young)["standing"] == "C"
    refused("not_probationary", lambda: records.edit(office, "member", young, {"member_class": "正式党员"}))


@pytest.mark.parametrize("how", ["O3", "O4"])
def test_the_posts_of_who_leaves_end_the_same_day_and_are_undone_with_it(office: Office, branch: str, how: str) -> None:
    who = add_member(office, "王小明", branch)
    post = records.add(office, "post", {"organisation": branch, "member": who, "post": "书记", "from_on": "2026-01"}).id
    saved = records.edit(office, "member", who, {"left_kind": how, "left_on": "2026-09-05"})
    assert records.get(office, "post", post).values["to_on"] == "2026-09-05"
    assert any("任职" in found.message for found in saved.findings)
    history.undo(office)
    assert records.get(office, "post", post).values["to_on"] is None
    assert member(office, who)["standing"] == "A"


def test_who_moves_keeps_only_the_posts_elsewhere(office: Office, branch: str) -> None:
    other = add_branch(office, "乙支部")
    who = add_member(office, "王小明", branch)
    here = records.add(office, "post", {"organisation": branch, "member": who, "post": "书记"}).id
    above = records.add(office, "post", {"organisation": STREET_NAME, "member": who, "post": "委员"}).id
    records.edit(office, "member", who, {"organisation": other}, since="2026-09-01")
    assert records.get(office, "post", here).values["to_on"] == "2026-09-01"
    assert records.get(office, "post", above).values["to_on"] is None


def test_who_was_suspended_comes_back_to_the_same_branch(office: Office, branch: str) -> None:
    who = add_member(office, "王小明", branch)
    records.edit(office, "member", who, {"left_kind": "停止党籍", "left_on": "2026-03-01"})
    saved = records.edit(office, "member", who, {"organisation": "甲支部"}, since="2026-06-01")
    assert saved.change_set is not None
    now = member(office, who)
    assert (now["standing"], now["entered_on"], now["entered_kind"]) == ("A", "2026-06-01", "I4")
    stays = records.get(office, "member", who).children["memberships"]
    assert sorted(s["from_on"] for s in stays.values()) == ["2026-01-01", "2026-06-01"]
    history.undo(office)
    assert member(office, who)["standing"] == "B"


def test_a_number_twice_is_refused_by_undo_too(office: Office, branch: str) -> None:
    first = add_member(office, "王小明", branch)
    records.remove(office, "member", first)
    removed = history.operations(office, 1)[0].id
    add_member(office, "李小红", branch)
    refused("duplicate_id", lambda: history.undo(office, operation=removed))
    refused("duplicate_id", lambda: records.restore(office, "member", first))


@pytest.mark.parametrize("kind", ["功能", "大党委", "临时"])
def test_nobody_is_entered_where_nobody_has_his_place(office: Office, kind: str) -> None:
    """Such people would stand in the list and in no figure."""
    unit = add_branch(office, "小区党支部", kind=kind)
    told = refused("no_home", lambda: add_member(office, "王小明", unit))
    assert office.codes.name("org_kind", kind) in told.message
    who = add_member(office, "李大海", add_branch(office, "第一党支部"))
    refused("no_home", lambda: records.edit(office, "member", who, {"organisation": unit}, since="2026-09-10"))


def test_a_group_is_no_branch_of_a_member_or_a_meeting(office: Office, branch: str) -> None:
    group = add_branch(office, "一组", kind="小组", parent=branch)
    told = refused("not_a_branch", lambda: add_member(office, "王小明", group))
    assert "在“所在党小组”填“一组”" in told.advice
    who = add_member(office, "王小明", branch, group=group)
    refused("not_a_branch", lambda: records.edit(office, "member", who, {"organisation": group}, since="2026-09-10"))
    held = {"meeting_kind": "党小组会", "started_at": "2026-09-10 14:30"}
    refused("not_a_branch", lambda: records.add(office, "meeting", {**held, "organisation": group}))
    made = records.add(office, "meeting", {**held, "organisation": branch, "group": group}).id
    refused("not_a_branch", lambda: records.edit(office, "meeting", made, {"organisation": group}))
