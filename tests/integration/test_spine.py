"""The spine through services: one operation, one change set, undo that keeps what moved on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, text

from dangjian_desktop.base.clock import Clock, local_time
from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.changes import ChangeSet
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records, search, typing_in
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import migrations
from dangjian_desktop.storage.log_outgoing import operations_since, origins
from dangjian_desktop.storage.shape import SHAPES
from dangjian_desktop.storage.unit_of_work import read_records
from dangjian_desktop.sync.log import LogState
from office_kit import PASSWORD, add_branch, add_member, id_number, new_office

NUMBERS = "SELECT o.incarnation, p.seq FROM operation p JOIN origin o ON o.id = p.origin"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


def member_row(office: Office, member: str) -> dict[str, object]:
    with office.database.read() as connection:
        return read_records(connection, SHAPES["member"], [member])[member]


def test_a_write_outside_an_operation_is_refused(office: Office) -> None:
    with office.database.read() as connection, pytest.raises(Exception, match="readonly"):
        connection.execute(text("UPDATE organisation SET name = 'x'"))


def test_an_operation_that_fails_leaves_nothing(office: Office) -> None:
    before = len(history.operations(office))
    with pytest.raises(RuntimeError), office.operation("会失败的操作") as work:
        work.create("organisation", {"name": "甲支部", "kind": "631"})
        raise RuntimeError
    assert len(history.operations(office)) == before
    assert records.counts(office)["organisation"] == 1


def test_an_edit_that_changes_nothing_leaves_no_operation(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    saved = records.edit(office, "organisation", branch, {"name": "甲支部"})
    assert saved.change_set is None
    assert history.operations(office)[0].label == "新建党组织“甲支部”"


def test_operations_are_found_by_what_they_are_about(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    member = add_member(office, "欧阳秘", first)
    records.edit_many(office, "organisation", {first: {"note": "1"}, second: {"note": "2"}})

    def found(text: str) -> list[str]:
        return [row.label for row in history.operations(office, text=text)]

    everything = found("")
    day = local_time(history.operations(office)[0].at)[:10]
    assert found(day) == found(day[:7]) == found(f"{int(day[:4])}年{int(day[5:7])}月") == everything
    assert found("甲支部 新建党组织") == ["新建党组织“甲支部”"]
    assert "修改2条党组织记录" in found("甲支部")
    assert "修改2条党组织记录" in found("乙支部 修改")
    records.edit(office, "member", member, {"name": "欧阳密"})
    assert len(found("欧阳密")) == 2
    assert found("没有的人") == found("1999-01-01") == []
    assert [row.label for row in history.operations(office, 1, text="支部")] == ["修改2条党组织记录"]


def test_views_hear_what_changed(office: Office) -> None:
    heard: list[ChangeSet] = []
    leave = office.subscribe(heard.append)
    branch = add_branch(office, "甲支部")
    leave()
    add_branch(office, "乙支部")
    assert [set(h.records) for h in heard] == [{"organisation"}]
    assert heard[0].records["organisation"] == frozenset({branch})


def test_a_dated_value_is_known_as_of_a_past_day(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    records.edit(office, "organisation", branch, {"name": "甲党支部"}, since="2026-06-01")
    assert [n.name for n in organisations.tree(office, date(2026, 5, 31))][1] == "甲支部"
    assert [n.name for n in organisations.tree(office, date(2026, 6, 1))][1] == "甲党支部"


def test_a_move_ends_one_stay_and_begins_another(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    member = add_member(office, "王五", first)
    records.edit(office, "member", member, {"organisation": "乙支部"}, since="2026-07-01")
    assert records.query(office, "member", scope=first, on=date(2026, 6, 30)) == [member]
    assert records.query(office, "member", scope=first, on=date(2026, 7, 1)) == []
    assert records.query(office, "member", scope=second, on=date(2026, 7, 1)) == [member]


def test_leaving_needs_its_kind_and_takes_the_member_off_the_list(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    with pytest.raises(UserError, match="离开类型"):
        records.edit(office, "member", member, {"left_on": "2026-08-01"})
    records.edit(office, "member", member, {"left_on": "2026-08-01", "left_kind": "O4"})
    assert member_row(office, member)["standing"] == "E"
    assert records.query(office, "member", on=date(2026, 8, 1)) == []
    assert records.query(office, "member", on=date(2026, 7, 31)) == [member]


def test_undo_and_redo_are_worded_and_go_back_and_forth(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    records.edit(office, "member", member, {"phone": "13800000001"})
    assert history.undo_label(office) == "修改党员“王五”"
    history.undo(office)
    assert member_row(office, member)["phone"] is None
    assert history.redo_label(office) == "修改党员“王五”"
    history.redo(office)
    assert member_row(office, member)["phone"] == "13800000001"
    history.undo(office)
    assert member_row(office, member)["phone"] is None


def test_undo_months_later_keeps_fields_that_moved_on(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    saved = records.edit(office, "member", member, {"phone": "13800000001", "native_place": "某县"})
    records.edit(office, "member", member, {"phone": "13800000002"})
    assert saved.change_set
    result = history.undo(office, operation=saved.change_set.operation)
    row = member_row(office, member)
    assert (row["phone"], row["native_place"]) == ("13800000002", None)
    assert result.kept == ["王五 手机号码：后来又改过，未撤销"]


def test_only_the_chosen_cells_of_an_operation_are_undone(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    one, two = add_member(office, "王五", branch, 1), add_member(office, "赵六", branch, 3)
    saved = records.edit_many(office, "member", {one: {"employer": "甲厂"}, two: {"employer": "甲厂"}})
    assert saved.change_set
    history.undo(office, operation=saved.change_set.operation, only=[(two, None)])
    assert (member_row(office, one)["employer"], member_row(office, two)["employer"]) == ("甲厂", None)


def test_a_created_record_that_is_referred_to_is_kept(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    operation = history.operations(office)[0].id
    add_member(office, "王五", branch)
    with pytest.raises(UserError, match="没有可以撤销的部分"):
        history.undo(office, operation=operation)
    assert records.counts(office)["organisation"] == 2


def test_the_bin_holds_and_gives_back(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    records.remove(office, "member", member)
    assert records.query(office, "member") == []
    assert records.query(office, "member", binned=True) == [member]
    records.restore(office, "member", member)
    assert records.query(office, "member") == [member]


def test_clearing_leaves_no_value_anywhere_and_the_chain_still_verifies(office: Office) -> None:
    secret = "湖北省某路某号"
    member = add_member(office, "王五", add_branch(office, "甲支部"), address="第一处某路")
    records.edit(office, "member", member, {"address": secret})
    history.clear(office, "member", [member], ["address"], "保存期满")
    with office.database.read() as connection:
        logged = connection.execute(text("SELECT group_concat(coalesce(before,'') || coalesce(after,'')) FROM change"))
        assert secret not in (logged.scalar_one() or "")
        laid = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'head'")).scalar_one()
        assert "value" not in laid, "a head keeps no value: a second plaintext would outlive a clearing"
    shown = [(h.label, h.after) for h in history.history(office, "member", member)]
    assert ("现居住地", "已按期清除") in shown
    assert integrity.check(office) == []


def test_tampering_is_noticed(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    assert integrity.check(office) == []
    with office.database.write() as connection:
        connection.execute(text("UPDATE member SET joined_on = '1990-07-01' WHERE id = :id"), {"id": member})
    assert [p.code for p in integrity.check(office)] == ["record"]


def test_thousands_of_problems_of_one_code_are_a_short_list(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    many = integrity.SHOWN + 5
    for number in range(many):
        add_member(office, f"王{number}", branch, number + 1)
    with office.database.write() as connection:
        connection.execute(text("UPDATE member SET joined_on = '1990-07-01'"))
    found = integrity.check(office)
    assert {p.code for p in found} == {"record"}
    assert len(found) == integrity.SHOWN + 1
    assert (found[-1].message, found[-1].count) == ("另有5条同类问题。", 5)
    assert sum(p.count for p in found) == many


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE operation SET label = '别的' WHERE seq = 2", "content"),
        ("UPDATE operation SET account = '别人' WHERE seq = 2", "content"),
        ("UPDATE change SET after = '\"别的\"' WHERE path IS NOT NULL", "content"),
        ("UPDATE change SET record = '别的' WHERE operation = 2", "record"),
        ("DELETE FROM change WHERE operation = 2", "content"),
        ("UPDATE operation SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 2", "chain"),
        ("UPDATE operation SET lamport = lamport + 1 WHERE seq = 3", "chain"),
        ("UPDATE operation SET nature = 'undo' WHERE seq = 2", "chain"),
        ("UPDATE operation SET signature = zeroblob(64) WHERE seq = 3", "chain"),
        ("UPDATE origin SET signature = zeroblob(64)", "chain"),
        ("DELETE FROM operation WHERE seq = 2", "chain"),
    ],
)
def test_a_changed_log_is_noticed_and_nobody_is_named(office: Office, statement: str, code: str) -> None:
    branch = add_branch(office, "甲支部")
    records.edit(office, "organisation", branch, {"contact": "王五"})
    with office.database.write() as connection:
        connection.execute(text(statement))
    found = integrity.check(office)
    assert code in {p.code for p in found}
    assert not any(word in p.message for p in found for word in ("甲支部", "王五"))


def test_derived_data_is_repaired(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    with office.database.write() as connection:
        connection.execute(text("UPDATE member SET organisation = NULL"))
        connection.execute(text("DELETE FROM member_find"))
    assert {p.code for p in integrity.check(office)} == {"derived"}
    assert integrity.check(office, repair=True) == []
    assert [h.id for h in search.find(office, "ww")] == [member]


def test_roles_and_scope_are_checked_where_writing_happens(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    member = add_member(office, "王五", first)
    office.actor = Actor("李看", "reader")
    with pytest.raises(UserError) as refused:
        records.edit(office, "member", member, {"phone": "13800000001"})
    assert refused.value.code == "not_allowed"
    office.actor = Actor("周管", "clerk", frozenset({second}))
    with pytest.raises(UserError) as outside:
        records.edit(office, "member", member, {"phone": "13800000001"})
    assert outside.value.code == "out_of_scope"
    assert records.query(office, "member") == []


def refused_out_of_scope(act: Callable[[], object]) -> None:
    with pytest.raises(UserError) as refused:
        act()
    assert refused.value.code == "out_of_scope"


def test_nothing_is_moved_out_of_an_accounts_scope(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    member, other = add_member(office, "王五", first), add_member(office, "赵六", second, 3)
    post = records.add(office, "post", {"organisation": first, "member": member, "post": "书记"}).id
    typed = {"meeting_kind": "党员大会", "organisation": first, "started_at": "2026-08-03 14:30"}
    meeting = records.add(office, "meeting", typed).id
    moved = records.edit(office, "member", other, {"organisation": first}, since="2026-07-01")
    assert moved.change_set
    office.actor = Actor("周管", "clerk", frozenset({first}))
    refused_out_of_scope(lambda: records.edit(office, "member", member, {"organisation": second}, since="2026-07-01"))
    refused_out_of_scope(lambda: records.edit(office, "member", member, {"organisation": second}, since="2026-01-01"))
    refused_out_of_scope(lambda: records.edit_many(office, "member", {member: {"organisation": second}}))
    refused_out_of_scope(lambda: records.edit(office, "post", post, {"organisation": second}))
    refused_out_of_scope(lambda: records.edit(office, "meeting", meeting, {"organisation": second}))
    refused_out_of_scope(lambda: records.edit(office, "organisation", first, {"parent": second}))
    assert moved.change_set is not None
    operation = moved.change_set.operation
    refused_out_of_scope(lambda: history.undo(office, operation=operation))
    assert member_row(office, member)["organisation"] == first
    records.edit(office, "member", member, {"left_on": "2026-08-01", "left_kind": "O4", "left_to": "外省"})
    assert member_row(office, member)["standing"] == "E"


def test_a_unit_keeps_its_own_contact_data_but_not_its_place_in_the_tree(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    office.actor = Actor("周管", "clerk", frozenset({branch}))
    records.edit(office, "organisation", branch, {"contact": "王五", "term_elected_on": "2025-06-30"})
    refused_out_of_scope(lambda: records.edit(office, "organisation", branch, {"name": "乙支部"}))
    refused_out_of_scope(lambda: records.remove(office, "organisation", branch))
    unit = records.get(office, "organisation", branch)
    assert (unit.values["name"], unit.values["contact"], unit.binned) == ("甲支部", "王五", False)


def test_a_limited_account_sees_the_operations_of_its_own_units(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    mine, theirs = add_member(office, "王五", first), add_member(office, "赵六", second, 3)
    both = records.edit_many(office, "member", {mine: {"employer": "甲厂"}, theirs: {"employer": "乙厂"}}, label="两处")
    hidden = records.edit(office, "member", theirs, {"employer": "丙厂"})
    assert both.change_set and hidden.change_set
    office.actor = Actor("周管", "clerk", frozenset({first}))
    assert [o.label for o in history.operations(office)] == ["两处", "新建党员“王五”", "新建党组织“甲支部”"]
    assert [c.after for c in history.operation_detail(office, both.change_set.operation)] == ["甲厂"]
    assert history.operation_detail(office, hidden.change_set.operation) == []
    with pytest.raises(UserError) as refused:
        history.undo(office, operation=hidden.change_set.operation)
    assert refused.value.code == "not_found"


def test_who_has_the_same_number_elsewhere_is_not_named(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "赵六", second)
    with pytest.raises(UserError, match="赵六"):
        add_member(office, "王五", first)
    office.actor = Actor("周管", "clerk", frozenset({first}))
    with pytest.raises(UserError) as refused:
        add_member(office, "王五", first)
    assert refused.value.code == "duplicate_id"
    assert "赵六" not in refused.value.message


def test_two_people_may_exchange_numbers_but_not_share_one(office: Office) -> None:
    unit = add_branch(office, "甲支部")
    first, second = add_member(office, "王五", unit, 1), add_member(office, "赵六", unit, 3)
    both = {first: {"id_number": id_number(serial=3)}, second: {"id_number": id_number(serial=1)}}
    records.edit_many(office, "member", both)
    assert records.get(office, "member", first, masked=False).values["id_number"] == id_number(serial=3)
    with pytest.raises(UserError) as refused:
        records.edit_many(office, "member", dict.fromkeys((first, second), {"id_number": id_number(serial=5)}))
    assert refused.value.code == "duplicate_id"
    assert records.get(office, "member", first, masked=False).values["id_number"] == id_number(serial=3)
    records.remove(office, "member", first)
    add_member(office, "王五", unit, 3)
    with pytest.raises(UserError) as refused:
        records.restore(office, "member", first)
    assert refused.value.code == "duplicate_id"


def test_a_restricted_ledger_is_shown_to_nobody_else(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    entry = ledgers.add(office, "care-visits", {"member": member, "occasion": "重阳节"}).id
    open_entry = ledgers.add(office, "rectification", {"source": "巡察", "problem": "台账不全"}).id
    made = next(o for o in history.operations(office) if "走访慰问登记" in o.label)
    assert [c.title for c in history.operation_detail(office, made.id)] == ["王五"]
    assert listings.records_on(office, "ledger_entry", [entry])[0]["member"] == "王五"
    office.actor = Actor("李看", "reader")
    assert records.query(office, "ledger_entry") == [open_entry]
    assert [r["id"] for r in records.rows(office, "ledger_entry", [entry, open_entry], ["number"])] == [open_entry]
    assert history.operation_detail(office, made.id) == []
    assert "王五" not in made.label
    for act in (
        lambda: records.query(office, "ledger_entry", template="care-visits"),
        lambda: records.get(office, "ledger_entry", entry),
        lambda: history.history(office, "ledger_entry", entry),
        lambda: ledgers.moves(office, entry),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "not_allowed"


def test_what_was_written_originally_is_masked_like_its_field(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"))
    with office.operation("改") as work:
        work.change("member", member, {"originals.id_number": id_number(serial=7), "originals.joined_on": "七一"})
    shown = {c.field: (c.label, c.after) for c in history.history(office, "member", member)}
    assert shown["originals.joined_on"] == ("入党日期（原文）", "七一")
    assert shown["originals.id_number"] == ("公民身份号码（原文）", f"429***********{id_number(serial=7)[-4:]}")


def test_names_are_found_by_part_initials_and_reading(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    rare = add_member(office, "单\U0002b16d霞", branch, 1)
    other = add_member(office, "张小军", branch, 3)
    assert [h.id for h in search.find(office, "小军")] == [other]
    assert [h.id for h in search.find(office, "xj")] == [other]
    assert [h.id for h in search.find(office, "zhangxiao")] == [other]
    assert [h.id for h in search.find(office, "\U0002b16d")] == [rare]
    assert [h.id for h in search.find(office, "sh")] == [rare], "单 is read shan as a surname"
    assert [h.id for h in search.find(office, id_number(serial=3)[-4:])] == [other]


def test_masked_values_are_shown_only_with_a_reason_that_is_kept(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"), phone="13812345678")
    assert records.get(office, "member", member).printed["phone"] == "138****5678"
    with pytest.raises(UserError, match="原因"):
        records.reveal(office, "member", member, "phone", " ")
    assert records.reveal(office, "member", member, "phone", "核对电话") == "13812345678"
    with office.database.read() as connection:
        actions = connection.execute(text("SELECT action, detail FROM audit_event")).all()
    assert any(action == "reveal" and "核对电话" in detail for action, detail in actions)


def test_bad_values_name_the_field_and_change_nothing(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    with pytest.raises(UsageError):
        records.add(office, "organisation", {"name": "乙", "kind": "631", "colour": "red"})
    with pytest.raises(UserError, match="类型"):
        records.add(office, "organisation", {"name": "乙", "kind": "什么"})
    with pytest.raises(UserError, match="身份证|号码"):
        records.add(office, "member", {"name": "王五", "id_number": "429900197001010011", "organisation": branch})
    assert records.counts(office) == {"organisation": 2, "member": 0, "post": 0, "meeting": 0, "ledger_entry": 0}


def test_the_roster_of_the_meeting_day_is_due(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    stays, leaves = add_member(office, "王五", branch, 1), add_member(office, "赵六", branch, 3)
    records.edit(office, "member", leaves, {"left_on": "2026-08-01", "left_kind": "O4"})
    due = {a.member_id for a in meetings.due_list(office, branch, date(2026, 7, 15))}
    assert due == {stays, leaves}
    assert {a.member_id for a in meetings.due_list(office, branch, date(2026, 9, 1))} == {stays}


def test_different_peoples_attendance_are_different_fields(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    one, two = add_member(office, "王五", branch, 1), add_member(office, "赵六", branch, 3)
    typed = {"meeting_kind": "党员大会", "organisation": branch, "started_at": "2026-08-03 14:30"}
    saved = meetings.record_meeting(office, typed, {one: {"presence": "present"}, two: {"presence": "present"}})
    meetings.record_meeting(
        office, {}, {one: {"presence": "present"}, two: {"presence": "excused", "reason": "住院"}}, meeting=saved.id
    )
    last = history.history(office, "meeting", saved.id)[-1]
    assert (last.field, last.after) == (f"attendance.{two}", "请假（住院）")


def test_a_restored_copy_begins_a_new_incarnation(office: Office, tmp_path: Path) -> None:
    from dangjian_desktop.services.office import backups

    add_branch(office, "甲支部")
    backups.backup(office, tmp_path / "备份.djb")
    backups.restore(tmp_path / "备份.djb", tmp_path / "恢复" / "新.djd")
    copy = opening.open_office(tmp_path / "恢复" / "新.djd", password=PASSWORD, clock=Clock(date(2026, 9, 30)))
    try:
        add_branch(copy, "乙支部")
        add_branch(office, "丙支部")
        with copy.database.read() as connection:
            theirs = set(connection.execute(text(NUMBERS)))
        with office.database.read() as connection:
            ours = set(connection.execute(text(NUMBERS)))
        assert len(theirs & ours) == 2, "only what was there before the backup has the same number"
        assert integrity.check(copy) == []
    finally:
        copy.close()


def test_declarations_and_migrations_lay_the_same_tables(office: Office) -> None:
    from dangjian_desktop.storage import tables

    with office.database.read() as connection:
        assert migrations.version(connection) == migrations.CURRENT
        for table in tables.METADATA.sorted_tables:
            found = {r[1]: r[2] for r in connection.execute(text(f'PRAGMA table_xinfo("{table.name}")'))}
            assert found == {c.name: _type(c) for c in table.columns}, table.name


def test_models_say_the_same_as_declarations_and_migrations(office: Office) -> None:
    from dangjian_desktop.storage import models, tables

    classes = {name: getattr(models, name) for name in models.__all__}
    assert {model.__tablename__ for model in classes.values()} == {
        table.name for table in (*tables.of_kind.values(), *tables.of_set.values())
    }
    with office.database.read() as connection:
        for model in classes.values():
            table = model.__table__
            derived = {n for n, f in model.model_fields.items() if (f.description or "").startswith("derived")}
            declared = tables.METADATA.tables[table.name].columns
            assert derived == {c.name for c in declared if c.info.get("derived")}, table.name
            assert {c.name: _type(c) for c in table.columns} == {c.name: _type(c) for c in declared}, table.name
            found = {r[1]: bool(r[3]) for r in connection.execute(text(f'PRAGMA table_xinfo("{table.name}")'))}
            assert found == {c.name: not c.nullable for c in table.columns}, table.name
            laid = {r[1] for r in connection.execute(text(f'PRAGMA index_list("{table.name}")'))}
            assert {i.name for i in table.indexes} <= laid


def _type(column: Column[Any]) -> str:
    return str(column.type.compile())


def test_an_old_copy_put_back_in_its_place_begins_a_new_incarnation(tmp_path: Path) -> None:
    import shutil

    office = new_office(tmp_path)
    path = office.path
    office.close()
    shutil.copy(path, tmp_path / "昨天的副本")
    first = opening.open_office(path, password=PASSWORD, clock=Clock(date(2026, 9, 30)))
    add_branch(first, "甲支部")
    first.close()
    shutil.copy(tmp_path / "昨天的副本", path)
    again = opening.open_office(path, password=PASSWORD, clock=Clock(date(2026, 9, 30)))
    add_branch(again, "乙支部")
    with again.database.read() as connection:
        assert len(connection.execute(text("SELECT DISTINCT origin FROM operation")).all()) == 2
    again.close()


def test_closing_the_window_backs_up_what_changed(tmp_path: Path) -> None:
    from dangjian_desktop.services.office import backups

    new_office(tmp_path).close()
    path = tmp_path / "测试 街道.djd"
    office = opening.open_office(path, password=PASSWORD, backup_on_close=True)
    folder = backups.folder(office)
    office.close()
    assert not folder.exists(), "nothing changed, nothing to back up"
    office = opening.open_office(path, password=PASSWORD, backup_on_close=True)
    add_branch(office, "甲支部")
    office.close()
    assert len(list(folder.glob("*.djb"))) == 1


def test_who_left_in_a_month_left_on_its_last_day(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    member = add_member(office, "王五", branch)
    records.edit(office, "member", member, {"left_on": "2026-08", "left_kind": "O4"})
    assert records.query(office, "member", on=date(2026, 8, 30)) == [member]
    assert records.query(office, "member", on=date(2026, 8, 31)) == []
    assert next(n for n in organisations.tree(office, date(2026, 8, 31)) if n.id == branch).members == 0


def test_a_list_ordered_by_branch_follows_names(office: Office) -> None:
    second, first = add_branch(office, "乙支部"), add_branch(office, "一支部")
    one, two = add_member(office, "王五", second, 1), add_member(office, "赵六", first, 3)
    assert records.query(office, "member", order=[("organisation", False)]) == [two, one]
    assert records.query(office, "member", order=[("organisation", True)]) == [one, two]


def test_a_cleared_name_goes_from_the_labels_too(office: Office) -> None:
    member = add_member(office, "欧阳秘", add_branch(office, "甲支部"))
    records.edit(office, "member", member, {"note": "一"})
    assert sum("欧阳秘" in row.label for row in history.operations(office)) == 2
    history.clear(office, "member", [member], [history.LABELS], "保存期满")
    with office.database.read() as connection:
        told = [o for name in origins(connection) for o in operations_since(connection, name, 0)]
        stored = repr(connection.execute(text("SELECT * FROM operation")).all())
    assert "欧阳秘" not in stored + repr([o.label for o in told])
    assert integrity.check(office) == []
    assert "说明已按期清除" in [row.label for row in history.operations(office)]
    state = LogState().adding(told)
    assert not state.pending() and state.seen == {told[0].id.origin: len(told)}
    assert sum(o.label == "说明已按期清除" for o in state.operations.values()) == 2


def test_clearing_takes_what_a_field_was_before_along(office: Office) -> None:
    member = add_member(office, "王五", add_branch(office, "甲支部"), employer="某保密单位")
    records.edit(office, "member", member, {"employer": "另一单位"}, since="2026-06-01")
    history.clear(office, "member", [member], ["employer"], "保存期满")
    row = member_row(office, member)
    assert row["employer"] is None
    assert row["former"] == {}
    with office.database.read() as connection:
        logged = connection.execute(text("SELECT group_concat(coalesce(before,'') || coalesce(after,'')) FROM change"))
        assert "某保密单位" not in (logged.scalar_one() or "")
    assert integrity.check(office) == []


def test_more_than_two_decimals_of_money_are_not_cut_in_silence(office: Office) -> None:
    spec = FieldSpec("amount", "金额", FieldType.MONEY)
    assert typing_in.read_one(office, spec, "30.01") == 3001
    with pytest.raises(UserError, match="只记到分"):
        typing_in.read_one(office, spec, "30.001")


def test_the_founding_of_the_file_is_never_undone(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    try:
        (founding,) = history.operations(office)
        assert history.undo_label(office) is None
        with pytest.raises(UserError, match="不能撤销"):
            history.undo(office, operation=founding.id)
        assert len(records.query(office, "organisation")) == 1
    finally:
        office.close()
