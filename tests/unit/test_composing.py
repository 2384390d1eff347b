"""Paragraphs are set as a compositor would set them."""

from __future__ import annotations

import pytest

from dangjian_desktop.documents.composing import ComposedLine, compose
from line_faults import faults, run, width_of


def set_text(text: str, room: float, first_room: float | None = None, *, justify: bool = True) -> list[ComposedLine]:
    return compose(text, [width_of(char) for char in text], room, first_room, justify=justify)


def shown(text: str, lines: list[ComposedLine]) -> list[str]:
    return [text[line.start : line.end] for line in lines]


def total(text: str, line: ComposedLine) -> float:
    return sum(width_of(char) for char in text[line.start : line.end]) + sum(line.after)


def test_three_thousand_random_lines_have_no_fault() -> None:
    count, wrong = run(3_000, 7)
    assert count >= 3_000
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("党员支部书记，街道", "closing"),
        ("街道“党员支部”", "opening"),
        ("共有党员126名同志", "torn"),
        ("我们用Excel表", "torn"),
    ],
)
def test_the_proof_reader_finds_what_is_wrong(text: str, fault: str) -> None:
    """The check above is worth something only if it sees faults."""
    cut = {"closing": 6, "opening": 3, "torn": 6}[fault]
    lines = [ComposedLine(0, cut, (0.0,) * cut), ComposedLine(cut, len(text), (0.0,) * (len(text) - cut))]
    assert any(fault in wrong for wrong in faults(text, lines, 20, 20))


def test_plain_lines_stand_on_the_grid() -> None:
    text = "党组织和党员基本情况" * 6
    lines = set_text(text, 28, 26)
    assert [line.end - line.start for line in lines] == [26, 28, 6]
    assert all(set(line.after) == {0.0} for line in lines)


def test_marks_that_meet_are_closed_up() -> None:
    text = "他说：“好。”（完）"
    (line,) = set_text(text, 28)
    assert dict(zip(text, line.after, strict=True)) == {
        "他": 0, "说": 0, "：": -0.5, "“": 0, "好": 0, "。": -0.5, "”": -0.5, "（": 0, "完": 0, "）": 0
    }  # fmt: skip


def test_narrow_quotes_of_a_latin_face_are_left_alone() -> None:
    (line,) = compose("说：“好”。", [1, 1, 0.35, 1, 0.35, 1], 28)
    assert line.after == (0, -0.5, 0, 0, 0, 0)


def test_a_mark_too_many_is_squeezed_in_or_pushed_on_with_its_character() -> None:
    # 28 characters and a full stop: the stop's blank half stands out of the line, the rest is taken from the comma.
    text = "一二三四五六七八九十一二三，五六七八九十一二三四五六七八。后面还有话"
    lines = set_text(text, 28.5)
    assert shown(text, lines)[0].endswith("八。")
    assert total(text, lines[0]) == pytest.approx(29)
    # Nothing to squeeze: the last character goes along to the next line and the line is spread.
    text = "一" * 28 + "。后面还有话"
    lines = set_text(text, 28)
    assert shown(text, lines)[1].startswith("一。")
    assert total(text, lines[0]) == pytest.approx(28)


@pytest.mark.parametrize(
    "whole", ["2026年9月30日", "1,234.5万元", "38.2%", "第3季度", "10～20人次", "GB/T", "25 mm", "30多名"]
)
def test_what_belongs_together_is_not_torn(whole: str) -> None:
    for before in range(6, 12):
        text = "党" * before + whole + "。" + "员" * 12
        assert any(whole in line for line in shown(text, set_text(text, 12)))


def test_line_feeds_end_lines_and_only_the_first_is_indented() -> None:
    text = "一二三四五六七八\n九十一二三四五六七八九"
    lines = set_text(text, 8, 6)
    assert shown(text, lines) == ["一二三四五六", "七八", "九十一二三四五六", "七八九"]


def test_words_and_numbers_are_not_letter_spaced() -> None:
    text = "党员2,126名使用Excel，支部73个使用党建工作台软件登记花名册"
    line = set_text(text, 15.5)[0]
    for word in ("2,126", "Excel"):
        start = text.index(word)
        assert all(more == 0 for more in line.after[start : start + len(word) - 1])
    assert total(text, line) == pytest.approx(15.5)


def test_without_justifying_lines_keep_their_width() -> None:
    text = "党员2,126名使用Excel，支部73个使用党建工作台软件登记花名册"
    assert all(more <= 0 for line in set_text(text, 15.5, justify=False) for more in line.after)


def test_room_goes_outside_brackets_never_inside() -> None:
    text = "占比例（69/2126）；其中2026年9月30日在册的党员"
    line = set_text(text, 14)[0]
    spread = dict(zip(text[: line.end], line.after, strict=True))
    assert text[: line.end].endswith("其中")
    # As everywhere between characters inside, more before and behind.
    assert 0 < spread["（"] == spread["占"] < spread["例"]
    assert spread["6"] == spread["占"] < spread["；"]
