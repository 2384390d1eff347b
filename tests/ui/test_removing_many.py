"""Several records to the recycle bin at once: the question, one operation, one undo, and putting them back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import hanging, records
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.organisations import OrganisationsPage
from dangjian_desktop.ui.pages.system.bin_pane import BinPane
from office_kit import add_branch, add_member, new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def people(office: Office) -> list[str]:
    """Three members; the first holds a post, was at a meeting and stands in a ledger."""
    branch = add_branch(office, "第一党支部")
    found = [add_member(office, name, branch, 2 * at + 1) for at, name in enumerate(("张一", "王二", "李三"))]
    records.add(office, "post", {"organisation": branch, "member": found[0], "post": "书记", "from_on": "2026-01-01"})
    meeting = {"meeting_kind": "支部党员大会", "organisation": branch, "started_at": "2026-09-03T14:30"}
    children = {"attendance": {found[0]: {"presence": "present"}, found[1]: {"presence": "leave"}}}
    records.add(office, "meeting", meeting, children=children)
    entry = {"member": found[0], "visited_on": "2026-09-01", "organisation": branch}
    records.add(office, "ledger_entry", entry, template="care-visits")
    return found


def test_what_hangs_on_them_is_counted(office: Office, people: list[str]) -> None:
    assert hanging.of(office, "member", people) == ["任职 1 条", "到会记录 2 条", "台账 1 条"]
    assert hanging.of(office, "member", people[2:]) == []
    branch = records.get(office, "member", people[0]).values["organisation"]
    assert hanging.of(office, "organisation", [branch]) == [
        "任职 1 条",
        "会议 1 次",
        "台账 1 条",
        "曾在这里的党员 3 名",
    ]


def test_chosen_members_go_as_one_operation_and_come_back_with_one_undo(
    qtbot: Any, office: Office, runner: Any, people: list[str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, True)
    stage.enter()
    before = len(history.operations(office))
    stage.page.table.select(people[:2])
    stage.page.remove()
    stage.until(lambda: stage.shell.said)
    assert stage.dialogs.said == [("confirm", "把选中的 2 名党员移到回收站？")]
    assert stage.shell.said == [("删除2条党员记录", True)]
    assert records.query(office, "member") == people[2:]
    assert len(history.operations(office)) == before + 1
    history.undo(office)
    assert sorted(records.query(office, "member")) == sorted(people)


def test_the_question_tells_what_stays_and_no_leaves_all(
    qtbot: Any, office: Office, runner: Any, people: list[str]
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    stage.enter()
    told: list[str] = []

    def confirm(question: str, detail: str = "", **_more: Any) -> bool:
        told.append(detail)
        return False

    stage.dialogs.confirm = confirm  # type: ignore[method-assign]
    stage.page.table.select(people)
    stage.page.remove()
    stage.until(lambda: told)
    assert told[0].startswith("与这些党员有关的资料会留下：任职 1 条、到会记录 2 条、台账 1 条。")
    assert len(records.query(office, "member")) == 3


def test_units_with_members_are_refused_together_and_empty_ones_go(
    qtbot: Any, office: Office, runner: Any, people: list[str]
) -> None:
    full = records.get(office, "member", people[0]).values["organisation"]
    upper = add_branch(office, "空的党总支", kind="党总支")
    lower = add_branch(office, "空的党支部", parent=upper)
    stage = Stage(qtbot, office, runner, OrganisationsPage, True, True)
    stage.enter()
    stage.page.table.select([full, lower])
    stage.page.remove()
    stage.until(lambda: len(stage.dialogs.said) > 1)
    assert stage.dialogs.said[1][:3] == (
        "error",
        "“第一党支部”还有3名党员，不能删除。",
        "没有保存，数据没有改动。",
    )
    assert lower in records.query(office, "organisation")
    with pytest.raises(UserError, match="空的党总支"):
        records.remove_many(office, "organisation", [upper])
    stage.page.table.select([upper, lower])
    stage.page.remove()
    stage.until(lambda: stage.shell.said)
    assert not {upper, lower} & set(records.query(office, "organisation"))


def test_all_come_back_from_the_bin_as_one_operation(
    qtbot: Any, office: Office, runner: Any, people: list[str]
) -> None:
    records.remove_many(office, "member", people)
    stage = Stage(qtbot, office, runner, BinPane)  # type: ignore[arg-type]
    pane = stage.page
    pane.enter()
    stage.until(lambda: pane.table.rowCount() == 3)
    pane.table.selectAll()
    pane.back.click()
    stage.until(lambda: pane.table.rowCount() == 0)
    assert stage.shell.said[-1] == ("恢复3条党员记录", True)
    assert len(records.query(office, "member")) == 3
    history.undo(office)
    assert records.query(office, "member") == []
