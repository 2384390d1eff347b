"""“Import, exactly”, sentence by sentence, for rosters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.domain.records.permissions import Actor
from dangjian_desktop.services.history import history
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import backups, integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from import_kit import (
    HEADERS,
    Rows,
    again,
    block,
    counts,
    listed,
    members,
    old_workbook,
    open_document,
    person,
    reasons,
    stored,
    take,
    told,
    web_page,
    workbook,
)
from office_kit import STREET, add_branch, add_member, id_number, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, "第一党支部", short_name="一支部", code="012001")
    add_branch(made, "第二党支部")
    yield made
    assert integrity.check(made) == []
    made.close()


CLEAN: Rows = [list(HEADERS), person("王小明", 1), person("李小红", 2, 手机号码="13800001234")]

FORMATS: dict[str, Callable[[Path], Path | str]] = {
    "xlsx": lambda folder: workbook(folder / "名册 一.xlsx", {"花名册": CLEAN}),
    "xls": lambda folder: old_workbook(folder / "名册.xls", {"花名册": CLEAN}),
    "ods": lambda folder: open_document(folder / "名册.ods", "花名册", CLEAN),
    "html": lambda folder: web_page(folder / "网页.xls", CLEAN),
    "csv_utf8": lambda folder: _text(folder, "utf-8"),
    "csv_bom": lambda folder: _text(folder, "utf-8-sig"),
    "csv_gb18030": lambda folder: _text(folder, "gb18030"),
    "xls_that_is_csv": lambda folder: _text(folder, "gb18030").rename(folder / "改名.xls"),
    "block": lambda _folder: block(CLEAN),
}


def _text(folder: Path, encoding: str) -> Path:
    path = folder / f"{encoding}.csv"
    path.write_text(block(CLEAN).replace("\t", ","), encoding=encoding)
    return path


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_people(office: Office, tmp_path: Path, form: str) -> None:
    source = FORMATS[form](tmp_path)
    plan = take(office, "roster", source)
    assert (counts(plan), plan.problems, plan.sheets[0].header_row) == ([2, 0, 0, 0, 0], [], 1)
    assert plan.sheets[0].columns == dict(
        zip(HEADERS, ("name", "sex", "id_number", "joined_on", "confirmed_on", "organisation", "phone"), strict=True)
    )
    assert members(office, "id_number", "joined_on", "phone", "sex") == {
        "王小明": (id_number(serial=1), "1995-07-01", "", "男"),
        "李小红": (id_number(serial=2), "1995-07-01", "13800001234", "女"),
    }
    again(office, "roster", source)


def test_one_operation_backed_up_before_and_undone_at_once(office: Office) -> None:
    source = block([HEADERS, person("王小明", 1, "新建党支部"), person("李小红", 2)])
    before = {kind: records.query(office, kind) for kind in ("member", "organisation")}
    plan = importing.prepare(office, "roster", source, create_orgs_under=STREET)
    result = importing.apply(office, plan)
    assert result.change_set is not None
    assert result.change_set.label == "导入名册（2人）"
    assert result.backup is not None and result.backup.exists()
    last = backups.last_backup(office)
    assert last is not None and last["reason"] == "import"
    assert history.operations(office)[0].records == {"organisation": 1, "member": 2}
    history.undo(office)
    assert {kind: records.query(office, kind) for kind in ("member", "organisation")} == before
    history.undo(office, operation=history.operations(office)[0].id)
    assert members(office, "organisation") == {"王小明": ("新建党支部",), "李小红": ("第一党支部",)}


# -- sheets, headers, titles ----------------------------------------------------------------------


def test_all_sheets_are_read_and_each_gives_its_branch(office: Office, tmp_path: Path) -> None:
    without = [h for h in HEADERS if h != "所在党支部"]
    one = [[c for h, c in zip(HEADERS, person("王小明", 1), strict=True) if h != "所在党支部"]]
    two = [[c for h, c in zip(HEADERS, person("李小红", 2), strict=True) if h != "所在党支部"]]
    path = workbook(
        tmp_path / "全部.xlsx",
        {
            "填写说明": [["请按列填写"], ["谢谢", "配合", "工作"]],
            "一": [["第一党支部党员花名册"], ["填报时间：2026年9月"], without, *one, ["合计", 1]],
            "第二党支部": [without, *two],
        },
    )
    plan = take(office, "roster", path)
    assert [(s.sheet, s.header_row, s.rows) for s in plan.sheets] == [("一", 3, 1), ("第二党支部", 1, 1)]
    assert (counts(plan), plan.problems) == ([2, 0, 0, 0, 0], [])
    assert members(office, "organisation") == {"王小明": ("第一党支部",), "李小红": ("第二党支部",)}
    only = importing.prepare(office, "roster", path, sheet="第二党支部")
    assert [s.sheet for s in only.sheets] == ["第二党支部"]
    with pytest.raises(UserError, match="第三党支部") as missing:
        importing.prepare(office, "roster", path, sheet="第三党支部")
    assert missing.value.code == "no_sheet"


def test_a_sheet_about_something_else_is_told_and_left(office: Office, tmp_path: Path) -> None:
    summary: Rows = [
        ["支部名称", "联系电话", "人数"],
        ["第一党支部", "13800001234", 12],
        ["第二党支部", "13800001235", 8],
    ]
    plan = take(office, "roster", workbook(tmp_path / "汇总.xlsx", {"花名册": CLEAN, "汇总": summary}))
    assert (counts(plan), [s.sheet for s in plan.sheets]) == ([2, 0, 0, 0, 0], ["花名册"])
    assert [(p.sheet, p.severity) for p in plan.problems] == [("汇总", "warning")]


def test_two_header_rows_name_columns_by_the_lower_one(office: Office) -> None:
    rows = [
        ["春天社区党员名册", "", "", "", "", "", ""],
        ["姓名", "公民身份号码", "全日制教育", "", "在职教育", "", "所在党支部"],
        ["", "", "学历", "毕业院校", "学历", "毕业院校", ""],
        ["王小明", id_number(serial=1), "大专", "甲校", "大学", "乙校", "第一党支部"],
    ]
    plan = take(office, "roster", block(rows))
    (sheet,) = plan.sheets
    assert sheet.header_row == 3
    keys = ["姓名", "公民身份号码", "全日制教育/学历", "全日制教育/毕业院校", "在职教育/学历", "在职教育/毕业院校"]
    assert list(sheet.columns) == [*keys, "所在党支部"]
    groups = [f"{group}_{what}" for group in ("fulltime", "inservice") for what in ("education", "school")]
    assert [sheet.columns[key] for key in keys[2:]] == groups
    assert counts(plan) == [1, 0, 0, 0, 0]
    # The highest of both is what statistics count.
    names = ("education", "school", *groups)
    assert members(office, *names)["王小明"] == ("大学本科", "乙校", "大学专科", "甲校", "大学本科", "乙校")
    again(office, "roster", block(rows))
    rows[3][2:5] = ["硕士研究生", "丙校", "大学"]
    assert counts(take(office, "roster", block(rows))) == [0, 1, 0, 0, 0]
    assert members(office, *names)["王小明"][:2] == ("硕士研究生", "丙校")
    rows[3][2:5] = ["高中", "丁校", "大学"]
    take(office, "roster", block(rows))
    assert members(office, *names)["王小明"][:3] == ("硕士研究生", "丙校", "普通高中")


def test_titles_totals_signatures_and_blank_rows_are_no_people(office: Office) -> None:
    rows = [
        ["第一党支部党员花名册"],
        ["填报单位（盖章）：第一党支部", "", "", "填报时间：2026年9月30日"],
        HEADERS,
        person("王小明", 1),
        [],
        person("李小红", 2),
        ["合计", "", "", "", "", "", "2人"],
        ["填表人：张三", "", "审核人：李四"],
        ["注：本表一式两份。"],
    ]
    plan = importing.prepare(office, "roster", block(rows))
    assert ([r.row for r in plan.rows], counts(plan), plan.problems) == ([4, 6], [2, 0, 0, 0, 0], [])


def test_a_total_that_does_not_fit_is_told(office: Office) -> None:
    plan = importing.prepare(office, "roster", block([*CLEAN, ["合计", "", "", "", "", "", "3人"]]))
    assert counts(plan) == [2, 0, 0, 0, 0]
    assert told(plan) == [(4, "", "warning")]
    assert "合计写的是3" in plan.problems[0].reason and "2行" in plan.problems[0].reason


def test_hidden_rows_are_read_and_told(office: Office, tmp_path: Path) -> None:
    import openpyxl

    path = workbook(tmp_path / "隐藏.xlsx", {"花名册": CLEAN})
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    plan = importing.prepare(office, "roster", path)
    assert (plan.sheets[0].hidden_rows, counts(plan)) == ([3], [2, 0, 0, 0, 0])


def test_merged_cells_below_the_header_reach_every_row(office: Office, tmp_path: Path) -> None:
    import openpyxl

    rows = [HEADERS, person("王小明", 1), person("李小红", 2, ""), person("赵六", 3, "")]
    path = workbook(tmp_path / "合并.xlsx", {"花名册": rows})
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("F2:F4")
    book.save(path)
    take(office, "roster", path)
    assert set(members(office, "organisation").values()) == {("第一党支部",)}


@pytest.mark.parametrize(
    "rows",
    [
        [["党员花名册"], ["填报单位：第一党支部"]],
        [["楼栋", "车位", "物业费"], ["1", "2", "3"], ["2", "3", "4"]],
    ],
)
def test_what_holds_no_roster_is_refused_with_what_to_look_for(office: Office, rows: list[list[object]]) -> None:
    with pytest.raises(UserError, match="表头") as refused:
        importing.prepare(office, "roster", block(rows))
    assert refused.value.code == "no_header"
    assert "姓名" in str(refused.value.advice)


def test_a_header_without_people_is_no_fault(office: Office) -> None:
    plan = importing.prepare(office, "roster", block([["第一党支部党员花名册"], HEADERS, ["填表人：张三"]]))
    assert (counts(plan), [p.severity for p in plan.problems]) == ([0, 0, 0, 0, 0], ["warning"])
    assert importing.apply(office, plan).change_set is None


def test_the_list_of_units_taken_for_a_roster_takes_in_nobody(office: Office) -> None:
    rows = [
        ["党组织名称", "联系电话", "地址"],
        ["第一党支部", "13800001234", "路1号"],
        ["第二党支部", "13800001235", "路"],
    ]
    plan = importing.prepare(office, "roster", block(rows))
    assert counts(plan) == [0, 0, 0, 0, 2]


# -- mapping --------------------------------------------------------------------------------------


def test_a_mapping_is_checked_used_and_remembered_by_layout(office: Office, tmp_path: Path) -> None:
    headers = ["尊姓大名", "号码", "支部", "入伍日"]
    rows = [headers, ["王小明", id_number(serial=1), "第一党支部", "1995-07-01"]]
    chosen = {"尊姓大名": "name", "号码": "公民身份号码", "入伍日": "joined_on"}
    plan = importing.prepare(office, "roster", block(rows), mapping=chosen)
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert plan.sheets[0].columns == {
        "尊姓大名": "name",
        "号码": "id_number",
        "支部": "organisation",
        "入伍日": "joined_on",
    }
    importing.remember_mapping(office, plan, plan.sheets[0].sheet, {**chosen, "支部": None, "号码": "id_number"})
    plan = importing.prepare(office, "roster", block(rows), mapping=str(_json(tmp_path, chosen)))
    assert counts(plan) == [1, 0, 0, 0, 0]
    named = importing.prepare(office, "roster", block(rows), mapping=plan.sheets[0].fingerprint, scope="第二党支部")
    assert named.rows[0].values["organisation"] == records.query(office, "organisation", text="第二党支部")[0]
    for wrong in ({"尊姓大名": "nickname"}, "没有这个"):
        with pytest.raises(UserError) as refused:
            importing.prepare(office, "roster", block(rows), mapping=wrong)
        assert refused.value.code == "bad_mapping"


def test_the_remembered_mapping_is_used_for_the_next_sheet_of_that_layout(office: Office) -> None:
    rows = [["姓名", "公民身份号码", "支部", "备注"], ["王小明", id_number(serial=1), "第一党支部", "13800001234"]]
    plan = importing.prepare(office, "roster", block(rows))
    importing.remember_mapping(office, plan, plan.sheets[0].sheet, plan.sheets[0].columns | {"备注": "phone"})
    rows.append(["李小红", id_number(serial=2), "第一党支部", "13800001235"])
    take(office, "roster", block(rows))
    assert members(office, "phone") == {"王小明": ("13800001234",), "李小红": ("13800001235",)}


def _json(folder: Path, mapping: dict[str, str]) -> Path:
    import json

    path = folder / "对应.json"
    path.write_text(json.dumps(mapping, ensure_ascii=False), encoding="utf-8-sig")
    return path


# -- units ----------------------------------------------------------------------------------------


def _no_unit(*people: list[object]) -> list[list[object]]:
    return [list(HEADERS[:5]), *(person[:5] for person in people)]


def test_the_given_unit_serves_only_where_nothing_names_one(office: Office) -> None:
    rows = _no_unit(person("王小明", 1))
    take(office, "roster", block(rows), scope="第二党支部")
    take(office, "roster", block([["第一党支部党员花名册"], *_no_unit(person("李小红", 2))]), scope="第二党支部")
    take(office, "roster", block([HEADERS, person("赵六", 3, "012001")]), scope="第二党支部")
    # A title that names a superior of the given unit is the vaguer of the two.
    take(office, "roster", block([[f"{STREET}党员花名册"], *_no_unit(person("钱七", 4))]), scope="第二党支部")
    assert members(office, "organisation") == {
        "王小明": ("第二党支部",),
        "李小红": ("第一党支部",),
        "赵六": ("第一党支部",),
        "钱七": ("第二党支部",),
    }
    plan = importing.prepare(office, "roster", block(_no_unit(person("孙八", 5))))
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "所在党支部", "error")])


def test_a_title_that_names_no_known_unit_is_told_when_the_given_one_is_used(office: Office) -> None:
    rows: Rows = [["中共测试街道春天社区支部委员会党员花名册"], *_no_unit(person("王小明", 1))]
    plan = importing.prepare(office, "roster", block(rows), scope="一支部")
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "", "warning")])
    plan = importing.prepare(office, "roster", block(rows))
    assert counts(plan) == [0, 0, 0, 0, 1]


def test_the_unit_line_counts_where_the_title_has_the_name_otherwise(office: Office) -> None:
    lines = [["中共测试街道第一党支部委员会党员花名册"], ["填报单位：第一党支部        2026年9月30日"]]
    plan = take(office, "roster", block([*lines, *_no_unit(person("王小明", 1))]), create_orgs_under=STREET)
    assert (counts(plan), plan.problems, plan.new_organisations) == ([1, 0, 0, 0, 0], [], [])
    assert members(office, "organisation") == {"王小明": ("第一党支部",)}


@pytest.mark.parametrize("title", ["第三党支部", "第十一党支部", "春天社区第三支部委员会"])
def test_a_title_and_a_unit_line_that_name_two_branches_are_not_guessed(office: Office, title: str) -> None:
    lines = [[f"{title}党员花名册"], ["填报单位：第一党支部"]]
    plan = importing.prepare(office, "roster", block([*lines, *_no_unit(person("王小明", 1))]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert title in plan.problems[0].reason


def test_an_unknown_unit_is_refused_with_the_nearest_names_or_made(office: Office) -> None:
    source = block([HEADERS, person("王小明", 1, "第一支部"), person("李小红", 2)])
    plan = importing.prepare(office, "roster", source)
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 1], [(2, "所在党支部", "error")])
    assert plan.problems[0].value == "第一支部"
    assert "第一党支部" in plan.problems[0].reason
    take(office, "roster", source, create_orgs_under=STREET)
    assert listed(office, "organisation", "name", "parent", "kind")["第一支部"] == (STREET, "党支部")
    again(office, "roster", source)


def test_no_unit_is_made_for_a_row_that_stays_out(office: Office) -> None:
    source = block([HEADERS, person("王小明", 1, "空头党支部", 公民身份号码="12345"), person("李小红", 2)])
    plan = take(office, "roster", source, create_orgs_under=STREET)
    assert plan.new_organisations == []
    assert "空头党支部" not in listed(office, "organisation", "name")


def test_a_new_unit_that_differs_by_one_character_is_told_once(office: Office) -> None:
    add_branch(office, "九十墩社区党支部")
    rows = [
        HEADERS,
        person("王小明", 1, "九十敦社区党支部"),
        person("李小红", 2, "九十敦社区党支部"),
        person("赵", 3, "第三党支部"),
    ]
    plan = importing.prepare(office, "roster", block(rows), create_orgs_under=STREET)
    assert counts(plan) == [3, 0, 0, 0, 0]
    assert told(plan) == [(2, "所在党支部", "warning")]
    assert "九十墩社区党支部" in plan.problems[0].reason


def test_each_sheet_makes_its_own_branch_though_the_title_names_the_street(office: Office, tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        name: [[f"{STREET}党员花名册"], *_no_unit(person(name[:2], serial))]
        for serial, name in enumerate(("东湖党支部", "西湖社区"), start=1)
    }
    path = workbook(tmp_path / "分支部.xlsx", sheets)
    assert counts(importing.prepare(office, "roster", path)) == [0, 0, 0, 0, 2]
    take(office, "roster", path, create_orgs_under=STREET)
    assert members(office, "organisation") == {"东湖": ("东湖党支部",), "西湖": ("西湖社区",)}


def test_an_ambiguous_unit_is_refused_with_the_ones_it_could_be(office: Office) -> None:
    add_branch(office, "东院党支部", short_name="机关支部")
    add_branch(office, "西院党支部", short_name="机关支部")
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1, "机关支部")]))
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert "东院党支部" in plan.problems[0].reason and "西院党支部" in plan.problems[0].reason


def test_groups_belong_to_their_branch(office: Office) -> None:
    for branch in ("第一党支部", "第二党支部"):
        records.add(office, "organisation", {"name": "第一党小组", "kind": "小组", "parent": branch})
    headers = [*HEADERS, "所在党小组"]
    rows: list[list[object]] = [
        [*headers],
        [*person("王小明", 1), "第一党小组"],
        [*person("李小红", 2, "第二党支部"), "第一党小组"],
    ]
    rows.append([*person("赵六", 3), "第九党小组"])
    plan = take(office, "roster", block(rows))
    assert told(plan) == [(4, "所在党小组", "warning")]
    found = {row["name"]: row for row in _stored_members(office)}
    units = {i: records.get(office, "organisation", i).values for i in records.query(office, "organisation")}
    for name, branch in (("王小明", "第一党支部"), ("李小红", "第二党支部")):
        group = units[str(found[name]["group"])]
        assert (group["name"], units[group["parent"]]["name"]) == ("第一党小组", branch)
    again(office, "roster", block(rows))


def test_a_sheet_named_after_a_group_places_people_in_its_branch(office: Office, tmp_path: Path) -> None:
    records.add(office, "organisation", {"name": "红光党小组", "kind": "小组", "parent": "第一党支部"})
    take(office, "roster", workbook(tmp_path / "组.xlsx", {"红光党小组": _no_unit(person("王小明", 1))}))
    assert members(office, "organisation", "group") == {"王小明": ("第一党支部", "红光党小组")}


def _stored_members(office: Office) -> list[dict[str, object]]:
    return [dict(records.get(office, "member", i).values) for i in records.query(office, "member")]


# -- who it is ------------------------------------------------------------------------------------


def test_same_number_same_name_updates_what_differs(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("王小明", 1, 手机号码="13800001234"), person("李小红", 2)]))
    plan = take(office, "roster", block([HEADERS, person("王　小明", 1, 手机号码="13900001234"), person("李小红", 2)]))
    assert counts(plan) == [0, 1, 1, 0, 0]
    assert plan.rows[0].fields == {"手机号码": ("138****1234", "139****1234")}
    assert members(office, "phone") == {"王小明": ("13900001234",), "李小红": ("",)}
    history.undo(office)
    assert members(office, "phone")["王小明"] == ("13800001234",)


def test_same_number_other_name_is_a_conflict_and_not_applied(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    rows = [HEADERS, person("王小民", 1, 手机号码="13900001234"), person("王小民", 3, "没有的党支部")]
    plan = importing.prepare(office, "roster", block(rows))
    assert counts(plan) == [0, 0, 0, 1, 1]
    assert (plan.problems[0].column, plan.problems[0].value, plan.problems[0].severity) == ("姓名", "王小民", "error")
    assert "王小明" in plan.problems[0].reason
    assert importing.apply(office, plan).change_set is None
    assert members(office, "phone") == {"王小明": ("",)}


def test_the_same_name_with_another_number_is_another_person(office: Office) -> None:
    plan = take(office, "roster", block([HEADERS, person("王小明", 1), person("王小明", 3)]))
    assert (counts(plan), plan.problems) == ([2, 0, 0, 0, 0], [])


def test_the_second_row_of_a_number_is_refused_and_names_the_first(office: Office) -> None:
    lower = id_number(serial=1)[:-1] + id_number(serial=1)[-1].lower()
    rows = [HEADERS, person("王小明", 1), person("李小红", 2), person("王小明", 1, 公民身份号码=f" '{lower}")]
    plan = importing.prepare(office, "roster", block(rows))
    assert (counts(plan), told(plan)) == ([2, 0, 0, 0, 1], [(4, "公民身份号码", "error")])
    assert "第2行" in plan.problems[0].reason and "王小明" in plan.problems[0].reason
    # Also where the first row itself stays out: which of the two is right is for a person to say.
    rows[1] = person("王小明", 1, "没有的党支部")
    assert counts(importing.prepare(office, "roster", block(rows))) == [1, 0, 0, 0, 2]


def test_one_person_on_two_sheets(office: Office, tmp_path: Path) -> None:
    one, two = person("王小明", 1, 手机号码="13800001234"), person("李小红", 2)
    same = workbook(tmp_path / "同.xlsx", {"总表": [HEADERS, one, two], "分表": [HEADERS, person("王小明", 1)]})
    plan = importing.prepare(office, "roster", same)
    assert (counts(plan), plan.problems) == ([2, 0, 1, 0, 0], [])
    other = workbook(
        tmp_path / "异.xlsx", {"总表": [HEADERS, one], "分表": [HEADERS, person("王小明", 1, "第二党支部")]}
    )
    plan = importing.prepare(office, "roster", other)
    assert counts(plan) == [1, 0, 0, 0, 1]
    assert "总表" in plan.problems[0].reason and "第2行" in plan.problems[0].reason


def test_a_blank_cell_never_erases(office: Office) -> None:
    headers = [*HEADERS, "出生日期", "学历", "备注"]
    full = [*person("王小明", 1, 手机号码="13800001234"), "1969-12-01", "大学", "老党员"]
    take(office, "roster", block([headers, full]))
    for nothing in ("", "/", "无", "—", "不详", " "):
        bare = [*person("王小明", 1, "", 入党日期=nothing, 转正日期=nothing, 性别=""), nothing, nothing, nothing]
        again(office, "roster", block([headers, bare]))
    kept = members(office, "phone", "birth_on", "education", "joined_on", "organisation", "sex")
    assert kept == {"王小明": ("13800001234", "1969-12-01", "大学本科", "1995-07-01", "第一党支部", "男")}
    assert not stored(office, "member", "name", "王小明")["originals"]


def test_known_people_need_no_unit_and_stay_where_they_are(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("王小明", 1), person("李小红", 2, "第二党支部")]))
    rows = [["姓名", "公民身份号码", "手机号码"], ["王小明", id_number(serial=1), "13800001234"]]
    plan = take(office, "roster", block(rows))
    assert (counts(plan), plan.problems) == ([0, 1, 0, 0, 0], [])
    # The street's title, or the street given with the import, moves nobody out of a branch; a branch does.
    titled: Rows = [[f"{STREET}党员花名册"], *_no_unit(person("王小明", 1))]
    again(office, "roster", block(titled))
    again(office, "roster", block(_no_unit(person("王小明", 1))), scope=STREET)
    plan = take(office, "roster", block(_no_unit(person("王小明", 1))), scope="第二党支部")
    assert plan.rows[0].fields == {"所在党支部": ("第一党支部", "第二党支部")}
    assert members(office, "organisation", "phone")["王小明"] == ("第二党支部", "13800001234")


def test_a_month_never_overwrites_its_day(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    for vague in ("1995.07", "1995年7月", "1995"):
        again(office, "roster", block([HEADERS, person("王小明", 1, 入党日期=vague)]))
    plan = take(office, "roster", block([HEADERS, person("王小明", 1, 入党日期="1995.08")]))
    assert counts(plan) == [0, 1, 0, 0, 0]
    assert members(office, "joined_on") == {"王小明": ("1995-08",)}
    take(office, "roster", block([HEADERS, person("王小明", 1, 入党日期="1995-08-09")]))
    assert members(office, "joined_on") == {"王小明": ("1995-08-09",)}


def test_one_who_left_comes_back_as_a_new_stay(office: Office) -> None:
    add_member(office, "王小明", "第一党支部", 1)
    record = records.query(office, "member")[0]
    records.edit(office, "member", record, {"left_on": "2026-05-01", "left_kind": "转出组织关系"})
    source = block([HEADERS, person("王小明", 1)])
    plan = take(office, "roster", source)
    assert (counts(plan), told(plan)) == ([0, 1, 0, 0, 0], [(2, "所在党支部", "warning")])
    stays = records.get(office, "member", record).children["memberships"]
    assert sorted(stay.get("to_on", "") for stay in stays.values()) == ["", "2026-05-01"]
    again(office, "roster", source)


def test_the_dead_are_not_brought_back(office: Office) -> None:
    add_member(office, "王小明", "第一党支部", 1)
    record = records.query(office, "member")[0]
    records.edit(office, "member", record, {"left_on": "2026-05-01", "left_kind": "去世"})
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1)]))
    assert counts(plan)[:3] == [0, 0, 1]
    assert told(plan) == [(2, "所在党支部", "warning")]


def test_who_became_a_full_member_did_so_on_that_day(office: Office) -> None:
    headers = [*HEADERS, "人员类别"]
    take(office, "roster", block([headers, [*person("王小明", 1, 入党日期="2025-08-20", 转正日期=""), "预备党员"]]))
    take(
        office,
        "roster",
        block([headers, [*person("王小明", 1, 入党日期="2025-08-20", 转正日期="2026-08-21"), "正式党员"]]),
    )
    counted = [
        figures.values_of(office, on=date.fromisoformat(day))["members_probationary"].value
        for day in ("2026-08-20", "2026-08-21")
    ]
    assert counted == [1, 0]


# -- without number -------------------------------------------------------------------------------


def test_without_a_number_only_where_allowed_and_known_again_by_the_row(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, 公民身份号码=""), person("李小红", 2, 公民身份号码="无")]
    plan = importing.prepare(office, "roster", block(rows))
    assert (counts(plan), {p.column for p in plan.problems}) == ([0, 0, 0, 0, 2], {"公民身份号码"})
    plan = take(office, "roster", block(rows), allow_no_id=True)
    assert (counts(plan), told(plan)) == ([2, 0, 0, 0, 0], [(r, "公民身份号码", "warning") for r in (2, 3)])
    record = records.query(office, "member", text="王小明")[0]
    assert "ID_MISSING" in [f.rule for f in records.get(office, "member", record).findings]
    again(office, "roster", block(rows), allow_no_id=True)
    # What was edited since is not put back by the old row.
    records.edit(office, "member", record, {"phone": "13800001234"})
    again(office, "roster", block(rows), allow_no_id=True)
    assert members(office, "phone")["王小明"] == ("13800001234",)


def test_the_same_row_without_number_twice_is_refused(office: Office) -> None:
    row = person("王小明", 1, 公民身份号码="")
    plan = take(office, "roster", block([HEADERS, row, row]), allow_no_id=True)
    assert counts(plan) == [1, 0, 0, 0, 1]
    assert "第2行" in reasons(plan, 3)


def test_who_only_looks_like_somebody_known_is_told_and_never_joined(office: Office) -> None:
    headers = [*HEADERS, "出生日期"]
    take(office, "roster", block([headers, [*person("王小明", 1), "1970-01-01"]]))
    row = [*person("王小明", 1, 公民身份号码="", 手机号码="13800001234"), "1970.01"]
    plan = take(office, "roster", block([headers, row]), allow_no_id=True)
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert "同一人" in reasons(plan, 2)
    assert len(records.query(office, "member")) == 2


def test_a_destroyed_number_is_refused_even_where_none_is_needed(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, 公民身份号码="4.29900197001E+17")]
    plan = importing.prepare(office, "roster", block(rows), allow_no_id=True)
    assert counts(plan) == [0, 0, 0, 0, 1]


# -- who may, and stopping ------------------------------------------------------------------------


def test_a_reader_may_not_import(office: Office) -> None:
    own = office.actor
    office.actor = Actor("小李", "reader")
    for kind in ("roster", "organisations", "posts", "meetings", "ledger:rectification"):
        with pytest.raises(UserError) as refused:
            importing.prepare(office, kind, block(CLEAN))
        assert refused.value.code == "not_allowed"
    office.actor = own


def test_an_account_of_one_branch_imports_only_there(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("钱七", 5, "第二党支部")]))
    own = office.actor
    unit = records.query(office, "organisation", text="第一党支部")[0]
    office.actor = Actor("书记", "secretary", frozenset({unit}))
    rows = [HEADERS, person("王小明", 1), person("李小红", 2, "第二党支部"), person("钱七", 5, 手机号码="13800001234")]
    plan = take(office, "roster", block(rows))
    assert counts(plan) == [1, 0, 0, 0, 2]
    office.actor = own
    assert members(office, "organisation", "phone") == {"王小明": ("第一党支部", ""), "钱七": ("第二党支部", "")}


@pytest.mark.parametrize("stopped_at", ["正在打开", "正在读取", "正在核对", "正在备份", "正在写入"])
def test_stopping_leaves_nothing(office: Office, stopped_at: str) -> None:
    def listen(_done: int, _total: int, text: str) -> None:
        if text.startswith(stopped_at):
            progress.cancel()

    progress = Progress(listen)
    before = history.operations(office)
    with pytest.raises(Cancelled):
        plan = importing.prepare(office, "roster", block(CLEAN), progress=progress)
        importing.apply(office, plan, progress)
    assert history.operations(office) == before
    assert records.query(office, "member") == []


def test_a_plan_older_than_the_file_is_not_carried_out(office: Office) -> None:
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1)]))
    importing.apply(office, plan)
    with pytest.raises(UserError) as refused:
        importing.apply(office, plan)
    assert refused.value.code == "plan_outdated"
    assert len(records.query(office, "member")) == 1


def test_people_of_a_later_roster_were_left_out_unless_it_is_said_how_they_came(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    add_branch(office, "第一党支部")
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    later = person("李小红", 2, 入党日期="2026-08-01", 转正日期="")
    plan = take(office, "roster", block([HEADERS, later, person("赵六", 3)]))
    assert plan.late == 2
    assert any("建账时漏录" in p.reason and p.severity == "warning" for p in plan.questions)
    said = importing.Answers("transferred", "2026-09-10")
    plan = take(office, "roster", block([HEADERS, person("孙七", 4)]), answers=said)
    assert plan.questions == []
    new = person("周八", 5, 入党日期="2026-09-05", 转正日期="")
    said = importing.Answers("admitted", "2026-09-11")
    plan = take(office, "roster", block([HEADERS, new, person("郑十", 7)]), answers=said)
    # Who was a member long before the file began was not admitted since, and past years stay as they are.
    assert any("建账以前就入党" in p.reason for p in plan.problems)
    assert members(office, "entered_kind", "entered_on") == {
        "王小明": ("建账", "2026-01-01"),
        "李小红": ("发展党员", "2026-08-01"),
        "赵六": ("建账", "2026-01-01"),
        "孙七": ("转入组织关系", "2026-09-10"),
        "周八": ("发展党员", "2026-09-05"),
        "郑十": ("建账", "2026-01-01"),
    }
    wrong = importing.Answers(each={("粘贴的内容", 2): importing.Arrival("sometime")})
    for answers in (wrong, importing.Answers("sometime"), importing.Answers("transferred", "2026-09")):
        with pytest.raises(UserError):
            importing.prepare(office, "roster", block([HEADERS, person("吴九", 6)]), answers=answers)
    office.close()


def test_each_person_of_a_later_roster_may_have_come_otherwise(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    add_branch(office, "第一党支部")
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    rows = block([HEADERS, *(person(name, at) for at, name in enumerate(("赵六", "孙七", "周八", "吴九"), 2))])
    plan = importing.prepare(office, "roster", rows)
    assert [importing.way_of(row) for row in plan.late_rows] == [importing.LEFT_OUT] * 4
    keys = [(row.sheet, row.row) for row in plan.late_rows]
    each = {
        keys[0]: importing.Arrival("transferred", "2026-09-10"),
        keys[1]: importing.Arrival("admitted", "2026-09-11"),
        keys[2]: importing.Arrival("opening"),
    }
    plan = take(office, "roster", rows, answers=importing.Answers(each=each))
    assert len(plan.questions) == 1 and "有1名新党员" in plan.questions[0].reason
    assert members(office, "entered_kind", "entered_on") == {
        "王小明": ("建账", "2026-01-01"),
        "赵六": ("转入组织关系", "2026-09-10"),
        "孙七": ("发展党员", "2026-09-11"),
        "周八": ("建账", "2026-01-01"),
        "吴九": ("建账", "2026-01-01"),
    }
    with pytest.raises(UserError, match="第2行"):
        importing.prepare(
            office,
            "roster",
            block([HEADERS, person("郑十", 9)]),
            answers=importing.Answers(each={keys[0]: importing.Arrival("transferred", "2026-09")}),
        )
    office.close()


def test_the_class_is_asked_once_where_the_sheet_has_no_such_column(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, 转正日期=""), person("李小红", 2)]
    plan = importing.prepare(office, "roster", block(rows))
    assert plan.without_class == 1
    assert any("人员类别" in p.reason for p in plan.questions)
    take(office, "roster", block(rows), answers=importing.Answers(member_class="预备党员"))
    assert members(office, "member_class") == {"王小明": ("预备党员",), "李小红": ("正式党员",)}


def test_a_first_roster_that_was_undone_comes_again_as_the_opening_balance(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    add_branch(office, "第一党支部")
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    history.undo(office)
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    assert members(office, "entered_kind", "entered_on") == {"王小明": ("建账", "2026-01-01")}
    office.close()


def test_refused_rows_come_back_into_the_roster_they_were_refused_from(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    add_branch(office, "第一党支部")
    returned = (*HEADERS, "退回原因")
    take(office, "roster", block([HEADERS, person("王小明", 1)]))
    take(office, "roster", block([returned, [*person("李小红", 2), "没有姓名"]]))
    said = importing.Answers("transferred")
    take(office, "roster", block([HEADERS, person("赵六", 3)]), answers=said)
    take(office, "roster", block([returned, [*person("孙七", 4), "没有姓名"]]), answers=said)
    assert members(office, "entered_kind") == {
        "王小明": ("建账",),
        "李小红": ("建账",),
        "赵六": ("转入组织关系",),
        "孙七": ("转入组织关系",),
    }
    office.close()
