"""A preview is saved as it is shown, in each of its formats; the account's permission and the audit hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import audit
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import previewing
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def minutes(office: Office) -> previewing.Preview:
    branch = add_branch(office, "第一党支部")
    add_member(office, "李四", branch)
    meeting = meetings.record_meeting(
        office,
        {
            "organisation": branch,
            "title": "九月党员大会",
            "meeting_kind": "支部党员大会",
            "started_at": "2026-09-10 09:00",
        },
        {},
    ).id
    return previewing.preview(office, ReportRequest("minutes", record=meeting))


def test_minutes_are_saved_in_each_format(office: Office, tmp_path: Path) -> None:
    made = minutes(office)
    assert made.formats == ("pdf", "xlsx", "docx")
    paths = [made.save(tmp_path / f"{made.file_name}.{form}") for form in made.formats]
    assert paths[0].read_bytes() == made.pdf
    cells = [str(cell.value) for row in openpyxl.load_workbook(paths[1]).active.iter_rows() for cell in row]
    assert any("九月党员大会" in text for text in cells)
    assert paths[2].read_bytes()[:2] == b"PK"
    assert len(audit.listing(office, act="export", limit=10)) == 3


def test_another_format_and_a_role_that_may_not_export_are_refused(office: Office, tmp_path: Path) -> None:
    made = minutes(office)
    with pytest.raises(UsageError, match=r"\.txt"):
        made.save(tmp_path / "记录.txt")
    office.actor = Actor("王五", "nobody")
    with pytest.raises(UserError) as refused:
        made.save(tmp_path / "记录.pdf")
    assert refused.value.code == "not_allowed"
    assert list(tmp_path.glob("记录.*")) == []
