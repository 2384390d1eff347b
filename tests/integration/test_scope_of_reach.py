"""An account of one unit: what lies beyond is refused, not answered with zeros, and every paper speaks of the unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from cli_kit import Cli, write
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.documents.model import Document
from dangjian_desktop.services import home
from dangjian_desktop.services.forms import correction_sheets
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.office import accounts, handover, opening
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records, search
from dangjian_desktop.services.reports import exporting, figures, report_batches, reports
from dangjian_desktop.services.reports.paper_files import MissingGlyph
from dangjian_desktop.services.reports.previewing import drawn
from dangjian_desktop.services.reports.request import ReportRequest
from dangjian_desktop.services.units import organisations
from import_kit import HEADERS, block, person
from office_kit import add_branch, add_member, id_number, new_office, scanned

OTHER = "另一个密码 2026"


@pytest.fixture
def units(tmp_path: Path) -> Iterator[tuple[Office, str, str, str]]:
    """The office of the first branch's own administrator, with root, first and second unit."""
    office = new_office(tmp_path)
    root = organisations.root_id(office)
    assert root is not None
    first, second = add_branch(office, "甲支部"), add_branch(office, "乙支部")
    add_member(office, "王五", first, 1)
    add_member(office, "赵六", second, 3)
    accounts.add(office, "甲管", "administrator", OTHER, scope=first)
    office.close()
    limited = opening.open_office(office.path, account="甲管", password=OTHER)
    yield limited, root, first, second
    limited.close()


Ask = Callable[[Office, str, Path], object]

ASKED: dict[str, Ask] = {
    "list": lambda office, unit, _: records.query(office, "member", scope=unit),
    "list-on": lambda office, unit, _: records.query(office, "member", scope=unit, on=date(2026, 3, 1)),
    "units": lambda office, unit, _: records.query(office, "organisation", scope=unit),
    "meetings": lambda office, unit, _: records.query(office, "meeting", scope=unit),
    "figures": lambda office, unit, _: figures.values_of(office, scope=unit),
    "figures-of": lambda office, unit, _: figures.values_of(office, scope=unit, period="2026Q1"),
    "home": lambda office, unit, _: home.top_row(office, unit),
    "home-due": lambda office, unit, _: home.pressing(office, unit),
    "home-more": lambda office, unit, _: home.others(office, unit),
    "home-outlook": lambda office, unit, _: home.outlook(office, unit),
    "home-members": lambda office, unit, _: scanned(office, unit),
    "export": lambda office, unit, to: exporting.export(office, "member", to / "a.xlsx", scope=unit),
    "report": lambda office, unit, to: reports.make(office, ReportRequest("roster", scope=unit), to, formats=["pdf"]),
    "quarterly": lambda office, unit, to: reports.make(office, ReportRequest("quarterly", scope=unit), to),
    "batch": lambda office, unit, _: report_batches.choices(office, unit),
    "correction": lambda office, unit, to: correction_sheets.correction_sheet(office, unit, to / "c.xlsx"),
    "addressees": lambda office, unit, _: correction_sheets.addressees(office, unit),
    "import": lambda office, unit, _: importing.prepare(
        office, "roster", block([HEADERS, person("孙七", 5)]), scope=unit
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_a_unit_out_of_reach_is_refused_and_never_answered_with_zeros(
    units: tuple[Office, str, str, str], tmp_path: Path, what: str
) -> None:
    office, root, first, second = units
    folder = tmp_path / "出"
    folder.mkdir()
    for beyond in (second, root):
        with pytest.raises(UserError) as caught:
            ASKED[what](office, beyond, folder)
        assert caught.value.code == "out_of_scope"
    assert not list(folder.iterdir())
    ASKED[what](office, first, folder)


def test_the_commands_refuse_it_too(
    units: tuple[Office, str, str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, *_ = units
    office.close()
    cli = Cli(office.path, capsys)
    signed = ("--account", "甲管", "--password-file", write(tmp_path, "p", OTHER))
    out = tmp_path / "出"
    for words in (
        ("list", "member"),
        ("list", "organisation"),
        ("figures",),
        ("export", "member", "-o", out / "a.xlsx"),
        ("report", "roster", "-o", out),
        ("import", "roster", write(tmp_path, "r.csv", "姓名,公民身份号码\n")),
    ):
        for beyond in ("乙支部", office.name):
            cli.refused(1, "out_of_scope", *words, "--scope", beyond, *signed)
    each = ("report", "roster", "--each", "-o", out)
    cli.refused(1, "out_of_scope", *each, "--scope", "甲支部", "--scope", "乙支部", *signed)
    assert not out.exists()
    assert cli.ok("list", "member", "--scope", "甲支部", *signed)["total"] == 1


def test_the_tree_begins_at_the_own_unit(units: tuple[Office, str, str, str]) -> None:
    office, _, first, _ = units
    below = records.add(office, "organisation", {"name": "甲支部第一党小组", "kind": "党小组", "parent": first}).id
    nodes = organisations.tree(office)
    assert [(n.id, n.parent_id, n.depth) for n in nodes] == [(first, None, 0), (below, first, 1)]
    assert [hit.id for hit in search.find_all(office, "支部")] == [first, below]
    assert search.find_all(office, "街道") == []


def test_a_number_typed_into_a_post_names_nobody_out_of_reach(units: tuple[Office, str, str, str]) -> None:
    office, _, first, second = units
    for typed in (id_number(serial=3), f"{id_number(serial=3)[:6]} {id_number(serial=3)[6:]}"):
        with pytest.raises(UserError) as caught:
            records.add(office, "post", {"organisation": first, "member": typed, "post": "书记"})
        assert caught.value.code == "member_unknown"
        assert "赵六" not in caught.value.message
    rows = [["党组织", "姓名", "公民身份号码", "职务"], ["甲支部", "赵六", id_number(serial=3), "书记"]]
    plan = importing.prepare(office, "posts", block(rows))
    assert second not in repr(plan)


def test_papers_and_pages_speak_of_the_unit(
    units: tuple[Office, str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    office, *_ = units
    assert office.called == "甲支部"
    papers: list[Document] = []

    def look(document: Document) -> tuple[bytes, tuple[MissingGlyph, ...]]:
        papers.append(document)
        return drawn(document)

    monkeypatch.setattr(handover, "drawn", look)
    handover.preview(office, "甲管", "接手的人")
    assert "甲支部" in repr(papers)
    assert office.name not in repr(papers)
    assert "备份存放处" not in repr(papers)
