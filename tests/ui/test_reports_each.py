"""每个党组织一份: organisations and formats are ticked, a job writes them, stopped it says how many are there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from dangjian_desktop.services.reports import report_batches, reports
from dangjian_desktop.services.units import organisations
from dangjian_desktop.ui.pages.reports import ReportsPage
from dangjian_desktop.ui.pages.reports.each import EachDialog, save_each
from dangjian_desktop.ui.widgets.job import JobRunner
from office_kit import add_branch, add_member
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench

DAY = "2026-09-30"


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench, qtbot: Bot) -> Iterator[Any]:
    bench.shell.settings["reports.last"] = "roster"
    made = bench.page(ReportsPage)
    qtbot.waitUntil(lambda: made.list.count() > 0)
    yield made
    dispose(made)
    assert bench.failures == []


def start(page: Any, name: str = "roster") -> None:
    """As the last entry of 保存 does."""
    spec = reports.spec_of(page.context.office, name)
    save_each(page, spec, page.choices.asked())


def names_of(dialog: EachDialog) -> list[str]:
    items = (dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount()))
    return [item.text(0).strip("　") for item in items if item is not None]


def test_the_menu_of_save_leads_to_it(page: Any, bench: Bench, qtbot: Bot) -> None:
    page.choose("roster")
    actions = {action.text(): action for action in page.save_button.menu().actions()}
    actions["每个党组织一份…"].trigger()
    qtbot.waitUntil(lambda: ("run", "EachDialog") in bench.dialogs.said)


def test_ticked_organisations_get_a_file_each(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    seen: list[Any] = []

    def answer(dialog: EachDialog) -> bool:
        seen.append((names_of(dialog), dialog.units(), dialog.count.text()))
        dialog.boxes["xlsx"].setChecked(False)
        seen.append(dialog.count.text())
        return True

    bench.dialogs.answers = [answer, tmp_path / "出"]
    start(page)
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    names, units, count = seen[0]
    # The street itself is offered but not ticked: it has no members of its own.
    assert names == ["测试街道党工委", "春天第一党支部", "春天第二党支部"]
    assert units == [bench.first, bench.second]
    assert (count, seen[1]) == ("已选 2 个党组织，共 4 个文件", "已选 2 个党组织，共 2 个文件")
    assert bench.shell.told == ["已为2个党组织生成，写好2个文件"]
    written = sorted(path.relative_to(tmp_path / "出").as_posix() for path in (tmp_path / "出").rglob("*.*"))
    assert written == [f"党员花名册_{DAY}/春天第{n}党支部_党员花名册_{DAY}.pdf" for n in "一二"]


def test_stopped_it_says_what_is_there(
    page: Any, bench: Bench, qtbot: Bot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = report_batches.make_each

    def pressed(*args: Any, **asked: Any) -> Any:
        asked["progress"].cancel()
        return real(*args, **asked)

    monkeypatch.setattr(report_batches, "make_each", pressed)
    bench.dialogs.answers = [True, tmp_path / "出"]
    start(page)
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    assert bench.shell.told == ["已停下：2个党组织完成了0个，写好0个文件，都是完整的"]
    assert not (tmp_path / "出").exists()


def test_what_was_not_written_is_told(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    folder = tmp_path / "出" / f"党员花名册_{DAY}"
    folder.mkdir(parents=True)
    (folder / f".~lock.春天第一党支部_党员花名册_{DAY}.pdf#").write_text("", "utf-8")
    bench.dialogs.answers = [True, tmp_path / "出"]
    start(page)
    qtbot.waitUntil(lambda: bool(bench.shell.told))
    level, happened, _, advice = bench.dialogs.said[-1]
    assert (level, happened) == ("warning", "2个党组织完成了1个，写好2个文件。")
    assert advice.startswith("春天第一党支部：")


def has_asked(bench: Bench, times: int) -> bool:
    return len(bench.dialogs.said) == times


def test_leaving_dialog_or_folder_writes_nothing(page: Any, bench: Bench, qtbot: Bot) -> None:
    for answers, asked in (([False], 1), ([True, None], 2)):
        bench.dialogs.said.clear()
        bench.dialogs.answers = list(answers)
        start(page)
        qtbot.waitUntil(partial(has_asked, bench, asked))
    assert bench.runner.jobs == [job for job in bench.runner.jobs if "每个党组织" not in job.title]
    assert bench.shell.told == []


def test_a_report_that_cannot_be_batched_says_so(page: Any, bench: Bench, qtbot: Bot) -> None:
    start(page, "work-summary")
    qtbot.waitUntil(lambda: bool(bench.dialogs.said))
    assert bench.dialogs.said[0][1] == "这一项不能一次出许多份。"


def test_a_scope_without_members_says_so(page: Any, bench: Bench, qtbot: Bot) -> None:
    bench.shell.place = add_branch(bench.office, "空的党支部")
    start(page)
    qtbot.waitUntil(lambda: bool(bench.dialogs.said))
    assert bench.dialogs.said[0][1] == "这个范围里没有党员。"


@pytest.fixture
def dialog(bench: Bench, qtbot: Bot) -> EachDialog:
    community = add_branch(bench.office, "东社区党委", kind="611")
    add_member(bench.office, "赵六", add_branch(bench.office, "东社区第一党支部", parent=community), serial=51)
    made = EachDialog("党员花名册", report_batches.choices(bench.office))
    qtbot.addWidget(made)
    return made


def test_quick_choices(dialog: EachDialog, bench: Bench) -> None:
    known = organisations.names(bench.office)

    def chosen() -> list[str]:
        return [known[unit] for unit in dialog.units()]

    def press(words: str) -> None:
        from PySide6.QtWidgets import QPushButton

        next(each for each in dialog.findChildren(QPushButton) if each.text() == words).click()

    branches = ["春天第一党支部", "春天第二党支部", "东社区第一党支部"]
    assert chosen() == branches
    press("全部")
    assert len(chosen()) == 5
    press("都不选")
    assert chosen() == []
    assert not dialog.go.isEnabled()
    press("有本级党员的")
    assert chosen() == branches
    assert dialog.go.isEnabled()


@pytest.mark.parametrize("typed", ["东社区", "dsq"])
def test_quick_choices_keep_to_what_the_search_shows(dialog: EachDialog, bench: Bench, typed: str) -> None:
    known = organisations.names(bench.office)
    dialog.search.setText(typed)
    shown: list[Any] = [dialog.list.topLevelItem(row) for row in range(dialog.list.topLevelItemCount())]
    assert [item.text(0).strip("　") for item in shown if not item.isHidden()] == ["东社区党委", "东社区第一党支部"]
    everything: Callable[[Any], bool] = lambda _unit: True  # noqa: E731
    dialog._tick(everything)
    assert [known[unit] for unit in dialog.units()] == [
        "春天第一党支部",
        "春天第二党支部",
        "东社区党委",
        "东社区第一党支部",
    ]


def test_without_a_format_nothing_can_start(dialog: EachDialog) -> None:
    for box in dialog.boxes.values():
        box.setChecked(False)
    assert not dialog.go.isEnabled()
    assert dialog.formats() == []
    item: Any = dialog.list.topLevelItem(1)
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert dialog.count.text() == "已选 2 个党组织，共 0 个文件"


def test_the_menu_of_saving_names_the_formats_it_writes(page: Any) -> None:
    for spec in (one for one in reports.catalogue(page.context.office) if not one.needs_id):
        page.choose(spec.name)
        first = page.save_button.menu().actions()[0]
        assert ("PDF" in first.text()) is ("pdf" in spec.formats)
        assert ("Word" in first.text()) is ("docx" in spec.formats)
        assert first.isVisible() is (len(spec.formats) > 1)
