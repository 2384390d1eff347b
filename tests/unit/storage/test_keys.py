"""The key file and the recovery key: who gets in, who does not, and what is told apart."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError, VaultError
from dangjian_desktop.storage import keys, recovery_key
from dangjian_desktop.storage.keys import Effort, KeyFile


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "PASSWORD_EFFORT", Effort(64, 1, 1))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "街道.djd.keys"


def written(path: Path, *accounts: tuple[str, str]) -> tuple[KeyFile, bytes]:
    data_key = secrets.token_bytes(32)
    file = KeyFile.new("file-1", data_key)
    for account, password in accounts:
        file.put_slot(account, password, data_key)
    file.write(path, data_key)
    return keys.read(path), data_key


def refusal(code: str) -> pytest.RaisesExc[VaultError]:
    return pytest.RaisesExc(VaultError, check=lambda error: error.code == code)


def test_each_password_opens_the_same_data_key(path: Path) -> None:
    file, data_key = written(path, ("管理员", "a-1-long"), ("王芳", "b-2-long"))
    assert file.unlock("管理员", "a-1-long") == [data_key]
    assert file.unlock(" 王芳 ", "b-2-long") == [data_key]


def test_without_a_name_the_only_account_is_meant(path: Path) -> None:
    file, data_key = written(path, ("王芳", "b-2-long"))
    assert file.unlock("", "b-2-long") == [data_key]
    file.put_slot("李静", "c-3-long", data_key)
    with refusal("wrong_password"):
        file.unlock("", "b-2-long")


def test_no_name_lies_in_the_file(path: Path) -> None:
    written(path, ("王芳", "b-2-long"))
    content = path.read_text("utf-8")
    assert "王芳" not in content
    assert "\\u738b" not in content


@pytest.mark.parametrize(("account", "password"), [("王芳", "b-3-long"), ("王芳", ""), ("李静", "b-2-long")])
def test_wrong_password_and_unknown_account_are_one_sentence(path: Path, account: str, password: str) -> None:
    file, _ = written(path, ("王芳", "b-2-long"))
    with pytest.raises(VaultError) as caught:
        file.unlock(account, password)
    assert (caught.value.code, caught.value.message) == ("wrong_password", "账户或密码不对。")


def test_a_password_composed_differently_is_the_same_password(path: Path) -> None:
    file, data_key = written(path, ("a", "caf\u00e9 2026"))
    assert file.unlock("a", "cafe\u0301 2026") == [data_key]


def test_a_removed_slot_opens_no_more(path: Path) -> None:
    file, data_key = written(path, ("管理员", "a-1-long"), ("王芳", "b-2-long"))
    assert file.remove_slot("王芳")
    assert not file.remove_slot("王芳")
    file.write(path, data_key)
    with refusal("wrong_password"):
        keys.read(path).unlock("王芳", "b-2-long")
    assert keys.read(path).unlock("管理员", "a-1-long") == [data_key]


def test_an_empty_password_is_refused(path: Path) -> None:
    file, data_key = written(path)
    with pytest.raises(UserError):
        file.put_slot("王芳", "", data_key)


def test_every_flipped_byte_is_damage_never_a_wrong_password(path: Path) -> None:
    written(path, ("王芳", "b-2-long"))
    content = path.read_bytes()
    for at in range(0, len(content), 37):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(VaultError) as caught:
            keys.read(path)
        assert caught.value.code in ("damaged", "too_new")


def test_missing_empty_and_newer_files_are_told_apart(path: Path) -> None:
    with refusal("keys_missing"):
        keys.read(path)
    path.write_bytes(b"")
    with refusal("damaged"):
        keys.read(path)
    written(path)
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(document | {"format": keys.FORMAT + 1}), "utf-8")
    with refusal("too_new"):
        keys.read(path)


def test_a_slot_added_without_the_data_key_is_noticed(path: Path) -> None:
    written(path, ("管理员", "a-1-long"))
    forged = keys.read(path)
    forged.put_slot("外人", "xxxxxxxx", secrets.token_bytes(32))
    forged.write_restored(path)  # stores with a fresh digest, but cannot make the keyed check
    with refusal("damaged"):
        keys.read(path).unlock("管理员", "a-1-long")


def test_a_demand_for_all_memory_is_damage(path: Path) -> None:
    file, data_key = written(path, ("王芳", "b-2-long"))
    label, slot = next(iter(file.slots.items()))
    greedy = keys.KeySlot(Effort(1 << 30, 1, 1), slot.salt, slot.public, slot.private, slot.sealed, 1)
    file.slots[label] = greedy
    with refusal("damaged"):
        file.write(path, data_key)


def test_rotation_gives_every_account_the_new_key_and_no_other(path: Path) -> None:
    file, old = written(path, ("管理员", "a-1-long"), ("王芳", "b-2-long"), ("离职", "c-3-long"))
    file.remove_slot("离职")
    new = secrets.token_bytes(32)
    file.begin_rotation(old, new)
    file.write(path, old, new)
    half = keys.read(path)
    assert half.rotating
    assert half.unlock("王芳", "b-2-long") == [old, new]
    half.recognise(old)
    half.recognise(new)
    half.finish_rotation(new)
    half.write(path, new)
    done = keys.read(path)
    assert not done.rotating
    assert [done.unlock("管理员", "a-1-long"), done.unlock("王芳", "b-2-long")] == [[new], [new]]
    with refusal("wrong_password"):
        done.recognise(old)


def test_an_interrupted_rotation_can_go_back(path: Path) -> None:
    file, old = written(path, ("王芳", "b-2-long"))
    new = secrets.token_bytes(32)
    file.begin_rotation(old, new)
    file.write(path, old, new)
    half = keys.read(path)
    half.finish_rotation(old)
    half.write(path, old)
    assert keys.read(path).unlock("王芳", "b-2-long") == [old]


def test_recovery_key_survives_the_way_people_type_it() -> None:
    text = recovery_key.render(bytes(range(20)))
    assert [len(group) for group in text.split("-")] == [4] * 9
    secret = recovery_key.parse(text)
    assert secret == bytes(range(20))
    typed = text.lower().replace("-", " ").replace("0", "O").replace("1", "l")
    full_width = "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() else "－" for sign in text)
    assert recovery_key.parse(f"  {typed}\n") == secret
    assert recovery_key.parse(full_width) == secret


def test_every_single_mistyped_sign_of_a_recovery_key_is_noticed() -> None:
    text = recovery_key.render(bytes(range(20)))
    for at, sign in enumerate(text):
        if sign == "-":
            continue
        other = "7" if sign != "7" else "8"
        with refusal("wrong_password"):
            recovery_key.parse(text[:at] + other + text[at + 1 :])


def test_swapped_groups_missing_and_foreign_signs_are_noticed() -> None:
    groups = recovery_key.render(bytes(range(20))).split("-")
    for typed in (
        "-".join([groups[1], groups[0], *groups[2:]]),
        "-".join(groups[:-1]),
        "-".join(["中文字吗", *groups[1:]]),
        "",
    ):
        with refusal("wrong_password"):
            recovery_key.parse(typed)


def test_two_recovery_keys_give_two_data_keys() -> None:
    first, second = recovery_key.parse(recovery_key.generate()), recovery_key.parse(recovery_key.generate())
    assert recovery_key.data_key(first) != recovery_key.data_key(second)
    assert len(recovery_key.data_key(first)) == 32
