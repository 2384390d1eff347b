"""Creating, opening, refusing, sharing, rotating and crashing of a real data file."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import EnvironmentFault, UserError, VaultError
from dangjian_desktop.storage import keys, lock, migrations, recovery_key, settings
from dangjian_desktop.storage.device import Lost, Note, PcProfile
from dangjian_desktop.storage.vault import Vault, create, open_vault
from dangjian_desktop.sync.signing import SigningKey
from office_template import SHIPPED_EFFORT

PASSWORD = "街道-202609"


def prepare(connection: Connection) -> None:
    migrations.upgrade(connection)
    settings.put(connection, "note", "第一行")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "春晖 街道.djd"


@pytest.fixture
def printed(path: Path) -> str:
    """A closed file with one account; the value is its recovery key."""
    opened, text_of_key = create(path, file_name="春晖街道", account="管理员", password=PASSWORD, prepare=prepare)
    opened.close()
    return text_of_key


@pytest.fixture
def reopened(path: Path, printed: str) -> Iterator[Vault]:
    with open_vault(path, account="管理员", password=PASSWORD) as opened:
        yield opened


def note_of(opened: Vault) -> str:
    with opened.database.read() as connection:
        return str(settings.get(connection, "note"))


def put_note(opened: Vault, value: str) -> None:
    with opened.database.write() as connection:
        settings.put(connection, "note", value)


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir() if p.is_file()}


def refused(path: Path, *, password: str | None = None, recovery_key: str | None = None) -> VaultError:
    """The refusal of an opening, which must leave every file as it was."""
    before = digests(path.parent)
    with pytest.raises(VaultError) as caught:
        if password is None and recovery_key is None:
            password = PASSWORD
        open_vault(path, account="管理员", password=password, recovery_key=recovery_key)
    assert digests(path.parent) == before
    return caught.value


def test_what_was_written_is_there_again(path: Path, reopened: Vault) -> None:
    assert note_of(reopened) == "第一行"
    put_note(reopened, "第二行")
    reopened.close()
    with open_vault(path, account="管理员", password=PASSWORD) as again:
        assert note_of(again) == "第二行"


def test_at_rest_there_are_two_files_and_nothing_readable(path: Path, printed: str) -> None:
    assert sorted(digests(path.parent)) == [path.name, path.name + ".keys"]
    content = path.read_bytes() + path.with_name(path.name + ".keys").read_bytes()
    assert "第一行".encode() not in content
    assert b"SQLite format" not in content
    assert printed.encode() not in content


def test_creating_never_overwrites(path: Path, printed: str) -> None:
    before = digests(path.parent)
    with pytest.raises(UserError) as caught:
        create(path, file_name="x", account="a", password="口令 12345", prepare=prepare)
    assert caught.value.code == "exists"
    assert digests(path.parent) == before


def test_a_failed_creation_leaves_nothing(path: Path) -> None:
    def fail(connection: Connection) -> None:
        prepare(connection)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create(path, file_name="x", account="a", password="口令 12345", prepare=fail)
    assert not list(path.parent.iterdir())


def test_the_six_refusals_have_six_sentences(path: Path, printed: str, tmp_path: Path) -> None:
    found = {"wrong_password": refused(path, password="错的")}
    with open_vault(path, account="管理员", password=PASSWORD):
        with pytest.raises(VaultError) as caught:
            open_vault(path, account="管理员", password=PASSWORD)
        found["locked"] = caught.value
    with open_vault(path, account="管理员", password=PASSWORD) as opened, opened.database.write() as connection:
        connection.execute(text(f"PRAGMA user_version = {migrations.CURRENT + 1}"))
    found["too_new"] = refused(path)
    found["not_found"] = refused(tmp_path / "没有.djd")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    found["damaged"] = refused(path)
    keys.keys_path(path).unlink()
    found["keys_missing"] = refused(path)
    assert {code: error.code for code, error in found.items()} == {code: code for code in found}
    assert len({error.message for error in found.values()}) == 6
    assert all(error.exit_code == 3 and error.message.endswith("。") for error in found.values())


def test_the_lock_names_host_user_and_since(path: Path, printed: str) -> None:
    with open_vault(path, account="管理员", password=PASSWORD) as opened:
        holder = opened._lock.holder
        with pytest.raises(VaultError, match=holder.user) as caught:
            open_vault(path, account="管理员", password=PASSWORD)
        assert holder.host in caught.value.message
        assert holder.since[-5:] in caught.value.message
    assert not lock.lock_path(path).exists()


def test_what_is_shipped_costs_whoever_guesses_and_is_kept_in_the_slot(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PASSWORD_EFFORT", SHIPPED_EFFORT)
    create(path, file_name="街道", account="张三", password=PASSWORD, prepare=prepare)[0].close()
    slot = keys.read(keys.keys_path(path)).slot("张三")
    assert slot is not None
    assert slot.effort == SHIPPED_EFFORT
    assert (slot.effort.memory_kib, slot.effort.passes) >= (64 * 1024, 3)
    with open_vault(path, account="张三", password=PASSWORD):
        pass


def test_an_unknown_account_is_refused_like_a_wrong_password(path: Path, printed: str) -> None:
    with pytest.raises(VaultError) as caught:
        open_vault(path, account="没有这个人", password=PASSWORD)
    assert caught.value.message == refused(path, password="错的").message


@pytest.mark.parametrize("where", ["start", "page one", "middle", "emptied", "zeroed"])
def test_damage_is_never_called_a_wrong_password(path: Path, printed: str, where: str) -> None:
    content = bytearray(path.read_bytes())
    at = {"start": 3, "page one": 200, "middle": len(content) // 2 // 4096 * 4096 + 100}.get(where)
    if at is not None:
        content[at] ^= 0x40
    path.write_bytes(b"" if where == "emptied" else bytes(len(content)) if where == "zeroed" else bytes(content))
    assert refused(path).code == "damaged"


def test_a_newer_key_file_is_too_new_even_for_the_recovery_key(path: Path, printed: str) -> None:
    file = keys.keys_path(path)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | {"format": keys.FORMAT + 1}), "utf-8")
    assert refused(path).code == "too_new"
    assert refused(path, recovery_key=printed).code == "too_new"


def test_the_key_file_of_another_data_file_is_refused(path: Path, printed: str, tmp_path: Path) -> None:
    other = tmp_path / "别处.djd"
    create(other, file_name="x", account="管理员", password=PASSWORD, prepare=prepare)[0].close()
    shutil.copyfile(keys.keys_path(other), keys.keys_path(path))
    assert refused(path).code == "damaged"


def test_the_recovery_key_opens_and_sets_a_new_password(path: Path, printed: str) -> None:
    with open_vault(path, account="管理员", recovery_key=printed.lower().replace("-", " ")) as opened:
        assert opened.by_recovery_key
        opened.change_password("管理员", "新密码 12345")
    assert refused(path).code == "wrong_password"
    with open_vault(path, account="管理员", password="新密码 12345") as opened:
        assert note_of(opened) == "第一行"


@pytest.mark.parametrize("loss", ["missing", "damaged"])
def test_the_recovery_key_alone_heals_a_lost_key_file(path: Path, printed: str, loss: str) -> None:
    file = keys.keys_path(path)
    if loss == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:100])
    with open_vault(path, account="管理员", recovery_key=printed) as opened:
        assert not opened.has_slot("管理员")
        opened.add_slot("管理员", "新密码 12345")
    with open_vault(path, account="管理员", password="新密码 12345") as opened:
        assert note_of(opened) == "第一行"


def test_another_files_recovery_key_is_refused(path: Path, printed: str) -> None:
    other = recovery_key.generate()
    assert refused(path, recovery_key=other).code == "wrong_password"
    keys.keys_path(path).unlink()
    assert refused(path, recovery_key=other).code == "wrong_password"


def test_accounts_come_and_go_by_their_slots(path: Path, reopened: Vault) -> None:
    reopened.add_slot("王芳", "b-2-long")
    assert reopened.has_slot("王芳")
    with pytest.raises(UserError):
        reopened.add_slot("王芳", "xxxxxxxx")
    reopened.close()
    with open_vault(path, account="王芳", password="b-2-long") as opened:
        opened.check_password("管理员", PASSWORD)
        opened.remove_slot("王芳")
    with pytest.raises(VaultError) as caught:
        open_vault(path, account="王芳", password="b-2-long")
    assert caught.value.code == "wrong_password"


def test_rotation_keeps_passwords_and_kills_the_old_recovery_key(path: Path, printed: str) -> None:
    with open_vault(path, account="管理员", password=PASSWORD) as opened:
        opened.add_slot("王芳", "b-2-long")
        before = path.read_bytes()
        new = opened.rotate_recovery_key()
        assert note_of(opened) == "第一行"
        put_note(opened, "换过")
    assert new != printed
    assert path.read_bytes()[4096:8192] not in before
    assert refused(path, recovery_key=printed).code == "wrong_password"
    for password, key in ((PASSWORD, None), (None, new)):
        with open_vault(path, account="管理员", password=password, recovery_key=key) as opened:
            assert note_of(opened) == "换过"
    with open_vault(path, account="王芳", password="b-2-long") as opened:
        assert note_of(opened) == "换过"
    assert sorted(digests(path.parent)) == [path.name, path.name + ".keys"]


def test_rotation_waits_for_no_reader_and_changes_nothing_then(path: Path, printed: str, reopened: Vault) -> None:
    with reopened.database.read() as connection:
        connection.execute(text("SELECT 1")).all()
        with pytest.raises(EnvironmentFault) as caught:
            reopened.rotate_recovery_key()
    assert caught.value.code == "file_in_use"
    put_note(reopened, "照常")
    reopened.close()
    with open_vault(path, account="管理员", recovery_key=printed) as opened:
        assert note_of(opened) == "照常"


@pytest.mark.parametrize("cut", ["before the rename", "after the rename"])
def test_a_rotation_cut_short_opens_with_the_right_key(
    path: Path, printed: str, cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[[Path, Path], Path] = Path.replace
    new = recovery_key.generate()
    opened = open_vault(path, account="管理员", password=PASSWORD)

    def power_cut(self: Path, target: Path) -> Path:
        if self.name.endswith(".rewrite"):
            if cut == "after the rename":
                real(self, target)
            shutil.copytree(path.parent, path.parent / "断电")
        return real(self, target) if self.exists() else target

    monkeypatch.setattr(Path, "replace", power_cut)
    opened.rotate_recovery_key(new)
    monkeypatch.undo()
    opened.close()
    survivor = path.parent / "断电" / path.name
    lock.lock_path(survivor).unlink()
    valid, void = (new, printed) if cut == "after the rename" else (printed, new)
    with pytest.raises(VaultError):
        open_vault(survivor, account="管理员", recovery_key=void)
    with open_vault(survivor, account="管理员", password=PASSWORD) as healed:
        assert note_of(healed) == "第一行"
    with open_vault(survivor, account="管理员", recovery_key=valid) as healed:
        assert note_of(healed) == "第一行"
    assert sorted(digests(survivor.parent)) == [path.name, path.name + ".keys"]


def test_a_write_through_a_reader_raises(reopened: Vault) -> None:
    with reopened.database.read() as connection, pytest.raises(OperationalError):
        connection.execute(text("DELETE FROM setting"))


def test_an_error_inside_a_write_rolls_back_and_a_nested_write_is_refused(reopened: Vault) -> None:
    with pytest.raises(RuntimeError), reopened.database.write() as connection:
        settings.put(connection, "note", "不该留下")
        with reopened.database.write():
            pass
    assert note_of(reopened) == "第一行"
    put_note(reopened, "还能写")
    assert note_of(reopened) == "还能写"


def test_a_reader_sees_one_state_while_others_write(reopened: Vault) -> None:
    with reopened.database.read() as connection:
        before = settings.get(connection, "note")
        writers = [threading.Thread(target=put_note, args=(reopened, str(i))) for i in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert settings.get(connection, "note") == before
    assert note_of(reopened) in set("01234567")


def test_a_full_disk_is_said_plainly_and_loses_nothing(path: Path, reopened: Vault) -> None:
    with pytest.raises(EnvironmentFault) as caught, reopened.database.write() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        settings.put(connection, "big", "大" * 1_000_000)
    assert caught.value.code == "disk_full"
    assert note_of(reopened) == "第一行"


def test_an_older_file_is_backed_up_then_upgraded(
    path: Path, printed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE later(a)"))

    monkeypatch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, second))
    monkeypatch.setattr(migrations, "CURRENT", migrations.CURRENT + 1)
    folder = tmp_path / "备份"
    with open_vault(path, account="管理员", password=PASSWORD, backup_folder=folder) as opened:
        assert opened.upgraded_from == migrations.CURRENT - 1
        with opened.database.read() as connection:
            assert migrations.version(connection) == migrations.CURRENT
            assert connection.execute(text("SELECT count(*) FROM later")).scalar_one() == 0
    assert [p.suffix for p in folder.iterdir()] == [".djb"]


def test_a_failed_upgrade_leaves_the_older_file(path: Path, printed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE half(a)"))
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "MIGRATIONS", (*migrations.MIGRATIONS, broken))
        patch.setattr(migrations, "CURRENT", migrations.CURRENT + 1)
        with pytest.raises(ZeroDivisionError):
            open_vault(path, account="管理员", password=PASSWORD)
    assert not lock.lock_path(path).exists()
    with open_vault(path, account="管理员", password=PASSWORD) as opened, opened.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sqlite_master WHERE name = 'half'")).scalar_one() == 0


# -- the lock -----------------------------------------------------------------------------------------


def fake_lock(path: Path, **changes: object) -> None:
    holder = {"host": "别的电脑", "user": "李静", "pid": 1, "started": "", "since": "2026-03-02 08:15", "token": "x"}
    lock.lock_path(path).write_text(json.dumps(holder | changes, ensure_ascii=False), "utf-8")


def own_host(path: Path) -> str:
    return lock.Holder.myself(Clock()).host


def test_another_pc_keeps_its_lock_until_a_person_says_it_is_off(path: Path, printed: str) -> None:
    fake_lock(path)
    with pytest.raises(VaultError) as caught:
        open_vault(path, account="管理员", password=PASSWORD)
    assert "“别的电脑”" in caught.value.message
    assert "“李静”" in caught.value.message
    assert "3月2日 08:15" in caught.value.message
    with open_vault(path, account="管理员", password=PASSWORD, other_pc_is_off=True) as opened:
        assert opened.after_crash


def test_a_process_number_used_again_is_not_the_holder(path: Path, printed: str) -> None:
    fake_lock(path, host=own_host(path), pid=os.getpid(), started="another boot:1")
    with open_vault(path, account="管理员", password=PASSWORD) as opened:
        assert opened.after_crash


def test_a_lock_cut_short_while_written_is_a_remnant(path: Path, printed: str) -> None:
    lock.lock_path(path).write_bytes(b'{"host": "')
    with open_vault(path, account="管理员", password=PASSWORD) as opened:
        assert opened.after_crash


def test_releasing_leaves_a_lock_that_someone_else_took(path: Path, reopened: Vault) -> None:
    fake_lock(path)
    reopened.close()
    assert "别的电脑" in lock.lock_path(path).read_text("utf-8")


def test_of_many_who_find_a_dead_lock_one_gets_it(path: Path, printed: str) -> None:
    fake_lock(path, host=own_host(path), pid=os.getpid(), started="another boot:1")
    won: list[lock.FileLock] = []
    start = threading.Barrier(8)

    def contend() -> None:
        start.wait()
        with contextlib.suppress(VaultError):
            won.append(lock.acquire(path, Clock()))

    contenders = [threading.Thread(target=contend) for _ in range(8)]
    for one in contenders:
        one.start()
    for one in contenders:
        one.join()
    assert len(won) == 1


WRITER = """
import sys
from pathlib import Path
from dangjian_desktop.storage import keys, settings
from dangjian_desktop.storage.vault import open_vault
opened = open_vault(Path(sys.argv[1]), account="管理员", password=sys.argv[2])
for number in range(1, 1_000_000):
    with opened.database.write() as connection:
        settings.put(connection, "first", number)
        settings.put(connection, "blob", "x" * 5000)
        settings.put(connection, "second", number)
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
@pytest.mark.parametrize("after", [1, 7, 40])
def test_a_killed_process_loses_nothing_that_it_reported(path: Path, printed: str, after: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), PASSWORD], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stdout is not None
    reported = 0
    with process.stdout as lines:
        while reported < after:
            reported = int(lines.readline())
        process.send_signal(signal.SIGKILL)
        reported = int((lines.read().split() or [str(reported)])[-1])
    process.wait()
    with open_vault(path, account="管理员", password=PASSWORD) as opened, opened.database.read() as connection:
        assert opened.after_crash
        first, second = settings.get(connection, "first"), settings.get(connection, "second")
        assert first == second
        assert first >= reported
        assert opened.check_integrity() == []


