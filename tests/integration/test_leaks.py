"""What an export leaves beside its file: nothing readable in temporary folders, nothing at all on a full disk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cli_kit import PASSWORD, STREET, Cli
from dangjian_desktop.base.errors import EnvironmentFault
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import backups, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import exporting
from office_kit import add_branch, add_member, new_office

if sys.platform == "win32":
    pytest.skip("limits and audit of opens as Linux has them", allow_module_level=True)

import resource

SECRET = "极少见的名字"

# Each command that writes people or figures somewhere, with the folder to write to in place of OUT.
EXPORTS = (
    ("export", "member", "-o", "OUT/a.xlsx"),
    ("export", "member", "-o", "OUT/a.csv"),
    ("export", "meeting", "-o", "OUT/m.xlsx"),
    ("report", "roster", "--format", "pdf,xlsx", "-o", "OUT"),
    ("report", "quarterly", "--period", "2026Q3", "--format", "pdf,xlsx", "-o", "OUT"),
    ("report", "work-summary", "--period", "2026", "-o", "OUT"),
    ("import", "roster", "--template", "OUT/t.xlsx"),
    ("backup", "-o", "OUT/b.djb"),
)

# Runs one command and tells every file it opens for writing and every name it makes, one a line.
WATCHED = """
import os, sys
seen = open(sys.argv[1], "w", encoding="utf-8")
def hook(event, given):
    if event == "open" and isinstance(given[0], (str, bytes)):
        mode, flags = given[1], given[2]
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & 3):
            seen.write(os.path.abspath(os.fsdecode(given[0])) + "\\n")
    elif event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
        seen.write(os.path.abspath(os.fsdecode(given[0])) + "\\n")
sys.addaudithook(hook)
from dangjian_desktop.__main__ import main
code = main(sys.argv[2:])
seen.close()
sys.exit(code)
"""


@pytest.fixture
def filled(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "资料" / "街道.djd", capsys)
    cli.new()
    cli.branch()
    cli.member(SECRET)
    return cli.file


@pytest.mark.parametrize("words", EXPORTS, ids=lambda words: "-".join(w for w in words if "OUT" not in w)[:40])
def test_nothing_is_written_but_beside_the_target_and_the_data(
    filled: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    out, shared, log = tmp_path / "出", tmp_path / "公共临时", tmp_path / "记"
    out.mkdir()
    shared.mkdir()
    given = [word.replace("OUT", str(out)) for word in words]
    # A folder for temporary files in which nothing can be made: also what is not Python's would fail there.
    missing = str(tmp_path / "没有这个文件夹")
    environment = os.environ | {"TMPDIR": missing, "TEMP": missing, "TMP": missing, "DANGJIAN_PASSWORD": PASSWORD}
    # Compiled modules are written where the program lies, by whoever happens to be first.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(log), "--file", str(filled), "--on", "2026-09-30", *given],
        env=environment,
        check=False,
        cwd=shared,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    home = Path(os.environ["HOME"])
    places = (out, filled.parent, home)
    elsewhere = [
        line
        for line in log.read_text("utf-8").splitlines()
        if not any(Path(line).is_relative_to(place) for place in places) and not line.startswith("/dev/")
    ]
    assert elsewhere == []
    assert not list(shared.iterdir())
    assert not [p.name for p in out.iterdir() if p.name.startswith(".")]
    for path in home.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes()


def test_the_preview_is_drawn_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    from dangjian_desktop.services.office import handover

    office = new_office(tmp_path)

    def refuse(*_given: Any, **_named: Any) -> Any:
        raise AssertionError("a temporary file")

    for name in ("mkdtemp", "mkstemp", "NamedTemporaryFile", "TemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert handover.preview(office, office.actor.name, "接手的人").sizes
    office.close()


def test_the_password_leaves_the_environment_once_it_is_read(filled: Path) -> None:
    told = """
import os, subprocess, sys
from dangjian_desktop.services.office import about
real = about.about
def look(office):
    child = subprocess.run(["env"], capture_output=True, text=True)
    print("LEFT", "DANGJIAN_PASSWORD" in os.environ, "DANGJIAN_PASSWORD" in child.stdout, file=sys.stderr)
    return real(office)
