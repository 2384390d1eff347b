"""Superior's forms filled: right numbers in the right cells, and not a byte different anywhere else."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from dangjian_desktop.base.errors import UsageError, UserError
from dangjian_desktop.base.progress import Cancelled, Progress
from dangjian_desktop.domain.forms.form_editing import put_cell, put_column
from dangjian_desktop.domain.forms.form_formulas import Calculator
from dangjian_desktop.domain.forms.form_mapping import FormMapping, ListTarget
from dangjian_desktop.domain.forms.form_sheets import place_of
from dangjian_desktop.exchange.excel.form_read import FormFile, OpenForm, open_form, read_form
from dangjian_desktop.exchange.excel.form_write import filled_form
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from dangjian_desktop.services.reports import figures
from office_kit import STREET, add_branch, add_member, new_office

FORMS = Path(__file__).parents[1] / "data" / "forms"
COUNTS = FORMS / "附件2：基层党组织和党员基本情况统计表.xlsx"
ROSTER = FORMS / "党员名册（报区委组织部）.xlsx"
QUARTER = FORMS / "组织生活和党员队伍情况季报.xlsx"
ALL = (COUNTS, ROSTER, QUARTER)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A street of two branches: five people in one, two in the other; one woman, one probationary member."""
    made = new_office(tmp_path)
    one, two = add_branch(made, "九十墩社区党支部", short_name="九十墩社区"), add_branch(made, "春天社区党支部")
    for serial in range(1, 6):
        more = (
            {"sex": "2", "birth_on": "1995-03"} if serial == 2 else {"sex": "1", "birth_on": f"19{60 + serial}-05-01"}
        )
        add_member(made, f"王小{'一二三四五'[serial - 1]}", one, serial, education="21", **more)
    add_member(made, "李大山", two, 7, sex="1", birth_on="1970")
    add_member(made, "李大江", two, 9, sex="1", member_class="2", joined_on="2026-03-05", confirmed_on="")
    yield made
    made.close()


def look(path: Path) -> OpenForm:
    """A form file as bytes and scans."""
    return open_form(path.read_bytes(), path.name)


def opened(path: Path, **how: Any) -> Any:
    """A workbook in the library that would lose parts of it, and warns of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(path.read_bytes()), **how)


def value(path: Path, sheet: str, ref: str) -> Any:
    """What is stored in a cell."""
    place = place_of(ref)
    assert place is not None
    found = look(path).form.sheet(sheet)
    assert found is not None
    return found.cells[place].value


def cells_as_bytes(file: OpenForm) -> dict[tuple[str, str], bytes]:
    """Every cell's own bytes by sheet and place."""
    return {
        (sheet, str(span.place)): scan.xml[span.start : span.stop]
        for sheet, scan in file.scans.items()
        for row in scan.rows
        for span in row.cells
    }


def around_cells(file: OpenForm) -> dict[str, bytes]:
    """Every sheet's XML without its cells: columns, merges, validations, protection, print settings."""
    found = {}
    for sheet, scan in file.scans.items():
        pieces, at = [], 0
        for span in (span for row in scan.rows for span in row.cells):
            pieces.append(scan.xml[at : span.start])
            at = span.stop
        found[sheet] = b"".join([*pieces, scan.xml[at:]])
    return found


def touched(result: filling.FillResult, form: OpenForm) -> set[tuple[str, str]]:
    """The cells that were filled, and the formulas that follow from them."""
    found = set()
    for where in [f.cell for f in result.filled] + [c.cell for c in result.checks]:
        sheet, _, ref = where.rpartition("!")
        first, _, last = ref.partition(":")
        top, bottom = place_of(first), place_of(last or first)
        assert top is not None and bottom is not None
        found |= {
            (sheet, str((row, column)))
            for row in range(top[0], bottom[0] + 1)
            for column in range(top[1], bottom[1] + 1)
        }
    assert found <= set(cells_as_bytes(form))
    return found


def looks(cell: Any) -> tuple[str, ...]:
    """How a cell looks and is protected; LibreOffice names its font by what is written in and around it."""
    return (cell.number_format, *map(repr, (cell.border, cell.fill, cell.alignment, cell.protection)))


