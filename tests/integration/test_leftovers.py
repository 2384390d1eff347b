"""Restore and new beside what a former file left: nothing of it reaches the new file, nothing of it is lost."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from cli_kit import PASSWORD, STREET, Cli
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.files import move_over
from dangjian_desktop.storage import leftovers, restoring

ENDINGS = ("-wal", "-shm", "-journal", ".rewrite-journal", ".kept-20260101", ".keys")


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Cli:
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    return made


def living_parts(cli: Cli, folder: Path) -> dict[str, bytes]:
    """The log and its index of the open file, as a power cut leaves them."""
    from dangjian_desktop.services.office import opening
    from dangjian_desktop.services.records import records

    office = opening.open_office(cli.file, password=PASSWORD)
    try:
        records.add(office, "organisation", {"name": "旧支部", "kind": "党支部"})
        return {ending: Path(f"{cli.file}{ending}").read_bytes() for ending in ("-wal", "-shm")}
    finally:
        office.close()


def test_a_backup_restored_beside_a_stale_log_opens_and_is_whole(cli: Cli, tmp_path: Path) -> None:
    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    parts = living_parts(cli, tmp_path)
    to = tmp_path / "新" / "街道.djd"
    to.parent.mkdir()
    for ending, content in parts.items():
        Path(f"{to}{ending}").write_bytes(content)
    cli.ok("restore", bundle, "--to", to)
    restored = Cli(to, cli._capsys)
    assert restored.ok("check")["problems"] == []
    assert restored.ok("list", "organisation")["total"] == 1
    kept = {p.read_bytes() for p in to.parent.glob("*.old")}
    assert kept == set(parts.values())


def hot_journal(file: Path) -> bytes:
    """The rollback journal of a transaction on `file` that was cut short: it holds the pages as they were."""
    from dangjian_desktop.storage.database import connect
    from dangjian_desktop.storage.vault import open_vault

    with open_vault(file, account="管理员", password=PASSWORD) as vault:
        key = vault.data_key
    connection = connect(file, key)
    connection.execute("PRAGMA cache_spill = 1")
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("UPDATE organisation SET name = name || '改'")
    connection.execute("CREATE TABLE filling AS SELECT randomblob(9000) AS b FROM sqlite_master")
    journal = Path(f"{file}-journal").read_bytes()
    connection.rollback()
    connection.close()
    return journal


def test_a_hot_journal_of_the_former_file_does_not_reach_the_restored_one(cli: Cli, tmp_path: Path) -> None:
    other = Cli(tmp_path / "别的" / "街道.djd", cli._capsys)
    other.new()
    other.branch()
    journal = hot_journal(other.file)
    assert journal[:8] == bytes.fromhex("d9d505f920a163d7")
    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    to = tmp_path / "到" / "街道.djd"
    to.parent.mkdir()
    Path(f"{to}-journal").write_bytes(journal)
    cli.ok("restore", bundle, "--to", to)
    assert Cli(to, cli._capsys).ok("check")["problems"] == []


@pytest.mark.parametrize("how", ["new", "restore"])
def test_every_kind_of_leftover_is_set_aside_and_kept(cli: Cli, tmp_path: Path, how: str) -> None:
    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    to = tmp_path / "到" / "街道.djd"
    (to.parent / "街道.djd.files").mkdir(parents=True)
    (to.parent / "街道.djd.files" / ("a" * 64)).write_bytes(b"photo")
    hidden = to.parent / ".街道-0123abcd.rewrite-journal"
    other = to.parent / "街道2.djd-wal"
    for path in [*(Path(f"{to}{ending}") for ending in ENDINGS), hidden, other]:
        path.write_bytes(path.name.encode())
    cli.ok("restore", bundle, "--to", to) if how == "restore" else Cli(to, cli._capsys).new()
    assert Cli(to, cli._capsys).ok("check")["problems"] == []
    old = {p.name.rsplit(".", 2)[0]: p for p in to.parent.glob("*.old")} | {
        p.name.rsplit(".", 2)[0]: p for p in to.parent.glob(".*.old")
    }
    assert set(old) == {*(f"街道.djd{ending}" for ending in ENDINGS), hidden.name, "街道.djd.files"}
    assert all(p.read_bytes() == name.encode() for name, p in old.items() if p.is_file())
    assert (old["街道.djd.files"] / ("a" * 64)).read_bytes() == b"photo"
    assert other.read_bytes() == other.name.encode()
    assert {p.name for p in to.parent.iterdir() if not p.name.endswith(".old")} == {
        "街道.djd",
        "街道.djd.keys",
        other.name,
    }


def test_a_restore_that_fails_leaves_everything_as_it_was(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    to = tmp_path / "到" / "街道.djd"
    to.parent.mkdir()
    for ending in ENDINGS:
        Path(f"{to}{ending}").write_bytes(ending.encode())
    before = {p.name: p.read_bytes() for p in to.parent.iterdir()}
    extract = restoring._extract

    def full(archive: zipfile.ZipFile, name: str, path: Path) -> None:
        if path == to:
            raise OSError(errno.ENOSPC, "full", str(path))
        extract(archive, name, path)

    monkeypatch.setattr(restoring, "_extract", full)
    cli.refused(4, "disk_full", "restore", bundle, "--to", to)
    assert {p.name: p.read_bytes() for p in to.parent.iterdir()} == before


def test_a_place_in_use_is_not_restored_to(cli: Cli, tmp_path: Path) -> None:
    from dangjian_desktop.base.clock import Clock
    from dangjian_desktop.storage import lock

    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    to = tmp_path / "到.djd"
    held = lock.acquire(to, Clock())
    cli.refused(3, "locked", "restore", bundle, "--to", to)
    held.release()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith("到")]


def test_a_file_of_its_own_is_not_touched_by_what_has_a_longer_name(tmp_path: Path) -> None:
    for name in ("a.djd-wal", "a.djd-wal2", "ab.djd-wal", ".a-12345678.rewrite", ".ab-12345678.rewrite", "a.djd.lock"):
        (tmp_path / name).touch()
    assert [p.name for p in leftovers.found(tmp_path / "a.djd")] == [".a-12345678.rewrite", "a.djd-wal"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_every_file_is_for_its_owner_alone(cli: Cli, tmp_path: Path) -> None:
    from dangjian_desktop.services.office import opening

    before = os.umask(0)
    try:
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        made = Cli(tmp_path / "out" / "街.djd", cli._capsys)
        made.new()
        made.branch()
        made.member()
        made.ok("backup", "-o", made.file.with_suffix(".djb"))
        for name in ("a.xlsx", "a.csv"):
            made.ok("export", "member", "-o", made.file.with_name(name))
        made.ok("report", "roster", "--format", "pdf,xlsx", "-o", made.file.parent)
        made.ok("restore", made.file.with_suffix(".djb"), "--to", made.file.with_name("另.djd"))
        office = opening.open_office(made.file, password=PASSWORD)
        office.audit("export", {})
        modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in made.file.parent.rglob("*") if p.is_file()}
        office.close()
    finally:
        os.umask(before)
    assert {f"街.djd{ending}" for ending in ("", ".keys", ".lock", "-wal", "-shm")} < set(modes)
    assert {name: mode for name, mode in modes.items() if mode != 0o600} == {}


@pytest.mark.parametrize("name", ["NUL.djd", "nul.djd", "Com1.x.djd", "a:b.djd", "a?.djd", "a\n.djd", "街道.djd "])
def test_a_name_that_some_pc_cannot_have_is_refused_before_anything_is_made(
    cli: Cli, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "空"
    folder.mkdir()
    bundle = tmp_path / "备份.djb"
    cli.ok("backup", "-o", bundle)
    Cli(folder / name, cli._capsys).refused(2, "bad_name", "new", "--name", STREET)
    cli.refused(2, "bad_name", "restore", bundle, "--to", folder / name)
    cli.refused(2, "bad_name", "backup", "-o", (folder / name).with_suffix(".djb" + name[len(name.rstrip()) :]))
    assert not list(folder.iterdir())


@pytest.mark.parametrize("length", [190, 246, 250, 251, 255, 300])
def test_a_name_beside_which_the_keys_do_not_fit_is_refused(cli: Cli, tmp_path: Path, length: int) -> None:
    folder = tmp_path / "空"
    folder.mkdir()
    name = "长" * ((length - 4) // 3) + "a" * ((length - 4) % 3) + ".djd"
    made = Cli(folder / name, cli._capsys)
    made.refused(2, "bad_name", "new", "--name", STREET)
    made.refused(3, "not_found", "info")
    assert not list(folder.iterdir())


def test_the_longest_name_that_is_taken_works_with_all_that_lies_beside_it(cli: Cli, tmp_path: Path) -> None:
    made = Cli(tmp_path / "长" / ("长" * 59 + ".djd"), cli._capsys)
    made.new()
    made.branch()
    made.ok("recovery-key", "rotate")
    assert made.ok("check")["problems"] == []
    assert list(made.file.parent.rglob("*.djb"))


def test_setting_aside_gives_back_what_it_moved_when_it_cannot_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for ending in ENDINGS:
        Path(f"{tmp_path / 'a.djd'}{ending}").write_bytes(ending.encode())
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    move = move_over
    moved: list[Path] = []

    def third_refused(source: Path, target: Path) -> None:
        if len(moved) == 2:
            raise UserError("file_in_use", "x")
        moved.append(source)
        move(source, target)

    monkeypatch.setattr(leftovers, "move_over", third_refused)
    with pytest.raises(UserError):
        leftovers.SetAside(tmp_path / "a.djd")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before
