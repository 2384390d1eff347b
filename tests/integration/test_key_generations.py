"""Key slots against old copies and forgeries: what was closed stays closed, and what is said about it is true."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_kit import PASSWORD, Cli, write
from dangjian_desktop.base.errors import UserError, VaultError
from dangjian_desktop.services.office import accounts, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.storage import keys, slots
from office_kit import new_office

OTHER = "李四的密码 2026"
NEW = "换过的密码 2026"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    accounts.add(made, "李四", "clerk", OTHER)
    yield made
    made.close()


def kept(office: Office) -> Path:
    """A copy of the key file as it is now, in somebody's pocket."""
    copy = office.path.with_name("口袋")
    shutil.copy(keys.keys_path(office.path), copy)
    return copy


def put_back(office: Office, copy: Path) -> None:
    office.close()
    shutil.copy(copy, keys.keys_path(office.path))


def opens(path: Path, account: str, password: str) -> str:
    """`ok`, or the code of the refusal."""
    try:
        opening.open_office(path, account=account, password=password).close()
    except VaultError as error:
        assert error.message.endswith("。")
        return error.code
    return "ok"


def test_an_old_key_file_does_not_bring_a_former_password_back(office: Office) -> None:
    old = kept(office)
    accounts.passwd(office, "李四", NEW)
    put_back(office, old)
    assert opens(office.path, "李四", OTHER) == "wrong_password"
    assert opens(office.path, "李四", NEW) == "wrong_password"
    # Whose password is as it was comes in, and sees that the other one has none.
    assert opens(office.path, office.actor.name, PASSWORD) == "ok"


def test_an_old_key_file_does_not_bring_a_disabled_account_back(office: Office) -> None:
    old = kept(office)
    accounts.disable(office, "李四")
    put_back(office, old)
    assert opens(office.path, "李四", OTHER) == "wrong_password"
    with opening.open_office(office.path, account=office.actor.name, password=PASSWORD).vault as vault:
        assert not vault.has_slot("李四")


def test_an_old_key_file_with_one_slot_does_not_open_without_a_name(tmp_path: Path) -> None:
    made = new_office(tmp_path)
    old = kept(made)
    accounts.passwd(made, made.actor.name, NEW, old=PASSWORD)
    put_back(made, old)
    with pytest.raises(VaultError) as caught:
        opening.open_office(made.path, password=PASSWORD)
    assert caught.value.code == "wrong_password"
    assert "以前的副本" in caught.value.message


def test_the_recovery_key_mends_what_an_old_key_file_spoilt(tmp_path: Path) -> None:
    made, printed = opening.create_office(tmp_path / "a.djd", name="街道党工委", password=PASSWORD)
    old = kept(made)
    accounts.passwd(made, made.actor.name, NEW, old=PASSWORD)
    put_back(made, old)
    by_key = opening.open_office(made.path, recovery_key=printed)
    accounts.reset(by_key, by_key.actor.name, "第三个密码 2026")
    by_key.close()
    assert opens(made.path, made.actor.name, "第三个密码 2026") == "ok"
    assert opens(made.path, made.actor.name, PASSWORD) == "wrong_password"
    assert opens(made.path, made.actor.name, NEW) == "wrong_password"


def test_a_new_data_key_is_not_sealed_to_what_an_old_key_file_brings_back(office: Office) -> None:
    old = kept(office)
    accounts.disable(office, "李四")
    put_back(office, old)
    again = opening.open_office(office.path, account=office.actor.name, password=PASSWORD)
    accounts.rotate_recovery_key(again)
    again.close()
    assert len(keys.read(keys.keys_path(office.path)).slots) == 1


def test_who_has_the_data_key_writes_no_slot_for_another(office: Office) -> None:
    office.close()
    clerk = opening.open_office(office.path, account="李四", password=OTHER)
    data_key, path = clerk.vault.data_key, keys.keys_path(office.path)
    clerk.close()
    forged = keys.read(path)
    forged.put_slot(office.actor.name, "我说了算的密码一二", data_key)
    forged.put_slot("没有的人", "我说了算的密码一二", data_key)
    forged.write(path, data_key)
    assert opens(office.path, office.actor.name, "我说了算的密码一二") == "damaged"
    assert opens(office.path, "没有的人", "我说了算的密码一二") == "wrong_password"
    assert opens(office.path, "李四", OTHER) == "ok"


