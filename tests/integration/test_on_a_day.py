"""What holds on a day is one thing: in Python, in SQL, in lists, figures, tree and posts."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text

from cli_kit import BASE, STREET, Cli
from dangjian_desktop.domain.records.spans import OnDay, former_on, newest
from dangjian_desktop.storage.queries import spans

_PARTIALS = st.builds(
    lambda day, length: day.isoformat()[:length],
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
_DAYS = st.dates(date(2023, 12, 1), date(2028, 1, 31))
_BOUND = st.none() | _PARTIALS


@pytest.fixture(scope="module")
def table() -> Iterator[Connection]:
    """A database with the three tables that the conditions speak of."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        connection.execute(text('CREATE TABLE former (record, "key", attribute, value, until)'))
        connection.execute(
            text(
                "CREATE TABLE membership (rid INTEGER PRIMARY KEY, record, key, organisation, 'group', from_on,"
                " in_kind, to_on, out_kind, counterpart, destination)"
            )
        )
        connection.execute(text("CREATE TABLE organisation (id, kind, field)"))
        connection.execute(
            text("CREATE TABLE term (record, key, elected_on, years, extended_to, method, due, present, doc)")
        )
        yield connection


def _last(partial: str) -> date:
    """Reckoned with the calendar, as the rule is written: the last day that a date can mean."""
    year, month = int(partial[:4]), int(partial[5:7] or 12)
    return date(year, month, int(partial[8:] or monthrange(year, month)[1]))


def _first(partial: str) -> date:
    return date(int(partial[:4]), int(partial[5:7] or 1), int(partial[8:] or 1))


@given(_BOUND, _BOUND, _DAYS)
def test_begun_and_standing_say_what_the_calendar_says(start: str | None, end: str | None, day: date) -> None:
    then = OnDay.of(day)
    assert then.begun(start) == (start is None or _first(start) <= day)
    assert then.standing(end) == (end is None or _last(end) > day)


@given(_BOUND, _BOUND, _DAYS)
def test_the_sql_of_a_span_says_what_python_says(
    table: Connection, start: str | None, end: str | None, day: date
) -> None:
    expected = OnDay.of(day).in_force(start, end)
    asked = text(f"SELECT {spans.in_force_text('s')} FROM (SELECT :start AS from_on, :end AS to_on) s")
    found = table.execute(asked, {"start": start, "end": end, "day": day.isoformat()}).scalar_one()
    assert bool(found) == expected
    table.execute(text("DELETE FROM membership"))
    table.execute(
        text("INSERT INTO membership (record, key, organisation, from_on, to_on) VALUES ('m', 'k', 'u', :s, :e)"),
        {"s": start, "e": end},
    )
    assert bool(spans.stays(table, day)) == expected


@given(st.lists(st.tuples(_BOUND, _BOUND), max_size=5), _DAYS)
def test_the_newest_stay_of_a_day_is_one_stay(
    table: Connection, bounds: list[tuple[str | None, str | None]], day: date
) -> None:
    stays = [
        {"key": f"k{place}", "organisation": f"u{place}", "from_on": start, "to_on": end}
        for place, (start, end) in enumerate(bounds)
    ]
    table.execute(text("DELETE FROM membership"))
    for stay in stays:
        table.execute(
            text(
                "INSERT INTO membership (record, key, organisation, from_on, to_on)"
                " VALUES ('m', :key, :organisation, :from_on, :to_on)"
            ),
            stay,
        )
    then = OnDay.of(day)
    told = newest(stay for stay in stays if then.in_force(stay["from_on"], stay["to_on"]))
    found = spans.stays(table, day).get("m")
    assert (found and found["organisation"]) == (told and told["organisation"])


