"""Sum, average and count of a selection; what a list says to an account that may not see it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QItemSelectionModel

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.ui.pages.members import MembersPage
from dangjian_desktop.ui.widgets.allowed import guiding
from dangjian_desktop.ui.widgets.empty_state import EmptyState
from dangjian_desktop.ui.widgets.job import JobRunner
from dangjian_desktop.ui.widgets.list_states import REFUSED
from dangjian_desktop.ui.widgets.record_table import RecordTable
from dangjian_desktop.ui.widgets.selection_sums import number_of, printed, told, told_sums
from ui.bot import Bot
from ui.page_bench import make_bench
from ui.ui_fakes import FIELDS, FakeSource, ScriptedDialogs

DUES = FieldSpec("dues", "应缴", FieldType.MONEY, table=True)
NAME = FieldSpec("name", "姓名")
COUNT = FieldSpec("count", "人数", FieldType.INTEGER)


@given(st.lists(st.integers(-10_000_000, 10_000_000), min_size=1, max_size=20))
def test_money_is_summed_to_the_fen(fen: list[int]) -> None:
    texts = [f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" for value in fen]
    assert [number_of(DUES, text) for text in texts] == [value if value else 0 for value in fen]
    total = Decimal(sum(fen))
    average = (total / len(fen) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert printed(DUES, sum(fen), len(fen)).replace(",", "") == str(average if average else abs(average))


@pytest.mark.parametrize(
    ("spec", "text", "number"),
    [
        (COUNT, "12", 12),
        (COUNT, "", None),
        (COUNT, "20/23", None),
        (FieldSpec("years", "党龄", FieldType.YEARS), "31年", 31),
        (DUES, "1,234.5", 123450),
        (DUES, "7", 700),
    ],
)
def test_printed_numbers_are_read(spec: FieldSpec, text: str, number: int | None) -> None:
    assert number_of(spec, text) == number


def test_one_column_tells_its_sum_several_are_named() -> None:
    rows = [{"count": "2", "name": "甲"}, {"count": "5", "name": "乙"}, {"count": "", "name": ""}]
    assert told([COUNT], rows) == "求和 7　平均 3.5　计数 2"
    assert told([NAME, COUNT], rows) == "人数：求和 7　平均 3.5　计数 2"
    assert told([NAME], rows) == "计数 2"
    assert told([NAME, FieldSpec("sex", "性别")], rows) == ""


class DuesSource(FakeSource):
    """People who pay half a yuan more each."""

    def __init__(self) -> None:
        super().__init__(30)
        self.columns = (*FIELDS, DUES)
        for row, person in enumerate(self.people):
            person["dues"] = f"{row}.50"


def test_the_status_line_sums_the_selected_cells(qtbot: Bot, runner: JobRunner) -> None:
    table = RecordTable(DuesSource(), runner, ScriptedDialogs(), columns=["name", "dues"], noun="人")
    qtbot.addWidget(table)
    table.show()
    with qtbot.waitSignal(table.loaded):
        table.reload()
    block = QItemSelection(table.model.index(1, 1), table.model.index(4, 1))
    table.view.selectionModel().select(block, QItemSelectionModel.SelectionFlag.ClearAndSelect)
    qtbot.waitUntil(lambda: "求和 12.00　平均 3.00　计数 4" in table._counts.text())
    table.view.clearSelection()
    assert "求和" not in table._counts.text()


class ClosedSource(FakeSource):
    """Nobody may see it."""

    def ids(self, order: Any, filters: Any, text: Any) -> list[str]:
        raise UserError("not_allowed", "账户“看”不能查看走访慰问登记。", advice="请让管理员操作。")


def test_a_list_that_may_not_be_seen_says_so_in_its_place(qtbot: Bot, runner: JobRunner) -> None:
    table = RecordTable(ClosedSource(3), runner, ScriptedDialogs())
    qtbot.addWidget(table)
    faults: list[Exception] = []
    runner.failed.connect(faults.append)
    with qtbot.waitSignal(table.model.refused):
        table.reload()
    assert table._stack.currentIndex() == REFUSED
    assert table._stack._fault.text() == "账户“看”不能查看走访慰问登记。"
    assert table._stack._advice.text() == "请让管理员操作。"
    assert faults == []


def test_an_empty_list_tells_a_reader_who_can_add(qtbot: Bot) -> None:
    state = guiding(
        EmptyState("这里还没有党员。", "按 Ctrl+N", (("新增", lambda: None),)), Actor("看", "reader"), "member"
    )
    qtbot.addWidget(state)
    assert "请有权限的同事" in state.hint.text()
    assert all(each.isHidden() for each in state.buttons)


def test_limits_of_the_page_are_told_and_cleared(qtbot: Any, tmp_path: Any, runner: Any) -> None:
    bench = make_bench(tmp_path, runner)
    page = bench.page(MembersPage)
    qtbot.waitUntil(lambda: len(page.table.model.ids) == 8)
    page._state_box.setCurrentText("已离开")
    page._show_state()
    qtbot.waitUntil(lambda: not page.table.model.ids)
    assert "已离开" in page.table._stack._limits.text()
    page.table.clear_limits()
    qtbot.waitUntil(lambda: len(page.table.model.ids) == 8)
    page.hide()
    bench.office.close()


def test_decimals_are_summed_exactly() -> None:
    hours = FieldSpec("hours", "时长", FieldType.DECIMAL)
    rows = [{"hours": "1,200.10"}, {"hours": "0.255"}, {"hours": ""}]
    assert told([hours], rows) == "求和 1,200.355　平均 600.18　计数 2"
    assert number_of(hours, "待补") is None


def test_what_a_source_adds_up_reads_as_what_was_printed() -> None:
    hours = FieldSpec("hours", "时长", FieldType.DECIMAL)
    sums = {"hours": (Decimal("1200.355"), 2), "dues": (Decimal(123450), 3)}
    assert told_sums([hours], sums) == "求和 1,200.355　平均 600.18　计数 2"
    assert told_sums([NAME, DUES], sums) == "应缴：求和 1,234.50　平均 411.50　计数 3"
