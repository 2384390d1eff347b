"""Ledgers of an account of one unit, and of a role that does not see every column: lists, sums, files, paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.ledgers import child_rows
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records, sums
from dangjian_desktop.services.reports import exporting, ledger_figures
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.rules import findings
from dangjian_desktop.services.units import organisations
from ledger_kit import put_template
from office_kit import add_branch, new_office, table_paper

ENTRY, LEDGER = "ledger_entry", "works"
TEMPLATE: dict[str, Any] = {
    "key": LEDGER,
    "title": "工程台账",
    "ledger_class": "特色党建工作",
    "due": "due_on",
    "columns": [
        {"name": "name", "label": "工程", "required": True, "table": True},
        {"name": "due_on", "label": "期限", "type": "date", "table": True},
        {"name": "money", "label": "经费", "type": "money", "table": True},
        {"name": "view", "label": "内部看法", "table": True, "readers": ["administrator"]},
    ],
    "rows": [{"name": "steps", "label": "节点", "columns": [
        {"name": "what", "label": "内容", "required": True, "table": True},
        {"name": "remark", "label": "内部备注", "readers": ["administrator"]},
    ]}],
    "states": [{"key": "open", "label": "在办"}],
    "transitions": [],
    "figures": [
        {"key": "total", "label": "工程数", "unit": "个", "definition": "一项工程计一个。"},
        {"key": "spent", "label": "经费合计", "unit": "元", "definition": "经费之和。", "sum": "money"},
    ],
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path, today=date(2026, 9, 30))
    put_template(opened, tmp_path, TEMPLATE)
    for name, money in (("甲支部", "100"), ("乙支部", "7")):
        branch = add_branch(opened, name)
        typed = {
            "name": f"{name}的路灯",
            "due_on": "2026-09-01",
            "money": money,
            "organisation": branch,
            "view": "领导不满",
        }
        entry = records.add(opened, ENTRY, typed, template=LEDGER).id
        child_rows.add(opened, entry, "steps", {"what": f"{name}施工", "remark": "绝密"})
    yield opened
    opened.close()


def entry_of(office: Office, name: str) -> str:
    (found,) = records.query(office, ENTRY, template=LEDGER, text=name)
    return found


def limited(office: Office, role: str = "clerk") -> tuple[str, str]:
    """Become an account of the first branch; returns its entry and that of the other one."""
    own, other = entry_of(office, "甲支部"), entry_of(office, "乙支部")
    (branch,) = records.query(office, "organisation", text="甲支部")
    office.actor = Actor("李四", role, organisations.listed_within(office, branch).units)
    office.cache.clear()
    return own, other


def test_an_account_of_a_unit_has_the_entries_of_its_unit_everywhere(office: Office, tmp_path: Path) -> None:
    own, other = limited(office)
    assert records.query(office, ENTRY, template=LEDGER) == [own]
    assert {record for one in findings.every(office, kinds={ENTRY}) for record in one.records} == {own}
    for template, told in ((LEDGER, "路灯"), (f"{LEDGER}.steps", "施工")):
        path = tmp_path / f"{template}.csv"
        assert exporting.export(office, ENTRY, path, template=template).rows == 1
        text = path.read_text("utf-8-sig")
        assert f"甲支部的{told}" in text or f"甲支部{told}" in text
        assert "乙支部" not in text
    lines = {line.key: line.printed for line in ledger_figures.of_ledger(office, LEDGER)}
    assert lines["total"].startswith("1")
    assert "100" in lines["spent"]
    with pytest.raises(UserError):
        records.get(office, ENTRY, other)
    with pytest.raises(UserError):
        child_rows.lists(office, other)
    with pytest.raises(UserError):
        records.edit(office, ENTRY, other, {"name": "改"})


def test_sums_stop_at_the_reach_of_the_account(office: Office) -> None:
    own, other = limited(office)
    assert sums.of_entries(office, LEDGER, [own, other], ["money"])["money"].total == 10_000


def test_what_a_role_does_not_see_is_in_no_file_and_on_no_paper(office: Office, tmp_path: Path) -> None:
    paper = str(table_paper(office, ReportRequest(LEDGER)))
    assert "领导不满" in paper
    own, _ = limited(office)
    assert "领导不满" not in str(table_paper(office, ReportRequest(LEDGER)))
    for template, hidden in ((LEDGER, "领导不满"), (f"{LEDGER}.steps", "绝密")):
        path = tmp_path / f"{template}.csv"
        exporting.export(office, ENTRY, path, template=template)
        text = path.read_text("utf-8-sig")
        assert hidden not in text
        assert "内部" not in text
    assert "领导不满" not in str(records.get(office, ENTRY, own))
