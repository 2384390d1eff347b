"""A template proposed from the table that a street keeps today."""

from __future__ import annotations

from datetime import datetime

from dangjian_desktop.domain.ledgers.proposals import propose, template_of
from dangjian_desktop.domain.records.fields import FieldType

HEADS: list[object] = ["序号", "问题", "类别", "整改", None, "联系电话", "经费（元）", "状态"]
LOWER: list[object] = [None, None, None, "责任人", "时限", None, None, None]
MERGED = [(0, 0, 0, 7), (2, 3, 2, 4), *((2, at, 3, at) for at in (0, 1, 2, 5, 6, 7))]


def messy() -> list[list[object]]:
    rows: list[list[object]] = [["2026年沿街门面巡查台账（试行）", *[None] * 7], ["填报单位：海滨街道", *[None] * 7]]
    rows += [HEADS, LOWER]
    days: list[object] = ["2026.5.20", datetime(2026, 6, 1), "2026年7月", 20260801, "五月底前", "2026-09-10"]
    for at, day in enumerate(days):
        kind, state = ("占道", "消防")[at % 2], ("在办", "办结")[at // 3]
        rows.append([at + 1, f"第{at}处堆放杂物", kind, f"张{at}", day, f"1380000000{at}", 100.5 + at, state])
    return rows


def test_a_messy_sheet_gives_columns_types_and_choices() -> None:
    found = propose("文件名", messy(), MERGED)
    assert found is not None
    assert found.title == "沿街门面巡查台账"
    assert [(c.label, c.type) for c in found.columns] == [
        ("问题", FieldType.TEXT),
        ("类别", FieldType.CODE),
        ("责任人", FieldType.TEXT),
        ("时限", FieldType.DATE),
        ("联系电话", FieldType.PHONE),
        ("经费（元）", FieldType.MONEY),
    ]
    assert found.columns[1].choices == ["占道", "消防"]
    assert (found.states, found.left_out, found.rows) == (["在办", "办结"], ["序号", "状态"], 6)
    # One day is not a day: it is said, and nothing is passed over.
    assert found.columns[3].said == "6格里5格是日期"


def test_two_groups_with_the_same_words_are_told_apart() -> None:
    rows: list[list[object]] = [["名称", "上半年", None, "下半年", None], [None, "次数", "人数", "次数", "人数"]]
    rows += [["甲", 1, 2, 3, 4], ["乙", 2, 3, 4, 5]]
    found = propose("表", rows, [(0, 1, 0, 2), (0, 3, 0, 4), (0, 0, 1, 0)])
    assert found is not None
    assert [c.label for c in found.columns] == ["名称", "上半年次数", "上半年人数", "下半年次数", "下半年人数"]
    assert {c.type for c in found.columns[1:]} == {FieldType.INTEGER}


def test_numbers_with_leading_noughts_and_headers_of_the_entry_stay_words() -> None:
    found = propose("表", [["编号", "代码"], ["A1", "007"], ["A2", "008"]])
    assert found is not None
    assert [(c.label, c.type) for c in found.columns] == [("原编号", FieldType.TEXT), ("代码", FieldType.TEXT)]


def test_no_header_no_proposal() -> None:
    assert propose("表", [[1, 2], [3, 4]]) is None
    assert propose("表", []) is None


def test_the_last_state_ends_and_is_left_with_a_reason() -> None:
    found = propose("表", messy(), MERGED)
    assert found is not None
    data = template_of(found, "own_x", due="c4")
    assert data["states"][-1] == {"key": "s2", "label": "办结", "terminal": True}
    assert [move.get("reason", False) for move in data["transitions"]] == [False, True]
