"""What a screen reader says: every control of the forms that can be reached has a name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QListWidget, QPlainTextEdit, QTableView, QWidget

from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.pages.meetings import MeetingsPage
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.organisations import OrganisationsPage
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench

_CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QComboBox, QListWidget, QTableView)


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


def nameless(root: QWidget) -> list[str]:
    """Controls that can have the focus and say nothing."""
    return [
        f"{type(each).__name__} {each.objectName()}"
        for each in root.findChildren(QWidget)
        if isinstance(each, _CONTROLS)
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not (each.accessibleName() or (isinstance(each, QAbstractButton) and each.text()))
        and not each.objectName().startswith("qt_")
    ]


def opened(page: Any, bench: Bench) -> QWidget:
    """The form of something new."""
    if isinstance(page, LedgersPage):
        view = page.open_ledger("rectification")
        view.new()
        return view.drawer
    if isinstance(page, MeetingsPage):
        page.new(bench.first, "DYDH")
        return page.editor
    page.new()
    return page.drawer  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", [MembersPage, OrganisationsPage, MeetingsPage, LedgersPage])
def test_every_control_of_a_form_has_a_name(bench: Bench, qtbot: Bot, kind: Any) -> None:
    page = bench.page(kind)
    form = opened(page, bench)
    qtbot.waitUntil(lambda: bool(form.findChildren(QLineEdit)))
    assert nameless(form) == []
    dispose(page)


def test_the_calendar_says_what_it_turns(bench: Bench, qtbot: Bot) -> None:
    page = bench.page(MembersPage)
    page.new()
    editor = page.drawer._new_form.fields["entered_on"].editor
    editor.open_calendar()
    assert nameless(editor.popup) == []
    turns = {made.accessibleName() for made in editor.popup.findChildren(QAbstractButton)}
    assert {"上个月", "下个月"} <= turns
    editor.popup.close()
    dispose(page)
