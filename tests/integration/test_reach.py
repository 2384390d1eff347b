"""What lies beyond an account's units or role is neither told, counted nor taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services import home
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import ImportPlan
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import about, accounts, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import exporting, figures, reports
from dangjian_desktop.services.reports.request import ReportRequest
from import_kit import HEADERS, block, counts, person
from office_kit import PASSWORD, add_branch, add_member, id_number, new_office, scanned


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def newest(office: Office) -> int:
    return history.operations(office, 1)[0].id


def refused(office: Office, operation: int, **chosen: object) -> str:
    before = history.operations(office, 1)
    with pytest.raises(UserError) as error:
        history.undo(office, operation=operation, **chosen)  # type: ignore[arg-type]
    assert history.operations(office, 1) == before
    return error.value.code


def said(plan: ImportPlan) -> str:
    return "\n".join(problem.reason for problem in plan.problems)


# Numbers


def test_an_account_of_one_unit_is_told_how_much_its_unit_holds(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    member = add_member(office, "王五", first)
    for branch, serial in ((first, 3), (second, 5), (second, 7)):
        add_member(office, "赵六", branch, serial)
        meeting = {"meeting_kind": "党员大会", "organisation": branch, "started_at": "2026-08-03 14:30"}
        records.add(office, "meeting", meeting)
        ledgers.add(office, "rectification", {"source": "巡察", "problem": "不全", "organisation": branch})
    records.add(office, "post", {"organisation": second, "person_name": "孙七", "post": "书记"})
    ledgers.add(office, "care-visits", {"member": member, "organisation": first})
    everything = {"organisation": 3, "member": 4, "post": 1, "meeting": 3, "ledger_entry": 4}
    assert records.counts(office) == about.about(office).counts == everything
    own = frozenset({first})
    seen = {"organisation": 1, "member": 2, "post": 0, "meeting": 1, "ledger_entry": 2}
    for role, entries in (("clerk", 2), ("secretary", 1)):
        office.actor = Actor("李四", role, own)
        assert records.counts(office) == about.about(office).counts == seen | {"ledger_entry": entries}
    head = home.top_row(office)
    assert not head.empty
    assert {f.key: f.value for f in head.figures}["members"] == 2


def test_what_is_due_elsewhere_is_not_told(office: Office) -> None:
    first = add_branch(office, "甲支部", term_elected_on="2020-05-10", term_years="3")
    second = add_branch(office, "乙支部", term_elected_on="2020-05-10", term_years="3")
    add_member(office, "王五", first)
    add_member(office, "赵六", second, 3, confirmed_on="1995-08-01")
    late = {"source": "自查", "problem": "记录不全", "due_on": "2026-03-01", "organisation": second}
    ledgers.add(office, "rectification", late)
    office.actor = Actor("李四", "clerk", frozenset({first}))
    told = home.due(office) + scanned(office)
    assert any("甲支部" in one.text for one in told)
    assert "乙支部" not in repr(told)
    reached = {first, *records.query(office, "member")}
    assert {record for one in told for record in one.records} <= reached


# Undo


def test_an_operation_on_a_restricted_ledger_is_not_undone_by_who_may_not_open_it(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    care = ledgers.add(office, "care-visits", {"member": member, "item": "被子"}).id
    made = newest(office)
    plain = ledgers.add(office, "rectification", {"source": "巡察", "problem": "台账不全"}).id
    with office.operation("整理台账") as work:
        work.change("ledger_entry", care, {"values.item": "棉衣"})
        work.change("ledger_entry", plain, {"values.problem": "没有台账"})
    both = newest(office)
    for role in ("grid_worker", "secretary"):
        office.actor = Actor("李四", role)
        assert refused(office, made) == refused(office, both) == "not_allowed"
        assert refused(office, both, only=[(care, "values.item")]) == "not_allowed"
        assert {row.record for row in history.operation_detail(office, both)} == {plain}
    # What it may see of the operation it may take back.
    history.undo(office, operation=both, only=[(plain, "values.problem")])
    assert records.get(office, "ledger_entry", plain).values["problem"] == "台账不全"
    office.actor = Actor("张三", "administrator")
    assert records.get(office, "ledger_entry", care).values["item"] == "棉衣"


def test_undoing_ones_own_newest_step_asks_the_same_after_the_role_was_changed(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    ledgers.add(office, "care-visits", {"member": member, "item": "被子"})
    office.actor = Actor(office.actor.name, "secretary")
    with pytest.raises(UserError) as error:
        history.undo(office)
    assert error.value.code == "not_allowed"
    assert "王五" not in error.value.message


def test_an_operation_that_reached_other_units_is_undone_only_where_one_reaches(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    mine, theirs = add_member(office, "王五", first), add_member(office, "赵六", second, 3)
    records.edit_many(office, "member", {m: {"native_place": "甲地"} for m in (mine, theirs)})
    both = newest(office)
    # Later edited over there: the undo would keep it, and must not say whose it is.
    records.edit(office, "member", theirs, {"native_place": "乙地"})
    office.actor = Actor("李四", "clerk", frozenset({first}))
    assert refused(office, both) == "out_of_scope"
    assert refused(office, both, only=[(theirs, "native_place")]) == "out_of_scope"
    result = history.undo(office, operation=both, only=[(mine, "native_place")])
    assert result.kept == []
    assert records.get(office, "member", mine).values["native_place"] is None


@pytest.mark.parametrize("role", ["reader", "grid_worker"])
def test_what_a_role_may_not_write_it_does_not_take_back(office: Office, role: str) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    records.edit(office, "member", member, {"native_place": "甲地"})
    office.actor = Actor("李四", role)
    assert refused(office, newest(office)) == "not_allowed"


def test_a_secretary_does_not_bin_a_unit_by_undoing_its_creation(office: Office) -> None:
    add_branch(office, "甲支部")
    office.actor = Actor("李四", "secretary")
    assert refused(office, newest(office)) == "not_allowed"


def test_redoing_asks_the_same(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    ledgers.add(office, "care-visits", {"member": member, "item": "被子"})
    history.undo(office)
    office.actor = Actor(office.actor.name, "secretary")
    with pytest.raises(UserError) as error:
        history.redo(office)
    assert error.value.code == "not_allowed"


# Imports


@pytest.fixture
def clerk(office: Office) -> Office:
    """Signed in for 第一党支部; 赵六 and an entry with the number ZG-9 are another branch's."""
    own, other = add_branch(office, "第一党支部"), add_branch(office, "第二党支部")
    add_member(office, "赵六", other, 3)
    typed = {"number": "ZG-9", "source": "巡察", "problem": "账目不清", "organisation": other}
    ledgers.add(office, "rectification", typed)
    office.scope = own
    office.actor = Actor("李四", "clerk", frozenset({own}))
    return office


