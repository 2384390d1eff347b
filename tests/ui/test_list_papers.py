"""What is shown goes out as it is shown: these rows, these columns, this order; the whole is named beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtWidgets import QMenu

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Document, Table
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office import audit
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures, shown_lists
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.pages.organisations import OrganisationsPage
from dangjian_desktop.ui.pages.reports.behind import BehindFigure
from dangjian_desktop.ui.pages.system import SystemPage
from dangjian_desktop.ui.pages.system.bin_pane import BinPane
from dangjian_desktop.ui.pages.system.parts import rows_menu
from dangjian_desktop.ui.widgets.record_model import ColumnFilter
from dangjian_desktop.ui.widgets.table_menus import row_menu
from office_kit import add_branch, add_member, new_office
from ui.page_stage import Stage


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    first = add_branch(made, "第一党支部")
    for serial, name in enumerate(("张一", "王二", "李三", "赵四")):
        add_member(made, name, first, 2 * serial + 1, sex="女" if name == "王二" else "男")
    yield made
    made.close()


def written(path: Path) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def narrowed(stage: Stage) -> None:
    """Men only, names falling, three columns with the name last."""
    stage.enter()
    stage.page.table.set_columns(["id_number", "sex", "name"])
    with stage.loading():
        stage.page.table.set_filters([ColumnFilter("name", "contains", "一", "姓名：含“一”")])
    with stage.loading():
        stage.page.table.set_filters([ColumnFilter("name", "ne", "王二", "不是王二")])
    with stage.loading():
        stage.page.table.sort("name", True)


def test_an_export_has_the_rows_columns_and_order_of_the_screen(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, "shown", tmp_path / "名单.xlsx")
    narrowed(stage)
    stage.page.papers.ask_export()
    stage.until(lambda: stage.shell.said)
    heads, *rows = written(tmp_path / "名单.xlsx")
    assert heads == ("公民身份号码", "性别", "姓名")
    assert [row[2] for row in rows] == ["赵四", "张一", "李三"]
    assert all("****" in str(row[0]) for row in rows)


def test_the_whole_is_all_records_and_all_fields(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, "whole", tmp_path / "全.xlsx")
    narrowed(stage)
    stage.page.papers.ask_export()
    stage.until(lambda: stage.shell.said)
    heads, *rows = written(tmp_path / "全.xlsx")
    assert len(rows) == 4
    assert len(heads) > 20


def test_full_numbers_need_a_reason_and_are_audited(qtbot: Any, office: Office, runner: Any, tmp_path: Path) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, "full", None, "full", "核对介绍信", tmp_path / "全号.xlsx")
    narrowed(stage)
    stage.page.papers.ask_export()
    assert not (tmp_path / "全号.xlsx").exists()
    stage.page.papers.ask_export()
    stage.until(lambda: stage.shell.said)
    assert all("*" not in row[0] for row in written(tmp_path / "全号.xlsx")[1:])
    assert any("核对介绍信" in str(line) for line in audit.listing(office))


def test_columns_that_only_the_screen_works_out_go_out_too(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    stage = Stage(qtbot, office, runner, OrganisationsPage, tmp_path / "组织.xlsx")
    stage.enter()
    stage.page.table.set_columns(["name", "members_total"])
    stage.page.papers.export()
    stage.until(lambda: stage.shell.said)
    heads, *rows = written(tmp_path / "组织.xlsx")
    assert heads == ("党组织全称", "党员数（含下级）")
    assert dict(rows)["第一党支部"] == 4


def paper_of(stage: Stage) -> Document:
    return shown_lists.paper(stage.office, stage.page.papers._shown()())


def test_a_printed_list_is_the_screen_and_says_that_it_is_a_part(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, MembersPage)
    narrowed(stage)
    document = paper_of(stage)
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == ["序号", "公民身份号码", "性别", "姓名"]
    assert [row[3] for row in table.rows] == ["赵四", "张一", "李三"]
    assert "不是王二" in document.subtitle
    assert "隐去" in document.masked_note
    assert table.note == "共3人。"


def test_printing_shows_the_pages_and_is_audited_when_printed(qtbot: Any, office: Office, runner: Any) -> None:
    stage = Stage(qtbot, office, runner, MembersPage, "shown")
    narrowed(stage)
    stage.page.papers.ask_print()
    stage.until(lambda: stage.shell.pages)
    (pages,) = stage.shell.pages
    pages.printed()
    assert any("3 条" in str(line) for line in audit.listing(office, act="导出打印"))


def test_a_list_beyond_the_accounts_reach_stays_inside(office: Office, tmp_path: Path) -> None:
    shown = shown_lists.ShownList("member", "名单", ["nobody"], [], lambda _ids, _names: [])
    assert shown_lists.export(office, shown, tmp_path / "a.xlsx").rows == 0
    office.actor = Actor("看", "reader")
    with pytest.raises(UserError):
        shown_lists.export(office, shown, tmp_path / "b.xlsx")


def entries(menu: QMenu) -> dict[str, bool]:
    return {action.text().partition("\t")[0]: action.isEnabled() for action in menu.actions() if action.text()}


@pytest.mark.parametrize(
    ("page", "wanted"),
    [
        (MembersPage, ["转出、离开…", "调整支部…", "修改记录", "移到回收站", "打印显示的列表…"]),
        (OrganisationsPage, ["看它的党员", "在它下面新增党组织", "修改记录", "移到回收站", "打印显示的列表…"]),
    ],
)
def test_rows_offer_what_the_menus_hold(
    qtbot: Any, office: Office, runner: Any, page: type[MembersPage | OrganisationsPage], wanted: list[str]
) -> None:
    stage = Stage(qtbot, office, runner, page)
    stage.enter()
    offered = entries(row_menu(stage.page.table))
    assert [words for words in wanted if words not in offered] == []
    office.actor = Actor("看", "reader")
    reading = entries(row_menu(stage.page.table))
    writing = [words for words in ("转出、离开…", "在它下面新增党组织") if words in reading]
    assert writing
    assert not any(reading[words] for words in writing)
    assert not any(on for words, on in reading.items() if words.startswith("导出"))


def test_rows_of_the_bin_offer_what_its_button_does(qtbot: Any, office: Office, runner: Any) -> None:
    first = records.query(office, "member")[0]
    records.remove(office, "member", first)
    stage = Stage(qtbot, office, runner, SystemPage)
    pane = BinPane(stage.page.context)
    qtbot.addWidget(pane)
    pane.enter()
    stage.until(lambda: pane.table.rowCount() == 1)
    assert entries(rows_menu(pane.table, [pane.back])) == {"恢复选中的": False}
    pane.table.selectRow(0)
    menu = rows_menu(pane.table, [pane.back])
    menu.actions()[0].trigger()
    stage.until(lambda: first in records.query(office, "member"))


def test_the_list_behind_a_figure_goes_out_as_it_is_shown(
    qtbot: Any, office: Office, runner: Any, tmp_path: Path
) -> None:
    stage = Stage(qtbot, office, runner, SystemPage, tmp_path / "数.xlsx")
    found = figures.values_of(office).values()
    figure = next(each for each in found if each.record_kind == "member" and len(each.records) == 4)
    behind = BehindFigure(stage.page.context, figure)
    qtbot.addWidget(behind)
    stage.until(lambda: len(behind.table.model.ids) == 4)
    assert "打印显示的列表…" in entries(row_menu(behind.table))
    behind._papers.export()
    stage.until(lambda: stage.shell.said)
    assert len(written(tmp_path / "数.xlsx")) == 5
