"""Terms are a history: a re-election begins a new one, and what was asked of an earlier day is answered by the old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import figures
from dangjian_desktop.services.rules import findings
from import_kit import block, counts, reasons, take
from office_kit import STREET, add_branch, new_office

OLD = {"term_elected_on": "2023-06-20", "term_years": "3", "term_doc": "街组发〔2023〕1号", "term_due": "20"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def values(office: Office, unit: str, on: str | None = None) -> dict[str, object]:
    day = date.fromisoformat(on) if on else None
    return listings.records_on(office, "organisation", [unit], on=day)[0]


def overdue(office: Office, on: str) -> list[str]:
    return list(figures.values_of(office, on=date.fromisoformat(on))["terms_overdue"].records)


def test_a_reelection_of_august_leaves_july_overdue(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-08-15", "term_doc": "街组发〔2026〕8号"})
    assert (overdue(office, "2026-07-31"), overdue(office, "2026-08-15"), overdue(office, "2026-09-30")) == (
        [branch],
        [],
        [],
    )
    now, then = values(office, branch), values(office, branch, "2026-07-31")
    assert (now["term_elected_on"], now["term_years"], now["term_ends_on"]) == ("2026-08-15", 3, "2029-08-15")
    assert (now["term_doc"], now["term_due"]) == ("街组发〔2026〕8号", None)
    assert (then["term_elected_on"], then["term_ends_on"]) == ("2023-06-20", "2026-06-20")
    assert (then["term_doc"], then["term_due"]) == ("街组发〔2023〕1号", 20)


def test_a_list_of_july_is_filtered_and_sorted_by_the_terms_of_july(office: Office) -> None:
    first = add_branch(office, "第一党支部", **OLD)
    second = add_branch(office, "第二党支部", term_elected_on="2024-05-10")
    records.edit(office, "organisation", first, {"term_elected_on": "2026-08-15"})
    late = [records.Filter("term_ends_on", "le", "2026-12-31")]
    assert records.query(office, "organisation", filters=late) == []
    assert records.query(office, "organisation", filters=late, on=date(2026, 7, 31)) == [first]
    known = [records.Filter("term_ends_on", "not_empty")]
    order = [("term_ends_on", False)]
    assert records.query(office, "organisation", filters=known, order=order) == [second, first]
    assert records.query(office, "organisation", filters=known, order=order, on=date(2026, 7, 31)) == [first, second]


def test_a_date_within_a_year_corrects_and_an_emptied_one_is_filled_again(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    records.edit(office, "organisation", branch, {"term_elected_on": "2023-06-21"})
    assert values(office, branch, "2023-06-20")["term_elected_on"] == ""
    assert values(office, branch)["term_due"] == 20
    records.edit(office, "organisation", branch, {"term_elected_on": None})
    assert (values(office, branch)["term_elected_on"], values(office, branch)["term_ends_on"]) == ("", "")
    # A slip of three years is mended by emptying the day and filling it in again: no new term begins.
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-06-21"})
    assert len(records.get(office, "organisation", branch).children["terms"]) == 1
    assert values(office, branch)["term_doc"] == "街组发〔2023〕1号"


def test_since_means_the_term_of_that_day(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-08-15"}, since="2026-08-15")
    records.edit(office, "organisation", branch, {"term_extended_to": "2026-09-20"}, since="2026-06-01")
    assert values(office, branch)["term_extended_to"] == ""
    assert values(office, branch, "2026-07-31")["term_ends_on"] == "2026-09-20"
    assert overdue(office, "2026-07-31") == []
    # The day of an earlier term, moved by years although it was never a new one.
    records.edit(office, "organisation", branch, {"term_elected_on": "2024-07-01"}, since="2023-06-20")
    assert values(office, branch, "2026-07-31")["term_elected_on"] == "2024-07-01"
    with pytest.raises(UserError) as refused:
        records.edit(office, "organisation", branch, {"term_elected_on": "2024-07-01"})
    assert refused.value.code == "term_known"


def test_taking_back_a_reelection_shows_the_term_before(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-08-15"})
    records.edit(office, "organisation", branch, {"term_elected_on": None})
    assert values(office, branch)["term_elected_on"] == "2023-06-20"
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-08-16"})
    history.undo(office)
    assert values(office, branch)["term_elected_on"] == "2023-06-20"
    assert overdue(office, "2026-09-30") == [branch]
    assert [p.code for p in integrity.check(office)] == []


def test_an_import_begins_a_term_and_an_old_list_does_not_come_back(office: Office) -> None:
    branch = add_branch(office, "第一党支部", kind="党支部", **OLD)
    heads = ["党组织名称", "类型", "上级党组织", "本届当选日期", "任期"]
    sheet = [heads, ["第一党支部", "党支部", STREET, "2026-08-15", "3"]]
    assert counts(take(office, "organisations", block(sheet)))[:2] == [0, 1]
    assert overdue(office, "2026-07-31") == [branch]
    old = [heads, ["第一党支部", "党支部", STREET, "2023-06-20", "3"]]
    plan = take(office, "organisations", block(old))
    assert values(office, branch)["term_elected_on"] == "2026-08-15"
    assert len(records.get(office, "organisation", branch).children["terms"]) == 2
    assert "以前一届" in reasons(plan, 2)


def test_the_history_says_what_was_elected(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    records.edit(office, "organisation", branch, {"term_elected_on": "2026-08-15"})
    (change, *_) = [c for c in history.history(office, "organisation", branch) if c.label == "任期"]
    assert (change.before, change.after) == ("", "本届当选日2026-08-15，任期年数3")


def test_an_extension_beyond_a_year_does_not_silence_the_alarm(office: Office) -> None:
    far = add_branch(office, "甲支部", **(OLD | {"term_elected_on": "2022-01-10", "term_extended_to": "2030-01-10"}))
    year = add_branch(office, "乙支部", **(OLD | {"term_extended_to": "2027-06-20"}))
    assert values(office, far)["term_ends_on"] == "2025-01-10"
    assert values(office, year)["term_ends_on"] == "2027-06-20"
    assert overdue(office, "2026-09-30") == [far]


def test_an_election_to_come_and_an_extension_without_effect_are_told(office: Office) -> None:
    branch = add_branch(office, "第一党支部", term_elected_on="2024-06-20", term_extended_to="2027-06-20")
    told = {found.rule: found.message for found in findings.of_record(office, "organisation", branch)}
    assert "TERM_EXT_SHORT" in told
    records.edit(office, "organisation", branch, {"term_elected_on": "2027-08-15"})
    told = {found.rule: found.message for found in findings.of_record(office, "organisation", branch)}
    assert "2027年8月15日" in told["TERM_LATER"]
    assert "TERM_UNKNOWN" not in told


def test_the_end_is_by_the_unit_s_own_field(office: Office) -> None:
    community = add_branch(office, "红星社区党总支", kind="621", field="community", term_elected_on="2022-03-01")
    below = add_branch(office, "红星小区党支部", parent=community, term_elected_on="2022-03-01")
    own = add_branch(office, "红星第二党支部", parent=community, field="社区", term_elected_on="2022-03-01")
    ends = [values(office, unit)["term_ends_on"] for unit in (community, below, own)]
    assert ends == ["2027-03-01", "2025-03-01", "2027-03-01"]
    assert overdue(office, "2026-06-30") == [below]
    records.edit(office, "organisation", community, {"field": "机关"})
    assert overdue(office, "2026-06-30") == [community, below]


def test_check_finds_and_mends_a_wrong_end(office: Office) -> None:
    branch = add_branch(office, "第一党支部", **OLD)
    with office.database.write() as connection:
        connection.exec_driver_sql("UPDATE organisation SET term_ends_on = '2030-01-01'")
    assert [p.code for p in integrity.check(office)] == ["derived"]
    integrity.check(office, repair=True)
    assert values(office, branch)["term_ends_on"] == "2026-06-20"
