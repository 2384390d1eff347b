"""The review of a second roster: what is asked once, one by one, and the lines that were not understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.records.import_review.arrival import EACH, ArrivalPane
from dangjian_desktop.ui.records.import_review.rows import ProblemsPane
from office_kit import add_branch, add_member, new_office
from ui.test_import_review import HEADS, opened, person, tabs


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A file with a branch that is kept already."""
    made = new_office(tmp_path)
    add_member(made, "王小明", add_branch(made, "第一党支部"), 1)
    yield made
    made.close()


def second(folder: Path) -> Path:
    """Three new people, one line that says nothing to us."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    line = ["第二党支部与第三党支部合编"]
    for row in (["党员花名册"], ["序号", *HEADS], [1, *person("赵六", 3)], line, [2, *person("孙七", 5)]):
        sheet.append(row)
    sheet.append([3, *person("周八", 7)])
    book.save(folder / "花名册二.xlsx")
    return folder / "花名册二.xlsx"


def pane(review: Any, kind: type) -> Any:
    """The tab of a kind."""
    widgets = [review.tabs.widget(place) for place in range(review.tabs.count())]
    return next(widget for widget in widgets if isinstance(widget, kind))


def came(office: Office) -> dict[str, tuple[str, str]]:
    """How everybody came, and since when, by name."""
    people = (records.get(office, "member", record).values for record in records.query(office, "member"))
    return {person["name"]: (person["entered_kind"], person["entered_on"]) for person in people}


def test_how_people_came_is_asked_first_and_for_all(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    stage, review = opened(qtbot, office, runner, second(tmp_path))
    asked = pane(review, ArrivalPane)
    assert review.tabs.currentWidget() is asked
    assert "没有看懂的行 1" in tabs(review)
    assert asked.since.isHidden() and asked.each.isHidden()
    asked.way.setCurrentIndex(asked.way.findData("transferred"))
    assert not asked.since.isHidden()
    asked.since.setText("2026-09-10")
    asked.way.activated.emit(asked.way.currentIndex())
    assert not review.confirm.isEnabled()
    before = review.plan
    asked.again.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    review.apply()
    stage.until(lambda: bool(stage.shell.said))
    assert came(office)["赵六"] == came(office)["周八"] == ("I5", "2026-09-10")


def test_each_may_have_come_otherwise(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    stage, review = opened(qtbot, office, runner, second(tmp_path))
    asked = pane(review, ArrivalPane)
    asked.way.setCurrentIndex(asked.way.findData(EACH))
    assert not asked.each.isHidden() and asked.since.isHidden()
    assert [asked.each.table.item(at, 2).text() for at in range(3)] == ["赵六", "孙七", "周八"]
    for at, way, day in ((0, "transferred", "2026-09-10"), (2, "admitted", "2026-09-11")):
        asked.each.ways[at].setCurrentIndex(asked.each.ways[at].findData(way))
        asked.each.ways[at].activated.emit(asked.each.ways[at].currentIndex())
        assert asked.each.days[at].isEnabled()
        asked.each.days[at].setText(day)
    assert not asked.each.days[1].isEnabled() and not review.confirm.isEnabled()
    before = review.plan
    asked.again.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    again = pane(review, ArrivalPane)
    assert again.way.currentData() == EACH and again.each.days[0].text() == "2026-09-10"
    review.apply()
    stage.until(lambda: bool(stage.shell.said))
    found = came(office)
    assert found["赵六"][1] == "2026-09-10" and found["周八"][1] == "2026-09-11"
    assert found["孙七"] == ("opening", "2026-01-01")


def test_lines_that_were_not_understood_stand_with_their_text(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    _, review = opened(qtbot, office, runner, second(tmp_path))
    unread = next(
        review.tabs.widget(place) for place in range(review.tabs.count()) if "没有看懂" in review.tabs.tabText(place)
    )
    assert isinstance(unread, ProblemsPane)
    assert "合编" in " ".join(problem.value + problem.reason for problem in review.plan.unread)
