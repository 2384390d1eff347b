"""提醒清单 on paper: every finding of the scope with its rule and article, and room for what was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UsageError
from dangjian_desktop.documents.model import Document, Table
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.rules import whole
from office_kit import add_branch, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    made.close()


def listed(office: Office, scope: str | None = None) -> dict[str, list[str]]:
    document = reports.prepare(office, ReportRequest("findings", scope)).document
    assert isinstance(document, Document)
    (table,) = (block for block in document.blocks if isinstance(block, Table))
    return {group.label: [str(row[0]) for row in group.rows] for group in table.groups}


def test_every_finding_has_its_line_under_its_rule(office: Office, tmp_path: Path) -> None:
    first = add_branch(office, "第一党支部", term_elected_on="2020-03-01")
    add_branch(office, "第二党支部", term_elected_on="2020-04-01")
    found = listed(office)
    assert sum(map(len, found.values())) == len(whole.every(office))
    label = next(each for each in found if each.startswith("换届"))
    assert "2条" in label and "任期意见2018" in label
    assert found[label] == ["第一党支部", "第二党支部"]
    assert [names for each, names in listed(office, first).items() if each.startswith("换届")] == [["第一党支部"]]
    made = reports.make(office, ReportRequest("findings"), tmp_path, formats=["pdf", "xlsx", "docx"])
    assert all(path.stat().st_size > 0 for path in made.paths)


def test_a_limited_account_prints_its_own(office: Office) -> None:
    own = add_branch(office, "第一党支部", term_elected_on="2020-03-01")
    add_branch(office, "第二党支部", term_elected_on="2020-04-01")
    office.scope, office.actor = own, Actor("李四", "clerk", frozenset({own}))
    assert {name for names in listed(office).values() for name in names} == {"第一党支部"}


def test_another_day_is_refused(office: Office) -> None:
    with pytest.raises(UsageError) as refused:
        reports.prepare(office, ReportRequest("findings", on=date(2026, 1, 31)))
    assert refused.value.code == "on_not_used"
