"""Words from figures: what a template prints, and what it may not say."""

from __future__ import annotations

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.figure_words import TablePlace, template_faults, write_out
from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import NumberedPoint
from dangjian_desktop.domain.figures.figure_lists import with_lists
from dangjian_desktop.domain.figures.figure_text import figure_text, ways_to_write
from dangjian_desktop.domain.figures.figures import JOINED_KINDS, LEFT_KINDS, FigureValue
from dangjian_desktop.domain.figures.word_template import PieceKind, figure_source, pieces_of

FACTS = {"单位": "某街道", "期间": "2026年", "期别": "年度", "统计日": "2026年9月30日"}
TABLES = ("名单", "核对")


def figure(
    key: str, label: str, value: object, unit: str = "人", part: int | None = None, whole: int | None = None
) -> FigureValue:
    return FigureValue(key, label, value, unit, "", "", "member", [], part, whole)  # type: ignore[arg-type]


FIGURES = {
    each.key: each
    for each in (
        figure("members", "党员总数", 478),
        figure("members_female", "女党员", 53, part=53, whole=478),
        figure("rate", "完成率", 0.5, "%", 1, 2),
        figure("nothing", "没有的", 0),
        figure("empty_rate", "空比例", None, "%", 0, 0),
        figure("organisations_planned", "拟成立组织", 3, "个"),
        figure("average", "平均年龄", 50.5, "岁", 101, 2),
        figure("told", "各类", "党委1个、党支部2个", ""),
        figure("told_nothing", "各类", "", ""),
    )
}


def faults(line: str) -> list[str]:
    return template_faults(f"题\n{line}", FIGURES, TABLES)


def printed(*lines: str) -> list[str]:
    body = write_out("\n".join(("题", *lines)), FIGURES, FACTS).body
    return [block.plain if isinstance(block, Paragraph) else block.text for block in body]  # type: ignore[union-attr]


def test_figures_are_printed_with_unit_and_shares_with_what_they_are_of() -> None:
    lines = (
        "{单位}{期间}有党员{members}",
        "女{占比:members_female}",
        "率{rate}、{empty_rate}",
        "{数：members}名",
        "占{百分比:members_female}，即{分子:members_female}/{分母:members_female}",
    )
    assert not [fault for line in lines for fault in faults(line)]
    assert printed(*lines) == [
        "某街道2026年有党员478人",
        "女53人，占11.1%（53/478）",
        "率50.0%（1/2）、—（0/0）",
        "478名",
        "占11.1%，即53/478",
    ]
    assert figure_text(FIGURES["members_female"]) == "53人"


def test_forms_on_offer_are_never_refused() -> None:
    for each in FIGURES.values():
        for form, counter in ways_to_write(each):
            if each.key != "organisations_planned":
                assert faults(figure_source(each.key, form, counter)) == []


def test_a_measure_word_stands_in_place_of_the_unit() -> None:
    lines = ("{members 名}", "女{占比:members_female 名}", "{数:members 位}")
    assert [len(faults(line)) for line in lines] == [0, 0, 1]
    assert printed(*lines[:2]) == ["478名", "女53名，占11.1%（53/478）"]


@pytest.mark.parametrize("line", ["{rate 名}", "{average 岁}", "{told 个}", "{members 不是量词}", "{占比:average}"])
def test_a_measure_word_needs_something_counted(line: str) -> None:
    assert len(faults(line)) == 1


def test_parts_of_a_line_are_left_out_where_there_is_nothing() -> None:
    lines = (
        "组织[有 told：，其中{told}]。",
        "组织[有 told_nothing：，其中{told_nothing}]。",
        "[有 nothing：没有][有 members:有{members}]，[照旧]",
        "[有 nothing：全都不写]",
    )
    assert not [fault for line in lines for fault in faults(line)]
    assert printed(*lines) == ["组织，其中党委1个、党支部2个。", "组织。", "有478人，[照旧]"]


@pytest.mark.parametrize(
    "line",
    [
        "{表:天气}",
        "表在这里：{表:名单}",
        "# {表:名单}",
        "{表:名单}\n{表:名单}",
        "[有 members：没完",
        "[有 told：[有 members：甲]]",
    ],
)
def test_misplaced_tables_and_open_brackets_are_named(line: str) -> None:
    assert len(faults(line)) == 1