@given(st.lists(st.tuples(st.sampled_from(["name", "kind"]), _PARTIALS), max_size=6, unique=True), _DAYS)
def test_former_values_of_a_day_are_one_value(table: Connection, ends: list[tuple[str, str]], day: date) -> None:
    table.execute(text("DELETE FROM former"))
    rows = [(attribute, until, f"{attribute} until {until}") for attribute, until in ends]
    for attribute, until, value in rows:
        table.execute(
            text("INSERT INTO former VALUES ('r', :key, :attribute, :value, :until)"),
            {"key": f"{attribute}@{until}", "attribute": attribute, "value": value, "until": until},
        )
    assert spans.former_values(table, day).get("r", {}) == former_on(rows, OnDay.of(day))


# One file, every road


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """A file with a street and one branch, on the PC of the test."""
    from cli_kit import PASSWORD

    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    made.branch()
    return made


def _on(cli: Cli, day: str, *words: str) -> Mapping[str, Any]:
    answer = cli.plain("--file", cli.file, "--on", day, *words, "--json")
    assert answer.code == 0, answer.out
    return answer.data


def _value(cli: Cli, day: str, key: str) -> Any:
    found = _on(cli, day, "figures", "--period", day[:7])["figures"]
    return found[key]["value"]


def _names(found: Mapping[str, Any]) -> list[str]:
    return [record["name"] for record in found["records"]]


def test_what_ended_in_a_month_is_over_on_its_last_day_everywhere(cli: Cli) -> None:
    member = cli.member()
    cli.ok("set", "member", member, "left_on=2026-06", "left_kind=转出组织关系")
    post = cli.ok("add", "post", "organisation=第一党支部", "person_name=李外", "post=书记", "from_on=2026-01")["id"]
    cli.ok("set", "post", str(post), "to_on=2026-06")
    for day, there in (("2026-06-29", 1), ("2026-06-30", 0), ("2026-07-01", 0)):
        assert _value(cli, day, "members") == there
        assert _on(cli, day, "list", "member")["total"] == there
        units = {u["name"]: u for u in _on(cli, day, "list", "organisation")["records"]}
        assert units["第一党支部"]["members"] == there
        assert units["第一党支部"]["secretary"] == ("李外" if there else "")
        assert _on(cli, day, "list", "post")["total"] == there
    assert _on(cli, "2026-06-29", "list", "member")["records"][0]["standing"] == "正常"


def test_figures_and_list_agree_on_who_carried_a_classification_on_a_day(cli: Cli) -> None:
    member = cli.member()
    cli.member("李小红", serial=2)
    cli.ok("set", "member", member, "categories=流动党员", "--since", "2026-03-01")
    cli.ok("set", "member", member, "categories=", "--since", "2026-06-01")
    for day, held in (("2026-02-28", 0), ("2026-03-01", 1), ("2026-05-31", 1), ("2026-06-01", 0), ("2026-09-30", 0)):
        assert _value(cli, day, "members_mobile") == held
        found = _on(cli, day, "list", "member", "--where", "categories=流动党员")
        assert found["total"] == held
        assert [record["categories"] for record in found["records"]] == ["流动党员"] * held
        assert _on(cli, day, "list", "member", "--where", "categories=")["total"] == 2 - held


def test_figures_and_list_agree_on_the_class_of_a_day(cli: Cli) -> None:
    member = cli.member(member_class="预备党员", joined_on="2025-09-01", confirmed_on="")
    cli.ok("set", "member", member, "member_class=正式党员", "confirmed_on=2026-09-01", "--since", "2026-09-01")
    for day, code, name in (("2026-08-31", "2", "预备党员"), ("2026-09-01", "1", "正式党员")):
        key = {"1": "members_full", "2": "members_probationary"}[code]
        assert _value(cli, day, key) == 1
        found = _on(cli, day, "list", "member", "--where", f"member_class={name}")
        assert [record["member_class"] for record in found["records"]] == [name]


