"""Names of finished papers fit on a disk, and Word sets Chinese marks in the Chinese face."""

from __future__ import annotations

from docx import Document as new_word
from docx.oxml.ns import qn

from dangjian_desktop.exchange.word.parts import mark_chinese
from dangjian_desktop.services.reports.reports import file_name


def test_a_long_unit_gives_way_and_the_rest_of_the_name_stays() -> None:
    unit = "中国共产党" + "某" * 60 + "支部委员会"
    name = file_name(unit, "党员花名册", "2026-09-30")
    assert len(name.encode()) <= 180
    assert name.endswith("_党员花名册_2026-09-30")
    assert name.startswith("中国共产党某")
    assert file_name("沙嘴街道", "党员花名册", "2026-09-30") == "沙嘴街道_党员花名册_2026-09-30"
    assert file_name() == ""


def test_quotes_and_dashes_are_said_to_be_chinese() -> None:
    word = new_word()
    word.add_paragraph("“三会一课”——……")
    word.add_paragraph("plain")
    mark_chinese(word)
    marked, plain = (paragraph.runs[0]._r for paragraph in word.paragraphs)
    assert marked.rPr is not None and marked.rPr.rFonts is not None
    assert marked.rPr.rFonts.get(qn("w:hint")) == "eastAsia"
    assert marked.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"
    assert plain.rPr is None
