"""台账 on paper: an entry prints its sheet from the drawer, the ledger's menu offers its print forms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QMenu

from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench

KEY = "rectification"


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench) -> Iterator[Any]:
    made = bench.page(LedgersPage)
    yield made
    dispose(made)
    assert bench.failures == []


def test_an_entry_is_printed_from_its_drawer(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = ledgers.add(bench.office, KEY, {"source": "巡察", "problem": "记录不全"}).id
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: view.drawer.record == made and not view.drawer.print_button.isHidden())
    bench.dialogs.answers = [f"{KEY}.sheet"]
    view.drawer.print_button.click()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1)
    assert bench.dialogs.said[-1][:2] == ("choose", "打印 ZG-2026-001")
    assert bench.shell.previews[0].title == "问题整改清单"
    assert bench.shell.previews[0].formats == ("pdf", "xlsx", "docx")


def test_a_new_entry_has_nothing_to_print(page: Any, bench: Bench) -> None:
    view = page.open_ledger(KEY)
    view.new()
    assert view.drawer.print_button.isHidden()


def test_the_menu_of_a_ledger_offers_its_forms(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = ledgers.add(bench.office, KEY, {"source": "巡察", "problem": "记录不全"}).id
    view = page.open_ledger(KEY)
    qtbot.waitUntil(lambda: view.table.model.row_of(made) >= 0)
    bench.dialogs.answers = ["forms"]
    page.commands()["print"]()
    menu = view._print.menu()
    assert menu.isVisible()
    offered = {action.text(): action for action in menu.actions()}
    assert {"打印显示的列表…", "打印整份问题整改台账…", "问题整改清单（每条一页）"} <= set(offered)
    offered["问题整改汇总（按来源）"].trigger()
    menu.close()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1)
    assert bench.shell.previews[0].title == "问题整改汇总（按来源）"
    view.table.select([made])
    menu = QMenu()
    view.table.row_offers(menu)
    assert "打印问题整改清单…" in [action.text() for action in menu.actions()]


def test_the_sheets_of_chosen_rows_are_one_paper(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = [ledgers.add(bench.office, KEY, {"source": "巡察", "problem": f"问题{n}"}).id for n in range(3)]
    view = page.open_ledger(KEY)
    qtbot.waitUntil(lambda: view.table.model.row_of(made[2]) >= 0)
    view.table.select(made[:2])
    menu = QMenu()
    view.table.row_offers(menu)
    offered = {action.text(): action for action in menu.actions()}
    offered["打印问题整改清单（选中的2条）…"].trigger()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1)
    assert len(bench.shell.previews[0].sizes) == 2


def test_a_ledger_without_forms_prints_the_entry_at_once(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = ledgers.add(bench.office, "visits", visit(bench)).id
    view = page.open_ledger("visits")
    view.open_entry(made)
    qtbot.waitUntil(lambda: view.drawer.record == made)
    view.drawer.print_button.click()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1)
    assert bench.dialogs.said == []


def visit(bench: Bench) -> dict[str, str]:
    """The required columns of the ledger of visits, filled."""
    columns = ledgers.template(bench.office, "visits").columns
    found: dict[str, str] = {}
    for column in columns:
        if column.required:
            choice = (column.codes or "").removeprefix("choices:").partition("|")[0]
            found[column.name] = choice or ("2026-09-01" if column.type.value == "date" else "走访")
    return found
