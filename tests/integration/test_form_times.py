"""A superior's form of another period is told; last year's columns take last year's figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cli_kit import DAY, PASSWORD, Cli
from dangjian_desktop.services.forms import filling
from dangjian_desktop.services.forms.form_session import FormSession
from dangjian_desktop.services.office.office import Office
from dangjian_desktop.services.records import records
from integration.test_fill import value
from office_kit import add_branch, add_member, id_number, new_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two people in 2024, a third admitted in August 2025, a fourth in May 2026; today is in autumn 2026."""
    made = new_office(tmp_path, base=date(2024, 1, 1))
    branch = add_branch(made, "春天社区党支部")
    add_member(made, "王一", branch, 1, sex="1")
    add_member(made, "王二", branch, 2, sex="2")
    for serial, day in ((3, "2025-08-01"), (4, "2026-05-01")):
        records.add(
            made,
            "member",
            {
                "name": f"李{serial}",
                "id_number": id_number(serial=serial),
                "organisation": branch,
                "sex": "2" if serial == 4 else "1",
                "member_class": "2",
                "joined_on": day,
                "entered_on": day,
                "entered_kind": "发展",
            },
        )
    yield made
    made.close()


def form(folder: Path, *rows: Sequence[object], name: str = "表.xlsx") -> Path:
    """A form of some rows; empty cells are cells to fill."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "表"
    for row in rows:
        sheet.append(list(row))
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None:
                cell.number_format = "0"
    book.save(folder / name)
    return folder / name


def filled(office: Office, path: Path, period: str, *cells: str) -> list[Any]:
    out = path.with_name("填好.xlsx")
    out.unlink(missing_ok=True)
    filling.fill(office, path, out, period=period)
    return [value(out, "表", cell) for cell in cells]


HEADS = ["项目", "上年同期", "2025年末", "2026年", "比上年增长"]


def test_a_column_of_last_year_takes_last_years_figure(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表"], HEADS, ["党员总数", None, None, None, None], ["女党员", None, None, None, None])
    assert filled(office, path, "2026Q2", "B3", "C3", "D3", "E3") == [2, 3, 4, None]
    assert filled(office, path, "2026Q2", "B4", "C4", "D4") == [1, 1, 2]
    assert filled(office, path, "2026", "B3", "C3", "D3") == [3, 3, 4]


def test_a_form_of_the_year_before_last_takes_no_figure_of_another_year(office: Office, tmp_path: Path) -> None:
    """Filled for 2025, the column 2026年 lies in the future and 2025年 is the period's."""
    path = form(tmp_path, ["统计表"], ["项目", "2025年", "2026年"], ["党员总数", None, None])
    assert filled(office, path, "2025", "B3", "C3") == [3, None]


def test_times_may_stand_over_the_headers_or_in_the_rows(office: Office, tmp_path: Path) -> None:
    path = form(
        tmp_path,
        ["统计表"],
        ["党组织", "2025年末", "2025年末", "2026年", "2026年"],
        ["党组织", "党员总数", "女党员", "党员总数", "女党员"],
        ["春天社区党支部", None, None, None, None],
        ["说明"],
        ["项目", "党员总数"],
        ["上年末", None],
        ["2026年", None],
    )
    assert filled(office, path, "2026Q3", "B4", "C4", "D4", "E4") == [3, 1, 4, 2]
    assert filled(office, path, "2026Q3", "B7", "B8") == [3, 4]


def test_a_list_of_units_has_columns_of_last_year_too(office: Office, tmp_path: Path) -> None:
    heads = ["序号", "党组织名称", "2025年末党员总数", "党员总数", "2024年末党员总数"]
    path = form(tmp_path, ["统计表"], heads, [None] * 5, [None] * 5)
    assert filled(office, path, "2026Q3", "C3", "D3", "E3") == [3, 4, None]


def test_last_year_before_the_base_date_stays_open_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "neu"
    folder.mkdir()
    office = new_office(folder, base=date(2026, 1, 1))
    add_member(office, "王一", add_branch(office, "春天社区党支部"), 1)
    path = form(tmp_path, ["统计表"], HEADS, ["党员总数", None, None, None, None])
    result = filling.fill(office, path, tmp_path / "填好.xlsx", period="2026Q2")
    assert value(tmp_path / "填好.xlsx", "表", "C3") is None
    assert any("建账日" in line.reason for line in result.unfilled if line.cell == "表!C3")
    # Nobody but the labels had pointed at them: what was filled is no failure.
    assert result.complete and value(tmp_path / "填好.xlsx", "表", "D3") == 1
    office.close()


