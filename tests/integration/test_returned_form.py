"""更正表 there and back: what a secretary corrected goes in, known by hidden ids; and `fill` on the command line."""

from __future__ import annotations

import html
import json
import warnings
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli_kit import Cli
from dangjian_desktop.base.errors import UserError
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.imports import importing
from dangjian_desktop.services.imports.importing import CONFLICT, REJECTED, UNCHANGED, UPDATED
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from office_kit import add_branch, add_member, id_number, new_office

FORMS = Path(__file__).parents[1] / "data" / "forms"
QUARTER = FORMS / "组织生活和党员队伍情况季报.xlsx"
PHONE = "13900001234"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One branch of three people."""
    made = new_office(tmp_path)
    branch = add_branch(made, "第一党支部")
    for serial, name in enumerate(("王小一", "王小二", "王小三"), start=1):
        add_member(made, name, branch, serial, phone=PHONE, education="21", ethnic_group="01", employer="退休")
    yield made
    made.close()


class Desk:
    """The secretary's side: a sheet, and writing into it by name and header."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book: Any = openpyxl.load_workbook(BytesIO(path.read_bytes()))
        self.sheet: Any = self.book["更正表"]
        self.columns = {cell.value: cell.column for cell in self.sheet[4]}

    def row(self, name: str) -> int:
        return next(r for r in range(5, self.sheet.max_row + 1) if self.text(r, "姓名") == name)

    def text(self, row: int, header: str) -> Any:
        return self.sheet.cell(row, self.columns[header]).value

    def write(self, name: str, header: str, value: Any) -> None:
        self.sheet.cell(self.row(name), self.columns[header]).value = value

    def send_back(self) -> Path:
        self.book.save(self.path)
        return self.path


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    path = tmp_path / "第一党支部 更正表.xlsx"
    assert filling.correction_sheet(office, None, path).rows == 3
    return Desk(path)


def plan_of(office: Office, desk: Desk) -> tuple[importing.ImportPlan, dict[str, importing.PlannedRow]]:
    plan = importing.prepare(office, "roster", desk.send_back())
    return plan, {row.title: row for row in plan.rows}


def member(office: Office, name: str) -> records.ShownRecord:
    found = [i for i in records.query(office, "member") if records.get(office, "member", i).title == name]
    return records.get(office, "member", found[0], masked=False)


def test_the_sheet_shows_no_full_number_and_opens_only_what_may_be_corrected(desk: Desk) -> None:
    sheet = desk.sheet
    assert sheet.protection.sheet is True
    assert sheet.column_dimensions["A"].hidden is True
    assert desk.book["_党建工作台"].sheet_state == "veryHidden"
    row = desk.row("王小一")
    assert desk.text(row, "公民身份号码").startswith("429***")
    assert desk.text(row, "手机号码") == "139****1234"
    open_ones = {h for h, c in desk.columns.items() if not sheet.cell(row, c).protection.locked}
    assert {"手机号码", "学历", "工作单位及职务", "其他情况"} <= open_ones
    assert not {"姓名", "公民身份号码", "入党日期", "编号"} & open_ones
    assert any(
        "大学" in str(rule.formula1) or "可选" in str(rule.formula1) for rule in sheet.data_validations.dataValidation
    )
    with zipfile.ZipFile(desk.path) as archive:
        # With lxml about, the writer spells Chinese as character references.
        everything = html.unescape(
            b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        )
    assert "王小一" in everything
    assert id_number(serial=1) not in everything and PHONE not in everything


def test_a_sheet_that_comes_back_untouched_changes_nothing(office: Office, desk: Desk) -> None:
    plan, rows = plan_of(office, desk)
    assert {r.status for r in rows.values()} == {UNCHANGED}
    assert plan.problems == []
    assert importing.apply(office, plan).change_set is None


