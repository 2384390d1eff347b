"""Official papers measured in millimetres, from what stands on the pages and from nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.base.resources import resource
from dangjian_desktop.documents.model import Column, ColumnKind, Paragraph, Table
from dangjian_desktop.documents.official import Annex, Imprint, NumberedPoint, OfficialPaper
from dangjian_desktop.exchange.pdf import machine_faces
from dangjian_desktop.exchange.pdf.faces import faces_used
from dangjian_desktop.exchange.pdf.official import render_official
from millimetre_kit import BOTTOM, CELL, LEFT, LINE, MM, RIGHT, TOP, chars_of, red_span, ruled, run_of

FULL = Paragraph("国" * 28 * 70, indent=False)
PAPER = OfficialPaper(
    "关于开展党员组织关系集中排查工作的通知",
    "中共某某街道工作委员会",
    "2026-01-05",
    (Paragraph("请各党支部认真排查。"), Paragraph("特此通知。")),
    red_head="中共某某街道工作委员会文件",
    number="某街工委发〔2026〕5号",
    addressee="各党支部",
)


@pytest.fixture(autouse=True)
def no_machine_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_faces, "font_folders", tuple)


def made(paper: OfficialPaper, folder: Path) -> Path:
    path = folder / "公文.pdf"
    render_official(paper, path)
    return path


def test_a_page_holds_22_lines_of_28_characters_on_a_fixed_grid(tmp_path: Path) -> None:
    path = made(OfficialPaper("标题", "某支部", "2026-01-05", (FULL,)), tmp_path)
    body = [char for char in chars_of(path)[1] if char.text == "国"]
    tops = sorted({round(char.top, 1) for char in body})
    assert len(tops) == 22
    rows = [sorted((c for c in body if abs(c.top - top) < 0.3), key=lambda c: c.left) for top in tops]
    assert [len(row) for row in rows] == [28] * 22
    for upper, lower in pairwise(rows):
        assert lower[0].top - upper[0].top == pytest.approx(LINE, abs=0.02)
    for row in rows:
        for before, after in pairwise(row):
            assert after.left - before.left == pytest.approx(CELL, abs=0.02)
    # All within the text block and as near to one edge as to the other (国 itself stands 0.2 mm beside its middle).
    first, last = rows[0][0], rows[-1][-1]
    assert LEFT <= first.left < LEFT + 1 and RIGHT - 1 < last.right <= RIGHT
    assert first.top >= TOP and last.bottom <= BOTTOM
    assert first.top - TOP == pytest.approx(BOTTOM - last.bottom, abs=0.8)


def test_type_is_of_the_sizes_the_standard_names(tmp_path: Path) -> None:
    paper = replace(
        PAPER,
        body=(NumberedPoint(1, "要求"), NumberedPoint(2, "学习。", "正文。"), Paragraph("仿宋")),
        attachments=(Annex("表"),),
    )
    sizes: dict[str, tuple[float, str]] = {}

    def visit(text: str, cm: object, tm: list[float], font: dict[str, str] | None, size: float) -> None:
        if text.strip() and font:
            sizes[text.strip()] = (round(tm[3] * size, 1), font["/BaseFont"].partition("+")[2])

    pypdf.PdfReader(made(paper, tmp_path)).pages[0].extract_text(visitor_text=visit)
    size_of = {key: value[0] for key, value in sizes.items()}
    assert size_of["关于开展党员组织关系集中排查工作的通知"] == 22
    assert size_of["各党支部："] == size_of["仿宋"] == size_of["一、要求"] == 16
    assert size_of["1"] == 14
    faces = {key: value[1] for key, value in sizes.items()}
    assert "Sans" in faces["一、要求"] and "WenKai" in faces["（一）学习。"] and "Serif" in faces["仿宋"]


def test_red_head_number_rule_and_title_stand_where_they_must(tmp_path: Path) -> None:
    path = made(PAPER, tmp_path)
    chars = chars_of(path)[0]
    top, bottom = red_span(path)
    assert top == pytest.approx(TOP + 35, abs=0.2)
    number = run_of(chars, "某街工委发〔2026〕5号")
    gap = min(char.top for char in number) - bottom
    assert gap == pytest.approx(2 * LINE, abs=1.0)
    assert number[0].left - LEFT == pytest.approx(RIGHT - number[-1].right, abs=0.6)
    ((rule, thick),) = ruled(path, 0, red=True)
    # From the lower edge of the characters' squares: the outline of 街 ends a little above it.
    assert rule - max(char.bottom for char in number) == pytest.approx(4, abs=0.5)
    assert 0.3 < thick < 0.8
    title = run_of(chars, PAPER.title)
    assert min(char.top for char in title) - rule == pytest.approx(2 * LINE, abs=LINE / 2)
    assert title[0].left - LEFT == pytest.approx(RIGHT - title[-1].right, abs=0.6)
    addressee = run_of(chars, "各党支部：")
    assert addressee[0].left == pytest.approx(LEFT, abs=0.6)
    assert addressee[0].middle - title[0].middle == pytest.approx(2 * LINE, abs=0.4)
    body = run_of(chars, "请各党支部认真")
    assert body[0].left == pytest.approx(LEFT + 2 * CELL, abs=0.6)


def test_a_paper_to_a_superior_has_its_number_left_and_signers_right_on_one_line(tmp_path: Path) -> None:
    paper = replace(PAPER, title="关于活动的请示", signers=("甲某某", "乙某某", "丙某某"))
    chars = chars_of(made(paper, tmp_path))[0]
    number, last = run_of(chars, paper.number), run_of(chars, "丙某某")
    assert number[0].left == pytest.approx(LEFT + CELL, abs=0.6)
    assert number[0].middle == pytest.approx(last[0].middle, abs=0.5)
    first, second = run_of(chars, "甲某某"), run_of(chars, "乙某某")
    assert second[-1].right == pytest.approx(RIGHT - CELL, abs=0.6)
    assert last[0].left == pytest.approx(first[0].left, abs=0.5)
    assert last[0].middle - first[0].middle == pytest.approx(LINE, abs=0.5)


def test_page_numbers_stand_7_mm_below_on_the_outer_side(tmp_path: Path) -> None:
    pages = chars_of(made(OfficialPaper("标题", "某支部", "2026-01-05", (FULL,)), tmp_path))
    assert len(pages) > 3
    for number, chars in enumerate(pages, 1):
        text = run_of(chars, f"—{number}—")
        assert text[0].middle == pytest.approx(BOTTOM + 7, abs=0.2)
        one_character = 14 / MM
        if number % 2:
            assert text[-1].right == pytest.approx(RIGHT - one_character, abs=0.3)
        else:
            assert text[0].left == pytest.approx(LEFT + one_character, abs=0.3)


def test_sealed_signature_is_centred_over_the_date_four_characters_in(tmp_path: Path) -> None:
    chars = chars_of(made(PAPER, tmp_path))[0]
    date = run_of(chars, "2026年1月5日")
    issuer = [run_of(chars[::-1], PAPER.issuer[::-1])[i] for i in range(len(PAPER.issuer))][::-1]
    # The outline of 日 ends 0.9 mm within its square.
    assert date[-1].right == pytest.approx(RIGHT - 4 * CELL - 0.9, abs=0.3)
    assert (issuer[0].left + issuer[-1].right) / 2 == pytest.approx((date[0].left + date[-1].right) / 2, abs=0.5)
    assert date[1].middle - issuer[1].middle == pytest.approx(LINE, abs=0.6)
    # A seal of 42 mm with signature and date a little below its middle begins within one line of the text.
    text_end = max(char.bottom for char in run_of(chars, "特此通知。"))
    boundary = (issuer[0].bottom + date[0].top) / 2
    assert boundary - 3 - 21 - text_end < LINE
    assert "01月" not in "".join(char.text for char in chars)


def test_unsealed_date_begins_two_characters_after_the_name(tmp_path: Path) -> None:
    chars = chars_of(made(replace(PAPER, seal=False), tmp_path))[0]
    date = run_of(chars, "2026年1月5日")
    issuer = [c for c in chars if abs(c.middle - (date[1].middle - LINE)) < 1.5]
    assert issuer[-1].right == pytest.approx(RIGHT - 2 * CELL, abs=0.6)
    assert date[0].left - issuer[0].left == pytest.approx(2 * CELL, abs=0.6)
    short = chars_of(made(replace(PAPER, seal=False, issuer="某支部", dated="2026-11-25"), tmp_path))[0]
    assert run_of(short, "2026年11月25日")[-1].right == pytest.approx(RIGHT - 2 * CELL - 0.9, abs=0.3)


@pytest.mark.parametrize("count", range(1, 24))
def test_signature_date_and_seal_never_part_from_the_text(tmp_path: Path, count: int) -> None:
    body = tuple(Paragraph(f"第{n}段。") for n in range(count))
    pages = chars_of(made(replace(PAPER, body=body), tmp_path))
    texts = ["".join(char.text for char in page) for page in pages]
    assert "2026年1月5日" in texts[-1] and f"第{count - 1}段。" in texts[-1]
    assert sum("2026年1月5日" in text for text in texts) == 1
    date = run_of(pages[-1], "2026年1月5日")
    assert date[0].bottom + 15 < BOTTOM + 7


def test_imprint_ends_on_the_lower_edge_of_the_last_page(tmp_path: Path) -> None:
    imprint = Imprint("某某街道党工委办公室", "2026-01-06", ("区委组织部", "区委办公室"))
    path = made(replace(PAPER, imprint=imprint, double_sided=False), tmp_path)
    (chars,) = chars_of(path)
    rules = ruled(path, 0, red=False)
    assert [round(thick, 2) for _, thick in rules] == [pytest.approx(t, abs=0.06) for t in (0.35, 0.25, 0.35)]
    assert rules[-1][0] + rules[-1][1] / 2 == pytest.approx(BOTTOM, abs=0.1)
    copies, printer = run_of(chars, "抄送：区委组织部，区委办公室。"), run_of(chars, "某某街道党工委办公室")
    assert copies[0].left == pytest.approx(LEFT + 14 / MM, abs=0.6)
    assert rules[0][0] < copies[0].top < rules[1][0] < printer[0].top < rules[2][0]
    assert run_of(chars, "2026年1月6日印发")[-1].right == pytest.approx(RIGHT - 14 / MM, abs=0.6)


@pytest.mark.parametrize(("paragraphs", "pages", "numbers"), [(2, 2, 1), (14, 2, 2), (40, 4, 3), (26, 4, 2)])
def test_double_sided_the_imprint_is_on_the_back(tmp_path: Path, paragraphs: int, pages: int, numbers: int) -> None:
    body = tuple(Paragraph(f"第{n}段。") for n in range(paragraphs))
    found = chars_of(made(replace(PAPER, body=body, imprint=Imprint("办公室", "2026-01-06")), tmp_path))
    texts = ["".join(char.text for char in page) for page in found]
    assert len(texts) == pages and "印发" in texts[-1]
    assert len(re.findall(r"—\d+—", "".join(texts))) == numbers


def test_attachments_are_listed_and_stand_on_pages_of_their_own(tmp_path: Path) -> None:
    table = Table((Column("单位"), Column("党员数", ColumnKind.INTEGER)), [("东湖社区", 12)])
    long = "某某街道基层党组织和党员基本情况统计表填报口径和逐项说明以及常见问题"
    attachments = (Annex(long, (table, Paragraph("填表说明。"))), Annex("名单"))
    pages = chars_of(made(replace(PAPER, red_head="", attachments=attachments), tmp_path))
    assert len(pages) == 3
    first, second = run_of(pages[0], "附件：1."), run_of(pages[0], "2.名单")
    assert first[0].left == pytest.approx(LEFT + 2 * CELL, abs=0.6)
    assert second[2].left == pytest.approx(run_of(pages[0], long[:5])[0].left, abs=0.6)
    line = [c for c in pages[0] if LINE / 2 < c.middle - run_of(pages[0], long[:5])[0].middle < LINE * 1.5]
    assert line[0].left == pytest.approx(run_of(pages[0], long[:5])[0].left, abs=0.6)
    label, title = run_of(pages[1], "附件1"), run_of(pages[1], long[:6])
    assert label[0].left == pytest.approx(LEFT, abs=0.6) and label[0].top - TOP < LINE
    assert title[0].middle - label[0].middle == pytest.approx(2 * LINE, abs=0.6)
    # Text below a table stands on the grid again.
    below = run_of(pages[1], "填表说明")[0]
    lines = (below.middle - label[0].middle) / LINE
    assert lines == pytest.approx(round(lines), abs=0.06)


def test_a_faulty_paper_is_not_printed(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        made(replace(PAPER, number="某街工委发[2026]05号"), tmp_path)
    assert caught.value.code == "paper_faults"
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "Fonts" / "office"
    folder.mkdir(parents=True)
    monkeypatch.setattr(machine_faces, "font_folders", lambda: (tmp_path / "Fonts",))
    yield folder


def test_the_machines_own_faces_are_used_and_named(tmp_path: Path, machine: Path) -> None:
    (machine / "仿宋_GB2312.ttf").write_bytes(b"no font at all")
    shutil.copy(resource("fonts", "LXGWWenKai-Regular.ttf"), machine / "SIMFANG.TTF")
    assert faces_used() == [
        ("仿宋", "SIMFANG.TTF", True),
        ("小标宋", "NotoSerifSC-Bold.ttf", False),
        ("楷体", "LXGWWenKai-Regular.ttf", False),
        ("黑体", "NotoSansSC-Bold.ttf", False),
    ]
    path = made(replace(PAPER, body=(Paragraph("名字𠅤某。"),)), tmp_path)
    used: Any = pypdf.PdfReader(path).pages[0]["/Resources"]
    fonts = [font.get_object()["/BaseFont"] for font in used["/Font"].values()]
    assert any("WenKai" in name for name in fonts)
    with pypdfium2.PdfDocument(path) as pdf:
        assert "名字𠅤某。" in pdf[0].get_textpage().get_text_range()


def test_without_own_faces_the_bundle_stands_in() -> None:
    assert [own for _, _, own in faces_used()] == [False] * 4
