"""The lock file: which PC it means, and what a damaged or hostile one can do (nothing but be a remnant)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import VaultError
from dangjian_desktop.storage import lock


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    return tmp_path / "街道.djd"


def lay(data_file: Path, **changes: object) -> None:
    holder = asdict(lock.Holder.myself(Clock())) | {"since": "2026-03-02 08:15"} | changes
    lock.lock_path(data_file).write_text(json.dumps(holder), "utf-8")


def taken_over(data_file: Path) -> bool:
    held = lock.acquire(data_file, Clock())
    try:
        return held.taken_over
    finally:
        held.release()


def test_the_lock_names_the_machine(data_file: Path) -> None:
    held = lock.acquire(data_file, Clock())
    written = json.loads(lock.lock_path(data_file).read_bytes())
    held.release()
    assert written["machine"] == lock.machine_id()
    # The system's own number is nobody's business: a digest is enough to tell two PCs apart.
    for place in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if place.is_file() and (number := place.read_text().strip()):
            assert number not in str(written)


def test_another_pc_with_the_same_name_is_another_pc(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "machine_id", lambda: "a" * 32)
    lay(data_file, pid=2**22 + 1, machine="b" * 32)
    with pytest.raises(VaultError) as caught:
        lock.acquire(data_file, Clock())
    assert caught.value.code == "locked"
    assert "接管" in caught.value.advice
    assert lock.acquire(data_file, Clock(), other_pc_is_off=True).taken_over


def test_a_dead_process_of_this_very_pc_is_a_remnant(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "machine_id", lambda: "a" * 32)
    lay(data_file, pid=2**22 + 1, machine="a" * 32)
    assert taken_over(data_file)


def test_where_the_system_gives_no_number_the_name_decides(data_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "machine_id", lambda: "")
    lay(data_file, pid=2**22 + 1, machine="b" * 32)
    assert taken_over(data_file)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b'"x"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b"{" + b'"a":{' * 50_000,
        b"\0" * 5_000_000,
        b'{"host": null}',
    ],
)
def test_what_cannot_be_a_holder_is_a_remnant(data_file: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "_WRITING_SECONDS", 0.0)
    lock.lock_path(data_file).write_bytes(content)
    assert taken_over(data_file)


@pytest.mark.parametrize("pid", [0, -1, "7", None, True, 1.5, 1 << 70, [], {}])
def test_a_process_number_that_is_none_is_a_remnant(
    data_file: Path, pid: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_WRITING_SECONDS", 0.0)
    lay(data_file, pid=pid)
    assert taken_over(data_file)


def test_a_newer_versions_lock_still_holds(data_file: Path) -> None:
    lay(data_file, host="别的电脑", window=3)
    with pytest.raises(VaultError) as caught:
        lock.acquire(data_file, Clock())
    assert "别的电脑" in caught.value.message


def test_a_strangers_text_stays_one_short_sentence(data_file: Path) -> None:
    lay(data_file, host="甲\n乙" * 2_000, user="\x1b[31m红" * 500, since="昨\n天" * 300)
    with pytest.raises(VaultError) as caught:
        lock.acquire(data_file, Clock())
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 250
    assert caught.value.advice.isprintable()


def test_a_folder_in_place_of_the_lock_is_one_sentence(data_file: Path) -> None:
    lock.lock_path(data_file).mkdir()
    with pytest.raises(Exception) as caught:  # noqa: PT011 - which of the two depends on the system
        lock.acquire(data_file, Clock())
    assert getattr(caught.value, "code", "") == "no_permission"
