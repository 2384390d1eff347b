"""Names with rare characters: they copy out right, and what no font has is reported with its record."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from dangjian_desktop.documents.charts import Chart, ChartKind, Series
from dangjian_desktop.documents.model import (
    Column,
    ColumnKind,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    Paragraph,
    RowGroup,
    SignatureBlock,
    SignatureLine,
    Table,
)
from dangjian_desktop.documents.official import OfficialForm, OfficialPaper
from dangjian_desktop.documents.org_chart import ChartUnit
from dangjian_desktop.documents.org_chart_page import org_chart_page
from dangjian_desktop.exchange.pdf.official import render_official
from dangjian_desktop.exchange.pdf.render import missing_glyphs, missing_places, render_pdf

# Planes 0 (main block, extensions A) and 2 (extensions B, C, D, E, F).
NAMES = ["𠅤某", "张𬸚", "王𪨶", "李䶮", "欧阳龑", "陈𪛖", "赵𬱖林", "买买提·𫍯"]
UNKNOWN = "\ue5e5"


def pdfium(path: Path) -> str:
    with pypdfium2.PdfDocument(path) as pdf:
        return "".join(page.get_textpage().get_text_range() for page in pdf)


def by_pypdf(path: Path) -> str:
    return "".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def pdftotext(path: Path) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not on this machine")
    return subprocess.run([tool, str(path), "-"], capture_output=True, check=True, encoding="utf-8").stdout


@pytest.mark.parametrize("reader", [pdfium, by_pypdf, pdftotext])
def test_names_copy_out_right(tmp_path: Path, reader: object) -> None:
    table = Table(
        (Column("姓名"), Column("号码", ColumnKind.CODE), Column("介绍人")),
        groups=[RowGroup(f"{name}支部", [(name, "1", name)]) for name in NAMES],
    )
    text = "，".join(NAMES)
    report = tmp_path / "册.pdf"
    render_pdf(Document(f"名册：{NAMES[0]}", (Heading(text), table, Paragraph(f"“{text}”（{text}）。" * 3))), report)
    official = tmp_path / "文.pdf"
    body = (Paragraph(f"同意{text}等同志为预备党员。" * 4),)
    render_official(OfficialPaper(f"关于{NAMES[0]}同志的决定", "某支部", "2026-01-05", body), official)
    for path, times in ((report, 9), (official, 4)):
        found = "".join(reader(path).split())  # type: ignore[operator]
        assert {name: found.count(name) for name in NAMES if found.count(name) < times} == {}


@pytest.mark.parametrize("reader", [pdfium, by_pypdf, pdftotext])
def test_names_copy_out_of_charts_forms_and_special_papers(tmp_path: Path, reader: object) -> None:
    def path(name: str) -> Path:
        return tmp_path / f"{name}.pdf"

    counts = (Series("党员", tuple(range(len(NAMES)))),)
    columns = Chart(ChartKind.COLUMNS, "年龄", tuple(NAMES), counts)
    rows = Chart(ChartKind.ROWS, "单位", tuple(f"{name}社区" for name in NAMES), counts)
    render_pdf(Document("结构图", (columns, rows)), path("图"))
    branches = tuple(ChartUnit(f"{name}支部", "3人", (ChartUnit(f"{name}小组", "1人"),)) for name in NAMES)
    render_pdf(org_chart_page(ChartUnit("某社区", "9人", branches), as_of=""), path("架构"))
    grid = KeyValueGrid(tuple(KeyValue("姓名", name) for name in NAMES))
    block = SignatureBlock(f"{NAMES[0]}支部", "2026-01-05")
    render_pdf(Document("记录", (grid, block), signature=SignatureLine(filled_by=NAMES[1])), path("表"))
    letter = OfficialPaper(
        "关于排查的函", "某支部", "2026-01-05", (Paragraph("，".join(NAMES)),), form=OfficialForm.LETTER
    )
    letter = replace(letter, red_head=f"{NAMES[0]}支部", number="某函〔2026〕1号")
    render_official(letter, path("函"))
    minutes = replace(letter, form=OfficialForm.MINUTES, attendance=(("出席", "、".join(NAMES)),))
    render_official(minutes, path("纪要"))
    for name, times in (("图", 2), ("架构", 2), ("表", 1), ("函", 1), ("纪要", 2)):
        found = "".join(reader(path(name)).split())  # type: ignore[operator]
        assert {each: found.count(each) for each in NAMES if found.count(each) < times} == {}, name


def test_a_character_without_font_is_reported_with_every_record_that_holds_it() -> None:
    columns = (Column("序号", ColumnKind.INTEGER), Column("姓名"), Column("单位"))
    groups = [
        RowGroup("甲支部", [(1, "王某", "街道"), (2, f"张{UNKNOWN}", "街道")], records=["m1", "m2"]),
        RowGroup("乙支部", [(1, "李某", f"{UNKNOWN}公司")], records=["m3"]),
    ]
    document = Document("花名册", (Table(columns, groups=groups), Paragraph(f"共{UNKNOWN}人")))
    found = missing_places(document)
    assert [(each.char, each.text, each.where, each.record) for each in found] == [
        (UNKNOWN, f"张{UNKNOWN}", f"花名册“甲支部”第2行（2 张{UNKNOWN}）", "m2"),
        (UNKNOWN, f"{UNKNOWN}公司", "花名册“乙支部”第3行（1 李某）", "m3"),
        (UNKNOWN, f"共{UNKNOWN}人", "花名册", ""),
    ]
    assert found[0].code == "U+E5E5"
    assert missing_glyphs(document) == [(UNKNOWN, f"张{UNKNOWN}")]


def test_a_document_with_fonts_for_all_has_nothing_to_report() -> None:
    rows = [(name, "街道") for name in NAMES]
    assert missing_places(Document("花名册", (Table((Column("姓名"), Column("单位")), rows),))) == []
