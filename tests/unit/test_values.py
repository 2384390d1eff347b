"""One cell, one value: what clerks type becomes what is stored, or a reason they can act on."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangjian_desktop.base.resources import resource
from dangjian_desktop.domain.records.fields import FieldSpec, FieldType
from dangjian_desktop.domain.values.codes import CodeTables, load
from dangjian_desktop.domain.values.several import read_codes
from dangjian_desktop.domain.values.values import CellResult, FieldReader, read_cell, severity_of

ON = date(2026, 7, 1)
T = FieldType
PERSON = FieldSpec("name", "姓名", required=True)


@pytest.fixture(scope="module")
def codes() -> CodeTables:
    return load(resource("codes"))


def spec(kind: FieldType, name: str = "x", table: str | None = None, *, required: bool = False) -> FieldSpec:
    return FieldSpec(name, "这一栏", kind, codes=table, required=required)


@pytest.mark.parametrize("kind", [kind for kind in T if kind is not T.BOOLEAN])
@pytest.mark.parametrize("cell", [None, "", " ", "/", "—", "\u3000"])
def test_blanks_are_blank_whatever_the_type(codes: CodeTables, kind: FieldType, cell: object) -> None:
    result = read_cell(spec(kind, table="degree"), cell, codes, on=ON)
    assert (result.value, result.error, result.warning) == (None, None, None)


@pytest.mark.parametrize("kind", list(T))
def test_broken_formulas_are_empty_and_reported(codes: CodeTables, kind: FieldType) -> None:
    result = read_cell(spec(kind, table="sex"), "#REF!", codes, on=ON)
    assert result.value is None
    assert result.error and "#REF!" in result.error


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　三", "张三"),
        ("张  三", "张三"),
        (" 张三\n", "张三"),
        ("𬭎㛃䶮", "𬭎㛃䶮"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("'李四", "李四"),
        ("Anna  Li", "Anna Li"),
        ("\uf900", "\uf900"),
    ],
)
def test_names_lose_their_padding_and_nothing_else(codes: CodeTables, cell: str, name: str) -> None:
    result = read_cell(PERSON, cell, codes, on=ON)
    assert (result.value, result.error, result.warning) == (name, None, None)


def test_another_middle_dot_keeps_the_original(codes: CodeTables) -> None:
    assert read_cell(PERSON, "买买提•艾力", codes, on=ON) == CellResult("买买提·艾力", "买买提•艾力")


def test_lost_characters_in_a_name_are_noticed(codes: CodeTables) -> None:
    assert read_cell(PERSON, "王?", codes, on=ON).warning
    assert read_cell(PERSON, "王\ufffd", codes, on=ON).error
    assert read_cell(PERSON, 3.0, codes, on=ON).error


def test_texts_keep_leading_zeros_and_numbers_lose_their_point(codes: CodeTables) -> None:
    assert read_cell(spec(T.TEXT), "012", codes, on=ON).value == "012"
    assert read_cell(spec(T.TEXT), 12.0, codes, on=ON).value == "12"
    assert read_cell(spec(T.TEXT), date(2021, 3, 5), codes, on=ON).warning


@pytest.mark.parametrize(
    ("cell", "value"),
    [(3.0, 3), ("3", 3), ("3年", 3), ("1,234", 1234), ("３人", 3), ("-6", -6), ("2万", 20000), ("0", 0), (0, 0)],
)
def test_whole_numbers(codes: CodeTables, cell: object, value: int) -> None:
    result = read_cell(spec(T.INTEGER), cell, codes, on=ON)
    assert (result.value, result.error, result.warning) == (value, None, None)


@pytest.mark.parametrize(("cell", "value"), [("200余条", 200), ("约30人", 30), ("1000多", 1000)])
def test_about_is_said(codes: CodeTables, cell: str, value: int) -> None:
    result = read_cell(spec(T.INTEGER), cell, codes, on=ON)
    assert (result.value, result.original) == (value, cell)
    assert result.warning and "约数" in result.warning


@pytest.mark.parametrize(
    "cell", ["1}个", "5}0元", "5s名个体党员", "45}余人次", "1}q0}o-", "}}}d人次", "3.5", "三个", 2.5, True]
)
def test_damaged_figures_are_never_read_as_numbers(codes: CodeTables, cell: object) -> None:
    result = read_cell(spec(T.INTEGER), cell, codes, on=ON)
    assert result.value is None
    assert result.error


@pytest.mark.parametrize(
    ("cell", "header", "fen"),
    [
        (30.0, "", 3000),
        ("30.00", "", 3000),
        ("￥1,234.50元", "", 123450),
        ("3.5万元", "", 3500000),
        (1.2, "金额（万元）", 1200000),
        (0.1 + 0.2, "", 30),
        ("0", "", 0),
        (109218.8, "", 10921880),
    ],
)
def test_money_is_fen(codes: CodeTables, cell: object, header: str, fen: int) -> None:
    result = FieldReader(spec(T.MONEY), codes, on=ON, header=header).read(cell)
    assert (result.value, result.error, result.warning) == (fen, None, None)


def test_money_finer_than_fen_is_said(codes: CodeTables) -> None:
    result = read_cell(spec(T.MONEY), "2.345", codes, on=ON)
    assert result.value == 235 and result.warning


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("否", False), ("√", True), (True, True), (1.0, True), ("无", False)]
)
def test_yes_and_no(codes: CodeTables, cell: object, value: bool) -> None:
    assert read_cell(spec(T.BOOLEAN), cell, codes, on=ON).value is value


def test_unknown_code_names_its_neighbours(codes: CodeTables) -> None:
    result = read_cell(FieldSpec("e", "民族", T.CODE, codes="ethnic_group"), "土家家族", codes, on=ON)
    assert result.value is None and result.error and "土家族" in result.error


def test_a_chosen_meaning_goes_before_the_code_list(codes: CodeTables) -> None:
    old_system = FieldReader(spec(T.CODE, table="sex"), codes, on=ON, value_map={"0": "2", "1": "1"})
    assert [old_system.read(cell).value for cell in ("0", 0.0, "1")] == ["2", "2", "1"]
    assert read_cell(spec(T.CODE, table="sex"), "0", codes, on=ON).error


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("13912345678", "13912345678"),
        (13912345678.0, "13912345678"),
        ("139 1234 5678", "13912345678"),
        ("139-1234-5678", "13912345678"),
        ("+8613912345678", "13912345678"),
        ("0728-6543210", "0728-6543210"),
        ("'13912345678", "13912345678"),
    ],
)
def test_phones(codes: CodeTables, cell: object, value: str) -> None:
    assert read_cell(spec(T.PHONE), cell, codes, on=ON) == CellResult(value)


def test_bad_phones_and_several(codes: CodeTables) -> None:
    assert read_cell(spec(T.PHONE), "1391234567", codes, on=ON).error
    assert read_cell(spec(T.PHONE), "1.39123E+10", codes, on=ON).error
    two = read_cell(spec(T.PHONE), "13912345678/13812345678", codes, on=ON)
    assert two.value == "13912345678" and two.warning


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("2026-09-03 14:30", "2026-09-03T14:30"),
        ("2026-09-03T14:30", "2026-09-03T14:30"),
        ("2026年9月3日下午2:30", "2026-09-03T14:30"),
        ("2026年9月3日（周四）下午2点半", "2026-09-03T14:30"),
        ("2026.9.3 9时", "2026-09-03T09:00"),
        (datetime(2026, 9, 3, 14, 30), "2026-09-03T14:30"),
    ],
)
def test_moments(codes: CodeTables, cell: object, value: str) -> None:
    assert read_cell(spec(T.MOMENT), cell, codes, on=ON) == CellResult(value)


def test_a_moment_without_an_hour_invents_none(codes: CodeTables) -> None:
    result = read_cell(spec(T.MOMENT), "2026年9月3日", codes, on=ON)
    assert result.value == "2026-09-03" and result.warning
    assert read_cell(spec(T.MOMENT), "2026年9月", codes, on=ON).error


def test_identity_numbers_are_normalised_or_refused(codes: CodeTables) -> None:
    assert read_cell(spec(T.ID_NUMBER), "11010519491231002x", codes, on=ON) == CellResult("11010519491231002X")
    assert read_cell(spec(T.ID_NUMBER), 1.1010519491231e17, codes, on=ON).error
    old = read_cell(spec(T.ID_NUMBER), "110105491231002", codes, on=ON)
    assert old.value == "11010519491231002X" and old.original == "110105491231002" and old.warning


def test_an_unusable_cell_is_an_error_only_where_required(codes: CodeTables) -> None:
    for required, severity in ((True, "error"), (False, "warning")):
        field = spec(T.DATE, required=required)
        result = read_cell(field, "2021.6.31", codes, on=ON)
        assert severity_of(result, field) == severity
        assert result.error and "6月没有31日" in result.error
    assert severity_of(CellResult("1"), field) is None


def test_the_name_of_a_unit_may_hold_figures(codes: CodeTables) -> None:
    unit = FieldSpec("name", "党组织全称")
    assert read_cell(unit, "春天社区第1党支部", codes, on=ON) == CellResult("春天社区第1党支部")


@pytest.mark.parametrize("odd", ["'0123", " 前后空格 ", "/", "坏\ufffd字", "#REF!", 12.0, None, ""])
def test_one_odd_cell_does_not_change_the_others_of_its_column(codes: CodeTables, odd: object) -> None:
    reader = FieldReader(spec(T.TEXT), codes, on=ON)
    reading = reader.read_column(["甲", odd, "乙"])
    assert reading.values == ["甲", reader.read(odd).value, "乙"]
    assert set(reading.remarks) <= {1}


def test_several_categories_in_one_cell(codes: CodeTables) -> None:
    assert read_codes(codes, "category", "困难党员；流动党员、没见过的") == (["F3", "F1"], ["没见过的"])


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(st.sampled_from(list(T)), st.lists(CELLS, max_size=8))
def test_a_column_reads_like_its_cells_and_nothing_breaks(kind: FieldType, cells: list[object]) -> None:
    tables = _tables()
    reader = FieldReader(spec(kind, table="sex"), tables, on=ON)
    column = reader.read_column(cells)
    single = [read_cell(spec(kind, table="sex"), cell, tables, on=ON) for cell in cells]
    assert column.values == [result.value for result in single]
    assert {index for index, result in enumerate(single) if result.error} <= set(column.remarks)


def _tables() -> CodeTables:
    global _loaded
    if _loaded is None:
        _loaded = load(resource("codes"))
    return _loaded


_loaded: CodeTables | None = None