def test_corrections_go_in_without_an_id_number(office: Office, desk: Desk) -> None:
    desk.write("王小一", "手机号码", "138 0000 9999")
    desk.write("王小一", "学历", "大专")
    desk.write("王小二", "工作单位及职务", "某物业公司保安")
    desk.write("王小二", "民族", None)
    plan, rows = plan_of(office, desk)
    assert plan.counts == {"new": 0, "updated": 2, "unchanged": 1, "conflict": 0, "rejected": 0}
    assert rows["王小一"].fields["手机号码"] == ("139****1234", "138****9999")
    importing.apply(office, plan)
    one, two = member(office, "王小一"), member(office, "王小二")
    assert (one.values["phone"], one.values["education"]) == ("13800009999", "31")
    # A blank cell never erases.
    assert (two.values["employer"], two.values["ethnic_group"], two.values["phone"]) == ("某物业公司保安", "01", PHONE)
    again = importing.prepare(office, "roster", desk.path)
    assert again.counts["updated"] == 0 and again.counts["conflict"] == 0


def test_rows_may_be_sorted_and_are_still_known(office: Office, desk: Desk) -> None:
    sheet = desk.sheet
    old = [[sheet.cell(row, c).value for c in range(1, sheet.max_column + 1)] for row in range(5, 8)]
    for row, values in enumerate(reversed(old), start=5):
        for column, text in enumerate(values, start=1):
            sheet.cell(row, column).value = text
    desk.write("王小三", "现居住地", "某街道某小区3栋")
    _, rows = plan_of(office, desk)
    assert rows["王小三"].status == UPDATED
    assert rows["王小三"].record == member(office, "王小三").id
    assert {rows["王小一"].status, rows["王小二"].status} == {UNCHANGED}


def test_what_the_office_changed_meanwhile_is_a_conflict_unless_both_say_the_same(office: Office, desk: Desk) -> None:
    records.edit(office, "member", member(office, "王小一").id, {"employer": "某学校教师"})
    records.edit(office, "member", member(office, "王小二").id, {"employer": "某学校教师"})
    records.edit(office, "member", member(office, "王小三").id, {"employer": "某学校教师"})
    desk.write("王小一", "工作单位及职务", "某公司职员")
    desk.write("王小二", "工作单位及职务", "某学校教师")
    plan, rows = plan_of(office, desk)
    assert [rows[n].status for n in ("王小一", "王小二", "王小三")] == [CONFLICT, UNCHANGED, UNCHANGED]
    assert "某学校教师" in rows["王小一"].problems[0].reason
    importing.apply(office, plan)
    assert member(office, "王小一").values["employer"] == "某学校教师"


def test_rows_that_are_nobody_s_or_somebody_else_s_stay_out(office: Office, desk: Desk, tmp_path: Path) -> None:
    desk.write("王小一", "姓名", "王小壹")
    desk.sheet.cell(8, desk.columns["姓名"]).value = "新来的人"
    desk.sheet.cell(9, 1).value = desk.sheet.cell(desk.row("王小三"), 1).value
    desk.sheet.cell(9, desk.columns["姓名"]).value = "王小三"
    desk.write("王小二", "学历", "博士后流动站")
    desk.write("王小二", "手机号码", "138****0000")
    desk.write("王小三", "其他情况", "已转到外省")
    plan = importing.prepare(office, "roster", desk.send_back())
    by_row = {row.row: row for row in plan.rows}
    assert by_row[desk.row("王小壹")].status == CONFLICT
    assert [by_row[8].status, by_row[9].status] == [REJECTED, REJECTED]
    two, three = by_row[desk.row("王小二")], by_row[desk.row("王小三")]
    assert (two.status, {p.column for p in two.problems}) == (UNCHANGED, {"学历", "手机号码"})
    assert [p.value for p in three.problems] == ["已转到外省"]
    importing.write_rejects(plan, tmp_path / "退回.xlsx")
    back = openpyxl.load_workbook(BytesIO((tmp_path / "退回.xlsx").read_bytes()))
    assert "退回原因" in [cell.value for cell in back["更正表"][4]]


