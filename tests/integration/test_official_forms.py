"""Letters (函) and minutes (纪要) of GB/T 9704-2012 §10, measured in millimetres from the pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import docx
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Paragraph
from dangjian_desktop.documents.official import Imprint, OfficialForm, OfficialPaper, paper_faults
from dangjian_desktop.exchange.pdf import machine_faces
from dangjian_desktop.exchange.pdf.official import render_official
from dangjian_desktop.exchange.word.official import render_docx
from millimetre_kit import BOTTOM, CELL, LEFT, LINE, MM, RIGHT, TOP, chars_of, red_span, ruled, run_of

PAPER_HEIGHT, PAPER_WIDTH = 297.0, 210.0
NEAR = 16 / MM * 7 / 8
NAMES = "、".join(f"参会{name}某" for name in "赵钱孙李周吴郑王")
LETTER = OfficialPaper(
    "关于商请协助排查党员组织关系的函",
    "中共某某街道工作委员会",
    "2026-01-05",
    (Paragraph("请协助排查。联系人张小明，电话13900001234。"),),
    red_head="中共某某街道工作委员会",
    number="某街工委函〔2026〕5号",
    addressee="区水务局党组",
    form=OfficialForm.LETTER,
)
MINUTES = OfficialPaper(
    "关于研究基层党建重点任务的纪要",
    "中共某某街道工作委员会",
    "2026-09-08",
    (Paragraph("会议研究了换届工作，参会赵某发言。"),),
    red_head="某某街道党工委会议纪要",
    number="第5期",
    attendance=(("出席", NAMES), ("请假", "参会陈某"), ("列席", "组织办负责同志")),
    form=OfficialForm.MINUTES,
)


@pytest.fixture(autouse=True)
def no_machine_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_faces, "font_folders", tuple)


def made(paper: OfficialPaper, folder: Path) -> Path:
    path = folder / "公文.pdf"
    render_official(paper, path)
    return path


def test_a_letter_has_its_name_30_mm_and_double_rules_4_and_20_mm_off(tmp_path: Path) -> None:
    path = made(replace(LETTER, urgency="特急"), tmp_path)
    rules = ruled(path, 0, red=True)
    assert len(rules) == 4
    # 170 mm long, in the middle of the paper.
    assert ruled(path, 0, red=True, left=20, right=190) == rules
    assert ruled(path, 0, red=True, left=18.5, right=190) == ruled(path, 0, red=True, left=20, right=191.5) == []
    (thick, a), (thin, b), (lower_thin, c), (lower_thick, d) = rules
    # Thick above thin at the head, thin above thick at the foot.
    assert a > 2 * b and d > 2 * c and thick < thin < lower_thin < lower_thick
    assert lower_thick + d == pytest.approx(PAPER_HEIGHT - 20, abs=0.2)
    top, bottom = red_span(path, above=thick)
    assert top == pytest.approx(30, abs=0.2)
    assert thick - bottom == pytest.approx(4, abs=0.2)
    chars = chars_of(path)[0]
    number, urgency = run_of(chars, LETTER.number), run_of(chars, "特急")
    assert number[-1].right == pytest.approx(RIGHT, abs=0.6) and urgency[0].left == pytest.approx(LEFT, abs=0.6)
    assert number[0].middle == pytest.approx(urgency[0].middle, abs=0.4)
    assert min(char.top for char in number) - (thin + b) == pytest.approx(NEAR, abs=0.7)
    title = run_of(chars, LETTER.title)
    assert title[0].middle - number[0].middle == pytest.approx(3 * LINE, abs=LINE / 2)
    assert title[0].left - LEFT == pytest.approx(RIGHT - title[-1].right, abs=0.8)


def test_a_long_letter_fills_its_first_page_to_the_lower_rules_and_numbers_the_others(tmp_path: Path) -> None:
    body = (Paragraph("国" * 28 * 60, indent=False),)
    path = made(replace(LETTER, body=body), tmp_path)
    pages = chars_of(path)
    assert len(pages) > 2
    lower = ruled(path, 0, red=True)[2][0]
    assert lower - max(char.bottom for char in pages[0] if char.text == "国") == pytest.approx(NEAR, abs=0.6)
    assert "—" not in [char.text for char in pages[0]]
    assert run_of(pages[1], "—2—")[0].middle == pytest.approx(BOTTOM + 7, abs=0.2)
    assert ruled(path, 1, red=True) == []
    # The second page has 22 lines on the grid that all papers have.
    lines = sorted({round(char.middle, 1) for char in pages[1] if char.text == "国"})
    assert len(lines) == 22
    assert (lines[0] - TOP) == pytest.approx(LINE / 2, abs=0.5)


def test_a_letters_imprint_is_only_who_gets_copies(tmp_path: Path) -> None:
    imprint = Imprint("办公室", "2026-01-06", ("区委组织部",))
    path = made(replace(LETTER, imprint=imprint, double_sided=False), tmp_path)
    (chars,) = chars_of(path)
    copies = run_of(chars, "抄送：区委组织部。")
    assert BOTTOM - 14 < copies[0].bottom < BOTTOM and copies[0].left == pytest.approx(LEFT + 14 / MM, abs=0.6)
    assert "印发" not in "".join(char.text for char in chars)
    assert ruled(path, 0, red=False) == []
    alone = made(replace(LETTER, imprint=replace(imprint, copies_to=())), tmp_path)
    assert len(chars_of(alone)) == 1


def test_a_plain_letter_has_no_red_and_its_number_at_the_right(tmp_path: Path) -> None:
    path = made(replace(LETTER, red_head=""), tmp_path)
    assert ruled(path, 0, red=True) == []
    (chars,) = chars_of(path)
    number = run_of(chars, LETTER.number)
    assert number[-1].right == pytest.approx(RIGHT, abs=0.6) and number[0].top == pytest.approx(TOP, abs=LINE / 2)
    assert run_of(chars, "—1—")


def test_minutes_have_issuer_and_date_above_the_rule_and_nobody_signs(tmp_path: Path) -> None:
    path = made(MINUTES, tmp_path)
    top, _ = red_span(path)
    assert top == pytest.approx(TOP + 35, abs=0.2)
    (chars,) = chars_of(path)
    ((rule, _),) = ruled(path, 0, red=True)
    issuer, date = run_of(chars, MINUTES.issuer), run_of(chars, "2026年9月8日")
    assert issuer[0].left == pytest.approx(LEFT + CELL, abs=0.6)
    assert date[-1].right == pytest.approx(RIGHT - CELL, abs=1.0)
    assert issuer[0].middle == pytest.approx(date[-1].middle, abs=0.6)
    assert rule - max(char.bottom for char in issuer) == pytest.approx(4, abs=0.6)
    number = run_of(chars, "第5期")
    assert issuer[0].middle - number[0].middle == pytest.approx(LINE, abs=0.5)
    text = "".join(char.text for char in chars)
    assert text.count(MINUTES.issuer) == 1 and text.count("2026年9月8日") == 1


def test_minutes_list_who_was_there_below_the_first_name(tmp_path: Path) -> None:
    (chars,) = chars_of(made(MINUTES, tmp_path))
    label, first = run_of(chars, "出席："), run_of(chars, "参会赵某、")
    assert label[0].left == pytest.approx(LEFT + 2 * CELL, abs=0.6)
    assert label[0].middle - run_of(chars, "会议研究了")[0].middle == pytest.approx(2 * LINE, abs=0.5)
    second = [char for char in chars if char.middle - first[0].middle == pytest.approx(LINE, abs=1.5)]
    assert second[0].left == pytest.approx(first[0].left, abs=0.8)
    away, guests = run_of(chars, "请假："), run_of(chars, "列席：")
    assert guests[0].middle - away[0].middle == pytest.approx(LINE, abs=0.5)
    assert away[0].left == pytest.approx(label[0].left, abs=0.4)


def test_plain_minutes_have_their_date_below_the_title(tmp_path: Path) -> None:
    (chars,) = chars_of(made(replace(MINUTES, red_head="", number=""), tmp_path))
    title, date = run_of(chars, MINUTES.title), run_of(chars, "（2026年9月8日）")
    assert date[0].middle - title[0].middle == pytest.approx(LINE, abs=1.5)
    assert (date[1].left + date[-2].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=1.0)


def test_what_an_office_would_send_back_is_named() -> None:
    assert paper_faults(LETTER) == [] and paper_faults(MINUTES) == []
    assert paper_faults(replace(MINUTES, attendance=())) == ["纪要要写出席人员。"]
    assert "第5期" in paper_faults(replace(LETTER, number="第5期"))[0]
    assert paper_faults(replace(LETTER, signers=("甲某",))) == ["信函不标签发人。"]


def test_in_word_minutes_list_who_was_there_and_nobody_signs(tmp_path: Path) -> None:
    path = tmp_path / "纪要.docx"
    render_docx(MINUTES, path)
    lines = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert lines[:2] == [MINUTES.title, "（2026年9月8日）"]
    assert lines[-3:] == [f"出席：{NAMES}", "请假：参会陈某", "列席：组织办负责同志"]
    assert MINUTES.issuer not in lines
    with pytest.raises(UserError):
        render_docx(replace(MINUTES, attendance=()), path)
