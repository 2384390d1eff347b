"""The term of an organisation: elected when and how, who was due and came, approved by which paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dangjian_desktop.services import history, records
from dangjian_desktop.services.office import Office
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
    branch = add_branch(office, "第一党支部")
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
    assert [said in f.message for f in saved.findings] == ([True] if said else [])
    assert all(f.field == "term_present" for f in saved.findings)
