"""PDF pages read back with other people's readers: text, order, page breaks, fonts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pytest

from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.documents.model import (
    Align,
    Block,
    Column,
    ColumnKind,
    Document,
    Face,
    Heading,
    KeyValue,
    KeyValueGrid,
    PageBreak,
    PageSetup,
    Paper,
    Paragraph,
    RowGroup,
    Run,
    SignatureBlock,
    SignatureLine,
    Spacer,
    Table,
)
from dangjian_desktop.exchange.pdf.preview import page_count, page_sizes, render_page
from dangjian_desktop.exchange.pdf.render import missing_glyphs, render_pdf
from millimetre_kit import chars_of, run_of

# In no bundled font: a private-use character.
UNKNOWN = "\ue5e5"


def pages_of(document: Document, folder: Path) -> list[str]:
    """The text of each page as pdfium reads it."""
    path = folder / "文书.pdf"
    result = render_pdf(document, path)
    with pypdfium2.PdfDocument(path) as pdf:
        texts = [page.get_textpage().get_text_range() for page in pdf]
    assert result.pages == len(texts)
    return texts


def roster(count: int, **more: object) -> Document:
    columns = (
        Column("序号", ColumnKind.INTEGER, align=Align.CENTER),
        Column("姓名"),
        Column("公民身份号码", ColumnKind.CODE),
        Column("住址"),
    )
    rows = [(n, f"党员{n}号", f"429***********{n:04d}", "河东路18号滨江花园小区7栋2单元") for n in range(1, count + 1)]
    return Document("党员花名册", (Table(columns, rows),), **more)  # type: ignore[arg-type]


def test_every_row_once_header_and_number_on_every_page(tmp_path: Path) -> None:
    pages = pages_of(roster(200), tmp_path)
    assert len(pages) > 3
    for number, text in enumerate(pages, 1):
        assert "公民身份号码" in text
        assert f"第{number}页 共{len(pages)}页" in re.sub(" +", " ", text)
    rows = re.findall(r"党员(\d+)号", "".join(pages))
    assert rows == [str(n) for n in range(1, 201)]


@pytest.mark.parametrize("count", range(18, 40))
def test_signature_never_stands_alone_and_no_page_is_empty(tmp_path: Path, count: int) -> None:
    pages = pages_of(roster(count, signature=SignatureLine(unit="某某街道")), tmp_path)
    assert "填表人" in pages[-1] and "单位（盖章）：某某街道" in pages[-1].replace("\r\n", "")
    assert f"党员{count}号" in pages[-1]
    assert sum("填表人" in page for page in pages) == 1


def test_rows_are_drawn_closer_where_that_spares_a_page(tmp_path: Path) -> None:
    signed = SignatureLine(unit="某某街道")
    pages = {rows: pages_of(roster(rows, signature=signed), tmp_path) for rows in range(22, 60)}
    assert [len(each) for each in pages.values()] == sorted(len(each) for each in pages.values())
    # As many rows as fill a page without a signature still take one page with it.
    assert len(pages_of(roster(30), tmp_path)) == len(pages[30]) == 1
    for rows, each in pages.items():
        assert len(each) == 1 or len(re.findall(r"党员\d+号", each[-1])) >= 3, rows


def test_group_heading_stays_with_its_rows_and_totals_with_the_last(tmp_path: Path) -> None:
    columns = (Column("单位"), Column("人数", ColumnKind.INTEGER))
    groups = [RowGroup(f"甲{g}组", [(f"支部{g}之{n}", n) for n in range(7)], (f"小计{g}", 21)) for g in range(12)]
    pages = pages_of(Document("表", (Table(columns, groups=groups, totals=[("合计", 252)]),)), tmp_path)
    assert len(pages) > 1
    for g in range(12):
        page = next(text for text in pages if f"甲{g}组" in text)
        assert f"支部{g}之0" in page
        page = next(text for text in pages if f"小计{g}" in text.split())
        assert f"支部{g}之6" in page
    assert "合计" in pages[-1] and "支部11之6" in pages[-1]


def test_rare_names_copy_out_right_from_two_readers(tmp_path: Path) -> None:
    names = ["𠅤某", "张𬸚", "王𪨶", "李䶮", "欧阳龑", "陈\U0002a6d6"]
    table = Table((Column("姓名"), Column("号码", ColumnKind.CODE)), [(name, "1") for name in names])
    path = tmp_path / "名.pdf"
    result = render_pdf(Document("名册：𠅤", (table, Paragraph("党员𬸚同志"))), path)
    assert result.missing == []
    texts = ["".join(page.extract_text() for page in pypdf.PdfReader(path).pages)]
    with pypdfium2.PdfDocument(path) as pdf:
        texts.append("".join(page.get_textpage().get_text_range() for page in pdf))
    for text in texts:
        for name in names:
            assert name in text


def test_character_without_font_is_reported_with_its_text(tmp_path: Path) -> None:
    name = f"张{UNKNOWN}"
    document = Document("名册", (Table((Column("姓名"),), [("王",), (name,)]),))
    assert missing_glyphs(document) == [(UNKNOWN, name)]
    assert render_pdf(document, tmp_path / "a.pdf").missing == [(UNKNOWN, name)]
    assert missing_glyphs(roster(3)) == []


def test_invisible_characters_are_neither_printed_nor_reported(tmp_path: Path) -> None:
    document = Document("名册", (Paragraph("张\u200b三\ufeff\x07\ufe00"),))
    assert missing_glyphs(document) == []
    (page,) = pages_of(document, tmp_path)
    assert "张三" in page


def test_all_fonts_are_embedded(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    runs = (Run("宋"), Run("粗", bold=True), Run("黑", face=Face.HEADING), Run("楷", face=Face.KAI))
    render_pdf(Document("题", (Paragraph(runs),)), path)
    fonts: Any = pypdf.PdfReader(path).pages[0]["/Resources"]
    fonts = fonts["/Font"]
    assert len(fonts) == 4
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor
    assert path.stat().st_size < 60_000


def test_row_taller_than_a_page_goes_on_without_loss(tmp_path: Path) -> None:
    text = "".join(f"第{n}句话。" for n in range(900))
    pages = pages_of(Document("表", (Table((Column("单位"), Column("内容")), [("某支部", text)]),)), tmp_path)
    assert len(pages) > 1
    joined = re.sub(r"\s", "", "".join(pages))
    assert [n for n in range(900) if f"第{n}句话。" not in joined] == []


def test_long_form_value_goes_on_over_pages(tmp_path: Path) -> None:
    lines = [f"第{n}项议程，讨论并一致通过。" for n in range(120)]
    grid = KeyValueGrid(
        (KeyValue("时间", "9月28日"), KeyValue("地点", "会议室"), KeyValue("记录", "\n".join(lines), True))
    )
    pages = pages_of(Document("会议记录", (grid, SignatureBlock("某某支部"))), tmp_path)
    joined = "".join(pages)
    assert "时间" in pages[0] and "第0项" in pages[0]
    assert all(line in joined for line in lines)
    assert "某某支部" in pages[-1]


def test_empty_table_says_so(tmp_path: Path) -> None:
    (page,) = pages_of(
        Document(
            "表",
            (
                Table(
                    (Column("姓名"), Column("签名")),
                ),
            ),
        ),
        tmp_path,
    )
    assert "（无）" in page and "签名" in page


@pytest.mark.parametrize(
    ("blocks", "count"),
    [
        ((), 1),
        ((Paragraph("一"), PageBreak()), 1),
        ((PageBreak(), Paragraph("一")), 2),
        ((Paragraph("一"), PageBreak(), PageBreak(), Paragraph("二")), 2),
        ((Paragraph("一"), Spacer(500), PageBreak(), Paragraph("二")), 2),
    ],
)
def test_breaks_make_no_empty_page(tmp_path: Path, blocks: tuple[Block, ...], count: int) -> None:
    assert len(pages_of(Document("题", blocks), tmp_path)) == count


def test_paper_changes_at_a_break(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    wide = PageSetup(Paper.A3, landscape=True)
    render_pdf(Document("题", (Paragraph("一"), PageBreak(wide), Heading("二"), Paragraph("文"))), path)
    (first, second) = [(round(w), round(h)) for w, h in page_sizes(path)]
    assert first == (595, 842)
    assert second == (1191, 842)
    with pypdfium2.PdfDocument(path) as pdf:
        assert "A3" in pdf[1].get_textpage().get_text_range()


def test_mixed_faces_in_a_paragraph_keep_their_order(tmp_path: Path) -> None:
    runs = tuple(Run(f"第{n}段话，", bold=n % 2 == 0, face=Face.KAI if n % 3 == 0 else Face.BODY) for n in range(60))
    text = re.sub(r"\s", "", "".join(pages_of(Document("题", (Paragraph(runs),)), tmp_path)))
    assert "".join(run.text for run in runs) in text


def test_stopping_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        render_pdf(roster(600), path, progress)
    assert path.read_bytes() == b"old"


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    render_pdf(roster(600), tmp_path / "a.pdf", Progress(lambda done, total, text: seen.append((done, total))))
    assert seen[-1] == (600, 600)
    assert seen == sorted(seen)


def test_preview_gives_the_pixels_of_a_page(tmp_path: Path) -> None:
    path = tmp_path / "党员 名册.pdf"
    render_pdf(roster(3), path)
    assert page_count(path) == 1
    width, height, data = render_page(path, 0, 0.5)
    assert (width, height) in {(298, 421), (297, 421), (298, 420)}
    assert len(data) == width * height * 4
    # The paper is white and something is printed on it.
    assert data[:3] == b"\xff\xff\xff"
    assert min(data[0::4]) < 128


def test_group_heading_is_repeated_where_a_page_begins_inside_the_group(tmp_path: Path) -> None:
    columns = (Column("姓名"), Column("单位"))
    groups = [RowGroup(f"第{g}支部", [(f"人{g}之{n}", "街道") for n in range(40)], (f"小计{g}", "")) for g in range(4)]
    pages = pages_of(Document("花名册", (Table(columns, groups=groups),)), tmp_path)
    assert len(pages) > 3
    seen: set[str] = set()
    for text in pages:
        first = re.search(r"人(\d)之(\d+)", text)
        assert first is not None
        again = f"第{first.group(1)}支部（续）"
        # Where the group began on an earlier page, and only there.
        assert (again in text) == (first.group(1) in seen)
        seen.update(re.findall(r"人(\d)之", text))
    rows = re.findall(r"人\d之\d+", "".join(pages))
    assert rows == [f"人{g}之{n}" for g in range(4) for n in range(40)]
    assert all("".join(pages).count(f"小计{g}") == 1 for g in range(4))


def test_twenty_pages_stay_below_a_megabyte(tmp_path: Path) -> None:
    # A thousand different characters in each of the faces: more than any report of a street uses.
    hanzi = "".join(chr(0x4E00 + 7 * n) for n in range(1000))
    text = "".join(hanzi[start : start + 12] + "，" for start in range(0, 1000, 12))
    rows = [(n, hanzi[n % 990 : n % 990 + 3], hanzi[n % 980 : n % 980 + 18]) for n in range(700)]
    table = Table((Column("序号", ColumnKind.INTEGER), Column("姓名"), Column("单位")), rows)
    path = tmp_path / "a.pdf"
    result = render_pdf(Document("报表", (Paragraph(text), Paragraph((Run(text, face=Face.KAI),)), table)), path)
    assert result.pages >= 20
    assert path.stat().st_size < 1_000_000


@pytest.mark.parametrize("landscape", [False, True])
@pytest.mark.parametrize("count", [3, 17, 31])
def test_the_seal_has_45_by_45_millimetres_below_the_table(tmp_path: Path, count: int, landscape: bool) -> None:
    page = PageSetup(landscape=landscape)
    made = roster(count, signature=SignatureLine(unit="中共某某街道工作委员会"), page=page, page_numbers=False)
    path = tmp_path / "册.pdf"
    render_pdf(made, path)
    chars = chars_of(path)[-1]
    width, height = page.size
    row = max(char.bottom for char in run_of(chars, f"党员{count}号"))
    unit, line = run_of(chars, "单位（盖章）"), run_of(chars, "填表人：")
    assert line[0].left == pytest.approx(20, abs=1) and line[0].middle == pytest.approx(unit[0].middle, abs=0.5)
    # A square of 45 mm with unit and date in it, at the right margin, holds nothing else and stays on the page.
    top = unit[0].top - 45 / 2
    assert top > row - 1.0 and unit[0].top + 45 / 2 < height - 20 + 4
    inside = [char for char in chars if char.left > width - 20 - 45 and row + 0.5 < char.top < row + 45]
    assert set("".join(char.text for char in inside)) <= set("单位（盖章）：中共某某街道工作委员会年月日")
    assert max(char.bottom for char in chars) < height - 20 + 0.5
    assert min(char.left for char in run_of(chars, "单位（盖章）：")) <= width - 20 - 44
