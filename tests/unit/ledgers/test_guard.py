"""The privacy line: what no template may make, and persons in texts that are declared free of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.ledgers.guard.subjects import subjects
from dangjian_desktop.domain.ledgers.guard.texts import TextGuard
from dangjian_desktop.domain.ledgers.ledger_templates import read_template

PLAIN: dict[str, Any] = {
    "key": "test",
    "title": "诉求登记",
    "ledger_class": "特色党建工作",
    "columns": [{"name": "what", "label": "内容"}, {"name": "score", "label": "得分", "type": "integer"}],
}


def computed(label: str, formula: str) -> list[dict[str, Any]]:
    made = {"name": "made", "label": label, "type": "computed", "formula": formula, "result": "integer"}
    return [*PLAIN["columns"], made]


def read(**changed: Any) -> Any:
    return read_template(json.dumps(PLAIN | changed, ensure_ascii=False))


@pytest.mark.parametrize("word", [(s.key, w) for s in subjects() for w in s.words])
def test_no_forbidden_subject_can_be_made_by_its_title(word: tuple[str, str]) -> None:
    subject = next(s for s in subjects() if s.key == word[0])
    with pytest.raises(ValueError, match="可以建：") as refused:
        read(title=f"{word[1]}台账")
    assert subject.reason in str(refused.value)
    assert subject.instead in str(refused.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"category": "一户一档"},
        {"columns": [{"name": "a", "label": "户主"}]},
        {"columns": [{"name": "a", "label": "对象", "aliases": ["与户主关系"]}]},
        {"columns": [{"name": "a", "label": "类别", "type": "choice", "choices": ["普通", "重点人员"]}]},
        {"rows": [{"name": "r", "label": "走访", "columns": [{"name": "a", "label": "轨迹"}]}]},
        {"columns": [{"name": "a", "label": "gps位置"}]},
    ],
)
def test_nor_by_a_column_an_alias_a_choice_or_a_child_row(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"不能建成台账.*第1行"):
        read(**changed)


def test_what_is_to_be_built_instead_can_be_built() -> None:
    assert read().title == "诉求登记"
    assert read(title="功能定位研究").title == "功能定位研究"
    with pytest.raises(ValueError, match="要限制查看"):
        read(title="诫勉谈话登记")
    assert read(title="诫勉谈话登记", restricted=True, readers=["administrator"]).restricted


def test_residents_and_volunteers_are_not_ranked() -> None:
    ranked = computed("名次", "rank(score)")
    assert read(title="支部考核", columns=ranked)
    for title in ("志愿者积分", "居民评议", "家庭评选"):
        with pytest.raises(ValueError, match="不能排名次"):
            read(title=title, columns=ranked)


def test_a_formula_that_cannot_be_worked_out_is_refused_with_its_column() -> None:
    wrong = computed("合成", "score + missing")
    with pytest.raises(ValueError, match="列“合成”的算式有误：第9个字处：没有“missing”这一列（第1行）"):
        read(columns=wrong)


def test_every_shipped_template_keeps_the_line_and_can_be_worked_out() -> None:
    paths = sorted(resource("ledgers").glob("*.json"))
    assert [read_template(path.read_text(encoding="utf-8")).key for path in paths] == [path.stem for path in paths]
    assert len(paths) > 100


def test_traces_of_persons_are_found_and_figures_are_not() -> None:
    guard = TextGuard(frozenset({"王小明", "李丽"}))
    assert list(guard.found("第3网格2026年11月30日处置井盖问题12件")) == []
    assert list(guard.found("请联系13900138000")) == ["证件号或电话"]
    assert list(guard.found("与王小明一起走访")) == ["姓名（王＊＊）"]
    assert list(guard.found("李丽 139 0013 8000")) == ["证件号或电话", "姓名（李＊）"]
    assert list(guard.found("李")) == []


@pytest.mark.parametrize(
    "written",
    ["定 位", "定\u3000位", "定\u200b位", "定·位", "定-位", "定_位", "定\u0301位", "定\ufe00位", "ＧＰＳ", "ᴳᴾˢ", "GРS",
     "g p s", "重點人員", "違紀事實", "輿情", "信用積分", "病 歷 病 情", "⼾主", "戸主", "戶主", "上訪人", "打·卡"],
)  # fmt: skip
def test_a_forbidden_subject_in_disguise_is_the_same_subject(written: str) -> None:
    with pytest.raises(ValueError, match="不能建成台账"):
        read(title=f"{written}登记")
    with pytest.raises(ValueError, match="不能建成台账"):
        read(columns=[{"name": "a", "label": "对象", "aliases": [written]}])
    with pytest.raises(ValueError, match="不能建成台账"):
        read(states=[{"key": "a", "label": written}])


def test_two_answers_side_by_side_do_not_make_a_forbidden_word() -> None:
    choice = {"name": "a", "label": "办理", "type": "choice", "choices": ["已确定", "位置待核"]}
    assert read(columns=[choice], title="功能定位、工作定位研究")
