"""What is typed wrongly, what is not there yet, what must never load or leak."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli_kit import PASSWORD, STREET, Cli, id_number, write
from dangjian_desktop import __version__
from dangjian_desktop.cli import grammar, parser
from dangjian_desktop.cli.commands import _COMMANDS as HANDLERS
from dangjian_desktop.cli.commands import command

ENGLISH = re.compile(r"usage:|error:|argument |required:|unrecognized|Traceback|optional|positional|invalid")


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    return Cli(tmp_path / "测试 街道.djd", capsys)


def test_version(cli: Cli) -> None:
    assert cli.plain("--version").out.strip() == __version__
    assert cli.plain("--json", "--version").data == {"ok": True, "version": __version__}
    assert cli.plain("info", "--version").out.strip() == __version__


def test_version_loads_neither_window_nor_database() -> None:
    code = (
        "import sys\nfrom dangjian_desktop.__main__ import main\n"
        "assert main(['--version']) == 0\nassert main(['--version', '--json']) == 0\n"
        "heavy = {'PySide6', 'sqlmodel', 'sqlalchemy', 'sqlcipher3', 'openpyxl', 'reportlab'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        ["list"],
        ["list", "bogus"],
        ["list", "member", "extra"],
        ["list", "member", "--bogus"],
        ["list", "member", "--limit", "viele"],
        ["list", "member", "--limit", "0"],
        ["list", "member", "--limit"],
        ["list", "member", "--on", "2026-02-30"],
        ["list", "member", "--on", "2026-2-3"],
        ["list", "member", "--where", "name"],
        ["list", "member", "--full"],
        ["--bogus", "list", "member"],
        ["--json"],
        ["account"],
        ["account", "bogus"],
        ["account", "add", "x"],
        ["ledger"],
        ["recovery-key"],
        ["new"],
        ["restore", "x"],
        ["backup"],
        ["export", "member"],
        ["export", "member", "-o", "x.pdf"],
        ["import", "roster"],
        ["import", "bogus", "x.xlsx"],
        ["add", "bogus", "a=b"],
        ["set", "member", "id"],
        ["add", "member", "name=甲", "name=乙"],
        ["undo", "--steps", "1", "--operation", "2"],
        ["undo", "--operation", "abc"],
        ["fields"],
        ["report", "quarterly"],
        ["new", "--name", "x", "--members", "300"],
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_2_in_chinese(cli: Cli, words: list[str]) -> None:
    with_json = cli.run(*words)
    assert with_json.code == 2, with_json.out
    failure = with_json.data
    assert failure["ok"] is False
    assert failure["error"]
    plain = cli.plain("--file", cli.file, *[w for w in words if w != "--json"]) if words != ["--json"] else with_json
    if words != ["--json"]:
        assert (plain.code, plain.out) == (2, "")
        assert re.search(r"[\u4e00-\u9fff]", plain.err)
    for said in (failure["message"], plain.err):
        assert not ENGLISH.search(said), said


@pytest.mark.parametrize(
    "words",
    [
        *[[name] for name in sorted(grammar.LATER)],
        ["volume", "--scope", "x", "--year", "2026", "-o", "x.pdf"],
        ["list", "dues_payment"],
        ["list", "admission_case"],
        ["list", "transfer"],
        ["add", "transfer", "a=b"],
        ["import", "dues", "x.xlsx"],
        ["import", "appraisal", "x.xlsx"],
        ["report", "dues-summary", "-o", "x"],
        ["report", "statistics", "-o", "x"],
    ],
    ids=" ".join,
)
def test_later_commands_say_so(cli: Cli, words: list[str]) -> None:
    assert "尚未提供" in cli.refused(2, "not_yet", *words)["message"]
    plain = cli.plain(*words)
    assert plain.code == 2
    assert "尚未提供" in plain.err


def test_every_promised_command_has_its_code() -> None:
    assert set(HANDLERS) == set(grammar.COMMANDS)
    assert all(callable(command(name)) for name in HANDLERS)
    assert len({command(name) for name in HANDLERS}) == len(HANDLERS)


@pytest.mark.parametrize("name", sorted(grammar.COMMANDS))
def test_help_is_chinese(cli: Cli, name: str) -> None:
    answer = cli.plain(*name.split(), "--help")
    assert answer.code == 0
    assert "用法：" in answer.out
    assert not ENGLISH.search(answer.out)


def test_help_as_a_whole(cli: Cli) -> None:
    answer = cli.plain("--help")
    assert answer.code == 0
    assert all(name in answer.out for name in grammar.COMMANDS)
    assert cli.plain("--help", "--json").data["ok"] is True


def test_options_may_stand_anywhere(cli: Cli) -> None:
    cli.new()
    cli.branch()
    record = cli.member()
    where = ["--file", str(cli.file), "--on", "2026-09-30"]
    for words in (
        [*where, "--json", "set", "member", record, "phone=13912345678", "note=甲"],
        ["set", *where, "member", "--json", record, "phone=13912345679", "note=乙"],
        ["set", "member", record, "--since", "2026-02-01", "phone=13912345670", "--json", *where, "note=丙"],
        ["set", "member", record, "phone=13912345671", "--json", "note=丁", *where],
    ):
        answer = cli.plain(*words)
        assert answer.code == 0, answer.out
        assert answer.data["changed"] is True
    assert cli.plain("ledger", "--json", *where, "list").data["ok"] is True


def test_an_equals_sign_joins_option_and_value(cli: Cli) -> None:
    assert parser.read(["list", "member", "--limit=3", "--on=2026-01-02"]).limit == 3


def test_a_value_may_hold_anything(cli: Cli) -> None:
    cli.new()
    cli.branch()
    record = cli.member(note="a=b --json；-1")
    assert cli.ok("list", "member")["records"][0]["note"] == "a=b --json；-1"
    cli.ok("set", "member", record, "note=-–=")
    assert cli.ok("list", "member")["records"][0]["note"] == "-–="


def test_an_unexpected_error_is_one_sentence_and_a_report_without_names(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"王小明 {id_number()}")

    monkeypatch.setattr("dangjian_desktop.services.office.opening.create_office", broken)
    failure = cli.refused(1, "internal", "new", "--name", "王小明街道")
    assert "王小明" not in failure["message"]
    report = next(home.rglob("故障报告-*.txt")).read_text("utf-8")
    assert "RuntimeError" in report
    assert "opening.py" in report or "files.py" in report
    assert "command: new" in report
    for secret in ("王小明", id_number(), PASSWORD, str(home), str(cli.file)):
        assert secret not in report
    plain = cli.plain("--file", cli.file, "new", "--name", "x")
    assert plain.code == 1
    assert "Traceback" not in plain.err + plain.out


def test_a_report_that_cannot_be_kept_is_no_second_error(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(write(home, "no folder", "")))
    monkeypatch.setenv("LOCALAPPDATA", str(home / "no folder"))
    monkeypatch.setattr("dangjian_desktop.cli.commands.files.new", None)
    assert cli.refused(1, "internal", "new", "--name", "x")


def test_interrupting_is_no_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dangjian_desktop.cli.commands.records.fields", stop)
    cli.refused(1, "cancelled", "fields", "member")


def test_the_program_without_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    from dangjian_desktop.cli.main import main

    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["--version"]) == 0
    assert main(["bogus"]) == 2


def test_json_is_utf8_whatever_the_console_says(cli: Cli) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dangjian_desktop", "fields", "member", "--json"],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0, done.stderr
    labels = [f["label"] for f in json.loads(done.stdout.decode("utf-8"))["fields"]]
    assert "公民身份号码" in labels


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    done = subprocess.run(
        f'"{sys.executable}" -m dangjian_desktop fields member | head -c 1',
        shell=True,
        capture_output=True,
        check=False,
        env=os.environ,
    )
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_fields_tell_types_codes_and_aliases(cli: Cli) -> None:
    found = {f["field"]: f for f in cli.plain("fields", "member", "--json").data["fields"]}
    assert {"field", "label", "aliases", "type", "required", "codes"} <= found["sex"].keys()
    assert found["name"]["required"] is True
    assert {"code": "1", "name": "男"} in found["sex"]["codes"]
    assert found["phone"]["codes"] is None
    assert found["joined_on"]["type"] == "date"
    assert found["id_number"]["aliases"]
    assert {"code": "F3", "name": "困难党员"} in found["categories"]["codes"]
    for kind in ("organisation", "post", "meeting", "ledger_entry", "roster", "organisations", "posts", "meetings"):
        assert cli.plain("fields", kind, "--json").data["fields"]


def test_fields_of_a_ledger_are_its_columns(cli: Cli) -> None:
    by_key = {f["field"]: f for f in cli.plain("fields", "ledger:rectification", "--json").data["fields"]}
    assert {"code": "working", "name": "整改中"} in by_key["state"]["codes"]
    assert {"code": "共性", "name": "共性"} in by_key["nature"]["codes"]
    assert by_key["problem"]["required"] is True
    assert cli.plain("fields", "ledger:问题整改台账", "--json").data["fields"] == list(by_key.values())


def test_nothing_but_json_on_standard_output(cli: Cli) -> None:
    cli.new()
    made = cli.run("backup", "-o", cli.file.with_name("备份.djb"))
    assert made.data["ok"] is True
    assert "正在" in made.err
    assert STREET in cli.plain("--file", cli.file, "info").out


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is there on Linux only")
@pytest.mark.parametrize("words", [["fields", "member"], ["fields", "member", "--json"], ["没有", "--json"]])
def test_an_answer_that_cannot_be_written_is_said_plainly(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "dangjian_desktop", *words], stdout=full, stderr=subprocess.PIPE, check=False
        )
    said = done.stderr.decode()
    assert done.returncode == (2 if words[0] == "没有" else 4)
    assert said.startswith("没有“没有”" if words[0] == "没有" else "磁盘空间不够")
    assert "Traceback" not in said
    assert "Exception" not in said


def test_a_ledger_that_is_neither_shipped_nor_in_the_file_is_unknown(cli: Cli) -> None:
    cli.new()
    cli.refused(2, "ledger_unknown", "fields", "ledger:bogus")
    bare = cli.plain("fields", "ledger:bogus", "--json")
    assert (bare.code, bare.data["error"]) == (2, "ledger_unknown")


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2100-01-01", "1849-12-31"])
def test_a_day_beyond_the_years_that_are_kept_is_wrong_usage(cli: Cli, day: str) -> None:
    answer = cli.plain("info", "--file", cli.file, "--on", day, "--json")
    assert answer.code == 2
    assert day in answer.data["message"]