def test_a_number_of_another_branch_is_in_conflict_without_saying_whose(clerk: Office) -> None:
    plan = importing.prepare(clerk, "roster", block([HEADERS, person("王小明", 3)]))
    assert counts(plan) == [0, 0, 0, 1, 0]
    assert "其他党组织" in said(plan)
    assert "赵六" not in repr(plan)
    clerk.actor = Actor("张三", "administrator")
    plan = importing.prepare(clerk, "roster", block([HEADERS, person("王小明", 3)]))
    assert "赵六" in said(plan)


def test_another_branchs_entry_of_that_number_is_not_shown_to_compare_with(clerk: Office) -> None:
    rows = [["编号", "问题来源", "问题"], ["ZG-9", "自查", "没有台账"], ["", "巡察", "账目不清"]]
    plan = importing.prepare(clerk, "ledger:rectification", block(rows))
    # The second row says the same as that entry: it is this branch's own all the same.
    assert counts(plan) == [1, 0, 0, 0, 1]
    assert "别的党组织" in said(plan)
    assert "账目不清" not in repr([plan.problems, plan.rows[0]])


def test_a_name_is_looked_for_among_ones_own_people(clerk: Office) -> None:
    rows = [["姓名", "职务"], ["赵六", "书记"]]
    plan = importing.prepare(clerk, "posts", block(rows), scope="第一党支部")
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "名册里没有" in said(plan)
    typed = {"organisation": "第一党支部", "member": "赵六", "post": "书记"}
    with pytest.raises(UserError) as error:
        records.add(clerk, "post", typed)
    assert error.value.code == "member_unknown"
    # Nor does a number tell who stands behind it elsewhere.
    with pytest.raises(UserError) as error:
        records.add(clerk, "post", typed | {"member": id_number(serial=3)})
    assert error.value.code == "member_unknown"


