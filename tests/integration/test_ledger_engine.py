"""The ledger engine end to end: every type of column, child rows, references that follow, locks, roles, computed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_kit import Cli
from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.ledgers import child_rows, ledgers, own_templates
from dangjian_desktop.services.ledgers.child_rows import RowEdit
from dangjian_desktop.services.office import accounts, integrity, opening, shared
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attachments, listings, records
from dangjian_desktop.services.records.records import Filter
from dangjian_desktop.services.reports import exporting
from office_kit import PASSWORD, add_branch, add_member, new_office

ENTRY = "ledger_entry"
ROLES = ["administrator", "clerk"]

NEEDS: dict[str, Any] = {
    "key": "wants",
    "title": "需求台账",
    "ledger_class": "特色党建工作",
    "columns": [{"name": "what", "label": "需求", "required": True, "table": True}],
    "states": [{"key": "open", "label": "待对接"}, {"key": "met", "label": "已满足", "terminal": True}],
    "transitions": [
        {"source": "open", "target": "met", "roles": ROLES},
        {"source": "met", "target": "open", "roles": ROLES},
    ],
}

PROJECTS: dict[str, Any] = {
    "key": "projects",
    "title": "项目台账",
    "edition": "2026.1",
    "ledger_class": "特色党建工作",
    "number_rule": "XM-{year}-{serial:03}",
    "title_column": "name",
    "due": "due_on",
    "columns": [
        {"name": "name", "label": "项目", "required": True, "table": True},
        {"name": "need", "label": "对应需求", "type": "entry", "ledger": "wants", "follow": {"done": "met"}},
        {"name": "tags", "label": "五联", "type": "choices", "choices": ["组织联建", "资源联享", "实事联办"]},
        {"name": "share", "label": "自筹比例", "type": "decimal", "places": 1, "unit": "%", "least": 0, "most": 100},
        {"name": "team", "label": "负责党员", "type": "members"},
        {"name": "owner", "label": "责任人", "type": "member"},
        {"name": "acceptor", "label": "验收人", "type": "member"},
        {"name": "photos", "label": "现场照片", "type": "attachment"},
        {"name": "secret", "label": "内部意见", "readers": ["administrator"]},
        {"name": "due_on", "label": "期限", "type": "date"},
        {"name": "spent", "label": "已用经费", "type": "computed", "formula": "sum(steps.cost)", "result": "money"},
    ],
    "rows": [
        {"name": "steps", "label": "节点", "order": "day", "columns": [
            {"name": "what", "label": "内容", "required": True},
            {"name": "day", "label": "完成日", "type": "date"},
            {"name": "cost", "label": "经费", "type": "money", "least": 0},
            {"name": "who", "label": "经手党员", "type": "member"},
            {"name": "proof", "label": "凭证", "type": "attachment"},
            {"name": "remark", "label": "内部备注", "readers": ["administrator"]},
        ]},
    ],
    "states": [
        {"key": "plan", "label": "计划", "days": 20},
        {"key": "run", "label": "实施", "working_days": 3},
        {"key": "done", "label": "办结", "terminal": True, "locked": True},
    ],
    "transitions": [
        {"source": "plan", "target": "run", "roles": ROLES, "needs": ["steps"]},
        {"source": "run", "target": "done", "roles": ROLES, "needs": ["owner"], "not_by": "owner", "by": "acceptor"},
        {"source": "run", "target": "plan", "roles": ROLES, "reason": True},
        {"source": "done", "target": "run", "roles": ROLES},
    ],
}  # fmt: skip


def put(office: Office, folder: Path, *templates: dict[str, Any]) -> None:
    for template in templates:
        path = folder / f"{template['key']}.json"
        path.write_text(json.dumps(template, ensure_ascii=False), encoding="utf-8")
        own_templates.put(office, own_templates.look(office, path))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = new_office(tmp_path)
    put(found, tmp_path, NEEDS, PROJECTS)
    yield found
    found.close()


@pytest.fixture
def cli(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    return Cli(office.path, capsys)


def person(office: Office, name: str, serial: int = 1) -> str:
    branches = records.query(office, "organisation", text="第一党支部")
    return add_member(office, name, branches[0] if branches else add_branch(office, "第一党支部"), serial)


def project(office: Office, **values: Any) -> str:
    return ledgers.add(office, "projects", {"name": "加装路灯"} | values).id


def shown(office: Office, entry: str) -> Any:
    return listings.records_on(office, ENTRY, [entry])[0]


def rows(office: Office, entry: str) -> list[Any]:
    return list(child_rows.lists(office, entry)[0].shown)


def refused(code: str, do: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        do()
    assert caught.value.code == code, caught.value.message
    return caught.value


# -- types of columns -----------------------------------------------------------------------------


def test_every_type_is_typed_kept_and_printed(office: Office, tmp_path: Path) -> None:
    need = ledgers.add(office, "wants", {"what": "楼道太暗"}).id
    zhang, li = person(office, "张三"), person(office, "李四", 3)
    entry = project(
        office,
        need="WANTS-2026-001",
        tags="实事联办、组织联建",
        share="33.34",
        team="张三；李四",
        owner="张三",
    )
    kept = records.get(office, ENTRY, entry).values
    assert kept["need"] == need and kept["tags"] == ["组织联建", "实事联办"]
    assert kept["share"] == "33.3" and kept["team"] == [zhang, li]
    told = shown(office, entry)["values"]
    assert told["need"] == "WANTS-2026-001 楼道太暗" and told["tags"] == "组织联建；实事联办"
    assert told["team"] == "张三；李四" and told["share"] == "33.3"
    assert shown(office, entry)["edition"] == "2026.1"
    # What was printed is taken in again.
    records.edit(office, ENTRY, entry, {name: told[name] for name in ("need", "tags", "team", "share")})
    assert records.get(office, ENTRY, entry).values["need"] == need


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [("share", "101", "bad_value"), ("tags", "没有的", "bad_value"), ("need", "XX-1", "entry_unknown"),
     ("team", "没有这人", "member_unknown"), ("spent", "5", "not_editable"), ("photos", "没有.jpg", "file_not_found")],
)  # fmt: skip
def test_what_cannot_be_is_refused(office: Office, column: str, typed: str, code: str) -> None:
    refused(code, lambda: project(office, **{column: typed}))


def test_files_of_a_column_are_attached_in_the_same_operation(office: Office, tmp_path: Path) -> None:
    paper = tmp_path / "验收单.pdf"
    paper.write_bytes(b"%PDF-1.4 paper")
    entry = project(office, photos=str(paper))
    assert [file.title for file in attachments.listed(office, ENTRY, entry)] == ["验收单.pdf"]
    assert shown(office, entry)["values"]["photos"] == "验收单.pdf"
    other = tmp_path / "清单.txt"
    other.write_text("一", encoding="utf-8")
    records.edit(office, ENTRY, entry, {"photos": f"验收单.pdf；{other}"})
    assert shown(office, entry)["values"]["photos"] == "验收单.pdf；清单.txt"
    history.undo(office)
    assert [file.title for file in attachments.listed(office, ENTRY, entry)] == ["验收单.pdf"]
    assert integrity.check(office) == []


def test_a_referred_entry_is_not_removed_from_under_it(office: Office) -> None:
    need = ledgers.add(office, "wants", {"what": "楼道太暗"}).id
    zhang = person(office, "张三")
    entry = project(office, need=need)
    child_rows.add(office, entry, "steps", {"what": "勘察", "who": "张三"})
    with pytest.raises(UserError):
        history.undo(office, operation=history.history(office, ENTRY, need)[0].operation)
    with pytest.raises(UserError):
        history.undo(office, operation=history.history(office, "member", zhang)[0].operation)


# -- child rows -----------------------------------------------------------------------------------


def test_rows_are_added_changed_taken_out_and_undone(office: Office) -> None:
    entry = project(office)
    _, second = child_rows.add(office, entry, "节点", {"内容": "施工", "day": "2026-08", "cost": "1200.50"})
    _, first = child_rows.add(office, entry, "steps", {"what": "勘察", "day": "2026-07-01", "cost": "99.5"})
    assert [row.printed["what"] for row in rows(office, entry)] == ["勘察", "施工"]
    assert shown(office, entry)["values"]["spent"] == "1300.00"
    assert shown(office, entry)["rows"]["steps"][0]["cost"] == "99.50"
    child_rows.change(
        office, entry, "steps", [RowEdit(second, {"cost": "0"}), RowEdit(None, {"what": "验收", "cost": "1"})]
    )
    child_rows.remove(office, entry, "steps", [first])
    assert [row.printed["what"] for row in rows(office, entry)] == ["施工", "验收"]
    assert shown(office, entry)["values"]["spent"] == "1.00"
    told = history.history(office, ENTRY, entry)[-1]
    assert told.label == "节点" and told.before == "内容：勘察，完成日：2026-07-01，经费：99.50" and told.after == ""
    history.undo(office)
    history.undo(office)
    assert [row.printed["what"] for row in rows(office, entry)] == ["勘察", "施工"]
    assert rows(office, entry)[1].values["cost"] == 120050
    assert integrity.check(office) == []


def test_a_row_is_refused_as_a_whole(office: Office) -> None:
    entry = project(office)
    refused("required", lambda: child_rows.add(office, entry, "steps", {"day": "2026-07-01"}))
    refused("bad_value", lambda: child_rows.add(office, entry, "steps", {"what": "甲", "cost": "-1"}))
    refused("not_found", lambda: child_rows.remove(office, entry, "steps", ["没有"]))
    with pytest.raises(UsageError):
        child_rows.add(office, entry, "bogus", {"what": "甲"})
    with pytest.raises(UsageError):
        child_rows.add(office, entry, "steps", {"colour": "red"})
    records.remove(office, ENTRY, entry)
    refused("removed", lambda: child_rows.add(office, entry, "steps", {"what": "甲"}))
    assert rows(office, entry) == []


# -- states ---------------------------------------------------------------------------------------


def test_deadline_by_state_lock_and_reopening(office: Office) -> None:
    person(office, "李四")
    entry = project(office, owner="李四")
    opened = office.today()
    due = records.get(office, ENTRY, entry).values["due_on"]
    assert (type(opened).fromisoformat(due) - opened).days == 20
    refused("bad_move", lambda: ledgers.move(office, entry, "run"))
    _, key = child_rows.add(office, entry, "steps", {"what": "施工"})
    ledgers.move(office, entry, "run")
    # Three working days after 30 September, over the holidays of October.
    assert records.get(office, ENTRY, entry).values["due_on"] == "2026-10-10"
    refused("closed_entry", lambda: child_rows.remove(office, entry, "steps", [key]))
    refused("reason", lambda: ledgers.move(office, entry, "plan"))
    ledgers.move(office, entry, "done")
    refused("closed_entry", lambda: records.edit(office, ENTRY, entry, {"tags": "组织联建"}))
    refused("closed_entry", lambda: child_rows.add(office, entry, "steps", {"what": "补"}))
    refused("closed_entry", lambda: child_rows.change(office, entry, "steps", [RowEdit(key, {"what": "改"})]))
    ledgers.move(office, entry, "run", reason="材料不实")
    child_rows.add(office, entry, "steps", {"what": "补"})


def test_the_owner_is_known_by_name_also_where_a_member_is_chosen(office: Office) -> None:
    person(office, "李四")
    entry = project(office, owner="李四", acceptor="李四")
    child_rows.add(office, entry, "steps", {"what": "施工"})
    ledgers.move(office, entry, "run")
    assert "本人" in refused("bad_move", lambda: ledgers.move(office, entry, "done")).message
    person(office, office.actor.name, 3)
    records.edit(office, ENTRY, entry, {"acceptor": None, "owner": office.actor.name})
    assert "不能自己" in refused("bad_move", lambda: ledgers.move(office, entry, "done")).message


def test_what_it_refers_to_follows_and_is_undone_with_it(office: Office) -> None:
    need = ledgers.add(office, "wants", {"what": "楼道太暗"}).id
    person(office, "李四")
    entry = project(office, need=need, owner="李四")
    child_rows.add(office, entry, "steps", {"what": "施工"})
    ledgers.move(office, entry, "run")
    saved = ledgers.move(office, entry, "done")
    assert "同时改为“已满足”" in saved.findings[0].message
    assert shown(office, need)["state"] == "已满足"
    assert [(each.label, each.column) for each in ledgers.referring(office, need)] == [
        ("XM-2026-001 加装路灯", "对应需求")
    ]
    alone = ledgers.add(office, "wants", {"what": "没人管"}).id
    assert ledgers.unmatched(office, "wants", "projects", "need") == [alone]
    history.undo(office)
    history.undo(office)
    assert shown(office, need)["state"] == "待对接" and shown(office, entry)["state"] == "实施"


# -- who sees what --------------------------------------------------------------------------------


def test_a_column_for_some_roles_is_in_no_list_form_history_or_row_of_others(office: Office) -> None:
    entry = project(office, secret="领导不同意")
    child_rows.add(office, entry, "steps", {"what": "施工", "remark": "绝密"})
    accounts.add(office, "小王", role="clerk", password=PASSWORD)
    path = office.path
    office.close()
    other = opening.open_office(path, password=PASSWORD, account="小王")
    try:
        view = records.get(other, ENTRY, entry)
        text = f"{shown(other, entry)}{view.values}{view.printed}{rows(other, entry)}"
        text += str(history.history(other, ENTRY, entry))
        assert "领导不同意" not in text and "绝密" not in text
        key = rows(other, entry)[0].key
        child_rows.change(other, entry, "steps", [RowEdit(key, {"what": "施工一"})])
        with pytest.raises(UsageError):
            records.edit(other, ENTRY, entry, {"secret": "改"})
        with pytest.raises(UsageError):
            records.query(other, ENTRY, template="projects", filters=[Filter("secret", "contains", "领导")])
        with pytest.raises(UsageError):
            records.query(other, ENTRY, template="projects", filters=[Filter("secret", "empty")])
    finally:
        other.close()
    again = opening.open_office(path, password=PASSWORD, account="张三")
    assert rows(again, entry)[0].values["remark"] == "绝密" and rows(again, entry)[0].values["what"] == "施工一"
    again.close()


# -- templates ------------------------------------------------------------------------------------


def test_a_faulty_template_keeps_no_list_and_no_file_closed(office: Office) -> None:
    entry = project(office)
    child_rows.add(office, entry, "steps", {"what": "施工", "cost": "3"})
    broken = json.dumps(PROJECTS, ensure_ascii=False, indent=1).replace('"type": "members"', '"type": "mumbers"')
    shared.put(office, shared.LEDGER_TEMPLATE, "projects", broken)
    fault = next(each for each in ledgers.faults(office) if each.key == "projects")
    line = next(number for number, text in enumerate(broken.split("\n"), 1) if "mumbers" in text)
    assert f"第{line}行" in fault.message and "mumbers" in fault.message
    assert shown(office, entry)["values"]["name"] == "加装路灯"
    assert records.query(office, ENTRY, template="projects") == [entry]
    refused("template_fault", lambda: child_rows.add(office, entry, "steps", {"what": "再加"}))


def test_a_state_that_a_template_lost_is_shown_by_its_key(office: Office) -> None:
    entry = project(office)
    fewer = PROJECTS | {"states": PROJECTS["states"][1:], "initial": "run", "transitions": PROJECTS["transitions"][1:2]}
    fewer["transitions"] = [PROJECTS["transitions"][1], PROJECTS["transitions"][3]]
    shared.put(office, shared.LEDGER_TEMPLATE, "projects", json.dumps(fewer, ensure_ascii=False))
    assert shown(office, entry)["state"] == "plan"
    assert records.rows(office, ENTRY, [entry], ["number", "state"])[0]["state"] == "plan"
    assert records.get(office, ENTRY, entry).printed["state"] == "plan"


def test_rows_by_command(office: Office, cli: Cli) -> None:
    entry = project(office)
    office.close()
    made = cli.ok("ledger", "rows", "projects", "XM-2026-001", "节点", "add", "what=施工", "cost=3.5")
    assert cli.ok("ledger", "rows", "projects", entry, "steps")["rows"] == [
        {"row": made["row"], "what": "施工", "day": "", "cost": "3.50", "who": "", "proof": "", "remark": ""}
    ]
    cli.ok("ledger", "rows", "projects", entry, "steps", "set", made["row"], "day=2026-05")
    cli.ok("ledger", "set", "projects", "XM-2026-001", "share=12.5", "tags=组织联建")
    shown = cli.ok("ledger", "show", "projects")
    assert shown["records"][0]["rows"]["steps"][0]["day"] == "2026-05"
    assert shown["records"][0]["values"]["spent"] == "3.50" and shown["records"][0]["values"]["share"] == "12.5"
    assert shown["ledger"]["rows"][0]["label"] == "节点"
    cli.ok("ledger", "rows", "projects", entry, "steps", "remove", made["row"])
    assert cli.ok("ledger", "rows", "projects", entry, "steps")["rows"] == []
    cli.refused(2, "unknown_rows", "ledger", "rows", "projects", entry, "bogus")
    cli.refused(2, "usage", "ledger", "rows", "projects", entry, "steps", "drop")


# -- lists ----------------------------------------------------------------------------------------


def test_lists_are_filtered_and_sorted_by_every_type(office: Office) -> None:
    person(office, "李四")
    person(office, "安一", 3)
    first = project(office, share="9.5", tags="组织联建；实事联办", owner="李四")
    second = project(office, share="12", tags="组织联建", owner="安一")
    third = project(office)
    child_rows.add(office, first, "steps", {"what": "一", "cost": "5"})
    child_rows.add(office, second, "steps", {"what": "一", "cost": "40"})
    child_rows.add(office, second, "steps", {"what": "二", "cost": "0"})

    def found(*filters: Filter, by: str = "number", down: bool = False) -> list[str]:
        return records.query(office, ENTRY, template="projects", filters=filters, order=[(by, down)])

    assert found(by="share") == [first, second, third] and found(by="share", down=True) == [second, first, third]
    assert found(by="spent", down=True)[:2] == [second, first] and found(by="steps")[:2] == [first, second]
    assert found(by="owner")[:2] == [second, first]
    assert found(Filter("share", "ge", "10")) == [second] and found(Filter("share", "empty")) == [third]
    assert found(Filter("tags", "eq", "组织联建")) == [first, second]
    assert found(Filter("tags", "contains", "实事")) == [first]
    assert found(Filter("owner", "eq", "安一")) == [second] and found(Filter("owner", "contains", "安")) == [second]
    assert found(Filter("spent", "le", "5")) == [first, third] and found(Filter("steps", "ge", "2")) == [second]


# -- sheets ---------------------------------------------------------------------------------------


def test_entries_and_child_rows_go_out_and_come_back(office: Office, tmp_path: Path) -> None:
    ledgers.add(office, "wants", {"what": "楼道太暗"})
    person(office, "李四")
    entry = project(office, need="WANTS-2026-001", tags="组织联建、实事联办", team="李四", share="9.5", secret="甲")
    key = child_rows.add(office, entry, "steps", {"what": "勘察", "day": "2026-07", "cost": "3.5", "who": "李四"})[1]
    whole, rows_only = tmp_path / "项目.xlsx", tmp_path / "节点.xlsx"
    exporting.export(office, ENTRY, whole, template="projects")
    assert exporting.export(office, ENTRY, rows_only, template="projects.steps").rows == 1
    for kind, path in (("ledger:projects", whole), ("ledger:projects.steps", rows_only)):
        plan = importing.prepare(office, kind, path)
        assert plan.problems == [] and plan.counts["unchanged"] == 1, (kind, plan.rows)
    typed = "编号\t行号\t内容\t完成日\t经费\nXM-2026-001\t\t施工\t2026-08\t20\nXM-2026-001\t\t验收\t\t\n"
    typed += f"XM-2026-001\t{key}\t勘察\t2026-07-02\t\nXM-2026-009\t\t没有\t\t\nXM-2026-001\t\t\t2026-09\t\n"
    plan = importing.prepare(office, "ledger:projects.steps", typed)
    assert plan.counts["updated"] == 3 and plan.counts["rejected"] == 2
    importing.apply(office, plan)
    assert [row.printed["what"] for row in rows(office, entry)] == ["勘察", "施工", "验收"]
    assert rows(office, entry)[0].printed["day"] == "2026-07-02" and rows(office, entry)[0].printed["cost"] == "3.50"
    assert importing.prepare(office, "ledger:projects.steps", typed).counts["updated"] == 0
    history.undo(office)
    assert [row.printed["what"] for row in rows(office, entry)] == ["勘察"]
