"""Without the right to reveal nothing gives a number away: no find, filter, order, birthday, text or label."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli_kit import PASSWORD, Cli, write
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office import audit
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records, search
from dangjian_desktop.services.records.records import Filter
from dangjian_desktop.services.reports import exporting
from office_kit import add_branch, add_member, new_office

MOBILE = "13812345678"
TEXT = "联系人张三，138 1234 5678，证件{number}"
READER = Actor("李四", "reader")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


@pytest.fixture
def member(office: Office) -> str:
    return add_member(office, "王五", add_branch(office, "甲支部"), 7, phone=MOBILE, address="测试街道解放路3号")


def number_of(office: Office, member: str) -> str:
    return str(records.get(office, "member", member).values["id_number"])


def found(office: Office, typed: str) -> list[str]:
    return [hit.id for hit in search.find(office, typed)]


def test_pieces_of_a_number_find_only_what_a_list_shows_of_it(office: Office, member: str, waits: list[float]) -> None:
    number = number_of(office, member)
    pieces = {number[i : i + n] for n in (3, 4, 6, 8, 11, 17) for i in range(len(number) - n + 1)}
    pieces |= {MOBILE[i : i + n] for n in (3, 4, 5, 8, 10) for i in range(len(MOBILE) - n + 1)}
    assert all(found(office, piece) == [member] for piece in pieces)
    office.actor = READER
    ends = (number[:3], number[-4:], MOBILE[:3], MOBILE[-4:])
    shown = {piece for piece in pieces if any(piece in end for end in ends)}
    assert {piece for piece in pieces if found(office, piece)} == shown
    listed = {piece for piece in pieces if records.query(office, "member", text=piece)}
    assert listed == shown


@pytest.mark.parametrize("spaced", ["{}", " {} ", "{0[0]} {0[1]}", "{0[0]}-{0[1]}"])
def test_a_whole_number_finds_however_it_is_typed(office: Office, member: str, spaced: str) -> None:
    office.actor = READER
    for whole in (records.get(office, "member", member).values["id_number"], MOBILE):
        typed = spaced.format((whole[:6], whole[6:])) if "0[0]" in spaced else spaced.format(whole)
        assert found(office, typed) == [member]
        assert found(office, typed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == [member]
        assert records.query(office, "member", text=typed) == [member]


def test_filters_and_order_know_no_more_than_the_list_shows(office: Office, member: str, waits: list[float]) -> None:
    number = number_of(office, member)
    office.actor = READER

    def listed(field: str, op: str, value: object) -> bool:
        return bool(records.query(office, "member", filters=[Filter(field, op, value)]))

    assert listed("id_number", "contains", number[:3])
    assert not listed("id_number", "contains", number[:7])
    assert not listed("phone", "contains", MOBILE[2:8])
    assert listed("phone", "eq", MOBILE)
    assert listed("id_number", "eq", number)
    birth = records.get(office, "member", member).values["birth_on"]
    year, month, day = birth.split("-")
    assert all(listed("birth_on", "eq", f"{year}-{month}-{d:02d}") for d in (1, int(day), 28))
    for d in (1, 15, 28):
        assert listed("birth_on", "ge", f"{year}-{month}-{d:02d}")
        assert listed("birth_on", "le", f"{year}-{month}-{d:02d}")
    with pytest.raises(UserError, match="现居住地"):
        listed("address", "contains", "解放路")


def test_numbers_are_not_sorted_by_what_is_hidden(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    late = add_member(office, "甲", branch, 1, phone="13899990001")
    early = add_member(office, "乙", branch, 3, phone="13800000001")
    office.actor = READER
    assert records.query(office, "member", order=[("phone", False)]) == [late, early]
    assert records.query(office, "member", order=[("phone", True)]) == [late, early]


def test_a_birthday_is_shown_to_the_month_to_who_may_not_reveal(office: Office, member: str, tmp_path: Path) -> None:
    birth = str(records.get(office, "member", member).values["birth_on"])
    assert records.rows(office, "member", [member], ["birth_on"])[0]["birth_on"] == birth
    office.actor = READER
    assert records.rows(office, "member", [member], ["birth_on"])[0]["birth_on"] == birth[:7]
    assert records.get(office, "member", member).printed["birth_on"] == birth[:7]
    assert listings.records_on(office, "member", [member])[0]["birth_on"] == birth[:7]
    told = "".join(f"{row.before}{row.after}" for row in history.history(office, "member", member))
    assert birth not in told


def test_numbers_in_short_and_long_texts_titles_and_labels_are_hidden(
    office: Office, member: str, tmp_path: Path
) -> None:
    number = number_of(office, member)
    text = TEXT.format(number=number)
    branch = records.get(office, "member", member).values["organisation"]
    meeting = records.add(
        office,
        "meeting",
        {
            "meeting_kind": "党员大会",
            "title": text,
            "organisation": branch,
            "started_at": "2026-08-03 14:30",
            "chair": text,
            "place": text,
            "resolutions": text,
        },
    ).id
    meetings.record_meeting(office, {"topics": text}, {}, meeting=meeting)
    post = records.add(office, "post", {"organisation": branch, "person_name": text, "post": "书记"}).id
    exporting.export(office, "meeting", tmp_path / "a.csv")
    exporting.export(office, "post", tmp_path / "b.csv")
    told = [
        *records.rows(office, "meeting", [meeting], ["title", "chair", "place", "topics", "resolutions"])[0].values(),
        *records.rows(office, "post", [post], ["person_name"])[0].values(),
        *(str(value) for value in listings.records_on(office, "meeting", [meeting])[0].values()),
        records.get(office, "meeting", meeting).title,
        *(row.label for row in history.operations(office)),
        *(f"{r.title}{r.before}{r.after}{r.label}" for r in history.history(office, "meeting", meeting)),
        (tmp_path / "a.csv").read_text("utf-8-sig"),
        (tmp_path / "b.csv").read_text("utf-8-sig"),
    ]
    office.actor = Actor("李四", "grid_worker")
    told += records.get(office, "meeting", meeting).printed.values()
    for sentence in told:
        assert number not in sentence
        assert "1234 5678" not in sentence
    assert sum("138 **** 5678" in sentence for sentence in told) >= 10


def test_who_may_not_reveal_edits_around_a_number_that_stays(office: Office, member: str) -> None:
    text = TEXT.format(number=number_of(office, member))
    branch = records.get(office, "member", member).values["organisation"]
    values = {"meeting_kind": "党员大会", "organisation": branch, "started_at": "2026-08-03 14:30", "topics": text}
    meeting = records.add(office, "meeting", values).id
    office.actor = Actor("李四", "grid_worker")
    printed = records.get(office, "meeting", meeting).printed["topics"]
    assert "*" in printed
    records.edit(office, "meeting", meeting, {"topics": printed + "。另议一事。"})
    assert records.get(office, "meeting", meeting).values["topics"] == text + "。另议一事。"
    meetings.record_meeting(office, {"topics": "开头。" + printed}, {}, meeting=meeting)
    assert records.get(office, "meeting", meeting).values["topics"] == "开头。" + text


def test_a_number_inside_a_text_is_not_found_by_its_hidden_digits(office: Office, waits: list[float]) -> None:
    branch = add_branch(office, "甲支部")
    values = {"meeting_kind": "党员大会", "organisation": branch, "started_at": "2026-08-03 14:30"}
    meeting = records.add(office, "meeting", values | {"title": f"通知{MOBILE}", "topics": f"电话{MOBILE}，第123号"}).id
    assert records.query(office, "meeting", text="1234567") == [meeting]
    office.actor = READER
    assert records.query(office, "meeting", text="1234567") == []
    assert records.query(office, "meeting", text="138") == [meeting]
    assert records.query(office, "meeting", filters=[Filter("topics", "contains", "812345")]) == []
    assert records.query(office, "meeting", filters=[Filter("topics", "contains", "第123号")]) == [meeting]


def test_misses_of_digits_slow_down_after_ten_a_minute_and_names_do_not(
    office: Office, member: str, waits: list[float]
) -> None:
    office.actor = READER
    for serial in range(10):
        assert not found(office, f"9{serial:03d}5")
    assert waits == []
    assert not found(office, "没有这个人")
    assert found(office, "王五") == [member]
    assert waits == []
    assert not found(office, "77777")
    assert not found(office, "88888")
    assert len(waits) == 2
    assert 0 < waits[0] < waits[1]
    found(office, "王五")
    assert len(waits) == 2
    # Another account, and who may reveal, does not wait for him.
    office.actor = Actor("王二", "reader")
    assert not found(office, "77777")
    office.actor = Actor("李四", "clerk")
    assert not found(office, "77777")
    assert len(waits) == 2


def test_hits_are_no_misses(office: Office, member: str, waits: list[float]) -> None:
    office.actor = READER
    for _ in range(15):
        assert found(office, MOBILE) == [member]
    assert waits == []


def test_a_search_by_number_is_in_the_register_masked_with_a_keyed_hash(office: Office, member: str) -> None:
    found(office, MOBILE)
    found(office, "138-1234-5678")
    found(office, "13812345679")
    found(office, "王五")
    rows = audit.listing(office, act="按号码查找")
    assert [row.what for row in rows] == ["号码“138****5679”，找到0条", *["号码“138****5678”，找到1条"] * 2]
    from dangjian_desktop.storage import audit as trail

    with office.database.read() as connection:
        details = [line["detail"] for line in trail.listing(connection, actions=["search"])]
    hashes = [detail["hash"] for detail in details]
    assert hashes[1] == hashes[2] != hashes[0]
    assert all(len(text) == 64 for text in hashes)
    assert MOBILE not in str(details)
    import hashlib

    assert hashlib.sha256(MOBILE.encode()).hexdigest() not in hashes


def test_the_command_keeps_the_same_promise(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    monkeypatch.setenv("DANGJIAN_ACCOUNT", "管理员")
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    cli.branch()
    member = cli.member(serial=7, phone=MOBILE, birth_on="1970-01-01")
    secret = write(tmp_path, "p", "读者的密码 2026")
    cli.ok("account", "add", "读者", "--role", "reader", "--new-password-file", secret)
    reader = ("--account", "读者", "--password-file", secret)
    assert [r["id"] for r in cli.ok("find", MOBILE, *reader)["records"]] == [member]
    assert [r["id"] for r in cli.ok("find", "5678", *reader)["records"]] == [member]
    assert cli.ok("find", MOBILE[2:9], *reader)["records"] == []
    assert cli.ok("list", "member", "--where", f"phone={MOBILE}", *reader)["total"] == 1
    assert cli.ok("list", "member", *reader)["records"][0]["birth_on"] == "1970-01"
    assert cli.ok("list", "member", "--where", "birth_on=1970-01-20", *reader)["total"] == 1
