"""Ledger entries over time: passages, what a settled entry keeps, which period an entry belongs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.ledgers import passages
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.ledgers import entry_states, ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures, reports
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import TODAY, new_office

ENTRY = "ledger_entry"
FULL = {
    "source": "自查",
    "problem": "台账不全",
    "owner": "李四",
    "measures": "补齐",
    "due_on": "2026-10-31",
    "progress": "已补齐",
    "evidence": "照片",
    "applicant": "李四",
    "acceptor": "王五",
    "opinion": "同意",
    "closed_on": "2026-09-20",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = new_office(tmp_path)
    yield found
    found.close()


def at(office: Office, day: date) -> Office:
    """The same office on another day."""
    office.clock = Clock(day)
    return office


def entry(office: Office, *states: str, **values: str) -> str:
    """A rectification with all its columns, moved through the states."""
    made = ledgers.add(office, "rectification", FULL | values).id
    for state in states:
        ledgers.move(office, made, state)
    return made


CLOSED = ("working", "awaiting", "closed")


def passages_of(office: Office, record: str) -> list[dict[str, Any]]:
    kept = records.get(office, ENTRY, record).children["passages"]
    return [kept[key] for key in sorted(kept)]


def value(office: Office, key: str, period: str) -> Any:
    return figures.values_of(office, period=period)[f"ledger_rectification_{key}"].value


# -- a closed entry is closed ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "typed"),
    [("evidence", None), ("acceptor", None), ("acceptor", "李四"), ("owner", "王五"), ("owner", None)],
)
def test_a_closed_entry_keeps_what_closing_asked_for(office: Office, column: str, typed: str | None) -> None:
    made = entry(office, *CLOSED)
    writes: tuple[Callable[[], object], ...] = (
        lambda: records.edit(office, ENTRY, made, {column: typed}),
        lambda: records.edit_many(office, ENTRY, {made: {column: typed}}, label="粘贴"),
    )
    for write in writes:
        with pytest.raises(UserError) as refused:
            write()
        assert refused.value.code == "closed_entry"
    assert records.get(office, ENTRY, made).values[column] == FULL[column]


def test_the_account_that_closed_it_does_not_become_its_owner(office: Office) -> None:
    made = entry(office, *CLOSED)
    with pytest.raises(UserError, match="张三"):
        records.edit(office, ENTRY, made, {"owner": "张 三"})
    records.edit(office, ENTRY, made, {"evidence": "照片和发票", "note": "补充"})


def test_the_deadline_of_a_closed_entry_moves_only_after_it_was_reopened(office: Office, tmp_path: Path) -> None:
    made = entry(office, *CLOSED)
    number = records.get(office, ENTRY, made).values["number"]
    in_time = value(office, "on_time_rate", "2026")
    for typed in ("2026-08-31", "2026-12-31", None):
        writes: tuple[Callable[[], object], ...] = (
            lambda typed=typed: records.edit(office, ENTRY, made, {"due_on": typed}),  # type: ignore[misc]
            lambda typed=typed: records.edit_many(office, ENTRY, {made: {"due_on": typed}}, label="粘贴"),  # type: ignore[misc]
        )
        for write in writes:
            with pytest.raises(UserError, match="整改时限|期限|时限") as refused:
                write()
            assert refused.value.code == "closed_entry"
            assert "重新打开" in refused.value.advice
    sheet = tmp_path / "台账.csv"
    due = office.templates["rectification"].column("due_on").label
    head = f"编号,来源,问题表述,{due}\n{number},自查,台账不全,"
    sheet.write_text(f"{head}2026-08-31\n", encoding="utf-8")
    assert [row.status for row in importing.prepare(office, "ledger:rectification", sheet).rows] == ["rejected"]
    # The deadline as it stands is no change, in a sheet that comes back with other things filled in.
    sheet.write_text(f"{head}2026-10-31\n", encoding="utf-8")
    assert [row.status for row in importing.prepare(office, "ledger:rectification", sheet).rows] == ["unchanged"]
    assert value(office, "on_time_rate", "2026") == in_time
    ledgers.move(office, made, "reopened", reason="材料不实")
    records.edit(office, ENTRY, made, {"due_on": "2026-12-31"})


def test_undo_of_a_closing_and_of_a_deadline_stay_possible(office: Office) -> None:
    made = entry(office, *CLOSED[:-1])
    records.edit(office, ENTRY, made, {"due_on": "2026-11-30"})
    ledgers.move(office, made, "closed")
    history.undo(office)
    history.undo(office)
    assert records.get(office, ENTRY, made).values["due_on"] == "2026-10-31"


def test_an_import_does_not_hand_the_closing_to_the_owner(office: Office, tmp_path: Path) -> None:
    made = entry(office, *CLOSED)
    number = records.get(office, ENTRY, made).values["number"]
    sheet = tmp_path / "台账.csv"
    sheet.write_text(f"编号,来源,问题表述,验收人\n{number},自查,台账不全,李四\n", encoding="utf-8")
    plan = importing.prepare(office, "ledger:rectification", sheet)
    assert [row.status for row in plan.rows] == ["rejected"]
    assert "验收人不能是责任人本人" in plan.problems[0].reason


def test_undo_and_redo_do_not_empty_a_closed_entry(office: Office) -> None:
    made = entry(office, "working", evidence="")
    written = records.edit(office, ENTRY, made, {"evidence": "照片"})
    assert written.change_set is not None
    for state in ("awaiting", "closed"):
        ledgers.move(office, made, state)
    with pytest.raises(UserError, match="佐证材料"):
        history.undo(office, operation=written.change_set.operation)
    # The closing itself can be taken back, and not be done again without what it asks for.
    history.undo(office)
    history.undo(office)
    assert records.get(office, ENTRY, made).values["state"] == "working"


def test_the_bin_is_no_way_round_what_closing_asked_for(office: Office) -> None:
    made = entry(office, "working", evidence="")
    written = records.edit(office, ENTRY, made, {"evidence": "照片"})
    assert written.change_set is not None
    for state in ("awaiting", "closed"):
        ledgers.move(office, made, state)
    records.remove(office, ENTRY, made)
    with pytest.raises(UserError, match="佐证材料"):
        history.undo(office, operation=written.change_set.operation)
    records.restore(office, ENTRY, made)
    assert records.get(office, ENTRY, made).values["evidence"] == "照片"


def test_an_entry_is_not_reopened_before_it_was_closed(office: Office) -> None:
    made = entry(office, *CLOSED)
    for day in ("2026-01-01", "2026-09-19", "2026-08"):
        with pytest.raises(UserError) as refused:
            ledgers.move(office, made, "reopened", reason="材料不实", day=day)
        assert refused.value.code == "backwards"
    ledgers.move(office, made, "reopened", reason="材料不实", day="2026-09-20")


def test_reopening_asks_for_a_reason_and_is_a_passage(office: Office) -> None:
    made = entry(office, *CLOSED)
    with pytest.raises(UserError) as refused:
        ledgers.move(office, made, "reopened")
    assert refused.value.code == "reason"
    ledgers.move(office, made, "reopened", reason="材料不实")
    last = passages_of(office, made)[-1]
    assert (last["state"], last["reason"], last["by"], last["day"]) == ("reopened", "材料不实", "张三", "2026-09-30")
    assert not records.get(office, ENTRY, made).values.get("closed_on")
    records.edit(office, ENTRY, made, {"evidence": None})


def test_an_entry_in_the_bin_is_not_moved(office: Office) -> None:
    made = entry(office)
    records.remove(office, ENTRY, made)
    with pytest.raises(UserError) as refused:
        ledgers.move(office, made, "working")
    assert refused.value.code == "removed"


# -- passages and deadlines -----------------------------------------------------------------------


def test_moves_are_dated_by_the_day_that_they_ask_for(office: Office) -> None:
    made = entry(office, *CLOSED, found_on="2026-03")
    assert [(p["state"], p["day"], p["due"]) for p in passages_of(office, made)] == [
        ("drafting", "2026-03", "2026-10-31"),
        ("working", "2026-09-30", "2026-10-31"),
        ("awaiting", "2026-09-30", "2026-10-31"),
        ("closed", "2026-09-20", "2026-10-31"),
    ]
    # The closing was recorded late and holds from its day; what was clicked before it came before it.
    then = {day: entry_states.on_day(office, [made], date(2026, 9, day))[made].state for day in (19, 20, 25)}
    assert then == {19: "drafting", 20: "closed", 25: "closed"}


def test_overdue_is_judged_by_the_deadline_of_that_day(office: Office) -> None:
    at(office, date(2026, 3, 2))
    made = entry(office, "working", due_on="2026-04-30", found_on="2026-03-01")
    at(office, date(2026, 5, 10))
    records.edit(office, ENTRY, made, {"due_on": "2026-08-31"})
    assert ledgers.overdue(office) == []
    assert ledgers.overdue(at(office, date(2026, 5, 5))) == [made]
    assert ledgers.overdue(at(office, date(2026, 9, 1))) == [made]
    assert value(at(office, TODAY), "overdue", "2026-04") == 0
    assert value(office, "overdue", "2026-09") == 1
    standing = entry_states.on_day(office, [made], date(2026, 4, 1))[made]
    assert (standing.state, standing.due) == ("working", "2026-04-30")


def test_a_deadline_put_right_on_the_same_day_leaves_no_passage(office: Office) -> None:
    made = entry(office, closed_on="")
    records.edit(office, ENTRY, made, {"due_on": "2026-11-30"})
    assert [(p["state"], p["due"]) for p in passages_of(office, made)] == [("drafting", "2026-11-30")]


def test_undoing_a_new_deadline_takes_its_passage_back(office: Office) -> None:
    made = entry(at(office, date(2026, 3, 2)))
    records.edit(at(office, TODAY), ENTRY, made, {"due_on": "2026-11-30"})
    assert len(passages_of(office, made)) == 2
    history.undo(office)
    assert [p["due"] for p in passages_of(office, made)] == ["2026-10-31"]


# -- periods --------------------------------------------------------------------------------------


def test_an_entry_of_september_does_not_count_before(office: Office) -> None:
    entry(office)
    assert [value(office, "total", period) for period in ("2024", "2025Q1", "2026Q2", "2026Q3", "2026")] == [
        0,
        0,
        0,
        1,
        1,
    ]


def test_an_entry_counts_from_opening_to_closing(office: Office) -> None:
    entry(office, *CLOSED, found_on="2026-02-11", closed_on="2026-05-20")
    at(office, date(2027, 1, 5))
    # All was recorded in September; the closing counts on its day.
    assert [value(office, "total", p) for p in ("2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4")] == [0, 1, 1, 0, 0]
    assert [value(office, "closed", p) for p in ("2026Q1", "2026Q2", "2026Q3", "2026")] == [0, 1, 0, 1]


def rows_of(office: Office, period: str, record: str | None = None) -> list[list[Any]]:
    document = reports.prepare(office, ReportRequest("rectification", period=period, record=record)).document
    return [row for block in document.blocks for row in getattr(block, "rows", ())]  # type: ignore[union-attr]


def test_a_report_prints_the_entries_of_its_period(office: Office) -> None:
    first, second = entry(office, found_on="2025-11-03"), entry(office, found_on="2026-08-01")
    assert len(rows_of(office, "2024")) == 0
    assert len(rows_of(office, "2025")) == 1
    assert len(rows_of(office, "2026")) == 2
    assert len(rows_of(office, "2026", second)) == 1
    with pytest.raises(UserError, match="那一天还没有列入"):
        rows_of(office, "2025", second)
    assert first != second


def test_old_ledgers_get_honest_days(office: Office, tmp_path: Path) -> None:
    sheet = tmp_path / "旧台账.csv"
    sheet.write_text(
        "编号,来源,问题表述,责任人,完成时限,验收人,销号日期,状态,交办日期\n"
        "ZG-2024-003,自查,甲,李四,2024-06-30,王五,2024-05-11,已销号,\n"
        "旧7,自查,乙,李四,2025-03-31,,,整改中,\n"
        "旧8,自查,丙,李四,2026-12-31,,,整改中,2026.2\n",
        encoding="utf-8",
    )
    plan = importing.prepare(office, "ledger:rectification", sheet)
    importing.apply(office, plan)
    days = {
        records.get(office, ENTRY, i).values["problem"]: [(p["state"], p["day"]) for p in passages_of(office, i)]
        for i in records.query(office, ENTRY)
    }
    assert days == {
        "甲": [("drafting", "2024"), ("closed", "2024-05-11")],
        "乙": [("working", "2025-03-31")],
        "丙": [("working", "2026-02")],
    }
    assert [value(office, "total", p) for p in ("2023", "2024", "2025", "2026")] == [0, 1, 1, 2]
    assert value(office, "overdue", "2025") == 1


def test_history_tells_passages_in_words(office: Office) -> None:
    made = entry(office, "working")
    told = [row for row in history.history(office, ENTRY, made) if row.label == "流转"]
    assert [row.after for row in told] == ["整改中（2026-09-30，张三办，时限2026-10-31）"]


def test_lists_of_a_past_day_filter_by_the_state_of_that_day(office: Office) -> None:
    at(office, date(2026, 3, 2))
    first = entry(office, "working", found_on="2026-03-01", closed_on="")
    second = entry(at(office, date(2026, 6, 1)), found_on="2026-06-01", closed_on="")
    ledgers.move(at(office, TODAY), second, "working")
    records.edit(office, ENTRY, first, {"due_on": "2026-12-31"})

    def listed(day: date, state: str) -> list[str]:
        return records.query(office, ENTRY, filters=[records.Filter("state", "eq", state)], on=day)

    assert listed(date(2026, 3, 1), "drafting") == [first]
    assert listed(date(2026, 3, 1), "working") == []
    assert listed(date(2026, 7, 1), "working") == [first]
    assert listed(date(2026, 7, 1), "drafting") == [second]
    assert sorted(listed(TODAY, "working")) == sorted([first, second])
    assert records.query(office, ENTRY, on=date(2026, 2, 1)) == []
    due = records.query(office, ENTRY, filters=[records.Filter("due_on", "le", "2026-10-31")], on=date(2026, 7, 1))
    assert sorted(due) == sorted([first, second])


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "z"]), st.sampled_from(["2025", "2026-02", "2026-03-15", "2026-04"])),
        min_size=1,
        max_size=4,
    ),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sql_and_rules_agree_on_the_state_of_a_day(office: Office, told: list[tuple[str, str]], day: date) -> None:
    kept = {f"{i:03}": passages.passage(state, on) for i, (state, on) in enumerate(told)}
    with office.operation("条目") as work:
        made = work.create(ENTRY, {"template": "rectification", "values": {"problem": "甲"}, "passages": kept})
    step = passages.on_day(passages.steps(kept), day.isoformat())
    states = {
        state: made in records.query(office, ENTRY, filters=[records.Filter("state", "eq", state)], on=day)
        for state in "abz"
    }
    assert states == {state: step is not None and step.state == state for state in "abz"}
    standing = entry_states.on_day(office, [made], day).get(made)
    assert (standing.state if standing else None) == (step.state if step else None)


def test_a_new_entry_begins_at_the_beginning_and_takes_no_number_of_another(office: Office) -> None:
    first = ledgers.add(office, "rectification", {**FULL, "number": "ZG-2026-001"}).id
    with pytest.raises(UserError) as refused:
        ledgers.add(office, "rectification", {**FULL, "number": "ZG-2026-001"})
    assert refused.value.code == "number_taken"
    records.remove(office, ENTRY, first)
    for state in ("已销号", "没有的状态"):
        with pytest.raises(UserError) as refused:
            records.add(office, ENTRY, {**FULL, "state": state}, template="rectification")
        assert refused.value.code == "first_state"
    assert records.query(office, ENTRY) == []
