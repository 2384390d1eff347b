"""Which file, which account, which password: the six refusals and what stands beside them."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli_kit import BASE, DAY, PASSWORD, STREET, Cli, write
from dangjian_desktop.storage import migrations


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    return Cli(tmp_path / "测试 街道.djd", capsys)


def test_new_makes_the_root_and_prints_the_recovery_key(cli: Cli) -> None:
    made = cli.ok("new", "--name", STREET, "--base-date", BASE)
    assert len(made["recovery_key"].replace("-", "")) == 36
    assert made["counts"] == {"organisation": 1, "member": 0, "post": 0, "meeting": 0, "ledger_entry": 0}
    listed = cli.ok("list", "organisation")
    assert (listed["total"], listed["records"][0]["name"]) == (1, STREET)
    info = cli.ok("info")
    assert (info["name"], info["base_date"], info["schema"]) == (STREET, BASE, migrations.CURRENT)
    assert info["device"]
    assert info["incarnation"]
    assert info["last_backup"] is None
    assert info["counts"] == made["counts"]


def test_new_takes_the_day_as_base_date(cli: Cli) -> None:
    cli.ok("new", "--name", STREET)
    assert cli.ok("info")["base_date"] == DAY


def test_new_refuses_to_overwrite(cli: Cli) -> None:
    cli.new()
    before = cli.file.read_bytes()
    cli.refused(1, "exists", "new", "--name", "别的街道")
    assert cli.file.read_bytes() == before


def test_new_needs_a_place_and_a_password(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cli.plain("new", "--name", STREET, "--json").data["error"] == "no_file"
    monkeypatch.delenv("DANGJIAN_PASSWORD")
    cli.refused(2, "no_password", "new", "--name", STREET)
    assert not cli.file.exists()


def test_the_demo_is_dated_repeatable_and_scaled(cli: Cli) -> None:
    made = cli.ok("new", "--name", STREET, "--demo", "--members", "150", "--seed", "7")
    assert made["counts"]["member"] == 150
    assert cli.ok("info")["base_date"] == "2025-01-01"
    first = cli.ok("list", "member", "--limit", "5")
    assert first["total"] == 150
    again = Cli(cli.file.with_name("再来.djd"), cli._capsys)
    again.ok("new", "--name", STREET, "--demo", "--members", "150", "--seed", "7")
    assert again.ok("list", "member", "--limit", "5") == first


def test_a_demo_that_fails_leaves_no_file(cli: Cli) -> None:
    cli.refused(1, "demo_size", "new", "--name", STREET, "--demo", "--members", "1")
    assert not list(cli.file.parent.iterdir())
    cli.new()


def test_not_found(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.refused(3, "not_found", "info")
    monkeypatch.delenv("DANGJIAN_PASSWORD")
    cli.refused(3, "not_found", "info")


def test_wrong_password_changes_nothing(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.new()
    before = cli.file.read_bytes()
    monkeypatch.setenv("DANGJIAN_PASSWORD", "错的")
    cli.refused(3, "wrong_password", "info")
    assert cli.file.read_bytes() == before
    cli.ok("info", "--password-file", write(tmp_path, "密码.txt", f"\ufeff{PASSWORD}\r\n"))
    cli.refused(3, "wrong_password", "info", "--password-file", write(tmp_path, "错.txt", "不对"))
    cli.refused(2, "no_secret", "info", "--password-file", tmp_path / "没有")
    cli.refused(1, "empty_secret", "info", "--password-file", write(tmp_path, "空.txt", "\n"))
    (tmp_path / "记事本.txt").write_bytes(f"{PASSWORD}\r\n".encode("gb18030"))
    cli.ok("info", "--password-file", tmp_path / "记事本.txt")
    (tmp_path / "图.png").write_bytes(b"\x89PNG\xff\xff")
    cli.refused(2, "no_secret", "info", "--password-file", tmp_path / "图.png")
    monkeypatch.delenv("DANGJIAN_PASSWORD")
    cli.refused(2, "no_password", "info")


def test_damaged(cli: Cli) -> None:
    cli.new()
    content = bytearray(cli.file.read_bytes())
    content[4096 * 3 : 4096 * 3 + 64] = bytes(64)
    cli.file.write_bytes(content)
    cli.refused(3, "damaged", "info")
    cli.file.write_bytes(b"not a data file")
    cli.refused(3, "damaged", "info")


def test_keys_missing_and_the_recovery_key_heals(cli: Cli, tmp_path: Path) -> None:
    key = write(tmp_path, "恢复密钥.txt", cli.new())
    keys = cli.file.with_name(f"{cli.file.name}.keys")
    keys.unlink()
    cli.refused(3, "keys_missing", "info")
    assert cli.ok("info", "--recovery-key-file", key)["name"] == STREET
    cli.ok(
        "account",
        "reset",
        "管理员",
        "--recovery-key-file",
        key,
        "--new-password-file",
        write(tmp_path, "新.txt", PASSWORD),
    )
    cli.ok("info")


def test_too_new(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        later.setattr(migrations, "CURRENT", migrations.CURRENT + 1)
        later.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, lambda _connection: None))
        cli.new()
    cli.refused(3, "too_new", "info")


def test_locked_by_another_process_names_who_has_it(cli: Cli) -> None:
    cli.new()
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom dangjian_desktop.services.office.opening import open_office\n"
        f"o = open_office(Path({str(cli.file)!r}), password={PASSWORD!r})\nprint('open', flush=True)\n"
        "sys.stdin.readline()\no.close()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        message = cli.refused(3, "locked", "info")["message"]
        assert os.uname().nodename in message if hasattr(os, "uname") else message
        assert "起）" in message
        other.stdin.write("\n")
        other.stdin.flush()
        other.wait(30)
    cli.ok("info")


def test_the_last_file_used_is_the_default(cli: Cli, tmp_path: Path) -> None:
    assert cli.plain("info", "--json").data["error"] == "no_file"
    cli.new()
    other = Cli(tmp_path / "另一个.djd", cli._capsys)
    other.new()
    assert cli.plain("info", "--json").data["path"] == str(other.file)
    cli.ok("info")
    assert cli.plain("info", "--json").data["path"] == str(cli.file)
    cli.file.unlink()
    gone = cli.plain("info", "--json")
    assert (gone.code, gone.data["error"]) == (3, "not_found")


def test_several_accounts_need_a_name(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.new()
    cli.ok("account", "add", "李四", "--role", "clerk", "--new-password-file", write(tmp_path, "p", "李四的密码 1234"))
    cli.refused(2, "account_required", "info")
    cli.ok("info", "--account", "管理员")
    cli.refused(3, "wrong_password", "info", "--account", "李四")
    cli.refused(3, "wrong_password", "info", "--account", "没有这人")
    monkeypatch.setenv("DANGJIAN_ACCOUNT", "李四")
    monkeypatch.setenv("DANGJIAN_PASSWORD", "李四的密码 1234")
    cli.ok("info")


def test_a_recovery_key_of_another_file_does_not_open(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    other = Cli(tmp_path / "另一个.djd", cli._capsys)
    key = write(tmp_path, "key", other.new())
    cli.refused(3, "wrong_password", "info", "--recovery-key-file", key)
    cli.refused(3, "wrong_password", "info", "--recovery-key-file", write(tmp_path, "no", "ABCD"))


def test_a_copied_file_starts_a_new_incarnation(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    before = cli.ok("info")["incarnation"]
    assert cli.ok("info")["incarnation"] == before
    copy = Cli(tmp_path / "抄来的" / "副本.djd", cli._capsys)
    copy.file.parent.mkdir()
    for suffix in ("", ".keys"):
        shutil.copy(f"{cli.file}{suffix}", f"{copy.file}{suffix}")
    assert copy.ok("info")["incarnation"] != before


def test_backup_and_restore(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    cli.branch()
    bundle = tmp_path / "备份" / "一.djb"
    made = cli.ok("backup", "-o", bundle)
    assert made["path"] == str(bundle)
    assert len(made["sha256"]) == 64
    info = cli.ok("info")
    assert info["last_backup"]
    restored = Cli(tmp_path / "恢复" / "街道.djd", cli._capsys)
    answer = cli.ok("restore", bundle, "--to", restored.file)
    assert (answer["path"], answer["sha256"]) == (str(restored.file), made["sha256"])
    assert restored.ok("list", "organisation")["total"] == 2
    assert restored.ok("info")["incarnation"] != info["incarnation"]
    cli.refused(1, "exists", "restore", bundle, "--to", restored.file)
    cli.refused(3, "not_found", "restore", tmp_path / "没有.djb", "--to", tmp_path / "x.djd")
    bundle.write_bytes(bundle.read_bytes()[:-500])
    cli.refused(3, "damaged", "restore", bundle, "--to", tmp_path / "x.djd")
    assert not (tmp_path / "x.djd").exists()


@pytest.mark.parametrize("mark", ["~$备份.djb", ".~lock.备份.djb#"])
def test_a_target_open_elsewhere(cli: Cli, tmp_path: Path, mark: str) -> None:
    cli.new()
    write(tmp_path, mark, "")
    cli.refused(4, "file_in_use", "backup", "-o", tmp_path / "备份.djb")
    assert not (tmp_path / "备份.djb").exists()


def test_a_target_that_is_a_folder_or_below_a_file(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    (tmp_path / "夹.djb").mkdir()
    cli.refused(4, "no_permission", "backup", "-o", tmp_path / "夹.djb")
    write(tmp_path, "文件", "")
    cli.refused(4, "no_permission", "backup", "-o", tmp_path / "文件" / "备份.djb")
    cli.refused(4, "no_permission", "new", "--name", "x", "--file", tmp_path / "文件" / "x.djd")


def test_edits_of_a_day_leave_one_automatic_backup(cli: Cli) -> None:
    cli.new()
    folder = cli.file.with_name(f"{cli.file.stem}-自动备份")
    assert not folder.exists()
    for number in range(3):
        cli.branch(f"第{number}党支部")
    assert len(list(folder.glob("*.djb"))) == 1
    assert cli.ok("info")["last_backup"]


def test_accounts(cli: Cli, tmp_path: Path) -> None:
    key = write(tmp_path, "key", cli.new())
    branch = cli.branch()
    secret = write(tmp_path, "reader", "读者的密码 1234")
    cli.ok("account", "add", "读者", "--role", "reader", "--scope", "第一党支部", "--new-password-file", secret)
    admin: list[str | Path] = ["--account", "管理员"]
    reader: list[str | Path] = ["--account", "读者", "--password-file", secret]
    listed = {a["name"]: a for a in cli.ok("account", "list", *admin)["accounts"]}
    assert listed["读者"] | {"created_at": ""} == {
        "name": "读者",
        "role": "reader",
        "role_name": "只读",
        "scope": "第一党支部",
        "disabled": False,
        "has_password": True,
        "created_at": "",
    }
    cli.refused(1, "exists", "account", "add", "读者", "--role", "clerk", "--new-password-file", secret, *admin)
    cli.refused(2, "bad_role", "account", "add", "某人", "--role", "king", "--new-password-file", secret, *admin)
    for words in (
        ["add", "organisation", "name=x", "kind=党支部"],
        ["set", "organisation", branch, "note=x"],
        ["remove", "organisation", branch],
        ["account", "list"],
        ["account", "add", "某人", "--role", "reader", "--new-password-file", str(secret)],
        ["backup", "-o", str(tmp_path / "x.djb")],
        ["check", "--repair"],
        ["recovery-key", "rotate"],
        ["list", "member", "--full", "--reason", "看看"],
    ):
        cli.refused(1, "not_allowed", *words, *reader)
    assert cli.ok("list", "organisation", *reader)["total"] == 1
    cli.ok("account", "role", "读者", "--role", "clerk", *admin)
    cli.ok("set", "organisation", branch, "note=可以了", *reader)
    new = write(tmp_path, "new", "读者的新密码 99")
    cli.ok("account", "passwd", "读者", "--new-password-file", new, *reader)
    cli.refused(3, "wrong_password", "info", *reader)
    changed: list[str | Path] = ["--account", "读者", "--password-file", new]
    cli.ok("info", *changed)
    cli.ok("account", "disable", "读者", *admin)
    cli.refused(3, "wrong_password", "info", *changed)
    cli.refused(1, "last_administrator", "account", "disable", "管理员", *admin)
    cli.refused(1, "account_unknown", "account", "disable", "没有", *admin)
    cli.refused(2, "usage", "account", "reset", "读者", "--new-password-file", secret)
    cli.ok("account", "reset", "读者", "--recovery-key-file", key, "--new-password-file", secret)
    cli.ok("info", *reader)


def test_forgotten_password(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = write(tmp_path, "key", cli.new().lower().replace("-", " "))
    monkeypatch.delenv("DANGJIAN_PASSWORD")
    new = write(tmp_path, "new", "想得起来的密码 1")
    cli.ok("account", "reset", "管理员", "--recovery-key-file", key, "--new-password-file", new)
    cli.ok("info", "--password-file", new)


def test_a_rotated_recovery_key_shuts_the_old_one_out(cli: Cli, tmp_path: Path) -> None:
    old = write(tmp_path, "old", cli.new())
    new = write(tmp_path, "new", cli.ok("recovery-key", "rotate")["recovery_key"])
    cli.refused(3, "wrong_password", "info", "--recovery-key-file", old)
    cli.ok("info", "--recovery-key-file", new)
    cli.ok("info")


def test_check_finds_nothing_in_a_good_file_and_repairs(cli: Cli) -> None:
    cli.new()
    cli.branch()
    cli.member()
    assert cli.ok("check")["problems"] == []
    assert cli.ok("check", "--repair")["problems"] == []


def test_check_tells_what_is_wrong(cli: Cli) -> None:
    from cli_kit import tamper

    cli.new()
    cli.branch()
    cli.member("王小明")
    tamper(cli.file, "UPDATE member SET name_key = 'wrong'")
    answer = cli.run("check")
    assert answer.code == 1
    assert [p["code"] for p in answer.data["problems"]] == ["derived"]
    assert answer.data["problems"][0]["message"]
    assert cli.ok("check", "--repair")["problems"] == []
    tamper(cli.file, "UPDATE operation SET label = '改过的' WHERE id = 2")
    assert {p["code"] for p in cli.run("check").data["problems"]} == {"content"}


def test_through_a_process_of_its_own(tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, dict[str, object]]:
        done = subprocess.run(
            [sys.executable, "-m", "dangjian_desktop", *words, "--file", str(tmp_path / "街 道.djd"), "--json"],
            capture_output=True,
            check=False,
            env=os.environ | {"DANGJIAN_PASSWORD": PASSWORD},
        )
        assert b"Traceback" not in done.stderr
        return done.returncode, json.loads(done.stdout)

    assert run("info")[0] == 3
    assert run("new", "--name", STREET)[0] == 0
    assert run("new", "--name", STREET)[1]["error"] == "exists"
    code, info = run("info")
    assert (code, info["name"]) == (0, STREET)


def test_an_account_limited_to_a_unit_sees_and_changes_nothing_else(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    own, other = cli.branch("第一党支部"), cli.branch("第二党支部")
    mine, theirs = cli.member(), cli.member("李小红", "第二党支部", serial=2)
    secret = write(tmp_path, "p", "支书的密码 1234")
    cli.ok("account", "add", "支书", "--role", "secretary", "--scope", "第一党支部", "--new-password-file", secret)
    account: list[str | Path] = ["--account", "支书", "--password-file", secret]
    assert [r["id"] for r in cli.ok("list", "member", *account)["records"]] == [mine]
    assert [r["id"] for r in cli.ok("list", "organisation", *account)["records"]] == [own]
    cli.refused(1, "out_of_scope", "list", "member", "--scope", "第二党支部", *account)
    assert cli.ok("figures", *account)["figures"]["members"]["value"] == 1
    assert cli.ok("find", "李小红", *account)["records"] == []
    cli.ok("set", "member", mine, "note=可以", *account)
    cli.ok("history", "member", mine, *account)
    cli.ok("history", "organisation", own, *account)
    for words in (
        ["set", "member", theirs, "note=不行"],
        ["remove", "member", theirs],
        ["history", "member", theirs],
        ["history", "organisation", other],
        ["add", "member", "name=甲", "id_number=429900197001010030", "organisation=第二党支部"],
    ):
        cli.refused(1, "out_of_scope", *words, *account)


def test_a_password_may_come_from_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.new()
    monkeypatch.delenv("DANGJIAN_PASSWORD")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{PASSWORD}\n新的密码 99999\n".encode())))
    cli.ok("account", "add", "李四", "--role", "clerk", "--password-file", "-", "--new-password-file", "-")
    monkeypatch.setenv("DANGJIAN_PASSWORD", "新的密码 99999")
    cli.ok("info", "--account", "李四")
