"""What a screen reader says of the whole window: every control of every page, tab, form and dialog has a name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabBar,
    QTextEdit,
    QWidget,
)

from dangjian_desktop.ui.shell.help_sheet import HelpSheet
from dangjian_desktop.ui.shell.start_window import StartWindow
from dangjian_desktop.ui.shell.wizard import Wizard
from dangjian_desktop.ui.widgets.dialogs import MessageDialog, WindowDialogs
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.shell_fakes import FakeGateway
from ui.ui_fakes import ScriptedDialogs
from ui.window_kit import every_page, idle, street_window

_CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
)


def nameless(root: QWidget) -> set[str]:
    """Controls that can be reached and of which a screen reader could say the kind only."""
    return {
        f"{type(each).__name__} {each.objectName()} in {_place(each)}"
        for each in root.findChildren(QWidget)
        if isinstance(each, _CONTROLS) and _reached(each) and not _said(each)
    }


def _reached(each: QWidget) -> bool:
    if each.objectName().startswith("qt_") or isinstance(each, QTabBar):
        return False  # Qt's own parts; a tab bar says its tabs
    if type(each) is QAbstractButton or _inside_a_box(each):
        return False  # the corner of a table; what is said with the box it is part of
    if isinstance(each, QPushButton) and each.isHidden():
        return False  # gets its words when it is shown
    return bool(each.focusPolicy() & Qt.FocusPolicy.StrongFocus) or isinstance(each, QAbstractButton)


def _inside_a_box(each: QWidget) -> bool:
    parent = each.parentWidget()
    while parent is not None:
        if isinstance(parent, QComboBox | QAbstractSpinBox):
            return True
        parent = parent.parentWidget()
    return False


def _said(each: QWidget) -> str:
    interface: Any = QAccessible.queryAccessibleInterface(each)
    return str(interface.text(QAccessible.Text.Name)).strip() if interface is not None else each.accessibleName()


def _place(each: QWidget) -> str:
    parents: list[str] = []
    parent = each.parentWidget()
    while parent is not None and len(parents) < 4:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return " < ".join(parents)


class LookingDialogs(ScriptedDialogs):
    """Looks through every dialog it is to show, and leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.seen: set[str] = set()

    def run(self, dialog: QDialog) -> bool:
        self.seen.add(type(dialog).__name__)
        self.found |= nameless(dialog)
        return False


def test_every_control_of_every_page_and_its_dialogs_has_a_name(qtbot: Bot, tmp_path: Path) -> None:
    found: set[str] = set()
    with street_window(qtbot, tmp_path / "a.djd") as window:
        looking: Any = LookingDialogs()
        for _name, page in every_page(qtbot, window):
            found |= nameless(window)
            if hasattr(page, "table") and getattr(page.table, "view", None) is not None:
                page.table.view.selectRow(0)
            object.__setattr__(page.context, "dialogs", looking)
            window.dialogs = looking
            for handler in list(page.commands().values()):
                handler()
                idle(qtbot, window)
                found |= nameless(window)
                for more in window.findChildren(QDialog):
                    found |= nameless(more)
                    more.close()
        found |= looking.found
    assert not found, "\n".join(sorted(found))
    assert looking.seen >= {"ColumnChooser"}


@pytest.mark.parametrize("which", ["unlock", "welcome", "wizard"])
def test_every_control_before_a_file_is_open_has_a_name(qtbot: Bot, which: str) -> None:
    runner = JobRunner()
    try:
        if which == "wizard":
            made: QWidget = Wizard(FakeGateway([]), runner, ScriptedDialogs())
        else:
            window = StartWindow(FakeGateway([]), lambda _parent: runner, lambda _parent: ScriptedDialogs())
            window.page.show_files(Path("/x/街道.djd") if which == "unlock" else None)
            made = window
        qtbot.addWidget(made)
        made.show()
        assert not nameless(made)
    finally:
        runner.close()


def test_fields_of_questions_are_named_by_the_question(qtbot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[set[str]] = []
    monkeypatch.setattr(MessageDialog, "exec", lambda dialog: found.append(nameless(dialog)))
    dialogs = WindowDialogs()
    dialogs.message("甲")
    dialogs.confirm("删掉吗？", danger=True)
    dialogs.choose("要哪一个？", [("a", "甲"), ("b", "乙")])
    dialogs.ask("叫什么？")
    dialogs.ask("密码？", secret=True)
    dialogs.reason("查看证件号码")
    assert found == [set()] * 6
    parent = QWidget()
    qtbot.addWidget(parent)
    sheet = HelpSheet("党员", "说明", parent)
    assert not nameless(sheet)
