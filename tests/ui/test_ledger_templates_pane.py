"""A street makes its own ledger in the window: from nothing, from the table that it keeps, and changes one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.ui.pages.ledgers.page import LedgersPage
from dangjian_desktop.ui.pages.system import SystemPage
from dangjian_desktop.ui.pages.system.template_dialog import TemplateDialog
from office_kit import new_office
from ui.page_stage import Stage
from ui.ui_fakes import commit

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


class Hands:
    """Counts what a person does: a click, a key, a text typed in one go."""

    def __init__(self, qtbot: Any) -> None:
        self.qtbot, self.actions = qtbot, 0

    def click(self, widget: Any) -> None:
        self.actions += 1
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, LEFT)

    def type(self, widget: Any, text: str) -> None:
        self.actions += 1
        commit(widget, text)


def messy(path: Path) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "巡查"
    sheet.append(["2026年沿街门面巡查台账"])
    sheet.append(["填报单位：海滨街道"])
    sheet.append(["序号", "问题", "类别", "整改", None])
    sheet.append([None, None, None, "责任人", "时限"])
    for block in ("A1:E1", "D3:E3", "A3:A4", "B3:B4", "C3:C4"):
        sheet.merge_cells(block)
    for at, day in enumerate(["2026.5.20", "2026年6月", "2026-07-01", 20260801]):
        sheet.append([at + 1, f"第{at}处堆放", ("占道", "消防")[at % 2], f"张{at}", day])
    book.save(path)
    return path


def stage_of(qtbot: Any, office: Office, runner: Any, *answers: Any) -> tuple[Stage, Any]:
    stage = Stage(qtbot, office, runner, SystemPage, *answers)
    stage.page.enter({"tab": "templates"})
    pane = stage.page.panes["templates"]
    stage.until(pane.table.rowCount)
    return stage, pane


def within(qtbot: Any, act: Callable[[Any], None]) -> Callable[[Any], bool]:
    """What a person does in the dialog, until it is closed."""

    def run(dialog: Any) -> bool:
        dialog.show()
        act(dialog)
        qtbot.waitUntil(lambda: not dialog.isVisible())
        return bool(dialog.result() == QDialog.DialogCode.Accepted)

    return run


def test_a_messy_sheet_becomes_a_usable_ledger_in_twelve_actions(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    hands, path = Hands(qtbot), messy(tmp_path / "巡查.xlsx")
    stage, pane = stage_of(qtbot, office, runner, path, within(qtbot, lambda dialog: hands.click(dialog.make)))
    hands.click(pane.from_table)
    hands.actions += 2  # the file, and opening it
    stage.until(lambda: stage.shell.opened)
    assert hands.actions <= 12
    (key,) = [arguments["template"] for page, arguments in stage.shell.opened if page == "ledgers"]
    made = office.templates[key]
    assert made.title == "沿街门面巡查台账" and made.due == "c4"
    assert [(c.label, c.type) for c in made.columns] == [
        ("问题", FieldType.TEXT),
        ("类别", FieldType.CODE),
        ("责任人", FieldType.TEXT),
        ("时限", FieldType.DATE),
    ]
    entry = ledgers.add(office, key, {"c1": "堵门", "c2": "消防", "c4": "2026-05"}).id
    assert entry


def test_from_nothing_it_takes_no_more_actions(qtbot: Any, office: Office, runner: Any) -> None:
    hands = Hands(qtbot)

    def act(dialog: TemplateDialog) -> None:
        hands.type(dialog.name, "广场舞队备案")
        hands.click(dialog.make)

    stage, pane = stage_of(qtbot, office, runner, within(qtbot, act))
    hands.click(pane.from_nothing)
    stage.until(lambda: stage.shell.opened)
    assert hands.actions <= 12
    made = next(each for each in office.templates.values() if each.title == "广场舞队备案")
    assert [state.label for state in made.states] == ["办理中", "已办结"] and made.states[-1].terminal


def test_what_may_not_be_kept_is_refused_at_its_column_with_what_to_build_instead(
    qtbot: Any, office: Office, runner: Any
) -> None:
    seen: list[tuple[str, int]] = []

    def act(dialog: TemplateDialog) -> None:
        commit(dialog.name, "家庭走访")
        item = dialog.columns.table.item(1, 0)
        assert item is not None
        item.setText("致贫原因")
        qtbot.mouseClick(dialog.make, LEFT)
        qtbot.waitUntil(lambda: not dialog.fault.isHidden())
        seen.append((dialog.fault.text(), dialog.columns.table.currentRow()))
        dialog.reject()

    stage, pane = stage_of(qtbot, office, runner, within(qtbot, act))
    pane.from_nothing.click()
    stage.until(lambda: seen)
    assert "可以建" in seen[0][0] and seen[0][1] == 1
    assert not stage.shell.opened


def test_a_changed_ledger_says_what_happens_and_is_undone(qtbot: Any, office: Office, runner: Any) -> None:
    ledgers.add(office, "rectification", {"source": "自查", "problem": "记录不全", "due_on": "2026-05-01"})
    before = office.templates["rectification"]

    def act(dialog: TemplateDialog) -> None:
        last = dialog.columns.table.rowCount()
        dialog.columns.add()
        item = dialog.columns.table.item(last, 0)
        assert item is not None
        item.setText("回访")
        qtbot.mouseClick(dialog.make, LEFT)

    stage, pane = stage_of(qtbot, office, runner, within(qtbot, act), True)
    row = next(at for at in range(pane.table.rowCount()) if pane.table.item(at, 0).text() == before.title)
    pane.table.selectRow(row)
    pane.edit.click()
    stage.until(lambda: stage.shell.said)
    after = office.templates["rectification"]
    assert [c.label for c in after.columns] == [*(c.label for c in before.columns), "回访"]
    assert (after.states, after.transitions, after.due) == (before.states, before.transitions, before.due)
    assert ("confirm", f"改“{before.title}”？") in stage.dialogs.said
    history.undo(office)
    assert office.templates["rectification"] == before


def test_the_page_of_ledgers_learns_of_a_new_one(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, LedgersPage)
    stage.page.enter({})
    from dangjian_desktop.domain.ledgers.proposals import blank, template_of
    from dangjian_desktop.services.ledgers import drafting, own_templates

    found = blank()
    found.title = "广场舞队备案"
    key = drafting.free_key(office, found.title)
    own_templates.put(office, drafting.looked_at(office, template_of(found, key)))
    stage.tell()
    assert key in stage.page.overview.rows
    stage.page.enter({"template": key})
    stage.until(lambda: stage.page.current() is not None)
    stage.page._back()
    stage.until(stage.page.overview.rows[key].entries.text)
    stage.page.overview.search.setText("gcwd")
    assert stage.page.overview.shown() == [key]


def test_a_practice_opens_the_ledger_where_it_is_recorded(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, SystemPage)
    stage.page.enter({"tab": "practices"})
    pane = stage.page.panes["practices"]
    row = next(at for at in range(pane.table.rowCount()) if pane.table.item(at, 3).text())
    pane.table.selectRow(row)
    pane.open.click()
    ((page, arguments),) = stage.shell.opened
    assert page == "ledgers"
    assert office.templates[arguments["template"]].title in pane.table.item(row, 3).text()