# -- nothing else moves -----------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_everything_but_the_filled_cells_is_the_same_to_the_byte(office: Office, tmp_path: Path, path: Path) -> None:
    out = tmp_path / "填好 的.xlsx"
    result = filling.fill(office, path, out, period="2026Q3")
    assert len(result.filled) >= 2
    before, after = look(path), look(out)
    changed = touched(result, before)
    old, new = cells_as_bytes(before), cells_as_bytes(after)
    assert old.keys() == new.keys()
    assert {place for place in old if old[place] != new[place]} <= changed
    assert around_cells(before) == around_cells(after)
    for sheet in before.form.sheets:
        twin = after.form.sheet(sheet.name)
        assert twin is not None
        assert {p: c.formula for p, c in sheet.cells.items()} == {p: c.formula for p, c in twin.cells.items()}
        assert {p: c.style for p, c in sheet.cells.items()} == {p: c.style for p, c in twin.cells.items()}
    with zipfile.ZipFile(path) as first, zipfile.ZipFile(out) as second:
        assert first.namelist() == second.namelist()
        parts = set(before.parts.values()) | {"xl/workbook.xml"}
        assert all(first.read(name) == second.read(name) for name in first.namelist() if name not in parts)
        book = second.read("xl/workbook.xml")
        assert book.count(b'fullCalcOnLoad="1"') == 1
        assert re.sub(rb"<calcPr[^>]*>", b"", book) == re.sub(rb"<calcPr[^>]*>", b"", first.read("xl/workbook.xml"))


def pointed_at(office: Office, path: Path) -> FormMapping:
    """What the window makes of a form: the suggestions, and on each form something pointed at by hand."""
    form = look(path).form
    mapping = filling.suggest(office, path).mapping
    if path == COUNTS:
        return put_column(form, mapping, "统计表", (6, 13), "units", "members_out_of_contact")
    if path == ROSTER:
        return put_column(form, mapping, "名册", (9, 10), "roster", "note")
    unit = records.query(office, "organisation")[-1]
    return put_cell(put_cell(mapping, "季 报!F13", f"members_female@{unit}"), "季 报!F14", "text.date")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_sees_the_same_form_and_computes_what_we_computed(office: Office, tmp_path: Path) -> None:
    results, sources = {}, []
    for path in ALL:
        out = tmp_path / f"填_{path.name}"
        mapping = pointed_at(office, path)
        results[path] = filling.fill(office, path, out, period="2026Q3", mapping=mapping)
        assert results[path].mapping == "given"
        assert [u.reason for u in results[path].unfilled] == []
        # Without any stored results LibreOffice has to compute every formula itself.
        file = look(out)
        formulas = {(s.name, p) for s in file.form.sheets for p, c in s.cells.items() if c.formula}
        bare = tmp_path / f"算_{path.name}"
        bare.write_bytes(filled_form(FormFile(file.form, file.content), {}, {}, frozenset(formulas)))
        sources += [path, out, bare]
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path / "lo"), *map(str, sources)], check=True, capture_output=True, timeout=240
    )
    for path in ALL:
        changed = touched(results[path], look(path))
        plain, filled, bare = (
            opened(tmp_path / "lo" / f"{mark}{path.name}", data_only=True) for mark in ("", "填_", "算_")
        )
        for sheet in plain.sheetnames:
            assert plain[sheet].merged_cells.ranges == filled[sheet].merged_cells.ranges
            for row in plain[sheet].iter_rows():
                for cell in row:
                    twin = filled[sheet][cell.coordinate]
                    assert looks(cell) == looks(twin)
                    if (sheet, str((cell.row, cell.column))) not in changed:
                        assert cell.value == twin.value
        checked = 0
        for check in results[path].checks:
            if check.status == filling.UNCHECKED:
                continue
            sheet, _, ref = check.cell.rpartition("!")
            assert bare[sheet][ref].value == (check.computed if check.computed != "" else None)
            checked += 1
        assert checked


# -- the right numbers ------------------------------------------------------------------------------


