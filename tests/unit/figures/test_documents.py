"""Reports of the street of nine: what stands in words and tables is what was counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.figure_words import template_faults, write_out
from dangjian_desktop.documents.ledger import ledger
from dangjian_desktop.documents.meetings_summary import meetings_summary, rate
from dangjian_desktop.documents.membership_changes import membership_changes
from dangjian_desktop.documents.minutes import MeetingPaper, RollEntry, minutes
from dangjian_desktop.documents.model import Document, Heading, KeyValueGrid, Paragraph, Table
from dangjian_desktop.documents.organisations import OrganisationLine, organisation_list
from dangjian_desktop.documents.quarterly import TABLES, Labels, period_kind, quarterly
from dangjian_desktop.documents.roster import RosterBranch, RosterLine, roster
from dangjian_desktop.documents.unit_counts import totals, unit_groups
from dangjian_desktop.documents.wording import day_text, named
from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.figures.figures import figures_of
from unit.figures.small_street import CODES, ORGANISATIONS, STAYS, TEMPLATES, stay, street_survey, unit

UNIT, FILLED = "测试街道党工委", "2026-10-08"


def labels() -> Labels:
    names: dict[str | None, str] = {row.id: row.name for row in ORGANISATIONS}
    return Labels(
        names,
        dict(CODES.choices("org_kind")),
        dict(CODES.choices("org_field")),
        dict(CODES.choices("in_kind")),
        dict(CODES.choices("out_kind")),
    )


def quarter(template: str = "", **changes: Any) -> Document:
    survey = street_survey(**changes)
    figures = figures_of(survey)
    text = template or resource("documents", "quarterly.md").read_text(encoding="utf-8")
    assert template_faults(text, with_lists(figures), TABLES) == []
    facts = {"单位": UNIT, "期间": survey.period.label, "期别": period_kind(survey), "统计日": day_text(survey.day)}
    written = write_out(text, with_lists(figures), facts)
    return quarterly(survey, figures, labels(), written, unit=UNIT, filled_on=FILLED)


def words(document: Document) -> str:
    return "\n".join(block.plain for block in document.blocks if isinstance(block, Paragraph))


def table(document: Document, caption: str) -> Table:
    return next(found for found in document.tables() if found.caption == caption or found.sheet == caption)


def test_every_number_of_the_words_is_a_figure() -> None:
    text = words(quarter())
    assert "共有党组织4个（街道口径），其中村居3个、两新1个" in text
    assert "基层党组织5个，其中党总支2个、党支部3个；党小组1个。另有拟成立的组织1个，不计入以上各数。" in text
    assert "共有党员7名，其中正式党员6名、预备党员1名。女党员1名，占14.3%（1/7）" in text
    assert "期初6名，本期增加2名（发展党员1名、转入1名），减少1名" in text
    assert "建账前资料不全" not in text


def test_headings_are_numbered_and_tables_stand_where_the_template_has_them() -> None:
    whole = quarter()
    heads = [block.text for block in whole.blocks if isinstance(block, Heading)]
    assert heads[0] == "一、基本情况" and heads[-1] == "八、核对" and len(heads) == 8
    assert whole.title == "党组织和党员基本情况季度报表"
    own = quarter("{期间}简表\n有党员{members 名}。\n# 换届\n## 名单\n{表:任期届满}\n# 空着的\n# 人数\n{表:基本情况}")
    assert [block.text for block in own.blocks if isinstance(block, Heading)] == ["一、换届", "（一）名单", "二、人数"]
    assert [found.sheet for found in own.tables()] == ["任期届满", "基本情况"]
    assert own.title == "2026年第3季度简表"


def test_a_period_before_the_books_says_so_whatever_the_template() -> None:
    document = quarter("简表\n有党员{members 名}。", period="2026", base_date=date(2026, 3, 1))
    assert words(document).startswith("本期从2026年1月1日算起")


def test_rows_of_every_table_are_as_wide_as_its_columns() -> None:
    for found in quarter().tables():
        rows = [row for group in found.sections() for row in group.rows]
        assert {len(row) for row in (*rows, *found.totals)} <= {len(found.columns)}, found.caption


def test_units_add_up_to_the_figures() -> None:
    survey = street_survey()
    figures = figures_of(survey)
    groups = unit_groups(survey, labels().fields)
    whole = totals(line for group in groups for line in group.lines)
    keys = "members members_full members_probationary members_class_unknown members_female"
    keys += " members_minority members_35_and_under members_college_and_above members_mobile members_out_of_contact"
    assert list(whole.people) == [figures[key].value for key in keys.split()]
    keys = "committees general_branches branches organisations_planned"
    assert list(whole.organisations) == [figures[key].value for key in keys.split()]
    assert [line.name for group in groups for line in group.lines] == ["front", "community"]


def test_units_of_one_branch_are_the_branch() -> None:
    lines = unit_groups(street_survey(scope=frozenset({"firm"})), labels().fields)[0].lines
    assert [(line.name, line.people.members) for line in lines] == [("firm", 1)]


def test_people_outside_every_unit_are_not_lost() -> None:
    survey = street_survey(stays=[*STAYS, stay("壬", "gone"), stay("辛", "street", from_on="2026-06-01")])
    lines = [line for group in unit_groups(survey, labels().fields) for line in group.lines]
    assert (lines[-1].name, lines[-1].people.members) == ("street本级", 2)
    assert sum(line.people.members for line in lines) == len(survey.census.people)


def test_many_units_are_grouped_by_field_with_subtotals() -> None:
    more = [unit(f"n{i}", "631", field="village" if i % 2 else "two_new") for i in range(14)]
    groups = unit_groups(street_survey(organisations=[*ORGANISATIONS, *more]), labels().fields)
    assert [(group.label, len(group.lines)) for group in groups] == [("村居", 8), ("两新", 7), ("战线", 1)]


def test_those_who_fit_nowhere_are_named_and_counted() -> None:
    text = words(quarter())
    assert "各年龄段之和6，比党员总数少1，是没有填写或填写有误的：丁。" in text
    ages = table(quarter(), "年龄")
    assert ages.columns[-1].label == "未填"
    assert ages.rows[0][1] == 7 and ages.rows[0][-1] == 1


def test_an_imbalance_is_printed_with_its_person() -> None:
    document = quarter(stays=[*STAYS, stay("乙", "firm", from_on="2026-09-01", in_kind="I5")])
    text = words(document)
    assert "不平：乙（firm全称）按期初和增减应为2，期末名册为1" in text
    assert "同时编在两个党组织、只计一次的：乙。" in text
    assert "期初6＋增加3－减少1＝8，期末实有7，不符" in text
    balance = {str(row[0]): row[1] for row in table(document, "增减变动").rows}
    assert balance["实有数与应有数之差"] == -1


def test_a_period_before_the_books_says_so() -> None:
    text = words(quarter(period="2026", base_date=date(2026, 3, 1)))
    assert "建账日是2026年3月1日，建账前资料不全" in text


def test_terms_due_stand_in_order_of_their_end() -> None:
    rows = table(quarter(), "任期届满").rows
    assert [row[1] for row in rows] == ["community", "firm", "front"]
    assert rows[0][6] == "已届满29天" and rows[0][4] == "5＊"
    assert "first、second" in table(quarter(), "任期届满").note


def test_changes_balance_branch_by_branch() -> None:
    document = membership_changes(street_survey(), labels(), unit=UNIT, filled_on=FILLED)
    found = table(document, "增减变动")
    header = [column.label for column in found.columns]
    rows = {str(row[1]): dict(zip(header, row, strict=True)) for row in found.rows}
    assert rows["firm全称"]["期初数"] == 2 and rows["firm全称"]["期末数"] == 1
    assert rows["second全称"]["支部间调入"] == 1 and rows["second全称"]["发展党员"] == 1
    assert rows["closed全称"]["支部间调出"] == 1 and rows["closed全称"]["期末数"] == 0
    assert "差" not in header
    total = dict(zip(header, found.totals[0], strict=True))
    assert (total["期初数"], total["期末数"]) == (6, 7)
    assert [row[1] for row in table(document, "增加党员名单").rows] == ["庚", "丙"]
    assert [tuple(row)[1:] for row in table(document, "支部间调动").rows] == [
        ("戊", "closed全称", "second全称", "2026-07-20")
    ]


def test_a_difference_gets_its_column() -> None:
    survey = street_survey(stays=[*STAYS, stay("乙", "firm", from_on="2026-09-01", in_kind="I5")])
    found = table(membership_changes(survey, labels(), unit=UNIT, filled_on=FILLED), "增减变动")
    assert found.columns[-1].label == "差"
    assert {str(row[1]): row[-1] for row in found.rows}["first全称"] == -1


def test_meetings_by_branch_and_month() -> None:
    document = meetings_summary(street_survey(), labels().units, unit=UNIT, filled_on=FILLED)
    assembly = {row[1]: row[2:] for row in table(document, "支部党员大会").rows}
    assert assembly["first全称"] == ["2", 1, 1, 0]
    assert assembly["firm全称"] == ["未开", 1, 0, 1]
    assert assembly["second全称"] == ["—", 0, 0, 0]
    days = {row[1]: row[2:5] for row in table(document, "主题党日").rows}
    assert days["second全称"] == ["—", "—", "未开"]
    assert days["closed全称"] == ["未开", "—", "—"]
    groups = table(document, "党小组会").rows
    assert [list(row[1:6]) for row in groups] == [["first全称", "group全称", "未开", "未开", "1"]]
    assert rate(1, 3) == "33.3%（1/3）" and rate(0, 0) == "—"


def paper(**changes: Any) -> MeetingPaper:
    values: dict[str, Any] = dict.fromkeys(MeetingPaper.__dataclass_fields__, "")
    values |= {
        "kind": "支部党员大会",
        "number": 3,
        "topics": "一、学习\n\n二、表决",
        "attendees": [
            RollEntry("甲", "present", "", True),
            RollEntry("乙", "excused", "出差", True),
            RollEntry("丙", "absent", "", False),
            RollEntry("丁", "", "", True),
            RollEntry("戊", "present", "", True, due=False),
        ],
    }
    return MeetingPaper(**(values | changes))


def test_minutes_count_heads_against_the_roster() -> None:
    document = minutes(paper())
    grid = next(block for block in document.blocks if isinstance(block, KeyValueGrid))
    facts = {item.label: item.value for item in grid.items}
    assert facts["到会情况"] == "应到4人（有表决权3人），实到1人（有表决权1人），请假1人，缺席1人，未登记1人"
    assert facts["到会人员"] == "甲"
    assert facts["请假人员"] == "乙（出差）" and facts["缺席人员"] == "丙（原因未填）"
    assert facts["未登记"] == "丁" and facts["不在名册"].startswith("戊")
    assert (document.title, document.subtitle) == ("支部党员大会记录", "（第3次）")
    assert words(document).splitlines() == ["一、学习", "二、表决", "（无）", "（无）"]


def test_a_ledger_prints_what_its_lists_show_and_its_counts() -> None:
    survey, template = street_survey(), TEMPLATES["rectification"]
    figures = [f for key, f in figures_of(survey).items() if key.startswith("ledger_rectification_")]
    row = {"number": "ZG-2026-001", "organisation": "community", "state": "整改中", "problem": "台账不全", "note": "x"}
    document = ledger(template, [row], figures, unit=UNIT, filled_on=FILLED, as_of="2026年9月30日")
    assert words(document).startswith("问题总数4个，已销号2个")
    shown = [column.label for column in document.tables()[0].columns]
    assert shown[:3] == ["序号", "编号", "党组织"] and shown[-1] == "状态"
    assert "备注" in shown and "验收意见" not in shown and "责任领导" not in shown
    empty = ledger(template, [], [], unit=UNIT, filled_on=FILLED, as_of="2026年9月30日")
    assert empty.tables()[0].count == 0 and empty.tables()[0].empty_text


@pytest.mark.parametrize(("branches", "title"), [(1, "甲支部党员花名册"), (2, "测试街道党工委党员花名册")])
def test_a_roster_begins_anew_in_every_branch(branches: int, title: str) -> None:
    line = RosterLine(*(["x"] * 14))
    groups = [RosterBranch(name, [line, line]) for name in ("甲支部", "乙支部")[:branches]]
    document = roster(groups, unit=UNIT, filled_on=FILLED, as_of="2026年9月30日", masked_note="已隐去")
    assert document.title == title
    sections = list(document.tables()[0].sections())
    assert [row[0] for section in sections for row in section.rows] == [1, 2] * branches
    assert document.tables()[0].note == f"共{2 * branches}人。"
    assert document.masked_note == "已隐去"


def test_planned_organisations_stand_apart() -> None:
    line = OrganisationLine("甲", 1, "党支部", "村居", "", "", 5, 4, 1, 0, "", "", "", "", "")
    document = organisation_list(
        [line, line],
        [("乙", "社区“大党委”", "甲", 3)],
        unit=UNIT,
        filled_on=FILLED,
        as_of="2026年9月30日",
        summary="共2个。",
        masked_note="",
    )
    first, second = document.tables()
    assert first.rows[0][1] == "　甲" and first.totals[0][6:9] == [10, 8, 2]
    assert second.count == 1 and "不计入" in second.caption


def test_long_lists_of_names_keep_their_number() -> None:
    assert named(["甲", "乙"]) == "甲、乙"
    assert named(["甲"] * 40).endswith("等40人")
