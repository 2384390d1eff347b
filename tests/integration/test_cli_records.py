"""Records on the command line: add, set, remove, list as of a day, find, undo, history."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_kit import BASE, PASSWORD, STREET, Cli, id_number
from dangjian_desktop.domain.records.kinds import KINDS

MEMBER_KEYS = {
    "id", "name", "sex", "id_number", "birth_on", "ethnic_group", "education", "member_class", "joined_on",
    "confirmed_on", "organisation", "organisation_id", "phone", "employer",
}  # fmt: skip
ORGANISATION_KEYS = {
    "id", "name", "short_name", "kind", "field", "parent", "parent_id", "founded_on", "secretary", "members",
}  # fmt: skip


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    made.branch("第一党支部", short_name="一支部", field="村居", code="0001")
    return made


def test_a_member_is_listed_with_printed_values(cli: Cli) -> None:
    record = cli.member(
        phone="13800001234", education="大学", ethnic_group="满", employer="街道办事处", birth_on="1970", note="无事"
    )
    found = cli.ok("list", "member")
    assert found["total"] == 1
    shown = found["records"][0]
    assert shown.keys() >= MEMBER_KEYS | set(KINDS["member"].names())
    assert {k: shown[k] for k in MEMBER_KEYS - {"organisation_id"}} == {
        "id": record,
        "name": "王小明",
        "sex": "男",
        "id_number": "429***********" + id_number()[-4:],
        "birth_on": "1970",
        "ethnic_group": "满族",
        "education": "大学本科",
        "member_class": "正式党员",
        "joined_on": "1995-07-01",
        "confirmed_on": "1996-07-01",
        "organisation": "第一党支部",
        "phone": "138****1234",
        "employer": "街道办事处",
    }


def test_full_numbers_ask_for_a_reason_and_are_logged(cli: Cli) -> None:
    cli.member(phone="13800001234")
    cli.refused(2, "reason", "list", "member", "--full")
    cli.refused(2, "reason", "list", "member", "--full", "--reason", " ")
    shown = cli.ok("list", "member", "--full", "--reason", "年报核对")["records"][0]
    assert (shown["id_number"], shown["phone"]) == (id_number(), "13800001234")
    from dangjian_desktop.services.office.opening import open_office
    from dangjian_desktop.storage import audit

    office = open_office(cli.file, password=PASSWORD)
    try:
        with office.database.read() as connection:
            logged = [line["detail"] for line in audit.listing(connection) if line["action"] == "reveal"]
    finally:
        office.close()
    assert logged == [{"kind": "member", "records": 1, "reason": "年报核对"}]


def test_no_number_leaks_from_any_answer(cli: Cli) -> None:
    record = cli.member(phone="13800001234")
    cli.ok("set", "member", record, "phone=13900005678")
    said = "".join(
        cli.run(*words).out
        for words in (
            ["list", "member"], ["list", "organisation"], ["history", "member", record], ["operations"],
            ["find", "13900005678"], ["figures"],
            ["add", "member", "name=李四", f"id_number={id_number()}", "organisation=第一党支部"],
            ["add", "member", "name=李四", "id_number=429900197001010010", "organisation=第一党支部"],
            ["set", "member", record, f"organisation={id_number()}"],
            ["set", "member", record, id_number()],
        )
    )  # fmt: skip
    for number in (id_number(), "13800001234", "13900005678", "429900197001010010"):
        assert number not in said


def test_an_organisation_is_listed_with_secretary_and_members(cli: Cli) -> None:
    record = cli.member()
    cli.member("李小红", serial=2)
    cli.ok("add", "post", "organisation=一支部", f"member={record}", "post=支部书记", "from_on=2024-05")
    found = {r["name"]: r for r in cli.ok("list", "organisation")["records"]}
    branch = found["第一党支部"]
    assert branch.keys() >= ORGANISATION_KEYS
    assert (branch["kind"], branch["field"], branch["parent"], branch["parent_id"]) == (
        "党支部", "村居", STREET, found[STREET]["id"],
    )  # fmt: skip
    assert (branch["secretary"], branch["members"], found[STREET]["members"]) == ("王小明", 2, 2)


@pytest.mark.parametrize("named", ["第一党支部", "一支部", "0001"])
def test_a_unit_is_named_in_any_way(cli: Cli, named: str) -> None:
    cli.branch("第二党支部")
    cli.member()
    cli.member("李小红", "第二党支部", serial=2)
    found = cli.ok("list", "member", "--scope", named)
    assert [r["name"] for r in found["records"]] == ["王小明"]
    by_id = cli.ok("list", "member", "--scope", found["records"][0]["organisation_id"])
    assert by_id["total"] == 1
    assert cli.ok("list", "member", "--scope", STREET)["total"] == 2
    assert cli.ok("list", "organisation", "--scope", named)["total"] == 1


def test_an_unknown_unit_names_the_nearest(cli: Cli) -> None:
    assert "第一党支部" in cli.refused(1, "org_unknown", "list", "member", "--scope", "第一支部")["message"]
    cli.branch("另一个", short_name="一支部")
    cli.refused(1, "org_ambiguous", "list", "member", "--scope", "一支部")


def test_where_and_limit(cli: Cli) -> None:
    for serial in range(1, 6):
        cli.member(f"王{'一二三四五'[serial - 1]}", serial=serial, education="大学" if serial < 4 else "初中")
    found = cli.ok("list", "member", "--where", "education=大学本科", "--limit", "2")
    assert (found["total"], len(found["records"])) == (3, 2)
    assert cli.ok("list", "member", "--where", "education=大学本科", "--where", "sex=女")["total"] == 1
    assert cli.ok("list", "member", "--where", "性别=女")["total"] == 2
    assert cli.ok("list", "member", "--where", "phone=")["total"] == 5
    assert cli.ok("list", "member", "--where", f"id_number={id_number(3)}")["records"][0]["name"] == "王三"
    cli.refused(2, "unknown_field", "list", "member", "--where", "bogus=1")
    cli.refused(2, "unknown_field", "list", "member", "--where", "bogus=")
    cli.refused(1, "bad_value", "list", "member", "--where", "sex=猫")


def test_bad_values_and_fields(cli: Cli) -> None:
    record = cli.member()
    cli.refused(2, "unknown_field", "set", "member", record, "bogus=1")
    cli.refused(1, "bad_value", "set", "member", record, "joined_on=2021.6.31")
    cli.refused(1, "bad_value", "set", "member", record, "education=好")
    cli.refused(1, "bad_value", "set", "member", record, "phone=12")
    cli.refused(1, "required", "set", "member", record, "name=")
    cli.refused(1, "not_found", "set", "member", "没有", "note=1")
    cli.refused(1, "not_found", "remove", "member", "没有")
    cli.refused(1, "required", "add", "member", "name=甲", "organisation=一支部")
    cli.refused(1, "required", "add", "organisation", "kind=党支部")
    cli.refused(1, "org_unknown", "add", "member", "name=甲", f"id_number={id_number(9)}", "organisation=没有")
    cli.refused(1, "duplicate_id", "add", "member", "name=甲", f"id_number={id_number()}", "organisation=一支部")
    cli.refused(1, "bad_value", "add", "member", "name=甲", "id_number=123", "organisation=一支部")
    assert cli.ok("list", "member")["total"] == 1


def test_an_id_number_stays_one_members(cli: Cli) -> None:
    first, second = cli.member(serial=1), cli.member("李四", serial=2)
    refusal = cli.refused(1, "duplicate_id", "set", "member", second, f"id_number={id_number(1)}")
    assert "王小明" in refusal["message"]
    assert cli.ok("list", "member", "--where", f"id_number={id_number(2)}")["records"][0]["id"] == second
    # What a record has already is no second use of it.
    assert cli.ok("set", "member", first, f"id_number={id_number(1)}", "note=核对过")["changed"] is True


def test_a_record_in_the_recycle_bin_is_not_edited(cli: Cli) -> None:
    record = cli.member()
    cli.ok("remove", "member", record)
    refusal = cli.refused(1, "removed", "set", "member", record, "note=改")
    assert "王小明" in refusal["message"]
    cli.ok("undo")
    assert cli.ok("list", "member")["records"][0]["note"] == ""


def test_findings_come_with_what_was_saved(cli: Cli) -> None:
    added = cli.ok(
        "add",
        "member",
        "name=甲",
        f"id_number={id_number(2)}",
        "organisation=一支部",
        "member_class=正式",
        "sex=男",
        f"entered_on={BASE}",
    )
    rules = {f["rule"]: f for f in added["findings"]}
    assert rules.keys() >= {"CONFIRMED_MISSING", "SEX_DIFFERS"}
    assert rules["SEX_DIFFERS"]["severity"] == "warning"
    assert rules["SEX_DIFFERS"]["message"]
    fixed = cli.ok("set", "member", added["id"], "sex=女", "confirmed_on=1996-07", "joined_on=1995-07")
    assert fixed["findings"] == []
    assert cli.ok("set", "member", added["id"], "sex=女")["changed"] is False


def test_dates_keep_their_precision(cli: Cli) -> None:
    cli.member(joined_on="1995.7", confirmed_on="一九九六年")
    shown = cli.ok("list", "member")["records"][0]
    assert (shown["joined_on"], shown["confirmed_on"]) == ("1995-07", "1996")


def test_members_of_a_day(cli: Cli) -> None:
    cli.branch("第二党支部")
    record = cli.member(employer="一厂", entered_on="2026-02-01")
    cli.ok("set", "member", record, "organisation=第二党支部", "--since", "2026-05-01")
    cli.ok("set", "member", record, "employer=二厂", "member_class=预备党员", "--since", "2026-06-01")
    cli.ok("set", "member", record, "left_on=2026-08-01", "left_kind=O4")

    def on(day: str) -> list[tuple[str, str, str]]:
        answer = cli.plain("list", "member", "--file", cli.file, "--on", day, "--json")
        return [(r["organisation"], r["employer"], r["member_class"]) for r in answer.data["records"]]

    assert on("2026-01-31") == []
    assert on("2026-02-01") == [("第一党支部", "一厂", "正式党员")]
    assert on("2026-05-01") == [("第二党支部", "一厂", "正式党员")]
    assert on("2026-06-01") == [("第二党支部", "二厂", "预备党员")]
    assert on("2026-08-01") == []
    assert cli.ok("list", "member")["total"] == 0
    cli.refused(1, "later", "set", "member", record, "employer=三厂", "--since", "2026-10-01")
    cli.refused(2, "bad_date", "set", "member", record, "employer=三厂", "--since", "明天")


def test_a_day_for_what_keeps_none_is_told(cli: Cli) -> None:
    record = cli.member()
    told = cli.ok("set", "member", record, "手机号码=13800138000", "employer=二厂", "--since", "2026-06-01")["notices"]
    assert told == ["“手机号码”不记从哪天起，--since 对它没有作用，已按现在的值改。"]
    assert "notices" not in cli.ok("set", "member", record, "employer=三厂", "--since", "2026-07-01")
    assert "notices" not in cli.ok("set", "member", record, "phone=13800138001")
    first = cli.ok("list", "organisation", "--where", "code=0001")["records"][0]["id"]
    assert "notices" not in cli.ok("set", "organisation", first, "term_elected_on=2024", "--since", "2024-05-01")


def test_organisations_of_a_day(cli: Cli) -> None:
    first = cli.ok("list", "organisation", "--where", "code=0001")["records"][0]["id"]
    cli.ok("set", "organisation", first, "name=先锋党支部", "--since", "2026-03-01")
    cli.branch("新支部", founded_on="2026-04-01")
    cli.branch("旧支部", founded_on="2001", dissolved_on="2026-02-10")
    cli.member(branch="先锋党支部")

    def on(day: str) -> set[str]:
        answer = cli.plain("list", "organisation", "--file", cli.file, "--on", day, "--json")
        return {r["name"] for r in answer.data["records"]}

    assert on("2026-02-01") == {STREET, "第一党支部", "旧支部"}
    assert on("2026-03-01") == {STREET, "先锋党支部"}
    assert on("2026-04-01") == {STREET, "先锋党支部", "新支部"}
    then = cli.plain("list", "member", "--file", cli.file, "--on", "2026-02-01", "--json").data["records"]
    assert then[0]["organisation"] == "第一党支部"


def test_posts_of_a_day(cli: Cli) -> None:
    record = cli.member()
    cli.ok("add", "post", "organisation=一支部", f"member={record}", "post=书记", "from_on=2021-05", "to_on=2026-03-31")
    cli.ok("add", "post", "organisation=一支部", "person_name=外来人", "post=书记", "--since", "2026-04-01")
    everything = cli.plain("list", "post", "--file", cli.file, "--json").data
    assert everything["total"] == 2

    def on(day: str) -> list[str]:
        found = cli.plain("list", "post", "--file", cli.file, "--on", day, "--json").data["records"]
        return [r["member"] or r["person_name"] for r in found]

    def secretary(day: str) -> str:
        answer = cli.plain("list", "organisation", "--file", cli.file, "--on", day, "--where", "code=0001", "--json")
        return str(answer.data["records"][0]["secretary"])

    assert (on("2026-03-30"), secretary("2026-03-30")) == (["王小明"], "王小明")
    assert (on("2026-04-01"), secretary("2026-04-01")) == (["外来人"], "外来人")
    assert (on("2020-01-01"), secretary("2020-01-01")) == ([], "")


def test_removing_goes_to_the_bin_and_back(cli: Cli) -> None:
    record = cli.member()
    assert cli.ok("remove", "member", record)["id"] == record
    assert cli.ok("list", "member")["total"] == 0
    assert cli.ok("undo")["undone"]
    assert cli.ok("list", "member")["total"] == 1
    branch = cli.ok("list", "organisation", "--where", "code=0001")["records"][0]["id"]
    cli.refused(1, "not_empty", "remove", "organisation", branch)


def test_a_new_member_enters_when_asked(cli: Cli) -> None:
    added = cli.ok(
        "add",
        "member",
        "name=甲",
        f"id_number={id_number(3)}",
        "organisation=一支部",
        "member_class=正式",
        "entered_kind=转入",
        "--since",
        "2026-07-01",
    )
    assert added["id"]
    assert cli.ok("list", "member")["records"][0]["entered_on"] == "2026-07-01"
    cli.refused(2, "usage", "add", "organisation", "name=x", "kind=党支部", "--since", "2026-01-01")


def test_finding_people(cli: Cli) -> None:
    cli.member("欧阳娜娜", phone="13800001234")
    cli.member("王小明", serial=2)
    for text in ("欧阳", "娜", "oynn", "ouyang", "13800001234", "0001234", id_number()[6:14] + "001"):
        found = cli.ok("find", text)["records"]
        assert [(r["name"], r["organisation"]) for r in found] == [("欧阳娜娜", "第一党支部")], text
        assert set(found[0]) == {"id", "name", "organisation"}
    assert len(cli.ok("find", "19700101", "--limit", "1")["records"]) == 1
    assert cli.ok("find", "没有这人")["records"] == []
    assert cli.plain("--file", cli.file, "find", "没有这人").out.strip() == "没有找到。"


def test_undo_by_steps_and_by_operation(cli: Cli) -> None:
    record = cli.member(note="原来")
    cli.ok("set", "member", record, "note=一")
    cli.ok("set", "member", record, "health=健康")
    listed = cli.ok("operations", "--limit", "2")["operations"]
    assert {"id", "label", "at", "by", "device", "undone"} <= listed[0].keys()
    assert [o["undone"] for o in listed] == [False, False]
    assert cli.ok("undo", "--operation", str(listed[1]["id"]))["undone"] == [listed[1]["label"]]
    shown = cli.ok("list", "member")["records"][0]
    assert (shown["note"], shown["health"]) == ("原来", "健康")
    cli.refused(1, "already_undone", "undo", "--operation", str(listed[1]["id"]))
    assert {o["id"]: o["undone"] for o in cli.ok("operations")["operations"]}[listed[1]["id"]] is True
    cli.refused(1, "not_found", "undo", "--operation", "999")
    result = cli.ok("undo", "--steps", "2")
    assert len(result["undone"]) == 2
    assert cli.ok("list", "member")["total"] == 0


def test_undo_keeps_what_moved_on(cli: Cli) -> None:
    record = cli.member(note="原来", employer="一厂")
    cli.ok("set", "member", record, "note=一", "employer=二厂", "health=健康")
    wide = str(cli.ok("operations")["operations"][0]["id"])
    cli.ok("set", "member", record, "note=二", "employer=三厂")
    answer = cli.run("undo", "--operation", wide)
    assert (answer.code, answer.data["ok"]) == (1, False)
    assert sorted(answer.data["kept"]) == ["employer", "note"]
    assert len(answer.data["undone"]) == 1
    shown = cli.ok("list", "member")["records"][0]
    assert (shown["note"], shown["employer"], shown["health"]) == ("二", "三厂", "")
    earlier = cli.plain("list", "member", "--file", cli.file, "--on", "2026-09-29", "--json").data["records"]
    assert earlier[0]["employer"] == "一厂"


def test_undo_that_can_do_nothing_says_what_it_kept(cli: Cli) -> None:
    record = cli.member()
    cli.ok("set", "member", record, "note=一")
    first = str(cli.ok("operations")["operations"][0]["id"])
    cli.ok("set", "member", record, "note=二")
    failure = cli.refused(1, "cannot_undo", "undo", "--operation", first)
    assert (failure["undone"], failure["kept"]) == ([], ["note"])
    assert cli.ok("list", "member")["records"][0]["note"] == "二"


def test_history_of_a_record(cli: Cli) -> None:
    record = cli.member(phone="13800001234")
    cli.ok("set", "member", record, "phone=13900005678", "education=大学")
    changes = cli.ok("history", "member", record)["changes"]
    assert {"at", "by", "device", "operation", "field", "before", "after"} <= changes[0].keys()
    by_field = {c["field"]: (c["before"], c["after"]) for c in changes[1:]}
    assert by_field == {"phone": ("138****1234", "139****5678"), "education": ("", "大学本科")}
    cli.refused(1, "not_found", "history", "member", "没有")


def test_a_meeting_with_attendance(cli: Cli) -> None:
    first, second = cli.member(), cli.member("李小红", serial=2)
    third = cli.member("赵六", serial=3)
    added = cli.ok(
        "add", "meeting", "meeting_kind=支部党员大会", "organisation=一支部", "started_at=2026-09-03 14:30",
        "place=会议室", f"attendance.{first}=到会", "attendance.李小红=请假:住院", f"attendance.{id_number(3)}=缺席",
    )  # fmt: skip
    listed = cli.ok("list", "meeting")["records"][0]
    assert listed["attendance"] == {"present": 1, "excused": 1, "absent": 1}
    assert (listed["meeting_kind"], listed["organisation"], listed["due"]) == ("支部党员大会", "第一党支部", 3)
    cli.ok("set", "meeting", added["id"], f"attendance.{second}=到会", f"attendance.{third}=", "place=大会议室")
    listed = cli.ok("list", "meeting")["records"][0]
    assert (listed["attendance"], listed["place"]) == ({"present": 2, "excused": 0, "absent": 0}, "大会议室")
    fields = {c["field"] for c in cli.ok("history", "meeting", added["id"])["changes"]}
    assert fields == {"", f"attendance.{second}", f"attendance.{third}", "place"}
    cli.refused(1, "bad_value", "set", "meeting", added["id"], "attendance.王小明=飞走")
    cli.refused(1, "required", "set", "meeting", added["id"], "attendance.王小明=请假")
    cli.refused(1, "member_unknown", "set", "meeting", added["id"], "attendance.没有=到会")
    cli.refused(1, "bad_value", "add", "meeting", "meeting_kind=党课", "organisation=一支部", "started_at=2026-09")


def test_ledgers(cli: Cli) -> None:
    ledgers = {t["key"]: t for t in cli.ok("ledger", "list")["ledgers"]}
    assert ledgers["rectification"].keys() >= {"key", "title", "class", "columns", "states"}
    cli.refused(1, "ledger_unknown", "ledger", "show", "bogus")
    added = cli.ok(
        "ledger", "add", "rectification", "source=自查", "problem=台账不全", "measures=补齐", "owner=张三",
        "due_on=2026-10-31", "organisation=一支部",
    )  # fmt: skip
    shown = cli.ok("ledger", "show", "rectification")
    assert (shown["total"], shown["ledgers"][0]["key"]) == (1, "rectification")
    entry = shown["records"][0]
    assert (entry["id"], entry["number"], entry["state"]) == (added["id"], "ZG-2026-001", "待制定措施")
    assert (entry["values"]["problem"], entry["problem"], entry["organisation"]) == (
        "台账不全",
        "台账不全",
        "第一党支部",
    )
    cli.refused(1, "bad_move", "ledger", "move", "rectification", added["id"], "已销号")
    cli.refused(1, "bad_move", "ledger", "move", "rectification", added["id"], "没有")
    cli.refused(1, "not_found", "ledger", "move", "care-visits", added["id"], "working")
    assert cli.ok("ledger", "move", "rectification", added["id"], "整改中")["id"] == added["id"]
    cli.refused(1, "required", "ledger", "add", "rectification", "source=自查")
    cli.refused(1, "not_editable", "set", "ledger_entry", added["id"], "state=closed")
    cli.ok("set", "ledger_entry", added["id"], "progress=一半")
    by_state = cli.ok("list", "ledger_entry", "--where", "template=rectification", "--where", "state=整改中")
    assert by_state["records"][0]["progress"] == "一半"
    assert cli.ok("list", "ledger:rectification", "--where", "problem=台账不全")["total"] == 1
    assert cli.ok("list", "ledger_entry", "--where", "template=care-visits")["total"] == 0
    again = cli.ok("add", "ledger_entry", "template=rectification", "source=自查", "problem=另一个")
    assert cli.ok("list", "ledger_entry")["total"] == 2
    cli.ok("remove", "ledger_entry", again["id"])
    assert cli.ok("list", "ledger_entry")["total"] == 1


def test_figures_keep_their_keys(cli: Cli) -> None:
    record = cli.member()
    found = cli.ok("figures")["figures"]
    promised = (
        "members members_full members_probationary members_female members_minority members_35_and_under"
        " members_college_and_above members_mobile members_out_of_contact organisations_street"
        " organisations_statistical committees general_branches branches groups joined left terms_due"
    )
    assert found.keys() >= set(promised.split())
    assert found["members"]["value"] == 1
    assert found["members"]["records"] == [record]
    assert found["members"].keys() >= {"label", "value", "numerator", "denominator", "records"}
    cli.refused(2, "bad_period", "figures", "--period", "2026Q5")
    cli.refused(1, "period_future", "figures", "--period", "2026Q4")
    assert cli.ok("figures", "--period", "2026-09", "--scope", "一支部")["figures"]["members"]["value"] == 1


def test_people_read_aligned_chinese(cli: Cli) -> None:
    cli.member(phone="13800001234")
    shown = cli.plain("--file", cli.file, "--on", BASE, "list", "member").out.splitlines()
    assert shown[0].split()[:3] == ["姓名", "性别", "公民身份号码"]
    assert shown[-1] == "共1条。"
    saved = cli.plain("--file", cli.file, "add", "organisation", "name=x支部", "kind=党支部")
    assert saved.out.startswith("已新建。")


def test_a_classification_has_its_days_and_its_reason(cli: Cli) -> None:
    member = cli.member()
    words = ("set", "member", member)
    cli.ok(*words, "categories.困难党员=因病致困", "--since", "2026-03-01")
    cli.ok(*words, "categories.困难=因病致困两年")
    assert cli.ok("list", "member")["records"][0]["categories"] == "困难党员"
    cli.ok(*words, "categories.困难党员=", "--since", "2026-08-31")
    assert cli.ok("list", "member")["records"][0]["categories"] == ""
    told = [c["after"] for c in cli.ok("history", "member", member)["changes"] if c["label"] == "党员分类"]
    assert told == [
        "困难党员（自2026-03-01，因病致困）",
        "困难党员（自2026-03-01，因病致困两年）",
        "困难党员（自2026-03-01，至2026-08-31，因病致困两年）",
    ]
    label = cli.ok("operations", "--limit", "1")["operations"][0]["label"]
    assert label == "修改党员“王小明”的分类：困难党员"
    cli.refused(1, "not_found", *words, "categories.困难党员=")
    cli.refused(1, "bad_value", *words, "categories.没有这类=甲")
    cli.refused(2, "usage", *words, "categories.流动党员=外出", "phone=13800000000")
    cli.ok(*words, "categories.困难党员=再次", "--since", "2026-09-01")
    cli.refused(1, "bad_value", *words, "categories.困难党员=", "--since", "2026-08-01")
    cli.refused(1, "later", *words, "categories.困难党员=", "--since", "2030-01-01")
