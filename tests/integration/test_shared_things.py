"""What an office shares beside its records: its own ledgers, words, level names, what papers said; history and undo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli_kit import Cli
from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.services.history import history
from dangjian_desktop.services.ledgers import ledgers, own_templates
from dangjian_desktop.services.office import integrity, opening, shared
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import listings, records
from dangjian_desktop.services.reports import report_templates, reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import naming
from office_kit import PASSWORD, TODAY, new_office

ENTRY = "ledger_entry"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = new_office(tmp_path)
    yield found
    found.close()


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    return Cli(tmp_path / "街道.djd", capsys)


def template(**changed: Any) -> dict[str, Any]:
    """A street's own ledger: wishes with a date and a state."""
    return {
        "key": "lens-wishes",
        "title": "老花镜心愿台账",
        "ledger_class": "特色党建工作",
        "edition": "1",
        "number_rule": "XY-{year}-{serial:03}",
        "title_column": "wish",
        "due": "due_on",
        "columns": [
            {"name": "wish", "label": "心愿", "required": True, "table": True},
            {"name": "due_on", "label": "期限", "type": "date", "table": True},
        ],
        "states": [{"key": "open", "label": "待认领"}, {"key": "done", "label": "已实现", "terminal": True}],
        "initial": "open",
        "transitions": [{"source": "open", "target": "done", "roles": ["administrator"]}],
        "figures": [{"key": "total", "label": "心愿数", "definition": "登记的心愿数。"}],
        **changed,
    }


def written(folder: Path, **changed: Any) -> Path:
    path = folder / "微心愿.json"
    path.write_text(json.dumps(template(**changed), ensure_ascii=False), encoding="utf-8")
    return path


def put(office: Office, folder: Path, **changed: Any) -> None:
    own_templates.put(office, own_templates.look(office, written(folder, **changed)))


def again(office: Office) -> Office:
    path = office.path
    office.close()
    return opening.open_office(path, password=PASSWORD, clock=Clock(TODAY))


def test_a_ledger_of_the_street_lives_in_the_file(office: Office, tmp_path: Path) -> None:
    put(office, tmp_path)
    made = ledgers.add(office, "lens-wishes", {"wish": "一副老花镜", "due_on": "2026-09-01"}).id
    assert ledgers.overdue(office) == [made]
    ledgers.move(office, made, "已实现")
    assert ledgers.overdue(office) == []
    opened = again(office)
    assert [t.key for t in ledgers.templates(opened) if t.key == "lens-wishes"] == ["lens-wishes"]
    assert "老花镜心愿台账" in [spec.title for spec in reports.catalogue(opened)]
    opened.close()


def test_undo_takes_a_template_back_and_its_entries_stay_readable(office: Office, tmp_path: Path) -> None:
    put(office, tmp_path)
    with office.operation("条目") as work:
        made = work.create(
            ENTRY,
            {
                "template": "lens-wishes",
                "number": "XY-2026-001",
                "values": {"wish": "一副老花镜"},
                "passages": {"1": {"state": "open", "day": "2026-09-01"}},
            },
        )
    shared.put(office, shared.LEDGER_TEMPLATE, "lens-wishes", None)
    view = records.get(office, ENTRY, made)
    assert view.values["wish"] == "一副老花镜" and view.printed["state"] == "open"
    assert "没有这本台账的模板" in ledgers.template(office, "lens-wishes").notes
    with pytest.raises(UserError) as refused:
        records.edit(office, ENTRY, made, {"wish": "轮椅"})
    assert refused.value.code == "template_fault"
    history.undo(office)
    assert ledgers.template(office, "lens-wishes").title == "老花镜心愿台账"
    records.edit(office, ENTRY, made, {"wish": "轮椅"})


@pytest.mark.parametrize("content", ['"{"', '"[]"', "[1]", "nonsense", json.dumps(json.dumps({"key": "other"}))])
def test_a_faulty_template_keeps_no_file_from_opening(office: Office, content: str) -> None:
    with office.operation("合并") as work:
        work.create("shared_item", {"topic": "ledger_template", "item": "lens-wishes", "content": content})
        made = work.create(ENTRY, {"template": "lens-wishes", "values": {"wish": "药"}, "passages": {}})
    opened = again(office)
    found = ledgers.template(opened, "lens-wishes")
    assert "模板有误" in found.notes
    assert records.query(opened, ENTRY) == [made]
    assert listings.records_on(opened, ENTRY, [made], on=TODAY)[0]["values"] == {"wish": "药"}
    assert records.rows(opened, ENTRY, [made], ["number", "wish"])[0]["wish"] == "药"
    reports.prepare(opened, ReportRequest("lens-wishes"))
    opened.close()


def test_who_may_not_read_everything_sees_no_entry_of_an_unknown_ledger(office: Office) -> None:
    with office.operation("合并") as work:
        made = work.create(ENTRY, {"template": "lens-wishes", "values": {"wish": "药"}, "passages": {}})
    office.read_templates()
    office.actor = office.actor.__class__(office.actor.name, "reader")
    assert records.query(office, ENTRY) == []
    with pytest.raises(UserError):
        records.get(office, ENTRY, made)


def test_a_template_that_leaves_entries_without_their_state_is_refused(office: Office, tmp_path: Path) -> None:
    put(office, tmp_path)
    ledgers.add(office, "lens-wishes", {"wish": "药"})
    other = [{"key": "asked", "label": "已登记"}, {"key": "done", "label": "已实现", "terminal": True}]
    moves = [{"source": "asked", "target": "done", "roles": ["clerk"]}]
    with pytest.raises(UserError) as refused:
        put(office, tmp_path, states=other, initial="asked", transitions=moves)
    assert refused.value.code == "ledger_states"


