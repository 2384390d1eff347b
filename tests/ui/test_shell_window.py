"""The main window: pages by name, scope, actions, undo, banners, leaving."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from dangjian_desktop.base.progress import Progress
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.ui.shell import actions, help_sheet, page_registry
from dangjian_desktop.ui.shell.main_window import MainWindow
from dangjian_desktop.ui.shell.org_tree import OrgTreeModel
from dangjian_desktop.ui.shell.page_registry import PAGES, PageSpec
from dangjian_desktop.ui.widgets.empty_state import EmptyState
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.search_palette import PaletteEntry
from ui.bot import Bot, ModelTester
from ui.shell_fakes import FakeGateway, FakeOffice, FakePage
from ui.ui_fakes import ScriptedDialogs

SPECS = (
    PageSpec("members", "党员", "member", "fake:FakePage", kinds=("member",)),
    PageSpec("other", "台账", "ledger", "fake:FakePage"),
    PageSpec("missing", "系统", "settings", "no_such_page:Page", scoped=False),
)


@pytest.fixture
def desk(qtbot: Bot, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window over an office in memory, with two pages and one that this version lacks."""
    real = PageSpec.load
    monkeypatch.setattr(PageSpec, "load", lambda spec: FakePage if spec.factory.startswith("fake") else real(spec))
    monkeypatch.setattr(
        "dangjian_desktop.ui.shell.main_window.page_of_kind",
        lambda kind: next((spec for spec in SPECS if kind in spec.kinds), None),
    )
    office, gateway, dialogs = FakeOffice(), FakeGateway(), ScriptedDialogs()
    window = MainWindow(cast(Office, office), gateway, JobRunner, lambda _parent: dialogs, pages=SPECS)
    qtbot.addWidget(window)
    window.resize(1200, 700)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.open_page("members")
    qtbot.waitUntil(lambda: len(window.tree.model.units) == 4)
    yield window
    window.runner.close()


def page(window: MainWindow, key: str) -> FakePage:
    found = window._pages[key]
    assert isinstance(found, FakePage)
    return found


def office_of(window: MainWindow) -> FakeOffice:
    return cast(FakeOffice, window.office)


def gateway_of(window: MainWindow) -> FakeGateway:
    assert isinstance(window.gateway, FakeGateway)
    return window.gateway


def test_no_two_actions_share_a_key_or_a_name() -> None:
    assert actions.clashes() == []


def test_a_clash_would_be_seen() -> None:
    twice = (actions.ActionSpec("a", "甲", "Ctrl+N"), actions.ActionSpec("b", "乙", "ctrl+n"))
    assert actions.clashes(twice) == ["Ctrl+N"]


def test_every_declared_key_is_on_the_sheet() -> None:
    listed = [s.key for where in (actions.PAGE, actions.WINDOW, actions.FIELD) for s in help_sheet.keys_of(where)]
    assert sorted(listed) == sorted(spec.key for spec in actions.ACTIONS if spec.shortcut)


def test_help_lists_of_the_page_only_what_it_offers(qtbot: Bot) -> None:
    def texts(offered: Collection[str] | None) -> set[str]:
        sheet = help_sheet.HelpSheet("页面", "说明", offered=offered)
        qtbot.addWidget(sheet)
        return {each.text() for each in sheet.findChildren(QLabel)}

    assert {"新增", "导出", actions.PAGE, "撤销"} <= texts(None)
    assert {"新增", "撤销"} <= texts({"new"})
    assert "导出" not in texts({"new"})
    assert actions.PAGE not in texts({})


def test_every_page_has_an_icon_of_the_set() -> None:
    from dangjian_desktop.base.resources import resource

    names = {spec.icon for spec in PAGES} | {spec.icon for spec in actions.ACTIONS if spec.icon}
    assert [name for name in names if not resource("icons", "ui", f"{name}.svg").exists()] == []


def test_page_in_front_lends_its_commands(qtbot: Bot, desk: MainWindow) -> None:
    assert desk.action("new").isEnabled()
    assert not desk.action("print").isEnabled()
    qtbot.keyClick(desk, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "new" in page(desk, "members").heard)
    desk.open_page("missing")
    assert not desk.action("new").isEnabled()


