"""A street's own templates: taken out, looked at before they are put in; dates with lead times of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli_kit import Cli
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.ledgers import child_rows, ledgers, own_templates
from dangjian_desktop.services.ledgers.child_rows import RowEdit
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.rules import findings
from ledger_kit import put_template
from office_kit import PASSWORD, new_office

ENTRY = "ledger_entry"
TEMPLATE: dict[str, Any] = {
    "key": "permits",
    "title": "证照台账",
    "edition": "1",
    "ledger_class": "特色党建工作",
    "due": "handled_by",
    "columns": [
        {"name": "name", "label": "证照", "required": True, "table": True},
        {"name": "handled_by", "label": "办理期限", "type": "date", "lead_days": [5]},
        {"name": "valid_to", "label": "有效期至", "type": "date", "lead_days": [30, 7]},
        {"name": "area", "label": "面积", "type": "decimal", "places": 2},
    ],
    "rows": [{"name": "checks", "label": "检查", "columns": [
        {"name": "what", "label": "内容", "required": True},
        {"name": "by", "label": "整改时限", "type": "date", "lead_days": [3]},
        {"name": "score", "label": "得分", "type": "decimal", "places": 1},
        {"name": "done_on", "label": "整改日期", "type": "date"},
    ]}],
    "states": [{"key": "open", "label": "在用"}, {"key": "gone", "label": "注销", "terminal": True}],
    "transitions": [{"source": "open", "target": "gone", "roles": ["administrator"]}],
}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    put_template(opened, tmp_path, TEMPLATE)
    yield opened
    opened.close()


def changed(folder: Path, change: Any) -> Path:
    told = deepcopy(TEMPLATE)
    change(told)
    path = folder / "changed.json"
    path.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return path


def said(office: Office, day: str, code: str) -> list[str]:
    office.clock = Clock(date.fromisoformat(day))
    return [each.message for each in findings.every(office, rule=code)]


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-05-31", []),
        ("2026-06-01", ["有效期至：2026年7月1日。"]),
        ("2026-07-01", ["有效期至：2026年7月1日。"]),
        ("2026-07-02", ["有效期至：2026年7月1日，已经过了。"]),
    ],
)
def test_a_date_with_lead_days_is_told_from_the_first_of_them_on(office: Office, day: str, told: list[str]) -> None:
    records.add(office, ENTRY, {"name": "场地证", "valid_to": "2026-07-01"}, template="permits")
    assert said(office, day, "permits.day_valid_to") == told


def test_what_is_settled_is_told_no_more(office: Office) -> None:
    entry = records.add(office, ENTRY, {"name": "场地证", "valid_to": "2026-07-01"}, template="permits").id
    assert said(office, "2026-07-02", "permits.day_valid_to")
    ledgers.move(office, entry, "gone")
    assert not said(office, "2026-07-02", "permits.day_valid_to")


def test_dates_of_child_rows_are_told_until_the_row_is_done(office: Office) -> None:
    entry = records.add(office, ENTRY, {"name": "场地证"}, template="permits").id
    _, row = child_rows.add(office, entry, "checks", {"what": "消防", "by": "2026-06-10"})
    assert said(office, "2026-06-06", "permits.day_checks_by") == []
    assert said(office, "2026-06-07", "permits.day_checks_by") == ["检查“消防”整改时限：2026年6月10日。"]
    assert said(office, "2026-06-11", "permits.day_checks_by") == ["检查“消防”整改时限：2026年6月10日，已经过了。"]
    child_rows.change(office, entry, "checks", [RowEdit(row, {"done_on": "2026-06-09"})])
    assert said(office, "2026-06-11", "permits.day_checks_by") == []


def test_the_deadline_itself_is_told_once(office: Office) -> None:
    records.add(office, ENTRY, {"name": "场地证", "handled_by": "2026-07-01"}, template="permits")
    office.clock = Clock(date(2026, 7, 1))
    assert [each.rule for each in findings.every(office, kinds={ENTRY})] == ["LEDGER"]


def test_a_changed_type_and_fewer_decimals_are_told_before_it_is_put_in(office: Office, tmp_path: Path) -> None:
    entry = records.add(office, ENTRY, {"name": "场地证", "area": "12.55"}, template="permits").id
    child_rows.add(office, entry, "checks", {"what": "消防", "score": "9.5"})

    def change(told: dict[str, Any]) -> None:
        told["columns"][0]["type"] = "long_text"
        told["columns"][3]["places"] = 0
        told["rows"][0]["columns"][2] = {"name": "score", "label": "得分", "type": "integer"}

    looked = own_templates.look(office, changed(tmp_path, change))
    assert [(each.name, each.before, each.after, each.filled) for each in looked.retyped] == [
        ("name", "文字", "长文字", 1),
        ("area", "小数（2位）", "小数（0位）", 1),
        ("checks.score", "小数（1位）", "整数", 1),
    ]
    assert "已填的1条" in looked.retyped[1].words()
    assert not own_templates.look(office, changed(tmp_path, lambda told: told.update(title="证照"))).retyped


def test_a_template_is_taken_out_and_goes_back_unchanged(office: Office, tmp_path: Path) -> None:
    for key in ("permits", "rectification"):
        path = tmp_path / "取出" / f"{key}.json"
        assert own_templates.take_out(office, key, path).key == key
        assert own_templates.look(office, path).status == "unchanged"
    with pytest.raises(UserError, match="没有名为"):
        own_templates.take_out(office, "nothing", tmp_path / "x.json")


def test_taking_out_by_command(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    office.close()
    cli, out = Cli(office.path, capsys), tmp_path / "证照.json"
    assert cli.ok("ledger", "template", "--key", "证照台账", "-o", out)["ledger"]["key"] == "permits"
    assert json.loads(out.read_text("utf-8")) == TEMPLATE
    cli.refused(2, "usage", "ledger", "template", "--key", "permits")
    cli.refused(2, "usage", "ledger", "template")
