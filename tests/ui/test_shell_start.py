"""The start window: files, passwords, refusals, the wizard; and what is settled around it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QApplication

from dangjian_desktop.__main__ import main, wants_window
from dangjian_desktop.app import crash, environment, single_instance
from dangjian_desktop.base import fault_report
from dangjian_desktop.base.errors import UsageError, UserError, VaultError
from dangjian_desktop.ui.shell.key_sheet import key_pages
from dangjian_desktop.ui.shell.start_window import StartWindow
from dangjian_desktop.ui.shell.wizard import Wizard
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.shell_fakes import KEY, FakeGateway
from ui.ui_fakes import ScriptedDialogs

Start = Callable[..., StartWindow]
"""Makes a start window over a gateway, with answered dialogs."""


def a_file(name: str = "沙嘴街道党工委", path: str = "/x/街道.djd") -> Any:
    return SimpleNamespace(path=Path(path), name=name, exists=True, account="张三")


@pytest.fixture
def start(qtbot: Bot) -> Iterator[Start]:
    """Makes start windows and closes their work afterwards."""
    made: list[StartWindow] = []

    def build(gateway: FakeGateway, dialogs: ScriptedDialogs | None = None) -> StartWindow:
        window = StartWindow(gateway, JobRunner, lambda _parent: dialogs or ScriptedDialogs())
        qtbot.addWidget(window)
        window.page.show_files()
        window.show()
        made.append(window)
        return window

    yield build
    for window in made:
        window.runner.close()


def test_right_password_opens_the_file(qtbot: Bot, start: Start) -> None:
    gateway = FakeGateway([a_file()])
    window = start(gateway)
    window.page.password.setText(gateway.password)
    with qtbot.waitSignal(window.opened) as caught:
        window.page.sign_in()
    assert caught.args[0].path == Path("/x/街道.djd")
    assert window.page.password.text() == ""


def test_wrong_password_is_said_and_can_be_typed_again(qtbot: Bot, start: Start) -> None:
    gateway = FakeGateway([a_file()])
    window = start(gateway)
    window.page.password.setText("wrong")
    window.page.sign_in()
    qtbot.waitUntil(window.page.fault.isVisible)
    assert "账户或密码不对" in window.page.fault.text()
    assert window.page.go.isEnabled()


def test_name_is_asked_only_where_there_are_several(qtbot: Bot, start: Start) -> None:
    gateway = FakeGateway([a_file()])
    window = start(gateway)
    assert not window.page._account_row.isVisible()
    gateway.needs_account = True
    window.page.ask_account()
    qtbot.waitUntil(window.page._account_row.isVisible)
    window.page.account.setText("李四")
    window.page.password.setText(gateway.password)
    with qtbot.waitSignal(window.opened):
        window.page.sign_in()
    assert gateway.opened[-1]["account"] == "李四"


def test_recovery_key_opens_in_place_of_the_password(qtbot: Bot, start: Start) -> None:
    window = start(FakeGateway([a_file()]))
    window.page._use_key(True)
    window.page.password.setText(KEY)
    with qtbot.waitSignal(window.opened):
        window.page.sign_in()


def test_lock_of_a_dead_pc_can_be_taken_over(qtbot: Bot, start: Start) -> None:
    gateway = FakeGateway([a_file()])
    gateway.refusal = VaultError("locked", "文件正在另一台电脑（PC-2）上打开。")
    window = start(gateway)
    window.page.password.setText(gateway.password)
    window.page.sign_in()
    qtbot.waitUntil(window.page.more.isVisible)
    with qtbot.waitSignal(window.opened):
        window.page.more.click()
    assert gateway.opened[-1]["take_over"] is True


def test_first_run_shows_the_ways_in_and_the_sample_opens(qtbot: Bot, start: Start) -> None:
    window = start(FakeGateway())
    assert window.page._welcome is not None and window.page._welcome.isVisible()
    with qtbot.waitSignal(window.opened):
        window.way_in("sample")


def test_restore_asks_for_bundle_and_place(qtbot: Bot, start: Start) -> None:
    dialogs = ScriptedDialogs(Path("/x/b.djb"), Path("/x/新"))
    window = start(FakeGateway(), dialogs)
    window.way_in("restore")
    qtbot.waitUntil(lambda: window.page.path == Path("/x/新.djd"))


def make_wizard(qtbot: Bot, runner: JobRunner, tmp_path: Path) -> tuple[Wizard, FakeGateway]:
    gateway = FakeGateway()
    wizard = Wizard(gateway, runner, ScriptedDialogs(tmp_path / "街道.djd"))
    qtbot.addWidget(wizard)
    wizard.show()
    wizard.forward()
    return wizard, gateway


def test_wizard_checks_each_step(qtbot: Bot, runner: JobRunner, tmp_path: Path) -> None:
    wizard, _gateway = make_wizard(qtbot, runner, tmp_path)
    wizard.forward()
    assert wizard.faults.said() == "请填写党组织全称。"
    wizard.street.setText("沙嘴街道党工委")
    wizard.base_date.setText("2027-01-01")
    wizard.forward()
    assert "今天之后" in wizard.faults.said()
    wizard.base_date.setText("2026.1")
    wizard.forward()
    assert "这样的日期" in wizard.faults.said()
    wizard.base_date.setText("2026年1月1日")
    wizard.forward()
    wizard.account.setText("张三")
    wizard.password.setText("short")
    wizard.forward()
    assert "太短" in wizard.faults.said()
    wizard.password.setText("long enough")
    wizard.again.setText("long enouhg")
    wizard.forward()
    assert "不一样" in wizard.faults.said()


def test_wizard_makes_the_file_and_insists_on_the_key(qtbot: Bot, runner: JobRunner, tmp_path: Path) -> None:
    wizard, gateway = make_wizard(qtbot, runner, tmp_path)
    wizard.street.setText("沙嘴街道党工委")
    wizard.base_date.setText("2026.1.1")
    wizard._choose_place()
    wizard.forward()
    wizard.account.setText("张三")
    wizard.password.setText("long enough")
    wizard.again.setText("long enough")
    wizard.forward()
    qtbot.waitUntil(lambda: wizard.steps.currentIndex() == 3)
    assert gateway.made[0]["path"] == tmp_path / "街道.djd"
    assert gateway.made[0]["base_date"] == date(2026, 1, 1)
    assert wizard.key_text.text().replace("\n", "-") == KEY
    for wrong in ("", "D", "XXXX", "BBBB-DDDD"):
        wizard.confirm.setText(wrong)
        wizard.forward()
        assert "不对" in wizard.faults.said()
    for right in ("dddd", "cccc-dddd", "BBBB CCCC DDDD", KEY):
        wizard.confirm.setText(right)
        wizard.forward()
        assert "勾选" in wizard.fault.text()
    wizard.kept.setChecked(True)
    with qtbot.waitSignal(wizard.made):
        wizard.forward()


def test_leaving_before_the_key_is_confirmed_is_asked(qtbot: Bot, runner: JobRunner, tmp_path: Path) -> None:
    wizard, gateway = make_wizard(qtbot, runner, tmp_path)
    assert wizard.may_close()
    office, _key = gateway.create(tmp_path / "a.djd")
    wizard._made((office, KEY))
    assert isinstance(wizard._dialogs, ScriptedDialogs)
    wizard._dialogs.answers = [False, True]
    assert not wizard.may_close()
    assert office.closed == 0
    assert wizard.may_close()
    assert office.closed == 1


def test_place_follows_the_name_and_the_kind_of_use(
    qtbot: Bot, runner: JobRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _place: str(tmp_path))
    wizard, _gateway = make_wizard(qtbot, runner, tmp_path)
    wizard.street.setText("沙嘴/街道")
    assert wizard.place.text() == str(tmp_path / "党建工作台" / "沙嘴街道.djd")


def test_key_sheet_is_one_page_with_ink_on_it(qapp: QApplication) -> None:
    pages = key_pages("沙嘴街道党工委", "张三", KEY, date(2026, 9, 30))
    width, height, data = pages.render(0, 0.5)
    assert len(data) == width * height * 4
    assert min(data) < 100
    assert key_pages("沙嘴街道党工委", "张三", KEY, date(2025, 1, 8)).render(0, 0.5)[2] != data


@pytest.mark.parametrize(
    ("words", "window"),
    [
        ([], True),
        (["--file", "a.djd"], True),
        (["--file=a.djd", "--sample"], True),
        (["info"], False),
        (["--file", "a.djd", "info"], False),
        (["--json", "list"], False),
        (["--help"], False),
    ],
)
def test_window_opens_only_without_a_command(words: list[str], window: bool) -> None:
    assert wants_window(words) is window


def test_version_loads_neither_window_nor_database() -> None:
    code = (
        "import sys; from dangjian_desktop.__main__ import main; main(['--version']);"
        "print([m for m in sys.modules if m.partition('.')[0] in ('PySide6', 'sqlalchemy', 'sqlcipher3')])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert said == ["0.1.0", "[]"]


def test_bad_day_is_refused_before_any_window(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--on", "31.12.2026"]) == UsageError.exit_code
    assert "不是日期" in capsys.readouterr().err


def test_options_come_from_words_and_environment() -> None:
    read = environment.read_options(
        ["--file=a.djd", "--account", "张三", "--on", "2026-09-30"], {"DANGJIAN_PASSWORD": "p"}
    )
    assert (read.file, read.account, read.password) == (Path("a.djd"), "张三", "p")
    assert read.on is not None and read.on.year == 2026


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "ibus"}, "ibus"),
        ({"QT_IM_MODULE": "xim", "XMODIFIERS": "@im=fcitx"}, "xim"),
        ({}, None),
    ],
)
def test_input_method_under_fcitx(before: dict[str, str], after: str | None) -> None:
    environment.choose_input_method(before, "linux")
    assert before.get("QT_IM_MODULE") == after


def test_input_method_is_left_alone_on_windows() -> None:
    given = {"XMODIFIERS": "@im=fcitx"}
    environment.choose_input_method(given, "win32")
    assert given == {"XMODIFIERS": "@im=fcitx"}


def test_no_thread_but_the_windows_collects_by_itself() -> None:
    environment.prepare()
    environment.settle()
    assert not gc.isenabled()
    gc.unfreeze()


def test_report_holds_no_message_and_no_value() -> None:
    secret = "张三 42990019900101001X"
    try:
        try:
            int(secret)
        except ValueError as error:
            raise UserError("bad_value", secret) from error
    except UserError as error:
        text = fault_report.describe(error)
    assert "张三" not in text and "429900" not in text
    assert "ValueError" in text and "[bad_value]" in text
    assert "test_report_holds_no_message_and_no_value" in text


def test_uncaught_error_becomes_a_report_and_is_told(home: Path) -> None:
    told: list[tuple[BaseException, Path | None]] = []
    guard = crash.CrashGuard(lambda error, report: told.append((error, report)))
    assert guard.install() is None
    try:
        fault = RuntimeError("boom")
        sys.excepthook(RuntimeError, fault, None)
        assert told[0][0] is fault
        assert told[0][1] is not None
        assert told[0][1].read_text("utf-8").startswith("党建工作台")
    finally:
        guard.remove()
    assert not (fault_report.reports_dir() / crash.NATIVE).exists()


def test_native_crash_of_the_last_run_is_found(home: Path) -> None:
    fault_report.reports_dir().mkdir(parents=True)
    (fault_report.reports_dir() / crash.NATIVE).write_text(
        'Fatal Python error: Segmentation fault\n  File "/home/zhangsan/site-packages/x/y.py", line 3 in z', "utf-8"
    )
    guard = crash.CrashGuard(lambda error, report: None)
    last = guard.install()
    guard.remove()
    assert last is not None
    told = last.read_text("utf-8")
    assert "Segmentation" in told and 'File "site-packages/x/y.py", line 3' in told
    assert "zhangsan" not in told


def test_second_start_hands_over_to_the_first(qtbot: Bot, home: Path) -> None:
    assert single_instance.hand_over("") is False
    heard: list[str] = []
    first = single_instance.FirstInstance(heard.append)
    code = (
        "from PySide6.QtCore import QCoreApplication; app = QCoreApplication([]);"
        "from dangjian_desktop.app.single_instance import hand_over; print(hand_over('/x/街道.djd'))"
    )
    second = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert second.stdout is not None
    try:
        qtbot.waitUntil(lambda: second.poll() is not None)
        assert second.stdout.read().strip() == "True"
        assert heard == ["/x/街道.djd"]
    finally:
        second.stdout.close()
        second.wait()
        first.close()
    assert single_instance.hand_over("") is False


def test_first_paint_needs_no_database_and_leaves_a_picture(home: Path) -> None:
    code = (
        "import sys; from dangjian_desktop.__main__ import main; code = main([]);"
        "heavy = ('sqlalchemy', 'sqlcipher3', 'pypinyin', 'openpyxl', 'reportlab', 'concurrent.futures');"
        "print(code, [m for m in heavy if m in sys.modules], 'PySide6.QtNetwork' in sys.modules)"
    )
    picture = home / "第一 眼.png"
    hooks = {"DANGJIAN_EXIT_AFTER_PAINT": "1", "DANGJIAN_SCREENSHOT": str(picture), "QT_QPA_PLATFORM": "offscreen"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | hooks, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "0 [] False"
    assert picture.stat().st_size > 1000


def test_locking_never_signs_in_by_itself(qtbot: Bot, qapp: QApplication, home: Path) -> None:
    from dangjian_desktop.app import start as composition

    options = environment.StartOptions(password="right-password", file=Path("/x/街道.djd"))
    gateway = FakeGateway([a_file()])
    desk = composition.Desk(qapp, options)
    desk._gateway = gateway
    desk._settled = True
    desk._show_start(Path("/x/街道.djd"))
    start = desk._start
    assert start is not None
    qtbot.addWidget(start)
    with qtbot.waitSignal(start.painted):
        pass
    start.stop_work()
    assert gateway.opened == []
