"""报表文书: the very pages, questions answered, files saved, figures with the list behind each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import previewing
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.ui.pages.reports import ReportsPage
from dangjian_desktop.ui.pages.reports.report_list import ReportLine, ReportList
from dangjian_desktop.ui.widgets.job import JobRunner
from ui.bot import Bot
from ui.page_bench import Bench, dispose, double_click, make_bench


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench) -> Iterator[Any]:
    made = bench.page(ReportsPage)
    yield made
    dispose(made)
    assert bench.failures == []


def shown(page: Any, title: str) -> bool:
    """Whether the pages of a report stand at the right."""
    pages = page.paper.pages
    return page.right.currentWidget() is page.paper and pages is not None and title in pages.title


def test_the_quarterly_report_is_shown_first(page: Any, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: shown(page, "基本情况"))
    assert page.choices.asked().period == "2026Q3"
    assert page.choices.full.isHidden()


def test_many_reports_stand_under_headings_and_are_found_by_letters(qtbot: Bot) -> None:
    names = ReportList()
    qtbot.addWidget(names)
    ledgers = [ReportLine(f"l{at}", f"台账之{at}", "", "台账：服务") for at in range(14)]
    names.fill([ReportLine("forms", "填上级表格", ""), ReportLine("roster", "党员花名册", "按支部", "报表"), *ledgers])
    names.show()
    assert [names.list.item(at).text() for at in (1, 3)] == ["报表", "台账：服务"]
    assert names.choose("roster") and names.name() == "roster"
    qtbot.keyClicks(names.search, "hmc")
    hidden = [names.list.item(at).isHidden() for at in range(names.list.count())]
    assert hidden[:4] == [True, False, False, True]
    qtbot.keyClick(names.search, Qt.Key.Key_Down)
    assert names.name() == "roster" and names.focusWidget() is names.list
    assert names.choose("l3") and names.search.text() == ""


def test_full_numbers_only_with_a_reason(page: Any, bench: Bench, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("roster")
    qtbot.waitUntil(lambda: shown(page, "花名册"))
    page.choices.full.click()
    assert not page.choices.full.isChecked()
    assert page.choices.asked().masked
    bench.dialogs.answers = ["核对名册"]
    page.choices.full.click()
    asked = page.choices.asked()
    assert (asked.masked, asked.reason) == (False, "核对名册")
    page.choose("organisations")
    page.choose("roster")
    assert page.choices.asked().masked


def test_other_paper_is_shown_and_asked_for_only_where_it_can_be_chosen(page: Any, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("organisations")
    qtbot.waitUntil(lambda: shown(page, "一览表"))
    assert page.choices.asked().paper is None
    upright = page.paper.pages.sizes[0]
    page.choices.paper.setCurrentText("A3竖")
    qtbot.waitUntil(lambda: page.paper.pages.sizes[0] != upright)
    width, height = page.paper.pages.sizes[0]
    assert (round(width), round(height)) == (842, 1191)
    assert "思源宋体" in page.paper.pages.faces
    page.choose("work-summary")
    qtbot.waitUntil(lambda: shown(page, "工作总结"))
    assert page.choices.asked().paper is None
    assert "仿宋" in page.paper.pages.faces


def test_a_day_that_is_none_is_told_under_its_field(page: Any, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choices.on.setText("2026-09")
    page.choices.on.editingFinished.emit()
    assert "不是具体的一天" in page.choices.fault.text()
    page.choices.on.setText("2026.9.1")
    page.choices.on.editingFinished.emit()
    assert page.choices.fault.isHidden()
    assert str(page.choices.asked().on) == "2026-09-01"


def test_why_there_is_nothing_stands_in_place_of_the_pages(page: Any, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: shown(page, "基本情况"))
    page.choices.on.setText("2026-02-01")
    page.choices.on.editingFinished.emit()
    qtbot.waitUntil(lambda: "还没有开始" in _words(page))


def _words(page: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return " ".join(each.text() for each in page._message.findChildren(QLabel))


def test_saved_as_pdf_and_workbook(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("membership-changes")
    folder = tmp_path / "报表"
    folder.mkdir()
    bench.dialogs.answers = [folder]
    page.commands()["export"]()
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    assert sorted(path.suffix for path in folder.iterdir()) == [".pdf", ".xlsx"]


def test_a_work_summary_is_saved_for_editing_and_says_what_is_left(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("work-summary")
    qtbot.waitUntil(lambda: shown(page, "工作总结"))
    folder = tmp_path / "文稿"
    folder.mkdir()
    bench.dialogs.answers = [folder]
    page.save()
    qtbot.waitUntil(lambda: len(bench.dialogs.said) > 1)
    assert sorted(path.suffix for path in folder.iterdir()) == [".docx", ".pdf"]
    assert "〔请填写〕" in "".join(bench.dialogs.said[-1])


def test_a_name_without_glyph_is_told_before_printing(page: Any, bench: Bench, qtbot: Bot) -> None:
    member = records.query(bench.office, "member")[0]
    records.edit(bench.office, "member", member, {"name": "王\U0003134a"})
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("roster")
    qtbot.waitUntil(lambda: shown(page, "花名册"))
    bench.dialogs.answers = [False]
    page.print_out()
    told = "".join("".join(words) for words in bench.dialogs.said if len(words) == 4)
    assert "王\U0003134a" in told and "没有字形" in told


def test_every_figure_has_its_definition_and_opens_its_list(page: Any, bench: Bench, qtbot: Bot) -> None:
    qtbot.waitUntil(lambda: page.list.count() > 0)
    page.choose("figures")
    rows = page.figures.list.figures
    qtbot.waitUntil(lambda: rows.rowCount() > 20)
    found = [figure for figure in map(rows.figure, range(rows.rowCount())) if figure is not None]
    assert all(figure.definition for figure in found)
    members = next(figure for figure in found if figure.key == "members_probationary")
    assert members.printed == "1人"
    opened: list[object] = []
    page.figures.list.opened.connect(opened.append)
    double_click(qtbot, page.figures.list, rows.index(rows.rows.index(members), 0))
    assert opened == [members]
    qtbot.waitUntil(lambda: page.figures.behind.table.model.ids == [bench.people[-1]])
    page.figures.behind.table.opened.emit(bench.people[-1])
    assert bench.shell.opened == [("member", bench.people[-1])]
    page.figures.behind.left.emit()
    assert page.figures.behind is None


def test_preview_stays_in_memory_only(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    made = previewing.preview(bench.office, ReportRequest("roster"))
    assert list(spool.iterdir()) == []
    assert made.page_count == len(made.sizes) >= 1
    width, height, pixels = made.render_page(0, 0.5)
    assert len(pixels) == width * height * 4
    assert width > height  # the roster lies across


def test_unmasked_preview_needs_a_reason(bench: Bench) -> None:
    with pytest.raises(UserError) as refused:
        previewing.preview(bench.office, ReportRequest("roster", masked=False))
    assert refused.value.code == "reason"
    assert previewing.preview(bench.office, ReportRequest("roster", masked=False, reason="核对")).page_count >= 1
