"""Imports of units, posts, meetings and ledger entries: what each is known by, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.ledgers import ledgers
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from import_kit import again, block, counts, listed, reasons, stored, take, told, workbook
from office_kit import STREET, add_branch, add_member, id_number, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    yield made
    assert integrity.check(made) == []
    made.close()


# -- organisations ----------------------------------------------------------------------------------

UNITS = ["党组织全称", "类型", "上级组织", "组织代码", "批准成立日期"]


def test_superiors_may_stand_anywhere_and_the_root_is_matched_by_name(office: Office, tmp_path: Path) -> None:
    rows = [
        UNITS,
        ["刘口社区第一党支部", "", "刘口党总支", "", "2021.07"],
        ["刘口社区党总支", "", STREET, "012", ""],
        [STREET, "党工委", "某某市委", "", "1998"],
        ["机关党支部", "党支部", "", "", ""],
    ]
    more = [UNITS, ["刘口社区第二联合党支部", "", "012", "", ""], ["大社区大党委", "", STREET, "", ""]]
    rows[1][2] = "刘口社区党总支"
    path = workbook(tmp_path / "组织.xlsx", {"一": rows, "二": more})
    plan = take(office, "organisations", path)
    assert (counts(plan), told(plan)) == ([5, 1, 0, 0, 0], [(4, "上级组织", "warning")])
    assert listed(office, "organisation", "name", "kind", "parent", "founded_on") == {
        STREET: ("街道党工委", "", "1998"),
        "刘口社区党总支": ("党总支", STREET, ""),
        "刘口社区第一党支部": ("党支部", "刘口社区党总支", "2021-07"),
        "刘口社区第二联合党支部": ("联合党支部", "刘口社区党总支", ""),
        "机关党支部": ("党支部", STREET, ""),
        "大社区大党委": ("社区“大党委”", STREET, ""),
    }
    again(office, "organisations", path)
    history.undo(office)
    assert list(listed(office, "organisation", "name")) == [STREET]


def test_circles_doubles_and_orphans_are_refused(office: Office) -> None:
    rows = [
        UNITS,
        ["东湖党总支", "", "西湖党总支", "", ""],
        ["西湖党总支", "", "东湖党总支", "", ""],
        ["东湖一队党支部", "", "东湖党总支", "", ""],
        ["南山党支部", "", "南山党支部", "", ""],
        ["北山党支部", "", "没有的党委", "", ""],
        ["红光党支部", "", "", "", ""],
        ["红光党支部", "", STREET, "", ""],
        ["红光联络站", "", "", "", ""],
        ["", "党支部", STREET, "", ""],
        ["长江党支部", "党之部", "", "", ""],
    ]
    plan = take(office, "organisations", block(rows))
    assert counts(plan) == [1, 0, 0, 0, 9]
    assert {r.row for r in plan.rows if not r.out} == {7}
    assert "圈" in reasons(plan, 2) and "圈" in reasons(plan, 3)
    assert "没有导入" in reasons(plan, 4) and "自己" in reasons(plan, 5)
    assert "没有的党委" in reasons(plan, 6) and "第7行" in reasons(plan, 8)
    assert "类型" in reasons(plan, 9)
    assert {p.column for p in plan.problems if p.row in (10, 11)} == {"党组织全称", "类型"}


def test_a_unit_cannot_be_put_below_its_own_branch(office: Office) -> None:
    take(
        office,
        "organisations",
        block([UNITS, ["东湖党总支", "", "", "", ""], ["东湖一队党支部", "", "东湖党总支", "", ""]]),
    )
    plan = take(office, "organisations", block([UNITS, ["东湖党总支", "", "东湖一队党支部", "", ""]]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "圈" in reasons(plan, 2)


def test_units_that_are_only_numbered_are_told_apart_by_their_superior(office: Office) -> None:
    for name in ("东党支部", "西党支部"):
        add_branch(office, name)
    rows = [["名称", "上级组织"], ["第一党小组", "东党支部"], ["第一党小组", "西党支部"], ["第一党小组", "西党支部"]]
    plan = take(office, "organisations", block(rows))
    assert counts(plan) == [2, 0, 0, 0, 1]
    again(office, "organisations", block(rows[:3]))
    plan = importing.prepare(office, "organisations", block([["名称", "简称"], ["第一党小组", "一组"]]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "2个" in reasons(plan, 2)


def test_a_code_finds_a_unit_that_was_renamed(office: Office) -> None:
    take(office, "organisations", block([UNITS, ["老名党支部", "", "", "012001", ""], ["别的党支部", "", "", "", ""]]))
    plan = take(office, "organisations", block([UNITS, ["新名党支部", "", "", "012001", ""]]))
    assert plan.rows[0].fields == {"党组织全称": ("老名党支部", "新名党支部")}
    plan = importing.prepare(office, "organisations", block([UNITS, ["别的党支部", "", "", "012001", ""]]))
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "组织代码", "error")])


def test_a_blank_cell_of_a_unit_never_erases(office: Office) -> None:
    headers = ["党组织全称", "上级组织", "批准成立日期", "联系电话", "是否设委员会"]
    take(
        office,
        "organisations",
        block([headers, ["东湖党总支"], ["一党支部", "东湖党总支", "2021-07-16", "07285550001", "是"]]),
    )
    for nothing in ("", "/", "—"):
        again(office, "organisations", block([headers, ["一党支部", nothing, nothing, nothing, nothing]]))
    again(office, "organisations", block([headers, ["一党支部", "", "2021.07", "", ""]]))


def test_the_given_unit_is_the_superior_of_new_units(office: Office) -> None:
    add_branch(office, "东湖党总支", kind="621")
    take(office, "organisations", block([["名称", "备注"], ["一党支部", "新"]]), scope="东湖党总支")
    assert listed(office, "organisation", "name", "parent")["一党支部"] == ("东湖党总支",)


# -- posts --------------------------------------------------------------------------------------------

POSTS = ["党组织", "姓名", "职务", "任职日期", "免职日期", "姓名（非本街道党员）"]


@pytest.fixture
def staffed(office: Office) -> Office:
    general = add_branch(office, "甲党总支", kind="621")
    for serial, name in enumerate(("一党支部", "二党支部"), start=1):
        branch = add_branch(office, name, parent=general)
        add_member(office, "王小明", branch, serial)
        add_member(office, "李红" + "甲乙"[serial - 1], branch, serial + 2)
    return office


def test_posts_find_their_holder_by_number_or_by_a_name_of_one(staffed: Office) -> None:
    rows = [
        POSTS,
        ["一党支部", "王小明", "书记", "2024-03-01", "", ""],
        ["甲党总支", id_number(serial=2), "副书记", "2024.03", "", ""],
        ["甲党总支", "", "委员", "", "", "外单位某"],
        ["甲党总支", "李　红甲", "委员", "2024-03-01", "2025-03-01", ""],
    ]
    plan = take(staffed, "posts", block(rows))
    assert (counts(plan), plan.problems) == ([4, 0, 0, 0, 0], [])
    again(staffed, "posts", block(rows))
    shown = records.rows(
        staffed, "post", records.query(staffed, "post"), ["organisation", "member", "person_name", "post"]
    )
    assert sorted((r["organisation"], r["member"], r["person_name"], r["post"]) for r in shown) == [
        ("一党支部", "王小明", "", "书记"),
        ("甲党总支", "", "外单位某", "委员"),
        ("甲党总支", "李红甲", "", "委员"),
        ("甲党总支", "王小明", "", "副书记"),
    ]


def test_posts_that_cannot_be_placed_are_refused(staffed: Office) -> None:
    rows = [
        POSTS,
        ["甲党总支", "王小明", "书记", "", "", ""],
        ["甲党总支", "没有此人", "书记", "", "", ""],
        ["甲党总支", "", "书记", "", "", ""],
        ["没有的党支部", "李红甲", "书记", "", "", ""],
        ["甲党总支", "李红甲", "", "", "", ""],
        ["甲党总支", "李红甲", "大王", "", "", ""],
        ["甲党总支", "李红乙", "书记", "2024-03-01", "", ""],
        ["甲党总支", "李红乙", "书记", "2024-03-01", "", ""],
    ]
    plan = importing.prepare(staffed, "posts", block(rows))
    assert counts(plan) == [1, 0, 0, 0, 7]
    assert "2名" in reasons(plan, 2) and "名册里没有" in reasons(plan, 3) and "谁任职" in reasons(plan, 4)
    assert "第8行" in reasons(plan, 9)
    assert {(p.row, p.column) for p in plan.problems if 5 <= p.row <= 7} == {(5, "党组织"), (6, "职务"), (7, "职务")}


def test_an_end_is_put_to_the_post_that_is_held(staffed: Office) -> None:
    take(staffed, "posts", block([POSTS, ["一党支部", "李红甲", "书记", "2021-03-16", "", ""]]))
    # The month alone means the same post; its day stays.
    plan = take(staffed, "posts", block([POSTS, ["一党支部", "李红甲", "书记", "2021.03", "2026-03-01", ""]]))
    assert plan.rows[0].fields == {"免职日期": ("", "2026-03-01")}
    plan = take(staffed, "posts", block([POSTS, ["一党支部", "李红甲", "书记", "2026-03-02", "", ""]]))
    assert counts(plan) == [1, 0, 0, 0, 0]


def test_posts_of_a_sheet_named_by_its_unit(staffed: Office, tmp_path: Path) -> None:
    rows = [["姓名", "党内职务"], ["李红乙", "书记"]]
    take(staffed, "posts", workbook(tmp_path / "班子.xlsx", {"二党支部": rows}))
    shown = records.rows(staffed, "post", records.query(staffed, "post"), ["organisation"])
    assert [r["organisation"] for r in shown] == ["二党支部"]


# -- meetings -------------------------------------------------------------------------------------------

MEETINGS = ["会议类型", "党支部", "会议时间", "主题", "地点", "主持人", "党小组"]


def test_meetings_are_known_by_unit_kind_and_moment(staffed: Office) -> None:
    records.add(staffed, "organisation", {"name": "第一党小组", "kind": "小组", "parent": "一党支部"})
    rows = [
        MEETINGS,
        ["党员大会", "一党支部", "2026-03-05 14:30", "换届", "会议室", "王小明", ""],
        ["支委会", "一党支部", "2026年3月5日下午2:30", "研究", "", "", ""],
        ["党小组会", "一党支部", "2026.3.6", "学习", "", "", "第一党小组"],
        ["党课", "二党支部", "2026-03-07 09:00", "党课", "", "", "没有这个小组"],
    ]
    plan = take(staffed, "meetings", block(rows))
    assert (counts(plan), told(plan)) == ([4, 0, 0, 0, 0], [(4, "会议时间", "warning"), (5, "党小组", "warning")])
    again(staffed, "meetings", block(rows))
    found = listed(staffed, "meeting", "title", "meeting_kind", "organisation", "started_at", "group", "entered_on")
    assert found["换届"] == ("支部党员大会", "一党支部", "2026-03-05 14:30", "", "2026-09-30")
    assert found["研究"][2] == "2026-03-05 14:30"
    assert found["学习"][3] == "第一党小组"
    # The hour that was missing is added to that meeting; another hour is another meeting.
    rows = [MEETINGS, ["党小组会", "一党支部", "2026-03-06 19:00", "学习", "活动室", "", "第一党小组"]]
    plan = take(staffed, "meetings", block(rows))
    assert plan.rows[0].fields == {"开始时间": ("2026-03-06", "2026-03-06 19:00"), "地点": ("", "活动室")}
    rows[1][2] = "2026-03-06 20:00"
    assert counts(importing.prepare(staffed, "meetings", block(rows))) == [1, 0, 0, 0, 0]


def test_meetings_that_cannot_be_placed_are_refused(staffed: Office) -> None:
    rows = [
        MEETINGS,
        ["党员大会", "没有的党支部", "2026-03-05 14:30"],
        ["茶话会", "一党支部", "2026-03-05 14:30"],
        ["党员大会", "一党支部", "2026.03"],
        ["党员大会", "一党支部", ""],
        ["", "一党支部", "2026-03-05"],
        ["党员大会", "一党支部", "2026-02-30"],
        ["党员大会", "一党支部", "2026-03-05 14:30"],
        ["党员大会", "一党支部", "2026-03-05 14:30"],
    ]
    plan = importing.prepare(staffed, "meetings", block(rows))
    assert counts(plan) == [1, 0, 0, 0, 7]
    assert [(p.row, p.column) for p in plan.problems if p.severity == "error"] == [
        (2, "党支部"),
        (3, "会议类型"),
        (4, "会议时间"),
        (5, "会议时间"),
        (6, "会议类型"),
        (7, "会议时间"),
        (9, ""),
    ]


# -- ledgers ----------------------------------------------------------------------------------------------


def test_a_rectification_ledger_goes_in_with_its_states(office: Office) -> None:
    add_branch(office, "一党支部")
    headers = ["编号", "来源", "问题表述", "共性或个性", "责任人", "完成时限", "状态", "党组织", "验收人"]
    rows = [
        headers,
        ["ZG-2026-007", "巡察", "台账不全", "个性", "张三", "2026.10.31", "整改中", "一党支部", ""],
        ["", "自查", "会议偏少", "共 性", "李四", "2026-09-01", "已销号", "", "李四"],
        ["", "道听途说", "来源不认识", "", "", "", "", "", ""],
        ["", "审计", "", "", "", "", "", "", ""],
        ["", "审计", "状态不认识", "也许", "", "", "搁置", "", ""],
        ["ZG-2026-007", "审计", "编号重复", "", "", "", "", "", ""],
    ]
    plan = take(office, "ledger:rectification", block(rows))
    assert counts(plan) == [3, 0, 0, 0, 3]
    assert sorted(told(plan)) == [
        (3, "状态", "warning"),
        (4, "来源", "error"),
        (5, "问题表述", "error"),
        (6, "共性或个性", "warning"),
        (6, "状态", "warning"),
        (7, "编号", "error"),
    ]
    shown = listed(
        office,
        "ledger_entry",
        "problem",
        "number",
        "state",
        "due_on",
        "organisation",
        "nature",
        template="rectification",
    )
    assert shown == {
        "台账不全": ("ZG-2026-007", "整改中", "2026-10-31", "一党支部", "个性"),
        "会议偏少": ("ZG-2026-008", "已销号", "2026-09-01", STREET, "共性"),
        "状态不认识": ("ZG-2026-009", "待制定措施", "", STREET, ""),
    }
    again(office, "ledger:rectification", block(rows))


def test_a_known_entry_is_filled_but_its_state_only_moves_along_its_ways(office: Office) -> None:
    headers = ["编号", "来源", "问题表述", "进展", "状态"]
    take(office, "ledger:rectification", block([headers, ["A-1", "巡察", "台账不全", "", ""]]))
    plan = take(office, "ledger:rectification", block([headers, ["A-1", "", "台账不全", "已补齐", "已销号"]]))
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "来源", "error")])
    plan = take(office, "ledger:rectification", block([headers, ["A-1", "巡察", "台账不全", "已补齐", "已销号"]]))
    assert (counts(plan), told(plan)) == ([0, 1, 0, 0, 0], [(2, "状态", "warning")])
    assert plan.rows[0].fields == {"进展": ("", "已补齐")}
    shown = listed(office, "ledger_entry", "number", "state", "progress", template="rectification")
    assert shown == {"A-1": ("待制定措施", "已补齐")}


def test_entries_without_number_are_known_again_by_their_row(office: Office) -> None:
    rows = [["来源", "问题表述"], ["巡察", "台账不全"], ["自查", "会议偏少"], ["巡察", "台账不全"]]
    plan = take(office, "ledger:rectification", block(rows))
    assert (counts(plan), reasons(plan, 4)) == ([2, 0, 0, 0, 1], "各项内容都与第2行重复")
    entry = records.query(office, "ledger_entry", template="rectification")[0]
    records.edit(office, "ledger_entry", entry, {"progress": "已补齐"})
    again(office, "ledger:rectification", block(rows[:3]))


def test_an_entry_made_by_hand_is_known_by_its_content(office: Office) -> None:
    ledgers.add(office, "rectification", {"source": "巡察", "problem": "台账不全"})
    again(office, "ledger:rectification", block([["来源", "问题表述"], ["巡察", "台账不全"]]))


def test_registered_units_belong_to_the_community_of_the_title_or_the_given_one(office: Office) -> None:
    for name in ("春天社区党支部", "刘口社区党支部"):
        add_branch(office, name)
    rows = [["报到单位", "联系人", "电话", "派遣党员", "共建协议"], ["甲公司", "赵", "13800001234", "12", "是"]]
    take(office, "ledger:unit-registration", block([["春天社区党支部双报到单位登记表"], *rows]))
    rows[1][0] = "乙公司"
    take(office, "ledger:unit-registration", block(rows), scope="刘口社区党支部")
    rows[1][0] = "丙公司"
    take(office, "ledger:unit-registration", block(rows))
    shown = listed(office, "ledger_entry", "unit", "organisation", "members_sent", template="unit-registration")
    assert shown == {
        "甲公司": ("春天社区党支部", "12"),
        "乙公司": ("刘口社区党支部", "12"),
        "丙公司": (STREET, "12"),
    }


def test_care_visits_refer_to_members_and_count_in_fen(staffed: Office) -> None:
    headers = ["姓名", "本人同意登记", "事由", "慰问金额（元）", "走访日期", "党组织"]
    rows: list[list[object]] = [
        [*headers],
        ["李红甲", "是", "七一", "1,000.50", "2026-06-28", ""],
        ["王小明", "是", "七一", 500, "2026-06-28", "二党支部"],
        ["王小明", "是", "七一", 500, "2026-06-28", ""],
        ["没有此人", "是", "七一", 500, "2026-06-28", ""],
        ["李红乙", "是", "七一", "很多", "2026-06-31", ""],
    ]
    plan = take(staffed, "ledger:care-visits", block(rows))
    assert counts(plan) == [3, 0, 0, 0, 2]
    assert [r.title for r in plan.rows if not r.out] == ["李红甲", "王小明", "李红乙"]
    assert "2名" in reasons(plan, 4) and "名册里没有" in reasons(plan, 5)
    assert {(p.column, p.severity) for p in plan.problems if p.row == 6} == {
        ("慰问金额（元）", "warning"),
        ("走访日期", "warning"),
    }
    again(staffed, "ledger:care-visits", block(rows))
    entries = [
        records.get(staffed, "ledger_entry", i).values["amount"]
        for i in records.query(staffed, "ledger_entry", template="care-visits")
        if "amount" in records.get(staffed, "ledger_entry", i).values
    ]
    assert sorted(entries) == [50_000, 100_050]


def test_a_restricted_ledger_is_closed_to_other_roles(office: Office) -> None:
    own = office.actor
    office.actor = Actor("网格", "grid_worker")
    with pytest.raises(UserError) as refused:
        importing.prepare(office, "ledger:care-visits", block([["姓名"], ["某"]]))
    assert refused.value.code == "not_allowed"
    office.actor = own


@pytest.mark.parametrize("kind", ["dues", "nothing", "ledger:nothing"])
def test_kinds_that_are_none_or_come_later(office: Office, kind: str) -> None:
    with pytest.raises(UserError):
        importing.prepare(office, kind, block([["姓名"], ["某"]]))


def test_unreadable_cells_of_other_kinds_keep_their_wording(office: Office) -> None:
    take(office, "organisations", block([["名称", "批准成立日期"], ["甲党支部", "建国前"]]))
    assert stored(office, "organisation", "name", "甲党支部")["originals"] == {"founded_on": "建国前"}
    again(office, "organisations", block([["名称", "批准成立日期"], ["甲党支部", "建国前"]]))
