"""Headers are found where offices put them, and only records are read below."""

from __future__ import annotations

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.records.fields import FieldSpec, KindSpec
from dangjian_desktop.domain.records.kinds import MEETING, MEMBER, ORGANISATION, POST
from dangjian_desktop.exchange.excel.layout import SheetLayout, find_layout
from dangjian_desktop.exchange.excel.read_sheet import MergedRange, Sheet

ALIASES = header_aliases.load(resource("codes"))
ROSTER = header_aliases.with_aliases(MEMBER, ALIASES)


def sheet(*rows: str, name: str = "Sheet1", merged: tuple[tuple[int, int, int, int], ...] = ()) -> Sheet:
    cells: list[list[object]] = [list(row.split("|")) for row in rows]
    width = max(len(row) for row in cells)
    for row in cells:
        row.extend([""] * (width - len(row)))
    return Sheet(name, cells, merged=[MergedRange(*block) for block in merged])


def layout_of(source: Sheet, kind: KindSpec = ROSTER, **options: object) -> SheetLayout:
    found = find_layout(source, kind, **options)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_header_in_the_first_row() -> None:
    layout = layout_of(sheet("序号|姓名|身份证号", "1|张三|x", "2|李四|y"))
    assert layout.header_row == 1
    assert layout.columns == {"序号": None, "姓名": "name", "身份证号": "id_number"}
    assert layout.cells("name") == ["张三", "李四"]
    assert [index + 1 for index in layout.data] == [2, 3]


def test_title_unit_line_and_trailing_rows_are_left_out() -> None:
    layout = layout_of(
        sheet(
            "九十墩社区党支部党员花名册",
            "填报单位：九十墩社区党支部||填报时间：2025年12月",
            "",
            "序号|姓 名|入党时间|转正\n时间|备注",
            "1|张三|2001.7|2002.7|",
            "||||",
            "2|单雄|2001.7|2002.7|",
            "合计|2人|||",
            "填表人：王五||审核人：赵六||",
            "注：本表一式两份||||",
            "3|合计生|2003.7||",
        )
    )
    assert layout.header_row == 4
    assert layout.columns == {
        "序号": None,
        "姓名": "name",
        "入党时间": "joined_on",
        "转正时间": "confirmed_on",
        "备注": "note",
    }
    assert layout.cells("name") == ["张三", "单雄", "合计生"]
    assert layout.totals == [7]
    assert layout.unit_names[0] == "九十墩社区党支部"


def test_two_rows_of_header_with_merged_blocks() -> None:
    layout = layout_of(
        sheet(
            "春天社区党支部党员花名册",
            "序号|姓名|入党情况||全日制教育||在职教育||所在党支部",
            "||入党时间|转正时间|学历|学位|学历|学位|",
            "1|张三|2001.7|2002.7|本科|学士|研究生|硕士|春天社区党支部",
            merged=(
                (0, 0, 0, 8),
                (1, 0, 2, 0),
                (1, 1, 2, 1),
                (1, 2, 1, 3),
                (1, 4, 1, 5),
                (1, 6, 1, 7),
                (1, 8, 2, 8),
            ),
        )
    )
    assert layout.header_row == 3
    assert layout.columns == {
        "序号": None,
        "姓名": "name",
        "入党时间": "joined_on",
        "转正时间": "confirmed_on",
        "全日制教育/学历": "fulltime_education",
        "全日制教育/学位": "fulltime_degree",
        "在职教育/学历": "inservice_education",
        "在职教育/学位": "inservice_degree",
        "所在党支部": "organisation",
    }
    assert [layout.cells(f"{group}_education") for group in ("fulltime", "inservice")] == [["本科"], ["研究生"]]


def test_two_rows_of_header_without_merges_as_in_csv() -> None:
    layout = layout_of(
        sheet("姓名|性别|入党情况||身份证号", "||入党时间|转正时间|", "张三|男|2001.7|2002.7|x", "李四|女|2001.7||y")
    )
    assert layout.header_row == 2
    assert layout.columns["转正时间"] == "confirmed_on"
    assert layout.cells("name") == ["张三", "李四"]


