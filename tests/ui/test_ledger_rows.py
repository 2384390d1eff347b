"""台账的分项 in the window: a small table in the drawer, answers to tick, files and entries to choose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.services.ledgers import child_rows, ledgers, own_templates
from dangjian_desktop.ui.pages.ledgers import LedgersPage
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.pick_editors import PickEditor
from dangjian_desktop.ui.widgets.several_editor import FilesEditor, SeveralEditor
from integration.test_ledger_engine import NEEDS, PROJECTS
from ui.bot import Bot
from ui.page_bench import Bench, dispose, make_bench


@pytest.fixture
def bench(tmp_path: Path, runner: JobRunner) -> Iterator[Bench]:
    made = make_bench(tmp_path, runner)
    for template in (NEEDS, PROJECTS):
        path = tmp_path / f"{template['key']}.json"
        path.write_text(json.dumps(template, ensure_ascii=False), encoding="utf-8")
        own_templates.put(made.office, own_templates.look(made.office, path))
    yield made
    runner.close()
    made.office.close()


@pytest.fixture
def page(bench: Bench) -> Iterator[Any]:
    made = bench.page(LedgersPage)
    yield made
    dispose(made)
    assert bench.failures == []


def test_a_new_entry_gets_its_rows_in_the_drawer(page: Any, bench: Bench, qtbot: Bot, monkeypatch: Any) -> None:
    entry = ledgers.add(bench.office, "projects", {"name": "加装路灯"}).id
    page.open_ledger("projects")
    view = page.stack.currentWidget()
    view.drawer.show_entry(entry)
    qtbot.waitUntil(lambda: view.drawer.record == entry)
    table = view.drawer.rows.tables[0]
    assert table.new.isEnabled() and not table.change.isEnabled()
    monkeypatch.setattr(table, "_ask", lambda _title, _row: {"what": "施工", "cost": "12.5"})
    table.add()
    qtbot.waitUntil(lambda: table.table.rowCount() == 1)
    assert table.table.item(0, 0).text() == "施工" and table.table.item(0, 2).text() == "12.50"
    assert view.drawer.rows.tabText(0) == "节点（1）"
    table.table.selectRow(0)
    assert table.change.isEnabled()
    monkeypatch.setattr(table, "_ask", lambda _title, _row: {"day": "2026-05"})
    table.edit()
    qtbot.waitUntil(lambda: table.table.item(0, 1).text() == "2026-05")
    assert [row.printed["what"] for row in child_rows.lists(bench.office, entry)[0].shown] == ["施工"]
    bench.dialogs.answers = [True]
    table.table.selectRow(0)
    table.remove()
    qtbot.waitUntil(lambda: table.table.rowCount() == 0)


def test_answers_are_ticked_and_files_and_entries_chosen(page: Any, bench: Bench, qtbot: Bot, tmp_path: Path) -> None:
    need = ledgers.add(bench.office, "wants", {"what": "楼道太暗"}).id
    page.open_ledger("projects")
    view = page.stack.currentWidget()
    view.drawer.begin({}, {})
    form = view.drawer.form
    tags, photos, wanted = (form.fields[name].editor for name in ("tags", "photos", "need"))
    assert isinstance(tags, SeveralEditor) and isinstance(photos, FilesEditor) and isinstance(wanted, PickEditor)
    for name in ("实事联办", "组织联建"):
        next(action for action in tags.menu().actions() if action.text() == name).trigger()
    assert tags.text() == "组织联建；实事联办"
    paper = tmp_path / "验收单.pdf"
    paper.write_bytes(b"%PDF")
    photos.add([paper])
    wanted.put(need, "WANTS-2026-001 楼道太暗")
    form.fields["name"].editor.put("路灯", "路灯")
    view.drawer.save()
    qtbot.waitUntil(lambda: bool(view.drawer.record))
    shown = view.drawer.form.fields
    qtbot.waitUntil(lambda: shown["photos"].editor.text() == "验收单.pdf")
    assert shown["tags"].editor.text() == "组织联建；实事联办"
    assert shown["need"].editor.text() == "WANTS-2026-001 楼道太暗"
    assert view.drawer.form.changes() == {}
