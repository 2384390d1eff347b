"""Three customs of naming over one tree: the names follow the setting, the kinds and the counts never do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office import opening
from dangjian_desktop.services.office.office import Office, default_codes
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.units import naming, organisations
from office_kit import PASSWORD, TODAY, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    parent = records.add(made, "organisation", {"name": "春天社区党委", "kind": "611"}).id
    for name, kind, stage in (
        ("春天大党委", "大党委", "拟成立"),
        ("花园小区党支部", "功能", "拟成立"),
        ("花园一栋党小组", "小组", "拟成立"),
        ("第二网格党支部", "631", "拟成立"),
        ("第一党支部", "631", "已成立"),
    ):
        records.add(made, "organisation", {"name": name, "kind": kind, "stage": stage, "parent": parent})
    yield made
    made.close()


def called(office: Office) -> dict[str, str]:
    return {node.name: node.kind_name for node in organisations.tree(office)}


def test_the_plain_custom_calls_every_unit_by_its_kind(office: Office) -> None:
    assert naming.current(office).key == naming.STANDARD
    assert {node.kind_name for node in organisations.tree(office)} == {
        default_codes().name("org_kind", node.kind) for node in organisations.tree(office)
    }


@pytest.mark.parametrize(
    ("key", "committee", "branch", "group"),
    [
        ("building", "社区大党委", "小区（网格）党支部", "楼栋党小组"),
        ("grid", "社区“大党委”", "网格党支部", "党小组"),
        ("courtyard", "社区党组织", "小区（院落）党支部", "网格（楼栋）党小组"),
    ],
)
def test_a_custom_names_planned_and_informal_levels(
    office: Office, key: str, committee: str, branch: str, group: str
) -> None:
    before = figures.compute(office)
    naming.choose(office, key)
    names = called(office)
    assert (names["春天大党委"], names["花园小区党支部"], names["花园一栋党小组"]) == (committee, branch, group)
    assert names["第二网格党支部"] == branch
    assert names["第一党支部"] == "党支部"
    assert names["春天社区党委"] == default_codes().name("org_kind", "611")
    after = figures.compute(office)
    assert [(f.key, f.value) for f in before] == [(f.key, f.value) for f in after]


def test_the_choice_stays_in_the_file(office: Office) -> None:
    naming.choose(office, "courtyard")
    path = office.path
    office.close()
    again = opening.open_office(path, account="张三", password=PASSWORD, clock=Clock(TODAY))
    assert naming.current(again).key == "courtyard"
    assert naming.level_names(again)("小组", None) == "网格（楼栋）党小组"
    again.close()


def test_only_an_administrator_chooses_and_only_what_there_is(office: Office) -> None:
    with pytest.raises(UserError) as unknown:
        naming.choose(office, "nobody")
    assert unknown.value.code == "variant_unknown"
    office.actor = Actor("看", "clerk")
    with pytest.raises(UserError) as refused:
        naming.choose(office, "grid")
    assert refused.value.code == "not_allowed"
    assert naming.current(office).key == naming.STANDARD


def test_every_name_belongs_to_a_known_kind() -> None:
    known = {code for code, _ in default_codes().choices("org_kind")}
    assert len(naming.variants()) == 4
    for variant in naming.variants():
        assert set(variant.names) <= known
        assert bool(variant.names) == (variant.key != naming.STANDARD)
