"""The document model: merged headers, printed values, column widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.documents.column_widths import ColumnNeed, column_needs, fit_widths
from dangjian_desktop.documents.model import (
    Align,
    Cell,
    Column,
    ColumnKind,
    Document,
    Heading,
    KeyValue,
    KeyValueGrid,
    PageSetup,
    Paper,
    Paragraph,
    RowGroup,
    Run,
    SignatureBlock,
    SignatureLine,
    Table,
    cell_text,
    chinese_date,
    document_texts,
    header_cells,
)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, ColumnKind.INTEGER, ""),
        (0, ColumnKind.INTEGER, "0"),
        (2126, ColumnKind.INTEGER, "2126"),
        (12345, ColumnKind.MONEY, "123.45"),
        (-5, ColumnKind.MONEY, "-0.05"),
        (0.1416, ColumnKind.PERCENT, "14.2%"),
        ("—", ColumnKind.INTEGER, "—"),
        ("2021-07", ColumnKind.DATE, "2021-07"),
    ],
)
def test_cell_text(value: Cell, kind: ColumnKind, text: str) -> None:
    assert cell_text(value, kind) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [("2026-01-05", "2026年1月5日"), ("2021-07", "2021年7月"), ("1998", "1998年"), ("不详", "不详"), ("", "")],
)
def test_chinese_date(text: str, written: str) -> None:
    assert chinese_date(text) == written


def test_header_merges_shared_groups_over_their_columns() -> None:
    columns = (
        Column("单位"),
        Column("正式", groups=("党员", "类别")),
        Column("预备", groups=("党员", "类别")),
        Column("女", groups=("党员",)),
        Column("类别", groups=("组织", "类别")),
    )
    cells = {(cell.text, cell.first, cell.span, cell.level, cell.depth) for cell in header_cells(columns)}
    assert cells == {
        ("单位", 0, 1, 0, 3),
        ("党员", 1, 3, 0, 1),
        ("类别", 1, 2, 1, 1),
        ("正式", 1, 1, 2, 1),
        ("预备", 2, 1, 2, 1),
        ("女", 3, 1, 1, 2),
        ("组织", 4, 1, 0, 1),
        ("类别", 4, 1, 1, 1),
        ("类别", 4, 1, 2, 1),
    }


def test_alignment_follows_kind_unless_asked() -> None:
    assert Column("人数", ColumnKind.INTEGER).aligned is Align.RIGHT
    assert Column("公民身份号码", ColumnKind.CODE).aligned is Align.CENTER
    assert Column("姓名").aligned is Align.LEFT
    assert Column("序号", ColumnKind.INTEGER, align=Align.CENTER).aligned is Align.CENTER


def test_paper_sizes() -> None:
    assert PageSetup().size == (210, 297)
    assert PageSetup(Paper.A3, landscape=True).size == (420, 297)


def test_every_text_is_found() -> None:
    table = Table(
        (Column("列", groups=("组",)),),
        groups=[RowGroup("群", [("格",)], ("小",))],
        totals=[("合",)],
        caption="题",
        unit="位",
        note="注",
    )
    document = Document(
        "总题",
        (
            Heading("章"),
            Paragraph((Run("甲"), Run("乙"))),
            table,
            KeyValueGrid((KeyValue("键", "值"),)),
            SignatureBlock("名"),
        ),
        subtitle="副题",
        unit="单",
        masked_note="隐",
        signature=SignatureLine("填", "审", "章"),
    )
    everything = "".join(document_texts(document))
    assert set("总题章甲乙列组群格小合题位注键值名副单隐填审章") <= set(everything)


def measure(text: str) -> float:
    """One for each character."""
    return float(len(text))


def test_codes_are_given_all_their_room_and_words_may_wrap() -> None:
    table = Table(
        (Column("姓名"), Column("号码", ColumnKind.CODE), Column("住址")),
        [("王建国", "429900********1234", "河" * 40)],
    )
    name, code, address = column_needs(table, measure, measure)
    assert name.least == name.most == 3
    assert code.least == 18
    assert address.least < address.most == 40


def test_totals_are_measured_in_the_bold_face() -> None:
    table = Table((Column("人数", ColumnKind.INTEGER),), [(1,)], totals=[(1_000_000,)])
    (need,) = column_needs(table, measure, lambda text: len(text) * 1.5)
    assert need.least == pytest.approx(10.5)


def test_empty_column_gets_the_room_it_asks_for() -> None:
    (need,) = column_needs(Table((Column("签名", min_chars=8),), [("",)]), measure, measure)
    assert need.least == 8


_needs = st.lists(
    st.tuples(st.floats(1, 10), st.floats(1, 3), st.floats(1, 3)).map(
        lambda t: ColumnNeed(t[0], t[0] * t[1], t[0] * t[1] * t[2])
    ),
    min_size=1,
    max_size=14,
)


@given(_needs, st.floats(20, 200))
def test_widths_fill_the_paper_and_never_fall_below_the_least(needs: list[ColumnNeed], room: float) -> None:
    widths = fit_widths(needs, room)
    if sum(need.least for need in needs) > room:
        assert widths is None
        return
    assert widths is not None
    assert sum(widths) == pytest.approx(room)
    for need, width in zip(needs, widths, strict=True):
        assert width >= need.least - 1e-6
