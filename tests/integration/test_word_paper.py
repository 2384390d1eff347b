"""An official paper as a Word document: the same words on the same page, named faces, nothing left out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn
from docx.text.run import Run as WordRun

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import (
    Column,
    ColumnKind,
    Document,
    Heading,
    Paragraph,
    RowGroup,
    SignatureLine,
    Table,
)
from dangjian_desktop.documents.official import Annex, NumberedPoint, OfficialPaper
from dangjian_desktop.exchange.word.official import render_docx
from dangjian_desktop.exchange.word.report import render_report_docx

PAPER = OfficialPaper(
    title="某街道党工委2026年党建工作总结",
    issuer="某街道党工委",
    dated="2026-09-05",
    addressee="市委组织部",
    body=(
        NumberedPoint(1, "基本情况"),
        Paragraph("共有党员478人。"),
        NumberedPoint(2, "党员队伍管理"),
        NumberedPoint(3, "发展党员。", "全年发展31人。"),
        Table((Column("支部"), Column("党员", ColumnKind.INTEGER)), rows=[["甲支部", 12]], totals=[["合计", 12]]),
        NumberedPoint(1, "下一步打算"),
        Paragraph("抓好落实。"),
    ),
    attachments=(Annex("任务清单", (Paragraph("一项。"),)),),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The paper, written."""
    target = tmp_path / "总结.docx"
    render_docx(PAPER, target)
    return target


def test_words_stand_in_order_with_their_numbers(path: Path) -> None:
    word = docx.Document(str(path))
    texts = [paragraph.text.strip() for paragraph in word.paragraphs if paragraph.text.strip()]
    assert texts == [
        "某街道党工委2026年党建工作总结",
        "市委组织部：",
        "一、基本情况",
        "共有党员478人。",
        "（一）党员队伍管理",
        "1.发展党员。全年发展31人。",
        "二、下一步打算",
        "抓好落实。",
        "附件：任务清单",
        "某街道党工委",
        "2026年9月5日",
        "附件",
        "任务清单",
        "一项。",
    ]
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [
        ["支部", "党员"],
        ["甲支部", "12"],
        ["合计", "12"],
    ]


def east_asian_face(run: WordRun) -> str | None:
    """The face that a run names for Chinese."""
    properties = run._r.rPr
    assert properties is not None and properties.rFonts is not None
    face = properties.rFonts.get(qn("w:eastAsia"))
    assert face is None or isinstance(face, str)
    return face


def test_page_and_faces_are_those_of_official_papers(path: Path) -> None:
    word = docx.Document(str(path))
    section = word.sections[0]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    sizes = (section.page_width, section.page_height, *margins)
    assert [each and round(each.mm) for each in sizes] == [
        210,
        297,
        37,
        26,
        35,
        28,
    ]
    faces = {
        run.text: (east_asian_face(run), run.font.size.pt)
        for paragraph in word.paragraphs
        for run in paragraph.runs
        if run.font.size
    }
    assert faces["某街道党工委2026年党建工作总结"] == ("方正小标宋简体", 22)
    assert faces["一、基本情况"] == ("黑体", 16)
    assert faces["（一）党员队伍管理"] == ("楷体", 16)
    assert faces["共有党员478人。"] == ("仿宋", 16)
    assert "PAGE" in section.footer._element.xml and "PAGE" in section.even_page_footer._element.xml


def test_a_paper_without_signature_is_refused_and_nothing_written(tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        render_docx(OfficialPaper("题", "", "2026-09-05", ()), tmp_path / "总结.docx")
    assert refused.value.code == "paper_faults"
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("lowriter") is None, reason="LibreOffice Writer is not installed")
def test_the_document_opens_in_an_office_program(path: Path, tmp_path: Path) -> None:
    profile = (tmp_path / "profile").as_uri()
    command = ["lowriter", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(path)], check=True, capture_output=True, timeout=120)
    with pypdfium2.PdfDocument(path.with_suffix(".pdf")) as pdf:
        assert len(pdf) == 2
        # Between Chinese and figures it puts a little space.
        assert "共有党员478人" in pdf[0].get_textpage().get_text_range().replace(" ", "")


def test_a_line_holds_twenty_eight_characters_in_every_word_processor(path: Path) -> None:
    word = docx.Document(str(path))
    spacing = word.styles["Normal"].element.find(f"{qn('w:rPr')}/{qn('w:spacing')}")
    pitch = 16 + int(spacing.get(qn("w:val"))) / 20
    assert 28 <= 156 / 25.4 * 72 / pitch < 29
    grid = word.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "lines" and grid.get(qn("w:charSpace")) is None


REPORT = Document(
    "党组织和党员基本情况季度报表",
    (
        Heading("一、基本情况"),
        Paragraph("共有党员478名。"),
        Table(
            (
                Column("序号", ColumnKind.INTEGER),
                Column("单位"),
                Column("总数", ColumnKind.INTEGER, ("党员数",)),
                Column("女", ColumnKind.INTEGER, ("党员数",)),
            ),
            groups=[RowGroup("村居", [[1, "甲社区", 12, 5], [2, "乙社区", 8, 3]], [None, "小计", 20, 8])],
            totals=[[None, "合计", 20, 8]],
            caption="统计表",
            unit="单位：人",
            note="一人只计一次。",
        ),
        Table((Column("姓名"), Column("日期", ColumnKind.DATE)), empty_text="（没有）"),
    ),
    subtitle="（2026年第3季度）",
    unit="某街道党工委",
    filled_on="2026-10-08",
    signature=SignatureLine(unit="某街道党工委"),
)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report, written."""
    target = tmp_path / "季报.docx"
    render_report_docx(REPORT, target)
    return target


def test_a_report_keeps_words_tables_and_their_headers(report: Path) -> None:
    word = docx.Document(str(report))
    texts = [paragraph.text for paragraph in word.paragraphs if paragraph.text]
    assert texts[:4] == [
        REPORT.title,
        "（2026年第3季度）",
        "填报单位：某街道党工委\t填报日期：2026年10月8日",
        "一、基本情况",
    ]
    assert "一人只计一次。" in texts
    first, second, signature = word.tables
    assert [[cell.text for cell in row.cells] for row in first.rows] == [
        ["序号", "单位", "党员数", "党员数"],
        ["序号", "单位", "总数", "女"],
        ["村居"] * 4,
        ["1", "甲社区", "12", "5"],
        ["2", "乙社区", "8", "3"],
        ["", "小计", "20", "8"],
        ["", "合计", "20", "8"],
    ]
    assert [
        row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in first.rows[:3]
    ] == [
        True,
        True,
        False,
    ]
    assert second.rows[1].cells[0].text == "（没有）"
    assert [cell.text for cell in signature.rows[0].cells] == ["填表人：", "审核人：", "单位（盖章）：某街道党工委"]


def test_tables_of_a_report_fill_the_page_and_no_more(report: Path) -> None:
    word = docx.Document(str(report))
    section = word.sections[0]
    assert section.page_width and section.left_margin and section.right_margin
    room = section.page_width - section.left_margin - section.right_margin
    for table in word.tables:
        for row in table._tbl.tr_lst:
            assert abs(sum(cell.width or 0 for cell in row.tc_lst) - room) < room / 100
    assert "NUMPAGES" in section.footer._element.xml
