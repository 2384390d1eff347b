"""The sample rosters are read as an office would read them, and every fault is named by its cell."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.imports import header_aliases
from dangjian_desktop.domain.records.kinds import MEMBER
from dangjian_desktop.domain.values import codes as code_lists
from dangjian_desktop.domain.values.cell_text import cell_text
from dangjian_desktop.domain.values.values import FieldReader, Problem, severity_of
from dangjian_desktop.exchange.excel.layout import SheetLayout, find_layout
from dangjian_desktop.exchange.excel.read_workbook import read_workbook

CODES = code_lists.load(resource("codes"))
ROSTER = header_aliases.with_aliases(MEMBER, header_aliases.load(resource("codes")))
SHIPPED = resource("samples", "党员花名册（去年）.xlsx")
SAMPLES = Path(__file__).parents[1] / "data" / "samples"


def layouts(path: Path) -> list[SheetLayout]:
    return [layout for sheet in read_workbook(path) if (layout := find_layout(sheet, ROSTER))]


def values(layout: SheetLayout, name: str) -> dict[int, object]:
    """Values of a field by the sheet's row number."""
    reading = FieldReader(ROSTER.field(name), CODES, on=date(2026, 7, 1)).read_column(
        layout.cells(name), layout.displays(name)
    )
    return {index + 1: value for index, value in zip(layout.data, reading.values, strict=True)}


def problems(layout: SheetLayout) -> dict[tuple[int, str], Problem]:
    found = {}
    for name in filter(None, layout.fields):
        spec, cells = ROSTER.field(name), layout.cells(name)
        reading = FieldReader(spec, CODES, on=date(2026, 7, 1)).read_column(cells, layout.displays(name))
        for place, result in reading.remarks.items():
            row, header = layout.data[place] + 1, layout.header_of(name)
            severity = severity_of(result, spec)
            if severity:
                shown, reason = cell_text(cells[place]), result.error or result.warning or ""
                found[row, header] = Problem(row, header, shown, reason, severity, layout.sheet.name)
    return found


@pytest.fixture(scope="module")
def shipped() -> list[SheetLayout]:
    return layouts(SHIPPED)


def test_the_shipped_roster_is_laid_out(shipped: list[SheetLayout]) -> None:
    roster, branch = shipped
    assert (roster.sheet.name, roster.header_row, len(roster.data)) == ("花名册", 4, 52)
    assert (branch.sheet.name, branch.header_row, len(branch.data)) == ("刘口社区党支部", 2, 8)
    assert roster.columns["入党时间"] == "joined_on" and roster.columns["序号"] is None
    assert sum(1 for name in roster.columns.values() if name) == 14
    assert roster.hidden_rows == [46, 47]
    assert branch.unit_names == ["刘口社区党支部"]
    assert len(roster.totals) == len(branch.totals) == 1


def test_every_fault_of_the_shipped_roster_is_named(shipped: list[SheetLayout]) -> None:
    found = problems(shipped[0])
    assert {place: problem.severity for place, problem in found.items()} == {
        (10, "入党时间"): "warning",
        (11, "身份证号"): "error",
        (12, "身份证号"): "error",
        (14, "入党时间"): "warning",
        (14, "转正时间"): "warning",
        (15, "入党时间"): "warning",
        (15, "转正时间"): "warning",
        (18, "入党时间"): "warning",
        (20, "联系电话"): "warning",
        (21, "工作单位及职务"): "warning",
        (28, "学历"): "warning",
        (34, "联系电话"): "warning",
    }
    assert "丢失" in found[11, "身份证号"].reason and found[11, "身份证号"].value.endswith("E+17")
    assert "末位应为" in found[12, "身份证号"].reason
    assert "6月没有31日" in found[10, "入党时间"].reason
    assert "10月" in found[18, "入党时间"].reason
    assert "#REF!" in found[21, "工作单位及职务"].reason
    assert problems(shipped[1]) == {}


def test_untidy_values_of_the_shipped_roster_are_understood(shipped: list[SheetLayout]) -> None:
    roster, branch = shipped
    names, joined, confirmed = (values(roster, name) for name in ("name", "joined_on", "confirmed_on"))
    assert [names[row] for row in (5, 6, 7, 8, 9)] == ["张伟", "阿依努尔·吐尔逊", "周𬭎", "李㛃", "王䶮"]
    assert (joined[5], joined[14], joined[16], joined[17]) == ("1998-07", "1998-07", "2021-07-16", "2025-11-03")
    assert (joined[18], joined[19], confirmed[19]) == (None, "2021-10", "2022-10")
    assert set(values(roster, "ethnic_group").values()) >= {"01", "03", "05", "06", "15"}
    assert set(values(roster, "member_class").values()) == {"1", "2"}
    assert set(values(roster, "sex").values()) == {"1", "2"}
    ids = values(roster, "id_number")
    assert all(value is None or len(str(value)) == 18 for value in ids.values())
    assert sum(1 for value in ids.values() if str(value).endswith("X")) >= 2
    assert {len(str(value)) for value in values(branch, "joined_on").values()} == {7}
    assert all(" " not in str(name) and "\u3000" not in str(name) for name in values(branch, "name").values())


def test_units_merged_downwards_reach_every_row(shipped: list[SheetLayout]) -> None:
    units = values(shipped[0], "organisation")
    assert all(units.values())
    assert set(units.values()) == {"九十墩社区党支部", "春天社区党支部", "刘口社区党支部", "九十敦社区党支部"}


def test_an_old_workbook_with_a_sheet_for_each_branch() -> None:
    found = layouts(SAMPLES / "两个支部.xls")
    assert [layout.unit_names[0] for layout in found] == ["九十墩社区党支部", "春天社区党支部"]
    for layout in found:
        assert (layout.header_row, len(layout.data), layout.hidden_rows) == (2, 10, [5])
        assert {len(str(value)) for value in values(layout, "joined_on").values()} == {7}
        assert problems(layout) == {}


def test_a_gb18030_text_with_two_header_rows() -> None:
    (layout,) = layouts(SAMPLES / "春天社区党支部党员名册.csv")
    assert (layout.header_row, len(layout.data), layout.unit_names[0]) == (3, 9, "春天社区党支部")
    assert values(layout, "joined_on")[5] == "1985-12-31"
    assert set(problems(layout)) == {(6, "入党时间"), (7, "身份证号码")}


def test_a_web_page_called_xls() -> None:
    (layout,) = layouts(SAMPLES / "刘口社区党支部党员信息表.xls")
    assert (layout.header_row, len(layout.data), layout.unit_names[0]) == (2, 7, "刘口社区党支部")
    assert layout.columns["联系方式"] == "phone"
    assert problems(layout) == {}
    assert all(values(layout, "phone").values())
