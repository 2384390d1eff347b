"""工作台 and 系统 over a real office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services import home
from dangjian_desktop.services.home import todo
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import accounts, backups
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.home import HomePage
from dangjian_desktop.ui.pages.organisations.posts import PostsPane
from dangjian_desktop.ui.pages.system import SystemPage
from dangjian_desktop.ui.pages.system.account_dialogs import AccountDialog, PasswordDialog, fresh_password
from dangjian_desktop.ui.pages.system.log_pane import LogPane
from dangjian_desktop.ui.pages.system.parts import Pane
from office_kit import PASSWORD, add_branch, add_member, new_office, scanned
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def settled(stage: Stage) -> bool:
    return bool(stage.page._settled)


# 工作台


def test_what_is_due_comes_worst_first_and_opens_its_record(qtbot: Any, office: Office, runner: Any) -> None:
    late = add_branch(office, "过期党支部", term_elected_on="2020-05-10", term_years="3")
    soon = add_branch(office, "快到党支部", term_elected_on="2023-12-01", term_years="3")
    found = [(one.severity, tuple(one.records)) for one in home.due(office) if "任期" in one.text]
    assert found == [("error", (late,)), ("warning", (soon,))]
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    line = stage.page.board.lines[0]
    assert line.due is not None and line.due.severity == "error"
    line.pressed.emit()
    assert stage.shell.opened == [("organisation", late)]


def test_overdue_entries_are_named_with_their_day(office: Office) -> None:
    values = {"source": "自查", "problem": "会议记录不全", "due_on": "2026-03-01"}
    entry = ledgers.add(office, "rectification", values).id
    due = [one for one in home.due(office) if one.kind == "ledger_entry"]
    assert [tuple(one.records) for one in due] == [(entry,)]
    assert "2026年3月1日到期" in due[0].message
    assert "会议记录不全" in due[0].text


def test_findings_are_gathered_by_topic_with_their_counts(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "第一党支部", term_elected_on="2020-05-10", term_years="3")
    other = add_branch(office, "第二党支部", term_elected_on="2020-06-10", term_years="3")
    one = add_member(office, "张一", branch, 1, confirmed_on="1995-08-01")
    two = add_member(office, "王二", branch, 3, confirmed_on="1995-09-01")
    add_member(office, "李三", branch, 5)
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    chips = {chip.text(): chip for chip in stage.page.board.matters.chips}
    assert list(chips)[0] == "任期届满 2"
    chips["预备期不满一年 2"].click()
    chips["任期届满 2"].click()
    (_, people), (_, units) = stage.shell.opened
    assert sorted(people["ids"]) == sorted([one, two])
    assert sorted(units["ids"]) == sorted([branch, other])


def test_a_scan_in_pieces_finds_what_one_look_finds(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    branch = add_branch(office, "第一党支部")
    for serial in range(1, 10, 2):
        add_member(office, f"张{serial}", branch, serial, confirmed_on="1995-08-01")
    whole = scanned(office)
    monkeypatch.setattr(todo, "_BATCH", 2)
    scan = home.FindingScan(office)
    assert scan.step() and scan.step()
    assert not scan.step()
    assert scan.found == whole


def test_a_figure_opens_the_list_behind_it(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "第一党支部")
    member = add_member(office, "张一", branch, 1)
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    stage.page.board.tiles[0].pressed.emit()
    stage.until(lambda: bool(stage.shell.opened))
    assert stage.shell.opened == [("members", {"ids": [member], "title": "党员总数"})]


def test_nothing_jumps_when_the_page_is_filled(qtbot: Any, office: Office, runner: Any) -> None:
    add_member(office, "张一", add_branch(office, "第一党支部", term_elected_on="2020-05-10", term_years="3"), 1)
    stage = Stage(qtbot, office, runner, HomePage)
    board = stage.page.board
    stage.page.resize(960, 640)
    stage.page.show()
    places = [*board.tiles, *board.lines, *board.stands, *board.charts.values()]
    before = [place.geometry() for place in places]
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    assert [place.geometry() for place in places] == before


def test_bars_are_walked_by_keys_say_themselves_and_open_their_list(qtbot: Any, office: Office, runner: Any) -> None:
    member = add_member(office, "张一", add_branch(office, "第一党支部"), 1)
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    chart = stage.page.board.charts["ages"]
    assert chart.chart is not None
    place = next(at for at, bar in enumerate(chart.chart.bars) if bar.value)
    for _ in range(place):
        qtbot.keyClick(chart, Qt.Key.Key_Down)
    assert "1 人" in chart.accessibleName()
    qtbot.keyClick(chart, Qt.Key.Key_Return)
    assert stage.shell.opened[-1][1]["ids"] == [member]


def test_a_new_file_is_led_to_the_import(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    assert stage.page._stack.currentIndex() == 1
    stage.page._stack.widget(1).buttons[2].click()
    assert stage.shell.opened == [("organisations", {"new": True})], "who has no roster begins with a branch"


@pytest.mark.parametrize(
    ("role", "may"),
    [("administrator", [True, True, True]), ("secretary", [True, False, True]), ("reader", [False, False, False])],
)
def test_who_may_not_import_is_not_led_there(
    qtbot: Any, office: Office, runner: Any, role: str, may: list[bool]
) -> None:
    office.actor = Actor("看", role)
    stage = Stage(qtbot, office, runner, HomePage)
    stage.page.enter({})
    stage.until(lambda: settled(stage))
    empty = stage.page._stack.widget(1)
    assert [made.isEnabled() for made in empty.buttons] == may


def test_increase_and_decrease_say_their_period(office: Office) -> None:
    labels = {figure.key: figure.label for figure in home.top_row(office).figures}
    year = office.today().year
    assert (labels["joined"], labels["left"]) == (f"{year}年增加", f"{year}年减少")


# 系统


def pane(stage: Stage, key: str) -> Any:
    stage.page.enter({"tab": key})
    return stage.page.panes[key]


def test_chosen_rows_of_an_operation_are_undone_months_later(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "第一党支部")
    one, two = add_member(office, "张一", branch, 1), add_member(office, "王二", branch, 3)
    records.edit_many(office, "member", {one: {"native_place": "甲"}, two: {"native_place": "乙"}}, label="改籍贯")
    records.edit(office, "member", one, {"health": "健康"})
    stage = Stage(qtbot, office, runner, SystemPage, True)
    log = pane(stage, "log")
    stage.until(lambda: log.operations.rowCount() > 0)
    assert "修改党员" in log.operations.item(0, 1).text()
    log.operations.selectRow(1)
    stage.until(lambda: log.changes.rowCount() == 2)
    place = next(row for row in range(2) if log.changes.item(row, 0).text() == "王二")
    log.changes.selectRow(place)
    log.undo_some()
    stage.until(lambda: stage.shell.said)
    assert records.get(office, "member", one).values["native_place"] == "甲"
    assert records.get(office, "member", two).values["native_place"] is None


@pytest.mark.parametrize("key", ["log", "audit"])
def test_older_rows_are_asked_for_only_below_newer_ones(qtbot: Any, office: Office, runner: Any, key: str) -> None:
    stage = Stage(qtbot, office, runner, SystemPage)
    older = stage.page.panes[key].older
    assert older.isHidden() or not older.isEnabled()


def test_the_log_opens_at_the_operation_asked_for(qtbot: Any, office: Office, runner: Any) -> None:
    member = add_member(office, "张一", add_branch(office, "第一党支部"), 1)
    wanted = records.edit(office, "member", member, {"health": "健康"}).change_set
    records.edit(office, "member", member, {"native_place": "甲"})
    assert wanted is not None
    stage = Stage(qtbot, office, runner, SystemPage)
    stage.page.enter({"tab": "log", "operation": wanted.operation})
    log = stage.page.panes["log"]
    stage.until(lambda: log.changes.rowCount() == 1)
    assert log._operation().id == wanted.operation
    # Fetching the list anew does not lose the place.
    records.edit(office, "member", member, {"native_place": "乙"})
    before = log.operations.rowCount()
    log.enter()
    stage.until(lambda: log.operations.rowCount() == before + 1)
    assert log._operation().id == wanted.operation


def test_a_reader_makes_no_backup_and_no_post(qtbot: Any, office: Office, runner: Any) -> None:
    office.actor = Actor("看", "reader")
    stage = Stage(qtbot, office, runner, SystemPage)
    on = {made.text(): made.isEnabled() for made in stage.page.panes["backups"].findChildren(QPushButton)}
    assert [words for words, enabled in on.items() if enabled] == ["恢复成另一个文件…", "检查数据文件"]
    posts = PostsPane(stage.page.context)
    qtbot.addWidget(posts)
    posts._add_rows([{"id": "x", "post": "书记", "member": "张一", "from_on": "", "to_on": "", "doc_no": ""}])
    posts.list.setCurrentRow(0)
    assert not any(made.isEnabled() for made in posts.findChildren(QPushButton))
    office.actor = Actor("张三", "administrator")
    able = PostsPane(stage.page.context)
    qtbot.addWidget(able)
    able._add_rows([{"id": "x", "post": "书记", "member": "张一", "from_on": "", "to_on": "", "doc_no": ""}])
    able.list.setCurrentRow(0)
    assert all(made.isEnabled() for made in able.findChildren(QPushButton))


def test_a_whole_operation_is_undone_but_later_edits_stay(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "第一党支部")
    one, two = add_member(office, "张一", branch, 1), add_member(office, "王二", branch, 3)
    records.edit_many(office, "member", {one: {"native_place": "甲"}, two: {"native_place": "乙"}}, label="改籍贯")
    records.edit(office, "member", one, {"native_place": "丙"})
    stage = Stage(qtbot, office, runner, SystemPage, True)
    log = pane(stage, "log")
    stage.until(lambda: log.operations.rowCount() > 0)
    log.operations.selectRow(1)
    log.undo_all()
    stage.until(lambda: stage.shell.said)
    assert records.get(office, "member", one).values["native_place"] == "丙"
    assert records.get(office, "member", two).values["native_place"] is None
    assert any("后来又改过" in said[1] for said in stage.dialogs.said)


def test_the_bin_gives_back(qtbot: Any, office: Office, runner: Any) -> None:
    member = add_member(office, "张一", add_branch(office, "第一党支部"), 1)
    records.remove(office, "member", member)
    stage = Stage(qtbot, office, runner, SystemPage)
    bin_ = pane(stage, "bin")
    stage.until(lambda: bin_.table.rowCount() == 1)
    bin_.table.selectRow(0)
    bin_.restore()
    stage.until(lambda: stage.shell.said)
    assert records.query(office, "member") == [member]


def test_a_backup_is_made_and_listed(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, SystemPage)
    shown = pane(stage, "backups")
    stage.until(shown.state.text)
    shown.now()
    stage.until(lambda: shown.table.rowCount() == 1)
    assert len(backups.listing(office)) == 1


def test_an_account_is_added_in_one_dialog_and_its_password_goes_on_paper(
    qtbot: Any, office: Office, runner: Any
) -> None:
    typed: list[str] = []

    def answer(dialog: AccountDialog) -> bool:
        dialog._take()
        assert dialog.faults.said() == "请填写账户名，一般用本人姓名。"
        dialog.name.setText("张三")
        assert dialog.faults.said() == ""
        dialog._take()
        assert dialog.faults.said() == "已经有名为“张三”的账户。"
        dialog.name.setText("李四")
        dialog.password.setText("短")
        dialog._take()
        assert "密码太短" in dialog.faults.said()
        dialog.password.setText(fresh_password())
        typed.append(dialog.password.text())
        dialog.roles["reader"].setChecked(True)
        dialog._take()
        return bool(dialog.result())

    stage = Stage(qtbot, office, runner, SystemPage, answer)
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 1)
    shown.add()
    stage.until(lambda: stage.shell.pages)
    assert [(a.name, a.role) for a in accounts.listing(office)] == [("张三", "administrator"), ("李四", "reader")]
    slip = stage.shell.pages[0]
    assert (slip.title, len(slip.sizes), slip.save) == ("密码条", 1, None)
    assert len(slip.render(0, 1.0)[2]) > 0
    office.vault.check_password("李四", typed[0])


def test_fresh_passwords_differ_and_hold_nothing_that_is_mistaken() -> None:
    made = {fresh_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each) == 14 and not set(each) & set("01oil") for each in made)


def password_dialog(old: str, new: str, again: str, *, told: list[str]) -> Any:
    def answer(dialog: PasswordDialog) -> bool:
        dialog.old_field.setText(old)
        dialog.new_field.setText(new)
        dialog.again.setText(again)
        dialog._take()
        told.append(dialog.faults.said())
        return bool(dialog.result())

    return answer


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("", "第一个密码八位8", "第一个密码八位8", "请输入原密码。"),
        (PASSWORD, "短", "短", "密码太短，至少 8 位。"),
        (PASSWORD, "第一个密码八位8", "第二个密码八位8", "两遍密码不一样，请重新输入。"),
    ],
)
def test_a_slip_in_a_password_is_told_at_its_field_and_changes_nothing(
    qtbot: Any, office: Office, runner: Any, old: str, new: str, again: str, said: str
) -> None:
    told: list[str] = []
    stage = Stage(qtbot, office, runner, SystemPage, password_dialog(old, new, again, told=told))
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 1)
    shown.table.selectRow(0)
    shown.password()
    assert told == [said]
    office.vault.check_password("张三", PASSWORD)


def test_another_role_leaves_the_account_its_unit(qtbot: Any, office: Office, runner: Any) -> None:
    branch = add_branch(office, "甲党支部")
    accounts.add(office, "李四", "clerk", PASSWORD, scope=branch)
    stage = Stage(qtbot, office, runner, SystemPage, "reader", lambda dialog: bool(dialog.form.check()))
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 2)
    shown.table.selectRow(1)
    shown.role()
    stage.until(lambda: stage.shell.said)
    assert [(a.role, a.scope) for a in accounts.listing(office)][1] == ("reader", "甲党支部")


def test_who_came_by_the_recovery_key_is_not_asked_for_the_old_password(
    qtbot: Any, office: Office, runner: Any
) -> None:
    office.vault.by_recovery_key = True
    new, told = "新的密码够八位8", list[str]()
    stage = Stage(qtbot, office, runner, SystemPage, password_dialog("", new, new, told=told))
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 1)
    shown.table.selectRow(0)
    shown.password()
    stage.until(lambda: stage.shell.said)
    assert told == [""]
    office.vault.check_password("张三", new)


def test_the_handover_sheet_is_shown_as_pages(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, SystemPage, "李四")
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 1)
    shown.table.selectRow(0)
    shown.hand_over()
    stage.until(lambda: stage.shell.pages)
    assert len(stage.shell.pages[0].sizes) == 1


def test_what_was_looked_at_is_listed_narrowed_and_written(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    member = add_member(office, "张一", add_branch(office, "第一党支部"), 1)
    records.reveal(office, "member", member, "id_number", "核对档案")
    backups.backup(office, tmp_path / "一.djb")
    target = tmp_path / "登记.xlsx"
    stage = Stage(qtbot, office, runner, SystemPage, tmp_path / "登记")
    shown = pane(stage, "audit")
    stage.until(lambda: shown.table.rowCount() == 2)
    assert [shown.who.itemText(place) for place in range(shown.who.count())] == ["全部账户", "张三"]
    shown.act.setCurrentIndex(shown.act.findData("reveal"))
    shown.act.activated.emit(shown.act.currentIndex())
    stage.until(lambda: shown.table.rowCount() == 1)
    assert [shown.table.item(0, column).text() for column in range(1, 5)] == [
        "张三", "查看完整信息", "党员“张一”的公民身份号码", "核对档案"
    ]  # fmt: skip
    shown.export()
    stage.until(lambda: stage.shell.said)
    assert stage.shell.said == [("已导出 1 条到“登记.xlsx”", False)]
    assert target.exists()


def test_older_acts_come_on_asking(qtbot: Any, office: Office, runner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dangjian_desktop.ui.pages.system.audit_pane.PAGE", 2)
    for number in range(3):
        office.audit("backup", {"file": f"{number}.djb"})
    stage = Stage(qtbot, office, runner, SystemPage)
    shown = pane(stage, "audit")
    stage.until(lambda: shown.table.rowCount() == 2)
    assert shown.older.isVisible()
    shown.older.click()
    stage.until(lambda: shown.table.rowCount() == 3)
    assert [shown.table.item(row, 3).text() for row in range(3)] == ["文件：2.djb", "文件：1.djb", "文件：0.djb"]
    assert not shown.older.isVisible()


@pytest.mark.parametrize(("role", "seen"), [("administrator", True), ("clerk", False), ("reader", False)])
def test_only_an_administrator_has_the_page_of_what_was_looked_at(
    qtbot: Any, office: Office, runner: Any, role: str, seen: bool
) -> None:
    office.actor = Actor("张三", role)
    stage = Stage(qtbot, office, runner, SystemPage)
    titles = [stage.page.tabs.tabText(place) for place in range(stage.page.tabs.count())]
    assert ("查阅登记" in titles, "audit" in stage.page.panes) == (seen, seen)


def test_a_pane_is_made_when_it_is_first_looked_at(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, SystemPage)
    stage.page.enter({})
    assert [type(made) for made in stage.page.findChildren(Pane)] == [LogPane]
    stage.page.tabs.setCurrentIndex(stage.page.tabs.count() - 1)
    assert len(stage.page.findChildren(Pane)) == 2
    assert stage.page.place() == {"tab": "settings"}


def test_in_a_narrow_window_who_did_it_stays_in_sight(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, SystemPage)
    stage.page.resize(720, 460)
    stage.page.enter({"tab": "log"})
    table = stage.page.panes["log"].operations
    stage.until(table.rowCount)
    assert table.horizontalHeader().length() <= table.viewport().width()


def test_everybody_changes_the_own_password_and_no_other(qtbot: Any, office: Office, runner: Any) -> None:
    accounts.add(office, "李四", "clerk", PASSWORD)
    office.actor = Actor("李四", "clerk")
    new = "自己换的密码 2026"
    stage = Stage(qtbot, office, runner, SystemPage, password_dialog(PASSWORD, new, new, told=[]))
    shown = pane(stage, "accounts")
    assert [key for key, made in shown.buttons.items() if made.isVisibleTo(shown)] == ["own"]
    shown.enter()
    stage.qtbot.waitUntil(lambda: shown.buttons["own"].y() < shown.note.height() + 60)
    shown.own_password()
    stage.until(lambda: stage.shell.said)
    office.vault.check_password("李四", new)


def test_disabling_offers_a_new_data_key_and_says_what_it_does_without(
    qtbot: Any, office: Office, runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add(office, "李四", "clerk", PASSWORD)
    accounts.add(office, "王二", "clerk", PASSWORD)
    stage = Stage(qtbot, office, runner, SystemPage, "plain", "key")
    shown = pane(stage, "accounts")
    stage.until(lambda: shown.table.rowCount() == 3)
    shown.table.selectRow(1)
    shown.disable()
    stage.until(lambda: any("数据钥匙没有换" in str(said) for said in stage.dialogs.said))
    stage.until(lambda: shown.table.isEnabled() and shown.table.rowCount() == 3)
    shown.table.selectRow(2)
    shown.disable()
    told: list[bool] = []
    monkeypatch.setattr(
        stage.shell, "preview", lambda _pages: told.append(any("新的" in str(said) for said in stage.dialogs.said))
    )
    stage.until(lambda: told)
    assert told == [True], "nothing comes between the person and the key that is shown once"
    assert [account.disabled for account in accounts.listing(office)] == [False, True, True]