def test_a_number_that_two_have_is_masked_where_it_is_told(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    add_member(office, "王五", branch, 1)
    second = add_member(office, "赵六", branch, 3)
    number = id_number(serial=1)
    with office.operation("两个文件合并", nature="merge") as work:
        work.change("member", second, {"id_number": number})
    plan = importing.prepare(office, "posts", block([["姓名", "职务", "党组织"], [number, "书记", "第一党支部"]]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "有2名党员" in said(plan)
    care = importing.prepare(office, "ledger:care-visits", block([["姓名", "党组织"], [number, "第一党支部"]]))
    with pytest.raises(UserError) as error:
        records.add(office, "post", {"organisation": branch, "member": number, "post": "书记"})
    told = [plan.problems, care.problems, [row.title for row in (*plan.rows, *care.rows)], error.value.message]
    assert number not in repr(told)
    assert repr(told).count("429***") >= 3


# Lists


def test_who_is_due_at_another_branchs_meeting_is_not_listed(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "王五", first)
    add_member(office, "赵六", second, 3)
    office.actor = Actor("李四", "clerk", frozenset({first}))
    assert [one.name for one in meetings.due_list(office, first, date(2026, 9, 30))] == ["王五"]
    with pytest.raises(UserError) as error:
        meetings.due_list(office, second, date(2026, 9, 30))
    assert error.value.code == "out_of_scope"


def cells(path: Path) -> str:
    return repr([row for sheet in load_workbook(path) for row in sheet.values])


def test_numbers_inside_long_texts_are_masked_in_what_goes_out(office: Office, tmp_path: Path) -> None:
    number, phone = id_number(serial=5), "13800001111"
    text = f"家属电话{phone}，身份证{number}"
    member = add_member(office, "王五", add_branch(office, "甲支部"), note=text)
    entry = ledgers.add(office, "rectification", {"source": "巡察", "problem": text}).id
    records.edit(office, "member", member, {"note": f"{text}。"})
    exporting.export(office, "member", tmp_path / "名册.xlsx")
    [ledger] = reports.make(office, ReportRequest("rectification"), tmp_path, formats=["xlsx"]).paths
    told = [
        listings.records_on(office, "member", [member]),
        listings.records_on(office, "ledger_entry", [entry]),
        history.history(office, "member", member),
        cells(tmp_path / "名册.xlsx"),
        cells(ledger),
    ]
    for one in told:
        assert "138****1111" in repr(one)
        assert phone not in repr(one)
        assert number not in repr(one)
    # The form shows what will be saved, and a reason opens the rest.
    assert records.get(office, "member", member).printed["note"] == f"{text}。"
    exporting.export(office, "member", tmp_path / "全.xlsx", masked=False, reason="上级要求")
    assert phone in cells(tmp_path / "全.xlsx")


def test_a_unit_made_below_ones_own_is_in_reach_at_once(office: Office, tmp_path: Path) -> None:
    own = add_branch(office, "甲党总支")
    accounts.add(office, "李四", "clerk", PASSWORD, scope=own)
    office.close()
    opened = opening.open_office(office.path, account="李四", password=PASSWORD, clock=office.clock)
    try:
        made = records.add(opened, "organisation", {"name": "甲一支部", "kind": "631", "parent": own}).id
        member = add_member(opened, "王五", made)
        assert records.query(opened, "member") == [member]
        records.edit(opened, "organisation", made, {"contact": "王五"})
        history.undo(opened, steps=3)
        assert opened.actor.scope == frozenset({own})
    finally:
        opened.close()


# Time


def test_who_left_is_shown_to_the_unit_as_he_was_and_a_dissolved_unit_on_its_days(office: Office) -> None:
    own, other = add_branch(office, "甲党总支"), add_branch(office, "乙支部")
    below = records.add(office, "organisation", {"name": "甲一支部", "kind": "631", "parent": own}).id
    gone = add_member(office, "王五", own, 1, employer="旧单位")
    moved = add_member(office, "赵六", below, 2)
    records.edit(office, "member", gone, {"organisation": other, "employer": "新单位"}, since="2026-05-01")
    records.edit(office, "member", moved, {"organisation": own}, since="2026-06-01")
    records.edit(office, "organisation", below, {"dissolved_on": "2026-06-01"})
    office.scope, office.actor = own, Actor("李四", "clerk", frozenset({own}))
    then = date(2026, 4, 30)
    assert set(records.query(office, "member", on=then)) == {gone, moved}
    assert records.query(office, "member", on=office.today()) == [moved]
    shown = records.rows(office, "member", [gone], ["organisation", "employer", "standing"], on=then)[0]
    assert (shown["organisation"], shown["employer"], shown["standing"]) == ("甲党总支", "旧单位", "正常")
    assert figures.values_of(office, period="2026-04", on=then)["members"].value == 2
    assert figures.values_of(office, period="2026-09")["members"].value == 1


def test_a_search_of_the_log_tells_of_nobody_out_of_reach(office: Office) -> None:
    own, other = add_branch(office, "第一党支部"), add_branch(office, "第二党支部")
    mine, theirs = add_member(office, "李近", own, 61), add_member(office, "王远", other, 62)
    records.edit_many(office, "member", {mine: {"native_place": "甲"}, theirs: {"native_place": "乙"}})
    assert len(history.operations(office, text="王远")) == 2
    office.scope, office.actor = own, Actor("李四", "clerk", frozenset({own}))
    assert len(history.operations(office, text="李近")) == 2
    assert history.operations(office, text="王远") == []
