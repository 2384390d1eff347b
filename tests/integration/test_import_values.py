"""What offices write into cells (`office-habits.md` §1–5, `members.md` §3 and §5), through a whole import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from dangjian_desktop.domain.ledgers.rows import EDITION
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import integrity
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from import_kit import HEADERS, again, block, counts, members, person, reasons, stored, take, told, workbook
from office_kit import add_branch, id_number, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = new_office(tmp_path)
    add_branch(made, "第一党支部")
    yield made
    assert integrity.check(made) == []
    made.close()


def one(office: Office, headers: list[str] | None = None, /, **cells: object) -> importing.ImportPlan:
    """Import one person whose further columns hold these cells, from a true workbook."""
    further = [h for h in cells if h not in HEADERS]
    row = [
        *person("王小明", 1, "第一党支部", **{k: v for k, v in cells.items() if k in HEADERS}),
        *(cells[h] for h in further),
    ]
    path = workbook(office.path.parent / "一人.xlsx", {"名册": [[*HEADERS, *further], row]})
    plan = take(office, "roster", path)
    if plan.counts["new"]:
        again(office, "roster", path)
    return plan


# -- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2021-07-16", "2021-07-16"),
        ("2021/7/16", "2021-07-16"),
        ("2021.7.16", "2021-07-16"),
        ("2021年7月16日", "2021-07-16"),
        ("20210716", "2021-07-16"),
        (20210716, "2021-07-16"),
        (44393, "2021-07-16"),
        (datetime(2021, 7, 16), "2021-07-16"),
        ("2021.07", "2021-07"),
        ("2021-07", "2021-07"),
        ("2021/7", "2021-07"),
        ("2021年7月", "2021-07"),
        ("202107", "2021-07"),
        (2021.07, "2021-07"),
        ("二〇二一年七月", "2021-07"),
        ("二O二一年七月十六日", "2021-07-16"),
        ("一九九八年", "1998"),
        ("1998", "1998"),
        (1998, "1998"),
    ],
)
def test_every_way_to_write_a_date(office: Office, written: object, kept: str) -> None:
    plan = one(office, 入党日期=written, 转正日期="")
    assert (counts(plan), plan.problems) == ([1, 0, 0, 0, 0], [])
    assert stored(office, "member", "name", "王小明")["joined_on"] == kept
    assert not stored(office, "member", "name", "王小明")["originals"]


@pytest.mark.parametrize(("written", "kept"), [("98.7", "1998-07"), ("98年7月", "1998-07"), ("05.7", "2005-07")])
def test_two_digits_of_a_year_are_inferred_and_the_wording_kept(office: Office, written: str, kept: str) -> None:
    plan = one(office, 入党日期=written, 转正日期="")
    assert told(plan) == [(2, "入党日期", "warning")]
    values = stored(office, "member", "name", "王小明")
    assert (values["joined_on"], values["originals"]) == (kept, {"joined_on": written})


@pytest.mark.parametrize("written", ["1949.10（约）", "1978年底", "建国前", "不详", "至今", "长期"])
def test_vague_dates_stay_empty_with_their_wording(office: Office, written: str) -> None:
    plan = one(office, 入党日期=written, 转正日期="")
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "入党日期", "warning")])
    values = stored(office, "member", "name", "王小明")
    assert (values["joined_on"], values["originals"]) == (None, {"joined_on": written})
    # A later sheet that knows better gives the date, and the old wording goes.
    plan = take(office, "roster", block([HEADERS, person("王小明", 1, 入党日期="1978-12-01", 转正日期="")]))
    assert plan.rows[0].fields == {"入党日期": ("", "1978-12-01")}
    values = stored(office, "member", "name", "王小明")
    assert (values["joined_on"], values["originals"] or {}) == ("1978-12-01", {})


def test_a_vague_date_is_kept_beside_an_empty_one_and_never_beside_a_known_one(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("王小明", 1, 入党日期="", 转正日期="1996-07-01")]))
    source = block([HEADERS, person("王小明", 1, 入党日期="1978年底", 转正日期="不详")])
    plan = take(office, "roster", source)
    assert plan.rows[0].fields == {"入党日期": ("", "（原文）1978年底")}
    values = stored(office, "member", "name", "王小明")
    assert (values["confirmed_on"], values["originals"]) == ("1996-07-01", {"joined_on": "1978年底"})
    again(office, "roster", source)


@pytest.mark.parametrize("written", ["2021.6.31", "2021.13", 2021.1, "#REF!", "1880年3月32日"])
def test_a_date_that_is_none_names_its_cell(office: Office, written: object) -> None:
    plan = one(office, 入党日期=written, 转正日期="")
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "入党日期", "warning")])
    assert plan.problems[0].value == str(written)
    assert stored(office, "member", "name", "王小明")["joined_on"] is None


def test_a_bare_2021_1_says_what_it_may_be_and_its_shown_text_decides(office: Office, tmp_path: Path) -> None:
    path = workbook(tmp_path / "数值.xlsx", {"名册": [HEADERS, person("王小明", 1, 入党日期=2021.1, 转正日期=2022.1)]})
    plan = importing.prepare(office, "roster", path)
    assert "10月" in reasons(plan, 2) and "1月" in reasons(plan, 2)
    book = openpyxl.load_workbook(path)
    for cell in ("D2", "E2"):
        book.active[cell].number_format = "0.00"
    book.save(path)
    take(office, "roster", path)
    assert members(office, "joined_on", "confirmed_on") == {"王小明": ("2021-10", "2022-10")}


def test_a_month_typed_into_a_date_cell_stays_a_month(office: Office, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "月.xlsx", {"名册": [HEADERS, person("王小明", 1, 入党日期=date(2021, 7, 1), 转正日期="")]}
    )
    book = openpyxl.load_workbook(path)
    book.active["D2"].number_format = 'yyyy"年"m"月"'
    book.save(path)
    take(office, "roster", path)
    assert members(office, "joined_on") == {"王小明": ("2021-07",)}


def test_dates_counted_from_1904(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "苹果.xlsx"
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in (HEADERS, person("王小明", 1, 入党日期=44393 - 1462, 转正日期="")):
        book.active.append(list(row))
    book.save(path)
    take(office, "roster", path)
    assert members(office, "joined_on") == {"王小明": ("2021-07-16",)}


# -- identity numbers, phones, codes ----------------------------------------------------------------


@pytest.mark.parametrize("dressed", ["'{}", " {} ", "{}\n", "\u200b{}", "{}"])
def test_numbers_are_cleaned_before_they_are_checked(office: Office, dressed: str) -> None:
    number = id_number(serial=1)
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    for written in (dressed.format(number.lower()), dressed.format(wide)):
        plan = importing.prepare(
            office,
            "roster",
            block([HEADERS]) + "\t".join(f'"{c}"' for c in map(str, person("王小明", 1, 公民身份号码=written))) + "\n",
        )
        assert (counts(plan), plan.problems) == ([1, 0, 0, 0, 0], [])
        assert plan.rows[0].values["id_number"] == number


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (429900197001010014.0, "无法恢复"),
        ("4.29900197001E+17", "无法恢复"),
        ("429900197001010000", "截断"),
        ("42990019700101001", "17位"),
        ("429900197002300011", ""),
        (id_number("20991231"), "还没有到"),
        (id_number("20150101"), "不足18周岁"),
        ("429900197001010X14", "X以外"),
        ("#N/A", "公式错误"),
        ("张三", "字符"),
    ],
)
def test_numbers_that_cannot_be_are_refused(office: Office, written: object, said: str) -> None:
    plan = one(office, 公民身份号码=written)
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "公民身份号码", "error")])
    assert said in plan.problems[0].reason


def test_a_15_digit_number_is_raised_and_its_original_kept(office: Office) -> None:
    raised = id_number("19700101", 1)
    old = raised[:6] + raised[8:17]
    plan = one(office, 公民身份号码=old)
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "公民身份号码", "warning")])
    values = stored(office, "member", "name", "王小明")
    assert (values["id_number"], values["originals"]) == (raised, {"id_number": old})
    again(office, "roster", block([HEADERS, person("王小明", 1)]))


def test_what_is_only_doubtful_about_a_number_is_told(office: Office) -> None:
    from dangjian_desktop.domain.values.id_numbers import check_character

    strange = "990101197001010011"[:17]
    rows = [
        HEADERS,
        person("甲", 1, 公民身份号码=strange + check_character(strange)),
        person("乙", 1, 公民身份号码=id_number("19100101"), 入党日期="1949-07-01", 转正日期="1949-07-01"),
        person("丙", 3, 性别="女"),
    ]
    plan = importing.prepare(office, "roster", block(rows))
    assert counts(plan) == [3, 0, 0, 0, 0]
    assert told(plan) == [(2, "公民身份号码", "warning"), (3, "公民身份号码", "warning"), (4, "性别", "warning")]
    assert "省级代码" in reasons(plan, 2) and "110岁" in reasons(plan, 3) and "第17位" in reasons(plan, 4)


def test_a_birth_date_other_than_the_numbers_is_told_and_both_are_kept(office: Office) -> None:
    plan = one(office, 出生年月="1969.12")
    assert told(plan) == [(2, "出生年月", "warning")]
    values = stored(office, "member", "name", "王小明")
    assert (values["birth_on"], values["id_number"]) == ("1969-12", id_number(serial=1))


@pytest.mark.parametrize(
    ("written", "kept"),
    [(13800001234, "13800001234"), ("138 0000 1234", "13800001234"), ("+86-138-0000-1234", "13800001234")],
)
def test_phones(office: Office, written: object, kept: str) -> None:
    assert one(office, 手机号码=written).problems == []
    assert members(office, "phone") == {"王小明": (kept,)}


def test_of_several_phones_the_first_is_taken_and_all_are_kept(office: Office) -> None:
    assert told(one(office, 手机号码="13800001234/13900001234")) == [(2, "手机号码", "warning")]
    values = stored(office, "member", "name", "王小明")
    assert (values["phone"], values["originals"]) == ("13800001234", {"phone": "13800001234/13900001234"})


def test_leading_zeros_of_codes_stay(office: Office) -> None:
    rows = [["党组织全称", "组织代码", "邮编"], ["甲社区党支部", "'012001", "043000"]]
    take(office, "organisations", block(rows))
    values = stored(office, "organisation", "name", "甲社区党支部")
    assert (values["code"], values["postcode"]) == ("012001", "043000")


# -- names and words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("张　三", "张三"),
        (" 李 红 ", "李红"),
        ("㛃䶮𬭎", "㛃䶮𬭎"),
        ("买买提•吐尔逊", "买买提·吐尔逊"),
        ("王🚩", "王🚩"),
        ("=王小明", "=王小明"),
    ],
)
def test_names(office: Office, written: str, kept: str) -> None:
    plan = importing.prepare(office, "roster", block([HEADERS, person(written, 1)]))
    assert counts(plan) == [1, 0, 0, 0, 0]
    importing.apply(office, plan)
    assert list(members(office)) == [kept]
    again(office, "roster", block([HEADERS, person(kept, 1)]))


def test_another_middle_dot_is_made_uniform_and_its_original_kept(office: Office) -> None:
    take(office, "roster", block([HEADERS, person("买买提•吐尔逊", 1)]))
    assert stored(office, "member", "name", "买买提·吐尔逊")["originals"] == {"name": "买买提•吐尔逊"}


@pytest.mark.parametrize("written", ["王?", "王□明", "王5明"])
def test_a_name_with_a_lost_character_is_told(office: Office, written: str) -> None:
    plan = importing.prepare(office, "roster", block([HEADERS, person(written, 1)]))
    assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "姓名", "warning")])


def test_damaged_bytes_refuse_the_name_and_empty_the_rest(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "损坏.csv"
    text = block([[*HEADERS, "备注"], [*person("王小明", 1), "好"], [*person("李小红", 2), "老同志"]]).replace(
        "\t", ","
    )
    content = text.encode("gb18030").replace("王小".encode("gb18030"), b"\xff\xff\xff")
    path.write_bytes(content.replace("老同".encode("gb18030"), b"\xff\xff"))
    plan = importing.prepare(office, "roster", path)
    assert counts(plan) == [1, 0, 0, 0, 1]
    assert (2, "姓名", "error") in told(plan) and (3, "备注", "warning") in told(plan)
    assert "note" not in plan.rows[1].values


@pytest.mark.parametrize(
    ("header", "written", "field", "kept"),
    [
        ("民族", "汉", "ethnic_group", "汉族"),
        ("民族", "汉族", "ethnic_group", "汉族"),
        ("民族", "1", "ethnic_group", "汉族"),
        ("学历", "本科", "education", "大学本科"),
        ("学历", "大学", "education", "大学本科"),
        ("学历", "大专", "education", "大学专科"),
        ("政治面貌", "中共党员", "member_class", "正式党员"),
        ("党员类别", "预备", "member_class", "预备党员"),
        ("是否农民工", "√", "migrant_worker", "是"),
        ("是否农民工", "否", "migrant_worker", "否"),
        ("性别", "1", "sex", "男"),
        ("性别", "男性", "sex", "男"),
    ],
)
def test_words_for_one_thing(office: Office, header: str, written: str, field: str, kept: str) -> None:
    cells = {header: written} if header not in ("政治面貌", "党员类别") else {header: written, "转正日期": ""}
    assert one(office, **cells).problems == []
    assert members(office, field) == {"王小明": (kept,)}


def test_a_word_nobody_knows_is_told_with_the_nearest(office: Office) -> None:
    plan = one(office, 学历="大学本刻", 民族="火星族")
    assert sorted(told(plan)) == [(2, "学历", "warning"), (2, "民族", "warning")]
    assert "大学本科" in reasons(plan, 2)
    assert stored(office, "member", "name", "王小明")["originals"] == {
        "education": "大学本刻",
        "ethnic_group": "火星族",
    }


@pytest.mark.parametrize(
    ("header", "written"),
    [
        ("党员类别", "入党积极分子"),
        ("人员类别", "发展对象"),
        ("政治面貌", "群众"),
        ("政治面貌", "共青团员"),
        ("人员类别", 5),
    ],
)
def test_who_is_no_member_by_the_sheets_own_word_is_refused(office: Office, header: str, written: object) -> None:
    plan = one(office, **{header: written})
    assert counts(plan) == [0, 0, 0, 0, 1]
    assert plan.problems[0].column == header
    assert f"写的是“{written}”，不是党员" in reasons(plan, 2)
    assert records.query(office, "member") == []


def test_an_unreadable_required_cell_refuses_the_row(office: Office) -> None:
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1, 性别="#REF!")]))
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "性别", "error")])


def test_sexes_written_1_and_0(office: Office) -> None:
    rows = [HEADERS, person("王小明", 1, 性别="1"), person("李小红", 2, 性别="0")]
    plan = take(office, "roster", block(rows))
    assert (counts(plan), told(plan)) == ([2, 0, 0, 0, 0], [(1, "性别", "warning")])
    assert members(office, "sex") == {"王小明": ("男",), "李小红": ("女",)}
    # Where 2 occurs too, 0 is the national code of an unknown sex and no answer.
    rows.append(person("赵六", 4, 性别="2"))
    assert counts(importing.prepare(office, "roster", block(rows))) == [0, 0, 2, 0, 0][:0] + [1, 0, 1, 0, 1]


def test_several_categories_are_added_and_none_is_ended(office: Office) -> None:
    names = [name for _, name in office.codes.choices("category")][:3]
    assert one(office, 党员分类=f"{names[0]}、{names[1]}").problems == []
    headers, row = [*HEADERS, "党员分类"], person("王小明", 1)
    plan = take(office, "roster", block([headers, [*row, f"{names[2]}；没有这类"]]))
    assert (counts(plan), told(plan)) == ([0, 1, 0, 0, 0], [(2, "党员分类", "warning")])
    again(office, "roster", block([headers, [*row, ""]]))
    again(office, "roster", block([headers, [*row, names[0]]]))
    assert set(members(office, "categories")["王小明"][0].split("；")) == set(names)


# -- numbers ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["1}个", "5}0元", "5s名", "45}余人次", "1}q0}o-", "}}}d人次", "}}}g年"])
def test_damaged_figures_are_never_read_as_numbers(office: Office, written: str) -> None:
    rows = [["单位名称", "派遣报到党员数", "报到时间"], ["甲公司", written, written]]
    plan = importing.prepare(office, "ledger:unit-registration", block(rows))
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert {"派遣报到党员数", "报到时间"} == {p.column for p in plan.problems}
    stored = plan.rows[0].values["values"]
    assert {name: value for name, value in stored.items() if name != EDITION} == {"unit": "甲公司"}
    assert plan.rows[0].values["originals"]["members_sent"] == written


@pytest.mark.parametrize(
    ("written", "kept", "doubtful"),
    [("1,234", 1234, False), ("12人", 12, False), ("200余", 200, True), ("约30名", 30, True), (15, 15, False)],
)
def test_numbers_with_their_units(office: Office, written: object, kept: int, doubtful: bool) -> None:
    plan = importing.prepare(
        office,
        "ledger:unit-registration",
        workbook(office.path.parent / "数.xlsx", {"表": [["单位名称", "派遣报到党员数"], ["甲公司", written]]}),
    )
    assert plan.rows[0].values["values"]["members_sent"] == kept
    assert bool(plan.problems) is doubtful


def test_totals_are_held_against_their_columns(office: Office, tmp_path: Path) -> None:
    rows: list[list[object]] = [["单位名称", "派遣报到党员数"], ["甲公司", 12], ["乙公司", 8], ["合计", 21]]
    plan = importing.prepare(office, "ledger:unit-registration", workbook(tmp_path / "合计.xlsx", {"表": rows}))
    assert (counts(plan), told(plan)) == ([2, 0, 0, 0, 0], [(4, "派遣报到党员数", "warning")])
    assert "21" in plan.problems[0].reason and "20" in plan.problems[0].reason
    rows[-1] = ["合计", 20]
    assert (
        importing.prepare(office, "ledger:unit-registration", workbook(tmp_path / "对.xlsx", {"表": rows})).problems
        == []
    )


# -- strange cells ------------------------------------------------------------------------------------


def test_very_long_cells_and_formulas_are_only_text(office: Office, tmp_path: Path) -> None:
    long = "备" * 32_000
    path = tmp_path / "长.xlsx"
    book = openpyxl.Workbook()
    book.active.append([*HEADERS, "备注", "工作单位及职务"])
    book.active.append([*person("王小明", 1), long, None])
    cell = book.active["I2"]
    cell.value, cell.data_type = '=HYPERLINK("http://example.invalid","点我")', "s"
    book.save(path)
    assert take(office, "roster", path).problems == []
    assert members(office, "note", "employer") == {"王小明": (long, '=HYPERLINK("http://example.invalid","点我")')}
    again(office, "roster", path)


def test_numbers_beyond_all_counting_are_told(office: Office) -> None:
    for written in ("9" * 30, 10.0**300, "-9999999999999"):
        rows: list[list[object]] = [["单位名称", "派遣报到党员数"], ["甲公司", written]]
        plan = importing.prepare(office, "ledger:unit-registration", block(rows))
        assert (counts(plan), told(plan)) == ([1, 0, 0, 0, 0], [(2, "派遣报到党员数", "warning")])


def test_control_characters_are_left_out(office: Office) -> None:
    take(office, "roster", block([[*HEADERS, "备注"], [*person("王\x07小明", 1), "好\x0b人"]]))
    assert members(office, "note") == {"王小明": ("好人",)}


def test_line_breaks_and_quotes_in_a_pasted_block(office: Office) -> None:
    text = (
        "姓名\t公民身份号码\t所在党支部\t备注\n" + f'王小明\t{id_number(serial=1)}\t第一党支部\t"他说""好""\n第二行"\n'
    )
    plan = take(office, "roster", text)
    assert counts(plan) == [1, 0, 0, 0, 0]
    assert members(office, "note") == {"王小明": ('他说"好"\n第二行',)}


# -- what the rules find doubtful -----------------------------------------------------------------------


def test_doubtful_dates_are_told_and_taken(office: Office) -> None:
    rows = [
        HEADERS,
        person("甲", 1, 入党日期="1985-01-01", 转正日期="1986-01-01"),
        person("乙", 2, 入党日期="1995-07-01", 转正日期="1994-07-01"),
        person("丙", 3, 入党日期="1995-07-01", 转正日期="1996-01-01"),
        person("丁", 4, 入党日期="2026-12-01", 转正日期=""),
        person("戊", 5, 入党日期="1995-07-01", 转正日期="1996-07-01"),
        person("己", 6, 入党日期="", 转正日期=""),
    ]
    plan = importing.prepare(office, "roster", block(rows))
    assert counts(plan) == [6, 0, 0, 0, 0]
    assert {(p.row, p.column, p.severity) for p in plan.problems} == {
        (2, "入党日期", "warning"),
        (3, "转正日期", "warning"),
        (4, "转正日期", "warning"),
        (5, "入党日期", "warning"),
    }
    assert "18周岁" in reasons(plan, 2) and "早于" in reasons(plan, 3) and "12个月" in reasons(plan, 4)


def test_before_1982_a_short_candidacy_is_as_it_should_be(office: Office) -> None:
    number = id_number("19400101", 1)
    plan = one(office, 公民身份号码=number, 入党日期="1971-07-01", 转正日期="1971-07-01")
    assert (counts(plan), plan.problems) == ([1, 0, 0, 0, 0], [])


def test_a_dissolved_branch_is_told(office: Office) -> None:
    unit = add_branch(office, "旧党支部")
    records.edit(office, "organisation", unit, {"dissolved_on": "2025-12-31"})
    plan = importing.prepare(office, "roster", block([HEADERS, person("王小明", 1, "旧党支部")]))
    assert (counts(plan), told(plan)) == ([0, 0, 0, 0, 1], [(2, "所在党支部", "error")])
