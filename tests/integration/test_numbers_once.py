"""A number is given once: copies, old files, restored files, other PCs, and what is told about them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from cli_kit import PASSWORD as CLI_PASSWORD
from cli_kit import Cli
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.changes import OpId
from dangjian_desktop.services.office import about, backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from office_kit import PASSWORD, add_branch, new_office

NUMBERS = "SELECT g.incarnation, o.seq FROM operation o JOIN origin g ON g.id = o.origin ORDER BY o.id"


def opened(path: Path) -> Office:
    return opening.open_office(path, password=PASSWORD, clock=Clock(date(2026, 9, 30)))


def numbers(office: Office) -> list[OpId]:
    with office.database.read() as connection:
        return [OpId(*row) for row in connection.execute(text(NUMBERS))]


def write(path: Path, *names: str) -> list[OpId]:
    """Open, add branches, close; returns all numbers of the file."""
    office = opened(path)
    try:
        for name in names:
            add_branch(office, name)
        assert [p for p in integrity.check(office) if p.code != "behind"] == []
        return numbers(office)
    finally:
        office.close()


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", CLI_PASSWORD)
    return Cli(tmp_path / "命令行.djd", capsys)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    office = new_office(tmp_path)
    office.close()
    return office.path


def incarnations(found: list[OpId]) -> set[str]:
    return {number.origin for number in found}


def test_the_same_file_on_the_same_pc_goes_on_under_one_incarnation(path: Path) -> None:
    write(path, "甲支部")
    found = write(path, "乙支部", "丙支部")
    assert len(incarnations(found)) == 1
    assert [number.seq for number in found] == [1, 2, 3, 4]


def test_opening_and_looking_starts_no_incarnation(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "别处" / "副本.djd"
    copy.parent.mkdir()
    for suffix in ("", ".keys"):
        shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    for _ in range(3):
        office = opened(copy)
        assert about.about(office).incarnation == ""
        assert office.notices == []
        office.close()
    office = opened(copy)
    with office.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM origin")).scalar_one() == 1
    office.close()


def test_two_copies_never_give_the_same_number(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "别处" / "副本.djd"
    copy.parent.mkdir()
    for suffix in ("", ".keys"):
        shutil.copy(f"{path}{suffix}", f"{copy}{suffix}")
    ours, theirs = write(path, "甲支部"), write(copy, "乙支部")
    assert set(ours) & set(theirs) == {ours[0]}
    assert set(write(path, "丙支部")) & set(write(copy, "丁支部")) == {ours[0]}


def test_another_pc_has_no_key_and_starts_its_own(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "别的电脑"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "别的电脑"))
    found = write(path, "甲支部")
    assert len(incarnations(found)) == 2
    office = opened(path)
    with office.database.read() as connection:
        assert connection.execute(text("SELECT count(DISTINCT device) FROM origin")).scalar_one() == 2
    office.close()


def test_a_file_that_is_behind_says_what_is_missing_and_goes_on_under_a_new_one(path: Path, tmp_path: Path) -> None:
    write(path, "甲支部")
    shutil.copy(path, tmp_path / "旧")
    lost = write(path, "乙支部", "丙支部")
    shutil.copy(tmp_path / "旧", path)
    office = opened(path)
    assert len(office.notices) == 1
    assert "本机保存过的最后2步操作不在里面" in office.notices[0]
    assert [p.code for p in integrity.check(office)] == ["behind"]
    office.close()
    found = write(path, "丁支部")
    assert len(incarnations(found)) == 2
    assert not set(found) - set(lost[:2]) & set(lost)
    office = opened(path)
    assert office.notices == [], "it is told until the next write, and by the check from then on"
    assert [p.code for p in integrity.check(office)] == ["behind"]
    office.close()
    assert len(incarnations(write(path, "戊支部"))) == 2


def test_another_last_operation_under_the_same_number_is_noticed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(tmp_path / "记录")
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    write(path, "甲支部")
    shutil.copy(path, tmp_path / "旧")
    shutil.copytree(home, tmp_path / "旧记录")
    write(path, "乙支部")
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "旧记录", home)
    shutil.copy(path, tmp_path / "新")
    shutil.copy(tmp_path / "旧", path)
    write(path, "丙支部")
    shutil.copy(tmp_path / "新", path)
    office = opened(path)
    assert "不是同一步" in office.notices[0]
    office.close()
    assert len(incarnations(write(path, "丁支部"))) >= 3


def test_a_note_that_is_older_than_the_file_does_no_harm(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "记录"
    monkeypatch.setenv("XDG_DATA_HOME", str(home))
    monkeypatch.setenv("LOCALAPPDATA", str(home))
    write(path, "甲支部")
    shutil.copytree(home, tmp_path / "旧记录")
    before = write(path, "乙支部")
    shutil.rmtree(home)
    shutil.copytree(tmp_path / "旧记录", home)
    after = write(path, "丙支部")
    assert incarnations(after) == incarnations(before)
    assert after[: len(before)] == before


def test_a_restored_file_starts_a_new_incarnation_at_its_first_write(path: Path, tmp_path: Path) -> None:
    office = opened(path)
    add_branch(office, "甲支部")
    backups.backup(office, tmp_path / "备份.djb")
    office.close()
    restored = tmp_path / "恢复" / "新.djd"
    backups.restore(tmp_path / "备份.djb", restored)
    office = opened(restored)
    assert about.about(office).incarnation == ""
    assert len(incarnations(numbers(office))) == 1
    office.close()
    assert len(incarnations(write(restored, "乙支部"))) == 2
    assert len(incarnations(write(restored, "丙支部"))) == 2


def test_an_older_backup_in_the_place_of_the_file_says_what_is_missing(path: Path, tmp_path: Path) -> None:
    office = opened(path)
    backups.backup(office, tmp_path / "备份.djb")
    office.close()
    write(path, "甲支部", "乙支部")
    path.unlink()
    backups.restore(tmp_path / "备份.djb", path)
    office = opened(path)
    assert len(office.notices) == 1
    assert "最后2步操作不在里面" in office.notices[0]
    assert integrity.check(office) == [], "a person restored it: nothing is wrong with it"
    office.close()
    assert len(incarnations(write(path, "丙支部"))) == 2
    office = opened(path)
    assert office.notices == []
    office.close()


def test_an_operation_that_fails_takes_no_number(path: Path) -> None:
    office = opened(path)
    with pytest.raises(RuntimeError, match="half"), office.operation("试") as work:
        work.create("organisation", {"name": "甲支部", "kind": "631"})
        raise RuntimeError("half")
    add_branch(office, "乙支部")
    assert [number.seq for number in numbers(office)] == [1, 2]
    assert integrity.check(office) == []
    office.close()


def test_a_second_creation_of_one_id_is_refused_and_told(path: Path) -> None:
    office = opened(path)
    branch = add_branch(office, "甲支部")
    before = numbers(office)
    with pytest.raises(UserError, match="已经有") as told, office.operation("再建") as work:
        work.create("organisation", {"id": branch, "name": "乙支部", "kind": "631"})
    assert told.value.code == "exists"
    with pytest.raises(UserError), office.operation("建两次") as work:
        work.create_many("organisation", [{"id": "x", "name": "乙", "kind": "631"}] * 2)
    assert numbers(office) == before
    office.close()


@dataclass(frozen=True, slots=True)
class OtherTime(Clock):
    moment: datetime = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.mark.parametrize(("back", "told"), [(timedelta(days=400), 1), (timedelta(minutes=1), 0)])
def test_a_machine_date_before_the_newest_operation_is_told_first(path: Path, back: timedelta, told: int) -> None:
    early = OtherTime(date(2026, 9, 30), datetime.now(UTC).replace(microsecond=0) - back)
    office = opening.open_office(path, password=PASSWORD, clock=early)
    assert len(office.notices) == told
    assert all("请先把电脑的日期调对" in notice for notice in office.notices)
    office.close()


def test_the_command_line_tells_on_standard_error_and_by_a_key(cli: Cli, tmp_path: Path) -> None:
    cli.new()
    cli.branch()
    shutil.copy(cli.file, tmp_path / "旧")
    cli.branch("乙支部")
    assert "notices" not in cli.ok("info")
    shutil.copy(tmp_path / "旧", cli.file)
    answer = cli.ok("info")
    assert len(answer["notices"]) == 1 and "最后1步操作不在里面" in answer["notices"][0]