# -- what the PC remembers ------------------------------------------------------------------------


def test_the_pc_notes_by_file_and_place(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", str(tmp_path / "数据"))
    here, copied = PcProfile("f", path), PcProfile("f", tmp_path / "拷贝.djd")
    assert here.note() is None
    here.keep_note(Note("a", 3, "00"))
    copied.keep_note(Note("b", 1, "11", (Lost("a", 3, "00", 1),)))
    assert PcProfile("f", path).note() == Note("a", 3, "00")
    assert PcProfile("f", tmp_path / "拷贝.djd").note() == Note("b", 1, "11", (Lost("a", 3, "00", 1),))
    assert PcProfile("g", path).note() is None


def test_the_keys_of_a_pc_stay_and_are_for_its_user_alone(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", str(tmp_path / "数据"))
    assert PcProfile("f", path).device() is None
    made = PcProfile("f", path).device_or_new()
    assert PcProfile("g", path).device_or_new() == made
    key = SigningKey.new()
    PcProfile("f", path).keep_key("a", key)
    PcProfile("f", path).keep_note(Note("a", 3, "00"))
    assert PcProfile("f", path).key("a") == key
    if os.name != "nt":
        assert {p.stat().st_mode & 0o777 for p in (tmp_path / "数据").rglob("*") if p.is_file()} == {0o600}
    PcProfile("f", path).drop_key("a")
    assert PcProfile("f", path).key("a") is None


@pytest.mark.parametrize("told", ["", "{", "[]", '{"incarnation": 1}', '{"incarnation": "a", "number": "3"}', "\udcff"])
def test_a_note_that_cannot_be_read_is_none(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", str(tmp_path / "数据"))
    PcProfile("f", path).keep_note(Note("a", 3, "00"))
    (note,) = (tmp_path / "数据").rglob("*.note")
    note.write_bytes(told.encode("utf-8", "surrogateescape"))
    assert PcProfile("f", path).note() is None


def test_a_pc_that_cannot_remember_does_not_fail(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = tmp_path / "文件"
    blocker.write_text("不是文件夹", "utf-8")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME", str(blocker))
    profile = PcProfile("f", path)
    profile.keep_note(Note("a", 3, "00"))
    profile.keep_key("a", SigningKey.new())
    assert profile.note() is None and profile.key("a") is None
    assert profile.device_or_new() == profile.device_or_new()
