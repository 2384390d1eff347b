"""Charts on paper and in Excel: every value on them, told apart without colour."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.charts import Chart, ChartKind, Series
from dangjian_desktop.documents.model import Column, Document, Paragraph, Table
from dangjian_desktop.documents.org_chart import ChartUnit
from dangjian_desktop.documents.org_chart_page import org_chart_page
from dangjian_desktop.exchange.excel.write_document import render_xlsx
from dangjian_desktop.exchange.pdf.render import render_pdf
from millimetre_kit import chars_of

QUARTERS = ("第1季度", "第2季度", "第3季度", "第4季度")
TWO = (Series("增加", (12, 20, 8, 31)), Series("减少", (9, 5, 0, None)))


def texts(document: Document, folder: Path) -> list[str]:
    path = folder / "图.pdf"
    render_pdf(document, path)
    with pypdfium2.PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_value_and_name_is_printed(tmp_path: Path, kind: ChartKind) -> None:
    chart = Chart(kind, "党员增减", QUARTERS, TWO, unit="单位：人", note="第4季度减少未报。")
    (page,) = texts(Document("报表", (chart,)), tmp_path)
    for text in ("党员增减", "单位：人", "增加", "减少", "第4季度减少未报。", *QUARTERS):
        assert text in page
    numbers = re.findall(r"\d+", re.sub(r"第\d季度|第\d页|共\d页", "", page))
    for value in ("12", "20", "8", "31", "9", "5", "0"):
        assert value in numbers


@pytest.mark.parametrize("kind", list(ChartKind))
def test_series_differ_without_colour(tmp_path: Path, kind: ChartKind) -> None:
    """Nothing on the page has a colour, and two series of the same values are not drawn alike."""
    path = tmp_path / "图.pdf"
    render_pdf(
        Document("", (Chart(kind, "", ("一",), (Series("甲", (5,)), Series("乙", (5,)))),), page_numbers=False), path
    )
    with pypdfium2.PdfDocument(path) as pdf:
        bitmap = pdf[0].render(scale=2, prefer_bgrx=True, maybe_alpha=False)
        data = bytes(bitmap.buffer)
    assert all(abs(data[at] - data[at + 2]) < 12 for at in range(0, len(data), 4))
    # The share of black in the left and the right half of the key's line differs.
    width = bitmap.width
    rows = [data[y * width * 4 : (y + 1) * width * 4][::4] for y in range(bitmap.height)]
    inked = [y for y, row in enumerate(rows) if min(row) < 128]
    key = rows[inked[0] : inked[0] + 16]
    left = sum(255 - value for row in key for value in row[: width // 2])
    right = sum(255 - value for row in key for value in row[width // 2 :])
    assert abs(left - right) > 0.05 * (left + right)


def test_many_organisations_go_on_over_pages_with_the_title_again(tmp_path: Path) -> None:
    names = tuple(f"东湖第{n}支部" for n in range(1, 74))
    chart = Chart(ChartKind.ROWS, "各党组织党员数", names, (Series("党员", tuple(range(101, 174))),))
    pages = texts(Document("报表", (chart,)), tmp_path)
    assert len(pages) > 1
    assert all("各党组织党员数（续）" in page for page in pages[1:]) and "（续）" not in pages[0]
    joined = "".join(pages)
    assert all(joined.count(name) == 1 for name in names) and all(str(n) in joined for n in range(101, 174))


def test_an_axis_that_does_not_begin_at_nothing_is_named(tmp_path: Path) -> None:
    chart = Chart(ChartKind.LINES, "党员总数", QUARTERS, (Series("党员", (2101, 2118, 2109, 2126)),))
    (page,) = texts(Document("报表", (chart,)), tmp_path)
    assert "纵轴从2100起。" in page


def test_organisation_chart_is_one_page_with_all_names(tmp_path: Path) -> None:
    branches = tuple(ChartUnit(f"第{n}党支部", f"{n}人", (ChartUnit("第1党小组"),)) for n in range(1, 9))
    (page,) = texts(org_chart_page(ChartUnit("东湖社区党委", "99人", branches), as_of="2026年9月30日"), tmp_path)
    flat = re.sub(r"\s", "", page)
    assert "东湖社区党委组织架构图" in flat and flat.count("第1党小组") == 8
    assert all(f"第{n}党支部（{n}人）" in flat for n in range(1, 9))


def test_organisation_chart_that_does_not_fit_leaves_no_file(tmp_path: Path) -> None:
    root = ChartUnit("街道", children=tuple(ChartUnit(f"第{n}社区党委" * 3) for n in range(900)))
    with pytest.raises(UserError):
        texts(org_chart_page(root, as_of=""), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_in_excel_they_are_excels_own_with_their_figures(tmp_path: Path) -> None:
    path = tmp_path / "图.xlsx"
    table = Table((Column("姓名"), Column("单位")), [("张某", "街道")], sheet="名册")
    rates = Chart(ChartKind.LINES, "完成率", QUARTERS, (Series("党课", (92.5, 96, 97.1, 100)),))
    blocks = (Paragraph("说明。"), table, Chart(ChartKind.COLUMNS, "增减", QUARTERS, TWO), rates)
    render_xlsx(Document("报表", blocks), path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-2:] == ["增减", "完成率"]
    sheet = book["增减"]
    (drawn,) = sheet._charts
    values = drawn.series[0].val.numRef.f
    column, first, last = re.fullmatch(r"'?增减'?!\$(\w)\$(\d+):\$\w\$(\d+)", values).groups()  # type: ignore[union-attr]
    assert [sheet[f"{column}{row}"].value for row in range(int(first), int(last) + 1)] == [12, 20, 8, 31]
    assert drawn.series[0].tx.strRef.f.replace("$", "").endswith(f"!{column}{int(first) - 1}")
    assert drawn.series[1].graphicalProperties.pattFill is not None
    assert drawn.dataLabels.showVal
    figures = [cell.value for row in book["完成率"].iter_rows() for cell in row if isinstance(cell.value, float | int)]
    assert figures == [92.5, 96, 97.1, 100]


def test_organisation_chart_in_excel_is_an_indented_list(tmp_path: Path) -> None:
    path = tmp_path / "图.xlsx"
    render_xlsx(org_chart_page(ChartUnit("社区党委", "9人", (ChartUnit("甲支部", "5人"),)), as_of=""), path)
    (sheet,) = openpyxl.load_workbook(path)
    cells = [[cell.value for cell in row][:3] for row in sheet.iter_rows() if isinstance(row[0].value, int)]
    assert cells == [[1, "社区党委", "9人"], [2, "\u3000\u3000甲支部", "5人"]]


@pytest.mark.parametrize("series", [1, 2, 4])
@pytest.mark.parametrize("values", [(0, 0, 0), (123456, 1, 0), (99999, 100000, 1234), (1, 2, 3)])
def test_values_of_neighbours_never_touch(tmp_path: Path, series: int, values: tuple[int, ...]) -> None:
    names = tuple(f"{n}月" for n in range(12))
    chart = Chart(
        ChartKind.COLUMNS, "图", names, tuple(Series(f"系列{n}", values * 4) for n in range(series)), height=80
    )
    path = tmp_path / "图.pdf"
    render_pdf(Document("", (chart,), page_numbers=False), path)
    page = chars_of(path)[0]
    digits = [char for char in page if char.text.isdigit() and char.left > 27 and char.top < 107]
    assert digits
    for one, two in combinations(digits, 2):
        # Outlines of two figures lie beside or above each other.
        wide = min(one.right, two.right) - max(one.left, two.left)
        high = min(one.bottom, two.bottom) - max(one.top, two.top)
        assert wide < 0.12 or high < 0.12, (one, two)
