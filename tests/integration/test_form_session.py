"""A form open on the screen: its look, what may be pointed at, the present value of every cell, repair of a mapping."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Color, Font, PatternFill

from dangjian_desktop.domain.forms.form_editing import list_at, put_cell, put_column, taken_by
from dangjian_desktop.domain.forms.form_looks import CellLook, displayed
from dangjian_desktop.domain.forms.form_mapping import FormMapping
from dangjian_desktop.domain.forms.form_sheets import CellStyle, place_of
from dangjian_desktop.exchange.excel.form_looks import read_looks
from dangjian_desktop.exchange.excel.form_read import read_form
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.forms.form_session import FormSession
from dangjian_desktop.services.office.office import Office
from integration.test_fill import COUNTS, QUARTER, ROSTER, opened
from office_kit import STREET, add_branch, add_member, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two branches, three people."""
    made = new_office(tmp_path)
    one, two = add_branch(made, "九十墩社区党支部"), add_branch(made, "春天社区党支部")
    add_member(made, "王小一", one, 1, sex="1", birth_on="1961-05-01")
    add_member(made, "王小二", one, 2, sex="2", birth_on="1995-03-01")
    add_member(made, "李大山", two, 7, sex="1", birth_on="1970-01-01")
    yield made
    made.close()


def session(office: Office, path: Path) -> FormSession:
    return FormSession(office, filling.inspect(office, path), scope=None, period="2026Q3", on=None)


def at(ref: str) -> tuple[int, int]:
    place = place_of(ref)
    assert place is not None
    return place


def test_the_look_of_a_form_is_read_from_its_own_parts(office: Office) -> None:
    look = session(office, COUNTS).looks["统计表"]
    sheet = opened(COUNTS)["统计表"]
    assert look.columns[2] == pytest.approx(sheet.column_dimensions["B"].width * 7 + 5)
    assert look.rows[1] == sheet.row_dimensions[1].height == 36
    title, head, blank = look.look(at("A1")), look.look(at("D3")), look.look(at("C6"))
    assert (title.size, title.horizontal, title.bordered) == (20, "center", False)
    assert head.wrap and head.bordered
    assert blank.fill == "FFF9E5"
    assert look.look(at("ZZ99")).vertical == "bottom"


def test_every_offer_has_its_present_value_and_the_label_says_which_is_near(office: Office) -> None:
    found = session(office, QUARTER)
    offers = {offer.key: offer for offer in found.offers}
    assert offers["members"].value == "3人"
    assert offers["text.unit"].value == STREET
    assert found.near("季 报", at("C4"))[0] == "members"
    assert found.near("季 报", at("F6"))[0] == "meetings_dk"
    assert found.near_column("季 报", at("C4"), "roster") is None
    roster = session(office, ROSTER)
    assert roster.near("名册", at("A2"))[0] == "text.unit"
    assert [roster.near_column("名册", at(f"{c}5"), "roster") for c in "ABEJ"] == ["number", "name", "birth_on", None]
    assert {"number", "name", "phone"} <= {offer.key for offer in roster.columns("roster")}
    assert {"secretary", "members"} <= {offer.key for offer in roster.columns("organisations")}
    ledger = next(key for key in roster.lists if key.startswith("ledger:"))
    assert {"number", "state"} <= {offer.key for offer in roster.columns(ledger)}


def test_the_preview_is_what_the_file_will_hold(office: Office, tmp_path: Path) -> None:
    for path in (COUNTS, QUARTER, ROSTER):
        found = session(office, path)
        mapping = found.suggested.mapping
        shown = found.preview(mapping)
        result = filling.fill(office, path, tmp_path / "a.xlsx", period="2026Q3", mapping=mapping)
        assert list(shown.filled) == list(result.filled)
        assert list(shown.checks) == list(result.checks)
        after = read_form((tmp_path / "a.xlsx").read_bytes(), "a.xlsx").form
        for (sheet, place), text in shown.texts.items():
            page = after.sheet(sheet)
            assert page is not None
            cell = page.cells[place]
            assert displayed(cell.value, cell.style) == text


def test_what_nobody_pointed_at_is_told_and_no_longer_once_it_is(office: Office) -> None:
    found = session(office, QUARTER)
    mapping = found.suggested.mapping
    told = {u.cell: u for u in found.preview(mapping).unfilled}
    assert not told["季 报!F13"].mapped and "还没有指定" in told["季 报!F13"].reason
    more = found.preview(put_cell(mapping, "季 报!F13", "members"))
    assert "季 报!F13" not in {u.cell for u in more.unfilled}
    assert more.texts["季 报", at("F13")] == "3"


def test_columns_of_a_list_are_pointed_at_one_by_one(office: Office) -> None:
    found = session(office, ROSTER)
    form = found.view.form
    mapping = put_cell(FormMapping(), "名册!B8", "members")
    mapping = put_column(form, mapping, "名册", at("B5"), "roster", "name")
    assert mapping.cells == {}
    mapping = put_column(form, mapping, "名册", at("C9"), "roster", "sex")
    assert [(t.first, dict(t.columns)) for t in mapping.lists] == [(5, {2: "name", 3: "sex"})]
    shown = found.preview(mapping).texts
    assert [shown["名册", at(ref)] for ref in ("B5", "C5", "B7", "C7")] == ["王小一", "男", "李大山", "男"]
    assert taken_by(form, mapping)["名册", at("C16")] == "sex"
    assert list_at(form, mapping, "名册", at("A17")) is None
    # A name stands in one column only, another list starts afresh, and a list without columns is gone.
    mapping = put_column(form, mapping, "名册", at("D5"), "roster", "name")
    assert dict(mapping.lists[0].columns) == {3: "sex", 4: "name"}
    mapping = put_column(form, mapping, "名册", at("B5"), "units", "name")
    assert [(t.source, dict(t.columns)) for t in mapping.lists] == [("units", {2: "name"})]
    assert put_column(form, mapping, "名册", at("B5"), "units", None).lists == []


