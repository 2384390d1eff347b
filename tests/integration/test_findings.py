"""Findings of one record, of a scope and on the command line are the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_kit import PASSWORD, Cli
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services import home
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.rules import findings
from import_kit import block, counts, take
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def told(office: Office, rule: str, **options: Any) -> list[str]:
    return [record for one in findings.every(office, rule=rule, **options) for record in one.records]


def branch_of(office: Office, name: str = "第一党支部", **values: str) -> str:
    return add_branch(office, name, field="机关", term_elected_on="2025-01-10", **values)


def test_a_branch_of_fifty_one_is_told_and_one_of_fifty_is_not(office: Office) -> None:
    branch = branch_of(office)
    for serial in range(1, 51):
        add_member(office, f"党员{serial}", branch, serial)
    assert told(office, "BRANCH_SIZE") == []
    add_member(office, "第五十一人", branch, 51)
    assert told(office, "BRANCH_SIZE") == [branch]
    assert "BRANCH_SIZE" in {one.rule for one in records.get(office, "organisation", branch).findings}


def test_a_committee_is_asked_for_by_full_members_and_its_posts(office: Office) -> None:
    branch = branch_of(office)
    people = [add_member(office, f"党员{serial}", branch, serial) for serial in range(1, 7)]
    add_member(office, "预备", branch, 7, member_class="预备党员", joined_on="2026-03-01", confirmed_on="")
    assert told(office, "COMMITTEE") == []
    add_member(office, "第七人", branch, 8)
    assert told(office, "COMMITTEE") == [branch]
    for person, post in zip(people, ("书记", "组织委员", "宣传委员"), strict=False):
        records.add(office, "post", {"organisation": branch, "member": person, "post": post, "from_on": "2025-01-10"})
    assert told(office, "COMMITTEE") == []


def test_a_second_secretary_and_a_probationary_one(office: Office) -> None:
    branch = branch_of(office)
    full = add_member(office, "王五", branch, 1)
    new = add_member(office, "李四", branch, 3, member_class="预备党员", joined_on="2026-03-01", confirmed_on="")
    first = records.add(office, "post", {"organisation": branch, "member": full, "post": "书记", "from_on": "2025-01"})
    assert [one.rule for one in first.findings] == []
    second = records.add(office, "post", {"organisation": branch, "member": new, "post": "书记", "from_on": "2026-04"})
    assert {one.rule for one in second.findings} == {"POST_PROBATIONARY", "POST_SECOND_HEAD"}
    assert sorted(told(office, "POST_SECOND_HEAD")) == sorted([first.id, second.id])


def test_who_is_at_two_meetings_at_once(office: Office) -> None:
    branch = branch_of(office)
    person = add_member(office, "王五", branch, 1)
    here = {person: {"presence": "present"}}

    def meet(start: str, end: str) -> str:
        values = {"meeting_kind": "DYDH", "organisation": branch, "started_at": start, "ended_at": end}
        return meetings.record_meeting(office, values, here).id

    first = meet("2026-09-03 09:00", "2026-09-03 11:00")
    meet("2026-09-03 11:00", "2026-09-03 12:00")
    assert told(office, "MEETING_OVERLAP") == []
    second = meet("2026-09-03 10:00", "2026-09-03 10:30")
    assert sorted(told(office, "MEETING_OVERLAP")) == sorted([first, second])
    assert "王五" in next(one.message for one in findings.every(office, rule="MEETING_OVERLAP"))


def test_what_ends_before_it_starts_is_refused_everywhere(office: Office) -> None:
    branch = branch_of(office)
    held = {"meeting_kind": "DYDH", "organisation": branch, "started_at": "2026-09-03 09:00"}
    post = {"organisation": branch, "person_name": "孙七", "post": "书记", "from_on": "2026-03-01"}
    for kind, values, wrong in (
        ("meeting", held, {"ended_at": "2026-09-03 08:00"}),
        ("post", post, {"to_on": "2026-02-28"}),
    ):
        with pytest.raises(UserError) as refused:
            records.add(office, kind, values | wrong)
        assert refused.value.code == "backwards"
        made = records.add(office, kind, values).id
        with pytest.raises(UserError):
            records.edit(office, kind, made, wrong)
        assert len(records.query(office, kind)) == 1
    sheet = [["党组织", "姓名", "职务", "任职日期", "免职日期"], ["第一党支部", "周八", "委员", "2026.3.1", "2026.2.1"]]
    assert counts(take(office, "posts", block(sheet)))[4] == 1


def test_a_ledger_entry_is_told_before_it_is_late(office: Office) -> None:
    values = {"source": "自查", "problem": "会议记录不全"}
    far, near, late = (
        ledgers.add(office, "rectification", values | {"due_on": due}).id
        for due in ("2026-10-16", "2026-10-15", "2026-09-29")
    )
    found = findings.every(office, rule="LEDGER")
    assert [(one.records, one.severity, one.step) for one in found] == [((late,), "error", 0), ((near,), "warning", 15)]
    assert [one.records for one in home.due(office) if one.kind == "ledger_entry"] == [(late,), (near,)]
    assert far not in {record for one in found for record in one.records}


def test_an_account_sees_the_findings_of_its_unit(office: Office) -> None:
    first = branch_of(office, "甲支部", units="", term_years="1")
    second = branch_of(office, "乙支部", term_years="1")
    assert sorted(told(office, "TERM")) == sorted([first, second])
    office.actor = Actor("李四", "clerk", frozenset({first}))
    assert told(office, "TERM") == [first]


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    return made


def test_the_command_lists_what_home_and_forms_say(cli: Cli) -> None:
    branch = cli.branch(term_elected_on="2023-05-10", field="机关")
    cli.member(member_class="预备党员", joined_on="2025-09-20", confirmed_on="")
    found = cli.ok("findings")["findings"]
    term = next(one for one in found if one["rule"] == "TERM")
    assert (term["severity"], term["subject_kind"], term["subject_id"]) == ("error", "organisation", branch)
    assert (term["subject"], term["due_on"], term["edition"]) == ("第一党支部", "2026-05-10", "任期意见2018")
    assert term["message"] and term["article"]
    assert {one["rule"] for one in cli.ok("findings", "--rule", "ADM_PROB")["findings"]} == {"ADM_PROB"}
    assert cli.ok("findings", "--scope", "第一党支部", "--rule", "TERM")["findings"] == [term]
    cli.refused(1, "not_found", "findings", "--rule", "NONE")
    (missed,) = cli.ok("findings", "--rule", "MEET_Q", "--scope", "第一党支部")["findings"][:1]
    assert (missed["subject_kind"], missed["subject_id"]) == ("organisation", branch)
    assert (missed["subject"], missed["message"]) == ("第一党支部", "未按时开支部党员大会")
