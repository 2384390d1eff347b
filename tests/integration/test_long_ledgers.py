"""Long ledgers: what the file itself sorts, narrows down and adds up is the same as by hand, and is read narrowly."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records, sums
from dangjian_desktop.services.records.records import Filter
from ledger_kit import put_template
from office_kit import add_branch, new_office

ENTRY, LEDGER = "ledger_entry", "long-list"
ROLES = ["administrator", "clerk"]
TEMPLATE: dict[str, Any] = {
    "key": LEDGER,
    "title": "长台账",
    "ledger_class": "特色党建工作",
    "due": "due_on",
    "columns": [
        {"name": "name", "label": "事项", "required": True, "table": True},
        {"name": "due_on", "label": "期限", "type": "date", "table": True},
        {"name": "people", "label": "人数", "type": "integer", "table": True},
        {"name": "money", "label": "经费", "type": "money", "table": True},
        {"name": "hours", "label": "时长", "type": "decimal", "places": 3, "table": True},
        {"name": "secret", "label": "底数", "type": "integer", "readers": ["administrator"]},
    ],
    "states": [{"key": "open", "label": "办理中"}, {"key": "done", "label": "已办结", "terminal": True}],
    "transitions": [{"source": "open", "target": "done", "roles": ROLES}],
}
HOURS = ["9.5", "10.25", "9.500", "100", "-3.125", "0", None, "0.001", "1234567.891", None, "10.2"]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    put_template(opened, tmp_path, TEMPLATE)
    yield opened
    opened.close()


@pytest.fixture
def entries(office: Office) -> list[str]:
    chosen = random.Random(3)
    typed = [
        {"name": f"事项{i}", "hours": hours, "people": str(i), "money": f"{i}.{i:02d}", "secret": "7"}
        | ({"due_on": f"2026-{chosen.randint(1, 12):02d}-15"} if i % 3 else {})
        for i, hours in enumerate(HOURS)
    ]
    branch = add_branch(office, "第一党支部")
    return [
        records.add(
            office, ENTRY, {**{k: v for k, v in one.items() if v is not None}, "organisation": branch}, template=LEDGER
        ).id
        for one in typed
    ]


def listed(office: Office, **how: Any) -> list[str]:
    return records.query(office, ENTRY, template=LEDGER, **how)


def test_decimals_are_sorted_as_numbers_and_what_is_unknown_comes_last(office: Office, entries: list[str]) -> None:
    known = {entry: Decimal(hours) for entry, hours in zip(entries, HOURS, strict=True) if hours is not None}
    for descending in (False, True):
        found = listed(office, order=[("hours", descending)])
        assert [known[e] for e in found[: len(known)]] == sorted(known.values(), reverse=descending)
        assert set(found[len(known) :]) == set(entries) - set(known)


@pytest.mark.parametrize("op", ["eq", "ne", "ge", "le", "empty", "not_empty"])
@pytest.mark.parametrize("mark", ["9.5", "10.250", "0", "100"])
def test_decimals_are_narrowed_down_as_numbers(office: Office, entries: list[str], op: str, mark: str) -> None:
    fits: Callable[[Decimal | None], bool] = {
        "eq": lambda v: v is not None and v == Decimal(mark),
        "ne": lambda v: v is None or v != Decimal(mark),
        "ge": lambda v: v is not None and v >= Decimal(mark),
        "le": lambda v: v is not None and v <= Decimal(mark),
        "empty": lambda v: v is None,
        "not_empty": lambda v: v is not None,
    }[op]
    values = [None if hours is None else Decimal(hours) for hours in HOURS]
    wanted = {entry for entry, value in zip(entries, values, strict=True) if fits(value)}
    assert set(listed(office, filters=[Filter("hours", op, mark)])) == wanted


def test_a_decimal_is_found_by_what_is_typed_of_it(office: Office, entries: list[str]) -> None:
    assert listed(office, filters=[Filter("hours", "contains", "234567")]) == [entries[8]]


def test_the_deadline_is_sorted_beside_its_column_and_partial_dates_count(office: Office, entries: list[str]) -> None:
    records.edit(office, ENTRY, entries[1], {"due_on": "2026-07"})
    values = {e: records.get(office, ENTRY, e).values.get("due_on") for e in entries}
    dated = [str(values[e]) for e in listed(office, order=[("due_on", False)]) if values[e]]
    assert dated == sorted(dated)
    late = listed(office, filters=[Filter("due_on", "ge", "2026-07-01")])
    assert {e for e in entries if (values[e] or "") >= "2026-07"} == set(late)


def test_sums_are_exact_and_only_of_what_is_asked(office: Office, entries: list[str]) -> None:
    found = sums.of_entries(office, LEDGER, entries, ["people", "money", "hours", "name", "secret"])
    hours = [Decimal(each) for each in HOURS if each is not None]
    assert found["hours"] == sums.Sum(sum(hours, Decimal(0)), len(hours))
    assert found["people"] == sums.Sum(Decimal(sum(range(len(HOURS)))), len(HOURS))
    assert found["money"].total == sum(i * 100 + i for i in range(len(HOURS)))
    assert found["secret"].total == 7 * len(HOURS)
    assert "name" not in found
    assert sums.of_entries(office, LEDGER, entries[:2], ["people"])["people"] == sums.Sum(Decimal(1), 2)


def test_a_column_that_a_role_does_not_see_is_not_added_up(office: Office, entries: list[str]) -> None:
    office.actor = Actor("王干事", "clerk", None)
    assert set(sums.of_entries(office, LEDGER, entries, ["people", "secret"])) == {"people"}


@pytest.mark.usefixtures("entries")
def test_a_list_by_number_state_or_day_looks_at_no_entry(office: Office) -> None:
    with office.database.read() as connection:
        for order in ("number, id", "state, number, id", "due_on DESC, number, id", "opened_on, number, id"):
            plan = connection.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT id FROM ledger_entry"
                    f" WHERE binned IS 0 AND template = 't' ORDER BY {order}"
                )
            ).all()
            assert "COVERING INDEX ix_ledger_entry_listed" in plan[0][3]
