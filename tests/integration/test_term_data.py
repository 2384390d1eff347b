"""The term of an organisation: elected when and how, who was due and came, approved by which paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records import terms
from dangjian_desktop.domain.rules.shipped import rules
from dangjian_desktop.domain.values.partial_dates import last_day
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from import_kit import again, block, counts, take
from office_kit import STREET, add_branch, new_office

TERM = {
    "term_elected_on": "2024-05-10",
    "term_years": "3",
    "term_method": "支部党员大会",
    "term_due": "20",
    "term_present": "18",
    "term_doc": "街组发〔2024〕7号",
    "grids": "4",
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def test_it_is_entered_printed_and_undone(office: Office) -> None:
    branch = add_branch(office, "第一党支部", field="机关")
    records.edit(office, "organisation", branch, TERM)
    view = records.get(office, "organisation", branch)
    assert {k: view.printed[k] for k in TERM} == TERM | {"term_method": "党员大会选举"}
    assert (view.values["term_due"], view.values["term_present"], view.findings) == (20, 18, [])
    history.undo(office)
    assert not any(records.get(office, "organisation", branch).values[k] for k in TERM)


def test_it_is_imported_by_the_words_of_offices(office: Office) -> None:
    heads = ["党组织名称", "类型", "上级党组织", "本届当选日期", "任期", "换届选举方式", "应到会人数", "实到会人数"]
    heads += ["选举批准文号", "网格数量"]
    rows = [heads, ["第一党支部", "党支部", STREET, *list(TERM.values())]]
    assert counts(take(office, "organisations", block(rows)))[0] == 1
    (found,) = records.query(office, "organisation", filters=[records.Filter("name", "eq", "第一党支部")])
    printed = records.get(office, "organisation", found).printed
    assert {k: printed[k] for k in TERM} == TERM | {"term_method": "党员大会选举"}
    again(office, "organisations", block(rows))


@pytest.mark.parametrize(
    ("due", "present", "said"),
    [(20, 17, ""), (20, 16, "恰好"), (20, 15, "不到"), (20, 21, "多"), (20, None, ""), (None, 3, ""), (0, 0, "")],
)
def test_whether_enough_came_is_told(office: Office, due: int | None, present: int | None, said: str) -> None:
    branch = add_branch(office, "第一党支部")
    saved = records.edit(office, "organisation", branch, {"term_due": due, "term_present": present})
    found = [f for f in saved.findings if f.rule.startswith("ELECTION")]
    assert [said in f.message for f in found] == ([True] if said else [])
    assert all(f.field == "term_present" for f in found)


@pytest.mark.parametrize("kind", ["611", "621", "631", "632", "小组", "工委"])
def test_the_end_that_lists_sort_by_is_the_one_that_rules_reckon(office: Office, kind: str) -> None:
    far, day = [], date(2099, 1, 1)
    for field, elected, years, extended in product(
        (None, "village", "two_new"),
        (None, "2024-05-10", "2021-09", "2020", "2020-02-29", "2021-12-31"),
        (None, 2, 4, 5),
        (None, "2023", "2024-09", "2025-02-28", "2029-12-31"),
    ):
        known = terms.has_term(rules(), kind)
        term = terms.term_of(rules(), kind, field, elected, years, extended, day) if known else None
        row = {"name": "某组织", "kind": kind, "field": field, "term_elected_on": elected}
        row = terms.creation(row | {"term_years": years, "term_extended_to": extended})
        far.append((row, term.expires_on if term else ""))
    with office.operation("新建") as work:
        ids = work.create_many("organisation", [row for row, _ in far])
    shown = records.rows(office, "organisation", ids, ["term_ends_on"])
    ends = [row["term_ends_on"] for row in shown]
    assert [end and last_day(end) for end in ends] == [end and last_day(end) for _, end in far]


def test_units_are_listed_by_when_they_have_to_elect(office: Office) -> None:
    late = add_branch(office, "晚的党支部", term_elected_on="2024-05-10", term_years="5")
    soon = add_branch(office, "早的党支部", term_elected_on="2024-06")
    kept = records.query(
        office, "organisation", order=[("term_ends_on", False)], filters=[records.Filter("term_ends_on", "not_empty")]
    )
    assert kept == [soon, late]
    assert records.query(office, "organisation", filters=[records.Filter("term_ends_on", "le", "2027-06-30")]) == [soon]
    with pytest.raises(UserError, match="届满日"):
        records.edit(office, "organisation", soon, {"term_ends_on": "2030-01-01"})
