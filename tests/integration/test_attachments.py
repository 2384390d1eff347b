"""Files attached to records of any kind: encrypted, undone, opened with a reason, cleared."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from dangjian_desktop.base.errors import EnvironmentFault, UserError
from dangjian_desktop.domain.records.kinds import KINDS
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import attachments, records
from dangjian_desktop.services.reports import attached_papers, previewing
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.storage import audit
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


# -- several at once, seen and printed ----------------------------------------------------------------


def picture(path: Path, size: tuple[int, int] = (600, 400)) -> Path:
    """A photo as a camera leaves it, with the place in its EXIF."""
    image = Image.new("RGB", size, "navy")
    exif = Image.Exif()
    exif[0x010F] = "相机厂".encode().hex()
    image.save(path, "JPEG", exif=exif)
    return path


def paper(path: Path, pages: int = 2) -> Path:
    canvas = Canvas(str(path))
    for number in range(pages):
        canvas.drawString(100, 700, f"page {number}")
        canvas.showPage()
    canvas.save()
    return path


def meeting_of(office: Office) -> str:
    values = {"meeting_kind": "支部党员大会", "started_at": "2026-09-01 14:00", "title": "学习"}
    return records.add(office, "meeting", {**values, "organisation": add_branch(office, "第一党支部")}).id


def test_several_are_one_operation_and_each_refusal_is_told(office: Office, tmp_path: Path) -> None:
    meeting = meeting_of(office)
    broken, phone, ballot = tmp_path / "坏.jpg", tmp_path / "苹果.jpg", tmp_path / "选票3.jpg"
    broken.write_bytes(b"no picture")
    phone.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0")
    picture(ballot)
    good = [(picture(tmp_path / "现场.jpg"), False), (paper(tmp_path / "通知.pdf"), False)]
    made = attachments.attach_all(office, "meeting", meeting, [*good, *((p, False) for p in (broken, phone, ballot))])
    assert set(made.titles) == {"现场.jpg", "通知.pdf"}
    assert [error.code for error in made.refused] == ["bad_photo", "bad_photo", "ballot"]
    assert "HEIC" in made.refused[1].message
    found = attachments.listed(office, "meeting", meeting)
    assert {(file.title, file.by) for file in found} == {("现场.jpg", "张三"), ("通知.pdf", "张三")}
    assert all(file.at for file in found)
    kept = next(file for file in found if file.type == "jpg")
    content = attachments.content(office, "meeting", meeting, kept.key)
    assert not Image.open(io.BytesIO(content)).getexif()
    history.undo(office)
    assert attachments.listed(office, "meeting", meeting) == []


@pytest.mark.parametrize("name", ["选票.pdf", "表决票（3张）.jpg", "民主测评票.pdf", "安装.exe", "扫描.tif"])
def test_what_is_never_attached_goes_by_its_name(office: Office, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UserError) as refused:
        attachments.attach(office, "meeting", meeting_of(office), tmp_path / name)
    assert refused.value.code in ("ballot", "bad_attachment")


@pytest.mark.parametrize("name", ["选票统计结果.pdf", "选票样式.pdf", "推荐人选情况.pdf"])
def test_results_of_a_vote_may_be_attached(office: Office, tmp_path: Path, name: str) -> None:
    meeting = meeting_of(office)
    attachments.attach(office, "meeting", meeting, paper(tmp_path / name))
    assert [file.title for file in attachments.listed(office, "meeting", meeting)] == [name]


def test_a_full_disk_attaches_nothing(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = meeting_of(office)

    def full(*_args: object) -> None:
        raise EnvironmentFault("disk_full", "磁盘满了。")

    monkeypatch.setattr("dangjian_desktop.storage.attachments.replace_file", full)
    with pytest.raises(EnvironmentFault):
        attachments.attach_all(office, "meeting", meeting, [(picture(tmp_path / "现场.jpg"), False)])
    assert attachments.listed(office, "meeting", meeting) == []


def test_certificates_are_not_there_for_an_account_without_the_right(office: Office, tmp_path: Path) -> None:
    meeting = meeting_of(office)
    files = [(picture(tmp_path / "身份证.jpg"), True), (picture(tmp_path / "现场.jpg"), False)]
    attachments.attach_all(office, "meeting", meeting, files)
    assert len(attachments.listed(office, "meeting", meeting)) == 2
    assert attachments.unseen(office, "meeting", meeting) == 0
    office.actor = replace(office.actor, role="reader")
    assert [file.title for file in attachments.listed(office, "meeting", meeting)] == ["现场.jpg"]
    assert attachments.unseen(office, "meeting", meeting) == 1


def test_a_copy_of_certificates_is_saved_with_a_reason_and_audited(office: Office, tmp_path: Path) -> None:
    meeting = meeting_of(office)
    attachments.attach_all(office, "meeting", meeting, [(paper(tmp_path / "身份证.pdf"), True)])
    (file,) = attachments.listed(office, "meeting", meeting)
    with pytest.raises(UserError):
        attachments.save_copy(office, "meeting", meeting, file.key, tmp_path / "出.pdf")
    assert not (tmp_path / "出.pdf").exists()
    attachments.save_copy(office, "meeting", meeting, file.key, tmp_path / "出.pdf", reason="组织部核查")
    assert (tmp_path / "出.pdf").read_bytes() == (tmp_path / "身份证.pdf").read_bytes()
    with office.database.read() as connection:
        told = [(event["action"], event["detail"].get("reason")) for event in audit.listing(connection)]
    assert ("export", "组织部核查") in told
    assert ("reveal", "组织部核查") in told


def test_pictures_and_pages_stand_behind_the_minutes(office: Office, tmp_path: Path) -> None:
    meeting = meeting_of(office)
    alone = previewing.preview(office, ReportRequest("minutes", record=meeting)).page_count
    files = [
        (picture(tmp_path / "横.jpg", (600, 400)), False),
        (paper(tmp_path / "通知.pdf", 2), False),
        (picture(tmp_path / "身份证.jpg"), True),
    ]
    attachments.attach_all(office, "meeting", meeting, files)
    made = previewing.preview(office, ReportRequest("minutes", record=meeting, pictures=True))
    assert made.page_count == alone + 3
    assert sum(wide > high for wide, high in made.sizes) == 1
    assert previewing.preview(office, ReportRequest("minutes", record=meeting)).page_count == alone


def test_a_pdf_that_is_none_keeps_its_place_and_says_why(office: Office, tmp_path: Path, scan: Path) -> None:
    meeting = meeting_of(office)
    files = [(scan, False), (picture(tmp_path / "横.jpg"), False)]
    attachments.attach_all(office, "meeting", meeting, files)
    found = attachments.listed(office, "meeting", meeting)
    made = attached_papers.look(office, "meeting", meeting, found)
    assert made.page_count == 1
    assert "不是完好的PDF" in made.warnings[0]
    with pytest.raises(UserError) as refused:
        attached_papers.look(office, "meeting", meeting, [file for file in found if file.type == "pdf"])
    assert refused.value.code == "bad_pdf"
