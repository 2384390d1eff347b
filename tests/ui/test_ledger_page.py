"""台账: everything from the template; deadline in words, moves with their refusals, figures that open their list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.records import records
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.pages.ledgers.columns import deadline_words
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.pick_editors import PeopleEditor
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


def entry(bench: Bench, problem: str, **values: str) -> str:
    """An entry of the rectification ledger."""
    return ledgers.add(bench.office, KEY, {"source": "巡察", "problem": problem, **values}).id


def put(view: Any, **values: str) -> None:
    """Type into the drawer's form."""
    for name, text in values.items():
        view.drawer.form.fields[name].editor.put(text, text)


def moves(view: Any) -> dict[str, bool]:
    """The buttons that move the entry, and whether they can be pressed."""
    found = view.drawer._standing.findChildren(QPushButton)
    return {made.text(): made.isEnabled() for made in found if made.text().startswith("改为")}


def test_overview_groups_by_class_and_counts(page: Any, bench: Bench, qtbot: Bot) -> None:
    entry(bench, "记录不全", due_on="2026-09-01")
    page.refresh([])
    page._reload()
    row = page.overview.rows[KEY]
    qtbot.waitUntil(lambda: row.entries.text() == "1 条")
    assert row.overdue.text() == "▲ 1 条超期"


def test_a_new_entry_is_checked_then_numbered(page: Any, bench: Bench, qtbot: Bot) -> None:
    bench.shell.place = bench.first
    view = page.open_ledger(KEY)
    page.commands()["new"]()
    view.drawer.save()
    assert view.drawer.form.fields["problem"].fault.text().startswith("× 请填写问题表述")
    assert records.query(bench.office, "ledger_entry") == []
    put(view, source="自查", problem="会议缺签到")
    page.commands()["save"]()
    qtbot.waitUntil(lambda: bench.shell.told == ["已新增一条问题整改台账"])
    (made,) = records.query(bench.office, "ledger_entry")
    kept = records.get(bench.office, "ledger_entry", made)
    assert kept.values["organisation"] == bench.first
    assert kept.values["number"] == "ZG-2026-001"
    assert kept.printed["state"] == "待制定措施"


def test_a_refused_move_says_what_is_missing_and_opens_when_it_is_there(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = entry(bench, "会议缺签到", due_on="2026-10-30")
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: moves(view) == {"改为“整改中”": False})
    said = " ".join(each.text() for each in view.drawer._standing.findChildren(QLabel))
    assert "请先填写“整改措施”、“责任人”" in said
    put(view, measures="逐次补签到，按月检查", owner="李四")
    view.drawer.save()
    qtbot.waitUntil(lambda: moves(view) == {"改为“整改中”": True})
    view.drawer.move_to("working", "整改中")
    qtbot.waitUntil(lambda: view.drawer.state.text() == "状态：整改中")
    assert records.get(bench.office, "ledger_entry", made).printed["state"] == "整改中"


def test_typed_values_are_saved_with_the_move(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = entry(bench, "会议缺签到", due_on="2026-10-30", measures="补", owner="李四")
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: moves(view) == {"改为“整改中”": True})
    put(view, progress="已补三次")
    view.drawer.move_to("working", "整改中")
    qtbot.waitUntil(lambda: view.drawer.state.text() == "状态：整改中")
    saved = records.get(bench.office, "ledger_entry", made)
    assert saved.values["progress"] == "已补三次"
    title = ledgers.template(bench.office, KEY).title
    assert bench.shell.told[-1] == f"已改为“整改中”：{title} {saved.printed['number']}"


def test_the_way_of_an_entry_is_told_with_who_and_why(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = entry(bench, "会议缺签到", due_on="2026-10-30", measures="补", owner="李四")
    ledgers.move(bench.office, made, "working")
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: view.drawer.way.text() == "流转记录 2 条")
    assert not view.drawer.passed.isVisible()
    view.drawer.way.click()
    qtbot.waitUntil(view.drawer.passed.isVisible)
    first, second = view.drawer.passed.text().splitlines()
    assert first.startswith("未启动（") or "（2026" in first
    assert second.startswith("整改中（2026-09-30")