def test_a_changed_template_moves_the_deadlines_of_what_is_there(office: Office, tmp_path: Path) -> None:
    columns = [*template()["columns"], {"name": "until", "label": "办结期限", "type": "date"}]
    put(office, tmp_path, columns=columns)
    made = ledgers.add(office, "lens-wishes", {"wish": "药", "until": "2026-09-01"}).id
    assert ledgers.overdue(office) == []
    put(office, tmp_path, columns=columns, due="until")
    assert ledgers.overdue(office) == [made]
    history.undo(office)
    assert ledgers.overdue(office) == []


def test_a_template_that_comes_after_its_entries_tells_their_deadlines(office: Office, tmp_path: Path) -> None:
    with office.operation("合并") as work:
        made = work.create(
            ENTRY,
            {
                "template": "lens-wishes",
                "values": {"wish": "药", "due_on": "2026-09-01"},
                "passages": {"1": {"state": "open", "day": "2026-08-01", "due": "2026-09-01"}},
            },
        )
    office.read_templates()
    put(office, tmp_path)
    assert ledgers.overdue(office) == [made]
    assert integrity.check(office) == []
    with office.database.write() as connection:
        connection.exec_driver_sql("UPDATE ledger_entry SET state = 'done'")
    assert [problem.code for problem in integrity.check(office)] == ["derived"]
    assert integrity.check(office, repair=True) == []


def test_the_file_wins_over_the_shipped_template(office: Office, tmp_path: Path) -> None:
    text = (resource("ledgers") / "rectification.json").read_text(encoding="utf-8").replace("问题整改台账", "整改清单")
    path = tmp_path / "整改.json"
    path.write_text(text, encoding="utf-8")
    own_templates.put(office, own_templates.look(office, path))
    assert ledgers.template(office, "rectification").title == "整改清单"
    history.undo(office)
    assert ledgers.template(office, "rectification").title == "问题整改台账"


def test_words_and_level_names_have_history_and_undo(office: Office) -> None:
    shipped = report_templates.get(office, "work-summary")
    report_templates.put(office, "work-summary", "今年党员{members}名。")
    naming.choose(office, naming.variants()[1].key)
    assert naming.current(office) == naming.variants()[1]
    history.undo(office)
    assert naming.current(office) == naming.variants()[0]
    history.undo(office)
    assert report_templates.get(office, "work-summary") == shipped and not report_templates.is_own(
        office, "work-summary"
    )
    labels = [row.label for row in history.operations(office)]
    assert labels[:4] == ["撤销：设定报表文字", "撤销：设定层级叫法", "设定层级叫法", "设定报表文字"]
    told = history.operation_detail(office, history.operations(office)[0].id)
    assert told and told[0].title == "报表文字"


def test_what_a_paper_said_is_no_step_of_ctrl_z(office: Office) -> None:
    before = history.undo_label(office)
    shared.put(office, shared.LAST_SAID, "quarterly.all.2026Q3", {"figures": {"members": "1"}}, nature=shared.NOTED)
    assert history.undo_label(office) == before
    shared.put(office, shared.LAST_SAID, "quarterly.all.2026Q3", {"figures": {"members": "1"}}, nature=shared.NOTED)
    assert len([o for o in history.operations(office) if o.label == "设定上次报出的数"]) == 1


def test_the_command_line_puts_a_template_in(tmp_path: Path, cli: Cli) -> None:
    cli.new()
    path = written(tmp_path)
    looked = cli.ok("ledger", "template", path, "--dry-run")
    assert (looked["status"], looked["ledger"]["key"]) == ("new", "lens-wishes")
    cli.refused(1, "ledger_unknown", "ledger", "show", "lens-wishes")
    cli.ok("ledger", "template", path)
    shown = cli.ok("ledger", "show", "lens-wishes")["ledger"]
    assert (shown["edition"], shown["fault"], shown["period"]) == ("1", "", "open")
    assert shown["transitions"][0]["from"] == "open" and shown["figures"][0]["counted_by"] is None
    made = cli.ok("ledger", "add", "lens-wishes", "wish=药", "due_on=2026-10-01")["id"]
    assert cli.ok("list", "ledger:lens-wishes", "--where", "心愿=药")["records"][0]["id"] == made
    assert [f["field"] for f in cli.ok("fields", "ledger:lens-wishes")["fields"]][-1] == "due_on"
    assert cli.ok("figures")["figures"]["ledger_lens_wishes_total"]["value"] == 1
    written(tmp_path, title_column="other")
    assert "标题列" in cli.refused(1, "ledger_template", "ledger", "template", path)["message"]


def test_reopening_on_the_command_line_asks_for_a_reason(cli: Cli) -> None:
    cli.new()
    given = ["owner=李四", "measures=补", "due_on=2026-10-31", "progress=好", "evidence=照片", "applicant=李四"]
    given += ["acceptor=王五", "opinion=同意", "closed_on=2026-09-20", "source=自查", "problem=台账不全"]
    made = str(cli.ok("ledger", "add", "rectification", *given)["id"])
    for state in ("working", "awaiting", "closed"):
        cli.ok("ledger", "move", "rectification", made, state)
    cli.refused(1, "closed_entry", "set", "ledger_entry", made, "evidence=")
    cli.refused(1, "reason", "ledger", "move", "rectification", made, "reopened")
    cli.ok("ledger", "move", "rectification", made, "reopened", "--reason", "材料不实")
    past = cli.plain("--file", cli.file, "--on", "2026-09-25", "list", "ledger:rectification", "--json").data
    assert [r["state_key"] for r in past["records"]] == ["closed"]
    assert date.fromisoformat("2026-09-30") == TODAY
