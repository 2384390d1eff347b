"""Files attached to records of any kind: encrypted, undone, opened with a reason, cleared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attachments, records
from dangjian_desktop.storage.attachments import NAME
from office_kit import add_branch, add_member, new_office

SCAN = b"%PDF-1.4 synthetic"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = new_office(tmp_path)
    yield found
    found.close()


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "扫描件.PDF"
    path.write_bytes(SCAN)
    return path


def test_every_kind_can_have_attachments(office: Office, scan: Path) -> None:
    branch = add_branch(office, "第一党支部")
    made = {
        "organisation": branch,
        "member": add_member(office, "王五", branch),
        "post": records.add(office, "post", {"organisation": branch, "person_name": "李四", "post": "书记"}).id,
        "meeting": records.add(
            office,
            "meeting",
            {"organisation": branch, "meeting_kind": "支部党员大会", "started_at": "2026-09-01 14:00"},
        ).id,
        "ledger_entry": ledgers.add(office, "rectification", {"source": "自查", "problem": "台账不全"}).id,
    }
    for kind, record in made.items():
        attachments.attach(office, kind, record, scan)
        (found,) = attachments.listed(office, kind, record)
        assert (found.title, found.size, found.type, found.restricted) == ("扫描件.PDF", len(SCAN), "pdf", False)
        assert NAME.fullmatch(found.key)
        assert attachments.content(office, kind, record, found.key) == SCAN
    assert all("attachments" in {each.name for each in kind.sets} for kind in KINDS.values())
    assert not any(SCAN in file.read_bytes() for file in office.vault.attachments.folder.iterdir())
    assert integrity.check(office) == []


def test_one_undo_takes_it_off_and_brings_it_back(office: Office, scan: Path) -> None:
    branch = add_branch(office, "第一党支部")
    attachments.attach(office, "organisation", branch, scan)
    (found,) = attachments.listed(office, "organisation", branch)
    attachments.detach(office, "organisation", branch, found.key)
    assert attachments.listed(office, "organisation", branch) == []
    history.undo(office)
    assert attachments.content(office, "organisation", branch, found.key) == SCAN
    told = [row.after for row in history.history(office, "organisation", branch) if row.label == "附件"]
    assert "扫描件.PDF（1KB）" in told
    assert not any(len(word) > 30 for word in told)


def test_one_that_shows_certificates_opens_with_a_reason(office: Office, scan: Path) -> None:
    branch = add_branch(office, "第一党支部")
    attachments.attach(office, "organisation", branch, scan, restricted=True)
    (found,) = attachments.listed(office, "organisation", branch)
    with pytest.raises(UserError) as refused:
        attachments.content(office, "organisation", branch, found.key)
    assert refused.value.code == "reason"
    assert attachments.content(office, "organisation", branch, found.key, reason="组织部核查") == SCAN
    office.actor = replace(office.actor, role="reader")
    with pytest.raises(UserError) as refused:
        attachments.content(office, "organisation", branch, found.key, reason="看看")
    assert refused.value.code == "not_allowed"


def test_what_is_too_large_or_no_file_is_refused(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "第一党支部")
    large, empty = tmp_path / "大.mp4", tmp_path / "空.pdf"
    with large.open("wb") as file:
        file.truncate((20 << 20) + 1)
    empty.touch()
    for path, code in (
        (large, "attachment_too_big"),
        (empty, "attachment_empty"),
        (tmp_path / "无.pdf", "file_not_found"),
        (tmp_path, "file_not_found"),
    ):
        with pytest.raises(UserError) as refused:
            attachments.attach(office, "organisation", branch, path)
        assert refused.value.code == code
    assert office.vault.attachments.names() == []


def test_clearing_takes_every_file_that_the_record_ever_had(office: Office, scan: Path) -> None:
    member = add_member(office, "王五", add_branch(office, "第一党支部"))
    for _ in range(2):
        attachments.attach(office, "member", member, scan)
    first, _second = attachments.listed(office, "member", member)
    attachments.detach(office, "member", member, first.key)
    assert len(office.vault.attachments.names()) == 2
    history.clear(office, "member", [member], ["attachments"], "保存期满")
    assert attachments.listed(office, "member", member) == []
    assert office.vault.attachments.names() == []
    assert integrity.check(office) == []
