"""Any two versions of a record side by side: a plan that was amended several times."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_kit import PASSWORD, Cli


def test_any_two_versions_of_a_plan_are_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    cli.branch("甲社区支部")
    plan = cli.ok("ledger", "add", "star-plans", "goal=四星", "tasks=先做三件事", "made_on=2026-03-01")["id"]
    for goal in ("三星", "三星以上", "四星"):
        cli.ok("ledger", "set", "star-plans", plan, f"goal={goal}")
    cli.ok("ledger", "set", "star-plans", plan, "tasks=再做两件事")
    cli.ok("ledger", "rows", "star-plans", plan, "revisions", "add", "on=2026-06-01", "what=改任务", "修改人=王五")
    listed = cli.ok("versions", "ledger_entry", plan)["versions"]
    assert [one["number"] for one in listed] == list(range(1, 7))
    assert "创建目标" in "".join(listed[1]["moved"])
    between = cli.ok("versions", "ledger_entry", plan, "2", "5")["differences"]
    assert {(each["label"], each["one"], each["other"]) for each in between} == {
        ("创建目标", "三星", "四星"),
        ("任务安排", "先做三件事", "再做两件事"),
    }
    same = cli.ok("versions", "ledger_entry", plan, "1", "4")["differences"]
    assert same == []
    cli.refused(1, "no_version", "versions", "ledger_entry", plan, "1", "9")
    cli.refused(2, "bad_versions", "versions", "ledger_entry", plan, "1")
    assert "第2稿" in cli.plain("--file", cli.file, "versions", "ledger_entry", plan, "2", "5").out
