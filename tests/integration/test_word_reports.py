"""Structure charts, organisation chart and work summary as reports of a file, with what they tell the person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.documents.charts import Chart
from dangjian_desktop.documents.model import Document
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.life import meetings
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures, previewing, report_templates, reports
from dangjian_desktop.services.reports.paper_files import missing_in
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import organisations
from dangjian_desktop.storage import audit
from office_kit import TODAY, add_branch, add_member, new_office

WITHOUT_GLYPH = "\U0003134a"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = new_office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street; tests leave its records alone."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=300)
    yield opened
    opened.close()


def pdf_text(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in pdf))


def charts(document: object) -> dict[str, Chart]:
    assert isinstance(document, Document)
    return {block.title: block for block in document.blocks if isinstance(block, Chart)}


def test_structure_shows_the_last_four_quarters_as_the_figures_have_them(street: Office) -> None:
    found = charts(reports.prepare(street, ReportRequest("structure", on=TODAY)).document)
    quarters = ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]
    expected = [figures.values_of(street, period=quarter) for quarter in quarters]
    assert [*found["各季度末党员总数"].series[0].values] == [each["members"].value for each in expected]
    joined, left = (series.values for series in found["各季度党员增减"].series)
    assert [*joined] == [each["joined"].value for each in expected]
    assert [*left] == [each["left"].value for each in expected]


def test_structure_leaves_out_quarters_before_the_file_began(tmp_path: Path) -> None:
    opened = new_office(tmp_path, base=TODAY.replace(month=4, day=1))
    try:
        add_member(opened, "李四", add_branch(opened, "甲支部"))
        found = charts(reports.prepare(opened, ReportRequest("structure")).document)
        assert len(found["各季度末党员总数"].categories) == 2
    finally:
        opened.close()


def test_organisation_chart_is_one_page_for_the_street_and_each_part(street: Office, tmp_path: Path) -> None:
    root = organisations.root_id(street)
    scopes = [None, *(node.id for node in organisations.tree(street) if node.parent_id == root)]
    for scope in scopes:
        preview = previewing.preview(street, ReportRequest("org-chart", scope=scope))
        assert preview.page_count == 1
    assert len(reports.make(street, ReportRequest("org-chart"), tmp_path).paths) == 2


def test_a_member_whose_name_no_font_has_is_named_before_and_after(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "甲支部")
    add_member(office, "李四", branch, 1)
    member = add_member(office, f"王{WITHOUT_GLYPH}", branch, 3)
    assert [
        (each.char, each.record) for each in missing_in(reports.prepare(office, ReportRequest("roster")).document)
    ] == [(WITHOUT_GLYPH, member)]
    made = reports.make(office, ReportRequest("roster"), tmp_path)
    assert len(made.paths) == 2
    assert len(made.warnings) == 1
    assert re.search(rf"第2行（2 王{WITHOUT_GLYPH}）“{WITHOUT_GLYPH}”字（U\+3134A）没有字形", made.warnings[0])
    assert previewing.preview(office, ReportRequest("roster")).missing == tuple(made.missing)
    assert reports.make(office, ReportRequest("roster"), tmp_path, formats=["xlsx"]).warnings == []


def test_work_summary_prints_the_figures_of_its_period(street: Office, tmp_path: Path) -> None:
    made = reports.make(street, ReportRequest("work-summary", period="2026"), tmp_path)
    assert [path.name for path in made.paths] == [f"测试街道_党建工作总结_2026年.{form}" for form in ("pdf", "docx")]
    text, found = pdf_text(made.paths[0]), figures.values_of(street, period="2026")
    female = found["members_female"]
    assert f"共有党员{found['members'].value}人" in text
    assert f"女党员{female.numerator}人，占" in text
    assert f"（{female.numerator}/{female.denominator}）" in text
    assert f"另有拟成立组织{found['organisations_planned'].value}个" in text
    assert f"增加{found['joined'].value}人，减少{found['left'].value}人" in text
    assert made.to_fill == text.count("〔请填写")
    assert {face.name for face in made.faces} == {"仿宋", "小标宋", "楷体", "黑体"}
    with street.database.read() as connection:
        assert len(audit.listing(connection)[0]["detail"]["faces"]) == 4
    # Every percentage is followed by what it was computed from.
    assert len(re.findall(r"\d%", text)) == len(re.findall(r"\d%（\d+/\d+）", text)) > 0
    with pytest.raises(UsageError) as refused:
        reports.make(street, ReportRequest("work-summary"), tmp_path, formats=["csv"])
    assert refused.value.code == "bad_format"


def test_work_summary_is_a_workbook_too_where_one_is_asked_for(street: Office, tmp_path: Path) -> None:
    made = reports.make(street, ReportRequest("work-summary", period="2026"), tmp_path, formats=["pdf", "xlsx"])
    assert [path.suffix for path in made.paths] == [".pdf", ".xlsx"]
    sheet = openpyxl.load_workbook(made.paths[1]).active
    assert sheet is not None
    told = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert told[0].endswith("党建工作总结")
    assert [line for line in told if line.startswith(("一、", "二、", "三、", "四、"))]
    assert any(f"共有党员{figures.values_of(street, period='2026')['members'].value}人" in line for line in told)


def test_changed_figures_are_told_old_against_new(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "甲支部")
    add_member(office, "李四", branch, 1)
    assert reports.make(office, ReportRequest("work-summary"), tmp_path).changed == []
    assert reports.make(office, ReportRequest("work-summary"), tmp_path).changed == []
    add_member(office, "王五", branch, 3)
    assert reports.make(office, ReportRequest("work-summary", period="2026Q2"), tmp_path).changed == []
    made = reports.make(office, ReportRequest("work-summary"), tmp_path)
    assert ("members", "1人", "2人") in [(each.key, each.old, each.new) for each in made.changed]
    assert "党员总数：上次1人，现在2人。" in made.warnings
    assert reports.make(office, ReportRequest("work-summary"), tmp_path).changed == []


def test_a_share_of_another_whole_is_a_changed_figure_and_printing_counts(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "甲支部")
    add_member(office, "李四", branch, 2)
    reports.make(office, ReportRequest("quarterly", period="2026Q3"), tmp_path, formats=["pdf"])
    add_member(office, "王五", branch, 3)
    seen = previewing.preview(office, ReportRequest("quarterly", period="2026Q3"))
    told = {each.key: (each.old, each.new) for each in seen.compared.changed}
    assert told["members_female"] == ("1人，占100.0%（1/1）", "1人，占50.0%（1/2）")
    assert seen.compared.since == TODAY.isoformat()
    seen.printed()
    assert previewing.preview(office, ReportRequest("quarterly", period="2026Q3")).compared.changed == ()
    assert previewing.preview(office, ReportRequest("roster")).compared.changed == ()


def test_the_quarterly_report_says_what_its_own_words_say(street: Office, tmp_path: Path) -> None:
    draft = "{期间}情况\n女党员{占比:members_female 名}。\n# 名单\n{表:任期届满}\n〔请填写：打算〕"
    seen = previewing.preview(street, ReportRequest("quarterly", period="2026Q3", words=draft))
    assert (seen.title, seen.to_fill) == ("2026年第3季度情况", 1)
    with pytest.raises(UserError) as refused:
        previewing.preview(street, ReportRequest("quarterly", period="2026Q3", words=draft + "{表:天气}"))
    assert "第5行：" in refused.value.message
    report_templates.put(street, "quarterly", draft)
    made = reports.make(street, ReportRequest("quarterly", period="2026Q3"), tmp_path, formats=["pdf", "docx"])
    assert [path.name for path in made.paths] == [
        f"测试街道_2026年第3季度情况_2026年第3季度.{f}" for f in ("pdf", "docx")
    ]
    female = figures.values_of(street, period="2026Q3")["members_female"]
    assert f"女党员{female.numerator}名，占" in pdf_text(made.paths[0])
    assert "一、名单" in pdf_text(made.paths[0])
    assert "还有1处“〔请填写〕”要您来写。" in made.warnings
    report_templates.put(street, "quarterly", None)


def test_a_street_writes_its_own_template(office: Office, tmp_path: Path) -> None:
    add_member(office, "李四", add_branch(office, "甲支部"))
    for wrong in ("题\n{weather}", "题\n满意率100%", "题\n成立组织{organisations_planned}"):
        with pytest.raises(UserError) as refused:
            report_templates.put(office, "work-summary", wrong)
        assert refused.value.code == "template_faults"
        assert "第2行" in refused.value.message
    assert not report_templates.is_own(office, "work-summary")
    report_templates.put(office, "work-summary", "{单位}小结\n本支部党员{members}。")
    assert report_templates.is_own(office, "work-summary")
    made = reports.make(office, ReportRequest("work-summary"), tmp_path)
    assert "本支部党员1人。" in pdf_text(made.paths[0])
    report_templates.put(office, "work-summary", None)
    assert report_templates.get(office, "work-summary") == report_templates.shipped("work-summary")
    office.actor = Actor("来宾", "reader")
    with pytest.raises(UserError):
        report_templates.put(office, "work-summary", "题\n{members}")
    with pytest.raises(UsageError):
        report_templates.get(office, "weather")


def test_each_line_of_the_roster_knows_its_member(office: Office) -> None:
    member = add_member(office, "李四", add_branch(office, "甲支部"))
    table = reports.prepare(office, ReportRequest("roster")).document.tables()[0]  # type: ignore[union-attr]
    assert [list(group.records) for group in table.sections()] == [[member]]
    records.remove(office, "member", member)
    assert reports.prepare(office, ReportRequest("roster")).document.tables()[0].count == 0  # type: ignore[union-attr]


def test_every_report_leads_a_character_without_type_back_to_its_record(office: Office) -> None:
    odd = f"王{WITHOUT_GLYPH}"
    branch = add_branch(office, f"{WITHOUT_GLYPH}湾支部")
    member = add_member(office, odd, branch, 1)
    records.add(office, "post", {"organisation": branch, "member": member, "post": "书记", "from_on": "2026-02-01"})
    ledgers.add(office, "care-visits", {"organisation": branch, "member": member, "occasion": "重阳节"})
    entry = ledgers.add(office, "rectification", {"source": "巡察", "problem": f"“{WITHOUT_GLYPH}”字印不出"}).id
    typed = {"meeting_kind": "DYDH", "organisation": branch, "started_at": "2026-03-10 09:00", "title": WITHOUT_GLYPH}
    meeting = meetings.record_meeting(office, typed, {member: {"presence": "present"}}).id

    def found(name: str, **asked: str) -> set[str]:
        made = reports.prepare(office, ReportRequest(name, **asked))  # type: ignore[arg-type]
        return {each.record for each in missing_in(made.document)}

    assert found("organisations") == {branch, member}
    assert found("care-visits") == {branch, member}
    assert found("minutes", record=meeting) == {meeting, branch, member}
    for name in ("roster", "membership-changes", "meetings-summary", "structure", "org-chart"):
        assert found(name) - {member} == {branch}, name
    assert found("rectification") == {entry}
    office.actor = Actor("小李", "clerk", frozenset({add_branch(office, "乙支部")}))
    office.cache.clear()
    assert found("organisations") == set()