def test_a_generation_that_was_turned_forward_does_not_help(office: Office) -> None:
    """The number stands in the authenticated body, and what counts is the register in the encrypted file."""
    old = kept(office)
    accounts.passwd(office, "李四", NEW)
    data_key = office.vault.data_key
    document = json.loads(old.read_bytes())
    document["generation"] = 99
    document["digest"] = keys._digest(document)
    turned = office.path.with_name("拨过的")
    turned.write_text(json.dumps(document))
    put_back(office, turned)
    assert opens(office.path, "李四", OTHER) == "damaged"
    signed = keys.read(old)
    signed.generation = 99
    signed.write(keys.keys_path(office.path), data_key)
    assert opens(office.path, "李四", OTHER) == "wrong_password"


@pytest.mark.parametrize("role", ["clerk", "secretary", "grid_worker", "reader"])
def test_nobody_below_administrator_writes_a_slot_but_the_own_one(office: Office, role: str) -> None:
    administrator = office.actor.name
    accounts.set_role(office, "李四", role)
    office.close()
    below = opening.open_office(office.path, account="李四", password=OTHER)
    before = keys.keys_path(office.path).read_bytes()
    tries: list[Callable[[], object]] = [
        lambda: accounts.add(below, "王五", "reader", NEW),
        lambda: accounts.passwd(below, administrator, NEW),
        lambda: accounts.passwd(below, administrator, NEW, old=OTHER),
        lambda: accounts.disable(below, administrator),
        lambda: accounts.set_role(below, "李四", "administrator"),
        lambda: accounts.reset(below, administrator, NEW),
        lambda: accounts.rotate_recovery_key(below),
        lambda: accounts.passwd(below, "李四", NEW),
        lambda: accounts.passwd(below, "李四", NEW, old="不对的密码 1"),
    ]
    for attempt in tries:
        with pytest.raises(UserError):
            attempt()
        assert keys.keys_path(office.path).read_bytes() == before
    accounts.passwd(below, "李四", NEW, old=OTHER)
    below.close()
    assert opens(office.path, "李四", NEW) == "ok"
    assert opens(office.path, "李四", OTHER) == "wrong_password"