def test_a_sheet_of_another_office_or_a_broken_one_is_refused(office: Office, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "别处").mkdir()
    other = new_office(tmp_path / "别处")
    try:
        with pytest.raises(UserError) as foreign:
            importing.prepare(other, "roster", desk.path)
        assert foreign.value.code == "form_foreign"
    finally:
        other.close()
    for column in range(1, 8):
        desk.sheet.cell(4, column).value = None
    with pytest.raises(UserError) as broken:
        importing.prepare(office, "roster", desk.send_back())
    assert broken.value.code == "form_damaged"


def test_an_empty_branch_has_no_sheet(office: Office, tmp_path: Path) -> None:
    with pytest.raises(UserError) as refused:
        filling.correction_sheet(office, add_branch(office, "空支部"), tmp_path / "a.xlsx")
    assert refused.value.code == "no_members"


# -- command line -----------------------------------------------------------------------------------


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setenv("DANGJIAN_PASSWORD", "合适的密码一二三")
    made = Cli(tmp_path / "街道.djd", capsys)
    made.new()
    made.branch()
    made.member("王小明", serial=1, sex="男", birth_on="1970-01-01")
    made.member("李小红", serial=2, sex="女", birth_on="1995-01-01")
    return made


def cell(path: str, sheet: str, ref: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(Path(path).read_bytes()))[sheet][ref].value


def test_fill_on_the_command_line_by_labels_and_by_a_mapping(cli: Cli, tmp_path: Path) -> None:
    done = cli.ok("fill", QUARTER, "--period", "2026Q3", "-o", tmp_path / "a.xlsx")
    assert cell(done["path"], "季 报", "C4") == 2
    assert {"cell": "季 报!C7", "label": "女党员／数量", "figure": "members_female", "value": "1"} in done["filled"]
    assert done["mapping"] == "suggested" and done["notes"]
    assert {u["cell"] for u in done["unfilled"]} >= {"季 报!F10", "季 报!F14"}
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"C4": "members", "季 报!C7": "members_female"}), "utf-8")
    done = cli.ok("fill", QUARTER, "--mapping", mapping, "--scope", "第一党支部", "-o", tmp_path / "b.xlsx", "--keep")
    assert [f["cell"] for f in done["filled"]] == ["季 报!C4", "季 报!C7"]
    assert (done["unfilled"], done["kept"]) == ([], True)
    assert cli.ok("fill", QUARTER, "-o", tmp_path / "c.xlsx")["mapping"] == "saved"


def test_fill_refuses_what_it_cannot_do(cli: Cli, tmp_path: Path) -> None:
    answer = cli.refused(
        1, "partly_filled", "fill", QUARTER, "--mapping", '{"C4": "members", "C5": "no"}', "-o", tmp_path / "a.xlsx"
    )
    assert [u["cell"] for u in answer["unfilled"]] == ["季 报!C5"]
    assert cell(answer["path"], "季 报", "C4") == 2
    cli.refused(1, "bad_mapping", "fill", QUARTER, "--mapping", "{", "-o", tmp_path / "a.xlsx")
    cli.refused(1, "no_such_file", "fill", tmp_path / "没有.xlsx", "-o", tmp_path / "a.xlsx")
    cli.refused(2, "bad_format", "fill", QUARTER, "-o", tmp_path / "a.pdf")
    cli.refused(2, "same_file", "fill", QUARTER, "-o", QUARTER)
    cli.refused(2, "usage", "fill", QUARTER)
    cli.refused(2, "usage", "fill", "-o", tmp_path / "a.xlsx")


def test_a_correction_sheet_goes_out_and_comes_back_on_the_command_line(cli: Cli, tmp_path: Path) -> None:
    done = cli.ok("fill", "--correction-sheet", "--scope", "第一党支部", "-o", tmp_path / "核对.xlsx")
    assert done["rows"] == 2
    desk = Desk(tmp_path / "核对.xlsx")
    desk.write("李小红", "工作单位及职务", "某学校教师")
    answer = cli.ok("import", "roster", desk.send_back())
    assert (answer["updated"], answer["unchanged"], answer["rejected"]) == (1, 1, 0)
    (listed,) = cli.ok("list", "member", "--where", "name=李小红")["records"]
    assert listed["employer"] == "某学校教师"
