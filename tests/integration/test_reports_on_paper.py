"""Every report on every paper, as the PDF has it: nothing beyond the margins, headers repeated, no empty page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.documents.model import Cell, ColumnKind, Document, Row, Table, cell_text
from dangjian_desktop.documents.paper import PAPERS, paper_of
from dangjian_desktop.services.office import audit
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import previewing, reports
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import TODAY, new_office

MM = 72 / 25.4
SIZES = {"A4竖": (210, 297), "A4横": (297, 210), "A3竖": (297, 420), "A3横": (420, 297)}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street that no test changes."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=120)
    yield opened
    opened.close()


def bare(text: object) -> str:
    return re.sub(r"\s", "", str(text))


@pytest.mark.parametrize("paper", PAPERS)
def test_every_report_stands_within_the_margins_of_every_paper(street: Office, paper: str) -> None:
    meeting = records.query(street, "meeting")[0]
    for spec in reports.catalogue(street):
        if spec.each and spec.needs_id:
            continue  # an official paper of one entry, always on A4 upright
        record = meeting if spec.needs_id else None
        document = reports.prepare(street, ReportRequest(spec.name, record=record, paper=paper)).document
        if not isinstance(document, Document) or (spec.name == "org-chart" and paper.startswith("A4")):
            continue
        top, right, bottom, left = document.page.margins
        made = previewing.preview(street, ReportRequest(spec.name, record=record, paper=paper))
        with pypdfium2.PdfDocument(made.pdf) as pdf:
            texts = [bare(page.get_textpage().get_text_range()) for page in pdf]
            for page in (pdf[0], pdf[len(pdf) // 2], pdf[len(pdf) - 1]):
                assert [round(side / MM) for side in page.get_size()] == list(SIZES[paper]), spec.name
                x1, y1, x2, y2 = ink_of(page)
                width, height = SIZES[paper]
                assert x1 >= left - 0.4 and x2 <= width - right + 0.4, spec.name
                assert y1 >= top - 1.0 and y2 <= height - min(bottom, 7), spec.name
        assert all(len(text) > 40 for text in texts), f"an almost empty page in {spec.name}"
        for table in document.tables():
            assert_header_above_its_rows(table, texts, spec.name)


def ink_of(page: pypdfium2.PdfPage) -> tuple[float, float, float, float]:
    """What is drawn on a page: left, top, right, bottom in millimetres from the upper left corner."""
    height = page.get_height()
    text = page.get_textpage()
    boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    low, high = min(box[1] for box in boxes), max(box[3] for box in boxes)
    return left / MM, (height - high) / MM, right / MM, (height - low) / MM


def assert_header_above_its_rows(table: Table, pages: list[str], name: str) -> None:
    """The labels stand on each page with a row of the table; rows come in order, totals last."""
    labels = [bare(label) for column in table.columns for label in (column.label, *column.groups)]
    under = [page for page in pages if all(label in page for label in labels)]
    assert under, (name, labels)
    rows = [bare("".join(cell_text(*pair) for pair in cells(table, row))) for g in table.sections() for row in g.rows]
    for start in rows[:: max(1, len(rows) // 8)]:
        first = start[:4]
        assert any(first in page for page in under), (name, start)
    for total in table.totals:
        text = bare("".join(cell_text(*pair) for pair in cells(table, total)))
        assert text in under[-1] or any(text in page for page in under), (name, text)


def cells(table: Table, row: Row) -> list[tuple[Cell, ColumnKind]]:
    return [(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]


def test_groups_have_their_subtotal_below_their_rows_and_the_total_comes_last(street: Office) -> None:
    made = previewing.preview(street, ReportRequest("quarterly"))
    document = reports.prepare(street, ReportRequest("quarterly")).document
    assert isinstance(document, Document)
    table = next(each for each in document.tables() if each.groups)
    assert len(table.groups) > 1 and table.totals
    with pypdfium2.PdfDocument(made.pdf) as pdf:
        text = bare("".join(page.get_textpage().get_text_range() for page in pdf))
    found = []
    for group in table.groups:
        assert group.subtotal is not None
        found += [text.index(bare(f"{group.rows[-1][0]}{group.rows[-1][1]}"))]
        found += [text.index("小计", found[-1])]
    found.append(text.index("合计", found[-1]))
    assert all(one < two for one, two in pairwise(found))


def test_papers_are_named_as_people_name_them() -> None:
    assert (
        paper_of("a3") == PAPERS["A3横"] and paper_of("A4") == PAPERS["A4竖"] and paper_of("A4横向") == PAPERS["A4横"]
    )
    with pytest.raises(UsageError) as caught:
        paper_of("B5")
    assert caught.value.code == "bad_paper"


def test_official_papers_stay_on_a4(street: Office) -> None:
    assert previewing.preview(street, ReportRequest("work-summary", paper="A3横")).sizes[0] == pytest.approx(
        (210 * MM, 297 * MM), abs=1
    )


def test_the_chosen_paper_holds_for_files_too(street: Office, tmp_path: Path) -> None:
    (path,) = reports.make(street, ReportRequest("organisations", paper="A3竖"), tmp_path, formats=["pdf"]).paths
    with pypdfium2.PdfDocument(path) as pdf:
        assert [round(side / MM) for side in pdf[0].get_size()] == [297, 420]


def test_a_chart_too_large_for_the_paper_asked_for_is_refused_with_advice(street: Office) -> None:
    with pytest.raises(UserError) as caught:
        previewing.preview(street, ReportRequest("org-chart", paper="A4竖"))
    assert caught.value.code == "chart_too_large" and "A3" in caught.value.advice


def test_printing_is_written_down_with_the_type_that_was_used(street: Office) -> None:
    previewing.preview(street, ReportRequest("organisations")).printed()
    previewing.preview(street, ReportRequest("work-summary")).printed()
    summary, plain = audit.listing(street, act="export", limit=2)
    assert summary.action == plain.action == "print" and summary.act == "打印"
    assert "党建工作总结" in summary.what and "仿宋 " in summary.what and "字体" not in plain.what
