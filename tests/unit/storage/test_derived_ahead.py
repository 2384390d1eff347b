"""The derivation that is begun before the program is loaded gives what opening would have derived."""

from __future__ import annotations

from pathlib import Path

import pytest

from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.storage import keys
from dangjian_desktop.storage.derived_ahead import DerivedAhead

PASSWORD = "合适的密码一二三"


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    path, data_key = tmp_path / "街道.djd", b"k" * 32
    file = keys.KeyFile.new("file-1", data_key)
    file.put_slot("张三", PASSWORD, data_key)
    file.write(keys.keys_path(path), data_key)
    return path


@pytest.mark.parametrize("account", ["张三", ""])
def test_the_file_opens_with_what_was_derived_ahead(data_file: Path, account: str) -> None:
    ahead = DerivedAhead(data_file, account, PASSWORD)
    assert keys.read(keys.keys_path(data_file)).unlock(account, PASSWORD, ahead.derive) == [b"k" * 32]


def test_another_question_is_answered_anew(data_file: Path) -> None:
    ahead = DerivedAhead(data_file, "张三", "另外一个密码四五六")
    assert keys.read(keys.keys_path(data_file)).unlock("张三", PASSWORD, ahead.derive) == [b"k" * 32]


def test_a_wrong_password_stays_wrong(data_file: Path) -> None:
    ahead = DerivedAhead(data_file, "张三", "另外一个密码四五六")
    with pytest.raises(VaultError) as refused:
        keys.read(keys.keys_path(data_file)).unlock("张三", "另外一个密码四五六", ahead.derive)
    assert refused.value.code == "wrong_password"


def test_what_was_derived_is_given_away_once(data_file: Path) -> None:
    question = keys.read(keys.keys_path(data_file)).question("张三", PASSWORD)
    assert question is not None
    ahead = DerivedAhead(data_file, "张三", PASSWORD)
    assert ahead.derive(*question) == ahead.derive(*question) == question[0].derive(*question[1:])
    assert PASSWORD.encode() not in repr(vars(ahead)).encode()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe"])
def test_a_key_file_that_cannot_be_read_is_left_to_the_opening(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "街道.djd"
    if content is not None:
        keys.keys_path(path).write_bytes(content)
    effort = keys.Effort(8, 1, 1)
    assert DerivedAhead(path, "", PASSWORD).derive(effort, b"secret", b"salt5678") == effort.derive(
        b"secret", b"salt5678"
    )