def test_a_list_of_a_past_day_filters_by_the_values_of_that_day(cli: Cli) -> None:
    cli.branch("第二党支部")
    member = cli.member(employer="旧单位")
    cli.ok("set", "member", member, "employer=新单位", "organisation=第二党支部", "--since", "2026-05-01")
    for day, employer, branch in (
        ("2026-04-30", "旧单位", "第一党支部"),
        ("2026-05-01", "新单位", "第二党支部"),
    ):
        for where in (f"employer={employer}", f"organisation={branch}"):
            found = _on(cli, day, "list", "member", "--where", where)["records"]
            assert [(r["employer"], r["organisation"]) for r in found] == [(employer, branch)]
    assert _on(cli, "2026-04-30", "list", "member", "--where", "employer=新单位")["total"] == 0


def test_organisations_of_a_past_day_are_found_by_what_they_were(cli: Cli) -> None:
    unit = str(cli.ok("add", "organisation", "name=河东党支部", "kind=党支部", f"founded_on={BASE}")["id"])
    above = str(cli.ok("add", "organisation", "name=社区党总支", "kind=党总支部")["id"])
    cli.ok("set", "organisation", unit, "name=河西党支部", f"parent={above}", "--since", "2026-04-01")
    assert _names(_on(cli, "2026-03-31", "list", "organisation", "--where", "name=河东党支部")) == ["河东党支部"]
    assert _on(cli, "2026-03-31", "list", "organisation", "--where", "name=河西党支部")["total"] == 0
    assert "河东党支部" in _names(_on(cli, "2026-03-31", "list", "organisation", "--where", f"parent={STREET}"))
    assert _names(_on(cli, "2026-04-01", "list", "organisation", "--where", "parent=社区党总支")) == ["河西党支部"]


def test_who_has_left_is_sorted_by_the_years_of_the_day(cli: Cli) -> None:
    old = cli.member("甲老", joined_on="1960-07-01", confirmed_on="1961-07-01")
    cli.member("乙新", serial=2, joined_on="2005-07-01", confirmed_on="2006-07-01")
    cli.ok("set", "member", old, "left_on=2026-08-01", "left_kind=死亡")
    found = _on(cli, "2026-07-01", "list", "member", "--where", "seniority=65")
    assert [(record["name"], record["seniority"]) for record in found["records"]] == [("甲老", 65)]


def test_a_probationary_member_has_no_seniority_and_who_joined_without_probation_counts_from_joining(cli: Cli) -> None:
    cli.member("甲预", member_class="预备党员", joined_on="2024-07-01", confirmed_on="2025-07-01")
    cli.member("乙老", serial=2, joined_on="1970-07-01", confirmed_on="")
    cli.member("丙老", serial=3, joined_on="1977-09-01", confirmed_on="")
    found = {r["name"]: r["seniority"] for r in _on(cli, "2026-09-30", "list", "member")["records"]}
    assert found == {"甲预": None, "乙老": 56, "丙老": None}


# Meetings: who was due


def _committee(cli: Cli) -> list[str]:
    names = ["赵书记", "钱委员", "孙委员", "李党员", "周党员"]
    members = [cli.member(name, serial=number) for number, name in enumerate(names, 1)]
    for member, post in zip(members, ["书记", "委员", "委员"], strict=False):
        cli.ok("add", "post", "organisation=第一党支部", f"member={member}", f"post={post}", f"from_on={BASE}")
    cli.ok("add", "post", "organisation=第一党支部", f"member={members[4]}", "post=组织员", f"from_on={BASE}")
    return members


