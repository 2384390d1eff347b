"""The sample street: the shape of the first seed document, exact counts, nothing inconsistent in it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.demo import opening_day, street
from dangjian_desktop.demo.names import RARE, Ids
from dangjian_desktop.domain.ledgers.columns import choices
from dangjian_desktop.domain.ledgers.ledger_templates import load_templates
from dangjian_desktop.domain.ledgers.ledgers import is_overdue
from dangjian_desktop.domain.ledgers.passages import steps
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.records.fields import FieldType
from dangjian_desktop.domain.records.kinds import KINDS, ORGANISATIONAL
from dangjian_desktop.domain.values import codes
from dangjian_desktop.domain.values.id_numbers import check_id_number
from dangjian_desktop.domain.values.partial_dates import add_months, first_day, last_day

ON = date(2026, 9, 15)
BASE = opening_day(ON)
DAY = ON.isoformat()
Row = dict[str, Any]
Rows = dict[str, list[Row]]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return street(on=ON, base_date=BASE).rows()


@pytest.fixture(scope="module")
def organisations(rows: Rows) -> dict[str, Row]:
    return {row["id"]: row for row in rows["organisation"]}


def stay_on(member: Row, day: str) -> Row | None:
    """The membership that holds on a day; the day it ends on no longer belongs to it."""
    return next(
        (s for s in member["memberships"].values() if s["from_on"] <= day and (s.get("to_on") or "9999") > day), None
    )


def standing(rows: Rows, day: str = DAY) -> list[Row]:
    return [m for m in rows["member"] if stay_on(m, day)]


def full_years(earlier: date, later: date) -> int:
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


# -- the shape --------------------------------------------------------------------------------------


def test_members_are_exactly_those_asked_for(rows: Rows) -> None:
    here = standing(rows)
    assert len(here) == 2126
    assert Counter(m["member_class"] for m in here) == {"1": 2089, "2": 37}


def test_both_counts_of_organisations(rows: Rows) -> None:
    counted = [o for o in rows["organisation"] if o["street_counted"]]
    assert Counter(o["field"] for o in counted) == {"village": 21, "office": 2, "two_new": 42, "unit": 8}
    statistical = [o for o in rows["organisation"] if o["kind"] in ORGANISATIONAL and o["stage"] == "actual"]
    assert len(statistical) == 73 + 10
    assert sum(o.get("field") == "front" and o["kind"] == "621" for o in rows["organisation"]) == 10
    assert {"611", "621", "631", "632"} == {o["kind"] for o in counted}


def test_named_branches_exist(rows: Rows) -> None:
    names = [o["name"] for o in rows["organisation"]]
    assert {"九十墩社区党支部", "春天社区党支部", "刘口社区党支部"} <= set(names)
    assert len(set(names)) == len(names)


def test_planned_structure_holds_no_formal_members(rows: Rows, organisations: dict[str, Row]) -> None:
    planned = Counter(o["kind"] for o in rows["organisation"] if o["stage"] == "planned")
    assert planned == {"大党委": 16, "功能": 60, "小组": 194}
    for member in rows["member"]:
        for stay in member["memberships"].values():
            assert organisations[stay["organisation"]]["street_counted"]
            assert organisations[stay["organisation"]]["stage"] == "actual"


def test_planned_seats_are_named_before_the_plan_is_done(rows: Rows, organisations: dict[str, Row]) -> None:
    on_plan = [p for p in rows["post"] if organisations[p["organisation"]]["stage"] == "planned"]
    assert Counter(p["post"] for p in on_plan) == {"兼职委员": 109, "组长": 192}
    assert all("member" not in p and p["person_name"] for p in on_plan)


def test_parents_come_first(rows: Rows) -> None:
    seen: set[str] = set()
    for row in rows["organisation"]:
        assert row["parent"] in seen or (row["parent"] is None and not seen)
        seen.add(row["id"])


def test_sizes_suit_the_kind(rows: Rows, organisations: dict[str, Row]) -> None:
    sizes = Counter(stay["organisation"] for m in rows["member"] if (stay := stay_on(m, DAY)))
    by_kind: dict[str, list[int]] = {}
    for identity, size in sizes.items():
        by_kind.setdefault(organisations[identity]["kind"], []).append(size)
    assert min(by_kind["611"]) >= 100
    assert all(50 < size < 100 for size in by_kind["621"])
    assert 1 <= sum(size > 50 for size in by_kind["631"]) <= 2
    assert sum(by_kind["611"]) + sum(by_kind["621"]) + sum(by_kind["631"]) + sum(by_kind["632"]) == 2126


def test_groups_belong_to_the_branch_of_the_stay(rows: Rows, organisations: dict[str, Row]) -> None:
    grouped = 0
    for member in rows["member"]:
        for stay in member["memberships"].values():
            if "group" in stay:
                grouped += 1
                assert organisations[stay["group"]]["parent"] == stay["organisation"]
    assert grouped > 800


# -- members ----------------------------------------------------------------------------------------


def test_id_numbers_are_valid_different_and_agree(rows: Rows) -> None:
    numbers = [m["id_number"] for m in rows["member"]]
    assert len(set(numbers)) == len(numbers)
    for member in rows["member"]:
        check = check_id_number(member["id_number"], on=ON)
        assert check.ok and not check.warnings, check
        assert (check.birth_on, check.sex) == (member["birth_on"], member["sex"])
        assert member["id_number"].startswith("429900")


def test_joining_is_plausible(rows: Rows) -> None:
    without_probation = 0
    for member in rows["member"]:
        joined = first_day(member["joined_on"])
        assert full_years(date.fromisoformat(member["birth_on"]), last_day(member["joined_on"])) >= 18
        if member["member_class"] == "2":
            assert "confirmed_on" not in member
            assert add_months(joined, 12) > ON or member["extended_to"] > DAY
            continue
        confirmed = member["confirmed_on"]
        assert confirmed <= DAY
        if date(1969, 4, 30) < joined and last_day(member["joined_on"]) < date(1977, 8, 1):
            assert confirmed == member["joined_on"]
            without_probation += 1
        elif len(member["joined_on"]) == 10 and joined > date(1982, 9, 1):
            months = 12 if member["confirmation"] == "按期转正" else 18
            assert confirmed == add_months(joined, months).isoformat()
    assert without_probation > 20


def test_nothing_lies_in_the_future(rows: Rows) -> None:
    for member in rows["member"]:
        assert member.get("graduated_on", "") <= DAY and member["work_started_on"] <= DAY
    for meeting in rows["meeting"]:
        assert BASE.isoformat() < meeting["started_at"] < DAY
        assert meeting["started_at"][:10] <= meeting["entered_on"] <= DAY
    for entry in rows["ledger_entry"]:
        assert not [k for k, v in entry["values"].items() if k.endswith("_on") and k != "due_on" and v > DAY]


def test_proportions(rows: Rows) -> None:
    here = standing(rows)

    def share(wanted: Any) -> float:
        return sum(bool(wanted(m)) for m in here) / len(here)

    assert 0.25 < share(lambda m: m["sex"] == "2") < 0.35
    assert 0.015 < share(lambda m: m["ethnic_group"] != "01") < 0.05
    assert 0.01 < share(lambda m: "phone" not in m) < 0.04
    assert 0.008 < share(lambda m: "F2" in m["categories"]) < 0.03
    assert share(lambda m: len(m["categories"]) > 1) > 0.1
    assert share(lambda m: len(m["joined_on"]) == 7) > 0.01


def test_rare_characters_and_equal_names_occur(rows: Rows) -> None:
    names = Counter(m["name"] for m in rows["member"])
    assert set(RARE) <= set("".join(names))
    assert max(names.values()) > 1


def test_phones_ring_nowhere(rows: Rows) -> None:
    phones = [m["phone"] for m in rows["member"] if "phone" in m]
    assert all(re.fullmatch(r"154\d{8}", phone) for phone in phones)


def test_codes_are_known(rows: Rows) -> None:
    tables = codes.load(resource("codes"))
    for kind, records in rows.items():
        for field in KINDS[kind].fields:
            if field.codes and field.name in {key for row in records for key in row}:
                # A text field holds the name itself; its list is what is offered.
                at = 0 if field.type is FieldType.CODE else 1
                unknown = {row[field.name] for row in records if row.get(field.name)} - {
                    choice[at] for choice in tables.choices(field.codes)
                }
                assert not unknown, (kind, field.name, unknown)
    categories = {code for code, _ in tables.choices("category")}
    assert {c["category"] for m in rows["member"] for c in m["categories"].values()} <= categories


def test_rows_hold_only_known_fields(rows: Rows) -> None:
    for kind, records in rows.items():
        spec = KINDS[kind]
        known = {"id", *spec.names(), *(s.name for s in spec.sets), *spec.maps}
        assert {key for row in records for key in row} <= known


# -- changes ----------------------------------------------------------------------------------------


def test_opening_in_and_out_give_closing(rows: Rows) -> None:
    start = "2025-09-15"
    opening, closing = len(standing(rows, start)), len(standing(rows))
    stays = [s for m in rows["member"] for s in m["memberships"].values()]
    came = Counter(s["in_kind"] for s in stays if start < s["from_on"] <= DAY)
    left = Counter(s["out_kind"] for s in stays if start < s.get("to_on", "") <= DAY)
    assert opening + came.total() - left.total() == closing
    assert (came["I1"], came["I5"], came["I4"]) == (39, 55, 2)
    assert (left["O4"], left["O3"], left["O2"], left["O15"] + left["O18"]) == (48, 20, 3, 2)
    assert came["move"] == left["move"] == 6
    assert all(s["from_on"] == BASE.isoformat() for s in stays if s["in_kind"] == "opening")


def test_nobody_is_in_two_places(rows: Rows) -> None:
    for member in rows["member"]:
        stays = sorted(member["memberships"].values(), key=lambda s: s["from_on"])
        for earlier, later in zip(stays, stays[1:], strict=False):
            assert earlier["to_on"] <= later["from_on"]
        assert all(s["from_on"] < s.get("to_on", "9999") for s in stays)


def test_those_who_left_leave_their_categories(rows: Rows) -> None:
    gone = [m for m in rows["member"] if not stay_on(m, DAY)]
    assert gone
    assert all("to_on" in c for m in gone for c in m["categories"].values())


# -- posts and terms --------------------------------------------------------------------------------


def test_every_formal_organisation_has_one_secretary(rows: Rows, organisations: dict[str, Row]) -> None:
    secretaries = Counter(p["organisation"] for p in rows["post"] if p["post"] == "书记" and "to_on" not in p)
    formal = {i for i, o in organisations.items() if o["kind"] in {*ORGANISATIONAL, "工委"}}
    assert secretaries == dict.fromkeys(formal, 1)


def test_committees_follow_the_number_of_full_members(rows: Rows, organisations: dict[str, Row]) -> None:
    full = Counter(s["organisation"] for m in standing(rows) if m["member_class"] == "1" and (s := stay_on(m, DAY)))
    seats = Counter(p["organisation"] for p in rows["post"] if "member" in p)
    vacant = 0
    for identity, number in full.items():
        organisation = organisations[identity]
        assert organisation["committee"] is (number >= 7)
        if organisation["committee"]:
            vacant += seats[identity] < organisation["committee_planned"]
    assert 0 < vacant < 30


def test_posts_are_held_by_members_of_the_organisation(rows: Rows, organisations: dict[str, Row]) -> None:
    where = {m["id"]: stay_on(m, DAY) or {} for m in rows["member"]}
    for post in rows["post"]:
        organisation = organisations[post["organisation"]]
        if "member" in post and organisation["street_counted"]:
            assert where[post["member"]]["organisation"] == post["organisation"]
        assert post["from_on"] <= DAY


def test_some_terms_fall_due_and_few_are_over(rows: Rows) -> None:
    left = []
    for organisation in rows["organisation"]:
        for _, term in filter(None, [terms.newest(organisation.get("terms", {}))]):
            due = add_months(date.fromisoformat(term["elected_on"]), 12 * term["years"])
            left.append((due - ON).days)
            assert ("extended_to" in term) <= (due < ON)
    assert sum(0 <= days <= 180 for days in left) >= 3
    assert 1 <= sum(days < 0 for days in left) <= 8


# -- meetings ---------------------------------------------------------------------------------------


def test_attendance_is_the_roster_of_the_day(rows: Rows) -> None:
    members = {m["id"]: m for m in rows["member"]}
    assemblies = [m for m in rows["meeting"] if m["meeting_kind"] in ("DYDH", "ZTDR")]
    for meeting in assemblies[::7]:
        day = meeting["started_at"][:10]
        due = {i for i, m in members.items() if (s := stay_on(m, day)) and s["organisation"] == meeting["organisation"]}
        assert set(meeting["attendance"]) == due
    for meeting in rows["meeting"]:
        assert {a["presence"] for a in meeting["attendance"].values()} <= {"present", "excused", "absent"}
        assert all(("reason" in a) is (a["presence"] == "excused") for a in meeting["attendance"].values())
        present = {members[i]["name"] for i, a in meeting["attendance"].items() if a["presence"] == "present"}
        assert {meeting["chair"], meeting["recorder"]} <= present


def test_most_meetings_were_held_and_a_few_entered_late(rows: Rows, organisations: dict[str, Row]) -> None:
    held = Counter(m["meeting_kind"] for m in rows["meeting"])
    assert 0.9 * 73 * 12 < held["ZTDR"] < 73 * 12
    assert 0.85 * 73 * 4 < held["DYDH"] < 73 * 4
    assert held["DK"] + sum(m.get("also_kinds") == "DK" for m in rows["meeting"]) > 0.85 * 73 * 4
    assert all(organisations[m["organisation"]]["committee"] for m in rows["meeting"] if m["meeting_kind"] == "ZWH")
    assert all(("group" in m) is (m["meeting_kind"] == "DXZH") for m in rows["meeting"])
    late = [
        m
        for m in rows["meeting"]
        if (date.fromisoformat(m["entered_on"]) - date.fromisoformat(m["started_at"][:10])).days > 15
    ]
    assert 0.02 < len(late) / len(rows["meeting"]) < 0.08


def test_admissions_were_decided_by_an_assembly(rows: Rows) -> None:
    assemblies = {(m["organisation"], m["started_at"][:10]): m for m in rows["meeting"] if m["meeting_kind"] == "DYDH"}
    decided = 0
    for member in standing(rows):
        stay = stay_on(member, DAY)
        assert stay
        meeting = assemblies.get((stay["organisation"], member["joined_on"]))
        if member["member_class"] == "2" and meeting:
            assert f"接收{member['name']}同志为预备党员" in meeting["resolutions"]
            decided += 1
    assert decided >= 30


def test_minutes_differ_and_name_no_placeholder(rows: Rows) -> None:
    texts = [m["minutes"] for m in rows["meeting"]]
    assert len(set(texts)) > 0.9 * len(texts)
    assert not [t for t in texts if "{" in t or t.count("。") < 3]


# -- ledgers ----------------------------------------------------------------------------------------


def _state(entry: Row) -> str:
    """The state of the last passage."""
    return str(steps(entry["passages"])[-1].state)


def test_entries_keep_to_their_templates(rows: Rows) -> None:
    templates = load_templates(resource("ledgers"))
    members = {m["id"] for m in rows["member"]}
    for entry in rows["ledger_entry"]:
        template = templates[entry["template"]]
        for key, value in entry["values"].items():
            column = template.column(key)
            assert not choices(column) or value in choices(column)
            if column.type == "member":
                assert value in members
            elif column.type in ("integer", "money"):
                assert isinstance(value, int)
        needed = {c.name for c in template.columns if c.required}
        into = [set(m.needs) for m in template.transitions if m.target == _state(entry)]
        assert needed <= entry["values"].keys()
        assert _state(entry) == template.initial or any(needs <= entry["values"].keys() for needs in into)


def test_entries_are_spread_over_states_and_some_are_late(rows: Rows) -> None:
    kept = {"rectification": 120, "unit-registration": 55, "care-visits": 125}
    templates = {key: found for key, found in load_templates(resource("ledgers")).items() if key in kept}
    assert Counter(e["template"] for e in rows["ledger_entry"]) == kept
    assert {(e["template"], _state(e)) for e in rows["ledger_entry"]} == {
        (t.key, s.key) for t in templates.values() for s in t.states
    }
    late = Counter(
        e["template"] for e in rows["ledger_entry"]
        if is_overdue(templates[e["template"]], e["values"], _state(e), ON)
    )  # fmt: skip
    assert set(late) == set(templates) and late.total() < 45


def test_numbers_run_on_and_owners_do_not_close(rows: Rows) -> None:
    numbers = [(e["template"], e["number"]) for e in rows["ledger_entry"]]
    assert len(set(numbers)) == len(numbers)
    for entry in rows["ledger_entry"]:
        values = entry["values"]
        assert "acceptor" not in values or values["acceptor"] != values["owner"]
        if entry["template"] == "care-visits" and "visited_on" in values:
            assert values["consent"] is True


# -- repeatable, scalable, refused ------------------------------------------------------------------


def test_a_seed_repeats_the_street(rows: Rows) -> None:
    assert street(on=ON, base_date=BASE).rows() == rows
    other = street(on=ON, base_date=BASE, seed=2).rows()
    assert len(standing(other)) == 2126
    assert [m["name"] for m in other["member"]] != [m["name"] for m in rows["member"]]


def test_ids_increase() -> None:
    source = Ids(Random(1), ON)
    ids = [source.new() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", i) for i in ids)


@pytest.mark.parametrize("members", [10, 50, 119, 120, 400, 6000])
def test_any_size_comes_out_exactly(members: int) -> None:
    made = street(members=members, on=ON, base_date=BASE, seed=3).rows()
    assert len(standing(made)) == members
    assert len({m["id_number"] for m in made["member"]}) == len(made["member"])
    counted = sum(o["street_counted"] for o in made["organisation"])
    assert members < 1000 or abs(counted - members / 29) < members / 290
    names = [o["name"] for o in made["organisation"]]
    assert len(set(names)) == len(names)


def test_batches_refer_only_back() -> None:
    seen: set[str] = set()
    sizes = []
    for _, batch in street(members=3000, on=ON, base_date=BASE).batches(size=500):
        sizes.append(len(batch))
        seen |= {row["id"] for row in batch}
        for row in batch:
            stays = [s["organisation"] for s in row.get("memberships", {}).values()]
            for reference in (row.get("organisation"), row.get("member"), *row.get("attendance", {}), *stays):
                assert reference is None or reference in seen
    assert len(sizes) > 10 and max(sizes) < 2000


def test_nothing_is_recorded_before_the_records_were_opened() -> None:
    base = date(2026, 6, 1)
    made = street(members=500, on=ON, base_date=base).rows()
    assert len(standing(made)) == 500
    assert made["meeting"] and min(m["started_at"] for m in made["meeting"]) > base.isoformat()
    stays = [s for m in made["member"] for s in m["memberships"].values()]
    assert min(s["from_on"] for s in stays) == base.isoformat()


def test_opened_today_there_is_a_roster_and_no_past() -> None:
    made = street(members=300, on=ON, base_date=ON).rows()
    assert len(standing(made)) == len(made["member"]) == 300
    assert made["meeting"] == []


def test_root_given_gets_no_row() -> None:
    made = street(members=200, on=ON, base_date=BASE, root="root", meetings=False, entries=False).rows()
    assert "工委" not in {o["kind"] for o in made["organisation"]}
    assert "root" in {o["parent"] for o in made["organisation"]}
    assert made["meeting"] == made["ledger_entry"] == []
    assert "root" in {p["organisation"] for p in made["post"]}


def test_impossible_streets_are_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        street(members=9, on=ON, base_date=BASE)
    with pytest.raises(ValueError, match="after"):
        street(on=BASE, base_date=ON)
