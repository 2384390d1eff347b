"""Schemes are read strictly: shipped ones are sound, faulty ones are told with their line, residents are not ranked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dangjian_desktop.domain.ledgers.own_templates import shipped_templates
from dangjian_desktop.domain.schemes.reading import read_scheme
from dangjian_desktop.domain.schemes.schemes import OTHERS, Scheme
from dangjian_desktop.services.schemes.schemes import shipped_texts

MADE: dict[str, Any] = {
    "key": "mine",
    "title": "支部考核",
    "edition": "1",
    "source": "本单位方案",
    "ledger": "scores",
    "where": {"scheme": ["支部考核"]},
    "subjects": "organisation",
    "per": "year",
    "indicators": [
        {"key": "a", "label": "甲", "full": 60, "items": "items"},
        {"key": "b", "label": "乙", "full": 40, "items": "items"},
    ],
    "bands": [{"label": "好", "at_least": 90}, {"label": "差", "at_least": 0, "bad": True}],
}


def read(**more: Any) -> Scheme:
    return read_scheme(json.dumps(MADE | more, ensure_ascii=False, indent=1), shipped_templates())


@pytest.mark.parametrize("key", shipped_texts())
def test_every_shipped_scheme_can_be_used(key: str) -> None:
    found = read_scheme(shipped_texts()[key], shipped_templates())
    assert found.key == key
    assert found.source and found.edition
    assert found.indicators or found.grade
    assert not (found.subjects == OTHERS and found.ranked)


def test_the_weighted_fulls_make_what_the_bands_speak_of() -> None:
    found = read_scheme(shipped_texts()["unit-performance"], shipped_templates())
    assert found.full == 100
    assert [str(one.weight) for one in found.indicators] == ["3/5", "2/5"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ledger": "nothing"}, "台账“nothing”不存在"),
        ({"colour": 1}, "不认识“colour”"),
        ({"subjects": "everybody"}, "subjects 只能是"),
        ({"per": "day"}, "per 只能是"),
        ({"bad_years": 1}, "至少2"),
        ({"bad_years": "2"}, "应是整数"),
        ({"bands": [{"label": "甲", "at_least": 60}, {"label": "乙", "at_least": 60}]}, "从高到低"),
        ({"bands": [{"label": "甲", "at_least": 101}]}, "满分合计只有100分"),
        ({"indicators": [{"key": "a", "label": "甲", "full": 0, "items": "items"}], "bands": []}, "大于零"),
        ({"indicators": [{"key": "a", "label": "甲", "full": 1}], "bands": []}, "得分从哪里来"),
        ({"indicators": [{"key": "a", "label": "甲", "full": 1, "value": "nothing"}], "bands": []}, "没有“nothing”"),
        ({"indicators": [{"key": "a", "label": "甲", "full": 1, "value": "scheme"}], "bands": []}, "不是数"),
        ({"indicators": [{"key": "a", "label": "甲", "full": 1, "items": "lines"}], "bands": []}, "没有分项“lines”"),
        ({"indicators": MADE["indicators"] * 2}, "重复"),
        ({"indicators": []}, "有分数段就要有指标"),
        ({"indicators": [], "bands": []}, "要写指标"),
        ({"where": {"colour": ["红"]}}, "没有列“colour”"),
        ({"confirmed": ["nowhere"]}, "没有状态“nowhere”"),
        ({"says": ["loudly"]}, "不认识“loudly”"),
        ({"says": ["missing"]}, "应当有谁"),
        ({"says": ["missing"], "each": "branch", "per": "week"}, "missed"),
        ({"each": "everybody"}, "each 只能是"),
        ({"stars": [{"label": "红星", "share": 80}]}, "一项指标也没有"),
        ({"stars": [{"label": "红星", "share": 101}]}, "在0和100之间"),
        ({"bonus": "scheme"}, "不是金额"),
        ({"bar": {"ledger": "nothing", "subject": "a", "why": "b", "from": "c", "to": "d"}}, "没有台账“nothing”"),
        ({"subjects": "other"}, "不打分、不排名"),
        ({"subjects": "worker", "title": "志愿者积分"}, "不给居民和志愿者打分排名"),
    ],
)  # fmt: skip
def test_a_scheme_that_would_mislead_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        read(**more)
    assert "第" in str(refused.value) and "行" in str(refused.value)


def test_the_line_of_a_fault_is_that_of_its_place() -> None:
    text = json.dumps(MADE | {"bad_years": 1}, ensure_ascii=False, indent=1)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "bad_years" in each)
    with pytest.raises(ValueError, match=f"第{line}行"):
        read(bad_years=1)
