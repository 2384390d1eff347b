"""A 党小组 as the scope: its members and meetings in lists, findings, figures, reports and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services import home
from dangjian_desktop.services.forms import correction_sheets
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.rules import findings
from dangjian_desktop.services.units import organisations
from office_kit import add_branch, add_member, new_office, table_paper

BRANCH, FIRST, SECOND = "春天党支部", "第一党小组", "第二党小组"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = new_office(tmp_path)
    branch = add_branch(found, BRANCH)
    groups = {name: add_branch(found, name, kind="小组", parent=branch) for name in (FIRST, SECOND)}
    for number, name in enumerate(("甲一", "甲二", "乙一"), start=1):
        add_member(found, f"张{name}", branch, serial=number, group=groups[FIRST if name[0] == "甲" else SECOND])
    add_member(found, "张无组", branch, serial=9)
    for name in (FIRST, SECOND, ""):
        kind = {"meeting_kind": "党小组会", "group": groups[name]} if name else {"meeting_kind": "支部党员大会"}
        meetings.record_meeting(
            found, {"organisation": branch, "started_at": "2026-03-05 14:30", "title": name, **kind}, {}
        )
    yield found
    found.close()


def group(office: Office, name: str = FIRST) -> str:
    return organisations.resolve(office, name)


def names(office: Office, kind: str, **asked: object) -> list[str]:
    found = records.query(office, kind, scope=group(office), **asked)  # type: ignore[arg-type]
    label = "title" if kind == "meeting" else "name"
    return sorted(row[label] for row in records.rows(office, kind, found, [label]))


def test_lists_hold_its_members_and_meetings(office: Office) -> None:
    assert names(office, "member") == ["张甲一", "张甲二"]
    assert names(office, "member", on=date(2026, 9, 30)) == ["张甲一", "张甲二"]
    assert names(office, "meeting") == [FIRST]
    assert names(office, "organisation") == [FIRST]


def test_the_tree_counts_them_and_nobody_twice(office: Office) -> None:
    nodes = {node.name: node for node in organisations.tree(office)}
    assert [(nodes[name].members, nodes[name].members_total) for name in (BRANCH, FIRST, SECOND)] == [
        (4, 4),
        (2, 2),
        (1, 1),
    ]
    for scope in (None, group(office)):
        assert [unit.name for unit in correction_sheets.addressees(office, scope)] == [BRANCH]


def test_figures_and_their_lists_count_its_people(office: Office) -> None:
    values = figures.values_of(office, scope=group(office))
    assert values["members"].value == 2
    assert len(values["members"].records) == 2
    assert values["groups"].value == 1
    whole = figures.values_of(office, scope=organisations.resolve(office, BRANCH))
    assert (whole["members"].value, whole["members_ungrouped"].value) == (4, 1)
    with figures.reading_kept(office):
        assert figures.values_of(office, scope=group(office))["members"].value == 2
        assert figures.values_of(office, scope=group(office, SECOND))["members"].value == 1


def test_its_own_meetings_are_asked_of_it(office: Office) -> None:
    duties = {duty.rule.kind: duty for duty in figures.survey_of(office, scope=group(office), period="2026").duties}
    line = duties["DXZH"].lines[0]
    assert [slot.period for slot in line.slots if slot.held] == ["2026-03"]
    assert not duties["DYDH"].lines


def test_findings_and_the_home_page_speak_of_its_people(office: Office) -> None:
    asked = findings.in_scope(office, "member", group(office))
    assert sorted(asked) == sorted(records.query(office, "member", scope=group(office)))
    counted = {value.key: value.value for value in home.top_row(office, group(office)).figures}
    assert counted["members"] == 2


def test_the_roster_prints_them(office: Office) -> None:
    paper = table_paper(office, ReportRequest("roster", scope=group(office)))
    assert paper.title == f"{FIRST}党员花名册"
    printed = str([list(part.rows) for part in paper.tables()[0].groups or ()])
    assert "张甲一" in printed
    assert "张乙一" not in printed


def test_a_group_beyond_the_reach_stays_closed(office: Office) -> None:
    other = add_branch(office, "秋天党支部")
    office.actor = replace(office.actor, scope=frozenset({other}))
    with pytest.raises(UserError) as refused:
        records.query(office, "member", scope=group(office))
    assert refused.value.code == "out_of_scope"


def test_a_member_of_another_branch_is_not_seen_through_a_group(office: Office) -> None:
    """A stay may name a group of another branch; the account of that branch does not see the person by it."""
    other = add_branch(office, "秋天党支部")
    there = add_branch(office, "秋天党小组", kind="小组", parent=other)
    stranger = records.query(office, "member", text="张无组")[0]
    records.edit(office, "member", stranger, {"group": there})
    assert records.query(office, "member", scope=there) == [stranger]
    office.actor = replace(office.actor, scope=frozenset({other, there}))
    assert records.query(office, "member", scope=there) == []
    assert figures.values_of(office, scope=there)["members"].value == 0