def test_what_is_missing_and_the_deadline_follow_the_typing(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = entry(bench, "会议缺签到", due_on="2026-09-28")
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: moves(view) == {"改为“整改中”": False})
    drawer = view.drawer
    assert drawer.deadline.text() == "▲ 完成时限2026-09-28，已超期2天"
    qtbot.keyClicks(drawer.form.fields["measures"].editor, "bu")
    said = " ".join(each.text() for each in drawer._standing.findChildren(QLabel) if each.isVisible())
    assert "请先填写“责任人”" in said
    qtbot.keyClicks(drawer.form.fields["owner"].editor, "li")
    assert moves(view) == {"改为“整改中”": True}
    drawer.form.fields["due_on"].editor.clear()
    qtbot.keyClicks(drawer.form.fields["due_on"].editor, "2026-12-31")
    assert drawer.deadline.text() == "完成时限2026-12-31，还剩92天"


def test_the_way_back_is_not_where_the_last_move_was_and_the_form_stays(page: Any, bench: Bench, qtbot: Bot) -> None:
    told = {"measures": "补", "owner": "李四", "progress": "已补", "evidence": "照片", "applicant": "李四"}
    made = entry(bench, "会议缺签到", due_on="2026-10-30", opinion="不实", **told)
    ledgers.move(bench.office, made, "working")
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: moves(view).get("改为“已完成待验收”") is True)
    drawer = view.drawer
    bar = drawer.form.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    bar.setValue(200)
    drawer.move_to("awaiting", "已完成待验收")
    qtbot.waitUntil(lambda: drawer.state.text() == "状态：已完成待验收")

    def offered() -> list[str]:
        texts = [each.text() for each in drawer._standing.findChildren(QPushButton) if each.isVisible()]
        return [text for text in texts if "流转" not in text]

    # The buttons follow once they are laid out.
    qtbot.waitUntil(lambda: offered() == ["改为“已销号”", "退回“整改中”"])
    assert bar.value() == 200


def test_the_deadline_of_a_closed_entry_is_told_and_cannot_be_typed(page: Any, bench: Bench, qtbot: Bot) -> None:
    told = {"measures": "补", "owner": "李四", "progress": "已补", "evidence": "照片", "applicant": "李四"}
    made = entry(
        bench, "会议缺签到", due_on="2026-09-10", acceptor="王五", opinion="同意", closed_on="2026-09-20", **told
    )
    for state in ("working", "awaiting", "closed"):
        ledgers.move(bench.office, made, state)
    view = page.open_ledger(KEY)
    view.open_entry(made)
    qtbot.waitUntil(lambda: view.drawer.state.text() == "状态：已销号")
    assert view.drawer.deadline.text() == "▲ 完成时限2026-09-10，2026-09-20办结，超期10天"
    assert view.drawer.form.fields["due_on"].editor.isReadOnly()
    assert "重新打开" in view.drawer.form.fields["due_on"].editor.toolTip()


def test_people_of_a_ledger_are_looked_up_and_others_are_just_as_good(page: Any, bench: Bench, qtbot: Bot) -> None:
    view = page.open_ledger(KEY)
    view.new()
    fields = view.drawer.form.fields
    named = {name for name, field in fields.items() if isinstance(field.editor, PeopleEditor)}
    assert {"lead", "owner", "applicant", "acceptor"} <= named
    assert "office" not in named
    fields["organisation"].editor.put(bench.second, "春天第二党支部")
    editor = fields["owner"].editor
    editor.setFocus()
    editor.show_all()
    qtbot.waitUntil(lambda: [choice.label for choice in editor._offered] == ["王辛"])
    editor._take(0)
    qtbot.keyClicks(editor, ";zhangy")
    qtbot.waitUntil(lambda: bool(editor._offered) and editor._offered[0].label != "王辛")
    editor._take(0)
    assert editor.value() == "王辛;张乙"
    qtbot.keyClicks(editor, ";X")
    assert editor.value() == "王辛;张乙;X"


def test_deadline_in_symbol_and_word(bench: Bench) -> None:
    template = ledgers.template(bench.office, KEY)
    today = date(2026, 9, 30)

    def words(due: str, state: str = "整改中") -> str:
        return deadline_words(template, {"due_on": due, "state": state}, today)

    assert words("2026-09-18") == "▲ 超期12天"
    assert words("2026-09") == "● 今天到期"
    assert words("2026-10-05") == "● 还剩5天"
    assert words("2026-12-31") == "还剩92天", "told also while there is time"
    assert words("2026-09-18", "已销号") == ""
    assert words("") == ""