def test_a_row_for_every_unit_and_totals_that_agree(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    result = filling.fill(office, COUNTS, out, period="2026Q3")
    assert result.mapping == "suggested"
    assert [value(out, "统计表", f"{c}6") for c in "ABCDEFGH"] == [1, "九十墩社区", 1, 5, 5, 0, 1, 0]
    assert [value(out, "统计表", f"{c}7") for c in "ABDEF"] == [2, "春天社区党支部", 2, 1, 1]
    assert value(out, "统计表", "D2") == STREET
    assert value(out, "统计表", "J2") == 46295
    checks = {c.cell: c for c in result.checks}
    assert (checks["统计表!D26"].status, checks["统计表!D26"].computed) == (filling.AGREES, 7)
    assert (checks["统计表!L6"].computed, checks["统计表!L26"].computed) == ("√", 0)
    # What a program that does not compute shows is right too.
    assert value(out, "统计表", "D26") == 7
    assert filling.DIFFERS not in {c.status for c in result.checks}


def test_pairs_of_label_and_cell(office: Office, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    result = filling.fill(office, QUARTER, out, period="2026Q3")
    counted = figures.values_of(office, period="2026Q3")
    assert value(out, "季 报", "C4") == counted["members"].value == 7
    assert value(out, "季 报", "C6") == 1
    assert value(out, "季 报", "B2") == STREET
    assert value(out, "季 报", "E2") == "2026年第3季度"
    assert value(out, "季 报", "F9") == counted["meetings_dydh_rate"].value == 0.0
    checks = {c.cell: c for c in result.checks}
    assert checks["季 报!C9"].computed == 14.3
    assert checks["汇总!B1"].computed is True
    assert (checks["季 报!C14"].status, checks["季 报!C14"].key) == (filling.AGREES, "members")
    reasons = {u.cell: u for u in result.unfilled}
    # Last year's number, a plan, and what nobody counts here are left to the person.
    assert {"季 报!F10", "季 报!F11", "季 报!F13", "季 报!F14"} <= set(reasons)
    assert not any(u.mapped for u in result.unfilled)


def test_a_roster_downward_with_what_does_not_fit(office: Office, tmp_path: Path) -> None:
    branch = add_branch(office, "大支部")
    for serial in range(15):
        add_member(office, f"陈{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[serial]}", branch, 100 + serial, birth_on="1970-01-02")
    out = tmp_path / "a.xlsx"
    result = filling.fill(office, ROSTER, out, scope=branch)
    assert value(out, "名册", "A2") == "填报单位：大支部"
    assert [value(out, "名册", f"{c}5") for c in "ABEG"] == [1, "陈甲", "1970.01", 34881]
    assert value(out, "名册", "I5").startswith("429***")
    assert value(out, "名册", "B16") == "陈丑"
    assert value(out, "名册", "B17") == 12
    assert value(out, "名册", "A18").startswith("填表人")
    told = next(u for u in result.unfilled if u.mapped)
    assert "共15行" in told.reason and "12行" in told.reason and "3行" in told.reason
    assert not result.complete


def test_full_numbers_only_with_a_reason(office: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        filling.fill(office, ROSTER, tmp_path / "a.xlsx", masked=False)
    assert refused.value.code == "reason"
    assert not (tmp_path / "a.xlsx").exists()
    filling.fill(office, ROSTER, tmp_path / "a.xlsx", masked=False, reason="上报区委组织部")
    assert re.fullmatch(r"429900\d{12}|429900\d{11}X", value(tmp_path / "a.xlsx", "名册", "I5"))


# -- pointed at by hand -----------------------------------------------------------------------------


def test_what_cannot_be_filled_is_listed_with_its_reason(office: Office, tmp_path: Path) -> None:
    mapping = FormMapping(
        {
            "C6": "members@春天社区党支部",
            "统计表!D6": "members",
            "统计表!E7": "no_such_figure",
            "统计表!M26": "members",
            "统计表!A3": "members",
            "没有的表!A1": "members",
            "统计表!E6": "members@没有的支部",
            "统计表!K6": "members_female.numerator",
            "统计表!G6": "meetings_zwh_rate",
        }
    )
    out = tmp_path / "a.xlsx"
    result = filling.fill(office, COUNTS, out, mapping=mapping, period="2026Q3")
    assert (value(out, "统计表", "C6"), value(out, "统计表", "D6"), value(out, "统计表", "K6")) == (2, 7, 1)
    reasons = {u.cell: u.reason for u in result.unfilled}
    assert reasons.keys() == {"统计表!E7", "统计表!M26", "统计表!A3", "没有的表!A1", "统计表!E6", "统计表!G6"}
    assert "锁定" in reasons["统计表!M26"] and "锁定" in reasons["统计表!A3"]
    assert "指标" in reasons["统计表!E7"] and "没有找到" in reasons["统计表!E6"] and "分母" in reasons["统计表!G6"]


def test_words_of_the_form_are_never_overwritten(office: Office, tmp_path: Path) -> None:
    mapping = FormMapping({"A4": "members", "C4": "members", "C7": "members_female"})
    result = filling.fill(office, QUARTER, tmp_path / "a.xlsx", mapping=mapping)
    assert [(u.cell, "已有文字" in u.reason) for u in result.unfilled] == [("季 报!A4", True)]
    assert [f.cell for f in result.filled] == ["季 报!C4", "季 报!C7"]


def test_a_total_that_differs_from_the_figures_is_told(office: Office, tmp_path: Path) -> None:
    mapping = FormMapping({"C11": "opening", "C12": "members", "C13": "left", "C14": "members", "F4": "meetings_dk"})
    result = filling.fill(office, QUARTER, tmp_path / "a.xlsx", mapping=mapping, period="2026Q3")
    check = next(c for c in result.checks if c.cell == "季 报!C14")
    assert (check.status, check.computed, check.expected) == (filling.DIFFERS, 14, 7)
    assert "14" in check.reason and "7" in check.reason
    # The formula itself is the superior's and stays.
    assert look(tmp_path / "a.xlsx").form.first.cells[14, 3].formula == "C11+C12-C13"
    assert not result.complete


def test_a_formula_that_is_not_understood_is_left_to_excel(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"], sheet["C2"] = (
        "党员总数",
        None,
        "人数",
        '=TEXT(B1,"0")',
        "=SUM(1,2)",
    )
    sheet["B1"].number_format = "0"
    book.save(tmp_path / "f.xlsx")
    result = filling.fill(office, tmp_path / "f.xlsx", tmp_path / "a.xlsx")
    assert [(c.cell, c.status) for c in result.checks] == [("Sheet!B2", filling.UNCHECKED)]
    assert "TEXT" in result.checks[0].reason
    assert look(tmp_path / "a.xlsx").form.first.cells[2, 2] == look(tmp_path / "f.xlsx").form.first.cells[
        2, 2
    ]._replace(value=None)


def test_lists_stop_before_formulas_and_may_run_on_where_nothing_follows(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", "备注"])
    sheet["A2"].font = openpyxl.styles.Font(bold=True)
    sheet["D1"], sheet["D4"] = "姓名", "=COUNTA(D2:D3)"
    book.save(tmp_path / "f.xlsx")
    columns = {1: "name"}
    mapping = FormMapping(
        {}, [ListTarget("Sheet", 2, "roster", columns), ListTarget("Sheet", 2, "roster", {4: "name"})]
    )
    result = filling.fill(office, tmp_path / "f.xlsx", tmp_path / "a.xlsx", mapping=mapping)
    read = opened(tmp_path / "a.xlsx")["Sheet"]
    assert read.dimensions == "A1:D8"
    assert [read[f"A{row}"].value for row in range(2, 10)] == [f"王小{c}" for c in "一二三四五"] + [
        "李大山",
        "李大江",
        None,
    ]
    assert read["A8"].font.bold is True
    assert [read[f"D{row}"].value for row in range(2, 5)] == ["王小一", "王小二", "=COUNTA(D2:D3)"]
    assert [u.cell for u in result.unfilled] == ["Sheet!D2"]


def test_nothing_to_fill_leaves_no_file(office: Office, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "天气"
    book.save(tmp_path / "f.xlsx")
    with pytest.raises(UserError) as refused:
        filling.fill(office, tmp_path / "f.xlsx", tmp_path / "a.xlsx")
    assert refused.value.code == "nothing_to_fill"
    with pytest.raises(UsageError) as same:
        filling.fill(office, COUNTS, COUNTS)
    assert same.value.code == "same_file"
    for content, code in ((b"PK\x03\x04 no", "form_unreadable"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "form_old")):
        (tmp_path / "bad.xlsx").write_bytes(content)
        with pytest.raises(UserError) as unread:
            filling.fill(office, tmp_path / "bad.xlsx", tmp_path / "a.xlsx")
        assert unread.value.code == code
    assert not (tmp_path / "a.xlsx").exists()


def test_a_cancelled_filling_leaves_no_file(office: Office, tmp_path: Path) -> None:
    told: list[str] = []

    def stop_at_the_third(_done: int, _total: int, text: str) -> None:
        told.append(text)
        if len(told) == 3:
            progress.cancel()

    progress = Progress(stop_at_the_third)
    with pytest.raises(Cancelled):
        filling.fill(office, QUARTER, tmp_path / "a.xlsx", progress=progress)
    assert len(told) == 3 and list(tmp_path.glob("a*")) == []


def test_awkward_xml_is_filled_too(office: Office, tmp_path: Path) -> None:
    """Prefixed names, rows and cells without numbers, missing cells, empty rows and shared formulas."""
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
        '<x:row><x:c t="inlineStr"><x:is><x:t>党员总数</x:t></x:is></x:c><x:c/></x:row>'
        '<x:row r="2" spans="1:1"/><x:row r="5" spans="1:2">'
        '<x:c r="B5"><x:f t="shared" ref="B5:C5" si="0">B1*2</x:f><x:v>0</x:v></x:c>'
        '<x:c r="C5"><x:f t="shared" si="0"/><x:v></x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    made = BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(tmp_path / "f.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    mapping = FormMapping(
        {"B1": "members", "C1": "members_female", "A2": "members_full", "A4": "text.unit", "D9": "left"}
    )
    result = filling.fill(office, tmp_path / "f.xlsx", tmp_path / "a.xlsx", mapping=mapping)
    read = opened(tmp_path / "a.xlsx")["Sheet"]
    assert [read[ref].value for ref in ("A1", "B1", "C1", "A2", "A4", "D9")] == ["党员总数", 7, 1, 6, STREET, 0]
    assert [c.computed for c in result.checks] == [14, 2]
    assert [value(tmp_path / "a.xlsx", "Sheet", ref) for ref in ("B5", "C5")] == [14, 2]


# -- kept once --------------------------------------------------------------------------------------


def renamed(path: Path, target: Path, *words: tuple[str, str]) -> Path:
    """The same form with other words."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry).decode("utf-8", "surrogateescape")
            for before, after in words:
                content = content.replace(before, after)
            new.writestr(entry, content.encode("utf-8", "surrogateescape"))
    return target


def test_a_kept_form_is_known_again_next_quarter_and_without_the_file(office: Office, tmp_path: Path) -> None:
    mapping = FormMapping({"统计表!C6": "branches", "D6": "members"})
    kept = filling.save_mapping(office, COUNTS, mapping)
    assert filling.forms(office) == [kept]
    next_one = renamed(COUNTS, tmp_path / "x.xlsx", ("第三季度", "第四季度"))
    assert next_one.read_bytes() != COUNTS.read_bytes()
    assert look(next_one).form.fingerprint == kept.fingerprint
    result = filling.fill(office, next_one, tmp_path / "a.xlsx")
    assert (result.mapping, [other.words for other in result.other_periods]) == ("saved", ["2026年第四季度"])
    assert [(f.cell, f.value) for f in result.filled] == [("统计表!C6", "2"), ("统计表!D6", "7")]
    again = filling.fill(office, kept.fingerprint, tmp_path / "b.xlsx")
    assert again.filled == result.filled
    # A form that was filled, with numbers in it, is still the same form.
    assert look(tmp_path / "b.xlsx").form.fingerprint == kept.fingerprint
    filling.forget(office, kept.fingerprint)
    assert filling.forms(office) == []
    with pytest.raises(UserError):
        filling.inspect(office, kept.fingerprint)


def test_a_changed_form_is_noticed_and_its_cells_found_by_their_labels(office: Office, tmp_path: Path) -> None:
    filling.save_mapping(office, QUARTER, filling.suggest(office, QUARTER).mapping)
    # The superior put a row in between, dropped one label and renamed another.
    book = opened(QUARTER)
    sheet = book["季 报"]
    for block in [str(b) for b in sheet.merged_cells.ranges if b.min_row >= 4]:
        sheet.unmerge_cells(block)
    sheet.insert_rows(4)
    sheet["A4"], sheet["D4"] = "党组织数", "备用"
    sheet["D13"] = "双报到单位总数"
    changed = tmp_path / "组织生活和党员队伍情况季报(1).xlsx"
    book.save(changed)
    view = filling.inspect(office, changed)
    assert view.changed and view.saved is None and view.repair is not None
    assert ("季 报!C4", "季 报!C5") in view.repair.moved
    assert [where for where, _ in view.repair.lost] == ["季 报!F12"]
    result = filling.fill(office, view, tmp_path / "a.xlsx", period="2026Q3")
    assert result.mapping == "repaired"
    assert "重新对应" in result.notes[0]
    assert value(tmp_path / "a.xlsx", "季 报", "C5") == 7
    # “四、上年同期党员总数” is understood, and lies before the first day of the data.
    assert [u.cell for u in result.unfilled if "建账日" not in u.reason] == ["季 报!F12"]
    filling.save_mapping(office, view, view.repair.mapping)
    assert [k.name for k in filling.forms(office)] == [changed.name]
    assert filling.inspect(office, changed).saved is not None


def test_a_changed_list_is_found_by_its_headers(office: Office, tmp_path: Path) -> None:
    filling.save_mapping(office, ROSTER, filling.suggest(office, ROSTER).mapping)
    changed = renamed(ROSTER, tmp_path / ROSTER.name, ("性别", "住址"), ("中共", "基层"))
    view = filling.inspect(office, changed)
    assert view.repair is not None
    assert view.repair.mapping.lists[0].columns[2] == "name"
    assert 3 not in view.repair.mapping.lists[0].columns
    assert [key for _, key in view.repair.lost] == ["sex"]


def test_mappings_are_read_in_short_and_in_full(tmp_path: Path) -> None:
    assert filling.mapping_from('{"B5": "members"}').cells == {"B5": "members"}
    full = FormMapping({"S!B5": "members"}, [ListTarget("S", 3, "roster", {2: "name"}, 9)], {"S!B5": ("党员总数", "")})
    (tmp_path / "m.json").write_text(json.dumps(full.to_json()), "utf-8-sig")
    assert filling.mapping_from(str(tmp_path / "m.json")) == full
    letters = '{"lists": [{"sheet": "S", "first": 3, "source": "units", "columns": {"B": "name"}}]}'
    assert filling.mapping_from(letters).lists[0].columns == {2: "name"}
    for wrong in ("{", "[]", '{"cells": 3}', '{"lists": [{}]}', str(tmp_path / "none.json")):
        with pytest.raises(UserError) as refused:
            filling.mapping_from(wrong)
        assert refused.value.code == "bad_mapping"


def test_the_calculator_and_the_stored_results_of_the_forms_agree(tmp_path: Path) -> None:
    """A filled form read again computes to what is stored in it."""
    file = look(QUARTER)
    filled = filled_form(FormFile(file.form, file.content), {("季 报", (11, 3)): 4}, {("季 报", (14, 3)): 4})
    again = read_form(filled, "x.xlsx")
    assert Calculator(again.form, {}).value("季 报", (14, 3)) == again.form.first.cells[14, 3].value == 4


def test_a_filled_form_is_kept_empty_and_known_by_both(office: Office, tmp_path: Path) -> None:
    mapping = filling.suggest(office, ROSTER).mapping
    filling.fill(office, ROSTER, tmp_path / ROSTER.name, mapping=mapping)
    assert "王小一" in _words_in(tmp_path / ROSTER.name)
    kept = filling.save_mapping(office, tmp_path / ROSTER.name, mapping)
    assert kept.fingerprint == look(ROSTER).form.fingerprint
    assert filling.inspect(office, tmp_path / ROSTER.name).saved is not None
    filling.fill(office, kept.fingerprint, tmp_path / "again.xlsx")
    assert _words_in(tmp_path / "again.xlsx").count("王小一") == 1
    with office.database.read() as connection:
        content = connection.exec_driver_sql("SELECT content FROM shared_item WHERE topic = 'superior_form'").scalar()
    (tmp_path / "kept.xlsx").write_bytes(base64.b64decode(json.loads(str(content))["content"]))
    assert "王小一" not in _words_in(tmp_path / "kept.xlsx")


def _words_in(path: Path) -> list[str]:
    return [cell.text for sheet in look(path).form.sheets for cell in sheet.cells.values() if cell.text]


@pytest.mark.parametrize("header", ["备注", "占比", "2024年末", "2027年", "排名", "比上年增长", "责任人"])
def test_a_column_that_says_something_unknown_is_left_open(office: Office, tmp_path: Path, header: str) -> None:
    book = openpyxl.Workbook()
    for row in (["党员情况统计表"], ["项目", "人数", header], ["党员总数", None, None], ["女党员", None, None]):
        book.active.append(row)
    for place in ("B3", "C3", "B4", "C4"):
        book.active[place].number_format = "0"
    book.save(tmp_path / "表.xlsx")
    found = filling.suggest(office, tmp_path / "表.xlsx")
    assert sorted(address.rpartition("!")[2] for address in found.mapping.cells) == ["B3", "B4"]
    assert [doubt.place for doubt in found.doubts] == [(3, 3), (4, 3)]
