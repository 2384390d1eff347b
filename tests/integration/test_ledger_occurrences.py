"""Times of a recurrence: expected of everybody, made beforehand in one operation, missed ones told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers, occurrences
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.rules import whole
from ledger_kit import put_template
from office_kit import add_branch, new_office

DUTY = {
    "key": "duty",
    "title": "逢八说事",
    "ledger_class": "党组织日常工作",
    "opened": "on",
    "columns": [{"name": "what", "label": "事项", "required": True}, {"name": "on", "label": "日期", "type": "date"}],
    "recurrence": [
        {"key": "eights", "label": "逢8说事", "every": "digit", "on": 8, "each": "branch", "since": "2026-09"}
    ],
    "checks": [{"key": "missed", "kind": "missed", "title": "逢8没有说事", "recurrence": "eights"}],
}
SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path, today=date(2026, 9, 30))
    put_template(made, tmp_path, DUTY)
    yield made
    made.close()


def test_times_are_expected_missed_and_made_in_one_operation(office: Office) -> None:
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    ledgers.add(office, "duty", {"what": "说事", "organisation": first, "on": "2026-09-18"})
    found = occurrences.expected(office, "duty", *SEPTEMBER)
    assert [(one.first.day, one.name, one.held) for one in found] == [
        (8, "乙支部", False), (8, "甲支部", False), (18, "乙支部", False), (18, "甲支部", True), (28, "乙支部", False),
        (28, "甲支部", False),
    ]  # fmt: skip
    told = {one.records[0]: one.message for one in whole.every(office, rule="duty.missed")}
    assert told == {
        first: "逢8说事：9月8日、9月28日没有记录。",
        second: "逢8说事：9月8日、9月18日、9月28日没有记录。",
    }
    made = occurrences.make(office, "duty", *SEPTEMBER, first)
    assert len(made) == 2
    view = records.get(office, "ledger_entry", made[0])
    assert (view.values["what"], view.values["on"], view.values["organisation"]) == ("逢8说事", "2026-09-08", first)
    assert occurrences.make(office, "duty", *SEPTEMBER, first) == []
    assert {one.records[0] for one in whole.every(office, rule="duty.missed")} == {second}
    history.undo(office)
    assert len(whole.every(office, rule="duty.missed")) == 2


def test_what_nobody_can_fill_beforehand_is_refused(office: Office, tmp_path: Path) -> None:
    add_branch(office, "甲支部")
    asked = [*DUTY["columns"], {"name": "chair", "label": "主持人", "required": True}]
    put_template(office, tmp_path, {**DUTY, "columns": asked})
    with pytest.raises(UserError, match="“主持人”要人来填"):
        occurrences.make(office, "duty", *SEPTEMBER)
    with pytest.raises(UserError, match="颠倒"):
        occurrences.expected(office, "duty", SEPTEMBER[1], SEPTEMBER[0])
