"""党籍状态 follows from how a member came and went: shown, filtered and compared everywhere, typed in nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import exporting
from import_kit import HEADERS, Rows, block, counts, person, reasons, take
from office_kit import add_branch, add_member, new_office

BRANCH = "第一党支部"
TITLED = [*HEADERS, "党籍状态"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, BRANCH)
    yield made
    assert integrity.check(made) == []
    made.close()


def member(office: Office, name: str = "王小明", serial: int = 1, **left: str) -> str:
    made = add_member(office, name, BRANCH, serial)
    if left:
        records.edit(office, "member", made, {"left_on": "2026-05-01", **left})
    return made


def standing(office: Office, record: str) -> str:
    return records.get(office, "member", record).printed["standing"]


@pytest.mark.parametrize(
    ("way", "shown"), [("死亡", "死亡"), ("转出组织关系", "转出"), ("停止党籍", "停止党籍"), ("开除党籍", "已出党")]
)
def test_it_follows_from_the_way_a_member_left(office: Office, way: str, shown: str) -> None:
    stays, left = member(office), member(office, "李小红", 2, left_kind=way)
    assert (standing(office, stays), standing(office, left)) == ("正常", shown)
    for op in ("eq", "contains"):
        assert records.query(office, "member", filters=[records.Filter("standing", op, shown)]) == [left]
    assert records.query(office, "member", filters=[records.Filter("standing", "in", ("A",))]) == [stays]
    assert records.query(office, "member", order=[("standing", True)]) == [left, stays]


def test_on_an_earlier_day_who_was_in_was_normal(office: Office) -> None:
    left = member(office, left_kind="死亡")
    for day, shown in ((date(2026, 4, 30), "正常"), (date(2026, 5, 2), "死亡")):
        assert listings.records_on(office, "member", [left], on=day)[0]["standing"] == shown


def test_nobody_types_it_in(office: Office) -> None:
    record = member(office)
    for typed in ("死亡", "正常", ""):
        with pytest.raises(UserError) as refused:
            records.edit(office, "member", record, {"党籍状态": typed})
        assert refused.value.code == "not_editable"
        assert "转出、离开" in refused.value.advice
    with pytest.raises(UserError, match="党籍状态"):
        records.add(office, "member", {"name": "李小红", "organisation": BRANCH, "standing": "正常"})


def test_it_is_exported_and_read_back_without_a_change(office: Office, tmp_path: Path) -> None:
    member(office)
    target = tmp_path / "党员.xlsx"
    exporting.export(office, "member", target, masked=False, reason="核对")
    head, row = openpyxl.load_workbook(target).active.iter_rows(values_only=True)
    assert row[head.index("党籍状态")] == "正常"
    plan = importing.prepare(office, "roster", target)
    assert (counts(plan), plan.problems) == ([0, 0, 1, 0, 0], [])


def test_an_empty_sheet_does_not_ask_for_it(tmp_path: Path) -> None:
    importing.write_empty_sheet("roster", tmp_path / "空表.xlsx")
    assert "党籍状态" not in [c.value for c in openpyxl.load_workbook(tmp_path / "空表.xlsx").active[1]]


@pytest.mark.parametrize("header", ["党籍状态", "党籍", "党员状态"])
def test_a_roster_is_compared_and_the_difference_told(office: Office, header: str) -> None:
    record = member(office)
    rows: list[list[object]] = [[*HEADERS, header], [*person("王小明", 1, 手机号码="13800001234"), "已去世"]]
    plan = take(office, "roster", block(rows))
    assert (counts(plan), reasons(plan, 2)) == (
        [0, 1, 0, 0, 0],
        "党籍状态写的是“死亡”，本机登记的是“正常”，没有改动，请核对；确已离开的请办理“转出、离开”",
    )
    assert (standing(office, record), records.get(office, "member", record).values["originals"]) == ("正常", None)


def test_a_new_person_whom_the_sheet_calls_gone_stays_out(office: Office) -> None:
    rows: list[list[object]] = [
        [*TITLED],
        [*person("王小明", 1), "转出"],
        [*person("李小红", 2), "正常"],
        [*person("张大山", 3), ""],
    ]
    plan = take(office, "roster", block(rows))
    assert (counts(plan), reasons(plan, 2)) == ([2, 0, 0, 0, 1], "党籍状态写的是“转出”，不是在册党员，没有新增")
    assert records.counts(office)["member"] == 2


def test_who_is_gone_by_both_does_not_come_in_again(office: Office) -> None:
    record = member(office, left_kind="转出组织关系")
    plan = take(office, "roster", block([TITLED, [*person("王小明", 1), "转出"]]))
    assert (counts(plan), plan.problems) == ([0, 0, 1, 0, 0], [])
    plan = take(office, "roster", block([TITLED, [*person("王小明", 1), "死亡"]]))
    assert (counts(plan), "本机登记的是“转出”" in reasons(plan, 2)) == ([0, 0, 1, 0, 0], True)
    # A sheet that names the branch and calls him a member again is believed as it always was, and says so.
    plan = take(office, "roster", block([TITLED, [*person("王小明", 1), "正常"]]))
    assert (counts(plan), "按转回登记" in reasons(plan, 2)) == ([0, 1, 0, 0, 0], True)
    assert standing(office, record) == "正常"


def test_the_dead_stay_dead_and_it_is_told(office: Office) -> None:
    record = member(office, left_kind="死亡")
    rows: Rows = [[h for h in TITLED if h != "所在党支部"], [c for c in [*person("王小明", 1), "正常"] if c != BRANCH]]
    plan = take(office, "roster", block(rows), scope=BRANCH)
    assert plan.counts["new"] == 0
    assert "没有" in reasons(plan, 2)
    assert standing(office, record) == "死亡"


def test_a_word_that_is_no_standing_is_told_and_kept_nowhere(office: Office) -> None:
    record = member(office)
    plan = take(office, "roster", block([TITLED, [*person("王小明", 1), "在外地"]]))
    assert (counts(plan), len(plan.problems)) == ([0, 0, 1, 0, 0], 1)
    assert records.get(office, "member", record).values["originals"] is None