about.about = look
from dangjian_desktop.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
    done = subprocess.run(
        [sys.executable, "-c", told, "--file", str(filled), "info"],
        env=os.environ | {"DANGJIAN_PASSWORD": PASSWORD},
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "LEFT False False" in done.stderr


# A disk that takes no more


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path / "资料")
    branch = add_branch(made, "甲支部")
    for serial in range(1, 61, 2):
        add_member(made, f"{SECRET}{serial}", branch, serial)
    yield made
    made.close()


def report(form: str) -> Callable[[Office, Path], object]:
    def make(office: Office, folder: Path) -> object:
        from dangjian_desktop.services.reports import reports
        from dangjian_desktop.services.reports.request import ReportRequest

        return reports.make(office, ReportRequest("roster"), folder, formats=[form])

    return make


WRITERS: dict[str, Callable[[Office, Path], object]] = {
    "xlsx": lambda office, folder: exporting.export(office, "member", folder / "a.xlsx"),
    "csv": lambda office, folder: exporting.export(office, "member", folder / "a.csv"),
    "backup": lambda office, folder: backups.backup(office, folder / "a.djb"),
    "roster-pdf": report("pdf"),
    "roster-xlsx": report("xlsx"),
}


@pytest.mark.parametrize("what", WRITERS)
def test_a_disk_that_is_full_at_any_byte_is_said_and_leaves_nothing(office: Office, tmp_path: Path, what: str) -> None:
    write, folder = WRITERS[what], tmp_path / "U盘"
    folder.mkdir()
    write(office, folder)
    sizes = {p.name: p.stat().st_size for p in folder.rglob("*") if p.is_file()}
    for path in folder.iterdir():
        path.unlink()
    largest = max(sizes.values())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    steps = sorted({0, 1, 100, 511, 4096, largest // 3, largest // 2, largest - 1})
    for most in steps:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            with pytest.raises(EnvironmentFault) as caught:
                write(office, folder)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.code == "disk_full", (most, caught.value.message)
        assert not list(folder.iterdir()), most
    write(office, folder)
    assert {p.name for p in folder.iterdir()} == set(sizes)


def test_a_new_file_on_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    folder = tmp_path / "U盘"
    for most in (0, 100, 4096, 20_000, 100_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        try:
            with pytest.raises(EnvironmentFault) as caught:
                opening.create_office(folder / "a.djd", name=STREET, password=PASSWORD)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert caught.value.code == "disk_full", most
        assert not list(folder.iterdir()), most


# What was cleared, in the pages of the file and of its log


def pages(path: Path, key: bytes, *, log: bool = False) -> bytes:
    """Every page as it lies there, deciphered, free ones too (AES-256-CBC, the vector behind each page)."""
    size, reserve = 4096, 80
    raw, head = path.read_bytes(), (32, 24) if log else (0, 0)
    found = []
    for at in range(head[0], len(raw) - size + 1, size + head[1]):
        number = int.from_bytes(raw[at : at + 4], "big") if log else at // size + 1
        page = raw[at + head[1] : at + head[1] + size]
        cipher = Cipher(algorithms.AES(key), modes.CBC(page[-reserve : 16 - reserve])).decryptor()
        found.append(cipher.update(page[16 if number == 1 else 0 : -reserve]) + cipher.finalize())
    return b"".join(found)


def test_what_was_cleared_is_in_no_page_of_the_file_or_its_log(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    branch = add_branch(office, "甲支部")
    # A value of several pages frees pages; short ones leave free bytes within pages.
    long = SECRET * 1_000
    people = [add_member(office, f"王{n}", branch, n, note=long, address=SECRET) for n in range(1, 20, 2)]
    for person in people:
        records.edit(office, "member", person, {"note": long + "后", "address": SECRET + "二"})
    key = office.database._key
    log = office.path.with_name(office.path.name + "-wal")
    assert SECRET.encode() in pages(log, key, log=True), "nothing would be found by this test"
    assert history.clear(office, "member", people, ["note", "address"], "保存期满") is not None
    assert SECRET.encode() not in pages(log, key, log=True)
    assert SECRET.encode() not in pages(office.path, key)
    assert "甲支部".encode() in pages(office.path, key)
    records.edit(office, "member", people[0], {"note": "还能写"})
    office.close()
    assert SECRET.encode() not in pages(office.path, key)
