"""A street's quarter as a script does it: each step a process of its own, as on a clerk's PC."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdf
import pytest

from dangjian_desktop.base.resources import resource

DAY = "2026-09-30"
STREET = "临江街道党工委"


class Desk:
    """Runs the program on one file."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, *words: str | Path, code: int = 0) -> Any:
        done = subprocess.run(
            [
                sys.executable, "-m", "dangjian_desktop", *[str(w) for w in words],
                "--file", str(self.file), "--on", DAY, "--json",
            ],
            capture_output=True,
            check=False,
            env=os.environ | self._surroundings(),
        )  # fmt: skip
        said = done.stderr.decode("utf-8")
        assert "Traceback" not in said
        answer = json.loads(done.stdout.decode("utf-8"))
        assert done.returncode == code, f"{answer.get('error')}: {answer.get('message')}\n{said}"
        assert answer["ok"] is (code == 0)
        return answer

    def _surroundings(self) -> dict[str, str]:
        """A password, and a memory of its own: this runs before and beside the homes of single tests."""
        memory = str(self.file.parent / "本机记忆")
        return {"DANGJIAN_PASSWORD": "样例街道的密码 1", "XDG_DATA_HOME": memory, "LOCALAPPDATA": memory}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample street at full size, made once."""
    desk = Desk(tmp_path_factory.mktemp("示例 街道") / "临江街道.djd")
    made = desk("new", "--name", STREET, "--demo")
    assert made["counts"]["member"] == 2126
    backup = desk.file.with_name("示例.djb")
    desk("backup", "-o", backup)
    return backup


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Desk:
    """The sample street restored at a place of the test's own."""
    made = Desk(tmp_path / "党建 资料" / "临江街道.djd")
    made("restore", template, "--to", made.file)
    return made


def test_the_sample_street_has_the_shape_of_the_seed(desk: Desk) -> None:
    figures = {k: f["value"] for k, f in desk("figures", "--period", "2026Q3")["figures"].items()}
    assert figures["members"] == 2126
    assert figures["organisations_street"] == 73
    assert figures["members_full"] + figures["members_probationary"] == 2126
    assert desk("list", "member", "--limit", "1")["total"] == 2126
    assert desk("check")["problems"] == []


def test_last_years_roster_goes_in_and_the_report_comes_out(desk: Desk, tmp_path: Path) -> None:
    sample = next(resource("samples").glob("*花名册*.xlsx"))
    refused = tmp_path / "退回.xlsx"
    answer = desk("import", "roster", sample, "--report", refused, code=1)
    assert answer["new"] > 0
    assert answer["rejected"] > 0
    assert refused.is_file()
    errors = [p for p in answer["problems"] if p["severity"] == "error"]
    assert len({(p["sheet"], p["row"]) for p in errors}) == answer["rejected"] + answer["conflict"]
    assert all(p["row"] and p["reason"] for p in answer["problems"])
    after = desk("figures")["figures"]["members"]["value"]
    assert after == 2126 + answer["new"]

    paths = [Path(p) for p in desk("report", "quarterly", "--period", "2026Q3", "-o", tmp_path / "报表")["paths"]]
    assert [p.suffix for p in paths] == [".pdf", ".xlsx"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(paths[0]).pages)
    assert str(after) in text.replace(",", "").replace(" ", "")

    again = desk("import", "roster", sample, code=1)
    assert (again["new"], again["updated"]) == (0, 0)
    desk("undo")
    assert desk("figures")["figures"]["members"]["value"] == 2126
    assert desk("check")["problems"] == []


def test_an_exported_roster_comes_back_unchanged(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "全部.xlsx"
    assert desk("export", "member", "-o", out, "--full", "--reason", "核对")["rows"] == 2126
    back = desk("import", "roster", out)
    assert (back["unchanged"], back["new"], back["updated"]) == (2126, 0, 0)
    assert back["backup"] is None


def test_every_quarter_balances_to_the_person(desk: Desk) -> None:
    """What a quarter ends with is what the next begins with."""
    figures = {q: desk("figures", "--period", q)["figures"] for q in ("2026Q1", "2026Q2", "2026Q3")}
    for before, after in (("2026Q1", "2026Q2"), ("2026Q2", "2026Q3")):
        moved = figures[after]["joined"]["value"] - figures[after]["left"]["value"]
        assert figures[after]["members"]["value"] == figures[before]["members"]["value"] + moved