def test_undeclared_command_is_refused(desk: MainWindow) -> None:
    with pytest.raises(KeyError, match="undeclared"):
        desk.actions_.set_page({"dance": lambda: None})


def test_missing_page_says_so_but_a_broken_one_does_not_hide(desk: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open_page("missing")
    assert isinstance(desk._pages["missing"], EmptyState)
    assert not desk.tree.isVisible()

    def broken(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'inner'", name="inner")

    monkeypatch.setattr(page_registry, "import_module", broken)
    with pytest.raises(ModuleNotFoundError):
        PageSpec("x", "x", "home", "x:X").load()


def test_tree_sets_the_scope_of_the_page_in_front_and_later_of_the_others(desk: MainWindow) -> None:
    desk.open_page("other")
    desk.set_scope("a")
    assert page(desk, "other").heard[-1] == ("scope", "a")
    assert desk.scope_name() == "九十墩社区党委"
    assert ("scope", "a") not in page(desk, "members").heard
    desk.open_page("members")
    assert ("scope", "a") in page(desk, "members").heard
    desk.set_scope(None)
    assert desk.scope() is None


def test_commit_refreshes_the_front_now_and_the_rest_when_shown(qtbot: Bot, desk: MainWindow) -> None:
    desk.open_page("other")
    desk.open_page("members")
    office_of(desk).commit("member")
    office_of(desk).commit("post")
    qtbot.waitUntil(lambda: page(desk, "members").heard[-1] == ("refresh", [["post"]]))
    assert not any(each[0] == "refresh" for each in page(desk, "other").heard)
    desk.open_page("other")
    assert ("refresh", [["member"], ["post"]]) in page(desk, "other").heard


def test_record_found_is_opened_on_its_page(desk: MainWindow) -> None:
    desk.open_page("other")
    desk._go_to(PaletteEntry("member", "m1", "李四"))
    assert page(desk, "members").heard[-1] == ("open", "member", "m1")


def test_page_may_keep_the_person(desk: MainWindow) -> None:
    page(desk, "members").lets_go = False
    desk.open_page("other")
    assert desk._current == "members"


def test_undo_is_worded_run_and_told(qtbot: Bot, desk: MainWindow) -> None:
    qtbot.waitUntil(lambda: desk.action("undo").isEnabled())
    assert desk.action("undo").text() == "撤销：修改党员“李四”"
    desk.action("undo").trigger()
    qtbot.waitUntil(desk.undo_bar.isVisible)
    assert desk.undo_bar.text.text() == "已撤销：修改党员“李四”；1 处后来又改过，未撤销"
    qtbot.waitUntil(lambda: desk.action("redo").isEnabled())
    assert desk.action("redo").text().startswith("重做：")
    assert not desk.action("undo").isEnabled()


def test_failed_backup_stays_shown_until_one_succeeds(qtbot: Bot, desk: MainWindow) -> None:
    gateway_of(desk).failure = "磁盘已满。"
    desk.backup.look()
    qtbot.waitUntil(desk.trouble.isVisible)
    assert "磁盘已满" in desk.trouble.text.text()
    desk.backup.back_up()
    qtbot.waitUntil(lambda: not desk.trouble.isVisible())


def test_settings_are_remembered(qtbot: Bot, desk: MainWindow) -> None:
    assert desk.remembered("members.columns", ["name"]) == ["name"]
    desk.remember("members.columns", ["phone"])
    assert desk.remembered("members.columns") == ["phone"]
    qtbot.waitUntil(lambda: gateway_of(desk).settings_.get("members.columns") == ["phone"])


def test_closing_closes_the_office_and_tells(qtbot: Bot, desk: MainWindow) -> None:
    office = office_of(desk)
    with qtbot.waitSignal(desk.closed) as caught:
        desk.close()
    assert office.closed == 1
    assert caught.args[0] is False
    assert office.listeners == []


def test_closing_asks_while_something_runs(qtbot: Bot, desk: MainWindow) -> None:
    def work(progress: Progress) -> None:
        while True:
            progress.report(0, 0, "")

    assert isinstance(desk.dialogs, ScriptedDialogs)
    desk.dialogs.answers = [False, True]
    desk.runner.start("导入名册", work, lambda _: None)
    desk.close()
    assert office_of(desk).closed == 0
    with qtbot.waitSignal(desk.closed):
        desk.close()
    assert office_of(desk).closed == 1


def test_locking_goes_back_to_the_password(qtbot: Bot, desk: MainWindow) -> None:
    with qtbot.waitSignal(desk.closed) as caught:
        desk.action("lock").trigger()
    assert caught.args[0] is True
    assert caught.args[2] == "张三"


def test_size_is_left_alone_at_the_ends(qtbot: Bot, desk: MainWindow) -> None:
    with qtbot.assertNotEmitted(desk.relook):
        desk._rescale(-1)
    with qtbot.waitSignal(desk.relook) as caught:
        desk._rescale(1)
    assert caught.args == [110, "light"]


def test_colours_are_chosen_at_once(qtbot: Bot, desk: MainWindow) -> None:
    with qtbot.assertNotEmitted(desk.relook):
        desk.choose_colours("light")
    with qtbot.waitSignal(desk.relook) as caught:
        desk.choose_colours("dark")
    assert caught.args == [100, "dark"]


def test_a_window_made_anew_is_where_the_old_one_was(qtbot: Bot, desk: MainWindow) -> None:
    desk.show_sized({"page": "members", "scope": "a", "arguments": {"open": "m1", "tab": "x"}})
    assert ("enter", {"tab": "x"}) in page(desk, "members").heard
    assert ("open", "member", "m1") in page(desk, "members").heard
    desk._wanted_unit = "a"
    desk._load_tree()
    qtbot.waitUntil(lambda: desk.scope() == "a")
    assert desk.place() == {"page": "members", "scope": "a", "arguments": {}}


def test_ctrl_z_in_a_field_does_what_the_message_offers(qtbot: Bot, desk: MainWindow) -> None:
    qtbot.waitUntil(lambda: desk.action("undo").isEnabled())
    field = QLineEdit(page(desk, "members"))
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not desk.undo_bar.isVisible()
    desk.done("新建党员“李四”")
    qtbot.keyClicks(field, "ab")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (field.text(), desk.undo_bar.text.text()) == ("", "新建党员“李四”")
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.undo_bar.text.text().startswith("已撤销"))


def test_a_message_lies_over_the_page_and_goes_with_it(qtbot: Bot, desk: MainWindow) -> None:
    desk.open_page("members")
    height = desk.stack.height()
    desk.done("已修改党员“李四”")
    assert desk.undo_bar.isVisible()
    assert desk.stack.height() == height
    desk.open_page("other")
    assert not desk.undo_bar.isVisible()
    desk.done("已撤销", undo=False)
    desk.undo_bar.timer.timeout.emit()
    qtbot.waitUntil(lambda: not desk.undo_bar.isVisible())


def test_tree_model_keeps_qt_rules(qtmodeltester: ModelTester) -> None:
    from ui.shell_fakes import UNITS

    qtmodeltester.check(OrgTreeModel(UNITS))


def test_tree_finds_by_initials_and_keeps_its_state(qtbot: Bot, desk: MainWindow) -> None:
    desk.tree.search.setText("dywg")
    desk.tree._find(0)
    assert desk.scope() == "a1"
    before = desk.tree.model.units
    desk._load_tree()
    qtbot.waitUntil(lambda: desk.tree.model.units is not before)
    assert desk.scope() == "a1"


def test_enter_takes_what_typing_found_and_only_then_goes_on(qtbot: Bot, desk: MainWindow) -> None:
    desk.tree.choose("b")
    qtbot.keyClicks(desk.tree.search, "sq")
    assert desk.scope() == "b"
    qtbot.keyClick(desk.tree.search, Qt.Key.Key_Return)
    assert desk.scope() == "b"
    qtbot.keyClick(desk.tree.search, Qt.Key.Key_Return)
    assert desk.scope() == "a"


def test_the_page_in_front_chosen_again_shows_its_list(desk: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    back: list[FakePage] = []

    def step_back(self: FakePage) -> None:
        back.append(self)

    monkeypatch.setattr(FakePage, "step_back", step_back)
    desk.open_page("other")
    assert back == []
    desk.navigation.buttons["other"].click()
    assert back == [page(desk, "other")]
