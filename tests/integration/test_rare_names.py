"""Names with rare characters: they copy out right, and what no font has is reported with its record."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from dangjian_desktop.documents.model import Column, ColumnKind, Document, Heading, Paragraph, RowGroup, Table
from dangjian_desktop.documents.official import OfficialPaper
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