def cut(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Cut the power at the `at`-th step that writes key file or register."""
    steps = 0

    def counted(call: Any) -> Any:
        def step(*given: Any, **named: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps >= at:
                raise KeyboardInterrupt
            return call(*given, **named)

        return step

    monkeypatch.setattr(slots.Slots, "_remember", counted(slots.Slots._remember))
    monkeypatch.setattr(keys.KeyFile, "write", counted(keys.KeyFile.write))


@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_change_of_password_cut_short_leaves_one_password(
    office: Office, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    old = kept(office)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        cut(patch, at)
        accounts.passwd(office, "李四", NEW)
    office.close()
    found = [password for password in (OTHER, NEW) if opens(office.path, "李四", password) == "ok"]
    assert found == [NEW if at == 3 else OTHER]
    if at == 3:
        shutil.copy(old, keys.keys_path(office.path))
        assert opens(office.path, "李四", OTHER) == "wrong_password"


@pytest.mark.parametrize("at", [1, 2])
def test_disabling_cut_short_leaves_nobody_in(office: Office, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        cut(patch, at)
        accounts.disable(office, "李四")
    office.close()
    assert opens(office.path, "李四", OTHER) == "wrong_password"
    assert opens(office.path, office.actor.name, PASSWORD) == "ok"


def test_a_disk_that_is_full_changes_no_password(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: keys.KeyFile, path: Path) -> None:
        raise OSError(errno.ENOSPC, "full", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(keys.KeyFile, "_store", full)
        with pytest.raises(OSError, match="full"):
            accounts.passwd(office, "李四", NEW)
        with pytest.raises(OSError, match="full"):
            accounts.add(office, "王五", "reader", NEW)
    assert [a.name for a in accounts.listing(office)] == [office.actor.name, "李四"]
    accounts.add(office, "王五", "reader", NEW)
    office.close()
    assert opens(office.path, "李四", OTHER) == opens(office.path, "王五", NEW) == "ok"


def test_a_backup_holds_keys_and_register_of_one_moment(office: Office, tmp_path: Path) -> None:
    from dangjian_desktop.services.office import backups

    accounts.passwd(office, "李四", NEW)
    backups.backup(office, tmp_path / "b.djb")
    restored = backups.restore(tmp_path / "b.djb", tmp_path / "r.djd")
    assert opens(restored, "李四", NEW) == "ok"
    assert opens(restored, "李四", OTHER) == "wrong_password"


def test_disabling_says_what_it_does_without_a_new_key_and_offers_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    monkeypatch.setenv("DANGJIAN_ACCOUNT", "管理员")
    cli = Cli(tmp_path / "街道.djd", capsys)
    first = cli.new()
    secret = write(tmp_path, "p", OTHER)
    for name in ("甲甲", "乙乙"):
        cli.ok("account", "add", name, "--role", "clerk", "--new-password-file", secret)
    cli.ok("backup", "-o", tmp_path / "以前.djb")
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    plain = cli.plain("--file", cli.file, "account", "disable", "甲甲")
    assert plain.code == 0
    assert "备份" in plain.out
    assert "--new-key" in plain.out
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    done = cli.ok("account", "disable", "乙乙", "--new-key")
    assert done["recovery_key"] not in (None, first)
    assert "备份" in done["note"]
    cli.refused(3, "wrong_password", "info", "--recovery-key-file", write(tmp_path, "old", first))
    cli.ok("info", "--recovery-key-file", write(tmp_path, "new", done["recovery_key"]))
    # What the sentence says of backups is so.
    restored = Cli(tmp_path / "还.djd", capsys)
    restored.ok("restore", tmp_path / "以前.djb", "--to", restored.file)
    restored.ok("info", "--account", "甲甲", "--password-file", secret)
    cli.refused(3, "wrong_password", "info", "--account", "甲甲", "--password-file", secret)


@pytest.mark.parametrize("password", ["", "       ", "1234567", "七个字的密码哦", "       1"])
def test_a_short_password_is_refused_everywhere(
    office: Office, tmp_path: Path, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if password.strip() and len(password) >= 8:
        pytest.skip("long enough")
    office.vault.by_recovery_key = True
    tries: list[Callable[[], object]] = [
        lambda: accounts.add(office, "王五", "reader", password),
        lambda: accounts.passwd(office, "李四", password),
        lambda: accounts.passwd(office, office.actor.name, password, old=PASSWORD),
        lambda: accounts.reset(office, "李四", password),
        lambda: opening.create_office(tmp_path / "新" / "a.djd", name="街道", password=password),
        lambda: office.vault.add_slot("王五", password),
        lambda: office.vault.change_password("李四", password),
    ]
    for attempt in tries:
        with pytest.raises(UserError) as caught:
            attempt()
        assert caught.value.code in ("short_password", "empty_password")
    assert not (tmp_path / "新").exists()
    office.close()
    assert opens(office.path, "李四", OTHER) == "ok"


ABSURD: list[object] = [
    ["argon2id", 1 << 40, 3, 4],
    ["argon2id", 65536, 1 << 30, 4],
    ["argon2id", 65536, 3, 1 << 20],
    ["argon2id", 0, 0, 0],
    ["argon2id", -1, 3, 4],
    ["argon2id", 8, 3, 4],
    ["argon2id", 65536, True, 4],
    ["argon2id", 65536.0, 3, 4],
    ["argon2id", "65536", 3, 4],
    ["argon2id", 10**30, 3, 4],
    ["argon2i", 65536, 3, 4],
    ["argon2id", 65536],
    [],
    {},
    None,
]


@pytest.mark.parametrize("kdf", ABSURD)
def test_absurd_numbers_of_the_key_derivation_are_damage(office: Office, kdf: object) -> None:
    office.close()
    path = keys.keys_path(office.path)
    document = json.loads(path.read_bytes())
    for slot in document["slots"].values():
        slot["kdf"] = kdf
    document["digest"] = keys._digest(document)
    path.write_text(json.dumps(document))
    assert opens(office.path, "李四", OTHER) == "damaged"


@pytest.mark.parametrize(
    "field", ["format", "file_id", "generation", "label_salt", "checks", "slots", "macs", "restored", "digest"]
)
@pytest.mark.parametrize("value", [None, "", "x", [], {}, 7, -1, [7], {"a": 7}, 1e400, "é", [None]], ids=repr)
def test_every_malformed_field_of_a_key_file_is_one_refusal(office: Office, field: str, value: object) -> None:
    office.close()
    path = keys.keys_path(office.path)
    document = json.loads(path.read_bytes())
    if document[field] == value:
        pytest.skip("nothing malformed")
    document[field] = value
    if field != "digest":
        document["digest"] = keys._digest(document)
    path.write_text(json.dumps(document))
    assert opens(office.path, "李四", OTHER) in ("damaged", "too_new", "wrong_password")
    assert opening.account_needed(office.path) in (True, False)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"\xff", b"[" * 200_000, b'{"format": 1}', b"0" * 5_000_000])
def test_a_key_file_that_is_none_is_damage(office: Office, content: bytes) -> None:
    office.close()
    keys.keys_path(office.path).write_bytes(content)
    assert opens(office.path, "李四", OTHER) == "damaged"
    assert not opening.account_needed(office.path)


def test_a_folder_in_place_of_the_key_file_is_damage(office: Office) -> None:
    office.close()
    keys.keys_path(office.path).unlink()
    keys.keys_path(office.path).mkdir()
    assert opens(office.path, "李四", OTHER) == "damaged"
