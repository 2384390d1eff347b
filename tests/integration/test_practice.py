"""The open sample: no password, a stamp on every paper, and nothing of real life."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document as WordFile

from cli_kit import Cli
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import backups, opening, practice
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.office.recent import sample_path
from dangjian_desktop.services.reports import exporting, previewing, reports
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import TODAY, add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_member(made, "张一", add_branch(made, "第一党支部"))
    practice.mark(made)
    yield made
    made.close()


def refused(what: Any) -> None:
    with pytest.raises(UserError) as told:
        what()
    assert told.value.code == "practice"


def test_it_makes_no_backup_by_no_road(office: Office, tmp_path: Path) -> None:
    refused(lambda: backups.backup(office, tmp_path / "a.djb"))
    refused(lambda: backups.choose_folder(office, tmp_path))
    assert backups.before(office, "import") is None
    office.changed = True
    backups.on_close(office)
    assert not list(tmp_path.rglob("*.djb"))


def test_it_takes_no_roster_but_the_shipped_sample(office: Office, tmp_path: Path) -> None:
    own = tmp_path / "名册.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["姓名", "公民身份号码"])
    book.save(own)
    refused(lambda: importing.prepare(office, "roster", own))
    refused(lambda: importing.prepare(office, "roster", "姓名\t公民身份号码\n张三\t1"))
    (shipped,) = resource("samples").glob("*.xlsx")
    copied = tmp_path / "抄一份.xlsx"
    copied.write_bytes(shipped.read_bytes())
    assert importing.prepare(office, "roster", copied).rows


def test_every_paper_says_so(office: Office, tmp_path: Path) -> None:
    made = reports.make(office, ReportRequest("roster"), tmp_path)
    assert made.paths
    sheet = next(path for path in made.paths if path.suffix == ".xlsx")
    cells = [str(cell.value) for row in openpyxl.load_workbook(sheet).active.iter_rows() for cell in row]
    assert any("演练" in cell for cell in cells)
    word = reports.make(office, ReportRequest("quarterly", period="2026Q3"), tmp_path, formats=["docx"]).paths[0]
    assert any("演练" in part.text for part in WordFile(str(word)).paragraphs)
    assert "演练" in reports.prepare(office, ReportRequest("quarterly", period="2026Q3")).document.title
    assert previewing.preview(office, ReportRequest("roster")).pdf
    exporting.export(office, "member", tmp_path / "导出.xlsx")
    assert "演练" in openpyxl.load_workbook(tmp_path / "导出.xlsx").sheetnames[0]


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    made = new_office(tmp_path)
    assert not practice.is_practice(made)
    assert "演练" not in reports.prepare(made, ReportRequest("quarterly", period="2026Q3")).document.title
    backups.backup(made, tmp_path / "a.djb")
    made.close()


def test_the_sample_opens_by_command_without_a_password(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    made, _key = opening.create_office(
        path, name=practice.NAME, account=practice.ACCOUNT, password=practice.PASSWORD, clock=Clock(TODAY)
    )
    practice.mark(made)
    made.close()
    monkeypatch.delenv("DANGJIAN_PASSWORD", raising=False)
    answer = Cli(path, capsys).plain("info", "--file", path)
    assert answer.code == 0, answer.err
    answer = Cli(path, capsys).plain("backup", "-o", path.with_suffix(".djb"), "--file", path)
    assert answer.code != 0
    assert "练习用的示例街道，不能做备份" in answer.err
