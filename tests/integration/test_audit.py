"""查阅登记: every act in words, for administrators only, never with a number in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from cli_kit import PASSWORD as CLI_PASSWORD
from cli_kit import Cli
from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import accounts, audit
from dangjian_desktop.services.office.audit_text import ACT_NAMES
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import exporting, report_batches, reports
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import PASSWORD, add_branch, add_member, id_number, new_office

SOURCES = Path(__file__).resolve().parents[2] / "src"
NUMBER = id_number(serial=1)
PHONE = "13800001111"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def member(office: Office) -> str:
    return add_member(office, "王小明", add_branch(office, "第一党支部"), phone=PHONE)


def acts(office: Office, **asked: object) -> list[tuple[str, str, str]]:
    return [(row.act, row.what, row.reason) for row in audit.listing(office, **asked)]  # type: ignore[arg-type]


def test_a_number_that_was_looked_at_is_told_with_whose_it_is_and_why(office: Office, member: str) -> None:
    records.reveal(office, "member", member, "id_number", "核对档案")
    assert acts(office, act="reveal") == [("查看完整信息", "党员“王小明”的公民身份号码", "核对档案")]
    assert audit.listing(office)[0].account == "张三"


def test_numbers_written_into_a_reason_or_a_file_name_are_masked(office: Office, member: str, tmp_path: Path) -> None:
    reason = f"核对{NUMBER}和{PHONE}"
    records.reveal(office, "member", member, "phone", reason)
    exporting.export(office, "member", tmp_path / f"{NUMBER}.xlsx", masked=False, reason=reason)
    written = tmp_path / "登记.xlsx"
    audit.export(office, written)
    told = " ".join(str(cell) for row in load_workbook(written).active.values for cell in row)
    told += repr(audit.listing(office))
    assert NUMBER not in told
    assert PHONE not in told
    assert told.count("429***********") >= 2


def test_reports_of_many_organisations_are_one_line_with_how_many(office: Office, tmp_path: Path) -> None:
    units = [add_branch(office, f"春天第{name}党支部") for name in "一二三四"]
    report_batches.make_each(office, ReportRequest("roster"), tmp_path, units)
    names = [f"春天第{name}党支部_党员花名册_{office.today()}.{form}" for name in "一二三" for form in ("pdf", "xlsx")]
    assert acts(office)[0][1] == f"“党员花名册”，隐去中间位，4个党组织各一份；文件：{'、'.join(names)}等8个"


def test_lists_reports_ledgers_and_clearings_are_told_as_the_office_calls_them(
    office: Office, member: str, tmp_path: Path
) -> None:
    branch = records.get(office, "member", member).values["organisation"]
    listings.reveal_list(office, "member", 1, "电话通知")
    exporting.export(office, "member", tmp_path / "名册.xlsx", scope=branch)
    exporting.export(office, "ledger_entry", tmp_path / "整改.xlsx", template="rectification")
    reports.make(office, ReportRequest("roster", masked=False, reason="上级来查"), tmp_path, formats=["xlsx"])
    history.clear(office, "member", [member], ["phone"], "已满保存年限")
    found = acts(office)
    reports.make(office, ReportRequest("quarterly", period="2026Q3"), tmp_path, formats=["xlsx"])
    assert acts(office)[0][1].startswith("“党组织和党员基本情况报表”（2026年第3季度），隐去中间位；文件：")
    assert found[0] == ("按期清除", "党员 1 条：手机号码", "已满保存年限")
    assert found[1][1].startswith("“党员花名册”，显示全文；文件：")
    assert found[1][2] == "上级来查"
    assert found[2][1] == "“问题整改台账”，0 条，隐去中间位；文件：整改.xlsx"
    assert found[3][1] == "党员（第一党支部），1 条，隐去中间位；文件：名册.xlsx"
    assert found[4] == ("查看完整信息", "党员 1 条，显示全文", "电话通知")


def test_an_entry_is_told_by_its_number_not_by_what_it_says(office: Office, member: str) -> None:
    entry = ledgers.add(office, "care-visits", {"member": member, "item": "被子"}).id
    records.reveal(office, "ledger_entry", entry, "item", "核对")
    assert audit.listing(office)[0].what == "走访慰问登记 ZF-2026-001的慰问物品"


def test_accounts_are_told_with_role_and_unit(office: Office) -> None:
    branch = add_branch(office, "第一党支部")
    accounts.add(office, "李四", "secretary", PASSWORD, scope=branch)
    accounts.set_role(office, "李四", "clerk")
    accounts.disable(office, "李四")
    accounts.rotate_recovery_key(office)
    assert acts(office, act="account") == [
        ("更换恢复密钥", "", ""),
        ("停用账户", "账户“李四”", ""),
        ("改账户角色", "账户“李四”，党务干部，整个文件", ""),
        ("新增账户", "账户“李四”，支部书记，第一党支部", ""),
    ]


def test_only_administrators_read_it(office: Office, tmp_path: Path) -> None:
    for role in ("secretary", "clerk", "grid_worker", "reader"):
        office.actor = Actor("别人", role)
        for ask in (audit.listing, audit.people, lambda o: audit.export(o, tmp_path / "登记.xlsx")):
            with pytest.raises(UserError) as refused:
                ask(office)
            assert refused.value.code == "not_allowed"
    assert not (tmp_path / "登记.xlsx").exists()


def test_an_administrator_of_one_unit_is_not_told_whose_number_was_seen_elsewhere(office: Office, member: str) -> None:
    own = add_branch(office, "第二党支部")
    office.actor = Actor("管", "administrator")
    records.reveal(office, "member", member, "id_number", "核对")
    office.actor = Actor("管", "administrator", frozenset({own}))
    assert audit.listing(office)[0].what == "您的账户范围以外的记录的公民身份号码"


def test_an_administrator_of_one_unit_reads_the_acts_of_the_accounts_of_that_unit(office: Office, member: str) -> None:
    own, other = add_branch(office, "第二党支部"), add_branch(office, "第三党支部")
    accounts.add(office, "二支部干事", "clerk", PASSWORD, scope=own)
    accounts.add(office, "三支部干事", "clerk", PASSWORD, scope=other)
    records.reveal(office, "member", member, "id_number", "核对")
    for name in ("二支部干事", "三支部干事"):
        office.actor = Actor(name, "clerk")
        office.audit("login", {})
    office.actor = Actor("管", "administrator", frozenset({own}))
    office.audit("login", {})
    assert [row.account for row in audit.listing(office)] == ["管", "二支部干事"]
    assert set(audit.people(office)) == {"管", "二支部干事"}
    assert audit.listing(office, who="三支部干事") == []


def test_narrowed_to_an_account_a_kind_and_days(office: Office, member: str) -> None:
    records.reveal(office, "member", member, "phone", "甲")
    office.actor = Actor("李四", "administrator")
    records.reveal(office, "member", member, "phone", "乙")
    office.audit("backup", {"file": "一.djb"})
    today = office.clock.now().astimezone().date()
    assert [row.reason for row in audit.listing(office, who="李四", act="查看完整信息")] == ["乙"]
    assert [row.reason for row in audit.listing(office, act="reveal")] == ["乙", "甲"]
    everything = audit.listing(office)
    assert audit.listing(office, since=today, until=today) == everything
    assert audit.listing(office, since=today + timedelta(days=1)) == []
    assert audit.listing(office, until=today - timedelta(days=1)) == []
    assert audit.people(office) == ["张三", "李四"]
    assert [row.id for row in audit.listing(office, limit=1, before=everything[0].id)] == [everything[1].id]


def test_an_unknown_kind_of_act_names_the_known_ones(office: Office) -> None:
    with pytest.raises(UsageError, match="查看完整信息"):
        audit.listing(office, act="看")


def test_the_sheet_holds_what_was_asked_for_and_its_writing_is_an_act(
    office: Office, member: str, tmp_path: Path
) -> None:
    records.reveal(office, "member", member, "phone", "慰问")
    written = tmp_path / "登记.xlsx"
    assert audit.export(office, written, act="reveal") == 1
    header, row = load_workbook(written).active.values
    assert header == ("时间", "账户", "事项", "内容", "原因")
    assert row[1:] == ("张三", "查看完整信息", "党员“王小明”的手机号码", "慰问")
    assert audit.listing(office)[0].what == "“查阅登记”，1 条，隐去中间位；文件：登记.xlsx"
    with pytest.raises(UsageError):
        audit.export(office, tmp_path / "登记.pdf")


def test_every_act_that_the_program_writes_has_a_name_and_a_kind() -> None:
    written = {
        action
        for source in SOURCES.rglob("*.py")
        for action in re.findall(r'\.audit\(\s*"(\w+)"', source.read_text("utf-8"))
    }
    assert len(written) > 8
    assert written <= set(ACT_NAMES)
    assert set(ACT_NAMES) == {action for _name, actions in audit.ACTS.values() for action in actions}


def test_the_command_lists_and_writes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", CLI_PASSWORD)
    cli = Cli(tmp_path / "测试 街道.djd", capsys)
    cli.new()
    cli.branch()
    cli.member()
    cli.ok("list", "member", "--full", "--reason", "核对名册")
    today = date.today().isoformat()
    found = cli.ok("audit", "--act", "reveal", "--from", today, "--to", today)["audit"]
    assert [(one["act"], one["what"], one["reason"]) for one in found] == [
        ("查看完整信息", "党员 1 条，显示全文", "核对名册")
    ]
    assert cli.ok("audit", "--who", "没有这个人")["audit"] == []
    assert len(cli.ok("audit", "--limit", "2")["audit"]) == 2
    out = tmp_path / "登记.xlsx"
    assert cli.ok("audit", "--act", "登录", "-o", out)["rows"] >= 4
    assert out.exists()
    assert "查看完整信息" in cli.plain("--file", cli.file, "audit").out
    cli.refused(2, "act_unknown", "audit", "--act", "看")
    secret = tmp_path / "p.txt"
    secret.write_text(CLI_PASSWORD, "utf-8")
    cli.ok("account", "add", "李四", "--role", "clerk", "--new-password-file", secret)
    cli.refused(1, "not_allowed", "audit", "--account", "李四")