def test_a_meeting_of_the_committee_expects_the_committee(cli: Cli, tmp_path: Path) -> None:
    members = _committee(cli)
    marks = [f"attendance.{m}={said}" for m, said in zip(members, ["到会", "到会", "请假:住院"], strict=False)]
    words = ["meeting_kind=支委会", "organisation=第一党支部", "started_at=2026-09-03 14:30", "title=研究工作"]
    made = str(cli.ok("add", "meeting", *words, *marks)["id"])
    listed = cli.ok("list", "meeting")["records"][0]
    assert (listed["due"], listed["unmarked"]) == (3, 0)
    assert listed["attendance"] == {"present": 2, "excused": 1, "absent": 0}
    cli.ok("set", "post", str(cli.ok("list", "post", "--where", "post=书记")["records"][0]["id"]), "to_on=2026-09-10")
    # Later changes of the committee leave the meeting as it was.
    assert cli.ok("list", "meeting")["records"][0]["due"] == 3
    cli.ok("report", "minutes", "--id", made, "-o", tmp_path)
    with pypdfium2.PdfDocument(next(tmp_path.glob("*.pdf"))) as paper:
        told = "".join(paper[0].get_textpage().get_text_bounded().split())
    assert "应到3人（有表决权3人），实到2人（有表决权2人），请假1人，缺席0人" in told


def test_who_had_died_is_not_expected_in_the_committee(cli: Cli) -> None:
    members = _committee(cli)
    cli.ok("set", "member", members[2], "left_on=2026-08-20", "left_kind=死亡")
    words = ["meeting_kind=支委会", "organisation=第一党支部", "title=研究工作"]
    for started, due in (("2026-08-10 14:30", 3), ("2026-09-03 14:30", 2)):
        made = cli.ok("add", "meeting", *words, f"started_at={started}", f"attendance.{members[0]}=到会")["id"]
        listed = {record["id"]: record for record in cli.ok("list", "meeting")["records"]}
        assert (listed[made]["due"], listed[made]["unmarked"]) == (due, due - 1)


def test_who_was_a_guest_is_not_also_present(cli: Cli) -> None:
    members = _committee(cli)
    words = ["meeting_kind=党员大会", "organisation=第一党支部", "started_at=2026-09-03 14:30", "title=大会"]
    cli.refused(1, "guest_present", "add", "meeting", *words, "guests=赵书记、吴科长", f"attendance.{members[0]}=到会")
    made = str(cli.ok("add", "meeting", *words, f"attendance.{members[0]}=到会", "guests=吴科长")["id"])
    cli.refused(1, "guest_present", "set", "meeting", made, "guests=赵书记")
    cli.refused(1, "guest_present", "set", "meeting", made, "guests=钱委员", f"attendance.{members[1]}=到会")


def test_whether_there_is_a_committee_is_dated(cli: Cli) -> None:
    cli.member()
    unit = str(cli.ok("list", "organisation", "--where", "name=第一党支部")["records"][0]["id"])
    cli.ok("set", "organisation", unit, "committee=是", "--since", "2026-06-01")
    found = cli.ok("figures", "--period", "2026")["figures"]
    rate = found["meetings_zwh_rate"]
    assert (rate["numerator"], rate["denominator"]) == (0, 4)
    assert _on(cli, "2026-05-31", "list", "organisation", "--where", "name=第一党支部")["records"][0]["committee"] == ""
    assert _on(cli, "2026-06-01", "list", "organisation", "--where", "committee=是")["total"] == 1
    assert cli.ok("check")["problems"] == []


def test_a_new_street_has_one_answer_to_what_it_counts(cli: Cli) -> None:
    cli.ok("add", "organisation", "name=战线党总支", "kind=党总支部", "street_counted=否")
    cli.ok("add", "organisation", "name=旧支部", "kind=党支部", "dissolved_on=2026-02-01")
    cli.ok("add", "organisation", "name=第一党小组", "kind=党小组", "parent=第一党支部")
    told = cli.ok("figures")["figures"]["organisations_street"]["value"]
    listed = cli.ok("list", "organisation", "--where", "street_counted=是")
    assert (told, listed["total"], _names(listed)) == (1, 1, ["第一党支部"])
    assert set(_names(cli.ok("list", "organisation", "--where", "street_counted=否"))) == {
        STREET,
        "战线党总支",
        "第一党小组",
    }
