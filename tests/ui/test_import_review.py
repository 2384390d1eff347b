"""The import review over a real office: what it shows, corrects, writes and hands back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt

from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports.importing import MAKE_UNIT, REFUSE_UNIT
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.units import organisations
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.records.import_review.mapping import MappingPane
from dangjian_desktop.ui.records.import_review.mending import MendBox
from dangjian_desktop.ui.records.import_review.rows import RowsPane
from dangjian_desktop.ui.records.import_review.unit_choices import OTHER, UnitChoicesPane
from office_kit import add_branch, add_member, id_number, new_office
from ui.page_stage import Stage

HEADS = ["姓名", "性别", "身份证号", "入党时间", "转正时间", "所在支部", "毕业学校"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def branch(office: Office) -> str:
    return add_branch(office, "第一党支部")


def roster(folder: Path, *rows: list[Any], heads: list[str] | None = None) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["党员花名册"])
    sheet.append(heads or HEADS)
    for row in rows:
        sheet.append(row)
    path = folder / "花名册.xlsx"
    book.save(path)
    return path


def person(name: str, serial: int, branch: str = "第一党支部", **more: str) -> list[Any]:
    number = more.get("number", id_number(serial=serial))
    return [name, "男" if serial % 2 else "女", number, "1995.7.1", "1996.7.1", branch, more.get("school", "")]


def opened(qtbot: Any, office: Office, runner: Any, path: Path, *answers: Any) -> tuple[Stage, Any]:
    stage = Stage(qtbot, office, runner, MembersPage, *answers)
    stage.enter()
    stage.page.start_import()
    review = stage.page._review
    review.read(path)
    stage.until(lambda: review.plan is not None)
    return stage, review


def tabs(review: Any) -> list[str]:
    return [review.tabs.tabText(place) for place in range(review.tabs.count())]


def test_nothing_is_written_before_it_was_confirmed(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, person("张一", 1), person("王二", 3), person("坏号", 5, number="12345"))
    stage, review = opened(qtbot, office, runner, path)
    assert records.counts(office)["member"] == 0
    assert tabs(review)[:2] == ["新增 2", "退回 1"]
    assert review.tabs.widget(0).model.heads[2] == "姓名"
    review.apply()
    stage.until(lambda: stage.shell.said)
    assert stage.shell.said[-1] == ("已导入名册（2人）", True)
    assert records.counts(office)["member"] == 2
    history.undo(office)
    assert records.counts(office)["member"] == 0


def test_before_and_after_are_shown_by_field(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    add_member(office, "张一", branch, 1, school="旧学校")
    path = roster(tmp_path, person("张一", 1, school="新学校"))
    _stage, review = opened(qtbot, office, runner, path)
    pane = review.tabs.widget(0)
    assert isinstance(pane, RowsPane)
    cells = [item.text() for item in (pane.values.item(0, column) for column in range(3)) if item]
    assert cells[1:] == ["旧学校", "新学校"]
    assert not pane.values.isColumnHidden(1)


def test_another_name_on_the_same_number_is_a_conflict(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    add_member(office, "张一", branch, 1)
    _stage, review = opened(qtbot, office, runner, roster(tmp_path, person("张大", 1)))
    assert tabs(review)[0] == "冲突 1"
    assert not review.confirm.isEnabled()
    assert "姓名不同" in review.tabs.widget(0).problems.text()


def test_refused_rows_come_back_as_a_workbook(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    target = tmp_path / "退回.xlsx"
    path = roster(tmp_path, person("张一", 1), person("坏号", 5, number="12345"))
    stage, review = opened(qtbot, office, runner, path, target)
    review.apply()
    stage.until(lambda: stage.shell.said)
    # What was refused stays in sight after the rest went in.
    assert stage.page._review is review
    assert tabs(review) == ["退回 1", "问题 1"]
    review.save_rejects()
    stage.until(lambda: len(stage.shell.said) > 1)
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[0] for row in texts] == ["党员花名册", "姓名", "坏号"]


def test_a_pasted_block_can_be_refused_into_a_workbook_too(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    target = tmp_path / "退回.xlsx"
    lines = [HEADS, person("坏号", 5, number="12345")]
    block = "\n".join("\t".join(map(str, line)) for line in lines)
    stage = Stage(qtbot, office, runner, MembersPage, target)
    stage.enter()
    stage.page.start_import()
    review = stage.page._review
    review.read(block)
    stage.until(lambda: review.plan is not None)
    review.save_rejects()
    stage.until(lambda: stage.shell.said)
    assert target.exists()


def test_a_corrected_mapping_is_remembered(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    heads = [*HEADS[:-1], "奇怪的列"]
    path = roster(tmp_path, person("张一", 1, school="某大学"), heads=heads)
    stage, review = opened(qtbot, office, runner, path)
    mapping = next(
        review.tabs.widget(i) for i in range(review.tabs.count()) if isinstance(review.tabs.widget(i), MappingPane)
    )
    (boxes,) = mapping._boxes.values()
    box = boxes["奇怪的列"]
    assert box.currentData() is None
    box.setCurrentIndex(box.findData("school"))
    first = review.plan
    mapping._tell()
    stage.until(lambda: review.plan is not first)
    assert review.plan.rows[0].values["school"] == "某大学"
    review.read(path)
    second = review.plan
    stage.until(lambda: review.plan is not second)
    assert review.plan.rows[0].values["school"] == "某大学"


def test_a_file_without_a_header_is_refused_in_three_lines(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    path = tmp_path / "别的.csv"
    path.write_text("甲,乙\n1,2\n", "utf-8")
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.start_import()
    stage.page._review.read(path)
    stage.until(lambda: stage.dialogs.said)
    level, happened, effect, advice = stage.dialogs.said[-1]
    assert level == "error"
    assert happened and effect and advice
    assert stage.page._review.isEnabled()


def test_an_empty_sheet_can_be_had(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    target = tmp_path / "空表.xlsx"
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.start_import()
    stage.page._review.start.sheet_wanted.emit(target)
    stage.until(lambda: stage.shell.said)
    assert target.exists()


def test_a_new_file_lets_the_roster_make_its_branches(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    stage.page.start_import()
    review = stage.page._review
    stage.until(review.start.new_units.isChecked)
    review.read(roster(tmp_path, person("张一", 1, "从没建过的党支部")))
    stage.until(lambda: review.plan is not None)
    assert tabs(review)[0] == "新增 1"
    shown = review.tabs.widget(0).values
    texts = [shown.item(row, 2).text() for row in range(shown.rowCount())]
    assert "从没建过的党支部" in texts


def choices_of(review: Any) -> UnitChoicesPane | None:
    panes = [review.tabs.widget(place) for place in range(review.tabs.count())]
    return next((pane for pane in panes if isinstance(pane, UnitChoicesPane)), None)


def units_opened(qtbot: Any, office: Office, runner: Any, path: Path, *answers: Any) -> tuple[Stage, Any]:
    """The review of a roster whose branch is written otherwise, with units made where they are not there."""
    stage = Stage(qtbot, office, runner, MembersPage, *answers)
    stage.enter()
    stage.page.start_import()
    review = stage.page._review
    # The page first asks whether the file is new, and unticks what stands here by that.
    review.start.new_units.setChecked(True)
    stage.until(lambda: not review.start.new_units.isChecked())
    review.start.new_units.setChecked(True)
    review.read(path)
    stage.until(lambda: review.plan is not None)
    return stage, review


def reread(stage: Stage, review: Any) -> None:
    before = review.plan
    pane = choices_of(review)
    assert pane is not None
    pane.again.click()
    stage.until(lambda: review.plan is not before)


def test_a_branch_written_otherwise_is_taken_for_the_existing_one(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, person("张一", 1, "第一支部"), person("王二", 3, "第九党支部"))
    stage, review = units_opened(qtbot, office, runner, path)
    pane = choices_of(review)
    assert pane is not None
    assert review.tabs.currentWidget() is pane
    assert "有 1 个新党组织可能只是写法不同" in review.outcome.text()
    assert pane.decisions() == {"第一支部": MAKE_UNIT, "第九党支部": MAKE_UNIT}
    pane.choose("第一支部", branch)
    # What was chosen and not yet planned must not be passed over.
    assert not review.confirm.isEnabled()
    reread(stage, review)
    assert review.confirm.isEnabled()
    assert "写法不同" not in review.outcome.text()
    review.apply()
    stage.until(lambda: stage.shell.said)
    assert [n.name for n in stage_units(office)] == ["测试街道党工委", "第一党支部", "第九党支部"]
    history.undo(office)
    assert [n.name for n in stage_units(office)] == ["测试街道党工委", "第一党支部"]


def stage_units(office: Office) -> list[Any]:
    return organisations.tree(office)


def test_any_other_unit_can_be_picked_and_leaving_the_question_keeps_the_choice(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    def pick(question: Any) -> bool:
        question.form.fields["unit"].editor.put(branch, "第一党支部")
        return True

    path = roster(tmp_path, person("张一", 1, "机关支部"))
    stage, review = units_opened(qtbot, office, runner, path, False, pick)
    pane = choices_of(review)
    assert pane is not None
    pane.choose("机关支部", OTHER)
    assert pane.decisions() == {"机关支部": MAKE_UNIT}
    pane.choose("机关支部", OTHER)
    assert pane.decisions() == {"机关支部": branch}
    reread(stage, review)
    # The unit that was picked stays to be seen and to be changed again.
    again = choices_of(review)
    assert again is not None
    assert again.decisions() == {"机关支部": branch}
    assert review.plan.new_organisations == []


def test_rows_of_one_unit_are_left_out(qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path) -> None:
    path = roster(tmp_path, person("张一", 1), person("王二", 3, "第九党支部"))
    stage, review = units_opened(qtbot, office, runner, path)
    pane = choices_of(review)
    assert pane is not None
    pane.choose("第九党支部", REFUSE_UNIT)
    reread(stage, review)
    assert tabs(review)[:2] == ["新增 1", "退回 1"]


def test_no_units_to_decide_no_tab(qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path) -> None:
    _stage, review = opened(qtbot, office, runner, roster(tmp_path, person("张一", 1)))
    assert choices_of(review) is None


def test_keys_go_back_and_import_and_leave_the_list_alone(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    stage, review = opened(qtbot, office, runner, roster(tmp_path, person("张一", 1)))
    stage.page.commands()["new"]()
    assert not stage.page.beside.is_open()
    qtbot.keyClick(review.tabs, Qt.Key.Key_Escape)
    assert (review.plan, review.stack.currentWidget()) == (None, review.start)
    stage.page.commands()["confirm"]()
    assert records.counts(office)["member"] == 0
    review.read(tmp_path / "花名册.xlsx")
    stage.until(lambda: review.plan is not None)
    stage.page.commands()["confirm"]()
    stage.until(lambda: stage.shell.said)
    assert records.counts(office)["member"] == 1
    assert stage.page._review is None
    stage.page.start_import()
    qtbot.keyClick(stage.page._review, Qt.Key.Key_Escape)
    assert stage.page._review is None


def refused_box(review: Any) -> MendBox:
    """The first pane of refused rows with what puts them right."""
    panes = [review.tabs.widget(at) for at in range(review.tabs.count())]
    found: MendBox = next(box for pane in panes for box in pane.findChildren(MendBox))
    return found


def mend(box: MendBox, header: str, text: str) -> None:
    """Write into 改为 beside a column."""
    table = box.table
    texts = {table.item(at, 0).text().removeprefix("× "): at for at in range(table.rowCount())}  # type: ignore[union-attr]
    item = table.item(texts[header], 2)
    assert item is not None
    item.setText(text)


def test_a_refused_row_is_put_right_in_the_review_and_matched_like_any_other(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    wrong = person("钱一", 1, number=id_number(serial=1)[:-1] + "*")
    path = roster(tmp_path, wrong, person("孙二", 3, branch="没有的支部"), person("李三", 5))
    stage, review = opened(qtbot, office, runner, path)
    assert review.plan.counts["rejected"] == 2
    box = refused_box(review)
    assert not box.check.isEnabled()
    assert box.table.item(0, 0).text() == "× 身份证号"  # type: ignore[union-attr]
    mend(box, "身份证号", id_number(serial=1))
    assert not review.confirm.isEnabled()
    before = review.plan
    box.check.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    assert (review.plan.counts["new"], review.plan.counts["rejected"]) == (2, 1)
    # Put right into the number of another row: the matching tells both, as if the sheet said so.
    box = refused_box(review)
    mend(box, "所在支部", "第一党支部")
    mend(box, "身份证号", id_number(serial=5))
    before = review.plan
    box.check.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    assert review.plan.counts["new"] < 3
    box = refused_box(review)
    mend(box, "身份证号", id_number(serial=3))
    before = review.plan
    box.check.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    assert review.plan.counts["new"] == 3
    review.apply()
    stage.until(lambda: stage.shell.said)
    assert len(records.query(office, "member")) == 3
    assert history.undo_label(office) == "导入名册（3人）"


def test_another_file_forgets_what_was_put_right(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, person("孙二", 3, branch="没有的支部"))
    stage, review = opened(qtbot, office, runner, path)
    mend(refused_box(review), "所在支部", "第一党支部")
    review._back()
    before = review.plan
    review.start.chosen.emit(path)
    stage.until(lambda: review.plan is not before and review.isEnabled())
    assert review.plan.counts["rejected"] == 1


def test_what_was_put_right_goes_back_with_the_refused_rows(
    qtbot: Any, office: Office, runner: Any, branch: str, tmp_path: Path
) -> None:
    path = roster(tmp_path, person("孙二", 3, branch="没有的支部"))
    target = tmp_path / "退回.xlsx"
    stage, review = opened(qtbot, office, runner, path, target)
    mend(refused_box(review), "姓名", "孙二二")
    before = review.plan
    refused_box(review).check.click()
    stage.until(lambda: review.plan is not before and review.isEnabled())
    review.save_rejects()
    stage.until(lambda: target.exists() and stage.shell.said)
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    assert "孙二二" in {cell.value for row in sheet.iter_rows() for cell in row}
