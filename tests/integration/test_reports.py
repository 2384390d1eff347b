"""Figures, reports and exports of a real file: as of any day, masked, audited, and one with each other."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.base.clock import Clock
from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import exporting, figures, reports
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import audit
from office_kit import TODAY, add_branch, add_member, id_number, new_office, table_paper

DEMO_MEMBERS = 300


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street that no test changes."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=DEMO_MEMBERS)
    yield opened
    opened.close()


def value(office: Office, key: str, **asked: object) -> object:
    return figures.values_of(office, **asked)[key].value  # type: ignore[arg-type]


def events(office: Office) -> list[dict[str, object]]:
    with office.database.read() as connection:
        return audit.listing(connection)


def sheet_texts(path: Path) -> str:
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell)


def test_class_and_superior_are_those_of_the_day(office: Office) -> None:
    community = add_branch(office, "东社区党总支", kind="621", field="village")
    branch = add_branch(office, "甲支部", parent=community)
    other = add_branch(office, "乙总支", kind="621", field="two_new")
    member = add_member(office, "李四", branch, member_class="预备党员", confirmed_on="")
    records.edit(office, "member", member, {"member_class": "正式党员"}, since="2026-08-01")
    records.edit(office, "organisation", branch, {"parent": other}, since="2026-09-01")
    july, now = date(2026, 7, 31), TODAY
    assert (value(office, "members_full", on=july), value(office, "members_probationary", on=july)) == (0, 1)
    assert (value(office, "members_full", on=now), value(office, "members_probationary", on=now)) == (1, 0)
    assert value(office, "members", scope=community, on=july) == 1
    assert value(office, "members", scope=community, on=now) == 0
    assert value(office, "members_field_village", on=july) == 1
    assert value(office, "members_field_two_new", on=now) == 1


def test_figures_follow_every_write(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    member = add_member(office, "李四", branch)
    assert value(office, "members") == 1
    records.remove(office, "member", member)
    assert value(office, "members") == 0
    records.restore(office, "member", member)
    assert value(office, "members") == 1


def test_an_account_sees_the_figures_of_its_own_part(office: Office) -> None:
    mine, theirs = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "李四", mine, 1)
    add_member(office, "王五", theirs, 3)
    office.actor = Actor("小李", "clerk", frozenset({mine}))
    office.cache.clear()
    assert value(office, "members") == 1
    with pytest.raises(UserError) as refused:
        value(office, "members", scope=theirs)
    assert refused.value.code == "out_of_scope"
    titles = [
        str(row[1])
        for row in table_paper(office, ReportRequest("membership-changes", period="2026Q3")).tables()[0].rows
    ]
    assert titles == ["甲支部"]


def test_meetings_count_for_what_they_also_were(office: Office) -> None:
    branch = add_branch(office, "甲支部")
    member = add_member(office, "李四", branch)
    typed = {
        "meeting_kind": "主题党日",
        "also_kinds": "党课、支部党员大会",
        "organisation": branch,
        "started_at": "2026-09-30 19:30",
        "title": "学习",
    }
    saved = meetings.record_meeting(office, typed, {member: {"presence": "present"}})
    found = figures.values_of(office, period="2026-09")
    assert [found[f"meetings_{kind}"].value for kind in ("ztdr", "dk", "dydh", "zwh")] == [1, 1, 1, 0]
    document = table_paper(office, ReportRequest("minutes", record=saved.id))
    assert document.title == "主题党日活动记录"
    # On the eve of the meeting nothing had been held.
    assert value(office, "meetings_ztdr", period="2026", on=date(2026, 9, 29)) == 0


def test_minutes_ask_for_the_roster_of_the_meeting_day(office: Office) -> None:
    branch, other = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    stayed, moved = add_member(office, "李四", branch, 1), add_member(office, "王五", branch, 3)
    typed = {"meeting_kind": "DYDH", "organisation": branch, "started_at": "2026-03-10 09:00", "title": "学习"}
    marks = {stayed: {"presence": "present"}, moved: {"presence": "excused", "reason": "出差"}}
    saved = meetings.record_meeting(office, typed, marks)
    records.edit(office, "member", moved, {"organisation": other}, since="2026-06-01")
    late = add_member(office, "赵六", branch, 5, entered_on="2026-05-01", entered_kind="I5")
    grid = table_paper(office, ReportRequest("minutes", record=saved.id)).blocks[0]
    facts = {item.label: item.value for item in grid.items}  # type: ignore[union-attr]
    assert facts["到会情况"].startswith("应到2人（有表决权2人），实到1人")
    assert facts["请假人员"] == "王五（出差）"
    assert facts["补录"].endswith("补录")
    assert late and "赵六" not in str(facts)
    with pytest.raises(UsageError) as refused:
        reports.prepare(office, ReportRequest("minutes"))
    assert refused.value.code == "id_required"


def test_every_report_of_a_street_is_written_and_masked(street: Office, tmp_path: Path) -> None:
    meeting = records.query(street, "meeting")[0]
    for spec in reports.catalogue(street):
        if spec.each and spec.needs_id:
            continue  # one file for each entry: told by the tests of print forms
        paths = reports.make(
            street, ReportRequest(spec.name, record=meeting if spec.needs_id else None), tmp_path
        ).paths
        assert [path.suffix[1:] for path in paths] == list(spec.formats), spec.name
        assert all(path.stat().st_size > 1000 for path in paths)
        for workbook in (path for path in paths if path.suffix == ".xlsx"):
            assert "429900" not in sheet_texts(workbook), spec.name
    assert (tmp_path / "测试街道_党员花名册_2026-09-30.pdf").exists()
    assert (tmp_path / "测试街道_党员增减变动表_2026年第3季度.xlsx").exists()


def test_the_reports_of_a_street_balance(street: Office) -> None:
    for period in ("2026Q1", "2026Q2", "2026Q3", "2026", "2026-08"):
        found = figures.values_of(street, period=period)
        assert found["imbalance"].value == 0
        assert len(found["opening"].records) + int(str(found["joined"].value)) - int(str(found["left"].value)) == int(
            str(found["members"].value)
        )
        document = table_paper(street, ReportRequest("membership-changes", period=period))
        assert document.tables()[0].columns[-1].label == "期末数", period
    assert value(street, "members") == DEMO_MEMBERS


def test_one_quarter_opens_where_the_last_one_closed(street: Office) -> None:
    for before, after in (("2025Q4", "2026Q1"), ("2026Q1", "2026Q2"), ("2026Q2", "2026Q3")):
        closing = figures.values_of(street, period=before)["members"]
        opening = figures.values_of(street, period=after)["opening"]
        assert sorted(closing.records) == sorted(opening.records)


def test_parts_of_a_street_add_up_to_it(street: Office) -> None:
    root = organisations.root_id(street)
    parts = [node.id for node in organisations.tree(street) if node.parent_id == root]
    for key in ("members", "members_female", "joined", "meetings_dydh", "branches", "terms_due"):
        whole = figures.values_of(street, period="2026Q3")[key].records
        below = [r for part in parts for r in figures.values_of(street, period="2026Q3", scope=part)[key].records]
        assert sorted(below) == sorted(whole), key


def test_every_structure_of_a_street_adds_up(street: Office) -> None:
    for on in (date(2025, 6, 30), TODAY):
        found = figures.values_of(street, on=on)
        for prefix in ("age_", "education_", "joining_", "members_field_"):
            listed = [r for key, f in found.items() if key.startswith(prefix) for r in f.records]
            assert sorted(listed) == sorted(found["members"].records), (on, prefix)


def test_full_numbers_need_a_reason_and_leave_a_trace(office: Office, tmp_path: Path) -> None:
    add_member(office, "李四", add_branch(office, "甲支部"))
    with pytest.raises(UserError) as refused:
        reports.make(office, ReportRequest("roster", masked=False, reason=" "), tmp_path)
    assert refused.value.code == "reason"
    assert not list(tmp_path.glob("*.pdf"))
    paths = reports.make(
        office, ReportRequest("roster", masked=False, reason="上级核对"), tmp_path, formats=["xlsx"]
    ).paths
    assert id_number() in sheet_texts(paths[0])
    event = events(office)[0]
    assert event["action"] == "export"
    assert (event["detail"]["masked"], event["detail"]["reason"]) == (False, "上级核对")  # type: ignore[index]


def test_a_reader_may_look_but_not_carry_away(office: Office, tmp_path: Path) -> None:
    add_member(office, "李四", add_branch(office, "甲支部"))
    office.actor = Actor("来宾", "reader")
    assert table_paper(office, ReportRequest("roster")).tables()[0].count == 1
    for act in (
        lambda: reports.make(office, ReportRequest("roster"), tmp_path).paths,
        lambda: exporting.export(office, "member", tmp_path / "a.xlsx"),
        lambda: table_paper(office, ReportRequest("roster", masked=False)),
    ):
        with pytest.raises(UserError) as refused:
            act()
        assert refused.value.code == "not_allowed"
    assert "care-visits" not in [spec.name for spec in reports.catalogue(office)]


def test_what_cannot_be_asked_is_refused_in_words(office: Office, tmp_path: Path) -> None:
    for asked, formats, code in (
        (ReportRequest("weather"), None, "report_unknown"),
        (ReportRequest("quarterly", period="2026Q9"), None, "bad_period"),
        (ReportRequest("quarterly", period="2027Q1"), None, "period_future"),
        (ReportRequest("roster"), ["docx"], "bad_format"),
    ):
        with pytest.raises(UserError) as refused:
            reports.make(office, asked, tmp_path, formats=formats)
        assert refused.value.code == code


def test_an_empty_street_still_prints(office: Office, tmp_path: Path) -> None:
    for spec in reports.catalogue(office):
        if not spec.needs_id:
            assert len(reports.make(office, ReportRequest(spec.name), tmp_path).paths) == len(spec.formats)
    document = table_paper(office, ReportRequest("quarterly", period="2026Q3"))
    assert "平均年龄—" in "".join(getattr(block, "plain", "") for block in document.blocks)


def test_an_export_goes_in_again_and_changes_nothing(street: Office, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    done = exporting.export(street, "member", path, masked=False, reason="换电脑")
    assert done.rows == DEMO_MEMBERS
    plan = importing.prepare(street, "roster", path)
    assert len(plan.rows) == DEMO_MEMBERS
    wrong = [(row.title, row.status, row.problems) for row in plan.rows if row.status != "unchanged"]
    assert wrong == []


def test_exports_are_masked_text_and_what_was_asked_for(street: Office, tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    listed = records.query(street, "member", filters=[records.Filter("sex", "eq", "女")], on=TODAY)
    done = exporting.export(
        street,
        "member",
        path,
        fields=["name", "sex", "id_number", "phone", "categories"],
        filters=[records.Filter("sex", "eq", "女")],
    )
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert header == ["姓名", "性别", "公民身份号码", "手机号码", "党员分类"]
    assert done.rows == len(rows) == len(listed)
    assert {row[1] for row in rows} == {"女"}
    assert all(row[2].startswith("429*") for row in rows)
    assert all(not row[3] or "****" in row[3] for row in rows)


def test_a_ledger_is_exported_by_its_columns(street: Office, tmp_path: Path) -> None:
    done = exporting.export(street, "ledger_entry", tmp_path / "台账.xlsx", template="care-visits")
    sheet = openpyxl.load_workbook(tmp_path / "台账.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("编号", "党组织", "状态", "慰问党员")
    assert len(rows) == done.rows + 1
    names = set(street_names(street))
    assert {row[3] for row in rows[1:]} <= names
    with pytest.raises(UsageError):
        exporting.export(street, "ledger_entry", tmp_path / "x.xlsx")
    with pytest.raises(UsageError):
        exporting.export(street, "member", tmp_path / "x.doc")
    with pytest.raises(UsageError):
        exporting.export(street, "member", tmp_path / "x.csv", fields=["shoe_size"])


def street_names(office: Office) -> list[str]:
    ids = records.query(office, "member")
    return [row["name"] for row in records.rows(office, "member", ids, ["name"])]


def test_another_today_is_another_report(office: Office) -> None:
    add_member(office, "李四", add_branch(office, "甲支部"), entered_on="2026-08-15", entered_kind="I5")
    office.clock = Clock(date(2026, 8, 14))
    assert value(office, "members") == 0
    office.clock = Clock(date(2026, 8, 15))
    assert value(office, "members") == 1
