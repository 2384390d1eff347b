"""Units of one name: told when typed in and imported, told apart where one must be chosen, never joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.records.findings import Finding
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.units import organisations
from dangjian_desktop.ui.shell.service_lookups import ServiceLookups
from import_kit import HEADERS, block, counts, person, reasons, take
from office_kit import STREET, add_branch, new_office

FIRST = "第一党支部"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    for name in ("东湖党总支", "西湖党总支"):
        records.add(made, "organisation", {"name": name, "kind": "621"})
    yield made
    made.close()


def rules(office: Office, unit: str) -> list[str]:
    return [finding.message for finding in alike(records.get(office, "organisation", unit).findings)]


def alike(found: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in found if finding.rule == "SAME_NAME"]


def test_a_second_unit_of_a_name_is_told_when_it_is_typed_in(office: Office) -> None:
    first = records.add(office, "organisation", {"name": FIRST, "kind": "631", "parent": "东湖党总支"})
    assert alike(first.findings) == []
    second = records.add(office, "organisation", {"name": FIRST, "kind": "631", "parent": "西湖党总支"})
    [finding] = alike(second.findings)
    assert (finding.rule, finding.severity, finding.field) == ("SAME_NAME", "warning", "name")
    assert "东湖党总支" in finding.message
    assert alike(records.edit(office, "organisation", second.id, {"name": "西湖第一党支部"}).findings) == []
    assert alike(records.edit(office, "organisation", second.id, {"name": FIRST}).findings) == [finding]


def test_what_is_in_the_bin_or_dissolved_has_no_name_to_share(office: Office) -> None:
    gone, dissolved = add_branch(office, FIRST), add_branch(office, FIRST, dissolved_on="2026-03-01")
    records.remove(office, "organisation", gone)
    standing = add_branch(office, FIRST)
    assert rules(office, standing) == []
    assert organisations.resolve(office, FIRST) == standing
    assert rules(office, dissolved) == []


def test_an_ambiguous_name_is_told_with_what_stands_above(office: Office) -> None:
    for parent in ("东湖党总支", "西湖党总支"):
        add_branch(office, FIRST, parent=parent)
    with pytest.raises(UserError) as error:
        organisations.resolve(office, FIRST)
    assert error.value.code == "org_ambiguous"
    assert "第一党支部（上级：东湖党总支）、第一党支部（上级：西湖党总支）" in error.value.message
    assert "全称" not in error.value.advice
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1)]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "上级：西湖党总支" in reasons(plan, 2)


def test_the_list_to_choose_from_tells_them_apart(office: Office) -> None:
    for parent in ("东湖党总支", "西湖党总支"):
        add_branch(office, FIRST, parent=parent)
    found = ServiceLookups(office).find(FieldSpec("unit", "党组织", FieldType.ORGANISATION), "党")
    assert [c.detail for c in found if c.label == FIRST] == ["东湖党总支", "西湖党总支"]
    assert [c.detail for c in found if c.label == "东湖党总支"] == ["党总支"]


def test_an_import_makes_a_second_unit_of_a_name_and_says_so(office: Office) -> None:
    add_branch(office, FIRST, parent="东湖党总支")
    rows = [["党组织全称", "类型", "上级组织"], [FIRST, "党支部", "西湖党总支"], ["第二党支部", "党支部", "西湖党总支"]]
    plan = take(office, "organisations", block(rows))
    assert counts(plan) == [2, 0, 0, 0, 0]
    assert [(p.row, p.severity) for p in plan.problems] == [(2, "warning")]
    assert "上级：东湖党总支" in reasons(plan, 2)
    # Once they are there, the sheet says nothing new.
    again = importing.prepare(office, "organisations", block(rows))
    assert (counts(again), again.problems) == ([0, 0, 2, 0, 0], [])


def test_two_rows_of_one_name_in_a_sheet_are_both_told(office: Office) -> None:
    rows = [["党组织全称", "类型", "上级组织"], [FIRST, "党支部", "东湖党总支"], [FIRST, "党支部", "西湖党总支"]]
    plan = importing.prepare(office, "organisations", block(rows))
    assert counts(plan) == [2, 0, 0, 0, 0]
    assert "上级：西湖党总支" in reasons(plan, 2)
    assert "上级：东湖党总支" in reasons(plan, 3)
    assert STREET not in reasons(plan, 2)
