"""The page 考核创星: standings with ties, what is missing, pictures that lead to entries, papers, limited accounts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.ledgers import child_rows, ledgers
from dangjian_desktop.ui.pages.schemes import SchemesPage
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench

MARKS = {"组织生活": "25", "党员教育管理": "20", "走访和服务群众": "20", "网格事项办理": "15", "档案台账": "10"}


@pytest.fixture
def bench(tmp_path: Path, runner: Any) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    for unit, marks in ((made.first, MARKS), (made.second, dict(list(MARKS.items())[:4]))):
        typed = {"scheme": "网格党支部考核", "scored_on": "2026-06-30", "organisation": unit}
        entry = ledgers.add(made.office, "scores", typed).id
        for label, points in marks.items():
            child_rows.add(made.office, entry, "items", {"indicator": label, "points": points, "reason": "查了资料"})
    made.shell.settings["schemes.last"] = "grid-branches"
    yield made
    runner.close()
    made.office.close()


def shown(qtbot: Bot, bench: Bench) -> Any:
    page = bench.page(SchemesPage)
    qtbot.waitUntil(lambda: page.board is not None and page.board.scheme.key == page.choice.currentData())
    return page


def cells(page: Any) -> list[list[str]]:
    return [row[:4] for row in page.list.rows.cells]


def test_standings_say_what_is_missing_and_lead_to_the_entry(qtbot: Bot, bench: Bench) -> None:
    page = shown(qtbot, bench)
    assert page.choice.currentText() == "网格党支部考核"
    assert cells(page) == [
        ["1", "春天第一党支部", "90", "好"],
        ["待补", "春天第二党支部", "待补", ""],
    ]
    assert "缺档案台账" in page.list.rows.cells[1][-1]
    assert "25＋20＋20＋15＋10＝90" in page.sheet.text.text()
    page.list.setCurrentIndex(page.list.rows.index(1, 0))
    assert "档案台账　缺/15" in page.sheet.text.text()
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    assert bench.shell.opened[-1][0] == "ledger_entry"
    assert not bench.failures
    dispose(page)


def test_a_bar_leads_to_its_entries(qtbot: Bot, bench: Bench) -> None:
    page = shown(qtbot, bench)
    chart = page.levels
    assert [(bar.label, bar.value) for bar in chart.chart.bars if bar.value] == [("好", 1), ("待补", 1)]
    chart.opened.emit(chart.chart, chart.chart.bars[0])
    assert bench.shell.opened[-1] == ("page", "ledgers")
    dispose(page)


def test_ranking_and_sheet_are_previewed(qtbot: Bot, bench: Bench) -> None:
    page = shown(qtbot, bench)
    page.print_ranking()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 1 or bool(bench.failures))
    page.print_sheet()
    qtbot.waitUntil(lambda: len(bench.shell.previews) == 2 or bool(bench.failures))
    assert not bench.failures
    dispose(page)


def test_another_scheme_and_period_are_remembered(qtbot: Bot, bench: Bench) -> None:
    page = shown(qtbot, bench)
    page.choice.setCurrentIndex(page.choice.findData("five-stars"))
    qtbot.waitUntil(lambda: page.board.scheme.key == "five-stars")
    assert not page.stars.isHidden()
    assert bench.shell.settings["schemes.last"] == "five-stars"
    page.choice.setCurrentIndex(page.choice.findData("grid-branches"))
    page.period.setCurrentIndex(1)
    qtbot.waitUntil(lambda: page.board.period.text == "2025")
    assert page.list.rows.cells == []
    dispose(page)


def test_a_limited_account_sees_its_units_only(qtbot: Bot, bench: Bench) -> None:
    bench.office.actor = Actor("二支部", "secretary", frozenset({bench.second}))
    bench.office.cache.clear()
    page = shown(qtbot, bench)
    assert [row[1] for row in cells(page)] == ["春天第二党支部"]
    assert page.choice.findData("worker-appraisal") == -1
    dispose(page)
