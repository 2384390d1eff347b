"""Which headers belong to a cell: those of its own section, whatever stands above its heading."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dangjian_desktop.domain.forms.form_sheets import Block, CellStyle, FormCell, FormSheet, Place


def sheet(*rows: Sequence[str | None], merged: Sequence[Block] = ()) -> FormSheet:
    """Rows of words; an empty text is a cell to fill, None no cell at all."""
    cells: dict[Place, FormCell] = {
        (row, column): FormCell(text or None, "", CellStyle())
        for row, line in enumerate(rows, 1)
        for column, text in enumerate(line, 1)
        if text is not None
    }
    return FormSheet("表", cells, merged)


FIRST = (["统计表"], ["项目", "人数", "女"], ["党员总数", "", ""])
SECOND = (["项目", "次数", ""], ["支委会", "", ""])


@pytest.mark.parametrize(
    "heading",
    [["二、组织生活情况"], ["二、组织生活情况", "", ""], ["（二）组织生活", "", ""], ["组织生活情况", None, None]],
)
def test_a_header_of_another_section_heads_nothing(heading: list[str | None]) -> None:
    found = sheet(*FIRST, heading, *SECOND)
    assert found.above_labels((3, 3)) == ["女"]
    assert found.above_labels((6, 2)) == ["次数"]
    assert found.above_labels((6, 3)) == []
    assert found.left_labels((6, 3)) == ["支委会"]


def test_a_merged_heading_and_a_line_about_units_between() -> None:
    found = sheet(*FIRST, ["组织情况表", "", ""], ["单位：个"], *SECOND, merged=[Block(4, 1, 4, 3)])
    assert found.above_labels((7, 2)) == ["次数"]
    assert found.above_labels((7, 3)) == []


def test_a_heading_without_headers_of_its_own_leaves_the_tables_header() -> None:
    """Else 备注 would be filled with the row's figure."""
    found = sheet(
        ["项目", "人数", "备注"],
        ["一、党员情况", "", ""],
        ["党员总数", "", ""],
        ["二、组织情况", "", ""],
        ["党组织数", "", ""],
        merged=[Block(2, 1, 2, 3), Block(4, 1, 4, 3)],
    )
    assert found.above_labels((3, 3)) == ["备注"]
    assert found.above_labels((5, 3)) == ["备注"]
    assert found.above_labels((5, 2)) == ["人数"]


def test_a_row_to_fill_is_no_heading() -> None:
    found = sheet(
        ["项目", "", "人数", "备注"],
        ["一、党员总数", "", "", ""],
        ["其中", "女党员", "", ""],
        merged=[Block(2, 1, 2, 2), Block(1, 1, 1, 2)],
    )
    assert found.above_labels((3, 3)) == ["人数"]
    assert found.above_labels((3, 4)) == ["备注"]
