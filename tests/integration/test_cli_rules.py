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
