"""党员分类 of one member in the drawer: begun, corrected, ended, taken out, undone, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import categories, records
from dangjian_desktop.ui.pages.members import MembersPage
from office_kit import add_branch, add_member, new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def member(office: Office) -> str:
    return add_member(office, "王小明", add_branch(office, "第一党支部"), 1)


@pytest.fixture
def stage(qtbot: Any, office: Office, runner: Any, member: str) -> Stage:
    """The page with the member open and the classifications in front."""
    made = Stage(qtbot, office, runner, MembersPage)
    made.enter()
    made.page.open_record("member", member)
    made.until(lambda: made.page.drawer.record == member)
    tabs = made.page.drawer.tabs
    tabs.setCurrentIndex([tabs.tabText(at) for at in range(tabs.count())].index("党员分类"))
    made.until(pane(made).summary.text)
    return made


def pane(stage: Stage) -> Any:
    return stage.page._categories


def shown(stage: Stage) -> list[str]:
    return [pane(stage).list.item(at).text() for at in range(pane(stage).list.count())]


def typing(**texts: str) -> Callable[[Any], bool]:
    """An answer that types into the fields of a question and accepts it."""

    def answer(question: Any) -> bool:
        for name, text in texts.items():
            editor = question.form.fields[name].editor
            editor.setFocus()
            editor.setText(text)
            editor.setModified(True)
            editor.changed.emit()
        return bool(question.form.check())

    return answer


def begun(stage: Stage, **texts: str) -> None:
    """Add a classification through the pane and wait for the list."""
    before = len(shown(stage))
    stage.dialogs.answers = [typing(**texts)]
    pane(stage).new.click()
    stage.until(lambda: len(shown(stage)) == before + 1)


def test_several_hold_at_once_with_partial_days_and_reasons(stage: Stage, office: Office, member: str) -> None:
    begun(stage, category="困难党员", from_on="2024年3月", reason="因病致困")
    begun(stage, category="流动", from_on="2025", reason="在外地照看孙辈，每月回来一次")
    assert shown(stage) == [
        "流动党员\n2025 起\n原因：在外地照看孙辈，每月回来一次",
        "困难党员\n2024-03 起\n原因：因病致困",
    ]
    assert pane(stage).summary.text() == "现在：流动党员、困难党员。"
    assert stage.shell.said[-1] == ("登记党员“王小明”的分类：流动党员", True)
    assert set(records.get(office, "member", member).printed["categories"].split("；")) == {"流动党员", "困难党员"}


def test_one_is_corrected_ended_and_undone(stage: Stage, office: Office, member: str) -> None:
    begun(stage, category="困难党员", from_on="2024-03", reason="因病致困")
    pane(stage).list.setCurrentRow(0)
    stage.dialogs.answers = [typing(from_on="2024-05-06", reason="因灾致困")]
    pane(stage).change.click()
    stage.until(lambda: shown(stage) == ["困难党员\n2024-05-06 起\n原因：因灾致困"])
    stage.dialogs.answers = [typing(to_on="2026-06")]
    pane(stage).finish.click()
    stage.until(lambda: shown(stage) == ["困难党员\n2024-05-06 起，2026-06 结束\n原因：因灾致困"])
    assert pane(stage).summary.text() == "现在没有分类。"
    assert not pane(stage).finish.isEnabled()
    assert records.get(office, "member", member).printed["categories"] == ""
    told = [row.after for row in history.history(office, "member", member) if row.label == "党员分类"]
    assert told[-1] == "困难党员（自2024-05-06，至2026-06，因灾致困）"
    history.undo(office)
    assert [held.to_on for held in categories.listed(office, member)] == [""]


def test_a_wrong_one_is_taken_out_after_asking(stage: Stage, office: Office, member: str) -> None:
    begun(stage, category="老党员", from_on="2020")
    pane(stage).list.setCurrentRow(0)
    stage.dialogs.answers = [False]
    pane(stage).drop.click()
    assert len(shown(stage)) == 1
    stage.dialogs.answers = [True]
    pane(stage).drop.click()
    stage.until(lambda: not shown(stage))
    assert stage.dialogs.said[-1] == ("confirm", "删除分类“老党员”？")
    history.undo(office)
    assert [held.name for held in categories.listed(office, member)] == ["老党员"]


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"category": "困难党员", "from_on": "2025-01-01"}, "这名党员已经是“困难党员”。"),
        ({"category": "流动党员", "from_on": "2027-01-01"}, "生效日期不能晚于今天。"),
        (
            {"category": "流动党员", "from_on": "2025-05", "to_on": "2025-04-01"},
            "结束日期2025-04-01早于开始日期2025-05。",
        ),
        (
            {"category": "困难党员", "from_on": "2023-01-01", "to_on": "2024-06-01"},
            "这名党员从2024-03起已经登记为“困难党员”，时间重叠。",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(stage: Stage, texts: dict[str, str], sentence: str) -> None:
    begun(stage, category="困难党员", from_on="2024-03")
    stage.dialogs.answers = [typing(**texts)]
    pane(stage).new.click()
    stage.until(lambda: stage.dialogs.said[-1][0] == "error")
    assert stage.dialogs.said[-1][1] == sentence
    assert len(shown(stage)) == 1


def test_a_time_before_the_present_one_is_welcome(stage: Stage) -> None:
    begun(stage, category="困难党员", from_on="2024-03", reason="因病致困")
    begun(stage, category="困难党员", from_on="2015", to_on="2017", reason="享受低保")
    assert [line.splitlines()[1] for line in shown(stage)] == ["2024-03 起", "2015 起，2017 结束"]


def test_reasons_follow_the_chosen_classification(stage: Stage) -> None:
    offered: list[list[str]] = []

    def answer(question: Any) -> bool:
        typing(category="困难党员")(question)
        offered.append([choice.label for choice in question.form.fields["reason"].editor.offered()])
        return False

    stage.dialogs.answers = [answer]
    pane(stage).new.click()
    assert "因病致困" in offered[0]
    assert "外出务工" not in offered[0]


def test_the_form_only_shows_them(stage: Stage) -> None:
    editor = stage.page.drawer._form.fields["categories"].editor
    assert editor.isReadOnly()
    assert "“党员分类”页" in editor.toolTip()
