"""A folder of 更正表 comes back in one review: grouped by branch, what does not count is told by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.forms import correction_sheets
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from integration.test_returned_form import Desk
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three branches of one person each."""
    made = new_office(tmp_path)
    for serial, name in enumerate("一二三", start=1):
        add_member(made, f"王{name}", add_branch(made, f"第{name}党支部"), serial, employer="退休")
    yield made
    made.close()


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> Path:
    """The sheets of all three, sent out."""
    made = tmp_path / "交回"
    made.mkdir()
    correction_sheets.send_out(office, correction_sheets.addressees(office), made)
    return made


def corrected(folder: Path, number: str, employer: str) -> Path:
    """What a secretary sends back."""
    desk = Desk(next(path for path in folder.iterdir() if path.name.startswith(f"第{number}党支部")))
    desk.write(f"王{number}", "工作单位及职务", employer)
    return desk.send_back()


def employers(office: Office) -> dict[str, str]:
    found = [records.get(office, "member", record) for record in records.query(office, "member")]
    return {view.title: view.values["employer"] for view in found}


def told(plan: importing.ImportPlan) -> dict[str, str]:
    """What is said of whole files, by name."""
    return {problem.sheet: problem.reason for problem in plan.notes}


def test_many_files_are_one_review_by_branch_and_one_operation(office: Office, folder: Path) -> None:
    corrected(folder, "一", "某超市")
    corrected(folder, "三", "某学校")
    plan = importing.prepare(office, "roster", folder)
    assert {row.title: row.status for row in plan.rows} == {"王一": "updated", "王二": "unchanged", "王三": "updated"}
    assert len({row.sheet for row in plan.rows}) == 3
    assert "3 份更正表" in plan.returned and told(plan) == {}
    importing.apply(office, plan)
    assert employers(office) == {"王一": "某超市", "王二": "退休", "王三": "某学校"}
    history.undo(office)
    assert set(employers(office).values()) == {"退休"}


def test_what_does_not_count_is_told_by_name(office: Office, folder: Path, tmp_path: Path) -> None:
    first = corrected(folder, "一", "某超市")
    shutil.copy(first, folder / "复制的.xlsx")
    second = corrected(folder, "二", "某工厂")
    twice = folder / "又填的.xlsx"
    shutil.copy(second, twice)
    desk = Desk(twice)
    desk.write("王二", "工作单位及职务", "别的单位")
    desk.send_back()
    (folder / "说明.txt").write_text("请查收", encoding="utf-8")
    (folder / "坏.xlsx").write_bytes(b"no workbook")
    (folder / "~$坏.xlsx").write_bytes(b"lock")
    plan = importing.prepare(office, "roster", folder)
    said = told(plan)
    assert {row.title for row in plan.rows} == {"王一", "王三"}
    assert any("一模一样" in reason for reason in said.values())
    assert "填的不一样" in said["又填的.xlsx"] and "填的不一样" in said[second.name]
    assert "不是表格" in said["说明.txt"]
    assert "没有读" in said["坏.xlsx"]
    assert "~$坏.xlsx" not in said


def test_a_sheet_that_was_sent_again_later_stands_for_the_branch(office: Office, folder: Path) -> None:
    corrected(folder, "一", "某超市")
    office.clock = replace(office.clock, fixed_today=office.today() + timedelta(days=3))
    correction_sheets.send_out(office, correction_sheets.addressees(office)[:1], folder)
    plan = importing.prepare(office, "roster", folder)
    assert any("旧的没有核对" in reason for reason in told(plan).values())


def test_what_the_office_changed_since_is_a_conflict(office: Office, folder: Path) -> None:
    corrected(folder, "一", "某超市")
    one = next(r for r in records.query(office, "member") if records.get(office, "member", r).title == "王一")
    records.edit(office, "member", one, {"employer": "某医院"})
    plan = importing.prepare(office, "roster", folder)
    assert {row.title: row.status for row in plan.rows}["王一"] == importing.CONFLICT


def test_a_folder_without_sheets_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    with pytest.raises(UserError) as refused:
        importing.prepare(office, "roster", tmp_path / "空")
    assert refused.value.code == "no_forms"


def test_rejects_of_a_folder_have_no_one_file(office: Office, folder: Path, tmp_path: Path) -> None:
    plan = importing.prepare(office, "roster", folder)
    with pytest.raises(UserError) as refused:
        importing.write_rejects(plan, tmp_path / "退回.xlsx")
    assert refused.value.code == "many_sources"
