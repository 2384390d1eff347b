"""What an official paper says before it is drawn: numbering, faults, the version for publication, title breaks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import (
    NumberedPoint,
    OfficialPaper,
    numbered,
    paper_faults,
)
from dangjian_desktop.documents.titles import break_title
from dangjian_desktop.domain.values.numbering import chinese_number

PAPER = OfficialPaper("关于开展学习的通知", "中共某某街道工作委员会", "2026-01-05", (Paragraph("请认真学习。"),))


def test_points_are_numbered_anew_under_each_point_above() -> None:
    blocks = (
        NumberedPoint(1, "甲"),
        NumberedPoint(2, "乙", "说明。"),
        NumberedPoint(2, "丙"),
        NumberedPoint(3, "丁"),
        NumberedPoint(4, "戊"),
        NumberedPoint(1, "己"),
        NumberedPoint(2, "庚"),
    )
    found = [(block.plain, heading) for block, heading in numbered(blocks) if isinstance(block, Paragraph)]
    texts = ["一、甲", "（一）乙说明。", "（二）丙", "1.丁", "（1）戊", "二、己", "（一）庚"]
    assert [text for text, _ in found] == texts
    assert [text for text, heading in found if heading] == ["一、甲", "（二）丙", "二、己", "（一）庚"]


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三"), (99, "九十九")]
)
def test_chinese_figures(number: int, text: str) -> None:
    assert chinese_number(number) == text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"number": "某委〔2026〕05号"}, "虚位"),
        ({"number": "某委[2026]5号"}, "发文字号"),
        ({"number": "某委〔2026〕第5号"}, "第"),
        ({"red_head": "中共某某街道工作委员会文件"}, "要有发文字号"),
        ({"dated": "2026-01"}, "年月日"),
        ({"title": ""}, "标题"),
        ({"copy_number": "12"}, "六位"),
        ({"title": "关于活动经费的请示", "red_head": "某文件", "number": "某〔2026〕1号"}, "签发人"),
    ],
)
def test_faults_are_named(changed: dict[str, str], words: str) -> None:
    (fault,) = paper_faults(replace(PAPER, **changed))  # type: ignore[arg-type]
    assert words in fault


def test_a_right_paper_has_no_fault() -> None:
    assert paper_faults(replace(PAPER, red_head="某文件", number="某街工委发〔2026〕5号")) == []


@pytest.mark.parametrize(
    ("title", "width", "lines"),
    [
        ("东湖社区党委2026年上半年党建工作情况报告", 19, ["东湖社区党委2026年", "上半年党建工作情况报告"]),
        ("关于学习的通知", 20, ["关于学习的通知"]),
        ("中共某某街道工作委员会\n关于学习的通知", 20, ["中共某某街道工作委员会", "关于学习的通知"]),
    ],
)
def test_titles_break_between_words(title: str, width: float, lines: list[str]) -> None:
    assert break_title(title, lambda text: sum(1.0 if ord(c) > 0x2000 else 0.5 for c in text), width) == lines


def test_a_title_without_any_place_to_break_still_breaks() -> None:
    assert "".join(break_title("A" * 50, lambda text: len(text) / 2, 10)) == "A" * 50
