"""Code lists accept what clerks write and show what offices print."""

from __future__ import annotations

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.values.codes import CodeTables, load


@pytest.fixture(scope="module")
def codes() -> CodeTables:
    return load(resource("codes"))


@pytest.mark.parametrize(
    ("table", "text", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "男性", "1"),
        ("sex", "1", "1"),
        ("sex", "女 ", "2"),
        ("sex", "0", None),
        ("ethnic_group", "汉", "01"),
        ("ethnic_group", "汉族", "01"),
        ("ethnic_group", "1", "01"),
        ("ethnic_group", "01", "01"),
        ("ethnic_group", "维族", "05"),
        ("ethnic_group", "毛难族", "36"),
        ("education", "本科", "21"),
        ("education", "大学", "21"),
        ("education", "大学本科", "21"),
        ("education", "大学本科学历", "21"),
        ("education", "本科毕业", "21"),
        ("education", "省委党校大学", "21"),
        ("education", "大专", "31"),
        ("education", "高中文化", "61"),
        ("education", "研究生", "14"),
        ("education", "飞行学院", None),
        ("member_class", "正式", "1"),
        ("member_class", "中共党员", "1"),
        ("member_class", "中共正式党员", "1"),
        ("member_class", "中共预备党员", "2"),
        ("member_class", "预备", "2"),
        ("member_class", "群众", None),
        ("org_kind", "党总支", "621"),
        ("org_kind", "支部", "631"),
        ("org_field", "两新组织", "two_new"),
        ("post", "支部书记", "书记"),
        ("presence", "√", "present"),
        ("meeting_kind", "支委会", "ZWH"),
        ("category", "流动", "F1"),
        ("social_stratum", "自由职业人员", "05"),
        ("degree", "法学学士学位", "403"),
    ],
)
def test_what_people_write_becomes_a_code(codes: CodeTables, table: str, text: str, code: str | None) -> None:
    assert codes.code_of(table, text) == code


@pytest.mark.parametrize(
    ("table", "code", "shown"),
    [
        ("sex", "1", "男"),
        ("ethnic_group", "01", "汉族"),
        ("education", "21", "大学本科"),
        ("education", "22", "大学本科结业"),
        ("education", "31", "大学专科"),
        ("member_class", "2", "预备党员"),
        ("org_kind", "621", "党总支"),
        ("in_kind", "I6", "整建制转入"),
        ("out_kind", "O14", "劝而不退除名"),
        ("sex", None, ""),
        ("sex", "7", "7"),
    ],
)
def test_codes_are_shown_by_their_printed_name(codes: CodeTables, table: str, code: str | None, shown: str) -> None:
    assert codes.name(table, code) == shown


def test_every_shown_name_and_every_code_reads_back_as_itself(codes: CodeTables) -> None:
    for table in codes.tables():
        for code, shown in codes.choices(table):
            assert codes.code_of(table, code) == code, (table, code)
            assert codes.code_of(table, shown) == code, (table, shown)


def test_a_form_does_not_offer_the_unknown_sexes(codes: CodeTables) -> None:
    assert codes.choices("sex") == [("1", "男"), ("2", "女")]


def test_an_unknown_text_gets_the_nearest_names(codes: CodeTables) -> None:
    assert "土家族" in codes.nearest("ethnic_group", "土家家族")
