"""Charts and organisation charts of a generated street agree with its figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.documents.charts import Chart
from dangjian_desktop.documents.community_tree import community_tree
from dangjian_desktop.documents.model import Document, PageBreak, PageSetup, Paper, Paragraph
from dangjian_desktop.documents.org_chart import ChartUnit
from dangjian_desktop.documents.org_chart_page import org_chart_page
from dangjian_desktop.documents.paper import on_paper
from dangjian_desktop.documents.structure_charts import QuarterCount, quarter_count, structure_charts
from dangjian_desktop.domain.figures.figures import figures_of
from dangjian_desktop.exchange.pdf.render import render_pdf
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.reports import report_data
from dangjian_desktop.services.reports.figures import survey_of
from office_kit import TODAY, add_branch, add_member, new_office


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street that no test changes."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=300)
    yield opened
    opened.close()


def test_charts_add_up_to_the_members(street: Office, tmp_path: Path) -> None:
    survey = survey_of(street, period="2026Q3", on=TODAY)
    figures = figures_of(survey)
    quarters = [QuarterCount("2026年第2季度", 1, 2, 3), quarter_count("2026年第3季度", figures)]
    names = report_data.labels(street, survey).fields
    document = structure_charts(survey, names, quarters, unit="街道", filled_on="2026-09-30")
    charts = {block.title: block for block in document.blocks if isinstance(block, Chart)}
    total = figures["members"].value
    for title in ("党员年龄结构", "党员学历结构", "各单位党员数"):
        assert sum(value or 0 for value in charts[title].series[0].values) == total
    assert charts["各季度末党员总数"].series[0].values[-1] == total
    assert [series.values[-1] for series in charts["各季度党员增减"].series] == [
        figures["joined"].value,
        figures["left"].value,
    ]
    path = tmp_path / "图.pdf"
    assert render_pdf(document, path).missing == []
    with pypdfium2.PdfDocument(path) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert all(name.replace(" ", "") in re.sub(r"\s", "", text) for name in charts["各单位党员数"].categories)
    alone = structure_charts(survey, names, quarters[1:], unit="街道", filled_on="")
    assert "各季度末党员总数" not in [block.title for block in alone.blocks if isinstance(block, Chart)]


def test_organisation_chart_of_each_community_fits_one_page(street: Office, tmp_path: Path) -> None:
    survey = survey_of(street, on=TODAY)
    tops = [
        unit.id for root in survey.tree.roots for unit in map(survey.tree.nodes.get, survey.tree.children(root)) if unit
    ]
    assert tops
    counted, deepest = 0, 0
    for top in tops:
        root = community_tree(survey, top)
        deepest = max(deepest, *(level for _, level in root.walk()))
        counted += _number(root)
        people = [p for p in survey.census.people if (p.group or p.organisation) in set(survey.tree.below(top))]
        assert _number(root) == len(people)
        for node, _ in root.walk():
            assert node.planned or _number(node) >= sum(_number(child) for child in node.children)
        assert render_pdf(org_chart_page(root, as_of="2026年9月30日"), tmp_path / "图.pdf").pages == 1
    assert counted > 0
    # 社区党组织 → “大党委” → 小区党支部 → 楼栋党小组.
    assert deepest == 4


def test_four_established_levels_have_their_members_counted_on_each(tmp_path: Path) -> None:
    office = new_office(tmp_path)
    community = add_branch(office, "东湖社区党委", kind="611")
    general = add_branch(office, "滨江党总支", kind="621", parent=community)
    branch = add_branch(office, "滨江第一网格党支部", parent=general)
    group = add_branch(office, "1栋党小组", kind="小组", parent=branch)
    add_member(office, "甲某", branch, 1, group=group)
    add_member(office, "乙某", branch, 3)
    root = community_tree(survey_of(office, on=TODAY), community)
    assert [(node.name, node.count, level) for node, level in root.walk()] == [
        ("东湖社区党委", "2人", 1),
        ("滨江党总支", "2人", 2),
        ("滨江第一网格党支部", "2人", 3),
        ("1栋党小组", "1人", 4),
    ]
    office.close()


def _number(node: ChartUnit) -> int:
    found = re.match(r"\d+", node.count)
    return int(found.group()) if found else 0


def test_paper_is_changed_throughout() -> None:
    document = Document("题", (Paragraph("一"), PageBreak(PageSetup(landscape=True)), PageBreak(), Paragraph("二")))
    changed = on_paper(document, Paper.A3)
    assert changed.page.size == (297, 420)
    assert [b.setup.size if b.setup else None for b in changed.blocks if isinstance(b, PageBreak)] == [(420, 297), None]
    assert on_paper(document, landscape=True).page.size == (297, 210)
    assert on_paper(document) == document
