"""A member's photo: small, without metadata, encrypted beside the file; undone, backed up, cleared."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cli_kit import PASSWORD as CLI_PASSWORD
from cli_kit import Cli
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import backups, integrity, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import photos, records
from dangjian_desktop.services.reports import exporting
from dangjian_desktop.storage.attachments import files_path
from office_kit import PASSWORD, TODAY, add_branch, add_member, new_office

RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def member(office: Office) -> str:
    return add_member(office, "王小明", add_branch(office, "第一党支部"))


def picture(path: Path, colour: tuple[int, ...] = RED, size: tuple[int, int] = (900, 1200), **how: Any) -> Path:
    mode = "RGBA" if len(colour) == 4 else "RGB"
    Image.new(mode, size, colour).save(path, **how)
    return path


def claiming(side: int) -> bytes:
    """A PNG of few bytes that says it is a square of so many pixels a side."""

    def part(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"")) + part(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def seen(office: Office, member: str) -> Image.Image:
    content = photos.content(office, member)
    assert content is not None
    return Image.open(io.BytesIO(content))


def pixel(image: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    """The channels of one pixel of a coloured picture."""
    found = image.getpixel(at)
    assert isinstance(found, tuple)
    return found


def colour(office: Office, member: str) -> str:
    red, _green, blue = pixel(seen(office, member), (5, 5))
    return "red" if red > blue else "blue"


def files(office: Office) -> list[Path]:
    folder = files_path(office.path)
    return sorted(folder.iterdir()) if folder.is_dir() else []


@pytest.mark.parametrize("name", ["大 照片.jpg", "扫描.PNG", "旧.bmp"])
def test_it_is_scaled_to_a_two_inch_print(office: Office, member: str, tmp_path: Path, name: str) -> None:
    assert photos.content(office, member) is None
    saved = photos.put(office, member, picture(tmp_path / name))
    assert saved.change_set is not None and saved.change_set.label == "放上党员“王小明”的照片"
    shown = seen(office, member)
    assert (shown.format, shown.size) == ("JPEG", (413, 551))
    assert records.get(office, "member", member).printed["photo"] == "有"


def test_a_small_one_is_not_enlarged_and_a_clear_one_lies_on_white(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "小.png", (0, 0, 0, 0), (60, 80)))
    shown = seen(office, member)
    assert shown.size == (60, 80)
    assert min(pixel(shown, (30, 40))) > 250


def test_what_the_camera_wrote_is_gone_and_the_picture_stands_upright(
    office: Office, member: str, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, "某手机", {1: "N", 2: (30.0, 0.0, 0.0)}
    photos.put(office, member, picture(tmp_path / "横.jpg", size=(400, 300), exif=exif, comment="某地"))
    shown = seen(office, member)
    assert (shown.size, dict(shown.getexif()), shown.info.get("comment")) == ((300, 400), {}, None)
    assert "某手机".encode() not in (photos.content(office, member) or b"")


def test_it_lies_encrypted_and_the_log_holds_only_its_name(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    photos.put(office, member, picture(tmp_path / "新照片.jpg", BLUE))
    assert len(files(office)) == 2
    assert not any(b"JFIF" in file.read_bytes() for file in files(office))
    with office.database.read() as connection:
        longest = connection.exec_driver_sql("SELECT max(length(after)) FROM change WHERE path = 'photo'").scalar_one()
    assert longest < 100
    told = [row for row in history.history(office, "member", member) if row.field == "photo"]
    assert [row.label for row in told] == ["照片", "照片"]
    assert (told[0].before, told[0].after) == ("", told[1].before)
    assert told[1].before != told[1].after
    key = records.get(office, "member", member).values["photo"]
    assert not any(key in row.after or key in row.before for row in told)


def test_undo_brings_the_one_before_back_and_redo_the_new_one(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    photos.put(office, member, picture(tmp_path / "新照片.jpg", BLUE))
    photos.remove(office, member)
    assert photos.content(office, member) is None
    assert history.undo(office).undone == ["取下党员“王小明”的照片"]
    assert colour(office, member) == "blue"
    history.undo(office)
    assert colour(office, member) == "red"
    history.redo(office)
    assert colour(office, member) == "blue"
    assert integrity.check(office) == []


def test_what_is_no_picture_is_refused_and_nothing_is_kept(office: Office, member: str, tmp_path: Path) -> None:
    text, cut, huge, gif = (tmp_path / name for name in ("简历.jpg", "半张.jpg", "大图.jpg", "动图.gif"))
    text.write_text("不是照片", encoding="utf-8")
    whole = picture(tmp_path / "整张.jpg").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    huge.write_bytes(bytes((20 << 20) + 1))
    picture(gif)
    cases = [(text, "bad_photo"), (cut, "bad_photo"), (huge, "photo_too_big"), (gif, "bad_photo")]
    cases += [(tmp_path, "bad_photo"), (tmp_path / "没有.jpg", "file_not_found")]
    for path, code in cases:
        with pytest.raises(UserError) as refused:
            photos.put(office, member, path)
        assert (refused.value.code, path.name in refused.value.message) == (code, True), path
    assert (photos.content(office, member), files(office)) == (None, [])


def test_a_picture_that_would_unfold_without_end_is_refused(office: Office, member: str, tmp_path: Path) -> None:
    path = tmp_path / "巨图.png"
    for side in (11_000, 30_000):
        path.write_bytes(claiming(side))
        with pytest.raises(UserError, match="尺寸太大"):
            photos.put(office, member, path)


def test_a_reader_sees_it_and_changes_nothing(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    office.actor = Actor("看", "reader")
    assert colour(office, member) == "red"
    changes: tuple[Callable[[], object], ...] = (
        lambda: photos.put(office, member, tmp_path / "照片.jpg"),
        lambda: photos.remove(office, member),
    )
    for change in changes:
        with pytest.raises(UserError) as refused:
            change()
        assert refused.value.code == "not_allowed"
    assert len(files(office)) == 1


def test_a_photo_of_another_unit_is_not_shown(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    office.actor = Actor("二", "secretary", frozenset({add_branch(office, "第二党支部")}))
    for look in (photos.content, photos.remove):
        with pytest.raises(UserError) as refused:
            look(office, member)
        assert refused.value.code == "out_of_scope"


def test_it_travels_in_the_backup(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    bundle = backups.backup(office, tmp_path / "备份.djb").path
    copy = opening.open_office(
        backups.restore(bundle, tmp_path / "另一台" / "街道.djd"), password=PASSWORD, clock=Clock(TODAY)
    )
    assert colour(copy, member) == "red"
    assert integrity.check(copy) == []
    copy.close()


def test_clearing_erases_every_picture_it_ever_had(office: Office, member: str, tmp_path: Path) -> None:
    other = add_member(office, "李小红", records.get(office, "member", member).values["organisation"], 2)
    photos.put(office, other, picture(tmp_path / "别人.jpg", BLUE))
    for name, shade in (("照片.jpg", RED), ("新照片.jpg", BLUE)):
        photos.put(office, member, picture(tmp_path / name, shade))
    history.undo(office)
    history.clear(office, "member", [member], ["photo"], "保存期满")
    assert photos.content(office, member) is None
    assert colour(office, other) == "blue"
    assert len(files(office)) == 1
    rows = [row for row in history.history(office, "member", member) if row.field == "photo"]
    assert rows and all(row.after == "已按期清除" for row in rows)
    assert integrity.check(office) == []


def test_a_lost_picture_is_found_by_the_check(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    files(office)[0].write_bytes(b"DJA1" + bytes(40))
    (problem,) = integrity.check(office)
    assert (problem.code, "损坏" in problem.message, "王小明" in problem.message) == ("attachment", True, False)


def test_repairing_sweeps_what_nothing_refers_to(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    photos.remove(office, member)
    office.vault.attachments.put(b"left by a cut")
    integrity.check(office, repair=True)
    assert len(files(office)) == 2, "the young one may belong to an operation still going on"
    history.undo(office)
    assert colour(office, member) == "red"


def test_lists_ask_who_has_one(office: Office, member: str, tmp_path: Path) -> None:
    photos.put(office, member, picture(tmp_path / "照片.jpg"))
    other = add_member(office, "李小红", records.get(office, "member", member).values["organisation"], 2)
    asked = {value: records.query(office, "member", filters=[records.Filter("photo", "eq", value)]) for value in "有无"}
    assert asked == {"有": [member], "无": [other]}
    target = tmp_path / "党员.csv"
    exporting.export(office, "member", target, fields=["name", "photo"], masked=True)
    assert sorted(target.read_text("utf-8-sig").split()) == sorted(['"姓名","照片"', '"王小明","有"', '"李小红",""'])


def test_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", CLI_PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    cli.branch("第一党支部")
    record = cli.member()
    path = picture(tmp_path / "我的 照片.jpg")
    assert cli.ok("set", "member", record, f"photo={path}", "phone=13800001234")["changed"]
    assert cli.ok("list", "member", "--where", "照片=有")["records"][0]["photo"] == "有"
    (field,) = [f for f in cli.ok("fields", "member")["fields"] if f["field"] == "photo"]
    assert (field["label"], field["type"], field["editable"]) == ("照片", "picture", True)
    cli.refused(1, "file_not_found", "set", "member", record, "photo=没有.jpg")
    assert cli.ok("set", "member", record, "photo=")["changed"]
    assert cli.ok("list", "member", "--where", "照片=有")["total"] == 0
