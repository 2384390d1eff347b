"""Checks of ledgers are findings like those of the rule book: home page, form, list of findings and command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_kit import PASSWORD, Cli
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services import home
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import work_days
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.rules import book, findings, whole
from ledger_kit import put_template
from office_kit import add_branch, add_member, new_office

TEMPLATE = {
    "key": "visits",
    "title": "联系记录",
    "ledger_class": "党员教育管理",
    "opened": "on",
    "columns": [
        {"name": "what", "label": "事项", "required": True},
        {"name": "on", "label": "日期", "type": "date"},
        {"name": "owner", "label": "联系人"},
        {"name": "member", "label": "党员", "type": "member"},
        {"name": "score", "label": "得分", "type": "integer"},
    ],
    "checks": [
        {"key": "owner", "kind": "empty", "title": "没有联系人", "columns": ["owner"], "severity": "error"},
        {"key": "none", "kind": "who_has_none", "title": "支部没有联系记录", "each": "branch"},
        {"key": "mobile", "kind": "who_has_none", "title": "流动党员没有联系", "each": "category:流动党员",
         "by": "member", "days": 30},
        {"key": "low", "kind": "below", "title": "得分低", "value": "score", "mark": 70, "source": "街道办法"},
        {"key": "old", "kind": "older_than", "title": "五个工作日", "date": "on", "working_days": 5},
    ],
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    put_template(made, tmp_path, TEMPLATE)
    yield made
    made.close()


def told(office: Office, rule: str, **options: Any) -> list[tuple[str, ...]]:
    return [one.records for one in whole.every(office, rule=rule, **options)]


def test_a_check_is_told_by_home_page_list_and_form(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    bad = ledgers.add(office, "visits", {"what": "走访", "organisation": branch}).id
    good = ledgers.add(office, "visits", {"what": "走访", "organisation": branch, "owner": "张三"}).id
    (one,) = [each for each in whole.every(office) if each.rule == "visits.owner"]
    assert (one.severity, one.records, one.field) == ("error", (bad,), "owner")
    assert one.text.startswith("联系记录 VISITS-2026-001：走访：没有填联系人")
    assert one in findings.every(office, rule="visits.owner")
    assert told(office, "VISITS.Owner") == [(bad,)]
    assert (bad,) in [each.records for each in home.due(office) if each.rule == "visits.owner"]
    assert [each.rule for each in records.get(office, "ledger_entry", bad).findings if each.rule != "visits.old"] == [
        "visits.owner"
    ]
    assert "visits.owner" not in [each.rule for each in records.get(office, "ledger_entry", good).findings]
    with pytest.raises(UserError, match="没有“visits.gone”这条规则"):
        told(office, "visits.gone")


def test_who_has_none_asks_the_tree_and_the_roster(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    away = add_member(office, "张三", first, 1, categories="流动党员")
    assert sorted(told(office, "visits.none")) == sorted([(first,), (second,)])
    assert told(office, "visits.mobile") == [(away,)]
    ledgers.add(office, "visits", {"what": "电话", "organisation": first, "member": "张三", "on": "2026-09-20"})
    assert told(office, "visits.none") == [(second,)]
    assert told(office, "visits.mobile") == []
    assert told(office, "visits.none", scope=first) == []
    office.actor = Actor("李四", "clerk", frozenset({first}))
    assert told(office, "visits.none") == []


def test_a_street_sets_a_mark_otherwise_with_reason_and_document(office: Office) -> None:
    entry = ledgers.add(office, "visits", {"what": "考核", "owner": "张三", "score": "72"}).id
    assert told(office, "visits.low") == []
    with pytest.raises(UserError, match="写明原因和依据的文号"):
        book.put_override(office, "visits.low", {"parameters": {"mark": 75}})
    given = {"parameters": {"mark": "75"}, "reason": "从严", "document": "街发〔2026〕8号"}
    book.put_override(office, "VISITS.LOW", given)
    (one,) = whole.every(office, rule="visits.low")
    assert (one.records, one.edition) == ((entry,), "本单位")
    assert one.article == "街道办法；本单位另定（街发〔2026〕8号，从严）"
    assert "低于 75" in one.message
    history.undo(office)
    assert told(office, "visits.low") == []


def test_the_rule_book_takes_an_override_the_same_way(office: Office) -> None:
    branch = add_branch(office, "甲支部", field="机关", term_elected_on="2025-01-10")
    for serial in range(1, 4):
        add_member(office, f"党员{serial}", branch, serial)
    assert told(office, "BRANCH_SIZE") == []
    given = {"parameters": {"max_members": 2}, "reason": "试点", "document": "街发〔2026〕9号"}
    book.put_override(office, "BRANCH_SIZE", given | {"since": "2026-10"})
    assert told(office, "BRANCH_SIZE") == []  # not yet
    book.put_override(office, "BRANCH_SIZE", given)
    (one,) = whole.every(office, rule="BRANCH_SIZE")
    assert "本单位另定（街发〔2026〕9号，试点）" in one.article
    book.drop_override(office, "BRANCH_SIZE")
    assert told(office, "BRANCH_SIZE") == []


@pytest.mark.parametrize(
    ("code", "table", "words"),
    [
        ("TERM", {"parameters": {"branch_years": 4}}, "不能另定"),
        ("DUES_CAP", {"parameters": {"amount": "2000.00"}}, "不能另定"),
        ("VOTE_ELECTION", {"parameters": {"quorum_numerator": 3}}, "不能另定"),
        ("BRANCH_SIZE", {"parameters": {"kinds": 1}}, "可以另定的有：max_members"),
        ("BRANCH_SIZE", {"parameters": {"max_members": "很多"}}, "要写一个数"),
        ("BRANCH_SIZE", {"parameters": {"max_members": "1.5"}}, "要写整数"),
        ("BRANCH_SIZE", {"parameters": {"max_members": -1}}, "不能是负数"),
        ("BRANCH_SIZE", {"severity": "fatal"}, "轻重只能是"),
        ("BRANCH_SIZE", {"lead_days": [-1]}, "不小于0"),
        ("BRANCH_SIZE", {"since": "明年", "severity": "info"}, "看不懂"),
        ("BRANCH_SIZE", {}, "没有写另定什么"),
        ("BRANCH_SIZE", {"colour": 1}, "不认识“colour”"),
    ],
)
def test_an_override_that_means_nothing_is_refused(
    office: Office, code: str, table: dict[str, Any], words: str
) -> None:
    with pytest.raises(UserError, match=words):
        book.put_override(office, code, {"reason": "试", "document": "1号", **table})


def test_a_year_of_holidays_is_shared_and_undone(office: Office) -> None:
    assert 2027 not in work_days.calendar(office).years
    table = {"year": 2027, "off": ["2027-01-01/2027-01-03"], "on": [], "source": "国务院办公厅通知"}
    work_days.put(office, table)
    assert not work_days.calendar(office).works(work_days.calendar(office).years[2027].off.__iter__().__next__())
    history.undo(office)
    assert 2027 not in work_days.calendar(office).years
    with pytest.raises(UserError, match="依据"):
        work_days.put(office, table | {"source": ""})


def test_an_entry_of_a_closed_ledger_is_not_told(office: Office, tmp_path: Path) -> None:
    ledgers.add(office, "visits", {"what": "走访"})
    put_template(office, tmp_path, TEMPLATE | {"restricted": True, "readers": ["administrator"]})
    assert len(told(office, "visits.owner")) == 1
    office.actor = Actor("李四", "clerk", None)
    assert told(office, "visits.owner") == []


def test_the_command_lists_checks_overrides_and_holidays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    path = tmp_path / "template.json"
    path.write_text(json.dumps(TEMPLATE, ensure_ascii=False), encoding="utf-8")
    cli.ok("ledger", "template", path)
    cli.ok("ledger", "add", "visits", "what=走访", "score=72")
    (one,) = cli.ok("findings", "--rule", "visits.owner")["findings"]
    assert (one["rule"], one["subject_kind"], one["severity"]) == ("visits.owner", "ledger_entry", "error")
    (rule,) = cli.ok("rules", "list", "--code", "visits.low")["rules"]
    assert (rule["overridden"], rule["parameters"]) == (False, {"mark": 70})
    words = ("--reason", "从严", "--document", "街发〔2026〕8号")
    cli.ok("rules", "set", "visits.low", "mark=75", *words)
    (rule,) = cli.ok("rules", "list", "--code", "visits.low")["rules"]
    assert (rule["overridden"], rule["parameters"], rule["edition"]) == (True, {"mark": 75}, "本单位")
    assert len(cli.ok("findings", "--rule", "visits.low")["findings"]) == 1
    cli.refused(1, "bad_override", "rules", "set", "TERM", "branch_years=4", *words)
    cli.ok("rules", "reset", "visits.low")
    assert cli.ok("findings", "--rule", "visits.low")["findings"] == []
    holidays = tmp_path / "2027.toml"
    holidays.write_text('[[year]]\nyear = 2027\nsource = "通知"\noff = ["2027-01-01"]\n', encoding="utf-8")
    cli.ok("holidays", "set", holidays)
    years = cli.ok("holidays", "list")["years"]
    assert (years[-1]["year"], years[-1]["own"], years[0]["own"]) == (2027, True, False)


def test_a_person_in_a_text_that_is_declared_free_of_persons_is_told(office: Office, tmp_path: Path) -> None:
    columns = [{"name": "what", "label": "内容", "type": "long_text", "persons": False}]
    put_template(
        office, tmp_path, {"key": "requests", "title": "诉求", "ledger_class": "特色党建工作", "columns": columns}
    )
    branch = add_branch(office, "甲支部")
    add_member(office, "王小明", branch, 1)
    named = ledgers.add(office, "requests", {"what": "王小明反映路灯不亮"})
    ledgers.add(office, "requests", {"what": "3号楼路灯不亮"})
    (one,) = whole.every(office, rule="NO_PERSONS")
    assert (one.records, one.field, one.severity) == ((named.id,), "what", "warning")
    assert one.message == "“内容”里有姓名（王＊＊），这一栏声明不写人，请改写。"
    assert "王小明" not in one.text
    assert "NO_PERSONS" in [each.rule for each in named.findings]


def test_a_forbidden_subject_is_refused_when_it_is_put_in(office: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="不给居民家庭建档。可以建：诉求登记"):
        put_template(office, tmp_path, TEMPLATE | {"key": "houses", "title": "居民家庭一户一档"})
    assert "houses" not in office.templates


def test_figures_of_a_ledger_by_group_and_its_checks_as_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    branch = cli.branch()
    figures = [{"key": "all", "label": "次数", "unit": "次", "definition": "全部。", "by": ["unit"]}]
    path = tmp_path / "template.json"
    path.write_text(json.dumps(TEMPLATE | {"figures": figures}, ensure_ascii=False), encoding="utf-8")
    cli.ok("ledger", "template", path)
    made = cli.ok("ledger", "add", "visits", "what=走访", "organisation=第一党支部", "on=2026-09-01")["id"]
    whole_ledger = {one["key"]: one for one in cli.ok("ledger", "figures", "visits")["figures"]}
    assert (whole_ledger["all"]["printed"], whole_ledger["all"]["records"]) == ("1次", [made])
    assert (whole_ledger["check_owner"]["numerator"], whole_ledger["check_owner"]["records"]) == (1, [made])
    assert whole_ledger["check_none"]["records"] == []
    (unit,) = cli.ok("ledger", "figures", "visits", "--by", "unit")["figures"]
    assert (unit["group"], unit["numerator"], branch != "") == ("第一党支部", 1, True)
    cli.refused(1, "bad_group", "ledger", "figures", "visits", "--by", "owner")


def test_an_override_whose_rule_is_gone_is_told_and_not_passed_over(office: Office, tmp_path: Path) -> None:
    given = {"parameters": {"mark": 75}, "reason": "从严", "document": "街发〔2026〕8号"}
    book.put_override(office, "visits.low", given)
    assert whole.every(office, rule="OVERRIDE_UNFIT") == []
    put_template(office, tmp_path, TEMPLATE | {"checks": []})
    (one,) = whole.every(office, rule="OVERRIDE_UNFIT")
    assert one.message.startswith("本单位另定的规则“visits.low”用不上：没有“visits.low”这条规则")
