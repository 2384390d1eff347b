"""Bundles: made from a living file, proven, restored elsewhere, thinned; and attachments that ride in them."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from dangjian_desktop.base.errors import EnvironmentFault, UserError, VaultError
from dangjian_desktop.base.files import sha256_of
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.storage import backup, database, identity, keys, migrations, settings
from dangjian_desktop.storage.attachments import Attachments
from dangjian_desktop.storage.backup import automatic, thin, verify_bundle, write_bundle
from dangjian_desktop.storage.restoring import restore_bundle
from dangjian_desktop.storage.vault import Vault, create, open_vault

PASSWORD = "街道-202609"
NOW = datetime(2026, 9, 30, 17, 0, tzinfo=UTC)


def prepare(connection: Connection) -> None:
    migrations.upgrade(connection)
    settings.put(connection, "note", "第一行")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Vault]:
    path = tmp_path / "街道" / "春晖 街道.djd"
    fresh, _ = create(path, file_name="春晖街道", account="管理员", password=PASSWORD, prepare=prepare)
    with fresh:
        yield fresh


def get(vault: Vault, key: str) -> object:
    with vault.database.read() as connection:
        return settings.get(connection, key)


def put(vault: Vault, key: str, value: object) -> None:
    with vault.database.write() as connection:
        settings.put(connection, key, value)


def refused(code: str) -> pytest.RaisesExc[UserError]:
    return pytest.RaisesExc(UserError, check=lambda error: error.code == code)


def test_a_bundle_brings_everything_back_elsewhere(opened: Vault, tmp_path: Path) -> None:
    stored = opened.attachments.put("扫描件".encode())
    put(opened, "note", "备份前")
    path, digest = write_bundle(opened, tmp_path / "U盘" / "备份.djb")
    put(opened, "note", "备份后")
    assert sha256_of(path) == digest
    assert [p.name for p in path.parent.iterdir()] == ["备份.djb"]
    restored = restore_bundle(path, tmp_path / "新电脑" / "街道.djd")
    with open_vault(restored, account="管理员", password=PASSWORD) as copy:
        assert get(copy, "note") == "备份前"
        assert copy.attachments.get(stored.key) == "扫描件".encode()
        assert copy.check_integrity() == []
    assert get(opened, "note") == "备份后"


def test_a_restored_copy_knows_that_its_next_write_starts_a_new_incarnation(opened: Vault, tmp_path: Path) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    restored = restore_bundle(path, tmp_path / "新.djd")
    for _ in range(2):
        with open_vault(restored, account="管理员", password=PASSWORD) as copy:
            assert get(copy, identity.RESTORED)
    assert get(opened, identity.RESTORED) is None


def test_a_restored_copy_opens_by_recovery_key_without_its_key_file(tmp_path: Path) -> None:
    made, printed = create(tmp_path / "a.djd", file_name="a", account="管", password="口令 12345", prepare=prepare)
    with made:
        path, _ = write_bundle(made, tmp_path / "备份.djb")
    restored = restore_bundle(path, tmp_path / "b.djd")
    keys.keys_path(restored).unlink()
    with open_vault(restored, account="管", recovery_key=printed) as copy:
        assert get(copy, "note") == "第一行"
        assert get(copy, identity.RESTORED)


def test_restoring_never_overwrites(opened: Vault, tmp_path: Path) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    with refused("exists"):
        restore_bundle(path, opened.path)
    assert get(opened, "note") == "第一行"


def test_nothing_readable_lies_in_a_bundle(opened: Vault, tmp_path: Path) -> None:
    opened.attachments.put("扫描件".encode())
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    content = path.read_bytes()
    for secret in ("第一行", "扫描件", "管理员", PASSWORD):
        assert secret.encode() not in content
    assert b"SQLite format" not in content


def test_every_damaged_place_of_a_bundle_is_noticed(opened: Vault, tmp_path: Path) -> None:
    opened.attachments.put(os.urandom(5000))
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        starts = [info.header_offset + 200 for info in archive.infolist()]
    for at in [*starts, len(content) - 10]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x10]) + content[at + 1 :])
        with refused("damaged"):
            restore_bundle(path, tmp_path / "新.djd")
    for broken in (content[: len(content) // 2], b"", b"PK"):
        path.write_bytes(broken)
        with refused("damaged"):
            verify_bundle(path)
    assert not (tmp_path / "新.djd").exists()
    with refused("not_found"):
        verify_bundle(tmp_path / "没有.djb")


@pytest.mark.parametrize("name", ["../逃出.txt", "files/../../逃出", "/etc/x", "files/x"])
def test_a_part_with_a_foreign_name_is_refused(opened: Vault, tmp_path: Path, name: str) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    manifest = parts["manifest.json"].decode()
    parts["manifest.json"] = manifest.replace('"data.djd.keys": {', f'"{name}": {{').encode()
    parts[name] = parts.pop("data.djd.keys")
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    before = {p for p in tmp_path.rglob("*") if p.is_file()}
    with refused("damaged"):
        restore_bundle(path, tmp_path / "内" / "新.djd")
    assert {p for p in tmp_path.rglob("*") if p.is_file()} == before
    assert not Path("/etc/x").exists()


def test_a_newer_bundle_is_too_new(opened: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    monkeypatch.setattr(migrations, "CURRENT", migrations.CURRENT - 1)
    with refused("too_new"):
        verify_bundle(path)


def test_damaged_data_is_not_put_into_a_bundle(opened: Vault, tmp_path: Path) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    good = path.read_bytes()
    for number in range(200):
        put(opened, f"k{number}", "x" * 500)
    opened.close()
    content = bytearray(opened.path.read_bytes())
    content[len(content) // 2 // 4096 * 4096 + 100] ^= 1
    opened.path.write_bytes(content)
    target = tmp_path / "拷贝.djd"
    with refused("damaged"):
        backup.copy_database(opened.path, opened.data_key, target, opened.data_key)
    assert path.read_bytes() == good


def test_a_stick_without_room_is_said_plainly_and_keeps_the_backup_before(
    opened: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    good = path.read_bytes()
    put(opened, "bulk", "x" * 500_000)
    usage = shutil.disk_usage(tmp_path)

    def connect(file: Path, key: bytes, *, mode: str = "rw") -> Any:
        connection = database.connect(file, key, mode=mode)
        if mode != "ro":
            connection.execute("PRAGMA max_page_count = 10").fetchall()
        return connection

    monkeypatch.setattr(backup, "connect", connect)
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=4096))
    with pytest.raises(EnvironmentFault) as caught:
        write_bundle(opened, path)
    assert caught.value.code == "disk_full"
    assert path.name in caught.value.message
    assert path.read_bytes() == good


def test_a_backup_during_writing_holds_one_state(opened: Vault, tmp_path: Path) -> None:
    stop = threading.Event()
    put(opened, "bulk", "x" * 20_000_000)

    def edit() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with opened.database.write() as connection:
                settings.put(connection, "left", number)
                settings.put(connection, "right", number)

    writer = threading.Thread(target=edit)
    writer.start()
    try:
        path, _ = write_bundle(opened, tmp_path / "备份.djb")
    finally:
        stop.set()
        writer.join()
    restored = restore_bundle(path, tmp_path / "新.djd")
    with open_vault(restored, account="管理员", password=PASSWORD) as copy:
        assert get(copy, "left") == get(copy, "right")


def test_cancelling_leaves_the_old_bundle(opened: Vault, tmp_path: Path) -> None:
    path, digest = write_bundle(opened, tmp_path / "备份.djb")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        write_bundle(opened, path, progress=progress)
    assert sha256_of(path) == digest
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["备份.djb"]


def log_one(opened: Vault) -> None:
    """An operation row, as the unit of work would leave it."""
    with opened.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO operation(origin, seq, lamport, at, account, label, nature, touched, seal, header, signature,"
            " hash) SELECT 1, coalesce(max(seq), 0) + 1, 1, '', '', '', 'edit', '{}', x'', x'', x'', x'00'"
            " FROM operation"
        )


def test_an_automatic_backup_is_made_when_something_changed(opened: Vault, tmp_path: Path) -> None:
    folder = tmp_path / "自动"
    first = automatic(opened, folder, "close", only_if_changed=True)
    assert first is not None
    assert first.name.startswith("春晖 街道-")
    assert first.name.endswith("-关闭时.djb")
    assert automatic(opened, folder, "close", only_if_changed=True) is None
    log_one(opened)
    assert automatic(opened, folder, "import", only_if_changed=True) is not None
    assert automatic(opened, folder, "close", only_if_changed=True) is None
    opened.add_slot("王芳", "b-2-long")
    assert automatic(opened, folder, "close", only_if_changed=True) is not None
    last = backup.last_backup(opened)
    assert last is not None
    assert last["sha256"] == sha256_of(Path(last["path"]))


def test_a_failed_backup_stays_shown_until_one_succeeds(opened: Vault, tmp_path: Path) -> None:
    blocker = tmp_path / "占位"
    blocker.write_text("不是文件夹", "utf-8")
    with pytest.raises(EnvironmentFault):
        automatic(opened, blocker / "自动", "close")
    opened.close()
    with open_vault(opened.path, account="管理员", password=PASSWORD) as again:
        failure = backup.last_backup_failure(again)
        assert failure is not None
        assert (failure["code"], failure["reason"]) == ("no_permission", "close")
        assert failure["message"]
        automatic(again, tmp_path / "自动", "close")
        assert backup.last_backup_failure(again) is None


def test_thinning_keeps_days_weeks_and_months(tmp_path: Path) -> None:
    moments = [NOW - timedelta(hours=6 * i) for i in range(4 * 365 * 3)]
    for moment in moments:
        (tmp_path / f"春晖-{moment:%Y%m%d-%H%M%S}-关闭时.djb").touch()
    foreign = [
        tmp_path / "春晖.djb",
        tmp_path / "春晖-20200101-000000-我改的.djb",
        tmp_path / "别的-20200101-000000-手动.djb",
    ]
    for path in foreign:
        path.touch()
    thin(tmp_path, NOW, stem="春晖")
    assert all(path.exists() for path in foreign)
    kept = sorted(
        datetime.strptime(p.name[3:18], "%Y%m%d-%H%M%S").replace(tzinfo=UTC) for p in tmp_path.glob("春晖-*-关闭时.djb")
    )
    assert [m for m in moments if NOW - m < timedelta(days=2)] == [
        m for m in reversed(kept) if NOW - m < timedelta(days=2)
    ]
    assert {(NOW - timedelta(days=i)).date() for i in range(14)} <= {m.date() for m in kept}
    assert len({m.isocalendar()[:2] for m in kept}) >= 10
    assert len({(m.year, m.month) for m in kept}) == 24
    assert len(kept) < 14 + 10 + 24 + 8
    assert thin(tmp_path, NOW, stem="春晖") == []


def test_thinning_never_deletes_the_newest_however_old(tmp_path: Path) -> None:
    names = [f"春晖-20{year}0101-080000-关闭时.djb" for year in (10, 11)]
    for name in names:
        (tmp_path / name).touch()
    thin(tmp_path, NOW, stem="春晖", keep=backup.Keep(0, 0, 0, 0))
    assert [p.name for p in tmp_path.iterdir()] == [names[1]]


def test_remnants_of_a_killed_backup_are_cleared_a_day_later(tmp_path: Path) -> None:
    old, young = tmp_path / ".春晖-x-0a1b2c3d.djb.data", tmp_path / ".春晖-y-0a1b2c3d.djb"
    for path in (old, young):
        path.touch()
    before = (NOW - timedelta(days=2)).timestamp()
    os.utime(old, (before, before))
    os.utime(young, (NOW.timestamp(), NOW.timestamp()))
    thin(tmp_path, NOW, stem="春晖")
    assert [p.name for p in tmp_path.iterdir()] == [young.name]


# -- attachments ----------------------------------------------------------------------------------


def test_attachments_tell_nothing_and_notice_damage(tmp_path: Path) -> None:
    store = Attachments(tmp_path / "files")
    assert store.names() == []
    one, two = store.put("同一份".encode()), store.put("同一份".encode())
    assert one.name != two.name
    assert store.names() == sorted([one.name, two.name])
    assert store.get(one.key) == "同一份".encode()
    file = store.folder / one.name
    assert "同一份".encode() not in file.read_bytes()
    (store.folder / two.name).replace(file)
    with refused("attachment_damaged"):
        store.get(one.key)
    with refused("attachment_missing"):
        store.get(two.key)
    for broken in (b"", b"DJA1", b"DJA1" + bytes(20)):
        file.write_bytes(broken)
        with refused("attachment_damaged"):
            store.get(one.key)


def test_only_old_unreferenced_attachments_are_deleted(tmp_path: Path) -> None:
    store = Attachments(tmp_path / "files")
    kept, dropped = store.put(b"1"), store.put(b"2")
    assert store.delete_unreferenced([kept.name]) == 0
    assert store.delete_unreferenced([kept.name], grace_seconds=0) == 1
    assert store.names() == [kept.name]
    with refused("attachment_missing"):
        store.get(dropped.key)


def test_a_missing_bundle_part_is_damage(opened: Vault, tmp_path: Path) -> None:
    path, _ = write_bundle(opened, tmp_path / "备份.djb")
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read("manifest.json")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", manifest)
    with pytest.raises(VaultError) as caught:
        verify_bundle(path)
    assert caught.value.code == "damaged"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders there")
def test_a_pipe_given_as_a_bundle_is_not_found(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "备份.djb")
    with pytest.raises(VaultError) as caught:
        verify_bundle(tmp_path / "备份.djb")
    assert caught.value.code == "not_found"
