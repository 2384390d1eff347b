"""Contacts in ledgers are cleared some months after closing, when a person confirmed the list, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.ledgers import clearing, ledgers
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.rules import whole
from ledger_kit import put_template
from office_kit import new_office

REQUESTS = {
    "key": "requests",
    "title": "诉求登记",
    "ledger_class": "特色党建工作",
    "columns": [
        {"name": "what", "label": "内容"},
        {"name": "contact", "label": "联系方式", "type": "phone", "clear_after": 6},
    ],
    "states": [{"key": "open", "label": "办理中"}, {"key": "done", "label": "已办结", "terminal": True}],
    "transitions": [{"source": "open", "target": "done", "roles": ["administrator", "clerk"]}],
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path, today=date(2026, 9, 30))
    put_template(made, tmp_path, REQUESTS)
    yield made
    made.close()


def closed(office: Office, day: str) -> str:
    entry = ledgers.add(office, "requests", {"what": "路灯不亮", "contact": "13900138000"}).id
    ledgers.move(office, entry, "done", day=day)
    return entry


def test_what_is_due_is_listed_told_and_cleared_only_when_confirmed(office: Office) -> None:
    old, young = closed(office, "2026-03-31"), closed(office, "2026-04-01")
    ledgers.add(office, "requests", {"what": "还没办", "contact": "13900138001"})
    assert [one.entry for one in clearing.due(office)] == [old]
    (told,) = whole.every(office, rule="CLEAR_DUE")
    assert (told.records, told.message) == ((old,), "办结已满期限，联系方式应清除，请看过清单后确认。")
    with pytest.raises(UserError, match="不在应清除的清单里"):
        clearing.confirm(office, [old, young], "每年的清单")
    with pytest.raises(UserError, match="依据"):
        clearing.confirm(office, [old], " ")
    assert records.get(office, "ledger_entry", old).values["contact"]
    assert clearing.confirm(office, [old], "每年的清单") == 1
    assert not records.get(office, "ledger_entry", old).values.get("contact")
    assert records.get(office, "ledger_entry", old).values["what"] == "路灯不亮"
    assert clearing.due(office) == []
    assert whole.every(office, rule="CLEAR_DUE") == []
    assert integrity.check(office) == []


def test_only_who_may_clear_clears(office: Office) -> None:
    old = closed(office, "2026-01-01")
    office.actor = Actor("李四", "secretary", None)
    with pytest.raises(UserError):
        clearing.confirm(office, [old], "每年的清单")
