"""Whole-file writing: the old file survives every failure, and each failure has its own sentence."""

from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import EnvironmentFault
from dangjian_desktop.base.files import in_use_by_other, no_device, replace_file, sha256_of


def _names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def writing(content: bytes) -> Callable[[Path], None]:
    """What `replace_file` is given: puts this content into the path it is told."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def test_writes_new_and_replaces_old(tmp_path: Path) -> None:
    target = tmp_path / "新 建" / "报表.xlsx"
    replace_file(target, writing(b"one"))
    replace_file(target, writing(b"two"))
    assert target.read_bytes() == b"two"
    assert _names(target.parent) == ["报表.xlsx"]


def test_writer_sees_the_same_suffix(tmp_path: Path) -> None:
    seen: list[str] = []

    def write(path: Path) -> None:
        seen.append(path.suffix)
        path.touch()

    replace_file(tmp_path / "a.pdf", write)
    assert seen == [".pdf"]


def test_failed_check_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "报表.pdf"
    target.write_bytes(b"old")

    def check(path: Path) -> None:
        assert path.read_bytes() == b"new"
        raise ValueError("坏了")

    with pytest.raises(ValueError, match="坏了"):
        replace_file(target, writing(b"new"), check)
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["报表.pdf"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "disk_full"), (errno.EACCES, "no_permission"), (errno.EROFS, "no_permission")],
)
def test_system_errors_become_plain_sentences(tmp_path: Path, number: int, code: str) -> None:
    target = tmp_path / "报表.pdf"
    target.write_bytes(b"old")

    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(number, os.strerror(number))

    with pytest.raises(EnvironmentFault) as caught:
        replace_file(target, write)
    assert caught.value.code == code
    assert "报表.pdf" in caught.value.message
    assert caught.value.exit_code == 4
    assert target.read_bytes() == b"old"
    assert _names(tmp_path) == ["报表.pdf"]


def test_other_system_errors_pass_through(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        raise OSError(errno.EIO, "读写错误")

    with pytest.raises(OSError, match="读写错误"):
        replace_file(tmp_path / "a.pdf", write)


@pytest.mark.parametrize("mark", ["~$季度报表一.xlsx", ".~lock.季度报表一.xlsx#"])
def test_open_elsewhere_is_refused_before_writing(tmp_path: Path, mark: str) -> None:
    target = tmp_path / "季度报表一.xlsx"
    target.write_bytes(b"old")
    assert not in_use_by_other(target)
    (tmp_path / mark).touch()
    assert in_use_by_other(target)

    with pytest.raises(EnvironmentFault) as caught:
        replace_file(target, lambda path: pytest.fail("不该开始写"))
    assert caught.value.code == "file_in_use"
    assert target.read_bytes() == b"old"


def test_long_excel_name_is_marked_without_its_first_two_letters(tmp_path: Path) -> None:
    (tmp_path / "~$三季度党员花名册.xlsx").touch()
    assert in_use_by_other(tmp_path / "二〇三季度党员花名册.xlsx")
    assert not in_use_by_other(tmp_path / "别的党员花名册二.xlsx")


def test_refused_replacement_means_open_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "报表.xlsx"
    target.write_bytes(b"old")

    def refuse(self: Path, other: Path) -> Path:
        raise PermissionError(errno.EACCES, "拒绝访问")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(EnvironmentFault) as caught:
        replace_file(target, writing(b"new"))
    assert caught.value.code == "file_in_use"
    assert _names(tmp_path) == ["报表.xlsx"]


def test_a_folder_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "报表.pdf").mkdir()
    with pytest.raises(EnvironmentFault) as caught:
        replace_file(tmp_path / "报表.pdf", writing(b"x"))
    assert caught.value.code == "no_permission"
    assert "是文件夹" in caught.value.message


def test_digest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc" * 1000)
    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc" * 1000).hexdigest()


@pytest.mark.parametrize("times", [1, 3])
def test_a_virus_scanner_that_holds_the_file_for_a_moment_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    refusals = [PermissionError(errno.EACCES, "held"), OSError(errno.EBUSY, "busy"), PermissionError(13, "held")]
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if len(refusals) > 3 - times:
            raise refusals.pop()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    replace_file(tmp_path / "a.pdf", writing(b"new"))
    assert (tmp_path / "a.pdf").read_bytes() == b"new"
    assert _names(tmp_path) == ["a.pdf"]


def test_what_stays_held_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dangjian_desktop.base import files

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "held")

    monkeypatch.setattr(files, "_SCANNER_SECONDS", 0.1)
    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(EnvironmentFault) as caught:
        replace_file(tmp_path / "a.pdf", writing(b"new"))
    assert caught.value.code == "file_in_use"
    assert _names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_file_is_for_its_owner_alone_from_its_first_byte(tmp_path: Path) -> None:
    modes: list[int] = []

    def write(path: Path) -> None:
        path.write_bytes(b"x")
        modes.append(path.stat().st_mode & 0o777)

    before = os.umask(0)
    try:
        replace_file(tmp_path / "a.pdf", write)
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert (tmp_path / "a.pdf").stat().st_mode & 0o777 == 0o600


def test_a_name_just_short_enough_is_written(tmp_path: Path) -> None:
    replace_file(tmp_path / ("长" * 83 + ".pdf"), writing(b"x"))
    assert len(_names(tmp_path)) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes in folders there")
def test_a_pipe_or_a_device_is_no_file_to_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道")
    (tmp_path / "设备").symlink_to("/dev/zero")
    (tmp_path / "表").write_bytes(b"x")
    for name in ("管道", "设备"):
        with pytest.raises(FileNotFoundError):
            no_device(tmp_path / name)
    for path in (tmp_path, tmp_path / "表", tmp_path / "没有"):
        assert no_device(path) == path