def test_a_lost_cell_is_offered_the_likest_place(office: Office, tmp_path: Path) -> None:
    mapping = put_cell(filling.suggest(office, QUARTER).mapping, "季 报!F11", "members")
    filling.save_mapping(office, QUARTER, mapping)
    book = opened(QUARTER)
    book["季 报"]["D11"] = "本年度计划发展党员数"
    changed = tmp_path / QUARTER.name
    book.save(changed)
    repair = filling.inspect(office, changed).repair
    assert repair is not None
    assert ("季 报!F11", "members") in repair.lost
    assert repair.near == {"季 报!F11": "季 报!F11"}


@pytest.mark.parametrize(
    ("value", "kind", "code", "text"),
    [
        (0.1234, "percent", "0.0%", "12.3%"),
        (46295, "date", 'yyyy"年"m"月"d"日"', "2026年9月30日"),
        (46295, "date", "yyyy-mm-dd", "2026-09-30"),
        (46295, "date", "[$-804]e\\.mm", "2026.09"),
        (1234.5, "number", "#,##0.00", "1,234.50"),
        (3, "number", "General", "3"),
        (14.3, "number", "General", "14.3"),
        (True, "number", "General", "TRUE"),
        (None, "text", "@", ""),
    ],
)
def test_values_are_shown_as_their_cells_show_them(value: object, kind: str, code: str, text: str) -> None:
    assert displayed(value, CellStyle(kind, code)) == text  # type: ignore[arg-type]


def test_looks_of_awkward_forms_are_read_too(tmp_path: Path) -> None:
    """Hidden rows and columns, colours of the theme, made lighter, and a workbook without styles at all."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B2"], sheet["C3"] = "一", "二", "三"
    sheet["A1"].fill = PatternFill("solid", fgColor=Color(theme=4, tint=0.8))
    sheet["B2"].fill = PatternFill("solid", fgColor=Color(indexed=22))
    sheet["C3"].font = Font(bold=True, size=14, color="FFFF0000")
    sheet.column_dimensions["B"].hidden = True
    sheet.row_dimensions[3].hidden = True
    sheet.sheet_format.defaultRowHeight = 20
    book.save(tmp_path / "a.xlsx")
    look = read_looks(read_form((tmp_path / "a.xlsx").read_bytes(), "a.xlsx"))["Sheet"]
    assert (look.columns[2], look.rows[3], look.row_height) == (0, 0, 20)
    fill = look.look((1, 1)).fill
    assert len(fill) == 6 and min(int(fill[at : at + 2], 16) for at in (0, 2, 4)) > 0xC0
    assert look.look((2, 2)).fill == ""
    assert look.look((3, 3))[3:6] == (True, 14, "FF0000")
    bare = tmp_path / "b.xlsx"
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(bare, "w") as new:
        for name in old.namelist():
            if name != "xl/styles.xml":
                new.writestr(name, old.read(name))
    plain = read_looks(read_form(bare.read_bytes(), "b.xlsx"))["Sheet"]
    assert plain.look((1, 1)) == CellLook()


def test_a_bare_header_is_a_list_that_runs_on_below_the_form(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["党员花名册"])
    sheet.append(["序号", "姓名", "性别", "联系方式（手机）"])
    sheet["A3"].number_format = "0"  # drawn, as a stray cell often is
    book.save(tmp_path / "a.xlsx")
    found = session(office, tmp_path / "a.xlsx")
    mapping = found.suggested.mapping
    assert [(t.source, t.first, dict(t.columns)) for t in mapping.lists] == [
        ("roster", 3, {1: "number", 2: "name", 3: "sex"})
    ]
    assert [d.label for d in found.suggested.doubts] == ["联系方式（手机）"]
    mapping = put_column(found.view.form, mapping, "Sheet", at("D5"), "roster", "phone")
    assert dict(mapping.lists[0].columns)[4] == "phone"
    shown = found.preview(mapping).texts
    assert [shown["Sheet", at(ref)] for ref in ("A3", "B3", "B5")] == ["1", "王小一", "李大山"]
    filling.fill(office, tmp_path / "a.xlsx", tmp_path / "b.xlsx", mapping=mapping)
    assert opened(tmp_path / "b.xlsx")["Sheet"]["B5"].value == "李大山"
    # Signatures under a table head nothing.
    sheet.append(["填表人：", "审核人：", "日期：", "电话："])
    book.save(tmp_path / "c.xlsx")
    assert session(office, tmp_path / "c.xlsx").suggested.mapping.lists == []


def test_a_bare_list_is_found_again_in_a_changed_form(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["序号", "姓名", "性别"])
    book.save(tmp_path / "名册.xlsx")
    filling.save_mapping(office, tmp_path / "名册.xlsx", session(office, tmp_path / "名册.xlsx").suggested.mapping)
    sheet.insert_rows(1)
    sheet["A1"] = "党员名册"
    sheet["D2"] = "备注"
    book.save(tmp_path / "名册.xlsx")
    repair = filling.inspect(office, tmp_path / "名册.xlsx").repair
    assert repair is not None and repair.lost == []
    assert [(t.first, dict(t.columns)) for t in repair.mapping.lists] == [(3, {1: "number", 2: "name", 3: "sex"})]
