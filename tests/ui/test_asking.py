"""Questions and file dialogs: what Enter does in a question that takes something away, and which files are offered."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

import dangjian_desktop.ui
from dangjian_desktop.ui.widgets import file_kinds
from dangjian_desktop.ui.widgets.dialogs import MessageDialog, WindowDialogs
from ui.bot import Bot

SOURCE = Path(dangjian_desktop.ui.__file__).parent
TAKES_AWAY = re.compile("删除|清除|清空|移到回收站|移走|替换|覆盖|撤销|停用|更换|不再记|丢弃|停下|退出|恢复到|抹去")


def questions() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call that asks, with the words written in it."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ("confirm", "choose") and "dialogs" in ast.unparse(node.func.value):
                asked = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "yes")]
                words = "".join(
                    text.value
                    for part in asked
                    for text in ast.walk(part)
                    if isinstance(text, ast.Constant) and isinstance(text.value, str)
                )
                yield f"{path.relative_to(SOURCE)}:{node.lineno}", node, words


def is_marked(node: ast.Call) -> bool:
    return any(word.arg == "danger" for word in node.keywords)


def test_every_question_that_takes_something_away_is_marked() -> None:
    found = list(questions())
    assert len(found) > 10
    assert not [place for place, node, words in found if TAKES_AWAY.search(words) and not is_marked(node)]


def pressing_enter(press: list[str]) -> None:
    """Press Enter in the dialog that is about to open."""

    def go() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, MessageDialog)
        press.extend(made.text() for made in dialog.findChildren(QPushButton) if made.isDefault())
        at = dialog.focusWidget() or dialog
        from PySide6.QtTest import QTest

        QTest.keyClick(at, Qt.Key.Key_Return)

    QTimer.singleShot(0, go)


def test_enter_leaves_a_dangerous_question(qtbot: Bot) -> None:
    pressed: list[str] = []
    pressing_enter(pressed)
    assert WindowDialogs().confirm("把选中的 115 名党员移到回收站？", yes="移到回收站", danger=True) is False
    pressing_enter(pressed)
    assert WindowDialogs().choose("删除哪个视图？", [("a", "甲"), ("b", "乙")], danger=True) is None
    assert pressed == ["取消", "取消"]


def test_enter_answers_a_harmless_question(qtbot: Bot) -> None:
    pressed: list[str] = []
    pressing_enter(pressed)
    assert WindowDialogs().confirm("照填吗？", yes="照填") is True
    assert pressed == ["照填"]


def test_no_file_filter_is_written_by_hand() -> None:
    own = SOURCE / "widgets" / "file_kinds.py"
    for path in SOURCE.rglob("*.py"):
        written = re.findall(r"\(\*[ .{)]", path.read_text(encoding="utf-8"))
        assert path == own or not written, path


@pytest.mark.parametrize("suffix", [".et", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".csv", ".txt", ".htm", ".html"])
def test_an_import_offers_every_format_that_is_read(suffix: str) -> None:
    assert f"*{suffix}" in file_kinds.OPEN_TABLES
    assert f"*{suffix.upper()}" in file_kinds.OPEN_TABLES


def test_every_dialog_that_opens_can_show_all_files() -> None:
    opening = [value for name, value in vars(file_kinds).items() if name.startswith("OPEN_")]
    assert len(opening) == 6
    assert all(value.endswith(file_kinds.ALL_FILES) for value in opening)
    assert "*.et" in file_kinds.OPEN_FORMS
