"""Figures by period and group: they add up, say what is not filled, and are refused where they would rank people."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from dangjian_desktop.domain.ledgers.figure_groups import grouped, targets_of
from dangjian_desktop.domain.ledgers.ledger_templates import read_template
from dangjian_desktop.domain.ledgers.ledgers import Entry, count
from dangjian_desktop.domain.values.periods import parse_period

TODAY, YEAR = date(2026, 5, 20), parse_period("2026")
DATA: dict[str, Any] = {
    "key": "mediation",
    "title": "调解登记",
    "ledger_class": "特色党建工作",
    "opened": "on",
    "period": "opened",
    "columns": [
        {"name": "what", "label": "事项"},
        {"name": "on", "label": "日期", "type": "date"},
        {"name": "kind", "label": "类别", "type": "choice", "choices": ["邻里", "物业"]},
        {"name": "tags", "label": "标签", "type": "choices", "choices": ["甲", "乙"]},
        {"name": "hours", "label": "时长", "type": "decimal", "places": 1},
        {"name": "member", "label": "调解员", "type": "member"},
        {"name": "done", "label": "办结", "type": "boolean"},
        {
            "name": "double",
            "label": "加倍",
            "type": "computed",
            "formula": "hours * 2",
            "result": "decimal",
            "places": 1,
        },
    ],
    "figures": [
        {"key": "all", "label": "件数", "definition": "全部。", "by": ["month", "kind"]},
        {
            "key": "rate",
            "label": "办结率",
            "unit": "%",
            "definition": "办结的。",
            "where": {"done": [True]},
            "share_of": "all",
        },
        {"key": "hours", "label": "时长", "unit": "小时", "definition": "合计。", "sum": "hours"},
        {"key": "mean", "label": "平均时长", "unit": "小时", "definition": "平均。", "average": "double"},
    ],
    "targets": [{"figure": "rate", "at_least": 90, "source": "街道方案"}],
}


def read(**changed: Any) -> Any:
    return read_template(json.dumps(DATA | changed, ensure_ascii=False))


def entry(number: int, day: str, **values: Any) -> Entry:
    return Entry(f"e{number}", "kept", {"on": day, **values}, day)


ENTRIES = [
    ("b1", entry(1, "2026-01-05", kind="邻里", tags=["甲", "乙"], hours="1.5", done=True)),
    ("b1", entry(2, "2026-01-31", kind="物业", hours="0.5")),
    ("b2", entry(3, "2026-02-01", kind="邻里", done=True)),
]


def numbers(key: str, by: str) -> list[tuple[str, int, int | None]]:
    found = grouped(read(), ENTRIES, by, YEAR, TODAY)[key]
    return [(one.group, one.counted.numerator, one.counted.denominator) for one in found]


def test_months_count_what_lies_in_them_and_end_with_today() -> None:
    assert [(group, number) for group, number, _ in numbers("all", "month")] == [
        ("2026年1月", 2), ("2026年2月", 1), ("2026年3月", 0), ("2026年4月", 0), ("2026年5月", 0),
    ]  # fmt: skip
    assert [number for _, number, _ in numbers("all", "quarter")] == [3, 0]


def test_answers_are_counted_and_those_that_say_nothing_too() -> None:
    assert numbers("all", "kind") == [("物业", 1, None), ("邻里", 2, None)]
    assert numbers("all", "tags") == [("乙", 1, None), ("甲", 1, None), ("", 2, None)]


def test_units_are_ranked_by_shares_with_ties() -> None:
    found = grouped(read(), ENTRIES, "unit", YEAR, TODAY)["rate"]
    assert [(one.group, one.counted.numerator, one.counted.denominator) for one in found] == [
        ("b1", 1, 2),
        ("b2", 1, 1),
    ]
    assert [one.place.text for one in found if one.place] == ["2", "1"]
    assert all(one.place is None for one in grouped(read(), ENTRIES, "kind", YEAR, TODAY)["rate"])


def test_sums_and_means_of_decimals_are_exact_and_leave_out_what_is_missing() -> None:
    entries = [held for _, held in ENTRIES]
    found = {one.figure.key: one for one in count(read(), entries, TODAY, start=YEAR.start)}
    assert found["hours"].value == 2
    assert (found["mean"].value, found["mean"].denominator) == (2.0, 2)
    assert found["mean"].records == ("e1", "e2")
    assert count(read(), [], TODAY, start=YEAR.start)[3].value is None


def test_a_target_has_its_source_and_is_reached_at_its_bound() -> None:
    target = targets_of(read())["rate"]
    by_done = [entry(n, "2026-01-01", done=n < 9) for n in range(10)]
    at_bound = count(read(), by_done, TODAY, start=YEAR.start)[1]
    assert target.reached(at_bound) is True
    below = count(read(), [*by_done, entry(11, "2026-01-01")], TODAY, start=YEAR.start)[1]
    assert target.reached(below) is False
    assert target.reached(count(read(), [], TODAY, start=YEAR.start)[1]) is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"figures": [{**DATA["figures"][0], "by": ["what"]}], "targets": []}, "“事项”不能用来分组"),
        ({"figures": [{**DATA["figures"][0], "by": ["none"]}], "targets": []}, "没有这一列"),
        ({"title": "志愿者积分", "figures": [{**DATA["figures"][0], "by": ["member"]}], "targets": []}, "不按人列数"),
        ({"targets": [{"figure": "rate", "at_least": 90}]}, "依据 source"),
        ({"targets": [{"figure": "none", "at_least": 90, "source": "x"}]}, "“none”不存在"),
        ({"targets": [{"figure": "rate", "at_least": "多", "source": "x"}]}, "要写一个数"),
    ],
)
def test_what_may_not_be_grouped_or_means_nothing_is_refused(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(**changed)


def test_members_in_their_duty_may_be_counted_apart() -> None:
    assert read(figures=[{**DATA["figures"][0], "by": ["member"]}], targets=[])