def test_tables_keep_their_place_and_their_heading() -> None:
    body = write_out("题\n# 甲\n{表:名单}\n# 乙\n## 丙", FIGURES, FACTS).body
    assert body == [NumberedPoint(1, "甲"), TablePlace("名单")]
    assert len(template_faults("题\n{表:名单}", FIGURES)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "",
        "没有数",
        "[有 nothing]  没有{nothing}，[注]",
        "{单位}有{members 名}[有 told：，其中{told}]]。{占比：members_female}{",
        "{表: 名单 }",
        "[有 members：]{}{ members }{:}[有 ]",
    ],
)
def test_pieces_put_together_are_the_line(line: str) -> None:
    assert "".join(piece.source for piece in pieces_of(line)) == line


def test_pieces_name_what_they_are() -> None:
    found = pieces_of("[有 nothing] {单位}{占比:members_female 名}[有 told：{told}]{单位 个}")
    assert [(piece.kind, piece.key, piece.form, piece.counter) for piece in found] == [
        (PieceKind.WHEN_LINE, "nothing", "", ""),
        (PieceKind.FACT, "单位", "", ""),
        (PieceKind.FIGURE, "members_female", "占比", "名"),
        (PieceKind.WHEN, "told", "", ""),
        (PieceKind.FIGURE, "told", "", ""),
        (PieceKind.END, "", "", ""),
        (PieceKind.FIGURE, "单位", "", "个"),
    ]
    assert figure_source("members_female", "占比", "名") == found[2].source


def test_figures_told_together_leave_out_what_is_nothing() -> None:
    base = {key: figure(key, label, value, "个") for key, label, value in (
        ("organisations_field_a", "村居党组织", 2), ("organisations_field_b", "机关党组织", 0),
        ("committees", "党委", 0), ("general_branches", "党总支", 0), ("branches", "党支部", 0),
    )}  # fmt: skip
    base |= {kind.key: figure(kind.key, kind.label, 1) for kind in (*JOINED_KINDS, *LEFT_KINDS)}
    found = with_lists(base)
    assert found["organisations_by_field"].value == "村居2个"
    assert found["organisations_by_kind"].value == ""
    assert "其中" not in str(found["joined_by_kind"].value)
    assert found["left_by_kind"].definition.endswith("是0的不写。")


@pytest.mark.parametrize(
    "line",
    [
        "占{百分比:members_female}",
        "{分子:members_female}人，占{百分比:members_female}",
        "{数:rate}",
        "{占比:members}",
        "参与率80%以上",
        "满意率百分之百，参与率99.5％",
    ],
)
def test_a_percentage_needs_numerator_and_denominator(line: str) -> None:
    assert len(faults(line)) == 1
    assert faults(line)[0].startswith("第2行：")


def test_a_typed_percentage_with_both_is_let_pass() -> None:
    assert faults("参与率80%（4/5）") == []


@pytest.mark.parametrize(
    "line",
    [
        "成立组织{organisations_planned}",
        "已拟成立组织{organisations_planned}",
        "拟成立组织，现有{organisations_planned}",
        "拟成立组织{organisations_planned}全部建成",
        "[有 members] 新建组织{数:organisations_planned}个",
    ],
)
def test_planned_is_never_printed_as_done(line: str) -> None:
    assert len(faults(line)) == 1


def test_planned_may_be_told_as_planned() -> None:
    assert faults("已成立3个，拟成立组织{organisations_planned}，不计入") == []


@pytest.mark.parametrize(
    "line", ["{weather}", "[有 weather] 好", "{占:members}", "{members", "##### 太深", "# 一、甲", "## 2.乙"]
)
def test_what_is_not_understood_is_named(line: str) -> None:
    assert len(faults(line)) == 1


def test_a_template_begins_with_its_title() -> None:
    assert len(template_faults("# 一", FIGURES)) == 1
    assert len(template_faults(" \n", FIGURES)) == 1


def test_conditions_and_empty_headings() -> None:
    made = write_out(
        "{单位}总结\n# 甲\n## 子\n[有 nothing] 没有{nothing}\n# 乙\n[有 members] 有{members}〔请填写：做法〕",
        FIGURES,
        FACTS,
    )
    assert made.title == "某街道总结"
    assert [block.text if isinstance(block, NumberedPoint) else block.plain for block in made.body] == [  # type: ignore[union-attr]
        "乙",
        "有478人〔请填写：做法〕",
    ]
    assert (made.to_fill, set(made.used)) == (1, {"nothing", "members"})


def test_shipped_templates_begin_with_a_title_and_have_the_four_parts() -> None:
    text = resource("documents", "work-summary.md").read_text(encoding="utf-8")
    heads = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    assert heads == ["基本情况", "重点任务推进情况", "存在的问题", "下一步打算"]
