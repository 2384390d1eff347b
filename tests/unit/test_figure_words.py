"""Words from figures: what a template prints, and what it may not say."""

from __future__ import annotations

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.figure_words import figure_text, template_faults, write_out
from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import Item
from dangjian_desktop.domain.figures import FigureValue

FACTS = {"单位": "某街道", "期间": "2026年", "统计日": "2026年9月30日"}


def figure(key: str, label: str, value: object, unit: str = "人", part: int | None = None, whole: int | None = None):
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
    )
}


def faults(line: str) -> list[str]:
    return template_faults(f"题\n{line}", FIGURES)


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


@pytest.mark.parametrize("line", ["{weather}", "[有 weather] 好", "{占:members}", "{members", "##### 太深"])
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
    assert [block.text if isinstance(block, Item) else block.plain for block in made.body] == [  # type: ignore[union-attr]
        "乙",
        "有478人〔请填写：做法〕",
    ]
    assert (made.to_fill, set(made.used)) == (1, {"nothing", "members"})


def test_shipped_templates_begin_with_a_title_and_have_the_four_parts() -> None:
    text = resource("documents", "work-summary.md").read_text(encoding="utf-8")
    heads = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    assert heads == ["基本情况", "重点任务推进情况", "存在的问题", "下一步打算"]