def test_groups_above_a_complete_header_do_not_change_its_keys() -> None:
    layout = layout_of(
        sheet(
            "基本信息|||党籍信息|",
            "姓名|性别|身份证号|入党时间|转正时间",
            "张三|男|x|2001.7|",
            merged=((0, 0, 0, 2), (0, 3, 0, 4)),
        )
    )
    assert layout.header_row == 2
    assert list(layout.columns) == ["姓名", "性别", "身份证号", "入党时间", "转正时间"]


def test_a_first_record_with_gaps_is_no_header() -> None:
    layout = layout_of(sheet("姓名|性别|民族|备注", "张三||汉|", "李四|女||"))
    assert layout.header_row == 1
    assert layout.cells("name") == ["张三", "李四"]


def test_numbered_columns_and_a_header_repeated_on_every_page() -> None:
    layout = layout_of(
        sheet("姓名|性别|民族|学历", "1|2|3|4", "张三|男|汉|本科", "姓名|性别|民族|学历", "李四|女|汉|大专")
    )
    assert layout.cells("name") == ["张三", "李四"]


def test_dividing_lines_name_the_unit_below_them() -> None:
    layout = layout_of(
        sheet("序号|姓名|性别", "九十墩社区党支部||", "1|张三|男", "春天社区党支部||", "2|李四|女", "3||")
    )
    assert [layout.sections[index].names[-1] for index in layout.data] == ["九十墩社区党支部", "春天社区党支部"]


def test_blocks_merged_downwards_are_filled() -> None:
    layout = layout_of(
        sheet("所在党支部|姓名|性别", "春天社区党支部|张三|男", "|李四|女", "|王五|男", merged=((1, 0, 3, 0),))
    )
    assert layout.cells("organisation") == ["春天社区党支部"] * 3


def test_a_row_that_misses_its_name_is_still_a_record() -> None:
    layout = layout_of(sheet("序号|姓名|身份证号", "1||x", "2||", "3|张三|y"))
    assert layout.cells("id_number") == ["x", "y"]


def test_a_chosen_mapping_goes_before_guessing() -> None:
    source = sheet("姓名|单位|去向", "张三|某公司|某地")
    assert layout_of(source).columns == {"姓名": "name", "单位": "employer", "去向": None}
    chosen = layout_of(source, mapping={"单位": None, "去向": "employer"})
    assert chosen.columns == {"姓名": "name", "单位": None, "去向": "employer"}
    assert chosen.fingerprint == layout_of(source).fingerprint


def test_a_mapping_alone_can_make_a_header_known() -> None:
    source = sheet("某表", "甲方|乙方", "张三|x")
    assert find_layout(source, ROSTER) is None
    assert layout_of(source, mapping={"甲方": "name", "乙方": "id_number"}).cells("name") == ["张三"]


def test_other_headers_have_another_fingerprint() -> None:
    one, other = layout_of(sheet("姓名|性别", "张三|男")), layout_of(sheet("姓名|民族", "张三|汉"))
    assert one.fingerprint != other.fingerprint


def test_the_surer_of_two_headers_gets_the_field() -> None:
    layout = layout_of(sheet("姓名|单位|工作单位及职务", "张三|a|b"))
    assert layout.columns == {"姓名": "name", "单位": None, "工作单位及职务": "employer"}


def test_equal_headers_are_told_apart() -> None:
    assert list(layout_of(sheet("姓名|电话|电话", "张三|1|2")).columns) == ["姓名", "电话", "电话(2)"]


def test_required_marks_brackets_and_units_in_headers_do_not_matter() -> None:
    layout = layout_of(sheet("*姓名|身份证号码（必填）|入党时间（年、月）|2.民族", "张三|x|y|汉"))
    assert list(layout.columns.values()) == ["name", "id_number", "joined_on", "ethnic_group"]