def test_sorted_by_deadline_what_presses_comes_first(page: Any, bench: Bench, qtbot: Bot) -> None:
    far = entry(bench, "甲", due_on="2027-01-01")
    late = entry(bench, "乙", due_on="2026-08-01")
    none = entry(bench, "丙")
    view = page.open_ledger(KEY)
    view.table.sort("deadline")
    qtbot.waitUntil(lambda: view.table.model.ids[:1] == [late])
    assert set(view.table.model.ids[1:]) == {far, none}
    assert view.table._source.rows([late], ["deadline"])[0]["deadline"] == "▲ 超期60天"


def test_a_figure_opens_exactly_its_list(page: Any, bench: Bench, qtbot: Bot) -> None:
    late = entry(bench, "乙", due_on="2026-08-01")
    entry(bench, "甲", due_on="2027-01-01")
    view = page.open_ledger(KEY)

    def late_button() -> QPushButton | None:
        found = view._figures.findChildren(QPushButton)
        return next((made for made in found if made.text() == "▲ 超期 1个"), None)

    qtbot.waitUntil(lambda: late_button() is not None)
    button = late_button()
    assert button is not None
    assert "完成时限已过" in button.toolTip()
    button.click()
    qtbot.waitUntil(lambda: view.table.model.ids == [late])


def test_people_are_shown_by_name(page: Any, bench: Bench, qtbot: Bot) -> None:
    made = ledgers.add(bench.office, "care-visits", {"member": bench.people[0]}).id
    view = page.open_ledger("care-visits")
    qtbot.waitUntil(lambda: view.table.model.ids == [made])
    assert view.table._source.rows([made], ["member"])[0]["member"] == "张甲"
    view.open_entry(made)
    qtbot.waitUntil(lambda: view.drawer.form.fields["member"].editor.text() == "张甲")


def test_entries_behind_a_number_elsewhere_are_shown(page: Any, bench: Bench, qtbot: Bot) -> None:
    late = entry(bench, "乙", due_on="2026-08-01")
    entry(bench, "甲")
    page.enter({"ids": [late], "title": "超期"})
    qtbot.waitUntil(lambda: page.current() is not None and page.current().table.model.ids == [late])


def test_a_draft_of_a_new_entry_comes_back(page: Any, bench: Bench, qtbot: Bot) -> None:
    view = page.open_ledger(KEY)
    view.new()
    put(view, problem="写了一半")
    view.drawer.closed.emit()
    assert view.drawer.isHidden()
    view.new()
    assert view.drawer.form.fields["problem"].editor.value() == "写了一半"


def test_export_writes_the_list_as_it_stands(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    entry(bench, "乙")
    view = page.open_ledger(KEY)
    qtbot.waitUntil(lambda: len(view.table.model.ids) == 1)
    bench.dialogs.answers = [tmp_path / "整改台账"]
    view.papers.export()
    qtbot.waitUntil(lambda: bench.shell.told == ["已导出 1 条到“整改台账.xlsx”"])
    assert (tmp_path / "整改台账.xlsx").stat().st_size > 0


def test_among_many_ledgers_one_is_found_by_words_and_opened_by_enter(page: Any, qtbot: Bot) -> None:
    overview = page.overview
    assert len(overview.shown()) == len(overview.rows) > 30
    overview.search.setText("销号 整改")
    assert overview.shown() == [KEY]
    assert [heading.text() for heading, _ in overview._headings if not heading.isHidden()] == [
        "特色党建工作　问题整改和督查"
    ]
    overview.search.returnPressed.emit()
    assert page.current().template.key == KEY
    overview.search.setText("没有这样的词")
    assert overview.shown() == []
    assert overview.nothing.text().startswith("没有这样的台账")


def test_a_starred_ledger_stays_a_favourite_and_is_told_apart_without_colour(page: Any, bench: Bench) -> None:
    page.overview.rows[KEY].star.click()
    page.overview.choices["favourites"].click()
    assert page.overview.shown() == [KEY]
    assert page.overview.rows[KEY].star.toolTip() == "已收藏，点一下取消"
    again = bench.page(LedgersPage)
    assert again.overview.shown() == [KEY]
    again.overview.rows[KEY].star.click()
    assert again.overview.shown() == []
    dispose(again)


def test_only_mine_shows_ledgers_with_entries_of_this_account(page: Any, bench: Bench, qtbot: Bot) -> None:
    page.overview.choices["mine"].click()
    assert page.overview.shown() == []
    entry(bench, "记录不全", due_on="2026-09-01")
    page._reload()
    qtbot.waitUntil(lambda: page.overview.shown() == [KEY])
    page.overview.choices["late"].click()
    assert page.overview.shown() == [KEY]
    page.overview.choices["all"].click()
