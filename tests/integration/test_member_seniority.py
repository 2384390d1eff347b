"""党龄: full years since confirmation, moved by the adjustment, as of the day asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import exporting
from office_kit import add_branch, add_member, new_office

TODAY = date(2026, 9, 30)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path, today=TODAY)
    add_branch(made, "第一党支部")
    yield made
    assert integrity.check(made) == []
    made.close()


def confirmed(office: Office, name: str, serial: int, on: str, **values: str) -> str:
    return add_member(office, name, "第一党支部", serial, joined_on="", confirmed_on=on, **values)


def shown(office: Office, record: str) -> str:
    return records.get(office, "member", record).printed["seniority"]


@pytest.mark.parametrize(
    ("on", "adjustment", "years"),
    [
        ("1976-09-30", "", "50年"),
        ("1976-10-01", "", "49年"),
        ("1996-07", "", "30年"),
        ("1996", "", "30年"),
        ("2025-10-01", "", "0年"),
        ("1976-10-01", "1", "50年"),
        ("1976-09-30", "-1", "49年"),
        ("1996-07-01", "-24", "28年"),
        ("2024-02-29", "", "2年"),
        ("", "", ""),
    ],
)
def test_full_years_since_confirmation_with_the_adjustment(
    office: Office, on: str, adjustment: str, years: str
) -> None:
    record = confirmed(office, "王小明", 1, on, seniority_adjustment=adjustment)
    assert shown(office, record) == years
    assert records.rows(office, "member", [record], ["seniority"]) == [{"id": record, "seniority": years}]


def test_it_follows_an_edit_and_its_undo_and_cannot_be_typed_in(office: Office) -> None:
    record = confirmed(office, "王小明", 1, "1996-07-01")
    records.edit(office, "member", record, {"confirmed_on": "1986-07-01"})
    assert shown(office, record) == "40年"
    history.undo(office)
    assert shown(office, record) == "30年"
    with pytest.raises(UserError, match="党龄"):
        records.edit(office, "member", record, {"seniority": "50"})


def test_lists_are_sorted_and_filtered_by_it(office: Office) -> None:
    young = confirmed(office, "甲", 1, "2020-01-01")
    none = confirmed(office, "乙", 2, "", member_class="预备党员")
    fifty = confirmed(office, "丙", 3, "1976-09-30")
    nearly = confirmed(office, "丁", 4, "1976-10")

    def kept(op: str, years: str = "") -> set[str]:
        return set(records.query(office, "member", filters=[records.Filter("seniority", op, years)]))

    assert records.query(office, "member", order=[("seniority", True)]) == [fifty, nearly, young, none]
    assert records.query(office, "member", order=[("seniority", False)]) == [none, young, nearly, fifty]
    assert (kept("ge", "50"), kept("le", "49"), kept("eq", "49")) == ({fifty}, {nearly, young}, {nearly})
    assert (kept("empty"), kept("not_empty")) == ({none}, {young, fifty, nearly})


def test_as_of_a_day_and_after_leaving(office: Office) -> None:
    record = confirmed(office, "王小明", 1, "1976-07-01")
    records.edit(office, "member", record, {"left_on": "2026-08-01", "left_kind": "死亡"})
    for day, years in ((date(2026, 6, 30), 49), (date(2026, 7, 1), 50), (TODAY, None)):
        assert listings.records_on(office, "member", [record], on=day)[0]["seniority"] == years
    assert shown(office, record) == ""


def test_it_is_exported_as_a_number(office: Office, tmp_path: Path) -> None:
    confirmed(office, "王小明", 1, "1996-07-01")
    target = tmp_path / "党员.xlsx"
    exporting.export(office, "member", target, fields=["name", "seniority"])
    assert list(openpyxl.load_workbook(target).active.values) == [("姓名", "党龄"), ("王小明", 30)]
