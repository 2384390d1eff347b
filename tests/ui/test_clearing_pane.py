"""按期清除 in the window: listed for an administrator, cleared with grounds after a second question."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.system import SystemPage
from integration.test_ledger_clearing import REQUESTS, closed
from ledger_kit import put_template
from office_kit import new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path, today=date(2026, 9, 30))
    put_template(made, tmp_path, REQUESTS)
    yield made
    made.close()


def contact(office: Office, entry: str) -> Any:
    return records.get(office, "ledger_entry", entry).values.get("contact")


def test_what_is_due_is_cleared_with_grounds_after_a_second_question(qtbot: Any, office: Office, runner: Any) -> None:
    old, young = closed(office, "2026-03-31"), closed(office, "2026-04-01")
    stage = Stage(qtbot, office, runner, SystemPage, None, "保存期满清单", False, "保存期满清单", True)
    stage.page.enter({"tab": "clearing"})
    pane = stage.page.panes["clearing"]
    stage.until(lambda: pane.table.rowCount() == 1)
    assert pane.table.item(0, 3).text() == "联系方式"
    assert not pane.go.isEnabled()
    pane.all.click()
    # Without grounds, and without the second yes, nothing is cleared.
    pane.clear()
    pane.clear()
    assert contact(office, old)
    pane.clear()
    stage.until(lambda: stage.shell.said)
    stage.until(lambda: pane.table.rowCount() == 0)
    assert not contact(office, old)
    assert contact(office, young)


@pytest.mark.parametrize(("role", "seen"), [("administrator", True), ("clerk", False), ("reader", False)])
def test_the_tab_is_there_for_who_may_clear(qtbot: Any, office: Office, runner: Any, role: str, seen: bool) -> None:
    office.actor = Actor("张三", role)
    stage = Stage(qtbot, office, runner, SystemPage)
    assert ("clearing" in stage.page.panes) is seen