def test_hidden_rows_are_read_and_named() -> None:
    source = sheet("姓名|性别", "张三|男", "李四|女")
    source.hidden_rows = {3}
    layout = layout_of(source)
    assert layout.cells("name") == ["张三", "李四"]
    assert layout.hidden_rows == [3]


def test_shown_texts_are_given_by_place_among_the_records() -> None:
    source = sheet("名册", "姓名|入党时间", "", "张三|x", "李四|y")
    source.displays = {(4, 1): "2021.10"}
    assert layout_of(source).displays("joined_on") == {1: "2021.10"}


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ("中共沙嘴街道春天社区支部委员会党员花名册", "Sheet1", "沙嘴街道春天社区支部委员会"),
        ("2025年九十墩社区党支部流动党员名单", "Sheet1", "九十墩社区党支部"),
        ("沙嘴街道党员花名册", "刘口社区党支部", "刘口社区党支部"),
        ("党员花名册", "刘口社区党支部", "刘口社区党支部"),
        ("信息中心党支部党员信息表（2025年度）", "花名册", "信息中心党支部"),
        ("沙嘴街道党员花名册", "Sheet1", "沙嘴街道"),
    ],
)
def test_the_title_or_the_name_of_the_sheet_names_the_unit(title: str, name: str, expected: str) -> None:
    assert layout_of(sheet(title, "姓名|性别", "张三|男", name=name)).unit_names[0] == expected


def test_a_unit_line_names_the_unit() -> None:
    layout = layout_of(sheet("花名册", "单位（盖章）：|刘口社区党支部|填报时间：2025年", "姓名|性别", "张三|男"))
    assert layout.unit_names == ["刘口社区党支部"]


def test_nothing_that_looks_like_a_header() -> None:
    assert find_layout(sheet("某年某月", "一|二|三"), ROSTER) is None
    assert find_layout(Sheet("空", []), ROSTER) is None


def test_the_other_kinds_have_headers_too() -> None:
    organisations = header_aliases.with_aliases(ORGANISATION, ALIASES)
    layout = layout_of(sheet("党组织名称|上级党组织|组织类型|成立时间", "甲党支部|乙党委|党支部|2001"), organisations)
    assert list(layout.columns.values()) == ["name", "parent", "kind", "founded_on"]
    posts = header_aliases.with_aliases(POST, ALIASES)
    layout = layout_of(sheet("姓名|党支部|党内职务|任职时间", "张三|甲|书记|2021"), posts)
    assert list(layout.columns.values()) == ["member", "organisation", "post", "from_on"]
    meetings = header_aliases.with_aliases(MEETING, ALIASES)
    layout = layout_of(sheet("会议时间|会议类型|主持人|党支部", "2021.7.1|党课|张三|甲"), meetings)
    assert list(layout.columns.values()) == ["started_at", "meeting_kind", "chair", "organisation"]


def test_a_ledger_is_a_list_of_fields_like_any_other() -> None:
    ledger = KindSpec(
        "ledger:x", "走访登记", (FieldSpec("who", "走访对象", required=True), FieldSpec("on", "走访日期"))
    )
    layout = layout_of(sheet("走访登记表", "走访对象|走访日期", "张三|2021.7", "合计|1"), ledger)
    assert layout.cells("who") == ["张三"]


def test_every_label_of_every_kind_finds_its_own_field() -> None:
    for kind in (MEMBER, ORGANISATION, POST, MEETING):
        known = header_aliases.with_aliases(kind, ALIASES)
        fields = [spec for spec in known.fields if spec.importable]
        layout = layout_of(sheet("|".join(spec.label for spec in fields), "x|" * len(fields)), known)
        assert layout.fields[: len(fields)] == [spec.name for spec in fields]


def test_every_alias_belongs_to_a_field_that_exists() -> None:
    kinds = {kind.name: kind for kind in (MEMBER, ORGANISATION, POST, MEETING)}
    for name, fields in ALIASES.items():
        for field in fields:
            assert name not in kinds or kinds[name].field(field)
