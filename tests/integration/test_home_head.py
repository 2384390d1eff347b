"""The head of the first page counts by a few queries what the figures count one by one: both must always agree."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services import home
from dangjian_desktop.services.home import todo
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.rules import dated, findings
from dangjian_desktop.services.units import organisations
from office_kit import add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def agrees(office: Office, scope: str | None = None) -> None:
    values = figures.values_of(office, scope=scope, on=office.today())
    for one in home.top_row(office, scope).figures:
        full = values[one.key]
        told = (one.value, one.unit, one.definition, one.topic, one.record_kind)
        assert told == (full.value, full.unit, full.definition, full.topic, full.record_kind), one.key
        if one.denominator is not None:
            assert (one.numerator, one.denominator) == (full.numerator, full.denominator), one.key


DAYS = ["", "1996-02-29", "1960", "1971-05", "2004-09-30", "2004-10-01", "1890-01-01"]
FATES = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(["正式党员", "预备党员"]),
    st.sampled_from(["opening", "I1", "I5"]),
    st.sampled_from(["2025-01-01", "2026", "2026-03", "2026-09-30"]),
    st.sampled_from(["", "out", "move", "bin"]),
    st.integers(0, 2),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=st.lists(FATES, min_size=1, max_size=6))
def test_counted_by_the_database_is_what_is_counted_one_by_one(
    tmp_path_factory: pytest.TempPathFactory, fates: list[tuple[str, str, str, str, str, int]]
) -> None:
    office = new_office(tmp_path_factory.mktemp("head"))
    try:
        units = [add_branch(office, "甲支部"), add_branch(office, "乙支部"), add_branch(office, "功能组")]
        for serial, (birth, kind, came, day, fate, place) in enumerate(fates):
            values = {"birth_on": birth, "member_class": kind, "entered_kind": came, "entered_on": day}
            values |= {"confirmed_on": "", "joined_on": ""}
            member = add_member(office, f"张{serial}", units[place], 2 * serial + 1, **values)
            if fate == "out":
                records.edit(office, "member", member, {"left_on": "2026-09-30", "left_kind": "O4"})
            elif fate == "move":
                records.edit(office, "member", member, {"organisation": units[(place + 1) % 2]}, since="2026-09-30")
            elif fate == "bin":
                records.remove(office, "member", member)
        # Nobody is entered where nobody belongs; a branch may become such a unit with people in it.
        records.edit(office, "organisation", units[2], {"kind": "功能"}, since=office.base_date.isoformat())
        agrees(office)
        for unit in units:
            agrees(office, unit)
        counted = {node.id: node.members for node in organisations.tree(office)}
        assert {u: len(records.query(office, "member", scope=u, on=office.today())) for u in units} == {
            u: counted[u] for u in units
        }
    finally:
        office.close()


def test_the_head_of_a_limited_account_is_of_its_unit(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "王五", first)
    add_member(office, "赵六", second, 3)
    office.actor = Actor("李四", "clerk", frozenset({first}))
    agrees(office)
    assert home.top_row(office).figures[0].value == 1


def test_what_is_due_is_what_the_rules_say_of_every_record(office: Office) -> None:
    for place, elected in enumerate(("2020-05-10", "2023-12-01", "2025-01-01", "2026-11-01", "")):
        add_branch(office, f"第{place}党支部", term_elected_on=elected, term_years="3")
    add_branch(office, "延期党支部", term_elected_on="2023-01-10", term_years="3", term_extended_to="2026-10-10")
    for due in ("2026-10-16", "2026-10-15", "2026-09-29", "2026-09", "2025"):
        ledgers.add(office, "rectification", {"source": "自查", "problem": f"到{due}", "due_on": due})
    done = ledgers.add(office, "rectification", {"source": "自查", "problem": "办完", "due_on": "2026-01-01"}).id
    records.remove(office, "ledger_entry", done)
    every = [one for one in findings.every(office) if one.rule in dated.CODES]
    assert sorted(map(repr, dated.dated(office))) == sorted(map(repr, every))
    assert {one.rule for one in every} == {"TERM", "TERM_EXT", "LEDGER"}


def test_topics_count_records_once_and_the_gravest_come_first(office: Office) -> None:
    late = add_branch(office, "过期党支部", term_elected_on="2020-05-10", term_years="3")
    add_branch(office, "快到党支部", term_elected_on="2023-12-01", term_years="3")
    told = home.matters(office, [*home.due(office), *home.due(office)])
    assert {one.topic: one.count for one in told} == {"任期届满": 1, "任期将满": 1, "没有领域": 2}
    assert told[0].records == (late,)
    assert len(home.most_pressing(home.due(office) * 4)) == todo.MOST_PRESSING


def test_the_quarter_tells_what_is_due_done_and_missing(office: Office) -> None:
    held, missed = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "王五", held)
    add_member(office, "赵六", missed, 3)
    for start in ("2026-09-03 14:30", "2026-08-03 14:30"):
        records.add(office, "meeting", {"meeting_kind": "主题党日", "organisation": held, "started_at": start})
    stands = {one.label: one for one in home.outlook(office).stands}
    assert (stands["主题党日"].due, stands["主题党日"].done) == (2, 1)
    assert stands["主题党日"].missing == (missed,)
    assert (stands["支部党员大会"].span, stands["支部党员大会"].due, stands["支部党员大会"].done) == ("本季", 2, 0)


def test_charts_count_what_their_lists_hold(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    member = add_member(office, "王五", branch)
    late = ledgers.add(
        office, "rectification", {"source": "自查", "problem": "不全", "due_on": "2026-03-01", "organisation": branch}
    ).id
    records.add(
        office, "meeting", {"meeting_kind": "主题党日", "organisation": branch, "started_at": "2026-09-03 09:00"}
    )
    charts = {one.key: one for one in home.outlook(office).charts}
    assert [bar.records for bar in charts["ages"].bars if bar.value] == [(member,)]
    assert all(bar.value == len(bar.records) for key in ("ages", "meetings", "overdue") for bar in charts[key].bars)
    assert [(bar.label, bar.records) for bar in charts["overdue"].bars] == [("甲支部", (late,))]
    assert [bar.value for bar in charts["meetings"].bars] == [0] * 8 + [1]
    assert charts["quarters"].bars[-1].note == "1 人"
    assert office.today() == date(2026, 9, 30)