def test_a_key_of_last_year_may_be_said_and_is_called_by_its_time(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表"], ["甲", "乙"], ["丙", None])
    mapping = filling.mapping_from('{"B3": "members.last_year"}')
    out = tmp_path / "填好.xlsx"
    filling.fill(office, path, out, period="2026Q2", mapping=mapping)
    assert value(out, "表", "B3") == 3
    session = FormSession(office, filling.inspect(office, path), scope=None, period="2026Q2", on=None)
    assert session.label("members.year_ago") == "党员总数（上年同期）"
    assert "members.last_year" in {offer.key for offer in session.of_other_times}


def test_a_column_of_the_beginning_takes_the_figure_of_the_day_before(office: Office, tmp_path: Path) -> None:
    heads = ["项目", "年初数", "期初", "期末数"]
    path = form(tmp_path, ["统计表"], heads, ["党员总数", None, None, None], ["发展党员", None, None, None])
    # Two in 2024, a third in August 2025, a fourth in May 2026.
    assert filled(office, path, "2026Q3", "B3", "C3", "D3") == [3, 4, 4]
    assert filled(office, path, "2026Q2", "B3", "C3", "D3") == [3, 3, 4]
    # Nobody is admitted on a single day: what passes within a period stays open there.
    assert filled(office, path, "2026Q2", "B4", "C4", "D4")[:2] == [None, None]


def test_the_day_of_a_beginning_is_named(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表"], ["项目", "年初"], ["党员总数", None])
    session = FormSession(office, filling.inspect(office, path), scope=None, period="2026Q3", on=None)
    assert session.near("表", (3, 2)) == ["members.year_start"]
    assert session.label("members.year_start") == "党员总数（年初，2025年12月31日）"
    assert session.label("members.period_start") == "党员总数（期初，2026年6月30日）"
    offered = {offer.key: offer.label for offer in session.of_other_times}
    assert offered["members.year_start"] == "党员总数（年初，2025年12月31日）"
    assert "joined_admitted.year_start" not in offered


def test_a_numbered_label_with_a_time_is_understood(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表"], ["项目", "人数"], ["一、党员总数", None], ["四、上年同期党员总数", None])
    assert filled(office, path, "2026Q2", "B3", "B4") == [4, 2]


def test_a_title_of_another_period_is_told(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表（2026年第一季度）"], ["项目", "人数"], ["党员总数", None])
    result = filling.fill(office, path, tmp_path / "填好.xlsx", period="2026Q2")
    assert [(o.where, o.words, o.same_end) for o in result.other_periods] == [("表!A1", "2026年第一季度", False)]
    assert any("表头（A1）写的是“2026年第一季度”，填的是2026年第2季度的数" in note for note in result.notes)
    assert filling.fill(office, path, tmp_path / "又.xlsx", period="2026Q1").other_periods == []
    session = FormSession(office, filling.inspect(office, path), scope=None, period="2026Q2", on=None)
    assert len(session.other_periods) == 1


def test_the_same_last_day_is_told_in_other_words(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表（上半年）"], ["项目", "人数"], ["党员总数", None])
    result = filling.fill(office, path, tmp_path / "填好.xlsx", period="2026Q2")
    assert [o.same_end for o in result.other_periods] == [True]
    assert any("期内的数只算2026年第2季度" in note for note in result.notes)


def test_the_file_name_of_a_kept_form_is_an_old_one(office: Office, tmp_path: Path) -> None:
    path = form(tmp_path, ["统计表"], ["项目", "人数"], ["党员总数", None], name="2026年一季度.xlsx")
    assert len(filling.fill(office, path, tmp_path / "填好.xlsx", period="2026Q2").other_periods) == 1
    kept = filling.save_mapping(office, path, filling.suggest(office, path).mapping)
    assert not filling.fill(office, kept.fingerprint, tmp_path / "又.xlsx", period="2026Q2").other_periods


def test_the_command_line_warns_in_text_and_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DANGJIAN_PASSWORD", PASSWORD)
    cli = Cli(tmp_path / "街道.djd", capsys)
    cli.new()
    path = form(tmp_path, ["统计表（截至2026年6月底）"], ["项目", "人数"], ["党员总数", None])
    told = cli.ok("fill", path, "--period", "2026Q3", "-o", tmp_path / "甲.xlsx")
    assert told["period"] == "2026年第3季度"
    assert told["other_periods"][0]["cell"] == "表!A1"
    plain = cli.plain("--file", cli.file, "--on", DAY, "fill", path, "--period", "2026Q3", "-o", tmp_path / "乙.xlsx")
    assert "写的是“2026年6月底”，填的是2026年第3季度的数" in plain.out
    assert cli.ok("fill", path, "--period", "2026Q2", "-o", tmp_path / "丙.xlsx")["other_periods"] == []


def test_the_head_of_a_form_is_answered_once_beside_its_words(office: Office, tmp_path: Path) -> None:
    head = ["填报单位：", None, None, None, "单位：人"]
    path = form(tmp_path, ["统计表"], head, ["项目", "党员总数"], ["合计", None])
    assert filled(office, path, "2026Q2", "B2", "C2", "D2", "B4") == [office.name, None, None, 4]
