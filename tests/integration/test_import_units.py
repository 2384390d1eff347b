"""Units that a sheet names otherwise than the file, or that are not there: offered, decided, planned anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.alike import SAME, LookAlikes
from dangjian_desktop.services.imports.importing import MAKE_UNIT, REFUSE_UNIT
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from import_kit import HEADERS, block, counts, members, person, take
from office_kit import STREET, add_branch, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, "第一党支部")
    yield made
    assert integrity.check(made) == []
    made.close()


ROWS = [HEADERS, person("王小明", 1, "第一支部"), person("李小红", 2, "第一支部"), person("赵六", 3, "第九党支部")]


def decided(office: Office, under: str | None, **units: str) -> importing.ImportPlan:
    return importing.prepare(office, "roster", block(ROWS), create_orgs_under=under, units_decided=units)


@pytest.mark.parametrize(
    ("new", "known", "same"),
    [
        ("第一支部", "第一党支部", True),
        ("1支部", "第一党支部", True),
        ("第12党支部", "第十二支部", True),
        ("春天社区党支部委员会", "春天社区支部", True),
        ("测试街道春天社区党总支部", "春天社区党总支", True),
        ("九十墩社区党支部", "九十敦社区党支部", False),
    ],
)
def test_a_name_that_is_written_otherwise_is_offered(new: str, known: str, same: bool) -> None:
    ((unit, how),) = LookAlikes({"u": known}, {}).find(new)
    assert unit == "u"
    assert (how >= SAME) is same


@pytest.mark.parametrize(
    ("new", "known"),
    [("第二党支部", "第一党支部"), ("第十一党支部", "第一党支部"), ("春天社区党支部", "水务公司党支部")],
)
def test_another_unit_is_not_offered(new: str, known: str) -> None:
    assert LookAlikes({"u": known}, {}).find(new) == []


def test_a_number_with_its_place_is_the_one_below_that_place() -> None:
    names = {"a": "第一党支部", "b": "第一党支部"}
    above = {"a": "秋天社区党总支", "b": "春天社区党总支"}
    found = LookAlikes(names, above).find("春天社区第一支部")
    assert [unit for unit, _ in found] == ["b", "a"]
    assert found[0][1] >= SAME > found[1][1]


def test_new_units_are_listed_with_what_they_may_be(office: Office) -> None:
    first, second = decided(office, STREET).units
    assert (first.name, first.chosen, first.rows, first.same) == ("第一支部", MAKE_UNIT, 2, True)
    assert [name for _, name, _ in first.offered] == ["第一党支部"]
    assert first.offered[0][2] == STREET
    assert (second.name, second.chosen, second.rows, second.same) == ("第九党支部", MAKE_UNIT, 1, False)


def test_the_existing_one_is_used_where_that_was_decided(office: Office) -> None:
    branch = decided(office, STREET).units[0].offered[0][0]
    plan = decided(office, STREET, 第一支部=branch)
    assert (counts(plan), [unit["name"] for unit in plan.new_organisations]) == ([3, 0, 0, 0, 0], ["第九党支部"])
    assert [(unit.name, unit.chosen) for unit in plan.units] == [("第一支部", branch), ("第九党支部", MAKE_UNIT)]
    importing.apply(office, plan)
    assert members(office, "organisation") == {
        "王小明": ("第一党支部",),
        "李小红": ("第一党支部",),
        "赵六": ("第九党支部",),
    }


def test_what_is_unknown_is_decided_without_making_units(office: Office) -> None:
    plan = decided(office, None)
    assert counts(plan) == [0, 0, 0, 0, 3]
    assert [(unit.name, unit.chosen, unit.rows) for unit in plan.units] == [
        ("第一支部", REFUSE_UNIT, 2),
        ("第九党支部", REFUSE_UNIT, 1),
    ]
    plan = decided(office, None, 第一支部=plan.units[0].offered[0][0])
    assert (counts(plan), plan.new_organisations) == ([2, 0, 0, 0, 1], [])


def test_the_rows_of_one_unit_can_stay_out_where_others_are_made(office: Office) -> None:
    plan = decided(office, STREET, 第九党支部=REFUSE_UNIT)
    assert counts(plan) == [2, 0, 0, 0, 1]
    assert [unit["name"] for unit in plan.new_organisations] == ["第一支部"]
    assert ("第九党支部", REFUSE_UNIT, 1) in [(unit.name, unit.chosen, unit.rows) for unit in plan.units]


def test_two_spellings_of_one_new_unit_become_one(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, "第八党支部"), person("李小红", 2, "第八支部")]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET)
    meant = next(unit for unit in plan.units if unit.name == "第八支部").offered[0][0]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET, units_decided={"第八支部": meant})
    importing.apply(office, plan)
    assert set(members(office, "organisation").values()) == {("第八党支部",)}


def test_one_letter_apart_is_to_be_looked_at(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, "九十墩社区党支部"), person("李小红", 2, "九十敦社区党支部")]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET)
    assert [(unit.name, unit.same) for unit in plan.units] == [("九十敦社区党支部", True), ("九十墩社区党支部", False)]
    assert plan.units[0].offered[0][1] == "九十墩社区党支部"


def test_nothing_is_listed_where_all_units_are_known(office: Office) -> None:
    assert take(office, "roster", block([HEADERS, person("王小明", 1, "第一党支部")])).units == []
    assert records.counts(office)["organisation"] == 2
