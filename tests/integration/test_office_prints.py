"""Every report's workbook as LibreOffice prints it: the same paper, header rows on each page, one page wide."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pypdfium2
import pytest

from dangjian_desktop.demo import fill, opening_day
from dangjian_desktop.documents.model import Document, Paper, Table
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import reports
from dangjian_desktop.services.reports.request import ReportRequest
from office_kit import TODAY, new_office

MM = 72 / 25.4
# More rows than this never go on one page.
_PAGEFUL = 80


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A generated street that no test changes."""
    opened = new_office(tmp_path_factory.mktemp("示例"), base=opening_day(TODAY))
    fill(opened, members=300)
    yield opened
    opened.close()


def bare(text: object) -> str:
    return re.sub(r"\s", "", str(text))


def documents(office: Office) -> Iterator[tuple[str, Document, str | None]]:
    """Every report that is written as a workbook, with the record that it needs."""
    meeting = records.query(office, "meeting")[0]
    for spec in reports.catalogue(office):
        if "xlsx" in spec.formats:
            record = meeting if spec.needs_id else None
            document = reports.prepare(office, ReportRequest(spec.name, record=record)).document
            assert isinstance(document, Document)
            yield spec.name, document, record


def test_every_workbook_says_how_it_is_printed(street: Office, tmp_path: Path) -> None:
    for name, document, record in documents(street):
        (path,) = reports.make(street, ReportRequest(name, record=record), tmp_path, formats=["xlsx"]).paths
        book = openpyxl.load_workbook(path)
        depths = {table.header_depth for table in document.tables()}
        for sheet in book:
            setup = sheet.page_setup
            assert (int(setup.paperSize) == 8) == (document.page.paper is Paper.A3), name
            assert (setup.orientation == "landscape") == document.page.landscape, name
            assert sheet.sheet_properties.pageSetUpPr.fitToPage and (setup.fitToWidth, setup.fitToHeight) == (1, 0)
            assert sheet.print_area.endswith(f"${sheet.max_row}"), (name, sheet.title)
            if sheet.print_title_rows and depths:
                first, last = map(int, re.findall(r"\d+", sheet.print_title_rows))
                assert sheet.freeze_panes == f"A{last + 1}"
                assert last - first + 1 in depths | {1}
        tables = [table for table in document.tables() if table.count]
        assert sum(bool(sheet.print_title_rows) for sheet in book) >= len(tables), name


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_every_workbook_as_it_should(street: Office, tmp_path: Path) -> None:
    made: dict[Path, Document] = {}
    for name, document, record in documents(street):
        made.update(
            dict.fromkeys(
                reports.make(street, ReportRequest(name, record=record), tmp_path, formats=["xlsx"]).paths, document
            )
        )
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, made)]
    subprocess.run(command, check=True, capture_output=True, timeout=500)
    for path, document in made.items():
        pages = printed(path.with_suffix(".pdf"))
        width, height = (side * MM for side in document.page.size)
        for text, size in pages:
            assert size == pytest.approx((width, height), abs=2), path.name
            assert text, f"an empty page in {path.name}"
        assert_headers_and_rows(document, [text for text, _ in pages], path.name)


def printed(path: Path) -> list[tuple[str, tuple[float, float]]]:
    """The text and the size of each page."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [(bare(page.get_textpage().get_text_range()), page.get_size()) for page in pdf]


def assert_headers_and_rows(document: Document, pages: list[str], name: str) -> None:
    """Each table's labels stand above its last row, and no cell is lost at the right edge."""
    whole = "".join(pages)
    for table in document.tables():
        labels = [bare(column.label) for column in table.columns]
        for section in table.sections():
            for row in section.rows[:: max(1, len(section.rows) // 5)]:
                for cell in row:
                    if isinstance(cell, str) and cell:
                        assert bare(cell) in whole, (name, cell)
        if name_of_a_row := first_text(table):
            under = [text for text in pages if all(label in text for label in labels)]
            assert any(name_of_a_row in text for text in under), (name, labels)
            assert table.count < _PAGEFUL or len(under) > 1, (name, labels)
    if document.signature is not None:
        assert "填表人：" in whole and "单位（盖章）：" in whole, name


def first_text(table: Table) -> str:
    """The longest text of the table's last row: it stands on the last page that the table reaches."""
    rows = [row for section in table.sections() for row in section.rows]
    texts = [bare(cell) for cell in rows[-1] if isinstance(cell, str)] if rows else []
    return max(texts, key=len, default="")
