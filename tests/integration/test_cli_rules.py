"""`rules list` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_kit import Cli


def test_rules_list_prints_editions_with_article_and_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(tmp_path / "没有.djd", capsys)
    lines = cli.run("rules", "list").data["rules"]
    assert {"code", "title", "edition", "effective_from", "effective_to", "article", "severity", "parameters"} <= set(
        lines[0]
    )
    assert {"source", "overridden"} <= set(lines[0])
    both = cli.run("rules", "list", "--code", "adm_prob").data["rules"]
    assert [each["edition"] for each in both] == ["发展细则2014", "发展细则2026"]
    assert both[1]["effective_from"] == "2026-05-11"
    assert both[1]["parameters"] == {"months": 12}
    assert cli.run("rules", "list", "--code", "没有").code == 1


def test_a_vote_is_judged_without_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(tmp_path / "没有.djd", capsys)
    counted = ["--due", "15", "--present", "9", "--for", "6", "--against", "2", "--abstain", "1"]
    found = cli.ok("votes", "check", "--kind", "admission", *counted, "--written-for", "2")
    assert (found["quorum_met"], found["passed"], found["numerator"], found["denominator"]) == (True, True, 8, 15)
    assert "第19、20、32条" in found["article"]
    before = cli.plain("votes", "check", "--kind", "admission", *counted, "--on", "2020-01-01", "--json").data
    assert before["edition"] == "发展细则2014"
    cli.refused(1, "bad_numbers", "votes", "check", "--kind", "election", *counted, "--written-for", "2")
    cli.refused(2, "usage", "votes", "check", "--kind", "anders", *counted)
    assert cli.run("votes", "check", "--kind", "election").code == 2


def test_dues_are_worked_out_without_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli = Cli(tmp_path / "没有.djd", capsys)
    found = cli.ok("dues", "compute", "--category", "employed", "--base", "60,000元")
    assert (found["computed"], found["payable"], found["rate"]) == ("1200.00", "1000.00", "2%")
    assert "自愿" in found["note"]
    assert cli.ok("dues", "compute", "--category", "farmer", "--local-rate", "0.5")["payable"] == "0.50"
    cli.refused(1, "required", "dues", "compute", "--category", "exempt")
    cli.refused(2, "bad_value", "dues", "compute", "--category", "employed", "--base", "很多")
    cli.refused(2, "bad_value", "dues", "compute", "--category", "employed", "--base", "3000.001")
    cli.refused(1, "bad_amount", "dues", "compute", "--category", "employed", "--base=-5")
